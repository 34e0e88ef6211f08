//! DRF's throttles of requests.

use std::fmt::Display;
use std::net::IpAddr;

use super::caller::network_of;
use super::rate::Rate;

/// The caller of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requester<Id> {
    /// The account's id; `None` for an anonymous caller.
    pub account: Option<Id>,
    /// The client's address, if it is known.
    pub address: Option<IpAddr>,
}

/// The rates of requests, as in `DEFAULT_THROTTLE_RATES`. A scope without a rate is not throttled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestRates {
    /// For anonymous callers, by address (`AnonRateThrottle`).
    pub anon: Option<Rate>,
    /// For accounts by id, and for anonymous callers by address (`UserRateThrottle`).
    pub user: Option<Rate>,
    /// The same for the views of one scope (`ScopedRateThrottle`).
    pub scopes: Vec<(&'static str, Rate)>,
}

impl RequestRates {
    /// Whether there are no rates.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.anon.is_none() && self.user.is_none() && self.scopes.is_empty()
    }

    /// The keys that a request to a view of this scope uses, with their rates, in order. The first that refuses ends
    /// the check; those before it stay used (`APIView.check_throttles`).
    #[must_use]
    pub fn keys<Id: Display>(&self, requester: Requester<Id>, scope: &str) -> Vec<(String, Rate)> {
        let Requester { account, address } = requester;
        let address = || address.map_or_else(|| "unknown".to_owned(), |it| network_of(it).to_string());
        let caller = || account.as_ref().map_or_else(address, |id| format!("account-{id}"));
        let anon = self.anon.filter(|_| account.is_none());
        let scoped = self.scopes.iter().find(|(name, _)| *name == scope);
        let anon = anon.map(|rate| (format!("anon:{}", address()), rate));
        let user = self.user.map(|rate| (format!("user:{}", caller()), rate));
        let scoped = scoped.map(|(name, rate)| (format!("scope:{name}:{}", caller()), *rate));
        anon.into_iter().chain(user).chain(scoped).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(account: Option<i64>, address: &str, scope: &str) -> Vec<String> {
        let rate = Rate::parse("1/s").unwrap();
        let rates = RequestRates { anon: Some(rate), user: Some(rate), scopes: vec![("posts", rate)] };
        let requester = Requester { account, address: address.parse().ok() };
        rates.keys(requester, scope).into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn accounts_count_by_themselves_and_others_by_address() {
        let posts = ["anon:192.0.2.1", "user:192.0.2.1", "scope:posts:192.0.2.1"];
        assert_eq!(keys(None, "192.0.2.1", "posts"), posts);
        assert_eq!(keys(Some(7), "192.0.2.1", "posts"), ["user:account-7", "scope:posts:account-7"]);
        assert_eq!(keys(Some(7), "192.0.2.1", "account"), ["user:account-7"]);
        assert_eq!(keys(None, "2001:db8::1", "x"), ["anon:2001:db8::", "user:2001:db8::"]);
        assert_eq!(keys(None, "", "x"), ["anon:unknown", "user:unknown"]);
    }

    #[test]
    fn without_rates_no_key_is_used() {
        let requester = Requester { account: None::<i64>, address: None };
        assert!(RequestRates::default().is_empty());
        assert!(RequestRates::default().keys(requester, "posts").is_empty());
    }
}
