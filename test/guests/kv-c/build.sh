#!/bin/bash
# build.sh: makes dist/kv-c-core.wasm, and dist/kv-c.wasm of it. Run in a copy of this folder, with REPO set to the checkout.
set -euo pipefail
. "$REPO/scripts/toolchains/guest-tools.sh"
BINDGEN=$(wit_bindgen) ZIG=$(zig)
guest_wit build/wit
"$BINDGEN/bin/wit-bindgen" c build/wit --world kv --out-dir build/gen
mkdir -p dist
export PYTHONPATH=$ZIG ZIG_GLOBAL_CACHE_DIR=$TOOLS/zig-cache ZIG_LOCAL_CACHE_DIR=$PWD/build/zig-cache
nice -n 15 python3 -m ziglang cc -target wasm32-wasi -mexec-model=reactor -Os -s -Ibuild/gen \
  -o build/core.wasm guest.c build/gen/kv.c build/gen/kv_component_type.o
cp build/core.wasm dist/kv-c-core.wasm
node "$REPO/scripts/toolchains/component-new.mjs" build/core.wasm dist/kv-c.wasm
