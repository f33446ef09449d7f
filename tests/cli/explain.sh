#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# rplc explain: its arguments are those of eval, and so are its exit codes.
# shellcheck source=tests/cli/common.sh
. tests/cli/common.sh
policy shop/a.rpl shop.a
policy shop/b.rpl shop.b

expect 0 explain shop/a.rpl unused=false --format text
is out 'Denied

No rule holds, so otherwise decides  (shop/a.rpl:8)

What does not hold:
  denied nothing_left  (std/refund.rpl:53)
    since cash_paid <= 0 is false (cash_paid = USD 5.00, assumed)
    since amount <= 0 is false (amount = USD 5.00; cash_paid = USD 5.00, assumed)
  partial_refund unused_item  (shop/a.rpl:7)
    since unused = false
    since amount >= cash_paid (amount = USD 5.00, cash_paid = USD 5.00, assumed)
  full_refund unused_item  (shop/a.rpl:7)
    since unused = false

Assumed: cash_paid = USD 5.00'

# JSON where it is no terminal; facts from a file and from standard input.
echo '{"unused": true, "cash_paid": "USD 7"}' >facts.json
expect 0 explain shop/a.rpl facts.json
has out '{"decision":{"policy":"shop.a","outcome":"full_refund","amount":"7.00",'
cp out before
expect 0 explain shop --policy shop.a - <facts.json
check "$(cat out)" = "$(cat before)"
expect 0 build shop -o shop.rplb
expect 0 explain shop.rplb --policy shop.a facts.json
check "$(cat out)" = "$(cat before)"
expect 0 build shop/a.rpl --strip -o bare.rplb
expect 0 explain bare.rplb facts.json --param days=3 --format text
has out 'Full refund: USD 7.00'
hasnt out 'shop/a.rpl'
expect 0 explain -e 'denied if days > 3' days=4 --format text
has out 'since days > 3 (days = 4)'

# a value that no row of a table stands for
expect 0 explain -e 'table t(x : number >= 0) : number { any -> x; } denied if t(days) > 3' days=-4
has out '"error_in":"a row of a table"'

expect 2 explain
has err 'explain needs a PATH or -e TEXT'
expect 2 explain shop # two policies
expect 2 explain shop/a.rpl facts.json facts.json
has err 'see rplc explain --help'
expect 2 explain shop/a.rpl --jsonl
expect 3 explain -e 'denied if'
printf nothing >bad.rplb
expect 4 explain bad.rplb
expect 5 explain shop/a.rpl unused=maybe
has err 'fact "unused": expected true or false, found the text "maybe"'
expect 5 explain shop/a.rpl --param hours=3
expect 6 explain shop/a.rpl absent.json
finish
