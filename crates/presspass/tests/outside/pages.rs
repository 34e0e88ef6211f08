//! Posts, once in each style of pages.

use presspass::{ApiInfo, App, POST, Pagination, Resource};

fn main() -> std::process::ExitCode {
    let styled = [
        ("none", Pagination::none()),
        ("page_number", Pagination::page_number().page_size(7).page_size_query_param("size").max_page_size(9)),
        ("limit_offset", Pagination::limit_offset().page_size(5).max_page_size(8)),
        ("cursor", Pagination::cursor().page_size(6).ordering(&["-title"])),
    ];
    let resources = styled.map(|(path, pages)| Resource::new(&POST, path).search(&["title", "content"]).pagination(pages));
    let info = ApiInfo { title: "Pages", summary: "Posts in pages.", version: "1.0.0" };
    App::new(info).resources(resources).run(std::env::args_os()).into()
}
