use axum::body::{Body, to_bytes};
use axum::http::Request;
use presspass_auth::api_keys::{ApiKeyName, ApiKeyRecord};
use presspass_auth::passwords::Pbkdf2Iterations;
use time::OffsetDateTime;
use tower_service::Service as _;

use super::*;

struct Client(Router);

impl Client {
    async fn ask(&self, method: &str, path: &str, header: (&str, &str), body: &Value) -> (u16, Value) {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let request = request.extension(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 1))));
        let request = request.header(header.0, header.1).body(Body::from(body.to_string())).unwrap();
        let response = self.0.clone().call(request).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 4096).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask("POST", path, ("x-none", ""), &body).await
    }

    async fn get(&self, path: &str, token: &str) -> u16 {
        self.ask("GET", path, ("authorization", &format!("Bearer {token}")), &Value::Null).await.0
    }
}

const ORDER: &str = "/orders/00000000-0000-0000-0000-000000000007";

#[tokio::test]
async fn users_with_uuids_log_in_refresh_and_log_out_and_keys_do_what_they_are_scoped_to() {
    let cheap = Scheme::Pbkdf2Sha256(Pbkdf2Iterations::new(1).unwrap());
    let (orders, app, internal) = service("a secret of thirty-two bytes or more", cheap).unwrap();
    let [ada, eve] = [1, 2].map(Uuid::from_u128);
    for (id, email) in [(ada, "ada@example.org"), (eve, "eve@example.org")] {
        let password = orders.logins.hasher().hash(&Password::new("lovelace-1815")).await.unwrap();
        lock(&orders.logins.store().0).push(User {
            id,
            email: email.to_owned(),
            password,
            scopes: Scopes::All,
        });
    }
    lock(&orders.owners).insert(Uuid::from_u128(7), ada);
    let client = Client(app);
    let log_in = async |email: &str, password: &str| {
        client.post("/login", json!({ "email": email, "password": password })).await
    };
    let text = |tokens: &Value, name: &str| tokens[name].as_str().unwrap().to_owned();

    assert_eq!(log_in("ada@example.org", "wrong").await.0, 401);
    assert_eq!(log_in("nobody@example.org", "lovelace-1815").await.0, 401);
    let (_, first) = log_in("ada@example.org", "lovelace-1815").await;
    let (_, eves) = log_in("eve@example.org", "lovelace-1815").await;
    let access = text(&first, "access_token");
    assert_eq!(client.get(ORDER, &access).await, 200);
    assert_eq!(client.get(ORDER, &text(&eves, "access_token")).await, 403, "it is ada's");
    assert_eq!(client.get("/orders/00000000-0000-0000-0000-000000000008", &access).await, 404);

    // Refreshed once; a copy that is used again ends the family.
    let (status, second) =
        client.post("/refresh", json!({ "refresh_token": text(&first, "refresh_token") })).await;
    assert_eq!((status, client.get(ORDER, &text(&second, "access_token")).await), (200, 200));
    let again = client.post("/refresh", json!({ "refresh_token": text(&first, "refresh_token") })).await;
    assert_eq!((again.0, client.get(ORDER, &text(&second, "access_token")).await), (401, 401));
    let logged_out = client.post("/logout", json!({ "refresh_token": text(&eves, "refresh_token") })).await;
    assert_eq!((logged_out.0, client.get(ORDER, &text(&eves, "access_token")).await), (204, 401));

    // API keys come behind Bearer, too.
    let key = |scopes: &[&str]| {
        let key = ApiKey::new(&SystemRandomness).unwrap();
        let record = ApiKeyRecord {
            name: ApiKeyName::parse("laptop").unwrap(),
            scopes: Scopes::only(scopes.iter().copied()).unwrap(),
            created_at: OffsetDateTime::UNIX_EPOCH,
            expires_at: None,
            last_used_at: None,
        };
        lock(&orders.keys).insert(key.digest(), (ada, record));
        key.expose().to_owned()
    };
    let (approves, reads) = (key(&["orders:approve"]), key(&["orders:read"]));
    let approve = async |key: &str| {
        let header = format!("Bearer {key}");
        client.ask("POST", &format!("{ORDER}/approve"), ("authorization", &header), &Value::Null).await
    };
    let (status, answer) = approve(&approves).await;
    assert_eq!((status, &answer["approved_by"]), (200, &json!("ada@example.org")));
    assert_eq!(approve(&reads).await.0, 403);
    assert_eq!(client.get(ORDER, &reads).await, 200);
    assert_eq!(client.get(ORDER, "opaque").await, 401);

    let seen = client.ask("GET", ORDER, ("x-internal-key", internal.expose()), &Value::Null).await;
    assert_eq!(seen.0, 200);
    let guessed = client.ask("GET", ORDER, ("x-internal-key", "pp_guessed"), &Value::Null).await;
    assert_eq!(guessed.0, 401);
    assert_eq!(client.ask("GET", ORDER, ("x-none", ""), &Value::Null).await.0, 401);

    // Who guesses is stopped, and those at other addresses would go on.
    for _ in 0..10 {
        assert_eq!(log_in("eve@example.org", "wrong").await.0, 401);
    }
    assert_eq!(log_in("eve@example.org", "lovelace-1815").await.0, 429);
    assert_eq!(log_in("ada@example.org", "lovelace-1815").await.0, 200);
}
