//! The gate without a framework.

use presspass_auth::api_keys::Scopes;
use presspass_auth::csrf::Site;
use presspass_auth::gate::{Authenticated, Gate, RefusalCause, Rights};
use presspass_auth::permissions::{BuiltIn, Decision, HasPermission, Privileges};
use presspass_auth::tokens::TokenWire;
use presspass_auth::{AuthenticatorChain, RequestHead, Resolution};

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
        now(gate.request(HEAD, Some(user), None).permit(&HasPermission::new("posts", codename), &())).is_ok()
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
fn a_form_is_read_only_if_the_request_needs_its_token() {
    let (cookie, ada) = (format!("sessionid={SESSION}"), jwt_of("ada"));
    let (cookie, token) = (("cookie", cookie.as_str()), ("authorization", ada.as_str()));
    let gate = gate();
    for (method, header) in [("GET", cookie), ("POST", token), ("POST", ("x-other", ""))] {
        let headers = [header];
        let found = now(gate.authenticate(&RequestHead::new(method, "/", &headers))).unwrap();
        assert!(matches!(found, Authenticated::Admitted(_)), "{method} {header:?}");
    }
    let headers = [cookie];
    let check = |field: Option<&str>| {
        let found = now(gate.authenticate(&RequestHead::new("POST", "/", &headers))).unwrap();
        assert_eq!(found.unchecked().consulted, ["jwt", "session"]);
        let Authenticated::NeedsCsrfToken(check) = found else { panic!("it may be forged") };
        assert_eq!(check.unchecked().account.as_ref().map(|user| user.name.as_str()), Some("ada"));
        check.check(field, SITE)
    };
    assert_eq!(check(Some(&csrf())).unwrap().authenticator, Some("session"));
    for field in [None, Some(""), Some("another")] {
        let refusal = check(field).unwrap_err();
        assert_eq!((refusal.status(), refusal.varies_on_cookie()), (403, true));
        assert_eq!(refusal.detail(), "CSRF Failed: CSRF token missing or incorrect.");
    }
}

#[test]
fn an_account_that_is_looked_up_after_the_chain_is_refused_in_the_same_way() {
    let gate = gate();
    let headers = |name| {
        let jwt = jwt_of(name);
        let headers = [("authorization", jwt.as_str())];
        let refusal = now(gate.admit(&RequestHead::new("GET", "/", &headers), SITE)).unwrap_err();
        (refusal.status(), refusal.headers(), refusal.body())
    };
    let later = |resolution: Resolution<User>| {
        let rejection = resolution.accept(TokenWire::default()).unwrap_err();
        let refusal = gate.reject(rejection);
        (refusal.status(), refusal.headers(), refusal.body())
    };
    assert_eq!(later(Resolution::Disabled), headers("bob"));
    assert_eq!(later(Resolution::Unknown), headers("nobody"));
    assert_eq!(later(Resolution::Revoked).0, 401);
    assert_eq!(Resolution::Active(7).accept(TokenWire::default()), Ok(7));
}

/// What a service looks up after the chain, which knows only a [`User`].
#[derive(Debug)]
struct Row {
    is_staff: bool,
}

#[derive(Debug)]
struct Columns;

impl Rights for Columns {
    type User = Row;

    fn privileges(&self, row: &Row) -> Privileges {
        Privileges { is_staff: row.is_staff, is_superuser: false }
    }
}

#[test]
fn policies_see_the_account_that_was_looked_up_after_the_chain() {
    let gate = gate();
    let permit = |row: Option<&Row>| {
        let request = gate.request_of(&Columns, HEAD, row, row.map(|_| "jwt"));
        now(request.permit(&BuiltIn::IsAdmin, &())).map_err(|refusal| refusal.status())
    };
    assert_eq!(permit(Some(&Row { is_staff: true })), Ok(()));
    assert_eq!(permit(Some(&Row { is_staff: false })), Err(403));
    assert_eq!(permit(None), Err(401));
}

#[test]
fn a_page_learns_what_its_reader_may_do() {
    let (gate, key) = (gate(), scoped("root", &["posts.view_post", "posts.change_post"]));
    let request = gate.request(HEAD, Some(&key), None).on(POST);
    let may = |method| now(request.with_method(method).decide(&BuiltIn::ModelPermissions, &())).unwrap();
    assert_eq!(may("GET"), Decision::Granted);
    assert_eq!(may("PUT"), Decision::Granted);
    // The account may, but not with this key.
    assert_eq!(may("DELETE"), Decision::Denied);
    assert_eq!(request.head().method(), "GET");
}

#[test]
fn a_service_with_responses_of_its_own_sees_why_a_request_is_refused() {
    let gate = gate();
    let refusal = gate.not_authenticated();
    assert!(matches!(refusal.cause(), RefusalCause::NotAuthenticated) && refusal.is_unauthenticated());
    assert_eq!(
        refusal.challenge().map(|challenge| challenge.to_string()).as_deref(),
        Some("JWT realm=\"api\"")
    );
    let refusal = gate.permission_denied();
    assert!(matches!(refusal.cause(), RefusalCause::PermissionDenied) && !refusal.is_unauthenticated());
    assert_eq!(refusal.challenge(), None);
    let down = jwt_of("down");
    let headers = [("authorization", down.as_str())];
    let refusal = now(gate.admit(&RequestHead::new("GET", "/", &headers), SITE)).unwrap_err();
    assert!(matches!(refusal.into_cause(), RefusalCause::Store(_)));
    let headers = [("authorization", "JWT x.y.z")];
    let refusal = now(gate.admit(&RequestHead::new("GET", "/", &headers), SITE)).unwrap_err();
    // The client's message is not the reason for the log.
    assert_ne!(refusal.to_string(), refusal.detail());
}

#[test]
fn a_gate_is_created_from_a_chain_and_shows_no_secrets() {
    let gate: Gate<User> = chain().into();
    assert!(format!("{gate:?}").contains("[\"jwt\", \"session\"]"));
    let empty: Gate<User> = AuthenticatorChain::new().into();
    assert_eq!(empty.not_authenticated().status(), 403);
}
