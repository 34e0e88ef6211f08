//! From the fields of a model to those of a serializer (DRF's `get_field_kwargs`).

use std::borrow::Cow;

use presspass_domain::model::{self, Access, Default, Format, Lines, Model, Path};

use crate::field::{Field, Kind, Look, Origin, TextFormat};
use crate::pattern::{Pattern, PatternError};

/// The field at the end of a path, under this name in JSON. It lives as long as the program: it is made once, at start.
///
/// # Errors
/// Where its pattern is invalid.
pub fn of_model(name: &'static str, path: &Path) -> Result<Field, PatternError> {
    let of = path.field;
    let is_own = path.through.is_empty();
    let read_only = of.access == Access::ReadOnly || !is_own || matches!(of.kind, model::Kind::Password);
    let mut field = Field::of(name, label(name, of), kind(of, read_only));
    field.origin = if is_own { Origin::Own(of) } else { Origin::Related(of) };
    field.nullable = of.null || path.through.iter().any(|field| field.null);
    field.help = Some(of.help).filter(|help| !help.is_empty());
    match of.kind {
        model::Kind::Text(rules) => {
            field.look = match (rules.lines, rules.format) {
                (Lines::Many, _) => Look::Area,
                (Lines::One, Format::Email) => Look::Email,
                (Lines::One, _) => Look::Plain,
            };
            field.format = match rules.format {
                Format::Email => TextFormat::Email,
                Format::Url => TextFormat::Url,
                Format::Slug => TextFormat::Slug,
                Format::Any | Format::Pattern(..) => TextFormat::Any,
            };
            if let Format::Pattern(expression, message) = rules.format {
                field.pattern = Some(Box::leak(Box::new(Pattern::new(expression, message)?)));
            }
            field.blank = of.blank;
        }
        model::Kind::Integer(rules) => (field.min, field.max) = (rules.min, rules.max),
        model::Kind::Json => field.look = Look::Area,
        model::Kind::Many(_) => field.blank = of.blank,
        _ => {}
    }
    if read_only {
        return Ok(field.ignored());
    }
    field.required = of.default == Default::None && !of.blank && !of.null;
    Ok(field)
}

/// The fields of a resource, in their order on the wire. Those that are unique together are required, as in DRF.
#[must_use]
pub fn resource_fields(model: &'static Model, mut fields: Vec<Field>) -> &'static [Field] {
    for set in model.unique_together {
        let is_complete = set
            .iter()
            .all(|name| fields.iter().any(|field| field.own().is_some_and(|own| own.name == *name)));
        if !is_complete {
            continue;
        }
        for field in fields.iter_mut().filter(|field| !field.read_only) {
            let Some(own) = field.own().filter(|own| set.contains(&own.name)) else { continue };
            field.required = own.default == Default::None;
            field.fills_default = !field.required;
        }
    }
    fields.leak()
}

impl Field {
    /// The field with the limits of an integer's column, which DRF knows on `PostgreSQL` alone.
    #[must_use]
    pub const fn limited_by_column(mut self) -> Self {
        if self.read_only {
            return self;
        }
        if let Some(model::Field { kind: model::Kind::Integer(rules), .. }) = self.own() {
            let (min, max) = rules.range();
            if self.min.is_none() {
                self.min = Some(min);
            }
            if self.max.is_none() {
                self.max = Some(max);
            }
        }
        self
    }
}

fn kind(of: &'static model::Field, read_only: bool) -> Kind {
    match of.kind {
        model::Kind::Text(_) if !of.choices.is_empty() && !read_only => Kind::Choice(of.choices),
        model::Kind::Text(rules) => {
            Kind::Text { max_length: rules.max_length.and_then(|length| u64::try_from(length).ok()) }
        }
        model::Kind::Integer(_) => Kind::Integer,
        model::Kind::Float => Kind::Float,
        model::Kind::Decimal { digits, places } => Kind::Decimal { digits, places },
        model::Kind::Boolean => Kind::Boolean,
        model::Kind::Date => Kind::Date,
        model::Kind::Time => Kind::Time,
        model::Kind::Timestamp => Kind::DateTime,
        model::Kind::Duration => Kind::Duration,
        model::Kind::Uuid => Kind::Uuid,
        model::Kind::Json => Kind::Json,
        model::Kind::One(relation) => Kind::Key(relation.to.key_kind()),
        model::Kind::Many(relation) => Kind::Keys(relation.to.key_kind()),
        model::Kind::Password => Kind::Password,
    }
}

/// The label of the model's field, or one made of another name.
fn label(name: &'static str, of: &'static model::Field) -> &'static str {
    let label = if name == of.name { of.label() } else { Cow::Owned(name.replace('_', " ")) };
    if label.starts_with(|c: char| c.is_ascii_uppercase()) {
        return match label {
            Cow::Borrowed(label) => label,
            Cow::Owned(label) => label.leak(),
        };
    }
    let mut label = label.into_owned();
    label.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    label.leak()
}
