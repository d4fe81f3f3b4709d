#!/bin/bash
# build.sh: makes dist/kv-python5.wasm. Run in a copy of this folder, with REPO set to the checkout.
set -euo pipefail
. "$REPO/scripts/toolchains/guest-tools.sh"
VENV=$(componentize_py5)
mkdir -p dist
# The second path is needed: componentize-py finds nothing in the environment that it runs in.
"$VENV/bin/componentize-py" -w spin:up/http-trigger@4.1.0 componentize -p . -p "$VENV"/lib/python3*/site-packages app -o dist/kv-python5.wasm
