//! Spin's key-value tutorial as the SDKs of Spin 1 made it: the whole request is one value, and so is the response.

wit_bindgen::generate!({ path: "src/spin1.wit", world: "http-trigger" });

use exports::fermyon::spin::inbound_http::Guest;
use fermyon::spin::http_types::{Method, Request, Response};
use fermyon::spin::key_value::{self as store, Error, Store};

struct Handler;
export!(Handler);

impl Guest for Handler {
    fn handle_request(request: Request) -> Response {
        let (path, query) = request.uri.split_once('?').unwrap_or((&request.uri, ""));
        if let Some(answer) = asked(query, &request) {
            return answer;
        }
        match use_store(path, &request) {
            Ok((status, body)) => Response { status, headers: None, body },
            Err(error) => answer(500, format!("{error:?}").into_bytes()),
        }
    }
}

/// The path of the request is the key, its body the value.
fn use_store(key: &str, request: &Request) -> Result<(u16, Option<Vec<u8>>), Error> {
    let opened = Opened(store::open("default")?);
    let store = opened.0;
    Ok(match request.method {
        Method::Post => {
            let value = request.body.as_deref().unwrap_or_default();
            store::set(store, key, value)?;
            println!("Stored {} bytes under {key}", value.len());
            (200, None)
        }
        Method::Get => match store::get(store, key) {
            Ok(value) => (200, Some(value)),
            Err(Error::NoSuchKey) => (404, None),
            Err(error) => return Err(error),
        },
        Method::Head => (if store::exists(store, key)? { 200 } else { 404 }, None),
        Method::Delete => {
            store::delete(store, key)?;
            (200, None)
        }
        _ => (405, None),
    })
}

struct Opened(Store);

impl Drop for Opened {
    fn drop(&mut self) {
        store::close(self.0);
    }
}

/// What tests of the interface ask for, by the query.
fn asked(query: &str, request: &Request) -> Option<Response> {
    let (name, value) = query.split_once('=').unwrap_or((query, ""));
    match name {
        // All of the request, a line for each part of it.
        "request" => {
            let mut lines = vec![format!("{:?} {}", request.method, request.uri)];
            lines.extend(request.headers.iter().map(|(name, value)| format!("{name}: {value}")));
            lines.push(format!("{} params", request.params.len()));
            lines.push(format!("body {:?}", request.body.as_ref().map(Vec::len)));
            Some(answer(200, lines.join("\n").into_bytes()))
        }
        "echo" => Some(answer(200, request.body.clone().unwrap_or_default())),
        "status" => Some(answer(value.parse().unwrap(), b"as asked".to_vec())),
        // `headers=a:1,b:2`
        "headers" => {
            let headers = value.split(',').filter_map(|one| one.split_once(':'));
            let headers = headers.map(|(name, value)| (name.to_string(), value.to_string())).collect();
            Some(Response { status: 200, headers: Some(headers), body: Some(b"with headers".to_vec()) })
        }
        "large" => Some(answer(200, vec![b'x'; value.parse().unwrap()])),
        "panic" => panic!("as asked"),
        _ => None,
    }
}

fn answer(status: u16, body: Vec<u8>) -> Response {
    Response { status, headers: None, body: Some(body) }
}
