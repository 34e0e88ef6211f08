//! Fetching documents.

use std::fmt;
use std::sync::Arc;

use super::RemoteKeysError;
use crate::BoxFuture;
use crate::tokens::JwkSet;

/// Why a request failed.
pub type HttpError = Box<dyn std::error::Error + Send + Sync>;

/// An HTTP client that fetches small documents. [`UreqClient`](super::UreqClient) (feature `ureq`) is one; a service
/// that has another implements this for it, with an `async fn`.
pub trait HttpClient: fmt::Debug + Send + Sync {
    /// Fetches the document at `url` with GET. A redirect should not be followed, and the request should end after some
    /// seconds.
    ///
    /// # Errors
    /// If there is no response. One that is not 200 is no error here.
    fn get(&self, url: &str) -> impl Future<Output = Result<HttpResponse, HttpError>> + Send;
}

impl<C: HttpClient> HttpClient for Arc<C> {
    async fn get(&self, url: &str) -> Result<HttpResponse, HttpError> {
        C::get(self, url).await
    }
}

/// An [`HttpClient`] that is chosen at run time.
pub(super) trait AnyHttpClient: fmt::Debug + Send + Sync {
    fn get_boxed<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<HttpResponse, HttpError>>;
}

impl<C: HttpClient> AnyHttpClient for C {
    fn get_boxed<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<HttpResponse, HttpError>> {
        Box::pin(self.get(url))
    }
}

/// The parts of a response that are looked at.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// The header `Cache-Control`.
    pub cache_control: Option<String>,
    /// The header `Age`.
    pub age: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// A response without headers.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), ..Self::default() }
    }

    /// With this `Cache-Control`.
    #[must_use]
    pub fn with_cache_control(self, value: impl Into<String>) -> Self {
        Self { cache_control: Some(value.into()), ..self }
    }

    /// With this `Age`.
    #[must_use]
    pub fn with_age(self, value: impl Into<String>) -> Self {
        Self { age: Some(value.into()), ..self }
    }
}

/// Fetches a document that is no longer than a JWK set may be.
pub(super) async fn get(client: &dyn AnyHttpClient, url: &str) -> Result<HttpResponse, RemoteKeysError> {
    let response = client.get_boxed(url).await.map_err(RemoteKeysError::Http)?;
    match response.status {
        200 if response.body.len() > JwkSet::MAX_LENGTH => Err(super::JwkSetError::TooLong.into()),
        200 => Ok(response),
        status => Err(RemoteKeysError::Status(status)),
    }
}

/// Refuses addresses without TLS, except those of this machine.
pub(super) fn secure(url: String) -> Result<String, RemoteKeysError> {
    let is_local = || {
        let host = url.strip_prefix("http://")?.split(['/', '?', '#']).next()?;
        let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
        Some(["localhost", "127.0.0.1", "[::1]"].contains(&name.map_or(host, |(name, _)| name)))
    };
    if url.starts_with("https://") || is_local() == Some(true) {
        Ok(url)
    } else {
        Err(RemoteKeysError::Insecure(url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_tls_is_refused_unless_it_is_of_this_machine() {
        for good in [
            "https://a.example/keys",
            "http://localhost/keys",
            "http://127.0.0.1:8080/keys",
            "http://[::1]:80",
            "http://[::1]",
        ] {
            assert!(secure(good.to_owned()).is_ok(), "{good}");
        }
        for bad in [
            "http://a.example/keys",
            "http://localhost.a.example/keys",
            "http://localhost@a.example/",
            "http://127.0.0.1:80@a.example/",
            "HTTPS://a.example",
            "ftp://localhost",
            "a.example",
            "",
        ] {
            assert!(secure(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
