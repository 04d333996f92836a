#!/usr/bin/env bash
# Installs pandas, pinned, for `npm run test:peers` and `npm run bench:analyzer` into a folder outside the tree
# (~/.cache/faaslab/peers, or FAASLAB_PEERS), unless it is there, and prints the Python that has it. Needs Python 3.11 or
# later with venv, and a package index.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
peers=${FAASLAB_PEERS:-$HOME/.cache/faaslab/peers}
version=$(sed -n 's/^pandas==//p' "$here/requirements.txt")
folder=$peers/pandas-$version

if [ ! -e "$folder/complete" ]; then
  # What a broken installation left behind is no beginning.
  rm -rf "$folder"
  mkdir -p "$peers"
  python3 -m venv "$folder" >&2
  "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" >&2
  touch "$folder/complete"
fi
echo "$folder/bin/python"
