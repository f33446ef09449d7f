#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The command line of rplc: what is refused, and how it is said.
# shellcheck source=tests/cli/common.sh
. tests/cli/common.sh
policy shop/a.rpl shop.a

expect 2
one_sentence
expect 2 evil
one_sentence
has err 'did you mean eval?'
expect 2 zzzzzz
has err 'rplc --help'
expect 2 --verbose
one_sentence
expect 2 eval --formt json shop/a.rpl
one_sentence
has err 'did you mean --format?'
expect 2 eval --formt=json shop/a.rpl
has err 'did you mean --format?'
expect 2 eval --form json shop/a.rpl # names are not abbreviated
expect 2 check --jsonl shop/a.rpl    # an option of another command
one_sentence
expect 2 test --mutants shop/a.rpl
expect 2 eval shop/a.rpl --policy
has err '--policy needs a value'
expect 2 eval shop/a.rpl --policy a --policy b
has err 'given twice'
expect 2 eval shop/a.rpl --record=yes
expect 2 eval shop/a.rpl --format xml
has err 'text or json'
expect 2 eval shop/a.rpl --format sarif
expect 2 check shop/a.rpl --format xml
has err 'sarif'
expect 2 eval shop/a.rpl --param days
one_sentence
expect 2 eval shop/a.rpl --param =5
expect 2 eval shop/a.rpl =5
expect 2 eval
expect 2 build shop/a.rpl
has err '-o OUT.rplb'
expect 2 build -o x.rplb
expect 2 check
expect 2 test
expect 2 calc
expect 2 calc 1 2
expect 2 disasm
expect 2 disasm shop/a.rpl shop/a.rpl
expect 2 eval shop/a.rpl --requests
has err '--jsonl'
expect 2 eval shop/a.rpl -o out.json
expect 2 eval shop/a.rpl --jsonl unused=true
expect 2 eval shop/a.rpl --jsonl --format text
expect 2 eval shop/a.rpl facts.json more.json

# Options stand anywhere, with or without an equals sign; -- ends them.
expect 0 eval unused=true --format=json shop/a.rpl 'cash_paid=USD 5'
expect 0 eval --format json shop/a.rpl unused=true --record 'cash_paid=USD 5'
expect 0 calc --format text -- '1 + 1'
is out 2
expect 0 calc --format text -1 # a minus does not make an option here
is out -1

# Control characters of a name do not reach the terminal.
expect 6 check $'no\e[31mfile.rpl'
one_sentence
hasnt err $'\e'
finish
