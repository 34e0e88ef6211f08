//! Keys of every algorithm: parsed, generated, refused, and used.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use presspass_auth::tokens::{
    Algorithm, DjangoAccount, DjangoSubject, KeyError, KeyId, KeyType, SigningKey, TokenError, TokenIssuer,
    TokenPolicy, TokenVerifier, VerifyingKey,
};
use presspass_auth::{Randomness, RandomnessError, SystemRandomness};
use proptest::prelude::*;
use time::OffsetDateTime;

macro_rules! pem {
    ($name:literal) => {
        include_str!(concat!("data/keys/", $name, ".pem"))
    };
}

/// Long enough for every algorithm.
const SECRET: &str = "a secret of sixty-four bytes or more, which is what HS512 asks for.";

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()
}

/// A key for the algorithm, and its public key as another service has it.
fn pair(algorithm: Algorithm) -> (SigningKey, VerifyingKey) {
    let (private, public) = match algorithm.key_type() {
        KeyType::Secret => {
            let key = SigningKey::from_secret(algorithm, SECRET).unwrap();
            return (key.clone(), key.verifying_key().clone());
        }
        KeyType::Rsa => (pem!("rsa"), pem!("rsa.public")),
        KeyType::P256 => (pem!("p256"), pem!("p256.public")),
        KeyType::P384 => (pem!("p384"), pem!("p384.public")),
        KeyType::Ed25519 => (pem!("ed25519"), pem!("ed25519.public")),
        other => panic!("there is no key for {other:?}"),
    };
    let public = VerifyingKey::from_pem(algorithm, public).unwrap();
    (SigningKey::from_pem(algorithm, private).unwrap(), public)
}

fn issue(key: SigningKey, subject: DjangoSubject<'_>) -> String {
    TokenIssuer::new(key, TokenPolicy::django()).issue(subject, now()).unwrap()
}

fn ada(key: SigningKey) -> String {
    issue(key, DjangoSubject { user_id: 1, username: "ada", email: "" })
}

fn verify(key: VerifyingKey, token: &str) -> Result<DjangoAccount, TokenError> {
    let verifier = TokenVerifier::new(key, TokenPolicy::django());
    verifier.verify(token.as_bytes(), now()).map(|verified| verified.subject().unwrap())
}

#[test]
fn a_key_verifies_its_own_algorithm_and_no_other() {
    for algorithm in Algorithm::ALL {
        let (signing, public) = pair(algorithm);
        assert_eq!(signing.algorithm(), algorithm);
        assert_eq!(signing.id(), public.id(), "{algorithm}");
        let token = ada(signing);
        assert!(verify(public, &token).is_ok(), "{algorithm}");
        for other in Algorithm::ALL.into_iter().filter(|other| *other != algorithm) {
            let (_, key) = pair(other);
            assert_eq!(verify(key, &token), Err(TokenError::Algorithm), "{algorithm} under {other}");
        }
    }
}

#[test]
fn the_header_has_the_algorithm_and_no_kid_if_there_is_one_key() {
    use base64::Engine as _;
    for algorithm in Algorithm::ALL {
        let token = ada(pair(algorithm).0);
        let header = token.split('.').next().unwrap();
        let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header).unwrap();
        let wanted = format!("{{\"typ\":\"JWT\",\"alg\":\"{algorithm}\"}}");
        assert_eq!(String::from_utf8(header).unwrap(), wanted);
    }
}

#[test]
fn a_public_key_is_not_accepted_as_a_secret() {
    // CVE-2015-9235: a token with HS256 whose secret is the text of the public key.
    for (algorithm, public) in
        [(Algorithm::Rs256, pem!("rsa.public")), (Algorithm::Es256, pem!("p256.public"))]
    {
        let forged = ada(SigningKey::hs256(public).unwrap());
        let key = VerifyingKey::from_pem(algorithm, public).unwrap();
        assert_eq!(verify(key, &forged), Err(TokenError::Algorithm));
    }
}

