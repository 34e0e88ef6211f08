//! The settings as a whole: sources, errors, report.

use std::ffi::OsString;
use std::time::Duration;

use presspass_auth::throttles::Rate;

use super::*;

/// The key that answers are compared with.
const KEY: &str = "a-shared-secret-of-at-least-32-bytes-0123456789";

/// The settings that a project adds.
static PROJECT: &[&Setting] = &[&READ_ONLY, &FILTERS, &SCOPE];
static READ_ONLY: Setting = Setting { name: "posts.read_only", default: Fallback::Value("false"), ..UNSET };
static FILTERS: Setting = Setting { name: "posts.filters", default: Fallback::Value("true"), ..UNSET };
static SCOPE: Setting =
    Setting { name: "throttle.scopes.posts", kind: Kind::Rate, default: Fallback::Unset("none"), ..UNSET };
const UNSET: Setting =
    Setting { name: "", kind: Kind::Boolean, default: Fallback::Unset(""), help: "", why: "" };

/// Loads `file` as presspass.toml, where there is one, under `environment`.
fn load(file: Option<&str>, environment: &[(&str, &str)]) -> Result<Settings, Problems> {
    let folder = tempfile::tempdir().unwrap();
    if let Some(text) = file {
        std::fs::write(folder.path().join("presspass.toml"), text).unwrap();
    }
    let environment = environment.iter().map(|(name, value)| (name.into(), value.into()));
    Settings::load(PROJECT, None, environment, folder.path())
}

fn problems(file: &str, environment: &[(&str, &str)]) -> String {
    load(Some(file), environment).unwrap_err().to_string()
}

#[test]
fn a_bare_start_has_the_documented_defaults() {
    let settings = load(None, &[]).unwrap();
    assert_eq!(settings.database_url().to_string(), "sqlite://presspass-data/presspass.sqlite3");
    assert!(
        settings.secret_key.is_none() && settings.trusted_proxies.is_empty() && settings.workers.is_none()
    );
    assert_eq!(settings.bind, ["127.0.0.1:8000".parse().unwrap()]);
    assert_eq!(settings.authenticators, [Authenticator::Jwt, Authenticator::Session]);
    assert_eq!(settings.permissions, [Permission::IsAuthenticated, Permission::ModelPermissions]);
    assert_eq!(
        (settings.pagination.style, settings.pagination.page_size),
        (PaginationStyle::LimitOffset, None)
    );
    assert!(settings.jwt.allow_refresh && settings.jwt.cookie.is_none());
    assert_eq!(settings.jwt.expiration, Duration::from_mins(5));
    assert_eq!(settings.jwt.refresh_expiration, Duration::from_hours(7 * 24));
    assert_eq!(settings.jwt.leeway, Duration::ZERO);
    assert!(!settings.project.is_true(&READ_ONLY) && settings.project.is_true(&FILTERS));
    assert!(settings.throttle.enabled);
    assert_eq!(settings.sessions.store, SessionStore::Database);
    assert_eq!(settings.throttle.store, ThrottleStore::Auto);
    let log_ins = settings.throttle.log_ins;
    assert_eq!((log_ins.account.number(), log_ins.account.period()), (10, Duration::from_mins(5)));
    assert_eq!((log_ins.address.number(), log_ins.address.period()), (100, Duration::from_mins(5)));
    assert!(settings.throttle.requests.is_empty());
    assert_eq!(
        (settings.password.scheme, settings.password.upgrade),
        (PasswordScheme::Auto, PasswordUpgrade::Auto)
    );
    assert_eq!((settings.database.pool_size.get(), settings.database.timeout), (10, Duration::from_secs(2)));
    assert_eq!((settings.limits.body_bytes, settings.limits.body_time), (2_621_440, Duration::from_secs(30)));
    assert_eq!(settings.shutdown, Duration::from_secs(30));
    assert_eq!(settings.drain, Duration::from_secs(5));
    assert_eq!(settings.warnings(), Vec::<String>::new());
}

