//! Programs that are not in this workspace are composed of the library.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, io};

use presspass_test_support::{
    Answer, Engine, Oracle, RunningServer, ServerCommand, Stack, TestDatabase, isolated_command,
};
use serde_json::{Value, json};

const PASSWORD: &str = "engine-No-1843";

/// Builds a file of `outside/` as a crate of its own, with our versions of dependencies.
fn build(name: &str) -> io::Result<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Below the workspace, so that its .cargo/config.toml holds: what is built is the same, and is not built again.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(folder.join("src"))?;
    fs::copy(package.join(format!("tests/outside/{name}.rs")), folder.join("src/main.rs"))?;
    fs::copy(package.join("../../Cargo.lock"), folder.join("Cargo.lock"))?;
    // With the workspace's profiles, so that dependencies need not be built again.
    let workspace = fs::read_to_string(package.join("../../Cargo.toml"))?;
    let profiles = workspace.find("[profile.dev]").map_or("", |at| &workspace[at..]);
    let manifest = format!(
        "[package]\nname = {name:?}\nversion = \"1.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         actix-web = {{ version = \"4\", default-features = false }}\npresspass = {{ path = \"{}\" }}\n\
         serde_json = \"1\"\n\n{profiles}",
        package.display()
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    let target = folder.join("target");
    let built = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--offline", "--target-dir"])
        .arg(shared_target().as_deref().unwrap_or(&target))
        .current_dir(&folder)
        .stdin(Stdio::null())
        .status()?;
    assert!(built.success(), "cargo cannot build {}", folder.display());
    Ok(shared_target().unwrap_or(target).join("debug").join(name))
}

/// The target directory of the workspace, whose dependencies need not be built again.
fn shared_target() -> Option<PathBuf> {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().map(Path::to_owned)
}

fn get(server: &RunningServer, path: &str, token: Option<&str>) -> Answer {
    let mut client = server.client();
    let request = client.request("GET", path);
    match token {
        Some(token) => request.header("Authorization", format!("JWT {token}")).send(),
        None => request.send(),
    }
}

#[test]
fn thirty_lines_outside_the_workspace_serve_accounts_and_an_endpoint_behind_the_gate() {
    let source = include_str!("outside/accounts_alone.rs");
    assert!(source.lines().count() <= 30, "{} lines", source.lines().count());
    let program = build("accounts_alone").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new(&program)
        .args(["createsuperuser", "--noinput", "--username", "ada"])
        // PRESSPASS_REQUIRE, which is for tests, would be taken for a setting.
        .env_clear()
        .env("PRESSPASS_SUPERUSER_PASSWORD", PASSWORD)
        .current_dir(folder.path())
        .status()
        .unwrap();
    assert!(made.success());
    let server = ServerCommand::new(&program).directory(folder.path()).start();
    let obtained = server
        .client()
        .request("POST", "/auth/obtain_token/")
        .json(&json!({ "username": "ada", "password": PASSWORD }))
        .send();
    let token = obtained.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(get(&server, "/account/", Some(&token)).json()["username"], "ada");
    assert_eq!(get(&server, "/api/hello/", Some(&token)).json(), json!({ "hello": "ada" }));
    let refused = get(&server, "/api/hello/", None);
    assert_eq!((refused.status, refused.header("WWW-Authenticate")), (401, Some("JWT realm=\"api\"")));
    assert_eq!(get(&server, "/api/hello", None).status, 301);
    assert_eq!(get(&server, "/api/posts/", Some(&token)).status, 404);
    let document: Value = get(&server, "/api/schema/", None).json();
    assert_eq!(document["info"]["title"], "Accounts");
    assert!(document["paths"].get("/api/posts/").is_none());
    let hello = &document["paths"]["/api/hello/"]["get"];
    assert_eq!((&hello["operationId"], &hello["tags"]), (&json!("hello"), &json!(["hello"])));
    assert!(hello["responses"].get("401").is_some() && hello["responses"].get("200").is_some(), "{hello}");
}

