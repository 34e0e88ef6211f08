//! actix-session as the keeper of the session's cookie.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_session::SessionMiddleware;
use actix_session::config::{CookieContentSecurity, PersistentSession};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Key, SameSite};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::{self, HeaderValue};
use futures_util::future::Either;
use presspass_auth::RequestHead;

use super::KEY;

/// What the cookies of sessions are made by.
#[derive(Clone)]
pub(crate) struct SessionCookies {
    /// Signs them.
    pub key: Key,
    /// The cookie's name.
    pub name: String,
    /// How long browsers keep it.
    pub lifetime: Duration,
}

impl std::fmt::Debug for SessionCookies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionCookies").field("name", &self.name).finish_non_exhaustive()
    }
}

/// actix-session behind a look at the request: without cookies there is nothing to do for it.
pub(crate) fn layer(cookies: &SessionCookies) -> WhereCookies {
    let session = SessionMiddleware::builder(KeyOnly, cookies.key.clone())
        .cookie_name(cookies.name.clone())
        .cookie_content_security(CookieContentSecurity::Signed)
        .cookie_same_site(SameSite::Lax)
        // Added over HTTPS, which is known by the request.
        .cookie_secure(false)
        .session_lifecycle(PersistentSession::default().session_ttl(cookies.lifetime))
        .build();
    WhereCookies { name: cookies.name.as_str().into(), session }
}

/// A store that keeps nothing: a session's state is its key, and what that stands for is not actix-session's to load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyOnly;

/// The key that log-in put into the state.
fn key_of(state: &HashMap<String, String>) -> anyhow::Result<SessionKey> {
    let json = state.get(KEY).ok_or_else(|| anyhow::anyhow!("a session without a key"))?;
    let key = json.trim_matches('"').to_owned();
    Ok(SessionKey::try_from(key)?)
}

impl SessionStore for KeyOnly {
    async fn load(&self, key: &SessionKey) -> Result<Option<HashMap<String, String>>, LoadError> {
        // Values are JSON.
        Ok(Some(HashMap::from([(KEY.to_owned(), format!("\"{}\"", key.as_ref()))])))
    }

    async fn save(&self, state: HashMap<String, String>, _ttl: &Duration) -> Result<SessionKey, SaveError> {
        key_of(&state).map_err(SaveError::Other)
    }

    async fn update(
        &self,
        _old: SessionKey,
        state: HashMap<String, String>,
        _ttl: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        key_of(&state).map_err(UpdateError::Other)
    }

    async fn update_ttl(&self, _key: &SessionKey, _ttl: &Duration) -> anyhow::Result<()> {
        Ok(())
    }

    async fn delete(&self, _key: &SessionKey) -> anyhow::Result<()> {
        Ok(())
    }
}

/// The middleware that leads requests with cookies through actix-session, and all others past it.
pub(crate) struct WhereCookies {
    name: Rc<str>,
    session: SessionMiddleware<KeyOnly>,
}

type Answering<B> = Pin<Box<dyn Future<Output = Result<ServiceResponse<B>, Error>>>>;

impl<S, B> Transform<S, ServiceRequest> for WhereCookies
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Transform = Fork<S, B>;
    type InitError = ();
    type Future = Pin<Box<dyn Future<Output = Result<Self::Transform, ()>>>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let plain = Rc::new(service);
        let with_session = self.session.new_transform(plain.clone());
        let name = self.name.clone();
        Box::pin(async move {
            let service = with_session.await?;
            Ok(Fork { name, plain, with_session: Box::new(move |request| service.call(request)) })
        })
    }
}

/// Shows actix-session one cookie: the one that counts. It would look at the first of its name, know no quotes, and see
/// none at all where any other cookie is no UTF-8, as other hosts of a domain can set them. What it has read it keeps, so
/// that everybody else finds the header as it came.
fn show_one(name: &str, request: &mut ServiceRequest) {
    let value = RequestHead::new("", "", request.headers()).cookie(name).unwrap_or_default();
    // What no session's cookie of ours has is none.
    let is_ours = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=%".contains(&byte);
    let value = if value.bytes().all(is_ours) { value.as_str() } else { "" };
    let Ok(line) = HeaderValue::try_from(format!("{name}={value}")) else { return };
    let headers = request.headers_mut();
    let all: Vec<HeaderValue> = headers.remove(header::COOKIE).collect();
    headers.insert(header::COOKIE, line);
    drop(request.cookies());
    let headers = request.headers_mut();
    headers.remove(header::COOKIE);
    for line in all {
        headers.append(header::COOKIE, line);
    }
}

/// Both ways of a request.
pub(crate) struct Fork<S, B> {
    name: Rc<str>,
    plain: Rc<S>,
    with_session: Box<dyn Fn(ServiceRequest) -> Answering<B>>,
}

impl<S, B> Service<ServiceRequest> for Fork<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Future = Either<Answering<B>, S::Future>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.plain.poll_ready(context)
    }

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        if request.headers().contains_key(header::COOKIE) {
            show_one(&self.name, &mut request);
            Either::Left((self.with_session)(request))
        } else {
            Either::Right(self.plain.call(request))
        }
    }
}
