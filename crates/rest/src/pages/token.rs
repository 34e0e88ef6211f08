//! A token that was pasted into a page, in a cookie of the browser's.
//!
//! Whoever has the cookie has the token, as with the token itself. So scripts cannot read it, no other site makes a browser
//! send it, it is good for an hour, and it counts for pages alone ([`super::requests`]).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::cookies::SetCookie;

/// How long browsers keep it, in seconds.
const MAX_AGE: u64 = 3600;

/// The longest value of `Authorization` that is kept, in bytes: with its cookie it stays below what browsers keep.
const LONGEST: usize = 2800;

/// A value of `Authorization` out of what was pasted; `prefix` is what a token alone needs before it. `None` for what is no token: nothing,
/// something too long, with line breaks, or a password in the form of the basic scheme, which is no matter for a cookie.
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

/// The value of the `Set-Cookie` that keeps it.
#[must_use]
pub fn token_cookie(name: &str, authorization: &str) -> String {
    let value = URL_SAFE_NO_PAD.encode(authorization);
    SetCookie::new(name, &value, MAX_AGE).http_only().same_site_strict().to_string()
}

/// What a cookie holds.
pub(super) fn read_token(cookie: &str) -> Option<String> {
    let value = String::from_utf8(URL_SAFE_NO_PAD.decode(cookie).ok()?).ok()?;
    // What we wrote names its scheme.
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
        assert!(cookie.ends_with("; HttpOnly; Max-Age=3600; Path=/; SameSite=Strict"), "{cookie}");
        for other in ["", "x", "JWT a", "QmFzaWMgeA", "ZXlKMA"] {
            assert_eq!(read_token(other), None, "{other}");
        }
    }
}
