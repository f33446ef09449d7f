#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test.sh PROGRAM RPLC - starts the service, asks it, replaces its bundle under
# its feet in every way, and looks at what it answers.
set -euo pipefail

service=$1 rplc=$2
work=$(mktemp -d)
trap 'rm -rf "$work"; [ -z "${service_pid:-}" ] || kill "$service_pid" 2>/dev/null || true' EXIT

fail() {
  echo "service: $*" >&2
  cat "$work/log" >&2
  exit 1
}

# bundle NAME AMOUNT - a bundle of one policy that pays the amount.
bundle() {
  mkdir -p "$work/$1/shop"
  cat >"$work/$1/shop/refund.rpl" <<RPL
edition 1;
policy shop.refund "Refunds of the shop";
fact unused : boolean "whether nothing was used";
full_refund untouched if unused because "Nothing was used.";
amount = $2 for full_refund;
otherwise blocked because "It was used.";
RPL
  "$rplc" build "$work/$1/shop/refund.rpl" -o "$work/$1.rplb"
}

# ask LINE - sends a line and reads the answer.
ask() {
  printf '%s\n' "$1" >&"$to"
  read -r -t 20 answer <&"$from" || fail "no answer to $1"
}

# expect TEXT - the last answer has it.
expect() { [[ $answer == *"$1"* ]] || fail "expected $1, found $answer"; }

# wait_for COUNT TEXT - the service has said it that often.
wait_for() {
  for ((i = 0; i < 200; i++)); do
    [ "$(grep -c -- "$2" "$work/log")" -ge "$1" ] && return
    sleep 0.05
  done
  fail "the service did not say: $2"
}

bundle one "USD 1.00"
bundle two "USD 2.00"
bundle three "USD 3.00"
cp "$work/one.rplb" "$work/now.rplb"
: >"$work/log"
coproc SERVICE { exec "$service" "$work/now.rplb" 3 2>>"$work/log"; }
service_pid=$SERVICE_PID
exec {to}>&"${SERVICE[1]}" {from}<&"${SERVICE[0]}"
eval "exec ${SERVICE[1]}>&-"
wait_for 1 "loaded 1 policies"

request='{"id": 7, "policy": "shop.refund", "facts": {"unused": true}}'
ask "$request"
expect '{"id":7,"decision":{"policy":"shop.refund","outcome":"full_refund","amount":"1.00"'
ask '{"id": "a", "policy": "shop.refund", "facts": {"unused": 1}}'
expect '{"id":"a","error":"'
ask '{"id": 8, "policy": "shop.loan", "facts": {}}'
expect '{"id":8,"error":"there is no such policy"}'
ask 'hello'
expect '{"id":null,"error":"not a request"}'

# A signal: the file is read again.
mv "$work/two.rplb" "$work/now.rplb"
kill -HUP "$service_pid"
wait_for 2 "loaded 1 policies"
ask "$request"
expect '"amount":"2.00"'

# A damaged file changes nothing.
head -c 100 "$work/three.rplb" >"$work/half"
mv "$work/half" "$work/now.rplb"
wait_for 1 "now.rplb: "
ask "$request"
expect '"amount":"2.00"'

# A whole one is noticed without a signal.
mv "$work/three.rplb" "$work/now.rplb"
wait_for 3 "loaded 1 policies"
ask "$request"
expect '"amount":"3.00"'

exec {to}>&-
wait "$service_pid" || fail "the service ended with $?"
service_pid=
echo "service: every answer was right"
