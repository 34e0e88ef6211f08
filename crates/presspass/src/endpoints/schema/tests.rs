//! The OpenAPI document is consistent, whatever the settings are.

use std::collections::BTreeSet;

use presspass_serializers::openapi::references;

use presspass_domain::model::POST;

use super::*;
use crate::endpoints::accounts;
use crate::endpoints::resource::{Registered, Resource};
use crate::settings::Settings;

/// Settings that show in the document, each with all the others as they are by default.
const SETTINGS: [&[(&str, &str)]; 14] = [
    &[],
    &[("PRESSPASS_PAGINATION__PAGE_SIZE", "10")],
    &[("PRESSPASS_PAGINATION__STYLE", "page_number"), ("PRESSPASS_PAGINATION__PAGE_SIZE", "10")],
    &[("PRESSPASS_PAGINATION__STYLE", "cursor"), ("PRESSPASS_PAGINATION__PAGE_SIZE", "10")],
    &[("PRESSPASS_PAGINATION__STYLE", "none")],
    &[("PRESSPASS_AUTHENTICATORS", "basic")],
    &[("PRESSPASS_AUTHENTICATORS", "session,jwt")],
    &[("PRESSPASS_JWT__COOKIE", "token")],
    &[("PRESSPASS_JWT__ALLOW_REFRESH", "false")],
    &[("PRESSPASS_PERMISSIONS", "allow_any")],
    &[("PRESSPASS_AUTHENTICATORS", "token,jwt")],
    &[("PRESSPASS_THROTTLE__ENABLED", "false"), ("PRESSPASS_LIMITS__BODY_BYTES", "5000")],
    &[
        ("PRESSPASS_PAGINATION__STYLE", "page_number"),
        ("PRESSPASS_PAGINATION__PAGE_SIZE", "10"),
        ("PRESSPASS_PAGINATION__PAGE_SIZE_QUERY_PARAM", "page_size"),
        ("PRESSPASS_PAGINATION__MAX_PAGE_SIZE", "50"),
    ],
    &[("PRESSPASS_PAGINATION__STYLE", "cursor"), ("PRESSPASS_PAGINATION__PAGE_SIZE_QUERY_PARAM", "n")],
];

const INFO: ApiInfo = ApiInfo { title: "Presspass", summary: "", version: "1" };

fn settings(variables: &[(&str, &str)]) -> Settings {
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    let nowhere = tempfile::tempdir().unwrap();
    Settings::load(&[], None, variables, nowhere.path()).unwrap()
}

/// The document of a project with posts.
fn of(variables: &[(&str, &str)]) -> Value {
    of_project(variables, posts())
}

fn of_project(variables: &[(&str, &str)], posts: Resource) -> Value {
    let context = Context::of(&settings(variables));
    let posts = Registered::new(posts).unwrap().api(&context);
    document(&context, &INFO, &[posts])
}

fn posts() -> Resource {
    Resource::new(&POST, "posts").filters(&["title"]).search(&["title"])
}

fn at<'d>(document: &'d Value, path: &[&str]) -> &'d Value {
    path.iter().fold(document, |node, name| node.get(name).unwrap_or_else(|| panic!("no {name} of {path:?}")))
}

