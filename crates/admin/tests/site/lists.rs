//! Lists: pages, order, search, filters.

use crate::common::{Admin, superuser};

async fn forty() -> Admin {
    let admin = Admin::new().await;
    for number in 1..=40 {
        admin.post(&format!("Post {number:02}"), if number % 2 == 0 { "even" } else { "odd" }).await;
    }
    admin
}

/// The titles on a page, in their order.
fn titles(html: &str) -> Vec<String> {
    html.match_indices("scope=\"row\"")
        .filter_map(|(at, _)| html[at..].split_once("\">Post "))
        .map(|(_, rest)| rest[..2].to_owned())
        .collect()
}

#[tokio::test]
async fn a_list_has_pages_and_the_newest_first() {
    let admin = forty().await;
    let root = superuser();
    let html = admin.see(&root, "/admin/posts/post/").await.html();
    assert_eq!(titles(&html), (31..=40).rev().map(|it| it.to_string()).collect::<Vec<_>>());
    assert!(html.contains("40 posts") && html.contains("?p=4"), "{html}");
    let html = admin.see(&root, "/admin/posts/post/?p=4").await.html();
    assert_eq!(titles(&html).last().unwrap(), "01");
    // Beyond the end is the end.
    for page in ["5", "4294967295", "99999999999999999999", "-1", "x"] {
        let html = admin.see(&root, &format!("/admin/posts/post/?p={page}")).await.html();
        assert_eq!(titles(&html).len(), 10, "{page}");
    }
}

#[tokio::test]
async fn heads_order_the_list_one_way_and_the_other() {
    let admin = forty().await;
    let root = superuser();
    let html = admin.see(&root, "/admin/posts/post/?o=1").await.html();
    assert_eq!(titles(&html)[..2], ["01", "02"]);
    assert!(html.contains("aria-sort=\"ascending\"") && html.contains("?o=-1"), "{html}");
    let html = admin.see(&root, "/admin/posts/post/?o=-1&p=2").await.html();
    assert_eq!(titles(&html)[..2], ["30", "29"]);
    assert!(html.contains("aria-sort=\"descending\""));
}

#[tokio::test]
async fn a_search_narrows_the_list_down_and_says_so() {
    let admin = forty().await;
    let root = superuser();
    let html = admin.see(&root, "/admin/posts/post/?q=even+post+3").await.html();
    assert_eq!(titles(&html), ["38", "36", "34", "32", "30"]);
    assert!(html.contains("5 posts found") && html.contains("Show all"), "{html}");
    let html = admin.see(&root, "/admin/posts/post/?q=%3Cscript%3E").await.html();
    assert!(html.contains("No posts match.") && !html.contains("<script>"), "{html}");
    let long = "x".repeat(501);
    let html = admin.see(&root, &format!("/admin/posts/post/?q={long}")).await.html();
    assert!(html.contains("That search is too long"), "{html}");
}

#[tokio::test]
async fn filters_show_their_values_and_invalid_ones_are_reported() {
    let admin = Admin::new().await;
    let root = superuser();
    let html = admin.see(&root, "/admin/auth/user/?is_staff__exact=0").await.html();
    assert!(html.contains("Staff status: No") && html.contains("No users match."), "{html}");
    let html = admin.see(&root, "/admin/auth/user/?last_login__isnull=True").await.html();
    assert!(html.contains("Last login: No date") && html.contains(">admin<"), "{html}");
    for odd in ["is_staff__exact=2", "last_login__gte=x", "groups__id__exact=x"] {
        let html = admin.see(&root, &format!("/admin/auth/user/?{odd}")).await.html();
        assert!(html.contains("was ignored."), "{odd}");
    }
    // Parameters that are no filter of the list are ignored.
    for odd in ["password__startswith=b", "username__regex=.*", "e=1", "is_superuser__exact=1"] {
        let html = admin.see(&root, &format!("/admin/auth/user/?{odd}")).await.html();
        assert!(html.contains(">admin<") && !html.contains("found"), "{odd}");
    }
}

#[tokio::test]
async fn days_can_be_typed() {
    let admin = forty().await;
    let root = superuser();
    let html = admin
        .see(&root, "/admin/posts/post/?created_at__gte=2026-11-26&created_at__lt=2026-11-27")
        .await
        .html();
    assert!(html.contains("40 posts found"), "{html}");
    let html = admin.see(&root, "/admin/posts/post/?created_at__gte=2026-11-27").await.html();
    assert!(html.contains("Created at: from 2026-11-27") && html.contains("value=\"2026-11-27\""), "{html}");
}
