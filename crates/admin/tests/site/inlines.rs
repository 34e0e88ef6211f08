//! Records that are edited in the form of the one that they belong to.

use presspass_domain::Window;
use presspass_domain::model::{ListQuery, Row};

use presspass_test_support::TestDatabase;

use crate::common::{Admin, hidden, staff, superuser};
use crate::kinds::{ADD, ARTICLE, CHANGE, COMMENT, fields};

async fn comments(admin: &Admin) -> Vec<Row> {
    let query = ListQuery::new(&COMMENT, Window::All).columns(&["text", "approved"]).unwrap();
    let mut rows = admin.models.list(query).await.unwrap().items;
    rows.sort_by_key(|row| row.id);
    rows
}

#[tokio::test]
async fn comments_are_added_changed_and_deleted_with_their_article() {
    for database in TestDatabase::each() {
        add_change_and_delete(&Admin::on(database).await).await;
    }
}

async fn add_change_and_delete(admin: &Admin) {
    let root = superuser();
    let html = admin.see(&root, ADD).await.html();
    assert!(html.contains("name=\"comment_set-1-text\"") && !html.contains("comment_set-2-"), "{html}");
    let sent = fields(&[("comment_set-0-text", "first"), ("comment_set-1-text", "second")]);
    admin.send(&root, ADD, &sent).await.redirect();
    assert_eq!(
        comments(admin).await.iter().map(|row| row.label.as_str()).collect::<Vec<_>>(),
        ["first", "second"]
    );
    assert_eq!(admin.log_of(&ARTICLE, 1).await, ["Added. Added comment “first”. Added comment “second”."]);

    let html = admin.see(&root, CHANGE).await.html();
    let version = hidden(&html, "_version");
    let of_first = hidden(&html, "comment_set-0-_version");
    let of_second = hidden(&html, "comment_set-1-_version");
    let rows = [
        ("_version", version.as_str()),
        ("comment_set-0-id", "1"),
        ("comment_set-0-_version", &of_first),
        ("comment_set-0-text", "changed"),
        ("comment_set-0-approved", "on"),
        ("comment_set-1-id", "2"),
        ("comment_set-1-_version", &of_second),
        ("comment_set-1-text", "second"),
        ("comment_set-1-DELETE", "on"),
        ("comment_set-2-text", "third"),
        ("comment_set-3-text", " "),
    ];
    admin.send(&root, CHANGE, &fields(&rows)).await.redirect();
    let now = comments(admin).await;
    assert_eq!(now.iter().map(|row| row.label.as_str()).collect::<Vec<_>>(), ["changed", "third"]);
    assert_eq!(
        admin.log_of(&ARTICLE, 1).await[0],
        "Added comment “third”. Changed text and approved for comment “changed”. Deleted comment “second”."
    );
    // The second row was made of a comment that is deleted by now.
    let (status, html) = admin.send(&root, CHANGE, &fields(&rows)).await.page();
    assert_eq!(status, 422, "{html}");
    assert!(html.contains("Someone else deleted this in the meantime."), "{html}");
    assert_eq!(comments(admin).await.len(), 2, "nothing of it is saved");
}

#[tokio::test]
async fn a_comment_that_someone_else_changed_is_not_overwritten() {
    let admin = Admin::new().await;
    let root = superuser();
    admin.send(&root, ADD, &fields(&[("comment_set-0-text", "first")])).await.redirect();
    let html = admin.see(&root, CHANGE).await.html();
    let (version, of_row) = (hidden(&html, "_version"), hidden(&html, "comment_set-0-_version"));
    admin.execute("UPDATE magazine_comment SET text = 'theirs';");
    let rows = [
        ("_version", version.as_str()),
        ("title", "Mine"),
        ("comment_set-0-id", "1"),
        ("comment_set-0-_version", &of_row),
        ("comment_set-0-text", "mine"),
    ];
    let (status, html) = admin.send(&root, CHANGE, &fields(&rows)).await.page();
    assert_eq!(status, 422);
    assert!(html.contains("Someone else changed this in the meantime."), "{html}");
    assert_eq!(comments(&admin).await[0].label, "theirs");
    assert_eq!(admin.log_of(&ARTICLE, 1).await.len(), 1, "the article is as it was, too");
}

#[tokio::test]
async fn what_is_wrong_in_a_row_is_said_there_and_nothing_is_saved() {
    let admin = Admin::new().await;
    let root = superuser();
    let sent = fields(&[("comment_set-0-text", ""), ("comment_set-0-approved", "on")]);
    let (status, html) = admin.send(&root, ADD, &sent).await.page();
    assert_eq!(status, 422);
    assert!(
        html.contains("href=\"#form-comment_set-0-text\"") && html.contains("This field is required."),
        "{html}"
    );
    assert!(html.contains("<details class=\"field-row disclosure\" open>"), "{html}");
    assert!(admin.models.find(&ARTICLE, 1).await.unwrap().is_none());
}

#[tokio::test]
async fn rows_need_the_permissions_of_their_model() {
    let admin = Admin::new().await;
    let root = superuser();
    admin.send(&root, ADD, &fields(&[("comment_set-0-text", "first")])).await.redirect();
    let article = ["magazine.change_article", "magazine.view_article"];
    let html = admin.see(&staff(&article), CHANGE).await.html();
    assert!(!html.contains("comment_set"), "{html}");
    let viewer = staff(&[&article[..], &["magazine.view_comment"]].concat());
    let html = admin.see(&viewer, CHANGE).await.html();
    assert!(html.contains("first") && !html.contains("name=\"comment_set"), "{html}");
    let version = hidden(&html, "_version");
    let rows = [
        ("_version", version.as_str()),
        ("comment_set-0-id", "1"),
        ("comment_set-0-text", "changed"),
        ("comment_set-1-text", "added"),
    ];
    admin.send(&viewer, CHANGE, &fields(&rows)).await.redirect();
    let rows = [("_version", version.as_str()), ("comment_set-0-id", "1"), ("comment_set-0-DELETE", "on")];
    admin.send(&viewer, CHANGE, &fields(&rows)).await.redirect();
    assert_eq!(comments(&admin).await.iter().map(|row| row.label.as_str()).collect::<Vec<_>>(), ["first"]);
}
