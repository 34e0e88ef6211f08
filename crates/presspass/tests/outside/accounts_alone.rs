//! Accounts alone, with one endpoint beside them: all of a second program.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass::openapi::json;
use presspass::{ApiInfo, ApiOperation, App, Endpoint, Route, Services, authenticated};

const HELLO: Endpoint = Endpoint::new("Hello", "GET, HEAD, OPTIONS").description("Greets its caller.");

async fn hello(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    authenticated(&request, body, &services, &HELLO, async |call, caller| {
        Ok(call.reply(StatusCode::OK, &json!({ "hello": caller.username })))
    })
    .await
}

fn main() -> std::process::ExitCode {
    let info = ApiInfo { title: "Accounts", summary: "Accounts alone.", version: "1.0.0" };
    let described = ApiOperation::new("GET", "hello", "Greet the caller").answers(200, json!({ "type": "object" }));
    App::new(info)
        .routes([Route::new(&["/api/hello/"], |resource| resource.to(hello)).operation(described)])
        .run(std::env::args_os())
        .into()
}
