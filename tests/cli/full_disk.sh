#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A file system that runs full while a result is written. Needs the right to
# mount one.
# shellcheck source=tests/cli/common.sh
. tests/cli/common.sh
mkdir disk
if ! mount -t tmpfs -o size=64k none disk 2>/dev/null; then
  echo 'cannot mount a file system; skipped'
  exit 77
fi
trap 'umount disk; rm -rf "$work"' EXIT
policy shop/a.rpl shop.a
yes '{"unused":false}' | head -n 5000 >many.jsonl

echo old >disk/answers
expect 6 eval shop/a.rpl --jsonl many.jsonl -o disk/answers
one_sentence
has err 'No space left on device'
is disk/answers old
check "$(ls -A disk)" = answers

head -c 64k /dev/zero >disk/filler 2>/dev/null
expect 6 build shop/a.rpl -o disk/answers
one_sentence
is disk/answers old
check ! -e disk/answers.tmp
check "$(ls -A disk | wc -l)" -eq 2
finish
