//! The throttle of failed logins.

use std::fmt;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use super::caller::network_of;
use super::rate::{Rate, Throttled};
use super::store::{Slot, Take, ThrottleStore};
use crate::clock::{Clock, SystemClock};
use crate::store::StoreError;
use crate::tokens::SigningKey;

/// In bytes: a longer name is truncated, because no account has one.
const NAME_LENGTH: usize = 1024;

/// The limits of failed logins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginRates {
    /// For one account from one address.
    pub account: Rate,
    /// From one address, for all accounts.
    pub address: Rate,
}

/// Within five minutes, ten failures of one account from one address, and a hundred from one address.
impl Default for LoginRates {
    fn default() -> Self {
        const FIVE_MINUTES: NonZeroU32 = NonZeroU32::MIN.saturating_add(299);
        Self { account: Rate::new(10, FIVE_MINUTES), address: Rate::new(100, FIVE_MINUTES) }
    }
}

/// The counter that is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Counter {
    /// The counter of the account and the address.
    Account,
    /// The counter of the address.
    Address,
}

/// Counts failed logins by the client's address, and by the account's name and the address together. It never counts
/// by the name alone: anyone could lock out any account.
///
/// A login is counted before the password is verified, and removed if the password is right. So, of any number of
/// wrong passwords that arrive at once, no more are hashed than the limit allows.
///
/// A store sees names and addresses only as digests under the server's key, because users type passwords into the
/// name's field.
pub struct LoginThrottle {
    store: Arc<dyn ThrottleStore>,
    clock: Arc<dyn Clock>,
    key: SigningKey,
    rates: LoginRates,
}

/// Whether a login may go on.
#[derive(Debug)]
#[must_use = "an attempt that is dropped counts as failed"]
pub enum LoginAdmission<'t> {
    /// The password may be verified.
    Admitted(LoginAttempt<'t>),
    /// The password must not be verified: this counter is full.
    Throttled(Counter, Throttled),
}

/// A login in progress. It counts as failed if it is dropped.
#[derive(Debug)]
#[must_use = "an attempt that is dropped counts as failed"]
pub struct LoginAttempt<'t> {
    throttle: &'t LoginThrottle,
    account: Taken,
    address: Taken,
}

#[derive(Debug)]
struct Taken {
    key: String,
    slot: Slot,
    left: u32,
}

impl LoginThrottle {
    /// Counts in `store`. Names and addresses are stored as digests under `key`, which may be the key that signs tokens.
    /// Servers that share a store must have the same key.
    #[must_use]
    pub fn new(store: Arc<dyn ThrottleStore>, key: SigningKey, rates: LoginRates) -> Self {
        Self { store, clock: Arc::new(SystemClock), key, rates }
    }

    /// With another clock than the system's.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Counts a login before its password is verified. `name` is the account's name as it was typed, in the form in
    /// which names are looked up. Clients without an
    /// address count as one client: if no address is ever given, the failures of one lock out all.
    ///
    /// # Errors
    /// If the store cannot answer: then the password must not be verified.
    pub async fn admit(&self, name: &str, client: Option<IpAddr>) -> Result<LoginAdmission<'_>, StoreError> {
        let network = client.map_or_else(|| "unknown".to_owned(), |client| network_of(client).to_string());
        let account = self.digest("login-account", &network, name);
        let account = match self.take(account, self.rates.account).await? {
            Ok(taken) => taken,
            Err(throttled) => return Ok(LoginAdmission::Throttled(Counter::Account, throttled)),
        };
        let address = self.digest("login-address", &network, "");
        match self.take(address, self.rates.address).await? {
            Ok(address) => Ok(LoginAdmission::Admitted(LoginAttempt { throttle: self, account, address })),
            Err(throttled) => {
                self.store.give_back(&account.key, account.slot).await?;
                Ok(LoginAdmission::Throttled(Counter::Address, throttled))
            }
        }
    }

    async fn take(&self, key: String, rate: Rate) -> Result<Result<Taken, Throttled>, StoreError> {
        Ok(match self.store.take(&key, rate, self.clock.now()).await? {
            Take::Taken { slot, left } => Ok(Taken { key, slot, left }),
            Take::Full(throttled) => Err(throttled),
        })
    }

    /// The key of a counter: 128 bits of a digest.
    fn digest(&self, counter: &str, network: &str, name: &str) -> String {
        let name = name.as_bytes();
        let name = name.get(..NAME_LENGTH).unwrap_or(name);
        let message = [counter.as_bytes(), network.as_bytes(), name].join(&0);
        let digest = self.key.digest("throttle", &message);
        let mut key = format!("{counter}:");
        for byte in digest.iter().take(16) {
            // Writing to a String cannot fail.
            let _ = write!(key, "{byte:02x}");
        }
        key
    }
}

