#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles and runs every C listing of a page against an installed RPL.

    listings.py PAGE PREFIX WORK CC

A fence `c program NAME` is a whole program; if a `text` block comes next, it is
what the program prints. Fences `c functions` are parts of one file, in order,
which ends in NAME_main.c beside this script, NAME being the page's: it calls them
and looks at what they give. Other `c` fences are a mistake, so that no listing
goes untested. Prints a line for each listing that is wrong.
"""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from examples import blocks_of  # noqa: E402

INCLUDES = ("rpl/rpl.h", "pthread.h", "stdatomic.h", "stdbool.h", "stdio.h",
            "stdlib.h", "string.h")
FLAGS = ("-std=c11", "-D_XOPEN_SOURCE=700", "-Wall", "-Wextra", "-Werror",
         "-pthread")


class Builder:
    """Compiles against the installed package, as pkg-config says."""

    def __init__(self, prefix, work, compiler):
        self.work, self.compiler = work, compiler
        self.work.mkdir(parents=True, exist_ok=True)
        place = next(prefix.glob("**/rpl.pc")).parent
        self.libraries = place.parent
        self.flags = subprocess.run(
            ["pkg-config", "--cflags", "--libs", "rpl"], check=True, text=True,
            stdout=subprocess.PIPE, env={"PKG_CONFIG_PATH": str(place),
                                         "PATH": "/usr/bin:/bin"},
        ).stdout.split()

    def run(self, name, text):
        """What a program prints, or what went wrong with it."""
        source, program = self.work / f"{name}.c", self.work / name
        source.write_text(text)
        done = subprocess.run(
            [self.compiler, *FLAGS, str(source), *self.flags,
             f"-Wl,-rpath,{self.libraries}", "-o", str(program)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False)
        if done.returncode:
            return None, done.stdout
        done = subprocess.run([str(program)], stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.PIPE, timeout=60, check=False)
        if done.returncode:
            return None, f"exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout, None


def main(arguments):
    page, prefix, work = (pathlib.Path(name).resolve()
                          for name in arguments[:3])
    builder = Builder(prefix, work, arguments[3])
    blocks = [block for block in blocks_of(page)]
    pieces, wrong, count = [], [], 0
    for index, block in enumerate(blocks):
        if block.kind != "c":
            continue
        count += 1
        if block.attributes == ["functions"]:
            line = int(block.where.rpartition(":")[2]) + 1
            pieces.append(f'#line {line} "{page.name}"\n{block.text}')
        elif len(block.attributes) == 2 and block.attributes[0] == "program":
            after = blocks[index + 1] if index + 1 < len(blocks) else None
            found, problem = builder.run(block.attributes[1], block.text)
            if problem:
                wrong.append(f"{block.where}: {problem}")
            elif after and after.kind == "text" and found != after.text:
                wrong.append(f"{block.where}: printed\n{found}")
        else:
            wrong.append(f"{block.where}: neither a program nor functions")
    if pieces:
        driver = pathlib.Path(__file__).parent / f"{page.stem}_main.c"
        text = "".join(f"#include <{name}>\n" for name in INCLUDES)
        text += "".join(pieces)
        text += f'#line 1 "{driver.name}"\n{driver.read_text()}'
        problem = builder.run("functions", text)[1]
        if problem:
            wrong.append(f"{page.name}: {problem}")
    for line in wrong:
        print(line)
    print(f"{count} listings, {len(wrong)} wrong")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
