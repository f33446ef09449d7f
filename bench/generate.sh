#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# generate.sh guards N | keyed N - prints a policy that is measured.
set -euo pipefail

# N rules that compare the difference of two facts with a bound; none fires.
guards() {
  echo 'edition 1; policy guards40 "A chain of guards, for measuring";'
  echo 'outcome denied; outcome full_refund;'
  echo 'outcome needs_info for unknown; outcome manual_review for error;'
  for ((i = 0; i < 10; i++)); do echo "fact f$i : integer 0 .. 1000000;"; done
  for ((i = 0; i < $1; i++)); do
    echo "denied g$i if f$((i % 10)) - f$(((i + 3) % 10)) > $((1000 + i));"
  done
  echo 'otherwise full_refund;'
}

# N rules, each for one key.
keyed() {
  echo "edition 1; policy keyed$1 \"Rules by key, for measuring\";"
  echo 'outcome denied; outcome full_refund;'
  echo 'outcome needs_info for unknown; outcome manual_review for error;'
  echo "fact product : integer 0 .. $(($1 - 1)); fact days : integer >= 0;"
  awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
    printf "denied r%d if product == %d and days > %d;\n", i, i, 5 + i % 20 }'
  echo 'otherwise full_refund;'
}

"$1" "$2"
