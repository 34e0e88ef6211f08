//! The second migration of a project: what it derives, and what it leaves to its author.

use presspass_domain::model::{Field, GROUP, Model, OnDelete, USER};
use presspass_persistence::{NewMigration, new_migration};
use presspass_test_support::TestDatabase;

use super::{catalogue, embedded, first, open};
use crate::place::raw;

static ITEM: Model = Model::new("shop", "item").fields(&[
    Field::text("name", 20),
    Field::integer("size"),
    Field::foreign_key("owner", &USER, OnDelete::Cascade),
]);

static MORE: Model = Model::new("shop", "item")
    .fields(&[
        Field::text("name", 20),
        Field::integer("size"),
        Field::foreign_key("owner", &USER, OnDelete::Cascade),
        Field::text("note", 10).blank(),
        Field::lines("about").null(),
        Field::boolean("sold").default("false"),
        Field::positive_integer("stock").default("3"),
        Field::decimal("price", 6, 2).default("9.50"),
        Field::float("ratio").default("0.5"),
        Field::choice("color", &[("red", "Red"), ("o'k", "O'k")]).default("o'k"),
        Field::date("day").default("2026-01-02"),
        Field::time("at").default("09:05:00"),
        Field::timestamp("seen").default("2026-01-02T03:04:05Z"),
        Field::duration("lasts").default("1 00:00:02"),
        Field::json("extra").default("{\"a\": 1}"),
        Field::uuid("reference").random().unique(),
        Field::created_at("created_at"),
        Field::slug("slug", 20).null().unique(),
        Field::slug("code", 20).blank(),
        Field::foreign_key("parent", &MORE, OnDelete::SetNull).null(),
        Field::one_to_one("seller", &USER, OnDelete::SetNull).null(),
        Field::many_to_many("related", &MORE).blank(),
    ])
    .unique_together(&[&["name", "size"]]);

fn next(before: &NewMigration, models: &[&'static Model]) -> NewMigration {
    new_migration(models, Some(&before.snapshot), None).unwrap().unwrap()
}

#[test]
fn added_fields_are_filled_in_the_rows_that_exist_and_are_removed_again() {
    for behind in TestDatabase::each() {
        let one = first(&[&ITEM]);
        let two = next(&one, &[&MORE]);
        assert!(two.unfinished.is_empty(), "{:?}", two.unfinished);
        assert_eq!(two.name, "shop_0002_item_note_item_about_item_sold_item_stock_item_price_and_more");
        let one_embedded = embedded(&one, 1);
        open(&behind, &[one_embedded]).migrate().unwrap();
        let before = catalogue(&behind, &["shop_"]);
        raw(&behind).execute(
            "INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff,
                is_active, date_joined)
             VALUES (7, '', false, 'a', '', '', '', false, true, '2026-01-01 00:00:00');
             INSERT INTO shop_item (id, name, size, owner_id) VALUES (1, 'a', 1, 7), (2, 'b', 2, 7)",
        );
        open(&behind, &[one_embedded, embedded(&two, 2)]).migrate().unwrap();
        let is_sqlite = behind.path().is_some();
        let expected = if is_sqlite {
            "|0|3|9.5|0.5|o'k|2026-01-02|09:05:00|2026-01-02 03:04:05|86402000000|{\"a\":1}|32"
        } else {
            "|f|3|9.50|0.5|o'k|2026-01-02|09:05:00|2026-01-02 03:04:05|86402|{\"a\": 1}|36"
        };
        let columns = if is_sqlite {
            "note || '|' || sold || '|' || stock || '|' || price || '|' || ratio || '|' || color || '|' || day || '|'
                || at || '|' || seen || '|' || lasts || '|' || extra || '|' || length(reference)"
        } else {
            "concat_ws('|', note, sold, stock, price, ratio, color, day, at, to_char(seen, 'YYYY-MM-DD HH24:MI:SS'),
                extract(epoch FROM lasts)::integer, extra, length(reference::text))"
        };
        let rows = raw(&behind).texts(&format!("SELECT {columns} AS value FROM shop_item"));
        assert_eq!(rows, [Some(expected.to_owned()), Some(expected.to_owned())]);
        let now =
            "SELECT CAST(count(*) AS varchar(9)) AS value FROM shop_item WHERE created_at > '2026-06-01'";
        assert_eq!(raw(&behind).texts(now), [Some("2".to_owned())]);
        assert!(
            new_migration(&[&MORE], Some(&two.snapshot), None).unwrap().is_none(),
            "the snapshot is that of the models"
        );

        raw(&behind).execute(if is_sqlite { &two.sqlite.down } else { &two.postgresql.down });
        assert_eq!(catalogue(&behind, &["shop_"]), before);
    }
}

/// On `SQLite` a column that was added has a default, and is unique by an index.
#[test]
fn added_columns_are_those_of_a_new_table_on_postgresql() {
    let (Some(added), Some(created)) = (TestDatabase::postgresql(), TestDatabase::postgresql()) else {
        return;
    };
    let one = first(&[&ITEM]);
    open(&added, &[embedded(&one, 1), embedded(&next(&one, &[&MORE]), 2)]).migrate().unwrap();
    open(&created, &[embedded(&first(&[&MORE]), 1)]).migrate().unwrap();
    assert_eq!(catalogue(&added, &["shop_"]), catalogue(&created, &["shop_"]));
}

