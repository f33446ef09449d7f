#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rules of the verifier: each in vm/rules.def, refused in the code under its
message, and broken in a unit test.

    rules.py [ROOT]

Prints one line for each message that the code has and vm/rules.def has not, or
the other way round, for each rule that stands twice, and for each that no unit
test expects. Exits with 1 if there is one.
"""
import glob
import os
import re
import sys

LITERAL = r'"((?:[^"\\]|\\.)*)"'
# Refusals that are not about the program.
OTHERS = {"memory is short", "there is nothing to load", "a field has no kind",
          "the program needs more memory than the host allows"}
CALLS = {"vm/verify*.c": r"\brpl_verify_(?:refuse|limit)\s*\(",
         "vm/program*.c": r"\b(?:refuse|rpl_verify_(?:refuse|limit))\s*\("}


def read(path):
    """A file without comments, adjacent literals joined."""
    with open(path, encoding="utf-8") as handle:
        text = re.sub(r"/\*.*?\*/", "", handle.read(), flags=re.S)
    return re.sub(r'"\s*"', "", text)


def arguments(text, start):
    """What stands between the parenthesis before `start` and its partner."""
    depth, at = 1, start
    while depth and at < len(text):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
    return text[start:at]


def refusals(root):
    """Messages of the code, each with the files that have it."""
    found = {}
    for pattern, call in CALLS.items():
        for path in sorted(glob.glob(os.path.join(root, pattern))):
            text = read(path)
            # Parentheses in a message would end the call too early.
            plain = re.sub(LITERAL, lambda m: '"' + m[1].replace(
                "(", "\1").replace(")", "\2") + '"', text)
            pieces = [arguments(plain, match.end())
                      for match in re.finditer(call, plain)]
            pieces += re.findall(r"\{RPL_SECTION_\w+, \"[^\"]*\"\}", plain)
            for piece in pieces:
                for message in re.findall(LITERAL, piece):
                    message = message.replace("\1", "(").replace("\2", ")")
                    found.setdefault(message, set()).add(
                        os.path.relpath(path, root))
    return found


def main(root):
    rules = re.findall(r"RULE\(\s*(?:PROGRAM|LIMIT)\s*,\s*" + LITERAL
                       + r"\s*,\s*" + LITERAL + r"\s*\)",
                       read(os.path.join(root, "vm/rules.def")))
    names = [message for message, _ in rules]
    code = refusals(root)
    tests = "".join(read(path) for path in
                    glob.glob(os.path.join(root, "tests/unit/test_*.c")))
    wrong = []
    for message in sorted({name for name in names if names.count(name) > 1}):
        wrong.append(f"vm/rules.def has this rule twice: {message}")
    for message in sorted(set(code) - set(names) - OTHERS):
        wrong.append(f"{', '.join(sorted(code[message]))}: not in vm/rules.def: "
                     f"{message}")
    for message in sorted(set(names) - set(code)):
        wrong.append(f"vm/rules.def: nothing refuses with: {message}")
    for message in names:
        if f'"{message}"' not in tests and f': {message}"' not in tests:
            wrong.append(f"tests/unit: no broken program expects: {message}")
    for line in wrong:
        print(line)
    print(f"{len(rules)} rules, {len(wrong)} wrong")
    return 1 if wrong or not rules else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else os.getcwd()))