#[test]
fn the_environment_of_the_comparison_is_accepted() {
    let settings = load(
        None,
        &[
            ("DATABASE_URL", "sqlite:///tmp/compare-x/candidate.sqlite3"),
            ("SECRET_KEY", KEY),
            ("PRESSPASS_BIND", "127.0.0.1:41234"),
            ("PRESSPASS_AUTHENTICATORS", "basic,jwt"),
            ("PRESSPASS_PERMISSIONS", "model_permissions_or_anon_read_only"),
            ("PRESSPASS_PAGINATION__STYLE", "page_number"),
            ("PRESSPASS_JWT__ALLOW_REFRESH", "false"),
            ("PRESSPASS_JWT__EXPIRATION_SECONDS", "300"),
            ("PRESSPASS_JWT__REFRESH_EXPIRATION_SECONDS", "604800"),
            ("PRESSPASS_JWT__LEEWAY_SECONDS", "60"),
            ("PRESSPASS_POSTS__READ_ONLY", "true"),
            ("PRESSPASS_POSTS__FILTERS", "false"),
            ("PRESSPASS_THROTTLE__ENABLED", "false"),
            ("PRESSPASS_PAGINATION__PAGE_SIZE", "10"),
            ("PRESSPASS_JWT__AUDIENCE", "readers"),
            ("PRESSPASS_JWT__ISSUER", "presspass"),
            ("PRESSPASS_JWT__COOKIE", "JWT"),
            ("PRESSPASS_DATA_DIR", "/tmp/compare-x"),
        ],
    )
    .unwrap();
    assert_eq!(settings.database_url().to_string(), "sqlite:///tmp/compare-x/candidate.sqlite3");
    assert_eq!(settings.secret_key.as_ref().map(SecretKey::expose), Some(KEY));
    assert_eq!(settings.authenticators, [Authenticator::Basic, Authenticator::Jwt]);
    assert!(!settings.jwt.allow_refresh);
    assert!(settings.project.is_true(&READ_ONLY) && !settings.project.is_true(&FILTERS));
    assert_eq!(settings.jwt.audience.as_deref(), Some("readers"));
    assert_eq!(settings.jwt.cookie.as_ref().map(CookieName::as_str), Some("JWT"));
    assert_eq!(settings.pagination.page_size.map(std::num::NonZero::get), Some(10));
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
    let file = "bind = \"127.0.0.1:1\"\n[jwt]\nexpiration_seconds = 60\nissuer = \"file\"";
    let settings =
        load(Some(file), &[("PRESSPASS_BIND", "127.0.0.1:2"), ("PRESSPASS_JWT__ISSUER", "")]).unwrap();
    assert_eq!(settings.bind, ["127.0.0.1:2".parse().unwrap()]);
    assert_eq!(settings.jwt.expiration, Duration::from_mins(1));
    assert_eq!(settings.jwt.issuer.as_deref(), Some("file"), "an empty variable is not set");
}

#[test]
fn native_values_and_text_say_the_same() {
    let native = "authenticators = [\"jwt\", \"basic\"]\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n\
                  [jwt]\nallow_refresh = false\nexpiration_seconds = 0x3_c\n[password]\nupgrade = true";
    let text = "authenticators = \"jwt, basic\"\ntrusted_proxies = \"10.0.0.0/8,::1\"\n\
                jwt.allow_refresh = \"False\"\njwt.expiration_seconds = \"60\"\npassword.upgrade = \"true\"";
    for file in [native, text] {
        let settings = load(Some(file), &[]).unwrap();
        assert_eq!(settings.authenticators, [Authenticator::Jwt, Authenticator::Basic]);
        assert_eq!(settings.trusted_proxies.len(), 2);
        assert!(!settings.jwt.allow_refresh);
        assert_eq!(settings.jwt.expiration, Duration::from_mins(1));
        assert_eq!(settings.password.upgrade, PasswordUpgrade::Always);
    }
}

#[test]
fn empty_means_not_set_for_optional_settings_alone() {
    let empty = [
        ("SECRET_KEY", ""),
        ("DATABASE_URL", ""),
        ("PRESSPASS_TRUSTED_PROXIES", ""),
        ("PRESSPASS_WORKERS", " "),
    ];
    assert!(load(Some("pagination.page_size = \"\"\ntrusted_proxies = []"), &empty).is_ok());
    assert_eq!(
        problems("", &[("PRESSPASS_PERMISSIONS", "")]),
        "permissions: is empty (environment variable PRESSPASS_PERMISSIONS): write one or more of allow_any, \
         is_authenticated, is_admin, is_authenticated_or_read_only, model_permissions, \
         model_permissions_or_anon_read_only, separated by commas"
    );
}

