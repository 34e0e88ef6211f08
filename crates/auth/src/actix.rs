//! Adapters for actix-web.

use std::borrow::Cow;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;

use crate::request_head::{Headers, RequestHead};

impl Headers for HeaderMap {
    fn value(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        let mut values = self.get_all(name);
        let first = values.next()?;
        let Some(second) = values.next() else { return Some(Cow::Borrowed(first.as_bytes())) };
        let mut joined = first.as_bytes().to_vec();
        for value in std::iter::once(second).chain(values) {
            joined.push(b',');
            joined.extend_from_slice(value.as_bytes());
        }
        Some(Cow::Owned(joined))
    }
}

/// What authenticators see of this request.
#[must_use]
pub fn request_head(request: &HttpRequest) -> RequestHead<'_> {
    RequestHead::new(request.method().as_str(), request.path(), request.headers())
}
