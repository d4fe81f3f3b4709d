use spin_sdk::http::{IntoResponse, Request, Response};
use spin_sdk::http_component;

#[http_component]
fn handle_request(request: Request) -> anyhow::Result<impl IntoResponse> {
    println!("{} {}", request.method(), request.path());

    Ok(Response::builder()
        .status(200)
        .header("content-type", "text/plain")
        .body("Hello from Rust\n")
        .build())
}
