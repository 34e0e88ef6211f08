//! The context of a request to the admin: reads forms, and makes responses.

use actix_web::http::header::HeaderValue;
use actix_web::http::{StatusCode, header};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use presspass_admin::{AdminSite, HOME, Staff, Submission, query_value};
use presspass_auth::csrf::{CsrfError, FIELD};
use presspass_rest::pages::{FormToken, Html, Layout, Link, LogOut, Message, Privacy, Site, UserArea, Width};
use presspass_rest::{Failure, answer_page, not_found, read_form};
use presspass_serializers::{Field, Input, Member};

use super::viewer::{Viewer, viewer};
use super::{LOGIN, LOGOUT, PASSWORD_CHANGE};
use crate::app::services::Services;

const ALLOW: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");

#[derive(Debug, Clone, Copy)]
pub(super) struct AdminContext<'a> {
    pub request: &'a HttpRequest,
    pub services: &'a Services,
    pub site: &'a AdminSite,
}

/// A form that was sent.
pub(super) enum SentForm {
    /// Its CSRF token is valid.
    Trusted(Submission),
    /// It has no valid CSRF token: it may have come from anywhere, or from a page of ours from before another login.
    Untrusted(Submission, CsrfError),
}

/// Handles a request with a page of the admin, if there is an admin.
pub(super) async fn answer<'a>(
    request: &'a HttpRequest,
    services: &'a Services,
    handler: impl AsyncFnOnce(AdminContext<'a>) -> Result<HttpResponse, Failure>,
) -> HttpResponse {
    match &services.admin {
        Some(site) => {
            let handler = async || handler(AdminContext { request, services, site }).await;
            answer_page(request, Site::Admin, handler).await
        }
        None => not_found(request),
    }
}

impl AdminContext<'_> {
    pub async fn viewer(&self) -> Result<Viewer, Failure> {
        viewer(self.request, self.services).await
    }

    /// Reads these fields of the form of a POST, and checks its CSRF token.
    pub async fn read(&self, body: Payload, names: &[&'static str]) -> Result<SentForm, Failure> {
        let fields: Vec<Field> = names.iter().map(|name| Field::text(name, "", None)).collect();
        let members = match read_form(self.request, body, &fields).await? {
            Input::Members(members) | Input::Form(members) => members,
            Input::Null | Input::Other(_) => Vec::new(),
        };
        let pairs = members.into_iter().filter_map(|(name, member)| match member {
            Member::Text(text) => Some((name, text)),
            _ => None,
        });
        let submission = Submission::new(pairs.collect());
        Ok(match self.services.pages.check_form(self.request, submission.get(FIELD))? {
            Ok(()) => SentForm::Trusted(submission),
            Err(error) => SentForm::Untrusted(submission, error),
        })
    }

    /// A page with its user area.
    pub fn show(&self, staff: &Staff, mut layout: Layout, token: &FormToken) -> HttpResponse {
        layout.navigation.push(Link::new("API", "/"));
        layout.user = UserArea::LoggedIn {
            name: Some(staff.account().username.clone()),
            links: vec![Link::new("Change password", PASSWORD_CHANGE)],
            log_out: Some(LogOut {
                label: "Log out",
                action: LOGOUT.to_owned(),
                csrf: token.masked.clone(),
                next: None,
            }),
        };
        self.page(layout, std::slice::from_ref(&token.cookie))
    }

    pub fn page(&self, layout: Layout, cookies: &[String]) -> HttpResponse {
        self.services.pages.respond(self.request, layout, Privacy::Personal, cookies)
    }

    /// A page with a short text.
    pub fn refused(&self, staff: &Staff, status: StatusCode, title: &str, text: &str) -> HttpResponse {
        let mut layout = self.site.layout(staff, title, in_card(text));
        layout.status = status;
        layout.width = Width::Middle;
        match self.services.pages.form_token(self.request) {
            Ok(token) => self.show(staff, layout, &token),
            Err(_) => self.page(layout, &[]),
        }
    }

    /// 405
    pub fn not_allowed(&self) -> HttpResponse {
        let text = in_card("This page accepts only GET and POST requests.");
        let mut layout = Layout::new(Site::Admin, "Method not allowed", text);
        layout.status = StatusCode::METHOD_NOT_ALLOWED;
        layout.width = Width::Middle;
        let mut response = self.page(layout, &[]);
        response.headers_mut().insert(header::ALLOW, ALLOW);
        response
    }

    /// A redirect to the login page, which leads back here.
    pub fn to_login(self) -> HttpResponse {
        let here = self.request.uri().path_and_query().map_or(HOME, |it| it.as_str());
        self.redirect(&format!("{LOGIN}?next={}", query_value(here)), &[])
    }

    /// 302, as Django answers.
    pub fn redirect(&self, to: &str, messages: &[Message]) -> HttpResponse {
        let mut response = self.services.pages.redirect(to, messages);
        *response.status_mut() = StatusCode::FOUND;
        response
    }

    /// Begins a new session for a user who changed their own password.
    pub async fn renew_session(&self, account_id: i64, response: &mut HttpResponse) -> Result<(), Failure> {
        let found = self.services.accounts.find_by_id(account_id).await?;
        let Some(record) = found else { return Ok(()) };
        let csrf = self.services.begin_session(self.request, account_id, &record.password).await?;
        if let Ok(line) = csrf.try_into() {
            response.headers_mut().append(header::SET_COOKIE, line);
        }
        Ok(())
    }
}

fn in_card(text: &str) -> Html {
    Html::trusted(format!("<div class=\"card\"><p>{}</p></div>", Html::text(text)))
}
