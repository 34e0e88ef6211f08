//! The claims of tokens as Django's packages write them.

use super::super::json::ObjectWriter;
use super::super::policy::TokenPolicy;
use super::super::request::{Dates, TokenRequest};
use super::{DjangoSubject, TokenWire};

impl<'a> TokenRequest<'a> {
    /// With the `jti` of the first token of its family, as drf-jwt writes it when it refreshes a token.
    #[must_use]
    pub fn with_orig_jti(mut self, orig_jti: impl Into<Option<&'a str>>) -> Self {
        self.orig_jti = orig_jti.into();
        self
    }

    /// The claims of a Django package, in its order.
    pub(in crate::tokens) fn djangos(
        &self,
        json: &mut ObjectWriter,
        policy: &TokenPolicy,
        wire: TokenWire,
        DjangoSubject { user_id, username, email }: DjangoSubject<'_>,
        Dates { now, exp, is_refreshable }: Dates,
    ) {
        match wire {
            TokenWire::DjangorestframeworkJwt => {
                json.number("user_id", user_id);
                json.text("username", username);
                json.number("exp", exp);
                json.text("email", email);
            }
            // `jwt_create_payload`.
            TokenWire::DrfJwt => {
                json.text("username", username);
                json.number("iat", now);
                json.number("exp", exp);
                if let Some(jti) = self.jti {
                    json.text("jti", jti);
                }
                json.number("user_id", user_id);
            }
        }
        if is_refreshable {
            json.number("orig_iat", self.orig_iat.unwrap_or(now));
        }
        for (name, value) in [("aud", &policy.audience), ("iss", &policy.issuer)] {
            if let Some(value) = value {
                json.text(name, value);
            }
        }
        // If new tokens cannot be refreshed, an old family still can, and both packages write the claim last.
        if let (false, Some(orig_iat)) = (is_refreshable, self.orig_iat) {
            json.number("orig_iat", orig_iat);
        }
        if wire == TokenWire::DjangorestframeworkJwt {
            if self.lifetime.is_some() {
                json.number("iat", now);
            }
            if let Some(jti) = self.jti {
                json.text("jti", jti);
            }
        }
    }
}
