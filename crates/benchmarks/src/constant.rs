//! The baseline: an actix-web server with a constant response, in a process of its own.

use std::env;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::{Context as _, bail};
use presspass_test_support::{Answer, RunningServer};

use crate::machine::Pinning;

/// The command by which this program becomes that server.
pub(crate) const ROLE: &str = "constant-answer";
/// Carries the answer to the server: header lines, an empty line, the body.
const ANSWER: &str = "PRESSPASS_BENCHMARKS_ANSWER";
/// These actix-web writes by itself.
const WRITTEN_BY_ACTIX: [&str; 2] = ["content-length", "date"];

/// Each answer has one of its own; the constant server repeats the one that it was given, so that the bytes are as many.
const ONE_EACH: &str = "x-request-id";

/// The headers that stay the same from answer to answer, by name.
pub(crate) fn fixed(answer: &Answer) -> Vec<(String, &str)> {
    sent(answer).into_iter().filter(|(name, _)| name != ONE_EACH).collect()
}

/// The headers that the constant server sends, by name.
fn sent(answer: &Answer) -> Vec<(String, &str)> {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, _)| !WRITTEN_BY_ACTIX.contains(&name.as_str()))
        .collect();
    headers.sort();
    headers
}

/// Starts the server, which answers with the headers and the body of this answer.
pub(crate) fn start(answer: &Answer, pinning: Pinning) -> anyhow::Result<RunningServer> {
    let program = env::current_exe().context("cannot find this program")?;
    Ok(pinning.server(program).arg(ROLE).env(ANSWER, encode(answer)).start())
}

/// Serves until it is killed.
pub(crate) fn serve() -> anyhow::Result<()> {
    let variable = |name| env::var(name).with_context(|| format!("{name} is missing"));
    let address = variable("PRESSPASS_BIND")?;
    let (headers, body) = decode(&variable(ANSWER)?)?;
    let server = HttpServer::new(move || {
        let (headers, body) = (headers.clone(), web::Bytes::from(body.clone()));
        App::new().default_service(web::to(move || {
            let answer = reply(&headers, body.clone());
            async move { answer }
        }))
    });
    let server = server.workers(1).bind(&address).with_context(|| format!("cannot listen on {address}"))?;
    actix_web::rt::System::new().block_on(server.run()).context("the server stopped")
}

fn reply(headers: &HeaderMap, body: web::Bytes) -> HttpResponse {
    let mut response = HttpResponse::Ok().body(body);
    for (name, value) in headers {
        response.headers_mut().append(name.clone(), value.clone());
    }
    response
}

fn encode(answer: &Answer) -> String {
    let mut text = String::new();
    for (name, value) in sent(answer) {
        text.extend([&name, ": ", value, "\n"]);
    }
    text + "\n" + answer.text()
}

fn decode(text: &str) -> anyhow::Result<(HeaderMap, String)> {
    let mut headers = HeaderMap::new();
    let mut rest = text;
    while let Some((line, next)) = rest.split_once('\n') {
        rest = next;
        if line.is_empty() {
            return Ok((headers, rest.to_owned()));
        }
        let (name, value) = line.split_once(": ").with_context(|| format!("not a header: {line}"))?;
        headers.append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    bail!("the answer has no body")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::TcpListener;
    use std::thread;

    use actix_web::body::MessageBody as _;
    use presspass_test_support::{Answer, Client};

    use super::{decode, encode, fixed, reply};

    /// The answer that these bytes are.
    fn answer(bytes: &'static str) -> Answer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || listener.accept().unwrap().0.write_all(bytes.as_bytes()));
        let answer = Client::new(port).raw("GET / HTTP/1.1\r\n\r\n");
        server.join().unwrap().unwrap();
        answer
    }

    #[test]
    fn an_answer_reaches_the_other_process_with_its_headers_and_its_body() {
        let original = answer(
            "HTTP/1.1 200 OK\r\nVary: Accept\r\nContent-Length: 6\r\nDate: x\r\nAllow: GET\r\n\r\na: b\n\n",
        );
        let (headers, body) = decode(&encode(&original)).unwrap();
        let response = reply(&headers, body.into());
        assert_eq!(fixed(&original), [("allow".to_owned(), "GET"), ("vary".to_owned(), "Accept")]);
        let names: Vec<_> =
            fixed(&original).into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        let mut sent: Vec<_> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        sent.sort();
        assert_eq!(sent, names);
        assert_eq!(response.into_body().try_into_bytes().unwrap(), "a: b\n\n");
    }

    #[test]
    fn an_answer_that_was_cut_is_refused() {
        assert!(decode("allow: GET\n").is_err());
        assert!(decode("allow\n\n").is_err());
    }
}
