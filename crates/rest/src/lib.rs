//! What every endpoint shares on actix-web: content negotiation, parsers, the one failure type and its answer, pages.
//! It knows no posts and no accounts.
//!
//! An endpoint is a value ([`Endpoint`]) and a handler; [`answer`] leads a request through them in DRF's order:
//! negotiation, then what the handler does (authentication, permission, throttle, method, parser), then the renderer.

mod answer;
mod call;
mod cookies;
mod decoding;
mod endpoint;
mod failure;
mod failure_answer;
pub mod filters;
mod html;
mod keyed_semaphore;
mod links;
mod list;
mod media_type;
mod negotiation;
mod next;
pub mod pages;
pub mod pagination;
mod parsed_header;
mod parsers;
mod query;
mod redirect;
mod reply;

pub use answer::{answer, answer_document};
pub use call::Call;
pub use cookies::{cookie, forget_cookie};
pub use endpoint::{Endpoint, ListControls, PARSES, RENDERS};
pub use failure::Failure;
pub use failure_answer::answer_page;
pub use html::escape as escape_html;
pub use keyed_semaphore::{CallerKey, KeyedPermit, KeyedSemaphore};
pub use links::{Links, TrustedProxies};
pub use list::{Extent, ListSink, Streams};
pub use negotiation::DocumentType;
pub use next::{is_safe_next, location};
pub use parsers::{BodyBounds, ReceivedBody, read_form, read_input};
pub use query::Query;
pub use redirect::{not_found, redirect_to_slash};
pub use reply::Reply;
