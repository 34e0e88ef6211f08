//! `Set-Cookie`, with the attributes that Django's has.

use actix_web::cookie::time::{Duration, OffsetDateTime};
use actix_web::cookie::{Cookie, CookieBuilder};

/// A cookie for all paths of this host, for `max_age` seconds.
#[must_use]
pub fn cookie<'c>(name: &'c str, value: &'c str, max_age: u64) -> CookieBuilder<'c> {
    let max_age = Duration::seconds(i64::try_from(max_age).unwrap_or(i64::MAX));
    Cookie::build(name, value).path("/").max_age(max_age)
}

/// The value of a `Set-Cookie` that makes a browser delete a cookie (Django's `delete_cookie`).
#[must_use]
pub fn forget_cookie(name: &str) -> String {
    cookie(name, "\"\"", 0).expires(OffsetDateTime::UNIX_EPOCH).finish().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_deleted_with_djangos_attributes() {
        let line = forget_cookie("sessionid");
        let mut attributes: Vec<_> = line.split("; ").collect();
        attributes.sort_unstable();
        let expires = "Expires=Thu, 01 Jan 1970 00:00:00 GMT";
        assert_eq!(attributes, [expires, "Max-Age=0", "Path=/", "sessionid=\"\""]);
    }
}
