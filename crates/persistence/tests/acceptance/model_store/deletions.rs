//! Deleting.

use presspass_auth::BoxFuture;
use presspass_domain::Window;
use presspass_domain::model::{
    Actor, Changed, Deleted, Deletion, GROUP, Input, Key, ListQuery, LogAction, Model, POST, Record, USER,
};

use super::{Stores, at, done, form, keys, text};

pub(super) async fn run(stores: Stores<'_>) {
    a_selection_is_deleted_after_its_summary(stores).await;
    more_than_are_looked_at_at_once_go_together(stores).await;
    a_deletion_that_is_not_the_one_shown_is_stale(stores).await;
    deleting_and_changing_at_once_loses_nothing(stores).await;
    what_goes_with_an_account_is_told_and_goes(stores).await;
    what_goes_with_a_group_is_told_and_goes(stores).await;
    who_deletes_themselves_is_gone(stores).await;
    only_staff_that_is_there_may_delete(stores).await;
}

async fn summary(stores: Stores<'_>, model: &'static Model, ids: &[Key]) -> Deletion {
    done(stores.models.deletion(model, ids.to_vec())).await
}

fn kinds(deletion: &Deletion) -> Vec<(&str, i64)> {
    deletion.dependents.iter().map(|dependents| (dependents.kind.as_str(), dependents.count)).collect()
}

async fn a_selection_is_deleted_after_its_summary(stores: Stores<'_>) {
    let (one, two) = (stores.post("acceptance d1", "x").await, stores.post("acceptance d2", "x").await);
    let ids = vec![one.id, two.id, 0.into(), one.id];
    let deletion = summary(stores, &POST, &ids).await;
    let labels: Vec<_> = deletion.records.iter().map(|record| record.label.as_str()).collect();
    assert_eq!(labels, ["acceptance d2", "acceptance d1"]);
    assert!(deletion.dependents.is_empty() && deletion.protected.is_empty(), "{deletion:?}");
    let outcome = done(stores.models.delete(&POST, ids.clone(), deletion.version, stores.actor(4))).await;
    assert_eq!(outcome, Deleted::Deleted(2));
    assert_eq!(done(stores.models.find(&POST, one.id)).await, None);
    let again = done(stores.models.delete(&POST, ids, deletion.version, stores.actor(4))).await;
    assert_eq!(again, Deleted::Gone);
    for post in [one, two] {
        let history = done(stores.models.history(&POST, post.id, Window::All)).await;
        let last = &history.items[0];
        assert_eq!((last.action, last.message.text().as_str()), (Some(LogAction::Deletion), ""));
        assert_eq!((last.object_repr.as_str(), last.at), (post.label.as_str(), at(4)));
        assert_eq!(history.count, 2);
    }
}

async fn more_than_are_looked_at_at_once_go_together(stores: Stores<'_>) {
    for number in 0..120 {
        stores.post(&format!("acceptance many {number:03}"), "x").await;
    }
    let query = || {
        let query = ListQuery::new(&POST, Window::Part { limit: 1, offset: 0 });
        query.search(&["title"], &super::search("\"acceptance many\"")).unwrap()
    };
    let ids = done(stores.models.keys(query(), 1000)).await;
    let deletion = summary(stores, &POST, &ids).await;
    let labels: Vec<_> = deletion.records.iter().map(|record| record.label.clone()).collect();
    let newest_first: Vec<_> = (0..120).rev().map(|number| format!("acceptance many {number:03}")).collect();
    assert_eq!(labels, newest_first);
    // One of the last changes, and none goes.
    let last = super::must(done(stores.models.find(&POST, ids[119])).await);
    stores.change(&last, form(&POST, [("content", text("y"))])).await;
    let outcome = done(stores.models.delete(&POST, ids.clone(), deletion.version, stores.actor(4))).await;
    let Deleted::Stale(deletion) = outcome else { panic!("{outcome:?}") };
    let outcome = done(stores.models.delete(&POST, ids.clone(), deletion.version, stores.actor(4))).await;
    assert_eq!(outcome, Deleted::Deleted(120));
    assert!(done(stores.models.keys(query(), 1000)).await.is_empty());
    let history = done(stores.models.history(&POST, ids[0], Window::All)).await;
    assert_eq!(history.items[0].action, Some(LogAction::Deletion));
}

async fn a_deletion_that_is_not_the_one_shown_is_stale(stores: Stores<'_>) {
    let (one, two) = (stores.post("acceptance s1", "x").await, stores.post("acceptance s2", "x").await);
    let ids = vec![one.id, two.id];
    let shown = summary(stores, &POST, &ids).await;
    stores.change(&one, form(&POST, [("title", text("acceptance s3"))])).await;
    let outcome = done(stores.models.delete(&POST, ids.clone(), shown.version, stores.actor(4))).await;
    assert_eq!(outcome, Deleted::Stale(summary(stores, &POST, &ids).await));
    let shown = summary(stores, &POST, &ids).await;
    let alone = summary(stores, &POST, &[two.id]).await;
    assert_eq!(
        done(stores.models.delete(&POST, vec![two.id], alone.version, stores.actor(4))).await,
        Deleted::Deleted(1)
    );
    let outcome = done(stores.models.delete(&POST, ids, shown.version, stores.actor(4))).await;
    assert!(matches!(outcome, Deleted::Stale(deletion) if deletion.records.len() == 1));
}

