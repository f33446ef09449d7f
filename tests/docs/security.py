#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every test that docs/security.md names exists.

    security.py BUILD_DIR [CTEST]

A name in backquotes of the form label.test must be one that ctest lists. Tests
that only some builds have (install, imports) count as known by the names below.
"""
import pathlib
import re
import subprocess
import sys

LABELS = ("unit", "lint", "fuzz", "limits", "bad_input", "oracle", "threads",
          "docs", "golden", "cli", "install", "bindings", "policies")
ELSEWHERE = {"lint.imports", "unit.provider"}  # sanitizers; RPL_FFI=OFF


def main(build, ctest="ctest"):
    listed = subprocess.run([ctest, "--test-dir", build, "-N"], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    known = set(re.findall(r": (\S+)$", listed, re.M)) | ELSEWHERE
    page = pathlib.Path("docs/security.md").read_text()
    named = re.findall(r"`((?:%s)\.[\w-]+)`" % "|".join(LABELS), page)
    wrong = sorted(set(named) - known)
    for name in wrong:
        print(f"docs/security.md: there is no test {name}")
    print(f"{len(set(named))} tests named, {len(wrong)} missing")
    return 1 if wrong or not named else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
