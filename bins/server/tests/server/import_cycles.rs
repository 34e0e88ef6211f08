//! Files of a crate import each other in cycles of at most a few files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The most files that may import each other in one cycle.
const LARGEST: usize = 6;

/// A module's file, the paths that it names, and what it re-exports: the name, and the path of what it stands for.
struct Module {
    file: PathBuf,
    named: Vec<Vec<String>>,
    exports: BTreeMap<String, Vec<String>>,
}

/// The modules of one crate, by their paths; the root is the empty path.
type Modules = BTreeMap<Vec<String>, Module>;

/// The folders that hold the sources of a crate.
fn sources() -> Vec<PathBuf> {
    let root = fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap();
    let folders = ["crates", "bins"].map(|name| fs::read_dir(root.join(name)).unwrap());
    let crates = folders.into_iter().flatten().map(|entry| entry.unwrap().path().join("src"));
    crates.filter(|source| source.exists()).collect()
}

fn collect(folder: &Path, path: &[String], modules: &mut Modules) {
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut inner = path.to_vec();
        if file.is_dir() {
            inner.push(name);
            collect(&file, &inner, modules);
        } else if file.extension().is_some_and(|it| it == "rs") && name != "tests" {
            if !["mod", "lib", "main"].contains(&name.as_str()) {
                inner.push(name);
            }
            modules.entry(inner).or_insert_with(|| Module::read(file));
        }
    }
}

impl Module {
    fn read(file: PathBuf) -> Self {
        let source = fs::read_to_string(&file).unwrap();
        let code = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
        let (code, exported) = without_exports(lines.collect::<Vec<_>>().join(" "));
        let exports = exported.into_iter().filter_map(|path| Some((path.last()?.clone(), path)));
        Self { file, named: named(&code), exports: exports.collect() }
    }
}

/// Takes `pub use` out: a module that only hands names on does not import them. Returns their paths, too.
fn without_exports(mut code: String) -> (String, Vec<Vec<String>>) {
    let mut exported = Vec::new();
    for start in ["pub use ", "pub(crate) use ", "pub(super) use "] {
        while let Some(at) = code.find(start) {
            let end = at + code[at..].find(';').unwrap_or(code.len() - at);
            expand(&code[at + start.len()..end], &mut Vec::new(), &mut exported);
            code.replace_range(at..end, "");
        }
    }
    (code, exported)
}

/// The paths that code names, each as its parts: `use` trees are taken apart. Those that begin neither with `crate` nor
/// with `super` are relative to the module, or begin with the name of another crate.
fn named(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (start, skipped) in [("crate::", 0), ("super::", 0), ("use ", 4)] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            let is_path = before.is_none_or(|it| !(it.is_alphanumeric() || it == '_' || it == ':'));
            let path = &code[at + skipped..];
            let is_counted = skipped > 0 && (path.starts_with("crate::") || path.starts_with("super::"));
            if is_path && !is_counted {
                expand(path, &mut Vec::new(), &mut found);
            }
        }
    }
    found
}

/// Takes one tree of a path apart, and returns what follows it.
fn expand<'s>(text: &'s str, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> &'s str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = expand(rest, &mut path.clone(), found).trim_start();
            match rest.strip_prefix(',') {
                Some(next) => rest = next,
                None => return rest.strip_prefix('}').unwrap_or(rest),
            }
        }
    }
    let end = text.find(|it: char| !(it.is_alphanumeric() || it == '_')).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    path.push(name.to_owned());
    match rest.strip_prefix("::") {
        Some(rest) if rest.starts_with(|it: char| it.is_alphabetic() || "_{".contains(it)) => {
            expand(rest, path, found)
        }
        _ => {
            found.push(path.clone());
            let rest = rest.trim_start();
            // `name as other`
            rest.strip_prefix("as ").map_or(rest, |rest| {
                let rest = rest.trim_start();
                &rest[rest.find(|it: char| !(it.is_alphanumeric() || it == '_')).unwrap_or(rest.len())..]
            })
        }
    }
}

