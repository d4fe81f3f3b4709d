#!/bin/bash
# Makes the certificates of these tests: a root, a server's for localhost and 127.0.0.1, a client's. They last 100 years.
set -euo pipefail
cd "$(dirname "$0")"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj "/CN=tspin test root" -keyout root.key -out root.pem
sign() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA root.pem -CAkey root.key -CAcreateserial -days 36500 -extfile <(printf "%s" "$2") -out "$1.pem"
  rm "$1.csr"
}
sign server "subjectAltName=DNS:localhost,IP:127.0.0.1"
sign client "extendedKeyUsage=clientAuth"
rm -f root.key root.srl
