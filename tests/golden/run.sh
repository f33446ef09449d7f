#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh [--update] - the diagnostics of rplc, word for word.
#
# Each diag/NAME.rpl holds mistakes and NAME.expected what `rplc check` prints.
# Two locks: a comment `//! CODE` on the line of each mistake (`//! CODE at
# FILE:LINE` where it shows elsewhere) must name exactly what is reported, with
# its place, and the whole text must be as expected. --update writes the texts
# anew, which cannot hide a mistake that moved, changed its code or is gone.
# special.sh makes the cases that cannot stand in a file of the project.
set -u
export LC_ALL=C
unset NO_COLOR
: "${RPLC:?RPLC must name the command under test}"
RPLC=$(cd "$(dirname "$RPLC")" && pwd)/$(basename "$RPLC")
golden=$(cd "$(dirname "$0")" && pwd)
update=${1:-}
failures=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

complain() {
  echo "$1: $2"
  failures=$((failures + 1))
}

# marked FILE - what its comments promise, as "FILE:LINE CODE" lines.
marked() {
  awk -v file="$1" '
    {
      at = index($0, "//! ")
      if (!at) next
      count = split(substr($0, at + 4), word, " ")
      print (count > 2 && word[2] == "at" ? word[3] : file ":" NR) " " word[1]
    }' "$1" | sort
}

# reported FILE - the same of what rplc printed.
reported() {
  awk '
    /^(error|warning)\[/ { split($0, part, /[][]/); code = part[2] }
    /^ *--> / && code { sub(/:[0-9]+$/, "", $2); print $2 " " code; code = "" }
  ' "$1" | sort
}

# compare NAME - what is printed against NAME.expected.
compare() {
  local expected=$golden/diag/$1.expected
  if [ "$update" = --update ]; then
    cp "$work/out" "$expected"
  elif ! diff -u "$expected" "$work/out"; then
    complain "$1" "the text differs"
  fi
}

cd "$golden/diag" || exit 1
for file in *.rpl; do
  "$RPLC" check --deny-warnings "$file" >"$work/stdout" 2>"$work/out"
  code=$?
  [ "$code" -eq 3 ] || complain "$file" "exit code $code, not 3"
  [ -s "$work/stdout" ] && complain "$file" "standard output is not empty"
  marked "$file" >"$work/marked"
  reported "$work/out" >"$work/reported"
  [ -s "$work/marked" ] || complain "$file" "no mistake is marked"
  diff -u "$work/marked" "$work/reported" ||
    complain "$file" "reported is not what is marked"
  compare "${file%.rpl}"
done

# shellcheck source=tests/golden/special.sh
. "$golden/special.sh"

# No .expected may be left without its case.
for file in "$golden"/diag/*.expected; do
  name=$(basename "$file" .expected)
  [ -e "$golden/diag/$name.rpl" ] || [ -e "$work/done.$name" ] ||
    complain "$name.expected" "there is no such case"
done

[ "$failures" -eq 0 ] || echo "$failures failed"
exit $((failures != 0))
