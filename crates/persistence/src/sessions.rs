//! Sessions: their table and the queries on it.

use diesel::prelude::*;
use diesel::{pg::Pg, sqlite::Sqlite};
use presspass_auth::sessions::{Fingerprint, Session, SessionDigest, SessionStore};
use presspass_auth::{BoxFuture, StoreError};
use presspass_domain::Timestamp;
use time::OffsetDateTime;

use crate::columns::{Instant, Key};
use crate::connection::{Connection, on_engine};
use crate::database::{Database, Length};
use crate::error::Error;
use crate::origin::has_table;
use crate::schema::{django_session, presspass_session};
use crate::sql::Sql;

/// A row of `presspass_session`.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = presspass_session, check_for_backend(Sqlite, Pg))]
struct SessionRow {
    digest: Vec<u8>,
    account_id: Key,
    fingerprint: Vec<u8>,
    began_at: Instant,
    expires_at: Instant,
}

impl SessionRow {
    fn new(digest: SessionDigest, session: &Session) -> Self {
        let Session { account_id, fingerprint, began_at, expires_at } = session;
        Self {
            digest: digest.as_bytes().to_vec(),
            account_id: Key(*account_id),
            fingerprint: fingerprint.as_bytes().to_vec(),
            began_at: Instant(Timestamp::new(*began_at)),
            expires_at: Instant(Timestamp::new(*expires_at)),
        }
    }

    fn read(self) -> Result<(SessionDigest, Session), Error> {
        let Self { digest, account_id, fingerprint, began_at, expires_at } = self;
        let bytes = |bytes: Vec<u8>| {
            <[u8; 32]>::try_from(bytes)
                .map_err(|_| Error::Query("presspass_session: not 32 bytes".to_owned()))
        };
        let session = Session {
            account_id: account_id.0,
            fingerprint: Fingerprint::from_bytes(bytes(fingerprint)?),
            began_at: began_at.0.get(),
            expires_at: expires_at.0.get(),
        };
        Ok((SessionDigest::from_bytes(bytes(digest)?), session))
    }
}

/// How many expired sessions are deleted at each login.
const SWEPT_AT_LOGIN: i64 = 100;

/// Sessions in a database. They are deleted with their accounts.
#[derive(Debug, Clone)]
pub struct Sessions(Database);

impl Sessions {
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self(database)
    }
}

/// Deletes a session; where an account is given, only if the session is its own. Returns how many.
pub(crate) fn end(
    connection: &mut Connection,
    digest: &[u8; 32],
    account_id: Option<i64>,
) -> Result<usize, Error> {
    let gone =
        diesel::delete(presspass_session::table).filter(presspass_session::digest.eq(digest.as_slice()));
    Ok(match account_id {
        Some(account_id) => {
            let gone = gone.filter(presspass_session::account_id.eq(Key(account_id)));
            on_engine!(connection, raw => gone.execute(raw))?
        }
        None => on_engine!(connection, raw => gone.execute(raw))?,
    })
}

/// Deletes all sessions of an account, except one. Returns how many.
pub(crate) fn end_all(
    connection: &mut Connection,
    account_id: i64,
    but: Option<SessionDigest>,
) -> Result<usize, Error> {
    // No key has the empty digest.
    let kept = but.map_or_else(Vec::new, |digest| digest.as_bytes().to_vec());
    let gone = diesel::delete(presspass_session::table)
        .filter(presspass_session::account_id.eq(Key(account_id)))
        .filter(presspass_session::digest.ne(kept));
    Ok(on_engine!(connection, raw => gone.execute(raw))?)
}

impl SessionStore for Sessions {
    fn begin(&self, digest: SessionDigest, session: Session) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let row = SessionRow::new(digest, &session);
            let begun = self.0.write(move |connection| {
                sweep(connection, row.began_at, SWEPT_AT_LOGIN)?;
                let insert = diesel::insert_into(presspass_session::table).values(&row);
                Ok(on_engine!(connection, raw => insert.execute(raw))?)
            });
            begun.await?;
            Ok(())
        })
    }

    fn find(&self, digest: SessionDigest) -> BoxFuture<'_, Result<Option<Session>, StoreError>> {
        Box::pin(async move {
            let row = self.0.read(Length::Short, move |connection| {
                Ok(on_engine!(connection, raw => presspass_session::table
                    .filter(presspass_session::digest.eq(digest.as_bytes().as_slice()))
                    .select(SessionRow::as_select())
                    .get_result::<SessionRow>(raw)
                    .optional())?)
            });
            Ok(row.await?.map(SessionRow::read).transpose()?.map(|(_, session)| session))
        })
    }

    fn end(&self, digest: SessionDigest) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.0.write_once(move |connection| end(connection, digest.as_bytes(), None)).await?;
            Ok(())
        })
    }

    fn end_all(&self, account_id: i64, but: Option<SessionDigest>) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move {
            let ended = self.0.write_once(move |connection| end_all(connection, account_id, but));
            Ok(u64::try_from(ended.await?).unwrap_or(u64::MAX))
        })
    }

    fn of_account(
        &self,
        account_id: i64,
    ) -> BoxFuture<'_, Result<Vec<(SessionDigest, Session)>, StoreError>> {
        Box::pin(async move {
            let rows = self.0.read(Length::Open, move |connection| {
                Ok(on_engine!(connection, raw => presspass_session::table
                    .filter(presspass_session::account_id.eq(Key(account_id)))
                    .order(presspass_session::began_at.desc())
                    .select(SessionRow::as_select())
                    .load::<SessionRow>(raw))?)
            });
            let sessions: Result<Vec<_>, Error> = rows.await?.into_iter().map(SessionRow::read).collect();
            Ok(sessions?)
        })
    }

    fn sweep(&self, now: OffsetDateTime, limit: u32) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move {
            let now = Instant(Timestamp::new(now));
            let swept = self.0.write_once(move |connection| sweep(connection, now, limit.into()));
            Ok(u64::try_from(swept.await?).unwrap_or(u64::MAX))
        })
    }
}

fn sweep(connection: &mut Connection, now: Instant, limit: i64) -> Result<usize, Error> {
    let expired = Sql::new("expires_at <= ").bind(now.0);
    crate::sweep::sweep(connection, ("presspass_session", "digest"), expired, limit)
}

/// Django's sessions. They are never read, only looked up: a browser keeps a cookie that is valid in Django.
#[derive(Debug, Clone)]
pub struct DjangoSessions(Database);

impl DjangoSessions {
    /// `None` where Django keeps no sessions in this database. Blocks.
    pub fn find(database: &Database) -> Result<Option<Self>, Error> {
        let exists = database.now(|connection| has_table(connection, &["django_session"]))?;
        Ok(exists.then(|| Self(database.clone())))
    }

    /// Whether Django has a session of this key that has not expired.
    pub async fn has(&self, key: &str, now: Timestamp) -> Result<bool, StoreError> {
        if key.contains('\0') {
            return Ok(false);
        }
        let key = key.to_owned();
        let found = self.0.read(Length::Short, move |connection| {
            let query = diesel::select(diesel::dsl::exists(
                django_session::table
                    .filter(django_session::session_key.eq(&key))
                    .filter(django_session::expire_date.gt(Instant(now))),
            ));
            Ok(on_engine!(connection, raw => query.get_result::<bool>(raw))?)
        });
        Ok(found.await?)
    }
}
