#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# rplc calc. The values are worked out by hand.
# shellcheck source=tests/cli/common.sh
. tests/cli/common.sh

expect 0 calc '1.60 - 1.60 * 60 / 300'
is out '{"value":"1.28","type":"number"}'
expect 0 calc '1.60 - 1.60 * 60 / 300' --format text
is out 1.28
expect 0 calc '8 / 15' --format text
is out 8/15
expect 0 calc 'fee * 3' 'fee=USD 1.60' --format text
is out 'USD 4.8' # exactly, not as a payment
expect 0 calc 'a == b' a=1 b=1.0
has out '"value":true'
expect 0 calc a==b a=1 b=2 --format text
is out false
expect 0 calc '1 / 0' --format text
has out 'error: '
expect 0 calc '1 / 0'
has out '{"error":{"code":"division_by_zero"'
expect 3 calc '1 + )'
has out '{"error":{'
has out '"code":"E0107"'
one_sentence
expect 3 calc '1 +' --format text
check ! -s out
one_sentence

printf '%s\n' '1 + 1' '' '2 * x' '1 / 0' '2 +' '3' >lines
expect 1 calc --lines lines x=4
check "$(wc -l <out)" -eq 5
sed -n 1p out >line; is line '{"value":"2","type":"integer"}'
sed -n 2p out >line; is line '{"value":"8","type":"integer"}'
sed -n 3p out >line; has line '{"error":{"code":"division_by_zero"'
sed -n 4p out >line; has line '{"error":{"code":"E'
sed -n 5p out >line; is line '{"value":"3","type":"integer"}'
printf '1 + 1\n1 / 0' | expect 0 calc --lines
check "$(wc -l <out)" -eq 2
printf '%*s1\n' 1048576 '' | expect 1 calc --lines
has out line_too_long
finish
