//! A resource whose names were looked up: what its endpoints work with.

use std::sync::Arc;

use presspass_auth::permissions;
use presspass_domain::Direction;
use presspass_domain::model::{Draft, Field, KeyKind, Kind, Lookup, Output, Path};

use presspass_serializers::model::Filter;

use super::declaration::{ALL_METHODS, READ_ONLY, Resource};
use super::hooks::{RequestUser, Rows};
use super::members::WireMember;
use super::pagination::Pagination;
use crate::settings::ProjectSettings;

/// A field that `?search=` looks at, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SearchField {
    pub path: Path,
    pub lookup: Lookup,
}

/// What [`Resource`] names, found.
#[derive(Debug, Clone)]
pub(super) struct Resolved {
    pub members: Vec<WireMember>,
    pub outputs: Arc<[Output]>,
    pub filters: Vec<Filter>,
    pub search: Vec<SearchField>,
    pub orders: Vec<(&'static str, Path)>,
    /// The order unless the query names one; empty for the order of the keys.
    pub default_order: Vec<(Path, Direction)>,
    /// The order of pages by cursor where the query names none.
    pub cursor_order: Vec<(Path, Direction)>,
    /// The foreign key to the record that lists stand below.
    pub parent: Option<&'static Field>,
    pub object_paths: Vec<Path>,
}

impl Resolved {
    /// What the keys are in the path of a list below another record.
    pub fn parent_key_kind(&self) -> KeyKind {
        let relation = self.parent.and_then(Field::relation);
        relation.map_or(KeyKind::Integer, |relation| relation.to.key_kind())
    }
}

impl Resource {
    /// The model, as permissions know it.
    pub(super) const fn permission_model(&self) -> permissions::Model {
        permissions::Model { app_label: self.model.app_label, name: self.model.name }
    }

    /// Its methods, by the declaration and the settings.
    pub(super) fn allowed(&self, settings: &ProjectSettings) -> &'static [&'static str] {
        if self.read_only_by.is_some_and(|it| settings.is_true(it)) { READ_ONLY } else { self.methods }
    }

    /// Whether its lists are filtered.
    pub(super) fn has_filters(&self, settings: &ProjectSettings) -> bool {
        self.filters_by.is_none_or(|it| settings.is_true(it))
    }

    fn resolve_methods(&self) -> Result<(), String> {
        if let Some(unknown) = self.methods.iter().find(|name| !ALL_METHODS.contains(name)) {
            return Err(format!("methods names {unknown}, which is none of {}", ALL_METHODS.join(", ")));
        }
        if self.methods.contains(&"GET") { Ok(()) } else { Err("methods lacks GET".to_owned()) }
    }

    /// Looks up every name, and tries the hooks.
    ///
    /// # Errors
    /// One line: what is wrong, and where.
    pub(super) fn resolve(&self) -> Result<Resolved, String> {
        if let Some(problem) = self.model.problem() {
            return Err(problem);
        }
        self.resolve_methods()
            .and_then(|()| self.resolve_names())
            .map_err(|problem| format!("resource {}: {problem}", self.path))
    }

    fn resolve_names(&self) -> Result<Resolved, String> {
        let all: Vec<&'static str>;
        let specs = if let Some(fields) = self.fields {
            fields
        } else {
            all = self
                .model
                .all_fields()
                .filter(|field| !matches!(field.kind, Kind::Password))
                .map(|field| field.name)
                .collect();
            &all
        };
        let (mut members, mut outputs) = (Vec::new(), Vec::new());
        for spec in specs {
            let (member, output) = self.member(spec)?;
            if members.iter().any(|known: &WireMember| known.name == member.name) {
                return Err(format!("fields names {} twice", member.name));
            }
            members.push(member);
            outputs.push(output);
        }
        if let Some(name) = self.read_only.iter().find(|name| !members.iter().any(|it| it.name == **name)) {
            return Err(format!("read_only_fields names no field on the wire: {name}"));
        }
        if let Some(unused) = self.related.iter().find(|related| {
            !members.iter().any(|it| it.path.through.is_empty() && it.path.field.name == related.name)
        }) {
            return Err(format!("related: fields does not name {}", unused.name));
        }
        let parent = match self.below {
            None => None,
            Some(path) => Some(self.parent(path)?),
        };
        if let Some(pagination) = &self.pagination {
            pagination.check()?;
        }
        self.try_hooks()?;
        Ok(Resolved {
            members,
            outputs: outputs.into(),
            filters: self
                .filters
                .iter()
                .map(|name| Filter::parse(self.model, name).map_err(|error| error.to_string()))
                .collect::<Result<_, _>>()?,
            search: self.search.iter().map(|name| self.search_field(name)).collect::<Result<_, _>>()?,
            orders: self.orders()?,
            default_order: self.default_order()?,
            cursor_order: Pagination::cursor_order(self.pagination.as_ref(), self.model)?,
            parent,
            object_paths: match &self.object_permission {
                Some(permission) => permission
                    .fields
                    .iter()
                    .map(|name| self.path_of("object_permission", name))
                    .collect::<Result<_, _>>()?,
                None => Vec::new(),
            },
        })
    }