#[test]
fn each_resource_has_pages_in_its_own_style_as_drf_has_them() {
    let Some(oracle) = Oracle::find(Stack::Original) else { return };
    let database = oracle.filled(Engine::Sqlite).unwrap();
    let server = ServerCommand::new(build("pages").unwrap())
        .env("DATABASE_URL", database.url())
        .env("SECRET_KEY", "a-shared-secret-of-at-least-32-bytes-0123456789")
        .env("PRESSPASS_PERMISSIONS", "allow_any")
        .start();
    let get = |style: &str, query: &str| {
        let answer = get(&server, &format!("/api/{style}/{query}"), None);
        // The host of DRF's test requests.
        let body = answer.text().replace(server.url("").trim_end_matches('/'), "http://testserver");
        json!([answer.status, serde_json::from_str::<Value>(&body).unwrap()])
    };
    let mut requests = vec![
        ("none", "?limit=2".to_owned()),
        ("page_number", "?page=last".to_owned()),
        ("page_number", "?page=99".to_owned()),
        ("page_number", "?size=3&page=2".to_owned()),
        ("page_number", "?size=30&ordering=-id".to_owned()),
        ("limit_offset", "?limit=3&offset=2".to_owned()),
        ("limit_offset", "?limit=30&search=content".to_owned()),
        ("cursor", "?ordering=content".to_owned()),
        ("cursor", "?cursor=x".to_owned()),
    ];
    for style in ["page_number", "limit_offset", "cursor"] {
        let mut query = String::new();
        for _ in 0..3 {
            let page = get(style, &query);
            requests.push((style, query));
            let next = page[1]["next"].as_str().unwrap_or_else(|| panic!("no next page: {page}"));
            query = format!("?{}", next.split_once('?').unwrap().1);
        }
    }
    let ours: Vec<Value> = requests.iter().map(|(style, query)| get(style, query)).collect();
    let script = format!("exec({:?}, {{}})", include_str!("outside/pages.py"));
    let mut variables = database.environment();
    variables.push(("REQUESTS", serde_json::to_string(&requests).unwrap()));
    let said = oracle.manage(&["shell", "-c", &script], &variables);
    assert!(said.status.success(), "{said:?}");
    let theirs: Vec<Value> = serde_json::from_slice(&said.stdout).unwrap();
    for ((request, ours), theirs) in requests.iter().zip(&ours).zip(&theirs) {
        assert_eq!(ours, theirs, "{request:?}");
    }
    let document = get("schema", "")[1].clone();
    let first =
        |style: &str| document["paths"][format!("/api/{style}/")]["get"]["parameters"][0]["name"].clone();
    assert_eq!(
        ["none", "page_number", "limit_offset", "cursor"].map(first),
        ["ordering", "page", "limit", "cursor"]
    );
}

const NO_SHOP: &str = "00000000-0000-0000-0000-0000000000ff";

/// The program with the migrations that it writes itself.
fn build_with_migrations(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).join("migrations");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("embedded.rs"), "&[]").unwrap();
    let program = build(name).unwrap();
    assert!(isolated_command(&program).arg("makemigrations").status().unwrap().success());
    build(name).unwrap()
}

