//! What the stores of an admin site do, on both engines.

use presspass_domain::admin::acceptance::{Stores, admin_stores};
use presspass_domain::{AccountStore as _, Created, NewAccount};
use presspass_persistence::Models;

use crate::place::{Place, account};

async fn superuser(place: &Place) -> i64 {
    let root = NewAccount { is_staff: true, is_superuser: true, ..account("root") };
    match place.accounts.create(root).await.unwrap() {
        Created::New(id) => id,
        other => panic!("{other:?}"),
    }
}

async fn run_suite(models: &Models, admin: i64) {
    admin_stores(Stores {
        posts: &*models.posts(),
        users: &*models.users(),
        groups: &*models.groups(),
        permissions: &*models.permissions(),
        content_types: &*models.content_types(),
        log_entries: &*models.log_entries(),
        log: &*models.log(),
        admin,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_is_a_store_of_an_admin_site() {
    for place in Place::each() {
        let admin = superuser(&place).await;
        run_suite(&Models::new(place.database.clone()), admin).await;
    }
}
