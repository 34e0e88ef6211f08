//! Encoded password hashes, as Django stores them.

use subtle::Choice;

use super::Password;
use super::schemes::argon2::Argon2Hash;
use super::schemes::bcrypt::{self, BcryptHash};
use super::schemes::pbkdf2::{self, Pbkdf2Hash};
use super::schemes::scrypt::ScryptHash;
use super::schemes::{OutOfMemory, Work};

/// A value of `auth_user.password` (formats: `django/contrib/auth/hashers.py`).
///
/// Parsing never fails: a value that is not understood is [`EncodedHash::Unknown`], which no password matches. Costs are
/// bounded, so that a row written by an attacker cannot occupy a thread for minutes or use all memory. The bounds are far
/// above the costs that Django writes.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum EncodedHash {
    /// `pbkdf2_sha256$…` and `pbkdf2_sha1$…`.
    Pbkdf2(Pbkdf2Hash),
    /// `bcrypt_sha256$…` and `bcrypt$…`.
    Bcrypt(BcryptHash),
    /// `argon2$argon2id$…`, also argon2i and argon2d.
    Argon2(Argon2Hash),
    /// `scrypt$…`.
    Scrypt(ScryptHash),
    /// Starts with `!`: the account deliberately has no password.
    Unusable,
    /// Another scheme, a damaged value or a cost out of bounds. Django's md5 is among these: its default settings do not
    /// accept it, neither in 2.1 nor today.
    Unknown,
}

impl EncodedHash {
    /// Parses the text of the column.
    #[must_use]
    pub fn parse(encoded: &str) -> Self {
        if encoded.starts_with('!') {
            return Self::Unusable;
        }
        let Some((algorithm, rest)) = encoded.split_once('$') else { return Self::Unknown };
        match algorithm {
            "pbkdf2_sha256" => Pbkdf2Hash::parse(pbkdf2::Digest::Sha256, rest).map(Self::Pbkdf2),
            "pbkdf2_sha1" => Pbkdf2Hash::parse(pbkdf2::Digest::Sha1, rest).map(Self::Pbkdf2),
            "bcrypt_sha256" => BcryptHash::parse(bcrypt::Input::Sha256, rest).map(Self::Bcrypt),
            "bcrypt" => BcryptHash::parse(bcrypt::Input::Plain, rest).map(Self::Bcrypt),
            "argon2" => Argon2Hash::parse(rest).map(Self::Argon2),
            "scrypt" => ScryptHash::parse(rest).map(Self::Scrypt),
            _ => None,
        }
        .unwrap_or(Self::Unknown)
    }

    /// `None` if there is no hash to compare with.
    pub(super) fn matches(&self, password: &Password) -> Result<Option<Choice>, OutOfMemory> {
        match self {
            Self::Pbkdf2(hash) => Ok(Some(hash.matches(password))),
            Self::Bcrypt(hash) => Ok(Some(hash.matches(password))),
            Self::Argon2(hash) => hash.matches(password).map(Some),
            Self::Scrypt(hash) => hash.matches(password).map(Some),
            Self::Unusable | Self::Unknown => Ok(None),
        }
    }

