//! A model with every kind of field: its form, its list, its filters.

use presspass_admin::{Inline, ModelAdmin};
use presspass_domain::model::{Field, Model, OnDelete, USER, Value};

use presspass_test_support::TestDatabase;

use crate::common::{Admin, hidden, staff, superuser};

pub(crate) static SECTION: Model = Model::new("magazine", "section")
    .fields(&[
        Field::text("name", 40).unique(),
        Field::foreign_key("parent", &SECTION, OnDelete::Protect).null(),
    ])
    .ordering(&["name"])
    .label("name");

pub(crate) static ARTICLE: Model = Model::new("magazine", "article")
    .fields(&[
        Field::foreign_key("author", &USER, OnDelete::Cascade),
        Field::foreign_key("section", &SECTION, OnDelete::SetNull).null(),
        Field::text("title", 80),
        Field::slug("slug", 80).unique(),
        Field::choice("status", &[("draft", "Draft"), ("published", "Published")]).default("draft"),
        Field::boolean("featured").default("true"),
        Field::boolean("checked").null(),
        Field::date("publish_date").null(),
        Field::time("opens").null(),
        Field::timestamp("embargo").null(),
        Field::positive_small_integer("minutes").default("1"),
        Field::integer("position").null().min(-100).max(100),
        Field::decimal("price", 6, 2).default("0.00"),
        Field::float("rating").null(),
        Field::duration("length").null(),
        Field::url("source").blank(),
        Field::email("contact").blank(),
        Field::json("extra").null(),
        Field::uuid("reference").unique().random().read_only(),
    ])
    .unique_together(&[&["section", "title"]])
    .label("title");

pub(crate) static COMMENT: Model = Model::new("magazine", "comment")
    .fields(&[
        Field::foreign_key("article", &ARTICLE, OnDelete::Cascade),
        Field::lines("text"),
        Field::boolean("approved").default("false"),
    ])
    .label("text");

pub(crate) static MODELS: [&Model; 3] = [&SECTION, &ARTICLE, &COMMENT];

pub(crate) const TABLES: &str = "
    CREATE TABLE magazine_section (id integer PRIMARY KEY AUTOINCREMENT, name varchar(40) NOT NULL UNIQUE,
        parent_id integer REFERENCES magazine_section (id) DEFERRABLE INITIALLY DEFERRED);
    CREATE TABLE magazine_article (id integer PRIMARY KEY AUTOINCREMENT,
        author_id integer NOT NULL REFERENCES auth_user (id) DEFERRABLE INITIALLY DEFERRED,
        section_id integer REFERENCES magazine_section (id) DEFERRABLE INITIALLY DEFERRED,
        title varchar(80) NOT NULL, slug varchar(80) NOT NULL UNIQUE, status varchar(9) NOT NULL,
        featured bool NOT NULL, checked bool, publish_date date, opens time, embargo datetime,
        minutes smallint unsigned NOT NULL, position integer, price decimal NOT NULL, rating real, length bigint,
        source varchar(200) NOT NULL, contact varchar(254) NOT NULL, extra text, reference char(32) NOT NULL UNIQUE,
        UNIQUE (section_id, title));
    CREATE TABLE magazine_comment (id integer PRIMARY KEY AUTOINCREMENT,
        article_id integer NOT NULL REFERENCES magazine_article (id) DEFERRABLE INITIALLY DEFERRED,
        text text NOT NULL, approved bool NOT NULL);
    INSERT INTO magazine_section (name) VALUES ('News'), ('Sport');";

pub(crate) fn articles() -> ModelAdmin {
    ModelAdmin::new(&ARTICLE)
        .columns(&["__str__", "author__username", "section", "status", "featured", "publish_date", "price"])
        .filters(&["status", "checked", "section", "author__is_staff", "publish_date"])
        .search(&["title", "author__username"])
        .inline(Inline::new(&COMMENT).fields(&["text", "approved"]).extra(2))
}

pub(crate) const LIST: &str = "/admin/magazine/article/";
pub(crate) const ADD: &str = "/admin/magazine/article/add/";
pub(crate) const CHANGE: &str = "/admin/magazine/article/1/change/";

/// What the form of a new article sends, with these values in place of its own.
pub(crate) fn fields<'f>(own: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let usual = [
        ("author", "1"),
        ("section", ""),
        ("title", "One"),
        ("slug", "one"),
        ("status", "draft"),
        ("minutes", "1"),
        ("price", "0.00"),
    ];
    let usual = usual.into_iter().filter(|(name, _)| own.iter().all(|(known, _)| known != name));
    usual.chain(own.iter().copied()).collect()
}

#[tokio::test]
async fn every_kind_of_field_is_filled_in_shown_and_changed() {
    for database in TestDatabase::each() {
        fill_in_show_and_change(&Admin::on(database).await).await;
    }
}

