#!/usr/bin/env bash
# Builds the OpenWhisk CLI from its sources, as the Go module proxy has them: build-wsk.sh VERSION OUT
# `go install …@VERSION` cannot: the package of texts (wski18n) lacks a file that its own build makes with go-bindata. And
# the proxy has this module's sources, but not the listing that `go get` and `go mod download` ask for first; a go.mod that
# requires the version needs only the sources.
set -euo pipefail
version=${1:?the version of github.com/apache/openwhisk-cli}
out=$(realpath -m "${2:?where the executable goes}")
module=github.com/apache/openwhisk-cli

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOFLAGS='-mod=mod -buildvcs=false'

mkdir "$work/fetch"
cd "$work/fetch"
cat > go.mod <<END
module fetch

go 1.15

require $module $version
END
commands=$(go list -f '{{.Dir}}' "$module/commands")

# The module cache is read-only, and the missing file belongs into the tree.
cp -r "$(dirname "$commands")" "$work/cli"
chmod -R u+w "$work/cli"
cd "$work/cli"
go run github.com/jteeuwen/go-bindata/go-bindata -pkg wski18n -o wski18n/i18n_resources.go wski18n/resources
go build -ldflags "-X main.CLI_BUILD_TIME=$version" -o "$work/wsk" .

# In one step, so that nobody finds half of it.
mkdir -p "$(dirname "$out")"
mv "$work/wsk" "$out.$$"
mv "$out.$$" "$out"
