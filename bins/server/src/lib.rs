//! The project that the program `presspass` serves: accounts and posts.

mod demo;
mod posts;

use presspass::{ApiInfo, App};

pub use posts::add_to as add_posts;

/// The project.
#[must_use]
pub fn app() -> App {
    let info =
        ApiInfo { title: "Presspass", summary: "Accounts and posts.", version: env!("CARGO_PKG_VERSION") };
    posts::add_to(App::new(info)).demo(demo::DEMO)
}
