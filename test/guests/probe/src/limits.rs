//! Guests that take more of something than is good for others.

use spin_sdk::http::ResponseOutparam;
use spin_sdk::wit::wasi::http0_2_0::types::Fields;
use std::hint::black_box;
use std::io::Write;

use crate::reply::text;
use crate::target::Target;

/// /compute?n=: computes for n rounds without asking the host for anything; without n for ever.
pub async fn compute(target: &Target, out: ResponseOutparam) {
    let rounds: u64 = target.number("n", u64::MAX);
    let mut state: u64 = 88_172_645_463_325_252;
    for _ in 0..rounds {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        black_box(state);
    }
    text(out, 200, format!("{state}\n")).await;
}

/// /leak?n=: makes n host objects and keeps their handles.
pub async fn leak(target: &Target, out: ResponseOutparam) {
    let count: u32 = target.number("n", 1000);
    for _ in 0..count {
        std::mem::forget(Fields::new());
    }
    text(out, 200, format!("leaked {count} handles\n")).await;
}

/// /flood?kb=: prints that much to stdout, in lines of 1 KiB.
pub async fn flood(target: &Target, out: ResponseOutparam) {
    let lines: u32 = target.number("kb", 1024);
    let line = [b'x'; 1023];
    let mut stdout = std::io::stdout().lock();
    for _ in 0..lines {
        _ = stdout.write_all(&line);
        _ = stdout.write_all(b"\n");
    }
    _ = stdout.flush();
    text(out, 200, format!("printed {lines} KiB\n")).await;
}

/// /traces?mark=: looks for the bytes of `mark` repeated eight times in all of the memory, then fills what it can get of new
/// memory with them, some of it beyond what it keeps. Answers how often they were found.
pub async fn traces(target: &Target, out: ResponseOutparam) {
    let mark: u8 = target.number("mark", 0xA5);
    let pages = core::arch::wasm32::memory_size(0);
    let mut found = 0u32;
    let mut run = 0u32;
    for address in 1024..pages * 65536 {
        let byte = unsafe { (address as *const u8).read_volatile() };
        run = if byte == mark { run + 1 } else { 0 };
        if run == 64 {
            found += 1;
            run = 0;
        }
    }
    let kept = vec![mark; 3 * 1024 * 1024];
    black_box(&kept);
    let first = core::arch::wasm32::memory_grow(0, 16);
    if first != usize::MAX {
        for offset in 0..16 * 65536 {
            unsafe { ((first * 65536 + offset) as *mut u8).write_volatile(mark) };
        }
    }
    let size = core::arch::wasm32::memory_size(0);
    text(out, 200, format!("{found} traces in {pages} pages, now {size}\n")).await;
}