#[test]
fn keys_are_parsed_in_all_forms_of_pem() {
    for (algorithm, first, second) in [
        (Algorithm::Rs256, pem!("rsa"), pem!("rsa.pkcs1")),
        (Algorithm::Es256, pem!("p256"), pem!("p256.sec1")),
        (Algorithm::Es384, pem!("p384"), pem!("p384.sec1")),
    ] {
        let [first, second] = [first, second].map(|pem| SigningKey::from_pem(algorithm, pem).unwrap());
        assert_eq!(first.id(), second.id(), "{algorithm}");
    }
    let [first, second] = [pem!("rsa.public"), pem!("rsa.public.pkcs1")]
        .map(|pem| VerifyingKey::from_pem(Algorithm::Ps256, pem).unwrap());
    assert_eq!(first.id(), second.id());
}

#[test]
fn a_text_that_is_not_a_key_of_the_algorithm_is_refused() {
    let other = |algorithm| Some(KeyError::OtherKind { algorithm });
    for (algorithm, pem) in [
        (Algorithm::Es256, pem!("rsa.pkcs1")),
        (Algorithm::Rs256, pem!("p256.sec1")),
        (Algorithm::EdDsa, pem!("p256.sec1")),
        (Algorithm::Hs256, pem!("rsa")),
    ] {
        assert_eq!(SigningKey::from_pem(algorithm, pem).err(), other(algorithm), "{algorithm}");
    }
    for (algorithm, pem) in [
        (Algorithm::Es384, pem!("p256")),
        (Algorithm::Es256, pem!("p384")),
        (Algorithm::Es256, pem!("p384.sec1")),
        (Algorithm::Es256, pem!("k256")),
        (Algorithm::Es256, pem!("ed25519")),
        (Algorithm::EdDsa, pem!("p256")),
        (Algorithm::Es256, pem!("encrypted")),
        (Algorithm::Es256, pem!("p256.public")),
        (Algorithm::Rs256, ""),
        (Algorithm::Rs256, "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----"),
        (Algorithm::Rs256, "-----BEGIN PRIVATE KEY-----\nAAAA"),
    ] {
        let refused = SigningKey::from_pem(algorithm, pem);
        assert!(matches!(refused, Err(KeyError::Malformed(_))), "{algorithm} {refused:?}");
    }
    assert_eq!(SigningKey::from_secret(Algorithm::Rs256, SECRET).err(), other(Algorithm::Rs256));
}

#[test]
fn weak_keys_are_refused_with_the_reason() {
    for (algorithm, needed) in [(Algorithm::Hs256, 32), (Algorithm::Hs384, 48), (Algorithm::Hs512, 64)] {
        let short = &SECRET[..needed - 1];
        let refused = SigningKey::from_secret(algorithm, short).unwrap_err();
        assert_eq!(refused, KeyError::TooShort { algorithm, length: needed - 1, needed });
        assert!(SigningKey::from_secret(algorithm, &SECRET[..needed]).is_ok());
    }
    let refused = SigningKey::from_pem(Algorithm::Rs256, pem!("rsa1024")).unwrap_err();
    assert_eq!(refused.to_string(), "the RSA key has 1024 bits; RS256 needs at least 2048");
    let refused = VerifyingKey::from_pem(Algorithm::Ps512, pem!("rsa1024.public")).unwrap_err();
    assert_eq!(refused, KeyError::TooFewBits { algorithm: Algorithm::Ps512, bits: 1024 });
    // Points of small order: the neutral one, and one of order 8.
    for x in ["AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o"] {
        let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#);
        assert_eq!(VerifyingKey::from_jwk(&jwk).err(), Some(KeyError::SmallOrder), "{x}");
    }
}

#[test]
fn djangos_secret_of_50_characters_signs_with_every_hmac() {
    let secret = "x)q2#8j&(v$k!0_z^w@m5*t7=r+e9b1nc3p6-4f9a0c5d7e8b1";
    assert_eq!(secret.len(), 50);
    for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
        let key = SigningKey::from_djangos_secret(algorithm, secret).unwrap();
        assert!(verify(key.verifying_key().clone(), &ada(key)).is_ok());
        assert!(SigningKey::from_djangos_secret(algorithm, &secret[..31]).is_err());
    }
    assert!(SigningKey::from_secret(Algorithm::Hs512, secret).is_err());
    // Django only warns of this one.
    let of_startproject = format!("django-insecure-{secret}");
    assert!(SigningKey::from_djangos_secret(Algorithm::Hs512, of_startproject).is_ok());
}

