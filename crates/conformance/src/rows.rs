//! What a group leaves in its database.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use anyhow::Context as _;
use presspass_test_support::{Engine, TestDatabase};
use regex_lite::Regex;
use serde_json::Value;

use crate::answer::text_of;
use crate::case::Project;
use crate::database::{self, Sqlite};
use crate::fill::pattern;

/// By table, each row as a JSON array, moments after the start as `<now>`.
pub(crate) type Rows = BTreeMap<String, Vec<String>>;

/// A value of a row, written alike on both engines.
#[derive(Debug, Clone, Copy)]
enum Column {
    Plain(&'static str),
    /// 1 or 0.
    Flag(&'static str),
    /// A date, as text.
    Date(&'static str),
    /// As SQLite has it: 12.50 is kept as 12.5.
    Decimal(&'static str),
    /// As SQLite has it: six digits, or none when they are 0.
    Timestamp(&'static str),
}
use Column::{Date, Decimal, Flag, Plain, Timestamp};

impl Column {
    fn sql(self, engine: Engine) -> String {
        match (self, engine) {
            (Plain(it) | Flag(it) | Timestamp(it), Engine::Sqlite) | (Plain(it), Engine::Postgresql) => {
                it.to_owned()
            }
            (Date(it) | Decimal(it), Engine::Sqlite) => format!("CAST({it} AS text)"),
            (Date(it), Engine::Postgresql) => format!("({it})::text"),
            (Decimal(it), Engine::Postgresql) => format!("trim_scale({it})::text"),
            (Flag(it), Engine::Postgresql) => format!("({it})::int"),
            (Timestamp(it), Engine::Postgresql) => format!(
                "replace(to_char({it} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), '.000000', '')"
            ),
        }
    }
}

/// Tables, what is compared of them, and their order. Hashes differ in salts, logins in moments.
const TABLES: &[(&str, &[Column], &str)] = &[
    (
        "auth_user",
        &[
            Plain("id"),
            Plain("username"),
            Plain("email"),
            Plain("first_name"),
            Plain("last_name"),
            Flag("is_active"),
            Flag("is_staff"),
            Flag("is_superuser"),
            Timestamp("date_joined"),
            Flag("last_login IS NULL"),
            Flag("substr(password, 1, 1) = '!'"),
        ],
        "id",
    ),
    ("auth_user_groups", &[Plain("user_id"), Plain("group_id")], "user_id, group_id"),
    ("auth_user_user_permissions", &[Plain("user_id"), Plain("permission_id")], "user_id, permission_id"),
    ("django_migrations", &[Plain("app"), Plain("name")], "id"),
    (
        "posts_post",
        &[Plain("id"), Plain("title"), Plain("content"), Timestamp("created_at"), Timestamp("updated_at")],
        "id",
    ),
];

/// Those of the magazine. Random UUIDs and moments are compared in answers.
const MAGAZINE: &[(&str, &[Column], &str)] = &[
    ("sections", &[Plain("id"), Plain("name"), Plain("slug"), Plain("parent_id")], "id"),
    ("magazine_tag", &[Plain("id"), Plain("name")], "id"),
    (
        "magazine_article",
        &[
            Plain("id"),
            Plain("author_id"),
            Plain("section_id"),
            Plain("title"),
            Plain("slug"),
            Plain("text"),
            Plain("status"),
            Flag("featured"),
            Date("publish_date"),
            Timestamp("embargo"),
            Plain("reading_minutes"),
            Plain("position"),
            Decimal("price"),
            Plain("rating"),
            Plain("source"),
            Plain("contact"),
            Timestamp("created_at"),
            Timestamp("updated_at"),
        ],
        "id",
    ),
    ("magazine_article_tags", &[Plain("article_id"), Plain("tag_id")], "article_id, tag_id"),
    (
        "magazine_comment",
        &[
            Plain("id"),
            Plain("article_id"),
            Plain("author_id"),
            Plain("text"),
            Flag("approved"),
            Timestamp("created_at"),
        ],
        "id",
    ),
];

/// Reads what is compared; `started` in seconds since 1970.
pub(crate) fn read(
    project: Project,
    database: &TestDatabase,
    sqlite: &dyn Sqlite,
    started: i64,
) -> anyhow::Result<Rows> {
    let since = text_of(started).replace('T', " ");
    let of_project = if project == Project::Magazine { MAGAZINE } else { &[] };
    let tables = TABLES.iter().chain(of_project).map(|(table, columns, order)| {
        let engine = database.engine();
        let columns: Vec<_> = columns.iter().map(|column| column.sql(engine)).collect();
        let columns = columns.join(", ");
        let query = match engine {
            Engine::Sqlite => format!(
                "SELECT json_group_array(json(one)) FROM \
                 (SELECT json_array({columns}) AS one FROM {table} ORDER BY {order})"
            ),
            Engine::Postgresql => format!(
                "SELECT coalesce(json_agg(json_build_array({columns}) ORDER BY {order}), '[]') FROM {table}"
            ),
        };
        let text = database::text(database, sqlite, &query)?;
        let rows: Vec<Vec<Value>> =
            serde_json::from_str(&text).with_context(|| format!("rows of {table}"))?;
        let rows = rows.into_iter().map(|row| {
            Value::Array(row.into_iter().map(|value| without_moment(value, &since)).collect()).to_string()
        });
        Ok(((*table).to_owned(), rows.collect()))
    });
    tables.collect()
}

fn without_moment(value: Value, since: &str) -> Value {
    static MOMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?$"));
    match value {
        Value::String(text) if MOMENT.is_match(&text) && text.as_str() > since => Value::from("<now>"),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::without_moment;

    #[test]
    fn only_moments_after_the_start_are_now() {
        let since = "2026-01-01 00:00:00";
        assert_eq!(without_moment(json!("2026-01-01 00:00:00.000001"), since), json!("<now>"));
        assert_eq!(without_moment(json!("2025-01-01 00:00:00"), since), json!("2025-01-01 00:00:00"));
        let another_form = json!("2026-01-01T00:00:00.000001Z");
        assert_eq!(without_moment(another_form.clone(), since), another_form);
    }
}
