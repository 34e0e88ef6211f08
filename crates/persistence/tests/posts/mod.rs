//! Posts as the tests of this crate write and read them: records of a model, by its engine.

use presspass_auth::StoreError;
use presspass_domain::model::{Condition, Draft, Output, POST, Path, Selection, Source};
use presspass_domain::{Direction, Timestamp, Window};
use presspass_persistence::{Created, Database, Models, Options, Project, Removed, Updated, WriteHooks};
use serde_json::Value;

/// The list of migrations names their type as programs do.
mod presspass {
    pub use presspass_persistence::Migration;
}

/// The project of the program `presspass`.
pub const PROJECT: Project =
    Project { models: &[&POST], migrations: include!("../../../../bins/server/migrations/embedded.rs") };

/// The options of a database with posts.
pub fn options() -> Options {
    Options { project: PROJECT, ..Options::default() }
}

pub const EVERYTHING: Condition = Condition::All(Vec::new());

/// The posts of a condition with all their columns. Names with `-` descend.
pub fn selection(condition: Condition, order: &[&str], window: Window) -> Selection {
    let path = |name| Path::parse(&POST, name).unwrap();
    let names = ["id", "title", "content", "created_at", "updated_at"];
    let outputs = names.into_iter().map(|name| Output { name, source: Source::Column(path(name)) });
    let order = order.iter().map(|name| {
        let (name, direction) = Direction::of(name);
        (path(name), direction)
    });
    Selection { model: &POST, outputs: outputs.collect(), condition, order: order.collect(), window }
}

#[derive(Debug, Clone)]
pub struct Posts(pub Models);

impl Posts {
    pub fn new(database: Database) -> Self {
        Self(Models::new(database, PROJECT.models))
    }

    /// Returns the post as it was written.
    pub async fn create(&self, title: &str, content: &str, now: Timestamp) -> Result<Value, StoreError> {
        let mut draft = Draft::new(&POST);
        draft.set("title", title);
        draft.set("content", content);
        let outputs = selection(EVERYTHING, &[], Window::All).outputs;
        match self.0.create(draft, outputs, now, WriteHooks::<()>::default()).await? {
            Created::Created { json, .. } => Ok(serde_json::from_slice(&json).unwrap()),
            other => panic!("{other:?}"),
        }
    }

    /// Changes the fields that the draft has, and returns the post.
    pub async fn update(&self, id: i64, draft: Draft, now: Timestamp) -> Result<Option<Value>, StoreError> {
        let outputs = selection(EVERYTHING, &[], Window::All).outputs;
        let hooks = WriteHooks::<()>::default();
        match self.0.update(id, EVERYTHING, draft, outputs, now, hooks).await? {
            Updated::Updated { json } => Ok(Some(serde_json::from_slice(&json).unwrap())),
            Updated::NotFound => Ok(None),
            other => panic!("{other:?}"),
        }
    }

    pub async fn remove(&self, id: i64) -> Result<Removed<()>, StoreError> {
        self.0.remove(&POST, id, EVERYTHING, Timestamp::EPOCH, WriteHooks::default()).await
    }

    pub async fn find(&self, id: i64) -> Result<Option<Value>, StoreError> {
        let found = self.0.find_json(selection(EVERYTHING, &[], Window::All), id, &[]).await?;
        Ok(found.map(|found| serde_json::from_slice(&found.json).unwrap()))
    }

    /// The posts of a selection, and the count of the whole list.
    pub async fn select(&self, selection: Selection) -> Result<(Vec<Value>, i64), StoreError> {
        let slice = self.0.select(selection).await?;
        let array = [b"[", slice.rows.as_slice(), b"]"].concat();
        Ok((serde_json::from_slice(&array).unwrap(), slice.count))
    }

    pub async fn list(&self, window: Window) -> Result<(Vec<Value>, i64), StoreError> {
        self.select(selection(EVERYTHING, &[], window)).await
    }
}

/// The key of a post.
pub fn id(post: &Value) -> i64 {
    post["id"].as_i64().unwrap()
}