/// The module that a path leads into, from inside `here`: through re-exports, to where the name is defined.
fn target(path: &[String], here: &[String], modules: &Modules) -> Option<Vec<String>> {
    let is_absolute = path.first()? == "crate";
    let mut at = if is_absolute { Vec::new() } else { here.to_vec() };
    let mut parts = path[usize::from(is_absolute)..].iter().peekable();
    while parts.next_if(|part| *part == "super").is_some() {
        at.pop()?;
    }
    while let Some(part) = parts.next() {
        at.push(part.clone());
        if !modules.contains_key(&at) {
            at.pop();
            let Some(exported) = modules.get(&at)?.exports.get(part) else { break };
            let rest: Vec<_> = exported.iter().chain(parts).cloned().collect();
            // A name of another crate, or of this module itself, leads no further.
            return if rest == path { None } else { target(&rest, &at, modules).or(Some(at)) };
        }
    }
    modules.contains_key(&at).then_some(at)
}

/// Which file of a crate imports which.
fn imports(source: &Path) -> BTreeMap<PathBuf, BTreeSet<PathBuf>> {
    let mut modules = Modules::new();
    collect(source, &[], &mut modules);
    let mut imports: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
    for (here, module) in &modules {
        let targets = module.named.iter().filter_map(|path| target(path, here, &modules));
        let files = targets.map(|module| modules[&module].file.clone());
        imports.insert(module.file.clone(), files.filter(|file| *file != module.file).collect());
    }
    imports
}

/// What can be reached from a file.
fn reachable(from: &Path, imports: &BTreeMap<PathBuf, BTreeSet<PathBuf>>) -> BTreeSet<PathBuf> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(file) = open.pop() {
        for next in imports.get(&file).into_iter().flatten() {
            if reached.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    reached
}

#[test]
fn no_cycle_of_imports_is_larger_than_a_handful_of_files() {
    let sources = sources();
    assert!(sources.len() > 8, "{sources:?}");
    let (mut edges, mut large) = (0, BTreeSet::new());
    for source in sources {
        let imports = imports(&source);
        edges += imports.values().map(BTreeSet::len).sum::<usize>();
        let reached: BTreeMap<&PathBuf, _> =
            imports.keys().map(|file| (file, reachable(file, &imports))).collect();
        for (file, others) in &reached {
            let cycle: Vec<_> = others.iter().filter(|other| reached[other].contains(*file)).collect();
            if cycle.len() > LARGEST {
                let cycle: BTreeSet<_> = cycle.into_iter().cloned().collect();
                let inside = |it: &PathBuf| {
                    let inside = imports[it].intersection(&cycle).map(|to| to.display().to_string());
                    format!("{} imports {}", it.display(), inside.collect::<Vec<_>>().join(", "))
                };
                large.insert(cycle.iter().map(inside).collect::<Vec<_>>());
            }
        }
    }
    assert!(large.is_empty(), "too many files import each other in a cycle: {large:#?}");
    // A reader of imports that finds none would find no cycle.
    assert!(edges > 500, "{edges} imports");
}

/// The modules of the library `presspass`: each imports those before it and none after it.
const LAYERS: [&str; 5] = ["settings", "identity", "app", "endpoints", "cli"];

#[test]
fn the_modules_of_the_library_import_in_one_direction() {
    let source = sources().into_iter().find(|source| source.ends_with("crates/presspass/src")).unwrap();
    // The number of a file's layer; that of the library's root, which hands all of them on, is the highest.
    let layer = |file: &Path| {
        let name = file.strip_prefix(&source).unwrap().iter().next().unwrap().to_str().unwrap();
        let found = LAYERS.iter().position(|layer| *layer == name);
        found
            .or((name == "lib.rs").then_some(LAYERS.len()))
            .unwrap_or_else(|| panic!("{name} is a new module"))
    };
    let imports = imports(&source);
    let edges =
        || imports.iter().flat_map(|(file, targets)| targets.iter().map(move |target| (file, target)));
    let upward: Vec<_> = edges().filter(|(file, target)| layer(target) > layer(file)).collect();
    assert!(upward.is_empty(), "imports against {LAYERS:?}: {upward:#?}");
    let between = edges().filter(|(file, target)| layer(target) < layer(file)).count();
    assert!(between > 50, "{between} imports between modules");
}

#[test]
fn trees_of_paths_are_taken_apart() {
    let path = |text: &str| text.split("::").map(str::to_owned).collect::<Vec<_>>();
    let (code, exported) = without_exports(
        "pub use g::H; use crate::a::{self, b::{C, d}, e as f}; fn x() -> super::Y<T> {}".to_owned(),
    );
    let expected =
        ["crate::a::self", "crate::a::b::C", "crate::a::b::d", "crate::a::e", "super::Y"].map(path);
    assert_eq!(named(&code), expected);
    assert_eq!(exported, [path("g::H")]);
}
