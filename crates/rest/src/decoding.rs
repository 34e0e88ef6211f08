//! The character set of a body.

use encoding_rs::{Encoding, UTF_8};

use crate::media_type::MediaType;

/// A body's character set: the one that its media type names where that is known, else UTF-8.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Charset(&'static Encoding);

impl Charset {
    /// UTF-8.
    pub const UTF_8: Self = Self(UTF_8);

    /// The character set that a media type names.
    pub fn of(media_type: &MediaType<'_>) -> Self {
        let named = media_type.parameter("charset").and_then(|label| Encoding::for_label(label.as_bytes()));
        Self(named.unwrap_or(UTF_8))
    }

    /// The text, or `None` where a byte does not fit.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        self.0.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
    }

    /// The text, with U+FFFD for what does not fit.
    pub fn decode_lossily(self, bytes: &[u8]) -> String {
        self.0.decode_without_bom_handling(bytes).0.into_owned()
    }
}
