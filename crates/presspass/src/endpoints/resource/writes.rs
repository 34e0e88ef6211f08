//! What the endpoints of a resource write: POST, PUT, PATCH and DELETE.

use actix_web::http::StatusCode;
use presspass_domain::model::{Input, Key, Violation};
use presspass_persistence::{Created, Removed, Updated, WriteHook, WriteHooks};
use presspass_rest::{Call, Failure, Reply};
use presspass_serializers::model::{Parsed, parse};
use presspass_serializers::{Completeness, Errors, FieldErrors};

use super::hooks::{InTransaction, Refused, RequestUser};
use super::views::{Parent, View};
use crate::identity::caller::Caller;

impl View<'_> {
    pub async fn create(self, call: &Call<'_>, user: &RequestUser, parent: Parent) -> Result<Reply, Failure> {
        let registered = &self.state.registered;
        let parsed = self.parsed(call, Completeness::Full, None).await?;
        let mut draft = parsed.draft.clone();
        if let Some(field) = registered.resolved.parent {
            self.below(&parent).await?;
            if let Parent::Is(key) = parent {
                draft.set_field(field, Input::Key(Some(key)));
            }
        }
        self.validate(user, &parsed, None).await?;
        for set in &registered.resource.on_create {
            set(user, &mut draft);
        }
        let hooks = WriteHooks { after: registered.resource.after_create.as_ref().map(hook) };
        let created = self.state.store.create(draft, self.outputs(), self.services.now(), hooks).await?;
        match created {
            Created::Created { json, .. } => Ok(call.reply_json(StatusCode::CREATED, json)),
            Created::Invalid(violations) => Err(violated(&parsed, &violations)),
            Created::Refused(refused) => Err(refusal(refused)),
        }
    }

    pub async fn update(
        self,
        call: &Call<'_>,
        caller: Option<&Caller>,
        user: &RequestUser,
        key: Key,
    ) -> Result<Reply, Failure> {
        let registered = &self.state.registered;
        // As in DRF, what does not exist is 404, and what is forbidden 403, before the body is validated.
        self.object(call, call.method(), caller, user, key).await?;
        let completeness = if call.method() == "PUT" { Completeness::Full } else { Completeness::Partial };
        let parsed = self.parsed(call, completeness, Some(key)).await?;
        let mut draft = parsed.draft.clone();
        self.validate(user, &parsed, Some(key)).await?;
        for set in &registered.resource.on_update {
            set(user, &mut draft);
        }
        let hooks = WriteHooks { after: registered.resource.after_update.as_ref().map(hook) };
        let visible = registered.resource.condition(user)?;
        let updated =
            self.state.store.update(key, visible, draft, self.outputs(), self.services.now(), hooks).await?;
        match updated {
            Updated::Updated { json } => Ok(call.reply_json(StatusCode::OK, json)),
            Updated::NotFound => Err(Failure::NotFound),
            Updated::Invalid(violations) => Err(violated(&parsed, &violations)),
            Updated::Refused(refused) => Err(refusal(refused)),
        }
    }

    pub async fn destroy(
        self,
        call: &Call<'_>,
        caller: Option<&Caller>,
        user: &RequestUser,
        key: Key,
    ) -> Result<Reply, Failure> {
        let registered = &self.state.registered;
        if registered.resource.object_permission.is_some() {
            self.object(call, call.method(), caller, user, key).await?;
        }
        let hooks = WriteHooks { after: registered.resource.before_delete.as_ref().map(hook) };
        let visible = registered.resource.condition(user)?;
        match self
            .state
            .store
            .remove(registered.resource.model, key, visible, self.services.now(), hooks)
            .await?
        {
            Removed::Removed => Ok(call.no_content()),
            Removed::NotFound => Err(Failure::NotFound),
            Removed::Protected(names) => Err(Failure::Conflict {
                detail: referenced(registered.resource.model.verbose_name(), &names),
            }),
            Removed::Refused(refused) => Err(refusal(refused)),
        }
    }

    /// The body, where its fields are valid. What the database knows is asked in the transaction of the write alone, but
    /// where a field is invalid: DRF reports all errors.
    async fn parsed(
        self,
        call: &Call<'_>,
        completeness: Completeness,
        key: Option<Key>,
    ) -> Result<Parsed, Failure> {
        let registered = &self.state.registered;
        let parsed = parse(registered.resource.model, self.state.fields, call.input().await?, completeness)?;
        if parsed.is_valid() {
            return Ok(parsed);
        }
        let violations = self.state.store.check(&parsed.draft, key).await?;
        Err(violated(&parsed, &violations))
    }

    /// Asks the project about values that are valid one by one. What the database knows of a single field comes first, as in
    /// DRF.
    async fn validate(self, user: &RequestUser, parsed: &Parsed, key: Option<Key>) -> Result<(), Failure> {
        let Some(validate) = &self.state.registered.resource.validate else { return Ok(()) };
        let Err(refused) = validate(user, &parsed.draft) else { return Ok(()) };
        let mut violations = self.state.store.check(&parsed.draft, key).await?;
        violations.retain(|violation| !matches!(violation, Violation::TakenTogether(_)));
        Err(if violations.is_empty() { refusal(refused) } else { violated(parsed, &violations) })
    }
}

/// A 400 with what is wrong with the body, and what the database says about it.
fn violated(parsed: &Parsed, violations: &[Violation]) -> Failure {
    match parsed.refusal(violations) {
        Some(errors) => errors.into(),
        // A violation of what no field says: a constraint that the model does not know.
        None => Failure::Conflict { detail: "Another record has these values.".to_owned() },
    }
}

fn hook(hook: &InTransaction) -> WriteHook<Refused> {
    let hook = hook.clone();
    Box::new(move |transaction, draft, key| hook(transaction, draft, key))
}

/// A 400 with the message of a hook.
fn refusal(refused: Refused) -> Failure {
    match refused.field {
        None => Errors::NonField(refused.message.into()).into(),
        Some(field) => {
            let mut errors = FieldErrors::default();
            errors.add(field, [refused.message.into()]);
            errors.into()
        }
    }
}

/// The message where records of these kinds, or rows of these tables, refer to the record.
pub(super) fn referenced(name: &str, others: &[String]) -> String {
    let names = if others.is_empty() { String::new() } else { format!(": {}", others.join(", ")) };
    format!("This {name} cannot be deleted: other tables refer to it{names}.")
}
