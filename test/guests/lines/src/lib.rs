//! Its lines are known to test/apps/source-lines.test.ts and test/golden/crash-cards/: add nothing in the middle.
mod cart;

use wasi::http::types::{Headers, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam};

struct Lines;

impl wasi::exports::http::incoming_handler::Guest for Lines {
    fn handle(request: IncomingRequest, outparam: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        let price = match path.as_str() {
            "/unreachable" => cart::unreachable(),
            _ => cart::price(path.len()),
        };
        let response = OutgoingResponse::new(Headers::new());
        let body = response.body().unwrap();
        ResponseOutparam::set(outparam, Ok(response));
        let stream = body.write().unwrap();
        stream.blocking_write_and_flush(price.to_string().as_bytes()).unwrap();
        drop(stream);
        OutgoingBody::finish(body, None).unwrap();
    }
}

wasi::http::proxy::export!(Lines);