#[test]
fn all_problems_are_told_at_once_each_on_its_line_with_its_place() {
    let file = "bind = \"localhost:8000\"\nauthenticators = [\"jwt\", \"oauth\"]\n\n[jwt]\nexpiration_seconds = 1.5\n\
                alow_refresh = true\naudience = [\"a\"]\n\n[limits]\nbody_bytes = -1\n";
    let environment = [
        ("PRESSPASS_DATABASE__POOL_SIZE", "1001"),
        ("PRESSPASS_SECRET_KEY", "x"),
        ("SECRET_KEY", "short-4f9a"),
    ];
    let errors = problems(file, &environment);
    let expected = "\
jwt.alow_refresh: no such setting (presspass.toml, line 6): did you mean jwt.allow_refresh?
jwt.audience: takes one value, not a list (presspass.toml, line 7): write text in quotes
PRESSPASS_SECRET_KEY: no such setting (environment variable PRESSPASS_SECRET_KEY): did you mean SECRET_KEY?
database.pool_size: 1001 is out of range (environment variable PRESSPASS_DATABASE__POOL_SIZE): write a whole \
number from 1 to 1000
secret_key: is only 10 bytes long (environment variable SECRET_KEY): give at least 32 random bytes as text, such as \
`openssl rand -base64 48` prints, and keep them secret
bind: `localhost:8000` is not an IP address with a port (presspass.toml, line 1): write IP addresses \
with ports, such as 127.0.0.1:8000 or [::1]:8000
limits.body_bytes: `-1` is out of range (presspass.toml, line 10): write a whole number from 1024 to 1073741824
authenticators: `oauth` is not known (presspass.toml, line 2): write one or more of jwt, session, basic, token, \
separated by commas
jwt.expiration_seconds: `1.5` is not a whole number (presspass.toml, line 5): write a whole number from 1 to \
3153600000";
    assert_eq!(errors, expected);
}

#[test]
fn two_authenticators_that_claim_one_scheme_are_refused() {
    let file = "authenticators = [\"jwt\", \"token\"]\njwt.header_prefix = \"token\"";
    assert_eq!(
        problems(file, &[]),
        "jwt.header_prefix: `token` is also the scheme of the authenticator `token` (presspass.toml, line 2): write \
         another scheme, or remove one of the two from authenticators"
    );
    for (asked, prefix, is_good) in [
        ("jwt,session", "Token", true),
        ("jwt,session", "Basic", true),
        ("token,session", "Token", true),
        ("jwt,token", "Bearer", true),
        ("basic,jwt", "Basic", false),
    ] {
        let environment = [("PRESSPASS_AUTHENTICATORS", asked), ("PRESSPASS_JWT__HEADER_PREFIX", prefix)];
        assert_eq!(load(None, &environment).is_ok(), is_good, "{asked} {prefix}");
    }
}

#[test]
fn sections_and_settings_are_not_mixed_up() {
    let errors = problems(
        "jwt = 5\n[bind]\n[[posts]]\nread_only = true\n[throtle]\n[sesions]\nstore = \"database\"",
        &[],
    );
    assert_eq!(
        errors,
        "jwt: is a section, not a setting (presspass.toml, line 1): write its settings below [jwt]\n\
         bind: is a setting, not a section (presspass.toml, line 2): write bind = …\n\
         posts: is a section, not a setting (presspass.toml, line 3): write its settings below [posts]\n\
         throtle: no such setting (presspass.toml, line 5): did you mean throttle.user?\n\
         sesions.store: no such setting (presspass.toml, line 7): did you mean sessions.store?"
    );
}

#[test]
fn a_file_that_is_no_toml_is_told_by_line_and_without_its_text() {
    let errors =
        problems("bind = \"127.0.0.1:1\"\nsecret_key = \"hunter2-hunter2\nworkers = 2\nworkers = 3\n", &[]);
    assert!(errors.contains("(presspass.toml, line 2): correct this line"), "{errors}");
    assert!(errors.lines().all(|line| line.starts_with("the settings file is not TOML: ")), "{errors}");
    assert!(!errors.contains("hunter2"), "{errors}");
    assert!(!problems("secret_key = hunter2", &[]).contains("hunter2"));
}

