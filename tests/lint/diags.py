#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every diagnostic is documented and has a golden test.

    diags.py [ROOT]

Each code of compiler/diags.def must be used in the compiler, have an entry in
docs/diagnostics.md and be reported in some tests/golden/diag/*.expected. No
code stands twice, they stand in order, and the page knows no others. Prints a
line for each breach and exits with 1 if there is any.
"""
import pathlib
import re
import sys

DIAG = re.compile(r'^DIAG\((\w+), "([EW]\d{4})", (ERROR|WARNING), "(.*)"\)$',
                  re.M)


def breaches(root):
    table = (root / "compiler/diags.def").read_text(encoding="utf-8")
    rows = DIAG.findall(table)
    if len(rows) != len(re.findall(r"^DIAG\(", table, re.M)):
        yield "compiler/diags.def: a row is not understood"
    codes = [code for _, code, _, _ in rows]
    if codes != sorted(set(codes)):
        yield "compiler/diags.def: codes stand twice or out of order"
    page = (root / "docs/diagnostics.md").read_text(encoding="utf-8")
    entries = re.findall(r"^### ([EW]\d{4}) ", page, re.M)
    golden = set()
    for path in (root / "tests/golden/diag").glob("*.expected"):
        text = path.read_text(encoding="utf-8", errors="replace")
        golden.update(re.findall(r"^(?:error|warning)\[(\w+)\]", text, re.M))
    source = "".join(path.read_text(encoding="utf-8")
                     for folder in ("compiler", "grammar")
                     for path in sorted((root / folder).glob("*.[chly]")))
    used = set(re.findall(r"\bRPL_DIAG_(\w+)", source))
    for name, code, severity, message in rows:
        if code[0] != severity[0]:
            yield f"{code}: the letter is not that of {severity}"
        if message[-1] in ".!" or (message[0].isupper()):
            yield f"{code}: not worded as messages are: {message}"
        if name not in used:
            yield f"{code}: nothing reports RPL_DIAG_{name}"
        if code not in entries:
            yield f"{code}: no entry in docs/diagnostics.md"
        if code not in golden:
            yield f"{code}: no golden test"
    for code in sorted(set(entries) - set(codes)):
        yield f"{code}: in docs/diagnostics.md but not in diags.def"
    if entries != sorted(set(entries)):
        yield "docs/diagnostics.md: entries stand twice or out of order"


def main(arguments):
    root = pathlib.Path(arguments[0]) if arguments \
        else pathlib.Path(__file__).resolve().parents[2]
    found = list(breaches(root))
    print("\n".join(found) if found else "every diagnostic is covered")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
