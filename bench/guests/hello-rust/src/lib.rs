//! GET /hello answers "hello"; POST /echo answers with the request's body, once it has all of it.

use spin_sdk::http::{IntoResponse, Method, Request, Response};
use spin_sdk::http_component;

#[http_component]
fn handle_request(request: Request) -> impl IntoResponse {
    match (request.method(), request.path()) {
        (Method::Get, "/hello") => Response::new(200, "hello"),
        (Method::Post, "/echo") => Response::new(200, request.into_body()),
        _ => Response::new(404, ()),
    }
}
