//! Encoded password hashes, as they are stored.

use std::fmt;

use super::format::Format;
#[cfg(feature = "argon2")]
use super::schemes::argon2::Argon2Hash;
#[cfg(feature = "bcrypt")]
use super::schemes::bcrypt::{self, BcryptHash};
#[cfg(feature = "pbkdf2")]
use super::schemes::pbkdf2::{self, Pbkdf2Hash};
#[cfg(feature = "scrypt")]
use super::schemes::scrypt::ScryptHash;
use super::schemes::{Hash, Work};

/// A stored password hash, parsed: a PHC string (`$argon2id$…`, `$scrypt$…`, `$pbkdf2-sha256$…`), bcrypt's own form
/// (`$2b$…`), or with the feature `django` a value of `auth_user.password` (`django/contrib/auth/hashers.py`).
///
/// | Family | Feature | Parsed |
/// |---|---|---|
/// | Argon2 | `argon2` | `$argon2id$`, `$argon2i$`, `$argon2d$`; Django's `argon2$` |
/// | bcrypt | `bcrypt` | `$2a$`, `$2b$`, `$2y$`; Django's `bcrypt_sha256$`, `bcrypt$` |
/// | PBKDF2 | `pbkdf2` | `$pbkdf2-sha256$`, `$pbkdf2-sha512$`, also as passlib writes them; Django's `pbkdf2_sha256$`, `pbkdf2_sha1$` |
/// | scrypt | `scrypt` | `$scrypt$`; Django's `scrypt$` |
///
/// Parsing never fails: a value that is not understood matches no password. Costs are bounded, so that a row written by
/// an attacker cannot occupy a thread for minutes or use all memory. The bounds are far above the costs that anyone
/// recommends.
#[derive(Clone)]
pub struct EncodedHash(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Hash(Format, Hash),
    Unusable,
    Unknown,
}

impl EncodedHash {
    /// Parses the text of the column.
    #[must_use]
    pub fn parse(encoded: &str) -> Self {
        if encoded.starts_with('!') {
            return Self(Kind::Unusable);
        }
        let hash = if encoded.starts_with('$') {
            phc(encoded).map(|hash| Kind::Hash(Format::Phc, hash))
        } else if cfg!(feature = "django") {
            django(encoded).map(|hash| Kind::Hash(Format::Django, hash))
        } else {
            None
        };
        Self(hash.unwrap_or(Kind::Unknown))
    }

    /// Whether the account deliberately has no password: the value starts with `!`.
    #[must_use]
    pub const fn is_unusable(&self) -> bool {
        matches!(self.0, Kind::Unusable)
    }

    /// Whether the value is not understood: another scheme, one whose feature is not enabled, a damaged value or a cost
    /// out of bounds. Django's md5 is among these: its default settings do not accept it, neither in 2.1 nor today.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self.0, Kind::Unknown)
    }

    /// The hash and its format; `None` if there is none to compare with.
    pub(super) const fn hash(&self) -> Option<(Format, &Hash)> {
        match &self.0 {
            Kind::Hash(format, hash) => Some((*format, hash)),
            Kind::Unusable | Kind::Unknown => None,
        }
    }

    /// The cost of comparing a password with it; `None` if there is none.
    pub(super) fn work(&self) -> Option<Work> {
        self.hash().map(|(_, hash)| hash.work())
    }
}

impl fmt::Debug for EncodedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Parses what begins with `$`.
fn phc(encoded: &str) -> Option<Hash> {
    let text = &encoded[1..];
    let (name, rest) = text.split_once('$')?;
    match name {
        #[cfg(feature = "argon2")]
        "argon2id" | "argon2i" | "argon2d" => Argon2Hash::parse(text).map(Hash::Argon2),
        #[cfg(feature = "bcrypt")]
        "2a" | "2b" | "2y" => BcryptHash::parse(bcrypt::Input::Plain, encoded).map(Hash::Bcrypt),
        #[cfg(feature = "pbkdf2")]
        "pbkdf2-sha256" => Pbkdf2Hash::parse_phc(pbkdf2::Digest::Sha256, rest).map(Hash::Pbkdf2),
        #[cfg(feature = "pbkdf2")]
        "pbkdf2-sha512" => Pbkdf2Hash::parse_phc(pbkdf2::Digest::Sha512, rest).map(Hash::Pbkdf2),
        #[cfg(feature = "scrypt")]
        "scrypt" => ScryptHash::parse_phc(rest).map(Hash::Scrypt),
        _ => {
            let _ = rest;
            None
        }
    }
}

