#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Batches: an answer a line, bad lines answered and counted, constant memory.
# shellcheck source=tests/cli/common.sh
. tests/cli/common.sh
policy shop/a.rpl shop.a
cat >shop/b.rpl <<'END'
edition 1;
policy shop.b "Others";
fact used : number >= 0;
fact cash_paid : money >= 0 assume USD 1;
param most : number = 10;
refundable little if used < most because "Little was used.";
otherwise denied because "Too much was used.";
END
expect 0 build shop -o shop.rplb

# line N of the output
line() { sed -n "$1p" out >line; }

# Facts a line; blank lines are no lines, the last one needs no end.
printf '%s\n' '{"unused":false}' '' '  ' '{"unused":true,"cash_paid":"USD 5"}' \
  >in
printf '{}' >>in
expect 0 eval shop/a.rpl --jsonl in
check ! -s err
check "$(wc -l <out)" -eq 3
line 1; has line '{"policy":"shop.a","outcome":"denied"'
line 2; has line '"amount":"5.00"'
line 3; has line '"outcome":"needs_info"'
cp out first
expect 0 eval shop/a.rpl --jsonl <in
cmp -s out first || complain 'standard input differs from a file'
expect 0 eval shop/a.rpl --jsonl - -o written <in
cmp -s written first || complain 'a file differs from standard output'
expect 0 eval shop/a.rpl --jsonl <(sed 's/$/\r/' in)
cmp -s out first || complain 'line ends of two bytes differ'
# Every answer is that of a single run.
expect 0 eval shop/a.rpl unused=false
line 1
cmp -s line <(head -n 1 first) || complain 'a batch differs from a single run'

# Bad lines.
printf '%s\n' '{"unused":false}' 'nonsense' '{"unused":1}' '[]' \
  '{"unused":true,"unused":true}' '{"no":1}' '{"unused":false}' >in
expect 1 eval shop/a.rpl --jsonl in
one_sentence
has err '5 of 7 lines were bad'
check "$(wc -l <out)" -eq 7
check "$(grep -c '^{"error":{"code":"facts_refused"' out)" -eq 5
line 3; has line '"fact":"unused"'; has line '"line":3,"column":11'
line 7; has line '"outcome":"denied"'
expect 1 eval shop/a.rpl --jsonl in --ignore-unknown
has err '4 of 7'

# Requests.
cat >in <<'END'
{"id":1,"policy":"shop.a","facts":{"unused":false}}
{"facts":{"used":5},"policy":"shop.b","id":{"k": [1,"é"]}}
{"id":3,"policy":"shop.b","facts":{"used":15}}
{"id":4,"policy":"shop.b","facts":{"used":15},"params":{"most":20}}
{"id":5,"policy":"shop.b","facts":{"used":15}}
{"id":"6","policy":"shop.c","facts":{}}
{"id":7,"policy":"shop.a","facts":{"used":1}}
{"id":8,"policy":"shop.b","facts":{"used":1},"params":{"least":1}}
{"id":9,"policy":"shop.a"}
{"id":10,"facts":{}}
{"id":11,"policy":"shop.\u0061","facts":{"unused":false}}
{"policy":"shop.a","facts":{}}
{"id":13,"policy":"shop.a","facts":{},"more":1}
{"id":14,"id":15,"policy":"shop.a","facts":{}}
{"id":16,"policy":"shop.a","facts":{}} x
{"id":17,"policy":7,"facts":{}}
END
expect 1 eval shop.rplb --jsonl in --requests
has err '10 of 16'
line 1; has line '{"id":1,"policy":"shop.a","outcome":"denied"'
line 2; has line '{"id":{"k": [1,"é"]},"policy":"shop.b","outcome":"full_refund"'
line 3; has line '"outcome":"denied"'
line 4; has line '{"id":4,"policy":"shop.b","outcome":"full_refund"'
line 5; has line '"outcome":"denied"' # params hold for one line
line 6; has line '{"id":"6","error":{"code":"unknown_policy"'
line 7; has line '{"id":7,"error":{"code":"facts_refused"'; has line '"fact":"used"'
line 7; has line '"column":36' # of the name, in the whole line
line 8; has line '{"id":8,"error":{"code":"params_refused"'
line 9; has line '{"id":9,"error":{"code":"bad_request"'
line 10; has line '{"id":10,"error":{"code":"bad_request"'
line 11; has line '"policy":"shop.a","outcome":"denied"'
line 12; has line '{"id":null,"error":'
line 13; has line '{"id":13,"error":'
line 14; has line '{"id":14,"error":'
line 15; has line '{"id":16,"error":'
line 16; has line '{"id":17,"error":'
# A param of the command line holds for all lines, also after one of a line.
expect 1 eval shop.rplb --jsonl in --requests --param most=16
line 3; has line '"outcome":"full_refund"'
line 5; has line '"outcome":"full_refund"'
expect 5 eval shop.rplb --jsonl in --requests --param least=16
# With one policy, or a default, requests need not name it.
echo '{"id":1,"facts":{"unused":false}}' | expect 0 eval shop/a.rpl --jsonl --requests
has out '{"id":1,"policy":"shop.a"'
echo '{"id":1,"facts":{"unused":false}}' |
  expect 0 eval shop.rplb --policy shop.a --jsonl --requests
has out '{"id":1,"policy":"shop.a"'
expect 2 eval shop.rplb --jsonl in

# The limit of a line is 1 MiB: 1048576 bytes are read, one more is not.
fill() { # fill BYTES - a line of that length
  printf '{"unused":false}%*s\n' $(($1 - 16)) ''
}
{ fill 1048576; fill 1048577; fill 3000000; fill 100; } >in
expect 1 eval shop/a.rpl --jsonl in
has err '2 of 4'
line 1; has line '"outcome":"denied"'
line 2; has line '{"error":{"code":"line_too_long"'; has line '"line":2'
line 3; has line '"line":3'
line 4; has line '"outcome":"denied"'
printf '%*s' 2000000 x >in
expect 1 eval shop/a.rpl --jsonl in
check "$(wc -l <out)" -eq 1

# A record replays.
echo '{"unused":false}' | expect 0 eval shop/a.rpl --jsonl --record
has out '"facts":'
has out '"program":'

# Answers come before more is asked for.
coproc "$RPLC" eval shop/a.rpl --jsonl
echo '{"unused":false}' >&"${COPROC[1]}"
: >out
read -r -t 20 answer <&"${COPROC[0]}" || complain 'no answer'
echo "${answer:-}" >out
has out '"outcome":"denied"'
exec {COPROC[1]}>&-
wait

# Memory does not grow with the number of lines.
peak() {
  "$RPLC" eval shop/a.rpl --jsonl "$1" >/dev/null &
  local pid=$! most=0 now
  while now=$(sed -n 's/^VmHWM: *\([0-9]*\).*/\1/p' "/proc/$pid/status" \
    2>/dev/null) && [ -n "$now" ]; do
    most=$now
  done
  wait "$pid"
  echo "$most"
}
if [ -r /proc/self/status ]; then
  yes '{"unused":true,"cash_paid":"USD 5"}' | head -n 400000 >many
  head -n 40000 many >some
  little=$(peak some)
  much=$(peak many)
  check "$much" -lt $((little + 4096))
fi
finish
