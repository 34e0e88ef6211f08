//! Publicly known keys.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::KeyId;

const JWT_IO: &str = "the example of jwt.io";
const RFC_7515: &str = "an example of RFC 7515";
const RFC_7517: &str = "an example of RFC 7517";
const RFC_7520: &str = "an example of RFC 7520";
const RFC_8037: &str = "the example of RFC 8037";
const WYCHEPROOF: &str = "a test vector of Wycheproof";
const JSONWEBTOKEN: &str = "a test key of jsonwebtoken";

/// Secrets as text, compared without case, punctuation and white space. Each is in the documentation or the templates
/// of the source beside it, and was copied from there to many public repositories.
const TEXTS: &[(&str, &str)] = &[
    ("your-256-bit-secret", JWT_IO),
    ("your-384-bit-secret", JWT_IO),
    ("your-512-bit-secret", JWT_IO),
    ("a-string-secret-at-least-256-bits-long", JWT_IO),
    ("a-valid-string-secret-that-is-at-least-384-bits-long", JWT_IO),
    ("a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long", JWT_IO),
    ("09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", "the example of FastAPI's tutorial"),
    (
        "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
        "the example of Flask's documentation",
    ),
    // Of Spring Security tutorials: in hexadecimal digits, and decoded.
    ("404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970", SPRING),
    ("@NcRfUjXn2r5u8x/A?D(G+KbPdSgVkYp", SPRING),
    ("======================BezKoder=Spring===========================", SPRING),
    ("my-secret-token-to-change-in-production", "the default of JHipster"),
    (
        "DO NOT USE THIS VALUE. INSTEAD, CREATE A COMPLEX SECRET AND KEEP IT SAFE OUTSIDE OF THE SOURCE CODE.",
        "the example of NestJS's documentation",
    ),
    (
        "THIS IS USED TO SIGN AND VERIFY JWT TOKENS, REPLACE IT WITH YOUR OWN SECRET, IT CAN BE ANY STRING",
        "the example of tutorials for ASP.NET Core and Node.js",
    ),
    ("super-secret-jwt-token-with-at-least-32-characters-long", "the default of Supabase"),
    ("your-super-secret-jwt-token-with-at-least-32-characters-long", "the default of Supabase"),
    ("reallyreallyreallyreallyverysafe", "the example of PostgREST's tutorial"),
    (
        "3EK6FD+o0+c7tzBNVfjpMkNDi2yARAAKzQlk8O2IKoxQu4nF7EdAh8s3TwpHwrdWT6R",
        "the example of Hasura's documentation",
    ),
    ("hPRYyVRiMyxpw5sBB1XeCMN1kFsDCqKvBi2QJxBVHQk=", "the example of Rocket's documentation"),
    ("DYhG93b0qyJfIxfs2guVoUubWwvniR2G0FgaC9mi", "the default of CakePHP"),
    ("c292a0a3aa32397cdb050e233733900f", "the default of Redash"),
    ("255d861b-5ea1-5996-9aa3-922530ec40b1", "the example of Directus's documentation"),
    ("6116487b-cda1-52c2-b5b5-c8022c45e263", "the example of Directus's documentation"),
    ("SecretKey012345678901234567890123456789012345678901234567890123456789", "the default of Nacos"),
    ("ThisIsMyCustomSecretKey012345678", "the example of Nacos's documentation"),
    ("ThisTokenIsNotSoSecretChangeIt", "the default of Symfony"),
    ("SomeRandomStringWith32Characters", "the example of Laravel's configuration"),
];

const SPRING: &str = "the example of Spring Security tutorials";

/// Secrets as in a JWK.
const SECRETS: &[(&str, &str)] = &[
    // Appendix A.1, and RFC 7517, appendix A.3.
    ("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow", RFC_7515),
    ("hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg", RFC_7520),
    ("-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE", WYCHEPROOF),
    ("-xbuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE", WYCHEPROOF),
    ("W1vBUI1-5HARc-qyT8hcYBt6q9sFNsztBrhlbl9W2CA", WYCHEPROOF),
];

