//! What nobody sends who means well: no answer is a fault of ours.

use presspass_test_support::TestDatabase;

use super::{fill_in, start};
use crate::common::Browser;

#[test]
fn odd_addresses_are_answered() {
    let server = start(TestDatabase::sqlite());
    let mut browser = Browser::of(&server, "ada");
    let ids = [
        "0",
        "-1",
        "+1",
        "x",
        "99999999999999999999",
        "9223372036854775807",
        "1e3",
        "1.0",
        "%00",
        "%FF",
        "..",
        "%2F",
        "1%20",
        "١",
        "1;drop",
    ];
    for id in ids {
        for page in ["", "change/", "delete/", "history/", "password/"] {
            let id = id.replace('١', "%D9%A1");
            let path = format!("/admin/auth/user/{id}/{page}");
            let answer = browser.get(&path);
            assert!(answer.status < 500, "{path}: {}", answer.status);
            let answer = browser.submit(&path, &[("post", "yes"), ("_version", "x")]);
            assert!(answer.status < 500, "POST {path}: {}", answer.status);
        }
    }
    for path in [
        "/admin/%00/",
        "/admin/posts//",
        "/admin//post/",
        "/admin/posts/post/1/change/x/",
        "/admin/posts/post/add/x/",
    ] {
        let answer = browser.get(path);
        assert!((300..500).contains(&answer.status), "{path}: {}", answer.status);
    }
}

#[test]
fn odd_queries_are_answered() {
    for database in TestDatabase::each() {
        let server = start(database);
        let mut browser = Browser::of(&server, "ada");
        let odd = [
            "q=%00",
            "q=%FF",
            "q=%25_%5C",
            "q='%22",
            "q=%F0%9F%8E%89",
            "o=1.2.3.-4.99.x",
            "o=-",
            "p=0",
            "p=4294967295",
            "p=99999999999999999999",
            "is_staff__exact=2",
            "is_staff__exact=1&is_staff__exact=x",
            "groups__id__exact=99999999999999999999",
            "groups__id__exact=-1",
            "groups__isnull=maybe",
            "last_login__gte=0001-01-01",
            "last_login__lt=9999-12-31T23:59:59Z",
            "last_login__gte=x&last_login__lt=y",
            "action_time__gte=2026-02-30",
            "action_flag__exact=9223372036854775807",
            "content_type__id__exact=1",
            "created_at__gte=2026-01-01%2000:00:00%2B00:00",
            "created_at__gte=%00",
            "e=1",
            "_popup=1",
            "password__startswith=p",
            "=",
            "&&&;;;",
        ];
        for list in
            ["/admin/auth/user/", "/admin/admin/logentry/", "/admin/posts/post/", "/admin/auth/group/"]
        {
            for query in odd {
                let answer = browser.get(&format!("{list}?{query}"));
                assert_eq!(answer.status, 200, "{list}?{query}: {}", answer.text());
            }
            let long = "a+".repeat(3000);
            assert!(browser.get(&format!("{list}?q={long}")).status < 500);
        }
    }
}

#[test]
fn odd_forms_are_answered_and_nothing_is_lost_on_the_way() {
    for database in TestDatabase::each() {
        let mut server = start(database);
        let mut browser = Browser::of(&server, "ada");
        let path = "/admin/posts/post/1/change/";
        for (title, status) in [
            ("a\0b", 422),
            (&*"x".repeat(51), 422),
            (&*"🎉".repeat(50), 302),
            (" \u{1f}\t", 422),
            ("<script>alert(1)</script>", 302),
            ("\u{202e}\u{feff}\u{200b}x", 302),
            ("'; DROP TABLE posts_post; --", 302),
        ] {
            let answer = fill_in(&mut browser, path, &[("title", title), ("content", title)]);
            assert_eq!(answer.status, status, "{title:?}: {}", answer.text());
            if status == 302 {
                assert_eq!(server.rows.text("SELECT title FROM posts_post WHERE id = 1"), title);
                assert_eq!(server.rows.text("SELECT content FROM posts_post WHERE id = 1"), title);
            }
        }
        let user = server.rows.number("SELECT id FROM auth_user WHERE username = 'bob'");
        let path = format!("/admin/auth/user/{user}/change/");
        for (field, value, status) in [
            ("groups", "99999999999", 422),
            ("groups", "x", 302),
            ("user_permissions", "-1", 422),
            ("email", "no", 422),
            ("email", &*format!("{}@example.com", "a".repeat(300)), 422),
            ("first_name", &*"n".repeat(151), 422),
            ("first_name", "\0", 422),
        ] {
            let answer =
                fill_in(&mut browser, &path, &[("username", "bob"), ("is_active", "on"), (field, value)]);
            assert_eq!(answer.status, status, "{field} {value}: {}", answer.text());
        }
        let many = vec![("_selected_action", "7"); 1200];
        assert_eq!(browser.submit("/admin/posts/post/", &many).status, 400);
    }
}