async fn fill_in_show_and_change(admin: &Admin) {
    let root = superuser();
    let html = admin.see(&root, ADD).await.html();
    for part in [
        "<option value=\"draft\" selected>Draft</option>",
        "<option value=\"2\">Sport</option>",
        "name=\"publish_date\" type=\"date\"",
        "name=\"opens\" type=\"time\"",
        "name=\"embargo\" type=\"datetime-local\"",
        "name=\"minutes\" type=\"number\" value=\"1\"",
        "name=\"price\" type=\"number\" value=\"0.00\" step=\"any\"",
        "name=\"source\" type=\"url\"",
        "name=\"contact\" type=\"email\"",
        "name=\"featured\" checked",
        "<option value=\"\" selected>Unknown</option>",
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    assert!(!html.contains("name=\"reference\""), "the store makes it");
    let sent = fields(&[
        ("section", "2"),
        ("status", "published"),
        ("checked", "false"),
        ("publish_date", "2026-02-28"),
        ("opens", "09:30"),
        ("embargo", "2026-03-01T06:00"),
        ("position", "-7"),
        ("price", "12.5"),
        ("rating", "0.1"),
        ("length", "1 02:03:04"),
        ("source", "https://example.com/a"),
        ("contact", "ada@example.com"),
        ("extra", "{\"a\": [1, null]}"),
    ]);
    admin.send(&root, ADD, &sent).await.redirect();
    let record = admin.models.find(&ARTICLE, 1).await.unwrap().unwrap();
    for (name, text) in [
        ("author", "admin"),
        ("section", "Sport"),
        ("status", "published"),
        ("featured", "False"),
        ("checked", "False"),
        ("publish_date", "2026-02-28"),
        ("opens", "09:30:00"),
        ("embargo", "2026-03-01 06:00:00+00:00"),
        ("minutes", "1"),
        ("position", "-7"),
        ("price", "12.50"),
        ("rating", "0.1"),
        ("length", "1 02:03:04"),
        ("source", "https://example.com/a"),
        ("extra", "{\"a\":[1,null]}"),
    ] {
        assert_eq!(record.get(name).map(Value::text).as_deref(), Some(text), "{name}");
    }
    assert!(matches!(record.get("reference"), Some(Value::Uuid(uuid)) if *uuid != 0));
    // What the form shows is what it can send back unchanged.
    let html = admin.see(&root, CHANGE).await.html();
    let version = hidden(&html, "_version");
    let mut again = sent.clone();
    again.retain(|(name, _)| !["opens", "embargo", "price", "extra"].contains(name));
    again.extend([
        ("opens", "09:30:00"),
        ("embargo", "2026-03-01T06:00:00"),
        ("price", "12.50"),
        ("extra", "{\r\n  \"a\": [\r\n    1,\r\n    null\r\n  ]\r\n}"),
        ("_version", &version),
    ]);
    admin.send(&root, CHANGE, &again).await.redirect();
    assert_eq!(admin.log_of(&ARTICLE, 1).await, ["Added."]);
    again.retain(|(name, _)| !["section", "publish_date", "checked"].contains(name));
    again.extend([("section", ""), ("publish_date", ""), ("checked", "")]);
    admin.send(&root, CHANGE, &again).await.redirect();
    assert_eq!(admin.log_of(&ARTICLE, 1).await[0], "Changed section, checked and publish_date.");
    // Who may only look sees the values.
    let html = admin.see(&staff(&["magazine.view_article"]), CHANGE).await.html();
    for shown in ["Published", "12.50", "1 02:03:04", "09:30:00"] {
        assert!(html.contains(shown), "{shown} is not in {html}");
    }
}

#[tokio::test]
async fn wrong_values_are_refused_at_their_fields_in_djangos_words() {
    let admin = Admin::new().await;
    let root = superuser();
    admin.send(&root, ADD, &fields(&[("section", "1")])).await.redirect();
    for (name, value, message) in [
        ("author", "", "This field is required."),
        ("author", "77", "Select a valid choice. 77 is not one of the available choices."),
        ("status", "gone", "Select a valid choice. gone is not one of the available choices."),
        ("slug", "a b", "Enter a valid “slug”"),
        ("slug", "one", "Article with this Slug already exists."),
        ("position", "101", "Ensure this value is less than or equal to 100."),
        ("minutes", "", "This field is required."),
        ("price", "1.234", "Ensure that there are no more than 2 decimal places."),
        ("rating", "x", "Enter a number."),
        ("publish_date", "soon", "Enter a valid date."),
        ("length", "x", "Enter a valid duration."),
        ("source", "example", "Enter a valid URL."),
        ("contact", "ada", "Enter a valid email address."),
        ("extra", "{", "Enter a valid JSON."),
    ] {
        let (status, html) = admin.send(&root, ADD, &fields(&[("slug", "two"), (name, value)])).await.page();
        assert_eq!(status, 422, "{name} {value}");
        assert!(html.contains(&format!("href=\"#form-{name}\"")), "{name}: {html}");
        let message = message.replace('"', "&#34;");
        assert!(html.contains(&message), "{name}: {message} is not in {html}");
    }
    let twice = fields(&[("section", "1"), ("slug", "two")]);
    let (status, html) = admin.send(&root, ADD, &twice).await.page();
    assert_eq!(status, 422);
    assert!(html.contains("Article with this Section and Title already exists."), "{html}");
}

#[tokio::test]
async fn lists_show_filter_order_and_search_what_records_refer_to() {
    for database in TestDatabase::each() {
        show_filter_order_and_search(&Admin::on(database).await).await;
    }
}

async fn show_filter_order_and_search(admin: &Admin) {
    let root = superuser();
    for (slug, section, status, date) in
        [("a", "1", "draft", ""), ("b", "2", "published", "2026-11-26"), ("c", "", "draft", "2026-11-01")]
    {
        let sent = [
            ("title", slug),
            ("slug", slug),
            ("section", section),
            ("status", status),
            ("publish_date", date),
        ];
        admin.send(&root, ADD, &fields(&sent)).await.redirect();
    }
    let html = admin.see(&root, LIST).await.html();
    for part in ["Author username", "admin", "Sport", "Published", "2026-11-26", "0.00"] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    let titles = async |query: &str| {
        let html = admin.see(&root, &format!("{LIST}?{query}")).await.html();
        let rows = html.split("<th scope=\"row\">").skip(1);
        rows.map(|row| row.split('>').nth(1).unwrap()[..1].to_owned()).collect::<Vec<_>>().concat()
    };
    for (query, found) in [
        ("status__exact=published", "b"),
        ("section__id__exact=1", "a"),
        ("section__isnull=True", "c"),
        ("author__is_staff__exact=1", "cba"),
        ("author__is_staff__exact=0", ""),
        ("checked__isnull=True", "cba"),
        ("checked__exact=1", ""),
        ("publish_date__gte=2026-11-26&publish_date__lt=2026-11-27", "b"),
        ("publish_date__isnull=True", "a"),
        ("q=ADMIN+b", "b"),
        ("o=4", "acb"),
        ("o=2.-4", "bca"),
    ] {
        assert_eq!(titles(query).await, found, "{query}");
    }
    let html = admin.see(&root, &format!("{LIST}?status__exact=gone")).await.html();
    assert!(html.contains("the filter “Status” was ignored"), "{html}");
}

#[tokio::test]
async fn a_relation_with_many_records_is_picked_by_its_key_or_its_name() {
    let admin = Admin::new().await;
    let root = superuser();
    admin.execute(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 400)
         INSERT INTO magazine_section (name) SELECT 'Desk ' || n FROM n;",
    );
    let html = admin.see(&root, ADD).await.html();
    assert!(html.contains("Open the list of sections") && !html.contains("Desk 1"), "{html}");
    for (typed, section) in [("2", "Sport"), ("Desk 399", "Desk 399"), ("desk 398", "Desk 398")] {
        let slug = format!("s-{}", section.replace(' ', "-"));
        let sent = fields(&[("section", typed), ("slug", &slug), ("_continue", "1")]);
        let (to, _) = admin.send(&root, ADD, &sent).await.redirect();
        let id: i64 = to.split('/').nth(4).unwrap().parse().unwrap();
        let record = admin.models.find(&ARTICLE, id).await.unwrap().unwrap();
        assert_eq!(record.get("section").map(Value::text).as_deref(), Some(section));
    }
    let (status, html) =
        admin.send(&root, ADD, &fields(&[("section", "esk 39"), ("slug", "x")])).await.page();
    assert_eq!(status, 422);
    assert!(
        html.contains("<option value=\"") && html.contains("Desk 390"),
        "those that match are offered: {html}"
    );
    let (_, html) = admin.send(&root, ADD, &fields(&[("section", "nothing"), ("slug", "x")])).await.page();
    assert!(html.contains("That choice is not one of the available choices."), "{html}");
}

