//! The log.

use presspass_domain::Window;
use presspass_domain::model::{
    Actor, ChangeMessage, Difference, Input, LogAction, LogWritten, POST, REPR_LENGTH, Reference, USER, Value,
};

use super::{Stores, at, done, form, keys, must, password, text};

pub(super) async fn run(stores: Stores<'_>) {
    a_history_names_fields_and_shows_differences(stores).await;
    passwords_are_named_and_never_kept(stores).await;
    long_texts_are_cut_in_differences(stores).await;
    what_an_account_did_last_comes_first(stores).await;
    what_was_done_elsewhere_is_logged(stores).await;
}

fn words(text: &str) -> Value {
    Value::Text(text.to_owned())
}

async fn a_history_names_fields_and_shows_differences(stores: Stores<'_>) {
    let post = stores.post("acceptance log", "old").await;
    let both = form(&POST, [("content", text("new ✓")), ("title", text("acceptance log 2"))]);
    stores.change(&post, both).await;
    let history = done(stores.models.history(&POST, post.id, Window::Part { limit: 10, offset: 0 })).await;
    assert_eq!(history.count, 2);
    let [changed, added] = &history.items[..] else { panic!("{history:?}") };
    assert_eq!(added.message.to_column(), r#"[{"added": {}}]"#);
    assert_eq!((added.action, added.at), (Some(LogAction::Addition), at(0)));
    assert_eq!(added.user.id, stores.admin.into());
    let of = must(added.content_type.as_ref());
    assert_eq!((of.app_label.as_str(), of.model.as_str()), ("posts", "post"));
    assert_eq!(added.object_id, Some(post.id.to_string()));
    assert_eq!(added.object_repr, "acceptance log");
    assert!(added.differences.is_empty());
    assert_eq!(changed.message.to_column(), r#"[{"changed": {"fields": ["title", "content"]}}]"#);
    assert_eq!((changed.action, changed.object_repr.as_str()), (Some(LogAction::Change), "acceptance log 2"));
    let difference = |field: &str, old, new| Difference { field: field.to_owned(), old, new };
    let expected = [
        difference("title", words("acceptance log"), words("acceptance log 2")),
        difference("content", words("old"), words("new ✓")),
    ];
    assert_eq!(changed.differences, expected);
    assert_eq!(done(stores.models.entry(changed.id)).await.as_ref(), Some(changed));
    let one = done(stores.models.history(&POST, post.id, Window::Part { limit: 1, offset: 1 })).await;
    assert_eq!((one.count, &one.items[0]), (2, added));
    for id in [0, i64::MAX] {
        assert_eq!(done(stores.models.entry(id)).await, None);
        assert_eq!(done(stores.models.history(&POST, id, Window::All)).await.count, 0);
    }
}

async fn passwords_are_named_and_never_kept(stores: Stores<'_>) {
    let group = stores.group("acceptance log").await;
    let user = stores.user("acceptance-log").await;
    let user = stores.change(&user, form(&USER, [("password", password())])).await;
    let more = [
        ("password", password()),
        ("groups", keys([group.id])),
        ("last_login", Input::Timestamp(Some(at(9)))),
    ];
    stores.change(&user, form(&USER, more)).await;
    let history = done(stores.models.history(&USER, user.id, Window::All)).await;
    let [more, alone, _] = &history.items[..] else { panic!("{history:?}") };
    assert_eq!(alone.message.to_column(), r#"[{"changed": {"fields": ["password"]}}]"#);
    assert!(alone.differences.is_empty());
    assert_eq!(more.message.fields(), ["password", "groups", "last_login"]);
    let group = Reference { id: group.id, label: group.label };
    let differences: Vec<_> = more.differences.iter().map(|d| (d.field.as_str(), &d.old, &d.new)).collect();
    let expected = [
        ("groups", &Value::Many(Vec::new()), &Value::Many(vec![group])),
        ("last_login", &Value::Timestamp(None), &Value::Timestamp(Some(at(9)))),
    ];
    assert_eq!(differences, expected);
}

async fn long_texts_are_cut_in_differences(stores: Stores<'_>) {
    let long = "é".repeat(Difference::MAX_LENGTH + 1);
    let post = stores.post("acceptance long", &long).await;
    stores.change(&post, form(&POST, [("content", text(&format!("{long}!")))])).await;
    let history = done(stores.models.history(&POST, post.id, Window::All)).await;
    let cut = words(&format!("{}…", "é".repeat(Difference::MAX_LENGTH)));
    assert_eq!(history.items[0].differences[0].old, cut);
    assert_eq!(history.items[0].differences[0].new, cut);
    let user = stores.user(&format!("acceptance-{}", "é".repeat(139))).await;
    assert!(user.label.chars().count() <= REPR_LENGTH);
}

async fn what_was_done_elsewhere_is_logged(stores: Stores<'_>) {
    let user = stores.user("acceptance-noted").await;
    let object = || Reference { id: user.id, label: user.label.clone() };
    let message = || ChangeMessage::deleted_of_it("session", "é");
    let log = async |actor| stores.models.log_change(&USER, object(), message(), actor).await.unwrap();
    assert_eq!(log(stores.actor(3)).await, LogWritten::Written);
    for account_id in [0, user.id.integer().unwrap()] {
        assert_eq!(log(Actor { account_id, at: at(4) }).await, LogWritten::ActorGone);
    }
    let history = done(stores.models.history(&USER, user.id, Window::All)).await;
    let last = &history.items[0];
    assert_eq!((history.count, last.action, last.at), (2, Some(LogAction::Change), at(3)));
    assert_eq!((last.message.clone(), last.object_repr.as_str()), (message(), "acceptance-noted"));
    assert!(last.differences.is_empty());
}

async fn what_an_account_did_last_comes_first(stores: Stores<'_>) {
    let user = stores.user("acceptance-recent").await;
    let staff = form(&USER, [("is_staff", Input::Boolean(true))]);
    let user = stores.change(&user, staff).await;
    assert!(done(stores.models.recent(user.id.integer().unwrap(), 10)).await.is_empty());
    for micros in 0..12 {
        let actor = Actor { account_id: user.id.integer().unwrap(), at: at(micros) };
        let title = format!("acceptance recent {micros}");
        done(stores.models.add(form(&POST, [("title", text(&title)), ("content", text("x"))]), actor)).await;
    }
    let recent = done(stores.models.recent(user.id.integer().unwrap(), 10)).await;
    let titles: Vec<_> = recent.iter().map(|entry| entry.object_repr.clone()).collect();
    let expected: Vec<_> = (2..12).rev().map(|micros| format!("acceptance recent {micros}")).collect();
    assert_eq!(titles, expected);
    assert!(recent.iter().all(|entry| entry.user.id == user.id && entry.user.label == "acceptance-recent"));
}
