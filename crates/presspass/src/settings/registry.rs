//! The table of all settings: reading, `presspass check`, errors and docs/configuration.md use it.

use super::Fallback::{Unset, Value};
use super::choices::{
    Authenticator, JwtAlgorithm, JwtWire, PaginationStyle, PasswordScheme, PasswordUpgrade,
    Permission as PermissionPolicy,
};
use super::setting::{Kind, Setting};

/// A hundred years in seconds: far beyond every use, and far below where timestamps overflow.
const CENTURY: u64 = 3_153_600_000;

/// Names each row, so that the typed settings refer to rows the compiler knows, and lists them all.
macro_rules! registry {
    ($($row:ident: $name:literal, $kind:expr, $default:expr, $help:literal, $why:literal;)+) => {
        $(pub(super) static $row: Setting =
            Setting { name: $name, kind: $kind, default: $default, help: $help, why: $why };)+

        /// Every setting, in the order of the documentation.
        pub static REGISTRY: &[&Setting] = &[$(&$row),+];
    };
}

registry! {
    DATABASE_URL: "database.url", Kind::DatabaseUrl, Unset("`presspass.sqlite3` in `data_dir`"),
        "Where the data is: `sqlite://path` or `postgres://user:password@host/name`.",
        "A file, so that a bare start needs no database server.";
    DATABASE_POOL_SIZE: "database.pool_size", Kind::Number { min: 1, max: 1000 }, Value("10"),
        "Maximum number of open connections; on PostgreSQL each worker has two more, which only read.",
        "Enough for one server, and several fit under the 100 that PostgreSQL allows.";
    DATABASE_TIMEOUT: "database.timeout_seconds", Kind::Number { min: 1, max: 300 }, Value("2"),
        "How long a request waits for a connection before it is answered 503.",
        "An unavailable database must not keep clients waiting.";
    DATABASE_WAIT: "database.wait_seconds", Kind::Number { min: 0, max: 3600 }, Value("60"),
        "How long a server waits at startup until PostgreSQL accepts connections; with 0 it does not wait.",
        "After a reboot both start at the same time.";
    DATA_DIR: "data_dir", Kind::Folder, Value("presspass-data"),
        "The folder of the SQLite file and of the secret key that is created beside it.",
        "Inside the working directory: easy to find and to mount.";
    SECRET_KEY: "secret_key", Kind::SecretKey, Unset("created beside a new SQLite file, else required"),
        "Signs tokens and sessions; at least 32 bytes. Use your Django project's to keep its tokens valid.",
        "There is no safe default, and a new key would invalidate every live token.";
    BIND: "bind", Kind::Addresses, Value("127.0.0.1:8000"),
        "Addresses and ports to listen on.",
        "Only this machine until you change it; the port of Django's `runserver`.";
    TRUSTED_PROXIES: "trusted_proxies", Kind::Networks, Unset("none"),
        "Addresses or networks of proxies whose `X-Forwarded-*` headers are trusted.",
        "Any client can send these headers.";
    WORKERS: "workers", Kind::Number { min: 1, max: 1024 }, Unset("number of cores"),
        "Threads that serve requests.",
        "More threads than cores do not help.";
    SHUTDOWN: "shutdown_seconds", Kind::Number { min: 0, max: 3600 }, Value("30"),
        "How long after SIGTERM the server may answer requests, `drain_seconds` included.",
        "As long as Kubernetes waits before it kills a container.";
    DRAIN: "drain_seconds", Kind::Number { min: 0, max: 3600 }, Value("5"),
        "How long after SIGTERM connections are still accepted, while `/health/` answers 503 and each response closes its connection.",
        "Longer than docker/nginx.conf keeps idle connections to a server (2 s), and enough for a probe each second.";
    BODY_BYTES: "limits.body_bytes", Kind::Number { min: 1024, max: 1_073_741_824 }, Value("2621440"),
        "The largest request body, in bytes.",
        "Django's `DATA_UPLOAD_MAX_MEMORY_SIZE`.";
    SMALL_BODY_BYTES: "limits.small_body_bytes", Kind::Number { min: 1024, max: 1_073_741_824 }, Value("16384"),
        "The largest request body, in bytes, of endpoints that need no login, and of `account/` and `auth/`.",
        "User names, passwords and tokens are short, and any client may send these bodies.";
    BODIES_TOTAL_BYTES: "limits.bodies_total_bytes", Kind::Number { min: 1_048_576, max: 1_099_511_627_776 },
        Unset("32 MiB, or four times `limits.body_bytes` where that is more"),
        "How many bytes of request bodies may be in memory at a time, at most half of them from one address (IPv6: /64); requests beyond it are answered 503.",
        "Unfinished bodies must not exhaust the server's memory. The first 16 KiB of each body do not count, so small bodies are always accepted.";
    BODY_SECONDS: "limits.body_seconds", Kind::Number { min: 1, max: 3600 }, Value("30"),
        "How long a request body may take to arrive.",
        "A slow client must not occupy a connection.";
    READER_SECONDS: "limits.reader_seconds", Kind::Number { min: 1, max: 300 }, Value("10"),
        "How long a client may read nothing of a response before its connection is closed.",
        "A long list occupies a database connection until the client has read it.";
    AUTHENTICATORS: "authenticators", Kind::Choices(Authenticator::NAMES), Value("jwt,session"),
        "The authenticators, in the order in which they are tried; the first decides between 401 and 403.",
        "Tokens for clients, sessions for browsers. `token` are API keys; `basic` sends the password with every request.";
    PERMISSIONS: "permissions", Kind::Choices(PermissionPolicy::NAMES), Value("is_authenticated,model_permissions"),
        "The permissions that a caller must satisfy, all of them.",
        "Every account can read, as in the sample project; writes need the permissions granted in the admin.";
    PAGINATION_STYLE: "pagination.style", Kind::Choice(PaginationStyle::NAMES), Value("limit_offset"),
        "How lists are paginated.",
        "Lists are plain arrays, as in DRF without pagination, until a client sends `?limit=`.";
    PAGE_SIZE: "pagination.page_size", Kind::Number { min: 1, max: 1_000_000 }, Unset("none"),
        "Rows on a page, unless the client asks for another number.",
        "DRF without pagination sends whole lists.";
    PAGE_SIZE_PARAMETER: "pagination.page_size_query_param", Kind::ParameterName, Unset("none"),
        "The query parameter by which a client chooses the page size, such as `page_size`, with the styles `page_number` and `cursor`.",
        "The default of DRF's pagination classes.";
    MAX_PAGE_SIZE: "pagination.max_page_size", Kind::Number { min: 1, max: 1_000_000 }, Unset("none"),
        "The largest page size that a client can choose (`max_page_size`; with the style `limit_offset`, `max_limit`).",
        "The default of DRF's pagination classes.";
    JWT_WIRE: "jwt.wire", Kind::Choice(JwtWire::NAMES), Value("djangorestframework-jwt"),
        "The package whose tokens, statuses and messages the token endpoints and the authenticator `jwt` reproduce: djangorestframework-jwt 1.11 or drf-jwt 1.19. Tokens of both are accepted.",
        "djangorestframework-jwt's.";
    ALLOW_REFRESH: "jwt.allow_refresh", Kind::Boolean, Value("true"),
        "Whether tokens can be refreshed; they then carry `orig_iat`.",
        "The refresh endpoint works; no other response changes.";
    EXPIRATION: "jwt.expiration_seconds", Kind::Number { min: 1, max: CENTURY }, Value("300"),
        "How long a token is valid.",
        "djangorestframework-jwt's five minutes.";
    REFRESH_EXPIRATION: "jwt.refresh_expiration_seconds", Kind::Number { min: 1, max: CENTURY }, Value("604800"),
        "How long after login a token can be refreshed.",
        "djangorestframework-jwt's seven days.";
    LEEWAY: "jwt.leeway_seconds", Kind::Number { min: 0, max: 86_400 }, Value("0"),
        "How far the clocks of servers may differ (`JWT_LEEWAY`).",
        "djangorestframework-jwt's: expired is expired.";
    MAX_LIFETIME: "jwt.max_lifetime_seconds", Kind::Number { min: 1, max: CENTURY }, Unset("none"),
        "How far in the future `exp` of a token may be; tokens beyond it are refused.",
        "djangorestframework-jwt has no limit.";
    JWT_ALGORITHM: "jwt.algorithm", Kind::Choice(JwtAlgorithm::NAMES), Value("HS256"),
        "The algorithm by which `secret_key` signs tokens; each key in `jwt.keys` has its own.",
        "djangorestframework-jwt's.";
    JWT_KEYS: "jwt.keys", Kind::Folder, Unset("none"),
        "A folder of keys that sign tokens instead of `secret_key`; managed by `presspass key`.",
        "djangorestframework-jwt has one secret.";
    JWT_PREFIX: "jwt.header_prefix", Kind::Scheme, Value("JWT"),
        "The scheme before the token in the `Authorization` header; case-insensitive.",
        "djangorestframework-jwt's.";
    AUDIENCE: "jwt.audience", Kind::Text, Unset("none"),
        "The `aud` of every token: written when one is issued, required when one is verified.",
        "djangorestframework-jwt's tokens have none.";
    ISSUER: "jwt.issuer", Kind::Text, Unset("none"),
        "The `iss` of every token: written when one is issued, required when one is verified.",
        "djangorestframework-jwt's tokens have none.";
    JWT_COOKIE: "jwt.cookie", Kind::CookieName, Unset("none"),
        "A cookie that carries the token, in addition to the `Authorization` header.",
        "A token in a cookie needs CSRF checks that header clients do not expect.";
    ADMIN_ENABLED: "admin.enabled", Kind::Boolean, Value("true"),
        "Whether the admin is served at `admin/`.",
        "Django's is on. Turn it off on servers that only serve the API.";
    CORS_ORIGINS: "cors.allowed_origins", Kind::Origins, Unset("none"),
        "Origins whose pages may use the API, such as `https://app.example.org`; `*` allows all (`CORS_ALLOWED_ORIGINS`, `CORS_ALLOW_ALL_ORIGINS`).",
        "Pages of other origins can read nothing until you allow them.";
    CORS_CREDENTIALS: "cors.allow_credentials", Kind::Boolean, Value("false"),
        "Whether these pages may send cookies (`CORS_ALLOW_CREDENTIALS`).",
        "Tokens in headers need no cookies.";
    CORS_ALLOW_HEADERS: "cors.allow_headers", Kind::HeaderNames, Value("accept,authorization,content-type,user-agent,x-csrftoken,x-requested-with"),
        "Request headers that these pages may set (`CORS_ALLOW_HEADERS`).",
        "The defaults of django-cors-headers.";
    CORS_EXPOSE_HEADERS: "cors.expose_headers", Kind::HeaderNames, Unset("none"),
        "Response headers that their scripts may read, such as `Retry-After` (`CORS_EXPOSE_HEADERS`).",
        "The default of django-cors-headers.";
    CORS_MAX_AGE: "cors.max_age_seconds", Kind::Number { min: 0, max: 86_400 }, Value("86400"),
        "How long a browser may cache the response to a preflight request (`CORS_PREFLIGHT_MAX_AGE`).",
        "The default of django-cors-headers, and the maximum that browsers use.";
    SESSION_STORE: "sessions.store", Kind::SessionStore, Value("database"),
        "Where sessions are stored: `database` or `redis://host:6379/0`.",
        "No other server has to run, as with Django's default.";
    SESSION_LIFETIME: "sessions.lifetime_seconds", Kind::Number { min: 60, max: CENTURY }, Value("1209600"),
        "How long after login a session expires.",
        "Django's two weeks.";
    HOST_PREFIX: "sessions.host_prefix", Kind::Boolean, Value("false"),
        "Whether the cookies are named `__Host-sessionid` and `__Host-csrftoken`, which browsers accept over HTTPS only.",
        "Front ends of Django projects read `csrftoken`.";
    TRUSTED_ORIGINS: "sessions.trusted_origins", Kind::Origins, Unset("none"),
        "Other origins whose pages may write with a session and its CSRF token (`CSRF_TRUSTED_ORIGINS`); their scripts also need `cors.allow_credentials`.",
        "Pages of other origins can change nothing until you allow them.";
    THROTTLE: "throttle.enabled", Kind::Boolean, Value("true"),
        "Whether failed logins and the rates below are limited; `false` turns all throttles off.",
        "Guessing passwords must be slow.";
    THROTTLE_STORE: "throttle.store", Kind::ThrottleStore, Value("auto"),
        "Where throttles count: `auto`, `database`, `memory` or `redis://host:6379/0`. In memory each server has its own counts.",
        "`auto`: the Redis of `sessions.store`; else the database, but requests on SQLite in memory, as each would cost a sync of the disk.";
    LOGIN_ACCOUNT_FAILURES: "throttle.login_account_failures", Kind::Number { min: 1, max: 100_000 }, Value("10"),
        "How many logins to one account from one address (IPv6: /64) may fail within `throttle.login_seconds`; a successful one resets the count.",
        "More than a user mistypes, and under 3,000 guesses a day.";
    LOGIN_ADDRESS_FAILURES: "throttle.login_address_failures", Kind::Number { min: 1, max: 100_000 }, Value("100"),
        "How many logins from one address (IPv6: /64) may fail within `throttle.login_seconds`, whatever the account.",
        "An office behind one address must not lock itself out.";
    LOGIN_SECONDS: "throttle.login_seconds", Kind::Number { min: 1, max: 86_400 }, Value("300"),
        "How long a failed login counts.",
        "A user who is locked out can log in again after minutes, without an administrator.";
    THROTTLE_ANON: "throttle.anon", Kind::Rate, Unset("none"),
        "Requests of anonymous callers, by address, such as `100/day` (`AnonRateThrottle`).",
        "DRF's default: no throttle.";
    THROTTLE_USER: "throttle.user", Kind::Rate, Unset("none"),
        "Requests of each account, and of anonymous callers by address, such as `1000/hour` (`UserRateThrottle`).",
        "DRF's default: no throttle.";
    THROTTLE_TOKENS: "throttle.scopes.tokens", Kind::Rate, Unset("none"),
        "The same for `auth/…_token/` only (`ScopedRateThrottle`).",
        "DRF's default: no throttle.";
    THROTTLE_ACCOUNT: "throttle.scopes.account", Kind::Rate, Unset("none"),
        "The same for `account/` only.",
        "DRF's default: no throttle.";
    PASSWORD_SCHEME: "password.scheme", Kind::Choice(PasswordScheme::NAMES), Value("auto"),
        "How new passwords are hashed.",
        "`auto`: `bcrypt_sha256` in a database that Presspass created, `pbkdf2_sha256` in Django's, which always reads it.";
    PASSWORD_UPGRADE: "password.upgrade", Kind::Choice(PasswordUpgrade::NAMES), Value("auto"),
        "Whether hashes of another scheme or cost are rewritten at login.",
        "`auto`: only in a database that Presspass created, so that Django never finds a hash it cannot read.";
}

/// Every setting that a program knows: the library's, then those that its project adds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Registry {
    project: &'static [&'static Setting],
}

impl Registry {
    pub(super) const fn with(project: &'static [&'static Setting]) -> Self {
        Self { project }
    }

    pub(super) fn all(self) -> impl Iterator<Item = &'static Setting> {
        REGISTRY.iter().chain(self.project).copied()
    }

    /// The settings of the project.
    pub(super) fn project(self) -> impl Iterator<Item = &'static Setting> {
        self.project.iter().copied()
    }

    /// The setting of that dotted name.
    pub(super) fn find(self, name: &str) -> Option<&'static Setting> {
        self.all().find(|setting| setting.name == name)
    }

    /// Whether `name` is a section of `presspass.toml`, such as `jwt`.
    pub(super) fn is_section(self, name: &str) -> bool {
        self.all().any(|setting| setting.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
    }
}
