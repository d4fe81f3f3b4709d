//! Guests that do not end well, or need more than they should.

use futures::SinkExt;
use spin_sdk::http::{ErrorCode, ResponseOutparam};
use spin_sdk::wit::wasi::http0_2_0::types;
use std::hint::black_box;

use crate::reply::{response, text};
use crate::target::Target;

/// /trap: a last word on stderr, then a panic before the head.
pub fn trap() {
    eprintln!("probe: a last word");
    panic!("trapped before the head");
}

/// /trap-after: the head and the chunk "partial" reach the host, then a panic.
pub async fn trap_after(out: ResponseOutparam) {
    let response = response(200, &[("content-type", "text/plain")]);
    let mut body = response.take_body();
    out.set(response);
    _ = body.send(b"partial".to_vec()).await;
    panic!("trapped after the head");
}

/// /exit?code=: ends the process before the head.
pub fn exit(target: &Target) {
    std::process::exit(target.number("code", 0));
}

/// /err-response: sets an error in place of a response.
pub fn answer_an_error(out: ResponseOutparam) {
    types::ResponseOutparam::set(
        out.into_inner(),
        Err(ErrorCode::InternalError(Some("boom".to_owned()))),
    );
}

/// /grow?mb=: takes that much memory, MB by MB, and writes to all of it.
pub async fn grow(target: &Target, out: ResponseOutparam) {
    let memory: Vec<Vec<u8>> = (0..target.number("mb", 1))
        .map(|_: u32| black_box(vec![1; 1024 * 1024]))
        .collect();
    text(out, 200, format!("{} MB\n", memory.len())).await;
}

/// /recurse: without an end.
pub async fn recurse(out: ResponseOutparam) {
    text(out, 200, deeper(1).to_string()).await;
}

#[inline(never)]
#[allow(unconditional_recursion)]
fn deeper(depth: u64) -> u64 {
    let here = black_box([depth; 4]);
    deeper(depth + 1) + here[(depth % 4) as usize]
}
