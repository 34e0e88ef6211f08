//! Programs that are not in this workspace are composed of the library.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

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
    let server = ServerCommand::new(build("resources").unwrap())
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

#[test]
fn each_resource_has_a_permission_of_its_own_as_drf_has_them() {
    let Some(oracle) = Oracle::find(Stack::Original) else { return };
    let database = oracle.filled(Engine::Sqlite).unwrap();
    let server = ServerCommand::new(build("resources").unwrap())
        .env("DATABASE_URL", database.url())
        .env("SECRET_KEY", "a-shared-secret-of-at-least-32-bytes-0123456789")
        .env("PRESSPASS_PERMISSIONS", "is_admin")
        .start();
    let login = |name: &str| {
        let sent = json!({ "username": name, "password": format!("{name}-Pass-1") });
        let answer = server.client().request("POST", "/auth/obtain_token/").json(&sent).send().json();
        (name.to_owned(), answer["token"].as_str().unwrap().to_owned())
    };
    let tokens: Vec<(String, String)> = ["user", "writer", "editor", "admin"].map(login).into();
    let mut requests = Vec::new();
    for path in ["open", "readable", "members", "staff", "editors", "settings"] {
        for caller in [None].into_iter().chain(tokens.iter().map(Some)) {
            // Nothing is written: a body without fields is 400, and there is no post 999.
            for (method, key) in [
                ("GET", None),
                ("POST", None),
                ("OPTIONS", None),
                ("GET", Some(1)),
                ("PUT", Some(1)),
                ("DELETE", Some(999)),
                ("OPTIONS", Some(1)),
            ] {
                requests.push((path, caller, method, key));
            }
        }
    }
    let answer = |(path, caller, method, key): &(&str, Option<&(String, String)>, &str, Option<i32>)| {
        let path = key.map_or_else(|| format!("/api/{path}/"), |key| format!("/api/{path}/{key}/"));
        let mut client = server.client();
        let mut request = client.request(method, &path);
        if let Some((_, token)) = caller {
            request = request.header("Authorization", format!("JWT {token}"));
        }
        let answer = match *method {
            "GET" | "OPTIONS" => request.send(),
            _ => request.json(&json!({})).send(),
        };
        let body = match (*method, answer.status) {
            ("GET", 200) => Value::Null,
            ("OPTIONS", 200) => answer.json()["actions"]
                .as_object()
                .map_or_else(|| json!([]), |actions| actions.keys().cloned().collect()),
            _ => answer.json(),
        };
        json!([answer.status, body])
    };
    let script = format!("exec({:?}, {{}})", include_str!("outside/permissions.py"));
    let named: Vec<Value> = requests
        .iter()
        .map(|(path, caller, method, key)| json!([path, caller.map(|(name, _)| name), method, key]))
        .collect();
    let mut variables = database.environment();
    variables.push(("REQUESTS", serde_json::to_string(&named).unwrap()));
    let said = oracle.manage(&["shell", "-c", &script], &variables);
    assert!(said.status.success(), "{said:?}");
    let theirs: Vec<Value> = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(theirs.len(), requests.len());
    for ((request, named), theirs) in requests.iter().zip(&named).zip(&theirs) {
        assert_eq!(answer(request), *theirs, "{named}");
    }
    let document = get(&server, "/api/schema/", None).json();
    let security =
        |path: &str, method: &str| document["paths"][format!("/api/{path}/")][method]["security"].clone();
    assert_eq!(security("open", "get").as_array().unwrap().last(), Some(&json!({})));
    assert_eq!(security("readable", "get"), security("open", "get"));
    assert_eq!(security("readable", "post"), security("members", "post"));
    let refused =
        |path: &str| document["paths"][format!("/api/{path}/")]["get"]["responses"].get("403").is_some();
    assert_eq!(["members", "staff", "settings"].map(refused), [false, true, true]);
}

#[test]
fn a_resource_lists_the_records_that_refer_to_it_as_drf_lists_them() {
    let Some(oracle) = Oracle::find(Stack::Current) else { return };
    for database in Engine::ALL.into_iter().filter_map(|engine| oracle.filled(engine)) {
        let server = ServerCommand::new(build("resources").unwrap())
            .env("DATABASE_URL", database.url())
            .env("SECRET_KEY", "a-shared-secret-of-at-least-32-bytes-0123456789")
            .env("PRESSPASS_PERMISSIONS", "allow_any")
            .start();
        let script = format!("exec({:?}, globals())", include_str!("outside/related.py"));
        let said = oracle.manage(&["shell", "-v", "0", "-c", &script], &database.environment());
        assert!(said.status.success(), "{said:?}");
        let theirs: Value = serde_json::from_slice(&said.stdout).unwrap();
        let list = |path: &str| get(&server, &format!("/api/{path}/"), None).json();
        assert_eq!(json!([list("groups"), list("types")]), theirs);
        assert_eq!(theirs[0][0]["people"], json!([{ "id": 4, "name": "editor" }]));
        let one = get(&server, "/api/groups/1/", None).json();
        assert_eq!(one, theirs[0][0]);
        let document = get(&server, "/api/schema/", None).json();
        let people = &document["components"]["schemas"]["Group"]["properties"]["people"];
        assert_eq!((&people["type"], &people["readOnly"]), (&json!("array"), &json!(true)));
    }
}

