//! Hashes and verifies passwords on threads of its own.

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::{io, thread};

use super::encoded::EncodedHash;
use super::pace::Pace;
use super::queue::Requester;
use super::scheme::Scheme;
use super::schemes::EncodeError;
use super::schemes::{OutOfMemory, Work};
use super::verification::{Verification, verify};
use super::workers::{Busy, Workers};
use crate::passwords::Password;
use crate::{Randomness, RandomnessError};

/// Limits of a [`Hasher`].
#[derive(Debug, Clone, Copy)]
pub struct HasherLimits {
    /// Hashes computed at the same time.
    pub threads: NonZeroUsize,
    /// Hashes that can wait; one more is [`Busy`].
    pub queue: NonZeroUsize,
}

impl Default for HasherLimits {
    /// One core is left for everything else, so that many logins do not delay reads. Eight hashes can wait for each
    /// thread: with a quarter of a second for each, that is two seconds, as long as a request waits for a connection.
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = NonZeroUsize::new(cores.saturating_sub(1)).unwrap_or(NonZeroUsize::MIN);
        Self { threads, queue: threads.saturating_mul(NonZeroUsize::MIN.saturating_add(7)) }
    }
}

/// A [`Hasher`] could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HasherStartError {
    /// A thread could not be started.
    #[error("no thread could be started to hash passwords")]
    Thread(#[from] io::Error),
    /// There is no randomness for the decoy hash.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// A password could not be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HashError {
    /// Too many hashes are waiting.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// There is no randomness or not enough memory.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// Hashes and verifies passwords on threads of its own, a limited number at a time. Its futures need no runtime. A future
/// that is dropped before its turn leaves the queue. Those of [`for_login`](Self::for_login) take turns by account.
///
/// Every refusal takes as long as a mismatch with a hash of the preferred scheme, whether the account does not exist, or
/// its hash is unusable, unknown or cheaper. There are two exceptions. A more expensive hash takes longer, which reveals
/// that its account exists. And a *match* is not delayed: for an account that may not log in whatever its password, such
/// as an inactive one, call [`verify_decoy`](Self::verify_decoy).
///
/// Costs of different schemes are compared by the time that each took in this process: the first refusal that needs such a
/// comparison takes longer than later ones.
#[derive(Debug)]
pub struct Hasher {
    workers: Workers,
    engine: Arc<Engine>,
    /// Random, so that clients cannot choose names and addresses whose digests collide.
    digests: RandomState,
}

impl Hasher {
    /// Starts the threads.
    ///
    /// # Errors
    ///
    /// [`HasherStartError`] if a thread cannot be started or there is no randomness.
    pub fn start(
        scheme: Scheme,
        limits: HasherLimits,
        randomness: Arc<dyn Randomness>,
    ) -> Result<Self, HasherStartError> {
        let decoy = scheme.decoy(&*randomness)?;
        let engine = Arc::new(Engine { scheme, decoy, randomness, pace: Pace::default() });
        let workers = Workers::start(limits.threads, limits.queue)?;
        Ok(Self { workers, engine, digests: RandomState::new() })
    }

    /// The same hasher, for a login to this account from this network. Accounts whose hashes wait take turns, so that none
    /// delays or displaces the others, from however many addresses its logins come.
    #[must_use]
    pub fn for_login(&self, account: &str, network: Option<IpAddr>) -> HasherFor<'_> {
        let (account, network) = (self.digests.hash_one(account), self.digests.hash_one(network));
        HasherFor { hasher: self, requester: Requester { account, network } }
    }

    const fn for_no_account(&self) -> HasherFor<'_> {
        HasherFor { hasher: self, requester: Requester::NONE }
    }

    /// Verifies a password against `encoded`, the stored hash.
    ///
    /// # Errors
    ///
    /// [`Busy`] if too many hashes are waiting or there is not enough memory. Nothing is known of the password then.
    pub async fn verify(&self, password: &Password, encoded: &str) -> Result<Verification, Busy> {
        self.for_no_account().verify(password, encoded).await
    }

    /// Takes as long as [`verify`](Self::verify) with a hash of the preferred scheme, and never matches: for a name that no
    /// account has, and for an account that is refused anyway.
    ///
    /// # Errors
    ///
    /// [`Busy`], as for `verify`.
    pub async fn verify_decoy(&self, password: &Password) -> Result<Verification, Busy> {
        self.for_no_account().verify_decoy(password).await
    }

    /// Hashes a password in the preferred scheme.
    ///
    /// # Errors
    ///
    /// [`HashError`] if too many hashes are waiting, or there is no randomness or not enough memory.
    pub async fn hash(&self, password: &Password) -> Result<String, HashError> {
        self.for_no_account().hash(password).await
    }
}

