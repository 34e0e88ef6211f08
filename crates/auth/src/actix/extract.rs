//! The extractor of accounts.
//!
//! In actix-web, an `Option<T>` is `None` whenever the extractor of `T` fails. A caller whom the extractor refuses would be
//! anonymous to a handler that takes an `Option<Account<U>>`. So a refusal that is not about anonymous callers is not an
//! error of the extractor: [`Authenticate`](super::Authenticate), which is outside of the handler, answers it.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, ResponseError};

use crate::gate::{Account, Admitted, Refusal};

/// A refusal inside of the middleware, which it has to answer.
#[derive(Clone, Default)]
pub(super) struct RefusedInside(Rc<RefCell<Option<(HttpRequest, Refusal)>>>);

impl RefusedInside {
    fn put(&self, request: &HttpRequest, refusal: Refusal) {
        *self.0.borrow_mut() = Some((request.clone(), refusal));
    }

    pub fn take(&self) -> Option<(HttpRequest, Refusal)> {
        self.0.borrow_mut().take()
    }
}

/// There is no account for the handler.
///
/// If that is because no [`Authenticate`](super::Authenticate) is around it, this error must become a response: dropping
/// it, as actix-web does for an `Option<Account<U>>`, panics, which closes the connection. Otherwise every caller would be
/// anonymous.
pub struct ExtractionError {
    refusal: Refusal,
    is_answered: Cell<bool>,
}

impl ExtractionError {
    const fn new(refusal: Refusal) -> Self {
        Self { is_answered: Cell::new(!refusal.is_no_middleware()), refusal }
    }
}

impl ResponseError for ExtractionError {
    fn status_code(&self) -> StatusCode {
        self.refusal.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        self.is_answered.set(true);
        self.refusal.error_response()
    }
}

impl Drop for ExtractionError {
    fn drop(&mut self) {
        assert!(self.is_answered.get() || std::thread::panicking(), "{}", self.refusal);
    }
}

impl fmt::Display for ExtractionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal.fmt(f)
    }
}

impl fmt::Debug for ExtractionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.refusal, f)
    }
}

/// The future of the extractor. It never ends if the middleware has to answer.
pub struct Extracting<U>(Option<Result<Account<U>, ExtractionError>>);

impl<U> fmt::Debug for Extracting<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Extracting")
    }
}

impl<U> Future for Extracting<U> {
    type Output = Result<Account<U>, ExtractionError>;

    fn poll(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.take().map_or(Poll::Pending, Poll::Ready)
    }
}

/// Requests with invalid credentials, and those during which a store is unavailable, never get here:
/// [`Authenticate`](super::Authenticate) answers them.
impl<U: Send + Sync + 'static> FromRequest for Account<U> {
    type Error = ExtractionError;
    type Future = Extracting<U>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let admitted = request.extensions().get::<Arc<Admitted<U>>>().cloned();
        let middleware = request.extensions().get::<RefusedInside>().cloned();
        let refusal = match admitted.map(|admitted| (admitted.account(request.method().as_str()), admitted)) {
            None => Refusal::no_middleware(),
            Some((Ok(Some(account)), _)) => return Extracting(Some(Ok(account))),
            Some((Ok(None), admitted)) => admitted.not_authenticated(),
            Some((Err(refusal), _)) => match middleware {
                Some(middleware) => {
                    middleware.put(request, refusal);
                    return Extracting(None);
                }
                None => refusal,
            },
        };
        Extracting(Some(Err(ExtractionError::new(refusal))))
    }
}
