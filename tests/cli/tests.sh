#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# rplc test: what it prints in each form.
# shellcheck source=tests/cli/common.sh
. tests/cli/common.sh
policy shop/a.rpl shop.a
policy shop/b.rpl shop.b
sed -i 's/USD 5\.00/USD 6.00/; s/test "unused"/test "<un\&used>"/' shop/b.rpl

expect 1 test shop
has out 'shop/b.rpl:9: failed: shop.b: "<un&used>"'
has out 'expected: '
has out '6.00'
has out 'found: '
has out '5.00'
check "$(tail -n 1 out)" = '3 passed, 1 failed'
expect 0 test shop/a.rpl
is out '2 passed, 0 failed'

expect 1 test shop --format json
check "$(wc -l <out)" -eq 4
check "$(grep -c '"passed":true' out)" -eq 3
check "$(grep -c '^{"policy":"shop.b","name":"<un&used>","at":"shop/b.rpl:9","passed":false,' out)" -eq 1

expect 1 test shop --junit results.xml
check "$(tail -n 1 out)" = '3 passed, 1 failed'
has results.xml '<testsuites tests="4" failures="1">'
has results.xml '<testsuite name="shop.b" tests="2" failures="1">'
has results.xml 'name="&lt;un&amp;used&gt;"'
if command -v xmllint >/dev/null; then
  xmllint --noout results.xml 2>err || complain 'the XML is malformed'
fi

policy empty.rpl empty
sed -i '/^test/d' empty.rpl
expect 0 test empty.rpl
is out '0 passed, 0 failed'
finish
