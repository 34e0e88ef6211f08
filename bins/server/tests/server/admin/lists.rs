//! Lists without script: coming back to them, and deleting all that they have.

use super::{each, fill_in, hidden};
use crate::common::Browser;

const LIST: &str = "/admin/posts/post/?q=Title&o=-1";
const KEPT: &str = "?_changelist_filters=q%3DTitle%26o%3D-1";

/// Where a page leads, by the links of its `main` and above it.
fn links(page: &str) -> Vec<String> {
    let parts = page.split("href=\"").skip(1);
    parts.filter_map(|part| part.split_once('"')).map(|(href, _)| href.replace("&#38;", "&")).collect()
}

fn post(page: &str) -> String {
    format!("/admin/posts/post/{page}/{KEPT}")
}

#[test]
fn who_opens_a_record_out_of_a_list_comes_back_to_it() {
    for mut server in each() {
        server.posts(3);
        let mut browser = Browser::of(&server, "ed");
        let list = browser.get(LIST).text().to_owned();
        let of_list = links(&list);
        let found = of_list.iter().filter(|href| href.ends_with(&format!("/change/{KEPT}"))).count();
        assert_eq!(found, 4, "{list}");
        let first = of_list.iter().find(|href| href.contains("/change/")).unwrap().clone();
        let id = first.trim_start_matches("/admin/posts/post/").split('/').next().unwrap().to_owned();
        for page in ["change", "delete", "history"] {
            let path = post(&format!("{id}/{page}"));
            let page = browser.get(&path).text().to_owned();
            assert!(links(&page).contains(&LIST.to_owned()), "{path}: {page}");
        }
        let typed = [("title", "Title of ed"), ("content", "c")];
        let change = fill_in(&mut browser, &post(&format!("{id}/change")), &typed);
        assert_eq!(change.header("Location"), Some(LIST));
        let more = [typed[0], ("content", "d"), ("_addanother", "1")];
        let change = fill_in(&mut browser, &post(&format!("{id}/change")), &more);
        assert_eq!(change.header("Location"), Some(post("add").as_str()));
        let added = fill_in(&mut browser, &post("add"), &typed);
        assert_eq!(added.header("Location"), Some(LIST));
        // An error, and the way through the login, keep it too.
        let wrong = fill_in(&mut browser, &post(&format!("{id}/change")), &[("title", ""), ("content", "c")]);
        assert!(wrong.status == 422 && links(wrong.text()).contains(&LIST.to_owned()), "{}", wrong.text());
        let version = hidden(browser.get(&post(&format!("{id}/delete"))).text(), "_version");
        let confirmed = [("post", "yes"), ("_version", version.as_str())];
        let gone = browser.submit(&post(&format!("{id}/delete")), &confirmed);
        assert_eq!(gone.header("Location"), Some(LIST));
        let stranger = Browser::new(&server).get(&post("1/change"));
        let to = stranger.header("Location").unwrap_or_default();
        assert!(to.ends_with("/change/%3F_changelist_filters%3Dq%253DTitle%2526o%253D-1"), "{to}");
    }
}

const ALL: [(&str, &str); 2] = [("action", "delete_selected"), ("select_across", "1")];

fn confirmed(version: &str) -> [(&str, &str); 4] {
    [ALL[0], ALL[1], ("post", "yes"), ("_version", version)]
}

/// Posts `Many 1` to `Many n`.
fn many(server: &mut crate::common::Server, count: i64) {
    server.rows.run(&format!(
        "INSERT INTO posts_post (title, content, created_at, updated_at)
         WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {count})
         SELECT 'Many ' || n, 'Content', '2026-01-01 00:00:00', '2026-01-01 00:00:00' FROM number"
    ));
}

#[test]
fn all_that_match_are_deleted_up_to_a_bound() {
    for mut server in each() {
        many(&mut server, 10_001);
        let mut browser = Browser::of(&server, "ed");
        let list = "/admin/posts/post/?q=Many";
        let page = browser.get(list).text().to_owned();
        assert!(
            page.contains("You can delete up to 10,000 at a time.") && !page.contains("select_across"),
            "{page}"
        );
        let refused = browser.submit(list, &ALL);
        assert_eq!(refused.header("Location"), Some(list));
        let told = browser.get(list).text().to_owned();
        assert!(told.contains("Nothing was deleted. You can delete up to 10,000 posts at a time"), "{told}");
        server.rows.run("UPDATE posts_post SET title = 'Kept' WHERE title = 'Many 10001'");
        let page = browser.get(list).text().to_owned();
        assert!(page.contains("All 10,000 posts that match"), "{page}");
        let page = browser.submit(list, &ALL).text().to_owned();
        assert!(page.contains("Delete 10,000 posts?") && page.contains("and 9,980 more"), "{page}");
        assert!(page.len() < 60_000, "{}", page.len());
        // What comes to match meanwhile is not among them.
        server.rows.run("UPDATE posts_post SET title = 'Many, once more' WHERE title = 'Many 1'");
        let again = browser.submit(list, &confirmed(&hidden(&page, "_version")));
        assert!(again.status == 409 && again.text().contains("Delete 10,000 posts?"), "{}", again.text());
        let gone = browser.submit(list, &confirmed(&hidden(again.text(), "_version")));
        assert_eq!(gone.header("Location"), Some(list), "{}", gone.text());
        assert!(browser.get(list).text().contains("Successfully deleted 10,000 posts."));
        assert_eq!(server.rows.number("SELECT count(*) FROM posts_post"), 2);
        let logged = "SELECT count(*) FROM django_admin_log JOIN auth_user ON auth_user.id = user_id
                      WHERE username = 'ed' AND action_flag = 3 AND change_message = '' AND object_repr LIKE 'Many%'";
        assert_eq!(server.rows.number(logged), 10_000);
    }
}

#[test]
fn all_accounts_are_never_deleted_with_ones_own() {
    for mut server in each() {
        for number in 0..60 {
            server.account(&format!("many-{number}"), false, true);
        }
        let mut ada = Browser::of(&server, "ada");
        let list = "/admin/auth/user/";
        assert!(ada.get(list).text().contains("All 64 users"));
        assert_eq!(ada.submit(list, &ALL).header("Location"), Some(list));
        let told = ada.get(list).text().to_owned();
        assert!(told.contains("Nothing was deleted. You can’t delete your own account."), "{told}");
        let list = "/admin/auth/user/?q=many";
        let version = hidden(ada.submit(list, &ALL).text(), "_version");
        assert_eq!(ada.submit(list, &confirmed(&version)).header("Location"), Some(list));
        assert_eq!(server.rows.number("SELECT count(*) FROM auth_user"), 4);
    }
}
