#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Roots of dotted names, folders, standard input, and dependency files.
# shellcheck source=tests/cli/common.sh
. tests/cli/common.sh
policy tree/shop/base.rpl shop.base
policy tree/shop/deep/leaf.rpl shop.deep.leaf
mkdir -p tree/shop/.hidden
echo garbage >tree/shop/.hidden/x.rpl
echo garbage >tree/shop/.x.rpl
echo garbage >tree/shop/notes.txt
cat >tree/shop/child.rpl <<'END'
// policy not.this;
/* policy nor.this; */
edition 1; policy shop . child /* odd */ "policy text.in; it";
extends shop.base;
END
cat >tree/shop/words.rpl <<'END'
edition 1;
module shop.words "Words";
END

# The root is found from wherever the path begins.
for place in . tree tree/shop; do
  below=tree/shop/child.rpl
  [ "$place" = . ] || below=${below#"$place"/}
  (cd "$place" && "$RPLC" check "$below") >out 2>err ||
    complain "check $below in $place"
  (cd "$place" && "$RPLC" eval "./$below" unused=true 'cash_paid=USD 5') \
    >out 2>err || complain "eval ./$below in $place"
  has out '"at":"shop/base.rpl:7"' # below the root, wherever that is
done
expect 0 check "$work/tree//shop/./child.rpl"
ln -s tree/shop link
expect 0 check link/child.rpl

# A folder is all its policies; modules, hidden names and other files are not.
for folder in tree tree/ tree/shop ./tree/shop/../shop; do
  expect 0 build "$folder" -o all.rplb
  expect 2 eval all.rplb
  has err 'shop.base, shop.child, shop.deep.leaf'
done
cp all.rplb first.rplb
(cd tree && "$RPLC" build shop -o ../second.rplb)
cmp -s first.rplb second.rplb || complain 'the place changes the bytes'

# A base that is drawn in is no policy of the bundle.
expect 0 eval tree/shop/child.rpl unused=false
has out '"policy":"shop.child"'
# The same file twice is one policy; two files of one name are a mistake.
expect 0 check tree tree/shop/child.rpl
policy other/shop/base.rpl shop.base
expect 3 check tree other
has err 'shop.base'

# A wrong name is the compiler's to report.
policy wrong/name.rpl shop.right
expect 3 check wrong/name.rpl
has err 'shop.right'
echo 'edition 1;' >wrong/none.rpl
expect 3 check wrong/none.rpl
: >wrong/empty.rpl
expect 3 check wrong/empty.rpl
head -c 3000 /dev/zero >wrong/zero.rpl
expect 3 check wrong/zero.rpl
printf '/* policy a.b; "' >wrong/open.rpl
expect 3 check wrong/open.rpl

# Limits: 64 folders inside each other, 10000 files, 128 bytes of a name.
deep=deep
for _ in {2..64}; do deep=$deep/d; done
policy "$deep/x.rpl" x
expect 0 check deep
mkdir "$deep/d"
expect 6 check deep
one_sentence
mkdir crowd
for number in {1..9999}; do
  echo "module m;" >"crowd/m$number.rpl"
done
policy crowd/x.rpl x
expect 0 check crowd
echo 'module m;' >crowd/more.rpl
expect 6 check crowd
one_sentence
long=$(printf 'a%.0s' {1..63})
policy "long/$long/b$long.rpl" "$long.b$long"
expect 0 check "long/$long/b$long.rpl"
policy "long/a$long/b$long.rpl" "a$long.b$long"
expect 3 check "long/a$long/b$long.rpl"

# Standard input.
expect 0 eval - unused=false <tree/shop/base.rpl
has out '"policy":"shop.base"'
expect 0 eval - --policy shop.child unused=false <all.rplb
has out '"policy":"shop.child"'
echo '{"unused":false}' | expect 0 eval tree/shop/base.rpl -
has out '"outcome":"denied"'
expect 0 build - -o - <tree/shop/base.rpl
cp out piped.rplb
expect 0 check piped.rplb

# Dependencies, as make reads them: blanks, # and $ are escaped.
policy 'odd $#/a b.rpl' c
mkdir -p odd/shop
cp tree/shop/*.rpl odd/shop
mv odd 'o d$d#'
expect 0 build 'o d$d#/shop/child.rpl' -o 'o t.rplb' -d dep
cat >wanted <<'END'
o\ t.rplb: \
  o\ d$$d\#/shop/child.rpl \
  o\ d$$d\#/shop/base.rpl
END
cmp -s dep wanted || complain "dep is: $(cat dep)"

# An expression on the spot.
expect 0 eval -e 'refundable if unused; amount = fee;' \
  unused=true 'fee=USD 2.50'
has out '"amount":"2.50"'
finish
