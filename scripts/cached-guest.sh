#!/bin/bash
# cached-guest.sh [FOLDER]: builds a guest that is too large to be checked in (examples/kv-ts, test/guests/kv-python) once and
# prints the path of its dist/*.wasm. It is built by its build.sh, which finds the checkout in REPO, else by npm.
# It is built from a copy outside the checkout and kept under a name made of the hash of its sources, so a second call
# only prints. Of two calls at once the second waits for what the first builds.
set -euo pipefail
cd "$(dirname "$0")/.."
export REPO=$PWD
GUEST=${1:-examples/kv-ts}
GUEST=${GUEST%/}
NAME=$(basename "$GUEST")
CACHE=${TSPIN_GUEST_CACHE:-$HOME/.cache/tspin-guests}/$NAME
mkdir -p "$CACHE"

# Everything but what npm and the build make.
sources() {
  find . \( -name node_modules -o -name build -o -name dist -o -name .spin -o -name README.md \) -prune -o -type f -print | LC_ALL=C sort
}
# What a build.sh builds with is no file of its folder.
TOOLS=()
if [ -f "$GUEST/build.sh" ]; then TOOLS=("$REPO/scripts/toolchains/guest-tools.sh"); fi
KEY=$(cd "$GUEST" && { sources; printf '%s\n' "${TOOLS[@]}"; } | sed '/^$/d' | xargs -d '\n' sha256sum | sed "s# $REPO/# #" | sha256sum | cut -c1-16)
BUILT=$CACHE/$KEY

if [ ! -d "$BUILT" ]; then
  exec 9>"$CACHE/lock"
  flock 9
fi
if [ ! -d "$BUILT" ]; then
  WORK=$(mktemp -d "$CACHE/building.XXXXXX")
  trap 'rm -rf "$WORK"' EXIT
  (cd "$GUEST" && sources | tar -cf - -T -) | tar -xf - -C "$WORK"
  (
    cd "$WORK"
    if [ -f build.sh ]; then
      bash build.sh
    else
      npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
      npm run build
    fi
  ) >&2
  mkdir "$WORK/kept"
  mv "$WORK/dist" "$WORK/kept/dist"
  # Fails when another call was first: its result is the same.
  mv -T "$WORK/kept" "$BUILT" 2>/dev/null || [ -d "$BUILT" ]
fi
ls "$BUILT"/dist/*.wasm
