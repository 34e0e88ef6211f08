//! Resources: the API of models that a project declares.
//!
//! A [`Resource`] is a declaration of names; [`resolved`] finds what they mean when the program starts, and [`views`] are
//! the two endpoints that every resource has.

mod account_fields;
mod declaration;
mod hooks;
mod list;
mod members;
mod pagination;
mod query;
mod related;
mod resolved;
mod schema;
mod views;
mod writes;

use std::sync::Arc;

use presspass_admin::ModelAdmin;
use presspass_domain::model::{self, KeyKind, Model};
use presspass_persistence::{Database, Engine, Models};
use presspass_rest::{Endpoint, ListControls};
use presspass_serializers::model::{Filter, of_model, resource_fields};
use presspass_serializers::{Field, Kind as FieldKind};

pub(crate) use account_fields::{AccountFields, AccountFieldsState};
pub use declaration::Resource;
pub use hooks::{ObjectPermission, Refused, RequestUser, Rows};
pub(crate) use pagination::Pages;
pub use pagination::Pagination;

use self::members::WireMember;
use self::resolved::Resolved;
use super::route::Route;
use super::schema::{ApiPart, Context};
use crate::settings::{self, Fallback, Kind, Setting, Settings};

/// The methods of lists and of records, as far as the resource has them, in DRF's order.
const LIST: &[&str] = &["GET", "POST"];
const DETAIL: &[&str] = &["GET", "PUT", "PATCH", "DELETE"];

/// A resource that was resolved once, with the texts that live as long as the program.
#[derive(Debug)]
pub(crate) struct Registered {
    resource: Resource,
    resolved: Resolved,
    /// The fields of its body.
    fields: &'static [Field],
    /// Its filters as pages show them.
    filter_fields: &'static [Field],
    order_names: &'static [&'static str],
    list_name: &'static str,
    detail_name: &'static str,
    list_pattern: &'static [&'static str],
    detail_pattern: &'static [&'static str],
    names: schema::Names,
}

/// Texts of resources live as long as the program: there are as many as a project declares.
fn leak<T: ?Sized>(value: Box<T>) -> &'static T {
    Box::leak(value)
}

fn text(text: String) -> &'static str {
    leak(text.into_boxed_str())
}

impl Registered {
    /// # Errors
    /// One line: what is wrong with the declaration, and where.
    pub fn new(resource: Resource) -> Result<Self, String> {
        let resolved = resource.resolve()?;
        let title = text(title(resource.model.verbose_name()));
        let (path, parent) = (resource.path, resolved.parent);
        let list_path = match (resource.below, parent) {
            (Some(below), Some(parent)) => {
                let key = format!("{{{}:{}}}", parent.name, key_pattern(resolved.parent_key_kind()));
                below.replace(&format!("{{{}}}", parent.name), &key)
            }
            _ => path.to_owned(),
        };
        let fields = resolved.members.iter().map(|member| wire_field(&resource, member));
        let fields = fields.collect::<Result<Vec<_>, String>>()?;
        let filters = resolved.filters.iter().map(Filter::field);
        let names = schema::Names::of(&resource, &resolved, title);
        Ok(Self {
            names,
            fields: resource_fields(resource.model, fields),
            filter_fields: leak(filters.collect::<Vec<_>>().into_boxed_slice()),
            order_names: leak(
                resolved.orders.iter().map(|(name, _)| *name).collect::<Vec<_>>().into_boxed_slice(),
            ),
            list_name: text(format!("{title} List")),
            detail_name: text(format!("{title} Detail")),
            list_pattern: leak(Box::new([text(format!("/api/{list_path}/"))])),
            detail_pattern: leak(Box::new([text(format!(
                "/api/{path}/{{id:{}}}/",
                key_pattern(resource.model.key_kind())
            ))])),
            resource,
            resolved,
        })
    }

