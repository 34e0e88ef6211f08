//! `Resource`: a model with its API, as a project declares it.

use std::fmt;
use std::sync::Arc;

use presspass_admin::ModelAdmin;
use presspass_auth::permissions::Permission;
use presspass_domain::model::{Condition, Draft, Key, Model};
use presspass_persistence::Transaction;
use presspass_rest::Failure;

use super::hooks::{InTransaction, ObjectPermission, OnWrite, Refused, RequestUser, Rows, Validate, Visible};
use super::pagination::Pagination;
use crate::settings::Setting;

/// The methods of a resource that is listed, read, created, changed and deleted.
pub(super) const ALL_METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];
/// Those of one that is listed and read.
pub(super) const READ_ONLY: &[&str] = &["GET"];

/// The records of another model that refer to this one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Related {
    pub name: &'static str,
    pub model: &'static Model,
    pub field: &'static str,
}

/// A model with its API. What is left out is as in DRF's generic views.
///
/// ```
/// use presspass::{Field, Model, Resource};
///
/// pub static TAG: Model = Model::new("magazine", "tag").fields(&[Field::text("name", 30).unique()]).label("name");
///
/// pub fn tags() -> Resource {
///     Resource::new(&TAG, "tags").fields(&["id", "name"]).search(&["^name"]).filters(&["name", "name__icontains"])
/// }
/// ```
#[derive(Clone)]
pub struct Resource {
    pub(super) model: &'static Model,
    pub(super) path: &'static str,
    pub(super) below: Option<&'static str>,
    pub(super) fields: Option<&'static [&'static str]>,
    pub(super) related: Vec<Related>,
    pub(super) read_only: &'static [&'static str],
    pub(super) methods: &'static [&'static str],
    pub(super) read_only_by: Option<&'static Setting>,
    pub(super) filters_by: Option<&'static Setting>,
    pub(super) filters: &'static [&'static str],
    pub(super) search: &'static [&'static str],
    pub(super) ordering: Option<&'static [&'static str]>,
    pub(super) order_by: Option<&'static [&'static str]>,
    pub(super) pagination: Option<Pagination>,
    pub(super) about: &'static str,
    pub(super) visible: Option<Visible>,
    pub(super) permission: Option<Arc<dyn Permission>>,
    pub(super) object_permission: Option<ObjectPermission>,
    pub(super) on_create: Vec<OnWrite>,
    pub(super) on_update: Vec<OnWrite>,
    pub(super) validate: Option<Validate>,
    pub(super) after_create: Option<InTransaction>,
    pub(super) after_update: Option<InTransaction>,
    pub(super) before_delete: Option<InTransaction>,
    pub(crate) admin: Option<ModelAdmin>,
}

impl Resource {
    /// The model's records at `/api/<path>/` and `/api/<path>/<id>/`, with all its fields.
    #[must_use]
    pub fn new(model: &'static Model, path: &'static str) -> Self {
        Self {
            model,
            path,
            below: None,
            fields: None,
            related: Vec::new(),
            read_only: &[],
            methods: ALL_METHODS,
            read_only_by: None,
            filters_by: None,
            filters: &[],
            search: &[],
            ordering: None,
            order_by: None,
            pagination: None,
            about: "",
            visible: None,
            permission: None,
            object_permission: None,
            on_create: Vec::new(),
            on_update: Vec::new(),
            validate: None,
            after_create: None,
            after_update: None,
            before_delete: None,
            admin: None,
        }
    }

