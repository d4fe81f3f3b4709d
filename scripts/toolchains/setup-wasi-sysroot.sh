#!/bin/bash
# setup-wasi-sysroot.sh DIR: makes DIR/sysroot, a Rust sysroot overlay with wasi-libc for wasm32-wasip1 and wasm32-wasip2.
# For machines that reach package registries only; where static.rust-lang.org answers, `rustup target add wasm32-wasip2` does it all.
# wasi-libc (libc.a, crt1*.o) is what PyPI's ziglang 0.14.1 builds from its own sources (0.17 splits malloc into another archive and does not link).
# Needs Debian's rustc-web, cargo-web and rust-web-src (1.96) and rustup's stable toolchain (its linkers).
set -euo pipefail
T=$(realpath -m "${1:?usage: setup-wasi-sysroot.sh DIR}"); mkdir -p "$T"; cd "$T"
[ -d zig ] || python3 -m pip -q --disable-pip-version-check install --root-user-action=ignore --no-deps --target zig ziglang==0.14.1
export ZIG_GLOBAL_CACHE_DIR=$T/zig-cache ZIG_LOCAL_CACHE_DIR=$T/zig-cache-local PYTHONPATH=$T/zig
echo 'int main(void){return 0;}' > probe.c
python3 -m ziglang cc -target wasm32-wasi -O2 -o probe.wasm probe.c
python3 -m ziglang cc -target wasm32-wasi -O2 -mexec-model=reactor -o probe-reactor.wasm probe.c
RUSTUP_LIB=$(rustup which --toolchain stable rustc); RUSTUP_LIB=${RUSTUP_LIB%/bin/rustc}/lib/rustlib/x86_64-unknown-linux-gnu
S=$T/sysroot/lib/rustlib; mkdir -p "$S/x86_64-unknown-linux-gnu"
ln -sfn /usr/lib/rustlib/src "$S/src"
ln -sfn /usr/lib/rustlib/x86_64-unknown-linux-gnu/lib "$S/x86_64-unknown-linux-gnu/lib"
ln -sfn "$RUSTUP_LIB/bin" "$S/x86_64-unknown-linux-gnu/bin"
for t in wasm32-wasip1 wasm32-wasip2; do
  d=$S/$t/lib/self-contained; mkdir -p "$d"
  for f in libc.a crt1-command.o crt1-reactor.o; do cp "$(find "$ZIG_GLOBAL_CACHE_DIR/o" -name $f | head -1)" "$d/"; done
done
