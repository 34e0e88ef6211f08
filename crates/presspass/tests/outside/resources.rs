//! Posts once in each style of pages and once with each of these permissions, and models with what refers to them.

use presspass::permissions::{BuiltIn, Compose as _, HasPermission};
use presspass::{ApiInfo, App, CONTENT_TYPE, GROUP, PERMISSION, POST, Pagination, Resource, USER};

fn main() -> std::process::ExitCode {
    let styled = [
        ("none", Pagination::none()),
        ("page_number", Pagination::page_number().page_size(7).page_size_query_param("size").max_page_size(9)),
        ("limit_offset", Pagination::limit_offset().page_size(5).max_page_size(8)),
        ("cursor", Pagination::cursor().page_size(6).ordering(&["-title"])),
    ];
    let styled = styled.map(|(path, pages)| Resource::new(&POST, path).search(&["title", "content"]).pagination(pages));
    let adds = HasPermission::new("posts", "add_post");
    let guarded = [
        Resource::new(&POST, "open").permission(BuiltIn::AllowAny),
        Resource::new(&POST, "readable").permission(BuiltIn::IsAuthenticatedOrReadOnly),
        Resource::new(&POST, "members").permission(BuiltIn::IsAuthenticated),
        Resource::new(&POST, "staff").permission(BuiltIn::IsAdmin.or(adds)),
        Resource::new(&POST, "editors").permission(BuiltIn::IsAuthenticated.and(BuiltIn::ModelPermissions)),
        Resource::new(&POST, "settings"),
    ];
    let related = [
        Resource::new(&GROUP, "groups")
            .related("user_set", &USER, "groups")
            .fields(&["id", "name", "user_set", "user_set(id, username as name) as people"])
            .read_only(),
        Resource::new(&CONTENT_TYPE, "types")
            .related("permission_set", &PERMISSION, "content_type")
            .fields(&["id", "model", "permission_set", "permission_set(codename, content_type.model as of) as named"])
            .order_by(&["id"])
            .read_only(),
    ];
    let info = ApiInfo { title: "Resources", summary: "What resources can be.", version: "1.0.0" };
    App::new(info).resources(styled).resources(guarded).resources(related).run(std::env::args_os()).into()
}
