//! Logins by name and password.

mod outcome;
mod store;

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

pub use outcome::{LoginError, LoginOutcome};
pub use store::{PasswordStore, Replaced, StoredPassword};

use super::{Hasher, HasherFor, Password, Upgrade, Verification};
use crate::store::{CredentialOutcome, CredentialStore, StoreError};
use crate::throttles::{Counter, LoginAdmission, LoginThrottle, network_of};

/// Verifies names and passwords, for a login page, a token endpoint, or
/// [`BasicAuthenticator`](crate::authenticators::BasicAuthenticator).
///
/// - Failed logins are counted [before](LoginThrottle) the password is verified.
/// - An unknown name and a disabled account take as long as a wrong password.
/// - A hash of another [scheme](super::Scheme) than the preferred one is replaced. If it was changed meanwhile, the
///   password is verified again.
///
/// ```
/// # use std::sync::Arc;
/// use presspass_auth::passwords::{Hasher, LoginError, LoginOutcome, Password, PasswordLogin, PasswordStore};
/// # use presspass_auth::tokens::SigningKey;
/// # async fn example<S: PasswordStore>(users: S, hasher: Hasher, name: &str, typed: &str, key: SigningKey, client: std::net::IpAddr) -> Result<(), LoginError> {
///
/// use presspass_auth::throttles::{LoginRates, LoginThrottle, MemoryThrottles};
///
/// // key: SigningKey, which may be that of tokens; client: the caller's address.
/// let throttle = LoginThrottle::new(Arc::new(MemoryThrottles::default()), key, LoginRates::default());
/// let logins = PasswordLogin::new(users, hasher).with_throttle(throttle);
/// match logins.log_in(name, &Password::new(typed), Some(client)).await? {
///     LoginOutcome::Verified(account) => { /* issue a token for account.user, or begin a session */ }
///     LoginOutcome::Throttled(_, throttled) => { /* 429, Retry-After: throttled.seconds() */ }
///     _ => { /* "Name or password is wrong", whatever it was */ }
/// }
/// # Ok(()) }
/// ```
pub struct PasswordLogin<S> {
    store: S,
    hasher: Arc<Hasher>,
    throttle: Option<Arc<LoginThrottle>>,
    counted_name: fn(&str) -> Cow<'_, str>,
    upgrades: bool,
}

/// The result of verifying a password.
enum Checked<U> {
    Verified(StoredPassword<U>),
    Refused(Option<U>),
    /// It was right, but the hash was replaced meanwhile.
    Superseded(U),
}

impl<S> PasswordLogin<S> {
    /// Logins to the accounts of this store. They are not throttled.
    #[must_use]
    pub fn new(store: S, hasher: impl Into<Arc<Hasher>>) -> Self {
        Self {
            store,
            hasher: hasher.into(),
            throttle: None,
            counted_name: |name| Cow::Borrowed(name),
            upgrades: true,
        }
    }

    /// With a limit of failed logins.
    #[must_use]
    pub fn with_throttle(mut self, throttle: impl Into<Arc<LoginThrottle>>) -> Self {
        self.throttle = Some(throttle.into());
        self
    }

    /// Counts failed logins by this form of the name: for a store in which several names lead to one account, such as
    /// those that differ in case.
    #[must_use]
    pub fn counting_by(mut self, form: fn(&str) -> Cow<'_, str>) -> Self {
        self.counted_name = form;
        self
    }

