//! Draining: the time between SIGTERM and the last connection. Load balancers send clients elsewhere while all requests
//! are still answered, so that a restart fails no request.

use std::net::{Shutdown, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{io, thread};

use actix_web::Error;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use socket2::SockRef;

/// How long a handshake may be under way when new ones are no longer answered: more than a round trip between machines
/// of one site.
const HANDSHAKE: Duration = Duration::from_millis(10);

/// How long connections may wait to be taken by the server, once no more come.
const TAKEN: Duration = Duration::from_secs(1);

/// Whether the server is about to stop. Shared by all workers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draining(Arc<AtomicBool>);

impl Draining {
    /// From here on health is 503, and each answer closes its connection.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it has begun.
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// The middleware: closes the connection of each answer once draining has begun.
    pub fn answered<S, B>(
        &self,
        request: ServiceRequest,
        service: &S,
    ) -> impl Future<Output = Result<ServiceResponse<B>, Error>> + use<S, B>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    {
        let draining = self.clone();
        let answering = service.call(request);
        async move {
            let mut response = answering.await?;
            if draining.has_begun() {
                response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
            }
            Ok(response)
        }
    }
}

/// The server's listening sockets, shared with it.
#[derive(Debug)]
pub(crate) struct Listeners(Vec<TcpListener>);

impl Listeners {
    /// A second handle to each.
    ///
    /// # Errors
    /// Where the process may open no more files.
    pub fn share(listeners: &[TcpListener]) -> io::Result<Self> {
        listeners.iter().map(TcpListener::try_clone).collect::<io::Result<_>>().map(Self)
    }

    /// Lets no new connection in, and waits until the server has taken those that wait. To close a listening socket
    /// resets the connections that wait in it, and a client that has sent a POST over one cannot know whether to repeat it.
    /// A client that is not let in asks again a second later, and is then refused. Blocks for some milliseconds.
    pub fn empty(&self) {
        for listener in &self.0 {
            // Best effort: without it a connection may be reset.
            let _ = ignore_new(listener);
        }
        thread::sleep(HANDSHAKE);
        let _ = self.wait_until_taken();
    }

    /// Refuses connections. A server that still asks these sockets for connections fails to get any: it must have been
    /// paused.
    pub fn close(self) {
        for listener in &self.0 {
            let _ = SockRef::from(listener).shutdown(Shutdown::Both);
        }
    }

    fn wait_until_taken(&self) -> io::Result<()> {
        const STEP: Duration = Duration::from_millis(1);
        for _ in 0..TAKEN.as_millis() / STEP.as_millis() {
            let mut waiting: Vec<_> = self.0.iter().map(|it| PollFd::new(it, PollFlags::IN)).collect();
            if poll(&mut waiting, Some(&Timespec::default()))? == 0 {
                break;
            }
            thread::sleep(STEP);
        }
        Ok(())
    }
}

/// Drops the first packet of each new connection (SYN without ACK, the flags being byte 13 of a TCP header), and lets all
/// others through: handshakes under way end, and connections go on.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn ignore_new(listener: &TcpListener) -> io::Result<()> {
    use socket2::SockFilter;

    // Classic BPF, as in the kernel's Documentation/networking/filter.rst.
    const LOAD_BYTE: u16 = 0x30;
    const AND: u16 = 0x54;
    const JUMP_UNLESS_EQUAL: u16 = 0x15;
    const RETURN: u16 = 0x06;
    SockRef::from(listener).attach_filter(&[
        SockFilter::new(LOAD_BYTE, 0, 0, 13),
        SockFilter::new(AND, 0, 0, 0x12),
        SockFilter::new(JUMP_UNLESS_EQUAL, 0, 1, 0x02),
        SockFilter::new(RETURN, 0, 0, 0),
        SockFilter::new(RETURN, 0, 0, u32::MAX),
    ])
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn ignore_new(_: &TcpListener) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
    use std::time::Duration;

    use super::Listeners;

    fn listen() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    #[test]
    fn a_connection_that_waits_is_taken_before_the_socket_closes_and_new_ones_are_not_let_in() {
        let (listener, address) = listen();
        let shared = Listeners::share(std::slice::from_ref(&listener)).unwrap();
        let mut client = TcpStream::connect(address).unwrap();
        client.write_all(b"POST").unwrap();
        let taking = std::thread::spawn(move || {
            // Later than it empties, so that it has to wait.
            std::thread::sleep(Duration::from_millis(100));
            listener.accept().unwrap().0
        });
        shared.empty();
        let mut taken = taking.join().unwrap();
        let silent = TcpStream::connect_timeout(&address, Duration::from_millis(200)).unwrap_err();
        assert_eq!(silent.kind(), std::io::ErrorKind::TimedOut, "it is dropped, not refused");
        shared.close();
        let refused = TcpStream::connect(address).unwrap_err();
        assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
        // The connection from before goes on.
        let mut bytes = [0; 4];
        taken.read_exact(&mut bytes).unwrap();
        taken.write_all(b"201").unwrap();
        drop(taken);
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert_eq!((&bytes, answer.as_str()), (b"POST", "201"));
    }
}
