//! The claims of a token.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::TokenError;
use crate::account_ref::AccountRef;

/// The claims that matter to us, as they stand in a payload. All but `exp` may be absent: today's fork of the original
/// leaves out `email` and adds `iat` and `jti`. A member that is given twice is an error; one that is `null` is there.
#[derive(Deserialize)]
pub(super) struct RawClaims<'p> {
    #[serde(borrow, default, deserialize_with = "present")]
    pub user_id: Option<&'p RawValue>,
    #[serde(default)]
    pub username: Option<Value>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub exp: Option<&'p RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub nbf: Option<&'p RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub iat: Option<&'p RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub orig_iat: Option<&'p RawValue>,
    #[serde(default, deserialize_with = "present")]
    pub aud: Option<Value>,
    #[serde(default)]
    pub iss: Option<Value>,
}

fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Seconds since 1970, out of a `NumericDate` (RFC 7519, section 2): a number, whose fraction is cut as `PyJWT` does.
/// Beyond what a double holds exactly nothing is a moment.
pub(super) fn numeric_date(raw: &RawValue) -> Result<i64, TokenError> {
    const EXACT: i64 = 1 << 53;
    let malformed = TokenError::Malformed("a moment is no number");
    let seconds = match raw.get().parse::<i64>() {
        Ok(seconds) => seconds,
        Err(_) => match raw.get().parse::<f64>() {
            #[expect(clippy::cast_precision_loss, reason = "2^53 is exact")]
            Ok(seconds) if seconds.abs() <= EXACT as f64 => {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "in range by the guard; the fraction is cut"
                )]
                let whole = seconds as i64;
                whole
            }
            _ => return Err(malformed),
        },
    };
    if (-EXACT..=EXACT).contains(&seconds) { Ok(seconds) } else { Err(malformed) }
}

/// Whose token it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The account with this id and this name.
    Account(AccountRef),
    /// `username` is missing or empty.
    Unnamed,
    /// `username` is there, but with `user_id` it cannot name an account.
    Unresolvable,
}

/// When the first token of a line was issued; every refresh keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineBegan {
    /// At this moment, in seconds since 1970.
    At(i64),
    /// `orig_iat` is missing, 0 or otherwise false to Python: the token was issued where refresh is off.
    Unsaid,
    /// `orig_iat` is no moment. The token is good, but cannot be refreshed.
    Unreadable,
}

/// A token whose signature and claims are good. Whether its account exists is for a store to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedToken {
    /// Whose token it is.
    pub subject: Subject,
    /// When its line began.
    pub line_began: LineBegan,
}

/// A verified token, and claims of the service's own in it. Issued by
/// [`TokenIssuer::issue_with`](super::TokenIssuer::issue_with), read by
/// [`TokenVerifier::verify_claims`](super::TokenVerifier::verify_claims).
///
/// ```
/// use presspass_auth::tokens::{Claims, SigningKey, TokenIssuer, TokenPolicy, TokenSubject, TokenVerifier};
/// use presspass_auth::{Clock, SystemClock};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// struct Tenant { tenant: u64, roles: Vec<String> }
///
/// let (key, now) = (SigningKey::hs256("a secret of thirty-two bytes or more")?, SystemClock.now());
/// let subject = TokenSubject { user_id: 1, username: "ada", email: "" };
/// let extra = Tenant { tenant: 7, roles: vec!["editor".to_owned()] };
/// let token = TokenIssuer::new(key.clone(), TokenPolicy::default()).issue_with(subject, &extra, now)?;
///
/// let verifier = TokenVerifier::new(key, TokenPolicy::default());
/// let Claims { token: _, extra: read } = verifier.verify_claims::<Tenant>(token.as_bytes(), now)?;
/// assert_eq!(read, extra);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims<Extra> {
    /// Whose token it is, and when its line began.
    pub token: VerifiedToken,
    /// The claims of the service's own.
    pub extra: Extra,
}

/// Reads `orig_iat`.
pub(super) fn line_began(raw: Option<&RawValue>) -> LineBegan {
    match raw.map(|raw| (raw.get(), numeric_date(raw))) {
        None | Some(("null" | "false" | "\"\"" | "[]" | "{}", _) | (_, Ok(0))) => LineBegan::Unsaid,
        Some((_, Ok(moment))) => LineBegan::At(moment),
        Some((_, Err(_))) => LineBegan::Unreadable,
    }
}

/// Reads the subject as the original does: what is false to Python names nobody.
pub(super) fn subject(user_id: Option<&RawValue>, username: Option<Value>) -> Subject {
    let named = match username {
        None | Some(Value::Null | Value::Bool(false)) => return Subject::Unnamed,
        Some(Value::String(name)) if name.is_empty() => return Subject::Unnamed,
        Some(Value::Array(items)) if items.is_empty() => return Subject::Unnamed,
        Some(Value::Object(members)) if members.is_empty() => return Subject::Unnamed,
        Some(Value::Number(number)) if number.as_f64() == Some(0.0) => return Subject::Unnamed,
        Some(Value::String(name)) => Some(name),
        Some(_) => None,
    };
    // A name that passed to another account does not inherit its tokens: the id must be there, and fit.
    let id = user_id.and_then(|raw| raw.get().parse::<i64>().ok());
    match (id, named) {
        (Some(id), Some(username)) => Subject::Account(AccountRef { id, username }),
        _ => Subject::Unresolvable,
    }
}
