# guest-tools.sh, to be sourced: the tools that the guests in C, Go and Python are built with, kept in the guest cache.
# Every version is exact. Needs REPO, the checkout, after `npm ci`; python3 with venv, cargo and go where they are used.
TOOLS=${TSPIN_GUEST_CACHE:-$HOME/.cache/tspin-guests}/tools
mkdir -p "$TOOLS"

# once NAME COMMAND...: runs the command with the folder $TOOLS/NAME as its last argument unless that was done; prints the folder.
once() {
  local name=$1
  shift
  (
    flock 9
    if [ ! -f "$TOOLS/$name/ready" ]; then
      rm -rf "${TOOLS:?}/$name"
      echo "guest-tools: installing $name" >&2
      "$@" "$TOOLS/$name" >&2
      touch "$TOOLS/$name/ready"
    fi
  ) 9>"$TOOLS/$name.lock"
  echo "$TOOLS/$name"
}

install_wit_bindgen() {
  nice -n 15 cargo install -q wit-bindgen-cli --version 0.57.1 --locked --no-default-features --features c,go --root "$1"
}
install_zig() { python3 -m pip -q install --no-deps --target "$1" ziglang==0.14.1; }
# install_python SDK COMPONENTIZE FOLDER: their versions.
install_python() {
  python3 -m venv "$3"
  "$3/bin/pip" -q --disable-pip-version-check install --no-deps spin-sdk=="$1" componentize-py=="$2"
}

# The folders that these print hold: bin/wit-bindgen; ziglang; bin/componentize-py and lib/python3*/site-packages.
wit_bindgen() { once wit-bindgen-0.57.1 install_wit_bindgen; }
zig() { once zig-0.14.1 install_zig; }
componentize_py() { once componentize-py-0.17.2 install_python 3.4.1 0.17.2; }
componentize_py4() { once componentize-py-0.23.0 install_python 4.0.0 0.23.0; }
componentize_py5() { once componentize-py-0.25.1 install_python 5.0.0 0.25.1; }

# guest_wit FOLDER: the WIT that guests are made against, for tools that want it in one folder.
guest_wit() {
  mkdir -p "$1/deps"
  cp -r "$REPO"/wit/*@0.2.12 "$REPO"/wit/fermyon-spin@2.0.0 "$1/deps/"
  cp "$REPO/test/guests/wit/world.wit" "$1/"
  cp "$REPO/test/guests/wit/incoming-handler.wit" "$1/deps/wasi-http@0.2.12/"
}
