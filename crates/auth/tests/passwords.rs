//! Hashes by Django and by passlib verify, and ours are as they would write them.
//!
//! `data/passwords.json` has hashes by Django 5.2; `data/passwords_edges.json` cheap ones by Django, argon2-cffi and
//! bcrypt 4.0.1: prefixes, versions, NUL bytes, both sides of bcrypt's 72 bytes. `data/passwords_phc.json` has hashes by
//! passlib 1.7.4, argon2-cffi 25.1, and the documentation of other libraries.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use presspass_auth::SystemRandomness;
use presspass_auth::passwords::{
    Argon2Params, BcryptCost, DjangoScheme, EncodeError, EncodedHash, Password, Pbkdf2Iterations, Scheme,
    ScryptParams, Upgrade, Verification, verify,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vector {
    algorithm: String,
    password: String,
    encoded: String,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("data/passwords.json")).unwrap()
}

fn edges() -> Vec<Vector> {
    serde_json::from_str(include_str!("data/passwords_edges.json")).unwrap()
}

#[derive(Deserialize)]
struct PhcVector {
    by: String,
    password: String,
    encoded: String,
}

fn phc() -> Vec<PhcVector> {
    serde_json::from_str(include_str!("data/passwords_phc.json")).unwrap()
}

fn bcrypt(cost: u32) -> Scheme {
    DjangoScheme::BcryptSha256(BcryptCost::new(cost).unwrap()).into()
}

fn pbkdf2(iterations: u32) -> Scheme {
    DjangoScheme::Pbkdf2Sha256(Pbkdf2Iterations::new(iterations).unwrap()).into()
}

/// Every scheme whose hashes are not Django's, at little cost.
fn cheap_phc_schemes() -> [Scheme; 4] {
    [
        Scheme::Argon2id(Argon2Params::new(64, 1, 1).unwrap()),
        Scheme::Scrypt(ScryptParams::new(4, 8, 1).unwrap()),
        Scheme::Bcrypt(BcryptCost::new(4).unwrap()),
        Scheme::Pbkdf2Sha256(Pbkdf2Iterations::new(3).unwrap()),
    ]
}

fn outcome(password: &str, encoded: &str, preferred: Scheme) -> Verification {
    verify(&Password::new(password), &EncodedHash::parse(encoded), preferred).unwrap()
}

fn all_match(vectors: impl Iterator<Item = Vector>) -> usize {
    vectors
        .map(|Vector { password, encoded, .. }| {
            let found = outcome(&password, &encoded, pbkdf2(1));
            assert!(matches!(found, Verification::Match(_)), "{password:?} {encoded}: {found:?}");
        })
        .count()
}

#[test]
fn every_hash_that_django_accepts_verifies() {
    let accepted = vectors().into_iter().filter(|vector| vector.algorithm != "md5");
    assert_eq!(all_match(accepted), 29);
}

#[test]
fn md5_is_refused_as_by_django() {
    let refused: Vec<_> = vectors().into_iter().filter(|vector| vector.algorithm == "md5").collect();
    assert_eq!(refused.len(), 5);
    for Vector { password, encoded, .. } in refused {
        assert_eq!(outcome(&password, &encoded, pbkdf2(1)), Verification::Unknown);
    }
}

#[test]
fn a_changed_password_does_not_match() {
    let mut seen = Vec::new();
    for Vector { algorithm, password, encoded } in vectors() {
        // One of each kind at full cost; the cheap ones below are changed one by one.
        if algorithm != "md5" && !seen.contains(&algorithm) {
            assert_eq!(
                outcome(&format!("{password}x"), &encoded, pbkdf2(1)),
                Verification::Mismatch,
                "{encoded}"
            );
            seen.push(algorithm);
        }
    }
    assert_eq!(seen.len(), 6);
    // Plain bcrypt truncates at 72 bytes, and confuses a single NUL with the one that ends every password.
    let blind = |vector: &Vector| {
        vector.algorithm == "bcrypt" && (vector.password.len() >= 72 || vector.password == "\0")
    };
    for Vector { password, encoded, .. } in edges().into_iter().filter(|vector| !blind(vector)) {
        for changed in
            [format!("{password}x"), format!("x{password}"), password.to_uppercase(), String::new()]
        {
            if changed != password {
                assert_eq!(
                    outcome(&changed, &encoded, pbkdf2(1)),
                    Verification::Mismatch,
                    "{changed:?} {encoded}"
                );
            }
        }
    }
}

