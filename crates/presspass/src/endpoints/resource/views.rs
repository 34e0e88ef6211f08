//! The two endpoints of a resource: its list, and one record.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_auth::permissions::Decision;
use presspass_domain::Window;
use presspass_domain::model::{
    Condition, Input, Key, KeyKind, Lookup, Output, Path as FieldPath, Selection, Violation,
};
use presspass_persistence::{Created, FoundRecord, Removed, Updated, WriteHook, WriteHooks};
use presspass_rest::{Call, Extent, Failure, Reply, answer};
use presspass_serializers::model::{Parsed, parse};
use presspass_serializers::{Completeness, Errors, FieldErrors, MetadataAction};

use super::declaration::{InTransaction, Refused, RequestUser};
use super::list::List;
use super::{ResourceState, ResourceStates, related};
use crate::app::services::Services;
use crate::endpoints::view::{enter, metadata};
use crate::identity::caller::{Caller, Claim, Identity};

/// `/api/<path>/`
pub(super) async fn collection(
    at: usize,
    request: HttpRequest,
    body: Payload,
    services: Data<Services>,
    states: Data<ResourceStates>,
) -> HttpResponse {
    let state = &states.0[at];
    answer(&request, body, &state.list, async |call| {
        let view = View { state, services: &services };
        let identity = services.identify(call).await?;
        let caller = enter(
            call,
            &services,
            identity,
            state.registered.resource.permission_model(),
            state.registered.scope(),
        )
        .await?;
        let user = RequestUser::from(caller.as_ref());
        related::offer(call, &state.registered, &state.store, &user).await?;
        let parent = Parent::of(state, call.request());
        match call.method() {
            "GET" | "HEAD" => view.list(call, caller.as_ref(), &user, parent).await,
            "POST" => view.create(call, &user, parent).await,
            _ => view.list_options(call, caller.as_ref()).await,
        }
    })
    .await
}

/// `/api/<path>/<id>/`
pub(super) async fn detail(
    at: usize,
    request: HttpRequest,
    path: Path<String>,
    body: Payload,
    services: Data<Services>,
    states: Data<ResourceStates>,
) -> HttpResponse {
    let state = &states.0[at];
    // Of numbers the route accepts only digits: one that is not an i64 is larger than any key.
    let key = state.registered.resource.model.key_kind().parse(&path);
    answer(&request, body, &state.detail, async |call| {
        let view = View { state, services: &services };
        let identity = services.identify(call).await?;
        let reads = matches!(call.method(), "GET" | "HEAD") && !call.is_page();
        if let (true, Some(Identity::Claimed(claim)), Some(key)) = (reads, &identity, key)
            && state.registered.resource.visible.is_none()
        {
            return view.retrieve_for(call, claim.clone(), key).await;
        }
        let caller = enter(
            call,
            &services,
            identity,
            state.registered.resource.permission_model(),
            state.registered.scope(),
        )
        .await?;
        let user = RequestUser::from(caller.as_ref());
        related::offer(call, &state.registered, &state.store, &user).await?;
        let key = key.ok_or(Failure::NotFound);
        match call.method() {
            "GET" | "HEAD" => {
                let found = view.object(call, call.method(), caller.as_ref(), &user, key?).await?;
                Ok(call.reply_json(StatusCode::OK, found.json))
            }
            "PUT" | "PATCH" => view.update(call, caller.as_ref(), &user, key?).await,
            "DELETE" => view.destroy(call, caller.as_ref(), &user, key?).await,
            _ => view.detail_options(call, caller.as_ref(), &user, key).await,
        }
    })
    .await
}

/// The record that a list stands below.
enum Parent {
    None,
    Is(Key),
    /// No record can have its key.
    Impossible,
}

impl Parent {
    fn of(state: &ResourceState, request: &HttpRequest) -> Self {
        let resolved = &state.registered.resolved;
        let Some(field) = resolved.parent else { return Self::None };
        let key = request.match_info().get(field.name);
        let key = key.and_then(|key| resolved.parent_key_kind().parse(key));
        key.map_or(Self::Impossible, Self::Is)
    }
}

#[derive(Clone, Copy)]
struct View<'v> {
    state: &'v ResourceState,
    services: &'v Services,
}

