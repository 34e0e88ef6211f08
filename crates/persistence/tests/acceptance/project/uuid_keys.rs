//! Models whose keys are UUIDs: their tables, their records in the API and in the admin, and what refers to them.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use presspass_domain::model::{
    Actor, Added, ChangeMessage, Changed, Condition, Deleted, Draft, Field, FieldError, Form, Input, Key,
    KeyKind, Lookup, Model, OnDelete, Output, Path, Record, Selection, Source, ToMany, Value, Violation,
};
use presspass_domain::{NewAccount, Window};
use presspass_persistence::{
    AccountCreated, AccountStore, Created, Database, DatabaseUrl, Models, Options, Project, Removed, Updated,
    WriteHooks,
};
use presspass_test_support::TestDatabase;

use super::{catalogue, embedded, first};
use crate::place::{account, at, raw};

static LABEL: Model =
    Model::new("shop", "label").fields(&[Field::text("name", 30).unique()]).ordering(&["name"]).label("name");

static SHOP: Model = Model::new("shop", "shop")
    .uuid_key()
    .fields(&[
        Field::text("name", 30).unique(),
        Field::foreign_key("parent", &SHOP, OnDelete::Protect).null(),
        Field::many_to_many("labels", &LABEL).blank(),
        Field::many_to_many("partners", &SHOP).blank(),
    ])
    .ordering(&["name"])
    .label("name");

static ORDER: Model = Model::new("shop", "order").fields(&[
    Field::foreign_key("shop", &SHOP, OnDelete::Cascade),
    Field::one_to_one("paid_by", &SHOP, OnDelete::SetNull).null(),
    Field::many_to_many("seen_by", &SHOP),
    Field::text("note", 30).blank(),
]);

/// The same table under another kind of key.
static NUMBERED: Model = Model::new("shop", "shop").fields(&[Field::text("name", 30).unique()]);

static NUMBERED_MODELS: [&Model; 1] = [&NUMBERED];

static MODELS: [&Model; 3] = [&LABEL, &SHOP, &ORDER];

const MISSING: Key = Key::Uuid(0xff);

/// The tables that our migration made, and the records.
struct Shops {
    models: Models,
    database: Database,
    behind: TestDatabase,
    actor: Actor,
}

fn all() -> Condition {
    Condition::All(Vec::new())
}

fn column(model: &'static Model, name: &'static str) -> Output {
    let path = Path::parse(model, name).unwrap();
    let source = if path.is_many() { Source::Keys(ToMany::Own(path.field)) } else { Source::Column(path) };
    Output { name, source }
}

fn outputs(model: &'static Model, names: &[&'static str]) -> Arc<[Output]> {
    names.iter().map(|name| column(model, name)).collect()
}

fn draft<const N: usize>(model: &'static Model, values: [(&str, Input); N]) -> Draft {
    let mut draft = Draft::new(model);
    for (name, value) in values {
        draft.set(name, value);
    }
    draft
}

fn form<const N: usize>(model: &'static Model, inputs: [(&str, Input); N]) -> Form {
    let mut form = Form::new(model);
    for (name, input) in inputs {
        form.set(name, input).unwrap();
    }
    form
}

fn keys<const N: usize>(keys: [Key; N]) -> Input {
    Input::Keys(keys.into())
}

impl Shops {
    async fn each() -> Vec<Self> {
        let mut all = Vec::new();
        for behind in TestDatabase::each() {
            let migrations: &'static [_] = Box::leak(Box::new([embedded(&first(&MODELS), 1)]));
            let options = Options { project: Project { models: &MODELS, migrations }, ..Options::default() };
            let database = Database::open(&DatabaseUrl::parse(&behind.url()).unwrap(), options).unwrap();
            database.migrate().unwrap();
            let new = NewAccount { is_staff: true, is_superuser: true, ..account("ada") };
            let created = AccountStore::new(database.clone()).create(new).await.unwrap();
            let AccountCreated::New(account_id) = created else { panic!("no account") };
            let actor = Actor { account_id, at: at(3) };
            all.push(Self { models: Models::new(database.clone(), &MODELS), database, behind, actor });
        }
        all
    }

    async fn create(&self, draft: Draft) -> Key {
        match self.try_create(draft).await {
            Created::Created { key, .. } => key,
            other => panic!("{other:?}"),
        }
    }

    async fn try_create(&self, draft: Draft) -> Created<String> {
        self.models.create(draft, [].into(), at(1), WriteHooks::default()).await.unwrap()
    }

    async fn shop(&self, name: &str) -> Key {
        self.create(draft(&SHOP, [("name", name.into())])).await
    }