async fn deleting_and_changing_at_once_loses_nothing(stores: Stores<'_>) {
    let post = stores.post("acceptance race", "x").await;
    let shown = summary(stores, &POST, &[post.id]).await;
    let change = form(&POST, [("title", text("acceptance raced"))]);
    let delete = stores.models.delete(&POST, vec![post.id], shown.version, stores.actor(4));
    let change = stores.models.change(post.id, post.version, change, stores.actor(4));
    let changed = async { Ok(Outcome::Changed(Box::new(change.await?))) };
    let deleted = async { Ok(Outcome::Deleted(delete.await?)) };
    let outcomes = super::all(vec![Box::pin(changed) as BoxFuture<'_, _>, Box::pin(deleted)]).await;
    let [Outcome::Changed(changed), Outcome::Deleted(deleted)] = &outcomes[..] else {
        panic!("{outcomes:?}")
    };
    let found = done(stores.models.find(&POST, post.id)).await;
    match (&**changed, deleted) {
        (Changed::Saved(record), Deleted::Stale(_)) => assert_eq!(found.as_ref(), Some(record)),
        (Changed::Gone, Deleted::Deleted(1)) => assert_eq!(found, None),
        other => panic!("{other:?}"),
    }
}

#[derive(Debug)]
enum Outcome {
    Changed(Box<Changed>),
    Deleted(Deleted),
}

async fn staff(stores: Stores<'_>, name: &str) -> Record {
    let user = stores.user(name).await;
    stores.change(&user, form(&USER, [("is_staff", Input::Boolean(true))])).await
}

async fn what_goes_with_an_account_is_told_and_goes(stores: Stores<'_>) {
    let (group, permissions) =
        (stores.group("acceptance of user").await, stores.permission_keys("posts post").await);
    let user = staff(stores, "acceptance-goes").await;
    let related =
        [("groups", keys([group.id])), ("user_permissions", keys([permissions[0], permissions[1]]))];
    let user = stores.change(&user, form(&USER, related)).await;
    let actor = Actor { account_id: user.id.integer().unwrap(), at: at(2) };
    let post = form(&POST, [("title", text("acceptance by user")), ("content", text("x"))]);
    done(stores.models.add(post, actor)).await;
    let deletion = summary(stores, &USER, &[user.id]).await;
    let expected =
        [("user-group relationships", 1), ("user-permission relationships", 2), ("log entries", 1)];
    assert_eq!(kinds(&deletion), expected);
    assert_eq!(deletion.dependents[2].names, ["Added “acceptance by user”."]);
    // What comes to go with it makes the summary stale.
    let post = form(&POST, [("title", text("acceptance by user too")), ("content", text("x"))]);
    done(stores.models.add(post, actor)).await;
    let outcome = done(stores.models.delete(&USER, vec![user.id], deletion.version, stores.actor(4))).await;
    let Deleted::Stale(deletion) = outcome else { panic!("{outcome:?}") };
    let outcome = done(stores.models.delete(&USER, vec![user.id], deletion.version, stores.actor(4))).await;
    assert_eq!(outcome, Deleted::Deleted(1));
    assert_eq!(done(stores.models.find(&USER, user.id)).await, None);
    assert!(done(stores.models.recent(user.id.integer().unwrap(), 10)).await.is_empty());
    let history = done(stores.models.history(&USER, user.id, Window::All)).await;
    assert_eq!(history.items[0].action, Some(LogAction::Deletion), "what was done to it stays");
    assert_eq!(done(stores.models.find(&GROUP, group.id)).await, Some(group));
}

async fn what_goes_with_a_group_is_told_and_goes(stores: Stores<'_>) {
    let permissions = stores.permission_keys("posts post").await;
    let (group, user) = (stores.group("acceptance goes").await, stores.user("acceptance-of-group").await);
    let group = stores.change(&group, form(&GROUP, [("permissions", keys([permissions[0]]))])).await;
    stores.change(&user, form(&USER, [("groups", keys([group.id]))])).await;
    let deletion = summary(stores, &GROUP, &[group.id]).await;
    assert_eq!(kinds(&deletion), [("user-group relationships", 1), ("group-permission relationships", 1)]);
    let outcome = done(stores.models.delete(&GROUP, vec![group.id], deletion.version, stores.actor(4))).await;
    assert_eq!(outcome, Deleted::Deleted(1));
    let members = ListQuery::new(&USER, Window::All).related("groups", Some(group.id));
    assert_eq!(done(stores.models.list(members.unwrap())).await.count, 0);
}

async fn who_deletes_themselves_is_gone(stores: Stores<'_>) {
    let user = staff(stores, "acceptance-self").await;
    let deletion = summary(stores, &USER, &[user.id]).await;
    let actor = Actor { account_id: user.id.integer().unwrap(), at: at(4) };
    assert_eq!(
        done(stores.models.delete(&USER, vec![user.id], deletion.version, actor)).await,
        Deleted::Deleted(1)
    );
    assert_eq!(done(stores.models.find(&USER, user.id)).await, None);
    assert!(done(stores.models.recent(user.id.integer().unwrap(), 10)).await.is_empty());
}

async fn only_staff_that_is_there_may_delete(stores: Stores<'_>) {
    let post = stores.post("acceptance kept", "x").await;
    let stranger = stores.user("acceptance-no-staff").await;
    let deletion = summary(stores, &POST, &[post.id]).await;
    for account_id in [0, i64::MAX, stranger.id.integer().unwrap()] {
        let actor = Actor { account_id, at: at(4) };
        let outcome = done(stores.models.delete(&POST, vec![post.id], deletion.version, actor)).await;
        assert_eq!(outcome, Deleted::ActorGone);
    }
    assert_eq!(done(stores.models.find(&POST, post.id)).await, Some(post));
}
