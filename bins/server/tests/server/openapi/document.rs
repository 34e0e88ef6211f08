//! The OpenAPI document matches the routes, fields and settings of the running server.

use std::collections::BTreeSet;
use std::fs;

use presspass_test_support::TestDatabase;
use serde_json::json;

use super::{names, printed};
use crate::common::{PASSWORD, Server, log_in, run, run_in};

/// Routes that are pages for people, and no operations of a client.
const PAGES: [&str; 7] = [
    "/accounts/profile/",
    "/setup/{token}/",
    "/api-auth/login/",
    "/api-auth/logout/",
    "/api-auth/token/",
    "/api/docs/",
    "/api/docs/{version}/{file}",
];

/// The paths of the routes, as the document would write them.
fn routes() -> BTreeSet<String> {
    // The admin and the files of pages are not for clients.
    let patterns = presspass_server::app().route_patterns().into_iter();
    let patterns =
        patterns.filter(|path| !path.starts_with("/admin/") && *path != presspass_rest::pages::STATIC_PATH);
    patterns.map(|path| path.replace("{id:[0-9]+}", "{id}").replace("{rest:.*}", "")).collect()
}

#[test]
fn every_route_is_described_and_nothing_else_is() {
    let document = printed(&[]);
    let mut described: BTreeSet<String> = names(&document["paths"]).into_iter().collect();
    for (path, item) in document["paths"].as_object().unwrap() {
        // The path by which the same view is reached is told in words.
        let words = item["description"].as_str().unwrap_or_default();
        if let Some(other) =
            words.strip_prefix("The same is served at `").and_then(|rest| rest.split('`').next())
        {
            assert_eq!(format!("/api{other}"), *path);
            described.insert(other.to_owned());
        }
    }
    described.extend(PAGES.map(str::to_owned));
    let routes = routes();
    assert!(routes.len() >= 15, "the routes are written in another way: {routes:?}");
    assert_eq!(described, routes);
}

#[test]
fn the_fields_are_those_that_are_taken_and_given() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.posts(1);
    let mut admin = server.admin("admin");
    let document = printed(&[]);
    let schema = |name: &str| document["components"]["schemas"][name].clone();
    let mut ask = |method: &str, path: &str| {
        let answer = admin.request(method, path).expect(200);
        answer.json()
    };
    for (path, given) in [("/api/posts/1/", "Post"), ("/api/account/", "Account"), ("/health/", "Health")] {
        let answer = ask("GET", path);
        assert_eq!(names(&answer), names(&schema(given)["properties"]), "{path}");
        assert_eq!(names(&answer).len(), schema(given)["required"].as_array().unwrap().len(), "{path}");
    }
    let page = ask("GET", "/api/posts/?limit=1");
    assert_eq!(names(&page), names(&schema("PostPage")["properties"]));
    for (path, method, given, taken) in [
        ("/api/posts/", "POST", "Post", "PostRequest"),
        ("/api/posts/1/", "PUT", "Post", "PostRequest"),
        ("/api/posts/1/", "PUT", "Post", "PatchedPostRequest"),
        ("/api/auth/obtain_token/", "POST", "Credentials", "Credentials"),
        ("/api/auth/refresh_token/", "POST", "TokenRequest", "TokenRequest"),
        ("/api/auth/verify_token/", "POST", "Token", "TokenRequest"),
        ("/api/auth/revoke_token/", "POST", "TokenRequest", "TokenRequest"),
        ("/api/account/password/", "POST", "PasswordChange", "PasswordChange"),
        ("/api/account/api_keys/", "POST", "ApiKeyRequest", "ApiKeyRequest"),
    ] {
        let fields = ask("OPTIONS", path)["actions"][method].clone();
        assert_eq!(names(&fields), names(&schema(given)["properties"]), "{path}");
        let (given, taken) = (schema(given), schema(taken));
        let mut writable = Vec::new();
        for (name, field) in fields.as_object().unwrap() {
            let property = &given["properties"][name];
            assert_eq!(property["title"], field["label"], "{path} {name}");
            assert_eq!(
                property["readOnly"].as_bool().unwrap_or_default(),
                field["read_only"],
                "{path} {name}"
            );
            if field["read_only"] == json!(false) {
                assert_eq!(taken["properties"][name]["maxLength"], field["max_length"], "{path} {name}");
                writable.push(name.clone());
            }
        }
        writable.sort();
        assert_eq!(names(&taken["properties"]), writable, "{path}");
    }
    let token = log_in(&mut server.client(), "admin", PASSWORD).json();
    assert_eq!(names(&token), names(&schema("Token")["properties"]));
}

#[test]
fn every_filter_that_is_described_is_read() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    let mut reader = server.user("reader");
    let document = printed(&[]);
    let wrong = names(&document["components"]["schemas"]["PostQueryErrors"]["properties"]);
    assert_eq!(wrong.len(), 7, "{wrong:?}");
    let parameters = document["paths"]["/api/posts/"]["get"]["parameters"].as_array().unwrap();
    let parameters: BTreeSet<_> = parameters.iter().filter_map(|one| one["name"].as_str()).collect();
    let pages_and_order = ["limit", "offset", "ordering"];
    assert_eq!(parameters, wrong.iter().map(String::as_str).chain(pages_and_order).collect());
    for name in wrong {
        // More than a search may have, no moment, and a NUL that no text holds.
        let target = format!("/api/posts/?{name}={}%00", "a%20".repeat(40));
        let answer = reader.get(&target).send();
        assert_eq!((answer.status, names(&answer.json())), (400, vec![name]));
    }
}

