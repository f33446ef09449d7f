#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the schemas that `rplc facts` prints with what `rplc eval` takes.

    RPLC=build/cli/rplc python3 tests/cli/facts_schema.py

The facts of every scenario that rplc takes must be valid by the schema of their
policy, and a table of values of every kind must be judged as it says, by both.
The schemas are read by a validator of their keywords alone, written here from
the text of JSON Schema, draft 2020-12; a keyword that it does not know fails.
"""

import decimal
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RPLC = os.path.abspath(os.environ.get("RPLC", "rplc"))

failures = []


def complain(text):
    failures.append(text)
    print(text)


def read_json(text):
    return json.loads(text, parse_float=decimal.Decimal)


# ---- the validator ----

def is_number(value):
    return (isinstance(value, (int, decimal.Decimal))
            and not isinstance(value, bool))


TYPES = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "number": is_number,
    "integer": lambda value: is_number(value) and value == int(value),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def matches(pattern, value):
    assert pattern.startswith("^") and pattern.endswith("$")
    return re.search(pattern[:-1] + r"\Z", value) is not None


def members_valid(schema, value):
    known = schema.get("properties", {})
    for name, member in value.items():
        if name in known:
            if not valid(known[name], member):
                return False
        elif schema.get("additionalProperties") is False:
            return False
    return all(name in value for name in schema.get("required", []))


def only(test, check):
    """A keyword says nothing about values of another type."""
    return lambda schema, arg, value: not test(value) or check(
        schema, arg, value)


STRING, NUMBER = TYPES["string"], TYPES["number"]
ARRAY, OBJECT = TYPES["array"], TYPES["object"]
KEYWORDS = {
    "type": lambda schema, arg, value: TYPES[arg](value),
    "enum": lambda schema, arg, value: value in arg,
    "anyOf": lambda schema, arg, value: any(valid(s, value) for s in arg),
    "pattern": only(STRING, lambda schema, arg, value: matches(arg, value)),
    "minLength": only(STRING, lambda schema, arg, value: len(value) >= arg),
    "maxLength": only(STRING, lambda schema, arg, value: len(value) <= arg),
    "minimum": only(NUMBER, lambda schema, arg, value: value >= arg),
    "maximum": only(NUMBER, lambda schema, arg, value: value <= arg),
    "exclusiveMinimum": only(NUMBER, lambda schema, arg, value: value > arg),
    "exclusiveMaximum": only(NUMBER, lambda schema, arg, value: value < arg),
    "items": only(ARRAY, lambda schema, arg, value: all(
        valid(arg, item) for item in value)),
    "uniqueItems": only(ARRAY, lambda schema, arg, value: all(
        item not in value[:i] for i, item in enumerate(value))),
    "properties": only(OBJECT, lambda schema, arg, value: members_valid(
        schema, value)),
    "required": lambda schema, arg, value: True,  # see members_valid
    "additionalProperties": lambda schema, arg, value: True,  # the same
    "description": lambda schema, arg, value: True,
    "title": lambda schema, arg, value: True,
    "$schema": lambda schema, arg, value: True,
}


def valid(schema, value):
    return all(KEYWORDS[key](schema, arg, value)
               for key, arg in schema.items())


# ---- rplc ----

def schema_of(path, *more):
    done = subprocess.run([RPLC, "facts", str(path), *more],
                          stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return read_json(done.stdout)


def decide(path, lines, *options):
    done = subprocess.run(
        [RPLC, "eval", str(path), "--jsonl", *options],
        input="".join(line + "\n" for line in lines), stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, encoding="utf-8", check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


# ---- scenarios ----

def check_scenarios(program):
    schemas, lines = {}, []
    texts = [path.read_text(encoding="utf-8")
             for path in sorted((ROOT / "policies").rglob("*.rpl"))]
    for name in re.findall(r"(?m)^policy ([a-z0-9_.]+)", "\n".join(texts)):
        schemas[name] = schema_of(program, "--policy", name)
        if schemas[name]["title"] != name:
            complain(f"{name}: the title is {schemas[name]['title']}")
    for path in sorted((ROOT / "tests" / "scenarios").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line) if line.strip() else {}
            if row.get("policy") in schemas:
                lines.append(line)
    requests = []
    for line in lines:
        row = read_json(line)
        facts = re.search(r'"facts": ?(\{.*)', line).group(1)
        _, end = json.JSONDecoder().raw_decode(facts)
        requests.append(f'{{"id": {json.dumps(row["id"])}, "policy": '
                        f'"{row["policy"]}", "facts": {facts[:end]}}}')
    answers = decide(program, requests, "--requests")
    for line, answer in zip(lines, answers, strict=True):
        row = read_json(line)
        if "error" in answer and "outcome" not in answer:
            complain(f"{row['id']}: rplc refuses its facts: {answer['error']}")
            continue
        rejected = [item["fact"] for item in answer.get("rejected", [])]
        facts = {name: value for name, value in row["facts"].items()
                 if name not in rejected}
        schema = schemas[row["policy"]]
        for name, value in facts.items():
            if not valid(schema, {name: value}):
                complain(f"{row['id']}: the schema refuses {name}: {value!r}")
    if not lines:
        complain("there are no scenarios")
    return len(schemas), len(lines)


# ---- values of every kind ----

KINDS = """edition 1;
policy kinds "Values of every kind";
%s
enumeration proof = invoice, photo, "to";
enumeration open_proof = invoice, photo or other;
fact a_boolean : boolean;
fact maybe_boolean : boolean?;
fact an_integer : integer;
fact a_count : integer 1 .. 10;
fact a_number : number;
fact a_ratio : number > 0 and < 0.5;
fact maybe_number : number?;
fact some_money : money;
fact a_price : money > 0;
fact maybe_money : money? <= USD 5;
fact a_text : text;
fact a_short_text : text up to 3;
fact a_long_text : text > 2 and < 5 "in words";
fact a_date : date >= 2026-01-01;
fact a_datetime : datetime;
fact a_duration : duration > 0s;
fact a_period : period;
fact a_word : one of red, blue, "none";
fact any_word : one of red, blue or other "colour";
fact maybe_word : proof?;
fact a_rounding : rounding;
fact a_zone : zone;
fact proofs : set of proof;
fact open_proofs : set of open_proof;
param hidden : integer = 1;
denied if a_boolean;
otherwise manual_review;
"""

# The value as JSON, and who takes it: B both, N neither, S the schema alone
# (what no schema can say: calendar, codes, bounds of texts).
TABLE = {
    "a_boolean": 'B true|B false|N null|N "true"|N 1|N []',
    "maybe_boolean": "B true|B null|N 0",
    "an_integer": 'B 0|B -7|B 7.0|B 1e3|B 70e-1|B "60"|B "60.0"|B "6E1"|N 0.5'
                  '|S "0.5"|N "060"|N "+6"|N " 6"|N "6 "|N ""|N "1,000"|N true'
                  '|N null|N {}|B 123456789012345678901234567890',
    "a_count": 'B 1|B 10|B "1"|N 0|N 11|S "0"|S "11"|B 1.0e1',
    "a_number": 'B 0.1|B -0|B "-0.50"|B 1E-3|B "1e+2"|N ".5"|N "5."|N "0x1"'
                '|N "1/2"|N "NaN"|N false|N "1\\n"|N [1]',
    "a_ratio": 'B 0.1|B 0.49999999999999999999999|N 0|N 0.5|N -1|S "0.5"'
               '|B 1e-30',
    "maybe_number": "B null|B 1|N {}",
    "some_money": 'B "USD 1.60"|B "JPY -3"|B "USD 1e2"|N "USD1.60"'
                  '|N "usd 1.60"|N "USD  1"|N "USD "|N "USD"|S "XAU 1"'
                  '|B {"currency": "USD", "amount": "1.60"}'
                  '|B {"amount": 1.6, "currency": "KWD"}|N {"amount": 1}'
                  '|N {"currency": "USD", "amount": "1", "x": 1}'
                  '|N {"currency": "USD", "amount": null}'
                  '|N {"currency": "us", "amount": 1}'
                  '|S {"currency": "QQQ", "amount": 1}|C "1.60"|C 1.60|C -2'
                  "|N null|N true",
    "a_price": 'B "USD 0.001"|S "USD 0"|N {"currency": "USD", "amount": 0}'
               '|B {"currency": "USD", "amount": 0.5}|C 2|N 0|N -1',
    "maybe_money": 'B "USD 5"|S "USD 5.01"|S "EUR 1"|B null'
                   '|B {"currency": "USD", "amount": 5}'
                   '|N {"currency": "USD", "amount": 6}|C 5|N 6',
    "a_text": 'B ""|B "x\\ny"|B "\\u20ac"|N 1|N null|S "\\u0000"',
    "a_short_text": 'B ""|B "abc"|N "abcd"|B "\\u20ac\\u20ac\\u20ac"'
                    '|B "\\ud83d\\ude00\\ud83d\\ude00\\ud83d\\ude00"',
    "a_long_text": 'N "ab"|B "abc"|B "abcd"|N "abcde"',
    "a_date": 'B "2026-03-02"|B "9999-12-31"|S "2026-02-29"|N "2026-13-01"'
              '|N "2026-00-01"|N "2026-01-32"|N "26-01-01"|N "2026-1-1"'
              '|S "0000-01-01"|S "2025-12-31"|N "2026-03-02T00:00:00Z"'
              '|N 20260302|N "2026-03-02\\n"',
    "a_datetime": 'B "2026-03-02T09:30:00Z"|B "2026-03-02t09:30:00z"'
                  '|B "2026-03-02T17:30:00+08:00"|B "2026-03-02T17:30:00-00:00"'
                  '|B "2026-03-02T09:30:00.123456Z"'
                  '|B "2026-03-02T09:30:00.1234560Z"'
                  '|N "2026-03-02T09:30:00.1234561Z"|N "2026-03-02T09:30:00.Z"'
                  '|N "2026-03-02T09:30Z"|N "2026-03-02 09:30:00Z"'
                  '|N "2026-03-02T24:00:00Z"|N "2026-03-02T09:60:00Z"'
                  '|N "2026-03-02T23:59:60Z"|N "2026-03-02T09:30:00"'
                  '|N "2026-03-02T09:30:00+0800"|N "2026-03-02T09:30:00+24:00"'
                  '|S "2026-02-30T09:30:00Z"|N "2026-03-02"|N 0'
                  '|S "0001-01-01T00:00:00+01:00"',
    "a_duration": 'B "7d"|B "1d12h"|B "90min"|B "1w2d3h4min5s6ms7us"|B "007s"'
                  '|S "-90min"|S "0s"|N ""|N "-"|N "7"|N "d"|N "1h1d"|N "1d1d"'
                  '|N "1.5h"|N "1 d"|N "+1d"|N "1mo"|N 7|N null'
                  '|S "99999999999999999999s"',
    "a_word": 'B "red"|B "none"|N "RED"|N ""|N null|N "other"|N 0',
    "any_word": 'B "red"|B "green"|B ""|B "other"|N null|N 0',
    "maybe_word": 'B "invoice"|B "to"|B null|N "null"|N "other"',
    "a_currency": 'B "USD"|B "KWD"|S "XAU"|S "QQQ"|N "usd"|N "USDX"|N 840'
                  "|N null",
    "a_rounding": 'B "half_up"|B "half_even"|B "half_down"|B "up"|B "down"'
                  '|B "ceiling"|B "floor"|N "half_odd"|N 0',
    "a_zone": 'B "UTC"|B "Z"|B "+08:00"|B "-23:59"|N "+24:00"|N "+08:60"'
              '|N "+0800"|N "08:00"|N "utc"|N "z"|N 8|B "Asia/Shanghai"'
              '|S "Mars/Base"|N "asia/Shanghai"|N "Asia"|N "Asia/../Etc"',
    "a_period": 'B "1y2mo"|B "3mo"|B "-2y"|B "14mo"|N ""|N "-"|N "2mo1y"|N "1y1y"'
                '|N "7d"|N "1y7d"|N 3|N null|S "99999999999y"',
    "proofs": 'B []|B ["invoice"]|B ["photo", "invoice", "to"]'
              '|N ["invoice", "invoice"]|N ["other"]|N "invoice"|N [1]|N null'
              "|N {}",
    "open_proofs": 'B []|B ["invoice", "letter", "fax", "letter"]'
                   '|S ["invoice", "invoice"]|N [null]|N "letter"',
    "hidden": "N 1",
    "unheard_of": "N 1",
}


def table(with_currency):
    """(fact, JSON, rplc takes it, the schema takes it); C: with a currency."""
    for fact, row in TABLE.items():
        if fact == "a_currency" and not with_currency:
            continue
        for cell in row.split("|"):
            mark, text = cell.split(" ", 1)
            if mark == "C":
                mark = "B" if with_currency else "N"
            yield fact, text, mark == "B", mark in "BS"


def check_kinds(folder, with_currency):
    path = folder / "kinds.rpl"
    path.write_text(KINDS % ("fact a_currency : currency;" if with_currency
                             else ""), encoding="utf-8")
    schema = schema_of(path)
    declared = re.findall(r"(?m)^fact (\w+)", path.read_text(encoding="utf-8"))
    if list(schema["properties"]) != declared:
        complain(f"properties: {list(schema['properties'])}")
    rows = list(table(with_currency))
    answers = decide(path, [
        f'{{"{fact}": {text}}}' if fact == "a_currency" or not with_currency
        else f'{{"{fact}": {text}, "a_currency": "USD"}}'
        for fact, text, _, _ in rows])
    for row, answer in zip(rows, answers, strict=True):
        fact, text, rplc_takes, schema_takes = row
        taken = "outcome" in answer and "rejected" not in answer
        if taken != rplc_takes:
            complain(f"{fact} = {text}: rplc says {json.dumps(answer)}")
        if valid(schema, {fact: read_json(text)}) != schema_takes:
            complain(f"{fact} = {text}: the schema says {not schema_takes}")
    return len(rows)


def check_words(folder):
    """What the descriptions must say."""
    schema = schema_of(folder / "kinds.rpl")["properties"]
    for fact, words in {"any_word": "colour; red, blue, or another text",
                        "open_proofs": "invoice, photo, or another text",
                        "a_ratio": "(> 0 and < 0.5)",
                        "maybe_money": "(<= USD 5.00)",
                        "a_date": "(>= 2026-01-01)",
                        "a_long_text": "in words (length > 2 and < 5)"}.items():
        if schema[fact].get("description") != words:
            complain(f"{fact} is described: {schema[fact].get('description')}")


def check_stripped(folder):
    """Without its side tables a program still says what it takes."""
    out = folder / "kinds.rplb"
    subprocess.run([RPLC, "build", "--strip", str(folder / "kinds.rpl"), "-o",
                    str(out)], check=True)
    text = json.dumps(schema_of(out), default=str)
    whole = json.dumps(schema_of(folder / "kinds.rpl"), default=str)
    whole = whole.replace(', "description": "Values of every kind"', "")
    whole = whole.replace("in words (length", "(length")
    whole = whole.replace("colour; red", "red")
    if text != whole:
        complain("a stripped program has another schema")


def check_usage(folder):
    for arguments, code in (([], 2), ([str(folder), "x"], 2),
                            ([str(folder / "no.rpl")], 6),
                            ([str(folder / "kinds.rpl"), "--policy", "no"], 2),
                            ([str(ROOT / "policies")], 2)):
        done = subprocess.run([RPLC, "facts", *arguments],
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False)
        if done.returncode != code or done.stdout:
            complain(f"facts {arguments}: exit code {done.returncode}")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        values = check_kinds(folder, False) + check_kinds(folder, True)
        check_words(folder)
        check_stripped(folder)
        check_usage(folder)
        program = folder / "all.rplb"
        subprocess.run([RPLC, "build", str(ROOT / "policies"), "-o",
                        str(program)], check=True)
        policies, rows = check_scenarios(program)
    print(f"{policies} schemas, {rows} scenarios, {values} values, "
          f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
