//! The settings, parsed and checked.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use presspass_auth::throttles::{LoginRates, Rate, RequestRates};
use presspass_persistence::{DatabaseUrl, Project};

use super::choices::{
    Authenticator, JwtAlgorithm, JwtWire, PaginationStyle, PasswordScheme, PasswordUpgrade, Permission,
};
use super::cors::{Cors, WebOrigin};
use super::from_text::{CookieName, ParameterName, Scheme};
use super::layers::Layers;
use super::problem::{Origin, Problems};
use super::project::ProjectSettings;
use super::reader::{Reader, Reported};
use super::registry::{self as row, Registry};
use super::report::Effective;
use super::secret_key::SecretKey;
use super::setting::Setting;
use super::url::{SessionStore, ThrottleStore};
use super::{environment, file};

/// Every setting, checked. Its `Debug` form shows no secret.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The database.
    pub database: Database,
    /// The folder of the `SQLite` file and of the key made beside it; relative to the working directory.
    pub data_dir: PathBuf,
    /// What signs tokens and sessions, where the operator gave it.
    pub secret_key: Option<SecretKey>,
    /// Where to listen; at least one.
    pub bind: Vec<SocketAddr>,
    /// Whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Threads that serve; none: one for each core.
    pub workers: Option<NonZeroUsize>,
    /// How long the server may answer requests after SIGTERM, draining included.
    pub shutdown: Duration,
    /// How long it accepts connections after SIGTERM.
    pub drain: Duration,
    /// The limits of requests.
    pub limits: Limits,
    /// The authenticators, in order; at least one, none twice.
    pub authenticators: Vec<Authenticator>,
    /// What a caller must satisfy, all of it; at least one, none twice.
    pub permissions: Vec<Permission>,
    /// Pages of lists.
    pub pagination: Pagination,
    /// Tokens.
    pub jwt: Jwt,
    /// What the project adds.
    pub project: ProjectSettings,
    /// Whether there is an admin.
    pub has_admin: bool,
    /// Pages of other origins.
    pub cors: Cors,
    /// Sessions.
    pub sessions: Sessions,
    /// Throttles.
    pub throttle: Throttle,
    /// Password hashes.
    pub password: Password,
    /// The models and migrations of the program, which nobody sets.
    pub(crate) declared: Project,
    pub(super) effective: Vec<Effective>,
}

/// `database.*`
#[derive(Debug, Clone)]
pub struct Database {
    /// As given; [`Settings::database_url`] is what holds.
    pub url: Option<DatabaseUrl>,
    /// Most connections at once.
    pub pool_size: NonZeroU32,
    /// The longest wait for a connection.
    pub timeout: Duration,
    /// The longest wait for a server of the database when this one starts.
    pub wait: Duration,
}

/// `limits.*`
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest body, in bytes.
    pub body_bytes: usize,
    /// The largest body of logins and tokens, in bytes.
    pub small_body_bytes: usize,
    /// The most bytes of bodies in memory.
    pub bodies_bytes: usize,
    /// The longest that a body may take to arrive.
    pub body_time: Duration,
    /// The longest that a client may take nothing of an answer.
    pub reader_silence: Duration,
}

/// `pagination.*`
#[derive(Debug, Clone)]
pub struct Pagination {
    /// How lists are cut.
    pub style: PaginationStyle,
    /// Rows on a page where the client does not say; none: all.
    pub page_size: Option<NonZeroU32>,
    /// The parameter by which a client may say it.
    pub page_size_query_param: Option<ParameterName>,
    /// The most that a client can ask for.
    pub max_page_size: Option<NonZeroU32>,
}

