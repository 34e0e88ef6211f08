//! The extractor of accounts, for axum 0.8.

use std::sync::Arc;

use axum_core::body::Body;
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::request::Parts;

use super::refused;
use crate::gate::{Account, Admitted, Refusal};

fn admitted<U: Send + Sync + 'static>(parts: &Parts) -> Result<&Admitted<U>, Refusal> {
    parts.extensions.get::<Arc<Admitted<U>>>().map(AsRef::as_ref).ok_or_else(Refusal::no_middleware)
}

impl<S: Sync, U: Send + Sync + 'static> FromRequestParts<S> for Account<U> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        let admitted = admitted::<U>(parts)?;
        admitted.account(parts.method.as_str())?.ok_or_else(|| admitted.not_authenticated())
    }
}

impl<S: Sync, U: Send + Sync + 'static> OptionalFromRequestParts<S> for Account<U> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Refusal> {
        admitted::<U>(parts)?.account(parts.method.as_str())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        refused(self, Body::from)
    }
}
