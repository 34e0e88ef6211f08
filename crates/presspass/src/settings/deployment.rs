//! Unsafe settings, for `presspass check --deploy` (Django's `check --deploy`).

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use presspass_persistence::RedisUrl;

use super::choices::{Authenticator, Permission};
use super::cors::AllowedOrigins;
use super::registry as row;
use super::setting::Setting;
use super::typed::Settings;
use super::url::{SessionStore, ThrottleStore};

const DAY: Duration = Duration::from_hours(24);

/// A stolen token is valid until it expires for services that do not read this database.
const LONGEST_TOKEN: Duration = DAY;
/// How long a stolen token can be refreshed.
const LONGEST_REFRESH: Duration = Duration::from_hours(24 * 31);
const LONGEST_SESSION: Duration = Duration::from_hours(24 * 31);
const LONGEST_LEEWAY: Duration = Duration::from_mins(5);
/// What a body costs in memory while it arrives.
const LARGEST_BODY: usize = 64 << 20;
/// More guesses than this in a day find the passwords that people choose.
const MOST_GUESSES: u64 = 20_000;
/// The same from one address, whatever the account.
const MOST_GUESSES_OF_ADDRESS: u64 = 200_000;

impl Settings {
    /// What is unsafe, one line each: the setting, why, and what to do.
    #[must_use]
    pub fn deployment_risks(&self) -> Vec<String> {
        let mut risks = self.risks();
        let found = [self.network_risks(), self.identity_risks(), self.lifetime_risks(), self.store_risks()];
        risks.extend(found.into_iter().flatten().map(|(setting, risk)| format!("{}: {risk}", setting.name)));
        risks
    }

    fn network_risks(&self) -> Vec<(&'static Setting, String)> {
        let mut risks = Vec::new();
        if self.trusted_proxies.is_empty() {
            risks.push((
                &row::TRUSTED_PROXIES,
                "is empty: the server cannot know that clients use HTTPS, so cookies are not Secure, and all clients \
                 behind a proxy count as one address; set it to the proxy that terminates TLS"
                    .to_owned(),
            ));
            let outside = self.bind.iter().find(|address| !address.ip().to_canonical().is_loopback());
            risks.extend(outside.map(|address| {
                let risk = format!(
                    "{address} accepts plain HTTP from other machines; put a TLS proxy in front, and bind to an \
                     address that only it can reach"
                );
                (&row::BIND, risk)
            }));
        }
        // Those without a prefix have a warning already.
        let wide = self.trusted_proxies.iter().find(|it| is_too_wide(it) && it.prefix_len() > 0);
        risks.extend(wide.map(|_| {
            let risk = "contains a network of more than proxies, whose clients can forge any address; list your \
                        proxies only";
            (&row::TRUSTED_PROXIES, risk.to_owned())
        }));
        if let (true, Some(AllowedOrigins::Listed(origins))) =
            (self.cors.allow_credentials, &self.cors.allowed_origins)
        {
            let clear = origins.iter().find(|origin| {
                let host = origin.as_str().strip_prefix("http://");
                host.is_some_and(|host| {
                    !["localhost", "127.0.0.1", "[::1]"].iter().any(|it| host.starts_with(it))
                })
            });
            risks.extend(clear.map(|origin| {
                let risk = format!(
                    "an attacker on the network can change the pages of {}, which send cookies; list https:// \
                     origins only",
                    origin.as_str()
                );
                (&row::CORS_ORIGINS, risk)
            }));
        }
        if self.limits.body_bytes > LARGEST_BODY {
            let risk = format!("a few clients can exhaust the memory; {LARGEST_BODY} is enough for an API");
            risks.push((&row::BODY_BYTES, risk));
        }
        risks
    }