    /// The fields on the wire, in their order. A field of a related record is read-only: `author.username as author`; so is
    /// a nested object: `section(id, name)`.
    #[must_use]
    pub fn fields(self, fields: &'static [&'static str]) -> Self {
        Self { fields: Some(fields), ..self }
    }

    /// Names the records of another model whose foreign key or many-to-many relation `field` refers here (Django's
    /// `related_name`). In [`Resource::fields`] the name is then the list of their keys, and `comments(id, text)` a list of
    /// objects, both read-only. All of them are shown, whatever a resource of that model lets callers see, as in DRF.
    ///
    /// ```
    /// use presspass::{Field, Model, OnDelete, POST, Resource};
    ///
    /// static COMMENT: Model = Model::new("posts", "comment")
    ///     .fields(&[Field::foreign_key("post", &POST, OnDelete::Cascade), Field::text("text", 200)]);
    ///
    /// let posts = Resource::new(&POST, "posts")
    ///     .related("comments", &COMMENT, "post")
    ///     .fields(&["id", "title", "comments(id, text)"]);
    /// ```
    #[must_use]
    pub fn related(mut self, name: &'static str, model: &'static Model, field: &'static str) -> Self {
        self.related.push(Related { name, model, field });
        self
    }

    /// Fields that clients cannot set.
    #[must_use]
    pub fn read_only_fields(self, fields: &'static [&'static str]) -> Self {
        Self { read_only: fields, ..self }
    }

    /// Lists and creates records below another record: `articles/{article}/comments`, where `article` is a foreign key of
    /// the model. Single records stay at the resource's own path.
    #[must_use]
    pub fn below(self, path: &'static str) -> Self {
        Self { below: Some(path), ..self }
    }

    /// Answers 405 to everything that writes.
    #[must_use]
    pub fn read_only(self) -> Self {
        self.methods(READ_ONLY)
    }

    /// Sets the methods (Django's `http_method_names`), out of `GET`, `POST`, `PUT`, `PATCH` and `DELETE`; others are
    /// answered 405. `HEAD` and `OPTIONS` are always there, and so must be `GET`.
    #[must_use]
    pub fn methods(self, methods: &'static [&'static str]) -> Self {
        Self { methods, ..self }
    }

    /// Answers 405 to everything that writes, where this setting of the project is true.
    #[must_use]
    pub fn read_only_by(self, setting: &'static Setting) -> Self {
        Self { read_only_by: Some(setting), ..self }
    }

    /// Filters lists only where this setting of the project is true.
    #[must_use]
    pub fn filters_by(self, setting: &'static Setting) -> Self {
        Self { filters_by: Some(setting), ..self }
    }

    /// What the query of a list filters by, as django-filter names it: `author`, `title__icontains`, `section__isnull`,
    /// `author__username`.
    #[must_use]
    pub fn filters(self, filters: &'static [&'static str]) -> Self {
        Self { filters, ..self }
    }

    /// The fields that `?search=` looks at; `^name` looks at their beginning, `=name` at the whole.
    #[must_use]
    pub fn search(self, fields: &'static [&'static str]) -> Self {
        Self { search: fields, ..self }
    }

    /// The names that `?ordering=` takes; all fields of the model where nothing is said.
    #[must_use]
    pub fn ordering(self, fields: &'static [&'static str]) -> Self {
        Self { ordering: Some(fields), ..self }
    }

    /// The default order of its lists (`order_by` of a view's queryset): `-created_at`. Without it they are in the order of
    /// the model (`Meta.ordering`), and those of a model without one in the order of the keys.
    #[must_use]
    pub fn order_by(self, fields: &'static [&'static str]) -> Self {
        Self { order_by: Some(fields), ..self }
    }

    /// How its lists are cut into pages; as the settings say where nothing is declared.
    #[must_use]
    pub fn pagination(self, pagination: Pagination) -> Self {
        Self { pagination: Some(pagination), ..self }
    }

    /// One sentence for the start page and the OpenAPI document.
    #[must_use]
    pub fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// Which records a caller sees; others are 404.
    #[must_use]
    pub fn visible(mut self, rows: impl Fn(&RequestUser, Rows) -> Rows + Send + Sync + 'static) -> Self {
        self.visible = Some(Arc::new(rows));
        self
    }

    /// Who may use its endpoints (`permission_classes`), in place of what the setting `permissions` says; others are 401 or
    /// 403. Permissions compose with `and`, `or` and `not`:
    ///
    /// ```
    /// use presspass::permissions::{BuiltIn, Compose as _, HasPermission};
    /// use presspass::{POST, Resource};
    ///
    /// let editors = HasPermission::new("posts", "change_post");
    /// let posts = Resource::new(&POST, "posts").permission(BuiltIn::IsAdmin.or(editors));
    /// ```
    #[must_use]
    pub fn permission(mut self, permission: impl Permission + 'static) -> Self {
        self.permission = Some(Arc::new(permission));
        self
    }

    /// Who may do what with one record; others are 403.
    #[must_use]
    pub fn object_permission(mut self, permission: ObjectPermission) -> Self {
        self.object_permission = Some(permission);
        self
    }

    /// Sets values of a new record that the request decides: `draft.set("author", user.id)`.
    #[must_use]
    pub fn on_create(mut self, set: impl Fn(&RequestUser, &mut Draft) + Send + Sync + 'static) -> Self {
        self.on_create.push(Arc::new(set));
        self
    }

    /// Sets values of every change.
    #[must_use]
    pub fn on_update(mut self, set: impl Fn(&RequestUser, &mut Draft) + Send + Sync + 'static) -> Self {
        self.on_update.push(Arc::new(set));
        self
    }

    /// Refuses values that are valid one by one (a serializer's `validate`): called with those that were sent, which of a
    /// PATCH are not all.
    #[must_use]
    pub fn validate(
        mut self,
        validate: impl Fn(&RequestUser, &Draft) -> Result<(), Refused> + Send + Sync + 'static,
    ) -> Self {
        self.validate = Some(Arc::new(validate));
        self
    }

    /// Runs after a record was created, in the same transaction; what it refuses is rolled back.
    #[must_use]
    pub fn after_create(
        mut self,
        hook: impl Fn(&mut Transaction<'_>, &Draft, Key) -> Result<(), Refused> + Send + Sync + 'static,
    ) -> Self {
        self.after_create = Some(Arc::new(hook));
        self
    }

    /// Runs after a record was changed, in the same transaction; what it refuses is rolled back.
    #[must_use]
    pub fn after_update(
        mut self,
        hook: impl Fn(&mut Transaction<'_>, &Draft, Key) -> Result<(), Refused> + Send + Sync + 'static,
    ) -> Self {
        self.after_update = Some(Arc::new(hook));
        self
    }

    /// Runs before a record is deleted, in the same transaction; what it refuses is not deleted.
    #[must_use]
    pub fn before_delete(
        mut self,
        hook: impl Fn(&mut Transaction<'_>, &Draft, Key) -> Result<(), Refused> + Send + Sync + 'static,
    ) -> Self {
        self.before_delete = Some(Arc::new(hook));
        self
    }

    /// Registers the model in the admin: `.admin(|admin| admin.columns(&["title"]))`.
    #[must_use]
    pub fn admin(mut self, register: impl FnOnce(ModelAdmin) -> ModelAdmin) -> Self {
        self.admin = Some(register(ModelAdmin::new(self.model)));
        self
    }

    /// The condition of the records that this caller sees.
    pub(super) fn condition(&self, user: &RequestUser) -> Result<Condition, Failure> {
        let rows = Rows::of(self.model);
        let rows = self.visible.as_ref().map_or_else(|| rows.clone(), |visible| visible(user, rows.clone()));
        // The names were tried when the program started.
        rows.into_condition().map_err(|reason| Failure::Internal { reason })
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resource")
            .field("model", &self.model.name)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
