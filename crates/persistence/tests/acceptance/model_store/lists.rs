//! Lists and choices.

use presspass_auth::StoreError;
use presspass_domain::model::{
    CONTENT_TYPE, ChoiceQuery, GROUP, Input, LOG_ENTRY, ListQuery, LogAction, PERMISSION, POST, QueryError,
    Row, TimestampRange, USER, Value,
};
use presspass_domain::{Direction, Window};

use super::{Stores, WITHOUT_TABLE, at, done, form, keys, search, text};

pub(super) async fn run(stores: Stores<'_>) {
    columns_order_and_windows_are_as_asked(stores).await;
    each_word_of_a_search_must_be_in_one_of_the_fields(stores).await;
    flags_relations_and_timestamps_filter(stores).await;
    entries_of_the_log_are_listed(stores).await;
    all_keys_of_a_list_are_given_whatever_its_part(stores).await;
    records_are_found_together(stores).await;
    choices_are_ordered_sought_and_bounded(stores).await;
    queries_of_models_without_a_table_are_errors(stores).await;
}

fn good(query: Result<ListQuery, QueryError>) -> ListQuery {
    query.unwrap()
}

fn labels(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.label.as_str()).collect()
}

async fn columns_order_and_windows_are_as_asked(stores: Stores<'_>) {
    for (at, title) in ["columns b", "columns a", "columns c"].iter().enumerate() {
        stores.post(&format!("acceptance {title}"), &format!("{at}")).await;
    }
    let query = |window| {
        let query = ListQuery::new(&POST, window);
        good(good(query.search(&["title"], &search("acceptance columns"))).columns(&["title", "created_at"]))
    };
    let newest = done(stores.models.list(query(Window::All))).await;
    assert_eq!(newest.count, 3);
    let [c, a, b] = &newest.items[..] else { panic!("{newest:?}") };
    assert_eq!([&*c.label, &*a.label, &*b.label], ["c", "a", "b"].map(|l| format!("acceptance columns {l}")));
    let names: Vec<_> = c.values.iter().map(|(field, _)| field.name).collect();
    assert_eq!(names, ["title", "created_at"]);
    assert_eq!(c.get("created_at"), Some(&Value::Timestamp(Some(at(0)))));
    assert_eq!(c.get("content"), None);

    let by_title = |window, way| good(query(window).then_by("title", way));
    let part = |limit, offset| Window::Part { limit, offset };
    let two = done(stores.models.list(by_title(part(2, 1), Direction::Ascending))).await;
    assert_eq!((two.count, labels(&two.items)), (3, vec!["acceptance columns b", "acceptance columns c"]));
    let down = done(stores.models.list(by_title(part(1, 0), Direction::Descending))).await;
    assert_eq!((down.count, labels(&down.items)), (3, vec!["acceptance columns c"]));
    let beyond = done(stores.models.list(query(part(2, 9)))).await;
    assert_eq!((beyond.count, beyond.items.len()), (3, 0));
    let last = done(stores.models.list(by_title(Window::Last { size: 2 }, Direction::Ascending))).await;
    assert_eq!((last.count, labels(&last.items)), (3, vec!["acceptance columns c"]));
    let uncounted = Window::Uncounted { limit: 2, offset: 0 };
    let some = done(stores.models.list(by_title(uncounted, Direction::Ascending))).await;
    assert_eq!((some.count, some.items.len()), (2, 2));
    // By timestamps, which are equal here: the keys go the same way.
    let timestamps = good(query(Window::All).then_by("created_at", Direction::Descending));
    assert_eq!(done(stores.models.list(timestamps)).await.items, newest.items);
    let timestamps = good(query(Window::All).then_by("created_at", Direction::Ascending));
    assert!(done(stores.models.list(timestamps)).await.items.iter().eq(newest.items.iter().rev()));
    assert_eq!(
        done(stores.models.list(ListQuery::new(&POST, Window::Part { limit: 1, offset: 0 }))).await.count,
        done(stores.models.count(&POST)).await
    );
}

