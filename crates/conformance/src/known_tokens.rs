//! Tokens as they are recorded: without what depends on when they were made, or on how long anything took.
//!
//! What a server issues is judged by when it was asked: its moments must lie between the request and the answer, plus the
//! lifetime that the settings say, to the second. Whatever comes back later is judged by the token that was obtained. So
//! neither a slow server nor a pause between two steps changes what is recorded, and a lifetime that is wrong by more
//! than the request took does.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use regex_lite::{Captures, Regex};

use crate::fill::pattern;
use crate::token::{SECRET_KEY, sign};

/// Farther than any moment that a case counts from now, in seconds.
const NEAR_SECONDS: i64 = 1_000_000;

/// The tokens of a case on one side, as far as they were seen.
#[derive(Debug)]
pub(crate) struct KnownTokens {
    /// How long a token is good that a server issues, in seconds.
    lifetime: i64,
    /// The claims of each token as they are recorded, by how they stand in it.
    claims: BTreeMap<String, String>,
    /// Each `orig_iat` as it is recorded: a refresh keeps it.
    first_issued: BTreeMap<i64, String>,
}

impl KnownTokens {
    /// None yet. The settings are Django's.
    pub(crate) fn new(settings: &BTreeMap<String, String>) -> Self {
        let lifetime = settings.get("JWT_EXPIRATION_SECONDS").and_then(|it| it.parse().ok());
        Self { lifetime: lifetime.unwrap_or(300), claims: BTreeMap::new(), first_issued: BTreeMap::new() }
    }

    /// Notes a token that was made here at `now`, in seconds since 1970.
    pub(crate) fn made(&mut self, token: &str, now: i64) {
        self.shown(token, |_, _, moment| near(moment - now));
    }

