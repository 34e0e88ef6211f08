//! Tokens that must not get in, and odd ones that must: the crate's own tests and the running server's go through the
//! same list.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};

/// The header of every token that Django has signed.
const HEADER: &str = r#"{"typ":"JWT","alg":"HS256"}"#;

/// Whom the tokens are for, when, and under which secret.
#[derive(Debug, Clone)]
pub struct World {
    pub secret: String,
    pub user_id: i64,
    pub username: String,
    /// Now, in seconds since 1970.
    pub now: i64,
}

/// A token and what is odd about it.
#[derive(Debug, Clone)]
pub struct Case {
    pub name: String,
    pub token: String,
}

fn case(name: impl Into<String>, token: impl Into<String>) -> Case {
    Case { name: name.into(), token: token.into() }
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl World {
    fn claims(&self) -> Value {
        json!({
            "user_id": self.user_id,
            "username": self.username,
            "exp": self.now + 250,
            "email": "",
            "orig_iat": self.now - 5,
        })
    }

    /// The claims with one of them changed, or left out where `value` is `None`.
    fn with(&self, name: &str, value: Option<Value>) -> String {
        let mut claims = self.claims();
        let members = claims.as_object_mut().expect("claims are an object");
        match value {
            Some(value) => members.insert(name.to_owned(), value),
            None => members.remove(name),
        };
        claims.to_string()
    }

    fn mac(&self, message: &str) -> Vec<u8> {
        mac(self.secret.as_bytes(), message)
    }

    fn sign(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        let signed = format!("{}.{}", encoded(header), encoded(payload));
        format!("{signed}.{}", encoded(self.mac(&signed)))
    }

    fn good(&self) -> String {
        self.sign(HEADER, self.claims().to_string())
    }
}

fn mac(secret: &[u8], message: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length does");
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

/// Tokens with a valid signature and valid times whose identifiers cannot be read. They must be refused: whether they
/// were revoked could not be determined.
pub fn unidentifiable(world: &World) -> Vec<Case> {
    let claims = world.claims().to_string();
    let odd = [
        r#""jti":1e999"#,
        r#""jti":"\ud800""#,
        r#""jti":["\udfff"]"#,
        r#""jti":{"a":1e400}"#,
        r#""jti":"a","jti":"b""#,
        r#""jti":null,"jti":null"#,
        r#""orig_jti":1e999"#,
        r#""orig_jti":"\ud800""#,
        r#""orig_jti":"a","orig_jti":"a""#,
    ];
    let with = |odd: &str| format!("{},{odd}}}", claims.trim_end_matches('}'));
    odd.iter().map(|odd| case(format!("claims {odd}"), world.sign(HEADER, with(odd)))).collect()
}

/// Tokens that must not get in.
pub fn refused(world: &World) -> Vec<Case> {
    [structures(world), headers(world), signatures(world), payloads(world), claims(world)].concat()
}

fn structures(world: &World) -> Vec<Case> {
    let good = world.good();
    let parts: Vec<&str> = good.split('.').collect();
    let (h, p, s) = (parts[0], parts[1], parts[2]);
    vec![
        case("nothing", ""),
        case("one dot", "."),
        case("two dots", ".."),
        case("three dots", "..."),
        case("a word", "token"),
        case("two words", "a.b"),
        case("three letters", "a.b.c"),
        case("no signature", format!("{h}.{p}")),
        case("an empty signature", format!("{h}.{p}.")),
        case("an empty header", format!(".{p}.{s}")),
        case("an empty payload", format!("{h}..{s}")),
        case("only a header", h),
        case("a dot behind", format!("{good}.")),
        case("a dot before", format!(".{good}")),
        case("four parts", format!("{good}.x")),
        case("five parts, as JWE has", format!("{h}.{p}.{s}.{p}.{s}")),
        case("a letter behind", format!("{good}x")),
        case("a letter before", format!("x{good}")),
        case("padding behind", format!("{good}=")),
        case("padding behind the header", format!("{h}=.{p}.{s}")),
        case("padding behind the payload", format!("{h}.{p}=.{s}")),
        case("a blank within the signature", format!("{h}.{p}.{} {}", &s[..9], &s[9..])),
        case("a blank behind a dot", format!("{h}.{p}. {s}")),
        case("a tab within", format!("{h}.\t{p}.{s}")),
        case("a zero byte", format!("{h}.{p}.{s}\0")),
        case("a line break within", format!("{h}.\n{p}.{s}")),
        case("payload and header changed", format!("{p}.{h}.{s}")),
        case("signature and payload changed", format!("{h}.{s}.{p}")),
        case("capitals", good.to_uppercase()),
        case("small letters", good.to_lowercase()),
        case("commas", good.replace('.', ",")),
        case("a dot twice", good.replacen('.', "..", 1)),
        case("letters beyond ASCII", "é.é.é"),
        case("full-width dots", good.replace('.', "．")),
        case("a byte order mark", format!("\u{feff}{good}")),
        case("the signature twice", format!("{h}.{p}.{s}{s}")),
        case("the token twice", format!("{good}{good}")),
        case("two tokens by a comma", format!("{good},{good}")),
        case("in quotes", format!("\"{good}\"")),
        case("with its scheme", format!("JWT.{good}")),
        case("as JSON", r#"{"payload":"e30","protected":"e30","signature":"AAAA"}"#),
        case("9000 letters", "A".repeat(9000)),
        case("a payload of 9000 letters", format!("{h}.{}.{s}", "A".repeat(9000))),
        case("longer than any token, and well signed", {
            world.sign(HEADER, world.with("padding", Some(json!("x".repeat(7000)))))
        }),
        case("percent-encoded", good.replace('.', "%2E")),
    ]
}

fn headers(world: &World) -> Vec<Case> {
    let payload = world.claims().to_string();
    let texts = [
        "",
        " ",
        "null",
        "true",
        "1",
        "[]",
        "\"HS256\"",
        "\"x\"",
        "{",
        "}",
        "{}",
        "{}{}",
        r#"{"alg":"HS256"}x"#,
        r#"{"alg":"HS256"}{"alg":"none"}"#,
        "\u{feff}{\"alg\":\"HS256\"}",
        r#"{"alg":"none"}"#,
        r#"{"alg":"None"}"#,
        r#"{"alg":"NONE"}"#,
        r#"{"alg":"nOnE"}"#,
        r#"{"alg":""}"#,
        r#"{"alg":"HS384"}"#,
        r#"{"alg":"HS512"}"#,
        r#"{"alg":"HS1"}"#,
        r#"{"alg":"RS256"}"#,
        r#"{"alg":"RS384"}"#,
        r#"{"alg":"RS512"}"#,
        r#"{"alg":"PS256"}"#,
        r#"{"alg":"ES256"}"#,
        r#"{"alg":"ES384"}"#,
        r#"{"alg":"ES512"}"#,
        r#"{"alg":"ES256K"}"#,
        r#"{"alg":"EdDSA"}"#,
        r#"{"alg":"Ed25519"}"#,
        r#"{"alg":"A128KW"}"#,
        r#"{"alg":"hs256"}"#,
        r#"{"alg":"HS256 "}"#,
        r#"{"alg":" HS256"}"#,
        r#"{"alg":"HS256\u0000"}"#,
        r#"{"alg":"HS-256"}"#,
        r#"{"alg":"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"}"#,
        r#"{"alg":null}"#,
        r#"{"alg":256}"#,
        r#"{"alg":1}"#,
        r#"{"alg":true}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":["none","HS256"]}"#,
        r#"{"alg":{"HS256":null}}"#,
        r#"{"ALG":"HS256"}"#,
        r#"{"typ":"JWT"}"#,
        r#"{"alg":"HS256","alg":"HS256"}"#,
        r#"{"alg":"none","alg":"HS256"}"#,
        r#"{"alg":"HS256","alg":"none"}"#,
        r#"{"alg":"HS256","typ":"JWT","typ":"JWT"}"#,
        r#"{"alg":"HS256","kid":"a","kid":"b"}"#,
        r#"{"alg":"HS256","x":1,"x":1}"#,
        r#"{"alg":"HS256","\u0061lg":"HS256"}"#,
        r#"{"alg":"HS256","crit":["exp"]}"#,
        r#"{"alg":"HS256","crit":["b64"],"b64":false}"#,
        r#"{"alg":"HS256","crit":[]}"#,
        r#"{"alg":"HS256","crit":null}"#,
        r#"{"alg":"HS256","crit":"exp"}"#,
        r#"{"alg":"HS256","b64":false}"#,
        r#"{"alg":"HS256","b64":true}"#,
        r#"{"alg":"HS256","zip":"DEF"}"#,
        r#"{"alg":"HS256","zip":null}"#,
        r#"{"alg":"HS256","typ":"JWE"}"#,
        r#"{"alg":"HS256","typ":"jwe"}"#,
        r#"{"alg":"HS256","enc":"A128GCM"}"#,
        r#"{"alg":"dir","enc":"A128GCM"}"#,
        "{'alg':'HS256'}",
        r#"{"alg":"HS256",}"#,
        r#"{,"alg":"HS256"}"#,
        r#"{alg:"HS256"}"#,
        r#"["alg","HS256"]"#,
        r#"["HS256"]"#,
        r#"{"alg":"HS256","kid":}"#,
        r#"{"alg":"HS256","kid":NaN}"#,
        "{\"alg\":\"HS256\",\"kid\":\"\n\"}",
        r#"{"alg":"HS256","kid":"\ud800"}"#,
        r#"{"alg":"HS256"/**/}"#,
    ];
    let mut cases: Vec<Case> =
        texts.iter().map(|text| case(format!("header {text}"), world.sign(text, &payload))).collect();
    let bytes: &[u8] = b"{\"alg\":\"HS256\",\"k\":\"\xff\"}";
    cases.push(case("a header that is not UTF-8", world.sign(bytes, &payload)));
    let unsigned = format!("{}.{}.", encoded(r#"{"alg":"none"}"#), encoded(&payload));
    cases.push(case("alg none without a signature", unsigned));
    cases
}

fn signatures(world: &World) -> Vec<Case> {
    let good = world.good();
    let (signed, signature) = good.rsplit_once('.').expect("a token has dots");
    let bytes = URL_SAFE_NO_PAD.decode(signature).expect("it is base64url");
    let by = |bytes: &[u8]| format!("{signed}.{}", encoded(bytes));
    let mut cases = Vec::new();
    for length in [1, 8, 15, 16, 20, 30, 31] {
        cases.push(case(format!("a signature cut at {length} bytes"), by(&bytes[..length])));
    }
    for at in [0, 1, 7, 15, 16, 23, 30, 31] {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        cases.push(case(format!("a bit of byte {at} of the signature changed"), by(&flipped)));
    }
    // 32 bytes leave two bits of the last digit unused: other digits would decode to the same bytes.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = good.chars().last().and_then(|last| alphabet.find(last)).expect("it is of the alphabet");
    let other = &alphabet[last + 1..last + 2];
    cases.push(case("unused bits of the signature", format!("{}{other}", &good[..good.len() - 1])));
    let sha384 = Hmac::<Sha384>::new_from_slice(world.secret.as_bytes()).expect("any length does");
    let sha512 = Hmac::<Sha512>::new_from_slice(world.secret.as_bytes()).expect("any length does");
    let payload = world.claims().to_string();
    let hex: String = bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    let other = world.sign(HEADER, world.with("email", Some(json!("x"))));
    let other = other.rsplit('.').next().expect("a token has dots");
    cases.extend([
        case("zeros", by(&[0; 32])),
        case("ones", by(&[0xff; 32])),
        case("32 bytes and a zero", by(&[bytes.as_slice(), &[0]].concat())),
        case("a signature upside down", by(&bytes.iter().rev().copied().collect::<Vec<u8>>())),
        case("another token's signature", format!("{signed}.{other}")),
        case("HMAC by no key", by(&mac(b"", signed))),
        case("HMAC by another key", by(&mac(b"another secret of thirty-two bytes", signed))),
        case("HMAC by the key and a blank", by(&mac(format!("{} ", world.secret).as_bytes(), signed))),
        case(
            "HMAC by the key and a zero byte behind",
            by(&mac(format!("{}x", world.secret).as_bytes(), signed)),
        ),
        case("HMAC by the published example of jwt.io", by(&mac(b"your-256-bit-secret", signed))),
        case("HMAC with SHA-384", by(&sha384.chain_update(signed).finalize().into_bytes())),
        case("HMAC with SHA-512", by(&sha512.chain_update(signed).finalize().into_bytes())),
        case("HMAC of the payload alone", by(&world.mac(&encoded(&payload)))),
        case("HMAC of what is not encoded", by(&world.mac(&format!("{HEADER}.{payload}")))),
        case("HMAC of the token with a dot behind", by(&world.mac(&format!("{signed}.")))),
        case("in hexadecimal", format!("{signed}.{hex}")),
        case("in base64 of another alphabet", format!("{signed}.{}", STANDARD.encode([0xfb; 32]))),
        case("base64 of base64", by(encoded(&bytes).as_bytes())),
        case("another account under the old signature", {
            let payload = world.with("username", Some(json!("admin")));
            format!("{}.{}.{}", encoded(HEADER), encoded(payload), signature)
        }),
    ]);
    cases
}

fn payloads(world: &World) -> Vec<Case> {
    let World { user_id: id, username: name, now, .. } = world;
    let exp = now + 250;
    let texts = [
        String::new(),
        "null".to_owned(),
        "1".to_owned(),
        "[]".to_owned(),
        "\"x\"".to_owned(),
        "{".to_owned(),
        "{}".to_owned(),
        "{}x".to_owned(),
        "NaN".to_owned(),
        format!("\u{feff}{}", world.claims()),
        format!("{}{}", world.claims(), world.claims()),
        format!("[{}]", world.claims()),
        world.claims().to_string().replace('"', "'"),
        format!(r#"{{"user_id":{id},"username":"{name}","exp":{exp},"exp":{exp}}}"#),
        format!(r#"{{"user_id":{id},"username":"{name}","username":"admin","exp":{exp}}}"#),
        format!(r#"{{"user_id":{id},"username":"admin","username":"{name}","exp":{exp}}}"#),
        format!(r#"{{"user_id":{id},"user_id":1,"username":"{name}","exp":{exp}}}"#),
        format!(r#"{{"user_id":{id},"username":"{name}","exp":{exp},"\u0065xp":{exp}}}"#),
        format!(r#"{{"user_id":{id},"username":"{name}","exp":{exp},"aud":null,"aud":null}}"#),
        format!(r#"{{"user_id":{id},"username":"{name}","exp":{exp},"nbf":1,"nbf":1}}"#),
        format!(r#"{{"user_id":{id},"username":"{name}","exp":{exp},"x":NaN}}"#),
        format!(r#"{{"user_id":{id},"username":"{name}","exp":{exp},"x":Infinity}}"#),
        format!(r#"{{"user_id":{id},"username":"{name}","exp":{exp},}}"#),
        format!(r#"{{"user_id":{id},"username":"{name}","exp":0{exp}}}"#),
        format!(r#"{{"user_id":{id},"username":"{name}","exp":+{exp}}}"#),
        format!(r#"{{"user_id":{id},"username":"{name}","exp":0x7fffffff}}"#),
        format!(r#"[{id},"{name}",{exp}]"#),
        format!(r#" [{id},"{name}",{exp},null,null,null,null,null]"#),
    ];
    let mut cases: Vec<Case> =
        texts.iter().map(|text| case(format!("payload {text}"), world.sign(HEADER, text))).collect();
    let mut bytes = world.claims().to_string().into_bytes();
    bytes.extend_from_slice(b"\xff");
    cases.push(case("a payload with a byte behind it", world.sign(HEADER, bytes)));
    let mut bytes = world.with("comment", Some(json!("@"))).into_bytes();
    if let Some(byte) = bytes.iter_mut().find(|byte| **byte == b'@') {
        *byte = 0xff;
    }
    cases.push(case("a claim that nobody reads and is not UTF-8", world.sign(HEADER, bytes)));
    cases
}

fn claims(world: &World) -> Vec<Case> {
    let now = world.now;
    let mut wrong: Vec<(&str, Option<Value>)> = vec![("exp", None), ("user_id", None), ("username", None)];
    let ends = [
        json!(now - 5),
        json!(now - 86_400),
        json!(0),
        json!(-1),
        json!("soon"),
        json!(""),
        json!(format!("{}", now + 100)),
        json!(null),
        json!(true),
        json!(false),
        json!([now + 100]),
        json!({ "n": now + 100 }),
        json!((1_i64 << 53) + 1),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(-1e300),
    ];
    wrong.extend(ends.into_iter().map(|value| ("exp", Some(value))));
    let starts = [
        json!(now + 3600),
        json!(i64::MAX),
        json!("x"),
        json!(format!("{}", now - 100)),
        json!(null),
        json!([]),
        json!(true),
        json!(1e300),
    ];
    wrong.extend(starts.into_iter().map(|value| ("nbf", Some(value))));
    let issues = [json!("x"), json!(null), json!([]), json!({}), json!(true), json!(1e300), json!(u64::MAX)];
    wrong.extend(issues.into_iter().map(|value| ("iat", Some(value))));
    let audiences =
        [json!("readers"), json!(""), json!(null), json!([]), json!(["readers"]), json!(1), json!({})];
    wrong.extend(audiences.into_iter().map(|value| ("aud", Some(value))));
    let names = [
        json!(""),
        json!(null),
        json!(false),
        json!(true),
        json!(0),
        json!(5),
        json!([]),
        json!({}),
        json!([world.username]),
        json!({ "username": world.username }),
        json!("nobody"),
        json!("admin"),
        json!(format!("{} ", world.username)),
        json!(format!("{}\u{0}", world.username)),
        json!(world.username.to_uppercase()),
    ];
    wrong.extend(names.into_iter().map(|value| ("username", Some(value))));
    let ids = [
        json!(world.user_id.to_string()),
        json!(1.5),
        json!(null),
        json!(true),
        json!([world.user_id]),
        json!({}),
        json!(u64::MAX),
        json!(-world.user_id),
        json!(0),
        json!(world.user_id + 1),
        json!(i64::MAX),
    ];
    wrong.extend(ids.into_iter().map(|value| ("user_id", Some(value))));
    let mut cases: Vec<Case> = wrong
        .into_iter()
        .map(|(name, value)| {
            let said = value.as_ref().map_or_else(|| "left out".to_owned(), Value::to_string);
            case(format!("{name} {said}"), world.sign(HEADER, world.with(name, value)))
        })
        .collect();
    for raw in ["1e400", "-1e400", "9223372036854775808", "1800000100000000000000000000000000"] {
        let World { user_id, username, .. } = world;
        let payload = format!(r#"{{"user_id":{user_id},"username":"{username}","exp":{raw}}}"#);
        cases.push(case(format!("exp {raw}"), world.sign(HEADER, payload)));
    }
    cases
}

/// Odd tokens that are good: Django takes them, or today's fork of it writes them.
pub fn accepted(world: &World) -> Vec<Case> {
    let payload = world.claims().to_string();
    let headers = [
        HEADER,
        r#"{"alg":"HS256"}"#,
        r#"{"alg":"HS256","typ":"JWT"}"#,
        r#" { "alg" : "HS256" , "typ" : "JWT" } "#,
        "{\n\t\"alg\": \"HS256\"\r\n}",
        r#"{"\u0061lg":"HS256"}"#,
        r#"{"alg":"\u0048S256"}"#,
        r#"{"alg":"HS256","typ":"at+jwt"}"#,
        r#"{"alg":"HS256","typ":"jwt"}"#,
        r#"{"alg":"HS256","typ":""}"#,
        r#"{"alg":"HS256","typ":null}"#,
        r#"{"alg":"HS256","typ":1}"#,
        r#"{"alg":"HS256","cty":"JWT"}"#,
        r#"{"alg":"HS256","kid":"some key"}"#,
        r#"{"alg":"HS256","kid":""}"#,
        r#"{"alg":"HS256","kid":null}"#,
        r#"{"alg":"HS256","kid":"../../etc/passwd"}"#,
        r#"{"alg":"HS256","kid":"' OR 1=1 --"}"#,
        r#"{"alg":"HS256","jku":"https://example.com/keys"}"#,
        r#"{"alg":"HS256","x5u":"https://example.com/certificate"}"#,
        r#"{"alg":"HS256","x5c":["AAAA"],"x5t":"AAAA"}"#,
        r#"{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}"#,
        r#"{"alg":"HS256","name":"ü"}"#,
        r#"{"alg":"HS256","nested":{"alg":"none","crit":["exp"],"deep":[[[[]]]]}}"#,
    ];
    let mut cases: Vec<Case> =
        headers.iter().map(|text| case(format!("header {text}"), world.sign(text, &payload))).collect();
    let now = world.now;
    let good = [
        ("email", None),
        ("email", Some(json!("ü@example.com"))),
        ("email", Some(json!(null))),
        ("email", Some(json!([1]))),
        ("orig_iat", None),
        ("orig_iat", Some(json!("yesterday"))),
        ("orig_iat", Some(json!(0))),
        ("iat", Some(json!(now))),
        ("iat", Some(json!(now + 1000))),
        ("iat", Some(json!(1.5))),
        ("jti", Some(json!("c0ffee00-0000-4000-8000-000000000000"))),
        ("jti", Some(json!(7))),
        ("jti", Some(json!(null))),
        ("jti", Some(json!(""))),
        ("jti", Some(json!(["a", { "b": "c" }]))),
        ("jti", Some(json!("x".repeat(2000)))),
        ("jti", Some(json!("\0\u{ffff}\u{1f511}"))),
        ("orig_jti", Some(json!({ "a": 1.5e300 }))),
        ("orig_jti", Some(json!(false))),
        ("orig_iat", Some(json!(-1.5))),
        ("orig_iat", Some(json!(1e300))),
        ("orig_iat", Some(json!([]))),
        ("iat", Some(json!(-5))),
        ("orig_jti", Some(json!("c0ffee00-0000-4000-8000-000000000000"))),
        ("nbf", Some(json!(now - 100))),
        ("nbf", Some(json!(0))),
        ("nbf", Some(json!(-1.5))),
        ("exp", Some(json!(now + 100_000_000))),
        ("exp", Some(json!(1_i64 << 53))),
        ("exp", Some(json!(f64::from(2_000_000_000) + 0.5))),
        ("iss", Some(json!("anyone"))),
        ("iss", Some(json!(null))),
        ("sub", Some(json!(["no", "text"]))),
        ("admin", Some(json!({ "deep": [[[[[[[[]]]]]]]] }))),
        ("is_superuser", Some(json!(true))),
        ("", Some(json!(""))),
    ];
    cases.extend(good.into_iter().map(|(name, value)| {
        let said = value.as_ref().map_or_else(|| "left out".to_owned(), Value::to_string);
        case(format!("{name} {said}"), world.sign(HEADER, world.with(name, value)))
    }));
    let World { user_id, username, .. } = world;
    cases.extend([
        case("blanks around the payload", world.sign(HEADER, format!(" {payload} \n"))),
        case("claims in another order", {
            let payload = format!(r#"{{"exp":{},"username":"{username}","user_id":{user_id}}}"#, now + 100);
            world.sign(HEADER, payload)
        }),
        case("an exponent", {
            world.sign(HEADER, format!(r#"{{"exp":2e9,"username":"{username}","user_id":{user_id}}}"#))
        }),
        case("escaped letters", {
            let escaped: String =
                username.encode_utf16().fold(String::new(), |t, u| format!("{t}\\u{u:04x}"));
            world.sign(
                HEADER,
                format!(r#"{{"exp":{},"username":"{escaped}","user_id":{user_id}}}"#, now + 100),
            )
        }),
        case("a member that nobody reads twice", {
            let payload =
                format!(r#"{{"exp":{},"username":"{username}","user_id":{user_id},"x":1,"x":2}}"#, now + 100);
            world.sign(HEADER, payload)
        }),
    ]);
    cases
}
