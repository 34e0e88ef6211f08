//! The members of a record on the wire: what `Resource::fields` names.

use std::sync::Arc;

use presspass_domain::model::{Access, Field, Kind, Model, Output, Path, Source, ToMany, Unique};

use super::declaration::{Related, Resource};
use super::leak;

/// A member of the wire, and the model's field that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WireMember {
    pub name: &'static str,
    pub path: Path,
    /// Whether clients cannot set it.
    pub read_only: bool,
    /// The members of an object, or of the objects of a list.
    pub nested: Vec<(&'static str, Path)>,
}

impl Resource {
    /// `title`, `author.username as author`, `section(id, name)`, `section(id, name) as of`, `comments`.
    pub(super) fn member(&self, spec: &'static str) -> Result<(WireMember, Output), String> {
        if let Some((name, rest)) = spec.split_once('(') {
            let (members, alias) =
                rest.split_once(')').ok_or_else(|| format!("fields: {spec} lacks a `)`"))?;
            return self.objects(name.trim(), members, aliased(alias).1);
        }
        let (source, alias) = aliased(spec);
        if let Some((field, relation)) = self.reverse(source)? {
            let name = alias.unwrap_or(source);
            let member = WireMember { name, path: Path::own(field), read_only: true, nested: Vec::new() };
            return Ok((member, Output { name, source: Source::Keys(relation) }));
        }
        let path = self.path_of("fields", source)?;
        let name = named(source, alias)?;
        let is_own = path.through.is_empty();
        let source = match path.field.kind {
            Kind::Many(_) if is_own => Source::Keys(ToMany::Own(path.field)),
            _ if path.is_many() => {
                return Err(format!("fields: {name} has several values: write `field(…)`"));
            }
            _ => Source::Column(path.clone()),
        };
        let read_only = !is_own
            || alias.is_some_and(|alias| alias != path.field.name)
            || path.field.access == Access::ReadOnly
            || self.read_only.contains(&name);
        Ok((WireMember { name, path, read_only, nested: Vec::new() }, Output { name, source }))
    }

    /// An object of a foreign key, or a list of them.
    fn objects(
        &self,
        relation: &'static str,
        members: &'static str,
        alias: Option<&'static str>,
    ) -> Result<(WireMember, Output), String> {
        let name = alias.unwrap_or(relation);
        let reverse = self.reverse(relation)?;
        let field = match reverse {
            Some((field, _)) => field,
            None => self.path_of("fields", relation)?.field,
        };
        let to = field.relation().ok_or_else(|| format!("fields: {relation} is no relation"))?.to;
        let nested = nested(to, members)?;
        let outputs = nested.iter().map(|(name, path)| Output { name, source: Source::Column(path.clone()) });
        let outputs: Arc<[Output]> = outputs.collect();
        let source = match (reverse, field.kind) {
            (Some((_, relation)), _) => Source::Many(relation, outputs),
            (None, Kind::Many(_)) => Source::Many(ToMany::Own(field), outputs),
            (None, _) => Source::One(field, outputs),
        };
        Ok((WireMember { name, path: Path::own(field), read_only: true, nested }, Output { name, source }))
    }

    /// The relation that [`Resource::related`] gives this name, and a field that describes it: `None` where it gives none.
    fn reverse(&self, name: &str) -> Result<Option<(&'static Field, ToMany)>, String> {
        let Some(Related { name, model, field }) = self.related.iter().find(|it| it.name == name) else {
            return Ok(None);
        };
        let named = || format!("related: {name}: {}.{field}", model.name);
        let of = model.field(field).ok_or_else(|| format!("{} does not exist", named()))?;
        if !of.relation().is_some_and(|relation| relation.to.is(self.model)) {
            return Err(format!("{} does not refer to {}", named(), self.model.name));
        }
        if matches!(of.kind, Kind::One(_)) && of.unique != Unique::No {
            return Err(format!("{} is one-to-one: it has no list", named()));
        }
        let described = leak(Box::new(Field::many_to_many(name, model).read_only()));
        Ok(Some((described, ToMany::Reverse(model, of))))
    }
}

/// The source of `source as name`, and the name.
fn aliased(spec: &'static str) -> (&'static str, Option<&'static str>) {
    spec.split_once(" as ").map_or((spec.trim(), None), |(source, name)| (source.trim(), Some(name.trim())))
}

