//! The layers in a stack of others, which change the bodies of responses.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use presspass_auth::gate::{Account, Admitted, Gate};
use presspass_auth::permissions::BuiltIn;
use presspass_auth::tower::{AuthenticateLayer, RequireLayer, insert_into, request_head, site};
use tower::{ServiceBuilder, service_fn};
use tower_http::compression::CompressionLayer;
use tower_http::map_response_body::MapResponseBodyLayer;
use tower_http::trace::TraceLayer;
use tower_service::Service;

use crate::support::{User, chain, gate, jwt_of, now};

async fn whoever(request: Request<Body>) -> Result<Response<String>, Infallible> {
    let name = request.extensions().get::<Account<User>>().map(|user| user.name.clone());
    Ok(Response::new(name.unwrap_or_default()))
}

/// A service of other layers, outside and inside, and between the two of ours.
#[test]
fn layers_fit_around_any_body() {
    let mut service = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .layer(CompressionLayer::new())
        .layer(AuthenticateLayer::new(gate()))
        .layer(TraceLayer::new_for_http())
        .layer(MapResponseBodyLayer::new(Body::new))
        .layer(RequireLayer::new(BuiltIn::IsAuthenticated))
        .layer(CompressionLayer::new())
        .layer(MapResponseBodyLayer::new(Body::from))
        .service(service_fn(whoever));
    let mut ask = |authorization: &str| {
        let request = Request::builder().header("authorization", authorization).body(Body::empty()).unwrap();
        let response = now(service.call(request)).unwrap();
        let status = response.status().as_u16();
        let body: Bytes = now(axum::body::to_bytes(Body::new(response.into_body()), 1000)).unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    };
    assert_eq!(ask(&jwt_of("ada")), (200, "ada".to_owned()));
    assert_eq!(ask("JWT x"), (401, r#"{"detail":"Error decoding signature."}"#.to_owned()));
    let anonymous = r#"{"detail":"Authentication credentials were not provided."}"#;
    assert_eq!(ask("Other x"), (401, anonymous.to_owned()));
}

/// A middleware of a service's own, for a framework whose requests are not those of tower, or with steps in between.
#[test]
fn a_middleware_of_ones_own_fills_in_the_account() {
    async fn middleware(gate: Arc<Gate<User>>, request: Request<Body>) -> Response<String> {
        let admission = match gate.admit(&request_head(&request), site(&request)).await {
            Ok(admission) => admission,
            Err(refusal) => return Response::new(refusal.body()),
        };
        assert_eq!(admission.authenticator, admission.account.as_ref().map(|_| "jwt"));
        let (mut parts, body) = request.into_parts();
        insert_into(&mut parts, Admitted::new(gate, admission));
        let Ok(response) = whoever(Request::from_parts(parts, body)).await;
        response
    }
    let gate = Arc::new(Gate::new(chain()));
    let ask = |authorization: &str| {
        let request = Request::builder().header("authorization", authorization).body(Body::empty()).unwrap();
        now(middleware(gate.clone(), request)).into_body()
    };
    assert_eq!(ask(&jwt_of("ada")), "ada");
    assert_eq!(ask(""), "");
    assert!(ask("JWT x").contains(r#""status":401"#));
}

#[test]
fn a_handler_is_called_in_a_test_with_an_account_of_the_tests_own() {
    #[expect(clippy::unused_async, reason = "handlers are")]
    async fn handler(user: Account<User>) -> String {
        format!("{} by {}", user.name, user.authenticator())
    }
    assert_eq!(now(handler(Account::new(User::named("ada")).by("api-key"))), "ada by api-key");
}
