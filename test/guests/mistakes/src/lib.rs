//! Answers with what a function of `mistakes` gives, none of which gives anything.
mod mistakes;

use wasi::http::types::{Headers, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam};

struct Mistakes;

impl wasi::exports::http::incoming_handler::Guest for Mistakes {
    fn handle(request: IncomingRequest, outparam: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        eprintln!("about to make the mistake {}", &path[1..]);
        let given = mistakes::make(&path[1..]);
        let response = OutgoingResponse::new(Headers::new());
        let body = response.body().unwrap();
        ResponseOutparam::set(outparam, Ok(response));
        let stream = body.write().unwrap();
        stream.blocking_write_and_flush(given.as_bytes()).unwrap();
        drop(stream);
        OutgoingBody::finish(body, None).unwrap();
    }
}

wasi::http::proxy::export!(Mistakes);
