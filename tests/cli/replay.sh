#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# rplc replay: records that come out the same, and those that do not.
# shellcheck source=tests/cli/common.sh
. tests/cli/common.sh
policy shop/a.rpl shop.a
policy shop/b.rpl shop.b
printf '%s\n' '{"id":1,"policy":"shop.a","facts":{}}' \
  '{"id":2,"policy":"shop.b","facts":{}}' >requests
expect 0 eval shop --jsonl requests --requests --record -o records
expect 0 replay shop records --format text
is out '2 replayed to the same bytes, 0 did not'
expect 0 replay shop - --format json <records
is out '{"line":1,"result":"same"}
{"line":2,"result":"same"}'
expect 0 replay shop --format text <records
expect 0 build shop -o shop.rplb
expect 0 replay shop.rplb records

# Another outcome, another program, no record at all.
sed -e '1s/"outcome":"[a-z_]*"/"outcome":"granted"/' records >tampered
echo nothing >>tampered
expect 1 replay shop tampered --format text
has out 'tampered:1: different: "outcome" is "granted" in the record and '
has out 'tampered:3: malformed: it is not JSON: '
check "$(tail -n 1 out)" = '1 replayed to the same bytes, 2 did not'
expect 1 replay shop tampered --format json
has out '{"line":1,"result":"different","member":"outcome","text":'
printf '// changed\nlet unread_now = 1 > 0;\ninformational more if unread_now;\n' >>shop/b.rpl
expect 1 replay shop records --format text
has out 'records:2: other_program: the program is '

expect 2 replay
expect 2 replay -
expect 2 replay shop records more
expect 6 replay shop absent
finish
