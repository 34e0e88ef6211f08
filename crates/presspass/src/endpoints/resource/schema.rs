//! Resources in the OpenAPI document.

use presspass_domain::Direction;
use presspass_domain::model::KeyKind;
use presspass_rest::PARSES;
use presspass_serializers::openapi::{
    Operation, ParameterLocation, Required, UUID, Value, WithMembers as _, body, errors, example,
    field_errors, json, parameter, reference, representation, request, request_example,
};

use super::declaration::Resource;
use super::pagination::Pages;
use super::resolved::Resolved;
use super::writes::referenced;
use super::{Registered, text};
use crate::endpoints::schema::{
    AccessRule, ApiPart, Context, Effect, FilterParameter, ListParameters, failures, invalid, list_effects,
    list_example, list_parameters, list_schema, not_found, page_schema, query_error_names, requirements,
    success,
};

const READS: [Effect; 1] = [Effect::UsesDatabase];
const WRITES: [Effect; 3] = [Effect::UsesDatabase, Effect::ReadsBody, Effect::Writes];
const DELETES: [Effect; 2] = [Effect::UsesDatabase, Effect::Writes];

/// The names that a resource has in the document.
#[derive(Debug)]
pub(super) struct Names {
    /// `posts`
    plural: &'static str,
    /// `post`
    singular: &'static str,
    /// `A post`, `An article`
    article: &'static str,
    schema: &'static str,
    request: &'static str,
    patch: &'static str,
    errors: &'static str,
    query_errors: &'static str,
    page: &'static str,
    not_found: &'static str,
    list_path: &'static str,
    detail_path: &'static str,
    filters: &'static [FilterParameter],
    search: &'static str,
    operations: [&'static str; 6],
}

impl Names {
    pub fn of(resource: &Resource, resolved: &Resolved, title: &str) -> Self {
        let model = resource.model;
        let schema = title.replace(' ', "");
        let plural = model.verbose_name_plural();
        let plurals = super::title(&plural).replace(' ', "");
        let list_path = match resource.below {
            Some(below) => format!("/api/{below}/"),
            None => format!("/api/{}/", resource.path),
        };
        let vowel = model.verbose_name().starts_with(['a', 'e', 'i', 'o', 'u']);
        let filters = resolved.filters.iter().map(|filter| FilterParameter {
            name: filter.name,
            field: filter.name,
            about: text(filter_about(&plural, filter.name)),
        });
        let search: Vec<&str> =
            resource.search.iter().map(|name| name.trim_start_matches(['^', '='])).collect();
        let search = match search.as_slice() {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        };
        Self {
            plural: text(plural.to_string()),
            singular: model.verbose_name(),
            article: text(format!("{} {}", if vowel { "an" } else { "a" }, model.verbose_name())),
            request: text(format!("{schema}Request")),
            patch: text(format!("Patched{schema}Request")),
            errors: text(format!("{schema}Errors")),
            query_errors: text(format!("{schema}QueryErrors")),
            page: text(format!("{schema}Page")),
            not_found: text(format!("{schema}NotFound")),
            list_path: text(list_path),
            detail_path: text(format!("/api/{}/{{id}}/", resource.path)),
            filters: super::leak(filters.collect::<Vec<_>>().into_boxed_slice()),
            search: text(search),
            operations: [
                text(format!("list{plurals}")),
                text(format!("create{schema}")),
                text(format!("retrieve{schema}")),
                text(format!("replace{schema}")),
                text(format!("update{schema}")),
                text(format!("delete{schema}")),
            ],
            schema: text(schema),
        }
    }
}

/// What a filter selects, in one sentence.
fn filter_about(plural: &str, name: &str) -> String {
    let (field, lookup) = name.rsplit_once("__").unwrap_or((name, "exact"));
    let (field, means) = match lookup {
        "exact" => (field, "is this"),
        "iexact" => (field, "is this, in upper or lower case"),
        "contains" => (field, "contains this"),
        "icontains" => (field, "contains this, in upper or lower case"),
        "startswith" => (field, "begins with this"),
        "istartswith" => (field, "begins with this, in upper or lower case"),
        "gt" => (field, "is greater than this"),
        "gte" => (field, "is this or greater"),
        "lt" => (field, "is less than this"),
        "lte" => (field, "is this or less"),
        "in" => (field, "is one of these, separated by commas"),
        "isnull" => (field, "is missing, or is there where this is false"),
        "range" => (field, "is between these two, separated by a comma"),
        _ => (name, "is this"),
    };
    format!("Only {plural} whose {} {means}.", field.replace("__", " "))
}

/// What a resource adds to the document.
pub(super) fn part(registered: &Registered, context: &Context) -> ApiPart {
    let names = &registered.names;
    let pages = registered.pages(&context.pagination);
    let document = Document { registered, context, names, pages: &pages };
    let fields = registered.fields;
    let mut schemas = vec![
        (names.schema, representation(fields)),
        (names.request, request(fields, Required::All)),
        (names.patch, request(fields, Required::None)),
        (names.errors, field_errors(fields)),
        (names.query_errors, errors(query_error_names(&document.parameters()))),
    ];
    schemas.extend(page_schema(&pages, document.one()).map(|page| (names.page, page)));
    let about = if registered.resource.about.is_empty() { names.plural } else { registered.resource.about };
    ApiPart {
        tag: (registered.resource.path, about),
        paths: document.paths(),
        schemas,
        responses: vec![(names.not_found, not_found("There is no such record, or the id is none."))],
    }
}

#[derive(Clone, Copy)]
struct Document<'d> {
    registered: &'d Registered,
    context: &'d Context,
    names: &'d Names,
    pages: &'d Pages,
}

