//! The guest of end-to-end tests for files and sockets of WASI 0.3: `/<what>/<...>`.

mod files;
mod sockets;

use spin_sdk::wasip3::exports::http::handler::Guest;
use spin_sdk::wasip3::http::types::{ErrorCode, Fields, Request, Response};
use spin_sdk::wasip3::wit_bindgen::{self, FutureReader, StreamReader};
use spin_sdk::wasip3::{wit_future, wit_stream};

struct Wasi3;
spin_sdk::wasip3::http::service::export!(Wasi3);

pub type Trailers = Result<Option<Fields>, ErrorCode>;

impl Guest for Wasi3 {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let target = request.get_path_with_query().unwrap_or_default();
        let parts: Vec<&str> = target.trim_start_matches('/').splitn(2, '/').collect();
        let (what, rest) = (parts[0], parts.get(1).copied().unwrap_or(""));
        match what {
            "send" => files::send(rest).await,
            "give" => files::give(rest).await,
            "early" => files::early(rest).await.map(text),
            "write" => files::write(rest, body(request)).await.map(text),
            "append" => files::append(rest, body(request)).await.map(text),
            "list" => files::list(rest).await.map(text),
            "stat" => files::stat(rest).await.map(text),
            "many" => files::many(rest).await.map(text),
            "tcp" => sockets::tcp(rest, body(request)).await,
            "pour" => sockets::pour(rest).await.map(text),
            "half" => sockets::half(rest).await.map(text),
            "udp" => sockets::udp(rest, body(request)).await.map(text),
            "wait-udp" => sockets::wait_udp(rest).await.map(text),
            "denied" => sockets::denied().await.map(text),
            "hang" => sockets::hang(rest).await.map(text),
            other => Err(format!("no route {other}")),
        }
        .or_else(|failure| Ok(text(failure)))
    }
}

/// The stream of a request's body. Its trailers do not matter here.
fn body(request: Request) -> StreamReader<u8> {
    let (_, handled) = wit_future::new(|| Ok(()));
    Request::consume_body(request, handled).0
}

pub fn none() -> Trailers {
    Ok(None)
}

pub fn respond(contents: StreamReader<u8>) -> Response {
    let (end, trailers): (_, FutureReader<Trailers>) = wit_future::new(none);
    wit_bindgen::spawn(async move {
        let _ = end.write(none()).await;
    });
    Response::new(Fields::new(), Some(contents), trailers).0
}

fn text(text: String) -> Response {
    let (mut body, contents) = wit_stream::new();
    wit_bindgen::spawn(async move {
        body.write_all(text.into_bytes()).await;
    });
    respond(contents)
}

/// `ErrorCode::NoEntry` as it is printed.
pub fn code(error: impl core::fmt::Debug) -> String {
    format!("{error:?}")
}

/// Everything of a stream, in pieces of at most 16 KiB.
pub async fn collect(mut stream: StreamReader<u8>, mut take: impl FnMut(Vec<u8>)) {
    use wit_bindgen::StreamResult;
    loop {
        let (result, bytes) = stream.read(Vec::with_capacity(16 * 1024)).await;
        take(bytes);
        if matches!(result, StreamResult::Dropped) {
            return;
        }
    }
}
