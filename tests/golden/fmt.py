#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The layout of `rplc fmt`, and that it changes nothing else.

Each fmt/NAME.rpl must become fmt/NAME.expected, which was written by hand.
Then copies of all policies, modules, fuzz seeds and golden files that parse: a
second run changes nothing, the tree and the comments stay, no line ends in a
blank, the tests in policies give the same results, and so does the built
program, byte by byte. What ships (policies, stdlib) is laid out already.
RPLC names the command, TREE_DUMP the program tests/support/tree_dump.c.
"""
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

RPLC = os.path.abspath(os.environ["RPLC"])
TREE_DUMP = os.path.abspath(os.environ["TREE_DUMP"])
GOLDEN = pathlib.Path("tests/golden/fmt")
FOLDERS = ["policies", "stdlib", "tests/golden", "tests/fuzz/seeds/source"]
TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', re.S)
failures = 0


def complain(name, what):
    global failures
    failures += 1
    print(f"{name}: {what}")


def run(*arguments, cwd=None, text=None):
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=cwd,
                          input=text, check=False)
    return done.returncode, done.stdout, done.stderr


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def comments(text):
    """The comments of a text, sorted; blanks at the ends of lines do not count."""
    kept = (m.group() for m in TOKEN.finditer(text))
    return sorted(re.sub(r"[ \t\r]+(?=\n|$)", "", c) for c in kept if c[0] == "/")


def trees(paths):
    """The tree of each file, by path; None where it does not parse."""
    code, out, _ = run(TREE_DUMP, *map(str, paths))
    if code:
        complain(TREE_DUMP, f"exit code {code}")
    found = {}
    for part in out.split("\x01")[1:]:
        path, status, tree = part.split("\n", 2)
        found[path] = tree if status == "0" else None
    return found


def check_written_layouts():
    for path in sorted(GOLDEN.glob("*.rpl")):
        expected = path.with_suffix(".expected")
        if not expected.exists():
            complain(path, f"there is no {expected.name}")
            continue
        code, out, err = run(RPLC, "fmt", "-", text=read(path))
        if code or out != read(expected):
            complain(path, f"the layout differs (exit code {code})\n{err}" +
                     "".join(difflib.unified_diff(
                         read(expected).splitlines(True), out.splitlines(True),
                         str(expected), "found")))
    for path in GOLDEN.glob("*.expected"):
        if not path.with_suffix(".rpl").exists():
            complain(path, "there is no such case")


def copy_all(folder):
    """Copies every source; gives the pairs of original and copy."""
    pairs = []
    for top in FOLDERS:
        for path in sorted(pathlib.Path(top).rglob("*.rpl")):
            copy = folder / str(path).replace("/", "--")
            copy.write_bytes(path.read_bytes())
            pairs.append((path, copy))
    return pairs


def check_copy(path, copy, tree, after, complaints):
    """`complaints` is what the formatter said on standard error."""
    old, new = path.read_bytes(), copy.read_bytes()
    is_refused = f"{copy}:" in complaints
    if tree is None:
        if not is_refused:
            complain(path, "it does not parse, and nothing was said")
        if old != new:
            complain(path, "it does not parse, but it was changed")
        return 0
    if is_refused:
        complain(path, "it parses, but was refused")
    if tree != after:
        complain(path, "the tree differs")
    text, laid = old.decode(), new.decode()
    if comments(text) != comments(laid):
        complain(path, "the comments differ")
    if re.search(r"[ \t]$", laid, re.M):
        complain(path, "blanks end a line")
    return 1


def check_copies(folder):
    pairs = copy_all(folder)
    copies = [str(copy) for _, copy in pairs]
    before = trees([path for path, _ in pairs])
    _, _, complaints = run(RPLC, "fmt", *copies)
    after = trees(copies)
    counted = sum(check_copy(path, copy, before[str(path)], after[str(copy)],
                             complaints) for path, copy in pairs)
    if counted < 100:
        complain("all", f"only {counted} files were formatted")
    _, changed, _ = run(RPLC, "fmt", "--check", *copies)
    for path in changed.split():
        complain(path, "a second run changes it")


def results(folder, cwd):
    """Of the tests in policies, without places and times."""
    _, out, _ = run(RPLC, "test", folder, "--format", "json", cwd=cwd)
    return re.sub(r':[0-9]+"', '"', out)


def check_programs(work):
    """What is built from the layout decides as what is built from the texts."""
    copies = work / "policies"
    shutil.copytree("policies", copies)
    if run(RPLC, "fmt", str(copies))[0]:
        complain(copies, "fmt failed")
    built = []
    for number, folder in enumerate(("policies", str(copies))):
        program = work / f"{number}.rplb"
        run(RPLC, "build", "--strip", folder, "-o", str(program))
        built.append(program.read_bytes())
    if built[0] != built[1]:
        complain("policies", "the programs differ")
    found = results("policies", None), results("policies", work)
    if not found[0] or found[0] != found[1]:
        complain("policies", "the tests differ, or none has run")


check_written_layouts()
with tempfile.TemporaryDirectory() as temporary:
    (pathlib.Path(temporary) / "copies").mkdir()
    check_copies(pathlib.Path(temporary) / "copies")
    check_programs(pathlib.Path(temporary))
for shipped in ("policies", "stdlib"):
    for unlaid in run(RPLC, "fmt", "--check", shipped)[1].split():
        complain(unlaid, "it is not laid out; run rplc fmt on it")
print(f"{failures} failed")
sys.exit(failures != 0)