    /// Never replaces a hash: for a table that another program writes.
    #[must_use]
    pub fn without_upgrades(mut self) -> Self {
        self.upgrades = false;
        self
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The hasher, for new passwords.
    #[must_use]
    pub fn hasher(&self) -> &Hasher {
        &self.hasher
    }
}

impl<S: PasswordStore> PasswordLogin<S> {
    /// Verifies a name and a password. `client` is the caller's address: that of the connection or, behind a proxy, of
    /// [`TrustedProxies::client_address`](crate::TrustedProxies::client_address). Clients without an
    /// address are throttled as one client.
    ///
    /// # Errors
    /// If the store cannot answer, or too many passwords wait: 503 or 500, and never 401.
    pub async fn log_in(
        &self,
        name: &str,
        password: &Password,
        client: Option<IpAddr>,
    ) -> Result<LoginOutcome<S::User>, LoginError> {
        let Some(throttle) = &self.throttle else {
            return Ok(outcome(self.check(name, password, client).await?, None));
        };
        let attempt = match throttle.admit(&(self.counted_name)(name), client).await? {
            LoginAdmission::Admitted(attempt) => attempt,
            LoginAdmission::Throttled(counter, throttled) => {
                return Ok(LoginOutcome::Throttled(counter, throttled));
            }
        };
        let checked = self.check(name, password, client).await;
        let mut filled = None;
        let ended = match &checked {
            Ok(Checked::Verified(_)) => attempt.succeeded().await,
            Ok(Checked::Refused(_) | Checked::Superseded(_)) => {
                filled = attempt.failed();
                Ok(())
            }
            Err(_) => attempt.withdrawn().await,
        };
        if let Err(error) = ended {
            // It counts as failed, which does no harm.
            warn("login count not corrected", &error);
        }
        Ok(outcome(checked?, filled))
    }

    async fn check(
        &self,
        name: &str,
        password: &Password,
        client: Option<IpAddr>,
    ) -> Result<Checked<S::User>, LoginError> {
        let hasher = self.hasher.for_login(name, client.map(network_of));
        match self.check_once(name, password, hasher).await? {
            // Once: whatever replaces it again would be an attack, or another login.
            Checked::Superseded(_) => self.check_once(name, password, hasher).await,
            checked => Ok(checked),
        }
    }

    async fn check_once(
        &self,
        name: &str,
        password: &Password,
        hasher: HasherFor<'_>,
    ) -> Result<Checked<S::User>, LoginError> {
        let stored = match self.store.find(name).await? {
            Some(stored) if stored.is_active => stored,
            other => {
                // The time must not show whether there is such an account.
                let _mismatch = hasher.verify_decoy(password).await?;
                return Ok(Checked::Refused(other.map(|stored| stored.user)));
            }
        };
        match hasher.verify(password, &stored.hash).await? {
            Verification::Match(Upgrade::Due) if self.upgrades => {
                Ok(self.upgrade(stored, password, hasher).await)
            }
            Verification::Match(_) => Ok(Checked::Verified(stored)),
            Verification::Mismatch | Verification::Unusable | Verification::Unknown => {
                Ok(Checked::Refused(Some(stored.user)))
            }
        }
    }

    /// The login succeeds also if this fails.
    async fn upgrade(
        &self,
        mut stored: StoredPassword<S::User>,
        password: &Password,
        hasher: HasherFor<'_>,
    ) -> Checked<S::User> {
        let new = match hasher.hash(password).await {
            Ok(new) => new,
            Err(error) => {
                warn("password hash not upgraded", &error);
                return Checked::Verified(stored);
            }
        };
        match self.store.replace(&mut stored, &new).await {
            Ok(Replaced::Done) => Checked::Verified(StoredPassword { hash: new, ..stored }),
            Ok(Replaced::Superseded) => Checked::Superseded(stored.user),
            Err(error) => {
                warn("password hash not upgraded", &error);
                Checked::Verified(stored)
            }
        }
    }
}

/// What went wrong during a login that goes on.
#[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "it is for the log"))]
fn warn(what: &'static str, error: &(dyn std::error::Error + 'static)) {
    #[cfg(feature = "tracing")]
    tracing::warn!(error, "{what}");
}

fn outcome<U>(checked: Checked<U>, filled: Option<Counter>) -> LoginOutcome<U> {
    match checked {
        Checked::Verified(stored) => LoginOutcome::Verified(stored),
        Checked::Refused(account) => LoginOutcome::Refused { account, filled },
        Checked::Superseded(user) => LoginOutcome::Refused { account: Some(user), filled },
    }
}

impl<S: PasswordStore> CredentialStore for PasswordLogin<S> {
    type User = S::User;