#[tokio::test]
async fn a_deletion_takes_along_sets_null_and_is_refused_as_the_models_say() {
    let admin = Admin::new().await;
    let root = superuser();
    let sent = fields(&[("section", "2"), ("comment_set-0-text", "a comment")]);
    admin.send(&root, ADD, &sent).await.redirect();
    admin.execute("INSERT INTO magazine_section (name, parent_id) VALUES ('Council', 1);");
    let html = admin.see(&root, "/admin/magazine/section/1/delete/").await.html();
    assert!(html.contains("sections: Council") && !html.contains("Yes, delete"), "{html}");
    let path = "/admin/magazine/section/2/delete/";
    let html = admin.see(&root, path).await.html();
    assert!(html.contains("Nothing else will be deleted."), "{html}");
    admin.send(&root, path, &[("post", "yes"), ("_version", &hidden(&html, "_version"))]).await.redirect();
    let article = admin.models.find(&ARTICLE, 1).await.unwrap().unwrap();
    assert_eq!(article.get("section"), Some(&Value::One(None)));
    let path = "/admin/magazine/article/1/delete/";
    let html = admin.see(&root, path).await.html();
    assert!(html.contains("comments") && html.contains("a comment"), "{html}");
    admin.send(&root, path, &[("post", "yes"), ("_version", &hidden(&html, "_version"))]).await.redirect();
    assert_eq!(admin.models.count(&COMMENT).await.unwrap(), 0);
}
