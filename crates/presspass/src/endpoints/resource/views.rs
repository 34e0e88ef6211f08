//! The two endpoints of a resource: its list, and one record.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_auth::permissions::{Decision, Permission};
use presspass_domain::Window;
use presspass_domain::model::{Condition, Input, Key, KeyKind, Lookup, Output, Path as FieldPath, Selection};
use presspass_persistence::FoundRecord;
use presspass_rest::{Call, Extent, Failure, Reply, answer};
use presspass_serializers::MetadataAction;

use super::hooks::RequestUser;
use super::list::List;
use super::{ResourceState, ResourceStates, related};
use crate::app::services::Services;
use crate::endpoints::view::{admit, metadata};
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
        let parent = Parent::of(state, call.request());
        let caller = view.enter(call, identity, &parent).await?;
        let user = RequestUser::from(caller.as_ref());
        related::offer(call, &state.registered, &state.store, &user).await?;
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
        let caller = view.enter(call, identity, &Parent::None).await?;
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
pub(super) enum Parent {
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
pub(super) struct View<'v> {
    pub state: &'v ResourceState,
    pub services: &'v Services,
}

impl View<'_> {
    /// Its own permission, else that of the settings.
    fn permission(&self) -> &Arc<dyn Permission> {
        self.state.registered.resource.permission.as_ref().unwrap_or(&self.services.permission)
    }

    async fn enter(
        self,
        call: &mut Call<'_>,
        identity: Option<Identity>,
        parent: &Parent,
    ) -> Result<Option<Caller>, Failure> {
        let access = &self.services.access;
        let caller = access.resolve(call.request(), identity).await?;
        let model = self.state.registered.resource.permission_model();
        if !matches!(parent, Parent::None) {
            // DjangoModelPermissions asks the view's queryset for its model, and that of a list below a record has to find
            // the record: 404 comes before 403, for callers whom the other permissions let through.
            let permission = self.permission();
            let reads = access.request(call.request(), caller.as_ref()).on(model).with_method("GET");
            if permission.needs_grants("POST") && reads.decide(permission, &()).await? == Decision::Granted {
                self.below(parent).await?;
            }
        }
        let scope = self.state.registered.scope();
        admit(self.permission(), call, self.services, caller.as_ref(), model, scope).await?;
        Ok(caller)
    }

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
    pub async fn below(self, parent: &Parent) -> Result<Option<Condition>, Failure> {
        let Some(field) = self.state.registered.resolved.parent else { return Ok(None) };
        let Parent::Is(key) = *parent else { return Err(Failure::NotFound) };
        let relation = field.relation().ok_or(Failure::NotFound)?;
        if !self.state.store.exists(relation.to, key).await? {
            return Err(Failure::NotFound);
        }
        Ok(Some(Condition::Compare(FieldPath::own(field), Lookup::Exact, Input::Key(Some(key)))))
    }

    pub fn outputs(self) -> Arc<[Output]> {
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
        access.permit(call, Some(&caller), self.permission(), Some(model)).await?;
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
    pub async fn object(
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
        Ok(request.decide(self.permission(), &()).await? == Decision::Granted)
    }

    fn actions(self, method: &'static str, may: bool) -> Vec<MetadataAction> {
        if may { vec![MetadataAction { method, fields: self.state.fields }] } else { Vec::new() }
    }
}
