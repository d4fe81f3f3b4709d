#!/bin/bash
# build.sh: makes dist/mistakes-python.wasm. Run in a copy of this folder, with REPO set to the checkout.
set -euo pipefail
. "$REPO/scripts/toolchains/guest-tools.sh"
VENV=$(componentize_py)
mkdir -p dist
# The second path is needed: componentize-py finds nothing in the environment that it runs in.
"$VENV/bin/componentize-py" -w spin-http componentize -p . -p "$VENV"/lib/python3*/site-packages app -o dist/mistakes-python.wasm
