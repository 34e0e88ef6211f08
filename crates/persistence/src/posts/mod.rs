//! Posts: their table and the queries on it.

mod list;
mod stream;

use std::cell::RefCell;
use std::ops::ControlFlow;

use diesel::prelude::*;
use diesel::{pg::Pg, sqlite::Sqlite};
use presspass_auth::StoreError;
use presspass_domain::model::POST;
use presspass_domain::{
    AccountClaim, ClaimedAccount, Direction, NewPost, Post, PostChanges, PostColumn, PostFilter,
    PostPosition, PostQuery, Slice, Timestamp, Window,
};

use crate::accounts::{AccountRow, RevocationRow, cannot_exist, record, with_revocation};
use crate::columns::{Instant, Key};
use crate::connection::{Connection, on_engine};
use crate::database::{Database, Length, RunningRead, only_row};
use crate::error::Error;
use crate::records::{Removal, Table, delete_one};
use crate::revocations::is_listed;
use crate::schema::{auth_user, posts_post};
use crate::url::Engine;

/// A row of `posts_post`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = posts_post, check_for_backend(Sqlite, Pg))]
struct PostRow {
    id: Key,
    title: String,
    content: String,
    created_at: Instant,
    updated_at: Instant,
}

impl From<PostRow> for Post {
    fn from(PostRow { id, title, content, created_at, updated_at }: PostRow) -> Self {
        Self { id: id.0, title, content, created_at: created_at.0, updated_at: updated_at.0 }
    }
}

#[derive(Insertable)]
#[diesel(table_name = posts_post)]
struct NewPostRow {
    title: String,
    content: String,
    created_at: Instant,
    updated_at: Instant,
}

impl NewPostRow {
    fn new(post: &NewPost, now: Timestamp) -> Self {
        Self {
            title: post.title.clone(),
            content: post.content.clone(),
            created_at: Instant(now),
            updated_at: Instant(now),
        }
    }
}

/// The columns that change; those that are `None` stay.
#[derive(AsChangeset)]
#[diesel(table_name = posts_post)]
struct PostChangesRow {
    title: Option<String>,
    content: Option<String>,
    updated_at: Instant,
}

/// A post that was looked up together with its reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFor {
    pub reader: ClaimedAccount,
    pub post: Option<Post>,
}

/// What came of deleting a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostDeletion {
    /// Rows whose foreign key to it cascades were deleted along.
    Deleted,
    NotFound,
    /// Rows of these tables refer to it by foreign keys that do not cascade, and nothing was deleted. Empty where the tables
    /// cannot be named.
    Referenced {
        tables: Vec<String>,
    },
}

/// Receives the rows of a stream one by one, on a thread that it may block. `Break` ends the stream.
pub type PostSink = Box<dyn FnMut(Post) -> ControlFlow<()> + Send>;

/// Posts in a database.
#[derive(Debug, Clone)]
pub struct PostStore(Database);

