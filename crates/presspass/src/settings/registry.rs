//! The one table of settings: reading, `presspass check`, the errors and docs/configuration.md all come from it.

use super::Fallback::{Unset, Value};
use super::choices::{
    Authenticator, JwtAlgorithm, JwtWire, PaginationStyle, PasswordScheme, PasswordUpgrade,
    Permission as PermissionPolicy,
};
use super::setting::{Kind, Setting};

/// A hundred years in seconds: far beyond every use, and far below where moments overflow.
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
        "Most connections open at once.",
        "Enough for one server, and several fit under the 100 that PostgreSQL allows.";
    DATABASE_TIMEOUT: "database.timeout_seconds", Kind::Number { min: 1, max: 300 }, Value("2"),
        "How long a request waits for a connection before it is answered 503.",
        "A database that is away must not keep clients waiting.";
    DATABASE_WAIT: "database.wait_seconds", Kind::Number { min: 0, max: 3600 }, Value("60"),
        "How long a server that starts before PostgreSQL waits for it; with 0 it ends at once.",
        "After a reboot both start at the same time.";
    DATA_DIR: "data_dir", Kind::Folder, Value("presspass-data"),
        "The folder of the SQLite file and of the secret key made beside it.",
        "Inside the working directory, easy to find and to mount.";
    SECRET_KEY: "secret_key", Kind::SecretKey, Unset("made beside a new SQLite file, else required"),
        "Signs tokens and sessions; at least 32 bytes. Give the original's to keep its tokens good.",
        "No key is safe for everyone, and a new one would end every live token.";
    BIND: "bind", Kind::Addresses, Value("127.0.0.1:8000"),
        "Addresses and ports to listen on.",
        "Nobody outside this machine until you say so; the original's port.";
    TRUSTED_PROXIES: "trusted_proxies", Kind::Networks, Unset("none"),
        "Addresses or networks whose `X-Forwarded-*` headers are believed.",
        "Anyone can send these headers.";
    WORKERS: "workers", Kind::Number { min: 1, max: 1024 }, Unset("number of cores"),
        "Threads that serve requests.",
        "More only switch between each other.";
    SHUTDOWN: "shutdown_seconds", Kind::Number { min: 0, max: 3600 }, Value("30"),
        "How long after SIGTERM the server may answer requests; `drain_seconds` is part of it.",
        "As long as Kubernetes waits before it kills.";
    DRAIN: "drain_seconds", Kind::Number { min: 0, max: 3600 }, Value("5"),
        "How long after SIGTERM connections are still accepted, while `/health/` is 503 and each answer closes its connection.",
        "Longer than docker/nginx.conf keeps idle connections to a server (2 s), and enough for a probe each second.";
    BODY_BYTES: "limits.body_bytes", Kind::Number { min: 1024, max: 1_073_741_824 }, Value("2621440"),
        "The largest request body, in bytes.",
        "Django's `DATA_UPLOAD_MAX_MEMORY_SIZE`.";
    SMALL_BODY_BYTES: "limits.small_body_bytes", Kind::Number { min: 1024, max: 1_073_741_824 }, Value("16384"),
        "The largest request body where nobody has to be logged in to send one, and at `account/` and `auth/`, in bytes.",
        "Names, passwords and tokens are short, and anyone may send these bodies.";
    BODIES_TOTAL_BYTES: "limits.bodies_total_bytes", Kind::Number { min: 1_048_576, max: 1_099_511_627_776 },
        Unset("32 MiB, or four times `limits.body_bytes` where that is more"),
        "How many bytes of request bodies may be in memory at a time, half of them from one address (IPv6: /64); what finds no room is answered 503.",
        "Unfinished bodies must not end the server. The first 16 KiB of each body do not count, so that small ones always find room.";
    BODY_SECONDS: "limits.body_seconds", Kind::Number { min: 1, max: 3600 }, Value("30"),
        "How long a request body may take to arrive.",
        "A client that drips bytes must not hold a connection.";
    READER_SECONDS: "limits.reader_seconds", Kind::Number { min: 1, max: 300 }, Value("10"),
        "How long a client may take nothing of an answer before it is cut.",
        "A long list holds a connection to the database until its reader has it all.";
    AUTHENTICATORS: "authenticators", Kind::Choices(Authenticator::NAMES), Value("jwt,session"),
        "Who may tell who is calling, in the order asked; the first decides between 401 and 403.",
        "Tokens for clients, sessions for browsers; `token` are API keys, `basic` sends the password with every request.";
    PERMISSIONS: "permissions", Kind::Choices(PermissionPolicy::NAMES), Value("is_authenticated,model_permissions"),
        "What a caller must satisfy, all of it.",
        "Every account reads as in the original; writes need the permissions given in the admin.";
    PAGINATION_STYLE: "pagination.style", Kind::Choice(PaginationStyle::NAMES), Value("limit_offset"),
        "How lists are cut into pages.",
        "Lists stay plain arrays, as in the original, until a client asks for `?limit=`.";
    PAGE_SIZE: "pagination.page_size", Kind::Number { min: 1, max: 1_000_000 }, Unset("none"),
        "Rows on a page where the client does not say.",
        "The original sends whole lists.";
    PAGE_SIZE_PARAMETER: "pagination.page_size_query_param", Kind::ParameterName, Unset("none"),
        "The parameter by which a client may say how many rows a page has, such as `page_size`, with the styles `page_number` and `cursor`.",
        "That of REST framework's pagination classes.";
    MAX_PAGE_SIZE: "pagination.max_page_size", Kind::Number { min: 1, max: 1_000_000 }, Unset("none"),
        "The most rows that a client can ask for on a page (`max_page_size`; with the style `limit_offset`, `max_limit`).",
        "That of REST framework's pagination classes.";
    JWT_WIRE: "jwt.wire", Kind::Choice(JwtWire::NAMES), Value("djangorestframework-jwt"),
        "Whose tokens, statuses and messages the token endpoints and the authenticator `jwt` have: djangorestframework-jwt 1.11 or drf-jwt 1.19. Tokens of both are accepted.",
        "The original's.";
    ALLOW_REFRESH: "jwt.allow_refresh", Kind::Boolean, Value("true"),
        "Whether tokens can be refreshed; they then carry `orig_iat`.",
        "The refresh endpoint works; nothing that the original answers changes.";
    EXPIRATION: "jwt.expiration_seconds", Kind::Number { min: 1, max: CENTURY }, Value("300"),
        "How long a token is good.",
        "The original's five minutes.";
    REFRESH_EXPIRATION: "jwt.refresh_expiration_seconds", Kind::Number { min: 1, max: CENTURY }, Value("604800"),
        "How long after log-in a token can still be refreshed.",
        "The original's seven days.";
    LEEWAY: "jwt.leeway_seconds", Kind::Number { min: 0, max: 86_400 }, Value("0"),
        "How far the clocks of servers may differ.",
        "As in the original: expired is expired.";
    MAX_LIFETIME: "jwt.max_lifetime_seconds", Kind::Number { min: 1, max: CENTURY }, Unset("none"),
        "How far ahead `exp` of a token may be; one that claims more is refused.",
        "The original takes whatever is signed.";
    JWT_ALGORITHM: "jwt.algorithm", Kind::Choice(JwtAlgorithm::NAMES), Value("HS256"),
        "How tokens are signed with `secret_key`; keys of `jwt.keys` have each their own.",
        "The original's.";
    JWT_KEYS: "jwt.keys", Kind::Folder, Unset("none"),
        "A folder of keys that sign tokens in place of `secret_key`; made and kept by `presspass key`.",
        "One secret is what the original has.";
    JWT_PREFIX: "jwt.header_prefix", Kind::Scheme, Value("JWT"),
        "The scheme before the token in the `Authorization` header; its case does not count.",
        "The original's.";
    AUDIENCE: "jwt.audience", Kind::Text, Unset("none"),
        "Written as `aud` and required of every token.",
        "The original's tokens have none.";
    ISSUER: "jwt.issuer", Kind::Text, Unset("none"),
        "Written as `iss` and required of every token.",
        "The original's tokens have none.";
    JWT_COOKIE: "jwt.cookie", Kind::CookieName, Unset("none"),
        "A cookie that carries the token beside the `Authorization` header.",
        "A token in a cookie needs CSRF checks that header clients do not expect.";
    ADMIN_ENABLED: "admin.enabled", Kind::Boolean, Value("true"),
        "Whether there is an admin at `admin/`.",
        "The original has it. Switch it off on servers that only serve the API.";
    CORS_ORIGINS: "cors.allowed_origins", Kind::Origins, Unset("none"),
        "Origins whose pages may use the API, such as `https://app.example.org`; `*` allows all (`CORS_ALLOWED_ORIGINS`, `CORS_ALLOW_ALL_ORIGINS`).",
        "Pages of other origins read nothing until you name them.";
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
        "For how long a browser may keep the answer to a preflight request (`CORS_PREFLIGHT_MAX_AGE`).",
        "The default of django-cors-headers, and the most that browsers use.";
    SESSION_STORE: "sessions.store", Kind::SessionStore, Value("database"),
        "Where sessions are: `database` or `redis://host:6379/0`.",
        "Nothing else has to run, as in the original.";
    SESSION_LIFETIME: "sessions.lifetime_seconds", Kind::Number { min: 60, max: CENTURY }, Value("1209600"),
        "How long after log-in a session ends.",
        "The original's two weeks.";
    HOST_PREFIX: "sessions.host_prefix", Kind::Boolean, Value("false"),
        "Whether the cookies are named `__Host-sessionid` and `__Host-csrftoken`, which browsers take over HTTPS only.",
        "Front ends of the original read `csrftoken`.";
    THROTTLE: "throttle.enabled", Kind::Boolean, Value("true"),
        "Whether failed log-ins are counted, and the rates below hold; `false` switches all throttles off.",
        "Guessing passwords must not be free.";
    THROTTLE_STORE: "throttle.store", Kind::ThrottleStore, Value("auto"),
        "Where uses are counted: `auto`, `database`, `memory` or `redis://host:6379/0`. In memory each server counts for itself.",
        "`auto`: the Redis of `sessions.store`; else the database, but requests on SQLite in memory, as each would cost a sync of the disk.";
    LOGIN_ACCOUNT_FAILURES: "throttle.login_account_failures", Kind::Number { min: 1, max: 100_000 }, Value("10"),
        "How many log-ins to one account from one address (IPv6: /64) may fail within `throttle.login_seconds`; a good one forgets them.",
        "More than anyone mistypes, and under 3,000 guesses a day.";
    LOGIN_ADDRESS_FAILURES: "throttle.login_address_failures", Kind::Number { min: 1, max: 100_000 }, Value("100"),
        "How many log-ins from one address (IPv6: /64) may fail within `throttle.login_seconds`, whatever the account.",
        "An office behind one address must not be locked out by its own mistakes.";
    LOGIN_SECONDS: "throttle.login_seconds", Kind::Number { min: 1, max: 86_400 }, Value("300"),
        "How long a failed log-in counts.",
        "Whoever is locked out waits for minutes and needs nobody's help.";
    THROTTLE_ANON: "throttle.anon", Kind::Rate, Unset("none"),
        "Requests of anonymous callers, by address, such as `100/day` (`AnonRateThrottle`).",
        "The original throttles nothing.";
    THROTTLE_USER: "throttle.user", Kind::Rate, Unset("none"),
        "Requests of each account, and of anonymous callers by address, such as `1000/hour` (`UserRateThrottle`).",
        "The original throttles nothing.";
    THROTTLE_TOKENS: "throttle.scopes.tokens", Kind::Rate, Unset("none"),
        "The same for `auth/…_token/` alone (`ScopedRateThrottle`).",
        "The original throttles nothing.";
    THROTTLE_ACCOUNT: "throttle.scopes.account", Kind::Rate, Unset("none"),
        "The same for `account/` alone.",
        "The original throttles nothing.";
    PASSWORD_SCHEME: "password.scheme", Kind::Choice(PasswordScheme::NAMES), Value("auto"),
        "How new passwords are hashed.",
        "`auto`: `bcrypt_sha256` in a database we made, `pbkdf2_sha256` in Django's, which always reads that.";
    PASSWORD_UPGRADE: "password.upgrade", Kind::Choice(PasswordUpgrade::NAMES), Value("auto"),
        "Whether older hashes are rewritten at log-in.",
        "`auto`: only in a database we made, so that Django never meets a hash it cannot read.";
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
