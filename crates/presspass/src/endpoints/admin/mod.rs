//! The admin: who may use it, and its models. What its pages say is `crates/admin`.

mod credentials;
mod desk;
mod login;
mod logout;
mod models;
mod password_change;
mod policies;
mod site;
mod unsaved;
mod visitor;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Data, Payload};
use presspass_admin::{AdminError, Answer, Ask, HOME, Place, Staff, Want};
use presspass_rest::pages::FormToken;
use presspass_rest::{CallerKey, Failure, Query};

pub(crate) use login::login;
pub(crate) use logout::logout;
pub(crate) use password_change::password_change;
pub(crate) use site::new as site;

use crate::app::failures;
use crate::app::services::Services;
use desk::{Desk, Read, answer};
use visitor::Visitor;

const LOGIN: &str = "/admin/login/";
const LOGOUT: &str = "/admin/logout/";
const PASSWORD_CHANGE: &str = "/admin/password_change/";

const FORBIDDEN: &str = "Your account does not hold the permission that this needs.";
const NOT_FOUND: &str = "The address leads nowhere here.";

/// `/admin/…`: every page that needs a member of the staff.
pub(crate) async fn page(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    answer(&request, &services, async |desk| {
        let path = request.match_info().as_str();
        let place = Place::of(path.strip_prefix(HOME).unwrap_or("?").trim_end_matches('/'));
        let method = request.method();
        let staff = match desk.visitor().await? {
            Visitor::Staff(staff) => staff,
            visitor if *method == Method::POST && desk.services.pages.may_be_ours(desk.request) => {
                return unsaved::log_in(&desk, &place, body, &visitor).await;
            }
            Visitor::Stranger(_) | Visitor::Nobody => return Ok(desk.to_login()),
        };
        let want = match *method {
            Method::GET | Method::HEAD => Want::See,
            Method::POST => match desk.read(body, &desk.site.form_names(&place)).await? {
                Read::Ours(submission) => Want::Do(submission),
                Read::Forged(submission, error) => {
                    return unsaved::out_of_date(&desk, &staff, &place, &submission, &error).await;
                }
            },
            _ => return Ok(desk.not_allowed()),
        };
        let is_write = matches!(want, Want::Do(_));
        let token = services.pages.form_token(&request)?;
        let answer = desk.ask(&staff, &place, want, &token).await?;
        if is_write {
            tracing::info!(account = staff.account().id, path, outcome = outcome(&answer), "admin");
        }
        respond(&desk, &staff, answer, &token).await
    })
    .await
}

impl Desk<'_> {
    /// What the site answers a member of the staff.
    async fn ask(
        &self,
        staff: &Staff,
        place: &Place,
        want: Want,
        token: &FormToken,
    ) -> Result<Answer, Failure> {
        let query = Query::parse(self.request.query_string());
        let ask = Ask { staff, query, want, csrf: &token.masked, now: self.services.now() };
        // Nearly every page has a list, or reads more than one record.
        let _permit = self.services.list_reads.permit(CallerKey::Account(staff.account().id)).await?;
        self.site.answer(place, ask).await.map_err(failure)
    }
}

/// What is logged of a write.
fn outcome(answer: &Answer) -> &'static str {
    match answer {
        Answer::Redirect { .. } | Answer::PasswordChanged { .. } => "done",
        Answer::Page(_) => "asked again",
        Answer::Forbidden => "permission denied",
        Answer::NotFound => "not found",
        Answer::LogIn => "the account is gone",
    }
}

async fn respond(
    desk: &Desk<'_>,
    staff: &Staff,
    answer: Answer,
    token: &FormToken,
) -> Result<HttpResponse, Failure> {
    Ok(match answer {
        Answer::Page(layout) => desk.show(staff, *layout, token),
        Answer::Redirect { to, messages } => desk.redirect(&to, &messages),
        Answer::PasswordChanged { account_id, to, message } => {
            tracing::info!(
                account = staff.account().id,
                of = account_id,
                "a password was changed by the admin"
            );
            desk.services.revocations.revoke_all(account_id, desk.services.clock.now()).await?;
            desk.services.sessions.end_all(account_id, None).await?;
            let mut response = desk.redirect(&to, &[message]);
            if account_id == staff.account().id {
                desk.keep(account_id, &mut response).await?;
            }
            response
        }
        Answer::Forbidden => {
            tracing::info!(account = staff.account().id, "permission denied");
            desk.refused(staff, StatusCode::FORBIDDEN, "You may not do this", FORBIDDEN)
        }
        Answer::NotFound => desk.refused(staff, StatusCode::NOT_FOUND, "There is no such page", NOT_FOUND),
        Answer::LogIn => desk.to_login(),
    })
}

/// What goes wrong in the admin, as what is answered.
fn failure(error: AdminError) -> Failure {
    match error {
        AdminError::Store(error) => failures::store(error),
        AdminError::Busy(busy) => Failure::unavailable(busy.to_string()),
        AdminError::Hash(_) | AdminError::Registration(_) => Failure::Internal { reason: error.to_string() },
    }
}