    fn identity_risks(&self) -> Vec<(&'static Setting, String)> {
        let mut risks: Vec<(&'static Setting, &str)> = Vec::new();
        if self.permissions.iter().all(|one| *one == Permission::AllowAny) {
            risks.push((
                &row::PERMISSIONS,
                "allow_any lets anyone write without an account; use is_authenticated or \
                 model_permissions_or_anon_read_only",
            ));
        }
        if self.authenticators.contains(&Authenticator::Basic) {
            risks.push((
                &row::AUTHENTICATORS,
                "basic needs the password in every request; use token, with an API key, for programs",
            ));
        }
        if self.throttle.enabled {
            let per_day = |rate: presspass_auth::throttles::Rate| {
                u64::from(rate.number()) * DAY.as_secs() / rate.period().as_secs().max(1)
            };
            if per_day(self.throttle.log_ins.account) > MOST_GUESSES {
                risks.push((
                    &row::LOGIN_ACCOUNT_FAILURES,
                    "lets one address guess an account's password more than 20,000 times a day; allow fewer",
                ));
            }
            if per_day(self.throttle.log_ins.address) > MOST_GUESSES_OF_ADDRESS {
                risks.push((
                    &row::LOGIN_ADDRESS_FAILURES,
                    "lets one address guess passwords more than 200,000 times a day; allow fewer",
                ));
            }
        } else {
            risks.push((&row::THROTTLE, "passwords can be guessed without limit; set it to true"));
        }
        risks.into_iter().map(|(setting, risk)| (setting, risk.to_owned())).collect()
    }

    fn lifetime_risks(&self) -> Vec<(&'static Setting, String)> {
        let jwt = &self.jwt;
        let refresh = if jwt.allow_refresh { jwt.refresh_expiration } else { Duration::ZERO };
        let found = [
            (&row::EXPIRATION, jwt.expiration, LONGEST_TOKEN, "a stolen token stays valid that long"),
            (&row::REFRESH_EXPIRATION, refresh, LONGEST_REFRESH, "a stolen token can be refreshed that long"),
            (&row::LEEWAY, jwt.leeway, LONGEST_LEEWAY, "expired tokens stay valid that long"),
            (
                &row::SESSION_LIFETIME,
                self.sessions.lifetime,
                LONGEST_SESSION,
                "a stolen session stays valid that long",
            ),
        ];
        let long = found.into_iter().filter(|(_, lasts, longest, _)| lasts > longest);
        long.map(|(setting, _, longest, why)| {
            (setting, format!("{why}; set at most {} seconds", longest.as_secs()))
        })
        .collect()
    }

    fn store_risks(&self) -> Vec<(&'static Setting, String)> {
        let redis = |store: Option<&RedisUrl>, setting| {
            let open = store.filter(|url| url.is_open_to_the_network())?;
            let risk = format!("anyone on the network can read and write {open}; set a password");
            Some((setting, risk))
        };
        let sessions = match &self.sessions.store {
            SessionStore::Redis(url) => Some(url),
            SessionStore::Database => None,
        };
        let throttles = match &self.throttle.store {
            ThrottleStore::Redis(url) => Some(url),
            ThrottleStore::Auto | ThrottleStore::Database | ThrottleStore::Memory => None,
        };
        let found = [redis(sessions, &row::SESSION_STORE), redis(throttles, &row::THROTTLE_STORE)];
        found.into_iter().flatten().collect()
    }

    /// The files of settings that hold a secret, as they were named.
    #[must_use]
    pub fn files_with_secrets(&self) -> Vec<&str> {
        let secrets = [&row::SECRET_KEY, &row::DATABASE_URL, &row::SESSION_STORE, &row::THROTTLE_STORE];
        let lines =
            self.effective.iter().filter(|line| secrets.iter().any(|row| row.name == line.setting.name));
        let mut files: Vec<&str> =
            lines.filter(|line| line.hides_something()).filter_map(|line| line.origin.file()).collect();
        files.sort_unstable();
        files.dedup();
        files
    }
}

/// Whether a network is larger than any network of proxies on the internet, as content delivery networks publish theirs.
/// Networks of private addresses may have any size.
fn is_too_wide(network: &IpNet) -> bool {
    let prefix = network.prefix_len();
    let (is_private, largest) = match network.addr() {
        IpAddr::V4(address) => (prefix >= 8 && (address.is_private() || address.is_loopback()), 12),
        IpAddr::V6(address) => (prefix >= 7 && address.is_unique_local(), 24),
    };
    !is_private && prefix < largest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn risks(file: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("presspass.toml"), file).unwrap();
        let settings = Settings::load(&[], None, std::iter::empty(), folder.path()).unwrap();
        settings.deployment_risks()
    }

    /// As docs/deployment.md has it.
    const SAFE: &str =
        "data_dir = \"/var/lib/presspass\"\nbind = \"127.0.0.1:8000\"\ntrusted_proxies = \"127.0.0.1\"\n";

