//! Adding and changing.

use presspass_auth::StoreError;
use presspass_domain::model::{
    Actor, Added, Changed, FieldError, Form, GROUP, Input, LOG_ENTRY, POST, Record, Refusal, USER, Value,
};

use super::{Stores, WITHOUT_TABLE, all, at, done, form, keys, password, text, value};

pub(super) async fn run(stores: Stores<'_>) {
    a_post_is_added_as_the_form_has_it(stores).await;
    a_change_touches_only_what_the_form_has(stores).await;
    a_save_without_a_change_writes_nothing(stores).await;
    a_form_of_an_older_record_is_stale(stores).await;
    of_several_changes_at_once_one_is_saved(stores).await;
    what_is_gone_is_told(stores).await;
    names_that_are_taken_are_refused_at_their_field(stores).await;
    required_fields_that_lack_are_refused(stores).await;
    keys_of_nothing_are_refused(stores).await;
    an_account_has_defaults_and_hides_its_password(stores).await;
    relations_are_set_and_told_by_label(stores).await;
    only_staff_that_is_there_may_write(stores).await;
    forms_of_models_without_a_table_are_errors(stores).await;
}

fn title(record: &Record) -> &Value {
    value(record, "title")
}

fn titled(title: &str) -> Form {
    form(&POST, [("title", text(title))])
}

fn refused(refusals: &[Refusal]) -> Vec<(&'static str, String)> {
    refusals.iter().map(|refusal| (refusal.field.name, refusal.why.to_string())).collect()
}

async fn a_post_is_added_as_the_form_has_it(stores: Stores<'_>) {
    let before = done(stores.models.count(&POST)).await;
    let post = stores.post("acceptance ✓ 🎉", "line\r\nline \u{2028}").await;
    assert_eq!(post.label, "acceptance ✓ 🎉");
    assert_eq!(title(&post), &Value::Text("acceptance ✓ 🎉".to_owned()));
    assert_eq!(value(&post, "content"), &Value::Text("line\r\nline".to_owned()));
    for name in ["created_at", "updated_at"] {
        assert_eq!(value(&post, name), &Value::Timestamp(Some(at(0))));
    }
    let names: Vec<_> = post.values.iter().map(|(field, _)| field.name).collect();
    assert_eq!(names, ["title", "content", "created_at", "updated_at"]);
    assert_eq!(done(stores.models.find(&POST, post.id)).await, Some(post));
    assert_eq!(done(stores.models.count(&POST)).await, before + 1);
}

async fn a_change_touches_only_what_the_form_has(stores: Stores<'_>) {
    let post = stores.post("acceptance", "content").await;
    let changed = stores.change(&post, titled("acceptance, changed")).await;
    assert_eq!(title(&changed), &Value::Text("acceptance, changed".to_owned()));
    assert_eq!(value(&changed, "content"), value(&post, "content"));
    assert_eq!(value(&changed, "created_at"), &Value::Timestamp(Some(at(0))));
    assert_eq!(value(&changed, "updated_at"), &Value::Timestamp(Some(at(1))));
    assert_ne!(changed.version, post.version);
    assert_eq!(done(stores.models.find(&POST, post.id)).await, Some(changed));
}

async fn a_save_without_a_change_writes_nothing(stores: Stores<'_>) {
    let post = stores.post("acceptance", "content").await;
    let logged = done(stores.models.count(&LOG_ENTRY)).await;
    for form in [titled("acceptance"), Form::new(&POST)] {
        let outcome = done(stores.models.change(post.id, post.version, form, stores.actor(5))).await;
        assert_eq!(outcome, Changed::Unchanged(post.clone()));
    }
    assert_eq!(done(stores.models.find(&POST, post.id)).await, Some(post));
    assert_eq!(done(stores.models.count(&LOG_ENTRY)).await, logged);
}

async fn a_form_of_an_older_record_is_stale(stores: Stores<'_>) {
    let post = stores.post("acceptance", "content").await;
    let now = stores.change(&post, titled("acceptance, theirs")).await;
    let logged = done(stores.models.count(&LOG_ENTRY)).await;
    let outcome =
        done(stores.models.change(post.id, post.version, titled("acceptance, ours"), stores.actor(2))).await;
    assert_eq!(outcome, Changed::Stale(now.clone()));
    assert_eq!(done(stores.models.find(&POST, post.id)).await, Some(now));
    assert_eq!(done(stores.models.count(&LOG_ENTRY)).await, logged);

    // Relations are part of a version, and so is all that another program may have written.
    let user = stores.user("acceptance-stale").await;
    let group = stores.group("acceptance stale").await;
    stores.change(&user, form(&USER, [("groups", keys([group.id]))])).await;
    let names = form(&USER, [("first_name", text("Ada"))]);
    let outcome = done(stores.models.change(user.id, user.version, names, stores.actor(2))).await;
    assert!(matches!(outcome, Changed::Stale(_)), "{outcome:?}");
}

