#!/bin/bash
# build-guests.sh [GUEST...]: rebuilds the guests in Rust, C and Go whose .wasm is checked in (all, or the folders named),
# and writes beside each a sources.sha256: the lines of `sha256sum` for what it is built of, sorted by path.
# A .wasm is stale when those lines, made anew, differ, or what it imports is declared otherwise by now (test/wit/guests.test.ts).
# The toolchain and the build cache live outside the checkout.
# The first run takes about 5 minutes on 2 cores, a later one seconds. Needs rustup (stable), python3 and go; installs Debian's rustc itself.
set -euo pipefail
cd "$(dirname "$0")/.."
REPO=$PWD
CACHE=${TSPIN_GUEST_CACHE:-$HOME/.cache/tspin-guests}
GUESTS=(examples/kv-rust test/guests/probe test/guests/probe3 test/guests/kv-rust1 test/guests/kv-rust3
  test/guests/kv-rust6 test/guests/kv-rust7 test/guests/mistakes bench/guests/hello-rust
  test/guests/config test/guests/config3 test/guests/keyvalue test/guests/lines test/guests/proxy test/guests/proxy3 test/guests/sockets
  test/guests/sqlite test/guests/sqlite3 test/guests/servers test/guests/servers3 test/guests/wasi3
  test/guests/kv-c test/guests/kv-go test/guests/wagi)
mkdir -p "$CACHE"

ensure_toolchain() {
  local missing=() package
  for package in rustc-web cargo-web rust-web-src; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  if ((${#missing[@]})); then
    echo "build-guests: installing ${missing[*]}" >&2
    apt-get -q update >&2
    DEBIAN_FRONTEND=noninteractive apt-get -q install -y "${missing[@]}" >&2
  fi
  [ -f "$CACHE/wasi/ready" ] && return
  "$REPO/scripts/toolchains/setup-wasi-sysroot.sh" "$CACHE/wasi" >&2
  touch "$CACHE/wasi/ready"
}

# build FOLDER TARGET OUTPUT
build() {
  local crate
  crate=$(sed -n 's/^name = "\(.*\)"/\1/p' "$1/Cargo.toml" | head -1)
  (
    cd "$1"
    "$REPO/scripts/toolchains/wasi-cargo.sh" "$CACHE/wasi" build -q --locked --release --target "$2" \
      --target-dir "$CACHE/target" -Zbuild-std=std,panic_abort
    install -m 644 "$CACHE/target/$2/release/${crate//-/_}.wasm" "$3"
  )
  echo "$1/$3 $(stat -c %s "$1/$3") bytes"
}

# build_by_script FOLDER: by its build.sh, in a copy.
build_by_script() {
  local work built
  work=$(mktemp -d)
  cp -r "$1/." "$work"
  (cd "$work" && REPO=$REPO bash build.sh >&2)
  for built in "$work"/dist/*.wasm; do
    install -m 644 "$built" "$1/"
    echo "$1/$(basename "$built") $(stat -c %s "$built") bytes"
  done
  rm -rf "$work"
}

write_source_hashes() {
  (cd "$1" && { find Cargo.lock Cargo.toml src build.sh ./*.c ./*.go go.sum -type f 2>/dev/null || true; } | sed 's#^\./##' |
    LC_ALL=C sort | xargs -d '\n' sha256sum >sources.sha256)
}

build_guest() {
  if [[ " ${GUESTS[*]} " != *" $1 "* ]]; then
    echo "build-guests: unknown guest $1; there are ${GUESTS[*]}" >&2
    exit 2
  fi
  case $1 in
  examples/kv-rust | test/guests/kv-rust1 | test/guests/kv-rust3 | test/guests/lines)
    build "$1" wasm32-wasip2 "$(basename "$1").wasm"
    build "$1" wasm32-wasip1 "$(basename "$1")-core.wasm"
    ;;
  test/guests/wagi)
    build "$1" wasm32-wasip2 wagi.wasm
    build "$1" wasm32-wasip1 wagi-core.wasm
    ;;
  test/guests/kv-c | test/guests/kv-go)
    build_by_script "$1"
    ;;
  *)
    build "$1" wasm32-wasip2 "$(basename "$1").wasm"
    ;;
  esac
  write_source_hashes "$1"
}

(($#)) || set -- "${GUESTS[@]}"
# One build at a time: two in one target folder would copy each other's output.
exec 9>"$CACHE/build-guests.lock"
flock 9
for guest in "$@"; do [ -f "$guest/Cargo.toml" ] && ensure_toolchain && break; done
for guest in "$@"; do build_guest "${guest%/}"; done
