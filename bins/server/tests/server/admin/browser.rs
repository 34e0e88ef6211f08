//! `../browser/admin.mjs` and its like: the admin in a real browser.

use std::collections::BTreeSet;

use presspass_test_support::TestDatabase;
use serde_json::json;

use super::start;
use crate::common::{PASSWORD, Server, hostile_strings, in_chromium};
use crate::setup;

#[test]
fn the_admin_in_a_browser() {
    let mut server = start(TestDatabase::sqlite());
    server.rows.run(
        "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 10000)
         INSERT INTO posts_post (title, content, created_at, updated_at)
         SELECT 'Post ' || n, 'The content of post ' || n || '.',
             datetime('2026-01-01', '+' || n || ' minutes'), datetime('2026-01-01', '+' || n || ' minutes')
         FROM number",
    );
    let given = json!({"password": PASSWORD, "every": every(24)});
    in_chromium(include_str!("../browser/admin.mjs"), &server.url(""), &given);
}

#[test]
fn hostile_names_in_a_browser() {
    let mut server = start(TestDatabase::sqlite());
    let names = hostile_names(&mut server);
    let given = json!({"password": PASSWORD, "every": every(12), "names": names});
    in_chromium(include_str!("../browser/names.mjs"), &server.url(""), &given);
}

/// Of the hostile strings one in `usual` goes through all pages; one in 1 is all, and takes minutes.
fn every(usual: u64) -> u64 {
    std::env::var("PRESSPASS_EVERY_STRING").map_or(usual, |_| 1)
}

/// Makes accounts and groups of hostile names, which no form of ours takes: other programs write into these tables, too.
fn hostile_names(server: &mut Server) -> BTreeSet<String> {
    let name = |text: String| {
        let text: String = text.chars().filter(|c| !matches!(c, '\0' | '\n' | '\r')).take(150).collect();
        text.trim().to_owned()
    };
    let names: BTreeSet<String> =
        hostile_strings().into_iter().map(name).filter(|it| !it.is_empty()).collect();
    for name in &names {
        let name = name.replace('\'', "''");
        server.rows.run(&format!(
            "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active,
                date_joined) VALUES ('!', false, '{name}', '{name}', '{name}', '{name}', false, true, '2026-01-01 00:00:00');
             INSERT INTO auth_group (name) VALUES ('{name}')"
        ));
    }
    names
}

#[test]
fn first_start_to_first_post_in_the_admin() {
    let server = setup::start();
    let link = setup::link(&server);
    let given = json!({"link": link, "username": "ann", "password": PASSWORD});
    in_chromium(include_str!("../browser/first_post.mjs"), &server.url(""), &given);
}