    /// The cost of [`matches`](Self::matches); `None` if there is none.
    pub(super) const fn work(&self) -> Option<Work> {
        match self {
            Self::Pbkdf2(hash) => Some(hash.work()),
            Self::Bcrypt(hash) => Some(hash.work()),
            Self::Argon2(hash) => Some(hash.work()),
            Self::Scrypt(hash) => Some(hash.work()),
            Self::Unusable | Self::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: [&str; 7] = [
        "pbkdf2_sha256$120$twelve_chars$oI/Dc0KsOHUENxBIC4QD1OxKwDz+N1M64pb+zIZeE8s=",
        "pbkdf2_sha1$7$s$Y5vgZAok0n19fM/pLT2roXaLOBw=",
        "bcrypt$$2b$04$elGPtSbitxB5s45SQ1SaNOjrgsbcOuBtZBQT8UqN92rI9vHPXMi6.",
        "bcrypt_sha256$$2a$04$elGPtSbitxB5s45SQ1SaNODGusSarIkrB78l.GDdp4VhOZhLATfBq",
        "argon2$argon2id$v=16$m=64,t=3,p=2$c2FsdHNhbHQ$d+m/X7okNcSE/zCg1DXvtiAD/wsl6Qv3P0Qmumkw8JQ",
        "argon2$argon2i$m=16,t=1,p=2$c29tZXNhbHQ$Abm2PLJjd7rKrB2ZNKniHuP39ltKH2azIKFzponwrwk",
        "scrypt$2$salt$1$1$oB7hzXDZfqiCITlh3WwQUdmPowQQ8B1pQEWOo7iur0sfrGjTdd6jxhPb/JKUyHfi9bkSX1W6rk2sUtsPvRDJiQ==",
    ];

    /// Work that a test can afford to carry out thousands of times.
    fn is_cheap(work: Work) -> bool {
        match work {
            Work::Pbkdf2Sha1(iterations) | Work::Pbkdf2Sha256(iterations) => iterations < 1_000,
            Work::Bcrypt(cost) => cost == 4,
            Work::Argon2 { memory, passes, .. } => memory * passes < 1_000,
            Work::Scrypt { log_n, r, p } => (r * p) << log_n < 1_000,
        }
    }

    fn nothing_bad_happens(encoded: &str) {
        let parsed = EncodedHash::parse(encoded);
        assert!(!format!("{parsed:?}").is_empty());
        if parsed.work().is_none_or(is_cheap) {
            let _ = parsed.matches(&Password::new("pa\0ss")).unwrap();
        }
    }

    #[test]
    fn debug_shows_neither_salt_nor_hash() {
        for encoded in GOOD {
            let shown = format!("{:?}", EncodedHash::parse(encoded));
            let secret = encoded.rsplit('$').next().unwrap();
            assert!(!shown.contains(&secret[..secret.len().min(12)]), "{shown}");
            assert!(!shown.contains("salt"), "{shown}");
        }
    }

    #[test]
    fn a_mark_of_exclamation_is_an_account_without_password() {
        for encoded in ["!", "!whatever", "!pbkdf2_sha256$1$a$b"] {
            assert!(matches!(EncodedHash::parse(encoded), EncodedHash::Unusable), "{encoded}");
        }
    }

    #[test]
    fn what_django_does_not_verify_is_unknown() {
        for encoded in [
            "",
            "$",
            "pass",
            "pbkdf2_sha256",
            "pbkdf2_sha256$1",
            "pbkdf2_sha256$1$$oI/Dc0KsOHUENxBIC4QD1OxKwDz+N1M64pb+zIZeE8s=",
            "pbkdf2_sha256$0$s$oI/Dc0KsOHUENxBIC4QD1OxKwDz+N1M64pb+zIZeE8s=",
            "pbkdf2_sha256$01$s$oI/Dc0KsOHUENxBIC4QD1OxKwDz+N1M64pb+zIZeE8s=",
            "pbkdf2_sha256$+1$s$oI/Dc0KsOHUENxBIC4QD1OxKwDz+N1M64pb+zIZeE8s=",
            "pbkdf2_sha256$1$s$oI/Dc0KsOHUENxBIC4QD1OxKwDz+N1M64pb+zIZeE8s",
            "pbkdf2_sha256$1$s$Y5vgZAok0n19fM/pLT2roXaLOBw=",
            "PBKDF2_SHA256$1$s$oI/Dc0KsOHUENxBIC4QD1OxKwDz+N1M64pb+zIZeE8s=",
            "bcrypt$2b$04$elGPtSbitxB5s45SQ1SaNOjrgsbcOuBtZBQT8UqN92rI9vHPXMi6.",
            "bcrypt$$2b$03$elGPtSbitxB5s45SQ1SaNOjrgsbcOuBtZBQT8UqN92rI9vHPXMi6.",
            "bcrypt$$2b$04$elGPtSbitxB5s45SQ1SaNPjrgsbcOuBtZBQT8UqN92rI9vHPXMi6.",
            "argon2$argon2id$v=19$m=15,t=1,p=2$c29tZXNhbHQ$Abm2PLJjd7rKrB2ZNKniHuP39ltKH2azIKFzponwrwk",
            "argon2$argon2id$v=19$m=16,t=0,p=2$c29tZXNhbHQ$Abm2PLJjd7rKrB2ZNKniHuP39ltKH2azIKFzponwrwk",
            "argon2$argon2id$v=19$m=16,t=1,p=2$c2FsdA$Abm2PLJjd7rKrB2ZNKniHuP39ltKH2azIKFzponwrwk",
            "scrypt$3$salt$1$1$oB7hzXDZfqiCITlh3WwQUdmPowQQ8B1pQEWOo7iur0sfrGjTdd6jxhPb/JKUyHfi9bkSX1W6rk2sUtsPvRDJiQ==",
            "scrypt$2$salt$1$1$oB7hzXDZfqg=",
            "md5$salt$71f23c7a9136b0fd9adb48b7c6b767f6",
            "71f23c7a9136b0fd9adb48b7c6b767f6",
        ] {
            assert!(matches!(EncodedHash::parse(encoded), EncodedHash::Unknown), "{encoded}");
        }
    }

    #[test]
    fn a_cost_that_would_hang_us_is_unknown() {
        for encoded in [
            GOOD[0].replace("120", "10000001"),
            GOOD[0].replace("120", "99999999999999999999"),
            GOOD[1].replace("$7$", "$4294967295$"),
            GOOD[2].replace("$04$", "$17$"),
            GOOD[2].replace("$04$", "$31$"),
            GOOD[4].replace("m=64", "m=524289"),
            GOOD[4].replace("t=3", "t=4294967295"),
            GOOD[4].replace("p=2", "p=65").replace("m=64", "m=4096"),
            GOOD[6].replace("scrypt$2$", "scrypt$2147483648$"),
            GOOD[6].replace("$1$1$", "$1$4294967295$"),
            GOOD[6].replace("$1$1$", "$1$4000000$"),
            GOOD[6].replace("$1$1$", "$4294967295$4294967295$"),
        ] {
            assert!(matches!(EncodedHash::parse(&encoded), EncodedHash::Unknown), "{encoded}");
        }
    }

    #[test]
    fn every_default_cost_of_django_is_accepted() {
        for encoded in [
            GOOD[0].replace("120", "1500000"),
            GOOD[0].replace("120", "10000000"),
            GOOD[2].replace("$04$", "$16$"),
            GOOD[4].replace("m=64,t=3,p=2", "m=102400,t=2,p=8"),
            GOOD[4].replace("m=64,t=3,p=2", "m=512,t=2,p=2"),
            GOOD[6].replace("scrypt$2$", "scrypt$131072$").replace("$1$1$", "$8$1$"),
            GOOD[6].replace("scrypt$2$", "scrypt$16384$").replace("$1$1$", "$8$5$"),
        ] {
            assert!(EncodedHash::parse(&encoded).work().is_some(), "{encoded}");
        }
    }

    proptest! {
        #[test]
        fn no_text_at_all_makes_us_panic(encoded in any::<String>()) {
            nothing_bad_happens(&encoded);
        }

        #[test]
        fn no_text_of_the_usual_parts_makes_us_panic(
            encoded in "(pbkdf2_sha256|pbkdf2_sha1|bcrypt|bcrypt_sha256|argon2|scrypt)(\\$[0-9]{0,4}|\\$(2[aby]|argon2(id|i|d)|v=[0-9]{1,3}|m=[0-9]{0,6},t=[0-9]{0,3},p=[0-9]{0,3}|[A-Za-z0-9+/=é]{0,64})){0,7}"
        ) {
            nothing_bad_happens(&encoded);
        }

        #[test]
        fn no_damage_to_a_good_hash_makes_us_panic(
            which in 0..GOOD.len(), at in 0..120_usize, cut in 0..4_usize, with in "[$0-9=,é\0a-z]{0,3}"
        ) {
            let mut damaged: Vec<char> = GOOD[which].chars().collect();
            let start = at.min(damaged.len());
            let end = (start + cut).min(damaged.len());
            damaged.splice(start..end, with.chars());
            nothing_bad_happens(&damaged.into_iter().collect::<String>());
        }
    }
}
