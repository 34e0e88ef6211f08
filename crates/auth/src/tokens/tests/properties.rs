//! Properties of tokens.

use jsonwebtoken::crypto::rust_crypto;
use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn what_is_issued_is_verified_by_us_and_by_jsonwebtoken(user_id in any::<i64>(), username in ".+", email in ".*") {
        let subject = DjangoSubject { user_id, username: &username, email: &email };
        let token = TokenIssuer::new(key(), TokenPolicy::django()).issue(subject, now()).unwrap();
        let verified = verify(&token).unwrap();
        prop_assert_eq!(verified.subject(), Ok(DjangoAccount { id: user_id, username: username.clone() }));

        let mut parts = token.rsplitn(2, '.');
        let (signature, signed) = (parts.next().unwrap(), parts.next().unwrap());
        let oracle = (rust_crypto::DEFAULT_PROVIDER.verifier_factory)(
            &jsonwebtoken::Algorithm::HS256,
            &jsonwebtoken::DecodingKey::from_secret(SECRET.as_bytes()),
        ).unwrap();
        prop_assert!(oracle.verify(signed.as_bytes(), &BASE64.decode(signature).unwrap()).is_ok());
        let payload = BASE64.decode(signed.split('.').nth(1).unwrap()).unwrap();
        let claims: Value = serde_json::from_slice(&payload).unwrap();
        prop_assert_eq!(claims["email"].as_str(), Some(email.as_str()));
    }

    #[test]
    fn one_changed_byte_is_noticed(at in 0_usize..200, byte in any::<u8>()) {
        let good = sign(HEADER, &claims().to_string());
        let mut token = good.clone().into_bytes();
        let at = at % token.len();
        prop_assume!(token[at] != byte);
        token[at] = byte;
        prop_assert!(verifier(TokenPolicy::django()).verify(&token, now()).is_err());
    }

    #[test]
    fn no_bytes_make_it_panic(token in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = verifier(TokenPolicy::django()).verify(&token, now());
    }

    #[test]
    fn no_signed_json_makes_it_panic(header in ".{0,60}", payload in ".{0,60}") {
        let _ = verify(&sign(&header, &payload));
    }
}