#[test]
fn odd_hashes_verify_as_in_django() {
    assert_eq!(all_match(edges().into_iter()), 37);
}

#[test]
fn plain_bcrypt_reads_72_bytes_and_bcrypt_sha256_all() {
    let long = "x".repeat(72);
    let of = |algorithm: &str| {
        let found =
            edges().into_iter().find(|vector| vector.algorithm == algorithm && vector.password == long);
        found.unwrap().encoded
    };
    let changed = format!("{long}y");
    assert_eq!(outcome(&changed, &of("bcrypt"), bcrypt(4)), Verification::Match(Upgrade::Due));
    assert_eq!(outcome(&changed, &of("bcrypt_sha256"), bcrypt(4)), Verification::Mismatch);
}

#[test]
fn new_hashes_of_each_scheme_verify_and_differ() {
    let of_django = [bcrypt(4), pbkdf2(3), DjangoScheme::Argon2id.into(), DjangoScheme::Scrypt.into()];
    for scheme in of_django.into_iter().chain(cheap_phc_schemes()) {
        let password = Password::new("pässwörd\0✓");
        let encoded = scheme.encode(&password, &SystemRandomness).unwrap();
        assert!(encoded.len() <= 128, "the column's width: {encoded}");
        assert_eq!(
            outcome(password.expose(), &encoded, scheme),
            Verification::Match(Upgrade::NotDue),
            "{encoded}"
        );
        assert_eq!(outcome("other", &encoded, scheme), Verification::Mismatch);
        assert_ne!(encoded, scheme.encode(&password, &SystemRandomness).unwrap());
    }
}

#[test]
fn the_fields_are_those_of_django() {
    let written = |scheme: Scheme| scheme.encode(&Password::new("password"), &SystemRandomness).unwrap();
    let is_salt = |text: &str| text.len() == 22 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());

    let pbkdf2 = written(pbkdf2(3));
    let [algorithm, iterations, salt, hash] = pbkdf2.split('$').collect::<Vec<_>>()[..] else {
        panic!("{pbkdf2}")
    };
    assert_eq!((algorithm, iterations, is_salt(salt), hash.len()), ("pbkdf2_sha256", "3", true, 44));

    let bcrypt = written(bcrypt(4));
    assert!(bcrypt.starts_with("bcrypt_sha256$$2b$04$") && bcrypt.len() == 14 + 60, "{bcrypt}");

    let scrypt = written(DjangoScheme::Scrypt.into());
    let [algorithm, n, salt, r, p, hash] = scrypt.split('$').collect::<Vec<_>>()[..] else {
        panic!("{scrypt}")
    };
    assert_eq!((algorithm, n, is_salt(salt), r, p, hash.len()), ("scrypt", "16384", true, "8", "5", 88));

    let argon2 = written(DjangoScheme::Argon2id.into());
    assert!(argon2.starts_with("argon2$argon2id$v=19$m=102400,t=2,p=8$"), "{argon2}");
    assert_eq!(argon2.rsplit('$').map(str::len).take(2).collect::<Vec<_>>(), [43, 30]);
}

#[test]
fn every_hash_of_other_libraries_verifies_and_no_other_password_does() {
    let all = phc();
    assert_eq!(all.len(), 53 + 4);
    for PhcVector { by, password, encoded } in all {
        let found = outcome(&password, &encoded, bcrypt(4));
        assert_eq!(found, Verification::Match(Upgrade::Due), "{by}: {encoded}");
        // bcrypt reads 72 bytes.
        let changed = if password.len() > 72 { format!("x{password}") } else { format!("{password}x") };
        assert_eq!(outcome(&changed, &encoded, bcrypt(4)), Verification::Mismatch, "{by}: {encoded}");
    }
}

