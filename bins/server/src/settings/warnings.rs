//! What an operator should know about settings that are not wrong.

use super::choices::PaginationStyle;
use super::registry as row;
use super::typed::Settings;

impl Settings {
    /// One line each: keys that are public, proxies that are everyone, and settings that cancel each other.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if let Some(warning) = self.secret_key.as_ref().and_then(super::SecretKey::warning) {
            warnings.push(format!("{}: {warning}", row::SECRET_KEY.name));
        }
        if self.trusted_proxies.iter().any(super::Network::is_everyone) {
            warnings.push(format!(
                "{}: anyone can claim any address; name your proxies only",
                row::TRUSTED_PROXIES.name
            ));
        }
        warnings.extend(self.pagination_warning());
        if !self.throttle.enabled && !self.throttle.requests.is_empty() {
            let enabled = row::THROTTLE.name;
            warnings.push(format!("{enabled}: no rate of requests has an effect while it is false"));
        }
        warnings
    }

    fn pagination_warning(&self) -> Option<String> {
        let style = row::PAGINATION_STYLE.name;
        match (self.pagination.style, self.pagination.page_size) {
            (PaginationStyle::PageNumber | PaginationStyle::Cursor, None) => Some(format!(
                "{style}: has no effect, as in the original, until {} is set",
                row::PAGE_SIZE.name
            )),
            (PaginationStyle::None, Some(_)) => {
                Some(format!("{}: has no effect while {style} is none", row::PAGE_SIZE.name))
            }
            _ => None,
        }
    }
}
