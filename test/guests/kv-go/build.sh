#!/bin/bash
# build.sh: makes dist/kv-go.wasm. Run in a copy of this folder, with REPO set to the checkout.
set -euo pipefail
. "$REPO/scripts/toolchains/guest-tools.sh"
BINDGEN=$(wit_bindgen)
guest_wit build/wit
"$BINDGEN/bin/wit-bindgen" go build/wit --world kv --out-dir build/gen
mkdir -p dist build/gen/export_wasi_http_incoming_handler
cp handle.go build/gen/export_wasi_http_incoming_handler/
cp go.sum build/gen/
(cd build/gen && GOOS=wasip1 GOARCH=wasm nice -n 15 go build -trimpath -buildmode=c-shared -ldflags='-checklinkname=0 -s -w' -o ../core.wasm .)
node "$REPO/scripts/toolchains/component-new.mjs" build/core.wasm dist/kv-go.wasm build/wit kv
