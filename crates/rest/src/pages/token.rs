//! A token that was pasted into a page, in a cookie.
//!
//! The cookie is as sensitive as the token. So scripts cannot read it, browsers do not send it for other sites, it expires
//! after an hour, and only pages accept it ([`super::requests`]).

use actix_web::cookie::SameSite;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::cookies::cookie;

/// In seconds.
const MAX_AGE: u64 = 3600;

/// The longest value of `Authorization`, in bytes: its cookie is below the limit of browsers.
const LONGEST: usize = 2800;

/// The value of `Authorization` for what was pasted; a token alone gets `prefix`. `None` for text that is no token: empty,
/// too long, with line breaks, or Basic credentials, which must not be in a cookie.
#[must_use]
pub fn authorization(pasted: &str, prefix: &str) -> Option<String> {
    let pasted = pasted.trim();
    let pasted = pasted.strip_prefix("Authorization:").map_or(pasted, str::trim);
    let is_text = pasted.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if pasted.is_empty() || pasted.len() > LONGEST || !is_text {
        return None;
    }
    match pasted.split_once(' ') {
        None => Some(format!("{prefix} {pasted}")),
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("basic") => None,
        Some(_) => Some(pasted.to_owned()),
    }
}

/// The value of the `Set-Cookie` with the token.
#[must_use]
pub fn token_cookie(name: &str, authorization: &str) -> String {
    let value = URL_SAFE_NO_PAD.encode(authorization);
    cookie(name, &value, MAX_AGE).http_only(true).same_site(SameSite::Strict).finish().to_string()
}

pub(super) fn read_token(cookie: &str) -> Option<String> {
    let value = String::from_utf8(URL_SAFE_NO_PAD.decode(cookie).ok()?).ok()?;
    // A cookie of ours has a scheme.
    value.contains(' ').then(|| authorization(&value, ""))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_alone_is_a_jwt_and_others_name_their_scheme() {
        assert_eq!(authorization(" eyJ0.e30.x\n", "JWT").as_deref(), Some("JWT eyJ0.e30.x"));
        assert_eq!(authorization("Authorization: JWT eyJ0", "JWT").as_deref(), Some("JWT eyJ0"));
        assert_eq!(authorization("Api-Key a.b", "JWT").as_deref(), Some("Api-Key a.b"));
        for refused in ["", "  ", "Basic YTpi", "basic x", "a\r\nb c", "é", &"x".repeat(3000)] {
            assert_eq!(authorization(refused, "JWT"), None, "{refused}");
        }
    }

    #[test]
    fn a_cookie_gives_back_what_it_was_made_of() {
        let cookie = token_cookie("t", "JWT a.b.c");
        let value = cookie.strip_prefix("t=").unwrap().split(';').next().unwrap();
        assert_eq!(read_token(value).as_deref(), Some("JWT a.b.c"));
        assert!(cookie.ends_with("; HttpOnly; SameSite=Strict; Path=/; Max-Age=3600"), "{cookie}");
        for other in ["", "x", "JWT a", "QmFzaWMgeA", "ZXlKMA"] {
            assert_eq!(read_token(other), None, "{other}");
        }
    }
}