    /// Replaces every token by its header, its claims in their order with moments as distances from when it was made, and
    /// whether it is well signed. `asked` is when the request was sent and when the answer was there, in seconds since 1970.
    pub(crate) fn normalise(&mut self, text: &str, asked: &RangeInclusive<i64>) -> String {
        static TOKEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"eyJ[\w-]+\.[\w-]+\.[\w-]*"));
        TOKEN
            .replace_all(text, |found: &Captures<'_>| {
                self.shown(&found[0], |known, claim, moment| known.issued(claim, moment, asked))
                    .unwrap_or_else(|| found[0].to_owned())
            })
            .into_owned()
    }

    fn shown(&mut self, token: &str, distance: impl Fn(&Self, &str, i64) -> Option<i64>) -> Option<String> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let decode = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).ok()?).ok();
        let header = decode(header)?;
        let claims = match self.claims.get(payload) {
            Some(claims) => claims.clone(),
            None => self.without_moments(&decode(payload)?, distance),
        };
        self.claims.insert(payload.to_owned(), claims.clone());
        let good = if sign(signed, SECRET_KEY).ok()? == signature { "well signed" } else { "badly signed" };
        // In a JSON body: its quotes must not look like the body's.
        Some(format!("<{header} {claims} {good}>").replace('"', "'"))
    }

    fn without_moments(
        &mut self,
        claims: &str,
        distance: impl Fn(&Self, &str, i64) -> Option<i64>,
    ) -> String {
        static MOMENT: LazyLock<Regex> =
            LazyLock::new(|| pattern(r#""(exp|orig_iat|iat|nbf)": ?(-?\d{1,15})([,}])"#));
        // Ours carry one, as the last claim, to revoke tokens by; clients pass over it.
        static JTI: LazyLock<Regex> = LazyLock::new(|| pattern(r#","jti":"[^"]*"\}$"#));
        let claims = JTI.replace(claims, "}");
        let claims = MOMENT.replace_all(&claims, |found: &Captures<'_>| {
            let (claim, end) = (&found[1], &found[3]);
            let Ok(moment) = found[2].parse::<i64>() else { return found[0].to_owned() };
            let kept = self.first_issued.get(&moment).filter(|_| claim == "orig_iat").cloned();
            let told = match distance(self, claim, moment) {
                Some(0) => Some(from_now(0)),
                other => kept.or_else(|| other.map(from_now)),
            };
            let Some(told) = told else { return found[0].to_owned() };
            if claim == "orig_iat" {
                self.first_issued.insert(moment, told.clone());
            }
            format!(r#""{claim}":{told}{end}"#)
        });
        claims.into_owned()
    }

    /// How far from its issue a moment of a token lies that a server has just issued.
    fn issued(&self, claim: &str, moment: i64, asked: &RangeInclusive<i64>) -> Option<i64> {
        let expected = if claim == "exp" { self.lifetime } else { 0 };
        if asked.contains(&moment.saturating_sub(expected)) {
            return Some(expected);
        }
        near(moment.saturating_sub(*asked.start()))
    }
}

/// What is farther away was written, and not counted from now.
fn near(distance: i64) -> Option<i64> {
    (distance.unsigned_abs() <= NEAR_SECONDS.unsigned_abs()).then_some(distance)
}

fn from_now(distance: i64) -> String {
    format!("now{distance:+}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::KnownTokens;
    use crate::case::Forgery;
    use crate::token::forge;

    const LIFETIME: i64 = 300;

    fn token(claims: &str, now: i64) -> String {
        let claims = claims.to_owned();
        forge(&Forgery { name: "f".to_owned(), claims, header: None, key: None }, now).unwrap()
    }

    /// What a server issues that was asked at `now`.
    fn issued(orig_iat: &str, now: i64) -> String {
        token(
            &format!(r#"{{"username":"user","exp":"now+{LIFETIME}","orig_iat":{orig_iat},"jti":"x"}}"#),
            now,
        )
    }

    fn known() -> KnownTokens {
        KnownTokens::new(&BTreeMap::new())
    }

    fn claims(shown: &str) -> &str {
        shown.split(' ').nth(1).unwrap()
    }

    #[test]
    fn a_token_shows_distances_and_its_signature() {
        let token = issued(r#""now+0""#, 1_000);
        let shown = r#"{"token":"<{'typ':'JWT','alg':'HS256'} {'username':'user','exp':now+300,'orig_iat':now+0} well signed>"}"#;
        assert_eq!(known().normalise(&format!(r#"{{"token":"{token}"}}"#), &(1_000..=1_000)), shown);
        assert!(known().normalise(&format!("{token}x"), &(1_000..=1_000)).ends_with("badly signed>"));
    }

    #[test]
    fn how_long_a_server_takes_does_not_show() {
        let shown = known().normalise(&issued(r#""now+0""#, 1_000), &(1_000..=1_000));
        for asked in [1_000..=1_060, 940..=1_000, 970..=1_030] {
            assert_eq!(known().normalise(&issued(r#""now+0""#, 1_000), &asked), shown, "{asked:?}");
        }
    }

    #[test]
    fn a_lifetime_that_is_wrong_shows() {
        let mut settings = BTreeMap::new();
        for (lifetime, told) in [("301", "now+300"), ("270", "now+300"), ("330", "now+300")] {
            settings.insert("JWT_EXPIRATION_SECONDS".to_owned(), lifetime.to_owned());
            let shown = KnownTokens::new(&settings).normalise(&issued("1", 1_000), &(1_000..=1_000));
            let right = lifetime.parse::<i64>().unwrap();
            assert!(shown.contains(told) && !shown.contains(&format!("now+{right}")), "{shown}");
        }
        let late = known().normalise(&issued("1", 1_030), &(1_000..=1_001));
        assert!(late.contains("'exp':now+330"), "{late}");
    }

    #[test]
    fn what_comes_back_is_judged_by_what_was_obtained() {
        let mut known = known();
        let token = issued(r#""now+0""#, 1_000);
        let first = known.normalise(&token, &(1_000..=1_000));
        // After a pause of any length.
        assert_eq!(known.normalise(&token, &(1_200..=1_201)), first);
        let made = self::token(r#"{"exp":"now+100","nbf":"now-5"}"#, 1_000);
        known.made(&made, 1_000);
        assert_eq!(claims(&known.normalise(&made, &(1_090..=1_091))), "{'exp':now+100,'nbf':now-5}");
    }

    #[test]
    fn a_refresh_that_forgets_when_the_first_token_was_issued_shows() {
        let mut known = known();
        known.made(&token(r#"{"username":"user","exp":"now+100","orig_iat":"now-5"}"#, 1_000), 1_000);
        let kept = known.normalise(&issued("995", 1_020), &(1_020..=1_020));
        assert!(kept.contains("'orig_iat':now-5"), "{kept}");
        let forgotten = known.normalise(&issued("1020", 1_020), &(1_020..=1_021));
        assert!(forgotten.contains("'orig_iat':now+0"), "{forgotten}");
        let wrong = known.normalise(&issued("996", 1_020), &(1_020..=1_020));
        assert!(wrong.contains("'orig_iat':now-24"), "{wrong}");
    }

    #[test]
    fn moments_that_were_written_stay() {
        let mut known = known();
        let token = token(r#"{"exp":9999999999,"orig_iat":0,"nbf":"x"}"#, 1_700_000_000);
        known.made(&token, 1_700_000_000);
        let shown = known.normalise(&token, &(1_700_000_000..=1_700_000_000));
        assert_eq!(claims(&shown), "{'exp':9999999999,'orig_iat':0,'nbf':'x'}");
    }

    #[test]
    fn what_only_looks_like_a_token_stays() {
        assert_eq!(known().normalise("eyJhb.eyJ.x", &(0..=0)), "eyJhb.eyJ.x");
    }
}