#[test]
fn a_named_file_must_exist_and_is_named_in_errors() {
    let folder = tempfile::tempdir().unwrap();
    let load = |name: &str| Settings::load(&[], Some(name.as_ref()), std::iter::empty(), folder.path());
    let errors = load("my.toml").unwrap_err().to_string();
    assert!(
        errors.starts_with("the settings file cannot be read: ")
            && errors.contains("(my.toml): set it to a file"),
        "{errors}"
    );
    std::fs::write(folder.path().join("my.toml"), "\n\nworkers = 0").unwrap();
    let errors = load("my.toml").unwrap_err().to_string();
    assert_eq!(errors, "workers: 0 is out of range (my.toml, line 3): write a whole number from 1 to 1024");
    std::fs::write(folder.path().join("my.toml"), b"\nworkers = 1 # \xff").unwrap();
    let errors = load("my.toml").unwrap_err().to_string();
    assert_eq!(errors, "the settings file is not UTF-8 (my.toml, line 2): save it as UTF-8");
    std::fs::write(folder.path().join("my.toml"), "\u{feff}workers = 4").unwrap();
    assert_eq!(load("my.toml").unwrap().workers.map(std::num::NonZero::get), Some(4));
}

#[cfg(unix)]
#[test]
fn broken_unicode_in_the_environment_is_a_line_and_no_panic() {
    use std::os::unix::ffi::OsStringExt as _;
    let folder = tempfile::tempdir().unwrap();
    let broken = || OsString::from_vec(b"\xff\xfe".to_vec());
    let environment = [("SECRET_KEY".into(), broken()), (broken(), "x".into()), ("HOME".into(), broken())];
    let errors = Settings::load(&[], None, environment.into_iter(), folder.path()).unwrap_err().to_string();
    assert!(
        errors.starts_with("secret_key: is not valid UTF-8 (environment variable SECRET_KEY): "),
        "{errors}"
    );
    assert_eq!(errors.lines().count(), 1);
}

#[test]
fn a_value_cannot_break_out_of_its_line() {
    let errors = problems("\"a\\nb\" = 1\nbind = \"x\\ny\"", &[("PRESSPASS_A\nB", "1")]);
    assert_eq!(errors.lines().count(), 3, "{errors}");
}

#[test]
fn variables_of_commands_are_let_through() {
    let names = ["USERNAME", "EMAIL", "PASSWORD"].map(|name| format!("PRESSPASS_SUPERUSER_{name}"));
    let environment: Vec<_> =
        names.iter().map(|name| (name.as_str(), "x")).chain([("PRESSPASS_LOG", "debug")]).collect();
    assert!(load(None, &environment).is_ok());
    assert_eq!(
        problems("", &[("PRESSPASS_SUPERUSER_MAIL", "x")]),
        "PRESSPASS_SUPERUSER_MAIL: no such setting (environment variable PRESSPASS_SUPERUSER_MAIL): did you mean \
         PRESSPASS_SUPERUSER_EMAIL?"
    );
}

#[test]
fn the_report_shows_every_setting_and_no_secret() {
    let environment = [
        ("SECRET_KEY", KEY),
        ("DATABASE_URL", "postgres://ann:s3cret@db/press"),
        ("PRESSPASS_SESSIONS__STORE", "redis://:s3cret@cache/0"),
    ];
    let settings = load(Some("\nworkers = 2"), &environment).unwrap();
    let report = report(&settings, "(not given)");
    assert_eq!(report.lines().count(), REGISTRY.len() + PROJECT.len());
    for (line, setting) in report.lines().zip(REGISTRY.iter().chain(PROJECT)) {
        assert_eq!(line.split_whitespace().next(), Some(setting.name), "in the registry's order");
    }
    for (name, rest) in [
        ("secret_key", "(hidden, 47 bytes)  (environment variable SECRET_KEY)"),
        ("database.url", "postgres://ann:***@db/press  (environment variable DATABASE_URL)"),
        ("sessions.store", "redis://:***@cache/0  (environment variable PRESSPASS_SESSIONS__STORE)"),
        ("workers", "2  (presspass.toml, line 2)"),
        ("pagination.page_size", "(none)  (default)"),
    ] {
        let line = report.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
        assert_eq!(line[name.len()..].trim_start(), rest);
    }
    assert!(!report.contains("s3cret") && !report.contains(KEY));
    let debug = format!("{settings:?}");
    assert!(!debug.contains("s3cret") && !debug.contains(KEY), "{debug}");
}

