#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# consumer.sh BUILD_DIR CC CMAKE GENERATOR - builds a program against an installed RPL.
set -euo pipefail

build=$1 cc=$2 cmake=$3 generator=$4
work=$build/tests/install/work
rm -rf "$work"
mkdir -p "$work"

"$cmake" --install "$build" --prefix "$work/first" >"$work/install.log"
mv "$work/first" "$work/moved" # nothing may remember the first place

"$cmake" -S tests/install/consumer -B "$work/consumer" -G "$generator" \
  -DCMAKE_C_COMPILER="$cc" -DCMAKE_PREFIX_PATH="$work/moved"
"$cmake" --build "$work/consumer"
"$work/consumer/consumer"
"$work/consumer/consumer_vm"

pc=$(find "$work/moved" -name rplvm.pc)
export PKG_CONFIG_PATH=${pc%/*}
libdir=${PKG_CONFIG_PATH%/pkgconfig}
for package in rplvm rpl; do
  read -ra flags <<<"$(pkg-config --cflags --libs "$package")"
  "$cc" tests/install/consumer/main.c "${flags[@]}" -o "$work/pc_$package"
  LD_LIBRARY_PATH=$libdir "$work/pc_$package"
done
[ -x "$work/moved/bin/rplc" ]
