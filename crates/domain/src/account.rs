//! Accounts: entity, user name, email address.

use std::fmt;

use crate::timestamp::Timestamp;

/// A stored account, without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: i64,
    pub username: String,
    /// May be empty.
    pub email: String,
    pub is_staff: bool,
    pub is_superuser: bool,
    pub is_active: bool,
}

/// What names an account in a token: both must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountKey {
    pub id: i64,
    pub username: String,
}

/// A verified token's claim to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountClaim {
    pub key: AccountKey,
    /// The ids of the token and of its family, as SHA-256: a store looks for them among those that were revoked.
    pub token_ids: [[u8; 32]; 2],
}

/// An account as a token claims it, and whether the token was revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedAccount {
    pub record: PasswordRecord,
    /// Whether the token, or its family, was revoked individually.
    pub is_listed: bool,
}

/// An account with the hash of its password, and what was revoked of it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordRecord {
    pub account: Account,
    /// The encoded hash, in any of Django's formats.
    pub password: String,
    /// Tokens issued before are revoked; in seconds since 1970.
    pub revoked_before: Option<i64>,
    /// The fingerprint of the hash as one of our servers last saw it; `None` where none has yet.
    pub known_password: Option<[u8; 32]>,
}

/// The names of a person: passwords must not be similar to them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonalNames {
    /// May be empty.
    pub first: String,
    /// May be empty.
    pub last: String,
}

impl fmt::Debug for PasswordRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordRecord")
            .field("account", &self.account)
            .field("revoked_before", &self.revoked_before)
            .finish_non_exhaustive()
    }
}

/// A valid user name: 1 to 150 letters, digits and `@.+-_` (Django's `UnicodeUsernameValidator`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Username(String);

/// Why a name is refused, in Django's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsernameError {
    #[error("This field cannot be blank.")]
    Blank,
    /// More than 150 code points.
    #[error("Ensure this value has at most 150 characters (it has {0}).")]
    TooLong(usize),
    #[error(
        "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."
    )]
    Character,
}

impl Username {
    /// In code points.
    pub const MAX_LENGTH: usize = 150;

    /// Checks a name, normalized to Unicode's NFKC as Django does.
    ///
    /// # Errors
    /// Where it is empty, too long or has a character that names may not have.
    pub fn parse(text: &str) -> Result<Self, UsernameError> {
        let name = Self::normalized(text);
        let length = name.chars().count();
        if length == 0 {
            Err(UsernameError::Blank)
        } else if length > Self::MAX_LENGTH {
            Err(UsernameError::TooLong(length))
        } else if name.chars().all(|c| c.is_alphanumeric() || "@.+-_".contains(c)) {
            Ok(Self(name))
        } else {
            Err(UsernameError::Character)
        }
    }

    /// Normalizes to Unicode's NFKC (Django's `normalize_username`), without checking.
    #[must_use]
    pub fn normalized(text: &str) -> String {
        use unicode_normalization::UnicodeNormalization;
        text.nfkc().collect()
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A valid email address, possibly empty. Its domain is in lower case (Django's `normalize_email`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// In code points.
    pub const MAX_LENGTH: usize = 254;

    /// Checks an address: empty, or something before and after an `@` with a dot or `localhost` after it, no spaces.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::default());
        }
        let (local, domain) = text.rsplit_once('@')?;
        let labels = domain.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
        let good = !local.is_empty()
            && !local.contains(|c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"@".contains(c))
            && labels
            && (domain.contains('.') || domain == "localhost")
            && text.chars().count() <= Self::MAX_LENGTH;
        good.then(|| Self(format!("{local}@{}", domain.to_lowercase())))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An account to create.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAccount {
    pub username: Username,
    pub email: EmailAddress,
    /// The encoded hash.
    pub password: String,
    pub is_staff: bool,
    pub is_superuser: bool,
    pub date_joined: Timestamp,
}

impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAccount").field("username", &self.username).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_take_letters_of_any_script_and_five_signs() {
        assert_eq!(Username::parse("Ünïcode@.+-_1").unwrap().as_str(), "Ünïcode@.+-_1");
        assert_eq!(Username::parse("a b"), Err(UsernameError::Character));
        assert_eq!(Username::parse("a\n"), Err(UsernameError::Character));
        assert_eq!(Username::parse(""), Err(UsernameError::Blank));
        assert_eq!(Username::parse(&"a".repeat(151)), Err(UsernameError::TooLong(151)));
    }

    #[test]
    fn a_name_is_normalised() {
        assert_eq!(Username::parse("ﬁ").unwrap().as_str(), "fi");
    }

    #[test]
    fn an_addresss_domain_is_put_in_lower_case() {
        assert_eq!(EmailAddress::parse("Ada@EXAMPLE.com").unwrap().as_str(), "Ada@example.com");
        for bad in ["ada", "@example.com", "a b@example.com", "ada@example", "ada@.com", "ada@example.com\n"]
        {
            assert_eq!(EmailAddress::parse(bad), None, "{bad}");
        }
    }
}
