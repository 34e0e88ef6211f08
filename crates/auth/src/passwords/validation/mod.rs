//! The rules for new passwords: Django's four validators (`django.contrib.auth.password_validation` as of 5.2), in their
//! default order and with their messages, and one rule of our own.

mod characters;
mod common;
mod similarity;

use std::fmt;

use super::Password;

/// In code points; Django's default.
const MINIMUM_LENGTH: usize = 8;

/// The help texts of the rules, in their order: Django's, then ours.
pub const HELP_TEXTS: [&str; 5] = [
    "Your password can’t be too similar to your other personal information.",
    "Your password must contain at least 8 characters.",
    "Your password can’t be a commonly used password.",
    "Your password can’t be entirely numeric.",
    "Your password can’t start or end with a space.",
];

/// The account whose password is set. Attributes that it does not have are empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccountAttributes<'a> {
    /// Its username.
    pub username: &'a str,
    /// Its first name.
    pub first_name: &'a str,
    /// Its last name.
    pub last_name: &'a str,
    /// Its email address.
    pub email: &'a str,
}

/// One of [`AccountAttributes`], displayed as Django names the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
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

/// Why a password was refused. `Display` is the message for the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordProblem {
    /// Seven tenths of its characters are those of that attribute.
    #[error("The password is too similar to the {0}.")]
    TooSimilar(Attribute),
    /// Fewer than 8 code points.
    #[error("This password is too short. It must contain at least {MINIMUM_LENGTH} characters.")]
    TooShort,
    /// It is one of some 20,000 that attackers try first.
    #[error("This password is too common.")]
    TooCommon,
    /// Digits alone.
    #[error("This password is entirely numeric.")]
    EntirelyNumeric,
    /// Our own rule. Django accepts such a password, and then djangorestframework-jwt refuses its owner a token.
    #[error(
        "This password begins or ends with a blank. Blanks are cut off when a token is asked for, \
         so this password would not be accepted there."
    )]
    OuterBlanks,
}

/// Checks a new password against every rule.
///
/// # Errors
///
/// All problems found, in Django's order, ours last.
pub fn validate(password: &Password, attributes: &AccountAttributes<'_>) -> Result<(), Vec<PasswordProblem>> {
    let text = password.expose();
    let similar = similarity::too_similar(text, attributes).map(PasswordProblem::TooSimilar);
    let is_short = text.chars().count() < MINIMUM_LENGTH;
    let is_numeric = !text.is_empty() && text.chars().all(characters::is_digit);
    let has_outer_blanks = text.starts_with(characters::is_space) || text.ends_with(characters::is_space);
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
