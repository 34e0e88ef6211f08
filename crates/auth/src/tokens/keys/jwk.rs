//! JSON Web Keys (RFC 7517; RFC 7518, section 6; RFC 8037, section 2).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{KeyError, KeyId};
use crate::tokens::algorithm::{Algorithm, KeyType};

/// The members of a JWK that are read. A repeated member is an error.
#[derive(Deserialize)]
#[cfg_attr(
    not(all(feature = "ecdsa", feature = "rsa")),
    expect(dead_code, reason = "each kind of key reads its own members, but none may be repeated")
)]
pub(in crate::tokens) struct Jwk {
    pub kty: String,
    #[serde(default)]
    pub alg: Option<String>,
    #[serde(default)]
    pub kid: Option<String>,
    #[serde(default, rename = "use")]
    pub purpose: Option<String>,
    #[serde(default)]
    pub key_ops: Option<Vec<String>>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    pub(super) n: Option<String>,
    #[serde(default)]
    pub(super) e: Option<String>,
    #[serde(default)]
    pub(super) x: Option<String>,
    #[serde(default)]
    pub(super) y: Option<String>,
    #[serde(default)]
    k: Option<Zeroizing<String>>,
    #[serde(default)]
    pub(super) d: Option<Zeroizing<String>>,
    #[serde(default)]
    pub(super) p: Option<Zeroizing<String>>,
    #[serde(default)]
    pub(super) q: Option<Zeroizing<String>>,
}

/// The bytes of a required member.
pub(super) fn bytes(member: Option<&str>) -> Result<Vec<u8>, KeyError> {
    let text = member.ok_or(KeyError::Malformed("a member of the JWK is missing"))?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::Malformed("a member of the JWK is not base64url"))
}

/// The bytes of a required member that is secret.
pub(super) fn secret_bytes(member: Option<&Zeroizing<String>>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    bytes(member.map(|text| text.as_str())).map(Zeroizing::new)
}

impl Jwk {
    /// Whether it has private members.
    pub fn is_private(&self) -> bool {
        self.d.is_some() || self.k.is_some()
    }

    /// Its `alg`, or the only algorithm for its kind.
    pub fn algorithm(&self) -> Option<Algorithm> {
        match (&self.alg, self.kty.as_str(), self.crv.as_deref()) {
            // RFC 9864 has another name for EdDSA on this curve; tokens use EdDSA.
            (Some(name), "OKP", Some("Ed25519")) if name == "Ed25519" => Some(Algorithm::EdDsa),
            (Some(name), ..) => name.parse().ok(),
            (None, "EC", Some("P-256")) => Some(Algorithm::Es256),
            (None, "EC", Some("P-384")) => Some(Algorithm::Es384),
            (None, "OKP", Some("Ed25519")) => Some(Algorithm::EdDsa),
            (None, ..) => None,
        }
    }

    /// Its `kid`.
    pub fn id(&self) -> Result<Option<KeyId>, KeyError> {
        self.kid.clone().map(KeyId::parse).transpose()
    }

    /// Its secret.
    pub(super) fn secret(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        if self.kty != "oct" {
            return Err(KeyError::Malformed("the JWK is not a secret"));
        }
        secret_bytes(self.k.as_ref())
    }

    /// Refuses another `kty` or `crv` than the algorithm's: `x` of one curve has another meaning on another.
    pub(super) fn must_be(&self, algorithm: Algorithm) -> Result<(), KeyError> {
        let wanted = match algorithm.key_type() {
            KeyType::Secret => ("oct", None),
            KeyType::Rsa => ("RSA", None),
            KeyType::P256 => ("EC", Some("P-256")),
            KeyType::P384 => ("EC", Some("P-384")),
            KeyType::Ed25519 => ("OKP", Some("Ed25519")),
        };
        if (self.kty.as_str(), self.crv.as_deref()) == wanted {
            Ok(())
        } else {
            Err(KeyError::OtherKind { algorithm })
        }
    }
}

/// Writes members as a JSON object.
pub(in crate::tokens) fn object<'m>(
    members: impl IntoIterator<Item = (&'m str, &'m str)>,
) -> Zeroizing<String> {
    let mut json = Zeroizing::new(String::with_capacity(512));
    json.push('{');
    for (at, (name, value)) in members.into_iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        crate::tokens::json::push_text(&mut json, name);
        json.push(':');
        crate::tokens::json::push_text(&mut json, value);
    }
    json.push('}');
    json
}
