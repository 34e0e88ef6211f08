//! The fuzz targets, with their corpus.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../fuzz/bodies.rs"]
mod bodies;

use std::fs;
use std::path::Path;

fn replay(target: &str, body: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let inputs: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(inputs.len() >= 5, "{target} has a corpus");
    for input in inputs {
        let bytes = fs::read(&input).unwrap();
        body(&bytes);
        // And every prefix of it.
        (0..bytes.len()).for_each(|end| body(&bytes[..end]));
    }
}

#[test]
fn headers_of_the_corpus_do_not_panic() {
    replay("header", bodies::header);
}

#[test]
fn claims_of_the_corpus_do_not_panic() {
    replay("claims", bodies::claims);
}

#[test]
fn basic_headers_of_the_corpus_do_not_panic() {
    replay("basic", bodies::basic);
}

#[test]
fn cookies_of_the_corpus_do_not_panic() {
    replay("cookie", bodies::cookie);
}

#[test]
fn api_keys_of_the_corpus_do_not_panic() {
    replay("api_key", bodies::api_key);
}
