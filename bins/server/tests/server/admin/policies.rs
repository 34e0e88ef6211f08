//! No escalation of privileges: staff that may change accounts cannot give what they do not have, least of all to themselves.

use presspass_test_support::TestDatabase;

use super::{fill_in, start};
use crate::common::{Browser, Server};

/// `man`, who may add, change and delete accounts and groups and view posts; and the keys of the accounts.
fn managed() -> (Server, impl Fn(&mut Server, &str) -> i64) {
    let mut server = start(TestDatabase::sqlite());
    server.account("man", false, true);
    server.rows.run("UPDATE auth_user SET is_staff = true WHERE username = 'man'");
    for codename in
        ["add_user", "change_user", "delete_user", "view_user", "add_group", "change_group", "view_post"]
    {
        server.grant("man", codename);
    }
    let id = |server: &mut Server, name: &str| {
        server.rows.number(&format!("SELECT id FROM auth_user WHERE username = '{name}'"))
    };
    (server, id)
}

#[test]
fn nobody_but_a_superuser_makes_a_superuser() {
    let (mut server, id) = managed();
    let man = id(&mut server, "man");
    let bob = id(&mut server, "bob");
    let mut browser = Browser::of(&server, "man");
    // Their own last: the form takes their permissions away.
    for (name, key) in [("bob", bob), ("man", man)] {
        let path = format!("/admin/auth/user/{key}/change/");
        let page = browser.get(&path).text().to_owned();
        assert!(!page.contains("name=\"is_superuser\""), "{page}");
        assert!(page.contains("Only superusers can make a user a superuser."), "{page}");
        let fields = [("username", name), ("is_active", "on"), ("is_staff", "on"), ("is_superuser", "on")];
        fill_in(&mut browser, &path, &fields);
        let is = format!("SELECT count(*) FROM auth_user WHERE id = {key} AND is_superuser");
        assert_eq!(server.rows.number(&is), 0, "{name}");
    }
}

#[test]
fn nobody_gives_what_they_do_not_hold() {
    let (mut server, id) = managed();
    let man = id(&mut server, "man");
    let permission = |server: &mut Server, codename: &str| {
        server
            .rows
            .number(&format!("SELECT id FROM auth_permission WHERE codename = '{codename}'"))
            .to_string()
    };
    let (delete_post, view_post) =
        (permission(&mut server, "delete_post"), permission(&mut server, "view_post"));
    server.rows.run(&format!(
        "INSERT INTO auth_group (name) VALUES ('mighty'), ('meek');
         INSERT INTO auth_group_permissions (group_id, permission_id)
             SELECT id, {delete_post} FROM auth_group WHERE name = 'mighty';
         INSERT INTO auth_group_permissions (group_id, permission_id)
             SELECT id, {view_post} FROM auth_group WHERE name = 'meek'"
    ));
    let group = |server: &mut Server, name: &str| {
        server.rows.number(&format!("SELECT id FROM auth_group WHERE name = '{name}'")).to_string()
    };
    let (mighty, meek) = (group(&mut server, "mighty"), group(&mut server, "meek"));
    let bob = id(&mut server, "bob");
    let mut browser = Browser::of(&server, "man");
    for key in [man, bob] {
        let path = format!("/admin/auth/user/{key}/change/");
        let page = browser.get(&path).text().to_owned();
        assert!(page.contains("posts | post | Can view post") && !page.contains("Can delete post"), "{page}");
        assert!(page.contains("> <span>meek</span>") && !page.contains("mighty"), "{page}");
        for (field, value) in [("user_permissions", &delete_post), ("groups", &mighty)] {
            let fields = [("username", "x"), ("is_active", "on"), (field, value)];
            let answer = fill_in(&mut browser, &path, &fields);
            assert_eq!(answer.status, 422, "{field}");
            assert!(answer.text().contains("is not one of the available choices"), "{}", answer.text());
        }
    }
    let fields =
        [("username", "bob"), ("is_active", "on"), ("user_permissions", &view_post), ("groups", &meek)];
    assert_eq!(fill_in(&mut browser, &format!("/admin/auth/user/{bob}/change/"), &fields).status, 302);
    // Nor by a group: neither one that may more already, nor by giving it more.
    let answer = browser.submit(&format!("/admin/auth/group/{mighty}/change/"), &[("name", "mine")]);
    assert_eq!(answer.status, 403);
    let path = format!("/admin/auth/group/{meek}/change/");
    let answer = fill_in(&mut browser, &path, &[("name", "meek"), ("permissions", &delete_post)]);
    assert_eq!(answer.status, 422);
    let given = format!(
        "SELECT count(*) FROM auth_user_user_permissions WHERE permission_id = {delete_post} AND user_id IN ({man}, {bob})"
    );
    assert_eq!(server.rows.number(&given), 0);
}

#[test]
fn accounts_that_may_more_are_only_looked_at() {
    let (mut server, id) = managed();
    let mut browser = Browser::of(&server, "man");
    for name in ["ada", "ed"] {
        let key = id(&mut server, name);
        let page = browser.get(&format!("/admin/auth/user/{key}/change/"));
        assert!(page.status == 200 && !page.text().contains("_save"), "{}", page.text());
        for (page, fields) in [
            ("change", vec![("username", "mine")]),
            ("delete", vec![("post", "yes")]),
            ("password", vec![("password1", "Battery-Staple-7"), ("password2", "Battery-Staple-7")]),
        ] {
            let path = format!("/admin/auth/user/{key}/{page}/");
            assert_eq!(browser.submit(&path, &fields).status, 403, "{path}");
        }
        let key = key.to_string();
        let selected = [("action", "delete_selected"), ("_selected_action", key.as_str())];
        let answer = browser.submit("/admin/auth/user/", &selected);
        assert_eq!(answer.header("Location"), Some("/admin/auth/user/"), "{}", answer.text());
        assert!(browser.get("/admin/auth/user/").text().contains("Nothing was deleted."));
        // Nor with all others, nor with those among whom it is.
        let all = [selected[0], ("select_across", "1")];
        for list in ["/admin/auth/user/".to_owned(), format!("/admin/auth/user/?q={name}")] {
            assert_eq!(browser.submit(&list, &all).status, 302, "{list}");
            assert!(browser.get(&list).text().contains("Nothing was deleted."), "{list}");
        }
    }
    assert_eq!(server.rows.number("SELECT count(*) FROM auth_user WHERE username IN ('ada', 'ed')"), 2);
}

#[test]
fn who_may_add_accounts_and_not_change_them_adds_none() {
    let (mut server, _) = managed();
    server.rows.run(
        "DELETE FROM auth_user_user_permissions WHERE permission_id IN
         (SELECT id FROM auth_permission WHERE codename = 'change_user')",
    );
    let mut browser = Browser::of(&server, "man");
    assert_eq!(browser.get("/admin/auth/user/add/").status, 403);
}
