//! A typed client, generated from the OpenAPI document, compiled and run.

use std::fs;
use std::path::Path;
use std::process::Command;

use presspass_test_support::{TestDatabase, find_program, isolated_command, node_packages, python_packages};

use crate::common::{PASSWORD, PRESSPASS, Server};

/// What generates, types and runs a client in TypeScript.
pub(crate) const TYPESCRIPT_CLIENT: [&str; 4] =
    ["openapi-typescript@7.13.0", "openapi-fetch@0.17.0", "typescript@5.9.3", "@types/node@22.20.5"];

/// What generates a client in Python; what it generates needs no more.
pub(crate) const PYTHON_CLIENT: [&str; 1] = ["openapi-python-client==0.29.1"];

/// As strict as a project can be.
const CONFIGURATION: &str = r#"{
    "compilerOptions": {
        "strict": true, "noUncheckedIndexedAccess": true, "exactOptionalPropertyTypes": true,
        "noEmitOnError": true, "module": "nodenext", "target": "es2022", "types": ["node"]
    },
    "files": ["client.ts"]
}"#;

fn run(command: &mut Command, folder: &Path) -> String {
    let output = command.current_dir(folder).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}:\n{stdout}\n{stderr}");
    stdout.into_owned()
}

#[test]
fn a_client_generated_from_the_document_writes_and_reads_posts() {
    let Some(packages) = node_packages(&TYPESCRIPT_CLIENT) else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let modules = packages.join("node_modules");
    std::os::unix::fs::symlink(&modules, at.join("node_modules")).unwrap();
    let program = |name: &str| modules.join(".bin").join(name);
    fs::write(at.join("package.json"), r#"{"type": "module"}"#).unwrap();
    fs::write(at.join("tsconfig.json"), CONFIGURATION).unwrap();
    fs::write(at.join("client.ts"), include_str!("client.ts")).unwrap();

    let document = run(isolated_command(PRESSPASS).arg("openapi"), at);
    fs::write(at.join("openapi.json"), document).unwrap();
    run(Command::new(program("openapi-typescript")).args(["openapi.json", "--output", "schema.d.ts"]), at);
    run(&mut Command::new(program("tsc")), at);

    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.admin("ann");
    let node = find_program("node").expect("packages were installed by it");
    let said = run(Command::new(node).args(["client.js", &server.url(""), "ann", PASSWORD]), at);
    assert_eq!(said, "done\n");
    assert_eq!(server.rows.number("SELECT count(*) FROM posts_post"), 0);
}

#[test]
fn a_client_generated_in_python_from_json_bodies_writes_and_reads_posts() {
    let Some(programs) = python_packages(&PYTHON_CLIENT) else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let document = run(isolated_command(PRESSPASS).args(["openapi", "--bodies", "json"]), at);
    fs::write(at.join("openapi.json"), document).unwrap();
    let generate = programs.join("openapi-python-client");
    run(Command::new(generate).args(["generate", "--path", "openapi.json"]), at);

    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.admin("ann");
    let mut python = Command::new(programs.join("python"));
    python.args(["-c", include_str!("client.py"), &server.url(""), "ann", PASSWORD]);
    assert_eq!(run(python.env("PYTHONPATH", "presspass-client"), at), "done\n");
    assert_eq!(server.rows.number("SELECT count(*) FROM posts_post"), 0);
}
