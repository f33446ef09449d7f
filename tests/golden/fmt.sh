#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# fmt.sh - the layout of `rplc fmt`, and that it changes nothing else.
#
# Each fmt/NAME.rpl must become fmt/NAME.expected, which was written by hand.
# Then copies of all policies, modules, and golden files that parse: a second
# run changes nothing, the tree and the comments stay, no line ends in a blank,
# the tests in policies give the same results, and so does the built program,
# byte by byte. TREE_DUMP names the program tests/support/tree_dump.c.
set -u
export LC_ALL=C
: "${RPLC:?RPLC must name the command under test}"
: "${TREE_DUMP:?TREE_DUMP must name the program that prints trees}"
RPLC=$(cd "$(dirname "$RPLC")" && pwd)/$(basename "$RPLC")
TREE_DUMP=$(cd "$(dirname "$TREE_DUMP")" && pwd)/$(basename "$TREE_DUMP")
golden=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$golden/../.." && pwd)
failures=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

complain() {
  echo "$1: $2"
  failures=$((failures + 1))
}

# comments FILE - the comments of a text, a line each, sorted; blanks at the ends
# of lines do not count.
comments() {
  python3 - "$1" <<'END'
import re, sys
text = open(sys.argv[1], encoding="utf-8", newline="").read()
token = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', re.S)
found = (m.group() for m in token.finditer(text))
kept = [re.sub(r"[ \t\r]+(?=\n|$)", "", c) for c in found if c[0] == "/"]
print("\n".join(repr(c) for c in sorted(kept)))
END
}

# same FILE - formats a copy of it and compares everything that must not change.
same() {
  local name=$1
  "$RPLC" fmt - <"$1" >"$work/once" 2>"$work/err"
  case $? in
  0) ;;
  3) # the text cannot be parsed, and rplc check must say so too
    [ -s "$work/err" ] || complain "$name" "refused without a word"
    "$TREE_DUMP" "$1" >/dev/null && complain "$name" "refused, but it parses"
    return ;;
  *) complain "$name" "fmt failed" && return ;;
  esac
  counted=$((counted + 1))
  "$RPLC" fmt - <"$work/once" >"$work/twice"
  cmp -s "$work/once" "$work/twice" || complain "$name" "a second run changes it"
  "$TREE_DUMP" "$1" >"$work/tree" || complain "$name" "it has no tree"
  "$TREE_DUMP" "$work/once" >"$work/tree.once"
  cmp -s "$work/tree" "$work/tree.once" || complain "$name" "the tree differs"
  comments "$1" >"$work/comments"
  comments "$work/once" | cmp -s - "$work/comments" ||
    complain "$name" "the comments differ"
  grep -q '[[:blank:]]$' "$work/once" && complain "$name" "blanks end a line"
}

cd "$golden/fmt" || exit 1
for file in *.rpl; do
  "$RPLC" fmt - <"$file" >"$work/out" || complain "$file" "exit code $?"
  diff -u "${file%.rpl}.expected" "$work/out" ||
    complain "$file" "the layout differs"
done
for file in *.expected; do
  [ -e "${file%.expected}.rpl" ] || complain "$file" "there is no such case"
done

cd "$project" || exit 1
counted=0
while read -r file; do
  same "$file"
done < <(find policies stdlib tests/golden -name '*.rpl' | sort)
[ "$counted" -ge 50 ] || complain all "only $counted files were formatted"

# What is built from the layout decides as what is built from the texts.
cp -R policies "$work/policies"
chmod -R u+w "$work/policies"
"$RPLC" fmt "$work/policies" || complain policies "fmt failed"
"$RPLC" fmt --check "$work/policies" || complain policies "fmt is not stable"
"$RPLC" build --strip policies -o "$work/before.rplb"
"$RPLC" build --strip "$work/policies" -o "$work/after.rplb"
cmp "$work/before.rplb" "$work/after.rplb" ||
  complain policies "the programs differ"
# results FOLDER - of the tests in policies, without places and times.
results() {
  "$RPLC" test "$1" --format json | sed -E 's/:[0-9]+"/"/g'
}
results policies >"$work/before"
(cd "$work" && results policies) >"$work/after"
[ -s "$work/before" ] || complain policies "no test has run"
cmp "$work/before" "$work/after" || complain policies "tests differ"

[ "$failures" -eq 0 ] || echo "$failures failed"
exit $((failures != 0))
