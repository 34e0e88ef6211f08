//! Forms that cannot be saved because the session ended or the user logged in again since: what was typed is not lost.
//!
//! Where a login is needed, what was sent goes to the browser and comes back in hidden fields of the page that asks for
//! it. So nothing is stored for anonymous users. That page sends its form to its own address and not to the login's, whose
//! bodies are small. After the login the form is shown with what was typed, and is saved when the user presses Save: a
//! request without a valid CSRF token writes nothing. Forms of other sites are refused before (`Pages::may_be_ours`).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use presspass_admin::{Action, AdminResponse, AdminRoute, Staff, Submission, Unsaved};
use presspass_auth::csrf::CsrfError;
use presspass_rest::Failure;
use presspass_rest::pages::{Html, LARGEST_KEPT, Layout, Message, PASSWORD, Site, USERNAME};

use super::context::{AdminContext, SentForm};
use super::login::{self, Outcome};
use super::viewer::Viewer;
use super::{LOGIN, respond};
use crate::endpoints::api_auth::{LoginForm, OUT_OF_DATE, forged, too_many_attempts};

const LEAD: &str =
    "You’re not logged in, so nothing was saved. Log in to get your form back as you filled it in.";
const LOGGED_IN: &str = "You’re logged in. Your changes aren’t saved yet: check them and save.";
const OUTDATED: &str = "This form was out of date, so nothing was saved. Your text is below: save again.";
const NOTHING_DONE: &str = "This form was out of date, so nothing was changed. Please try again.";

/// Answers a form of a user who is not logged in as staff: with a page that asks for the login, or handles that page's own
/// form.
pub(super) async fn log_in(
    context: &AdminContext<'_>,
    route: &AdminRoute,
    body: Payload,
    viewer: &Viewer,
) -> Result<HttpResponse, Failure> {
    let mut names = context.site.form_names(route);
    names.extend([USERNAME, PASSWORD]);
    let (sent, is_ours) = match context.read(body, &names).await? {
        SentForm::Trusted(sent) => (sent, true),
        SentForm::Untrusted(sent, _) => (sent, false),
    };
    let Some(unsaved) = context.site.unsaved(route, &sent) else { return Ok(context.to_login()) };
    let lead = match viewer {
        Viewer::NotStaff(account) => format!("{} {LEAD}", login::not_staff(account)),
        Viewer::Staff(_) | Viewer::Anonymous => LEAD.to_owned(),
    };
    let asked =
        |problem: Option<&str>| ask_to_log_in(context, &unsaved, lead.clone(), sent.text(USERNAME), problem);
    if !sent.has(USERNAME) {
        return asked(None);
    }
    if !is_ours {
        return asked(Some(OUT_OF_DATE));
    }
    match login::log_in_staff(context, sent.text(USERNAME), sent.text(PASSWORD)).await? {
        Outcome::LoggedIn(staff, cookies) => {
            let mut response = show(context, &staff, route, Some(&unsaved), Message::info(LOGGED_IN)).await?;
            login::set_cookies(&mut response, cookies);
            Ok(response)
        }
        Outcome::Refused(problem) => asked(Some(problem)),
        Outcome::Throttled(throttled) => {
            Ok(login::wait(asked(Some(&too_many_attempts(&throttled)))?, &throttled))
        }
    }
}

/// Answers a form without a valid CSRF token: from a page from before another login, or from another site.
pub(super) async fn out_of_date(
    context: &AdminContext<'_>,
    staff: &Staff,
    route: &AdminRoute,
    sent: &Submission,
    error: &CsrfError,
) -> Result<HttpResponse, Failure> {
    tracing::info!(account = staff.account().id, reason = %error, "form refused");
    if !context.services.pages.may_be_ours(context.request) {
        return Ok(context.page(forged(Site::Admin), &[]));
    }
    let unsaved = context.site.unsaved(route, sent);
    let text = if unsaved.is_some() { OUTDATED } else { NOTHING_DONE };
    let mut response = show(context, staff, route, unsaved.as_ref(), Message::warning(text)).await?;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::FORBIDDEN;
    }
    Ok(response)
}

/// The page, with what was typed.
async fn show(
    context: &AdminContext<'_>,
    staff: &Staff,
    route: &AdminRoute,
    unsaved: Option<&Unsaved>,
    message: Message,
) -> Result<HttpResponse, Failure> {
    let token = context.services.pages.form_token(context.request)?;
    let action = unsaved.map_or(Action::View, |unsaved| Action::Review(unsaved.fields.clone()));
    let mut answer = context.handle(staff, route, action, &token).await?;
    if let AdminResponse::Page(layout) = &mut answer {
        layout.messages.push(message);
    }
    respond(context, staff, answer, &token).await
}

/// The page that asks for the login.
fn ask_to_log_in(
    context: &AdminContext<'_>,
    unsaved: &Unsaved,
    lead: String,
    username: &str,
    problem: Option<&str>,
) -> Result<HttpResponse, Failure> {
    let token = context.services.pages.form_token(context.request)?;
    let mut form = LoginForm::new(Site::Admin, "", &token.masked, username);
    form.title = "Log in to save";
    form.names = [USERNAME, PASSWORD];
    form.problems = problem.into_iter().map(str::to_owned).collect();
    form.lead = Some(lead);
    let mut page = if unsaved.fields.size() <= LARGEST_KEPT {
        form.hidden = unsaved.fields.pairs().to_vec();
        form.page()
    } else {
        Layout { title: form.title.to_owned(), content: too_long(), ..forged(Site::Admin) }
    };
    page.content.push(&typed(unsaved));
    page.status = StatusCode::FORBIDDEN;
    Ok(context.page(page, &[token.cookie]))
}

fn too_long() -> Html {
    Html::trusted(format!(
        "<div class=\"card flow\"><p>Your text is too long to keep here. <a href=\"{LOGIN}\" target=\"_blank\" \
         rel=\"noopener\">Log in in another tab</a>, then go back in this one: your browser still has your text. Then save \
         again.</p></div>"
    ))
}

/// What was typed, to be read and copied.
fn typed(unsaved: &Unsaved) -> Html {
    if unsaved.fields.size() > LARGEST_KEPT {
        return Html::default();
    }
    let mut html = Html::trusted(
        "\n<details class=\"card card-flush disclosure\"><summary>Your text</summary><div class=\"flow\">"
            .to_owned(),
    );
    for (label, text) in &unsaved.texts {
        let (label, text) = (Html::text(label), Html::text(text));
        html.push(&Html::trusted(format!(
            "<p><strong>{label}</strong></p>\n<pre class=\"code-block\">{text}</pre>"
        )));
    }
    html.push(&Html::trusted("</div></details>".to_owned()));
    html
}
