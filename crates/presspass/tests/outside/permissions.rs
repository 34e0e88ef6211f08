//! Posts, once with each of these permissions.

use presspass::permissions::{BuiltIn, Compose as _, HasPermission};
use presspass::{ApiInfo, App, POST, Resource};

fn main() -> std::process::ExitCode {
    let adds = HasPermission::new("posts", "add_post");
    let resources = [
        Resource::new(&POST, "open").permission(BuiltIn::AllowAny),
        Resource::new(&POST, "readable").permission(BuiltIn::IsAuthenticatedOrReadOnly),
        Resource::new(&POST, "members").permission(BuiltIn::IsAuthenticated),
        Resource::new(&POST, "staff").permission(BuiltIn::IsAdmin.or(adds)),
        Resource::new(&POST, "editors").permission(BuiltIn::IsAuthenticated.and(BuiltIn::ModelPermissions)),
        Resource::new(&POST, "settings"),
    ];
    let info = ApiInfo { title: "Permissions", summary: "Posts for some.", version: "1.0.0" };
    App::new(info).resources(resources).run(std::env::args_os()).into()
}
