//! What the guest was given: the request, its surroundings, and that its state is fresh.

use serde_json::json;
use spin_sdk::http::{IncomingRequest, ResponseOutparam, Scheme};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::reply::{json, text};
use crate::target::Target;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// /count: how often this instance was called.
pub async fn count(out: ResponseOutparam) {
    let count = COUNT.fetch_add(1, Ordering::Relaxed) + 1;
    text(out, 200, count.to_string()).await;
}

/// /request: the request as JSON; headers as pairs in the order received.
pub async fn describe(request: IncomingRequest, out: ResponseOutparam) {
    let scheme = request.scheme().map(|scheme| match scheme {
        Scheme::Http => "http".to_owned(),
        Scheme::Https => "https".to_owned(),
        Scheme::Other(name) => name,
    });
    let headers: Vec<_> = request
        .headers()
        .entries()
        .into_iter()
        .map(|(name, value)| json!([name, String::from_utf8_lossy(&value)]))
        .collect();
    let value = json!({
        "method": request.method().to_string(),
        "path_with_query": request.path_with_query(),
        "scheme": scheme,
        "authority": request.authority(),
        "headers": headers,
    });
    json(out, value).await;
}

/// /env: the environment as sorted lines `k=v`, then `args: <count>`.
pub async fn environment(out: ResponseOutparam) {
    let mut lines: Vec<String> = std::env::vars()
        .map(|(key, value)| format!("{key}={value}\n"))
        .collect();
    lines.sort();
    lines.push(format!("args: {}\n", std::env::args().count()));
    text(out, 200, lines.concat()).await;
}

/// /print?out=..&err=..: every `out` as a line to stdout, every `err` to stderr.
pub async fn print(target: &Target, out: ResponseOutparam) {
    target.params("out").for_each(|line| println!("{line}"));
    target.params("err").for_each(|line| eprintln!("{line}"));
    text(out, 200, "printed\n").await;
}

/// /random?n=: n random bytes in hex.
pub async fn random(target: &Target, out: ResponseOutparam) {
    let bytes = wasi::random::random::get_random_bytes(target.number("n", 16));
    text(
        out,
        200,
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>(),
    )
    .await;
}
