//! The sample data of `presspass demo`: three accounts and 50 posts.

use anyhow::Context as _;
use presspass::{Demo, DemoAccount};
use presspass_auth::{BoxFuture, Clock as _, SystemClock};
use presspass_domain::{NewPost, Timestamp};
use presspass_persistence::{Database, PostStore};

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
        let posts = PostStore::new(database);
        let now = Timestamp::new(SystemClock.now());
        for number in 1..=POSTS {
            let title = format!("Post {number}");
            let content = format!("The content of sample post {number}.");
            posts.create(NewPost { title, content }, now).await.context("cannot make the sample posts")?;
        }
        Ok(())
    })
}
