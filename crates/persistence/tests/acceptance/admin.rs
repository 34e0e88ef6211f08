//! What the stores of an admin site do, on both engines.

use presspass_auth::sessions::{FingerprintKey, Session, SessionKey, SessionStore as _};
use presspass_auth::{StoreError, SystemRandomness};
use presspass_domain::model::{
    Actor, Added, ChangeMessage, Changed, Credential, Deleted, Form, Input, LOG_ENTRY, ListQuery, POST,
    PasswordHash, Record, Reference, RevocationOutcome, USER, Value,
};
use presspass_domain::{NewAccount, Window};
use presspass_persistence::{AccountCreated, Database, DatabaseUrl, Models, Options, Sessions};

use crate::model_store::run_suite;
use crate::place::{Place, account, at};

async fn superuser(place: &Place) -> Actor {
    let root = NewAccount { is_staff: true, is_superuser: true, ..account("root") };
    match place.accounts.create(root).await.unwrap() {
        AccountCreated::New(account_id) => Actor { account_id, at: at(0) },
        other => panic!("{other:?}"),
    }
}

fn text(text: &str) -> Input {
    Input::Text(text.to_owned())
}

fn post(title: &str) -> Form {
    let mut form = Form::new(&POST);
    form.set("title", text(title)).unwrap();
    form.set("content", text("content")).unwrap();
    form
}

fn user(name: &str) -> Form {
    let mut form = Form::new(&USER);
    form.set("username", text(name)).unwrap();
    form.set("password", Input::Password(PasswordHash::new("secret-hash".to_owned()).unwrap())).unwrap();
    form
}

