//! `../browser/admin.mjs`: the admin in a real browser.

use presspass_test_support::TestDatabase;
use serde_json::json;

use super::start;
use crate::common::{PASSWORD, in_chromium};
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
    // Of the hostile strings every so many goes through all forms; 1 is all, and takes minutes.
    let every: u64 = std::env::var("PRESSPASS_EVERY_STRING").map_or(12, |_| 1);
    let given = json!({"password": PASSWORD, "every": every});
    in_chromium(include_str!("../browser/admin.mjs"), &server.url(""), &given);
}

#[test]
fn first_start_to_first_post_in_the_admin() {
    let server = setup::start();
    let link = setup::link(&server);
    let given = json!({"link": link, "username": "ann", "password": PASSWORD});
    in_chromium(include_str!("../browser/first_post.mjs"), &server.url(""), &given);
}
