//! docs/adding-a-resource.md shows the program's own code.

use std::fs;
use std::path::Path;

/// A model is registered in fewer lines.
const REGISTRATION: usize = 25;

/// The blocks of code on the page, each with the file that it is of.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut file = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(path) = line.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:")) {
            file = Some(path.to_owned());
        } else if line.starts_with("```") {
            let code: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            blocks.push((file.take().expect("a block follows the name of its file"), code.join("\n")));
        }
    }
    blocks
}

#[test]
fn the_page_about_resources_shows_code_that_is_compiled() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("docs/adding-a-resource.md")).unwrap();
    let blocks = blocks(&page);
    assert!(blocks.len() > 10, "{} blocks", blocks.len());
    for (file, code) in &blocks {
        let source = fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(source.contains(code.as_str()), "{file} has no longer:\n{code}");
    }
    let (_, registration) = blocks.iter().find(|(_, code)| code.contains("-> ModelAdmin")).unwrap();
    assert!(registration.lines().count() < REGISTRATION, "{registration}");
    // The five places, the table and the admin.
    for place in ["domain", "persistence", "serializers", "server", "admin", "schema.rs"] {
        assert!(blocks.iter().any(|(file, _)| file.contains(place)), "nothing of {place}");
    }
}