    async fn rows(&self, model: &'static Model, names: &[&'static str], condition: Condition) -> String {
        let outputs = outputs(model, names);
        let selection = Selection { model, outputs, condition, order: Vec::new(), window: Window::All };
        String::from_utf8(self.models.select(selection).await.unwrap().rows).unwrap()
    }

    async fn add(&self, form: Form) -> Record {
        match self.models.add(form, self.actor).await.unwrap() {
            Added::Saved(record) => record,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn the_api_reads_and_writes_records_with_uuids_and_what_refers_to_them() {
    for shops in Shops::each().await {
        let (a, b) = (shops.shop("a").await, shops.shop("b").await);
        assert_eq!((a.kind(), b.kind()), (KeyKind::Uuid, KeyKind::Uuid));
        assert_ne!(a, b);
        let label = shops.create(draft(&LABEL, [("name", "red".into())])).await;
        let related =
            draft(&SHOP, [("parent", a.into()), ("labels", keys([label])), ("partners", keys([b, a]))]);
        let shown = outputs(&SHOP, &["id", "name", "parent", "labels", "partners"]);
        let updated = shops.models.update(b, all(), related, shown, at(2), WriteHooks::<()>::default());
        let Updated::Updated { json } = updated.await.unwrap() else { panic!("not updated") };
        assert_eq!(
            String::from_utf8(json).unwrap(),
            format!(
                r#"{{"id":"{b}","name":"b","parent":"{a}","labels":[{label}],"partners":["{a}","{b}"]}}"#
            )
        );
        let order = draft(&ORDER, [("shop", a.into()), ("paid_by", b.into()), ("seen_by", keys([b]))]);
        let order = shops.create(order).await;
        assert_eq!(order.kind(), KeyKind::Integer);

        let is = |model, name, key: Key| {
            Condition::Compare(Path::parse(model, name).unwrap(), Lookup::Exact, key.into())
        };
        let one = |key: Key| format!(r#"{{"id":"{key}"}}"#);
        assert_eq!(shops.rows(&SHOP, &["id"], is(&SHOP, "id", b)).await, one(b));
        assert_eq!(shops.rows(&SHOP, &["id"], is(&SHOP, "parent", a)).await, one(b));
        assert_eq!(shops.rows(&SHOP, &["id"], is(&SHOP, "partners", a)).await, one(b));
        assert_eq!(shops.rows(&SHOP, &["id"], is(&SHOP, "parent.id", MISSING)).await, "");
        let among = Condition::In(Path::own(&SHOP.key), vec![a.into(), MISSING.into()]);
        assert_eq!(shops.rows(&SHOP, &["id"], among).await, one(a));
        assert!(shops.models.exists(&SHOP, a).await.unwrap());
        assert!(!shops.models.exists(&SHOP, MISSING).await.unwrap());

        // Objects of many-to-many relations, and of foreign keys, in one page and streamed.
        let nested = [
            column(&ORDER, "id"),
            Output {
                name: "seen_by",
                source: Source::Many(
                    ToMany::Own(ORDER.field("seen_by").unwrap()),
                    outputs(&SHOP, &["id", "parent"]),
                ),
            },
            Output {
                name: "shop",
                source: Source::One(ORDER.field("shop").unwrap(), outputs(&SHOP, &["id", "name"])),
            },
        ];
        let expected = format!(
            r#"{{"id":{order},"seen_by":[{{"id":"{b}","parent":"{a}"}}],"shop":{{"id":"{a}","name":"a"}}}}"#
        );
        let orders = |outputs: &[Output]| Selection {
            model: &ORDER,
            outputs: outputs.into(),
            condition: all(),
            order: Vec::new(),
            window: Window::All,
        };
        let rows = shops.models.select(orders(&nested)).await.unwrap().rows;
        assert_eq!(String::from_utf8(rows).unwrap(), expected);
        let partners = [Output {
            name: "partners",
            source: Source::Many(ToMany::Own(SHOP.field("partners").unwrap()), outputs(&SHOP, &["name"])),
        }];
        let selection = Selection { model: &SHOP, ..orders(&partners) };
        let seen = Arc::new(Mutex::new(Vec::new()));
        let collected = seen.clone();
        let sink = Box::new(move |object: &[u8]| {
            collected.lock().unwrap().push(String::from_utf8(object.to_vec()).unwrap());
            ControlFlow::Continue(())
        });
        shops.models.stream_json(selection, sink).await.unwrap();
        let mut seen = seen.lock().unwrap().clone();
        seen.sort_unstable();
        assert_eq!(seen, [r#"{"partners":[]}"#, r#"{"partners":[{"name":"a"},{"name":"b"}]}"#]);

        // What is wrong with a relation, and what a deletion takes along.
        let wrong =
            draft(&ORDER, [("shop", MISSING.into()), ("paid_by", b.into()), ("seen_by", keys([a, MISSING]))]);
        let field = |name| ORDER.field(name).unwrap();
        let found = vec![
            Violation::Missing(field("shop"), MISSING),
            Violation::Taken(field("paid_by")),
            Violation::Missing(field("seen_by"), MISSING),
        ];
        assert_eq!(shops.try_create(wrong).await, Created::Invalid(found));
        let remove = |key| shops.models.remove(&SHOP, key, all(), at(2), WriteHooks::<()>::default());
        assert_eq!(remove(a).await.unwrap(), Removed::Protected(vec!["shop_shop".to_owned()]));
        assert_eq!(remove(b).await.unwrap(), Removed::Removed);
        let left = format!(r#"{{"shop":"{a}","paid_by":null,"seen_by":[]}}"#);
        assert_eq!(shops.rows(&ORDER, &["shop", "paid_by", "seen_by"], all()).await, left);
        assert_eq!(remove(a).await.unwrap(), Removed::Removed);
        assert_eq!(shops.rows(&ORDER, &["id"], all()).await, "");
        assert_eq!(remove(MISSING).await.unwrap(), Removed::NotFound);
    }
}

#[tokio::test]
async fn the_admin_adds_changes_and_deletes_records_with_uuids_and_logs_it() {
    for shops in Shops::each().await {
        let models = &shops.models;
        let a = shops.add(form(&SHOP, [("name", "a".into())])).await;
        let b = form(&SHOP, [("name", "b".into()), ("parent", a.id.into()), ("partners", keys([a.id]))]);
        let b = shops.add(b).await;
        assert_eq!((a.id.kind(), b.id.kind()), (KeyKind::Uuid, KeyKind::Uuid));
        assert_eq!(b.get("parent").map(Value::text).as_deref(), Some("a"));
        assert_eq!(models.find(&SHOP, b.id).await.unwrap().as_ref(), Some(&b));
        let refused =
            models.add(form(&SHOP, [("name", "c".into()), ("parent", MISSING.into())]), shops.actor);
        let Added::Refused(refusals) = refused.await.unwrap() else { panic!("not refused") };
        assert_eq!(refusals[0].why, FieldError::NoSuchChoice(MISSING));

        let new = form(&SHOP, [("parent", Input::Key(None)), ("partners", keys([b.id]))]);
        let changed = models.change(b.id, b.version, new, shops.actor).await.unwrap();
        let Changed::Saved(changed) = changed else { panic!("{changed:?}") };
        assert_ne!(changed.version, b.version);
        let history = models.history(&SHOP, b.id, Window::All).await.unwrap();
        assert_eq!(history.count, 2);
        assert!(history.items.iter().all(|entry| entry.object_id == Some(b.id.to_string())));
        let differing = history.items.iter().find(|entry| !entry.differences.is_empty()).unwrap();
        assert_eq!(differing.message, ChangeMessage::changed(["parent", "partners"]));
        assert_eq!(differing.differences[0].old, *b.get("parent").unwrap());

        let ids = vec![a.id, b.id];
        let deletion = models.deletion(&SHOP, ids.clone()).await.unwrap();
        let labels: Vec<_> = deletion.records.iter().map(|it| (it.id, it.label.as_str())).collect();
        assert_eq!(labels, [(a.id, "a"), (b.id, "b")]);
        let deleted = models.delete(&SHOP, ids, deletion.version, shops.actor).await.unwrap();
        assert_eq!(deleted, Deleted::Deleted(2));
        assert_eq!(models.count(&SHOP).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn tables_with_uuids_as_keys_fit_and_are_printed() {
    for shops in Shops::each().await {
        assert_eq!(shops.database.check_schema().unwrap().problems, []);
        let lines = catalogue(&shops.behind, &["shop_"]);
        let key = if shops.behind.path().is_some() {
            r#"CREATE TABLE "shop_shop" "id" char(32) NOT NULL PRIMARY KEY"#
        } else {
            "shop_shop id uuid t f"
        };
        assert!(lines.iter().any(|line| line.contains(key)), "{lines:#?}");
        let printed =
            shops.database.print_models(&["shop_shop".to_owned(), "shop_order".to_owned()]).unwrap();
        for line in [
            "    .uuid_key()",
            "Field::foreign_key(\"parent\", &SHOP, OnDelete::DoNothing).null(),",
            "Field::many_to_many(\"partners\", &SHOP),",
            "Field::one_to_one(\"paid_by\", &SHOP, OnDelete::DoNothing).null(),",
        ] {
            assert!(printed.contains(line), "{line}\n{printed}");
        }
        // A model that says another kind of key is refused at start.
        let project = Project { models: &NUMBERED_MODELS, migrations: &[] };
        let url = DatabaseUrl::parse(&shops.behind.url()).unwrap();
        let other = Database::open(&url, Options { project, ..crate::posts::options() }).unwrap();
        let problems: Vec<String> =
            other.check_schema().unwrap().problems.iter().map(ToString::to_string).collect();
        assert!(
            problems.iter().any(|problem| problem.starts_with("shop_shop.id: the type is ")),
            "{problems:?}"
        );
        raw(&shops.behind).execute("DROP TABLE shop_order_seen_by");
        assert!(!shops.database.check_schema().unwrap().problems.is_empty());
    }
}
