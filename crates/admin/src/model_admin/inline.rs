//! Records that refer to another, edited in its form (Django's `TabularInline`).

use presspass_domain::model::{Access, Field, Kind, Model};

use super::{Fieldset, ModelAdmin};

/// Records that refer to another, edited in its form.
///
/// ```
/// use presspass_admin::{Inline, ModelAdmin};
/// use presspass_domain::model::{Field, Model, OnDelete, POST};
///
/// static NOTE: Model = Model::new("posts", "note")
///     .fields(&[Field::foreign_key("post", &POST, OnDelete::Cascade), Field::text("text", 80)])
///     .label("text");
/// let posts = ModelAdmin::new(&POST).inline(Inline::new(&NOTE).extra(1));
/// assert!(posts.check().is_ok());
/// ```
#[derive(Debug, Clone)]
pub struct Inline {
    /// Its fields, help and read-only fields count here.
    pub admin: ModelAdmin,
    /// The foreign key to the other record (`fk_name`); `None` where there is only one.
    pub key: Option<&'static str>,
    /// How many records can be added at once (`extra`).
    pub extra: u8,
    /// `can_delete`
    pub can_delete: bool,
}

impl Inline {
    /// Django's number of empty rows.
    const EXTRA: u8 = 3;

    /// All fields of the model, and three empty rows.
    #[must_use]
    pub fn new(model: &'static Model) -> Self {
        Self { admin: ModelAdmin::new(model), key: None, extra: Self::EXTRA, can_delete: true }
    }

    /// The fields of a row, in their order; without them it has all that can be edited.
    #[must_use]
    pub fn fields(mut self, fields: &'static [&'static str]) -> Self {
        self.admin.fieldsets = vec![Fieldset::plain(fields)];
        self
    }

    /// Names the foreign key to the other record, where there are several.
    #[must_use]
    pub fn by(self, key: &'static str) -> Self {
        Self { key: Some(key), ..self }
    }

    #[must_use]
    pub fn extra(self, extra: u8) -> Self {
        Self { extra, ..self }
    }

    /// Keeps rows from being deleted.
    #[must_use]
    pub fn without_deletion(self) -> Self {
        Self { can_delete: false, ..self }
    }

    #[must_use]
    pub fn read_only(mut self, read_only: &'static [&'static str]) -> Self {
        self.admin.read_only = read_only;
        self
    }

    /// The foreign key to this model.
    pub(crate) fn key(&self, of: &'static Model) -> Option<&'static Field> {
        let mut keys = self.admin.model.keys_to(of).map(|(field, _)| field);
        match self.key {
            Some(name) => keys.find(|field| field.name == name),
            None => keys.next().filter(|_| keys.next().is_none()),
        }
    }

    /// The fields of a row, without the foreign key.
    pub(crate) fn row_fields(&self, key: &Field, is_new: bool) -> Vec<&'static Field> {
        let is_declared = !self.admin.fieldsets.is_empty();
        let fields = self.admin.sets(is_new).into_iter().flat_map(|(_, fields)| fields);
        let is_of_row = |field: &&'static Field| {
            field.name != key.name
                && !matches!(field.kind, Kind::Password)
                && (is_declared || field.access == Access::Editable)
        };
        fields.filter(is_of_row).collect()
    }
}

impl From<&'static Model> for Inline {
    fn from(model: &'static Model) -> Self {
        Self::new(model)
    }
}