/// A [`Hasher`], for the logins of one account: [`Hasher::for_login`].
#[derive(Debug, Clone, Copy)]
pub struct HasherFor<'h> {
    hasher: &'h Hasher,
    requester: Requester,
}

impl HasherFor<'_> {
    /// Whether one more hash can wait now: to be called before a login costs anything else.
    ///
    /// # Errors
    ///
    /// [`Busy`] if it would be refused.
    pub fn check_room(&self) -> Result<(), Busy> {
        if self.hasher.workers.would_refuse(self.requester) { Err(Busy) } else { Ok(()) }
    }

    /// As [`Hasher::verify`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn verify(&self, password: &Password, encoded: &str) -> Result<Verification, Busy> {
        let (engine, password, encoded) =
            (Arc::clone(&self.hasher.engine), password.clone(), encoded.to_owned());
        let verified = self.hasher.workers.submit(self.requester, move || engine.verify(&password, &encoded));
        verified.await.ok().and_then(Result::ok).ok_or(Busy)
    }

    /// As [`Hasher::verify_decoy`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn verify_decoy(&self, password: &Password) -> Result<Verification, Busy> {
        let (engine, password) = (Arc::clone(&self.hasher.engine), password.clone());
        let spent = self.hasher.workers.submit(self.requester, move || engine.spend(&password));
        spent.await.ok().and_then(Result::ok).map(|()| Verification::Mismatch).ok_or(Busy)
    }

    /// As [`Hasher::hash`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn hash(&self, password: &Password) -> Result<String, HashError> {
        let (engine, password) = (Arc::clone(&self.hasher.engine), password.clone());
        let hashed = self.hasher.workers.submit(self.requester, move || engine.hash(&password));
        Ok(hashed.await.map_err(|_| Busy)??)
    }
}

/// The work of the threads.
#[derive(Debug)]
struct Engine {
    scheme: Scheme,
    decoy: EncodedHash,
    randomness: Arc<dyn Randomness>,
    pace: Pace,
}

impl Engine {
    fn verify(&self, password: &Password, encoded: &str) -> Result<Verification, OutOfMemory> {
        let stored = EncodedHash::parse(encoded);
        let Some(work) = stored.work() else {
            self.spend(password)?;
            return verify(password, &stored, self.scheme);
        };
        let outcome = self.pace.time(work, || verify(password, &stored, self.scheme))?;
        if !matches!(outcome, Verification::Match(_)) {
            self.even_out(work, password)?;
        }
        Ok(outcome)
    }

    fn spend(&self, password: &Password) -> Result<(), OutOfMemory> {
        // The result for a decoy has no meaning.
        let Some((_, decoy)) = self.decoy.hash() else { return Ok(()) };
        self.pace.time(self.scheme.work(), || decoy.matches(password)).map(drop)
    }

    /// After `spent`, goes on for as long as the preferred scheme would have taken.
    fn even_out(&self, spent: Work, password: &Password) -> Result<(), OutOfMemory> {
        match self.pace.progress(spent, self.scheme.work()) {
            Some(progress) => {
                self.scheme.harden_runtime(progress, password);
                Ok(())
            }
            // This takes too long, once: then the preferred scheme's time is known.
            None => self.spend(password),
        }
    }

