#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shared libraries export what their public headers declare, and no more.

    exports.py LIBRARY HEADER... [-- LIBRARY HEADER...]...

Prints one line for each symbol that is exported and not declared, or declared
and not exported, and exits with 1 if there is one.
"""
import os
import re
import subprocess
import sys

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
DECLARED = re.compile(r"^RPL_API\b[^;{]*?\b(\w+)\s*\(", re.M)


def declared(headers):
    """Names of the functions that the headers mark with RPL_API."""
    names = set()
    for header in headers:
        with open(header, encoding="utf-8") as handle:
            names |= set(DECLARED.findall(COMMENT.sub("", handle.read())))
    return names


def exported(library):
    """Names of the dynamic symbols that the library defines, their versions cut
    off. The version itself (RPL_0) is a symbol too, an absolute one."""
    output = subprocess.run(["nm", "-D", "--defined-only", library],
                            stdout=subprocess.PIPE, text=True, check=True)
    return {line.split()[-1].split("@")[0] for line in output.stdout.splitlines()
            if line.split()[-2] != "A"}


def main(arguments):
    groups, wrong, count = [[]], 0, 0
    for argument in arguments:
        if argument == "--":
            groups.append([])
        else:
            groups[-1].append(argument)
    for library, *headers in groups:
        wanted, found = declared(headers), exported(library)
        name = os.path.basename(library)
        for symbol in sorted(found - wanted):
            print(f"{name}: exports {symbol}, which no header declares")
        for symbol in sorted(wanted - found):
            print(f"{name}: does not export {symbol}, which a header declares")
        wrong += len(found ^ wanted)
        count += len(found & wanted)
        if not wanted:
            print(f"{name}: no header declares anything")
            wrong += 1
    print(f"{count} functions exported, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
