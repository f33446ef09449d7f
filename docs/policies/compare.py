#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what the pages of this folder are made from with the compiled
policies: the same facts and params in the same order, and the same rules, steps
and definitions. So a page can neither lose a statement nor keep one that was
replaced, whatever its reader (reader.py) makes of the text.

    RPLC=build/cli/rplc docs/policies/compare.py
"""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import generate  # noqa: E402


def compiled(rplc, program, policy):
    """The records of a policy as lists of words, by their first word."""
    done = subprocess.run([rplc, "disasm", program, "--policy", policy],
                          stdout=subprocess.PIPE, encoding="utf-8", check=True)
    found = {}
    for line in done.stdout.splitlines():
        record = line.split()
        if record:
            found.setdefault(record[0], []).append(record)
    return found


def differences(policy, found):
    """(what, on the page, in the program) of all that differs."""
    page = generate.Page(policy)
    definitions = [row[0] for output in policy.of("output")
                   for row in page.definitions(output)]
    steps = {name for s in policy.of("rule", "otherwise")
             for name, _, _ in s.steps}

    def names(kind, place=1):
        return [record[place] for record in found.get(kind, [])]

    # a rule of an outcome that is split in two is two rules of one name
    for what, ours, theirs in (
            ("facts", [s.name for s in policy.of("fact")], names("fact")),
            ("params", [s.name for s in policy.of("param")], names("param")),
            ("rules", {s.name for s in policy.of("rule")},
             set(names("rule", 2))),
            ("steps", steps, set(names("step"))),
            ("definitions", sorted(definitions),
             sorted(generate.italic(name) for name in names("define")))):
        if ours != theirs:
            yield what, ours, theirs


def main():
    rplc = os.environ.get("RPLC", "rplc")
    count = 0
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        program = str(pathlib.Path(folder) / "all.rplb")
        subprocess.run([rplc, "build", str(generate.ROOT / "policies"), "-o",
                        program], check=True)
        for policy in generate.make_policies():
            count += 1
            name = policy.own.name
            for what, ours, theirs in differences(
                    policy, compiled(rplc, program, name)):
                failed = True
                print(f"{name}: {what}: the page has {ours}, "
                      f"the program {theirs}")
    print(f"{count} policies compared")
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
