#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Warnings: who shows them, in which forms, and when they fail a command.
# shellcheck source=tests/cli/common.sh
. tests/cli/common.sh
policy shop/a.rpl shop.a
sed '/^otherwise/i param spare : integer = 1;' shop/a.rpl >shop/b.rpl
sed -i 's/shop\.a/shop.b/' shop/b.rpl
grep -q '^param spare' shop/b.rpl || complain "the policy has no param"

# shown where a policy is checked, built or tested, and no failure there
for command in check test "build -o b.rplb"; do
  # shellcheck disable=SC2086
  expect 0 $command shop/b.rpl
  has err "warning[W0703]: nothing reads the param \`spare\`"
done
[ -s b.rplb ] || complain "nothing was built"
expect 0 check shop/b.rpl --format json
has out '"severity":"warning","code":"W0703"'
expect 0 check shop/b.rpl --format sarif
has out '"level":"warning"'

# whoever asks for a decision is not told
expect 0 eval shop/b.rpl unused=true
hasnt err W0703
expect 0 facts shop/b.rpl
hasnt err W0703

# --deny-warnings
rm b.rplb
for command in check test "build -o b.rplb"; do
  # shellcheck disable=SC2086
  expect 3 $command shop/b.rpl --deny-warnings
  has err W0703
  # shellcheck disable=SC2086
  expect 0 $command shop/a.rpl --deny-warnings
done
rm b.rplb
expect 3 build -o b.rplb --deny-warnings shop
[ ! -e b.rplb ] || complain "something was built"
expect 2 eval shop/b.rpl --deny-warnings
one_sentence

# silenced in place
sed -i 's|^param spare.*|& // allow W0703: of later use|' shop/b.rpl
expect 0 check shop/b.rpl --deny-warnings
hasnt err W0703

# a base is not warned of while a policy that extends it is checked
printf 'edition 1;\npolicy shop.c "C";\nextends shop.base;\n' >shop/c.rpl
sed 's/shop\.b/shop.base/; s| // allow.*||' shop/b.rpl >shop/base.rpl
expect 0 check shop/c.rpl --deny-warnings
expect 3 check shop/base.rpl --deny-warnings
finish
