//! Fields of a profile in `account/`: those of the record that belongs to the account.

use std::sync::Arc;

use presspass_domain::Window;
use presspass_domain::model::{Kind, Model, Output, Path, Selection, USER, Unique};
use presspass_persistence::{Database, Models};
use presspass_rest::Failure;
use presspass_serializers::{Field, accounts};

use super::declaration::Resource;
use super::hooks::Rows;
use super::{Registered, leak};

/// The fields of a profile, as they are declared and found.
#[derive(Debug)]
pub(crate) struct AccountFields {
    registered: Registered,
    /// The one-to-one field that refers to the account.
    account: &'static str,
    /// Those of the profile.
    added: &'static [Field],
    /// All fields of `account/`.
    all: &'static [Field],
}

impl AccountFields {
    /// # Errors
    /// One line: what is wrong with the declaration, and where.
    pub fn new(
        model: &'static Model,
        account: &'static str,
        fields: &'static [&'static str],
    ) -> Result<Self, String> {
        let registered = Registered::new(Resource::new(model, "account_fields").fields(fields).read_only())?;
        let found = Path::parse(model, account).filter(|path| path.through.is_empty());
        let belongs_to_account = found.is_some_and(|path| match path.field.kind {
            Kind::One(relation) => relation.to.is(&USER) && path.field.unique != Unique::No,
            _ => false,
        });
        if !belongs_to_account {
            let (label, name) = (model.app_label, model.name);
            return Err(format!(
                "account_fields: {label}.{name}.{account} is no one-to-one field to accounts"
            ));
        }
        if let Some(known) = registered.fields.iter().find(|field| is_known(field.name)) {
            return Err(format!("account_fields: account/ has a field {} of its own", known.name));
        }
        // An account without a profile has nulls.
        let nullable = |field: &Field| Field { nullable: true, ..field.ignored() };
        let added: Box<[Field]> = registered.fields.iter().map(nullable).collect();
        let all = leak(accounts::FIELDS.iter().chain(&added).copied().collect());
        Ok(Self { registered, account, added: leak(added), all })
    }

    /// The model.
    pub const fn model(&self) -> &'static Model {
        self.registered.model()
    }

    /// All fields of `account/`, for the OpenAPI document.
    pub const fn all(&self) -> &'static [Field] {
        self.all
    }
}

fn is_known(name: &str) -> bool {
    accounts::FIELDS.iter().any(|field| field.name == name)
}

/// The fields of a profile in a running server.
#[derive(Debug)]
pub(crate) struct AccountFieldsState {
    store: Models,
    model: &'static Model,
    account: &'static str,
    outputs: Arc<[Output]>,
    nulls: Vec<u8>,
}

impl AccountFieldsState {
    pub fn new(declared: &AccountFields, database: &Database) -> Self {
        let nulls: Vec<_> = declared.added.iter().map(|field| format!("\"{}\":null", field.name)).collect();
        Self {
            store: Models::new(database.clone(), &[declared.model()]),
            model: declared.model(),
            account: declared.account,
            outputs: declared.registered.resolved.outputs.clone(),
            nulls: nulls.join(",").into_bytes(),
        }
    }

    /// The members of an account's profile, in compact JSON. Without a profile they are null, as with DRF's
    /// `source='profile.…'`.
    ///
    /// # Errors
    /// 503 where the database cannot be read.
    pub async fn members(&self, account: i64) -> Result<Vec<u8>, Failure> {
        let condition = Rows::of(self.model).is(self.account, account).into_condition();
        let selection = Selection {
            model: self.model,
            outputs: self.outputs.clone(),
            condition: condition.map_err(|reason| Failure::Internal { reason })?,
            order: Vec::new(),
            window: Window::Uncounted { limit: 1, offset: 0 },
        };
        let found = self.store.select(selection).await?;
        let object = found.rows.strip_prefix(b"{").and_then(|rest| rest.strip_suffix(b"}"));
        Ok(object.map_or_else(|| self.nulls.clone(), <[u8]>::to_vec))
    }
}

#[cfg(test)]
mod tests {
    use presspass_domain::model::{Field as ModelField, OnDelete, POST};

    use super::*;

    static PROFILE: Model = Model::new("people", "profile").fields(&[
        ModelField::one_to_one("user", &USER, OnDelete::Cascade),
        ModelField::foreign_key("boss", &USER, OnDelete::SetNull).null(),
        ModelField::text("bio", 200).blank(),
        ModelField::text("email", 200).blank(),
    ]);

    #[test]
    fn what_a_profile_lacks_is_refused_when_the_program_starts() {
        let problem = |model, account, fields| AccountFields::new(model, account, fields).unwrap_err();
        let no_profile = "account_fields: people.profile.boss is no one-to-one field to accounts";
        assert_eq!(problem(&PROFILE, "boss", &["bio"]), no_profile);
        let no_field = "account_fields: posts.post.user is no one-to-one field to accounts";
        assert_eq!(problem(&POST, "user", &["title"]), no_field);
        assert_eq!(
            problem(&PROFILE, "user", &["boi"]),
            "resource account_fields: fields names no field: boi"
        );
        let known = "account_fields: account/ has a field email of its own";
        assert_eq!(problem(&PROFILE, "user", &["email"]), known);
        assert!(AccountFields::new(&PROFILE, "user", &["bio", "email as work_email"]).is_ok());
    }
}
