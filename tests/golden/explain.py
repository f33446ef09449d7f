#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""explain.py [--update] - explanations of bundled policies, word for word.

Each explain/ID.expected is what `rplc explain` says of the request ID of
tests/scenarios, as text, and the JSON of the same explanation must name the same
outcome and rules. --update writes the texts anew: read them before they stay.
RPLC names the command under test.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
RPLC = os.environ["RPLC"]


def requests():
    found = {}
    for rows in sorted((PROJECT / "tests/scenarios").glob("*.jsonl")):
        for line in rows.read_text(encoding="utf-8").splitlines():
            if line.strip():
                row = json.loads(line)
                found[row["id"]] = row
    return found


def explain(row, form, program):
    command = [RPLC, "explain", program, "--policy", row["policy"],
               "--format", form, "-"]
    done = subprocess.run(command, input=json.dumps(row["facts"]), text=True,
                          capture_output=True, cwd=PROJECT, check=False)
    if done.returncode:
        sys.exit(f"{row['id']}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def held(explanation):
    return [rule["rule"] for outcome in explanation["outcomes"]
            if outcome["verdict"] == "held" for rule in outcome["rules"]
            if rule["verdict"] == "held"]


def check_json(row, program):
    explanation = json.loads(explain(row, "json", program))
    decision = explanation["decision"]
    if decision["outcome"] != row["expect"]["outcome"]:
        return f"the outcome is {decision['outcome']}"
    reasons = [reason["rule"] for reason in decision.get("reasons", [])]
    if "missing" not in decision and "error" not in decision \
            and reasons != ["otherwise"] and held(explanation) != reasons:
        return f"held are {held(explanation)}, reasons are {reasons}"
    return None


def check_all(program):
    rows = requests()
    failures = 0
    for expected in sorted((HERE / "explain").glob("*.expected")):
        row = rows[expected.stem]
        text = explain(row, "text", program)
        if "--update" in sys.argv:
            expected.write_text(text, encoding="utf-8")
        elif expected.read_text(encoding="utf-8") != text:
            print(f"{expected.name}: the text differs:\n{text}")
            failures += 1
    for row in rows.values():
        wrong = check_json(row, program)
        if wrong:
            print(f"{row['id']}: {wrong}")
            failures += 1
    return 1 if failures else 0


def main():
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "policies.rplb")
        subprocess.run([RPLC, "build", "policies", "-o", program], cwd=PROJECT,
                       check=True)
        return check_all(program)


sys.exit(main())
