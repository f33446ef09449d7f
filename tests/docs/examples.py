#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every example of the pages: docs/examples.md says how they are marked.

    RPLC=build/release/cli/rplc tests/docs/examples.py [PAGE...]

Without arguments it takes README.md and all pages below docs/. It prints one
line for each example that does not do what its page says, and exits with 1 if
there is one. The standard library of Python is all that it needs.
"""
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
RPLC = os.path.abspath(os.environ.get("RPLC", ROOT / "build/release/cli/rplc"))
HEADER = re.compile(r"^\s*(?:policy|module)\s+([a-z0-9_.]+)", re.M)
OTHERS = ("diagnostics.md",)  # its mistakes are run by diagnostics.py
FENCE = re.compile(r"^(`{3,})\s*(.*)$")


class Block:
    """A fenced block: its page and line, its kind, attributes and text."""

    def __init__(self, page, line, info, text):
        self.where = f"{page.relative_to(ROOT)}:{line}"
        words = shlex.split(info)
        self.kind = words[0] if words else ""
        self.attributes = words[1:]
        self.text = text


def blocks_of(page):
    """The fenced blocks of a page, in order."""
    found, fence, info, start, lines = [], None, "", 0, []
    for number, line in enumerate(page.read_text().splitlines(), 1):
        mark = FENCE.match(line)
        if fence is None and mark:
            fence, info, start, lines = mark[1], mark[2], number, []
        elif fence is not None and line.rstrip() == fence:
            found.append(Block(page, start, info, "\n".join(lines) + "\n"))
            fence = None
        elif fence is not None:
            lines.append(line)
    if fence is not None:
        raise SystemExit(f"{page}:{start}: a fence is not closed")
    return found


def run(command, **options):
    """Runs a command and returns its exit code and all that it printed."""
    environment = dict(os.environ, NO_COLOR="1", LC_ALL="C")
    environment["PATH"] = f"{os.path.dirname(RPLC)}:{environment['PATH']}"
    done = subprocess.run(command, env=environment, text=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, **options)
    return done.returncode, done.stdout


def place(folder, text):
    """Puts a policy where its name says, below the page's folder."""
    name = HEADER.search(text)
    if not name:
        return None
    path = folder / (name[1].replace(".", "/") + ".rpl")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def complete(text):
    """A policy around statements that stand alone on a page."""
    head = "edition 1;\npolicy statements;\n"
    end = "" if "otherwise" in text else "\notherwise manual_review;\n"
    return head + text + end


def check_policy(folder, block):
    text = complete(block.text) if block.kind == "rpl-statements" else block.text
    path = place(folder, text)
    if not path:
        return "it has no policy header"
    if re.search(r"^\s*module\s", text, re.M):
        return None  # a module is compiled with the policy that uses it
    for command in ("check", "test"):
        code, output = run([RPLC, command, str(path)], cwd=folder)
        if code:
            return output.strip()
    return None


def check_inline(block, expected):
    arguments = [RPLC, "eval", "--format", "json", "-e", block.text.strip()]
    code, output = run(arguments + block.attributes, cwd=ROOT)
    if code:
        return output.strip()
    if expected is None:
        return None
    decision = json.loads(output)
    for key, value in json.loads(expected.text).items():
        if decision.get(key) != value:
            return f"{key}: expected {value}, found {decision.get(key)}"
    return None


def check_calc(block):
    for line in block.text.splitlines():
        expression, _, wanted = line.partition(" => ")
        arguments = [RPLC, "calc", "--format", "json", expression.strip()]
        _, output = run(arguments + block.attributes, cwd=ROOT)
        answer = json.loads(output.splitlines()[0])
        if "error" in answer:
            found = "error " + answer["error"]["code"]
        else:
            found = answer["value"]
            found = json.dumps(found) if isinstance(found, bool) else found
        if found != wanted.strip():
            return f"{expression.strip()}: expected {wanted.strip()}, found {found}"
    return None


def change(folder, file=None, edit=None):
    """Does s/OLD/NEW/ once to a file of the page, for an example of a mistake."""
    if not file:
        return None
    _, old, new, _ = edit.split("/")
    text = (folder / file).read_text()
    if old not in text:
        return f"{file} does not hold {old!r}"
    (folder / file).write_text(text.replace(old, new, 1))
    return None


def check_console(folder, block):
    """Each `$ rplc ...` and the lines below it up to the next `$`."""
    command, expected = None, []
    place_of = folder if "here" in block.attributes else ROOT
    wrong = change(folder, *block.attributes[1:])
    if wrong:
        return wrong

    def compare():
        if command is None or not command.startswith("rplc "):
            return None
        _, output = run(command, shell=True, cwd=place_of)
        wanted = "\n".join(expected).rstrip("\n")
        if output.rstrip("\n") == wanted:
            return None
        return f"$ {command}\nexpected:\n{wanted}\nfound:\n{output}"

    for line in block.text.splitlines():
        if command and command.endswith("\\"):
            command = command[:-1] + line.strip()
        elif line.startswith("$ "):
            wrong = compare()
            if wrong:
                return wrong
            command, expected = line[2:], []
        else:
            expected.append(line)
    return compare()


def check_json(block):
    try:
        json.loads(block.text)
    except ValueError as error:
        return str(error)
    return None


def check_page(page):
    """The number of examples on a page and those that are wrong."""
    blocks, count, wrong = blocks_of(page), 0, []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for block in blocks:  # policies may extend those further down
            if block.kind == "rpl":
                place(folder, block.text)
        for index, block in enumerate(blocks):
            after = blocks[index + 1] if index + 1 < len(blocks) else None
            if block.kind in ("rpl", "rpl-statements"):
                problem = check_policy(folder, block)
            elif block.kind == "rpl-inline":
                wanted = after if after and after.kind == "json" else None
                problem = check_inline(block, wanted)
            elif block.kind == "calc":
                problem = check_calc(block)
            elif block.kind == "console":
                problem = check_console(folder, block)
            elif block.kind == "json":
                problem = check_json(block)
            else:
                continue
            count += 1
            if problem:
                wrong.append(f"{block.where}: {problem}")
    return count, wrong


def main():
    pages = [pathlib.Path(name).resolve() for name in sys.argv[1:]]
    pages = pages or [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
    pages = [page for page in pages if page.name not in OTHERS]
    total, failures = 0, []
    for page in pages:
        count, wrong = check_page(page)
        total += count
        failures += wrong
    for failure in failures:
        print(failure)
    print(f"{total} examples, {len(failures)} wrong")
    return 1 if failures or not total else 0


if __name__ == "__main__":
    sys.exit(main())
