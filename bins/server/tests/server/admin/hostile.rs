//! Hostile requests: no answer is a 5xx.

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
fn odd_queries_are_answered_whoever_asks_and_lead_nowhere_else() {
    let mut server = start(TestDatabase::sqlite());
    server.posts(60);
    let odd = [
        "p=0",
        "p=99999999999",
        "o=99",
        "e=1",
        "all=",
        "_changelist_filters=",
        "_changelist_filters=%00",
        "_changelist_filters=%FF",
        "_changelist_filters=//evil.example/",
        "_changelist_filters=https%3A%2F%2Fevil.example%2F%3Fq%3D1",
        "_changelist_filters=q%3D%2500%26p%3D99999999999%26o%3D99%26e%3D1%26all%3D",
        "_changelist_filters=_changelist_filters%3Dq%253Da",
        "_changelist_filters=q%3Da&_changelist_filters=%0D%0AX-Odd:%201",
    ];
    let long = format!("_changelist_filters=q%3D{}", "a".repeat(6000));
    let mut people = Vec::from(["ada", "ed", "vi"].map(|name| Browser::of(&server, name)));
    people.push(Browser::new(&server));
    for person in &mut people {
        for query in odd.iter().chain([&long.as_str()]) {
            for page in ["", "add/", "1/", "1/change/", "1/delete/", "1/history/", "99/change/", "x/change/"]
            {
                let path = format!("/admin/posts/post/{page}?{query}");
                let sent =
                    [("title", ""), ("action", "delete_selected"), ("select_across", "1"), ("_save", "1")];
                for answer in [person.get(&path), person.submit(&path, &sent)] {
                    assert!(answer.status < 500, "{path}: {}", answer.status);
                    let to = answer.header("Location").unwrap_or("/admin/");
                    assert!(to.starts_with("/admin/") && !to.contains('\n'), "{path}: {to}");
                    assert!(answer.header("X-Odd").is_none(), "{path}");
                    assert!(
                        !answer.text().contains("href=\"//") && !answer.text().contains("href=\"http"),
                        "{path}"
                    );
                }
            }
        }
    }
    assert_eq!(server.rows.number("SELECT count(*) FROM posts_post"), 61);
}

#[test]
fn odd_selections_delete_nothing() {
    for database in TestDatabase::each() {
        let mut server = start(database);
        server.posts(60);
        let mut ada = Browser::of(&server, "ada");
        let list = "/admin/posts/post/";
        let ids: Vec<String> = (1..=51).map(|id| id.to_string()).collect();
        let many: Vec<_> = ids.iter().map(|id| ("_selected_action", id.as_str())).collect();
        let delete = ("action", "delete_selected");
        let yes = ("post", "yes");
        let version = ("_version", "AAAA");
        for selection in [
            vec![delete, yes, version],
            [vec![delete, yes, version], many.clone()].concat(),
            [vec![("action", "delete_all"), yes], many[..3].to_vec()].concat(),
            vec![delete, ("_selected_action", "-1"), ("_selected_action", "99999999999999999999"), yes],
            vec![delete, ("select_across", "1"), yes, version],
            vec![delete, ("select_across", "1"), yes],
            vec![delete, many[0], yes, ("_version", &*"0".repeat(64))],
        ] {
            let answer = ada.submit(list, &selection);
            assert!([200, 302, 409].contains(&answer.status), "{selection:?}: {}", answer.status);
        }
        // What is gone by the time that it is confirmed is told.
        let all = [delete, ("select_across", "1")];
        let page = ada.submit(list, &all).text().to_owned();
        let version = super::hidden(&page, "_version");
        let confirmed = [all[0], all[1], yes, ("_version", version.as_str())];
        let one = super::hidden(ada.get("/admin/posts/post/1/delete/").text(), "_version");
        assert_eq!(ada.submit("/admin/posts/post/1/delete/", &[yes, ("_version", &one)]).status, 302);
        assert_eq!(ada.submit(list, &confirmed).status, 409);
        assert_eq!(server.rows.number("SELECT count(*) FROM posts_post"), 60);
        server.rows.run("DELETE FROM posts_post");
        assert_eq!(ada.submit(list, &confirmed).status, 302);
        assert!(ada.get(list).text().contains("Nothing was deleted: no posts match any more."));
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
