//! The OpenAPI document is consistent, whatever the settings are.

use std::collections::BTreeSet;

use presspass_serializers::openapi::references;

use super::*;
use crate::endpoints::accounts;
use crate::settings::Settings;

/// Settings that show in the document, each with all the others as they are by default.
const SETTINGS: [&[(&str, &str)]; 12] = [
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
];

const INFO: ApiInfo = ApiInfo { title: "Presspass", summary: "", version: "1" };

fn settings(variables: &[(&str, &str)]) -> Settings {
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    let nowhere = tempfile::tempdir().unwrap();
    Settings::load(&[], None, variables, nowhere.path()).unwrap()
}

fn of(variables: &[(&str, &str)]) -> Value {
    document(&Context::of(&settings(variables)), &INFO, &[])
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
