//! The tokens of an account. Nobody keeps a list of them: they end together.

use presspass_auth::StoreError;
use presspass_domain::admin::Proof;
use presspass_domain::{BoxFuture, Timestamp};

use super::{Kind, Listed, Words};

/// Tokens.
#[derive(Debug)]
pub(super) struct Tokens;

impl Kind for Tokens {
    const NAME: &'static str = "tokens";
    const ALL: Proof = Proof::Tokens;
    const WORDS: Words = Words {
        title: "Tokens",
        about: "Tokens of theirs that were issued until now can be ended, all together. They can get new ones.",
        none: "",
        more: "",
        one: "token",
        end_all: "End all tokens",
        ended_one: "",
        ended_all: "All tokens were ended.",
        over: "There is nothing to end.",
    };

    fn list(&self, _: i64, _: Timestamp) -> BoxFuture<'_, Result<Option<Vec<Listed>>, StoreError>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}
