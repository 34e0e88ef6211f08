//! A server with accounts, and clients that authenticate as them.

use std::ops::{Deref, DerefMut};

use presspass_auth::tokens::{DjangoSubject, SigningKey, TokenIssuer, TokenPolicy};
use presspass_auth::{Clock as _, SystemClock};
use presspass_test_support::{Answer, Client, RunningServer, ServerCommand, TestDatabase};

use super::{PRESSPASS, Rows};

/// The key of every server that a test gives one.
pub(crate) const SECRET_KEY: &str = "q9J0mT3vXh5Wc8Zr1Lk7Yp4Ns6Bd2Fg0";

/// The password of every account that a test makes.
pub(crate) const PASSWORD: &str = "Correct-Horse-9";

/// [`PASSWORD`], cheaply hashed by Python's `hashlib`.
const HASH: &str = "pbkdf2_sha256$1000$salt$NVOXqUWzM+MOzlpOVJEabKxmsd32dlIKaT3ugG4EHxY=";

/// A server on a database of its own, which it has migrated.
pub(crate) struct Server {
    running: RunningServer,
    pub(crate) rows: Rows,
    _database: Option<TestDatabase>,
}

impl Server {
    /// Starts one with these settings, on a database that goes away with it.
    pub(crate) fn start(database: TestDatabase, variables: &[(&str, &str)]) -> Self {
        let server = Self::start_on(&database, variables);
        Self { _database: Some(database), ..server }
    }

    /// Starts one with these settings, on a database that others use, too.
    pub(crate) fn start_on(database: &TestDatabase, variables: &[(&str, &str)]) -> Self {
        let running = ServerCommand::new(PRESSPASS)
            .env("DATABASE_URL", database.url())
            .env("SECRET_KEY", SECRET_KEY)
            // [`HASH`] stays cheap to verify: rehashed, each login would take a quarter of a second.
            .env("PRESSPASS_PASSWORD__UPGRADE", "false")
            .envs(variables.iter().copied())
            .start();
        Self { running, rows: Rows::of(&database.url()), _database: None }
    }

    /// An active account without permissions, as a client that sends a token of it. It is created unless it is there.
    pub(crate) fn user(&mut self, name: &str) -> Client {
        self.client_of(name, false)
    }

    /// [`user`](Self::user), for a superuser.
    pub(crate) fn admin(&mut self, name: &str) -> Client {
        self.client_of(name, true)
    }

    fn client_of(&mut self, name: &str, is_superuser: bool) -> Client {
        let client = self.client();
        match self
            .rows
            .number(&format!("SELECT coalesce(max(id), 0) FROM auth_user WHERE username = '{name}'"))
        {
            0 => client.authorized(self.account(name, is_superuser, true)),
            id => client.authorized(token(id, name)),
        }
    }

    /// Creates an account with [`PASSWORD`], and returns a token of it.
    pub(crate) fn account(&mut self, name: &str, is_superuser: bool, is_active: bool) -> String {
        self.rows.run(&format!(
            "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, \
             is_active, date_joined) VALUES ('{HASH}', {is_superuser}, '{name}', '', '', '{name}@example.com', \
             {is_superuser}, {is_active}, '2026-01-01 00:00:00')"
        ));
        token(self.rows.number(&format!("SELECT id FROM auth_user WHERE username = '{name}'")), name)
    }

    /// Grants a permission on posts to a group that the account is made a member of.
    pub(crate) fn grant_by_group(&mut self, name: &str, codename: &str) {
        self.rows.run(&format!(
            "INSERT INTO auth_group (name) VALUES ('{name}s');
             INSERT INTO auth_group_permissions (group_id, permission_id)
                 SELECT auth_group.id, auth_permission.id FROM auth_group, auth_permission
                 WHERE auth_group.name = '{name}s' AND codename = '{codename}';
             INSERT INTO auth_user_groups (user_id, group_id)
                 SELECT auth_user.id, auth_group.id FROM auth_user, auth_group
                 WHERE username = '{name}' AND auth_group.name = '{name}s'"
        ));
    }

    /// Grants a permission on posts to the account itself.
    pub(crate) fn grant(&mut self, name: &str, codename: &str) {
        self.rows.run(&format!(
            "INSERT INTO auth_user_user_permissions (user_id, permission_id)
                 SELECT auth_user.id, auth_permission.id FROM auth_user, auth_permission
                 WHERE username = '{name}' AND codename = '{codename}'"
        ));
    }

    /// Makes so many posts.
    pub(crate) fn posts(&mut self, count: usize) {
        let row = "('Title', 'Content', '2026-01-01 00:00:00', '2026-01-01 00:00:00')";
        self.rows.run(&format!(
            "INSERT INTO posts_post (title, content, created_at, updated_at) VALUES {}",
            vec![row; count].join(", ")
        ));
    }
}

impl Deref for Server {
    type Target = RunningServer;

    fn deref(&self) -> &RunningServer {
        &self.running
    }
}

impl DerefMut for Server {
    fn deref_mut(&mut self) -> &mut RunningServer {
        &mut self.running
    }
}

/// A token under [`SECRET_KEY`], as the value of `Authorization`.
pub(crate) fn token(user_id: i64, username: &str) -> String {
    let key = SigningKey::hs256(SECRET_KEY).expect("the key is long enough");
    let issuer = TokenIssuer::new(key, TokenPolicy::django());
    let subject = DjangoSubject { user_id, username, email: "" };
    let token = issuer.issue(subject, SystemClock.now()).expect("an HMAC can be computed");
    format!("JWT {token}")
}

/// Requests a token with a user name and a password.
pub(crate) fn log_in(client: &mut Client, username: &str, password: &str) -> Answer {
    let body = serde_json::json!({"username": username, "password": password});
    client.post("/auth/obtain_token/").json(&body).send()
}

/// A user name and a password, as the basic scheme sends them.
pub(crate) fn basic(credentials: &str) -> String {
    let encoded = credentials.as_bytes().chunks(3).map(|chunk| {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(*chunk.get(at).unwrap_or(&0)));
        (0..4)
            .map(|at| if at > chunk.len() { '=' } else { char::from(DIGITS[bits >> (18 - 6 * at) & 63]) })
            .collect::<String>()
    });
    format!("Basic {}", encoded.collect::<String>())
}
