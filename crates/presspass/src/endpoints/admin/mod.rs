//! The endpoints of the admin: login, logout, password change, and the pages of `crates/admin`.

mod context;
mod credentials;
mod login;
mod logout;
mod models;
mod password_change;
mod policies;
mod site;
mod unsaved;
mod viewer;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Data, Payload};
use presspass_admin::{Action, AdminError, AdminRequest, AdminResponse, AdminRoute, HOME, Staff};
use presspass_rest::pages::FormToken;
use presspass_rest::{CallerKey, Failure, Query};

pub(crate) use login::login;
pub(crate) use logout::logout;
pub(crate) use password_change::password_change;
pub(crate) use site::new as site;

use crate::app::services::Services;
use context::{AdminContext, SentForm, answer};
use viewer::Viewer;

const LOGIN: &str = "/admin/login/";
const LOGOUT: &str = "/admin/logout/";
const PASSWORD_CHANGE: &str = "/admin/password_change/";

const FORBIDDEN: &str = "Ask an administrator for access.";
const NOT_FOUND: &str = "Check the address for mistakes.";

/// `/admin/…`: every page that needs a staff account.
pub(crate) async fn page(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    answer(&request, &services, async |context| {
        let path = request.match_info().as_str();
        let route = AdminRoute::parse(path.strip_prefix(HOME).unwrap_or("?").trim_end_matches('/'));
        let method = request.method();
        let staff = match context.viewer().await? {
            Viewer::Staff(staff) => staff,
            viewer if *method == Method::POST && context.services.pages.may_be_ours(context.request) => {
                return unsaved::log_in(&context, &route, body, &viewer).await;
            }
            Viewer::NotStaff(_) | Viewer::Anonymous => return Ok(context.to_login()),
        };
        let action = match *method {
            Method::GET | Method::HEAD => Action::View,
            Method::POST => match context.read(body, &context.site.form_names(&route)).await? {
                SentForm::Trusted(submission) => Action::Submit(submission),
                SentForm::Untrusted(submission, error) => {
                    return unsaved::out_of_date(&context, &staff, &route, &submission, &error).await;
                }
            },
            _ => return Ok(context.not_allowed()),
        };
        let is_write = matches!(action, Action::Submit(_));
        let token = services.pages.form_token(&request)?;
        let answer = context.handle(&staff, &route, action, &token).await?;
        if is_write {
            tracing::info!(
                account = staff.account().id,
                path,
                outcome = outcome(&answer),
                "admin form submitted"
            );
        }
        respond(&context, &staff, answer, &token).await
    })
    .await
}

impl AdminContext<'_> {
    async fn handle(
        &self,
        staff: &Staff,
        route: &AdminRoute,
        action: Action,
        token: &FormToken,
    ) -> Result<AdminResponse, Failure> {
        let query = Query::parse(self.request.query_string());
        let request = AdminRequest { staff, query, action, csrf: &token.masked, now: self.services.now() };
        // Nearly every page has a list, or reads more than one record.
        let _permit = self.services.list_reads.permit(CallerKey::Account(staff.account().id)).await?;
        self.site.handle(route, request).await.map_err(failure)
    }
}

fn outcome(answer: &AdminResponse) -> &'static str {
    match answer {
        AdminResponse::Redirect { .. } | AdminResponse::PasswordChanged { .. } => "done",
        AdminResponse::Page(_) => "shown again",
        AdminResponse::Forbidden => "permission denied",
        AdminResponse::NotFound => "not found",
        AdminResponse::LogIn => "account gone",
    }
}

async fn respond(
    context: &AdminContext<'_>,
    staff: &Staff,
    answer: AdminResponse,
    token: &FormToken,
) -> Result<HttpResponse, Failure> {
    Ok(match answer {
        AdminResponse::Page(layout) => context.show(staff, *layout, token),
        AdminResponse::Redirect { to, messages } => context.redirect(&to, &messages),
        AdminResponse::PasswordChanged { account_id, to, message } => {
            tracing::info!(
                account = staff.account().id,
                changed_account = account_id,
                "password changed by an administrator"
            );
            context.services.revocations.revoke_all(account_id, context.services.clock.now()).await?;
            context.services.sessions.end_all(account_id, None).await?;
            let mut response = context.redirect(&to, &[message]);
            if account_id == staff.account().id {
                context.renew_session(account_id, &mut response).await?;
            }
            response
        }
        AdminResponse::Forbidden => {
            tracing::info!(account = staff.account().id, "permission denied");
            context.refused(staff, StatusCode::FORBIDDEN, "You don’t have permission", FORBIDDEN)
        }
        AdminResponse::NotFound => context.refused(staff, StatusCode::NOT_FOUND, "Page not found", NOT_FOUND),
        AdminResponse::LogIn => context.to_login(),
    })
}

fn failure(error: AdminError) -> Failure {
    match error {
        AdminError::Store(error) => error.into(),
        AdminError::Busy(busy) => Failure::unavailable(busy.to_string()),
        AdminError::Hash(_) | AdminError::Registration(_) => Failure::Internal { reason: error.to_string() },
    }
}
