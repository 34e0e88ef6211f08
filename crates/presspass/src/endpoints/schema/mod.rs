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
mod responses;
mod security;
mod service;
#[cfg(test)]
mod tests;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use presspass_rest::{DocumentType, Endpoint, PARSES, answer_document};
use presspass_serializers::openapi::{Node, to_yaml, without_unused};
use presspass_serializers::{Indent, Metadata, to_json};

use crate::settings::Settings;
pub use about::{ApiInfo, ApiPart};
pub use context::{AccessRule, Context};
pub use lists::{
    FilterParameter, ListParameters, list_parameters, list_schema, page_schema, query_error_names,
};
pub use responses::{Effect, failures, invalid, not_found, success};
pub use security::requirements;

const SCHEMA: Endpoint = Endpoint {
    name: "Schema",
    description: "The OpenAPI document of this server.",
    allow: "GET, HEAD, OPTIONS",
};

/// What a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Json,
    Yaml,
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

/// The document, written.
#[derive(Debug)]
pub(crate) struct Schema {
    json: Vec<u8>,
    yaml: String,
}

impl Schema {
    /// This document, written.
    pub fn new(document: &Node) -> Self {
        Self { json: to_json(document, Indent::Compact), yaml: to_yaml(document) }
    }

    fn written(&self, language: Language) -> &[u8] {
        match language {
            Language::Json => &self.json,
            Language::Yaml => self.yaml.as_bytes(),
        }
    }
}

/// A document, indented for people.
pub(crate) fn printed(document: &Node, language: Language) -> String {
    match language {
        Language::Json => String::from_utf8_lossy(&to_json(document, Indent::Spaces(2))).into_owned(),
        Language::Yaml => to_yaml(document),
    }
}

fn language(document_type: &DocumentType) -> Language {
    if document_type.format == "yaml" { Language::Yaml } else { Language::Json }
}

/// `api/schema/`
pub(crate) async fn view(request: HttpRequest, schema: Data<Schema>) -> HttpResponse {
    answer_document(&request, &SCHEMA, TYPES, async |call| match call.method() {
        "GET" | "HEAD" => {
            let written = schema.written(language(call.document_type()?));
            Ok(call.written(StatusCode::OK, written.to_vec()))
        }
        "OPTIONS" => {
            let Endpoint { name, description, allow: _ } = SCHEMA;
            let metadata =
                Metadata { name, description, renders: RENDERS, parses: PARSES, actions: Vec::new() };
            Ok(call.reply(StatusCode::OK, &metadata))
        }
        _ => Err(call.method_not_allowed()),
    })
    .await
}

/// The document for these settings: the project's parts, then the library's.
pub(crate) fn document(settings: &Settings, info: &ApiInfo, parts: &[fn(&Context) -> ApiPart]) -> Node {
    let context = &Context::of(settings);
    let parts: Vec<ApiPart> = parts.iter().map(|part| part(context)).collect();
    let description = parts.iter().fold(about::introduction(info), |text, part| text + part.note);
    let described = Node::map()
        .with("title", info.title)
        .with("summary", info.summary)
        .with("description", description)
        .with("license", Node::map().with("name", "MIT").with("identifier", "MIT"))
        .with("version", info.version);
    let library = [
        ("accounts", "Tokens, passwords and API keys of accounts, and who one is."),
        ("service", "The server itself."),
    ];
    let tags = library[..1].iter().chain(parts.iter().map(|part| &part.tag)).chain(&library[1..]);
    let tags = tags.map(|(name, about)| Node::map().with("name", *name).with("description", *about));
    let tags = Node::list(tags.collect::<Vec<_>>());
    let of_parts = parts.iter().flat_map(|part| part.paths.iter().cloned());
    // Login and logout by session (`api-auth/`) are pages with forms: they are no operations of a client.
    let library = [accounts::paths, credentials::paths, service::paths].map(|paths| paths(context));
    let paths = of_parts.chain(library.into_iter().flatten());
    let document = Node::map()
        .with("openapi", "3.1.1")
        .with("info", described)
        .with("servers", [Node::map().with("url", "/")])
        .with("tags", tags)
        .with("paths", paths.collect::<Node>())
        .with("components", components::all(context, &parts));
    without_unused(document)
}
