#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# demo.sh BUILD_DIR - decides real requests with the bundled policies and shows
# the decisions in plain words. Fails if a request gets no decision.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rplc="${1:?usage: demo.sh BUILD_DIR}/cli/rplc"
bundle=$(mktemp "${TMPDIR:-/tmp}/rpl-demo.XXXXXX.rplb")
trap 'rm -f "$bundle"' EXIT

trim() {
  local text=$1
  text=${text#"${text%%[![:space:]]*}"}
  printf '%s' "${text%"${text##*[![:space:]]}"}"
}

echo "Compiling the policies of policies/ into one verified bundle:"
echo "  \$ rplc build policies -o policies.rplb"
"$rplc" build policies -o "$bundle"
echo "  $(wc -c <"$bundle") bytes"

number=0
while IFS='|' read -r policy question facts; do
  policy=$(trim "$policy")
  case $policy in '' | '#'*) continue ;; esac
  number=$((number + 1))
  printf '\n%d. %s\n   (%s)\n' "$number" "$(trim "$question")" "$policy"
  printf '%s' "$facts" |
    "$rplc" eval "$bundle" --policy "$policy" --format text - |
    sed 's/^/     /'
done <tests/demo/requests.txt

sentence='refundable if unused; window 7d; amount = fee - fee*consumed/quota'
printf '\nA policy can be one sentence:\n  $ rplc eval -e "%s" \\\n' "$sentence"
echo "      unused=true fee='USD 1.60' quota=300 consumed=60 \\"
echo "      paid_at=2026-03-02T09:30:00Z requested_at=2026-03-04T00:00:00Z"
"$rplc" eval -e "$sentence" unused=true fee='USD 1.60' quota=300 consumed=60 \
  paid_at=2026-03-02T09:30:00Z requested_at=2026-03-04T00:00:00Z \
  --format text | sed 's/^/     /'

cat <<EOF

What to type next:
  $rplc --help                 what the command can do
  $rplc test policies          run the tests that stand beside the rules
  $rplc check FILE.rpl         look for mistakes in a policy of your own
  less policies/cms/gateway.rpl     read a policy aloud
  less docs/language.md             learn the language
EOF