impl LoginAttempt<'_> {
    /// The password was right: the failures of this account from this address are removed. Those of the address are
    /// kept; otherwise a client with one account could guess the passwords of all others without limit.
    ///
    /// # Errors
    /// If the store cannot answer: then the login counts as failed.
    pub async fn succeeded(self) -> Result<(), StoreError> {
        let Self { throttle, account, address } = self;
        throttle.store.give_back(&address.key, address.slot).await?;
        throttle.store.clear(&account.key).await
    }

    /// The password was not verified.
    ///
    /// # Errors
    /// If the store cannot answer: then the login counts as failed.
    pub async fn withdrawn(self) -> Result<(), StoreError> {
        let Self { throttle, account, address } = self;
        throttle.store.give_back(&address.key, address.slot).await?;
        throttle.store.give_back(&account.key, account.slot).await
    }

    /// The password was wrong. Returns the counter that this login has filled.
    #[must_use]
    pub fn failed(self) -> Option<Counter> {
        match (self.account.left, self.address.left) {
            (_, 0) => Some(Counter::Address),
            (0, _) => Some(Counter::Account),
            _ => None,
        }
    }
}

impl fmt::Debug for LoginThrottle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginThrottle")
            .field("store", &self.store)
            .field("rates", &self.rates)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::ManualClock;
    use crate::passwords::testing::block_on;
    use crate::store::BoxFuture;
    use crate::throttles::MemoryThrottles;

    /// Records the keys.
    #[derive(Debug, Default)]
    struct Watched {
        memory: MemoryThrottles,
        keys: std::sync::Mutex<Vec<String>>,
    }

    impl ThrottleStore for Watched {
        fn take<'a>(
            &'a self,
            key: &'a str,
            rate: Rate,
            now: OffsetDateTime,
        ) -> BoxFuture<'a, Result<Take, StoreError>> {
            self.keys.lock().unwrap().push(key.to_owned());
            self.memory.take(key, rate, now)
        }

        fn give_back<'a>(&'a self, key: &'a str, slot: Slot) -> BoxFuture<'a, Result<(), StoreError>> {
            self.memory.give_back(key, slot)
        }

        fn clear<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
            self.memory.clear(key)
        }
    }

    const HERE: &str = "192.0.2.1";
    const THERE: &str = "192.0.2.2";

    struct Fixture {
        throttle: LoginThrottle,
        clock: Arc<ManualClock>,
        store: Arc<Watched>,
    }

    /// Two failures per minute for an account from an address, four for an address.
    fn fixture() -> Fixture {
        let store = Arc::new(Watched::default());
        let clock = Arc::new(ManualClock::new(OffsetDateTime::UNIX_EPOCH));
        let rate = |text| Rate::parse(text).unwrap();
        let rates = LoginRates { account: rate("2/m"), address: rate("4/m") };
        let key = SigningKey::hs256("0123456789abcdef0123456789abcdef").unwrap();
        let throttle = LoginThrottle::new(store.clone(), key, rates).with_clock(clock.clone());
        Fixture { throttle, clock, store }
    }

    impl Fixture {
        fn admit(&self, name: &str, address: &str) -> LoginAdmission<'_> {
            block_on(self.throttle.admit(name, address.parse().ok())).unwrap()
        }

        fn attempt(&self, name: &str, address: &str) -> LoginAttempt<'_> {
            match self.admit(name, address) {
                LoginAdmission::Admitted(attempt) => attempt,
                LoginAdmission::Throttled(counter, _) => panic!("{name} is throttled: {counter:?}"),
            }
        }

        fn fail(&self, name: &str, address: &str) -> Option<Counter> {
            self.attempt(name, address).failed()
        }

        fn refusal(&self, name: &str, address: &str) -> Option<(Counter, Option<u64>)> {
            match self.admit(name, address) {
                LoginAdmission::Throttled(counter, throttled) => Some((counter, throttled.seconds())),
                LoginAdmission::Admitted(attempt) => {
                    block_on(attempt.withdrawn()).unwrap();
                    None
                }
            }
        }
    }

    #[test]
    fn an_account_is_locked_for_one_address_alone_and_not_permanently() {
        let fixture = fixture();
        assert_eq!(fixture.fail("ann", HERE), None);
        assert_eq!(fixture.fail("ann", HERE), Some(Counter::Account));
        assert_eq!(fixture.refusal("ann", HERE), Some((Counter::Account, Some(60))));
        assert_eq!(fixture.refusal("ann", THERE), None);
        assert_eq!(fixture.refusal("bob", HERE), None);
        fixture.clock.advance(60);
        assert_eq!(fixture.refusal("ann", HERE), None);
    }

    #[test]
    fn an_address_is_locked_whatever_names_it_tries() {
        let fixture = fixture();
        for name in ["a", "b", "c"] {
            assert_eq!(fixture.fail(name, HERE), None);
        }
        assert_eq!(fixture.fail("d", HERE), Some(Counter::Address));
        assert_eq!(fixture.refusal("e", HERE), Some((Counter::Address, Some(60))));
        assert_eq!(fixture.refusal("e", THERE), None);
        // The refusals above were not counted for the account.
        fixture.clock.advance(59);
        for _ in 0..3 {
            assert!(matches!(fixture.refusal("e", HERE), Some((Counter::Address, _))));
        }
        fixture.clock.advance(1);
        assert_eq!(fixture.fail("e", HERE), None);
    }

    #[test]
    fn a_success_clears_the_account_and_not_the_address() {
        let fixture = fixture();
        for _ in 0..3 {
            assert_eq!(fixture.fail("ann", HERE), None);
            block_on(fixture.attempt("ann", HERE).succeeded()).unwrap();
        }
        assert_eq!(fixture.fail("ann", HERE), Some(Counter::Address));
        assert_eq!(fixture.refusal("bob", HERE), Some((Counter::Address, Some(60))));
    }

    #[test]
    fn logins_in_progress_or_dropped_count_and_withdrawn_ones_do_not() {
        let fixture = fixture();
        let (one, other) = (fixture.attempt("ann", HERE), fixture.attempt("ann", HERE));
        assert!(fixture.refusal("ann", HERE).is_some());
        block_on(one.withdrawn()).unwrap();
        assert!(fixture.refusal("ann", HERE).is_none());
        drop(other);
        drop(fixture.attempt("ann", HERE));
        assert!(fixture.refusal("ann", HERE).is_some());
    }

    #[test]
    fn an_ipv6_network_is_one_address_and_no_address_is_one_too() {
        let fixture = fixture();
        assert_eq!(fixture.fail("ann", "2001:db8::1"), None);
        assert_eq!(fixture.fail("ann", "2001:db8::ffff:2"), Some(Counter::Account));
        assert!(fixture.refusal("ann", "2001:db8::3").is_some());
        assert!(fixture.refusal("ann", "2001:db8:0:1::3").is_none());
        for _ in 0..2 {
            drop(fixture.attempt("ann", "none"));
        }
        assert!(fixture.refusal("ann", "none").is_some());
    }

    #[test]
    fn a_store_sees_neither_names_nor_addresses_and_short_keys_only() {
        let fixture = fixture();
        for name in ["My pass phrase", "", &"n".repeat(100_000)] {
            drop(fixture.attempt(name, HERE));
        }
        let keys = fixture.store.keys.lock().unwrap();
        assert!(keys.iter().all(|key| key.len() < 50 && key.is_ascii()), "{keys:?}");
        assert!(!keys.iter().any(|key| key.contains("pass") || key.contains(HERE)), "{keys:?}");
        assert_eq!(keys.iter().collect::<std::collections::HashSet<_>>().len(), 4);
        assert!(!format!("{:?}", fixture.throttle).contains("0123456789abcdef"));
    }

    #[test]
    fn another_key_has_other_digests() {
        let digest = |secret: &str, message: &[u8]| {
            SigningKey::hs256(format!("{secret} secret of thirty-two bytes or more"))
                .unwrap()
                .digest("throttle", message)
        };
        assert_ne!(digest("a", b"ann"), digest("b", b"ann"));
        assert_ne!(digest("a", b"ann"), digest("a", b"bob"));
    }
}
