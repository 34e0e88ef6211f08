//! A TCP proxy in front of a server, to simulate outages.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::free_port;

/// A port of 127.0.0.1 that passes connections on to another port, such as a database's, once it is opened. Until then
/// connections are refused.
#[derive(Debug)]
pub struct OutageProxy {
    port: u16,
    target: u16,
    /// Bound and not accepted from.
    listener: Option<TcpListener>,
    is_open: Arc<AtomicBool>,
    is_accepting: bool,
    in_the_queue: Vec<TcpStream>,
}

impl OutageProxy {
    /// A port in front of this one, where connections are refused.
    #[must_use]
    pub fn closed(target: u16) -> Self {
        let is_open = Arc::new(AtomicBool::new(false));
        Self {
            port: free_port(),
            target,
            listener: None,
            is_open,
            is_accepting: false,
            in_the_queue: Vec::new(),
        }
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on connections are made, and nothing on them is answered.
    pub fn be_silent(&mut self) {
        self.listener = Some(self.bind());
    }

    /// From now on no packet is answered, as behind a firewall that drops them: the queue of connections is full.
    pub fn drop_packets(&mut self) {
        let listener = self.bind();
        socket2::SockRef::from(&listener).listen(0).expect("a queue can be made short");
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(100)).ok();
        self.in_the_queue = std::iter::from_fn(connect).collect();
        self.listener = Some(listener);
    }

    /// From now on connections are answered as `PostgreSQL` does while it starts, in German.
    pub fn be_starting(&mut self) {
        self.accept();
    }

    /// From now on connections are passed on, those that were met with silence, too.
    pub fn open(&mut self) {
        self.is_open.store(true, Ordering::SeqCst);
        self.in_the_queue.clear();
        if !self.is_accepting {
            self.accept();
        }
    }

    fn bind(&self) -> TcpListener {
        TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).expect("a free port can be bound")
    }

    /// Accepts connections on a thread that lives as long as the process of the test.
    fn accept(&mut self) {
        let listener = self.listener.take().unwrap_or_else(|| self.bind());
        let (is_open, target) = (self.is_open.clone(), self.target);
        self.is_accepting = true;
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let is_open = is_open.load(Ordering::SeqCst);
                thread::spawn(move || if is_open { pass_on(client, target) } else { refuse(client) });
            }
        });
    }
}

fn pass_on(client: TcpStream, target: u16) -> io::Result<()> {
    let server = TcpStream::connect((Ipv4Addr::LOCALHOST, target))?;
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        let copied = io::copy(&mut from_client, &mut to_server);
        copied.and_then(|_| to_server.shutdown(Shutdown::Write))
    });
    let (mut from_server, mut to_client) = (server, client);
    io::copy(&mut from_server, &mut to_client)?;
    to_client.shutdown(Shutdown::Both)
}

/// Answers as `PostgreSQL` does while it starts: <https://www.postgresql.org/docs/current/protocol-message-formats.html>.
fn refuse(mut client: TcpStream) -> io::Result<()> {
    const ENCRYPTION: [[u8; 4]; 2] = [80_877_103_i32.to_be_bytes(), 80_877_104_i32.to_be_bytes()];
    let mut head = [0; 8];
    loop {
        client.read_exact(&mut head)?;
        if !ENCRYPTION.iter().any(|code| head.ends_with(code)) {
            break;
        }
        client.write_all(b"N")?;
    }
    let fields = b"SFATAL\0VFATAL\0C57P03\0Mdas Datenbanksystem startet gerade\0\0";
    let length = u32::try_from(fields.len() + 4).map_err(io::Error::other)?;
    client.write_all(&[&b"E"[..], &length.to_be_bytes(), fields].concat())?;
    // What the client has sent is read, or the answer would be lost with the connection.
    client.shutdown(Shutdown::Write)?;
    io::copy(&mut client, &mut io::sink()).map(drop)
}
