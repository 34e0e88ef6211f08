//! The content types and permissions of the project's models (Django's `post_migrate`).

use presspass_domain::model::Model;

use super::lock;
use crate::connection::Connection;
use crate::error::Error;
use crate::origin::has_table;
use crate::records::log::content_type;
use crate::sql::Sql;
use crate::url::Engine;

/// The actions that permissions are for.
const ACTIONS: [&str; 4] = ["add", "change", "delete", "view"];

/// The actions whose permission is missing.
fn missing(connection: &mut Connection, model: &Model) -> Result<Vec<&'static str>, Error> {
    let rows = Sql::new(
        "SELECT p.codename FROM auth_permission AS p JOIN django_content_type AS c ON c.id = p.content_type_id
         WHERE c.app_label = ",
    )
    .bind(model.app_label)
    .push(" AND c.model = ")
    .bind(model.name)
    .load(connection)?;
    let known = rows.iter().map(|row| row.text(0)).collect::<Result<Vec<_>, _>>()?;
    let is_missing = |action: &&str| !known.contains(&format!("{action}_{}", model.name));
    Ok(ACTIONS.into_iter().filter(is_missing).collect())
}

fn add_to(connection: &mut Connection, model: &Model) -> Result<(), Error> {
    let content_type = content_type(connection, model)?;
    for action in missing(connection, model)? {
        // Django's column holds 255 characters.
        let name: String = format!("Can {action} {}", model.verbose_name()).chars().take(255).collect();
        Sql::new("INSERT INTO auth_permission (name, content_type_id, codename) VALUES (")
            .bind(name)
            .push(", ")
            .bind(content_type)
            .push(", ")
            .bind(format!("{action}_{}", model.name))
            .push(")")
            .run(connection)?;
    }
    Ok(())
}

/// Adds those that are missing. Where none is, it only reads.
pub(super) fn add(connection: &mut Connection, models: &[&'static Model]) -> Result<(), Error> {
    if models.is_empty() || !has_table(connection, &["auth_permission"])? {
        return Ok(());
    }
    let mut incomplete = Vec::new();
    for model in models {
        if !missing(connection, model)?.is_empty() {
            incomplete.push(*model);
        }
    }
    if incomplete.is_empty() {
        return Ok(());
    }
    connection.transaction(|connection| {
        if connection.engine() == Engine::Postgresql {
            lock().run(connection)?;
        }
        incomplete.into_iter().try_for_each(|model| add_to(connection, model))
    })
}
