//! The names of constraints and indexes, as Django makes them (`BaseDatabaseSchemaEditor._create_index_name`).

use md5::{Digest as _, Md5};

use crate::url::Engine;

/// `names_digest` of `django.db.backends.utils`, of eight digits.
fn digest(table: &str, columns: &[&str]) -> String {
    let mut hash = Md5::new();
    hash.update(table);
    for column in columns {
        hash.update(column);
    }
    let digest = hash.finalize();
    let first: [u8; 4] = std::array::from_fn(|at| digest[at]);
    format!("{:08x}", u32::from_be_bytes(first))
}

/// The first characters of a name, whose characters are all of one byte.
fn first(text: &str, length: usize) -> &str {
    text.get(..length).unwrap_or(text)
}

/// `magazine_article_author_id_40a2d2a1`, with this ending.
pub(super) fn index_name(engine: Engine, table: &str, columns: &[&str], suffix: &str) -> String {
    let limit = match engine {
        Engine::Sqlite => 200,
        Engine::Postgresql => 63,
    };
    let suffix = format!("{}{suffix}", digest(table, columns));
    let columns = columns.join("_");
    let name = format!("{table}_{columns}_{suffix}");
    if name.len() <= limit {
        return name;
    }
    let suffix = first(&suffix, limit / 3);
    let length = (limit - suffix.len()) / 2 - 1;
    let name = format!("{}_{}_{suffix}", first(table, length), first(&columns, length));
    if name.starts_with(|c: char| c == '_' || c.is_ascii_digit()) {
        return format!("D{}", first(&name, name.len() - 1));
    }
    name
}

/// The name of a foreign key's constraint on `PostgreSQL`.
pub(super) fn foreign_key_name(table: &str, column: &str, to: &(String, String)) -> String {
    index_name(Engine::Postgresql, table, &[column], &format!("_fk_{}_{}", to.0, to.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_django() {
        assert_eq!(
            index_name(Engine::Sqlite, "magazine_article", &["section_id", "title"], "_uniq"),
            "magazine_article_section_id_title_b99c6583_uniq"
        );
        let to = |table: &str| (table.to_owned(), "id".to_owned());
        assert_eq!(
            foreign_key_name("auth_permission", "content_type_id", &to("django_content_type")),
            "auth_permission_content_type_id_2f476e4b_fk_django_co"
        );
        assert_eq!(
            foreign_key_name("auth_group_permissions", "permission_id", &to("auth_permission")),
            "auth_group_permissio_permission_id_84c5c92e_fk_auth_perm"
        );
    }
}
