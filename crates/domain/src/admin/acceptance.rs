//! What every store of an admin site must do: the tests of each run this.

mod deletions;
mod lists;
mod log;
mod writes;

use std::future::poll_fn;
use std::task::Poll;

use super::{
    Actor, Added, AdminLog, Changed, Form, Input, Model, ModelReader, ModelWriter, Record, Search, Value,
};
use crate::store::{BoxFuture, StoreError};
use crate::timestamp::Timestamp;

/// A store of each model over the same records, and an account that may write.
#[derive(Debug, Clone, Copy)]
pub struct Stores<'a> {
    /// Of [`super::POST`].
    pub posts: &'a dyn ModelWriter,
    /// Of [`super::USER`].
    pub users: &'a dyn ModelWriter,
    /// Of [`super::GROUP`].
    pub groups: &'a dyn ModelWriter,
    /// Of [`super::PERMISSION`].
    pub permissions: &'a dyn ModelReader,
    /// Of [`super::CONTENT_TYPE`].
    pub content_types: &'a dyn ModelReader,
    /// Of [`super::LOG_ENTRY`].
    pub log_entries: &'a dyn ModelReader,
    /// Their log.
    pub log: &'a dyn AdminLog,
    /// The key of an active superuser.
    pub admin: i64,
}

/// Runs the whole suite; panics where a store is wrong. There may be records of others, none of which has `acceptance`
/// in a text.
pub async fn admin_stores(stores: Stores<'_>) {
    writes::run(stores).await;
    lists::run(stores).await;
    deletions::run(stores).await;
    log::run(stores).await;
}

/// 2027-01-01T00:00:00Z and so many microseconds: later than any fixture.
fn at(micros: i64) -> Timestamp {
    must(Timestamp::from_unix_micros(1_798_761_600_000_000 + micros))
}

fn must<T>(value: Option<T>) -> T {
    value.unwrap_or_else(|| panic!("there is none"))
}

async fn done<T>(work: BoxFuture<'_, Result<T, StoreError>>) -> T {
    work.await.unwrap_or_else(|error| panic!("{error:?}"))
}

fn text(text: &str) -> Input {
    Input::Text(text.to_owned())
}

fn keys<const N: usize>(keys: [i64; N]) -> Input {
    Input::Keys(keys.into())
}

fn form<const N: usize>(model: &'static Model, inputs: [(&str, Input); N]) -> Form {
    let mut form = Form::new(model);
    for (name, input) in inputs {
        form.set(name, input).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    form
}

fn search(text: &str) -> Search {
    Search::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn value<'r>(record: &'r Record, name: &str) -> &'r Value {
    must(record.get(name))
}

impl Stores<'_> {
    fn actor(self, micros: i64) -> Actor {
        Actor { account_id: self.admin, at: at(micros) }
    }

    async fn add(self, store: &dyn ModelWriter, form: Form) -> Record {
        match done(store.add(form, self.actor(0))).await {
            Added::Saved(record) => record,
            other => panic!("{other:?}"),
        }
    }

    async fn change(self, store: &dyn ModelWriter, record: &Record, form: Form) -> Record {
        match done(store.change(record.id, record.version, form, self.actor(1))).await {
            Changed::Saved(record) => record,
            other => panic!("{other:?}"),
        }
    }

    async fn post(self, title: &str, content: &str) -> Record {
        let form = form(&super::POST, [("title", text(title)), ("content", text(content))]);
        self.add(self.posts, form).await
    }

    async fn user(self, name: &str) -> Record {
        self.add(self.users, form(&super::USER, [("username", text(name)), ("password", password())])).await
    }

    async fn group(self, name: &str) -> Record {
        self.add(self.groups, form(&super::GROUP, [("name", text(name))])).await
    }

    /// Keys of the permissions whose labels contain these words, in their order.
    async fn permission_keys(self, words: &str) -> Vec<i64> {
        let query = super::ChoiceQuery { search: Some(search(words)), limit: None };
        done(self.permissions.choices(query)).await.into_iter().map(|choice| choice.id).collect()
    }
}

fn password() -> Input {
    Input::Password(must(super::PasswordHash::new("pbkdf2_sha256$1$salt$acceptance".to_owned())))
}

/// All answers, asked for at once.
async fn all<T>(mut asked: Vec<BoxFuture<'_, Result<T, StoreError>>>) -> Vec<T> {
    let mut answers: Vec<Option<T>> = asked.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (question, answer) in asked.iter_mut().zip(&mut answers).filter(|(_, answer)| answer.is_none()) {
            if let Poll::Ready(ready) = question.as_mut().poll(context) {
                *answer = Some(ready.unwrap_or_else(|error| panic!("{error:?}")));
            }
        }
        if answers.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    answers.into_iter().flatten().collect()
}
