//! Warnings about settings that are valid.

use super::choices::PaginationStyle;
use super::registry as row;
use super::typed::Settings;

impl Settings {
    /// One line each: what is unsafe wherever the server runs, and what has no effect.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.risks().into_iter().chain(self.remarks()).collect()
    }

    /// What is unsafe wherever the server runs: keys that are public, proxies that are everyone.
    pub(super) fn risks(&self) -> Vec<String> {
        let key = self.secret_key.as_ref().and_then(super::SecretKey::warning);
        let mut risks: Vec<_> =
            key.map(|warning| format!("{}: {warning}", row::SECRET_KEY.name)).into_iter().collect();
        if self.trusted_proxies.iter().any(|network| network.prefix_len() == 0) {
            risks.push(format!(
                "{}: anyone can forge any address; list your proxies only",
                row::TRUSTED_PROXIES.name
            ));
        }
        risks
    }

    /// Settings that are safe, but may not be intended.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        remarks.extend(self.algorithm_warning());
        remarks.extend(self.pagination_warnings());
        if self.cors.allow_credentials && self.cors.allowed_origins.is_none() {
            let (credentials, origins) = (row::CORS_CREDENTIALS.name, row::CORS_ORIGINS.name);
            remarks.push(format!("{credentials}: has no effect until {origins} is set"));
        }
        if !self.throttle.enabled && !self.throttle.requests.is_empty() {
            let enabled = row::THROTTLE.name;
            remarks.push(format!("{enabled}: rates of requests have no effect while it is false"));
        }
        remarks
    }

    /// HMAC wants a key as long as its hash (RFC 7518, section 3.2). Django's keys are shorter, and no less safe for it.
    fn algorithm_warning(&self) -> Option<String> {
        let algorithm = presspass_auth::tokens::Algorithm::from(self.jwt.algorithm);
        let length = self.secret_key.as_ref()?.expose().len();
        let needed = algorithm.shortest_secret();
        (length < needed).then(|| {
            format!(
                "{}: {algorithm} is meant for a {} of {needed} bytes, and this one has {length}; tokens are as safe as \
                 under HS256",
                row::JWT_ALGORITHM.name,
                row::SECRET_KEY.name
            )
        })
    }

    fn pagination_warnings(&self) -> Vec<String> {
        use PaginationStyle::{Cursor, LimitOffset, None as Off, PageNumber};
        let (style, size) = (row::PAGINATION_STYLE.name, row::PAGE_SIZE.name);
        let (parameter, max) = (row::PAGE_SIZE_PARAMETER.name, row::MAX_PAGE_SIZE.name);
        let given = &self.pagination;
        let without_effect = |is_given: bool, name: &str, why: String| {
            is_given.then(|| format!("{name}: has no effect {why}"))
        };
        let mut warnings = Vec::new();
        match given.style {
            Off => {
                let why = || format!("while {style} is none");
                warnings.push(without_effect(given.page_size.is_some(), size, why()));
                warnings.push(without_effect(given.page_size_query_param.is_some(), parameter, why()));
                warnings.push(without_effect(given.max_page_size.is_some(), max, why()));
            }
            LimitOffset => {
                let why = format!("while {style} is limit_offset, whose clients write limit");
                warnings.push(without_effect(given.page_size_query_param.is_some(), parameter, why));
            }
            PageNumber | Cursor => {
                let (has_size, has_parameter) =
                    (given.page_size.is_some(), given.page_size_query_param.is_some());
                let why = format!("until {size} or {parameter} is set, as in REST framework");
                warnings.push(without_effect(!has_size && !has_parameter, style, why));
                let why = format!("until {parameter} is set");
                warnings.push(without_effect(given.max_page_size.is_some() && !has_parameter, max, why));
            }
        }
        warnings.into_iter().flatten().collect()
    }
}