    pub(super) fn path_of(&self, what: &str, name: &str) -> Result<Path, String> {
        let path = Path::parse(self.model, name).filter(|path| !matches!(path.field.kind, Kind::Password));
        path.ok_or_else(|| format!("{what} names no field: {name}"))
    }

    /// The foreign key in the path's braces.
    fn parent(&self, path: &str) -> Result<&'static Field, String> {
        let name = path.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(name, _)| name);
        let name = name.ok_or_else(|| format!("the path {path} has no foreign key in braces"))?;
        let field = self.path_of("below", name)?.field;
        if matches!(field.kind, Kind::One(_)) {
            Ok(field)
        } else {
            Err(format!("below: {name} is no foreign key"))
        }
    }

    fn search_field(&self, name: &'static str) -> Result<SearchField, String> {
        let (lookup, rest) = match name.split_at_checked(1) {
            Some(("^", rest)) => (Lookup::IStartsWith, rest),
            Some(("=", rest)) => (Lookup::IExact, rest),
            _ => (Lookup::IContains, name),
        };
        let path = self.path_of("search", rest)?;
        if matches!(path.field.kind, Kind::Text(_)) {
            Ok(SearchField { path, lookup })
        } else {
            Err(format!("search: {rest} is no text"))
        }
    }

    fn orders(&self) -> Result<Vec<(&'static str, Path)>, String> {
        let order = |name: &'static str| {
            let path = self.path_of("ordering", name)?;
            if path.is_many() {
                Err(format!("ordering: {name} has several values"))
            } else {
                Ok((name, path))
            }
        };
        match self.ordering {
            Some(names) => names.iter().map(|name| order(name)).collect(),
            None => self
                .model
                .all_fields()
                .filter(|field| field.is_column())
                .map(|field| order(field.name))
                .collect(),
        }
    }

    fn default_order(&self) -> Result<Vec<(Path, Direction)>, String> {
        let names = self.order_by.unwrap_or(self.model.ordering);
        let mut order = Vec::new();
        for name in names.iter().filter(|_| names != ["id"]) {
            let (name, direction) = Direction::of(name);
            let path = self.path_of("order_by", name)?;
            if path.is_many() {
                return Err(format!("order_by: {name} has several values"));
            }
            order.extend(order_by(&path, direction));
        }
        Ok(order)
    }

    /// Calls what decides by the request with callers of every kind, so that a wrong name is found now.
    fn try_hooks(&self) -> Result<(), String> {
        let users = [
            RequestUser::default(),
            RequestUser { id: Some(1), username: "user".to_owned(), ..RequestUser::default() },
            RequestUser { id: Some(1), username: "staff".to_owned(), is_staff: true, is_superuser: true },
        ];
        for user in &users {
            if let Some(visible) = &self.visible {
                visible(user, Rows::of(self.model)).into_condition()?;
            }
            for set in self.on_create.iter().chain(&self.on_update) {
                let mut draft = Draft::new(self.model);
                set(user, &mut draft);
                if let Some(name) = draft.unknown() {
                    return Err(format!("a hook sets no field: {name}"));
                }
            }
        }
        Ok(())
    }
}

