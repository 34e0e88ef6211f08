//! An account.

use std::fmt;

use crate::timestamp::Timestamp;

/// An account as it is kept, without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its primary key.
    pub id: i64,
    /// Its name.
    pub username: String,
    /// Its address; may be empty.
    pub email: String,
    /// Whether it may use the admin.
    pub is_staff: bool,
    /// Whether it holds every permission.
    pub is_superuser: bool,
    /// Whether it may be used at all.
    pub is_active: bool,
}

/// What names an account in a token: both must be its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountKey {
    /// Its primary key.
    pub id: i64,
    /// Its name.
    pub username: String,
}

/// A verified token's claim to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountClaim {
    /// The account that the token names.
    pub key: AccountKey,
    /// Names of the token and of its line, as SHA-256: what a store looks for among those that were revoked.
    pub token_ids: [[u8; 32]; 2],
}

/// An account as a token claims it, and what tells whether the token is still good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedAccount {
    /// The account, its password, and what was revoked of it.
    pub record: PasswordRecord,
    /// Whether the token, or its line, was revoked by itself.
    pub is_listed: bool,
}

/// An account together with the hash of its password, and what was revoked of it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordRecord {
    /// The account.
    pub account: Account,
    /// The encoded hash, in any of the original's formats.
    pub password: String,
    /// Tokens issued before this moment have ended; in seconds since 1970.
    pub revoked_before: Option<i64>,
    /// The fingerprint of the hash as one of our servers last saw it; `None` where none has yet.
    pub known_password: Option<[u8; 32]>,
}

/// What else an account is called: passwords must not be like it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonalNames {
    /// Its first name; may be empty.
    pub first: String,
    /// Its last name; may be empty.
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

/// A name that an account may be given: 1 to 150 letters, digits and `@.+-_` (Django's `UnicodeUsernameValidator`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Username(String);

/// Why a name is refused; worded as Django words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsernameError {
    /// Nothing was given.
    #[error("This field cannot be blank.")]
    Blank,
    /// More than 150 code points.
    #[error("Ensure this value has at most 150 characters (it has {0}).")]
    TooLong(usize),
    /// A character that names may not have.
    #[error(
        "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."
    )]
    Character,
}

impl Username {
    /// How many code points a name may have.
    pub const MAX_LENGTH: usize = 150;

    /// Checks a name, after bringing it into Unicode's NFKC as the original does.
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

    /// A text in Unicode's NFKC, as names are kept (Django's `normalize_username`): whether it can be a name or not.
    #[must_use]
    pub fn normalized(text: &str) -> String {
        use unicode_normalization::UnicodeNormalization;
        text.nfkc().collect()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An address as accounts keep it; may be empty. Its domain is in lower case (Django's `normalize_email`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// How many characters an address may have.
    pub const MAX_LENGTH: usize = 254;

    /// Checks an address: empty, or something before and after an `@` with a dot or `localhost` behind it, no blanks.
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

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An account that is to be made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Its name.
    pub username: Username,
    /// Its address.
    pub email: EmailAddress,
    /// The encoded hash of its password.
    pub password: String,
    /// Whether it may use the admin.
    pub is_staff: bool,
    /// Whether it holds every permission.
    pub is_superuser: bool,
    /// When it is made.
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
