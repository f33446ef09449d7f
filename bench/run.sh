#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh BUILD [SUITE] [--json FILE] - compiles what is measured and measures it.
# A suite that is a script of its own (bench/SUITE.sh) is handed the same
# arguments; without a suite, all of rpl_bench runs, and compile.sh.
set -euo pipefail

build=$1
shift
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(dirname "$here")
if [ $# -gt 0 ] && [ -f "$here/${1##*/}.sh" ]; then
  exec bash "$here/$1.sh" "$build" "${@:2}"
fi

programs=$build/bench/programs
rplc=$build/cli/rplc
cmake --build "$build" --target rpl_bench rpl_bench_jsonl \
  >"$build/bench/build.log" 2>&1 ||
  { tail -n 20 "$build/bench/build.log" >&2; exit 1; }
mkdir -p "$programs"
"$rplc" build "$here/gateway.rpl" -o "$programs/gateway.rplb"
"$rplc" build "$root/policies/cms/gateway.rpl" -o "$programs/cms.gateway.rplb"
"$rplc" build "$root/policies/sc.rpl" -o "$programs/sc.rplb"
bash "$here/generate.sh" guards 40 >"$programs/guards40.rpl"
"$rplc" build "$programs/guards40.rpl" -o "$programs/guards40.rplb"
for keys in 10 100 1000 10000; do
  bash "$here/generate.sh" keyed $keys >"$programs/keyed$keys.rpl"
  "$rplc" build "$programs/keyed$keys.rpl" -o "$programs/keyed$keys.rplb"
done

BENCH_SCRIPTS=$here "$build/bench/rpl_bench" "$programs" "$@"

# All suites: also how long policies of different lengths take to compile.
if [ $# -eq 0 ] || [ "$1" = --json ]; then
  printf '\n%s\n' "compile time by length"
  bash "$here/compile.sh" "$build"
fi
