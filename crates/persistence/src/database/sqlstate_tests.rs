//! Errors of a server that speaks another language.

use diesel::Connection as _;
use presspass_domain::Timestamp;
use presspass_test_support::TestDatabase;

use super::*;
use crate::connection::on_engine;
use crate::posts::{Posts, id};

#[tokio::test]
async fn errors_of_a_german_server_are_classified_as_those_of_an_english_one() {
    let Some(place) = TestDatabase::postgresql() else { return };
    if !place.speaks_german() {
        return;
    }
    let url = DatabaseUrl::parse(&place.url()).unwrap();
    let options = Options { pool_size: 1, timeout: Duration::from_secs(5), ..crate::posts::options() };
    let database = Database::open(&url, options).unwrap();
    database.migrate().unwrap();
    let fail_by = |sql: &'static str| {
        database
            .read(Length::Open, move |connection| Ok(on_engine!(connection, raw => raw.batch_execute(sql))?))
    };
    let timeout = fail_by("SET statement_timeout = 1; SELECT pg_sleep(5)").await.unwrap_err();
    assert!(matches!(timeout, Error::Unavailable(_)), "{timeout:?}");
    assert!(timeout.to_string().contains("storniere"), "{timeout}");
    let raise = |code: &str| -> &'static str {
        format!("DO $$ BEGIN RAISE 'Fehler' USING ERRCODE = '{code}'; END $$").leak()
    };
    assert!(matches!(fail_by(raise("40P01")).await, Err(Error::Unavailable(_))));
    assert!(matches!(fail_by(raise("53100")).await, Err(Error::Full(_))));
    assert!(matches!(fail_by(raise("58030")).await, Err(Error::Damaged(_))));
    assert!(matches!(fail_by(raise("P0001")).await, Err(Error::Query(_))));

    // A prepared statement whose table changed is run again on another connection.
    let posts = Posts::new(database.clone());
    let made = posts.create("Titel", "x", Timestamp::EPOCH).await.unwrap();
    posts.find(id(&made)).await.unwrap();
    diesel::PgConnection::establish(&place.url())
        .unwrap()
        .batch_execute("ALTER TABLE posts_post ALTER COLUMN title TYPE text")
        .unwrap();
    assert_eq!(posts.find(id(&made)).await.unwrap(), Some(made));
}