    fn hash(&self, password: &Password) -> Result<String, EncodeError> {
        self.pace.time(self.scheme.work(), || self.scheme.encode(password, &*self.randomness))
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::Mutex;
    use std::sync::mpsc::{self, Receiver, Sender};
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::SystemRandomness;
    use crate::passwords::hashing::pace::Progress;
    use crate::passwords::make_unusable;
    use crate::passwords::testing::block_on;
    use crate::passwords::{Argon2Params, BcryptCost, DjangoScheme, Pbkdf2Iterations, ScryptParams, Upgrade};

    const ONE_AT_A_TIME: HasherLimits = HasherLimits { threads: NonZeroUsize::MIN, queue: NonZeroUsize::MIN };

    fn cheap_bcrypt() -> Scheme {
        DjangoScheme::BcryptSha256(BcryptCost::new(4).unwrap()).into()
    }

    fn hasher(scheme: Scheme) -> Hasher {
        Hasher::start(scheme, ONE_AT_A_TIME, Arc::new(SystemRandomness)).unwrap()
    }

    /// Tells when a salt is asked for, and gives it only once it is let.
    #[derive(Debug)]
    struct Gated {
        entered: Sender<()>,
        gate: Mutex<Receiver<()>>,
    }

    impl Randomness for Gated {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError> {
            self.entered.send(()).map_err(|_| RandomnessError)?;
            self.gate.lock().unwrap().recv().map_err(|_| RandomnessError)?;
            SystemRandomness.fill(bytes)
        }
    }

    /// A hasher of one thread, whose salts wait until the returned sender lets them through.
    fn gated() -> (Hasher, Sender<()>, Receiver<()>) {
        let (let_through, gate) = mpsc::channel();
        let (entered, has_entered) = mpsc::channel();
        let randomness = Arc::new(Gated { entered, gate: Mutex::new(gate) });
        // The decoy asks twice.
        let_through.send(()).unwrap();
        let_through.send(()).unwrap();
        let hasher = Hasher::start(cheap_bcrypt(), ONE_AT_A_TIME, randomness).unwrap();
        has_entered.recv().unwrap();
        has_entered.recv().unwrap();
        (hasher, let_through, has_entered)
    }

    fn poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn what_it_hashed_it_verifies_and_nothing_else() {
        let hasher = hasher(cheap_bcrypt());
        let encoded = block_on(hasher.hash(&Password::new("pässwörd"))).unwrap();
        assert_eq!(
            block_on(hasher.verify(&Password::new("pässwörd"), &encoded)),
            Ok(Verification::Match(Upgrade::NotDue))
        );
        assert_eq!(block_on(hasher.verify(&Password::new("passwörd"), &encoded)), Ok(Verification::Mismatch));
    }

    #[test]
    fn a_hash_of_another_scheme_matches_and_is_due_for_an_upgrade() {
        let other = Scheme::Pbkdf2Sha256(Pbkdf2Iterations::new(10).unwrap());
        let encoded = other.encode(&Password::new("password"), &SystemRandomness).unwrap();
        let verified = block_on(hasher(cheap_bcrypt()).verify(&Password::new("password"), &encoded));
        assert_eq!(verified, Ok(Verification::Match(Upgrade::Due)));
    }

    #[test]
    fn a_decoy_has_no_password() {
        let hasher = hasher(cheap_bcrypt());
        assert_eq!(block_on(hasher.verify_decoy(&Password::new(""))), Ok(Verification::Mismatch));
        let unusable = make_unusable(&SystemRandomness).unwrap();
        assert_eq!(block_on(hasher.verify(&Password::new(""), &unusable)), Ok(Verification::Unusable));
        assert_eq!(block_on(hasher.verify(&Password::new(""), "")), Ok(Verification::Unknown));
    }

    #[test]
    fn every_refusal_does_the_work_of_the_preferred_scheme_and_no_match_does() {
        let password = Password::new("password");
        let cheaper = Scheme::Pbkdf2Sha256(Pbkdf2Iterations::new(10).unwrap());
        let unmeasured = Work::Scrypt { log_n: 0, r: 0, p: 0 };
        let cheap = cheaper.encode(&password, &SystemRandomness).unwrap();
        let does_the_work = |typed: &str, encoded: &str| {
            let engine = &hasher(cheap_bcrypt()).engine;
            let _ = engine.verify(&Password::new(typed), encoded).unwrap();
            let aim = engine.scheme.work();
            engine.pace.time(unmeasured, || ());
            engine.pace.progress(unmeasured, aim).is_some()
        };
        assert!(does_the_work("password", "unknown"));
        assert!(does_the_work("password", "!unusable"));
        assert!(does_the_work("other", &cheap));
        assert!(!does_the_work("password", &cheap));
    }

    #[test]
    fn what_a_cheaper_hash_lacks_is_done_in_every_family() {
        let password = Password::new("password");
        let schemes = [
            Scheme::Argon2id(Argon2Params::new(4096, 2, 1).unwrap()),
            Scheme::Scrypt(ScryptParams::new(12, 8, 1).unwrap()),
            Scheme::Bcrypt(BcryptCost::new(7).unwrap()),
            Scheme::Pbkdf2Sha256(Pbkdf2Iterations::new(20_000).unwrap()),
        ];
        for scheme in schemes {
            let time = |spent: u128| {
                let start = std::time::Instant::now();
                scheme.harden_runtime(Progress::of(spent, 1000), &password);
                start.elapsed()
            };
            // Load only lengthens a run, so the shortest of each is taken, of as many as it needs.
            let mut shortest = [std::time::Duration::MAX; 3];
            let grows = (0..100).any(|_| {
                for (shortest, spent) in shortest.iter_mut().zip([1000, 500, 0]) {
                    *shortest = time(spent).min(*shortest);
                }
                let [nothing, half, all] = shortest;
                nothing * 2 < half && half * 5 < all * 4
            });
            assert!(grows, "{scheme:?}: {shortest:?}");
        }
    }

    #[test]
    fn a_full_queue_is_busy_at_once() {
        let (hasher, let_through, has_entered) = gated();
        let password = Password::new("password");
        let mut running = pin!(hasher.hash(&password));
        assert!(poll_once(running.as_mut()).is_pending());
        has_entered.recv().unwrap();
        let mut waiting = pin!(hasher.verify_decoy(&password));
        assert!(poll_once(waiting.as_mut()).is_pending());

        assert_eq!(block_on(hasher.verify(&password, "!")), Err(Busy));
        assert_eq!(block_on(hasher.verify_decoy(&password)), Err(Busy));
        assert_eq!(block_on(hasher.hash(&password)), Err(HashError::Busy(Busy)));

        let_through.send(()).unwrap();
        assert!(block_on(running).unwrap().starts_with("bcrypt_sha256$$2b$04$"));
        assert_eq!(block_on(waiting), Ok(Verification::Mismatch));
    }

    #[test]
    fn a_future_dropped_before_its_turn_is_skipped() {
        let (hasher, let_through, has_entered) = gated();
        let password = Password::new("password");
        let mut running = pin!(hasher.hash(&password));
        assert!(poll_once(running.as_mut()).is_pending());
        has_entered.recv().unwrap();
        {
            let mut dropped = pin!(hasher.hash(&password));
            assert!(poll_once(dropped.as_mut()).is_pending());
        }
        let mut next = pin!(hasher.verify_decoy(&password));
        assert!(poll_once(next.as_mut()).is_pending(), "its place is free again");

        let_through.send(()).unwrap();
        assert!(block_on(running).is_ok());
        assert_eq!(block_on(next), Ok(Verification::Mismatch));
        assert!(has_entered.try_recv().is_err(), "no salt was asked for");
    }

    #[test]
    fn a_source_of_randomness_that_fails_is_an_error_of_its_own() {
        let (hasher, let_through, has_entered) = gated();
        drop((let_through, has_entered));
        let failed = block_on(hasher.hash(&Password::new("password")));
        assert_eq!(failed, Err(HashError::Encode(EncodeError::Randomness(RandomnessError))));
    }

    #[test]
    fn one_core_is_left_to_others_and_one_thread_there_always_is() {
        let cores = thread::available_parallelism().unwrap().get();
        assert_eq!(HasherLimits::default().threads.get(), cores.max(2) - 1);
    }
}