/// `jwt.*`
#[derive(Debug, Clone)]
pub struct Jwt {
    /// Which package's tokens and answers are on the wire.
    pub wire: JwtWire,
    /// Whether tokens can be refreshed.
    pub allow_refresh: bool,
    /// The lifetime of a token; at least a second.
    pub expiration: Duration,
    /// How long after login a token can be refreshed.
    pub refresh_expiration: Duration,
    /// How far clocks may differ.
    pub leeway: Duration,
    /// How far ahead `exp` may be; none: as far as it likes.
    pub max_lifetime: Option<Duration>,
    /// How the secret key signs.
    pub algorithm: JwtAlgorithm,
    /// The folder of the keys that sign instead.
    pub keys: Option<PathBuf>,
    /// The scheme of the `Authorization` header.
    pub header_prefix: Scheme,
    /// `aud`, written and required.
    pub audience: Option<String>,
    /// `iss`, written and required.
    pub issuer: Option<String>,
    /// The cookie that carries a token.
    pub cookie: Option<CookieName>,
}

/// `sessions.*`
#[derive(Debug, Clone)]
pub struct Sessions {
    /// Where they are.
    pub store: SessionStore,
    /// How long they last.
    pub lifetime: Duration,
    /// Whether the cookies' names begin with `__Host-`.
    pub host_prefix: bool,
    /// Origins whose pages may write with a session.
    pub trusted_origins: Vec<WebOrigin>,
}

/// `throttle.*`
#[derive(Debug, Clone)]
pub struct Throttle {
    /// Whether anything is throttled.
    pub enabled: bool,
    /// Where uses are counted.
    pub store: ThrottleStore,
    /// How many logins may fail.
    pub log_ins: LoginRates,
    /// The rates of requests.
    pub requests: RequestRates,
}

/// `password.*`
#[derive(Debug, Clone)]
pub struct Password {
    /// How new passwords are hashed.
    pub scheme: PasswordScheme,
    /// Whether older hashes are rewritten at login.
    pub upgrade: PasswordUpgrade,
}

impl Settings {
    /// Reads the settings: defaults, then `config` or else `presspass.toml` where it exists, both relative to
    /// `working_directory`, then `environment`.
    ///
    /// # Errors
    /// All that is wrong, one line each.
    pub fn load(
        project: &'static [&'static Setting],
        config: Option<&Path>,
        environment: impl Iterator<Item = (OsString, OsString)>,
        working_directory: &Path,
    ) -> Result<Self, Problems> {
        let mut layers = Layers::default();
        let registry = Registry::with(project);
        file::lay(&mut layers, registry, config, working_directory);
        environment::lay(&mut layers, registry, environment, working_directory);
        let mut reader = Reader::new(layers);
        let settings = Self::read(&mut reader, registry);
        let (effective, problems) = reader.into_parts();
        match settings {
            Ok(mut settings) if problems.is_empty() => {
                settings.effective = effective;
                settings.show_derived_url();
                Ok(settings)
            }
            _ => Err(Problems { problems, effective }),
        }
    }

    /// The database: as given, else an `SQLite` file inside [`data_dir`](Self::data_dir).
    #[must_use]
    pub fn database_url(&self) -> DatabaseUrl {
        let file = || DatabaseUrl::of_file(self.data_dir.join("presspass.sqlite3"));
        self.database.url.clone().unwrap_or_else(file)
    }

    fn show_derived_url(&mut self) {
        let url = self.database_url();
        let lines = self.effective.iter_mut().filter(|line| line.setting.name == row::DATABASE_URL.name);
        for line in lines.filter(|line| line.origin == Origin::Default) {
            line.shown = url.to_string();
        }
    }

    /// Reads all settings before it fails, so that every problem is reported; in the registry's order, which is that of the
    /// report.
    fn read(reader: &mut Reader, registry: Registry) -> Result<Self, Reported> {
        let database = Database::read(reader);
        let (data_dir, secret_key) = (reader.required(&row::DATA_DIR), reader.optional(&row::SECRET_KEY));
        let (bind, trusted_proxies) = (reader.required(&row::BIND), reader.optional(&row::TRUSTED_PROXIES));
        let (workers, shutdown) = (reader.optional(&row::WORKERS), reader.required(&row::SHUTDOWN));
        let drain = reader.required(&row::DRAIN);
        let limits = Limits::read(reader);
        let authenticators = reader.required(&row::AUTHENTICATORS);
        let permissions = reader.required(&row::PERMISSIONS);
        let (pagination, jwt) = (Pagination::read(reader), Jwt::read(reader));
        let has_admin = reader.required(&row::ADMIN_ENABLED);
        let cors = Cors::read(reader);
        let (sessions, throttle) = (Sessions::read(reader), Throttle::read(reader));
        let (password, project) = (Password::read(reader), ProjectSettings::read(reader, registry));
        let (mut throttle, project) = (throttle?, project?);
        throttle.requests.scopes.extend(project.scopes());
        let (authenticators, jwt): (Vec<Authenticator>, Jwt) = (authenticators?, jwt?);
        check_schemes(reader, &authenticators, &jwt.header_prefix)?;
        Ok(Self {
            database: database?,
            data_dir: data_dir?,
            secret_key: secret_key?,
            bind: bind?,
            trusted_proxies: trusted_proxies?.unwrap_or_default(),
            workers: workers?,
            shutdown: shutdown?,
            drain: drain?,
            limits: limits?,
            authenticators,
            permissions: permissions?,
            pagination: pagination?,
            jwt,
            has_admin: has_admin?,
            cors: cors?,
            sessions: sessions?,
            throttle,
            password: password?,
            project,
            declared: Project::default(),
            effective: Vec::new(),
        })
    }
}

