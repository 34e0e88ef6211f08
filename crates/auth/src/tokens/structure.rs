//! A token's three parts, parsed strictly before anything else looks at them (RFC 7515, RFC 8725).

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};

use super::algorithm::Algorithm;
use super::json::push_text;
use super::key_set::Said;
use super::keys::KeyId;
use super::{TokenError, TokenWire};

/// The headers that we write for a key, in base64url: whoever meets one of them need not read it.
#[derive(Clone)]
pub(super) struct Headers {
    /// In the order of `PyJWT` 1.7.
    original: Spelled,
    /// In that of `PyJWT` 2, which sorts them.
    sorted: Spelled,
}

/// Headers in base64url.
#[derive(Clone)]
struct Spelled {
    plain: String,
    named: Option<String>,
}

impl Headers {
    /// `{"typ":"JWT","alg":"HS256"}` is the header of every token that djangorestframework-jwt has signed.
    pub fn new(algorithm: Algorithm, id: Option<&KeyId>) -> Self {
        let id = id.map(|id| {
            let mut name = ",\"kid\":".to_owned();
            push_text(&mut name, id.as_str());
            name
        });
        let spelled = |before: &str, after: &str| {
            let with = |id: &str| URL_SAFE_NO_PAD.encode(format!("{{{before}{id}{after}}}"));
            Spelled { plain: with(""), named: id.as_deref().map(with) }
        };
        Self {
            original: spelled(&format!("\"typ\":\"JWT\",\"alg\":\"{algorithm}\""), ""),
            sorted: spelled(&format!("\"alg\":\"{algorithm}\""), ",\"typ\":\"JWT\""),
        }
    }

    const fn of(&self, wire: TokenWire) -> &Spelled {
        match wire {
            TokenWire::DjangorestframeworkJwt => &self.original,
            TokenWire::DrfJwt => &self.sorted,
        }
    }

    /// The one of tokens that do not say which key is theirs.
    pub fn plain(&self, wire: TokenWire) -> &str {
        &self.of(wire).plain
    }

    /// The one of tokens that do, where the key has a name.
    pub fn named(&self, wire: TokenWire) -> Option<&str> {
        self.of(wire).named.as_deref()
    }
}

/// The parts of a compact token; nothing of it is trusted yet.
pub(super) struct Parts<'t> {
    /// The header, in base64url.
    pub header: &'t [u8],
    /// What the signature is over: header and payload with the dot between them.
    pub signed: &'t [u8],
    payload: &'t [u8],
    signature: &'t [u8],
}

impl<'t> Parts<'t> {
    /// Takes a token apart.
    pub fn of(token: &'t [u8]) -> Result<Self, TokenError> {
        let mut parts = token.split(|byte| *byte == b'.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenError::Malformed("not three parts"));
        };
        Ok(Self { header, signed: &token[..header.len() + 1 + payload.len()], payload, signature })
    }

    /// The JSON of the claims, and the signature's bytes.
    pub fn decoded(&self) -> Result<(Vec<u8>, Vec<u8>), TokenError> {
        let payload = decoded(self.payload, "the payload is no base64url")?;
        Ok((payload, decoded(self.signature, "the signature is no base64url")?))
    }
}

fn decoded(part: &[u8], what: &'static str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed(what))
}

/// Reads a header in base64url. Refused is one that is no JSON object, repeats a member, names no algorithm that signs
/// here, or asks for an extension.
pub(super) fn parse_header(header: &[u8]) -> Result<Said<'static>, TokenError> {
    let json = decoded(header, "the header is no base64url")?;
    // Members that nobody reads would be passed over whatever their bytes are.
    let json = std::str::from_utf8(&json).map_err(|_| TokenError::Malformed("the header is not UTF-8"))?;
    let mut found = Header::default();
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let parsed = HeaderSeed(&mut found).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    if let Err(_malformed) = parsed {
        return Err(TokenError::Malformed("the header is no JSON object with one of each member"));
    }
    if let Some(what) = found.unsupported {
        return Err(TokenError::Unsupported(what));
    }
    let algorithm = found.alg.and_then(|alg| alg.parse().ok()).ok_or(TokenError::Algorithm)?;
    Ok(Said { algorithm, kid: found.kid.map(Cow::Owned) })
}

#[derive(Default)]
struct Header {
    alg: Option<String>,
    /// A name that is no text names nothing, and the signature decides: the original does not look at it.
    kid: Option<String>,
    unsupported: Option<&'static str>,
}

struct HeaderSeed<'h>(&'h mut Header);

impl<'de> DeserializeSeed<'de> for HeaderSeed<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

/// A member's value where only its being a string matters.
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
                    Text::Text(_) | Text::Other(_) => {}
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
