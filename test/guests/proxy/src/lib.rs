//! Makes outbound HTTP requests: the first segment of the path says how, the query where to (`url`) and within which time.
//!
//! /get        answers with `<status> <body>`, or 502 and the error's name
//! /proxy      sends the request's body there and the response's body back, both while they come
//! /slow       as /get, and waits `wait` ms before it reads the body
//! /fire       sends a request and answers at once
//! /v1         as /get, by fermyon:spin/http
//! /loop       as /get, of /loop of the app itself: for ever
//! /headers    answers with the headers that it got, one a line

use futures::{SinkExt, StreamExt};
use spin_sdk::http::{Fields, IncomingRequest, IncomingResponse, OutgoingRequest, OutgoingResponse, ResponseOutparam, Scheme};
use spin_sdk::http_component;
use wasi::http::outgoing_handler;
use wasi::http::types as raw;
use wasi::io::streams::StreamError;

mod v1 {
    spin_sdk::wit_bindgen::generate!({
        inline: r#"
            package fermyon:spin;
            interface http-types {
                type http-status = u16;
                type body = list<u8>;
                type headers = list<tuple<string, string>>;
                type params = list<tuple<string, string>>;
                type uri = string;
                enum method { get, post, put, delete, patch, head, options }
                record request { method: method, uri: uri, headers: headers, params: params, body: option<body> }
                record response { status: http-status, headers: option<headers>, body: option<body> }
                enum http-error {
                    success, destination-not-allowed, invalid-url, request-error, runtime-error, too-many-requests
                }
            }
            interface http {
                use http-types.{request, response, http-error};
                send-request: func(req: request) -> result<response, http-error>;
            }
            world client { import http; }
        "#,
        runtime_path: "spin_sdk::wit_bindgen::rt",
    });
    pub use fermyon::spin::http::send_request;
    pub use fermyon::spin::http_types::{Method, Request};
}

struct Target {
    route: String,
    query: Vec<(String, String)>,
}

impl Target {
    fn parse(path_with_query: &str) -> Self {
        let (path, query) = path_with_query.split_once('?').unwrap_or((path_with_query, ""));
        Self {
            route: path.trim_start_matches('/').split('/').next().unwrap_or("").to_owned(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        }
    }

    fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Milliseconds, as nanoseconds.
    fn duration(&self, name: &str) -> Option<u64> {
        Some(self.param(name)?.parse::<u64>().ok()? * 1_000_000)
    }

    fn url(&self) -> Url {
        Url::parse(self.param("url").unwrap_or("/"))
    }
}

struct Url {
    scheme: Option<String>,
    authority: Option<String>,
    path: String,
}

impl Url {
    fn parse(url: &str) -> Self {
        let Some((scheme, rest)) = url.split_once("://") else {
            return Self { scheme: Some("http".into()), authority: None, path: url.to_owned() };
        };
        let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        Self { scheme: Some(scheme.to_owned()), authority: Some(authority.to_owned()), path: path.to_owned() }
    }
}

#[http_component]
async fn handle(request: IncomingRequest, out: ResponseOutparam) {
    let target = Target::parse(&request.path_with_query().unwrap_or_default());
    match target.route.as_str() {
        "loop" => {
            let target = Target { route: String::new(), query: vec![("url".into(), "/loop".into())] };
            let (status, body) = answer_of(get(&target, &request));
            text(out, status, body).await
        }
        "get" | "slow" => {
            let (status, body) = answer_of(get(&target, &request));
            text(out, status, body).await
        }
        "proxy" => proxy(&target, request, out).await,
        "fire" => {
            drop(begin(&target, &request));
            text(out, 200, "fired".into()).await
        }
        "v1" => {
            let (status, body) = v1_get(&target);
            text(out, status, body).await
        }
        "headers" => {
            let mut lines: Vec<String> = request
                .headers()
                .entries()
                .iter()
                .map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value)))
                .collect();
            lines.sort();
            lines.push(format!("authority: {}\n", request.authority().unwrap_or_default()));
            text(out, 200, lines.concat()).await
        }
        other => text(out, 404, format!("proxy has no route {other:?}\n")).await,
    }
}

fn answer_of(got: Result<(u16, Vec<u8>), String>) -> (u16, String) {
    match got {
        Ok((status, body)) => (200, format!("{status} {}", String::from_utf8_lossy(&body))),
        Err(error) => (502, error),
    }
}

async fn text(out: ResponseOutparam, status: u16, body: String) {
    let response = OutgoingResponse::new(Fields::new());
    response.set_status_code(status).expect("the host takes the status");
    if let Err(error) = out.set_with_body(response, body.into_bytes()).await {
        eprintln!("proxy: the response was not taken: {error:?}");
    }
}

