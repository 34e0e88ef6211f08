//! The chain as services use it: on actix-web, on tower, with API keys, with revocation.
#![expect(clippy::unwrap_used, reason = "a test that panics fails")]

mod api_keys;
mod clients;
mod gate;
mod http2;
mod logins;
mod on_actix;
mod on_tower;
mod orders;
mod policies;
mod revocation;
mod stacks;
mod support;
