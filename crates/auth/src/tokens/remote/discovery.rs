//! `OpenID` Connect Discovery 1.0.

use serde::Deserialize;

use super::RemoteKeysError;
use super::http::{self, AnyHttpClient};

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

/// The address of an issuer's keys (sections 4.1 to 4.3).
pub(super) async fn jwks_url(issuer: &str, client: &dyn AnyHttpClient) -> Result<String, RemoteKeysError> {
    let url = format!("{}/.well-known/openid-configuration", issuer.strip_suffix('/').unwrap_or(issuer));
    let response = http::get(client, &url).await?;
    let metadata: Metadata = serde_json::from_slice(&response.body)
        .map_err(|_| RemoteKeysError::Metadata("it has no issuer or no jwks_uri"))?;
    if metadata.issuer != issuer {
        return Err(RemoteKeysError::Metadata("it is of another issuer"));
    }
    http::secure(metadata.jwks_uri)
}
