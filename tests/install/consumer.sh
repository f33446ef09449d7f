#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# consumer.sh PREFIX WORK CC CXX CMAKE GENERATOR - builds and runs a separate
# project against an installed RPL: in C and C++, shared and static, by
# find_package and by pkg-config.
set -euo pipefail

moved=$1 work=$2 cc=$3 cxx=$4 cmake=$5 generator=$6
rm -rf "$work"
mkdir -p "$work"

fail() {
  echo "consumer: $*" >&2
  exit 1
}

pc=$(find "$moved" -name rplvm.pc)
export PKG_CONFIG_PATH=${pc%/*}
libdir=${PKG_CONFIG_PATH%/pkgconfig}

# needs PROGRAM - the libraries of ours that it needs when it starts.
needs() { readelf -d "$1" | sed -n 's/.*NEEDED.*\[\(librpl[^]]*\)\].*/\1/p' | sort | xargs; }

# check FOLDER SUFFIX COMPILE_NEEDS DECIDE_NEEDS - runs the programs of a build.
# By hand: the fee of 1.60 comes back whole, and nothing gives another outcome.
check() {
  local language found
  local want='"outcome":"full_refund","amount":"1.60","currency":"USD"'
  for language in c cpp; do
    [ "$(needs "$1/compile_$language$2")" = "$3" ] ||
      fail "$1/compile_$language$2 needs $(needs "$1/compile_$language$2")"
    [ "$(needs "$1/decide_$language$2")" = "$4" ] ||
      fail "$1/decide_$language$2 needs $(needs "$1/decide_$language$2")"
    "$1/compile_$language$2" "$work/policy.rplb"
    found=$("$1/decide_$language$2" "$work/policy.rplb" \
      '{"unused": true, "fee": "USD 1.60"}')
    [[ $found == *"$want"* ]] || fail "$1/decide_$language$2 printed $found"
  done
}

"$cmake" -S tests/install/consumer -B "$work/cmake" -G "$generator" \
  -DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" \
  -DCMAKE_PREFIX_PATH="$moved" >"$work/configure.log"
"$cmake" --build "$work/cmake" >"$work/build.log"
check "$work/cmake" "" "librpl.so.0 librplvm.so.0" librplvm.so.0
check "$work/cmake" _static "" ""

mkdir "$work/pc"
cd tests/install/consumer
for suffix in "" _static; do
  static=(${suffix:+-static})
  for pair in compile:rpl decide:rplvm; do
    read -ra flags <<<"$(pkg-config --cflags --libs ${static[@]/#/-} "${pair#*:}")"
    program=$work/pc/${pair%:*}
    "$cc" "${pair%:*}.c" "${flags[@]}" "${static[@]}" -o "${program}_c$suffix"
    "$cxx" "${pair%:*}.cpp" "${flags[@]}" "${static[@]}" \
      -o "${program}_cpp$suffix"
  done
done
export LD_LIBRARY_PATH=$libdir
check "$work/pc" "" "librpl.so.0 librplvm.so.0" librplvm.so.0
unset LD_LIBRARY_PATH
check "$work/pc" _static "" ""

# The command finds its libraries and the modules where it was moved to.
"$moved/bin/rplc" check "$moved/share/rpl/policies/cms/gateway.rpl"
echo "consumer: 16 programs built and run"
