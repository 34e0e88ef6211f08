//! The files that pages need, embedded: a stylesheet, a script and an icon.
//!
//! Their URLs change with their content, so that browsers cache them permanently.

use std::fmt::Write as _;
use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

/// The route of the files, as a pattern of actix.
pub const STATIC_PATH: &str = "/static/presspass/{version}/{file}";

pub(super) struct Asset {
    pub name: &'static str,
    pub media_type: &'static str,
    pub bytes: &'static [u8],
}

macro_rules! embedded {
    ($name:literal, $media_type:literal) => {
        Asset { name: $name, media_type: $media_type, bytes: include_bytes!(concat!("../../assets/", $name)) }
    };
}

pub(super) static ASSETS: [Asset; 3] = [
    embedded!("presspass.css", "text/css; charset=utf-8"),
    embedded!("presspass.js", "text/javascript; charset=utf-8"),
    embedded!("favicon.svg", "image/svg+xml"),
];

/// The part of the URLs that changes with the files: 64 bits of the SHA-256 over all of them.
pub(super) static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = Sha256::new();
    for asset in &ASSETS {
        hasher.update(asset.name);
        hasher.update(asset.bytes.len().to_be_bytes());
        hasher.update(asset.bytes);
    }
    hasher.finalize().iter().take(8).fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
});

/// The URL of a file: `presspass.css`, `presspass.js`, `favicon.svg`.
#[must_use]
pub fn asset_path(name: &str) -> String {
    format!("/static/presspass/{}/{name}", VERSION.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_their_files_weigh_little() {
        assert!(ASSETS.iter().map(|asset| asset.bytes.len()).sum::<usize>() < 27_000);
    }
}
