#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Aggregates with unknowns, exhaustively over small lists.

    RPLC=build/dev/cli/rplc tests/oracle/lists.py

Each element has a value and a condition, each of which may be unknown. What the
engine gives is held against all completions of the list: a result that it knows
is that of every completion, and where all completions agree it must know it. The
second is not demanded where a value is unknown, as numbers have too many
completions to try; the last line says how often the engine knows less than the
completions that were tried. Exit code 1 when a result is wrong.
"""
import itertools
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
RPLC = os.path.abspath(os.environ.get("RPLC", ROOT / "build/release/cli/rplc"))

UNKNOWN = None
VALUES = [UNKNOWN, 0, 1, 3]
CONDITIONS = [UNKNOWN, True, False]
# What an unknown value could turn out to be.
COMPLETIONS = [-7, 0, 1, 2, 3, 11]
LONGEST = 3


def least(pairs, pick):
    values = [value for value, condition in pairs if condition]
    return pick(values) if values else "empty_list"


FORMS = {
    "sum(x.v for x in {} if x.c)":
        lambda pairs: sum(v for v, c in pairs if c),
    "count(x in {} if x.c)":
        lambda pairs: sum(1 for _, c in pairs if c),
    "min(x.v for x in {} if x.c)": lambda pairs: least(pairs, min),
    "max(x.v for x in {} if x.c)": lambda pairs: least(pairs, max),
    "any(x.v > 1 for x in {} if x.c)":
        lambda pairs: any(c and v > 1 for v, c in pairs),
    "all(x.v > 1 for x in {} if x.c)":
        lambda pairs: all(not c or v > 1 for v, c in pairs),
}
# Forms that do not read the value: an unknown one is no excuse.
READS_NO_VALUE = {"count(x in {} if x.c)"}


def written(pairs):
    """The list, with a type for what is unknown."""
    def value(v):
        return "(0 + unknown)" if v is UNKNOWN else str(v)

    def condition(c):
        return "(true and unknown)" if c is UNKNOWN else str(c).lower()
    return "[" + ", ".join("{ v = %s, c = %s }" % (value(v), condition(c))
                           for v, c in pairs) + "]"


def completions(pairs):
    choices = []
    for value, condition in pairs:
        choices.append([
            (v, c)
            for v in (COMPLETIONS if value is UNKNOWN else [value])
            for c in ([True, False] if condition is UNKNOWN else [condition])])
    return itertools.product(*choices)


def found(line):
    """The engine's result: a number, a truth, an error's name or UNKNOWN."""
    answer = json.loads(line)
    if "error" in answer:
        return answer["error"]["code"]
    if answer["value"] == "unknown":
        return UNKNOWN
    return answer["value"] if isinstance(answer["value"], bool) \
        else int(answer["value"])


def main():
    elements = list(itertools.product(VALUES, CONDITIONS))
    lists = [pairs for length in range(1, LONGEST + 1)
             for pairs in itertools.combinations_with_replacement(
                 elements, length)]
    cases = [(form, pairs) for form in FORMS for pairs in lists]
    text = "".join(form.format(written(pairs)) + "\n" for form, pairs in cases)
    run = subprocess.run([RPLC, "calc", "--lines"], input=text, text=True,
                         capture_output=True, check=False)
    lines = run.stdout.splitlines()
    if len(lines) != len(cases):
        print(f"{len(lines)} lines for {len(cases)} expressions")
        return 1
    wrong = weaker = 0
    for (form, pairs), line in zip(cases, lines):
        possible = {FORMS[form](list(c)) for c in completions(pairs)}
        got = found(line)
        settled = len(possible) == 1
        excused = form not in READS_NO_VALUE and \
            any(v is UNKNOWN for v, _ in pairs)
        if got is UNKNOWN and settled:
            weaker += 1
        if (got is not UNKNOWN and possible != {got}) or \
                (got is UNKNOWN and settled and not excused):
            wrong += 1
            if wrong <= 10:
                print(form.format(written(pairs)), "gives", line,
                      "of", sorted(map(str, possible)))
    print(f"{len(cases)} expressions, {wrong} wrong; in {weaker} the engine "
          "knows less than all completions tried")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
