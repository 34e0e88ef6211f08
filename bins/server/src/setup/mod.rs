//! The one-time link of the first start: a form that makes the first administrator.
//!
//! It is offered only on a database that we made and that has no superuser; it ends at its first use, which is checked
//! in the same transaction that makes the account. The token is compared in constant time and never logged.

mod form;

use std::fmt;

use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_auth::passwords::{AccountAttributes, HashError, Password, validate};
use presspass_auth::{Randomness, RandomnessError};
use presspass_domain::{Created, EmailAddress, NewAccount, Username};
use presspass_rest::{not_found, read_input};
use presspass_serializers::{Input, Member};
use subtle::ConstantTimeEq;

use crate::services::Services;
use crate::startup::hex;
use form::Form;

/// The secret in the link: 256 bits.
#[derive(Clone)]
pub(crate) struct SetupLink {
    token: String,
}

impl SetupLink {
    /// A new link.
    pub fn new(randomness: &dyn Randomness) -> Result<Self, RandomnessError> {
        let mut bytes = [0; 32];
        randomness.fill(&mut bytes)?;
        Ok(Self { token: hex(&bytes) })
    }

    /// Its path.
    pub fn path(&self) -> String {
        format!("/setup/{}/", self.token)
    }

    fn is(&self, token: &str) -> bool {
        self.token.as_bytes().ct_eq(token.as_bytes()).into()
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
    let link = services.setup_link.as_ref().filter(|link| link.is(&token));
    if link.is_none() {
        return not_found(&request);
    }
    match services.accounts.has_superuser().await {
        Ok(false) => {}
        Ok(true) => return not_found(&request),
        Err(error) => {
            tracing::error!(%error, "it cannot be told whether there is an administrator");
            return unavailable();
        }
    }
    match *request.method() {
        Method::GET | Method::HEAD => form_page(&Form::default()),
        Method::POST => match read_input(&request, body, services.body_limits).await {
            Ok(input) => submit(&request, &services, &input).await,
            Err(failure) => {
                let problems = vec!["The form could not be read.".to_owned()];
                respond(failure.status(), Form { problems, ..Form::default() }.page())
            }
        },
        _ => HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD, POST")).finish(),
    }
}

async fn submit(request: &HttpRequest, services: &Services, input: &Input) -> HttpResponse {
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
            tracing::error!(%error, "the first administrator's password could not be hashed");
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
            tracing::info!(account = id, "the first administrator was made");
            respond(StatusCode::OK, form::done(&username))
        }
        Ok(Created::NameTaken) => form_page(&Form {
            problems: vec!["User name: A user with that username already exists.".to_owned()],
            username,
            email,
        }),
        Ok(Created::Refused) => not_found(request),
        Err(error) => {
            tracing::error!(%error, "the first administrator could not be made");
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