async fn of_several_changes_at_once_one_is_saved(stores: Stores<'_>) {
    let post = stores.post("acceptance", "content").await;
    let forms = ["a", "b", "c", "d"].map(|name| titled(&format!("acceptance {name}")));
    let changes = forms.map(|form| stores.models.change(post.id, post.version, form, stores.actor(3)));
    let outcomes = all(changes.into()).await;
    let saved: Vec<_> = outcomes.iter().filter(|outcome| matches!(outcome, Changed::Saved(_))).collect();
    let [Changed::Saved(saved)] = saved[..] else { panic!("{outcomes:?}") };
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Changed::Stale(_))).count(), 3);
    assert_eq!(done(stores.models.find(&POST, post.id)).await.as_ref(), Some(saved));
}

async fn what_is_gone_is_told(stores: Stores<'_>) {
    let version = stores.post("acceptance", "content").await.version;
    for id in [0, -1, i64::MAX, i64::MIN] {
        assert_eq!(done(stores.models.find(&POST, id)).await, None);
        let outcome = done(stores.models.change(id, version, titled("acceptance"), stores.actor(1))).await;
        assert_eq!(outcome, Changed::Gone, "{id}");
    }
}

async fn names_that_are_taken_are_refused_at_their_field(stores: Stores<'_>) {
    let taken = "A user with that username already exists.".to_owned();
    let user = stores.user("acceptance-taken").await;
    let other = stores.user("acceptance-other").await;
    let again = form(&USER, [("username", text("acceptance-taken")), ("password", password())]);
    match done(stores.models.add(again, stores.actor(1))).await {
        Added::Refused(refusals) => assert_eq!(refused(&refusals), [("username", taken.clone())]),
        outcome => panic!("{outcome:?}"),
    }
    let renamed = form(&USER, [("username", text("acceptance-taken"))]);
    match done(stores.models.change(other.id, other.version, renamed.clone(), stores.actor(1))).await {
        Changed::Refused(refusals) => assert_eq!(refused(&refusals), [("username", taken)]),
        outcome => panic!("{outcome:?}"),
    }
    let own = done(stores.models.change(user.id, user.version, renamed, stores.actor(1))).await;
    assert!(matches!(own, Changed::Unchanged(_)), "its own name is not taken: {own:?}");

    stores.group("acceptance taken").await;
    match done(stores.models.add(form(&GROUP, [("name", text("acceptance taken"))]), stores.actor(1))).await {
        Added::Refused(refusals) => {
            let taken = "Group with this Name already exists.".to_owned();
            assert_eq!(refused(&refusals), [("name", taken)]);
        }
        outcome => panic!("{outcome:?}"),
    }
    // Of several who take a name at once one gets it.
    let form = || form(&GROUP, [("name", text("acceptance at once"))]);
    let outcomes = all((0..4).map(|_| stores.models.add(form(), stores.actor(1))).collect()).await;
    assert_eq!(
        outcomes.iter().filter(|outcome| matches!(outcome, Added::Saved(_))).count(),
        1,
        "{outcomes:?}"
    );
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Added::Refused(_))).count(), 3);
}

async fn required_fields_that_lack_are_refused(stores: Stores<'_>) {
    match done(stores.models.add(titled("acceptance"), stores.actor(1))).await {
        Added::Refused(refusals) => {
            assert_eq!(refused(&refusals), [("content", FieldError::Required.to_string())]);
        }
        outcome => panic!("{outcome:?}"),
    }
}

async fn keys_of_nothing_are_refused(stores: Stores<'_>) {
    let form = form(&GROUP, [("name", text("acceptance keys")), ("permissions", keys([0.into()]))]);
    match done(stores.models.add(form, stores.actor(1))).await {
        Added::Refused(refusals) => {
            let why = "Select a valid choice. 0 is not one of the available choices.".to_owned();
            assert_eq!(refused(&refusals), [("permissions", why)]);
        }
        outcome => panic!("{outcome:?}"),
    }
}

