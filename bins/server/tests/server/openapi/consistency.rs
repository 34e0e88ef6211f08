//! The document of the whole project holds together, whatever the settings are.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use presspass::openapi::references;
use serde_json::Value;

use super::{names, printed};

/// Settings that show in the document, each with all the others as they are by default.
const SETTINGS: [&[(&str, &str)]; 16] = [
    &[],
    &[("PRESSPASS_PAGINATION__PAGE_SIZE", "10")],
    &[("PRESSPASS_PAGINATION__STYLE", "page_number"), ("PRESSPASS_PAGINATION__PAGE_SIZE", "10")],
    &[("PRESSPASS_PAGINATION__STYLE", "cursor"), ("PRESSPASS_PAGINATION__PAGE_SIZE", "10")],
    &[("PRESSPASS_PAGINATION__STYLE", "none")],
    &[("PRESSPASS_POSTS__READ_ONLY", "true")],
    &[("PRESSPASS_POSTS__FILTERS", "false")],
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

/// The document with each of these settings.
static DOCUMENTS: LazyLock<[Value; 16]> = LazyLock::new(|| SETTINGS.map(printed));

fn documents() -> impl Iterator<Item = (&'static [(&'static str, &'static str)], &'static Value)> {
    SETTINGS.into_iter().zip(&*DOCUMENTS)
}

fn at<'d>(document: &'d Value, path: &[&str]) -> &'d Value {
    path.iter().fold(document, |node, name| node.get(name).unwrap_or_else(|| panic!("no {name} of {path:?}")))
}

#[test]
fn what_is_referred_to_is_there_and_what_is_there_is_referred_to() {
    for (variables, document) in documents() {
        let found = references(document);
        let groups = ["schemas", "responses", "headers"];
        let there: BTreeSet<String> = groups
            .into_iter()
            .flat_map(|group| {
                names(at(document, &["components", group]))
                    .into_iter()
                    .map(move |name| format!("#/components/{group}/{name}"))
            })
            .collect();
        assert_eq!(found, there, "{variables:?}");
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_and_every_scheme_is_there() {
    for (_, document) in documents() {
        let mut ids = BTreeSet::new();
        for (path, item) in at(document, &["paths"]).as_object().unwrap() {
            for (method, operation) in
                item.as_object().unwrap().iter().filter(|(_, value)| value.get("operationId").is_some())
            {
                let id = at(operation, &["operationId"]).as_str().unwrap();
                assert!(ids.insert(id.to_owned()), "{id} is there twice");
                for alternative in at(operation, &["security"]).as_array().unwrap() {
                    for scheme in names(alternative) {
                        at(document, &["components", "securitySchemes", &scheme]);
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
    for (variables, document) in documents() {
        let is_read_only = variables.contains(&("PRESSPASS_POSTS__READ_ONLY", "true"));
        let expected: [(&str, &[&str]); 2] = if is_read_only {
            [("/api/posts/", &["get"]), ("/api/posts/{id}/", &["get"])]
        } else {
            [("/api/posts/", &["get", "post"]), ("/api/posts/{id}/", &["delete", "get", "patch", "put"])]
        };
        for (path, expected) in expected {
            let mut methods = names(at(document, &["paths", path]));
            methods.retain(|name| name != "parameters");
            assert_eq!(methods, expected, "{path} with {variables:?}");
        }
    }
}

#[test]
fn lists_are_described_as_they_are_cut() {
    let schema = |number: usize| {
        let document = &DOCUMENTS[number];
        let schema = ["paths", "/api/posts/", "get", "responses", "200", "content", "application/json"];
        let schema = at(at(document, &schema), &["schema"]);
        let parameters = at(document, &["paths", "/api/posts/", "get", "parameters"]).as_array().unwrap();
        let parameters: Vec<_> =
            parameters.iter().filter_map(|parameter| parameter.get("name")?.as_str()).collect();
        let kind = names(schema).join(" ");
        (kind, parameters.into_iter().take_while(|name| *name != "ordering").collect::<Vec<_>>().join(" "))
    };
    let told = |kind: &str, parameters: &str| (kind.to_owned(), parameters.to_owned());
    assert_eq!(schema(0), told("oneOf", "limit offset"));
    assert_eq!(schema(1), told("$ref", "limit offset"));
    assert_eq!(schema(2), told("$ref", "page"));
    assert_eq!(schema(3), told("$ref", "cursor"));
    assert_eq!(schema(4), told("items type", ""));
    assert_eq!(schema(14), told("$ref", "page page_size"));
    assert_eq!(schema(15), told("oneOf", "cursor n"));
}

#[test]
fn whoever_is_asked_is_described() {
    let of = |number: usize, method: &str| {
        let document = &DOCUMENTS[number];
        let path = ["paths", "/api/posts/", method];
        let security: Vec<_> = at(at(document, &path), &["security"]).as_array().unwrap().clone();
        let security: Vec<_> = security.iter().map(|one| names(one).join("+")).collect();
        let statuses = names(at(at(document, &path), &["responses"])).join(" ");
        (security.join(" | "), statuses)
    };
    let told = |security: &str, statuses: &str| (security.to_owned(), statuses.to_owned());
    assert_eq!(of(0, "get"), told("jwt | session", "200 400 401 404 405 406 503"));
    assert_eq!(of(0, "post"), told("jwt | csrf+session", "201 400 401 403 405 406 408 413 415 503 507"));
    assert_eq!(of(7, "get"), told("basic", "200 400 401 404 405 406 429 503"));
    assert_eq!(of(8, "get"), told("session | jwt", "200 400 403 404 405 406 503"));
    assert_eq!(of(9, "get").0, "jwt | jwtCookie | session");
    assert_eq!(of(11, "get").0, "jwt | session | ");
    assert_eq!(of(12, "get"), told("apiKey | jwt", "200 400 401 403 404 405 406 503"));
}