    #[test]
    fn the_documented_settings_are_safe() {
        assert_eq!(risks(SAFE), Vec::<String>::new());
        let compose = "trusted_proxies = \"172.31.240.0/24\"\nbind = \"0.0.0.0:8000\"";
        assert_eq!(risks(compose), Vec::<String>::new());
    }

    #[test]
    fn each_risk_is_told_with_its_setting_and_a_remedy() {
        for (setting, lines) in [
            ("secret_key", "secret_key = \"django-insecure-q9j0mt3vxh5wc8zr1lk7yp4ns6bd2fg0\""),
            ("authenticators", "authenticators = [\"jwt\", \"basic\"]"),
            ("permissions", "permissions = \"allow_any\""),
            ("throttle.enabled", "throttle.enabled = false"),
            ("throttle.login_account_failures", "throttle.login_account_failures = 1000"),
            ("throttle.login_address_failures", "throttle.login_address_failures = 10000"),
            ("jwt.expiration_seconds", "jwt.expiration_seconds = 604800"),
            ("jwt.refresh_expiration_seconds", "jwt.refresh_expiration_seconds = 31536000"),
            ("jwt.leeway_seconds", "jwt.leeway_seconds = 3600"),
            ("sessions.lifetime_seconds", "sessions.lifetime_seconds = 31536000"),
            ("sessions.store", "sessions.store = \"redis://cache.internal/0\""),
            ("throttle.store", "throttle.store = \"redis://cache.internal/0\""),
            ("limits.body_bytes", "limits.body_bytes = 1000000000"),
            (
                "cors.allowed_origins",
                "cors.allow_credentials = true\ncors.allowed_origins = [\"http://app.example.org\"]",
            ),
        ] {
            let found = risks(&format!("{SAFE}{lines}"));
            assert_eq!(found.len(), 1, "{setting}: {found:?}");
            assert!(found[0].starts_with(&format!("{setting}: ")) && found[0].contains("; "), "{found:?}");
        }
        for (lines, expected) in [
            ("trusted_proxies = \"0.0.0.0/0\"", &["trusted_proxies"][..]),
            ("trusted_proxies = \"8.0.0.0/5\"", &["trusted_proxies"]),
            ("", &["trusted_proxies"]),
            ("bind = \"0.0.0.0:8000\"", &["trusted_proxies", "bind"]),
            ("bind = \"127.0.0.1:1,[::]:8000\"", &["trusted_proxies", "bind"]),
        ] {
            let found = risks(lines);
            let names: Vec<_> = found.iter().filter_map(|line| line.split(':').next()).collect();
            assert_eq!(names, expected, "{lines}");
        }
    }

    #[test]
    fn a_redis_with_a_password_or_on_this_machine_is_no_risk() {
        for url in ["redis://:s3cret@cache.internal/0", "redis://127.0.0.1:6379", "redis://localhost/1"] {
            assert_eq!(risks(&format!("{SAFE}sessions.store = \"{url}\"")), Vec::<String>::new(), "{url}");
        }
    }

    #[test]
    fn files_that_hold_a_secret_are_known() {
        for (line, is_secret) in [
            ("secret_key = \"q9J0mT3vXh5Wc8Zr1Lk7Yp4Ns6Bd2Fg0\"", true),
            ("database.url = \"postgres://ann:s3cret@db/x\"", true),
            ("database.url = \"postgres://ann@localhost/x\"", false),
            ("bind = \"127.0.0.1:1\"", false),
        ] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("presspass.toml"), line).unwrap();
            let settings = Settings::load(&[], None, std::iter::empty(), folder.path()).unwrap();
            assert_eq!(settings.files_with_secrets().len(), usize::from(is_secret), "{line}");
        }
    }

    #[test]
    fn a_network_of_more_than_proxies_is_too_wide() {
        for (network, is_wide) in [
            ("0.0.0.0/0", true),
            ("0.0.0.0/1", true),
            ("::/0", true),
            ("128.0.0.0/8", true),
            ("2000::/3", true),
            ("8.0.0.0/5", true),
            ("10.0.0.0/8", false),
            ("172.31.240.0/24", false),
            ("127.0.0.1/32", false),
            ("fd00::/8", false),
            // Cloudflare's.
            ("104.16.0.0/13", false),
            ("2400:cb00::/32", false),
        ] {
            assert_eq!(is_too_wide(&network.parse().unwrap()), is_wide, "{network}");
        }
    }
}
