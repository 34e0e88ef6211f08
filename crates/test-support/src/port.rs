//! Free ports, each given once.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};

/// The lowest port that is given.
const LOWEST: u16 = 10_000;

/// Where the kernel's own choices begin, on Linux by default.
const EPHEMERAL: u16 = 32_768;

/// A free TCP port of 127.0.0.1, given once in this process.
///
/// It lies below the ports that the kernel gives to whoever asks for any. So no connection that is opened meanwhile has
/// it, and above all not the one by which a test asks whether its server listens yet: a socket that happens to get the
/// port that it connects to is connected to itself, which looks like a server that never answers.
#[must_use]
pub fn free_port() -> u16 {
    // Processes that run side by side begin at different places.
    static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| {
        let seed = std::process::id().wrapping_mul(7919);
        AtomicU16::new(u16::try_from(seed % u32::from(EPHEMERAL - LOWEST)).unwrap_or(0))
    });
    let highest = kernels_first().clamp(LOWEST + 1000, EPHEMERAL);
    (0..highest - LOWEST)
        .map(|_| LOWEST + NEXT.fetch_add(1, Ordering::Relaxed) % (highest - LOWEST))
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("127.0.0.1 has a free port")
}

/// The lowest port that the kernel gives by itself.
fn kernels_first() -> u16 {
    let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    range.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(EPHEMERAL)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::net::{Ipv4Addr, TcpListener};

    use super::{free_port, kernels_first};

    #[test]
    fn a_port_is_given_once_and_can_be_bound() {
        let ports: Vec<u16> = (0..50).map(|_| free_port()).collect();
        assert_eq!(ports.iter().collect::<HashSet<_>>().len(), ports.len());
        for port in ports {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("a free port can be bound by name");
        }
    }

    #[test]
    fn the_kernel_gives_such_a_port_to_nobody() {
        let first = kernels_first();
        // A machine whose kernel gives all ports has none that it does not.
        assert!(first < 11_000 || free_port() < first);
    }
}