impl View<'_> {
    async fn list(
        self,
        call: &Call<'_>,
        caller: Option<&Caller>,
        user: &RequestUser,
        parent: Parent,
    ) -> Result<Reply, Failure> {
        let registered = &self.state.registered;
        let visible = registered.resource.condition(user)?;
        let mut conditions = vec![visible];
        conditions.extend(self.below(&parent).await?);
        let (store, has_filters) = (&self.state.store, self.state.has_filters);
        conditions.extend(registered.resolved.conditions(call.query(), store, has_filters).await?);
        conditions.retain(|condition| *condition != Condition::All(Vec::new()));
        let list = List {
            state: self.state,
            services: self.services,
            caller: self.services.caller_key(call.request(), caller),
            extent: if conditions.is_empty() { Extent::All } else { Extent::Some },
            condition: Condition::All(conditions),
            order: registered.resolved.order(call.query()),
        };
        list.get(call).await
    }

    /// The condition of a list below another record, which has to exist.
    async fn below(self, parent: &Parent) -> Result<Option<Condition>, Failure> {
        let Some(field) = self.state.registered.resolved.parent else { return Ok(None) };
        let Parent::Is(key) = *parent else { return Err(Failure::NotFound) };
        let relation = field.relation().ok_or(Failure::NotFound)?;
        if !self.state.store.exists(relation.to, key).await? {
            return Err(Failure::NotFound);
        }
        Ok(Some(Condition::Compare(FieldPath::own(field), Lookup::Exact, Input::Key(Some(key)))))
    }

    fn outputs(self) -> std::sync::Arc<[Output]> {
        self.state.registered.resolved.outputs.clone()
    }

    /// A read by a caller with a token, of a resource that all callers see: the account and the record are looked up at
    /// once.
    async fn retrieve_for(self, call: &mut Call<'_>, claim: Claim, key: Key) -> Result<Reply, Failure> {
        let registered = &self.state.registered;
        let selection = self.one(Condition::All(Vec::new()));
        let found =
            self.state.store.find_json_for(claim.query(), selection, key, &registered.resolved.object_paths);
        let (reader, record) = found.await?.map_or((None, None), |found| (Some(found.reader), found.record));
        let access = &self.services.access;
        let caller = access.admit(call.request(), reader, claim)?;
        let model = registered.resource.permission_model();
        access.permit(call, Some(&caller), &self.services.permission, Some(model)).await?;
        access.throttle(call, Some(&caller), registered.scope()).await?;
        let record = record.ok_or(Failure::NotFound)?;
        self.allow(call, call.method(), Some(&caller), &RequestUser::from(Some(&caller)), &record)?;
        Ok(call.reply_json(StatusCode::OK, record.json))
    }

    /// The selection of one record.
    fn one(self, condition: Condition) -> Selection {
        Selection {
            model: self.state.registered.resource.model,
            outputs: self.outputs(),
            condition,
            order: Vec::new(),
            window: Window::All,
        }
    }

    /// Checks the permission on a record.
    fn allow(
        self,
        call: &Call<'_>,
        method: &str,
        caller: Option<&Caller>,
        user: &RequestUser,
        record: &FoundRecord,
    ) -> Result<(), Failure> {
        match &self.state.registered.resource.object_permission {
            Some(permission) => {
                let decision = Decision::from((permission.allows)(user, method, &record.values));
                self.services.access.enforce(call.request(), caller, decision)
            }
            None => Ok(()),
        }
    }

    /// Finds a record that the caller sees, and checks the permission on it.
    async fn object(
        self,
        call: &Call<'_>,
        method: &str,
        caller: Option<&Caller>,
        user: &RequestUser,
        key: Key,
    ) -> Result<FoundRecord, Failure> {
        let registered = &self.state.registered;
        let selection = self.one(registered.resource.condition(user)?);
        let found = self.state.store.find_json(selection, key, &registered.resolved.object_paths).await?;
        let found = found.ok_or(Failure::NotFound)?;
        self.allow(call, method, caller, user, &found)?;
        Ok(found)
    }

    async fn create(self, call: &Call<'_>, user: &RequestUser, parent: Parent) -> Result<Reply, Failure> {
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

    async fn update(
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

    async fn destroy(
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
        if parsed.errors.is_empty() {
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

    async fn list_options(self, call: &Call<'_>, caller: Option<&Caller>) -> Result<Reply, Failure> {
        let may = self.may_send(call, caller, "POST").await?;
        Ok(metadata(call, self.actions("POST", may)))
    }

    async fn detail_options(
        self,
        call: &Call<'_>,
        caller: Option<&Caller>,
        user: &RequestUser,
        key: Result<Key, Failure>,
    ) -> Result<Reply, Failure> {
        // What is not there cannot be changed; a number that no record can have is refused as it is by the other methods.
        let key = match (key, self.state.registered.resource.model.key_kind()) {
            (Err(_), KeyKind::Uuid) => return Ok(metadata(call, Vec::new())),
            (key, _) => key,
        };
        let may = self.may_send(call, caller, "PUT").await?
            && match self.object(call, "PUT", caller, user, key?).await {
                Ok(_) => true,
                Err(Failure::NotFound | Failure::Refused(_)) => false,
                Err(failure) => return Err(failure),
            };
        Ok(metadata(call, self.actions("PUT", may)))
    }

    async fn may_send(self, call: &Call<'_>, caller: Option<&Caller>, method: &str) -> Result<bool, Failure> {
        if !call.endpoint().allows(method) {
            return Ok(false);
        }
        let model = self.state.registered.resource.permission_model();
        let request = self.services.access.request(call.request(), caller).on(model).with_method(method);
        Ok(request.decide(&self.services.permission, &()).await? == Decision::Granted)
    }

    fn actions(self, method: &'static str, may: bool) -> Vec<MetadataAction> {
        if may { vec![MetadataAction { method, fields: self.state.fields }] } else { Vec::new() }
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
