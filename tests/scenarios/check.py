#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Decides every scenario of the .jsonl files beside this script with rplc and
compares the decisions with what the scenarios expect.

    RPLC=build/cli/rplc tests/scenarios/check.py [FILE.jsonl...]

A scenario is a line {"id", "policy", "title", "facts", "expect", "alt"?}. An
`alt` is what another reading of the rules gives; it is tried where alts.json
says which params select that reading, and skipped otherwise. Exit code 1 when
a decision differs, 2 when rplc could not run.
"""

import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
POLICIES = HERE.parent.parent / "policies"


def read_rows(paths):
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)


def cases_of(row, readings):
    """The row as it stands, then its other readings that params can select."""
    yield row["id"], row, {}, row["expect"], True
    for alt in row.get("alt", []):
        params = readings.get(alt["amb"], {}).get(alt["reading"])
        if params is not None:
            label = f'{row["id"]} {alt["amb"]} {alt["reading"]}'
            yield label, row, params, alt, False


def request(label, row, params):
    line = {"id": label, "policy": row["policy"], "facts": row["facts"]}
    if params:
        line["params"] = params
    return json.dumps(line, ensure_ascii=False)


def decide(rplc, lines):
    command = [rplc, "eval", str(POLICIES), "--jsonl", "--requests",
               "--format", "json"]
    done = subprocess.run(command, input="\n".join(lines) + "\n",
                          stdout=subprocess.PIPE, encoding="utf-8", check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines() if line]
    return {answer.get("id"): answer for answer in answers}


def same(name, wanted, got):
    if wanted != got:
        yield f"{name}: expected {wanted!r}, found {got!r}"


def contains(name, wanted, got):
    lacking = [item for item in wanted if item not in got]
    if lacking:
        yield f"{name}: {lacking} not in {got}"


def clauses_differ(wanted, answer):
    yield from contains("clauses", wanted, answer.get("clauses", []))
    first = (answer.get("reasons") or [{}])[0].get("clauses", [])
    if wanted and wanted[0] not in first:
        yield f"first reason: {wanted[0]} not in {first}"


def outputs_differ(wanted, answer):
    got = answer.get("outputs", {})
    for name, value in wanted.items():
        yield from same(name, value, got.get(name))


def money_differs(wanted, answer):
    """An absent amount means none; an absent currency was not thought of."""
    yield from same("amount", wanted.get("amount"), answer.get("amount"))
    if "currency" in wanted:
        yield from same("currency", wanted["currency"], answer.get("currency"))


def details_differ(wanted, answer):
    """What a full expectation says; what it leaves out must not be there."""
    yield from clauses_differ(wanted.get("clauses", []), answer)
    steps = [step["id"] for step in answer.get("steps", [])]
    yield from same("steps", wanted.get("steps", []), steps)
    yield from contains("missing", wanted.get("missing", []),
                        answer.get("missing", []))
    yield from same("deadline", wanted.get("deadline"), answer.get("deadline"))
    destination = (answer.get("destination") or [None])[0]
    yield from same("destination", wanted.get("destination"), destination)
    yield from outputs_differ(wanted.get("outputs", {}), answer)


def differences(wanted, answer, is_full):
    if answer is None:
        yield "no answer"
        return
    if "outcome" not in answer:
        yield f'refused: {answer.get("error")}'
        return
    yield from same("outcome", wanted["outcome"], answer["outcome"])
    if is_full or "amount" in wanted:
        yield from money_differs(wanted, answer)
    if is_full:
        yield from details_differ(wanted, answer)
        if "error" in answer:
            yield f'error: {answer["error"]}'


def main(arguments):
    rplc = os.environ.get("RPLC", "rplc")
    paths = [pathlib.Path(a) for a in arguments] or sorted(HERE.glob("*.jsonl"))
    readings = json.loads((HERE / "alts.json").read_text(encoding="utf-8"))
    cases = [case for row in read_rows(paths)
             for case in cases_of(row, readings)]
    try:
        answers = decide(rplc, [request(c[0], c[1], c[2]) for c in cases])
    except (OSError, ValueError) as problem:
        print(f"{rplc}: {problem}", file=sys.stderr)
        return 2
    if not answers:
        print(f"{rplc} gave no decision", file=sys.stderr)
        return 2
    failed = 0
    for label, row, _, wanted, is_full in cases:
        found = list(differences(wanted, answers.get(label), is_full))
        failed += bool(found)
        for text in found:
            print(f'{label} ({row["policy"]}, {row["title"]}): {text}')
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
