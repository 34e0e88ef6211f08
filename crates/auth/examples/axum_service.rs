//! Notes on axum, for programs: API keys with scopes, in the service's own table.
//!
//! ```text
//! cargo run -p presspass-auth --example axum_service
//! curl -H 'Authorization: Token pp_…' localhost:8080/notes
//! ```

use std::collections::HashMap;
use std::error::Error;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use presspass_auth::api_keys::{
    ApiKey, ApiKeyBearer, ApiKeyDigest, ApiKeyName, ApiKeyRecord, ApiKeyStore, Scopes,
};
use presspass_auth::authenticators::ApiKeyAuthenticator;
use presspass_auth::gate::{Account, Gate, Rights};
use presspass_auth::permissions::{BuiltIn, Codenames, Grants, Model};
use presspass_auth::tower::{AuthenticateLayer, RequireLayer};
use presspass_auth::{AuthenticatorChain, Clock, Resolution, StoreError, SystemClock, SystemRandomness};
use time::OffsetDateTime;

const NOTE: Model = Model { app_label: "notes", name: "note" };

/// The service's user, and the scopes of the key that was used.
#[derive(Debug, Clone)]
struct User {
    name: String,
    scopes: Scopes,
}

/// The table of keys: digests, which are useless to an attacker.
#[derive(Debug, Default)]
struct Keys(Mutex<HashMap<ApiKeyDigest, (User, ApiKeyRecord)>>);

impl Keys {
    fn make(&self, owner: &str, name: &str, scopes: Scopes) -> Result<ApiKey, Box<dyn Error>> {
        let key = ApiKey::new(&SystemRandomness)?;
        let user = User { name: owner.to_owned(), scopes: Scopes::All };
        let record = ApiKeyRecord {
            name: ApiKeyName::parse(name)?,
            scopes,
            created_at: SystemClock.now(),
            expires_at: None,
            last_used_at: None,
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.digest(), (user, record));
        Ok(key)
    }
}

impl ApiKeyStore for Keys {
    type User = User;

    async fn find(&self, digest: ApiKeyDigest) -> Result<Resolution<ApiKeyBearer<User>>, StoreError> {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned();
        Ok(match found {
            Some((account, key)) => Resolution::Active(ApiKeyBearer { account, key }),
            None => Resolution::Unknown,
        })
    }

    fn bound(&self, account: User, scopes: Scopes) -> Option<User> {
        Some(User { scopes, ..account })
    }

    async fn record_use(&self, digest: ApiKeyDigest, at: OffsetDateTime) -> Result<(), StoreError> {
        if let Some((_, key)) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&digest) {
            key.last_used_at = Some(at);
        }
        Ok(())
    }
}

/// Every account may read and add notes, within the scopes of its key.
impl Rights for Keys {
    type User = User;

    fn scopes<'a>(&'a self, user: &'a User) -> &'a Scopes {
        &user.scopes
    }

    async fn grants(&self, _user: &User) -> Result<impl Grants + Send, StoreError> {
        Codenames::new(["notes.add_note"]).map_err(|error| StoreError::Failed(error.into()))
    }
}

type Notes = Arc<Mutex<Vec<String>>>;

async fn list(State(notes): State<Notes>) -> Json<Vec<String>> {
    Json(notes.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

async fn add(State(notes): State<Notes>, user: Account<User>, text: String) -> StatusCode {
    notes.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{}: {text}", user.name));
    StatusCode::CREATED
}

async fn greeting(user: Option<Account<User>>) -> String {
    format!("hello {}", user.map_or("stranger".to_owned(), |user| user.name.clone()))
}

fn service(keys: Arc<Keys>) -> Router {
    let tokens = ApiKeyAuthenticator::new(keys.clone());
    let gate = Gate::new(AuthenticatorChain::of(tokens)).with_rights(keys);
    Router::new()
        .route("/notes", get(list).post(add))
        // The layer that was added first is inside: the guard is behind the layer that authenticates.
        .layer(RequireLayer::new(BuiltIn::ModelPermissions).on(NOTE))
        .route("/greeting", get(greeting))
        .layer(AuthenticateLayer::new(gate))
        .with_state(Notes::default())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let keys = Arc::new(Keys::default());
    let key = keys.make("ada", "laptop", Scopes::only(["notes.view_note", "notes.add_note"])?)?;
    // The only time that it is shown: the table has its digest.
    writeln!(std::io::stdout(), "{}", key.expose())?;
    axum::serve(tokio::net::TcpListener::bind(("127.0.0.1", 8080)).await?, service(keys)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower_service::Service;

    use super::*;

    async fn ask(service: &Router, method: &str, path: &str, key: Option<&str>) -> (u16, String) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(key) = key {
            request = request.header("authorization", format!("Token {key}"));
        }
        let response = service.clone().call(request.body(Body::from("text")).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 1024).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_key_is_limited_by_its_scopes() {
        let keys = Arc::new(Keys::default());
        let writes =
            keys.make("ada", "laptop", Scopes::only(["notes.view_note", "notes.add_note"]).unwrap()).unwrap();
        let reads = keys.make("ada", "reader", Scopes::only(["notes.view_note"]).unwrap()).unwrap();
        let service = service(keys.clone());

        assert_eq!(ask(&service, "GET", "/notes", None).await.0, 401);
        assert_eq!(ask(&service, "GET", "/notes", Some("pp_guess")).await.0, 401);
        assert_eq!(ask(&service, "POST", "/notes", Some(writes.expose())).await.0, 201);
        assert_eq!(ask(&service, "POST", "/notes", Some(reads.expose())).await.0, 403);
        let expected = (200, r#"["ada: text"]"#.to_owned());
        assert_eq!(ask(&service, "GET", "/notes", Some(reads.expose())).await, expected);
        assert_eq!(ask(&service, "GET", "/greeting", None).await.1, "hello stranger");
        assert_eq!(ask(&service, "GET", "/greeting", Some(reads.expose())).await.1, "hello ada");
        let table = keys.0.lock().unwrap();
        assert!(table.values().all(|(_, key)| key.last_used_at.is_some()));
        assert!(!format!("{table:?}").contains(&writes.expose()[3..]));
    }
}