fn named(source: &'static str, alias: Option<&'static str>) -> Result<&'static str, String> {
    let name = alias.unwrap_or(source);
    if name.contains(['.', ' ']) {
        Err(format!("fields: {source} needs a name: `{source} as …`"))
    } else {
        Ok(name)
    }
}

/// The members of an object: `id, text, author.username as author`.
fn nested(model: &'static Model, members: &'static str) -> Result<Vec<(&'static str, Path)>, String> {
    let member = |spec: &'static str| {
        let (source, alias) = aliased(spec);
        let path = Path::parse(model, source)
            .filter(|path| !path.is_many() && !matches!(path.field.kind, Kind::Password));
        let path = path.ok_or_else(|| format!("fields: {} has no field {source}", model.name))?;
        Ok((named(source, alias)?, path))
    };
    members.split(',').map(member).collect()
}

#[cfg(test)]
mod tests {
    use presspass_domain::model::{GROUP, OnDelete, POST, USER};

    use super::*;

    static COMMENT: Model = Model::new("posts", "comment").fields(&[
        Field::foreign_key("post", &POST, OnDelete::Cascade),
        Field::foreign_key("author", &USER, OnDelete::Cascade),
        Field::text("text", 200),
    ]);
    static SUMMARY: Model =
        Model::new("posts", "summary").fields(&[Field::one_to_one("post", &POST, OnDelete::Cascade)]);

    fn posts() -> Resource {
        Resource::new(&POST, "posts").related("comments", &COMMENT, "post")
    }

    fn problem(resource: &Resource) -> String {
        resource.resolve().map(|_| ()).unwrap_err()
    }

    #[test]
    fn records_that_refer_to_one_are_keys_or_objects_and_read_only() {
        let fields = &["title", "comments", "comments(text, author.username as author) as words"];
        let resolved = posts().fields(fields).resolve().unwrap();
        let read_only: Vec<_> = resolved.members.iter().map(|it| (it.name, it.read_only)).collect();
        assert_eq!(read_only, [("title", false), ("comments", true), ("words", true)]);
        let relation = ToMany::Reverse(&COMMENT, COMMENT.field("post").unwrap());
        assert_eq!(resolved.outputs[1].source, Source::Keys(relation));
        let Source::Many(of, members) = &resolved.outputs[2].source else { panic!("{:?}", resolved.outputs) };
        assert_eq!((*of, members[1].name), (relation, "author"));
    }

    #[test]
    fn a_relation_that_does_not_exist_or_is_not_shown_is_refused() {
        let named = |related: Resource| problem(&related.fields(&["id", "more"]));
        let unknown = named(posts().related("more", &COMMENT, "on"));
        assert_eq!(unknown, "resource posts: related: more: comment.on does not exist");
        let elsewhere = named(posts().related("more", &COMMENT, "author"));
        assert_eq!(elsewhere, "resource posts: related: more: comment.author does not refer to post");
        let text = named(posts().related("more", &COMMENT, "text"));
        assert_eq!(text, "resource posts: related: more: comment.text does not refer to post");
        let one = named(posts().related("more", &SUMMARY, "post"));
        assert_eq!(one, "resource posts: related: more: summary.post is one-to-one: it has no list");
        assert_eq!(problem(&posts()), "resource posts: related: fields does not name comments");
    }

    #[test]
    fn members_of_objects_are_single_values_with_names() {
        let named = |fields| problem(&posts().fields(fields));
        let nameless = named(&["comments(author.username)"]);
        assert_eq!(nameless, "resource posts: fields: author.username needs a name: `author.username as …`");
        assert_eq!(named(&["comments(text"]), "resource posts: fields: comments(text lacks a `)`");
        assert_eq!(
            named(&["comments(author.password as p)"]),
            "resource posts: fields: comment has no field author.password"
        );
        let many = Resource::new(&USER, "users").fields(&["groups(permissions)"]);
        assert_eq!(problem(&many), "resource users: fields: group has no field permissions");
        assert!(
            Resource::new(&GROUP, "groups")
                .related("users", &USER, "groups")
                .fields(&["users"])
                .resolve()
                .is_ok()
        );
    }
}
