//! `presspass apikey list`

use presspass_domain::Timestamp;
use presspass_persistence::ListedApiKey;
use time::OffsetDateTime;

use super::{Outcome, block_on, find, open};
use crate::cli::print;
use crate::settings::Settings;

pub(super) fn run(settings: &Settings, user: &str) -> anyhow::Result<Outcome> {
    let database = open(settings)?;
    block_on(async {
        let (account, keys) = find(&database, user).await?;
        print("id\tname\tscopes\tcreated\texpires\tlast used")?;
        for key in keys.of_account(account.id).await? {
            print(&line(&key))?;
        }
        Ok(Outcome::Success)
    })
}

/// A key on a line. Names have no tabs.
fn line(ListedApiKey { id, record }: &ListedApiKey) -> String {
    let date = |at: Option<OffsetDateTime>| at.map_or("never".to_owned(), |at| Timestamp::new(at).to_wire());
    [
        id.to_string(),
        record.name.to_string(),
        record.scopes.to_string(),
        date(Some(record.created_at)),
        date(record.expires_at),
        date(record.last_used_at),
    ]
    .join("\t")
}