fn begin(target: &Target, request: &IncomingRequest) -> Result<raw::FutureIncomingResponse, String> {
    let Url { scheme, authority, path } = target.url();
    // What a chained component is to see of the caller's request.
    let headers = raw::Fields::new();
    for value in request.headers().get(&"x-pass".to_owned()) {
        headers.append(&"x-pass".to_owned(), &value).map_err(|error| format!("{error:?}"))?;
    }
    let outgoing = raw::OutgoingRequest::new(headers);
    let scheme = scheme.map(|scheme| match scheme.as_str() {
        "http" => raw::Scheme::Http,
        "https" => raw::Scheme::Https,
        _ => raw::Scheme::Other(scheme),
    });
    outgoing.set_scheme(scheme.as_ref()).map_err(|()| "scheme")?;
    outgoing.set_authority(authority.as_deref()).map_err(|()| "authority")?;
    outgoing.set_path_with_query(Some(&path)).map_err(|()| "path")?;
    let options = raw::RequestOptions::new();
    options.set_connect_timeout(target.duration("connect")).map_err(|()| "connect")?;
    options.set_first_byte_timeout(target.duration("first-byte")).map_err(|()| "first-byte")?;
    options.set_between_bytes_timeout(target.duration("between-bytes")).map_err(|()| "between-bytes")?;
    outgoing_handler::handle(outgoing, Some(options)).map_err(|error| format!("handle: {error:?}"))
}

fn get(target: &Target, request: &IncomingRequest) -> Result<(u16, Vec<u8>), String> {
    let future = begin(target, request)?;
    future.subscribe().block();
    let response = future
        .get()
        .ok_or("the future was ready and had nothing")?
        .map_err(|()| "the future was taken")?
        .map_err(|error| format!("{error:?}"))?;
    if let Some(wait) = target.duration("wait") {
        wasi::clocks::monotonic_clock::subscribe_duration(wait).block();
    }
    let body = response.consume().map_err(|()| "consume")?;
    let stream = body.stream().map_err(|()| "stream")?;
    let mut bytes = Vec::new();
    loop {
        match stream.blocking_read(64 * 1024) {
            Ok(chunk) => bytes.extend(chunk),
            Err(StreamError::Closed) => return Ok((response.status(), bytes)),
            Err(StreamError::LastOperationFailed(error)) => {
                let code = raw::http_error_code(&error);
                return Err(format!("after {} bytes: {code:?}", bytes.len()));
            }
        }
    }
}

async fn proxy(target: &Target, request: IncomingRequest, out: ResponseOutparam) {
    let Url { scheme, authority, path } = target.url();
    let outgoing = OutgoingRequest::new(Fields::new());
    outgoing.set_method(&request.method()).expect("the method was received");
    let scheme = if scheme.as_deref() == Some("https") { Scheme::Https } else { Scheme::Http };
    outgoing.set_scheme(Some(&scheme)).expect("the host takes the scheme");
    outgoing.set_authority(authority.as_deref()).expect("the host takes the authority");
    outgoing.set_path_with_query(Some(&path)).expect("the host takes the path");
    let mut upload = outgoing.take_body();
    let answered = spin_sdk::http::send::<_, IncomingResponse>(outgoing);
    let sending = async move {
        let mut input = Box::pin(request.into_body_stream());
        while let Some(Ok(chunk)) = input.next().await {
            if upload.send(chunk).await.is_err() {
                return eprintln!("proxy: the server stopped reading");
            }
        }
    };
    let receiving = async move {
        let received = match answered.await {
            Ok(received) => received,
            Err(error) => return text(out, 502, format!("{error:?}")).await,
        };
        let response = OutgoingResponse::new(Fields::new());
        response.set_status_code(received.status()).expect("the status was received");
        let mut output = response.take_body();
        out.set(response);
        let mut input = Box::pin(received.take_body_stream());
        while let Some(chunk) = input.next().await {
            match chunk {
                Ok(chunk) => {
                    if output.send(chunk).await.is_err() {
                        return eprintln!("proxy: the client stopped reading");
                    }
                }
                Err(error) => panic!("the server stopped: {}", error.to_debug_string()),
            }
        }
    };
    futures::join!(sending, receiving);
}

fn v1_get(target: &Target) -> (u16, String) {
    let request = v1::Request {
        method: if target.param("body").is_some() { v1::Method::Post } else { v1::Method::Get },
        uri: target.param("url").unwrap_or("/").to_owned(),
        headers: vec![("x-pass".into(), "v1".into())],
        params: vec![],
        body: target.param("body").map(|body| body.as_bytes().to_vec()),
    };
    match v1::send_request(&request) {
        Ok(response) => {
            let body = response.body.unwrap_or_default();
            (200, format!("{} {}", response.status, String::from_utf8_lossy(&body)))
        }
        Err(error) => (502, format!("{error:?}")),
    }
}
