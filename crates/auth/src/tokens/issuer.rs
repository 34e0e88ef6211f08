//! Issues tokens.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use time::{Duration, OffsetDateTime};

use super::extra::{self, ExtraError};
use super::json::{push_number, push_text};
use super::policy::TokenPolicy;
use super::ring::KeyRing;
use super::shared_ring::SharedKeyRing;
use super::wire::{RefreshedIds, TokenWire};

/// Whom a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenSubject<'a> {
    /// The account's primary key.
    pub user_id: i64,
    /// The account's name.
    pub username: &'a str,
    /// The account's address; may be empty.
    pub email: &'a str,
}

/// Issues tokens under the newest key of a ring, by one policy.
#[derive(Debug, Clone)]
pub struct TokenIssuer {
    keys: SharedKeyRing,
    policy: TokenPolicy,
}

/// A token could not be issued.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The signing library failed.
    #[error("the token could not be signed")]
    Library(#[from] jsonwebtoken::errors::Error),
    /// All keys are retired, yet to come, or only verify.
    #[error("no key signs at this moment")]
    NoKey,
    /// The claims of the service's own cannot be written.
    #[error(transparent)]
    Extra(#[from] ExtraError),
}

impl TokenIssuer {
    /// An issuer of tokens by `policy`, under the newest of `keys`: a [`SigningKey`](super::SigningKey), a [`KeyRing`], or
    /// a [`SharedKeyRing`].
    #[must_use]
    pub fn new(keys: impl Into<SharedKeyRing>, policy: TokenPolicy) -> Self {
        Self { keys: keys.into(), policy }
    }

    /// What new tokens say.
    #[must_use]
    pub const fn policy(&self) -> &TokenPolicy {
        &self.policy
    }

    /// The keys as they are now.
    #[must_use]
    pub fn keys(&self) -> Arc<KeyRing> {
        self.keys.current()
    }

    /// A new token.
    ///
    /// # Errors
    /// Where no key signs at this moment, or the signing library fails, which it does not for an HMAC.
    pub fn issue(&self, subject: TokenSubject<'_>, now: OffsetDateTime) -> Result<String, SigningError> {
        self.sign(&self.payload(subject, now, None, None), now)
    }

    /// A new token with an identifier, `jti` (RFC 7519, section 4.1.7), as its last claim: see [`new_jti`](super::new_jti).
    ///
    /// # Errors
    /// As [`TokenIssuer::issue`].
    pub fn issue_identified(
        &self,
        subject: TokenSubject<'_>,
        jti: &str,
        now: OffsetDateTime,
    ) -> Result<String, SigningError> {
        self.sign(&self.payload(subject, now, None, Some(jti)), now)
    }

    /// A new token that is good for another time than the policy's, with an identifier.
    ///
    /// It says when it was issued (`iat`), which tokens of the policy's lifetime tell by their `exp`: what is revoked later
    /// must not miss it. One that is good for longer than the policy's tokens cannot be refreshed: it would outlive what is
    /// kept of its family, where that is revoked by a token that was refreshed from it.
    ///
    /// # Errors
    /// As [`TokenIssuer::issue`].
    pub fn issue_for(
        &self,
        subject: TokenSubject<'_>,
        lifetime: Duration,
        jti: &str,
        now: OffsetDateTime,
    ) -> Result<String, SigningError> {
        let expiration_seconds = lifetime.whole_seconds();
        let allow_refresh = self.policy.allow_refresh && expiration_seconds <= self.policy.expiration_seconds;
        let policy = TokenPolicy { expiration_seconds, allow_refresh, ..self.policy.clone() };
        let mut payload = Self { keys: self.keys.clone(), policy }.payload(subject, now, None, None);
        // An object's last character is its brace.
        payload.pop();
        if self.policy.wire == TokenWire::DjangorestframeworkJwt {
            payload.push_str(",\"iat\":");
            push_number(&mut payload, now.unix_timestamp());
        }
        payload.push_str(",\"jti\":");
        push_text(&mut payload, jti);
        payload.push('}');
        self.sign(&payload, now)
    }

    /// A new token with claims of the service's own behind the others. `extra` is a struct or a map, and names none of the
    /// claims that tokens have already.
    ///
    /// # Errors
    /// As [`TokenIssuer::issue`]; where `extra` is no JSON object, or names a claim that is taken.
    pub fn issue_with<Extra: Serialize>(
        &self,
        subject: TokenSubject<'_>,
        extra: &Extra,
        now: OffsetDateTime,
    ) -> Result<String, SigningError> {
        self.sign(&extra::append(self.payload(subject, now, None, None), extra)?, now)
    }

    /// A new token of a family that began at `orig_iat` (seconds since 1970).
    ///
    /// # Errors
    /// As [`TokenIssuer::issue`].
    pub fn refresh(
        &self,
        subject: TokenSubject<'_>,
        orig_iat: i64,
        now: OffsetDateTime,
    ) -> Result<String, SigningError> {
        self.sign(&self.payload(subject, now, Some(orig_iat), None), now)
    }

    /// A new token of a family that began at `orig_iat` with a token of this `jti`: the family keeps it, so that it can be
    /// [revoked](crate::revocation) as a whole.
    ///
    /// # Errors
    /// As [`TokenIssuer::issue`].
    pub fn refresh_identified(
        &self,
        subject: TokenSubject<'_>,
        orig_iat: i64,
        jti: &str,
        now: OffsetDateTime,
    ) -> Result<String, SigningError> {
        self.sign(&self.payload(subject, now, Some(orig_iat), Some(jti)), now)
    }

    /// [`TokenIssuer::refresh`] with claims of the service's own, as [`TokenIssuer::issue_with`] writes them.
    ///
    /// # Errors
    /// As [`TokenIssuer::issue_with`].
    pub fn refresh_with<Extra: Serialize>(
        &self,
        subject: TokenSubject<'_>,
        extra: &Extra,
        orig_iat: i64,
        now: OffsetDateTime,
    ) -> Result<String, SigningError> {
        self.sign(&extra::append(self.payload(subject, now, Some(orig_iat), None), extra)?, now)
    }

    /// A refreshed token in the form of drf-jwt, of a family that began at `orig_iat`; see [`TokenWire::DrfJwt`].
    ///
    /// # Errors
    /// As [`TokenIssuer::issue`].
    pub fn refresh_as_drf_jwt(
        &self,
        subject: TokenSubject<'_>,
        orig_iat: i64,
        ids: RefreshedIds<'_>,
        now: OffsetDateTime,
    ) -> Result<String, SigningError> {
        self.sign(&self.drf_jwt_payload(subject, now, Some(orig_iat), Some(ids.jti), ids.orig_jti), now)
    }

    /// The claims, in the order of the package that the policy names.
    fn payload(
        &self,
        subject: TokenSubject<'_>,
        now: OffsetDateTime,
        orig_iat: Option<i64>,
        jti: Option<&str>,
    ) -> String {
        match self.policy.wire {
            TokenWire::DjangorestframeworkJwt => self.original_payload(subject, now, orig_iat, jti),
            TokenWire::DrfJwt => self.drf_jwt_payload(subject, now, orig_iat, jti, None),
        }
    }

    /// `jwt_create_payload` of drf-jwt, and what its refresh adds.
    fn drf_jwt_payload(
        &self,
        subject: TokenSubject<'_>,
        now: OffsetDateTime,
        orig_iat: Option<i64>,
        jti: Option<&str>,
        orig_jti: Option<&str>,
    ) -> String {
        let now = now.unix_timestamp();
        let mut json = String::with_capacity(224);
        let mut claim = |name: &str, value: Claim<'_>| {
            json.push(if json.is_empty() { '{' } else { ',' });
            push_text(&mut json, name);
            json.push(':');
            match value {
                Claim::Text(text) => push_text(&mut json, text),
                Claim::Number(number) => push_number(&mut json, number),
            }
        };
        claim("username", Claim::Text(subject.username));
        claim("iat", Claim::Number(now));
        claim("exp", Claim::Number(now.saturating_add(self.policy.expiration_seconds)));
        if let Some(jti) = jti {
            claim("jti", Claim::Text(jti));
        }
        claim("user_id", Claim::Number(subject.user_id));
        if self.policy.allow_refresh {
            claim("orig_iat", Claim::Number(orig_iat.unwrap_or(now)));
        }
        for (name, value) in [("aud", &self.policy.audience), ("iss", &self.policy.issuer)] {
            if let Some(value) = value {
                claim(name, Claim::Text(value));
            }
        }
        if let (false, Some(orig_iat)) = (self.policy.allow_refresh, orig_iat) {
            claim("orig_iat", Claim::Number(orig_iat));
        }
        if let Some(orig_jti) = orig_jti {
            claim("orig_jti", Claim::Text(orig_jti));
        }
        json.push('}');
        json
    }

    /// The claims in the order of djangorestframework-jwt.
    fn original_payload(
        &self,
        subject: TokenSubject<'_>,
        now: OffsetDateTime,
        orig_iat: Option<i64>,
        jti: Option<&str>,
    ) -> String {
        let now = now.unix_timestamp();
        let mut json = String::with_capacity(192);
        json.push_str("{\"user_id\":");
        push_number(&mut json, subject.user_id);
        json.push_str(",\"username\":");
        push_text(&mut json, subject.username);
        json.push_str(",\"exp\":");
        push_number(&mut json, now.saturating_add(self.policy.expiration_seconds));
        json.push_str(",\"email\":");
        push_text(&mut json, subject.email);
        if self.policy.allow_refresh {
            json.push_str(",\"orig_iat\":");
            push_number(&mut json, orig_iat.unwrap_or(now));
        }
        for (name, value) in [("aud", &self.policy.audience), ("iss", &self.policy.issuer)] {
            if let Some(value) = value {
                json.push(',');
                push_text(&mut json, name);
                json.push(':');
                push_text(&mut json, value);
            }
        }
        // Where new tokens cannot be refreshed, an old family still can, and djangorestframework-jwt sets the claim last.
        if let (false, Some(orig_iat)) = (self.policy.allow_refresh, orig_iat) {
            json.push_str(",\"orig_iat\":");
            push_number(&mut json, orig_iat);
        }
        if let Some(jti) = jti {
            json.push_str(",\"jti\":");
            push_text(&mut json, jti);
        }
        json.push('}');
        json
    }

    fn sign(&self, payload: &str, now: OffsetDateTime) -> Result<String, SigningError> {
        self.keys.with_ring(|ring| sign(ring, payload, self.policy.wire, now))
    }
}

enum Claim<'a> {
    Text(&'a str),
    Number(i64),
}

/// Only where there are several keys does a token name its own: the original's header has no `kid`.
fn sign(ring: &KeyRing, payload: &str, wire: TokenWire, now: OffsetDateTime) -> Result<String, SigningError> {
    let key = ring.signer(now).ok_or(SigningError::NoKey)?;
    let headers = key.verifying_key().headers();
    let named = headers.named(wire).filter(|_| ring.names_keys(now));
    let header = named.unwrap_or(headers.plain(wire));
    let mut token = String::with_capacity(header.len() + payload.len() * 4 / 3 + 96);
    token.push_str(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}
