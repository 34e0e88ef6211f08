//! A blocking HTTP/1.1 client that sends exactly what a test writes.

use std::io::{self, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::answer::{Answer, Connection};

/// Long enough for a password hash in a build without optimisation on a busy machine.
const TIMEOUT: Duration = Duration::from_mins(1);

/// One caller, with at most one open connection, which is used again while the server keeps it.
///
/// A request that fails is never sent twice: a test that counts writes must see each one.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    timeout: Duration,
    authorization: Option<String>,
    connection: Option<BufReader<TcpStream>>,
}

impl Client {
    /// A client of 127.0.0.1 at `port`. It connects at the first request.
    #[must_use]
    pub fn new(port: u16) -> Self {
        Self {
            address: (Ipv4Addr::LOCALHOST, port).into(),
            timeout: TIMEOUT,
            authorization: None,
            connection: None,
        }
    }

    /// How long the server may stay silent, in place of a minute. It holds from the next connection on.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sends this `Authorization` with every request that has none of its own.
    #[must_use]
    pub fn authorized(mut self, authorization: impl Into<String>) -> Self {
        self.authorization = Some(authorization.into());
        self
    }

    /// The `Authorization` of its requests, or nothing.
    #[must_use]
    pub fn authorization(&self) -> &str {
        self.authorization.as_deref().unwrap_or_default()
    }

    /// A GET request.
    pub fn get(&mut self, target: &str) -> Request<'_> {
        self.request("GET", target)
    }

    /// A POST request.
    pub fn post(&mut self, target: &str) -> Request<'_> {
        self.request("POST", target)
    }

    /// A PATCH request.
    pub fn patch(&mut self, target: &str) -> Request<'_> {
        self.request("PATCH", target)
    }

    /// A DELETE request.
    pub fn delete(&mut self, target: &str) -> Request<'_> {
        self.request("DELETE", target)
    }

    /// A request; `target` goes into the request line as it is: `/posts/?limit=2`.
    pub fn request(&mut self, method: &str, target: &str) -> Request<'_> {
        Request {
            client: self,
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// Sends these very bytes and reads one answer.
    pub fn raw(&mut self, bytes: impl AsRef<[u8]>) -> Answer {
        self.try_raw(bytes).expect("the server answers")
    }

    /// [`raw`](Self::raw), for tests of servers that do not answer.
    ///
    /// # Errors
    /// The connection's; [`io::ErrorKind::UnexpectedEof`] where the server closes early,
    /// [`io::ErrorKind::WouldBlock`] where it is silent for too long, [`io::ErrorKind::InvalidData`] where the answer is
    /// not HTTP.
    pub fn try_raw(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<Answer> {
        let bytes = bytes.as_ref();
        let method = if bytes.starts_with(b"HEAD ") { "HEAD" } else { "" };
        let mut connection = match self.connection.take().filter(is_open) {
            Some(connection) => connection,
            None => self.connect()?,
        };
        // A server that refuses a request half-way answers and closes: its answer counts, not the broken pipe.
        let sent = connection.get_mut().write_all(bytes);
        let (answer, next) =
            Answer::read(&mut connection, method).map_err(|error| sent.err().unwrap_or(error))?;
        if next == Connection::Reusable {
            self.connection = Some(connection);
        }
        Ok(answer)
    }

    /// Closes the connection; the next request opens another.
    pub fn disconnect(&mut self) {
        self.connection = None;
    }

    fn connect(&self) -> io::Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect_timeout(&self.address, self.timeout)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(self.timeout))?;
        stream.set_write_timeout(Some(self.timeout))?;
        Ok(BufReader::new(stream))
    }
}

/// Whether the server has neither closed an idle connection nor sent anything over it that nobody asked for.
fn is_open(connection: &BufReader<TcpStream>) -> bool {
    let stream = connection.get_ref();
    let silent = stream.set_nonblocking(true).and_then(|()| stream.peek(&mut [0]));
    let restored = stream.set_nonblocking(false);
    connection.buffer().is_empty()
        && restored.is_ok()
        && silent.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}

