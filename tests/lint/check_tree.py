#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks rules of the source tree that need no compiler.

    check_tree.py CHECK [ROOT]

Prints one line for each breach (path:line: what) and exits with 1 if there is
any. The checks are the functions in CHECKS, at the end.
"""
import os
import re
import sys

SOURCE_FOLDERS = ("include", "vm", "grammar", "compiler", "cli")
SOURCE_SUFFIXES = (".c", ".h", ".l", ".y", ".def")
MAX_LINES = 800

# What a file in a folder may include, by the start of the written name. The
# compiler sees the program format, the arithmetic and the zones of the VM,
# nothing else.
VM_FOR_COMPILER = ("arena", "calendar", "civil", "csignature", "currency", "json_read", "number",
                   "number_text", "op", "program", "sha256", "text", "type",
                   "tzif", "wide", "zone_source")
TABLES_FOR_COMPILER = ("vm/errors.def", "vm/ops.def")
GRAMMAR_OUTPUT = ("rpl.tab.h", "rpl.lex.h")
MAY_INCLUDE = {
    "include": ("rpl/",),
    "vm": ("rpl/", "vm/"),
    "grammar": ("rpl/", "compiler/") + GRAMMAR_OUTPUT,
    "compiler": ("rpl/", "compiler/") + GRAMMAR_OUTPUT + TABLES_FOR_COMPILER
    + tuple(f"vm/{name}.h" for name in VM_FOR_COMPILER),
    "cli": ("rpl/", "cli/"),
}
# The scanner and the parser need the arena for what they build.
MAY_INCLUDE["grammar"] += ("vm/arena.h",)

FLOAT_WORDS = re.compile(
    r"\b(float|double|strto(d|f|ld)|atof|floor[fl]?|ceil[fl]?|pow[fl]?)\b"
    r"|<(math|tgmath|float)\.h>")
# The only file that may have it: the division of the batch engine, which is
# proved exact there.
FLOAT_FILES = ("vm/batch_divide.def",)
LOCAL_PATH = re.compile(r"(?<![\w.}])/(home|root|work|Users)/\w")


def files(root, folders=None, suffixes=None):
    """Yields paths below root, sorted; build trees and dot files left out."""
    for folder in folders or ("",):
        for place, names, leaves in os.walk(os.path.join(root, folder)):
            names[:] = sorted(n for n in names
                              if not n.startswith(".")
                              and n not in ("build", "__pycache__"))
            for leaf in sorted(leaves):
                if suffixes is None or leaf.endswith(suffixes):
                    yield os.path.relpath(os.path.join(place, leaf), root)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8",
              errors="replace") as handle:
        return handle.read()


def without_comments(text):
    """The text with C comments and string contents blanked, lines kept."""
    token = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"'
                       r"|'(?:\\.|[^'\\\n])*'", re.S)

    def blank(match):
        kept = re.sub(r"[^\n]", " ", match.group())
        return kept

    return token.sub(blank, text)


def layers(root):
    """Files include only what the layer they are in may see."""
    include = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)
    for path in files(root, SOURCE_FOLDERS, SOURCE_SUFFIXES):
        text = read(root, path)
        allowed = MAY_INCLUDE[path.split(os.sep)[0]]
        for match in include.finditer(text):
            name = match.group(2)
            if match.group(1) == "<" and not name.startswith(
                    ("rpl/", "vm/", "compiler/", "cli/", "grammar/")):
                continue
            line = text.count("\n", 0, match.start()) + 1
            if "/" not in name and name not in GRAMMAR_OUTPUT:
                yield path, line, f'"{name}" is written without its folder'
            elif not any(name == a or a.endswith("/") and name.startswith(a)
                         for a in allowed):
                yield path, line, f'"{name}" is not for this layer'


def guards(root):
    """Header guards are RPL_FOLDER_FILE_H, and so unique."""
    for path in files(root, SOURCE_FOLDERS, (".h",)):
        tail = path[len("include/"):] if path.startswith("include/") else path
        guard = "RPL_" + re.sub(r"\W", "_", tail).upper()
        text = without_comments(read(root, path))
        lines = [line.split() for line in text.splitlines() if line.strip()]
        if lines[:2] != [["#ifndef", guard], ["#define", guard]]:
            yield path, 1, f"does not start with the guard {guard}"
        elif lines[-1] != ["#endif"]:
            yield path, 1, "does not end with the #endif of its guard"


def length(root):
    """Files stay readable."""
    for path in files(root, SOURCE_FOLDERS + ("tests", "cmake"),
                      SOURCE_SUFFIXES + (".py", ".sh", ".cmake", ".txt")):
        count = read(root, path).count("\n")
        if count > MAX_LINES:
            yield path, MAX_LINES + 1, f"{count} lines, {MAX_LINES} allowed"


def floats(root):
    """No binary floating point, not even in passing."""
    for path in files(root, SOURCE_FOLDERS, SOURCE_SUFFIXES):
        if path in FLOAT_FILES:
            continue
        text = without_comments(read(root, path))
        for number, line in enumerate(text.splitlines(), 1):
            match = FLOAT_WORDS.search(line)
            if match:
                yield path, number, f"binary floating point: {match.group()}"


def readmes(root):
    """Every top folder says what it is for, in under 15 lines."""
    for name in sorted(os.listdir(root)):
        if (name.startswith(".") or name == "build"
                or not os.path.isdir(os.path.join(root, name))):
            continue
        path = os.path.join(name, "README.md")
        if not os.path.isfile(os.path.join(root, path)):
            if os.listdir(os.path.join(root, name)):
                yield path, 1, "is missing"
        elif read(root, path).count("\n") >= 15:
            yield path, 15, "15 lines or more"


def paths(root):
    """No file names a place on somebody's machine."""
    for path in files(root):
        if path == ".git":  # of a worktree: it says where the checkout is
            continue
        for number, line in enumerate(read(root, path).splitlines(), 1):
            if LOCAL_PATH.search(line):
                yield path, number, "names a path of one machine"


