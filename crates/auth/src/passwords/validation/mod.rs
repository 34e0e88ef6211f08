//! What a new password must satisfy: the original's four validators (`django.contrib.auth.password_validation` as of
//! 5.2), in its usual order and with its messages, and one rule of ours.

mod characters;
mod common;
mod similarity;

use std::fmt;

use super::Password;

/// In code points; the original's default.
const MINIMUM_LENGTH: usize = 8;

/// What the original says of its rules above a password field, in the order of the rules, then ours.
pub const HELP_TEXTS: [&str; 5] = [
    "Your password can’t be too similar to your other personal information.",
    "Your password must contain at least 8 characters.",
    "Your password can’t be a commonly used password.",
    "Your password can’t be entirely numeric.",
    "Your password can’t begin or end with a blank.",
];

/// What is known of the account whose password is set; what it has not got is empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccountAttributes<'a> {
    /// The name it logs in by.
    pub username: &'a str,
    /// Its first name.
    pub first_name: &'a str,
    /// Its last name.
    pub last_name: &'a str,
    /// Its email address.
    pub email: &'a str,
}

/// One of [`AccountAttributes`], shown as the original names the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// `username`
    Username,
    /// `first name`
    FirstName,
    /// `last name`
    LastName,
    /// `email address`
    Email,
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Username => "username",
            Self::FirstName => "first name",
            Self::LastName => "last name",
            Self::Email => "email address",
        })
    }
}

/// Why a password was refused; `Display` gives the message for whoever chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Seven tenths of it are letters of that attribute.
    #[error("The password is too similar to the {0}.")]
    TooSimilar(Attribute),
    /// Fewer than 8 code points.
    #[error("This password is too short. It must contain at least {MINIMUM_LENGTH} characters.")]
    TooShort,
    /// Among some 20,000 that everybody tries first.
    #[error("This password is too common.")]
    TooCommon,
    /// Digits alone.
    #[error("This password is entirely numeric.")]
    EntirelyNumeric,
    /// Ours. The original takes it, and then refuses its owner a token.
    #[error(
        "This password begins or ends with a blank. Blanks are cut off when a token is asked for, \
         so this password would not be accepted there."
    )]
    OuterBlanks,
}

/// Holds a new password against every rule.
///
/// # Errors
///
/// All problems found, in the original's order, ours last.
pub fn validate(password: &Password, attributes: &AccountAttributes<'_>) -> Result<(), Vec<PasswordProblem>> {
    let text = password.expose();
    let similar = similarity::too_similar(text, attributes).map(PasswordProblem::TooSimilar);
    let is_short = text.chars().count() < MINIMUM_LENGTH;
    let is_numeric = !text.is_empty() && text.chars().all(characters::is_digit);
    let has_outer_blanks = text.starts_with(characters::is_blank) || text.ends_with(characters::is_blank);
    let problems: Vec<_> = [
        similar,
        is_short.then_some(PasswordProblem::TooShort),
        common::is_common(text).then_some(PasswordProblem::TooCommon),
        is_numeric.then_some(PasswordProblem::EntirelyNumeric),
        has_outer_blanks.then_some(PasswordProblem::OuterBlanks),
    ]
    .into_iter()
    .flatten()
    .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