/// Of two authenticators that claim one scheme, the second would never be asked.
fn check_schemes(reader: &mut Reader, asked: &[Authenticator], prefix: &Scheme) -> Result<(), Reported> {
    let claims =
        |one: &Authenticator| one.scheme().is_some_and(|it| it.eq_ignore_ascii_case(prefix.as_str()));
    match asked.iter().copied().find(claims) {
        Some(other) if asked.contains(&Authenticator::Jwt) => {
            let what =
                format!("`{}` is also the scheme of the authenticator `{}`", prefix.as_str(), other.name());
            let remedy =
                format!("write another scheme, or remove one of the two from {}", row::AUTHENTICATORS.name);
            Err(reader.refuse(&row::JWT_PREFIX, &what, remedy))
        }
        _ => Ok(()),
    }
}

impl Database {
    fn read(reader: &mut Reader) -> Result<Self, Reported> {
        let (url, pool_size) =
            (reader.optional(&row::DATABASE_URL), reader.required(&row::DATABASE_POOL_SIZE));
        let (timeout, wait) = (reader.required(&row::DATABASE_TIMEOUT), reader.required(&row::DATABASE_WAIT));
        Ok(Self { url: url?, pool_size: pool_size?, timeout: timeout?, wait: wait? })
    }
}

impl Limits {
    const BODIES_BYTES: usize = 32 * 1024 * 1024;

    fn read(reader: &mut Reader) -> Result<Self, Reported> {
        let (body_bytes, small_body_bytes) =
            (reader.required(&row::BODY_BYTES), reader.required(&row::SMALL_BODY_BYTES));
        let bodies_bytes = reader.optional(&row::BODIES_TOTAL_BYTES);
        let (body_time, reader_silence) =
            (reader.required(&row::BODY_SECONDS), reader.required(&row::READER_SECONDS));
        let body_bytes: usize = body_bytes?;
        let default = body_bytes.saturating_mul(4).max(Self::BODIES_BYTES);
        Ok(Self {
            body_bytes,
            small_body_bytes: small_body_bytes?,
            bodies_bytes: bodies_bytes?.unwrap_or(default),
            body_time: body_time?,
            reader_silence: reader_silence?,
        })
    }
}

