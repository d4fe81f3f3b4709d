#!/bin/bash
# build.sh: makes dist/kv-js.wasm. Run in a copy of this folder, with REPO set to the checkout.
set -euo pipefail
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
mkdir -p build/wit/deps dist
cp -r node_modules/@bytecodealliance/jco/lib/wit/builtin/0.2.12/* "$REPO/wit/fermyon-spin@2.0.0" build/wit/deps/
cp "$REPO/test/guests/wit/world.wit" build/wit/
# A guest that handles `fetch` events has to export the handler of its engine's own version.
sed -i -E 's#(wasi:http(/[a-z-]+)?)@0\.2\.12#\1@0.2.10#g' build/wit/world.wit build/wit/deps/*/*.wit
node build.mjs
