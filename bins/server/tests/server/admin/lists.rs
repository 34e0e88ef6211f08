//! Lists without script: coming back to them.

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
        // An error, and the way through the log-in, keep it too.
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
