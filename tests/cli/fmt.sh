#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# rplc fmt: which files it touches, what it lists, and its exit codes.
# shellcheck source=tests/cli/common.sh
. tests/cli/common.sh

mkdir -p shop/inner
printf 'denied if a;\n' >good
printf 'denied   if a\n' >ugly
printf 'denied if ;\n' >bad
cp good shop/good.rpl
cp ugly shop/inner/ugly.rpl
cp ugly shop/notes.txt

expect 2 fmt
one_sentence
expect 2 fmt --chek shop
has err 'did you mean --check?'
expect 6 fmt missing.rpl
one_sentence
expect 2 fmt - - <ugly
has err 'asked for twice'

# --check lists and changes nothing.
expect 1 fmt --check shop
is out shop/inner/ugly.rpl
check ! -s err
cmp -s ugly shop/inner/ugly.rpl || complain "--check changed a file"
expect 0 fmt --check shop/good.rpl
check ! -s out
expect 1 fmt --check - <ugly
is out -

# Standard input goes to standard output, changed or not.
expect 0 fmt - <ugly
cmp -s out good || complain "standard input is not formatted"
expect 0 fmt - <good
cmp -s out good || complain "standard input is not copied"
expect 3 fmt - <bad
check ! -s out
has err 'standard input:1'

# A file that cannot be parsed stays, and the others are done all the same.
cp bad shop/bad.rpl
before=$(stat -c %i shop/good.rpl)
chmod 640 shop/inner/ugly.rpl
expect 3 fmt shop
has err 'shop/bad.rpl:1'
check ! -s out
cmp -s bad shop/bad.rpl || complain "a bad file was changed"
cmp -s good shop/inner/ugly.rpl || complain "a file after it was left out"
cmp -s ugly shop/notes.txt || complain "a file that is no policy was changed"
check "$(stat -c %i shop/good.rpl)" = "$before" # not even written
check "$(stat -c %a shop/inner/ugly.rpl)" = 640
check "$(find shop -type f | wc -l)" -eq 4 # no temporary file is left
expect 3 fmt --check shop
check ! -s out

# A file that is named is formatted whatever its name is, and a link is kept.
ln -s notes.txt shop/link
expect 0 fmt shop/link
check -L shop/link
cmp -s good shop/notes.txt || complain "the file behind a link is not formatted"

# Nothing is drawn in: a base that is not there is no concern of the layout.
printf 'policy a "A";extends far.away;\n' >a.rpl
expect 0 fmt a.rpl
is a.rpl 'policy a "A";
extends far.away;'

# A full disk is told.
"$RPLC" fmt - <good >/dev/full 2>err
code=$?
: >out
check "$code" -eq 6
one_sentence
finish
