#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# prefix.sh BUILD_DIR CMAKE PREFIX - installs RPL somewhere, moves the result to
# the prefix, and looks for what still names the first place.
set -euo pipefail

build=$1 cmake=$2 prefix=$3
rm -rf "$prefix" "$prefix.first"
mkdir -p "${prefix%/*}"
"$cmake" --install "$build" --prefix "$prefix.first" >"${prefix%/*}/install.log"
mv "$prefix.first" "$prefix"
if grep -rIl -e "$prefix.first" -e "$PWD" "$prefix" --include='*.cmake' \
  --include='*.pc' --include='*.h'; then
  echo "prefix: these name a place of the build" >&2
  exit 1
fi
