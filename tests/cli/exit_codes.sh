#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One case at least for each exit code of each command.
# shellcheck source=tests/cli/common.sh
. tests/cli/common.sh
policy shop/a.rpl shop.a
policy shop/b.rpl shop.b
mkdir bad
sed 's/shop\.a/bad.a/; s/if unused/if unsued/' shop/a.rpl >bad/a.rpl
sed 's/shop\.a/bad.failing/; s/USD 5\.00/USD 6.00/' shop/a.rpl >bad/failing.rpl
printf 'RPLP is not enough' >bad/x.rplb
: >bad/empty.rplb
echo '{"unused": true, "cash_paid": "USD 5"}' >facts.json

# 0
expect 0 check shop
check ! -s out
check ! -s err
expect 0 build shop -o shop.rplb
check ! -s out
expect 0 check shop.rplb
expect 0 eval shop/a.rpl facts.json --format json
has out '"outcome":"full_refund"'
has out '"amount":"5.00","currency":"USD"'
expect 0 eval shop/a.rpl unused=false # a denial is a decision
has out '"outcome":"denied"'
expect 0 eval shop/a.rpl # so is a question
has out '"outcome":"needs_info"'
expect 0 eval shop.rplb --policy shop.b facts.json
has out '"policy":"shop.b"'
expect 0 eval shop/a.rpl facts.json --format text
has out 'SHOP-02'
expect 0 test shop
is out '4 passed, 0 failed'
expect 0 disasm shop.rplb
has out shop.a
has out shop.b
expect 0 disasm shop.rplb --policy shop.b
hasnt out shop.a
expect 0 calc '1 / 0' # an error is a value
has out '"error"'

# 1
expect 1 test bad/failing.rpl
has out '1 passed, 1 failed'
has out bad/failing.rpl:9
echo nonsense | expect 1 eval shop/a.rpl --jsonl
printf '1 +\n' | expect 1 calc --lines

# 2
expect 2 eval shop facts.json
one_sentence
has err 'shop.a, shop.b'
expect 2 eval shop --policy shop.c facts.json
has err 'shop.a, shop.b'
expect 2 build shop.rplb -o again.rplb
expect 2 test shop.rplb
expect 2 eval - - </dev/null

# 3
for command in check test disasm eval; do
  expect 3 "$command" bad/a.rpl
  has err 'unsued'
  has err 'bad/a.rpl:7'
  check ! -s out
done
expect 3 build bad/a.rpl -o bad.rplb
check ! -e bad.rplb
expect 3 eval bad/a.rpl --jsonl facts.json
expect 3 eval -e 'refundable if ;' unused=true
expect 3 calc '1 +'
expect 3 check bad # the good ones do not make up for it

# 4
expect 4 check bad/x.rplb
one_sentence
expect 4 eval bad/x.rplb facts.json
expect 4 eval bad/empty.rplb facts.json
expect 4 disasm bad/x.rplb
head -c 100 shop.rplb >cut.rplb
expect 4 eval cut.rplb facts.json

# 5
expect 5 eval shop/a.rpl unusd=true
one_sentence
has err unused
expect 5 eval shop/a.rpl unused=maybe
expect 5 eval shop/a.rpl facts.json unused=true # twice
expect 5 eval shop/a.rpl --param days=many unused=true
expect 5 eval shop/a.rpl --param dayz=3 unused=true
echo '{"unused": true, "cash_paid": "USD 5", "more": 1}' >more.json
expect 5 eval shop/a.rpl more.json
has err 'more.json:1:'
expect 5 eval shop/a.rpl more.json --format json
has err '{"error":{"code":"facts_refused"'
expect 0 eval shop/a.rpl more.json --ignore-unknown
expect 0 eval shop/a.rpl --ignore-unknown facts.json other=1
echo '{"unused": true' | expect 5 eval shop/a.rpl -

# 6
expect 6 check nowhere.rpl
one_sentence
expect 6 eval shop/a.rpl nowhere.json
expect 6 eval shop/a.rpl shop # facts are no folder
expect 6 eval shop/a.rpl --jsonl nowhere.jsonl
expect 6 calc --lines nowhere.txt
expect 6 build shop -o nowhere/out.rplb
expect 6 eval shop/a.rpl --jsonl facts.json -o nowhere/out.jsonl
mkdir none
expect 6 check none
expect 6 test shop --junit nowhere/out.xml
finish
