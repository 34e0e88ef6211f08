//! The gate without a framework.

use presspass_auth::api_keys::Scopes;
use presspass_auth::csrf::Site;
use presspass_auth::gate::Gate;
use presspass_auth::permissions::{BuiltIn, Holds};
use presspass_auth::{AuthenticatorChain, RequestHead};

use crate::support::{POST, SESSION, User, chain, csrf, gate, jwt_of, now};

const NO_HEADERS: [(&str, &str); 0] = [];
const HEAD: RequestHead<'static> = RequestHead::new("GET", "/", &NO_HEADERS);
const SITE: Site<'_> = Site { is_secure: false, host: "a.example" };

fn scoped(name: &str, scopes: &[&str]) -> User {
    let scopes = Scopes::only(scopes.iter().copied()).unwrap();
    User { scopes, ..User::named(name) }
}

#[test]
fn a_superusers_key_has_only_its_scopes() {
    let gate = gate();
    let root = scoped("root", &["posts.add_post"]);
    let may = |user, codename| {
        now(gate.request(HEAD, Some(user), None).permit(&Holds::new("posts", codename), &())).is_ok()
    };
    assert!(may(&root, "add_post"));
    assert!(!may(&root, "publish_post"));
    assert!(may(&User::named("root"), "publish_post"));
}

#[test]
fn a_scope_grants_nothing_that_the_account_does_not_have() {
    let gate = gate();
    let may = |user: &User, method| {
        let head = RequestHead::new(method, "/", &NO_HEADERS);
        let request = gate.request(head, Some(user), None).on(POST);
        now(request.permit(&BuiltIn::ModelPermissions, &())).is_ok()
    };
    let grace = scoped("grace", &["posts.view_post", "posts.add_post"]);
    assert!(may(&grace, "GET"));
    assert!(!may(&grace, "POST"));
    assert!(may(&scoped("ada", &["posts.add_post"]), "POST"));
}

#[test]
fn an_admission_says_what_the_response_depends_on() {
    let cookie = format!("sessionid={SESSION}");
    let ada = jwt_of("ada");
    for (header, found, varies, relies) in [
        (("authorization", ada.as_str()), Some("ada"), false, false),
        (("cookie", cookie.as_str()), Some("ada"), true, true),
        (("x-other", ""), None, true, false),
    ] {
        let headers = [header];
        let admission = now(gate().admit(&RequestHead::new("GET", "/", &headers), SITE)).unwrap();
        assert_eq!(admission.account.as_ref().map(|user| user.name.as_str()), found);
        assert_eq!((admission.varies_on_cookie, admission.relies_on_cookie), (varies, relies), "{header:?}");
        let token = admission.csrf_token.map(|token| token.as_str().to_owned());
        assert_eq!(token, relies.then(csrf));
    }
}

#[test]
fn a_gate_is_created_from_a_chain_and_shows_no_secrets() {
    let gate: Gate<User> = chain().into();
    assert!(format!("{gate:?}").contains("[\"jwt\", \"session\"]"));
    let empty: Gate<User> = AuthenticatorChain::new().into();
    assert_eq!(empty.not_authenticated().status(), 403);
}