impl Pagination {
    fn read(reader: &mut Reader) -> Result<Self, Reported> {
        let (style, page_size) = (reader.required(&row::PAGINATION_STYLE), reader.optional(&row::PAGE_SIZE));
        let page_size_query_param = reader.optional(&row::PAGE_SIZE_PARAMETER);
        let max_page_size = reader.optional(&row::MAX_PAGE_SIZE);
        Ok(Self {
            style: style?,
            page_size: page_size?,
            page_size_query_param: page_size_query_param?,
            max_page_size: max_page_size?,
        })
    }
}

impl Jwt {
    fn read(reader: &mut Reader) -> Result<Self, Reported> {
        let wire = reader.required(&row::JWT_WIRE);
        let allow_refresh = reader.required(&row::ALLOW_REFRESH);
        let (expiration, refresh) =
            (reader.required(&row::EXPIRATION), reader.required(&row::REFRESH_EXPIRATION));
        let (leeway, max_lifetime) = (reader.required(&row::LEEWAY), reader.optional(&row::MAX_LIFETIME));
        let (algorithm, keys) = (reader.required(&row::JWT_ALGORITHM), reader.optional(&row::JWT_KEYS));
        let header_prefix = reader.required(&row::JWT_PREFIX);
        let (audience, issuer) = (reader.optional(&row::AUDIENCE), reader.optional(&row::ISSUER));
        let cookie = reader.optional(&row::JWT_COOKIE);
        Ok(Self {
            wire: wire?,
            allow_refresh: allow_refresh?,
            expiration: expiration?,
            refresh_expiration: refresh?,
            leeway: leeway?,
            max_lifetime: max_lifetime?,
            algorithm: algorithm?,
            keys: keys?,
            header_prefix: header_prefix?,
            audience: audience?,
            issuer: issuer?,
            cookie: cookie?,
        })
    }
}

impl Sessions {
    fn read(reader: &mut Reader) -> Result<Self, Reported> {
        let (store, lifetime) =
            (reader.required(&row::SESSION_STORE), reader.required(&row::SESSION_LIFETIME));
        let host_prefix = reader.required(&row::HOST_PREFIX);
        let trusted_origins = reader.optional(&row::TRUSTED_ORIGINS);
        Ok(Self {
            store: store?,
            lifetime: lifetime?,
            host_prefix: host_prefix?,
            trusted_origins: trusted_origins?.unwrap_or_default(),
        })
    }
}

impl Throttle {
    fn read(reader: &mut Reader) -> Result<Self, Reported> {
        let (enabled, store) = (reader.required(&row::THROTTLE), reader.required(&row::THROTTLE_STORE));
        let account = reader.required::<NonZeroU32>(&row::LOGIN_ACCOUNT_FAILURES);
        let address = reader.required::<NonZeroU32>(&row::LOGIN_ADDRESS_FAILURES);
        let seconds = reader.required(&row::LOGIN_SECONDS);
        let (anon, user) = (reader.optional(&row::THROTTLE_ANON), reader.optional(&row::THROTTLE_USER));
        let scopes = [
            ("tokens", reader.optional(&row::THROTTLE_TOKENS)),
            ("account", reader.optional(&row::THROTTLE_ACCOUNT)),
        ];
        let seconds: NonZeroU32 = seconds?;
        let rate = |failures: NonZeroU32| Rate::new(failures.get(), seconds);
        let mut requests = RequestRates { anon: anon?, user: user?, scopes: Vec::new() };
        for (scope, rate) in scopes {
            requests.scopes.extend(rate?.map(|rate| (scope, rate)));
        }
        Ok(Self {
            enabled: enabled?,
            store: store?,
            log_ins: LoginRates { account: rate(account?), address: rate(address?) },
            requests,
        })
    }
}

impl Password {
    fn read(reader: &mut Reader) -> Result<Self, Reported> {
        let (scheme, upgrade) =
            (reader.required(&row::PASSWORD_SCHEME), reader.required(&row::PASSWORD_UPGRADE));
        Ok(Self { scheme: scheme?, upgrade: upgrade? })
    }
}