def listed(root):
    """Every source stands in the list of its folder, and tests in theirs."""
    lists = "".join(read(root, f"{folder}/CMakeLists.txt")
                    for folder in ("vm", "compiler")
                    if os.path.isfile(os.path.join(root, folder,
                                                   "CMakeLists.txt")))
    for path in files(root, ("include",), (".h",)):
        if f"/{path}" not in lists:
            yield path, 1, "is no public header in any CMakeLists.txt"
    for folder in ("vm", "compiler", "cli", "tests/unit", "tests/fuzz"):
        place = os.path.join(root, folder, "CMakeLists.txt")
        if not os.path.isfile(place):
            continue
        text = re.sub(r"#.*", "", read(root, f"{folder}/CMakeLists.txt"))
        words = set(re.findall(r"[\w.]+", text))
        for path in files(root, (folder,), (".c", ".h", ".def")):
            if os.path.dirname(path) != folder:
                continue
            name = os.path.basename(path)
            if folder.startswith("tests/") and name.endswith(".c"):
                name = re.sub(r"^(test|fuzz)_|\.c$", "", name)
            elif folder.startswith("tests/"):
                continue
            if name not in words:
                yield path, 1, f"is not listed in {folder}/CMakeLists.txt"


CHECKS = {check.__name__: check for check in (
    layers, guards, length, floats, readmes, paths, listed)}


def main(arguments):
    if len(arguments) not in (1, 2) or arguments[0] not in CHECKS:
        print(f"usage: check_tree.py {'|'.join(CHECKS)} [ROOT]",
              file=sys.stderr)
        return 2
    root = arguments[1] if len(arguments) == 2 else os.getcwd()
    breaches = sorted(set(CHECKS[arguments[0]](root)))
    for path, line, text in breaches:
        print(f"{path}:{line}: {text}")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
