//! `presspass token revoke`, `presspass apikey …`.

use presspass_test_support::TestDatabase;

use super::{ask, obtain, status};
use crate::common::{Browser, Finished, PASSWORD, SECRET_KEY, Server, run};

fn presspass(database: &TestDatabase, arguments: &[&str]) -> Finished {
    let url = database.url();
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("SECRET_KEY", SECRET_KEY),
        ("PRESSPASS_AUTHENTICATORS", "jwt,token,session"),
    ];
    run(arguments, &settings)
}

fn each() -> impl Iterator<Item = (TestDatabase, Server)> {
    TestDatabase::each().into_iter().map(|database| {
        let settings = [("PRESSPASS_AUTHENTICATORS", "jwt,token,session")];
        let mut server = Server::start_on(&database, &settings);
        server.admin("ada");
        (database, server)
    })
}

#[test]
fn token_revoke_ends_one_or_all() {
    for (database, server) in each() {
        let (one, other) = (obtain(&server, "ada", PASSWORD), obtain(&server, "ada", PASSWORD));
        let mut browser = Browser::of(&server, "ada");
        let done = presspass(&database, &["token", "revoke", &one]);
        assert_eq!(done.code, Some(0), "{done:?}");
        assert_eq!(done.stdout, "The token of user 'ada' and the tokens refreshed from it were revoked.\n");
        assert_eq!((status(&server, &one), status(&server, &other), browser.status()), (401, 200, 200));
        let done = presspass(&database, &["token", "revoke", "--all-of", "ada"]);
        assert_eq!(
            done.stdout, "All tokens of user 'ada' were revoked, and 1 sessions deleted.\n",
            "{done:?}"
        );
        assert_eq!((status(&server, &other), browser.status()), (401, 401));
        for (arguments, said) in [
            (&["token", "revoke", "--all-of", "eve"][..], "user 'eve' does not exist"),
            (&["token", "revoke", "rubbish"], "this token is invalid and cannot be revoked"),
            (&["token", "revoke"], "this token is invalid and cannot be revoked"),
        ] {
            let failed = presspass(&database, arguments);
            assert_eq!(failed.code, Some(1), "{failed:?}");
            assert!(failed.stderr.contains(said) && !failed.stderr.contains("rubbish"), "{failed:?}");
        }
        assert_eq!(presspass(&database, &["token", "revoke", "x", "--all-of", "ada"]).code, Some(2));
    }
}

#[test]
fn apikey_makes_lists_and_revokes() {
    for (database, server) in each() {
        let made = presspass(
            &database,
            &[
                "apikey",
                "create",
                "ada",
                "robot",
                "--scopes",
                "posts.view_post,posts.add_post",
                "--days",
                "30",
            ],
        );
        assert_eq!(made.code, Some(0), "{made:?}");
        let key = made.stdout.trim_end();
        assert!(key.starts_with("pp_") && !made.stderr.contains(key), "{made:?}");
        let token = format!("Token {key}");
        assert_eq!(ask(&server, "GET", "/api/posts/", &token).status, 200);
        let listed = presspass(&database, &["apikey", "list", "ada"]).stdout;
        let line = listed.lines().nth(1).unwrap();
        assert!(line.contains("\trobot\tposts.add_post posts.view_post\t"), "{listed}");
        assert!(!listed.contains(key));
        let id = line.split('\t').next().unwrap();
        let ended = presspass(&database, &["apikey", "revoke", "ada", id]);
        assert_eq!(
            (ended.code, ended.stdout),
            (Some(0), format!("API key {id} of user 'ada' was revoked.\n"))
        );
        assert_eq!(ask(&server, "GET", "/api/posts/", &token).status, 401);
        let again = presspass(&database, &["apikey", "revoke", "ada", id]);
        assert_eq!(again.code, Some(1), "{again:?}");
        presspass(&database, &["apikey", "create", "ada", "a", "--scopes", "*"]);
        let ended = presspass(&database, &["apikey", "revoke", "ada", "--all"]);
        assert_eq!(ended.stdout, "1 API keys of user 'ada' were revoked.\n", "{ended:?}");
        for (arguments, code) in [
            (&["apikey", "create", "ada", "a"][..], 2),
            (&["apikey", "create", "ada", "a", "--scopes", "nonsense"], 1),
            (&["apikey", "create", "eve", "a", "--scopes", "*"], 1),
            (&["apikey", "revoke", "ada"], 2),
        ] {
            assert_eq!(presspass(&database, arguments).code, Some(code), "{arguments:?}");
        }
    }
}
