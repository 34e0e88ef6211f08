//! The admin's index, and the page of one application: links to the lists of their models.

use askama::Template;
use presspass_domain::model::{LogAction, LogEntry};
use presspass_rest::pages::{Crumb, Html};

use crate::HOME;
use crate::display::{capitalized, format_timestamp, with_separators};
use crate::model_admin::ModelAdmin;
use crate::page::label_of;
use crate::request::{AdminError, AdminRequest, AdminResponse};
use crate::site::AdminSite;
use crate::staff::Rights;

/// How many of their latest actions a user is shown; Django's number.
const RECENT: u32 = 10;

struct App {
    label: &'static str,
    name: String,
    models: Vec<ModelLine>,
}

struct ModelLine {
    name: String,
    count: Option<String>,
    list: Option<String>,
    add: Option<String>,
    rights: Rights,
    one: &'static str,
}

/// One of the latest actions.
struct Recent {
    what: &'static str,
    badge: &'static str,
    label: String,
    href: Option<String>,
    model: String,
    at: String,
    timestamp: String,
}

#[derive(Template)]
#[template(path = "index.html")]
struct IndexTemplate {
    home: &'static str,
    apps: Vec<App>,
    recent: Option<Vec<Recent>>,
    /// What to start with, where nothing was done yet: an address and a label.
    first: Option<(String, String)>,
    links_apps: bool,
}

/// `/admin/`
pub(crate) async fn render_index(
    site: &AdminSite,
    request: &AdminRequest<'_>,
) -> Result<AdminResponse, AdminError> {
    let apps = apps(site, request, None).await?;
    let recent = site.store.recent(request.staff.account().id, RECENT).await?;
    let recent = recent.into_iter().map(|entry| Recent::of(site, request, entry)).collect();
    let empty = apps.iter().flat_map(|app| &app.models).find(|line| line.count.as_deref() == Some("0"));
    let first = empty.and_then(|line| Some((line.add.clone()?, format!("Add your first {}", line.one))));
    let template = IndexTemplate { home: HOME, apps, recent: Some(recent), first, links_apps: true };
    let content = Html::of(&template);
    let mut layout = site.layout(request.staff, "Site administration", content);
    layout.crumbs.clear();
    Ok(AdminResponse::page(layout))
}

/// `/admin/<app>/`
pub(crate) async fn render_app(
    site: &AdminSite,
    request: &AdminRequest<'_>,
    app_label: &str,
) -> Result<AdminResponse, AdminError> {
    let apps = apps(site, request, Some(app_label)).await?;
    if apps.is_empty() {
        return Ok(AdminResponse::NotFound);
    }
    let name = site.app_name(app_label);
    let content = Html::of(&IndexTemplate { home: HOME, apps, recent: None, first: None, links_apps: false });
    let mut layout = site.layout(request.staff, format!("{name} administration"), content);
    layout.crumbs.push(Crumb::here(name));
    Ok(AdminResponse::page(layout))
}

async fn apps(
    site: &AdminSite,
    request: &AdminRequest<'_>,
    app_label: Option<&str>,
) -> Result<Vec<App>, AdminError> {
    let mut apps: Vec<App> = Vec::new();
    for (admin, rights) in site.models_of(request.staff, app_label) {
        let line = ModelLine::of(site, admin, rights).await?;
        let label = admin.model.app_label;
        match apps.iter_mut().find(|app| app.label == label) {
            Some(app) => app.models.push(line),
            None => apps.push(App { label, name: site.app_name(label), models: vec![line] }),
        }
    }
    Ok(apps)
}

impl ModelLine {
    async fn of(site: &AdminSite, admin: &ModelAdmin, rights: Rights) -> Result<Self, AdminError> {
        let model = admin.model;
        let count = if rights.view { Some(with_separators(site.store.count(model).await?)) } else { None };
        Ok(Self {
            name: capitalized(&model.verbose_name_plural()),
            count,
            list: rights.view.then(|| admin.path()),
            add: rights.add.then(|| format!("{}add/", admin.path())),
            rights,
            one: model.verbose_name(),
        })
    }
}

impl Recent {
    fn of(site: &AdminSite, request: &AdminRequest<'_>, entry: LogEntry) -> Self {
        let (what, badge) = action_label(entry.action);
        let admin = entry.content_type.as_ref().and_then(|it| site.find(&it.app_label, &it.model));
        let id = admin.and_then(|admin| admin.model.key_kind().parse(entry.object_id.as_deref()?));
        let sees = |admin: &&ModelAdmin| AdminSite::rights(request.staff, admin).view;
        let href = admin
            .filter(sees)
            .zip(id)
            .filter(|_| entry.action != Some(LogAction::Deletion))
            .map(|(admin, id)| admin.path_to(id, "change"));
        let model = entry.content_type.map(|it| it.model).unwrap_or_default();
        let model = admin.map_or(model, |admin| admin.model.verbose_name().to_owned());
        Self {
            what,
            badge,
            label: label_of(&entry.object_repr),
            href,
            model: capitalized(&model),
            at: format_timestamp(entry.at),
            timestamp: entry.at.to_wire(),
        }
    }
}

/// The label of an action, and the colour of its badge.
pub(crate) const fn action_label(action: Option<LogAction>) -> (&'static str, &'static str) {
    match action {
        Some(LogAction::Addition) => ("Added", "badge-good"),
        Some(LogAction::Change) => ("Changed", "badge-info"),
        Some(LogAction::Deletion) => ("Deleted", "badge-danger"),
        None => ("Other", ""),
    }
}