/// The answers are those of Django 2.1 and DRF 3.9 with the same models, serializers and a `SimpleRouter`.
#[test]
fn models_with_uuids_as_keys_are_served_as_drf_serves_them() {
    let program = build_with_migrations("keys");
    for database in TestDatabase::each() {
        let made = isolated_command(&program)
            .args(["createsuperuser", "--noinput", "--username", "ada"])
            .env("DATABASE_URL", database.url())
            .env("PRESSPASS_SUPERUSER_PASSWORD", PASSWORD)
            .status();
        assert!(made.unwrap().success());
        let server = ServerCommand::new(&program).env("DATABASE_URL", database.url()).start();
        let login = json!({ "username": "ada", "password": PASSWORD });
        let login = server.client().request("POST", "/auth/obtain_token/").json(&login).send().json();
        let token = format!("JWT {}", login["token"].as_str().unwrap());
        let ask = |method: &str, path: &str, body: Value| {
            let mut client = server.client();
            let request = client.request(method, &format!("/api/{path}")).header("Authorization", &token);
            let answer = if body.is_null() { request.send() } else { request.json(&body).send() };
            (answer.status, if answer.text().is_empty() { Value::Null } else { answer.json() })
        };
        let made = |path: &str, body: Value| {
            let (status, made) = ask("POST", path, body);
            assert_eq!(status, 201, "{made}");
            made
        };
        let shop = made("shops/", json!({ "id": NO_SHOP, "name": "b" }));
        let a = shop["id"].as_str().unwrap().to_owned();
        assert!(a.len() == 36 && a != NO_SHOP && a.as_bytes()[14] == b'4', "a random UUID: {a}");
        assert_eq!(shop, json!({ "id": a, "name": "b", "parent": null, "labels": [], "partners": [] }));
        let upper = a.to_uppercase().replace('-', "");
        let shop = made("shops/", json!({ "name": "a", "parent": upper, "partners": [a] }));
        let b = shop["id"].as_str().unwrap().to_owned();
        assert_eq!(shop, json!({ "id": b, "name": "a", "parent": a, "labels": [], "partners": [a] }));
        let order = made("orders/", json!({ "shop": a, "paid_by": b, "seen_by": [a, b] }));
        assert_eq!(order, json!({ "id": 1, "shop": a, "paid_by": b, "seen_by": [b, a], "note": "" }));

        let missing = json!({ "detail": "Not found." });
        let no_uuid = |field: &str, text: &str| json!({ field: [format!("'{text}' is not a valid UUID.")] });
        let no_pk = |field: &str, key: &str| json!({ field: [format!("Invalid pk \"{key}\" - object does not exist.")] });
        for (method, path, body, status, expected) in [
            ("GET", format!("shops/{b}/"), Value::Null, 200, shop.clone()),
            ("GET", format!("shops/{}/", b.to_uppercase()), Value::Null, 200, shop.clone()),
            ("GET", format!("shops/{}/", b.replace('-', "")), Value::Null, 200, shop.clone()),
            ("GET", "shops/x/".to_owned(), Value::Null, 404, missing.clone()),
            ("GET", "shops/1/".to_owned(), Value::Null, 404, missing.clone()),
            ("GET", format!("shops/{NO_SHOP}/"), Value::Null, 404, missing.clone()),
            ("PATCH", "shops/x/".to_owned(), json!({ "name": "c" }), 404, missing.clone()),
            ("DELETE", format!("shops/{NO_SHOP}/"), Value::Null, 404, missing.clone()),
            ("GET", format!("shops/{a}/orders/"), Value::Null, 200, json!([{ "id": 1, "shop": a }])),
            ("GET", "shops/x/orders/".to_owned(), Value::Null, 404, missing.clone()),
            (
                "GET",
                "shops/?limit=1&ordering=name".to_owned(),
                Value::Null,
                200,
                json!({
                    "count": 2, "next": server.url("/api/shops/?limit=1&offset=1&ordering=name"), "previous": null, "results": [shop],
                }),
            ),
            ("GET", format!("shops/?id={a}&parent__isnull=false"), Value::Null, 200, json!([])),
            (
                "GET",
                format!("shops/?id__in={b},{NO_SHOP}&parent={a}&partners={a}"),
                Value::Null,
                200,
                json!([shop]),
            ),
            ("GET", "shops/?id=x".to_owned(), Value::Null, 400, json!({ "id": ["Enter a valid UUID."] })),
            ("GET", "shops/?parent=x".to_owned(), Value::Null, 400, no_uuid("parent", "x")),
            ("GET", format!("shops/?parent__in={a},x"), Value::Null, 400, no_uuid("parent__in", "x")),
            ("GET", "shops/?partners=7".to_owned(), Value::Null, 400, no_uuid("partners", "7")),
            (
                "GET",
                format!("shops/?parent={NO_SHOP}"),
                Value::Null,
                400,
                json!({
                    "parent": ["Select a valid choice. That choice is not one of the available choices."],
                }),
            ),
            ("POST", "shops/".to_owned(), json!({ "name": "c", "parent": "x" }), 400, no_uuid("parent", "x")),
            ("POST", "shops/".to_owned(), json!({ "name": "c", "parent": 1 }), 400, no_uuid("parent", "1")),
            (
                "POST",
                "shops/".to_owned(),
                json!({ "name": "c", "parent": true }),
                400,
                no_uuid("parent", "True"),
            ),
            (
                "POST",
                "shops/".to_owned(),
                json!({ "name": "c", "parent": { "a": 1 } }),
                400,
                no_uuid("parent", "{'a': 1}"),
            ),
            (
                "POST",
                "shops/".to_owned(),
                json!({ "name": "c", "parent": NO_SHOP }),
                400,
                no_pk("parent", NO_SHOP),
            ),
            (
                "POST",
                "shops/".to_owned(),
                json!({ "name": "c", "partners": [NO_SHOP] }),
                400,
                no_pk("partners", NO_SHOP),
            ),
            (
                "POST",
                "shops/".to_owned(),
                json!({ "name": "c", "partners": [a, "x"] }),
                400,
                no_uuid("partners", "x"),
            ),
            (
                "POST",
                "shops/".to_owned(),
                json!({ "name": "c", "partners": [null] }),
                400,
                no_pk("partners", "None"),
            ),
            (
                "POST",
                "shops/".to_owned(),
                json!({ "name": "c", "partners": a }),
                400,
                json!({
                    "partners": ["Expected a list of items but got type \"str\"."],
                }),
            ),
            (
                "POST",
                "orders/".to_owned(),
                json!({ "shop": a, "paid_by": b, "seen_by": [b] }),
                400,
                json!({
                    "paid_by": ["This field must be unique."],
                }),
            ),
            (
                "PATCH",
                format!("shops/{b}/"),
                json!({ "id": NO_SHOP, "parent": null, "partners": [b] }),
                200,
                json!({
                    "id": b, "name": "a", "parent": null, "labels": [], "partners": [b],
                }),
            ),
            ("DELETE", format!("shops/{b}/"), Value::Null, 204, Value::Null),
            (
                "GET",
                "orders/1/".to_owned(),
                Value::Null,
                200,
                json!({
                    "id": 1, "shop": a, "paid_by": null, "seen_by": [a], "note": "",
                }),
            ),
            ("DELETE", format!("shops/{a}/"), Value::Null, 204, Value::Null),
            ("GET", "orders/".to_owned(), Value::Null, 200, json!([])),
        ] {
            assert_eq!(ask(method, &path, body.clone()), (status, expected), "{method} {path} {body}");
        }
        assert_eq!(get(&server, "/api/shops/x/", None).status, 401);
        let described = ask("OPTIONS", "shops/", Value::Null).1;
        let id = json!({ "type": "string", "required": false, "read_only": true, "label": "Id" });
        assert_eq!(described["actions"]["POST"]["id"], id);
        assert!(ask("OPTIONS", "shops/x/", Value::Null).1.get("actions").is_none());
        let document = ask("GET", "schema/", Value::Null).1;
        let parameter = &document["paths"]["/api/shops/{id}/"]["parameters"][0]["schema"];
        assert_eq!(*parameter, json!({ "type": "string", "format": "uuid" }));
        let partners = &document["components"]["schemas"]["Shop"]["properties"]["partners"]["items"];
        assert_eq!(*partners, json!({ "type": "string", "format": "uuid" }));
    }
}