#[test]
fn the_report_of_wrong_settings_shows_them_without_secrets() {
    let problems =
        load(None, &[("SECRET_KEY", "hunter2"), ("DATABASE_URL", "mysql://ann:hunter2@db/x")]).unwrap_err();
    let printed = format!("{}{problems}{problems:?}", problems.report());
    assert!(printed.contains("mysql://ann:***@db/x") && printed.contains("(hidden, 7 bytes)"), "{printed}");
    assert!(!printed.contains("hunter2"), "{printed}");
    let misplaced = load(None, &[("PRESSPASS_BIND", "postgres://ann:hunter2@db/x")]).unwrap_err();
    let printed = format!("{}{misplaced}", misplaced.report());
    assert!(printed.contains("ann:***@db") && !printed.contains("hunter2"), "{printed}");
}

#[test]
fn the_report_shows_the_database_inside_the_data_folder() {
    let settings = load(Some("data_dir = \"/srv/press\""), &[]).unwrap();
    assert!(
        report(&settings, "(not given)")
            .lines()
            .next()
            .unwrap()
            .ends_with("  sqlite:///srv/press/presspass.sqlite3  (default)")
    );
}

#[test]
fn warnings_tell_public_keys_and_contradictions() {
    let file = format!(
        "secret_key = \"{KEY}\"\ntrusted_proxies = \"0.0.0.0/0\"\nauthenticators = \"jwt,basic\"\n\
         pagination.style = \"cursor\"\njwt.cookie = \"JWT\"\nsessions.store = \"database\""
    );
    let settings = load(Some(&file), &[]).unwrap();
    let warnings = settings.warnings();
    let about: Vec<_> = warnings.iter().filter_map(|warning| warning.split(':').next()).collect();
    assert_eq!(about, ["secret_key", "trusted_proxies", "pagination.style"]);
    assert!(!warnings.concat().contains(KEY));
    let settings = load(Some("pagination.style = \"none\"\npagination.page_size = 5"), &[]).unwrap();
    assert!(
        settings
            .warnings()
            .iter()
            .any(|warning| warning == "pagination.page_size: has no effect while pagination.style is none")
    );
}

#[test]
fn names_in_the_registry_are_unique() {
    let mut names: Vec<_> =
        REGISTRY.iter().flat_map(|setting| [setting.name.to_owned(), setting.environment()]).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn rates_are_read_in_the_originals_notation_and_scopes_are_a_section() {
    let file = "[throttle]\nanon = \"100/day\"\n[throttle.scopes]\nposts = \"5/min\"";
    let settings = load(Some(file), &[("PRESSPASS_THROTTLE__SCOPES__TOKENS", "1/s")]).unwrap();
    let rate = |text| Rate::parse(text).unwrap();
    let requests = &settings.throttle.requests;
    assert_eq!((requests.anon, requests.user), (Some(rate("100/d")), None));
    assert_eq!(requests.scopes, [("tokens", rate("1/s")), ("posts", rate("5/m"))]);
    assert_eq!(settings.warnings(), Vec::<String>::new());
    let errors =
        problems("[throttle]\nuser = \"10/week\"\nanon = 5\n[throttle.scopes]\nadmin = \"1/s\"", &[]);
    assert!(
        errors.contains("throttle.user: `10/week` has a period that does not start with s, m, h or d"),
        "{errors}"
    );
    assert!(errors.contains("throttle.anon: `5` is not number/period"), "{errors}");
    assert!(errors.contains("such as 100/day, 60/min or 10/s"), "{errors}");
    assert!(errors.contains("throttle.scopes.admin: no such setting"), "{errors}");
    let off = load(Some(file), &[("PRESSPASS_THROTTLE__ENABLED", "false")]).unwrap();
    assert_eq!(off.warnings(), ["throttle.enabled: rates of requests have no effect while it is false"]);
}

#[test]
fn the_address_of_a_throttle_store_is_shown_without_its_password() {
    let settings = load(None, &[("PRESSPASS_THROTTLE__STORE", "redis://:s3cret@cache/1")]).unwrap();
    let shown = report(&settings, "(not given)");
    assert!(shown.contains("redis://:***@cache/1") && !shown.contains("s3cret"), "{shown}");
    let errors = problems("[throttle]\nstore = \"s3cret\"", &[]);
    assert!(!errors.contains("s3cret"), "{errors}");
}
