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

# Coverage says what no test used; it never changes the exit code.
policy cover.rpl cover
sed -i 's/^otherwise/denied never if days > 7 because "Never.";\n&/' cover.rpl
expect 0 test cover.rpl --coverage
is out '2 passed, 0 failed
coverage of cover: 2 of 3 statements
  cover.rpl:8 rule never: no test makes it true'
expect 0 test cover.rpl --coverage --format json
check "$(tail -n 1 out)" = '{"coverage":"cover","statements":3,"used":2,"never_true":[{"kind":"rule","name":"never","at":"cover.rpl:8"}],"never_false":[]}'
sed -i '/^test "used"/d' cover.rpl
expect 0 test cover.rpl --coverage
has out 'cover.rpl:9 otherwise: no test makes it true'
expect 1 test shop --coverage
has out '3 passed, 1 failed'
has out 'coverage of shop.b: 2 of 2 statements'

policy empty.rpl empty
sed -i '/^test/d' empty.rpl
expect 0 test empty.rpl
is out '0 passed, 0 failed'

# A set of facts may stand on a long chain of sets, and on one set many times.
{
  echo 'edition 1; policy chain "A chain"; fact broken : boolean;'
  echo 'denied if broken; otherwise informational; given s0 { broken = true; }'
  for i in {1..40}; do
    echo "given s$i from s$((i - 1)), s$((i - 1)) { }"
  done
  echo 'test "the first of all" given s40 { expect outcome denied; }'
} >chain.rpl
expect 0 test chain.rpl
is out '1 passed, 0 failed'

# What is negative is compared by its value, as the rest is.
cat >negative.rpl <<'END'
edition 1; policy negative "What is below zero";
fact cash_paid : money >= 0;
output fee : money = -USD 5; output early : duration = -7d;
output change : number = -0.50;
full_refund if true;
test "right" { cash_paid = USD 1;
  expect fee -USD 5.00, early -7d, change -0.5; }
test "another amount" { cash_paid = USD 1; expect fee -USD 6; }
test "another sign" { cash_paid = USD 1; expect fee USD 5; }
test "another duration" { cash_paid = USD 1; expect early 7d; }
END
expect 1 test negative.rpl
check "$(tail -n 1 out)" = '1 passed, 3 failed'
finish