fn names(node: &Value) -> Vec<&str> {
    node.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn what_is_referred_to_is_there_and_what_is_there_is_referred_to() {
    for variables in SETTINGS {
        let document = of(variables);
        let found = references(&document);
        let groups = ["schemas", "responses", "headers"];
        let there: BTreeSet<String> = groups
            .into_iter()
            .flat_map(|group| {
                names(at(&document, &["components", group]))
                    .into_iter()
                    .map(move |name| format!("#/components/{group}/{name}"))
            })
            .collect();
        assert_eq!(found, there, "{variables:?}");
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_and_every_scheme_is_there() {
    for variables in SETTINGS {
        let document = of(variables);
        let mut ids = BTreeSet::new();
        for (path, item) in at(&document, &["paths"]).as_object().unwrap() {
            for (method, operation) in
                item.as_object().unwrap().iter().filter(|(_, value)| value.get("operationId").is_some())
            {
                let id = at(operation, &["operationId"]).as_str().unwrap();
                assert!(ids.insert(id.to_owned()), "{id} is there twice");
                for alternative in at(operation, &["security"]).as_array().unwrap() {
                    for scheme in names(alternative) {
                        at(&document, &["components", "securitySchemes", scheme]);
                    }
                }
                let statuses = names(at(operation, &["responses"]));
                assert!(
                    statuses.is_sorted() && statuses[0].starts_with('2'),
                    "{method} {path}: {statuses:?}"
                );
            }
        }
    }
}

#[test]
fn a_path_has_the_methods_that_its_endpoint_allows() {
    for variables in SETTINGS {
        let document = of(variables);
        for (path, endpoint) in [
            ("/api/account/", &accounts::ACCOUNT),
            ("/api/auth/obtain_token/", &accounts::OBTAIN_TOKEN),
            ("/api/auth/refresh_token/", &accounts::REFRESH_TOKEN),
            ("/api/auth/verify_token/", &accounts::VERIFY_TOKEN),
            ("/api/auth/revoke_token/", &accounts::REVOKE_TOKEN),
            ("/api/auth/revoke_all/", &accounts::REVOKE_ALL),
            ("/api/auth/revoke_all/{id}/", &accounts::REVOKE_ALL_OF),
            ("/api/account/password/", &accounts::PASSWORD),
            ("/api/account/api_keys/", &accounts::API_KEYS),
            ("/api/account/api_keys/{id}/", &accounts::API_KEY),
            ("/api/schema/", &SCHEMA),
        ] {
            let methods = names(at(&document, &["paths", path])).into_iter();
            let methods: Vec<_> =
                methods.filter(|name| !matches!(*name, "description" | "parameters")).collect();
            let allowed: Vec<_> = endpoint
                .allow
                .split(", ")
                .filter(|method| !matches!(*method, "HEAD" | "OPTIONS"))
                .map(str::to_lowercase)
                .collect();
            assert_eq!(methods, allowed, "{path} with {variables:?}");
        }
    }
}

#[test]
fn a_resource_has_the_operations_of_its_methods() {
    let methods = |document: &Value, path| {
        let names = names(at(document, &["paths", path])).into_iter();
        names.filter(|name| *name != "parameters").map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let told = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
    let document = of(&[]);
    assert_eq!(methods(&document, "/api/posts/"), told(&["get", "post"]));
    assert_eq!(methods(&document, "/api/posts/{id}/"), told(&["delete", "get", "patch", "put"]));
    let document = of_project(&[], posts().read_only());
    assert_eq!(methods(&document, "/api/posts/"), told(&["get"]));
    assert_eq!(methods(&document, "/api/posts/{id}/"), told(&["get"]));
}

#[test]
fn lists_are_described_as_they_are_cut() {
    let list = |variables: &[(&str, &str)]| {
        let document = of(variables);
        let list = at(&document, &["paths", "/api/posts/", "get"]);
        let schema = at(list, &["responses", "200", "content", "application/json", "schema"]);
        let mut kind = names(schema);
        kind.sort_unstable();
        let parameters = at(list, &["parameters"]).as_array().unwrap();
        let parameters = parameters.iter().filter_map(|parameter| parameter.get("name")?.as_str());
        let parameters: Vec<_> = parameters.take_while(|name| *name != "ordering").collect();
        (kind.join(" "), parameters.join(" "))
    };
    let told = |kind: &str, parameters: &str| (kind.to_owned(), parameters.to_owned());
    assert_eq!(list(SETTINGS[0]), told("oneOf", "limit offset"));
    assert_eq!(list(SETTINGS[1]), told("$ref", "limit offset"));
    assert_eq!(list(SETTINGS[2]), told("$ref", "page"));
    assert_eq!(list(SETTINGS[3]), told("$ref", "cursor"));
    assert_eq!(list(SETTINGS[4]), told("items type", ""));
    assert_eq!(list(SETTINGS[12]), told("$ref", "page page_size"));
    assert_eq!(list(SETTINGS[13]), told("oneOf", "cursor n"));
}

#[test]
fn the_document_names_who_may_call_and_how_they_are_refused() {
    let of = |variables: &[(&str, &str)], method: &str| {
        let document = of(variables);
        let operation = at(&document, &["paths", "/api/posts/", method]);
        let security: Vec<_> = at(operation, &["security"]).as_array().unwrap().iter().map(names).collect();
        let security: Vec<_> = security
            .into_iter()
            .map(|mut one| {
                one.sort_unstable();
                one.join("+")
            })
            .collect();
        let statuses = names(at(operation, &["responses"])).join(" ");
        (security.join(" | "), statuses)
    };
    let told = |security: &str, statuses: &str| (security.to_owned(), statuses.to_owned());
    let authenticators = |value| [("PRESSPASS_AUTHENTICATORS", value)];
    assert_eq!(of(&[], "get"), told("jwt | session", "200 400 401 404 405 406 503"));
    assert_eq!(of(&[], "post"), told("jwt | csrf+session", "201 400 401 403 405 406 408 413 415 503 507"));
    let basic = of(&authenticators("basic"), "get");
    assert_eq!(basic, told("basic", "200 400 401 404 405 406 429 503"));
    let session = of(&authenticators("session,jwt"), "get");
    assert_eq!(session, told("session | jwt", "200 400 403 404 405 406 503"));
    let keys = of(&authenticators("token,jwt"), "get");
    assert_eq!(keys, told("apiKey | jwt", "200 400 401 403 404 405 406 503"));
    assert_eq!(of(&[("PRESSPASS_JWT__COOKIE", "token")], "get").0, "jwt | jwtCookie | session");
    assert_eq!(of(&[("PRESSPASS_PERMISSIONS", "allow_any")], "get").0, "jwt | session | ");
}

#[test]
fn the_document_is_written_in_either_language() {
    // That both say the same is for a test that has a reader of YAML at hand.
    let schema = Schema::new(&of(&[]));
    assert!(
        schema
            .written(Bodies::All, Language::Json)
            .starts_with(br#"{"openapi":"3.1.1","info":{"title":"Presspass","#)
    );
    let yaml = schema.written(Bodies::All, Language::Yaml);
    assert!(yaml.starts_with(b"openapi: \"3.1.1\"\ninfo:\n  title: Presspass\n"));
}

#[test]
fn a_document_of_json_bodies_has_no_other_and_differs_in_nothing_else() {
    fn media_types(node: &Value, found: &mut BTreeSet<String>) {
        if let Some(types) = node.get("requestBody").and_then(|body| body.get("content")) {
            found.extend(names(types).into_iter().map(str::to_owned));
        }
        node.as_object().into_iter().flat_map(|it| it.values()).for_each(|value| media_types(value, found));
    }
    for variables in SETTINGS {
        let [all, json] = [Bodies::All, Bodies::Json].map(|bodies| {
            let document = bodies.choose(of(variables));
            let mut found = BTreeSet::new();
            media_types(&document, &mut found);
            (document, found)
        });
        assert_eq!(all.1.len(), 3, "{:?}", all.1);
        assert_eq!(json.1.into_iter().collect::<Vec<_>>(), ["application/json"]);
        assert_eq!(names(at(&all.0, &["paths"])), names(at(&json.0, &["paths"])));
        assert_eq!(at(&all.0, &["components"]), at(&json.0, &["components"]));
    }
}
