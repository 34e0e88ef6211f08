//! What a group leaves in its database.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use anyhow::Context as _;
use regex_lite::Regex;
use serde_json::Value;

use crate::answer::text_of;
use crate::fill::pattern;

/// By table, each row as a JSON array, moments after the start as `<now>`.
pub(crate) type Rows = BTreeMap<String, Vec<String>>;

/// Tables, what is compared of them, and their order. Hashes differ in salts, log-ins in moments.
const TABLES: &[(&str, &str, &str)] = &[
    (
        "auth_user",
        "id, username, email, first_name, last_name, is_active, is_staff, is_superuser, date_joined, \
         last_login IS NULL, substr(password, 1, 1) = '!'",
        "id",
    ),
    ("auth_user_groups", "user_id, group_id", "user_id, group_id"),
    ("auth_user_user_permissions", "user_id, permission_id", "user_id, permission_id"),
    ("django_migrations", "app, name", "id"),
    ("posts_post", "id, title, content, created_at, updated_at", "id"),
];

/// Access to an SQLite file. Only tests may use what persistence uses (docs/architecture.md), and only a recording has
/// Python.
pub(crate) trait Sqlite {
    /// Runs statements on the file.
    fn run(&self, file: &Path, sql: &str) -> anyhow::Result<()>;
    /// The one text that a query gives.
    fn text(&self, file: &Path, query: &str) -> anyhow::Result<String>;
}

/// Reads what is compared; `started` in seconds since 1970.
pub(crate) fn read(database: &dyn Sqlite, file: &Path, started: i64) -> anyhow::Result<Rows> {
    let since = text_of(started).replace('T', " ");
    let tables = TABLES.iter().map(|(table, columns, order)| {
        let rows = format!("SELECT json_array({columns}) AS one FROM {table} ORDER BY {order}");
        let text = database.text(file, &format!("SELECT json_group_array(json(one)) FROM ({rows})"))?;
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
