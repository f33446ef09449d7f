#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# examples.sh PREFIX WORK CC CMAKE GENERATOR - builds each project of examples/
# against an installed RPL and runs its test.sh, which gets the program and rplc.
set -euo pipefail

prefix=$1 work=$2 cc=$3 cmake=$4 generator=$5
rm -rf "$work"
mkdir -p "$work"
count=0
for script in examples/*/test.sh; do
  folder=${script%/*}
  name=${folder##*/}
  "$cmake" -S "$folder" -B "$work/$name" -G "$generator" \
    -DCMAKE_C_COMPILER="$cc" -DCMAKE_C_FLAGS=-Werror \
    -DCMAKE_PREFIX_PATH="$prefix" >"$work/$name.log" 2>&1 &&
    "$cmake" --build "$work/$name" >>"$work/$name.log" 2>&1 || {
    cat "$work/$name.log"
    exit 1
  }
  bash "$script" "$work/$name/$name" "$prefix/bin/rplc"
  count=$((count + 1))
done
[ $count -gt 0 ]
