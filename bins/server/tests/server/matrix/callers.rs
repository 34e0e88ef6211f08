//! The callers of the matrix, and their credentials.

use std::time::Duration;

use presspass_auth::tokens::{DjangoSubject, SigningKey, TokenIssuer, TokenPolicy};
use presspass_auth::{Clock as _, SystemClock};

use crate::common::{Browser, PASSWORD, SECRET_KEY, Server, basic};

/// Every identity, from those that must get the least.
pub(super) const CALLERS: &[Caller] = &[
    Caller::Anonymous,
    Caller::Expired,
    Caller::Forged,
    Caller::Gone,
    Caller::Disabled,
    Caller::User,
    Caller::Author,
    Caller::Editor,
    Caller::Viewer,
    Caller::Superuser,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// Shows nothing.
    Anonymous,
    /// Shows what was good once, of an account that may nothing but read.
    Expired,
    /// Shows what somebody else made.
    Forged,
    /// An account that was deleted.
    Gone,
    /// An account that was switched off, and had every permission on posts.
    Disabled,
    /// An account without permissions.
    User,
    /// An account that may add posts, by a permission of its own.
    Author,
    /// An account that has every permission on posts by its group.
    Editor,
    /// One that may see the admin and view posts, and no more.
    Viewer,
    Superuser,
}

impl Caller {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Expired => "expired",
            Self::Forged => "forged",
            Self::Gone => "gone",
            Self::Disabled => "disabled",
            Self::User => "user",
            Self::Author => "author",
            Self::Editor => "editor",
            Self::Viewer => "viewer",
            Self::Superuser => "superuser",
        }
    }

    /// Whether they have not shown who they are.
    pub(super) fn is_nobody(self) -> bool {
        matches!(self, Self::Anonymous | Self::Expired | Self::Forged | Self::Gone | Self::Disabled)
    }

    /// The account, if there is one behind what they show.
    pub(super) fn username(self) -> &'static str {
        match self {
            Self::Anonymous => "",
            Self::Expired | Self::Forged => "user",
            other => other.name(),
        }
    }

    pub(super) fn password(self) -> &'static str {
        match self {
            Self::Anonymous => "",
            Self::Forged => "Wrong-Horse-9",
            _ => PASSWORD,
        }
    }
}

/// How callers show who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// A token in `Authorization`.
    Token,
    /// A token in the cookie `JWT`, and no CSRF token.
    TokenCookie,
    /// A session with its CSRF token, as a page of ours.
    Session,
    /// A session alone, as a page of another site makes browsers do.
    SessionAlone,
    /// A name and a password.
    Password,
}

impl Shown {
    /// A password does not expire; and each that is wrong takes as long as one that is right, which is long.
    pub(super) fn callers(self) -> Vec<Caller> {
        let left_out: &[Caller] = match self {
            Self::Password => &[Caller::Expired, Caller::Gone, Caller::Disabled],
            _ => &[],
        };
        CALLERS.iter().copied().filter(|caller| !left_out.contains(caller)).collect()
    }
}

/// A caller with what they show.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) caller: Caller,
    /// What goes along with each request.
    pub(super) headers: Vec<(&'static str, String)>,
    /// What stands in bodies that ask for a token, or for a CSRF token.
    pub(super) token: String,
    pub(super) csrf: String,
}

/// Makes the accounts, and what each caller shows.
pub(super) fn identities(server: &mut Server, shown: Shown) -> Vec<Identity> {
    for caller in CALLERS.iter().filter(|it| it.name() == it.username()) {
        server.account(caller.name(), *caller == Caller::Superuser, true);
    }
    server.rows.run("UPDATE auth_user SET is_staff = true WHERE username = 'viewer'");
    server.grant("viewer", "view_post");
    server.grant("author", "add_post");
    server.rows.run(
        "INSERT INTO auth_group (name) VALUES ('editors');
         INSERT INTO auth_group_permissions (group_id, permission_id)
             SELECT auth_group.id, auth_permission.id FROM auth_group, auth_permission WHERE codename LIKE '%_post';
         INSERT INTO auth_user_groups (user_id, group_id)
             SELECT auth_user.id, auth_group.id FROM auth_user, auth_group WHERE username IN ('editor', 'disabled')",
    );
    let identities = shown.callers().into_iter().map(|caller| identity(server, caller, shown)).collect();
    server.rows.run("UPDATE auth_user SET is_active = false WHERE username = 'disabled'");
    server.rows.run("DELETE FROM auth_user WHERE username = 'gone'");
    identities
}

fn identity(server: &mut Server, caller: Caller, shown: Shown) -> Identity {
    let token = if caller == Caller::Anonymous { String::new() } else { token(server, caller) };
    let mut identity = Identity { caller, headers: Vec::new(), token, csrf: String::new() };
    if caller == Caller::Anonymous {
        // A page of ours gives the CSRF token to everyone.
        if shown == Shown::Session {
            let mut browser = Browser::new(server);
            assert_eq!(browser.get("/api-auth/login/").status, 200);
            identity.keep(&browser, shown);
        }
        return identity;
    }
    match shown {
        Shown::Token => identity.headers.push(("Authorization", format!("JWT {}", identity.token))),
        Shown::TokenCookie => identity.headers.push(("Cookie", format!("JWT={}", identity.token))),
        Shown::Password => {
            let credentials = format!("{}:{}", caller.username(), caller.password());
            identity.headers.push(("Authorization", basic(&credentials)));
        }
        Shown::Session | Shown::SessionAlone => {
            let mut browser = Browser::of(server, caller.username());
            if caller == Caller::Expired {
                server.rows.run(
                    "UPDATE presspass_session SET expires_at = '2026-01-01 00:00:00'
                     WHERE began_at = (SELECT max(began_at) FROM presspass_session)",
                );
            }
            if caller == Caller::Forged {
                let cookie = browser.cookies.get_mut("sessionid").expect("a session has a cookie");
                let last = cookie.pop().expect("a cookie has a value");
                cookie.push(if last == 'A' { 'B' } else { 'A' });
            }
            identity.keep(&browser, shown);
        }
    }
    identity
}

impl Identity {
    fn keep(&mut self, browser: &Browser, shown: Shown) {
        let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.headers.push(("Cookie", cookies.join("; ")));
        if shown == Shown::Session {
            self.csrf = browser.csrf();
            self.headers.push(("X-CSRFToken", self.csrf.clone()));
        }
    }
}

/// A token as the caller has it.
fn token(server: &mut Server, caller: Caller) -> String {
    let username = caller.username();
    let query = format!("SELECT id FROM auth_user WHERE username = '{username}'");
    let user_id = server.rows.number(&query);
    let secret = if caller == Caller::Forged { SECRET_KEY.to_lowercase() } else { SECRET_KEY.to_owned() };
    let key = SigningKey::hs256(secret).expect("the key is long enough");
    // Longer than any of the tests takes.
    let policy = TokenPolicy::django().with_lifetime(time::Duration::HOUR);
    let age = if caller == Caller::Expired { Duration::from_hours(2) } else { Duration::ZERO };
    let issued = SystemClock.now() - age;
    let subject = DjangoSubject { user_id, username, email: "" };
    TokenIssuer::new(key, policy).issue(subject, issued).expect("an HMAC can be computed")
}
