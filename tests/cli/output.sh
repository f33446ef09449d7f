#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Where output goes, in which form, and that files appear whole or not at all.
# shellcheck source=tests/cli/common.sh
. tests/cli/common.sh
policy shop/a.rpl shop.a
sed 's/shop\.a/bad/; s/if unused/if unsued/' shop/a.rpl >bad.rpl
echo '{"unused": true, "cash_paid": "USD 5"}' >facts.jsonl

# A full disk under standard output is told, once.
for arguments in --help --version 'check --help' 'calc 1+1' \
  'calc --lines lines' 'eval shop/a.rpl unused=true' 'disasm shop/a.rpl' \
  'test shop/a.rpl' 'eval shop/a.rpl --jsonl facts.jsonl' \
  'build shop/a.rpl -o -' 'build shop/a.rpl -o /dev/full'; do
  echo '1 + 1' >lines
  # shellcheck disable=SC2086
  "$RPLC" $arguments >/dev/full 2>err
  code=$?
  : >out
  check "$code" -eq 6
  one_sentence
  has err 'No space left on device'
done

# Diagnostics: text on standard error, whatever standard output is.
expect 3 check bad.rpl
check ! -s out
has err unsued
hasnt err $'\e'
expect 3 check bad.rpl --format json
check ! -s err
has out '"code":'
expect 3 check bad.rpl --format sarif
check ! -s err
has out '"version":'
expect 0 check shop/a.rpl --format json
check ! -s out
expect 0 check shop/a.rpl --format sarif
has out '2.1.0'
expect 3 eval bad.rpl --format json
check ! -s out
has err '"code":'

# A failed build leaves what was there, and nothing beside it.
echo old >kept.rplb
expect 3 build bad.rpl -o kept.rplb
is kept.rplb old
expect 0 build shop/a.rpl -o kept.rplb
check "$(ls -A | grep -c tmp)" -eq 0
hasnt kept.rplb old
# Permissions stay, and links are followed.
chmod 640 kept.rplb
ln -s kept.rplb link.rplb
expect 0 build shop/a.rpl -o link.rplb
check -L link.rplb
check "$(stat -c %a kept.rplb)" = 640
# Pipes and devices are written as they are.
expect 0 build shop/a.rpl -o /dev/null
check -c /dev/null
# Stripped programs are smaller and decide.
expect 0 build shop/a.rpl --strip -o bare.rplb
check "$(stat -c %s bare.rplb)" -lt "$(stat -c %s kept.rplb)"
expect 0 check bare.rplb

# A batch leaves no half of a file: here the reading fails.
echo old >answers
expect 6 eval shop/a.rpl --jsonl shop -o answers
is answers old
expect 0 eval shop/a.rpl --jsonl facts.jsonl -o answers
check "$(wc -l <answers)" -eq 1
check ! -s out

# Whoever closes the pipe ends the run, quietly.
yes '{"unused":false}' | head -n 50000 >many.jsonl
"$RPLC" eval shop/a.rpl --jsonl many.jsonl 2>err | head -n 1 >out
check ! -s err
check "$(wc -l <out)" -eq 1
finish
