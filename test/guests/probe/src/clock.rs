//! Clocks and waiting.

use futures::future::poll_fn;
use futures::SinkExt;
use serde_json::json;
use spin_sdk::http::ResponseOutparam;
use spin_sdk::key_value::Store;
use std::task::Poll;
use wasi::clocks::{monotonic_clock, wall_clock};

use crate::reply::{json, response, text};
use crate::target::Target;

const NANOSECONDS_PER_MS: u64 = 1_000_000;

/// Waits by subscribing to the clock, so that the executor can poll other things meanwhile.
pub async fn sleep_until(instant: u64) {
    poll_fn(|context| {
        if monotonic_clock::now() >= instant {
            return Poll::Ready(());
        }
        spin_executor::push_waker(
            monotonic_clock::subscribe_instant(instant),
            context.waker().clone(),
        );
        Poll::Pending
    })
    .await;
}

/// The instant this many milliseconds from now.
pub fn in_ms(ms: u64) -> u64 {
    monotonic_clock::now() + ms * NANOSECONDS_PER_MS
}

/// /clock: both clocks with their resolutions.
pub async fn now(out: ResponseOutparam) {
    let wall = |time: wall_clock::Datetime| json!({ "seconds": time.seconds, "nanoseconds": time.nanoseconds });
    let value = json!({
        "wall": wall(wall_clock::now()),
        "wall_resolution": wall(wall_clock::resolution()),
        "monotonic": monotonic_clock::now(),
        "monotonic_resolution": monotonic_clock::resolution(),
    });
    json(out, value).await;
}

/// /sleep?ms=: waits, then answers.
pub async fn sleep_then_answer(target: &Target, out: ResponseOutparam) {
    let ms = target.number("ms", 100);
    sleep_until(in_ms(ms)).await;
    text(out, 200, format!("slept {ms} ms\n")).await;
}

/// /busy?ms=: asks the clock again and again, then answers.
pub async fn busy(target: &Target, out: ResponseOutparam) {
    let ms = target.number("ms", 100);
    let end = in_ms(ms);
    while monotonic_clock::now() < end {}
    text(out, 200, format!("was busy for {ms} ms\n")).await;
}

/// /after?ms=&key=: finishes the response, then waits, then sets the key of the store `default` to "after".
pub async fn answer_then_store(target: &Target, out: ResponseOutparam) {
    let response = response(200, &[("content-type", "text/plain")]);
    let mut body = response.take_body();
    out.set(response);
    _ = body.send(b"answered\n".to_vec()).await;
    // Dropping the sink finishes the body: the client has its whole response.
    drop(body);
    sleep_until(in_ms(target.number("ms", 100))).await;
    let stored = Store::open_default()
        .and_then(|store| store.set(target.param("key").unwrap_or("after"), b"after"));
    if let Err(error) = stored {
        eprintln!("probe: {error:?}");
    }
}
