//! Claims of a service's own.

use serde::Serialize;
use serde_json::Value;

use super::json::push_written;

/// The claims that mean something to us or to every verifier (RFC 7519, section 4.1): nobody may write them twice.
const TAKEN: [&str; 13] = [
    "user_id", "username", "email", "exp", "nbf", "iat", "orig_iat", "jti", "orig_jti", "aud", "iss", "sub",
    "typ",
];

/// Why claims of a service's own cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtraError {
    /// They are no struct or map, or one that JSON cannot hold.
    #[error("claims of one's own must be a JSON object")]
    NoObject,
    /// One of them has the name of a claim that tokens have already.
    #[error("the claim {0} is written by the issuer")]
    Taken(String),
}

/// The payload with these claims behind its own.
pub(super) fn append(mut payload: String, extra: &impl Serialize) -> Result<String, ExtraError> {
    let Ok(Value::Object(members)) = serde_json::to_value(extra) else { return Err(ExtraError::NoObject) };
    if let Some(name) = members.keys().find(|name| TAKEN.contains(&name.as_str())) {
        return Err(ExtraError::Taken(name.clone()));
    }
    let written = serde_json::to_string(&members).map_err(|_| ExtraError::NoObject)?;
    if let Some(inner) =
        written.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).filter(|it| !it.is_empty())
    {
        payload.truncate(payload.trim_end_matches('}').len());
        payload.push(',');
        push_written(&mut payload, inner);
        payload.push('}');
    }
    Ok(payload)
}
