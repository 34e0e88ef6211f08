//! The trace of the chain. It is a program with a single test: whether a span is enabled is cached for the whole
//! process, so another test on a thread without our subscriber could disable it.
#![expect(clippy::unwrap_used, reason = "a test that panics fails")]

#[expect(dead_code, reason = "made for the tests of the adapters")]
#[path = "adapters/support.rs"]
mod support;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use presspass_auth::RequestHead;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use support::{SESSION, chain, jwt_of, now};

/// Keeps the fields of all spans.
#[derive(Clone, Default)]
struct Fields(Arc<Mutex<BTreeMap<String, String>>>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let value = format!("{value:?}").trim_matches('"').to_owned();
        self.0.lock().unwrap().insert(field.name().to_owned(), value);
    }
}

impl Subscriber for Fields {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.clone().record_debug_name(span.metadata().name());
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

impl Fields {
    fn record_debug_name(&self, name: &str) {
        self.0.lock().unwrap().insert("name".to_owned(), name.to_owned());
    }
}

fn trace(headers: &[(&str, &str)]) -> BTreeMap<String, String> {
    let fields = Fields::default();
    tracing::subscriber::with_default(fields.clone(), || {
        let _found = now(chain().authenticate(&RequestHead::new("GET", "/", &headers)));
    });
    fields.0.lock().unwrap().clone()
}

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let name = [("name", "authenticate")];
    pairs.iter().chain(&name).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_span_has_the_consulted_authenticators_the_deciding_one_and_the_outcome() {
    let ada = jwt_of("ada");
    let cookie = format!("sessionid={SESSION}");
    for (headers, shown) in [
        (vec![], vec![("consulted", "jwt,session"), ("outcome", "anonymous")]),
        (
            vec![("authorization", ada.as_str())],
            vec![("consulted", "jwt"), ("decided", "jwt"), ("outcome", "verified")],
        ),
        (
            vec![("cookie", cookie.as_str())],
            vec![("consulted", "jwt,session"), ("decided", "session"), ("outcome", "verified")],
        ),
        (
            vec![("authorization", "JWT x")],
            vec![("consulted", "jwt"), ("decided", "jwt"), ("outcome", "rejected")],
        ),
        (
            vec![("authorization", jwt_of("down").leak() as &str)],
            vec![("consulted", "jwt"), ("outcome", "store_error")],
        ),
    ] {
        // Only these fields, so no credentials.
        assert_eq!(trace(&headers), fields(&shown));
    }
}
