//! Policies: in front of routes and on resources, with API keys that have scopes.

use presspass_auth::api_keys::Scopes;
use presspass_auth::gate::Account;
use presspass_auth::permissions::{BuiltIn, Decision, HasPermission, HasScope, Permission};
use presspass_auth::policies::{Policy, PolicyRequest, all, any, not, when};
use presspass_auth::{RequestHead, StoreError};

use crate::support::{POST, User, gate, now};

const NO_HEADERS: [(&str, &str); 0] = [];

/// A post of this account.
struct Post {
    author: &'static str,
}

/// A policy that asks a store.
struct IsAuthor;

impl Policy<User, Post> for IsAuthor {
    async fn decide(&self, request: &PolicyRequest<'_, User>, post: &Post) -> Result<Decision, StoreError> {
        match post.author {
            "down" => Err(StoreError::Unavailable("no route".into())),
            author => Ok(Decision::from(request.user().is_some_and(|user| user.name == author))),
        }
    }
}

fn status(
    user: Option<&User>,
    method: &str,
    policy: &impl Policy<User, Post>,
    author: &'static str,
) -> Option<u16> {
    let (gate, head) = (gate(), RequestHead::new(method, "/posts/1", &NO_HEADERS));
    let refused = now(gate.request(head, user, Some("jwt")).permit(policy, &Post { author }));
    refused.err().map(|refusal| refusal.status())
}

#[test]
fn a_policy_sees_the_user_and_the_resource_and_composes_with_permissions() {
    let (ada, grace) = (User::named("ada"), User::named("grace"));
    let policy = || all(BuiltIn::IsAuthenticated, any(BuiltIn::IsAdmin, IsAuthor));
    assert_eq!(status(Some(&ada), "PUT", &policy(), "ada"), None);
    assert_eq!(status(Some(&ada), "PUT", &policy(), "bob"), Some(403));
    assert_eq!(status(Some(&grace), "PUT", &policy(), "bob"), None, "she is staff");
    assert_eq!(status(None, "PUT", &policy(), "ada"), Some(401));
    assert_eq!(status(Some(&ada), "PUT", &not(IsAuthor), "ada"), Some(403));
    assert_eq!(status(Some(&ada), "PUT", &not(IsAuthor), "bob"), None);
    assert_eq!(status(Some(&ada), "PUT", &policy(), "down"), Some(503));
}

#[test]
fn what_is_decided_is_not_asked_again() {
    let ada = User::named("ada");
    let policy = all(BuiltIn::IsAdmin, IsAuthor);
    assert_eq!(status(Some(&ada), "GET", &policy, "down"), Some(403), "the store was not asked");
    let policy = any(BuiltIn::AllowAny, IsAuthor);
    assert_eq!(status(Some(&ada), "GET", &policy, "down"), None, "the store was not asked");
}

#[test]
fn a_closure_sees_the_request() {
    let by_jwt = when(|request: &PolicyRequest<'_, User>, _: &Post| {
        request.authenticator() == Some("jwt") && request.head().path() == "/posts/1"
    });
    assert_eq!(status(Some(&User::named("ada")), "POST", &by_jwt, "bob"), None);
    assert_eq!(status(Some(&User::named("ada")), "POST", &not(by_jwt), "bob"), Some(403));
}

fn scoped(scopes: &[&str]) -> User {
    User { scopes: Scopes::only(scopes.iter().copied()).unwrap(), ..User::named("ada") }
}

#[test]
fn a_key_can_do_the_action_that_it_is_scoped_to_whatever_the_method() {
    let adds = HasPermission::new("posts", "add_post");
    for method in ["GET", "POST", "DELETE"] {
        assert_eq!(status(Some(&scoped(&["posts.add_post"])), method, &adds, "ada"), None, "{method}");
        assert_eq!(status(Some(&scoped(&["posts.view_post"])), method, &adds, "ada"), Some(403), "{method}");
        // The account does not have it.
        let publishes = HasPermission::new("posts", "publish_post");
        let key = scoped(&["posts.publish_post"]);
        assert_eq!(status(Some(&key), method, &publishes, "ada"), Some(403), "{method}");
    }
    let approves = HasScope::new("posts:approve");
    assert_eq!(status(Some(&scoped(&["posts:approve"])), "POST", &approves, "ada"), None);
    assert_eq!(status(Some(&scoped(&["posts:read"])), "POST", &approves, "ada"), Some(403));
    assert_eq!(status(Some(&User::named("ada")), "POST", &approves, "ada"), None, "no key, no limit");
    assert_eq!(status(None, "POST", &approves, "ada"), Some(401));
}

#[test]
fn a_rule_that_names_no_scope_still_needs_the_scope_of_the_method() {
    let key = scoped(&["posts:approve", "posts.add_post"]);
    assert_eq!(status(Some(&key), "GET", &IsAuthor, "ada"), None);
    assert_eq!(status(Some(&key), "POST", &IsAuthor, "ada"), Some(403));
    assert_eq!(status(Some(&key), "POST", &all(IsAuthor, HasScope::new("posts:approve")), "ada"), None);
    // Neither by the other branch, nor by a negation.
    let either = any(HasScope::new("posts:approve"), BuiltIn::AllowAny);
    assert_eq!(status(Some(&scoped(&["x"])), "POST", &either, "ada"), Some(403));
    assert_eq!(status(Some(&scoped(&["x"])), "POST", &not(HasScope::new("y")), "ada"), Some(403));
    // With a model, by method.
    let head = RequestHead::new("POST", "/posts", &NO_HEADERS);
    let gate = gate();
    assert!(
        now(gate.request(head, Some(&key), None).on(POST).permit(&BuiltIn::IsAuthenticated, &())).is_ok()
    );
}

#[test]
fn a_handler_checks_a_resource_by_the_account() {
    let account = Account::new(User::named("ada")).by("jwt");
    let head = RequestHead::new("PUT", "/posts/1", &NO_HEADERS);
    let status = |author| {
        let refused = now(account.permit(head, &IsAuthor, &Post { author }));
        refused.err().map(|refusal| refusal.status())
    };
    assert_eq!((status("ada"), status("bob")), (None, Some(403)));
}

#[test]
fn a_permission_that_is_chosen_at_run_time_is_a_policy() {
    let chosen: Vec<Box<dyn Permission>> = vec![Box::new(BuiltIn::IsAdmin), Box::new(BuiltIn::AllowAny)];
    let statuses: Vec<_> =
        chosen.iter().map(|one| status(Some(&User::named("ada")), "GET", &one.as_ref(), "ada")).collect();
    assert_eq!(statuses, [Some(403), None]);
}
