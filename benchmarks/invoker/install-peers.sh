#!/usr/bin/env bash
# Installs oha, vegeta and k6 for `npm run bench:invoker`, from crates.io and the Go module proxy, into a folder outside the
# tree (~/.cache/faaslab/peers, or FAASLAB_PEERS). Needs cargo and go; takes some minutes.
set -euo pipefail
peers=${FAASLAB_PEERS:-$HOME/.cache/faaslab/peers}
mkdir -p "$peers"

# A program of a Go module at a pinned version: a go.mod of our own asks the proxy for nothing but that version.
from_go() { # NAME MODULE VERSION PACKAGE
  [ -x "$peers/$1" ] && return
  local work
  work=$(mktemp -d)
  (
    cd "$work"
    printf 'module peers\n\ngo 1.24\n\nrequire %s %s\n' "$2" "$3" >go.mod
    GOFLAGS=-mod=mod go build -o "$peers/$1" "$4"
  )
  chmod -R u+w "$work"
  rm -rf "$work"
}

if command -v cargo >/dev/null; then
  [ -x "$peers/bin/oha" ] || cargo install oha --version 1.16.0 --locked --root "$peers" --quiet
else
  echo "cargo is not installed: no oha" >&2
fi
if command -v go >/dev/null; then
  from_go vegeta github.com/tsenart/vegeta/v12 v12.13.0 github.com/tsenart/vegeta/v12
  from_go k6 go.k6.io/k6 v1.8.1 go.k6.io/k6
else
  echo "go is not installed: no vegeta, no k6" >&2
fi
ls -l "$peers" "$peers/bin" 2>/dev/null || true
