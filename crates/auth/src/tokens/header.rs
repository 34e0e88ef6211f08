//! Headers of tokens: parsed strictly before anything else of a token is looked at (RFC 7515, RFC 8725).

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};

use super::TokenError;
use super::algorithm::Algorithm;
#[cfg(feature = "django")]
use super::django::TokenWire;
use super::json::push_text;
use super::keys::KeyId;
use super::profile::ClaimsProfile;

/// What a token's header states about its key.
pub(super) struct HeaderInfo<'h> {
    pub algorithm: Algorithm,
    pub kid: Option<Cow<'h, str>>,
    pub typ: Option<Cow<'h, str>>,
}

/// Whether a header's `typ` is this one. Media types are compared without regard to case, and their prefix
/// `application/` may be left out (RFC 7515, section 4.1.9).
pub(super) fn is_type(typ: Option<&str>, expected: &str) -> bool {
    fn bare(text: &str) -> &str {
        match text.split_at_checked("application/".len()) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application/") => rest,
            _ => text,
        }
    }
    typ.is_some_and(|typ| bare(typ).eq_ignore_ascii_case(bare(expected)))
}

/// A header in base64url that states another type than `JWT`.
pub(super) fn typed(algorithm: Algorithm, id: Option<&KeyId>, typ: &str) -> String {
    let mut json = format!("{{\"alg\":\"{algorithm}\"");
    if let Some(id) = id {
        json.push_str(",\"kid\":");
        push_text(&mut json, id.as_str());
    }
    json.push_str(",\"typ\":");
    push_text(&mut json, typ);
    json.push('}');
    URL_SAFE_NO_PAD.encode(json)
}

/// The headers that we write for a key, in base64url. A token with one of them is recognised without parsing.
#[derive(Clone)]
pub(super) struct KnownHeaders {
    /// In the order of `PyJWT` 1.7.
    #[cfg(feature = "django")]
    unsorted: EncodedHeaders,
    /// In the order of `PyJWT` 2, which sorts the members.
    sorted: EncodedHeaders,
}

#[derive(Clone)]
struct EncodedHeaders {
    without_kid: String,
    with_kid: Option<String>,
}

impl KnownHeaders {
    /// `{"typ":"JWT","alg":"HS256"}` is the header of every token that djangorestframework-jwt has signed.
    pub fn new(algorithm: Algorithm, id: Option<&KeyId>) -> Self {
        let id = id.map(|id| {
            let mut name = ",\"kid\":".to_owned();
            push_text(&mut name, id.as_str());
            name
        });
        let encoded = |before: &str, after: &str| {
            let with = |id: &str| URL_SAFE_NO_PAD.encode(format!("{{{before}{id}{after}}}"));
            EncodedHeaders { without_kid: with(""), with_kid: id.as_deref().map(with) }
        };
        Self {
            #[cfg(feature = "django")]
            unsorted: encoded(&format!("\"typ\":\"JWT\",\"alg\":\"{algorithm}\""), ""),
            sorted: encoded(&format!("\"alg\":\"{algorithm}\""), ",\"typ\":\"JWT\""),
        }
    }

    const fn of(&self, profile: ClaimsProfile) -> &EncodedHeaders {
        match profile {
            #[cfg(feature = "django")]
            ClaimsProfile::Django(TokenWire::DjangorestframeworkJwt) => &self.unsorted,
            _ => &self.sorted,
        }
    }

    /// The header without `kid`.
    pub fn without_kid(&self, profile: ClaimsProfile) -> &str {
        &self.of(profile).without_kid
    }

    /// The header with `kid`; `None` where the key has no id.
    pub fn with_kid(&self, profile: ClaimsProfile) -> Option<&str> {
        self.of(profile).with_kid.as_deref()
    }
}

/// Decodes a part of a token; `problem` is the error where it is not canonical base64url.
pub(super) fn decode(part: &[u8], problem: &'static str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed(problem))
}

/// Parses a header in base64url. It is refused if it is not a JSON object, repeats a member, names an unsupported
/// algorithm, or requires an extension.
pub(super) fn parse(header: &[u8]) -> Result<HeaderInfo<'static>, TokenError> {
    let json = decode(header, "the header is not base64url")?;
    // serde_json does not check the bytes of members that are ignored.
    let json = std::str::from_utf8(&json).map_err(|_| TokenError::Malformed("the header is not UTF-8"))?;
    let mut found = Header::default();
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let parsed = HeaderSeed(&mut found).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    if let Err(_malformed) = parsed {
        return Err(TokenError::Malformed("the header is not a JSON object, or repeats a member"));
    }
    if let Some(what) = found.unsupported {
        return Err(TokenError::Unsupported(what));
    }
    let algorithm = found.alg.and_then(|alg| alg.parse().ok()).ok_or(TokenError::Algorithm)?;
    Ok(HeaderInfo { algorithm, kid: found.kid.map(Cow::Owned), typ: found.typ.map(Cow::Owned) })
}

#[derive(Default)]
struct Header {
    alg: Option<String>,
    /// `None` if it is not a string, too: `PyJWT` does not look at `kid`, so the signature decides.
    kid: Option<String>,
    typ: Option<String>,
    unsupported: Option<&'static str>,
}

struct HeaderSeed<'h>(&'h mut Header);

impl<'de> DeserializeSeed<'de> for HeaderSeed<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

/// A member's value, of which only strings are kept.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Text(String),
    Other(IgnoredAny),
}

impl<'de> Visitor<'de> for HeaderSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen: Vec<String> = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            if seen.contains(&name) {
                return Err(serde::de::Error::custom("a member is repeated"));
            }
            match name.as_str() {
                "alg" => {
                    if let Text::Text(alg) = members.next_value()? {
                        self.0.alg = Some(alg);
                    }
                }
                "kid" => {
                    if let Text::Text(kid) = members.next_value()? {
                        self.0.kid = Some(kid);
                    }
                }
                "typ" => match members.next_value()? {
                    Text::Text(typ) if typ.eq_ignore_ascii_case("JWE") => self.0.unsupported = Some("typ"),
                    Text::Text(typ) => self.0.typ = Some(typ),
                    Text::Other(_) => {}
                },
                name => {
                    members.next_value::<IgnoredAny>()?;
                    if let Some(known) =
                        ["crit", "b64", "zip", "enc"].into_iter().find(|known| *known == name)
                    {
                        self.0.unsupported = Some(known);
                    }
                }
            }
            seen.push(name);
        }
        Ok(())
    }
}
