//! SQL for a `PostgreSQL` server: just enough of its protocol 3.0 (simple query, clear-text password) to make, fill, read
//! and drop databases, so that no client program and no driver is needed.

use std::io::{self, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// Protocol 3.0, as the start-up message carries it.
const PROTOCOL: u32 = 3 << 16;
/// The answer to an authentication request: none is needed, or the password in the clear.
const AUTHENTICATED: [u8; 4] = 0_u32.to_be_bytes();
const CLEARTEXT_PASSWORD: [u8; 4] = 3_u32.to_be_bytes();
/// A server that does not answer for this long is taken for broken.
const SILENCE: Duration = Duration::from_mins(1);

/// Runs `sql`, one statement or several, as `user` in `database` at 127.0.0.1, and gives the first value of the last row.
///
/// # Errors
/// The connection's, or the server's own message under [`io::ErrorKind::Other`].
pub(crate) fn execute(
    port: u16,
    user: &str,
    password: &str,
    database: &str,
    sql: &str,
) -> io::Result<Option<String>> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(SILENCE))?;
    let mut session = Session { reader: BufReader::new(stream) };
    let names = [b"user\0", user.as_bytes(), b"\0database\0", database.as_bytes(), b"\0\0"].concat();
    session.send(None, &[&PROTOCOL.to_be_bytes()[..], &names].concat())?;
    session.until_ready(password)?;
    session.send(Some(b'Q'), &[sql.as_bytes(), b"\0"].concat())?;
    let value = session.until_ready(password)?;
    session.send(Some(b'X'), b"")?;
    Ok(value)
}

struct Session {
    reader: BufReader<TcpStream>,
}

impl Session {
    /// A message: its kind (the start-up message has none), its length with the length itself, its content.
    fn send(&mut self, kind: Option<u8>, content: &[u8]) -> io::Result<()> {
        let length = u32::try_from(content.len() + 4).map_err(io::Error::other)?;
        let mut message: Vec<u8> = kind.into_iter().collect();
        message.extend(length.to_be_bytes());
        message.extend(content);
        self.reader.get_mut().write_all(&message)
    }

    fn receive(&mut self) -> io::Result<(u8, Vec<u8>)> {
        let mut head = [0; 5];
        self.reader.read_exact(&mut head)?;
        let [kind, length @ ..] = head;
        let length = u32::from_be_bytes(length).saturating_sub(4) as usize;
        let mut content = vec![0; length];
        self.reader.read_exact(&mut content)?;
        Ok((kind, content))
    }

    /// The first value of the last row until then.
    fn until_ready(&mut self, password: &str) -> io::Result<Option<String>> {
        let mut value = None;
        loop {
            match self.receive()? {
                (b'Z', _) => return Ok(value),
                (b'D', content) => value = first_value(&content),
                (b'E', content) => return Err(io::Error::other(message_of(&content))),
                (b'R', content) if content == AUTHENTICATED => {}
                (b'R', content) if content == CLEARTEXT_PASSWORD => {
                    self.send(Some(b'p'), &[password.as_bytes(), b"\0"].concat())?;
                }
                (b'R', content) => {
                    return Err(io::Error::other(format!("unknown authentication request {content:?}")));
                }
                _ => {} // parameters, notices, row descriptions
            }
        }
    }
}

/// The field `M` of an error response: fields are a letter and a text that ends with a zero byte.
fn message_of(content: &[u8]) -> String {
    content.split(|byte| *byte == 0).find_map(|field| field.strip_prefix(b"M")).map_or_else(
        || "an error without a message".to_owned(),
        |text| String::from_utf8_lossy(text).into_owned(),
    )
}

/// Of a row: after the number of its values, the length of the first (-1 for NULL) and its text.
fn first_value(content: &[u8]) -> Option<String> {
    let (length, rest) = content.get(2..)?.split_first_chunk()?;
    let length = usize::try_from(i32::from_be_bytes(*length)).ok()?;
    Some(String::from_utf8_lossy(rest.get(..length)?).into_owned())
}
