//! Bodies: in, out, through, and ended in odd ways.

use futures::{SinkExt, StreamExt};
use spin_sdk::http::{Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam};
use wasi::io::streams::{OutputStream, StreamError};

use crate::clock;
use crate::reply::{response, text};
use crate::target::Target;

const CHUNK_BYTES: usize = 64 * 1024;
/// Bodies made here repeat 0, 1, .. 250, so that a lost or doubled piece shows.
const PATTERN_LENGTH: usize = 251;
/// What one blocking-write-and-flush may carry.
const BLOCKING_WRITE_BYTES_MAX: usize = 4096;

fn pattern(bytes: usize) -> Vec<u8> {
    (0..bytes)
        .map(|position| (position % PATTERN_LENGTH) as u8)
        .collect()
}

/// The response to a request that sends its own body back: same content-type.
fn echo_response(request: &IncomingRequest) -> OutgoingResponse {
    let headers = Fields::new();
    let content_type = request.headers().get(&"content-type".to_owned());
    if !content_type.is_empty() {
        headers
            .set(&"content-type".to_owned(), &content_type)
            .expect("the host takes a content-type");
    }
    OutgoingResponse::new(headers)
}

/// /echo: each chunk is flushed to the client before the next is read.
pub async fn echo(request: IncomingRequest, out: ResponseOutparam) {
    let response = echo_response(&request);
    let mut output = response.take_body();
    out.set(response);
    let mut input = Box::pin(request.into_body_stream());
    while let Some(chunk) = input.next().await {
        match chunk {
            Ok(chunk) => {
                if let Err(error) = output.send(chunk).await {
                    return eprintln!("probe: the client stopped reading: {error:?}");
                }
            }
            Err(error) => {
                return eprintln!(
                    "probe: the client stopped sending: {}",
                    error.to_debug_string()
                )
            }
        }
    }
}

/// /splice: as /echo, but the host moves the bytes (blocking-splice).
pub fn splice(request: IncomingRequest, out: ResponseOutparam) {
    let response = echo_response(&request);
    let body = response.body().expect("the body is still there");
    out.set(response);
    let incoming = request.consume().expect("the body is still there");
    let input = incoming.stream().expect("the stream is still there");
    let output = body.write().expect("the stream is still there");
    let ended = loop {
        if let Err(error) = output.blocking_splice(&input, CHUNK_BYTES as u64) {
            break error;
        }
    };
    if let StreamError::LastOperationFailed(error) = ended {
        eprintln!("probe: splicing failed: {}", error.to_debug_string());
    }
    _ = output.blocking_flush();
    drop(output);
    finish(body, None);
}

/// /upload: counts the bytes of the body.
pub async fn upload(request: IncomingRequest, out: ResponseOutparam) {
    let mut input = Box::pin(request.into_body_stream());
    let mut bytes = 0;
    while let Some(chunk) = input.next().await {
        match chunk {
            Ok(chunk) => bytes += chunk.len(),
            Err(error) => {
                return text(
                    out,
                    500,
                    format!("after {bytes} bytes: {}\n", error.to_debug_string()),
                )
                .await
            }
        }
    }
    text(out, 200, bytes.to_string()).await;
}

/// /trickle?ms=2000&n=10: n chunks, one at the end of each n-th part of the time.
pub async fn trickle(target: &Target, out: ResponseOutparam) {
    let (ms, chunks) = (target.number("ms", 2000_u64), target.number("n", 10_u64));
    let response = response(200, &[("content-type", "text/plain")]);
    let mut body = response.take_body();
    out.set(response);
    let start = clock::in_ms(0);
    let end = clock::in_ms(ms);
    for chunk in 1..=chunks {
        clock::sleep_until(start + (end - start) * chunk / chunks).await;
        if let Err(error) = body.send(format!("chunk {chunk}\n").into_bytes()).await {
            return eprintln!("probe: the client stopped reading at chunk {chunk}: {error:?}");
        }
    }
}

/// /big?bytes=N: N bytes of the pattern 0, 1, .. 250 in chunks of 64 KB, without a content-length.
pub async fn big(target: &Target, out: ResponseOutparam) {
    let bytes: usize = target.number("bytes", 1024 * 1024);
    let response = response(200, &[("content-type", "application/octet-stream")]);
    let mut body = response.take_body();
    out.set(response);
    let pattern = pattern(CHUNK_BYTES + PATTERN_LENGTH);
    let mut written = 0;
    while written < bytes {
        let length = CHUNK_BYTES.min(bytes - written);
        let chunk = &pattern[written % PATTERN_LENGTH..][..length];
        if let Err(error) = body.send(chunk.to_vec()).await {
            return eprintln!("probe: the client stopped reading after {written} bytes: {error:?}");
        }
        written += length;
    }
}

/// /trailers: a body, then the trailers x-checksum and x-multi (twice).
pub fn trailers(out: ResponseOutparam) {
    let response = response(
        200,
        &[
            ("content-type", "text/plain"),
            ("trailer", "x-checksum, x-multi"),
        ],
    );
    let body = response.body().expect("the body is still there");
    out.set(response);
    let output = body.write().expect("the stream is still there");
    write_all(&output, b"body\n");
    drop(output);
    let trailers = [
        ("x-checksum", "123"),
        ("x-multi", "first"),
        ("x-multi", "second"),
    ]
    .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
    finish(
        body,
        Some(Fields::from_list(&trailers).expect("the host takes the trailers")),
    );
}

/// /content-length?declare=&write=: declares a length (none without `declare`) and writes another; results go to stderr.
pub fn content_length(target: &Target, out: ResponseOutparam) {
    let declared: Vec<(&str, &str)> = target
        .param("declare")
        .map(|length| ("content-length", length))
        .into_iter()
        .collect();
    let response = response(200, &declared);
    let body = response.body().expect("the body is still there");
    out.set(response);
    let output = body.write().expect("the stream is still there");
    write_all(&output, &pattern(target.number("write", 0)));
    drop(output);
    finish(body, None);
}

fn write_all(output: &OutputStream, bytes: &[u8]) {
    for chunk in bytes.chunks(BLOCKING_WRITE_BYTES_MAX) {
        if let Err(error) = output.blocking_write_and_flush(chunk) {
            return eprintln!("probe: write: {error:?}");
        }
    }
}

fn finish(body: OutgoingBody, trailers: Option<Fields>) {
    if let Err(error) = OutgoingBody::finish(body, trailers) {
        eprintln!("probe: finish: {error:?}");
    }
}
