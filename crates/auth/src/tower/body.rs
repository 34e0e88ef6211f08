//! The bodies of responses.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// The body of a response: that of the service, or that of a refusal. So the layers fit around any service, whatever
    /// the bodies of its responses are.
    #[derive(Debug)]
    pub struct ResponseBody<B> {
        #[pin]
        service: Option<B>,
        refusal: Option<Bytes>,
    }
}

impl<B> ResponseBody<B> {
    pub(super) const fn of_service(body: B) -> Self {
        Self { service: Some(body), refusal: None }
    }

    pub(super) fn of_refusal(text: String) -> Self {
        Self { service: None, refusal: Some(text.into()) }
    }
}

impl<B> Default for ResponseBody<B> {
    /// Empty.
    fn default() -> Self {
        Self { service: None, refusal: None }
    }
}

impl<B: Body<Data = Bytes>> Body for ResponseBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.project();
        match this.service.as_pin_mut() {
            Some(body) => body.poll_frame(context),
            None => Poll::Ready(this.refusal.take().map(|text| Ok(Frame::data(text)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.service {
            Some(body) => body.is_end_stream(),
            None => self.refusal.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.service, &self.refusal) {
            (Some(body), _) => body.size_hint(),
            (None, Some(text)) => SizeHint::with_exact(text.len() as u64),
            (None, None) => SizeHint::with_exact(0),
        }
    }
}
