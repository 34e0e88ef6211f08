//! Uses of throttles in a database.

use std::time::Duration;

use presspass_auth::throttles::{Rate, Take, ThrottleStore as _, acceptance};
use presspass_persistence::{Options, Throttles};
use time::OffsetDateTime;

use crate::place::Place;

/// 2026-01-01T00:00:00Z and so many seconds.
fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_767_225_600 + seconds).unwrap()
}

async fn take(throttles: &Throttles, key: &str, rate: &str, seconds: i64) -> bool {
    let take = throttles.take(key, Rate::parse(rate).unwrap(), at(seconds)).await.unwrap();
    matches!(take, Take::Taken { .. })
}

#[tokio::test]
async fn a_database_is_a_throttle_store() {
    for place in Place::each() {
        acceptance::throttle_store(&Throttles::new(place.database.clone())).await;
    }
}

#[tokio::test]
async fn servers_on_one_database_count_together_also_at_the_same_time() {
    for place in Place::each() {
        let options = Options { pool_size: 4, timeout: Duration::from_secs(20), ..crate::posts::options() };
        let url = presspass_persistence::DatabaseUrl::parse(&place.behind.url()).unwrap();
        let wishes = (0..4).flat_map(|_| {
            let database = presspass_persistence::Database::open(&url, options).unwrap();
            let throttles = std::sync::Arc::new(Throttles::new(database));
            (0..10).map(move |_| {
                let throttles = throttles.clone();
                tokio::spawn(async move { take(&throttles, "user:account-7", "5/m", 0).await })
            })
        });
        let mut taken = 0;
        for wish in wishes.collect::<Vec<_>>() {
            taken += usize::from(wish.await.unwrap());
        }
        assert_eq!(taken, 5);
    }
}

#[tokio::test]
async fn rows_that_are_over_are_swept_now_and_then() {
    for place in Place::each() {
        let throttles = Throttles::new(place.database.clone());
        let keys = || place.texts("SELECT key AS value FROM presspass_throttle ORDER BY key");
        for (key, rate, seconds) in [("a", "5/s", 0), ("b", "5/h", 0), ("c", "5/s", 30)] {
            assert!(take(&throttles, key, rate, seconds).await);
        }
        assert_eq!(keys().len(), 3);
        assert!(take(&throttles, "d", "5/s", 60).await);
        assert_eq!(keys(), [Some("b".to_owned()), Some("d".to_owned())]);
    }
}

#[tokio::test]
async fn a_refusal_writes_nothing() {
    for place in Place::each() {
        let throttles = Throttles::new(place.database.clone());
        assert!(take(&throttles, "a", "1/m", 0).await);
        let version =
            if place.is_sqlite() { "SELECT hex(uses) AS value" } else { "SELECT xmin::text AS value" };
        let version = || place.text(&format!("{version} FROM presspass_throttle"));
        let before = version();
        assert!(!take(&throttles, "a", "1/m", 1).await);
        assert_eq!(version(), before);
    }
}

#[tokio::test]
async fn the_table_goes_as_it_came() {
    for place in Place::each() {
        let engine = if place.is_sqlite() { "sqlite" } else { "postgresql" };
        let folder =
            format!("{}/migrations/{engine}/2026-11-23-000003_throttles", env!("CARGO_MANIFEST_DIR"));
        for script in ["down.sql", "up.sql", "down.sql"] {
            place.execute(&std::fs::read_to_string(format!("{folder}/{script}")).unwrap());
        }
        let tables = if place.is_sqlite() {
            "SELECT name AS value FROM sqlite_schema WHERE name LIKE 'presspass%' ORDER BY name"
        } else {
            "SELECT relname::text AS value FROM pg_class WHERE relname LIKE 'presspass%' AND relkind = 'r'"
        };
        assert!(!place.texts(tables).contains(&Some("presspass_throttle".to_owned())));
    }
}