#[test]
fn new_hashes_have_owasps_parameters() {
    let written = |scheme: Scheme| scheme.encode(&Password::new("password"), &SystemRandomness).unwrap();
    let lengths = |encoded: &str| encoded.rsplit('$').map(str::len).take(2).collect::<Vec<_>>();

    let argon2 = written(Scheme::default());
    assert!(argon2.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{argon2}");
    assert_eq!(lengths(&argon2), [43, 22], "{argon2}");

    let scrypt = written(Scheme::Scrypt(ScryptParams::DEFAULT));
    assert!(scrypt.starts_with("$scrypt$ln=17,r=8,p=1$"), "{scrypt}");
    assert_eq!(lengths(&scrypt), [43, 22], "{scrypt}");

    let [_, _, bcrypt, pbkdf2] = cheap_phc_schemes().map(written);
    assert!(bcrypt.starts_with("$2b$04$") && bcrypt.len() == 60, "{bcrypt}");
    assert!(pbkdf2.starts_with("$pbkdf2-sha256$i=3,l=32$"), "{pbkdf2}");
    assert_eq!(lengths(&pbkdf2), [43, 22], "{pbkdf2}");
}

#[test]
fn plain_bcrypt_hashes_no_password_that_it_would_truncate() {
    let scheme = Scheme::Bcrypt(BcryptCost::new(4).unwrap());
    let encode = |length: usize| scheme.encode(&Password::new("x".repeat(length)), &SystemRandomness);
    assert!(encode(72).is_ok());
    assert_eq!(encode(73), Err(EncodeError::TooLong));
}

/// CVE-2013-1443: Django hashed a long password once for each iteration. Here these costs would take minutes.
#[test]
fn a_password_of_a_megabyte_is_hashed_once_and_not_with_every_iteration() {
    let long = Password::new("x".repeat(1 << 20));
    let schemes = [
        Scheme::Argon2id(Argon2Params::new(1024, 64, 1).unwrap()),
        Scheme::Scrypt(ScryptParams::new(12, 8, 1).unwrap()),
        Scheme::Pbkdf2Sha256(Pbkdf2Iterations::new(20_000).unwrap()),
        bcrypt(8),
        pbkdf2(20_000),
    ];
    for scheme in schemes {
        let start = Instant::now();
        let encoded = scheme.encode(&long, &SystemRandomness).unwrap();
        let mut other = long.expose().to_owned();
        other.replace_range(..1, "y");
        assert_eq!(outcome(&other, &encoded, scheme), Verification::Mismatch, "{encoded}");
        assert!(start.elapsed() < Duration::from_secs(10), "{encoded} took {:?}", start.elapsed());
    }
    let plain = Scheme::Bcrypt(BcryptCost::new(8).unwrap());
    assert_eq!(plain.encode(&long, &SystemRandomness), Err(EncodeError::TooLong));
}

#[test]
fn a_hash_of_another_family_or_format_is_due_for_an_upgrade() {
    let password = Password::new("password");
    let schemes: Vec<_> = cheap_phc_schemes().into_iter().chain([bcrypt(4), pbkdf2(3)]).collect();
    for (at, written) in schemes.iter().enumerate() {
        let encoded = written.encode(&password, &SystemRandomness).unwrap();
        for (other, preferred) in schemes.iter().enumerate() {
            let due = if at == other { Upgrade::NotDue } else { Upgrade::Due };
            assert_eq!(outcome("password", &encoded, *preferred), Verification::Match(due), "{encoded}");
        }
    }
    let weaker = Scheme::Argon2id(Argon2Params::new(64, 1, 1).unwrap());
    let encoded = weaker.encode(&password, &SystemRandomness).unwrap();
    assert_eq!(outcome("password", &encoded, Scheme::default()), Verification::Match(Upgrade::Due));
}

#[test]
fn only_a_hash_that_is_weaker_or_of_another_scheme_is_due_for_an_upgrade() {
    let password = Password::new("password");
    let written = |scheme: Scheme| scheme.encode(&password, &SystemRandomness).unwrap();
    let upgrade = |encoded: &str, preferred: Scheme| match outcome("password", encoded, preferred) {
        Verification::Match(upgrade) => upgrade,
        other => panic!("{other:?}"),
    };
    assert_eq!(upgrade(&written(bcrypt(4)), bcrypt(5)), Upgrade::Due);
    assert_eq!(upgrade(&written(bcrypt(5)), bcrypt(4)), Upgrade::NotDue);
    assert_eq!(upgrade(&written(pbkdf2(3)), pbkdf2(4)), Upgrade::Due);
    assert_eq!(upgrade(&written(pbkdf2(4)), pbkdf2(3)), Upgrade::NotDue);
    assert_eq!(upgrade(&written(pbkdf2(3)), bcrypt(4)), Upgrade::Due);
    assert_eq!(upgrade(&written(bcrypt(4)), pbkdf2(3)), Upgrade::Due);

    // The salts of Django 2.1 have 12 characters; today's Django replaces those hashes.
    let of_2_1 = edges().into_iter().find(|vector| vector.encoded.contains("twelve_chars")).unwrap();
    assert_eq!(outcome(&of_2_1.password, &of_2_1.encoded, pbkdf2(120)), Verification::Match(Upgrade::Due));
}
