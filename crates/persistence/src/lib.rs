//! Accounts and posts in SQLite and PostgreSQL, through diesel.
