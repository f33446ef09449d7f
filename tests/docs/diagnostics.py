#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the examples of docs/diagnostics.md with rplc.

    RPLC=build/cli/rplc tests/docs/diagnostics.py

Each example must give the code under which it stands and no other, with exit
code 3. The frame and the files beside the examples are taken from the page.
Exit code 1 when an example does something else.
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/diagnostics.md"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
HEADING = re.compile(r"^### (E\d{4}|W\d{4}) .*$", re.M)
WHOLE_FILE = ("edition ", "policy ")
# Mistakes that cannot stand on a page: bytes and great sizes.
WITHOUT_EXAMPLE = {"E0101", "E0102", "E0501", "E0502", "E0505", "E0506",
                   "E0507", "E0509", "E0525", "E0526", "E0527", "E0528"}


def read_page():
    """The frame, the files beside it, and (code, language, example) of each
    entry; language None where an entry has no example."""
    text = PAGE.read_text(encoding="utf-8")
    headings = list(HEADING.finditer(text))
    blocks = [body for kind, body in FENCE.findall(text[:headings[0].start()])]
    frame, files = blocks[0], blocks[1:]
    entries = []
    for at, heading in enumerate(headings):
        end = headings[at + 1].start() if at + 1 < len(headings) else len(text)
        found = FENCE.search(text, heading.end(), end)
        entries.append((heading[1], found and found[1], found and found[2]))
    return frame, files, entries


def write_files(folder, files):
    for text in files:
        name = re.search(r"^(?:policy|module) ([\w.]+)", text, re.M)[1]
        path = folder / (name.replace(".", "/") + ".rpl")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(rplc, folder, language, example, frame):
    if language == "sh":
        command = [rplc] + shlex.split(example)[1:]
    else:
        text = example if example.startswith(WHOLE_FILE) \
            else frame.replace("// here\n", example)
        (folder / "example.rpl").write_text(text, encoding="utf-8")
        command = [rplc, "check", "--deny-warnings", "example.rpl"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True,
                          timeout=20, check=False)


def main():
    rplc = os.path.abspath(os.environ["RPLC"])
    frame, files, entries = read_page()
    failures = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_files(folder, files)
        for code, language, example in entries:
            if not example:
                if code not in WITHOUT_EXAMPLE:
                    print(f"{code}: no example")
                    failures += 1
                continue
            result = run(rplc, folder, language, example, frame)
            codes = re.findall(r"^(?:error|warning)\[(\w+)\]", result.stderr,
                               re.M)
            if result.returncode != 3 or set(codes) != {code}:
                print(f"{code}: exit code {result.returncode}\n{example}"
                      f"--- gives\n{result.stderr}")
                failures += 1
    print(f"{len(entries)} entries, {failures} failed")
    return 1 if failures or not entries else 0


if __name__ == "__main__":
    sys.exit(main())
