//! Links between pages: absolute, with the outer host only behind a trusted proxy.

use presspass_test_support::TestDatabase;
use serde_json::{Value, json};

use crate::common::Server;

fn page(server: &Server, token: &str, target: &str, headers: &[(&str, &str)]) -> Value {
    let mut client = server.client();
    let request = client.get(target).header("Authorization", token);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
    let answer = request.expect(200);
    answer.json()
}

#[test]
fn links_are_absolute_and_keep_the_query() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        server.posts(3);
        let token = server.account("reader", false, true);
        let found = page(&server, &token, "/api/posts/?limit=1&offset=1&x=a%20b", &[]);
        assert_eq!(found["count"], json!(3));
        assert_eq!(found["next"], json!(server.url("/api/posts/?limit=1&offset=2&x=a+b")));
        assert_eq!(found["previous"], json!(server.url("/api/posts/?limit=1&x=a+b")));
        let found = page(&server, &token, "/api/posts/?limit=1", &[("Host", "blog.example:8443")]);
        assert_eq!(found["next"], json!("http://blog.example:8443/api/posts/?limit=1&offset=1"));
    }
}

const FORWARDED: [(&str, &str); 3] =
    [("Host", "inner"), ("X-Forwarded-Host", "blog.example"), ("X-Forwarded-Proto", "https")];

#[test]
fn forwarded_headers_of_strangers_are_passed_over() {
    for proxies in ["", "10.0.0.0/8"] {
        let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_TRUSTED_PROXIES", proxies)]);
        server.posts(2);
        let token = server.account("reader", false, true);
        let found = page(&server, &token, "/api/posts/?limit=1", &FORWARDED);
        assert_eq!(found["next"], json!("http://inner/api/posts/?limit=1&offset=1"));
    }
}

#[test]
fn forwarded_headers_of_a_trusted_proxy_make_the_links() {
    let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_TRUSTED_PROXIES", "127.0.0.0/8")]);
    server.posts(2);
    let token = server.account("reader", false, true);
    let found = page(&server, &token, "/api/posts/?limit=1", &FORWARDED);
    assert_eq!(found["next"], json!("https://blog.example/api/posts/?limit=1&offset=1"));
    for host in ["a b", "evil.example/x?", "a@b", "", "a:b:c"] {
        let mut client = server.client();
        let request = client.get("/api/posts/?limit=1").header("Authorization", &token);
        let answer = request.header("X-Forwarded-Host", host).send();
        assert!(
            answer.status == 400 || answer.json()["next"] == server.url("/api/posts/?limit=1&offset=1"),
            "{host}"
        );
    }
}

#[test]
fn a_page_beyond_the_list_is_empty_and_a_limit_that_is_none_asks_for_all() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        server.posts(2);
        let token = server.account("reader", false, true);
        let found = page(&server, &token, "/api/posts/?limit=5&offset=100", &[]);
        assert_eq!(
            (&found["count"], &found["results"], &found["next"]),
            (&json!(2), &json!([]), &json!(null))
        );
        for query in
            ["limit=-1", "limit=x", "limit=%00", "limit=%ff", "offset=1", "limit=", "&&&=&", "limit=1.5"]
        {
            assert_eq!(
                page(&server, &token, &format!("/api/posts/?{query}"), &[]).as_array().map(Vec::len),
                Some(2)
            );
        }
        let largest = page(&server, &token, "/api/posts/?limit=9223372036854775807", &[]);
        assert_eq!(largest["results"].as_array().map(Vec::len), Some(2));
    }
}
