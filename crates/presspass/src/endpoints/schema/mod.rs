//! The OpenAPI document at `api/schema/`: which paths there are, composed of the field lists that validate and
//! represent, for the settings in effect.
//!
//! A resource's paths stand in a file of its own here; what all operations share is in `responses` and `security`.
//! What is no part of the API, but pages for people (`setup/`, `api/docs/`), is not in the document.

mod accounts;
mod components;
mod credentials;
mod facts;
mod list;
mod posts;
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

use crate::app::services::Services;
use crate::settings::Settings;
use facts::Facts;

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
    /// The document for these settings.
    pub fn new(settings: &Settings) -> Self {
        let document = document(&Facts::of(settings));
        Self { json: to_json(&document, Indent::Compact), yaml: to_yaml(&document) }
    }

    fn written(&self, language: Language) -> &[u8] {
        match language {
            Language::Json => &self.json,
            Language::Yaml => self.yaml.as_bytes(),
        }
    }
}

/// The document for these settings, laid out for people.
pub(crate) fn printed(settings: &Settings, language: Language) -> String {
    let document = document(&Facts::of(settings));
    match language {
        Language::Json => String::from_utf8_lossy(&to_json(&document, Indent::Spaces(2))).into_owned(),
        Language::Yaml => to_yaml(&document),
    }
}

fn language(document_type: &DocumentType) -> Language {
    if document_type.format == "yaml" { Language::Yaml } else { Language::Json }
}

/// `api/schema/`
pub(crate) async fn view(request: HttpRequest, services: Data<Services>) -> HttpResponse {
    answer_document(&request, &SCHEMA, TYPES, async |call| match call.method() {
        "GET" | "HEAD" => {
            let written = services.schema.written(language(call.document_type()?));
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

fn document(facts: &Facts) -> Node {
    let info = Node::map()
        .with("title", "Presspass")
        .with("summary", "Accounts and posts.")
        .with("description", facts.introduction())
        .with("license", Node::map().with("name", "MIT").with("identifier", "MIT"))
        .with("version", env!("CARGO_PKG_VERSION"));
    let tags = [
        ("accounts", "Tokens, passwords and API keys of accounts, and who one is."),
        ("posts", "Posts."),
        ("service", "The server itself."),
    ];
    let tags = tags.map(|(name, about)| Node::map().with("name", name).with("description", about));
    // Log-in and log-out of sessions (`api-auth/`) are pages with forms: they are no operations of a client.
    let paths = [posts::paths, accounts::paths, credentials::paths, service::paths].map(|paths| paths(facts));
    let paths = paths.into_iter().flatten();
    let document = Node::map()
        .with("openapi", "3.1.1")
        .with("info", info)
        .with("servers", [Node::map().with("url", "/")])
        .with("tags", tags)
        .with("paths", paths.collect::<Node>())
        .with("components", components::all(facts));
    without_unused(document)
}
