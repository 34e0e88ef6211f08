//! How long a response may be kept (RFC 9111).

use time::Duration;

use super::http::HttpResponse;

/// The lifetime that `Cache-Control` states, less the age of the response; `None` if it states none.
pub(super) fn lifetime(response: &HttpResponse) -> Option<Duration> {
    let header = response.cache_control.as_deref()?.to_ascii_lowercase();
    let mut max_age = None;
    for directive in header.split(',').map(str::trim) {
        match directive.split_once('=') {
            None if matches!(directive, "no-cache" | "no-store") => return Some(Duration::ZERO),
            // The first counts (section 4.2.1).
            Some(("max-age", seconds)) if max_age.is_none() => {
                max_age = seconds.trim_matches('"').parse().ok();
            }
            _ => {}
        }
    }
    let age: u32 = response.age.as_deref().and_then(|age| age.trim().parse().ok()).unwrap_or(0);
    max_age.map(|seconds: u32| Duration::seconds(seconds.saturating_sub(age).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_max_age_less_age() {
        for (cache_control, age, seconds) in [
            ("max-age=300", "", Some(300)),
            ("public, Max-Age=\"300\" , must-revalidate", "100", Some(200)),
            ("max-age=300, max-age=5", "1000", Some(0)),
            ("no-store, max-age=300", "", Some(0)),
            ("private,no-cache", "", Some(0)),
            ("max-age=soon", "", None),
            ("max-age=-1", "", None),
            ("s-maxage=5", "", None),
            ("", "", None),
        ] {
            let response = HttpResponse::new(200, "").with_cache_control(cache_control).with_age(age);
            assert_eq!(lifetime(&response), seconds.map(Duration::seconds), "{cache_control}");
        }
        assert_eq!(lifetime(&HttpResponse::new(200, "")), None);
    }
}
