#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that no clause of the documents was overlooked.

    coverage.py [ROOT]

Every id of policies/clauses.txt is either cited by a policy or listed in
policies/COVERAGE.md with a reason, never both, and neither names an id that
is not there. Prints one line for each breach; exits with 1 if there is any.
"""
import pathlib
import re
import sys

# Ids that start like this belong to policies yet to be written: they may be
# neither cited nor listed. Empty: all are written.
PENDING = ()

CLAUSE = r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+"
# Texts first, so that `//` inside one starts no comment.
TEXT_OR_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', re.S)
CITE = re.compile(rf"\bcite\s+({CLAUSE}(?:\s*,\s*{CLAUSE})*)")
SOURCE = re.compile(r"\bsource\s+T\s*([^;]*)")
ROW = re.compile(rf"^\|\s*({CLAUSE})\s*\|(.*)\|\s*$", re.M)


def read(path):
    return path.read_text(encoding="utf-8")


def blank(match):
    """What stands for a text or comment, with its line ends."""
    mark = "T" if match.group().startswith('"') else " "
    return mark + "\n" * match.group().count("\n")


def named_in_policies(policies):
    """Yields (id, is it cited or only declared, place)."""
    for path in sorted(policies.rglob("*.rpl")):
        code = TEXT_OR_COMMENT.sub(blank, read(path))
        for pattern, is_cited in ((CITE, True), (SOURCE, False)):
            for match in pattern.finditer(code):
                line = code.count("\n", 0, match.start(1)) + 1
                for clause in re.findall(CLAUSE, match.group(1)):
                    yield clause, is_cited, f"{path}:{line}"


def breaches_of_lists(known, listed):
    rows = [clause for clause, _ in listed]
    for name, ids in (("clauses.txt", known), ("COVERAGE.md", rows)):
        for clause in sorted({c for c in ids if ids.count(c) > 1}):
            yield f"{name}: {clause} stands there twice"
    for clause, reason in listed:
        if clause not in known:
            yield f"COVERAGE.md: {clause} is not in clauses.txt"
        if not reason.strip():
            yield f"COVERAGE.md: {clause} has no reason"


def breaches(policies, pending=PENDING):
    lines = read(policies / "clauses.txt").splitlines()
    known = [line.split()[0] for line in lines
             if line.strip() and not line.startswith("#")]
    listed = ROW.findall(read(policies / "COVERAGE.md"))
    yield from breaches_of_lists(known, listed)
    cited = {}
    for clause, is_cited, place in named_in_policies(policies):
        if clause not in known:
            yield f"{place}: {clause} is not in clauses.txt"
        if is_cited:
            cited.setdefault(clause, place)
    unused = {clause for clause, _ in listed}
    for clause in known:
        if clause in cited and clause in unused:
            yield f"COVERAGE.md: {clause} is cited, at {cited[clause]}"
        if not (clause in cited or clause in unused
                or clause.startswith(pending)):
            yield f"clauses.txt: {clause} is neither cited nor in COVERAGE.md"


def main(arguments):
    root = arguments[0] if arguments else pathlib.Path(__file__).parents[2]
    found = list(breaches(pathlib.Path(root) / "policies"))
    for text in found:
        print(text)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
