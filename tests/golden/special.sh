# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# special.sh - part of run.sh: mistakes that cannot stand in a text file of the
# project, because they are bytes that no editor keeps, too long, or not in a
# file at all. Each case is made in a folder of its own and compared like others.

# special NAME CODE LINE COMMAND... - runs rplc in the case's folder and expects
# CODE at LINE of any file (0: no place).
special() {
  local name=$1 wanted=$2 line=$3 code
  shift 3
  "$RPLC" "$@" >"$work/stdout" 2>"$work/out"
  code=$?
  : >"$work/done.$name"
  [ "$code" -eq 3 ] || complain "$name" "exit code $code, not 3"
  [ -s "$work/stdout" ] && complain "$name" "standard output is not empty"
  grep -q "^error\[$wanted\]" "$work/out" ||
    complain "$name" "$wanted is not reported"
  if [ "$line" -gt 0 ]; then
    reported "$work/out" | grep -q ":$line $wanted\$" ||
      complain "$name" "$wanted is not reported at line $line"
  fi
  compare "$name"
}

# start NAME - a new folder with the head of a policy in NAME.rpl.
start() {
  mkdir "$work/$1" && cd "$work/$1" || exit 1
  printf 'edition 1;\npolicy %s "A shop";\nfact unused : boolean;\n' "$1" \
    >"$1.rpl"
}

finish_policy() {
  printf 'fact cash_paid : money >= 0;\nrefundable if unused;\notherwise denied;\n' \
    >>"$1.rpl"
}

# times COUNT TEXT - TEXT that often.
times() {
  awk -v count="$1" -v text="$2" \
    'BEGIN { for (i = 0; i < count; i++) printf "%s", text }'
}

start bad_utf8
printf 'fact caf\303 : boolean;\n' >>bad_utf8.rpl
finish_policy bad_utf8
special bad_utf8 E0101 4 check bad_utf8.rpl

start nul_byte
printf 'fact bro\000ken : boolean;\n' >>nul_byte.rpl
finish_policy nul_byte
special nul_byte E0102 4 check nul_byte.rpl

start text_too_long
printf 'denied if unused because "%s";\n' "$(times 4097 x)" >>text_too_long.rpl
finish_policy text_too_long
special text_too_long E0502 4 check text_too_long.rpl

start source_too_long
times 2097153 '//-----
' >>source_too_long.rpl
special source_too_long E0505 0 check source_too_long.rpl

start nested_too_deeply
printf 'let deep = %strue%s;\n' "$(times 10000 '(')" "$(times 10000 ')')" \
  >>nested_too_deeply.rpl
finish_policy nested_too_deeply
special nested_too_deeply E0501 4 check nested_too_deeply.rpl

start sum_too_long
printf 'let long = 1%s;\n' "$(times 5000 ' + 1')" >>sum_too_long.rpl
finish_policy sum_too_long
special sum_too_long E0501 4 check sum_too_long.rpl

# A chain of 17 bases behind one another, one more than the limit.
start extends_too_often
printf 'extends base1;\n' >>extends_too_often.rpl
for i in $(seq 17); do
  printf 'edition 1;\npolicy base%d "Base %d";\nextends base%d;\n' \
    "$i" "$i" $((i + 1)) >"base$i.rpl"
done
special extends_too_often E0507 3 check extends_too_often.rpl

# A thousand modules beside the policy and the vocabulary.
start too_many_files
for i in $(seq 1000); do
  printf 'use many%d;\n' "$i"
  printf 'edition 1;\nmodule many%d "Nothing";\n' "$i" >"many$i.rpl"
done >>too_many_files.rpl
finish_policy too_many_files
special too_many_files E0506 1003 check too_many_files.rpl

# A ranked output takes up to eight values.
start program_too_large
printf 'output places : ranked text = "1"%s;\n' "$(times 8 ', "2"')" \
  >>program_too_large.rpl
finish_policy program_too_large
special program_too_large E0508 0 check program_too_large.rpl

start cost_too_high
for i in $(seq 300); do
  awk -v rule="$i" 'BEGIN {
    printf "denied r%d if count", rule
    for (i = 0; i < 600; i++) printf " + count / %d", rule * 1000 + i
    print " > 1;"
  }'
done >cost_too_high.body
{ echo 'fact count : number;'; cat cost_too_high.body; } >>cost_too_high.rpl
finish_policy cost_too_high
special cost_too_high E0509 2 check cost_too_high.rpl

# A chain of 101 functions, one more than the limit.
start calls_too_deep
for i in $(seq 100); do
  printf 'function f%d(x : number) : number = f%d(x);\n' "$i" $((i + 1))
done >>calls_too_deep.rpl
printf 'function f101(x : number) : number = x;\ndenied dear if f1(1) > 2;\n' \
  >>calls_too_deep.rpl
finish_policy calls_too_deep
special calls_too_deep E0525 4 check calls_too_deep.rpl

# Thirty functions that each call the next one twice, never with the same value:
# 2^30 calls, if they were all written out.
start calls_too_large
for i in $(seq 30); do
  printf 'function f%d(x : number) : number = f%d(x * 2) + f%d(x + 1);\n' \
    "$i" $((i + 1)) $((i + 1))
done >>calls_too_large.rpl
printf 'function f31(x : number) : number = x;\nfact n : number;\n' \
  >>calls_too_large.rpl
printf 'denied dear if f1(n) > 2;\n' >>calls_too_large.rpl
finish_policy calls_too_large
special calls_too_large E0526 0 check calls_too_large.rpl

# Two thousand rows for any first value, and two thousand first values.
start table_too_large
{
  echo 'table t(x : integer, y : integer) : integer {'
  for i in $(seq 2000); do
    printf 'any, %d -> 1;\n%d, > 2000 -> 1;\n' "$i" "$i"
  done
  echo '}'
  echo 'denied dear if t(1, 1) > 2;'
} >>table_too_large.rpl
finish_policy table_too_large
special table_too_large E0527 4 check table_too_large.rpl

start too_many_parameters
printf 'function f(%sx0 : number) : number = x0;\n' \
  "$(for i in $(seq 32); do printf 'x%d : number, ' "$i"; done)" \
  >>too_many_parameters.rpl
finish_policy too_many_parameters
special too_many_parameters E0528 4 check too_many_parameters.rpl

mkdir "$work/not_inferred" && cd "$work/not_inferred" || exit 1
special not_inferred E0306 1 eval -e 'denied if left == right' \
  left=1 right=1

cd "$golden" || exit 1
