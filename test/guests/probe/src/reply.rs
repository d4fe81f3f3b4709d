//! Ways to answer, and the routes that are about the head of the response.

use futures::SinkExt;
use spin_sdk::http::{Fields, OutgoingResponse, ResponseOutparam};

use crate::target::Target;

/// A response with this status and these headers. Panics if the host refuses either.
pub fn response(status: u16, headers: &[(&str, &str)]) -> OutgoingResponse {
    let headers: Vec<(String, Vec<u8>)> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
        .collect();
    let response =
        OutgoingResponse::new(Fields::from_list(&headers).expect("the host takes the headers"));
    response
        .set_status_code(status)
        .expect("the host takes the status");
    response
}

/// Answers and finishes the body. A client that is gone by then is no error here.
pub async fn body(
    out: ResponseOutparam,
    status: u16,
    content_type: &str,
    body: impl Into<Vec<u8>>,
) {
    let response = response(status, &[("content-type", content_type)]);
    if let Err(error) = out.set_with_body(response, body.into()).await {
        eprintln!("probe: the response was not taken: {error:?}");
    }
}

pub async fn text(out: ResponseOutparam, status: u16, text: impl Into<String>) {
    body(out, status, "text/plain", text.into()).await;
}

pub async fn json(out: ResponseOutparam, value: serde_json::Value) {
    body(out, 200, "application/json", value.to_string()).await;
}

/// /status/<code>: that status with an empty body; 500 and the reason if the host refuses it.
pub async fn status(target: &Target, out: ResponseOutparam) {
    let response = OutgoingResponse::new(Fields::new());
    match target.rest.parse() {
        Ok(code) if response.set_status_code(code).is_ok() => out.set(response),
        _ => text(out, 500, format!("refused the status {:?}\n", target.rest)).await,
    }
}

/// /headers-out: several headers, two of them twice.
pub async fn headers_out(out: ResponseOutparam) {
    let response = response(
        200,
        &[
            ("content-type", "text/plain"),
            ("x-single", "one"),
            ("x-multi", "first"),
            ("set-cookie", "a=1; Path=/"),
            ("x-multi", "second"),
            ("set-cookie", "b=2; Path=/"),
            ("X-Mixed-Case", "Kept"),
        ],
    );
    let mut body = response.take_body();
    out.set(response);
    _ = body.send(b"headers\n".to_vec()).await;
}

/// /forbidden?name=: tries to set the header `connection`, or that name, in three ways and answers what the host said to each.
pub async fn forbidden(target: &Target, out: ResponseOutparam) {
    let name = target.param("name").unwrap_or("connection").to_owned();
    let value = b"close".to_vec();
    let fields = Fields::new();
    let appended = fields.append(&name, &value);
    let set = fields.set(&name, &[value.clone()]);
    let listed = Fields::from_list(&[(name, value)]).map(|_| ());
    text(
        out,
        200,
        format!("append: {appended:?}\nset: {set:?}\nfrom-list: {listed:?}\n"),
    )
    .await;
}

/// /empty: 200, and the body is never asked for.
pub fn empty(out: ResponseOutparam) {
    out.set(OutgoingResponse::new(Fields::new()));
}