impl PostStore {
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self(database)
    }

    /// `PostgreSQL` cannot even compare with a text that it cannot hold: one with a NUL.
    fn cannot_match(&self, filter: &PostFilter) -> bool {
        let position = match &filter.beyond {
            Some((PostPosition::Title(text) | PostPosition::Content(text), _)) => Some(text),
            _ => None,
        };
        let mut texts =
            filter.title.iter().chain(&filter.title_contains).chain(position).chain(&filter.search);
        self.0.url().engine() == Engine::Postgresql && texts.any(|text| text.contains('\0'))
    }

    pub async fn find(&self, id: i64) -> Result<Option<Post>, StoreError> {
        let row = self.0.read(Length::Short, move |connection| {
            // `get_result` and not `first`: that binds a LIMIT, which a unique key does not need.
            Ok(on_engine!(connection, raw => posts_post::table
                .filter(posts_post::id.eq(Key(id)))
                .select(PostRow::as_select())
                .get_result::<PostRow>(raw)
                .optional())?)
        });
        Ok(row.await?.map(Post::from))
    }

    /// The post with this id, together with its reader's account and the revocations of that: in one round trip. `None`
    /// where there is no such account, active or not.
    pub async fn find_for(&self, reader: AccountClaim, id: i64) -> Result<Option<ReadFor>, StoreError> {
        let AccountClaim { key, token_ids } = reader;
        if cannot_exist(&key.username) {
            return Ok(None);
        }
        let row = self.0.read(Length::Short, move |connection| {
            Ok(on_engine!(connection, raw => with_revocation()
                .left_join(posts_post::table.on(posts_post::id.eq(Key(id))))
                .filter(auth_user::id.eq(Key(key.id)))
                .filter(auth_user::username.eq(&key.username))
                .select((
                    AccountRow::as_select(),
                    auth_user::password,
                    Option::<RevocationRow>::as_select(),
                    is_listed(Key(key.id), &token_ids),
                    Option::<PostRow>::as_select(),
                ))
                .get_result::<(AccountRow, String, Option<RevocationRow>, bool, Option<PostRow>)>(raw)
                .optional())?)
        });
        let Some((account, password, revocation, is_listed, post)) = row.await? else { return Ok(None) };
        let reader = ClaimedAccount { record: record((account, password, revocation))?, is_listed };
        Ok(Some(ReadFor { reader, post: post.map(Post::from) }))
    }

    pub async fn list(&self, query: PostQuery) -> Result<Slice<Post>, StoreError> {
        if self.cannot_match(&query.filter) {
            return Ok(Slice { items: Vec::new(), count: 0 });
        }
        Ok(self.0.read(Length::Open, move |connection| list::list(connection, &query)).await?)
    }

    /// Emits all posts that the filter lets through, in this order (by the primary key where it is empty) and as they
    /// were when it began. However many they are, they are not held in memory. An error may come after some were emitted;
    /// a caller that drops the future must have the sink break, too.
    pub async fn stream(
        &self,
        filter: PostFilter,
        order: Vec<(PostColumn, Direction)>,
        sink: PostSink,
    ) -> Result<(), StoreError> {
        if self.cannot_match(&filter) {
            return Ok(());
        }
        let query = PostQuery { filter, order, window: Window::All };
        let sink = RefCell::new(sink);
        let work = move |connection: &mut Connection, read: &RunningRead| {
            let mut sink = sink.borrow_mut();
            stream::stream(connection, &query, &mut |row| read.while_paused(|| sink(Post::from(row))))
        };
        Ok(self.0.read_streamed(work).await?)
    }

    pub async fn create(&self, post: NewPost, now: Timestamp) -> Result<Post, StoreError> {
        let rows = self.0.write_once(move |connection| {
            let new = NewPostRow::new(&post, now);
            Ok(on_engine!(connection, raw => diesel::insert_into(posts_post::table)
                .values(&new)
                .returning(PostRow::as_returning())
                .load::<PostRow>(raw))?)
        });
        let row = only_row(rows.await?).ok_or_else(|| Error::Query("nothing was inserted".to_owned()))?;
        Ok(row.into())
    }

    pub async fn update(
        &self,
        id: i64,
        changes: PostChanges,
        now: Timestamp,
    ) -> Result<Option<Post>, StoreError> {
        let rows = self.0.write_once(move |connection| {
            let changes =
                PostChangesRow { title: changes.title, content: changes.content, updated_at: Instant(now) };
            Ok(on_engine!(connection, raw => diesel::update(posts_post::table)
                .filter(posts_post::id.eq(Key(id)))
                .set(&changes)
                .returning(PostRow::as_returning())
                .load::<PostRow>(raw))?)
        });
        Ok(only_row(rows.await?).map(Post::from))
    }

    pub async fn delete(&self, id: i64) -> Result<PostDeletion, StoreError> {
        let removed = self.0.write_once(move |connection| {
            delete_one(connection, Table::of(&POST), id, |connection| {
                let delete = diesel::delete(posts_post::table).filter(posts_post::id.eq(Key(id)));
                Ok(on_engine!(connection, raw => delete.execute(raw))?)
            })
        });
        Ok(match removed.await? {
            Removal::Done(0) => PostDeletion::NotFound,
            Removal::Done(_) => PostDeletion::Deleted,
            Removal::Referenced(tables) => PostDeletion::Referenced { tables },
        })
    }
}