fn saved(added: Added) -> Record {
    match added {
        Added::Saved(record) => record,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_a_store_of_an_admin_site() {
    for place in Place::each() {
        let admin = superuser(&place).await.account_id;
        run_suite(&Models::new(place.database.clone(), crate::posts::PROJECT.models), admin).await;
        let kept = "SELECT CAST(count(*) AS text) AS value FROM presspass_difference
            WHERE old_value LIKE '%pbkdf2%' OR new_value LIKE '%pbkdf2%'";
        assert_eq!(place.text(kept), "0");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_revoked_with_an_entry_in_the_log_or_not_at_all() {
    for place in Place::each() {
        let actor = superuser(&place).await;
        let models = Models::new(place.database.clone(), crate::posts::PROJECT.models);
        let sessions = Sessions::new(place.database.clone());
        let ada = saved(models.add(user("ada"), actor).await.unwrap());
        let account = || Reference { id: ada.id, label: ada.label.clone() };
        let digests: Vec<_> = (0..3).map(|_| SessionKey::new(&SystemRandomness).unwrap().digest()).collect();
        let begin = async |digest| {
            let (account_id, began_at) = (ada.id.integer().unwrap(), at(0).get());
            let fingerprint = FingerprintKey::new(b"a secret").of("hash");
            let expires_at = began_at + time::Duration::weeks(2);
            sessions.begin(digest, Session { account_id, fingerprint, began_at, expires_at }).await.unwrap();
        };
        for digest in &digests {
            begin(*digest).await;
        }
        let text = |text: &str| ChangeMessage::Text(text.to_owned());
        let first = Credential::Session(*digests[0].as_bytes());
        for account_id in [0, ada.id.integer().unwrap()] {
            let deleted_actor = Actor { account_id, at: at(1) };
            for credential in [first, Credential::AllSessions, Credential::AllTokens, Credential::AllApiKeys]
            {
                let outcome = models.revoke(account(), credential, text("no"), deleted_actor).await.unwrap();
                assert_eq!(outcome, RevocationOutcome::ActorGone);
            }
        }
        let of_another = Reference { id: actor.account_id.into(), label: "root".to_owned() };
        for (of, credential) in [
            (of_another, first),
            (account(), Credential::ApiKey(1)),
            (account(), Credential::AllApiKeys),
            (Reference { id: 0.into(), label: String::new() }, Credential::AllTokens),
        ] {
            let outcome = models.revoke(of, credential, text("no"), actor).await.unwrap();
            assert_eq!(outcome, RevocationOutcome::NothingToRevoke, "{credential:?}");
        }
        assert_eq!(sessions.of_account(ada.id.integer().unwrap()).await.unwrap().len(), 3);
        for (credential, message, left) in
            [(first, "one", 2), (Credential::AllSessions, "all", 0), (Credential::AllTokens, "tokens", 0)]
        {
            let outcome = models.revoke(account(), credential, text(message), actor).await.unwrap();
            assert_eq!(outcome, RevocationOutcome::Revoked);
            assert_eq!(
                sessions.of_account(ada.id.integer().unwrap()).await.unwrap().len(),
                left,
                "{message}"
            );
        }
        let again = models.revoke(account(), first, text("no"), actor).await.unwrap();
        assert_eq!(again, RevocationOutcome::NothingToRevoke);
        let history = models.history(&USER, ada.id, Window::All).await.unwrap();
        let messages: Vec<_> = history.items.iter().map(|entry| entry.message.text()).collect();
        assert_eq!(messages, ["tokens", "all", "one", "Added."]);
        // An entry that cannot be written undoes what it is about.
        begin(digests[0]).await;
        place.execute("ALTER TABLE django_admin_log RENAME COLUMN object_repr TO another");
        assert!(models.revoke(account(), Credential::AllSessions, text("x"), actor).await.is_err());
        assert_eq!(sessions.of_account(ada.id.integer().unwrap()).await.unwrap().len(), 1);
    }
}

/// Another server's view of the same database.
fn another(place: &Place) -> Models {
    let options =
        Options { pool_size: 4, timeout: std::time::Duration::from_secs(20), ..crate::posts::options() };
    Models::new(
        Database::open(&DatabaseUrl::parse(&place.behind.url()).unwrap(), options).unwrap(),
        crate::posts::PROJECT.models,
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_change_and_delete_on_several_servers_one_gets_through() {
    for place in Place::each() {
        let actor = superuser(&place).await;
        let servers = [another(&place), another(&place)];
        for round in 0..10 {
            let record = saved(servers[0].add(post("race"), actor).await.unwrap());
            let deletion = servers[0].deletion(&POST, vec![record.id]).await.unwrap();
            let mut tasks = Vec::new();
            for n in 0..8 {
                let posts = servers[n % 2].clone();
                tasks.push(tokio::spawn(async move {
                    if n < 6 {
                        let change = post(&format!("race {round} {n}"));
                        let outcome = posts.change(record.id, record.version, change, actor).await.unwrap();
                        match outcome {
                            Changed::Saved(_) => 1,
                            Changed::Stale(_) | Changed::Gone => 0,
                            other => panic!("{other:?}"),
                        }
                    } else {
                        let outcome =
                            posts.delete(&POST, vec![record.id], deletion.version, actor).await.unwrap();
                        match outcome {
                            Deleted::Deleted(1) => 1,
                            Deleted::Stale(_) | Deleted::Gone => 0,
                            other => panic!("{other:?}"),
                        }
                    }
                }));
            }
            let mut through = 0;
            for task in tasks {
                through += task.await.unwrap();
            }
            assert_eq!(through, 1, "round {round}");
            let history = servers[1].history(&POST, record.id, Window::All).await.unwrap();
            assert_eq!(history.count, 2, "the addition, and what got through");
        }
    }
}

#[tokio::test]
async fn tables_that_we_do_not_know_protect_their_parents_and_are_named() {
    for place in Place::each() {
        let actor = superuser(&place).await;
        let models = Models::new(place.database.clone(), crate::posts::PROJECT.models);
        let ada = saved(models.add(user("ada"), actor).await.unwrap());
        let id = ada.id;
        place.execute(&format!(
            "CREATE TABLE shop_order (id integer PRIMARY KEY, \"the buyer\" integer REFERENCES auth_user (id));
             CREATE TABLE shop_visit (id integer PRIMARY KEY,
                user_id integer REFERENCES auth_user (id) ON DELETE SET NULL);
             CREATE TABLE shop_cart (id integer PRIMARY KEY,
                user_id integer REFERENCES auth_user (id) ON DELETE CASCADE);
             CREATE TABLE shop_line (id integer PRIMARY KEY, cart_id integer REFERENCES shop_cart (id));
             CREATE TABLE shop_note (id integer PRIMARY KEY, entry_id integer REFERENCES django_admin_log (id));
             INSERT INTO shop_order VALUES (1, {id}), (2, {id}), (3, NULL);
             INSERT INTO shop_visit VALUES (1, {id});
             INSERT INTO shop_cart VALUES (1, {id});
             INSERT INTO shop_line VALUES (1, 1);"
        ));
        let protected = async || {
            let deletion = models.deletion(&USER, vec![id]).await.unwrap();
            let by: Vec<_> = deletion.protected.iter().map(|by| (by.table.clone(), by.count)).collect();
            let outcome = models.delete(&USER, vec![id], deletion.version, actor).await.unwrap();
            assert_eq!(outcome, Deleted::Protected(deletion.protected));
            by
        };
        assert_eq!(protected().await, [("shop_line".to_owned(), 1), ("shop_order".to_owned(), 2)]);
        place.execute("DELETE FROM shop_order; DELETE FROM shop_line");
        let mut staff = Form::new(&USER);
        staff.set("is_staff", Input::Boolean(true)).unwrap();
        models.change(id, ada.version, staff, actor).await.unwrap();
        models.add(post("x"), Actor { account_id: id.integer().unwrap(), ..actor }).await.unwrap();
        place.execute(&format!(
            "INSERT INTO shop_note SELECT 1, id FROM django_admin_log WHERE user_id = {id}"
        ));
        assert_eq!(protected().await, [("shop_note".to_owned(), 1)]);
        place.execute("DELETE FROM shop_note");
        let deletion = models.deletion(&USER, vec![id]).await.unwrap();
        let kinds: Vec<_> = deletion.dependents.iter().map(|of| (of.kind.as_str(), of.count)).collect();
        assert_eq!(kinds, [("log entries", 1), ("shop_cart", 1)]);
        let outcome = models.delete(&USER, vec![id], deletion.version, actor).await.unwrap();
        assert_eq!(outcome, Deleted::Deleted(1));
        assert_eq!(place.texts("SELECT CAST(user_id AS text) AS value FROM shop_visit"), [None]);
        assert!(place.texts("SELECT CAST(id AS text) AS value FROM shop_cart").is_empty());
    }
}

#[tokio::test]
async fn tokens_of_the_original_and_sessions_of_ours_go_with_their_account() {
    for place in Place::each() {
        let actor = superuser(&place).await;
        let models = Models::new(place.database.clone(), crate::posts::PROJECT.models);
        let ada = saved(models.add(user("ada"), actor).await.unwrap());
        place.execute(&format!(
            "CREATE TABLE authtoken_token (key varchar(40) PRIMARY KEY, created timestamp,
                user_id integer NOT NULL UNIQUE REFERENCES auth_user (id) DEFERRABLE INITIALLY DEFERRED);
             INSERT INTO authtoken_token (key, user_id) VALUES ('k', {id});
             DROP TABLE IF EXISTS presspass_revocation;
             CREATE TABLE presspass_revocation (account_id integer REFERENCES auth_user (id) ON DELETE CASCADE);
             INSERT INTO presspass_revocation VALUES ({id})",
            id = ada.id
        ));
        let sessions = Sessions::new(place.database.clone());
        let begin = async || {
            let began_at = at(0).get();
            let session = Session {
                account_id: ada.id.integer().unwrap(),
                fingerprint: FingerprintKey::new(b"a secret").of("hash"),
                began_at,
                expires_at: began_at + time::Duration::weeks(2),
            };
            sessions.begin(SessionKey::new(&SystemRandomness).unwrap().digest(), session).await.unwrap();
        };
        begin().await;
        let deletion = models.deletion(&USER, vec![ada.id]).await.unwrap();
        let kinds: Vec<_> = deletion.dependents.iter().map(|of| (of.kind.as_str(), of.count)).collect();
        assert_eq!(kinds, [("tokens", 1), ("sessions", 1)]);
        // Who logs in meanwhile does not make the summary stale.
        begin().await;
        let outcome = models.delete(&USER, vec![ada.id], deletion.version, actor).await.unwrap();
        assert_eq!(outcome, Deleted::Deleted(1));
        assert!(sessions.of_account(ada.id.integer().unwrap()).await.unwrap().is_empty());
        assert!(place.texts("SELECT key AS value FROM authtoken_token").is_empty());
    }
}

#[tokio::test]
async fn where_the_original_has_no_admin_there_is_no_log_and_all_else_works() {
    for place in Place::each() {
        place.execute("DROP TABLE presspass_difference; DROP TABLE django_admin_log");
        let actor = superuser(&place).await;
        let models = Models::new(place.database.clone(), crate::posts::PROJECT.models);
        let record = saved(models.add(post("a"), actor).await.unwrap());
        let changed = models.change(record.id, record.version, post("b"), actor).await.unwrap();
        assert!(matches!(changed, Changed::Saved(_)), "{changed:?}");
        let ada = saved(models.add(user("ada"), actor).await.unwrap());
        for (model, id) in [(&POST, record.id), (&USER, ada.id)] {
            let deletion = models.deletion(model, vec![id]).await.unwrap();
            let outcome = models.delete(model, vec![id], deletion.version, actor).await.unwrap();
            assert_eq!(outcome, Deleted::Deleted(1));
        }
        assert!(models.recent(actor.account_id, 10).await.unwrap().is_empty());
        assert_eq!(models.history(&POST, record.id, Window::All).await.unwrap().count, 0);
        assert_eq!(models.entry(1).await.unwrap(), None);
        assert_eq!(models.count(&LOG_ENTRY).await.unwrap(), 0);
        assert_eq!(models.list(ListQuery::new(&LOG_ENTRY, Window::All)).await.unwrap().count, 0);
    }
}

/// A sequence that lags behind its table, as after a careless restore, is no taken name.
#[tokio::test]
async fn a_key_that_is_taken_is_an_error() {
    for place in Place::each().filter(|place| !place.is_sqlite()) {
        let actor = superuser(&place).await;
        place.execute("SELECT setval(pg_get_serial_sequence('auth_user', 'id'), 1, false)");
        let added =
            Models::new(place.database.clone(), crate::posts::PROJECT.models).add(user("ada"), actor).await;
        assert!(matches!(added, Err(StoreError::Failed(_))), "{added:?}");
    }
}

#[tokio::test]
async fn a_write_that_fails_leaves_neither_record_nor_entry() {
    for place in Place::each() {
        let actor = superuser(&place).await;
        let models = Models::new(place.database.clone(), crate::posts::PROJECT.models);
        let record = saved(models.add(post("kept"), actor).await.unwrap());
        // The last statement of a change fails.
        place.execute("ALTER TABLE presspass_difference RENAME TO presspass_elsewhere");
        let changed = models.change(record.id, record.version, post("lost"), actor).await;
        assert!(matches!(changed, Err(StoreError::Failed(_))), "{changed:?}");
        place.execute("ALTER TABLE presspass_elsewhere RENAME TO presspass_difference");
        assert_eq!(models.find(&POST, record.id).await.unwrap(), Some(record.clone()));
        assert_eq!(models.history(&POST, record.id, Window::All).await.unwrap().count, 1);
    }
}

#[tokio::test]
async fn rows_of_other_programs_are_read_and_changed() {
    for place in Place::each() {
        let actor = superuser(&place).await;
        let models = Models::new(place.database.clone(), crate::posts::PROJECT.models);
        // Blank titles, titles that are too long for a form, and an entry of nobody's format.
        place.execute(
            "INSERT INTO posts_post (title, content, created_at, updated_at) VALUES
                ('', '', '2026-01-01 00:00:00.5', '2026-01-01 00:00:00')",
        );
        let list = ListQuery::new(&POST, Window::All).columns(&["title", "created_at"]).unwrap();
        let row = models.list(list).await.unwrap().items.remove(0);
        assert_eq!(
            (row.label.as_str(), row.get("created_at")),
            ("", Some(&Value::Timestamp(Some(at(500_000)))))
        );
        let record = models.find(&POST, row.id).await.unwrap().unwrap();
        let changed = models.change(row.id, record.version, post("now"), actor).await.unwrap();
        assert!(matches!(changed, Changed::Saved(_)), "{changed:?}");
    }
}

#[tokio::test]
async fn the_table_of_differences_goes_as_it_came() {
    for place in Place::each() {
        let engine = if place.is_sqlite() { "sqlite" } else { "postgresql" };
        let folder =
            format!("{}/migrations/{engine}/2026-11-26-000021_differences", env!("CARGO_MANIFEST_DIR"));
        for script in ["down.sql", "up.sql", "down.sql"] {
            place.execute(&std::fs::read_to_string(format!("{folder}/{script}")).unwrap());
        }
        // As where Django has no admin.
        place.execute("DROP TABLE django_admin_log");
        for script in ["up.sql", "down.sql"] {
            place.execute(&std::fs::read_to_string(format!("{folder}/{script}")).unwrap());
        }
    }
}

#[tokio::test]
async fn the_last_account_that_can_administer_everything_is_not_deleted() {
    for place in Place::each() {
        let root = superuser(&place).await;
        let models = Models::new(place.database.clone(), crate::posts::PROJECT.models);
        let deleted = async |id: i64, actor: Actor| {
            let deletion = models.deletion(&USER, vec![id.into()]).await.unwrap();
            models.delete(&USER, vec![id.into()], deletion.version, actor).await.unwrap()
        };
        let other = NewAccount { is_staff: true, is_superuser: true, ..account("other") };
        let AccountCreated::New(other) = place.accounts.create(other).await.unwrap() else {
            panic!("it is taken")
        };
        assert_eq!(deleted(other, root).await, Deleted::Deleted(1));
        let outcome = deleted(root.account_id, root).await;
        assert!(matches!(outcome, Deleted::Refused(_)), "{outcome:?}");
        // Other accounts can still be deleted.
        let ada = saved(models.add(user("ada"), root).await.unwrap());
        assert_eq!(deleted(ada.id.integer().unwrap(), root).await, Deleted::Deleted(1));
    }
}