    /// The scope by whose rate its endpoints are throttled.
    pub const fn scope(&self) -> &'static str {
        self.resource.path
    }

    /// The setting of that rate.
    pub fn rate(&self) -> &'static Setting {
        let path = self.resource.path;
        leak(Box::new(Setting {
            name: text(format!("throttle.scopes.{path}")),
            kind: Kind::Rate,
            default: Fallback::Unset("none"),
            help: text(format!("The same for `api/{path}/` and the paths below it.")),
            why: "DRF's default: no throttle.",
        }))
    }

    /// Its fields on this database: `PostgreSQL` has limits of integers, which Django then has, too.
    fn fields_on(&self, database: &Database) -> &'static [Field] {
        match database.url().engine() {
            Engine::Sqlite => self.fields,
            Engine::Postgresql => leak(self.fields.iter().map(|field| field.limited_by_column()).collect()),
        }
    }

    /// How its lists are cut with these settings.
    fn pages(&self, settings: &settings::Pagination) -> Pages {
        Pages::new(self.resource.pagination.as_ref(), settings)
    }

    fn list_endpoint(&self, settings: &Settings, fields: &'static [Field]) -> Endpoint {
        let controls = ListControls {
            has_search: !self.resolved.search.is_empty(),
            orders: self.order_names,
            filters: if self.resource.has_filters(&settings.project) { self.filter_fields } else { &[] },
            takes_limit: matches!(self.pages(&settings.pagination), Pages::LimitOffset { .. }),
        };
        let allow = self.allow(settings, LIST);
        Endpoint { controls: Some(controls), ..Endpoint::new(self.list_name, allow).fields(fields) }
    }

    /// The header `Allow`.
    fn allow(&self, settings: &Settings, methods: &[&'static str]) -> &'static str {
        let allowed = self.resource.allowed(&settings.project);
        let methods = methods.iter().copied().filter(|name| allowed.contains(name));
        text(methods.chain(["HEAD", "OPTIONS"]).collect::<Vec<_>>().join(", "))
    }

    fn detail_endpoint(&self, settings: &Settings, fields: &'static [Field]) -> Endpoint {
        let allow = self.allow(settings, DETAIL);
        Endpoint::new(self.detail_name, allow).fields(fields)
    }

    /// What it adds to the OpenAPI document.
    pub fn api(&self, context: &Context) -> ApiPart {
        schema::part(self, context)
    }

    /// The model.
    pub const fn model(&self) -> &'static Model {
        self.resource.model
    }

    /// Its registration in the admin.
    pub fn admin(&self) -> Option<ModelAdmin> {
        self.resource.admin.clone()
    }

    /// The address of its list, and one sentence about it; `None` for one below another record.
    pub fn link(&self) -> Option<(&'static str, &'static str, &'static str)> {
        let address = self.list_pattern.first().filter(|_| self.resolved.parent.is_none())?;
        Some((text(title(&self.resource.model.verbose_name_plural())), address, self.resource.about))
    }

    /// Its two routes.
    pub fn routes(self: &Arc<Self>, at: usize) -> [Route; 2] {
        [
            Route::shared(self.detail_pattern, move |resource| {
                resource.to(move |request, path, body, services, states| {
                    views::detail(at, request, path, body, services, states)
                })
            }),
            Route::shared(self.list_pattern, move |resource| {
                resource.to(move |request, body, services, states| {
                    views::collection(at, request, body, services, states)
                })
            }),
        ]
    }
}

/// What a path has in the place of a key: of a UUID whatever DRF's router lets through, which is 404 after the permissions.
const fn key_pattern(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Integer => "[0-9]+",
        KeyKind::Uuid => "[^/.]+",
    }
}

/// A member of the wire as pages, OPTIONS and the OpenAPI document know it.
fn wire_field(resource: &Resource, member: &WireMember) -> Result<Field, String> {
    let of =
        |name, path| of_model(name, path).map_err(|error| format!("resource {}: {error}", resource.path));
    let field = of(member.name, &member.path)?;
    if member.nested.is_empty() {
        return Ok(if member.read_only { field.ignored() } else { field });
    }
    let nested = member.nested.iter().map(|(name, path)| of(name, path).map(Field::ignored));
    let nested = leak(nested.collect::<Result<Vec<_>, String>>()?.into_boxed_slice());
    let kind = match member.path.field.kind {
        model::Kind::Many(_) => FieldKind::Objects(nested),
        _ => FieldKind::Object(nested),
    };
    Ok(Field { kind, ..field.ignored() })
}

/// `article` to `Article`, `log entry` to `Log Entry`: DRF's name of a view.
fn title(verbose_name: &str) -> String {
    let words = verbose_name.split(' ').map(presspass_admin::capitalized);
    words.collect::<Vec<_>>().join(" ")
}

/// A resource in a running server.
#[derive(Debug)]
pub(crate) struct ResourceState {
    registered: Arc<Registered>,
    store: Models,
    fields: &'static [Field],
    list: Endpoint,
    detail: Endpoint,
    pages: Pages,
    /// Whether lists are filtered.
    has_filters: bool,
}

/// All of them, in the order of their routes.
#[derive(Debug)]
pub(crate) struct ResourceStates(Vec<ResourceState>);

impl ResourceStates {
    pub fn new(registered: &[Arc<Registered>], settings: &Settings, database: &Database) -> Self {
        let models: Vec<_> = registered.iter().map(|it| it.resource.model).collect();
        let store = Models::new(database.clone(), &models);
        let states = registered.iter().map(|registered| {
            let fields = registered.fields_on(database);
            ResourceState {
                store: store.clone(),
                fields,
                list: registered.list_endpoint(settings, fields),
                detail: registered.detail_endpoint(settings, fields),
                pages: registered.pages(&settings.pagination),
                has_filters: registered.resource.has_filters(&settings.project),
                registered: registered.clone(),
            }
        });
        Self(states.collect())
    }
}
