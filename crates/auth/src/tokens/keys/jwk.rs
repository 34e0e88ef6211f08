//! JSON Web Keys (RFC 7517; RFC 7518, section 6; RFC 8037, section 2).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BigUint, RsaPrivateKey, RsaPublicKey};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::private::PrivateKey;
use super::public::PublicKey;
use super::{KeyError, KeyId};
use crate::tokens::algorithm::{Algorithm, KeyType};

/// The members of a JWK that are read. A repeated member is an error.
#[derive(Deserialize)]
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
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
    #[serde(default)]
    k: Option<Zeroizing<String>>,
    #[serde(default)]
    d: Option<Zeroizing<String>>,
    #[serde(default)]
    p: Option<Zeroizing<String>>,
    #[serde(default)]
    q: Option<Zeroizing<String>>,
}

/// The bytes of a required member.
fn bytes(member: Option<&str>) -> Result<Vec<u8>, KeyError> {
    let text = member.ok_or(KeyError::Malformed("a member of the JWK is missing"))?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::Malformed("a member of the JWK is not base64url"))
}

const INCONSISTENT: KeyError = KeyError::Malformed("the members of the JWK are not a key");

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
        bytes(self.k.as_ref().map(|k| k.as_str())).map(Zeroizing::new)
    }

    /// Its public key.
    pub(super) fn public(&self, algorithm: Algorithm) -> Result<PublicKey, KeyError> {
        self.must_be(algorithm)?;
        let (x, y) = (self.x.as_deref(), self.y.as_deref());
        match algorithm.key_type() {
            KeyType::Secret => Err(KeyError::OtherKind { algorithm }),
            KeyType::Rsa => {
                let [n, e] = [self.n.as_deref(), self.e.as_deref()].map(bytes);
                RsaPublicKey::new(BigUint::from_bytes_be(&n?), BigUint::from_bytes_be(&e?))
                    .map(PublicKey::Rsa)
                    .map_err(|_| INCONSISTENT)
            }
            KeyType::P256 => {
                let point = point(bytes(x)?, bytes(y)?, 32)?;
                p256::PublicKey::from_sec1_bytes(&point).map(PublicKey::P256).map_err(|_| INCONSISTENT)
            }
            KeyType::P384 => {
                let point = point(bytes(x)?, bytes(y)?, 48)?;
                p384::PublicKey::from_sec1_bytes(&point).map(PublicKey::P384).map_err(|_| INCONSISTENT)
            }
            KeyType::Ed25519 => {
                let point: [u8; 32] = bytes(x)?.try_into().map_err(|_| INCONSISTENT)?;
                ed25519_dalek::VerifyingKey::from_bytes(&point)
                    .map(PublicKey::Ed25519)
                    .map_err(|_| INCONSISTENT)
            }
        }
    }

    /// Its private key, whose public members must match.
    pub(super) fn private(&self, algorithm: Algorithm) -> Result<PrivateKey, KeyError> {
        let public = self.public(algorithm)?;
        let secret = |member: &Option<Zeroizing<String>>| {
            bytes(member.as_ref().map(|text| text.as_str())).map(Zeroizing::new)
        };
        let d = secret(&self.d)?;
        let private = match public {
            PublicKey::Rsa(ref public) => {
                let primes = [secret(&self.p)?, secret(&self.q)?].map(|prime| BigUint::from_bytes_be(&prime));
                let (n, e) = (public.n().clone(), public.e().clone());
                let key = RsaPrivateKey::from_components(n, e, BigUint::from_bytes_be(&d), primes.to_vec());
                PrivateKey::Rsa(Box::new(key.map_err(|_| INCONSISTENT)?))
            }
            PublicKey::P256(_) => {
                PrivateKey::P256(p256::SecretKey::from_slice(&d).map_err(|_| INCONSISTENT)?)
            }
            PublicKey::P384(_) => {
                PrivateKey::P384(p384::SecretKey::from_slice(&d).map_err(|_| INCONSISTENT)?)
            }
            PublicKey::Ed25519(_) => {
                let d: &[u8; 32] = d.as_slice().try_into().map_err(|_| INCONSISTENT)?;
                PrivateKey::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(d)))
            }
        };
        if required_members(&private.public()) == required_members(&public) {
            Ok(private)
        } else {
            Err(INCONSISTENT)
        }
    }

    /// Refuses another `kty` or `crv` than the algorithm's: `x` of one curve has another meaning on another.
    fn must_be(&self, algorithm: Algorithm) -> Result<(), KeyError> {
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

/// An uncompressed point (SEC 1, section 2.3.3), whose coordinates have their full length (RFC 7518, section
/// 6.2.1.2).
fn point(x: Vec<u8>, y: Vec<u8>, length: usize) -> Result<Vec<u8>, KeyError> {
    if x.len() != length || y.len() != length {
        return Err(INCONSISTENT);
    }
    Ok([vec![4], x, y].concat())
}

/// The required members of a public key, sorted by name, of which its thumbprint is made (RFC 7638, section 3.2).
pub(super) fn required_members(key: &PublicKey) -> Vec<(&'static str, String)> {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let named = |name: &str| name.to_owned();
    match key {
        PublicKey::Rsa(key) => vec![
            ("e", text(&key.e().to_bytes_be())),
            ("kty", named("RSA")),
            ("n", text(&key.n().to_bytes_be())),
        ],
        PublicKey::P256(key) => on_curve("P-256", key.to_encoded_point(false).as_bytes()),
        PublicKey::P384(key) => on_curve("P-384", key.to_encoded_point(false).as_bytes()),
        PublicKey::Ed25519(key) => {
            vec![("crv", named("Ed25519")), ("kty", named("OKP")), ("x", text(key.as_bytes()))]
        }
    }
}

fn on_curve(curve: &str, point: &[u8]) -> Vec<(&'static str, String)> {
    // An uncompressed point: a marker of one byte, and two coordinates.
    let (x, y) = point[1..].split_at(point.len() / 2);
    vec![
        ("crv", curve.to_owned()),
        ("kty", "EC".to_owned()),
        ("x", URL_SAFE_NO_PAD.encode(x)),
        ("y", URL_SAFE_NO_PAD.encode(y)),
    ]
}

/// The private members, all of which are secret.
pub(super) fn private_members(key: &PrivateKey) -> Vec<(&'static str, Zeroizing<String>)> {
    let text = |bytes: &[u8]| Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes));
    match key {
        PrivateKey::Rsa(key) => {
            let mut members = vec![("d", text(&Zeroizing::new(key.d().to_bytes_be())))];
            let primes = ["p", "q"].into_iter().zip(key.primes());
            members.extend(primes.map(|(name, prime)| (name, text(&Zeroizing::new(prime.to_bytes_be())))));
            let exponents = [("dp", key.dp()), ("dq", key.dq())];
            let exponents = exponents.into_iter().filter_map(|(name, number)| Some((name, number?)));
            members
                .extend(exponents.map(|(name, number)| (name, text(&Zeroizing::new(number.to_bytes_be())))));
            members.extend(
                key.crt_coefficient().map(|number| ("qi", text(&Zeroizing::new(number.to_bytes_be())))),
            );
            members
        }
        PrivateKey::P256(key) => vec![("d", text(&Zeroizing::new(key.to_bytes())))],
        PrivateKey::P384(key) => vec![("d", text(&Zeroizing::new(key.to_bytes())))],
        PrivateKey::Ed25519(key) => vec![("d", text(key.as_bytes()))],
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