impl<'d> Document<'d> {
    fn parameters(self) -> ListParameters<'d> {
        ListParameters {
            plural: self.names.plural,
            fields: self.registered.filter_fields,
            orders: self.registered.order_names,
            search: self.names.search,
            pages: self.pages,
            cursor_order: self.cursor_order(),
            filters: if self.registered.resource.has_filters(&self.context.project) {
                self.names.filters
            } else {
                &[]
            },
        }
    }

    fn cursor_order(self) -> String {
        let order = self.registered.resolved.cursor_order.iter().map(|(path, way)| {
            let names: Vec<&str> = path.through.iter().chain([&path.field]).map(|field| field.name).collect();
            let sign = if *way == Direction::Descending { "-" } else { "" };
            format!("{sign}{}", names.join("__"))
        });
        order.collect::<Vec<_>>().join(",")
    }

    fn one(self) -> Value {
        reference("schemas", self.names.schema)
    }

    fn allows(self, method: &str) -> bool {
        self.registered.resource.allowed(&self.context.project).contains(&method)
    }

    fn paths(self) -> Vec<(String, Value)> {
        let key = |name: &'static str, about: String, kind: KeyKind| {
            let (schema, example) = match kind {
                KeyKind::Integer => (json!({ "type": "integer", "format": "int64", "minimum": 0 }), json!(1)),
                KeyKind::Uuid => (json!({ "type": "string", "format": "uuid" }), json!(UUID)),
            };
            parameter(name, ParameterLocation::Path, about, schema).with("example", example)
        };
        let mut all = json!({});
        if let Some(parent) = self.registered.resolved.parent {
            let kind = self.registered.resolved.parent_key_kind();
            let about = format!("The key of the {}.", parent.name);
            all = all.with("parameters", [key(parent.name, about, kind)]);
        }
        all = all.with("get", self.list());
        let kind = self.registered.resource.model.key_kind();
        let own = key("id", format!("The {}'s id.", self.names.singular), kind);
        let mut one = json!({ "parameters": [own], "get": self.retrieve() });
        if self.allows("POST") {
            all = all.with("post", self.create());
        }
        if self.allows("PUT") {
            one = one.with("put", self.change("PUT", 3, self.names.request));
        }
        if self.allows("PATCH") {
            one = one.with("patch", self.change("PATCH", 4, self.names.patch));
        }
        if self.allows("DELETE") {
            one = one.with("delete", self.delete());
        }
        vec![(self.names.list_path.to_owned(), all), (self.names.detail_path.to_owned(), one)]
    }

    fn operation(self, method: &'static str, at: usize, summary: String, effects: &[Effect]) -> Operation {
        let model = self.registered.resource.permission_model();
        let own = self.registered.resource.permission.as_deref();
        let rule = || {
            own.map_or_else(|| self.context.permission_on(model), |own| AccessRule::Permission(own, model))
        };
        let action = match method {
            "POST" => "add",
            "PUT" | "PATCH" => "change",
            "DELETE" => "delete",
            _ => "view",
        };
        let description = if rule().needs_grants(method) {
            format!("Asks for the permission `{}.{action}_{}`.", model.app_label, model.name)
        } else {
            String::new()
        };
        Operation {
            id: self.names.operations[at],
            summary: text(summary),
            description,
            tag: self.registered.resource.path,
            security: requirements(self.context, rule(), method),
            parameters: Vec::new(),
            body: None,
            responses: failures(self.context, rule(), method, effects),
        }
    }

    fn list(self) -> Value {
        let list = self.operation("GET", 0, format!("List {}", self.names.plural), list_effects(self.pages));
        let schema = list_schema(self.pages, self.one(), reference("schemas", self.names.page));
        let item = example(self.registered.fields);
        let list =
            answering(list, 200, success("The list.", Some(schema), Some(list_example(self.pages, &item))));
        let wrong = json!({ "search": ["Ensure this value has at most 32 terms."] });
        let list = answering(list, 400, invalid("The query cannot be read.", self.names.query_errors, wrong));
        let list = if self.registered.resolved.parent.is_some() { self.may_be_missing(list) } else { list };
        Operation { parameters: list_parameters(&self.parameters()), ..list }.into()
    }

    fn may_be_missing(self, operation: Operation) -> Operation {
        answering(operation, 404, reference("responses", self.names.not_found))
    }

    fn retrieve(self) -> Value {
        let retrieve = self.operation("GET", 2, format!("Retrieve {}", self.names.article), &READS);
        let found = success("The record.", Some(self.one()), Some(example(self.registered.fields)));
        let retrieve = answering(self.may_be_missing(retrieve), 200, found);
        let denies = self.registered.resource.object_permission.is_some();
        if denies { may_be_forbidden(retrieve).into() } else { retrieve.into() }
    }

    fn create(self) -> Value {
        let create = self.operation("POST", 1, format!("Create {}", self.names.article), &WRITES);
        let of_it = |at: usize| json!({ "operationId": self.names.operations[at], "parameters": { "id": "$response.body#/id" } });
        let created = success("The new record.", Some(self.one()), Some(example(self.registered.fields)));
        let has_id = self.registered.fields.iter().any(|field| field.name == "id");
        let operations =
            [("GET", "retrieve", 2), ("PUT", "replace", 3), ("PATCH", "update", 4), ("DELETE", "delete", 5)];
        let links = operations.into_iter().filter(|(method, ..)| self.allows(method));
        let links = links.fold(json!({}), |links, (_, name, at)| links.with(name, of_it(at)));
        let created = if has_id { created.with("links", links) } else { created };
        let create = answering(create, 201, created);
        let create =
            if self.registered.resolved.parent.is_some() { self.may_be_missing(create) } else { create };
        self.writing(create, self.names.request)
    }

    fn change(self, method: &'static str, at: usize, schema: &'static str) -> Value {
        let summary = match method {
            "PUT" => format!("Replace {}", self.names.article),
            _ => format!("Change some fields of {}", self.names.article),
        };
        let change = self.may_be_missing(self.operation(method, at, summary, &WRITES));
        let change = answering(change, 200, success("The changed record.", Some(self.one()), None));
        let denies = self.registered.resource.object_permission.is_some();
        self.writing(if denies { may_be_forbidden(change) } else { change }, schema)
    }

    fn delete(self) -> Value {
        let delete = self.operation("DELETE", 5, format!("Delete {}", self.names.article), &DELETES);
        let detail = json!({ "detail": referenced(self.names.singular, &["comments_comment".to_owned()]) });
        let about = "Other records refer to it and forbid that it is deleted. Nothing was deleted.";
        let conflict = success(about, Some(reference("schemas", "Detail")), Some(detail));
        let delete = answering(self.may_be_missing(delete), 409, conflict);
        let delete = answering(delete, 204, success("The record was deleted.", None, None));
        let denies = self.registered.resource.object_permission.is_some();
        if denies { may_be_forbidden(delete).into() } else { delete.into() }
    }

    /// The operation with its body, and what is said where that is wrong.
    fn writing(self, operation: Operation, schema: &'static str) -> Value {
        let first =
            self.registered.fields.iter().find(|field| !field.read_only).map_or("detail", |field| field.name);
        let wrong = json!({}).with(first, json!(["This field is required."]));
        let operation =
            answering(operation, 400, invalid("The body is not valid.", self.names.errors, wrong));
        let body =
            body(PARSES, &reference("schemas", schema), Some(&request_example(self.registered.fields)));
        Operation { body: Some(body), ..operation }.into()
    }
}

fn may_be_forbidden(operation: Operation) -> Operation {
    answering(operation, 403, reference("responses", "Forbidden"))
}

/// The operation with this answer, in the place of a shared one.
fn answering(mut operation: Operation, status: u16, response: Value) -> Operation {
    operation.responses.retain(|(known, _)| *known != status);
    operation.responses.push((status, response));
    operation
}
