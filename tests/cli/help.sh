#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Help texts, and that the man page tells of the same commands and options.
# shellcheck source=tests/cli/common.sh
. tests/cli/common.sh
page=$project/docs/man/rplc.1

expect 0 --version
has out "rplc $(sed -n 's/^#define RPL_VERSION  *"\(.*\)"/\1/p' \
  "$project/include/rpl/base.h") "
expect 2 --version --help
expect 0 --help
cp out all
commands=$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' all)
check -n "$commands"
for command in $commands; do
  expect 0 "$command" --help
  has out "Usage: rplc $command "
  grep -q "^\.It Cm $command\$" "$page" || complain "no $command in the page"
  grep -q "^\.Cm $command\$" "$page" || complain "no $command in the synopsis"
  while read -r option; do
    grep -q "^\.It Fl ${option#-}\( \|\$\)" "$page" ||
      complain "no $option in the page"
    printf '%s\n' "$option" >>options
  done < <(sed -n '/^Options:/,$s/^  \(-[-a-z]*\).*/\1/p' out)
done
check -s options
while read -r option; do # and nothing more than that
  [ "$option" = --version ] || grep -qx -- "$option" options ||
    complain "the page has $option, which no command has"
done < <(sed -n '/^\.Ss Options/,$s/^\.It Fl \([-a-z]*\).*/-\1/p' "$page")

if command -v mandoc >/dev/null; then
  mandoc -T lint -W warning "$page" >out || complain "the page has mistakes"
fi
if command -v groff >/dev/null; then
  groff -mdoc -Tascii -ww "$page" >/dev/null 2>err
  check ! -s err
fi
finish
