//! `PostgreSQL` as queries see it: a connection of libpq, or rows that were fetched for them before.
//!
//! diesel's queries block. A worker's thread must not, so it runs a read as a function of rows: the read is called, and the
//! first statement whose rows are not there ends it; these rows are fetched without blocking, and the read is called again,
//! until it needs no more. So a query is written once, whichever way it runs.

mod rows;

use std::any::Any;

use diesel::connection::{
    AnsiTransactionManager, CacheSize, Connection, ConnectionSealed, DefaultLoadingMode, DynInstrumentation,
    Instrumentation, LoadConnection, SimpleConnection,
};
use diesel::expression::QueryMetadata;
use diesel::pg::{
    FailedToLookupTypeError, Pg, PgMetadataCacheKey, PgMetadataLookup, PgQueryBuilder, PgTypeMetadata,
};
use diesel::query_builder::bind_collector::RawBytesBindCollector;
use diesel::query_builder::{Query, QueryBuilder as _, QueryFragment, QueryId};
use diesel::result::Error as DieselError;
use diesel::{ConnectionResult, PgConnection, QueryResult};

pub(crate) use self::rows::FetchedRows;
use self::rows::{AnyRow, Cursor};

pub(crate) enum Postgresql {
    Libpq(PgConnection),
    Fetched(Fetched),
}

/// Rows of the statements of a read, in the order in which it runs them.
pub(crate) struct Fetched {
    rows: Vec<FetchedRows>,
    /// How many of them this call of the read has used.
    used: usize,
    missing: Missing,
    transactions: AnsiTransactionManager,
    instrumentation: DynInstrumentation,
}

/// What a read needs that is not there.
#[derive(Default)]
pub(crate) enum Missing {
    #[default]
    Nothing,
    Rows(Statement),
    /// It writes, begins a transaction, or runs a statement that does not stay prepared.
    Connection,
}

/// A statement that stays prepared, with its values as they are sent.
pub(crate) struct Statement {
    pub sql: String,
    /// The types of its values.
    pub types: Vec<u32>,
    pub values: Vec<Option<Vec<u8>>>,
}

impl Fetched {
    pub fn new() -> Self {
        Self {
            rows: Vec::new(),
            used: 0,
            missing: Missing::Nothing,
            transactions: AnsiTransactionManager::default(),
            instrumentation: DynInstrumentation::none(),
        }
    }

    /// Adds the rows that were missing, for the next call of the read.
    pub fn add(&mut self, rows: FetchedRows) {
        self.rows.push(rows);
        self.used = 0;
    }

    /// What the last call of the read missed.
    pub fn take_missing(&mut self) -> Missing {
        std::mem::take(&mut self.missing)
    }

    /// Ends the read at a statement whose rows are not there.
    fn miss<T>(&mut self, missing: impl FnOnce() -> Missing) -> QueryResult<T> {
        // A read that goes on after an error must not hide what was missing first.
        if let Missing::Nothing = self.missing {
            self.missing = missing();
        }
        Err(DieselError::QueryBuilderError("the rows of this statement are not there".into()))
    }
}

impl Statement {
    fn of<T: QueryFragment<Pg>>(query: &T) -> QueryResult<Option<Self>> {
        if !query.is_safe_to_cache_prepared(&Pg)? {
            return Ok(None);
        }
        let mut builder = PgQueryBuilder::default();
        query.to_sql(&mut builder, &Pg)?;
        let mut values = RawBytesBindCollector::<Pg>::new();
        query.collect_binds(&mut values, &mut NoLookup, &Pg)?;
        let types: Option<Vec<u32>> = values.metadata.iter().map(|it| it.oid().ok()).collect();
        Ok(types.map(|types| Self { sql: builder.finish(), types, values: values.binds }))
    }
}

/// Types that have no fixed oid are not looked up.
struct NoLookup;

impl PgMetadataLookup for NoLookup {
    fn lookup_type(&mut self, name: &str, schema: Option<&str>) -> PgTypeMetadata {
        let key = PgMetadataCacheKey::new(schema.map(Into::into), name.into());
        PgTypeMetadata::from_result(Err(FailedToLookupTypeError::new(key.into_owned())))
    }

    fn as_any<'a>(&mut self) -> &mut (dyn Any + 'a)
    where
        Self: 'a,
    {
        self
    }
}

impl Postgresql {
    /// The connection of libpq; `None` for fetched rows.
    pub fn libpq(&mut self) -> Option<&mut PgConnection> {
        match self {
            Self::Libpq(raw) => Some(raw),
            Self::Fetched(_) => None,
        }
    }
}

impl SimpleConnection for Postgresql {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        match self {
            Self::Libpq(raw) => raw.batch_execute(query),
            Self::Fetched(fetched) => fetched.miss(|| Missing::Connection),
        }
    }
}

impl ConnectionSealed for Postgresql {}

impl Connection for Postgresql {
    type Backend = Pg;
    type TransactionManager = AnsiTransactionManager;

    fn establish(url: &str) -> ConnectionResult<Self> {
        PgConnection::establish(url).map(Self::Libpq)
    }

    fn execute_returning_count<T>(&mut self, source: &T) -> QueryResult<usize>
    where
        T: QueryFragment<Pg> + QueryId,
    {
        match self {
            Self::Libpq(raw) => raw.execute_returning_count(source),
            Self::Fetched(fetched) => fetched.miss(|| Missing::Connection),
        }
    }

    fn transaction_state(&mut self) -> &mut AnsiTransactionManager {
        match self {
            Self::Libpq(raw) => raw.transaction_state(),
            Self::Fetched(fetched) => &mut fetched.transactions,
        }
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        match self {
            Self::Libpq(raw) => raw.instrumentation(),
            Self::Fetched(fetched) => &mut *fetched.instrumentation,
        }
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        if let Self::Libpq(raw) = self {
            raw.set_instrumentation(instrumentation);
        }
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        if let Self::Libpq(raw) = self {
            raw.set_prepared_statement_cache_size(size);
        }
    }
}

impl LoadConnection<DefaultLoadingMode> for Postgresql {
    type Cursor<'conn, 'query> = Cursor<'conn, 'query>;
    type Row<'conn, 'query> = AnyRow<'conn, 'query>;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> QueryResult<Cursor<'conn, 'query>>
    where
        T: Query + QueryFragment<Pg> + QueryId + 'query,
        Pg: QueryMetadata<T::SqlType>,
    {
        let fetched = match self {
            Self::Libpq(raw) => {
                return LoadConnection::<DefaultLoadingMode>::load(raw, source).map(Cursor::Libpq);
            }
            Self::Fetched(fetched) => fetched,
        };
        if fetched.used == fetched.rows.len() {
            let statement = Statement::of(&source)?;
            return fetched.miss(|| statement.map_or(Missing::Connection, Missing::Rows));
        }
        fetched.used += 1;
        Ok(Cursor::Fetched(fetched.rows[fetched.used - 1].cursor()))
    }
}