#[test]
fn what_is_served_is_what_is_printed_in_the_form_that_was_asked_for() {
    let settings = [("PRESSPASS_PAGINATION__STYLE", "cursor"), ("PRESSPASS_PAGINATION__PAGE_SIZE", "7")];
    let server = Server::start(TestDatabase::sqlite(), &settings);
    let mut client = server.client();
    let yaml = run(&["openapi", "--format", "yaml"], &settings).stdout;
    let document = printed(&settings);
    for (target, accept, media_type) in [
        ("", "*/*", "application/json"),
        ("", "text/html,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("", "application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json"),
        ("?format=json", "*/*", "application/json"),
        ("", "application/yaml", "application/yaml"),
        ("", "application/vnd.oai.openapi", "application/vnd.oai.openapi"),
        ("?format=yaml", "*/*", "application/yaml"),
    ] {
        let request = client.get(&format!("/api/schema/{target}")).header("Accept", accept);
        let answer = request.send();
        assert_eq!(
            (answer.status, answer.header("Content-Type")),
            (200, Some(media_type)),
            "{target} {accept}"
        );
        assert_eq!(answer.header("Vary"), Some("Accept"));
        if media_type.ends_with("json") {
            assert_eq!(answer.json(), document);
        } else {
            assert_eq!(answer.text(), yaml);
        }
    }
    for (target, accept, status) in
        [("?format=xml", "*/*", 404), ("", "text/html", 406), ("?format=yaml", "application/json", 406)]
    {
        let request = client.get(&format!("/api/schema/{target}")).header("Accept", accept);
        request.expect(status);
    }
}

#[test]
fn a_document_of_json_bodies_is_served_and_printed_alike() {
    let server = Server::start(TestDatabase::sqlite(), &[]);
    let mut client = server.client();
    let printed = run(&["openapi", "--bodies", "json", "--format", "yaml"], &[]).stdout;
    let answer = client.get("/api/schema/?bodies=json&format=yaml").send();
    assert_eq!((answer.status, answer.text()), (200, printed.as_str()));
    assert!(!printed.contains("multipart/form-data") && !printed.contains("form-urlencoded"), "{printed}");
    for all in ["/api/schema/", "/api/schema/?bodies=all", "/api/schema/?bodies="] {
        assert!(client.get(all).send().text().contains("multipart/form-data"), "{all}");
    }
    let refused = client.get("/api/schema/?bodies=xml").send();
    let detail = json!({"detail": "The parameter bodies must be all or json."});
    assert_eq!((refused.status, refused.json()), (400, detail));
}

#[test]
fn the_examples_of_the_document_are_never_out_of_date() {
    let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_AUTHENTICATORS", "jwt,token")]);
    let mut ann = server.user("ann");
    let operation = &self::printed(&[])["paths"]["/api/account/api_keys/"]["post"];
    let mut example = operation["requestBody"]["content"]["application/json"]["example"].clone();
    example["current_password"] = json!(PASSWORD);
    let created = ann.post("/api/account/api_keys/").json(&example);
    let created = created.send();
    assert_eq!((created.status, &created.json()["expires_at"]), (201, &example["expires_at"]), "{created:?}");
    let year = example["expires_at"].as_str().and_then(|text| text[..4].parse::<u32>().ok());
    assert!(year >= Some(2099), "{example}");
}

#[test]
fn printing_the_document_looks_at_the_settings_alone() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = [("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing")];
    for settings in [&[][..], &nowhere] {
        let finished = run_in(folder.path(), &["openapi"], settings);
        assert_eq!((finished.code, finished.stderr.as_str()), (Some(0), ""), "{finished:?}");
        assert!(finished.stdout.starts_with("{\n  \"openapi\": \"3.1.1\",\n"));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let wrong = run(&["openapi"], &[("PRESSPASS_PAGINATION__STYLE", "scroll")]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (Some(1), ""), "{wrong:?}");
}

#[test]
fn failures_are_answered_as_the_examples_say() {
    let settings = [("PRESSPASS_LIMITS__BODY_BYTES", "5000")];
    let mut server = Server::start(TestDatabase::sqlite(), &settings);
    let (admin, reader) = (server.account("admin", true, true), server.account("reader", false, true));
    let document = printed(&settings);
    let responses = &document["components"]["responses"];
    let mut client = server.client();
    let json = ("Content-Type", "application/json");
    for (name, status, method, path, caller, header, body) in [
        ("BadRequest", 400, "GET", "/api/schema/", None, ("Host", "a b"), String::new()),
        ("Unauthenticated", 401, "GET", "/api/account/", None, json, String::new()),
        ("Forbidden", 403, "POST", "/api/posts/", Some(&reader), json, String::new()),
        ("NotFound", 404, "GET", "/api/schema/?format=x", None, json, String::new()),
        ("PostNotFound", 404, "GET", "/api/posts/1/", Some(&reader), json, String::new()),
        ("MethodNotAllowed", 405, "PUT", "/api/schema/", None, json, String::new()),
        ("NotAcceptable", 406, "GET", "/api/schema/", None, ("Accept", "image/png"), String::new()),
        ("TooLarge", 413, "POST", "/api/posts/", Some(&admin), json, " ".repeat(5001)),
        (
            "UnsupportedMediaType",
            415,
            "POST",
            "/api/posts/",
            Some(&admin),
            ("Content-Type", "text/plain"),
            "x".to_owned(),
        ),
    ] {
        let mut request = client.request(method, path).header(header.0, header.1).body(body);
        if let Some(caller) = caller {
            request = request.header("Authorization", caller);
        }
        let answer = request.expect(status);
        assert_eq!(answer.json(), responses[name]["content"]["application/json"]["example"], "{name}");
        for header in names(&responses[name]["headers"]) {
            assert!(answer.header(&header).is_some(), "{name}: {header}");
        }
    }
    assert_eq!(responses["TooLarge"]["description"], "The body is larger than 5000 bytes.");
}
