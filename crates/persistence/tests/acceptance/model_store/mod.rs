//! What the store of the admin's models does: one suite, for databases made by Presspass and by Django.

mod deletions;
mod lists;
mod log;
mod writes;

use std::future::poll_fn;
use std::task::Poll;

use presspass_auth::StoreError;
use presspass_domain::Timestamp;
use presspass_domain::model::{
    Actor, Added, Changed, ChoiceQuery, Form, GROUP, Input, Key, Model, PERMISSION, POST, PasswordHash,
    Record, Search, USER, Value,
};
use presspass_persistence::Models;

/// A model that no table is known for.
static WITHOUT_TABLE: Model = Model::new("nowhere", "nothing");

/// The records, and an account that may write them.
#[derive(Clone, Copy)]
struct Stores<'a> {
    models: &'a Models,
    /// The key of an active superuser.
    admin: i64,
}

/// Runs the whole suite; panics where the store is wrong. There may be records of others, none of which has `acceptance`
/// in a text. `admin` is an active superuser.
pub async fn run_suite(models: &Models, admin: i64) {
    let stores = Stores { models, admin };
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
    value.unwrap()
}

async fn done<T>(work: impl Future<Output = Result<T, StoreError>>) -> T {
    work.await.unwrap()
}

fn text(text: &str) -> Input {
    Input::Text(text.to_owned())
}

fn keys<const N: usize>(keys: [Key; N]) -> Input {
    Input::Keys(keys.into())
}

fn form<const N: usize>(model: &'static Model, inputs: [(&str, Input); N]) -> Form {
    let mut form = Form::new(model);
    for (name, input) in inputs {
        form.set(name, input).unwrap();
    }
    form
}

fn search(text: &str) -> Search {
    Search::parse(text).unwrap()
}

fn value<'r>(record: &'r Record, name: &str) -> &'r Value {
    must(record.get(name))
}

impl Stores<'_> {
    fn actor(self, micros: i64) -> Actor {
        Actor { account_id: self.admin, at: at(micros) }
    }

    async fn add(self, form: Form) -> Record {
        match done(self.models.add(form, self.actor(0))).await {
            Added::Saved(record) => record,
            other => panic!("{other:?}"),
        }
    }

    async fn change(self, record: &Record, form: Form) -> Record {
        match done(self.models.change(record.id, record.version, form, self.actor(1))).await {
            Changed::Saved(record) => record,
            other => panic!("{other:?}"),
        }
    }

    async fn post(self, title: &str, content: &str) -> Record {
        let form = form(&POST, [("title", text(title)), ("content", text(content))]);
        self.add(form).await
    }

    async fn user(self, name: &str) -> Record {
        self.add(form(&USER, [("username", text(name)), ("password", password())])).await
    }

    async fn group(self, name: &str) -> Record {
        self.add(form(&GROUP, [("name", text(name))])).await
    }

    /// Keys of the permissions whose labels contain these words, in their order.
    async fn permission_keys(self, words: &str) -> Vec<Key> {
        let query = ChoiceQuery { search: Some(search(words)), limit: None };
        done(self.models.choices(&PERMISSION, query)).await.into_iter().map(|choice| choice.id).collect()
    }
}

fn password() -> Input {
    Input::Password(must(PasswordHash::new("pbkdf2_sha256$1$salt$acceptance".to_owned())))
}

/// All answers, asked for at once.
async fn all<T, F: Future<Output = Result<T, StoreError>>>(asked: Vec<F>) -> Vec<T> {
    let mut asked: Vec<_> = asked.into_iter().map(Box::pin).collect();
    let mut answers: Vec<Option<T>> = asked.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (question, answer) in asked.iter_mut().zip(&mut answers).filter(|(_, answer)| answer.is_none()) {
            if let Poll::Ready(ready) = question.as_mut().poll(context) {
                *answer = Some(ready.unwrap());
            }
        }
        if answers.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    answers.into_iter().flatten().collect()
}
