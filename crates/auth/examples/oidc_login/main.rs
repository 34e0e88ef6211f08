//! Login by `OpenID` Connect: the user logs in at an identity provider, and this service issues a token of its own, which
//! the browser keeps in a cookie. Authorization code with PKCE, state bound to the browser, nonce.
//!
//! `ISSUER=https://accounts.example.org CLIENT_ID=notes SECRET=… cargo run -p presspass-auth --example oidc_login`

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse,
};
use presspass_auth::authenticators::JwtAuthenticator;
use presspass_auth::gate::Account;
use presspass_auth::tokens::{SigningKey, TokenIssuer, TokenPolicy, TokenVerifier, VerifiedToken};
use presspass_auth::tower::AuthenticateLayer;
use presspass_auth::{AuthenticatorChain, Clock, Resolution, StoreError, SystemClock, UserStore};
use serde::Deserialize;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

struct Login {
    client: Client,
    /// Logins that have begun, by `state`. A real service lets them expire.
    pending: Mutex<HashMap<String, (Nonce, PkceCodeVerifier)>>,
    tokens: TokenIssuer,
}

#[derive(Deserialize)]
struct Callback {
    code: String,
    state: String,
}

const PENDING: &str = "__Host-login";
const TOKEN: &str = "__Host-token";

fn set_cookie(name: &str, value: &str) -> (header::HeaderName, String) {
    (header::SET_COOKIE, format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax"))
}

async fn login(State(login): State<Arc<Login>>) -> impl IntoResponse {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let request = login.client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
    let (url, state, nonce) = request.set_pkce_challenge(challenge).url();
    let mut pending = login.pending.lock().unwrap_or_else(PoisonError::into_inner);
    pending.insert(state.secret().clone(), (nonce, verifier));
    ([set_cookie(PENDING, state.secret())], Redirect::to(url.as_str()))
}

async fn callback(
    State(login): State<Arc<Login>>,
    headers: HeaderMap,
    Query(query): Query<Callback>,
) -> Response {
    // Only the browser that began the login may end it.
    let cookie = format!("{PENDING}={}", query.state);
    let mut cookies = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    if !cookies.any(|line| line.split("; ").any(|one| one == cookie)) {
        return (StatusCode::FORBIDDEN, "this login began in another browser").into_response();
    }
    match login.finish(query).await {
        Ok(token) => ([set_cookie(TOKEN, &token)], Redirect::to("/me")).into_response(),
        Err(error) => {
            tracing::warn!(error, "login failed");
            (StatusCode::FORBIDDEN, "the login failed").into_response()
        }
    }
}

impl Login {
    /// Exchanges the code, verifies the ID token, and issues a token of this service to the provider's subject.
    async fn finish(&self, query: Callback) -> Result<String, Box<dyn Error + Send + Sync>> {
        let pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner).remove(&query.state);
        let (nonce, verifier) = pending.ok_or("unknown state")?;
        let request = self.client.exchange_code(AuthorizationCode::new(query.code))?;
        let response = request.set_pkce_verifier(verifier).request_async(&fetch).await?;
        let id_token = response.id_token().ok_or("there is no ID token")?;
        let claims = id_token.claims(&self.client.id_token_verifier(), &nonce)?;
        Ok(self.tokens.issue(claims.subject().as_str(), SystemClock.now())?)
    }
}

/// The HTTP client of openidconnect. It follows no redirects.
async fn fetch(request: HttpRequest) -> Result<HttpResponse, std::io::Error> {
    let blocking = move || {
        let config = ureq::Agent::config_builder().max_redirects(0).max_redirects_will_error(false);
        let agent = config.http_status_as_error(false).build().new_agent();
        let (parts, mut body) = agent.run(request)?.into_parts();
        Ok::<_, ureq::Error>(HttpResponse::from_parts(parts, body.read_to_vec()?))
    };
    tokio::task::spawn_blocking(blocking).await?.map_err(std::io::Error::other)
}

/// Looks users up by the provider's subject. A real service has a table, and adds a row at the first login.
#[derive(Debug)]
struct Users;

impl UserStore for Users {
    type User = String;
    type Id = String;

    async fn resolve(&self, id: String, _token: VerifiedToken) -> Result<Resolution<String>, StoreError> {
        Ok(Resolution::Active(id))
    }
}

async fn me(user: Account<String>) -> String {
    user.to_string()
}

async fn service(issuer: &str, client_id: &str, url: &str, secret: &str) -> Result<Router, Box<dyn Error>> {
    let metadata = CoreProviderMetadata::discover_async(IssuerUrl::new(issuer.to_owned())?, &fetch).await?;
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(client_id.to_owned()), None)
        .set_redirect_uri(RedirectUrl::new(format!("{url}/callback"))?);
    let (key, policy) = (SigningKey::hs256(secret)?, TokenPolicy::default().with_issuer(url));
    let tokens = TokenIssuer::new(key.clone(), policy.clone());
    let login_state = Arc::new(Login { client, pending: Mutex::default(), tokens });
    let authenticator = JwtAuthenticator::new(TokenVerifier::new(key, policy), Users).with_cookie(TOKEN);
    let chain = AuthenticatorChain::of(authenticator);
    let public = Router::new().route("/login", get(login)).route("/callback", get(callback));
    let private = Router::new().route("/me", get(me)).layer(AuthenticateLayer::new(chain));
    Ok(public.with_state(login_state).merge(private))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let [issuer, client_id, secret] = ["ISSUER", "CLIENT_ID", "SECRET"].map(std::env::var);
    let service = service(&issuer?, &client_id?, "http://localhost:8082", &secret?).await?;
    axum::serve(tokio::net::TcpListener::bind(("127.0.0.1", 8082)).await?, service).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
