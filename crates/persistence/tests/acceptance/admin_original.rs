//! Django's admin beside ours, on one database.

use presspass_domain::model::{
    Actor, Added, Changed, Form, GROUP, Input, LogAction, POST, PasswordHash, Record, USER,
};
use presspass_domain::{NewAccount, Window};
use presspass_persistence::{AccountCreated, Models};
use presspass_test_support::{Oracle, Stack};
use serde_json::Value;

use crate::adoption::{ask, filled_by};
use crate::model_store::run_suite;
use crate::place::{Place, account, at};

fn step(oracle: &Oracle, place: &Place, step: &str) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/acceptance/original_admin.py");
    let code = format!("exec(open({script:?}, encoding='utf-8').read(), {{'STEP': {step:?}}})");
    serde_json::from_str(ask(oracle, &place.behind, &code).lines().last().unwrap()).unwrap()
}

fn form<const N: usize>(model: &'static presspass_domain::model::Model, inputs: [(&str, Input); N]) -> Form {
    let mut form = Form::new(model);
    for (name, input) in inputs {
        form.set(name, input).unwrap();
    }
    form
}

fn text(text: &str) -> Input {
    Input::Text(text.to_owned())
}

fn saved(added: Added) -> Record {
    match added {
        Added::Saved(record) => record,
        other => panic!("{other:?}"),
    }
}

/// What ours writes.
async fn write(models: &Models, actor: Actor) {
    let post = form(&POST, [("title", text("By us")), ("content", text("a\r\nb"))]);
    let post = saved(models.add(post, actor).await.unwrap());
    let change = form(&POST, [("title", text("By us 2")), ("content", text("ü"))]);
    let changed = models.change(post.id, post.version, change, actor).await.unwrap();
    assert!(matches!(changed, Changed::Saved(_)), "{changed:?}");
    let group = saved(models.add(form(&GROUP, [("name", text("by us"))]), actor).await.unwrap());
    let hash = PasswordHash::new("pbkdf2_sha256$1$salt$hash".to_owned()).unwrap();
    let user = form(&USER, [("username", text("by-us")), ("password", Input::Password(hash.clone()))]);
    let user = saved(models.add(user, actor).await.unwrap());
    let change = form(
        &USER,
        [
            ("is_staff", Input::Boolean(true)),
            ("groups", Input::Keys([group.id].into())),
            ("password", Input::Password(hash)),
        ],
    );
    let changed = models.change(user.id, user.version, change, actor).await.unwrap();
    assert!(matches!(changed, Changed::Saved(_)), "{changed:?}");
    // Something that is the account's own: an entry that must go with it.
    let own = form(&POST, [("title", text("By by-us")), ("content", text("x"))]);
    saved(models.add(own, Actor { account_id: user.id.integer().unwrap(), at: actor.at }).await.unwrap());
    let gone = saved(models.add(form(&GROUP, [("name", text("gone"))]), actor).await.unwrap());
    let deletion = models.deletion(&GROUP, vec![gone.id]).await.unwrap();
    models.delete(&GROUP, vec![gone.id], deletion.version, actor).await.unwrap();
}

