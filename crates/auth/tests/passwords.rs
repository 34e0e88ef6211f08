//! Hashes by Django verify, and ours are as Django would write them.
//!
//! `data/passwords.json` has hashes by Django 5.2; `data/passwords_edges.json` cheap ones by Django, argon2-cffi and
//! bcrypt 4.0.1: prefixes, versions, NUL bytes, both sides of bcrypt's 72 bytes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use presspass_auth::SystemRandomness;
use presspass_auth::passwords::{
    BcryptCost, EncodedHash, Password, Pbkdf2Iterations, Scheme, Upgrade, Verification, verify,
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

fn bcrypt(cost: u32) -> Scheme {
    Scheme::BcryptSha256(BcryptCost::new(cost).unwrap())
}

fn pbkdf2(iterations: u32) -> Scheme {
    Scheme::Pbkdf2Sha256(Pbkdf2Iterations::new(iterations).unwrap())
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
    for scheme in [bcrypt(4), pbkdf2(3), Scheme::Argon2id, Scheme::Scrypt] {
        let password = Password::new("pässwörd\0✓");
        let encoded = scheme.encode(&password, &SystemRandomness).unwrap();
        assert!(encoded.starts_with(&format!("{}$", scheme.algorithm())), "{encoded}");
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

    let scrypt = written(Scheme::Scrypt);
    let [algorithm, n, salt, r, p, hash] = scrypt.split('$').collect::<Vec<_>>()[..] else {
        panic!("{scrypt}")
    };
    assert_eq!((algorithm, n, is_salt(salt), r, p, hash.len()), ("scrypt", "16384", true, "8", "5", 88));

    let argon2 = written(Scheme::Argon2id);
    assert!(argon2.starts_with("argon2$argon2id$v=19$m=102400,t=2,p=8$"), "{argon2}");
    assert_eq!(argon2.rsplit('$').map(str::len).take(2).collect::<Vec<_>>(), [43, 30]);
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
