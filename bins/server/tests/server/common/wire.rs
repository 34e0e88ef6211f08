//! A raw socket, for requests that no well-behaved client sends.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// A server that is silent for this long hangs.
const SILENCE: Duration = Duration::from_secs(10);

/// One connection.
pub(crate) struct Wire(BufReader<TcpStream>);

impl Wire {
    pub(crate) fn connect(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
        stream.set_read_timeout(Some(SILENCE)).expect("a socket has a timeout");
        stream.set_nodelay(true).expect("a socket can send at once");
        Self(BufReader::new(stream))
    }

    /// Sends these bytes; tells whether the server still takes them.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.0.get_mut().write_all(bytes.as_ref())
    }

    /// Whether the server says something within a second.
    pub(crate) fn answers_soon(&mut self) -> bool {
        let stream = self.0.get_ref();
        stream.set_read_timeout(Some(Duration::from_secs(1))).expect("a socket has a timeout");
        let answers = self.0.fill_buf().is_ok_and(|bytes| !bytes.is_empty());
        self.0.get_ref().set_read_timeout(Some(SILENCE)).expect("a socket has a timeout");
        answers
    }

    /// Sends no more.
    pub(crate) fn finish(&mut self) {
        self.0.get_ref().shutdown(Shutdown::Write).expect("a socket can be half closed");
    }

    /// The next line, without its end.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("the server answers");
        line.trim_end().to_owned()
    }

    /// All that comes until the server closes.
    pub(crate) fn rest(&mut self) -> io::Result<String> {
        let mut bytes = Vec::new();
        self.0.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A second handle to the same connection, to send from another thread.
    pub(crate) fn sender(&self) -> TcpStream {
        self.0.get_ref().try_clone().expect("a socket can be shared")
    }
}
