#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test.sh PROGRAM RPLC - decides a generated table and compares the sums with
# those of awk, which knows the policy in its own words.
set -euo pipefail

batch=$1 rplc=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/shop"
cat >"$work/shop/refund.rpl" <<'RPL'
edition 1;
policy shop.refund "Refunds of the shop";
fact unused : boolean "whether nothing was used";
fact fee : money > 0 "what was paid";
fact consumed : integer >= 0 "what was used of the quota";
fact quota : integer > 0 "what was bought";
full_refund untouched if unused because "Nothing was used.";
partial_refund used if not unused and consumed < quota because "A rest is left.";
amount = fee if unused;
amount = fee - fee * consumed / quota if not unused;
otherwise manual_review because "No rule covers it.";
RPL
"$rplc" build "$work/shop/refund.rpl" -o "$work/policies.rplb"

# Rows of every outcome; each seventeenth does not say whether it was used.
awk 'BEGIN {
  print "unused,fee,consumed,quota"
  for (i = 0; i < 5000; i++)
    printf "%s,%d,%d,%d\n", i % 17 ? i % 3 == 0 : "", 100 * (1 + i % 97),
      i % 120, 100
}' >"$work/orders.csv"

# The fee is a multiple of the quota, so every amount is whole. Where nothing is
# left of it, the vocabulary denies a refund of nothing.
awk -F, 'NR > 1 {
  if ($1 == "") name = "undetermined"
  else if ($1 == 1) { name = "full_refund"; sum[name] += $2 }
  else if ($3 < $4) { name = "partial_refund"; sum[name] += $2 - $2 * $3 / $4 }
  else name = "denied"
  count[name]++
}
END { for (name in count) print name, count[name], sum[name] + 0 }' \
  "$work/orders.csv" | sort >"$work/wanted"
"$batch" "$work/policies.rplb" shop.refund "$work/orders.csv" | sort >"$work/found"
diff "$work/wanted" "$work/found" || {
  echo "batch: the sums differ" >&2
  exit 1
}

# What is wrong is said: a name, a row, a file.
printf 'unusde\n1\n' >"$work/wrong.csv"
! "$batch" "$work/policies.rplb" shop.refund "$work/wrong.csv" 2>"$work/log"
grep -q 'no fact unusde' "$work/log"
printf 'unused,fee\n1,x\n' >"$work/wrong.csv"
! "$batch" "$work/policies.rplb" shop.refund "$work/wrong.csv" 2>"$work/log"
grep -q 'wrong.csv:2: not a row' "$work/log"
! "$batch" "$work/orders.csv" shop.refund "$work/orders.csv" 2>"$work/log"
grep -q 'no compiled policy' "$work/log"
echo "batch: $(wc -l <"$work/found") outcomes, every sum was right"