    async fn verify(
        &self,
        username: String,
        password: Password,
        client: Option<IpAddr>,
    ) -> Result<CredentialOutcome<S::User>, StoreError> {
        Ok(match self.log_in(&username, &password, client).await? {
            LoginOutcome::Verified(stored) => CredentialOutcome::Verified(stored.user),
            LoginOutcome::Refused { .. } => CredentialOutcome::Refused,
            LoginOutcome::Throttled(_, throttled) => CredentialOutcome::Throttled(throttled),
        })
    }
}

impl<S: fmt::Debug> fmt::Debug for PasswordLogin<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordLogin")
            .field("store", &self.store)
            .field("throttle", &self.throttle)
            .field("upgrades", &self.upgrades)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::sync::Mutex;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::passwords::testing::block_on;
    use crate::passwords::{EncodedHash, HasherLimits, Pbkdf2Iterations, Scheme, verify};
    use crate::throttles::{LoginRates, MemoryThrottles, Rate};
    use crate::tokens::SigningKey;
    use crate::{ManualClock, SystemRandomness};

    const PASSWORD: &str = "correct-horse-battery";

    fn scheme(iterations: u32) -> Scheme {
        Scheme::Pbkdf2Sha256(Pbkdf2Iterations::new(iterations).unwrap())
    }

    fn hash(password: &str, iterations: u32) -> String {
        scheme(iterations).encode(&Password::new(password), &SystemRandomness).unwrap()
    }

    /// One active account, `ada`, and one that is not, `bob`.
    #[derive(Debug, Default)]
    struct Users {
        hash: Mutex<String>,
        /// What another program writes as soon as a hash is to be replaced.
        interference: Mutex<Option<String>>,
        is_down: bool,
    }

    impl PasswordStore for Users {
        type User = String;

        async fn find(&self, name: &str) -> Result<Option<StoredPassword<String>>, StoreError> {
            if self.is_down {
                return Err(StoreError::Unavailable("no route".into()));
            }
            let is_active = match name {
                "ada" => true,
                "bob" => false,
                _ => return Ok(None),
            };
            let hash = self.hash.lock().unwrap().clone();
            Ok(Some(StoredPassword { user: name.to_owned(), hash, is_active }))
        }

        async fn replace(
            &self,
            stored: &mut StoredPassword<String>,
            new: &str,
        ) -> Result<Replaced, StoreError> {
            let mut hash = self.hash.lock().unwrap();
            if let Some(other) = self.interference.lock().unwrap().take() {
                *hash = other;
            }
            if *hash != stored.hash {
                return Ok(Replaced::Superseded);
            }
            new.clone_into(&mut hash);
            Ok(Replaced::Done)
        }
    }

    fn users(iterations: u32) -> Users {
        Users { hash: Mutex::new(hash(PASSWORD, iterations)), ..Users::default() }
    }

    fn logins(users: Users, iterations: u32) -> PasswordLogin<Users> {
        let limits = HasherLimits { threads: NonZeroUsize::MIN, queue: NonZeroUsize::MIN };
        PasswordLogin::new(
            users,
            Hasher::start(scheme(iterations), limits, Arc::new(SystemRandomness)).unwrap(),
        )
    }

    fn log_in(logins: &PasswordLogin<Users>, name: &str, password: &str) -> LoginOutcome<String> {
        block_on(logins.log_in(name, &Password::new(password), None)).unwrap()
    }

    fn is_verified(outcome: &LoginOutcome<String>) -> bool {
        matches!(outcome, LoginOutcome::Verified(_))
    }

    #[test]
    fn the_right_password_of_an_active_account_logs_in_and_no_other() {
        let logins = logins(users(2), 2);
        assert!(is_verified(&log_in(&logins, "ada", PASSWORD)));
        for (name, password, known) in
            [("ada", "wrong", Some("ada")), ("bob", PASSWORD, Some("bob")), ("eve", PASSWORD, None)]
        {
            let LoginOutcome::Refused { account, filled: None } = log_in(&logins, name, password) else {
                panic!("{name}")
            };
            assert_eq!(account.as_deref(), known);
        }
    }

    #[test]
    fn unknown_names_and_disabled_accounts_cost_a_hash() {
        // Without one, they would be answered in microseconds.
        let logins = logins(users(2), 100_000);
        for name in ["eve", "bob"] {
            let started = Instant::now();
            assert!(!is_verified(&log_in(&logins, name, PASSWORD)));
            assert!(started.elapsed() > Duration::from_millis(3), "{name}");
        }
    }

    #[test]
    fn a_password_of_a_megabyte_is_not_hashed_anew_by_every_iteration() {
        let logins = logins(users(100_000), 100_000);
        let long = "x".repeat(1 << 20);
        for name in ["ada", "eve"] {
            let started = Instant::now();
            assert!(!is_verified(&log_in(&logins, name, &long)));
            // Hashed with every iteration, it would take minutes.
            assert!(started.elapsed() < Duration::from_secs(10), "{name}: {:?}", started.elapsed());
        }
    }

    #[test]
    fn an_old_hash_is_replaced_and_the_login_has_the_new_one() {
        let old = hash(PASSWORD, 2);
        let logins = logins(users(2), 5);
        let LoginOutcome::Verified(account) = log_in(&logins, "ada", PASSWORD) else { panic!("refused") };
        let stored = logins.store().hash.lock().unwrap().clone();
        assert_eq!(account.hash, stored);
        assert_ne!(stored, old);
        let verification = verify(&Password::new(PASSWORD), &EncodedHash::parse(&stored), scheme(5));
        assert_eq!(verification, Ok(Verification::Match(Upgrade::NotDue)));
        let kept = self::logins(users(2), 5).without_upgrades();
        let before = kept.store().hash.lock().unwrap().clone();
        assert!(is_verified(&log_in(&kept, "ada", PASSWORD)));
        assert_eq!(*kept.store().hash.lock().unwrap(), before);
    }

    #[test]
    fn a_password_that_was_changed_meanwhile_is_verified_again() {
        for (new, is_good) in [(PASSWORD, true), ("another", false)] {
            let interference = Mutex::new(Some(hash(new, 2)));
            let logins = logins(Users { interference, ..users(2) }, 5);
            assert_eq!(is_verified(&log_in(&logins, "ada", PASSWORD)), is_good, "{new}");
        }
    }

    fn throttled(users: Users) -> PasswordLogin<Users> {
        let rate = |text| Rate::parse(text).unwrap();
        let rates = LoginRates { account: rate("2/hour"), address: rate("10/hour") };
        let key = SigningKey::hs256("a secret of thirty-two bytes or more").unwrap();
        let throttle = LoginThrottle::new(Arc::new(MemoryThrottles::default()), key, rates);
        let throttle = throttle.with_clock(ManualClock::new(time::OffsetDateTime::UNIX_EPOCH));
        logins(users, 2).with_throttle(throttle).counting_by(|name| name.to_ascii_lowercase().into())
    }

    #[test]
    fn failures_are_throttled_whatever_the_form_of_the_name() {
        let logins = throttled(users(2));
        let LoginOutcome::Refused { filled: None, .. } = log_in(&logins, "ada", "wrong") else { panic!("1") };
        let LoginOutcome::Refused { filled: Some(Counter::Account), .. } = log_in(&logins, "ADA", "wrong")
        else {
            panic!("2")
        };
        let outcome = log_in(&logins, "ada", PASSWORD);
        assert!(matches!(outcome, LoginOutcome::Throttled(Counter::Account, _)), "{outcome:?}");
    }

    #[test]
    fn a_login_clears_the_failures_before_it() {
        let logins = throttled(users(2));
        for _ in 0..3 {
            assert!(!is_verified(&log_in(&logins, "ada", "wrong")));
            assert!(is_verified(&log_in(&logins, "ada", PASSWORD)));
        }
    }

    #[test]
    fn a_login_that_could_not_be_verified_does_not_count() {
        let logins = throttled(Users { is_down: true, ..users(2) });
        for _ in 0..5 {
            let error = block_on(logins.log_in("ada", &Password::new(PASSWORD), None)).unwrap_err();
            assert!(matches!(StoreError::from(error), StoreError::Unavailable(_)));
        }
    }
}
