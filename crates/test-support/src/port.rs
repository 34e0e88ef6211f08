//! A port nobody else will be given.

use std::net::{Ipv4Addr, TcpListener, TcpStream};

/// A free TCP port of 127.0.0.1, kept for the caller for about a minute.
///
/// One connection is made to the port and closed from its side, which leaves the port in `TIME_WAIT`: the kernel then
/// gives it to nobody who asks for any port, while a server that names it can bind it (`SO_REUSEADDR`, which std, actix
/// and `PostgreSQL` all set). Without this, two tests that start servers at once can be given the same port.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("127.0.0.1 has a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    let client = TcpStream::connect(address).expect("a listener accepts");
    let (accepted, _) = listener.accept().expect("a listener accepts");
    drop(accepted); // first: TIME_WAIT falls to the side that closes first
    drop(client);
    address.port()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::net::{Ipv4Addr, TcpListener};

    use super::free_port;

    #[test]
    fn a_port_is_given_once_and_can_be_bound() {
        let ports: Vec<u16> = (0..50).map(|_| free_port()).collect();
        assert_eq!(ports.iter().collect::<HashSet<_>>().len(), ports.len());
        for port in ports {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("a reserved port can be bound by name");
        }
    }
}
