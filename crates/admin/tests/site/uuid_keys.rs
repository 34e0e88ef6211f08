//! A model whose keys are UUIDs: its pages, its choices, its rows in other forms.

use presspass_admin::{Inline, ModelAdmin};
use presspass_domain::model::{Field, Key, ListQuery, Model, OnDelete, Value};
use presspass_domain::{Direction, Window};
use presspass_test_support::TestDatabase;

use crate::common::{Admin, hidden, superuser};

static SHOP: Model = Model::new("shop", "shop")
    .uuid_key()
    .fields(&[
        Field::text("name", 30).unique(),
        Field::foreign_key("parent", &SHOP, OnDelete::Protect).null(),
        Field::many_to_many("partners", &SHOP).blank(),
    ])
    .ordering(&["name"])
    .label("name");

static ORDER: Model = Model::new("shop", "order")
    .uuid_key()
    .fields(&[Field::foreign_key("shop", &SHOP, OnDelete::Cascade), Field::text("note", 30)])
    .label("note");

pub(crate) static MODELS: [&Model; 2] = [&SHOP, &ORDER];

pub(crate) const TABLES: &str = "
    CREATE TABLE shop_shop (id char(32) NOT NULL PRIMARY KEY, name varchar(30) NOT NULL UNIQUE,
        parent_id char(32) REFERENCES shop_shop (id) DEFERRABLE INITIALLY DEFERRED);
    CREATE TABLE shop_shop_partners (id integer PRIMARY KEY AUTOINCREMENT,
        from_shop_id char(32) NOT NULL REFERENCES shop_shop (id) DEFERRABLE INITIALLY DEFERRED,
        to_shop_id char(32) NOT NULL REFERENCES shop_shop (id) DEFERRABLE INITIALLY DEFERRED,
        UNIQUE (from_shop_id, to_shop_id));
    CREATE TABLE shop_order (id char(32) NOT NULL PRIMARY KEY,
        shop_id char(32) NOT NULL REFERENCES shop_shop (id) DEFERRABLE INITIALLY DEFERRED,
        note varchar(30) NOT NULL);";

pub(crate) fn shops() -> ModelAdmin {
    ModelAdmin::new(&SHOP).filters(&["parent", "partners"]).inline(Inline::new(&ORDER).extra(1))
}

const LIST: &str = "/admin/shop/shop/";

async fn keys(admin: &Admin, model: &'static Model, order: &str) -> Vec<Key> {
    let query = ListQuery::new(model, Window::All).then_by(order, Direction::Ascending).unwrap();
    admin.models.list(query).await.unwrap().items.iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn records_are_added_changed_filtered_and_deleted_by_their_uuids() {
    for database in TestDatabase::each() {
        let (admin, root) = (Admin::on(database).await, superuser());
        let add = format!("{LIST}add/");
        admin.send(&root, &add, &[("name", "a"), ("parent", "")]).await.redirect();
        let a = keys(&admin, &SHOP, "name").await[0].to_string();
        assert!(admin.see(&root, &add).await.html().contains(&format!("<option value=\"{a}\">a</option>")));
        let row = [
            ("name", "b"),
            ("parent", &a),
            ("partners", &a),
            ("order_set-0-note", "one"),
            ("_continue", "1"),
        ];
        let (to, _) = admin.send(&root, &add, &row).await.redirect();
        let b = keys(&admin, &SHOP, "name").await[1].to_string();
        let change = format!("{LIST}{b}/change/");
        assert_eq!(to, change);

        let html = admin.see(&root, &change).await.html();
        let order = keys(&admin, &ORDER, "note").await[0].to_string();
        assert_eq!(hidden(&html, "order_set-0-id"), order);
        assert!(html.contains(&format!("<option value=\"{a}\" selected>a</option>")), "{html}");
        let (version, of_row) = (hidden(&html, "_version"), hidden(&html, "order_set-0-_version"));
        let changed = [
            ("name", "b"),
            ("parent", ""),
            ("partners", &b),
            ("order_set-0-id", &order),
            ("order_set-0-_version", &of_row),
            ("order_set-0-note", "two"),
            ("_version", &version),
        ];
        admin.send(&root, &change, &changed).await.redirect();
        let record = admin.models.find(&SHOP, keys(&admin, &SHOP, "name").await[1]).await.unwrap().unwrap();
        assert_eq!(record.get("parent"), Some(&Value::One(None)));
        assert_eq!(record.get("partners").map(Value::text).as_deref(), Some("b"));
        let history = admin.see(&root, &format!("{LIST}{b}/history/")).await.html();
        assert!(history.contains("one") && history.contains("two"), "{history}");

        let filtered = admin.see(&root, &format!("{LIST}?partners__id__exact={b}")).await.html();
        assert!(
            filtered.contains(&format!("{LIST}{b}/change/"))
                && !filtered.contains(&format!("{LIST}{a}/change/"))
        );
        let wrong = admin.send(&root, &add, &[("name", "c"), ("parent", "x")]).await.page();
        assert!(wrong.0 == 422 && wrong.1.contains("Select a valid choice."), "{}", wrong.1);
        // Pages of keys that no record has, or can have.
        for (key, kind) in
            [("7", "redirect"), ("x", "redirect"), ("00000000-0000-0000-0000-0000000000ff", "redirect")]
        {
            assert_eq!(admin.see(&root, &format!("{LIST}{key}/change/")).await.kind(), kind, "{key}");
        }
        let compact = b.replace('-', "").to_uppercase();
        assert_eq!(admin.see(&root, &format!("{LIST}{compact}/change/")).await.kind(), "page");

        let selected =
            [("action", "delete_selected"), ("_selected_action", a.as_str()), ("_selected_action", &b)];
        let html = admin.send(&root, LIST, &selected).await.html();
        let version = hidden(&html, "_version");
        let confirmed: Vec<_> =
            selected.into_iter().chain([("post", "yes"), ("_version", &version)]).collect();
        admin.send(&root, LIST, &confirmed).await.redirect();
        assert!(
            keys(&admin, &SHOP, "name").await.is_empty() && keys(&admin, &ORDER, "note").await.is_empty()
        );
    }
}