const NO_SHOP: &str = "00000000-0000-0000-0000-0000000000ff";

/// The program with the migrations that it writes itself.
fn build_with_migrations(name: &str) -> io::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).join("migrations");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("embedded.rs"), "&[]")?;
    assert!(isolated_command(build(name)?).arg("makemigrations").status()?.success());
    build(name)
}

/// A server of shops whose keys are UUIDs, and two of them.
struct Shops {
    server: RunningServer,
    token: String,
    /// The key of the shop `b`.
    first: String,
    /// The key of the shop `a`, which refers to the other.
    second: String,
}

impl Shops {
    fn start(program: &Path, database: &TestDatabase) -> Self {
        let made = isolated_command(program)
            .args(["createsuperuser", "--noinput", "--username", "ada"])
            .env("DATABASE_URL", database.url())
            .env("PRESSPASS_SUPERUSER_PASSWORD", PASSWORD)
            .status();
        assert!(made.unwrap().success());
        let server = ServerCommand::new(program)
            .env("DATABASE_URL", database.url())
            .env("SECRET_KEY", "a-shared-secret-of-at-least-32-bytes-0123456789")
            .start();
        let login = json!({ "username": "ada", "password": PASSWORD });
        let login = server.client().request("POST", "/auth/obtain_token/").json(&login).send().json();
        let token = format!("JWT {}", login["token"].as_str().unwrap());
        Self { server, token, first: String::new(), second: String::new() }
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let mut client = self.server.client();
        let request = client.request(method, &format!("/api/{path}")).header("Authorization", &self.token);
        let answer = if body.is_null() { request.send() } else { request.json(body).send() };
        (answer.status, if answer.text().is_empty() { Value::Null } else { answer.json() })
    }

    fn check(&self, method: &str, path: &str, body: &Value, expected: &(u16, Value)) {
        assert_eq!(self.ask(method, path, body), *expected, "{method} {path} {body}");
    }

    fn made(&self, path: &str, body: &Value) -> Value {
        let (status, made) = self.ask("POST", path, body);
        assert_eq!(status, 201, "{made}");
        made
    }

    /// The shop that refers to the other.
    fn shop(&self) -> Value {
        let Self { first, second, .. } = self;
        json!({ "id": second, "name": "a", "parent": first, "labels": [], "partners": [first] })
    }

    fn fill(&mut self) {
        let shop = self.made("shops/", &json!({ "id": NO_SHOP, "name": "b" }));
        let first = shop["id"].as_str().unwrap().to_owned();
        assert!(
            first.len() == 36 && first != NO_SHOP && first.as_bytes()[14] == b'4',
            "of version 4: {first}"
        );
        assert_eq!(shop, json!({ "id": first, "name": "b", "parent": null, "labels": [], "partners": [] }));
        let upper = first.to_uppercase().replace('-', "");
        let shop = self.made("shops/", &json!({ "name": "a", "parent": upper, "partners": [first] }));
        (self.first, self.second) = (first, shop["id"].as_str().unwrap().to_owned());
        assert_eq!(shop, self.shop());
        let (a, b) = (&self.first, &self.second);
        let order = self.made("orders/", &json!({ "shop": a, "paid_by": b, "seen_by": [a, b] }));
        assert_eq!(order, json!({ "id": 1, "shop": a, "paid_by": b, "seen_by": [b, a], "note": "" }));
    }

    fn check_reads(&self) {
        let (a, b, shop) = (&self.first, &self.second, self.shop());
        let missing = || (404, json!({ "detail": "Not found." }));
        let next = self.server.url("/api/shops/?limit=1&offset=1&ordering=name");
        let first_of_two = self.server.url("/api/shops/?limit=1&offset=1");
        let no_choice = "Select a valid choice. That choice is not one of the available choices.";
        for (path, expected) in [
            (format!("shops/{b}/"), (200, shop.clone())),
            (format!("shops/{}/", b.to_uppercase()), (200, shop.clone())),
            (format!("shops/{}/", b.replace('-', "")), (200, shop.clone())),
            ("shops/x/".to_owned(), missing()),
            ("shops/1/".to_owned(), missing()),
            (format!("shops/{NO_SHOP}/"), missing()),
            (format!("shops/{a}/orders/"), (200, json!([{ "id": 1, "shop": a }]))),
            ("shops/x/orders/".to_owned(), missing()),
            (
                "shops/?limit=1&ordering=name".to_owned(),
                (200, json!({ "count": 2, "next": next, "previous": null, "results": [shop] })),
            ),
            // In the order of the model.
            (
                "shops/?limit=1".to_owned(),
                (200, json!({ "count": 2, "next": first_of_two, "previous": null, "results": [shop] })),
            ),
            (format!("shops/?id={a}&parent__isnull=false"), (200, json!([]))),
            (format!("shops/?id__in={b},{NO_SHOP}&parent={a}&partners={a}"), (200, json!([shop]))),
            ("shops/?id=x".to_owned(), (400, json!({ "id": ["Enter a valid UUID."] }))),
            ("shops/?parent=x".to_owned(), no_uuid("parent", "x")),
            (format!("shops/?parent__in={a},x"), no_uuid("parent__in", "x")),
            ("shops/?partners=7".to_owned(), no_uuid("partners", "7")),
            (format!("shops/?parent={NO_SHOP}"), (400, json!({ "parent": [no_choice] }))),
        ] {
            self.check("GET", &path, &Value::Null, &expected);
        }
        assert_eq!(get(&self.server, "/api/shops/x/", None).status, 401);
    }