#[test]
fn publicly_known_keys_are_refused() {
    for (secret, source) in [
        ("your-256-bit-secret", "jwt.io"),
        ("a-string-secret-at-least-256-bits-long", "jwt.io"),
        (
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
            "RFC 7515",
        ),
        ("hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg", "RFC 7520"),
        ("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "one byte"),
        ("secretsecretsecretsecretsecretsecr", "a few bytes"),
        ("1234567890123456789012345678901234567890", "a few bytes"),
        (
            "\0\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}\t\n\u{b}\u{c}\r\u{e}\u{f}\u{10}\u{11}\u{12}\u{13}\u{14}\u{15}\u{16}\u{17}\u{18}\u{19}\u{1a}\u{1b}\u{1c}\u{1d}\u{1e}\u{1f}",
            "count",
        ),
    ] {
        let refused = SigningKey::hs256(secret).unwrap_err();
        assert!(refused.to_string().contains(source), "{refused}");
    }
    for jwk in [
        // RFC 7515, appendix A.1, as bytes.
        r#"{"kty":"oct","alg":"HS256","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#,
        // RFC 7515, appendix A.3.
        r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#,
        // RFC 8037, appendix A.
        r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    ] {
        let refused = SigningKey::from_jwk(jwk);
        assert!(matches!(refused, Err(KeyError::WellKnown(_))), "{refused:?}");
    }
}

#[test]
fn a_private_jwk_is_parsed_to_the_same_key() {
    for algorithm in Algorithm::ALL {
        let (signing, public) = pair(algorithm);
        let read = SigningKey::from_jwk(&signing.to_private_jwk()).unwrap();
        assert_eq!((read.id(), read.algorithm()), (signing.id(), algorithm));
        assert!(verify(public, &ada(read)).is_ok(), "{algorithm}");
        let named = signing.with_id(KeyId::parse("today \"é\"").unwrap());
        assert_eq!(SigningKey::from_jwk(&named.to_private_jwk()).unwrap().id(), named.id());
    }
}

#[test]
fn a_jwk_whose_members_do_not_match_is_refused() {
    let key = SigningKey::from_pem(Algorithm::Es256, pem!("p256")).unwrap();
    let other = SigningKey::generate(Algorithm::Es256, &SystemRandomness).unwrap();
    let member = |key: &SigningKey, name: &str| {
        let json: serde_json::Value = serde_json::from_str(&key.to_private_jwk()).unwrap();
        json[name].as_str().unwrap().to_owned()
    };
    let good = key.to_private_jwk();
    for wrong in [
        good.replace(&member(&key, "d"), &member(&other, "d")),
        good.replace(&member(&key, "x"), &member(&other, "x")),
        good.replace("\"alg\":\"ES256\"", "\"alg\":\"ES384\""),
        good.replace("\"alg\":\"ES256\"", "\"alg\":\"HS256\""),
        good.replace("\"alg\":\"ES256\"", "\"alg\":\"none\""),
        good.replace("\"use\":\"sig\"", "\"use\":\"enc\""),
        good.replace("\"crv\":\"P-256\"", "\"crv\":\"P-384\""),
        good.replace("\"kty\":\"EC\"", "\"kty\":\"EC\",\"kty\":\"EC\""),
        good.replace("\"d\":", "\"e\":"),
        format!("[{}]", good.as_str()),
        "{}".to_owned(),
    ] {
        assert_ne!(wrong, *good);
        assert!(SigningKey::from_jwk(&wrong).is_err());
    }
}

#[test]
fn new_keys_differ_and_sign() {
    for algorithm in Algorithm::ALL.into_iter().filter(|one| one.key_type() != KeyType::Rsa) {
        let [one, other] = [(); 2].map(|()| SigningKey::generate(algorithm, &SystemRandomness).unwrap());
        assert_ne!(one.id(), other.id());
        assert_ne!(*one.to_private_jwk(), *other.to_private_jwk());
        let token = ada(one.clone());
        assert!(verify(one.verifying_key().clone(), &token).is_ok());
        assert_eq!(verify(other.verifying_key().clone(), &token), Err(TokenError::Signature));
    }
}

/// Generating takes a while without optimisation: one is enough.
#[test]
fn a_new_rsa_key_has_3072_bits() {
    let key = SigningKey::generate(Algorithm::Ps256, &SystemRandomness).unwrap();
    let jwk: serde_json::Value = serde_json::from_str(&key.verifying_key().to_jwk().unwrap()).unwrap();
    assert_eq!(jwk["n"].as_str().unwrap().len(), 3072 / 8 * 4 / 3);
    assert!(verify(key.verifying_key().clone(), &ada(key)).is_ok());
}

#[derive(Debug)]
struct Broken;

impl Randomness for Broken {
    fn fill(&self, _bytes: &mut [u8]) -> Result<(), RandomnessError> {
        Err(RandomnessError)
    }
}

#[test]
fn no_key_is_generated_without_randomness() {
    for algorithm in Algorithm::ALL {
        assert_eq!(SigningKey::generate(algorithm, &Broken).err(), Some(RandomnessError.into()));
    }
}

#[test]
fn debug_shows_no_secrets() {
    for algorithm in Algorithm::ALL {
        let (signing, public) = pair(algorithm);
        assert_eq!(format!("{signing:?}"), format!("SigningKey({algorithm}, hidden)"));
        assert!(!format!("{public:?}").contains(SECRET));
        let published = public.to_jwk();
        assert_eq!(published.is_some(), !public.is_secret());
        let json: serde_json::Value = serde_json::from_str(&published.unwrap_or("{}".to_owned())).unwrap();
        for private in ["k", "d", "p", "q", "dp", "dq", "qi"] {
            assert_eq!(json.get(private), None, "{algorithm}");
        }
    }
}

#[test]
fn a_thumbprint_is_that_of_rfc_7638() {
    // The key of RFC 8032, section 7.1, test 2; the thumbprint was calculated with Python's hashlib.
    let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw"}"#;
    let key = VerifyingKey::from_jwk(jwk).unwrap();
    assert_eq!(key.id().unwrap().as_str(), "FtIu-VbGrfe_KB6CH7GNwODB72MNxj_ml11dEvO-7kk");
}

#[test]
fn no_call_uses_jsonwebtokens_default_provider() {
    // If both providers are compiled in and none is installed, that default panics. Here a default is installed that
    // always panics: any use of it fails this test, and every other test of this file.
    static PANICS: jsonwebtoken::crypto::CryptoProvider = jsonwebtoken::crypto::CryptoProvider {
        signer_factory: |_, _| panic!("the default provider was asked to sign"),
        verifier_factory: |_, _| panic!("the default provider was asked to verify"),
        key_utils: jsonwebtoken::crypto::KeyUtils::new_unimplemented(),
    };
    let _ = PANICS.install_default();
    for algorithm in Algorithm::ALL {
        let (signing, public) = pair(algorithm);
        let read = SigningKey::from_jwk(&signing.to_private_jwk()).unwrap();
        assert_eq!(read.verifying_key().to_jwk(), public.to_jwk());
        assert!(verify(public, &ada(read)).is_ok(), "{algorithm}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_issued_is_verified_by_each_algorithm(
        at in 0..Algorithm::ALL.len(),
        user_id in any::<i64>(),
        username in ".{1,40}",
        email in ".{0,40}",
    ) {
        let (signing, public) = pair(Algorithm::ALL[at]);
        let token = issue(signing, DjangoSubject { user_id, username: &username, email: &email });
        prop_assert_eq!(verify(public, &token), Ok(DjangoAccount { id: user_id, username }));
    }

    #[test]
    fn one_changed_byte_is_noticed_by_each_algorithm(
        at in 0..Algorithm::ALL.len(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let (signing, public) = pair(Algorithm::ALL[at]);
        let mut token = ada(signing).into_bytes();
        let place = place.index(token.len());
        prop_assume!(token[place] != byte);
        token[place] = byte;
        prop_assert!(TokenVerifier::new(public, TokenPolicy::django()).verify(&token, now()).is_err());
    }
}
