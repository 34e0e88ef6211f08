//! The one-time link of the first start: a form that makes the first administrator.
//!
//! It is offered only on a database that we made and that has no superuser; it ends at its first use, which is checked
//! in the same transaction that makes the account, or once a superuser was seen: it stays dead when that one is demoted
//! or deleted. The token is compared in constant time and never logged.

mod form;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_auth::passwords::{AccountAttributes, HashError, Password, validate};
use presspass_auth::{Randomness, RandomnessError};
use presspass_domain::{Created, EmailAddress, NewAccount, Username};
use presspass_rest::{causes, not_found, read_input};
use presspass_serializers::{Field, Input, Member};
use subtle::ConstantTimeEq;

use crate::services::Services;
use crate::startup::hex;
use form::Form;

/// The fields of the form.
const FIELDS: [Field; 4] = [
    Field::text("username", "User name", None),
    Field::text("email", "Email", None),
    Field::text("password", "Password", None),
    Field::text("password_again", "Password, again", None),
];

/// The secret in the link, 256 bits, and whether the link has ended. Clones are the same link.
#[derive(Clone)]
pub(crate) struct SetupLink {
    token: String,
    has_ended: Arc<AtomicBool>,
}

impl SetupLink {
    /// A new link.
    pub fn new(randomness: &dyn Randomness) -> Result<Self, RandomnessError> {
        let mut bytes = [0; 32];
        randomness.fill(&mut bytes)?;
        Ok(Self { token: hex(&bytes), has_ended: Arc::default() })
    }

    /// Its path.
    pub fn path(&self) -> String {
        format!("/setup/{}/", self.token)
    }

    fn opens(&self, token: &str) -> bool {
        !self.has_ended.load(Ordering::Relaxed) && self.token.as_bytes().ct_eq(token.as_bytes()).into()
    }

    /// From here on it opens nothing.
    fn end(&self) {
        self.has_ended.store(true, Ordering::Relaxed);
    }
}

impl fmt::Debug for SetupLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetupLink(hidden)")
    }
}

/// `setup/<token>/`
pub(crate) async fn page(
    request: HttpRequest,
    token: Path<String>,
    body: Payload,
    services: Data<Services>,
) -> HttpResponse {
    let Some(link) = services.setup_link.as_ref().filter(|link| link.opens(&token)) else {
        return not_found(&request);
    };
    match services.accounts.has_superuser().await {
        Ok(false) => {}
        Ok(true) => {
            link.end();
            return not_found(&request);
        }
        Err(error) => {
            tracing::error!(reason = causes(&error), "it cannot be told whether there is an administrator");
            return unavailable();
        }
    }
    match *request.method() {
        Method::GET | Method::HEAD => form_page(&Form::default()),
        Method::POST => match read_input(&request, body, services.body_limits, &FIELDS).await {
            Ok(input) => submit(&request, &services, link, &input).await,
            Err(failure) => {
                let problems = vec!["The form could not be read.".to_owned()];
                respond(failure.status(), Form { problems, ..Form::default() }.page())
            }
        },
        _ => HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD, POST")).finish(),
    }
}

async fn submit(request: &HttpRequest, services: &Services, link: &SetupLink, input: &Input) -> HttpResponse {
    let text = |name: &str| match input.member(name) {
        Some(Member::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let (username, email) = (text("username"), text("email"));
    let (password, again) = (Password::new(text("password")), Password::new(text("password_again")));
    let mut problems = Vec::new();
    let name = Username::parse(&username).map_err(|error| problems.push(format!("User name: {error}"))).ok();
    let address = EmailAddress::parse(&email);
    if address.is_none() {
        problems.push("Email: Enter a valid email address.".to_owned());
    }
    if password.expose() == again.expose() {
        let attributes =
            AccountAttributes { username: &username, email: &email, ..AccountAttributes::default() };
        let found = validate(&password, &attributes).err().unwrap_or_default();
        problems.extend(found.iter().map(ToString::to_string));
    } else {
        problems.push("The two passwords are not the same.".to_owned());
    }
    let (Some(name), Some(address), true) = (name, address, problems.is_empty()) else {
        return form_page(&Form { username, email, problems });
    };
    let hash = match services.credentials.hasher.hash(&password).await {
        Ok(hash) => hash,
        Err(HashError::Busy(_)) => return unavailable(),
        Err(error) => {
            tracing::error!(
                reason = causes(&error),
                "the first administrator's password could not be hashed"
            );
            return HttpResponse::InternalServerError().finish();
        }
    };
    let account = NewAccount {
        username: name,
        email: address,
        password: hash,
        is_staff: true,
        is_superuser: true,
        date_joined: services.now(),
    };
    match services.accounts.create_first_superuser(account).await {
        Ok(Created::New(id)) => {
            link.end();
            tracing::info!(account = id, "the first administrator was made");
            respond(StatusCode::OK, form::done(&username))
        }
        Ok(Created::NameTaken) => form_page(&Form {
            problems: vec!["User name: A user with that username already exists.".to_owned()],
            username,
            email,
        }),
        Ok(Created::Refused) => {
            link.end();
            not_found(request)
        }
        Err(error) => {
            tracing::error!(reason = causes(&error), "the first administrator could not be made");
            unavailable()
        }
    }
}

fn unavailable() -> HttpResponse {
    HttpResponse::ServiceUnavailable().insert_header((header::RETRY_AFTER, "1")).finish()
}

fn form_page(form: &Form) -> HttpResponse {
    respond(StatusCode::OK, form.page())
}

fn respond(status: StatusCode, page: String) -> HttpResponse {
    let mut builder = HttpResponse::build(status);
    if status != StatusCode::OK {
        // What is left of the body would be read as the next request.
        builder.force_close();
    }
    builder
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_FRAME_OPTIONS, "DENY"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ))
        .content_type("text/html; charset=utf-8")
        .body(page)
}
