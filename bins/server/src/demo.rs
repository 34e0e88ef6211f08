//! The sample data of `presspass demo`: three accounts and 50 posts.

use anyhow::{Context as _, ensure};
use presspass::{Demo, DemoAccount};
use presspass_auth::{BoxFuture, Clock as _, SystemClock};
use presspass_domain::Timestamp;
use presspass_domain::model::{Draft, POST};
use presspass_persistence::{Created, Database, Models, WriteHooks};

/// How many posts there are.
const POSTS: usize = 50;

pub const DEMO: Demo = Demo {
    accounts: &[
        DemoAccount {
            name: "admin",
            password: "demo-Admin-1",
            is_superuser: true,
            permissions: &[],
            about: "may do everything",
        },
        DemoAccount {
            name: "editor",
            password: "demo-Editor-1",
            is_superuser: false,
            permissions: &[
                ("posts", "add_post"),
                ("posts", "change_post"),
                ("posts", "delete_post"),
                ("posts", "view_post"),
            ],
            about: "reads and writes posts",
        },
        DemoAccount {
            name: "reader",
            password: "demo-Reader-1",
            is_superuser: false,
            permissions: &[],
            about: "reads posts",
        },
    ],
    fill,
    examples: &[
        "http://{address}/account/",
        "'http://{address}/api/posts/?limit=2'",
        "http://{address}/api/posts/ -d title=Hello -d content=World",
    ],
};

fn fill(database: Database) -> BoxFuture<'static, anyhow::Result<()>> {
    Box::pin(async move {
        let models = Models::new(database, &[&POST]);
        let now = Timestamp::new(SystemClock.now());
        for number in 1..=POSTS {
            let mut post = Draft::new(&POST);
            post.set("title", format!("Post {number}"));
            post.set("content", format!("The content of sample post {number}."));
            let created = models.create(post, [].into(), now, WriteHooks::<()>::default()).await;
            let created = created.context("cannot create the sample posts")?;
            ensure!(
                matches!(created, Created::Created { .. }),
                "cannot create the sample posts: {created:?}"
            );
        }
        Ok(())
    })
}
