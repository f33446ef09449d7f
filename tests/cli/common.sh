# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# common.sh - for the scripts beside it, which source it and end with `finish`.
# RPLC is the command under test. Every script works in a folder of its own.
set -u

: "${RPLC:?RPLC must name the command under test}"
RPLC=$(cd "$(dirname "$RPLC")" && pwd)/$(basename "$RPLC")
project=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
unset NO_COLOR
failures=0

complain() {
  echo "line ${BASH_LINENO[1]}: $1"
  echo "--- standard output"; head -c 2000 out
  echo "--- standard error"; head -c 2000 err
  failures=$((failures + 1))
}

# expect CODE ARGUMENT... - runs rplc, leaving its output in `out` and `err`.
# Standard input is what the caller gives.
expect() {
  local wanted=$1 code
  shift
  "$RPLC" "$@" >out 2>err
  code=$?
  [ "$code" -eq "$wanted" ] || complain "rplc $*: exit code $code, not $wanted"
}

# has FILE TEXT - FILE holds TEXT somewhere.
has() {
  grep -qF -- "$2" "$1" || complain "$1 lacks: $2"
}

hasnt() {
  ! grep -qF -- "$2" "$1" || complain "$1 has: $2"
}

# is FILE TEXT - FILE is TEXT and a line end.
is() {
  [ "$(cat "$1")" = "$2" ] || complain "$1 is not: $2"
}

# one_sentence - standard error is one line that begins as messages do.
one_sentence() {
  if [ "$(wc -l <err)" -ne 1 ] || ! grep -q "^rplc: " err; then
    complain "standard error is not one sentence"
  fi
}

# check CONDITION... - a test(1) expression.
check() {
  [ "$@" ] || complain "not true: $*"
}

# policy FILE NAME - writes a small policy with one rule.
policy() {
  mkdir -p "$(dirname "$1")"
  cat >"$1" <<END
edition 1;
policy $2 "A shop";
source "Shop rules" SHOP-01, SHOP-02;
fact unused : boolean "not used";
fact cash_paid : money >= 0 assume USD 5;
param days : integer = 7;
refundable unused_item if unused and days > 0 because "It was not used." cite SHOP-02;
otherwise denied because "Used items are not refundable." cite SHOP-01;
test "unused" { unused = true; cash_paid = USD 5; expect outcome full_refund, amount USD 5.00; }
test "used" { unused = false; cash_paid = USD 5; expect outcome denied; }
END
}

finish() {
  [ "$failures" -eq 0 ] || echo "$failures failed"
  exit $((failures != 0))
}