async fn each_word_of_a_search_must_be_in_one_of_the_fields(stores: Stores<'_>) {
    for (title, content) in [
        ("acceptance 100% A_b", "Ünïcode \\ here"),
        ("acceptance 1000 Axb", "two words"),
        ("acceptance O'Neil", "words two; -- \""),
    ] {
        stores.post(title, content).await;
    }
    for (typed, found) in [
        ("acceptance 100%", 1),
        ("acceptance A_b", 1),
        ("acceptance a_B 100", 1),
        ("ACCEPTANCE 100", 2),
        ("acceptance \\", 1),
        ("acceptance Ünïcode", 1),
        ("acceptance o'neil", 1),
        ("two acceptance words", 2),
        ("\"two words\" acceptance", 1),
        ("acceptance ; -- \"", 1),
        ("acceptance nowhere", 0),
        ("acceptance \0", 0),
        ("\0", 0),
    ] {
        let query = ListQuery::new(&POST, Window::All).search(&["title", "content"], &search(typed));
        assert_eq!(done(stores.models.list(good(query))).await.count, found, "{typed:?}");
    }
    // Only the registered fields are looked into, and no words find everything.
    let query = ListQuery::new(&POST, Window::All).search(&["title"], &search("acceptance two"));
    assert_eq!(done(stores.models.list(good(query))).await.count, 0);
    let query = ListQuery::new(&POST, Window::All).search(&["title"], &search(" "));
    assert_eq!(done(stores.models.list(good(query))).await.count, done(stores.models.count(&POST)).await);
}

async fn flags_relations_and_timestamps_filter(stores: Stores<'_>) {
    let group = stores.group("acceptance filter").await;
    for (name, staff, member, seen) in [
        ("acceptance-f1", true, true, Some(at(10))),
        ("acceptance-f2", false, true, None),
        ("acceptance-f3", true, false, Some(at(20))),
    ] {
        let user = stores.user(name).await;
        let groups = if member { keys([group.id]) } else { keys([]) };
        let inputs = [
            ("is_staff", Input::Boolean(staff)),
            ("groups", groups),
            ("last_login", Input::Timestamp(seen)),
            ("first_name", text("x")),
        ];
        stores.change(&user, form(&USER, inputs)).await;
    }
    let all = || {
        let query = ListQuery::new(&USER, Window::Part { limit: 10, offset: 0 });
        good(query.search(&["username", "email"], &search("acceptance-f")))
    };
    let range = |from, before| TimestampRange { from, before };
    for (query, expected) in [
        (Ok(all()), vec![1, 2, 3]),
        (all().flag("is_staff", true), vec![1, 3]),
        (all().flag("is_staff", false), vec![2]),
        (all().flag("is_superuser", true), vec![]),
        (all().related("groups", Some(group.id)), vec![1, 2]),
        (all().related("groups", Some(0.into())), vec![]),
        (all().related("groups", None), vec![3]),
        (all().present("last_login", true), vec![1, 3]),
        (all().present("last_login", false), vec![2]),
        (all().within("last_login", range(Some(at(10)), Some(at(20)))), vec![1]),
        (all().within("last_login", range(Some(at(11)), None)), vec![3]),
        (all().within("last_login", range(None, Some(at(21)))), vec![1, 3]),
        (all().flag("is_staff", true).and_then(|q| q.related("groups", Some(group.id))), vec![1]),
        (all().text("username", "acceptance-f2".to_owned()), vec![2]),
        (all().text("username", "acceptance-f2\0".to_owned()), vec![]),
        (all().number("id", group.id.integer().unwrap()), vec![]),
    ] {
        let query = good(query);
        let said = format!("{:?}", query.condition());
        let found = done(stores.models.list(query)).await;
        let expected: Vec<String> = expected.into_iter().map(|n| format!("acceptance-f{n}")).collect();
        // An account whose key is the group's by chance is none of these.
        if !said.contains("Integer(") || said.contains("Key(") {
            assert_eq!(labels(&found.items), expected, "{said}");
            assert_eq!(found.count, i64::try_from(expected.len()).unwrap_or_default(), "{said}");
        }
    }
}

async fn entries_of_the_log_are_listed(stores: Stores<'_>) {
    let group = stores.group("acceptance entry").await;
    stores.change(&group, form(&GROUP, [("name", text("acceptance entry 2"))])).await;
    let all = || {
        let query = ListQuery::new(&LOG_ENTRY, Window::Part { limit: 10, offset: 0 });
        let query = good(query.search(&["object_repr", "change_message"], &search("\"acceptance entry\"")));
        good(query.columns(&["action_time", "user", "content_type", "object_id", "action_flag"]))
    };
    let found = done(stores.models.list(all())).await;
    assert_eq!(
        labels(&found.items),
        ["Changed “acceptance entry 2” — Changed name.", "Added “acceptance entry”."]
    );
    let first = &found.items[1];
    let Some(Value::One(Some(user))) = first.get("user") else { panic!("{first:?}") };
    assert_eq!(user.id, stores.admin.into());
    let Some(Value::One(Some(of))) = first.get("content_type") else { panic!("{first:?}") };
    assert_eq!(of.label, "auth | group");
    assert_eq!(first.get("object_id"), Some(&Value::Text(group.id.to_string())));
    assert_eq!(first.get("action_flag"), Some(&Value::Integer(LogAction::Addition.flag())));
    for (query, expected) in [
        (all().number("action_flag", LogAction::Change.flag()), 1),
        (all().related("user", Some(stores.admin.into())), 2),
        (all().related("user", Some(0.into())), 0),
        (all().related("content_type", Some(of.id)), 2),
        (all().related("content_type", None), 0),
        (all().within("action_time", TimestampRange { from: Some(at(1)), before: None }), 1),
        (all().then_by("user", Direction::Ascending), 2),
    ] {
        assert_eq!(done(stores.models.list(good(query))).await.count, expected);
    }
}

