#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the engines on every bundled policy with random facts, and on every
row of the scenarios.

    RPLC=... AGREEMENT=... tests/fuzz/agreement.py
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAIRS = "1000"


def rows():
    for path in sorted((ROOT / "tests/scenarios").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                row = json.loads(line)
                facts = json.dumps(row["facts"], ensure_ascii=False)
                yield f'{row["policy"]}\t{facts}\n'


def main():
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "all.rplb")
        subprocess.run([os.environ["RPLC"], "build", str(ROOT / "policies"),
                        "-o", program], check=True)
        agreement = os.environ["AGREEMENT"]
        for command, text in (
                ([agreement, "facts", program, "1", PAIRS], ""),
                ([agreement, "rows", program], "".join(rows()))):
            done = subprocess.run(command, input=text, encoding="utf-8",
                                  check=False)
            if done.returncode:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
