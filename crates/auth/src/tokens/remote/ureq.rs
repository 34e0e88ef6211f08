//! An HTTP client of few dependencies.

use std::io::Read as _;
use std::thread;
use std::time::Duration;

use ureq::Agent;

use super::http::{HttpClient, HttpError, HttpResponse};
use crate::tokens::JwkSet;

/// ureq with rustls and Mozilla's root certificates. Each request has a thread for its time, so it works with every
/// runtime, and without one: keys are fetched seldom. It follows no redirects, and ends after 5 seconds.
#[derive(Debug, Clone)]
pub struct UreqClient(Agent);

impl UreqClient {
    /// A client.
    #[must_use]
    pub fn new() -> Self {
        Self::with_timeout(Duration::from_secs(5))
    }

    /// A client whose requests end after this time.
    #[must_use]
    pub fn with_timeout(timeout: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false);
        Self(config.build().new_agent())
    }
}

impl Default for UreqClient {
    fn default() -> Self {
        Self::new()
    }
}

impl HttpClient for UreqClient {
    async fn get(&self, url: &str) -> Result<HttpResponse, HttpError> {
        let (sender, response) = oneshot::async_channel();
        let (agent, url) = (self.0.clone(), url.to_owned());
        thread::Builder::new().name("jwks".to_owned()).spawn(move || {
            // It fails if the future was dropped meanwhile.
            let _ = sender.send(fetch(&agent, &url));
        })?;
        response.await.map_err(|_| "the thread of the request ended")?
    }
}

fn fetch(agent: &Agent, url: &str) -> Result<HttpResponse, HttpError> {
    let mut response = agent.get(url).header("accept", "application/json").call()?;
    let header = |name: &str| response.headers().get(name)?.to_str().ok().map(str::to_owned);
    let (cache_control, age) = (header("cache-control"), header("age"));
    let mut body = Vec::new();
    // One byte more, so that a longer body is noticed.
    let limit = u64::try_from(JwkSet::MAX_LENGTH)?.saturating_add(1);
    response.body_mut().as_reader().take(limit).read_to_end(&mut body)?;
    Ok(HttpResponse { status: response.status().as_u16(), cache_control, age, body })
}
