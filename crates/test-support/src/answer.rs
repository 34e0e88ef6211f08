//! A response, as it was on the wire.

use std::io::{self, BufRead, Read as _};

use serde_json::Value;

/// An HTTP/1.1 answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code: 200, 401 …
    pub status: u16,
    /// The phrase after the status code; may be empty.
    pub reason: String,
    /// The headers in the order in which they came.
    pub headers: Headers,
    /// The body, chunks joined; empty where HTTP allows none (HEAD, 204, 304).
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text; panics where it is not UTF-8.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is UTF-8")
    }

    /// The body as JSON; panics, and shows the answer, where it is not.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("not JSON ({error}): {} {}", self.status, String::from_utf8_lossy(&self.body))
        })
    }

    /// A header's first value, by its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }

    /// The value that the last `Set-Cookie` of this name sets.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let pairs =
            self.headers.get_all("Set-Cookie").filter_map(|line| line.split(';').next()?.split_once('='));
        pairs.filter(|(key, _)| key.trim() == name).last().map(|(_, value)| value)
    }

    /// Reads one answer, past interim ones (1xx), and says what becomes of the connection. `method` is the request's: the
    /// answer to HEAD has no body, whatever its headers say.
    pub(crate) fn read(reader: &mut impl BufRead, method: &str) -> io::Result<(Self, Connection)> {
        loop {
            let (version, status, reason) = read_status_line(reader)?;
            let headers = Headers::read(reader)?;
            if (100..200).contains(&status) && status != 101 {
                continue;
            }
            let framing = Framing::of(method, status, &headers)?;
            let body = framing.read_body(reader)?;
            let connection = match headers.get("Connection").map(str::to_ascii_lowercase).as_deref() {
                Some("close") => Connection::Closing,
                Some("keep-alive") if framing != Framing::UntilClose => Connection::Reusable,
                _ if version == "HTTP/1.1" && framing != Framing::UntilClose => Connection::Reusable,
                _ => Connection::Closing,
            };
            return Ok((Self { status, reason, headers, body }, connection));
        }
    }
}

/// Whether the next request may be sent over the same connection (RFC 9112, 9.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connection {
    Reusable,
    Closing,
}

/// Header lines in the order in which they came, repeated ones included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The first value under `name`, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Every value under `name`, in any case and in order.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Every name, as the server wrote it, with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn read(reader: &mut impl BufRead) -> io::Result<Self> {
        let mut headers = Vec::new();
        loop {
            let line = read_line(reader)?;
            if line.is_empty() {
                return Ok(Self(headers));
            }
            let (name, value) =
                line.split_once(':').ok_or_else(|| malformed("header without a colon", &line))?;
            headers.push((name.to_owned(), value.trim_matches([' ', '\t']).to_owned()));
        }
    }
}

/// How the end of a body is known (RFC 9112, 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    None,
    Chunked,
    Length(u64),
    UntilClose,
}

impl Framing {
    fn of(method: &str, status: u16, headers: &Headers) -> io::Result<Self> {
        if method == "HEAD" || matches!(status, 101 | 204 | 304) {
            return Ok(Self::None);
        }
        if headers.get("Transfer-Encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            return Ok(Self::Chunked);
        }
        headers.get("Content-Length").map_or(Ok(Self::UntilClose), |length| {
            length.parse().map(Self::Length).map_err(|_| malformed("Content-Length", length))
        })
    }

    fn read_body(self, reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
        match self {
            Self::None => Ok(Vec::new()),
            Self::Chunked => read_chunks(reader),
            Self::Length(length) => read_exactly(reader, length),
            Self::UntilClose => {
                let mut body = Vec::new();
                reader.read_to_end(&mut body)?;
                Ok(body)
            }
        }
    }
}

fn read_status_line(reader: &mut impl BufRead) -> io::Result<(String, u16, String)> {
    let line = read_line(reader)?;
    let mut parts = line.splitn(3, ' ');
    let version = parts.next().filter(|version| version.starts_with("HTTP/1."));
    let status = parts.next().filter(|code| code.len() == 3).and_then(|code| code.parse().ok());
    let (Some(version), Some(status)) = (version, status) else {
        return Err(malformed("status line", &line));
    };
    Ok((version.to_owned(), status, parts.next().unwrap_or_default().to_owned()))
}

fn read_chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = read_line(reader)?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(size, 16).map_err(|_| malformed("chunk size", &line))?;
        if size == 0 {
            Headers::read(reader)?; // the trailers
            return Ok(body);
        }
        body.extend(read_exactly(reader, size)?);
        let end = read_line(reader)?;
        if !end.is_empty() {
            return Err(malformed("end of chunk", &end));
        }
    }
}

