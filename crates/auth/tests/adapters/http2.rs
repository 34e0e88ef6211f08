//! Browsers over HTTP/2: each cookie is in a header of its own (RFC 9113, section 8.2.3).

use std::net::SocketAddr;

use actix_web::{App, HttpServer, web};
use axum::Router;
use axum::http::Request;
use axum::routing::any;
use presspass_auth::actix::Authenticate;
use presspass_auth::gate::Account;
use presspass_auth::tower::AuthenticateLayer;
use tokio::net::{TcpListener, TcpStream};

use crate::support::{SESSION, User, csrf, gate};

/// Sends one request on a connection of its own, with prior knowledge of HTTP/2.
async fn send(address: SocketAddr, method: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let stream = TcpStream::connect(address).await.unwrap();
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = Request::builder().method(method).uri(format!("http://{address}/me"));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let mut sender = sender.ready().await.unwrap();
    let (response, _) = sender.send_request(request.body(()).unwrap(), true).unwrap();
    let (parts, mut stream) = response.await.unwrap().into_parts();
    let mut body = Vec::new();
    while let Some(chunk) = stream.data().await {
        body.extend_from_slice(&chunk.unwrap());
    }
    drop(sender);
    connection.abort();
    (parts.status.as_u16(), String::from_utf8(body).unwrap())
}

async fn check(address: SocketAddr) {
    let token = csrf();
    let (session, csrf) = (format!("sessionid={SESSION}"), format!("csrftoken={token}"));
    let split =
        [("cookie", "theme=dark"), ("cookie", &session), ("cookie", &csrf), ("cookie", "last=\"a,b\"")];
    assert_eq!(send(address, "GET", &split).await, (200, "ada".to_owned()));
    let with_token = [split[0], split[1], split[2], ("x-csrftoken", &token)];
    assert_eq!(send(address, "POST", &with_token).await, (200, "ada".to_owned()));
    assert_eq!(send(address, "POST", &split).await.0, 403);
    assert_eq!(send(address, "GET", &[split[0], split[2]]).await.0, 401);
}

#[tokio::test]
async fn axum_reads_split_cookies() {
    async fn me(user: Account<User>) -> String {
        user.name.clone()
    }
    let app = Router::new().route("/me", any(me)).layer(AuthenticateLayer::new(gate()));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(axum::serve(listener, app).into_future());
    check(address).await;
    server.abort();
}

#[actix_web::test]
async fn actix_reads_split_cookies() {
    async fn me(user: Account<User>) -> String {
        user.name.clone()
    }
    let middleware = Authenticate::new(gate());
    let server = HttpServer::new(move || App::new().wrap(middleware.clone()).route("/me", web::to(me)))
        .workers(1)
        .disable_signals()
        .bind_auto_h2c(("127.0.0.1", 0))
        .unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    let running = actix_web::rt::spawn(server);
    check(address).await;
    handle.stop(false).await;
    running.await.unwrap().unwrap();
}