async fn all_keys_of_a_list_are_given_whatever_its_part(stores: Stores<'_>) {
    let mut expected = Vec::new();
    for title in ["acceptance keys b", "acceptance keys a", "acceptance keys c"] {
        expected.push(stores.post(title, "x").await.id);
    }
    let query = |words: &str, window| {
        let query = good(ListQuery::new(&POST, window).search(&["title"], &search(words)));
        good(query.then_by("title", Direction::Ascending))
    };
    for window in [Window::All, Window::Part { limit: 1, offset: 2 }, Window::Last { size: 2 }] {
        assert_eq!(done(stores.models.keys(query("\"acceptance keys\"", window), 10)).await, expected);
    }
    let first = done(stores.models.keys(query("\"acceptance keys\"", Window::All), 2)).await;
    assert_eq!(first, expected[..2]);
    assert!(done(stores.models.keys(query("acceptance \0", Window::All), 10)).await.is_empty());
    let everything = ListQuery::new(&POST, Window::All);
    let count = done(stores.models.count(&POST)).await;
    let all = done(stores.models.keys(everything, u32::MAX)).await;
    assert_eq!(i64::try_from(all.len()).ok(), Some(count));
}

async fn records_are_found_together(stores: Stores<'_>) {
    let group = stores.group("acceptance together").await;
    let (one, two) = (stores.user("acceptance-t1").await, stores.user("acceptance-t2").await);
    let two = stores.change(&two, form(&USER, [("groups", keys([group.id]))])).await;
    let mut found = done(stores.models.find_all(&USER, vec![two.id, 0.into(), one.id, two.id])).await;
    found.sort_by_key(|record| record.id);
    assert_eq!(found, [one, two]);
    assert!(done(stores.models.find_all(&USER, Vec::new())).await.is_empty());
}

async fn choices_are_ordered_sought_and_bounded(stores: Stores<'_>) {
    for name in ["acceptance-c2", "acceptance-c1", "acceptance-c3"] {
        stores.user(name).await;
    }
    let labels = async |text: &str, limit| {
        let query = ChoiceQuery { search: Some(search(text)), limit };
        let choices = done(stores.models.choices(&USER, query)).await;
        choices.into_iter().map(|choice| choice.label).collect::<Vec<_>>()
    };
    assert_eq!(labels("acceptance-c", None).await, ["acceptance-c1", "acceptance-c2", "acceptance-c3"]);
    assert_eq!(labels("ACCEPTANCE c", Some(2)).await, ["acceptance-c1", "acceptance-c2"]);
    assert!(labels("acceptance \0", None).await.is_empty());
    assert!(labels("acceptance_c", None).await.is_empty());
    let permissions = done(stores.models.choices(&PERMISSION, ChoiceQuery::default())).await;
    assert_eq!(i64::try_from(permissions.len()).ok(), Some(done(stores.models.count(&PERMISSION)).await));
    let labels: Vec<_> = permissions.iter().map(|choice| choice.label.as_str()).collect();
    assert_eq!(labels[0], "admin | log entry | Can add log entry");
    let posts: Vec<_> = labels.iter().filter(|label| label.starts_with("posts | post | ")).collect();
    assert_eq!(posts.len(), 4, "{labels:?}");
    let types = done(stores.models.choices(&CONTENT_TYPE, ChoiceQuery::default())).await;
    assert!(types.iter().any(|of| of.label == "auth | user"), "{types:?}");
}

async fn queries_of_models_without_a_table_are_errors(stores: Stores<'_>) {
    let failed = stores.models.list(ListQuery::new(&WITHOUT_TABLE, Window::All)).await;
    assert!(matches!(failed, Err(StoreError::Failed(_))), "{failed:?}");
    let failed = stores.models.keys(ListQuery::new(&WITHOUT_TABLE, Window::All), 1).await;
    assert!(matches!(failed, Err(StoreError::Failed(_))), "{failed:?}");
}
