//! A token's three parts, parsed strictly before anything else looks at them (RFC 7515, RFC 8725).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};

use super::TokenError;

/// `{"typ":"JWT","alg":"HS256"}`: the header of every token that the original or we have signed.
pub(super) const USUAL_HEADER: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9";

/// The parts of a compact token, decoded; nothing of it is trusted yet.
pub(super) struct Structure<'t> {
    /// What the signature is over: header and payload with the dot between them.
    pub signed: &'t [u8],
    /// The JSON of the claims.
    pub payload: Vec<u8>,
    /// The signature's bytes.
    pub signature: Vec<u8>,
}

impl<'t> Structure<'t> {
    /// Takes a token apart, and refuses a header that does not name HS256 or asks for what we do not do.
    pub fn parse(token: &'t [u8]) -> Result<Self, TokenError> {
        let mut parts = token.split(|byte| *byte == b'.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenError::Malformed("not three parts"));
        };
        let decode =
            |part: &[u8], what| URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed(what));
        if header != USUAL_HEADER.as_bytes() {
            check_header(&decode(header, "the header is no base64url")?)?;
        }
        Ok(Self {
            signed: &token[..header.len() + 1 + payload.len()],
            payload: decode(payload, "the payload is no base64url")?,
            signature: decode(signature, "the signature is no base64url")?,
        })
    }
}

/// Refuses a header that is no JSON object, repeats a member, names another algorithm or asks for an extension.
fn check_header(json: &[u8]) -> Result<(), TokenError> {
    let mut found = Header::default();
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let parsed = HeaderSeed(&mut found).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    if let Err(_malformed) = parsed {
        return Err(TokenError::Malformed("the header is no JSON object with one of each member"));
    }
    if let Some(what) = found.unsupported {
        return Err(TokenError::Unsupported(what));
    }
    match found.alg {
        Some(alg) if alg == "HS256" => Ok(()),
        _ => Err(TokenError::Algorithm),
    }
}

#[derive(Default)]
struct Header {
    alg: Option<String>,
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
