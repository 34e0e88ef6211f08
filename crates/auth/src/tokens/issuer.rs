//! Issues tokens.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::rust_crypto;
use jsonwebtoken::{Algorithm, EncodingKey};
use time::OffsetDateTime;

use super::key::SigningKey;
use super::structure::USUAL_HEADER;
use super::verifier::TokenPolicy;

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

/// Issues tokens under one key and one policy.
#[derive(Debug, Clone)]
pub struct TokenIssuer {
    key: SigningKey,
    policy: TokenPolicy,
}

/// A token could not be signed.
#[derive(Debug, thiserror::Error)]
#[error("the token could not be signed")]
pub struct SigningError(#[from] jsonwebtoken::errors::Error);

impl TokenIssuer {
    /// An issuer of tokens under `key` by `policy`.
    #[must_use]
    pub const fn new(key: SigningKey, policy: TokenPolicy) -> Self {
        Self { key, policy }
    }

    /// A new token.
    ///
    /// # Errors
    /// Where the signing library fails, which it does not for an HMAC.
    pub fn issue(&self, subject: TokenSubject<'_>, now: OffsetDateTime) -> Result<String, SigningError> {
        self.sign(&self.payload(subject, now, None, None))
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
        self.sign(&self.payload(subject, now, None, Some(jti)))
    }

    /// A new token of a line that began at `orig_iat` (seconds since 1970).
    ///
    /// # Errors
    /// As [`TokenIssuer::issue`].
    pub fn refresh(
        &self,
        subject: TokenSubject<'_>,
        orig_iat: i64,
        now: OffsetDateTime,
    ) -> Result<String, SigningError> {
        self.sign(&self.payload(subject, now, Some(orig_iat), None))
    }

    /// A new token of a line that began at `orig_iat` with a token of this `jti`: the line keeps it, so that it can be
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
        self.sign(&self.payload(subject, now, Some(orig_iat), Some(jti)))
    }

    /// The claims in the original's order, as compact JSON in ASCII: clients that read a payload with `atob` alone
    /// would show UTF-8 as garbage.
    fn payload(
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
        // Where new tokens cannot be refreshed, an old line still can, and the original sets the claim last.
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

    /// jsonwebtoken's own `encode` would take the process's default provider, which panics where a program enables
    /// two of them: so the provider is named here.
    fn sign(&self, payload: &str) -> Result<String, SigningError> {
        let mut token = String::with_capacity(USUAL_HEADER.len() + payload.len() * 4 / 3 + 48);
        token.push_str(USUAL_HEADER);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut token);
        let signer = (rust_crypto::DEFAULT_PROVIDER.signer_factory)(
            &Algorithm::HS256,
            &EncodingKey::from_secret(self.key.secret()),
        )?;
        let signature = signer
            .try_sign(token.as_bytes())
            .map_err(|_| jsonwebtoken::errors::ErrorKind::Signing("HS256".to_owned()).into())
            .map_err(SigningError)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

fn push_number(json: &mut String, number: i64) {
    // Writing to a String cannot fail.
    let _ = write!(json, "{number}");
}

/// A JSON string as Python's `json.dumps` writes it by default: everything outside ASCII escaped.
fn push_text(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            ' '..='\u{7f}' => json.push(character),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    let _ = write!(json, "\\u{unit:04x}");
                }
            }
        }
    }
    json.push('"');
}
