#!/bin/bash
# wasi-cargo.sh DIR cargo-args...: cargo for wasm32-wasip1, wasm32-wasip2 and wasm32-unknown-unknown with Debian's rustc 1.96,
# -Zbuild-std and the sysroot that setup-wasi-sysroot.sh made in DIR. Paths of this machine are kept out of what it builds.
# Example: wasi-cargo.sh ~/.cache/tspin-guests/wasi build --release --target wasm32-wasip2 -Zbuild-std=std,panic_abort
set -euo pipefail
T=$(realpath "${1:?usage: wasi-cargo.sh DIR cargo-args...}"); shift
LINKERS=$(rustup which --toolchain stable rustc); LINKERS=${LINKERS%/bin/rustc}/lib/rustlib/x86_64-unknown-linux-gnu/bin
REMAP="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=/crates --remap-path-prefix=/usr/lib/rustlib/src/rust=/rust --remap-path-prefix=$PWD=/guest"
export RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1
export CARGO_TARGET_WASM32_WASIP1_LINKER=$LINKERS/rust-lld CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS="--sysroot=$T/sysroot $REMAP"
export CARGO_TARGET_WASM32_WASIP2_LINKER=$LINKERS/wasm-component-ld CARGO_TARGET_WASM32_WASIP2_RUSTFLAGS="--sysroot=$T/sysroot $REMAP"
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$LINKERS/rust-lld
exec /usr/bin/cargo "$@"
