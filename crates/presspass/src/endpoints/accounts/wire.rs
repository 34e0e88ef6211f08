//! Statuses and messages of the token endpoints: djangorestframework-jwt's or drf-jwt's.

use actix_web::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use presspass_auth::tokens::TokenWire;
use presspass_rest::Endpoint;
use presspass_serializers::{Field, tokens};
use serde_json::Value;

use super::{OBTAIN_TOKEN, REFRESH_TOKEN, VERIFY_TOKEN};

const DRF_JWT_OBTAIN: Endpoint = OBTAIN_TOKEN.fields(tokens::DRF_JWT_CREDENTIAL_FIELDS);

const DRF_JWT_VERIFY: Endpoint = Endpoint {
    description: "API View that checks the validity of a token, returning the token if it\nis valid.",
    ..VERIFY_TOKEN
};

const DRF_JWT_REFRESH: Endpoint = Endpoint {
    description: "API View that returns a refreshed token (with new expiration) based on\nexisting token\n\n\
                  If 'orig_iat' field (original issued-at-time) is found it will first check\n\
                  if it's within expiration window, then copy it to the new token.",
    ..REFRESH_TOKEN
};

/// Which of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenEndpoint {
    Obtain,
    Refresh,
    Verify,
}

impl TokenEndpoint {
    pub(crate) const fn endpoint(self, wire: TokenWire) -> &'static Endpoint {
        match (self, wire) {
            (Self::Obtain, TokenWire::DjangorestframeworkJwt) => &OBTAIN_TOKEN,
            (Self::Obtain, TokenWire::DrfJwt) => &DRF_JWT_OBTAIN,
            (Self::Refresh, TokenWire::DjangorestframeworkJwt) => &REFRESH_TOKEN,
            (Self::Refresh, TokenWire::DrfJwt) => &DRF_JWT_REFRESH,
            (Self::Verify, TokenWire::DjangorestframeworkJwt) => &VERIFY_TOKEN,
            (Self::Verify, TokenWire::DrfJwt) => &DRF_JWT_VERIFY,
        }
    }

    pub(crate) const fn fields(self, wire: TokenWire) -> &'static [Field] {
        self.endpoint(wire).fields
    }

    /// What OPTIONS tells of it.
    pub(crate) const fn metadata(self, wire: TokenWire) -> &'static [Field] {
        match (self, wire) {
            (Self::Obtain, TokenWire::DrfJwt) => tokens::DRF_JWT_CREDENTIAL_METADATA,
            _ => self.fields(wire),
        }
    }
}

pub(crate) const fn status(wire: TokenWire) -> StatusCode {
    match wire {
        TokenWire::DjangorestframeworkJwt => StatusCode::OK,
        TokenWire::DrfJwt => StatusCode::CREATED,
    }
}

/// What a token is answered with.
pub(crate) const fn answer_fields(wire: TokenWire) -> &'static [Field] {
    match wire {
        TokenWire::DjangorestframeworkJwt => tokens::TOKEN_FIELDS,
        TokenWire::DrfJwt => tokens::DRF_JWT_ANSWER_FIELDS,
    }
}

pub(super) fn representation(wire: TokenWire, token: &str) -> tokens::Representation<'_> {
    let pk = match wire {
        TokenWire::DjangorestframeworkJwt => None,
        TokenWire::DrfJwt => Some(claim(token, "iat").unwrap_or(Value::Null)),
    };
    tokens::Representation { pk, token }
}

/// A claim of a token that is verified or ours.
pub(super) fn claim(token: &str, name: &str) -> Option<Value> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let mut claims: Value = serde_json::from_slice(&payload).ok()?;
    claims.get_mut(name).map(Value::take)
}

/// A token that names no account.
pub(super) const fn unnamed(wire: TokenWire) -> &'static str {
    match wire {
        TokenWire::DjangorestframeworkJwt => "Invalid payload.",
        TokenWire::DrfJwt => "Invalid token.",
    }
}

/// A token that cannot be refreshed, as it does not say when its family began.
pub(super) fn without_orig_iat(wire: TokenWire, token: &str) -> &'static str {
    match wire {
        TokenWire::DjangorestframeworkJwt => "orig_iat field is required.",
        TokenWire::DrfJwt if claim(token, "orig_iat").is_none_or(|orig_iat| orig_iat.is_null()) => {
            "orig_iat field not found in token."
        }
        // It takes 0 for 1970.
        TokenWire::DrfJwt => REFRESH_EXPIRED,
    }
}

pub(super) const REFRESH_EXPIRED: &str = "Refresh has expired.";
