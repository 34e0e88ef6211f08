//! The OpenAPI document at `api/schema/`: which paths there are, composed of the field lists that validate and
//! represent, for the settings in effect.
//!
//! A resource's paths stand in a file of its own here; what all operations share is in `responses` and `security`.
//! What is no part of the API, but pages for people (`setup/`, `api/docs/`), is not in the document.

mod about;
mod accounts;
mod components;
mod context;
mod credentials;
mod lists;
mod operation;
mod responses;
mod security;
mod service;
#[cfg(test)]
mod tests;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use clap::ValueEnum;
use presspass_rest::{DocumentType, Endpoint, Failure, PARSES, Query, answer_document};
use presspass_serializers::openapi::{Value, WithMembers as _, json, to_yaml, without_unused};
use presspass_serializers::{Indent, Metadata, to_json};

pub use about::ApiInfo;
pub(crate) use about::ApiPart;
pub(crate) use context::{AccessRule, Context};
pub(crate) use lists::{
    FilterParameter, ListParameters, list_effects, list_example, list_parameters, list_schema, page_schema,
    query_error_names,
};
pub use operation::ApiOperation;
pub(crate) use operation::part as part_of;
pub(crate) use responses::{Effect, failures, invalid, not_found, success};
pub(crate) use security::requirements;

const SCHEMA: Endpoint =
    Endpoint::new("Schema", "GET, HEAD, OPTIONS").description("The OpenAPI document of this server.").open();

/// What a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Json,
    Yaml,
}

/// Which request bodies a document describes. Some generators of clients make a wrong choice, or code that does not
/// load, where an operation accepts several media types.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bodies {
    /// JSON, forms and multipart forms
    #[default]
    All,
    /// JSON alone
    Json,
}

impl Bodies {
    /// The value of `?bodies=`.
    fn of(query: &Query) -> Result<Self, Failure> {
        let name = query.get("bodies").filter(|name| !name.is_empty());
        name.map_or(Ok(Self::default()), |name| {
            Self::from_str(name, false)
                .map_err(|_| Failure::Parse("The parameter bodies must be all or json.".to_owned()))
        })
    }

    /// The names of its values.
    fn names() -> Vec<String> {
        let values = Self::value_variants().iter().filter_map(Self::to_possible_value);
        values.map(|value| value.get_name().to_owned()).collect()
    }

    /// The document with these bodies.
    fn choose(self, mut document: Value) -> Value {
        if self == Self::Json {
            keep_json_bodies(&mut document);
        }
        document
    }
}

/// Drops all media types but JSON from the bodies of requests.
fn keep_json_bodies(node: &mut Value) {
    if let Some(Value::Object(types)) = node.get_mut("requestBody").and_then(|body| body.get_mut("content")) {
        types.retain(|media_type, _| media_type == "application/json");
    }
    if let Value::Object(members) = node {
        members.values_mut().for_each(keep_json_bodies);
    }
}

/// The forms of the document, in order of preference; names and media types are those that schemas of REST framework
/// have (drf-spectacular's renderers).
const TYPES: &[DocumentType] = &[
    DocumentType { media_type: "application/json", format: "json" },
    DocumentType { media_type: "application/vnd.oai.openapi+json", format: "json" },
    DocumentType { media_type: "application/yaml", format: "yaml" },
    DocumentType { media_type: "application/vnd.oai.openapi", format: "yaml" },
];

/// The media types of [`TYPES`], as OPTIONS tells them.
const RENDERS: &[&str] =
    &[TYPES[0].media_type, TYPES[1].media_type, TYPES[2].media_type, TYPES[3].media_type];

/// A document, written.
#[derive(Debug)]
struct Written {
    json: Vec<u8>,
    yaml: String,
}

/// The document of this server, written: with all bodies, and with JSON alone.
#[derive(Debug)]
pub(crate) struct Schema {
    all_bodies: Written,
    json_bodies: Written,
}

impl Schema {
    /// This document, written.
    pub fn new(document: &Value) -> Self {
        let written = |bodies: Bodies| {
            let document = bodies.choose(document.clone());
            Written { json: to_json(&document, Indent::Compact), yaml: to_yaml(&document) }
        };
        Self { all_bodies: written(Bodies::All), json_bodies: written(Bodies::Json) }
    }

    fn written(&self, bodies: Bodies, language: Language) -> &[u8] {
        let written = match bodies {
            Bodies::All => &self.all_bodies,
            Bodies::Json => &self.json_bodies,
        };
        match language {
            Language::Json => &written.json,
            Language::Yaml => written.yaml.as_bytes(),
        }
    }
}

/// A document with these bodies, indented for people.
pub(crate) fn printed(document: Value, bodies: Bodies, language: Language) -> String {
    let document = bodies.choose(document);
    match language {
        Language::Json => String::from_utf8_lossy(&to_json(&document, Indent::Spaces(2))).into_owned(),
        Language::Yaml => to_yaml(&document),
    }
}

fn language(document_type: &DocumentType) -> Language {
    if document_type.format == "yaml" { Language::Yaml } else { Language::Json }
}

/// `api/schema/`
pub(crate) async fn view(request: HttpRequest, schema: Data<Schema>) -> HttpResponse {
    answer_document(&request, &SCHEMA, TYPES, async |call| match call.method() {
        "GET" | "HEAD" => {
            let bodies = Bodies::of(call.query())?;
            let written = schema.written(bodies, language(call.document_type()?));
            Ok(call.written(StatusCode::OK, written.to_vec()))
        }
        "OPTIONS" => {
            let Endpoint { name, description, .. } = SCHEMA;
            let metadata =
                Metadata { name, description, renders: RENDERS, parses: PARSES, actions: Vec::new() };
            Ok(call.reply(StatusCode::OK, &metadata))
        }
        _ => Err(call.method_not_allowed()),
    })
    .await
}

/// The document: the project's parts, then the library's.
pub(crate) fn document(context: &Context, info: &ApiInfo, parts: &[ApiPart]) -> Value {
    let described = json!({
        "title": info.title,
        "summary": info.summary,
        "description": about::introduction(info),
        "license": { "name": "MIT", "identifier": "MIT" },
        "version": info.version,
    });
    let library = [
        ("accounts", "Tokens, passwords, API keys and the current user."),
        ("service", "The server itself."),
    ];
    let mut tags: Vec<(&str, &str)> = Vec::new();
    for tag in library[..1].iter().chain(parts.iter().map(|part| &part.tag)).chain(&library[1..]) {
        // An endpoint beside a resource has its tag.
        if !tags.iter().any(|(known, _)| *known == tag.0) {
            tags.push(*tag);
        }
    }
    let tags = tags.into_iter().map(|(name, about)| {
        json!({ "name": name }).with_some("description", Some(about).filter(|about| !about.is_empty()))
    });
    let of_parts = parts.iter().flat_map(|part| part.paths.iter().cloned());
    // Login and logout by session (`api-auth/`) are pages with forms: they are no operations of a client.
    let library = [accounts::paths, credentials::paths, service::paths].map(|paths| paths(context));
    let library = library.into_iter().flatten().map(|(path, item)| (path.to_owned(), item));
    let paths = of_parts.chain(library);
    let document = json!({
        "openapi": "3.1.1",
        "info": described,
        "servers": [{ "url": "/" }],
        "tags": tags.collect::<Value>(),
        "paths": paths.collect::<Value>(),
        "components": components::all(context, parts),
    });
    without_unused(document)
}