async fn an_account_has_defaults_and_hides_its_password(stores: Stores<'_>) {
    let user = stores.user("acceptance-defaults").await;
    assert_eq!(user.label, "acceptance-defaults");
    assert_eq!(value(&user, "is_active"), &Value::Boolean(true));
    for name in ["is_staff", "is_superuser"] {
        assert_eq!(value(&user, name), &Value::Boolean(false));
    }
    assert_eq!(value(&user, "last_login"), &Value::Timestamp(None));
    assert_eq!(value(&user, "date_joined"), &Value::Timestamp(Some(at(0))));
    assert_eq!(value(&user, "groups"), &Value::Many(Vec::new()));
    assert_eq!(user.get("password"), None);
    assert!(!format!("{user:?}").contains("pbkdf2"));
    // A new password is a change, whatever it is, and leaves the version as it was.
    let changed = stores.change(&user, form(&USER, [("password", password())])).await;
    assert_eq!(changed, user);

    let all = [
        ("email", text("ada@example.com")),
        ("first_name", text("Ada")),
        ("last_name", text("Lovelace")),
        ("is_active", Input::Boolean(false)),
        ("is_staff", Input::Boolean(true)),
        ("is_superuser", Input::Boolean(true)),
        ("last_login", Input::Timestamp(Some(at(7)))),
        ("date_joined", Input::Timestamp(Some(at(500_000)))),
    ];
    let changed = stores.change(&user, form(&USER, all)).await;
    assert_eq!(value(&changed, "last_name"), &Value::Text("Lovelace".to_owned()));
    assert_eq!(value(&changed, "is_active"), &Value::Boolean(false));
    assert_eq!(value(&changed, "last_login"), &Value::Timestamp(Some(at(7))));
    assert_eq!(value(&changed, "date_joined"), &Value::Timestamp(Some(at(500_000))));
}

async fn relations_are_set_and_told_by_label(stores: Stores<'_>) {
    let posts = stores.permission_keys("posts post").await;
    let [add, change, ..] = posts[..] else { panic!("{posts:?}") };
    let labels = |value: &Value| match value {
        Value::Many(related) => related.iter().map(|one| one.label.clone()).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let group = form(&GROUP, [("name", text("acceptance b")), ("permissions", keys([change, add]))]);
    let group = stores.add(group).await;
    let named = ["posts | post | Can add post", "posts | post | Can change post"];
    assert_eq!(labels(value(&group, "permissions")), named);
    let other = stores.group("acceptance a").await;
    let user = stores.user("acceptance-relations").await;
    let both = form(&USER, [("groups", keys([group.id, other.id])), ("user_permissions", keys([add]))]);
    let user = stores.change(&user, both).await;
    assert_eq!(labels(value(&user, "groups")), ["acceptance a", "acceptance b"]);
    assert_eq!(labels(value(&user, "user_permissions")), [named[0]]);
    // What is not named stays; what is named becomes as it is named.
    let user = stores.change(&user, form(&USER, [("groups", keys([other.id]))])).await;
    assert_eq!(labels(value(&user, "groups")), ["acceptance a"]);
    assert_eq!(labels(value(&user, "user_permissions")), [named[0]]);
    assert_eq!(done(stores.models.find(&USER, user.id)).await, Some(user));
}

async fn only_staff_that_is_there_may_write(stores: Stores<'_>) {
    let post = stores.post("acceptance", "content").await;
    let disabled = stores.user("acceptance-disabled").await;
    let flags = [("is_active", Input::Boolean(false)), ("is_staff", Input::Boolean(true))];
    stores.change(&disabled, form(&USER, flags)).await;
    let stranger = stores.user("acceptance-stranger").await;
    for account_id in [0, i64::MAX, disabled.id.integer().unwrap(), stranger.id.integer().unwrap()] {
        let actor = Actor { account_id, at: at(1) };
        let new = form(&POST, [("title", text("acceptance")), ("content", text("content"))]);
        assert_eq!(done(stores.models.add(new, actor)).await, Added::ActorGone);
        let changed = done(stores.models.change(post.id, post.version, titled("acceptance x"), actor)).await;
        assert_eq!(changed, Changed::ActorGone);
    }
    assert_eq!(done(stores.models.find(&POST, post.id)).await, Some(post));
}

async fn forms_of_models_without_a_table_are_errors(stores: Stores<'_>) {
    let failed = |outcome| matches!(outcome, Some(StoreError::Failed(_)));
    let version = stores.post("acceptance", "content").await.version;
    let form = || Form::new(&WITHOUT_TABLE);
    assert!(failed(stores.models.add(form(), stores.actor(1)).await.err()));
    assert!(failed(stores.models.change(1, version, form(), stores.actor(1)).await.err()));
}
