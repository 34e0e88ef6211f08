//! Counts refused requests of anonymous callers: one line in the log per address and minute, whatever their number.
//!
//! Each of them is a line at the level `debug`, too.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use presspass_auth::throttles::network_of;

/// How long refusals are counted before they are a line.
const WINDOW: Duration = Duration::from_mins(1);

/// The refusals of more addresses in one minute are counted together.
const MAX_ADDRESSES: usize = 1000;

/// Why an anonymous caller was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CountedRefusal {
    /// A token, a key, or a session that is not good, or not good for this.
    Credentials,
    /// A login to an account that does not exist.
    UnknownAccount,
    /// A login after too many that failed.
    Throttled,
    /// A form that may come from another site.
    Form,
}

impl CountedRefusal {
    /// As the log names it.
    const fn name(self) -> &'static str {
        match self {
            Self::Credentials => "credentials rejected",
            Self::UnknownAccount => "login to an unknown account",
            Self::Throttled => "login throttled",
            Self::Form => "form may be forged",
        }
    }
}

/// Counts refusals. Clones share the counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Refusals(Arc<Mutex<Counts>>);

/// By network: `None` are connections without an address, and those beyond [`MAX_ADDRESSES`].
type Counts = BTreeMap<Option<IpAddr>, BTreeMap<CountedRefusal, u64>>;

/// One line of the log.
#[derive(Debug, PartialEq, Eq)]
struct Summary {
    client: Option<IpAddr>,
    count: u64,
    reasons: String,
}

impl Refusals {
    /// Counts one.
    pub fn count(&self, client: Option<IpAddr>, refusal: CountedRefusal) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let network = client.map(network_of);
        let has_room = counts.len() < MAX_ADDRESSES || counts.contains_key(&network);
        let of_network = counts.entry(network.filter(|_| has_room)).or_default();
        *of_network.entry(refusal).or_default() += 1;
    }

    /// Logs them every minute, from now on.
    pub async fn run(self) {
        loop {
            tokio::time::sleep(WINDOW).await;
            self.log();
        }
    }

    /// Logs what was counted since the last time.
    pub fn log(&self) {
        for Summary { client, count, reasons } in self.take() {
            let client = client.map(tracing::field::display);
            tracing::info!(client, count, reasons, "anonymous requests refused");
        }
    }

    fn take(&self) -> Vec<Summary> {
        let counts = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let summary = |(client, refusals): (Option<IpAddr>, BTreeMap<CountedRefusal, u64>)| {
            let reasons = refusals.iter().map(|(refusal, count)| format!("{} ({count})", refusal.name()));
            let reasons = reasons.collect::<Vec<_>>().join(", ");
            Summary { client, count: refusals.values().sum(), reasons }
        };
        counts.into_iter().map(summary).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_network_is_one_line_with_a_count_for_each_reason() {
        let refusals = Refusals::default();
        for (client, refusal) in [
            ("192.0.2.1", CountedRefusal::Throttled),
            ("192.0.2.1", CountedRefusal::Credentials),
            ("2001:db8::1", CountedRefusal::Form),
            ("192.0.2.1", CountedRefusal::Credentials),
            ("2001:db8::2", CountedRefusal::Form),
        ] {
            refusals.count(client.parse().ok(), refusal);
        }
        let line = |client: &str, count, reasons: &str| Summary {
            client: client.parse().ok(),
            count,
            reasons: reasons.to_owned(),
        };
        let first = line("192.0.2.1", 3, "credentials rejected (2), login throttled (1)");
        assert_eq!(refusals.take(), [first, line("2001:db8::", 2, "form may be forged (2)")]);
        assert_eq!(refusals.take(), []);
    }

    #[test]
    fn the_number_of_lines_has_an_end() {
        let refusals = Refusals::default();
        for client in 0..3000_u32 {
            refusals.count(Some(IpAddr::V4(client.into())), CountedRefusal::Credentials);
        }
        let lines = refusals.take();
        assert_eq!(lines.len(), MAX_ADDRESSES + 1);
        assert_eq!(lines.first().map(|line| (line.client, line.count)), Some((None, 2000)));
        assert_eq!(lines.iter().map(|line| line.count).sum::<u64>(), 3000);
    }
}