    fn check_refusals(&self) {
        let (a, b) = (&self.first, &self.second);
        let no_pk = |field: &str, key: &str| {
            (400, json!({ field: [format!("Invalid pk \"{key}\" - object does not exist.")] }))
        };
        let no_list = "Expected a list of items but got type \"str\".";
        for (value, expected) in [
            (json!({ "parent": "x" }), no_uuid("parent", "x")),
            (json!({ "parent": 1 }), no_uuid("parent", "1")),
            (json!({ "parent": true }), no_uuid("parent", "True")),
            (json!({ "parent": { "a": 1 } }), no_uuid("parent", "{'a': 1}")),
            (json!({ "parent": NO_SHOP }), no_pk("parent", NO_SHOP)),
            (json!({ "partners": [NO_SHOP] }), no_pk("partners", NO_SHOP)),
            (json!({ "partners": [a, "x"] }), no_uuid("partners", "x")),
            (json!({ "partners": [null] }), no_pk("partners", "None")),
            (json!({ "partners": a }), (400, json!({ "partners": [no_list] }))),
        ] {
            self.check("PATCH", &format!("shops/{b}/"), &value, &expected);
        }
        let taken = json!({ "paid_by": ["This field must be unique."] });
        self.check("POST", "orders/", &json!({ "shop": a, "paid_by": b, "seen_by": [b] }), &(400, taken));
        let missing = || (404, json!({ "detail": "Not found." }));
        self.check("PATCH", "shops/x/", &json!({ "name": "c" }), &missing());
        self.check("DELETE", &format!("shops/{NO_SHOP}/"), &Value::Null, &missing());
    }

    fn check_descriptions(&self) {
        let described = self.ask("OPTIONS", "shops/", &Value::Null).1;
        let id = json!({ "type": "string", "required": false, "read_only": true, "label": "Id" });
        assert_eq!(described["actions"]["POST"]["id"], id);
        assert!(self.ask("OPTIONS", "shops/x/", &Value::Null).1.get("actions").is_none());
        let document = self.ask("GET", "schema/", &Value::Null).1;
        let uuid = json!({ "type": "string", "format": "uuid" });
        assert_eq!(document["paths"]["/api/shops/{id}/"]["parameters"][0]["schema"], uuid);
        assert_eq!(document["components"]["schemas"]["Shop"]["properties"]["partners"]["items"], uuid);
    }

    fn check_changes(&self) {
        let (a, b) = (&self.first, &self.second);
        let change = json!({ "id": NO_SHOP, "parent": null, "partners": [b] });
        let changed = json!({ "id": b, "name": "a", "parent": null, "labels": [], "partners": [b] });
        self.check("PATCH", &format!("shops/{b}/"), &change, &(200, changed));
        self.check("DELETE", &format!("shops/{b}/"), &Value::Null, &(204, Value::Null));
        let order = json!({ "id": 1, "shop": a, "paid_by": null, "seen_by": [a], "note": "" });
        self.check("GET", "orders/1/", &Value::Null, &(200, order));
        self.check("DELETE", &format!("shops/{a}/"), &Value::Null, &(204, Value::Null));
        self.check("GET", "orders/", &Value::Null, &(200, json!([])));
    }
}

fn no_uuid(field: &str, text: &str) -> (u16, Value) {
    (400, json!({ field: [format!("'{text}' is not a valid UUID.")] }))
}

/// The answers are those of Django 2.1 and DRF 3.9 with the same models, serializers and a `SimpleRouter`.
#[test]
fn models_with_uuids_as_keys_are_served_as_drf_serves_them() {
    let program = build_with_migrations("keys").unwrap();
    for database in TestDatabase::each() {
        let mut shops = Shops::start(&program, &database);
        shops.fill();
        shops.check_reads();
        shops.check_refusals();
        shops.check_descriptions();
        shops.check_changes();
    }
}
