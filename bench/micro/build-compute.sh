#!/bin/bash
# build-compute.sh: rebuilds compute/compute.wasm. Needs what scripts/build-guests.sh leaves in its cache.
set -euo pipefail
cd "$(dirname "$0")/compute"
CACHE=${TSPIN_GUEST_CACHE:-$HOME/.cache/tspin-guests}
../../../scripts/toolchains/wasi-cargo.sh "$CACHE/wasi" build -q --release --target wasm32-unknown-unknown \
  --target-dir "$CACHE/target" -Zbuild-std=core,panic_abort
install -m 644 "$CACHE/target/wasm32-unknown-unknown/release/compute.wasm" compute.wasm
