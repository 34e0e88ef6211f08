//! Signals and graceful shutdown.

use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::time::{Duration, Instant};

use presspass_test_support::{
    RunningServer, Signal, TestDatabase, find_program, free_port, isolated_command, skip,
};

use crate::common::{PASSWORD, PRESSPASS, SECRET_KEY, Server, Wire, eventually, interrupt, wait_for_exit};

/// A stop that waits for nothing takes much less.
const PROMPT: Duration = Duration::from_secs(5);

/// A drain that no test waits for to the end.
const LONG: (&str, &str) = ("PRESSPASS_DRAIN_SECONDS", "300");

/// Waits until the server has begun to drain.
fn expect_draining(server: &RunningServer) {
    eventually("health is 503", || (server.client().get("/health/").send().status == 503).then_some(()));
}

#[test]
fn while_it_drains_health_is_503_and_everything_is_answered_over_connections_that_close() {
    let mut server = Server::start(TestDatabase::sqlite(), &[LONG]);
    let token = server.account("ann", false, true);
    let mut kept = server.client();
    let mut read = || kept.get("/account/").header("Authorization", &token).send();
    assert_eq!((read().status, read().header("Connection")), (200, None));
    server.signal(Signal::TERM);
    expect_draining(&server);
    // Over the connection from before, and over new ones; refusals, redirects and failures, too.
    let answer = read();
    assert_eq!((answer.status, answer.header("Connection")), (200, Some("close")), "{answer:?}");
    for (path, status) in [("/health/", 503), ("/account/", 401), ("/account", 301), ("/nothing/", 404)] {
        let answer = server.client().get(path).send();
        assert_eq!((answer.status, answer.header("Connection")), (status, Some("close")), "{path}");
    }
    let health = server.client().get("/health/").send();
    assert_eq!((health.text(), health.header("Retry-After")), (r#"{"status":"unavailable"}"#, Some("1")));
    assert_eq!(server.exit_status(), None);
}

#[test]
fn a_drain_lasts_as_long_as_the_setting_says_and_then_new_connections_are_refused() {
    let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_DRAIN_SECONDS", "1")]);
    let began = Instant::now();
    assert_eq!(server.terminate().code(), Some(0), "{}", server.stderr());
    assert!(began.elapsed() >= Duration::from_secs(1), "it took {:?}", began.elapsed());
    assert!(began.elapsed() < PROMPT, "it took {:?}", began.elapsed());
    assert!(server.stderr().contains("Stopping in 1 seconds"), "{}", server.stderr());
    assert!(TcpStream::connect(("127.0.0.1", server.port())).is_err());
}

#[test]
fn sigint_does_not_drain() {
    let mut server = Server::start(TestDatabase::sqlite(), &[LONG]);
    let began = Instant::now();
    assert_eq!(interrupt(&mut server).code(), Some(0), "{}", server.stderr());
    assert!(began.elapsed() < PROMPT, "it took {:?}", began.elapsed());
}

#[test]
fn a_second_signal_ends_a_drain() {
    for second in [Signal::TERM, Signal::INT] {
        let mut server = Server::start(TestDatabase::sqlite(), &[LONG]);
        server.signal(Signal::TERM);
        expect_draining(&server);
        let began = Instant::now();
        server.signal(second);
        assert_eq!(wait_for_exit(&mut server).code(), Some(0), "{}", server.stderr());
        assert!(began.elapsed() < PROMPT, "it took {:?}", began.elapsed());
    }
}

#[test]
fn hangup_and_the_users_signals_do_nothing() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    let mut kept = server.client();
    for signal in [Signal::HUP, Signal::USR1, Signal::USR2] {
        kept.get("/health/").expect(200);
        server.signal(signal);
        kept.get("/health/").expect(200);
    }
    assert_eq!(server.terminate().code(), Some(0), "{}", server.stderr());
}

#[test]
fn hangup_and_the_users_signals_do_not_end_a_start_either() {
    // A database that accepts the connection and says nothing: the start waits for it.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let mut command = isolated_command(PRESSPASS);
    command.arg("serve").env("SECRET_KEY", SECRET_KEY).stdin(Stdio::null()).stderr(Stdio::null());
    command.env("DATABASE_URL", format!("postgres://presspass@{address}/presspass?sslmode=disable"));
    let mut server = command.env("PRESSPASS_BIND", format!("127.0.0.1:{}", free_port())).spawn().unwrap();
    let _database = silent.accept().unwrap();
    for signal in ["HUP", "USR1", "USR2"] {
        send(signal, server.id());
        std::thread::sleep(Duration::from_millis(20));
        // Where it has given up waiting, it ended by itself, with a code.
        let ended = server.try_wait().unwrap();
        assert!(ended.is_none_or(|status| status.code().is_some()), "{signal}: {ended:?}");
    }
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn a_server_ends_with_the_terminal_that_it_was_started_in() {
    /// Runs `presspass` in a terminal, sends SIGHUP to it, and closes the terminal: what is left of it after 10 s is killed.
    const PROGRAM: &str = r#"
import os, pty, signal, sys, time
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
screen = b""
while b"createsuperuser" not in screen:
    screen += os.read(terminal, 1000)
os.kill(child, signal.SIGHUP)
time.sleep(0.2)
assert os.waitpid(child, os.WNOHANG) == (0, 0), "the signal alone ends it"
os.close(terminal)
signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
signal.alarm(10)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"#;
    let Some(python) = find_program("python3") else { return skip("python", "python3 was not found") };
    let folder = tempfile::tempdir().unwrap();
    let mut command = isolated_command(python);
    command.args(["-c", PROGRAM, PRESSPASS, "serve"]).current_dir(folder.path());
    let output = command.env("PRESSPASS_BIND", format!("127.0.0.1:{}", free_port())).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "0\n", "{output:?}");
}

fn send(signal: &str, process: u32) {
    let sent = std::process::Command::new("kill").args(["-s", signal, &process.to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "{signal} cannot be sent");
}

#[test]
fn sigterm_lets_a_request_in_flight_finish() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.user("ann");
    let body = format!("username=ann&password={PASSWORD}");
    let mut wire = Wire::connect(server.port());
    // The interim answer proves that the server has begun with this request.
    wire.send(format!(
        "POST /auth/obtain_token/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    ))
    .unwrap();
    assert_eq!(wire.line(), "HTTP/1.1 100 Continue");
    assert_eq!(wire.line(), "");
    let began = Instant::now();
    let port = server.port();
    let (status, answer) = std::thread::scope(|scope| {
        let answer = scope.spawn(move || {
            eventually("new connections are refused", || {
                std::net::TcpStream::connect(("127.0.0.1", port)).err()
            });
            wire.send(body).unwrap();
            wire.rest().unwrap()
        });
        (server.terminate(), answer.join().expect("the answer is whole"))
    });
    assert_eq!(status.code(), Some(0), "{}", server.stderr());
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("{\"token\":\""), "{answer}");
    assert!(began.elapsed() < PROMPT, "it took {:?}", began.elapsed());
}

#[test]
fn sigterm_does_not_wait_for_idle_connections() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    let mut used = server.client();
    used.get("/health/").expect(200);
    let mut silent = Wire::connect(server.port());
    let mut slow = Wire::connect(server.port());
    slow.send("GET /health/ HTTP/1.1\r\nHost: a\r\n").unwrap();
    let began = Instant::now();
    assert_eq!(server.terminate().code(), Some(0), "{}", server.stderr());
    assert!(began.elapsed() < PROMPT, "it took {:?}", began.elapsed());
    assert!(server.stderr().ends_with("Stopped.\n"), "{}", server.stderr());
    drop((silent.rest(), slow.rest()));
}

#[test]
fn a_second_signal_waits_for_nobody() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    let mut wire = Wire::connect(server.port());
    wire.send(
        "POST /auth/obtain_token/ HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n",
    )
    .unwrap();
    assert_eq!(wire.line(), "HTTP/1.1 100 Continue");
    let (port, id) = (server.port(), server.id().to_string());
    let began = Instant::now();
    let status = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            eventually("new connections are refused", || {
                std::net::TcpStream::connect(("127.0.0.1", port)).err()
            });
            std::process::Command::new("sh").args(["-c", "kill -INT \"$0\"", &id]).status()
        });
        let status = server.terminate();
        waiting.join().expect("it is sent").expect("sh starts");
        status
    });
    assert_eq!(status.code(), Some(0), "{}", server.stderr());
    assert!(began.elapsed() < PROMPT, "it took {:?}", began.elapsed());
}

#[test]
fn sigint_ends_it_with_0() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    let mut idle = server.client();
    idle.get("/health/").expect(200);
    let began = Instant::now();
    assert_eq!(interrupt(&mut server).code(), Some(0), "{}", server.stderr());
    assert!(began.elapsed() < PROMPT, "it took {:?}", began.elapsed());
}

#[test]
fn a_body_that_never_ends_does_not_keep_the_server_from_ending() {
    let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_SHUTDOWN_SECONDS", "1")]);
    let mut wire = Wire::connect(server.port());
    wire.send(
        "POST /auth/obtain_token/ HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n",
    )
    .unwrap();
    assert_eq!(wire.line(), "HTTP/1.1 100 Continue");
    let began = Instant::now();
    assert_eq!(server.terminate().code(), Some(0), "{}", server.stderr());
    assert!(began.elapsed() < PROMPT, "it took {:?}", began.elapsed());
}