#[test]
fn what_cannot_be_derived_is_a_scaffold_that_fails() {
    static CHANGED: Model = Model::new("shop", "item").fields(&[
        Field::text("title", 20),
        Field::text("size", 5),
        Field::foreign_key("owner", &USER, OnDelete::Cascade),
        Field::integer("weight"),
    ]);
    for behind in TestDatabase::each() {
        let one = first(&[&ITEM]);
        let two = next(&one, &[&CHANGED]);
        assert_eq!(
            two.unfinished,
            [
                "shop_item.name is no longer declared: rename it to title, or drop it",
                "shop_item.weight is NOT NULL and has no default: write the value of the rows that exist",
                "shop_item.size was `integer` and is `text(5)`: convert the values",
            ]
        );
        open(&behind, &[embedded(&one, 1)]).migrate().unwrap();
        let error = open(&behind, &[embedded(&one, 1), embedded(&two, 2)]).migrate().unwrap_err().to_string();
        assert!(error.contains("edit_this_migration_first"), "{error}");

        // Its author takes the suggestions.
        let mut edited = two.clone();
        for script in [&mut edited.sqlite, &mut edited.postgresql] {
            let up = script.up.replace("SELECT edit_this_migration_first();\n", "").replace("…", "0");
            let drop = [
                "-- ALTER TABLE \"shop_item\" DROP COLUMN \"name\";\n",
                "-- ALTER TABLE \"shop_item\" ADD COLUMN \"title\" varchar(20) NULL;\n",
                "-- UPDATE \"shop_item\" SET \"title\" = 0;\n",
                "-- ALTER TABLE \"shop_item\" ALTER COLUMN \"title\" SET NOT NULL;\n",
            ];
            let up = drop.iter().fold(up, |up, line| up.replace(line, ""));
            let uncomment = |line: &str| {
                let is_prose = line.starts_with("-- TO DO")
                    || line.starts_with("-- creates")
                    || line.starts_with("-- drops")
                    || line.starts_with("-- Django")
                    || line.starts_with("-- Where");
                if is_prose { line.to_owned() } else { line.trim_start_matches("-- ").to_owned() }
            };
            script.up = up.lines().map(uncomment).collect::<Vec<_>>().join("\n");
        }
        raw(&behind).execute(
            "INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff,
                is_active, date_joined)
             VALUES (7, '', false, 'a', '', '', '', false, true, '2026-01-01 00:00:00');
             INSERT INTO shop_item (id, name, size, owner_id) VALUES (1, 'a', 1, 7)",
        );
        open(&behind, &[embedded(&one, 1), embedded(&edited, 2)])
            .migrate()
            .unwrap_or_else(|error| panic!("{error}\n{}", edited.postgresql.up));
        let new = TestDatabase::each().into_iter().find(|other| other.engine() == behind.engine()).unwrap();
        open(&new, &[embedded(&first(&[&CHANGED]), 1)]).migrate().unwrap();
        assert_eq!(catalogue(&behind, &["shop_"]), catalogue(&new, &["shop_"]));
    }
}

#[test]
fn a_model_that_is_gone_is_dropped_by_its_author() {
    static OTHER: Model = Model::new("shop", "other").fields(&[Field::many_to_many("items", &ITEM)]);
    let one = first(&[&ITEM, &OTHER]);
    let two = next(&one, &[&ITEM]);
    assert_eq!(two.changes, ["Delete model shop.other", "Remove field items from other"]);
    assert_eq!(two.unfinished.len(), 2);
    assert!(two.sqlite.up.contains("-- drops table shop_other\n"), "{}", two.sqlite.up);
    assert!(two.sqlite.up.contains("-- DROP TABLE \"shop_other\";\n"), "{}", two.sqlite.up);
}

#[test]
fn unique_sets_come_and_go() {
    static UNIQUE: Model =
        Model::new("shop", "item").fields(ITEM_FIELDS).unique_together(&[&["name", "owner"]]);
    const ITEM_FIELDS: &[Field] = &[
        Field::text("name", 20),
        Field::integer("size"),
        Field::foreign_key("owner", &USER, OnDelete::Cascade),
    ];
    for behind in TestDatabase::each() {
        let one = first(&[&ITEM]);
        let two = next(&one, &[&UNIQUE]);
        assert_eq!(two.name, "shop_0002_alter_item_unique_together");
        let three = next(&two, &[&ITEM]);
        let (one, two) = (embedded(&one, 1), embedded(&two, 2));
        open(&behind, &[one]).migrate().unwrap();
        let before = catalogue(&behind, &["shop_"]);
        open(&behind, &[one, two]).migrate().unwrap();
        assert!(catalogue(&behind, &["shop_"]).len() > before.len());
        open(&behind, &[one, two, embedded(&three, 3)]).migrate().unwrap();
        assert_eq!(catalogue(&behind, &["shop_"]), before);
    }
}

#[test]
fn the_tables_of_the_library_need_no_migration() {
    assert!(new_migration(&[&USER, &GROUP], None, None).unwrap().is_none());
    let named = new_migration(&[&USER, &ITEM], None, Some("first")).unwrap().unwrap();
    assert_eq!((named.name.as_str(), named.changes.len()), ("shop_0001_first", 1));
}
