//! NGINX with the configuration in docker/.

use std::ops::Deref;

use crate::{RunningServer, ServerCommand, find_program, skip};

/// As the image has it: only where it listens, which servers it asks, and where it may write are a test's own.
const CONFIGURATION: &str = include_str!("../../../docker/nginx.conf");

/// One process, in the folder that it is started in; `$0` is the program, `$1` the configuration.
const START: &str = r#"
printf '%s' "$1" | sed "s/ADDRESS/$PRESSPASS_BIND/" >nginx.conf
exec "$0" -p "$PWD/" -e error.log -c nginx.conf -g 'daemon off; master_process off; pid nginx.pid;'
"#;

const WRITES: &str = "http {
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;";

/// A running NGINX in front of servers on 127.0.0.1.
#[derive(Debug)]
pub struct Nginx(RunningServer);

impl Nginx {
    /// Starts one in front of the servers on these ports; clients reach it by `scheme`, as far as the servers are told.
    ///
    /// `None`, after [`skip`], where NGINX is not installed.
    #[must_use]
    pub fn start(ports: &[u16], scheme: &str) -> Option<Self> {
        let Some(program) = find_program("nginx") else {
            skip("nginx", "nginx was not found");
            return None;
        };
        let configuration = configuration(ports, scheme);
        Some(Self(ServerCommand::new("sh").args(["-c", START]).arg(program).arg(configuration).start()))
    }
}

impl Deref for Nginx {
    type Target = RunningServer;

    fn deref(&self) -> &RunningServer {
        &self.0
    }
}

fn configuration(ports: &[u16], scheme: &str) -> String {
    let once = |text: &str, from: &str, to: &str| {
        assert_eq!(text.matches(from).count(), 1, "docker/nginx.conf has another form: {from}");
        text.replace(from, to)
    };
    let text = [("http {", WRITES), ("listen 8080;", "listen ADDRESS;"), ("$scheme", scheme)]
        .into_iter()
        .fold(CONFIGURATION.to_owned(), |text, (from, to)| once(&text, from, to));
    let line = text.lines().find(|line| line.trim_start().starts_with("server presspass:8000"));
    let line = line.expect("docker/nginx.conf names the server").to_owned();
    let servers: Vec<_> =
        ports.iter().map(|port| line.replace("presspass:8000", &format!("127.0.0.1:{port}"))).collect();
    once(&text, &line, &servers.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::configuration;

    #[test]
    fn each_server_has_a_line_of_the_same_form() {
        let text = configuration(&[1, 2], "https");
        let servers: Vec<_> = text.lines().filter(|line| line.contains("server 127.0.0.1:")).collect();
        assert_eq!(servers.len(), 2, "{text}");
        assert_eq!(servers[0].replace(":1 ", ":2 ").replace(":1;", ":2;"), servers[1]);
        assert!(!text.contains("presspass:8000"), "{text}");
    }
}