/// The columns that an order by this field means, as Django's `order_by`: a foreign key is ordered as the other model is.
pub(super) fn order_by(path: &Path, direction: Direction) -> Vec<(Path, Direction)> {
    let Some(relation) = path.field.relation().filter(|relation| !relation.to.ordering.is_empty()) else {
        return vec![(path.clone(), direction)];
    };
    let mut through = path.through.clone();
    through.push(path.field);
    let names = relation.to.ordering.iter().filter_map(|name| {
        let (name, own) = Direction::of(name);
        let field = relation.to.field(name)?;
        let way = if own == Direction::Ascending { direction } else { direction.reversed() };
        Some((Path { through: through.clone(), field }, way))
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use presspass_domain::model::{Model, OnDelete, USER};

    use super::*;

    static NOTE: Model = Model::new("notes", "note").fields(&[
        presspass_domain::model::Field::text("title", 20),
        presspass_domain::model::Field::boolean("done").default("false"),
        presspass_domain::model::Field::foreign_key("author", &USER, OnDelete::Cascade),
        presspass_domain::model::Field::many_to_many("readers", &USER).blank(),
        presspass_domain::model::Field::created_at("at"),
    ]);

    fn problem(resource: &Resource) -> String {
        resource.resolve().map(|_| ()).unwrap_err()
    }

    fn notes() -> Resource {
        Resource::new(&NOTE, "notes")
    }

    #[test]
    fn names_lead_to_fields() {
        let resolved = notes()
            .fields(&[
                "id",
                "author.username as author",
                "author(id, username) as writer",
                "readers",
                "title",
            ])
            .filters(&["author__username", "title__icontains", "author__isnull"])
            .search(&["^title", "author.username"])
            .resolve()
            .unwrap();
        let read_only: Vec<_> = resolved.members.iter().map(|it| (it.name, it.read_only)).collect();
        assert_eq!(
            read_only,
            [("id", true), ("author", true), ("writer", true), ("readers", false), ("title", false)]
        );
        let filters: Vec<_> = resolved.filters.iter().map(|filter| filter.name).collect();
        assert_eq!(filters, ["author__username", "title__icontains", "author__isnull"]);
        assert_eq!(resolved.search[0].lookup, Lookup::IStartsWith);
        let orders: Vec<_> = resolved.orders.iter().map(|(name, _)| *name).collect();
        assert_eq!(orders, ["id", "title", "done", "author", "at"]);
    }

    #[test]
    fn lists_are_in_the_order_of_the_resource_or_else_of_its_model() {
        static DIARY: Model = Model::new("notes", "diary")
            .fields(&[presspass_domain::model::Field::foreign_key("note", &NOTE, OnDelete::Cascade)])
            .ordering(&["-note", "id"]);
        let order = |resource: Resource| {
            let order = resource.resolve().unwrap().default_order.into_iter();
            order.map(|(path, direction)| (path.field.name, direction)).collect::<Vec<_>>()
        };
        assert_eq!(order(notes()), []);
        let by_author = notes().order_by(&["author.username", "-at"]);
        assert_eq!(order(by_author), [("username", Direction::Ascending), ("at", Direction::Descending)]);
        let of_model = Resource::new(&DIARY, "diaries");
        assert_eq!(order(of_model.clone()), [("note", Direction::Descending), ("id", Direction::Ascending)]);
        assert_eq!(order(of_model.order_by(&["id"])), []);
    }

    #[test]
    fn a_wrong_name_is_refused_with_the_place_where_it_stands() {
        assert_eq!(problem(&notes().fields(&["titel"])), "resource notes: fields names no field: titel");
        assert_eq!(
            problem(&notes().fields(&["author.username"])),
            "resource notes: fields: author.username needs a name: `author.username as …`"
        );
        assert_eq!(
            problem(&notes().filters(&["done__icontains"])),
            "resource notes: the filter done__icontains compares its field in a way that this kind of field does not have"
        );
        assert_eq!(problem(&notes().search(&["done"])), "resource notes: search: done is no text");
        assert_eq!(
            problem(&notes().ordering(&["readers"])),
            "resource notes: ordering: readers has several values"
        );
        assert_eq!(problem(&notes().order_by(&["-when"])), "resource notes: order_by names no field: when");
        assert_eq!(
            problem(&notes().order_by(&["readers"])),
            "resource notes: order_by: readers has several values"
        );
        assert_eq!(
            problem(&notes().pagination(Pagination::cursor().ordering(&["-created_at"]))),
            "resource notes: pagination: ordering names no field: created_at"
        );
        assert_eq!(
            problem(&notes().pagination(Pagination::page_number().page_size(0))),
            "resource notes: pagination: a page has at least one record"
        );
        assert_eq!(
            problem(&notes().below("users/{title}/notes")),
            "resource notes: below: title is no foreign key"
        );
        assert_eq!(
            problem(&notes().visible(|user, rows| if user.is_staff { rows.is("owner", 1) } else { rows })),
            "resource notes: visible names no field: owner"
        );
        assert_eq!(
            problem(&notes().on_create(|user, draft| draft.set("owner", user.id))),
            "resource notes: a hook sets no field: owner"
        );
    }
}