/// A request that is being put together. On the wire its headers stand in the order in which they were added; before them
/// `Host` and after them `Content-Length` where there is a body, each unless the test gave its own.
#[derive(Debug)]
#[must_use = "nothing is sent before send()"]
pub struct Request<'a> {
    client: &'a mut Client,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Request<'_> {
    /// Adds a header; the same name again adds a second line.
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_owned()));
        self
    }

    /// The body, as it is.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// A body with its `Content-Type`.
    pub fn content(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.header("Content-Type", content_type).body(body)
    }

    /// A JSON body with its `Content-Type`.
    pub fn json(self, value: &Value) -> Self {
        self.json_text(value.to_string())
    }

    /// The text of a JSON body, good or not, with its `Content-Type`.
    pub fn json_text(self, text: impl Into<Vec<u8>>) -> Self {
        self.content("application/json", text)
    }

    /// Sends the request, and panics where the answer has another status; the message shows the answer.
    #[expect(clippy::must_use_candidate, reason = "the status is what most tests want to know")]
    pub fn expect(self, status: u16) -> Answer {
        let what = format!("{} {}", self.method, self.target);
        let answer = self.send();
        assert_eq!(answer.status, status, "{what}: {}", String::from_utf8_lossy(&answer.body));
        answer
    }

    /// Sends the request and reads the answer.
    #[must_use = "an answer that nobody looks at proves nothing"]
    pub fn send(self) -> Answer {
        let what = format!("{} {}", self.method, self.target);
        self.try_send().unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// [`send`](Self::send), for tests of servers that do not answer.
    ///
    /// # Errors
    /// Those of [`Client::try_raw`].
    pub fn try_send(self) -> io::Result<Answer> {
        let bytes = self.to_bytes();
        self.client.try_raw(bytes)
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        let mut line = |name: &str, value: &str| head.extend([name, ": ", value, "\r\n"]);
        if !self.has("Host") {
            line("Host", &self.client.address.to_string());
        }
        if let Some(value) = self.client.authorization.as_ref().filter(|_| !self.has("Authorization")) {
            line("Authorization", value);
        }
        for (name, value) in &self.headers {
            line(name, value);
        }
        let body = self.body.as_deref();
        if let Some(body) = body.filter(|_| !self.has("Content-Length") && !self.has("Transfer-Encoding")) {
            line("Content-Length", &body.len().to_string());
        }
        [head.as_bytes(), b"\r\n", body.unwrap_or_default()].concat()
    }

    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(key, _)| key.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read as _, Write as _};
    use std::net::{Ipv4Addr, TcpListener};
    use std::thread::{self, JoinHandle};
    use std::time::Duration;

    use serde_json::json;

    use super::Client;

    /// Accepts one connection for each row; answers its nth request with the nth text of the row, then closes. Gives back
    /// every request.
    fn serve(rows: Vec<Vec<&'static str>>) -> (u16, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
        let port = listener.local_addr().expect("a bound listener has an address").port();
        let server = thread::spawn(move || {
            let mut requests = Vec::new();
            for row in rows {
                let (mut stream, _) = listener.accept().expect("the client connects");
                for answer in row {
                    let mut bytes = vec![0; 4096];
                    let length = stream.read(&mut bytes).expect("the client sends");
                    requests
                        .push(String::from_utf8_lossy(bytes.get(..length).unwrap_or_default()).into_owned());
                    stream.write_all(answer.as_bytes()).expect("the client reads");
                }
            }
            requests
        });
        (port, server)
    }

    const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    #[test]
    fn a_request_is_what_the_test_wrote_with_host_and_length() {
        let (port, server) = serve(vec![vec![OK]]);
        let mut client = Client::new(port);
        let answer = client.request("POST", "/a?b=%20").header("X-One", "1").json(&json!({"a": "é"})).send();
        assert_eq!(answer.text(), "ok");
        let expected = format!(
            "POST /a?b=%20 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-One: 1\r\nContent-Type: application/json\r\n\
             Content-Length: 10\r\n\r\n{{\"a\":\"é\"}}"
        );
        assert_eq!(server.join().expect("the server ends"), [expected]);
    }

    #[test]
    fn host_and_length_of_the_test_stay_alone() {
        let (port, server) = serve(vec![vec![OK]]);
        let mut client = Client::new(port);
        let request = client.request("PUT", "/").header("host", "a.example").header("content-length", "1");
        assert_eq!(request.body("xy").send().status, 200);
        let expected = "PUT / HTTP/1.1\r\nhost: a.example\r\ncontent-length: 1\r\n\r\nxy";
        assert_eq!(server.join().expect("the server ends"), [expected]);
    }

    #[test]
    fn a_user_sends_a_credential_with_each_request_and_another_where_the_test_gives_one() {
        let (port, server) = serve(vec![vec![OK, OK]]);
        let mut user = Client::new(port).authorized("JWT a");
        user.get("/").expect(200);
        user.patch("/").header("authorization", "JWT b").expect(200);
        let requests = server.join().expect("the server ends");
        assert_eq!(
            requests[0],
            format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: JWT a\r\n\r\n")
        );
        assert!(
            requests[1].contains("authorization: JWT b") && !requests[1].contains("JWT a"),
            "{requests:?}"
        );
    }

    #[test]
    #[should_panic(expected = "GET /a: ok")]
    fn another_status_than_the_expected_shows_the_request_and_the_answer() {
        let (port, _server) = serve(vec![vec![OK]]);
        Client::new(port).get("/a").expect(201);
    }

    #[test]
    fn a_connection_is_used_again_and_replaced_once_it_is_closed() {
        let (port, server) = serve(vec![vec![OK, OK], vec![OK]]);
        let mut client = Client::new(port);
        for _ in 0..2 {
            assert_eq!(client.request("GET", "/").send().status, 200);
        }
        // The server closes now; wait for its FIN, which a request sent before it would run into.
        let idle = client.connection.as_mut().expect("the connection is kept");
        assert_eq!(idle.read(&mut [0]).expect("the server closes"), 0);
        assert_eq!(client.request("GET", "/").send().status, 200);
        assert_eq!(server.join().expect("the server ends").len(), 3);
    }

    #[test]
    fn raw_bytes_arrive_as_they_are() {
        let (port, server) = serve(vec![vec!["HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"]]);
        assert_eq!(Client::new(port).raw("GARBAGE\n\n").status, 400);
        assert_eq!(server.join().expect("the server ends"), ["GARBAGE\n\n"]);
    }

    #[test]
    fn a_raw_head_request_expects_no_body() {
        let (port, _server) = serve(vec![vec!["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"]]);
        assert!(Client::new(port).raw("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").body.is_empty());
    }

    #[test]
    fn a_server_that_closes_without_an_answer_is_an_error() {
        let (port, _server) = serve(vec![vec![""]]);
        let error = Client::new(port).request("GET", "/").try_send().expect_err("no answer came");
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    }

    #[test]
    fn a_silent_server_is_an_error_after_the_timeout() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
        let port = listener.local_addr().expect("a bound listener has an address").port();
        let mut client = Client::new(port).timeout(Duration::from_millis(20));
        let error = client.request("GET", "/").try_send().expect_err("no answer came");
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
    }
}
