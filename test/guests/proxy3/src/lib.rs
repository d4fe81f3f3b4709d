//! Makes outbound HTTP requests by WASI 0.3: the first segment of the path says how, the rest of the query behind `url=` where to.
//!
//! /proxy   sends the request on, its body and all, and gives the response back as it is: the host moves both bodies
//! /get     answers with `<status> <body>`, or with the error's name

use spin_sdk::wasip3::exports::http::handler::Guest;
use spin_sdk::wasip3::http::client;
use spin_sdk::wasip3::http::types::{ErrorCode, Fields, Request, Response, Scheme};
use spin_sdk::wasip3::wit_bindgen::{self, FutureReader};
use spin_sdk::wasip3::{wit_future, wit_stream};

struct Proxy;
spin_sdk::wasip3::http::service::export!(Proxy);

type Trailers = Result<Option<Fields>, ErrorCode>;

impl Guest for Proxy {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let target = request.get_path_with_query().unwrap_or_default();
        let (path, url) = target.split_once("?url=").unwrap_or((&target, ""));
        match path.trim_start_matches('/') {
            "proxy" => client::send(sent_on(request, url)).await,
            "get" => Ok(text(get(url).await)),
            other => Err(ErrorCode::InternalError(Some(format!("no route {other}")))),
        }
    }
}

fn none() -> Trailers {
    Ok(None)
}

fn finished() -> FutureReader<Trailers> {
    let (writer, reader) = wit_future::new(none);
    wit_bindgen::spawn(async move {
        let _ = writer.write(none()).await;
    });
    reader
}

fn direct(request: &Request, url: &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", "self/"));
    let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    request.set_scheme(Some(if scheme == "https" { &Scheme::Https } else { &Scheme::Http })).unwrap();
    request.set_authority(Some(authority)).unwrap();
    request.set_path_with_query(Some(path)).unwrap();
}

fn sent_on(request: Request, url: &str) -> Request {
    let method = request.get_method();
    let (handled, handling) = wit_future::new(|| Ok(()));
    let (stream, trailers) = Request::consume_body(request, handling);
    let (outgoing, _sent) = Request::new(Fields::new(), Some(stream), trailers, None);
    outgoing.set_method(&method).unwrap();
    direct(&outgoing, url);
    drop(handled);
    outgoing
}

async fn get(url: &str) -> Result<(u16, Vec<u8>), ErrorCode> {
    let (outgoing, _sent) = Request::new(Fields::new(), None, finished(), None);
    direct(&outgoing, url);
    let response = client::send(outgoing).await?;
    let status = response.get_status_code();
    let (_handled, handling) = wit_future::new(|| Ok(()));
    let (stream, trailers) = Response::consume_body(response, handling);
    let bytes = stream.collect().await;
    trailers.await?;
    Ok((status, bytes))
}

fn text(got: Result<(u16, Vec<u8>), ErrorCode>) -> Response {
    let (status, body) = match got {
        Ok((status, body)) => (200, [format!("{status} ").into_bytes(), body].concat()),
        Err(error) => (502, format!("{error:?}").into_bytes()),
    };
    let (mut writer, contents) = wit_stream::new();
    let response = Response::new(Fields::new(), Some(contents), finished()).0;
    response.set_status_code(status).unwrap();
    wit_bindgen::spawn(async move {
        writer.write_all(body).await;
    });
    response
}