/// Each works on what the other wrote. `labels`: whether this original's log names fields by their labels.
async fn share(oracle: &Oracle, place: &Place, labels: bool) {
    let root = NewAccount { is_staff: true, is_superuser: true, ..account("root") };
    let AccountCreated::New(admin) = place.accounts.create(root).await.unwrap() else { panic!() };
    let models = Models::new(place.database.clone(), crate::posts::PROJECT.models);

    // Theirs, read by us.
    let said = step(oracle, place, "write");
    let statuses = said["status"].as_object().unwrap();
    assert!(statuses.values().all(|status| status == 302), "{said}");
    let recent = models.recent(admin, 10).await.unwrap();
    let messages: Vec<_> = recent.iter().map(|entry| entry.message.text()).collect();
    let changed = if labels { "Changed Title and Content." } else { "Changed title and content." };
    assert_eq!(messages, ["No fields changed.", changed, "Added."]);
    assert!(recent.iter().all(|entry| entry.user.label == "root" && entry.differences.is_empty()));
    let id: i64 = recent[0].object_id.as_ref().unwrap().parse().unwrap();
    let history = models.history(&POST, id, Window::All).await.unwrap();
    assert_eq!((history.count, history.items[0].action), (3, Some(LogAction::Change)));
    let post = models.find(&POST, id).await.unwrap().unwrap();
    assert_eq!(post.label, "By the original 2");

    // Ours, read by them.
    write(&models, Actor { account_id: admin, at: at(7404) }).await;
    let said = step(oracle, place, "read");
    for (asked, status) in said["status"].as_object().unwrap() {
        let expected = match &asked[..4] {
            "GET " => 200,
            "POST" => 302,
            _ => 0,
        };
        assert_eq!(status, expected, "{asked}");
    }
    let theirs = said["entries"].as_array().unwrap();
    let entries: Vec<_> =
        theirs.iter().filter(|entry| entry[7].as_str().unwrap().contains(".007404")).collect();
    let seen: Vec<String> = entries
        .iter()
        .map(|entry| {
            let text = |at: usize| entry[at].as_str().unwrap_or_default();
            format!("{} {} {} | {} | {} | {}", entry[0], text(1), text(3), text(4), text(5), text(6))
        })
        .collect();
    let changed =
        |fields: &str, said: &str| format!("[{{\"changed\": {{\"fields\": [{fields}]}}}}] | {said}");
    assert_eq!(
        seen,
        [
            "1 post By us | [{\"added\": {}}] | Added. | root".to_owned(),
            format!(
                "2 post By us 2 | {} | root",
                changed("\"title\", \"content\"", "Changed title and content.")
            ),
            "1 group by us | [{\"added\": {}}] | Added. | root".to_owned(),
            "1 user by-us | [{\"added\": {}}] | Added. | root".to_owned(),
            format!(
                "2 user by-us | {} | root",
                changed("\"password\", \"is_staff\", \"groups\"", "Changed password, is_staff and groups.")
            ),
            "1 post By by-us | [{\"added\": {}}] | Added. | by-us".to_owned(),
            "1 group gone | [{\"added\": {}}] | Added. | root".to_owned(),
            "3 group gone |  |  | root".to_owned(),
        ]
    );
    // What became of fields went with the entry that Django deleted, and with nothing else.
    let left = "SELECT field AS value FROM presspass_difference ORDER BY field";
    assert_eq!(place.texts(left), [Some("groups".to_owned()), Some("is_staff".to_owned())]);
}

async fn adopted(stack: Stack) {
    let Some(oracle) = Oracle::find(stack) else { return };
    for behind in filled_by(&oracle) {
        let place = Place::open(behind, crate::posts::options());
        place.database.migrate().unwrap();
        share(&oracle, &place, stack == Stack::Current).await;
        let models = Models::new(place.database.clone(), crate::posts::PROJECT.models);
        run_suite(&models, 1).await;
        // 2.1 has narrower names than we.
        let long = form(&USER, [("first_name", text(&"é".repeat(31)))]);
        let user = models.find(&USER, 2).await.unwrap().unwrap();
        let actor = Actor { account_id: 1, at: at(0) };
        let outcome = models.change(2, user.version, long, actor).await.unwrap();
        match (stack, outcome) {
            (Stack::Original, Changed::Refused(refusals)) => {
                let said = "Ensure this value has at most 30 characters (it has 31).";
                assert_eq!(
                    (refusals[0].field.name, refusals[0].why.to_string().as_str()),
                    ("first_name", said)
                );
            }
            (Stack::Current, Changed::Saved(_)) => {}
            (_, other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_the_original_is_edited_by_both_admins() {
    adopted(Stack::Original).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_todays_original_is_edited_by_both_admins() {
    adopted(Stack::Current).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_ours_is_edited_by_both_admins() {
    for stack in [Stack::Original, Stack::Current] {
        let Some(oracle) = Oracle::find(stack) else { continue };
        for place in Place::each() {
            share(&oracle, &place, stack == Stack::Current).await;
        }
    }
}