/// Public keys whose private key is printed, by their thumbprints (RFC 7638).
const THUMBPRINTS: &[(&str, &str)] = &[
    ("iTqXXI0zbAnJCKDaobfhkM1f-6rMSpTfyZMRp_2tKI8", JWT_IO),
    ("zFHVsM9dc4OlHIwvEnVqfKzRj1ujqYGsZnXAcgn_CqI", JWT_IO),
    ("19J8y7Zprt2-QKLjF2I5pVk0OELX6cY2AfaAv1LC_w8", JWT_IO),
    ("IsUn6_e04MaShXFIISMp4kG62LWzMIPy_MvSA5pJgX8", RFC_7515),
    ("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U", RFC_7515),
    ("cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s", RFC_7517),
    ("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", RFC_7517),
    ("9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI", RFC_7520),
    ("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", RFC_8037),
    ("jtGSXJVYuZVE0cLF8m4OWz-gvUEtc1LxRfUd7fMBarg", WYCHEPROOF),
    ("hKoe1YKmJxChuUJIUBuWgD3Kc_DtVa-vpjuCNmmDQh8", WYCHEPROOF),
    ("eLx7cyKbcDMHSL_1LbVriUzfZG-p_W2rjxLJrg9teck", WYCHEPROOF),
    ("ZiLSoDuPfDc8rxPl05LxD9nV_EzK3XJ8t6qpTXJCtvw", WYCHEPROOF),
    ("RgVR5H6vvCLajavO3NKXafnQJXfbDa0gFBXhfKcyeMQ", WYCHEPROOF),
    ("ayHP8s_OfTOz7Lp74K10qdqgO_pmAnygDsd0O9VnymY", WYCHEPROOF),
    ("Hq8QDnrnBm1i_yRr4gRGsYQ5o8tlLrxeJq5MSWzOK1U", WYCHEPROOF),
    ("3Juhh9nCaGcKHSuwWnhh8919jBcpdja8op_RLoQt7ik", WYCHEPROOF),
    ("L1CD4-qDpyE1E9gHzj5vjCjGJE-_cE15R7vJc42twog", WYCHEPROOF),
    ("N2LgK1ze4NM8YcoO-G7o5XTEOMyE6EZJmjmtoGrAW04", WYCHEPROOF),
    ("Vy57XrArUrW0NbpI12tEzDHABxMwrTh6HHXRenSpnCo", WYCHEPROOF),
    ("-9POkGtActRbSCWs9KxiRwNy9VUrlacyHGd_tqbVDnk", JSONWEBTOKEN),
    ("1F9OrfU2oTuQwsjXs5w-DT99L2hKF4I7IpEJPIg78BA", JSONWEBTOKEN),
    ("zzA9af3jewgb-e1PKLItfx5KMKL1OiIEGx1Ii4nUz2s", JSONWEBTOKEN),
];

/// A secret that repeats so many bytes, or fewer, was a word: `secretsecretsecret…`.
const LONGEST_PERIOD: usize = 10;

/// Why a secret is publicly known, if it is.
pub(super) fn secret(secret: &[u8]) -> Option<&'static str> {
    let repeats = |period: usize| secret.iter().zip(&secret[period..]).all(|(one, next)| one == next);
    let counting = secret.windows(2).all(|two| two[1] == two[0].wrapping_add(1));
    match (1..=LONGEST_PERIOD).filter(|period| period * 2 <= secret.len()).find(|period| repeats(*period)) {
        Some(1) => return Some("one byte over and over"),
        Some(_) => return Some("a few bytes over and over"),
        None => {}
    }
    if counting && !secret.is_empty() {
        return Some("bytes that count up");
    }
    published_secret(secret)
}

/// Where a secret is published, if it is. If a settings file has it in base64, its text as well as its bytes may be
/// published, so both are looked up.
#[must_use]
pub fn published_secret(secret: &[u8]) -> Option<&'static str> {
    let spelled = std::str::from_utf8(secret).map(letters_and_digits).unwrap_or_default();
    if let Some((_, source)) = TEXTS.iter().find(|(text, _)| letters_and_digits(text) == spelled) {
        return Some(source);
    }
    let encoded = URL_SAFE_NO_PAD.encode(secret);
    let letters = std::str::from_utf8(secret).map(|text| text.trim_end_matches('=')).unwrap_or_default();
    let known = SECRETS.iter().find(|(text, _)| [encoded.as_str(), letters].contains(text));
    known.map(|(_, source)| *source)
}

fn letters_and_digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Where the private key of the public key with this thumbprint is published, if it is.
pub(super) fn public_key(thumbprint: &KeyId) -> Option<&'static str> {
    let found = THUMBPRINTS.iter().find(|(known, _)| *known == thumbprint.as_str());
    found.map(|(_, source)| *source)
}
