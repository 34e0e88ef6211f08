//! The project that the program `magazine` serves: accounts, posts, and a magazine of sections, tags, articles and comments.

mod articles;
mod comments;
mod sections;
mod tags;

use presspass::{ApiInfo, App};

/// The project.
#[must_use]
pub fn app() -> App {
    let info = ApiInfo { title: "Magazine", summary: "A magazine.", version: env!("CARGO_PKG_VERSION") };
    let app = App::new(info)
        .resources([sections::resource(), tags::resource(), articles::resource(), comments::resource()])
        .migrations(presspass::migrations!());
    presspass_server::add_posts(app)
}
