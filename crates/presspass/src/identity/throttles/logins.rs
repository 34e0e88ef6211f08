//! How many logins run at a time.

use std::net::IpAddr;
use std::time::Duration;

use presspass_auth::passwords::HasherFor;
use presspass_auth::throttles::{LoginRates, Rate};
use presspass_rest::{KeyedPermit, KeyedSemaphore};

/// How many logins to one account from one address are under way at a time on this server, whether they are good or not.
const PER_ACCOUNT_LIMIT: usize = 4;

/// How many logins from one address are under way at a time: more than of one account, so that one account leaves places
/// to the others behind the same address.
const PER_ADDRESS_LIMIT: usize = 8;

/// How often a login checks whether the hash workers have room.
const RETRY_INTERVAL: Duration = Duration::from_millis(50);

/// Limits how many logins are under way.
///
/// A login under way counts as failed until it is seen to be good: so no more than half of what may fail is under way at
/// a time on this server, and a client that sends many good ones at once is not taken for one that guesses.
#[derive(Debug)]
pub(crate) struct LoginLimits {
    per_account: KeyedSemaphore,
    per_address: KeyedSemaphore,
    timeout: Duration,
}

impl LoginLimits {
    /// Limits below the rates of failures. A login waits for the others of its account and of its address for as long as
    /// `timeout`.
    pub fn new(rates: LoginRates, timeout: Duration) -> Self {
        let at_once = |rate: Rate, limit: usize| {
            KeyedSemaphore::new(usize::try_from(rate.number() / 2).unwrap_or(limit).min(limit))
        };
        Self {
            per_account: at_once(rates.account, PER_ACCOUNT_LIMIT),
            per_address: at_once(rates.address, PER_ADDRESS_LIMIT),
            timeout,
        }
    }

    /// Waits until another login to this account from this network may run, and the hash workers have room; `None` after the
    /// timeout. Clients that are refused immediately would retry immediately.
    pub async fn permit(
        &self,
        name: &str,
        network: Option<IpAddr>,
        hasher: HasherFor<'_>,
    ) -> Option<(KeyedPermit, KeyedPermit)> {
        let permits = async {
            let per_account = self.per_account.acquire((name, network)).await?;
            let per_address = self.per_address.acquire(network).await?;
            while hasher.check_room().is_err() {
                tokio::time::sleep(RETRY_INTERVAL).await;
            }
            Some((per_account, per_address))
        };
        tokio::time::timeout(self.timeout, permits).await.ok().flatten()
    }
}