fn read_exactly(reader: &mut impl BufRead, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length {
        return Ok(bytes);
    }
    let message = format!("{} of {length} bytes of the body came", bytes.len());
    Err(io::Error::new(io::ErrorKind::UnexpectedEof, message))
}

/// A line without its CRLF. A bare LF is refused: a server must not send one.
fn read_line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection"));
    }
    let text = String::from_utf8_lossy(&line);
    text.strip_suffix("\r\n").map(str::to_owned).ok_or_else(|| malformed("line end", &text))
}

fn malformed(what: &str, line: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("malformed {what}: {line:?}"))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, ErrorKind, Read as _};

    use serde_json::json;

    use super::{Answer, Connection};

    fn read(method: &str, bytes: &str) -> std::io::Result<(Answer, Connection)> {
        Answer::read(&mut Cursor::new(bytes), method)
    }

    #[test]
    fn headers_keep_their_order_and_are_found_in_any_case() {
        let (answer, _) = read(
            "GET",
            "HTTP/1.1 200 OK\r\nB: 1\r\nset-cookie: a=1; Path=/\r\nA:2 \r\nSet-Cookie: b=x=y\r\nContent-Length: 2\r\n\r\n[]",
        )
        .expect("a good answer");
        assert_eq!((answer.status, answer.reason.as_str()), (200, "OK"));
        assert_eq!(
            answer.headers.iter().map(|(name, _)| name).collect::<String>(),
            "Bset-cookieASet-CookieContent-Length"
        );
        assert_eq!(answer.header("a"), Some("2"));
        assert_eq!(answer.headers.get_all("SET-COOKIE").collect::<Vec<_>>(), ["a=1; Path=/", "b=x=y"]);
        assert_eq!(
            (answer.cookie("a"), answer.cookie("b"), answer.cookie("c")),
            (Some("1"), Some("x=y"), None)
        );
        assert_eq!(answer.json(), json!([]));
    }

    #[test]
    fn the_last_cookie_of_a_name_counts() {
        let (answer, _) =
            read("GET", "HTTP/1.1 204 \r\nSet-Cookie: a=1\r\nSet-Cookie: a=2; HttpOnly\r\n\r\n")
                .expect("a good answer");
        assert_eq!(answer.cookie("a"), Some("2"));
    }

    #[test]
    fn chunks_are_joined_and_trailers_passed_over() {
        let bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\nnext";
        let mut reader = Cursor::new(bytes);
        let (answer, connection) = Answer::read(&mut reader, "GET").expect("a good answer");
        assert_eq!(answer.text(), "abc0123456789");
        assert_eq!(connection, Connection::Reusable);
        let mut rest = String::new();
        reader.read_to_string(&mut rest).expect("a cursor can be read");
        assert_eq!(rest, "next");
    }

    #[test]
    fn an_answer_to_head_has_no_body() {
        let (answer, connection) =
            read("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n").expect("a good answer");
        assert!(answer.body.is_empty());
        assert_eq!(connection, Connection::Reusable);
    }

    #[test]
    fn an_interim_answer_is_passed_over() {
        let (answer, _) =
            read("POST", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
                .expect("a good answer");
        assert_eq!(answer.status, 201);
    }

    #[test]
    fn a_body_without_a_length_ends_with_the_connection() {
        let (answer, connection) = read("GET", "HTTP/1.1 200 OK\r\n\r\nall of it").expect("a good answer");
        assert_eq!(answer.text(), "all of it");
        assert_eq!(connection, Connection::Closing);
    }

    #[test]
    fn a_connection_is_not_reused_after_close_or_http_1_0() {
        for head in ["HTTP/1.1 200 OK\r\nConnection: Close", "HTTP/1.0 200 OK"] {
            let (_, connection) =
                read("GET", &format!("{head}\r\nContent-Length: 0\r\n\r\n")).expect("a good answer");
            assert_eq!(connection, Connection::Closing, "{head}");
        }
    }

    #[test]
    fn a_cut_body_is_an_error() {
        for bytes in [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
            "",
        ] {
            let error = read("GET", bytes).expect_err("the body is cut");
            assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_not_http_is_an_error() {
        for bytes in [
            "SSH-2.0-OpenSSH\r\n",
            "HTTP/1.1 OK\r\n\r\n",
            "HTTP/1.1 200 OK\n\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        ] {
            let error = read("GET", bytes).expect_err("not HTTP");
            assert_eq!(error.kind(), ErrorKind::InvalidData, "{bytes:?}");
        }
    }
}