/// Parses what Django writes into `auth_user.password`.
fn django(encoded: &str) -> Option<Hash> {
    let (algorithm, rest) = encoded.split_once('$')?;
    match algorithm {
        #[cfg(feature = "pbkdf2")]
        "pbkdf2_sha256" => Pbkdf2Hash::parse_django(pbkdf2::Digest::Sha256, rest).map(Hash::Pbkdf2),
        #[cfg(feature = "pbkdf2")]
        "pbkdf2_sha1" => Pbkdf2Hash::parse_django(pbkdf2::Digest::Sha1, rest).map(Hash::Pbkdf2),
        #[cfg(feature = "bcrypt")]
        "bcrypt_sha256" => BcryptHash::parse(bcrypt::Input::Sha256, rest).map(Hash::Bcrypt),
        #[cfg(feature = "bcrypt")]
        "bcrypt" => BcryptHash::parse(bcrypt::Input::Plain, rest).map(Hash::Bcrypt),
        #[cfg(feature = "argon2")]
        "argon2" => Argon2Hash::parse(rest).map(Hash::Argon2),
        #[cfg(feature = "scrypt")]
        "scrypt" => ScryptHash::parse_django(rest).map(Hash::Scrypt),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::passwords::Password;

    const GOOD: [&str; 13] = [
        "pbkdf2_sha256$120$twelve_chars$oI/Dc0KsOHUENxBIC4QD1OxKwDz+N1M64pb+zIZeE8s=",
        "pbkdf2_sha1$7$s$Y5vgZAok0n19fM/pLT2roXaLOBw=",
        "bcrypt$$2b$04$elGPtSbitxB5s45SQ1SaNOjrgsbcOuBtZBQT8UqN92rI9vHPXMi6.",
        "bcrypt_sha256$$2a$04$elGPtSbitxB5s45SQ1SaNODGusSarIkrB78l.GDdp4VhOZhLATfBq",
        "argon2$argon2id$v=16$m=64,t=3,p=2$c2FsdHNhbHQ$d+m/X7okNcSE/zCg1DXvtiAD/wsl6Qv3P0Qmumkw8JQ",
        "argon2$argon2i$m=16,t=1,p=2$c29tZXNhbHQ$Abm2PLJjd7rKrB2ZNKniHuP39ltKH2azIKFzponwrwk",
        "scrypt$2$salt$1$1$oB7hzXDZfqiCITlh3WwQUdmPowQQ8B1pQEWOo7iur0sfrGjTdd6jxhPb/JKUyHfi9bkSX1W6rk2sUtsPvRDJiQ==",
        "$argon2id$v=19$m=128,t=1,p=2$pzw2R2+4eRQ$mmKu2WufBvZs6zbKxBQhxA",
        "$argon2i$m=16,t=1,p=2$c29tZXNhbHQ$Abm2PLJjd7rKrB2ZNKniHuP39ltKH2azIKFzponwrwk",
        "$2y$04$LToGa6mMPjPAHjgML2wOzuAfVrBcL2zeKqSg6w6Py9nK0jHZvgjeS",
        "$scrypt$ln=4,r=8,p=1$udcao7S21prTGgPA+J8TYg$l+OpunD9+cKGJgnsbvoJ6XN+jUvrP86MsVaAIvUrMAQ",
        "$pbkdf2-sha256$i=29,l=32$HaMUAiBECME$Qe4ydUE6Aif/v1LJCV5uXiLjRtzhpVnUem3c1YYrWDs",
        "$pbkdf2-sha512$17$dU5JKaU0JqTUupeSklIKgQ$szLb6xWTFxn1SQxS1AmyHZctPTyyOaCwihYvpPuFIG2WTgyZXTDcFUfB7iA/YtgZkzhXYez8uI5yL7sWnEK.Mg",
    ];

    /// Work that a test can afford to carry out thousands of times.
    fn is_cheap(work: Work) -> bool {
        match work {
            Work::Pbkdf2 { iterations, .. } => iterations < 1_000,
            Work::Bcrypt(cost) => cost == 4,
            Work::Argon2 { memory, passes, .. } => memory * passes < 1_000,
            Work::Scrypt { log_n, r, p } => (r * p) << log_n < 1_000,
        }
    }

    fn nothing_bad_happens(encoded: &str) {
        let parsed = EncodedHash::parse(encoded);
        assert!(!format!("{parsed:?}").is_empty());
        if let Some((_, hash)) = parsed.hash().filter(|(_, hash)| is_cheap(hash.work())) {
            let _ = hash.matches(&Password::new("pa\0ss")).unwrap();
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
            assert!(EncodedHash::parse(encoded).is_unusable(), "{encoded}");
        }
    }

    #[test]
    fn what_no_library_verifies_is_unknown() {
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
            "$argon2id",
            "$argon2id$v=19$t=1,m=128,p=2$pzw2R2+4eRQ$mmKu2WufBvZs6zbKxBQhxA",
            "$argon2id$v=19$m=128,t=1,p=2,keyid=AA$pzw2R2+4eRQ$mmKu2WufBvZs6zbKxBQhxA",
            "$argon2id$v=17$m=128,t=1,p=2$pzw2R2+4eRQ$mmKu2WufBvZs6zbKxBQhxA",
            "$argon2id$v=19$m=128,t=1,p=2$pzw2R2+4eRQ=$mmKu2WufBvZs6zbKxBQhxA",
            "$argon2id$v=19$m=128,t=1,p=2$pzw2R2+4eRQ$",
            "$2x$04$LToGa6mMPjPAHjgML2wOzuAfVrBcL2zeKqSg6w6Py9nK0jHZvgjeS",
            "$2y$04$LToGa6mMPjPAHjgML2wOzuAfVrBcL2zeKqSg6w6Py9nK0jHZvgje",
            "$scrypt$ln=04,r=8,p=1$udcao7S21prTGgPA+J8TYg$l+OpunD9+cKGJgnsbvoJ6XN+jUvrP86MsVaAIvUrMAQ",
            "$scrypt$ln=0,r=8,p=1$udcao7S21prTGgPA+J8TYg$l+OpunD9+cKGJgnsbvoJ6XN+jUvrP86MsVaAIvUrMAQ",
            "$scrypt$ln=4,r=8,p=1$udcao7S21prTGgPA+J8TYg$",
            "$pbkdf2-sha256$i=29,l=31$HaMUAiBECME$Qe4ydUE6Aif/v1LJCV5uXiLjRtzhpVnUem3c1YYrWDs",
            "$pbkdf2-sha256$i=0,l=32$HaMUAiBECME$Qe4ydUE6Aif/v1LJCV5uXiLjRtzhpVnUem3c1YYrWDs",
            "$pbkdf2-sha256$i=29,l=32$$Qe4ydUE6Aif/v1LJCV5uXiLjRtzhpVnUem3c1YYrWDs",
            "$pbkdf2-sha256$29$HaMUAiBECME$Qe4ydUE6AiE",
            "$pbkdf2$29$HaMUAiBECME$Qe4ydUE6Aif/v1LJCV5uXiLjRtzhpVnUem3c1YYrWDs",
            "$5$rounds=5000$salt$hash",
        ] {
            assert!(EncodedHash::parse(encoded).is_unknown(), "{encoded}");
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
            GOOD[6].replace("scrypt$2$", "scrypt$65536$"),
            GOOD[7].replace("m=128", "m=4294967295"),
            GOOD[7].replace("m=128", "m=524289"),
            GOOD[7].replace("t=1", "t=4294967295"),
            GOOD[7].replace("p=2", "p=65").replace("m=128", "m=4096"),
            GOOD[9].replace("$04$", "$17$"),
            GOOD[9].replace("$04$", "$99$"),
            GOOD[10].replace("ln=4", "ln=31"),
            GOOD[10].replace("ln=4", "ln=255"),
            GOOD[10].replace("ln=4", "ln=19"),
            GOOD[10].replace("r=8", "r=4294967295"),
            GOOD[10].replace("p=1", "p=4294967295"),
            GOOD[11].replace("i=29", "i=10000001"),
            GOOD[12].replace("$17$", "$4294967295$"),
        ] {
            assert!(EncodedHash::parse(&encoded).is_unknown(), "{encoded}");
        }
    }

    #[test]
    fn every_recommended_cost_is_accepted() {
        for encoded in [
            GOOD[0].replace("120", "1500000"),
            GOOD[0].replace("120", "10000000"),
            GOOD[2].replace("$04$", "$16$"),
            GOOD[4].replace("m=64,t=3,p=2", "m=102400,t=2,p=8"),
            GOOD[4].replace("m=64,t=3,p=2", "m=512,t=2,p=2"),
            GOOD[6].replace("scrypt$2$", "scrypt$131072$").replace("$1$1$", "$8$1$"),
            GOOD[6].replace("scrypt$2$", "scrypt$16384$").replace("$1$1$", "$8$5$"),
            GOOD[7].replace("m=128,t=1,p=2", "m=19456,t=2,p=1"),
            GOOD[7].replace("m=128,t=1,p=2", "m=47104,t=1,p=1"),
            GOOD[7].replace("m=128,t=1,p=2", "m=65536,t=3,p=4"),
            GOOD[10].replace("ln=4", "ln=17"),
            GOOD[11].replace("i=29", "i=600000"),
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
            encoded in "(pbkdf2_sha256|pbkdf2_sha1|bcrypt|bcrypt_sha256|argon2|scrypt|\\$argon2id|\\$2b|\\$scrypt|\\$pbkdf2-sha256)(\\$[0-9]{0,4}|\\$ln=[0-9]{0,2},r=[0-9]{0,3},p=[0-9]{0,3}|\\$i=[0-9]{0,4},l=[0-9]{0,2}|\\$(2[aby]|argon2(id|i|d)|v=[0-9]{1,3}|m=[0-9]{0,6},t=[0-9]{0,3},p=[0-9]{0,3}|[A-Za-z0-9+/=é]{0,64})){0,7}"
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
