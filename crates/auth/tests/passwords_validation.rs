//! The messages of the rules for new passwords are Django 5.2's, which are in `data/password_validation.json`.

use presspass_auth::passwords::{AccountAttributes, Password, PasswordProblem, validate};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    password: String,
    username: String,
    first_name: String,
    last_name: String,
    email: String,
    messages: Vec<String>,
}

fn problems(password: &str, attributes: &AccountAttributes<'_>) -> Vec<PasswordProblem> {
    validate(&Password::new(password), attributes).err().unwrap_or_default()
}

#[test]
fn every_message_is_djangos() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("data/password_validation.json")).unwrap();
    assert_eq!(cases.len(), 264);
    for Case { password, username, first_name, last_name, email, messages } in cases {
        let attributes = AccountAttributes {
            username: &username,
            first_name: &first_name,
            last_name: &last_name,
            email: &email,
        };
        let ours: Vec<_> = problems(&password, &attributes)
            .into_iter()
            .filter(|&problem| problem != PasswordProblem::OuterBlanks)
            .map(|problem| problem.to_string())
            .collect();
        assert_eq!(ours, messages, "{password:?} of {attributes:?}");
    }
}

#[test]
fn leading_and_trailing_spaces_are_refused_and_inner_ones_are_not() {
    let none = AccountAttributes::default();
    for password in
        [" sufficiently rare", "sufficiently rare\n", "\u{1f}sufficiently rare", "sufficiently rare\u{3000}"]
    {
        assert_eq!(problems(password, &none), [PasswordProblem::OuterBlanks], "{password:?}");
    }
    assert_eq!(problems("sufficiently  rare", &none), []);
    assert!(PasswordProblem::OuterBlanks.to_string().contains("when a token is asked for"));
}

#[test]
fn all_problems_are_returned_at_once() {
    let attributes = AccountAttributes { username: "12345", ..AccountAttributes::default() };
    let messages: Vec<_> = problems("12345", &attributes).iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            "The password is too similar to the username.",
            "This password is too short. It must contain at least 8 characters.",
            "This password is too common.",
            "This password is entirely numeric.",
        ]
    );
}

#[test]
fn long_passwords_and_passphrases_are_accepted() {
    let attributes = AccountAttributes { username: "marianne", ..AccountAttributes::default() };
    assert_eq!(problems("correct horse battery staple", &attributes), []);
    assert_eq!(problems("ab cd ef ".repeat(1_000).trim(), &attributes), []);
}
