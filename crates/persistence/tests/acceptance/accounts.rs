//! What a store of accounts does, on both engines.

use presspass_auth::StoreError;
use presspass_domain::{Account, AccountClaim, AccountKey, NewAccount, PersonalNames};
use presspass_persistence::AccountCreated;

use crate::place::{Place, account};

fn key(id: i64, username: &str) -> AccountClaim {
    AccountClaim { key: AccountKey { id, username: username.to_owned() }, token_ids: [[1; 32], [2; 32]] }
}

async fn make(place: &Place, account: NewAccount) -> i64 {
    match place.accounts.create(account).await.unwrap() {
        AccountCreated::New(id) => id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_account_is_found_as_it_was_made() {
    for place in Place::each() {
        let id = make(&place, NewAccount { is_staff: true, ..account("Ünïcode@.+-_") }).await;
        let expected = Account {
            id,
            username: "Ünïcode@.+-_".to_owned(),
            email: "Ada@example.com".to_owned(),
            is_staff: true,
            is_superuser: false,
            is_active: true,
        };
        let found = place.accounts.find(key(id, "Ünïcode@.+-_")).await.unwrap().unwrap();
        assert_eq!((found.record.account, found.is_listed), (expected.clone(), false));
        let record = place.accounts.find_by_name("Ünïcode@.+-_".to_owned()).await.unwrap().unwrap();
        assert_eq!((record.account, record.password.as_str()), (expected, "pbkdf2_sha256$1$salt$hash"));
    }
}

#[tokio::test]
async fn both_id_and_name_must_be_the_accounts_own() {
    for place in Place::each() {
        let (ada, bob) = (make(&place, account("ada")).await, make(&place, account("bob")).await);
        let wrong = [
            key(ada, "bob"),
            key(bob, "ada"),
            key(ada, "ADA"),
            key(ada, "ada "),
            key(ada, "ada\0"),
            key(0, "ada"),
            key(-1, "ada"),
            key(bob + 1, "ada"),
            key(i64::MAX, "ada"),
            key(i64::MIN, "ada"),
        ];
        for key in wrong {
            assert_eq!(place.accounts.find(key.clone()).await.unwrap(), None, "{key:?}");
        }
        for name in ["", "ADA", "ad_", "ad%", "ada\0", "\0", "'", &"a".repeat(1_000_000)] {
            assert!(place.accounts.find_by_name(name.to_owned()).await.unwrap().is_none(), "{name:?}");
        }
    }
}

#[tokio::test]
async fn an_inactive_account_is_given_as_such() {
    for place in Place::each() {
        let id = make(&place, account("ada")).await;
        place.execute("UPDATE auth_user SET is_active = false");
        assert!(!place.accounts.find(key(id, "ada")).await.unwrap().unwrap().record.account.is_active);
        assert!(!place.accounts.find_by_name("ada".to_owned()).await.unwrap().unwrap().account.is_active);
    }
}

#[tokio::test]
async fn a_name_that_is_taken_makes_no_account() {
    for place in Place::each() {
        make(&place, account("ada")).await;
        assert_eq!(place.accounts.create(account("ada")).await.unwrap(), AccountCreated::NameTaken);
        make(&place, account("Ada")).await;
        assert_eq!(place.text("SELECT CAST(count(*) AS text) AS value FROM auth_user"), "2");
    }
}

/// A sequence that lags behind its table, as after a careless restore, is no taken name.
#[tokio::test]
async fn an_id_that_is_taken_is_an_error() {
    for place in Place::each().filter(|place| !place.is_sqlite()) {
        make(&place, account("ada")).await;
        place.execute("SELECT setval(pg_get_serial_sequence('auth_user', 'id'), 1, false)");
        let made = place.accounts.create(account("bob")).await;
        assert!(matches!(made, Err(StoreError::Failed(_))), "{made:?}");
    }
}

#[tokio::test]
async fn a_row_is_written_as_the_original_writes_it() {
    for place in Place::each().filter(Place::is_sqlite) {
        make(&place, account("ada")).await;
        let row = "SELECT quote(is_superuser) || quote(is_staff) || quote(is_active) || quote(last_login)
            || quote(first_name) || quote(last_name) || quote(date_joined) || typeof(id) AS value FROM auth_user";
        assert_eq!(place.text(row), "001NULL'''''2026-01-01 00:00:00.007404'integer");
    }
}

#[tokio::test]
async fn an_account_is_called_by_other_names_too() {
    for place in Place::each() {
        let id = make(&place, account("ada")).await;
        place.execute("UPDATE auth_user SET first_name = 'Ada', last_name = 'Lovelace'");
        let names = PersonalNames { first: "Ada".to_owned(), last: "Lovelace".to_owned() };
        assert_eq!(place.accounts.personal_names(id).await.unwrap(), Some(names));
        assert_eq!(place.accounts.personal_names(id + 1).await.unwrap(), None);
    }
}

#[tokio::test]
async fn permissions_come_from_the_account_and_from_its_groups() {
    for place in Place::each() {
        let mut ids = Vec::new();
        for name in ["none", "own", "group", "both"] {
            ids.push(make(&place, account(name)).await);
        }
        let [none, own, group, both] = ids[..] else { panic!() };
        let of = |codename: &str| format!("(SELECT id FROM auth_permission WHERE codename = '{codename}')");
        place.execute(&format!(
            "INSERT INTO auth_group (id, name) VALUES (1, 'editors'), (2, 'viewers'), (3, 'strangers');
             INSERT INTO auth_group_permissions (group_id, permission_id)
                 VALUES (1, {change}), (2, {view}), (2, {change}), (3, {delete});
             INSERT INTO auth_user_groups (user_id, group_id) VALUES ({group}, 1), ({both}, 1), ({both}, 2);
             INSERT INTO auth_user_user_permissions (user_id, permission_id)
                 VALUES ({own}, {add}), ({both}, {add}), ({both}, {change});",
            add = of("add_post"),
            change = of("change_post"),
            view = of("view_user"),
            delete = of("delete_post"),
        ));
        let add = ("posts".to_owned(), "add_post".to_owned());
        let change = ("posts".to_owned(), "change_post".to_owned());
        let view = ("auth".to_owned(), "view_user".to_owned());
        let cases = [
            (none, vec![]),
            (own, vec![add.clone()]),
            (group, vec![change.clone()]),
            (both, vec![add, change, view]),
            (0, vec![]),
            (-1, vec![]),
            (i64::MAX, vec![]),
        ];
        for (id, expected) in cases {
            assert_eq!(place.accounts.permissions(id).await.unwrap(), expected.into_iter().collect(), "{id}");
        }
    }
}

#[tokio::test]
async fn the_first_superuser_is_made_once() {
    for place in Place::each() {
        make(&place, account("ada")).await;
        assert!(!place.accounts.has_superuser().await.unwrap());
        assert_eq!(
            place.accounts.create_first_superuser(account("ada")).await.unwrap(),
            AccountCreated::NameTaken
        );
        // What is made is a superuser, whatever the caller forgot to say.
        let made = place.accounts.create_first_superuser(account("root")).await.unwrap();
        assert!(matches!(made, AccountCreated::New(_)));
        assert!(place.accounts.has_superuser().await.unwrap());
        assert_eq!(
            place.accounts.create_first_superuser(account("other")).await.unwrap(),
            AccountCreated::Refused
        );
        assert!(place.accounts.find_by_name("other".to_owned()).await.unwrap().is_none());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_that_make_the_first_superuser_at_once_make_one() {
    for place in Place::each() {
        let calls: Vec<_> = (0..8)
            .map(|number| {
                let accounts = place.accounts.clone();
                let account = NewAccount { is_superuser: true, ..account(&format!("root-{number}")) };
                tokio::spawn(async move { accounts.create_first_superuser(account).await.unwrap() })
            })
            .collect();
        let mut made = 0;
        for call in calls {
            match call.await.unwrap() {
                AccountCreated::New(_) => made += 1,
                AccountCreated::Refused => {}
                AccountCreated::NameTaken => panic!("each has a name of its own"),
            }
        }
        assert_eq!(made, 1);
        assert_eq!(place.text("SELECT CAST(count(*) AS text) AS value FROM auth_user"), "1");
    }
}

#[tokio::test]
async fn a_permission_that_exists_can_be_given_and_given_again() {
    for place in Place::each() {
        let ada = make(&place, account("ada")).await;
        for _ in 0..2 {
            assert!(place.accounts.grant(ada, "posts", "add_post".to_owned()).await.unwrap());
        }
        assert!(!place.accounts.grant(ada, "posts", "fly_post".to_owned()).await.unwrap());
        let held = place.accounts.permissions(ada).await.unwrap();
        assert!(held.holds("posts", "add_post") && !held.holds("posts", "change_post"));
    }
}
