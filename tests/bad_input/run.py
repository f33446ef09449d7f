#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Feeds rplc bad policies, facts, programs and files.

    RPLC=build/cli/rplc tests/bad_input/run.py [GROUP...]

Every case has the exit code that it must give: 2 usage, 3 does not compile,
4 program refused, 5 facts refused, 6 file; 0 where the input is only large.
Beside the code: an end within TIME_LIMIT seconds, no report of a sanitizer,
words on standard error and nothing on standard output where it was refused.
RPL_BAD_INPUT_STRIDE=1 changes every byte of the program files; without it
every so many bytes are. RPL_BAD_INPUT_SECONDS gives slow builds more than 10
seconds for a run. Exit code 1 when a case fails.
"""
import concurrent.futures
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

TIME_LIMIT = int(os.environ.get("RPL_BAD_INPUT_SECONDS", "10"))  # of one run
MOST_CHANGES = 250  # bytes of a program that are changed, if no stride is given
SEED = 20260302  # of the random bytes
WORKERS = 2

OK, USAGE, COMPILE, PROGRAM, FACTS, FILE = 0, 2, 3, 4, 5, 6

HEAD = b"""edition 1;
policy bad "Bad input";
fact unused : boolean;
fact cash_paid : money >= 0;
fact count : integer 0 .. 10;
fact bought_on : date;
fact kind : one of small, large;
fact note : text up to 20;
fact paid_at : datetime;
fact requested_at : datetime;
fact trial : duration;
"""
TAIL = b"""refundable if unused because "{cash_paid} was paid.";
window 7d;
otherwise denied;
"""
GOOD = HEAD + TAIL
GIVEN = ["unused=true", "cash_paid=USD 5", "paid_at=2026-03-02T00:00:00Z",
         "requested_at=2026-03-03T00:00:00Z"]


class Case:
    """One run: its name, arguments, exit codes allowed, and its files."""

    def __init__(self, name, arguments, codes, stdin=b"", says=None,
                 answers=False):
        self.name = name
        self.answers = answers  # a refusal is the answer, on standard output
        self.arguments = arguments
        self.codes = codes if isinstance(codes, tuple) else (codes,)
        self.stdin = stdin
        self.says = says


def run(rplc, folder, case):
    """None, or what is wrong with the case."""
    try:
        result = subprocess.run([rplc] + case.arguments, cwd=folder,
                                input=case.stdin, capture_output=True,
                                timeout=TIME_LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return f"more than {TIME_LIMIT} s"
    errors = result.stderr.decode("utf-8", "replace")
    if "Sanitizer" in errors or "runtime error" in errors:
        return "a sanitizer reports:\n" + errors[:4000]
    if result.returncode not in case.codes:
        return (f"exit code {result.returncode}, not "
                f"{' or '.join(map(str, case.codes))}: {errors[:300]!r}")
    if result.returncode != OK:
        if case.answers:
            return None if b'{"error":' in result.stdout else "no answer"
        if result.stdout:
            return f"standard output: {result.stdout[:200]!r}"
        if not errors.strip():
            return "nothing on standard error"
        if len(errors) > 200_000:
            return f"{len(errors)} bytes on standard error"
        if "\0" in errors:
            return "a NUL on standard error"
    if case.says and case.says not in errors:
        return f"{case.says!r} is not said: {errors[:300]!r}"
    return None


# ---- policies ----------------------------------------------------------------

def policies():
    """(name, text, exit code, what is said)"""
    def let(expression, kind=b"let"):
        return HEAD + kind + b" x = " + expression + b";\n" \
            b"denied y if x == x;\n" + TAIL

    yield "good", GOOD, OK, None
    yield "empty", b"", COMPILE, "E0401"
    yield "blank", b" \n\t\r\n", COMPILE, "E0401"
    yield "syntax", HEAD + b"fact fact fact;\n" + TAIL, COMPILE, "E0107"
    yield "wrong type", HEAD + b"denied x if count;\n" + TAIL, COMPILE, "E0301"
    yield "unknown name", HEAD + b"denied x if no;\n" + TAIL, COMPILE, "E0201"
    yield "NUL", HEAD + b"\0" + TAIL, COMPILE, "E0102"
    yield "NUL at the end", GOOD + b"\0", COMPILE, "E0102"
    yield "NUL in a text", HEAD + b'denied x if unused because "\0";' + TAIL, \
        COMPILE, "E0102"
    for name, bad in (("lone", b"\x80"), ("cut", b"\xe2\x82"),
                      ("overlong", b"\xc0\xaf"), ("surrogate", b"\xed\xa0\x80"),
                      ("past the end", b"\xf4\x90\x80\x80"), ("ff", b"\xff")):
        yield f"UTF-8 {name}", HEAD + bad + TAIL, COMPILE, "E0101"
        yield f"UTF-8 {name} at the end", GOOD + b"// " + bad, COMPILE, "E0101"
    yield "UTF-16", GOOD.decode().encode("utf-16"), COMPILE, "E0101"
    yield "byte order mark", b"\xef\xbb\xbf" + GOOD, COMPILE, "E0103"

    yield "200,000 terms", let(b"1" + b" + 1" * 199_999), COMPILE, "E0501"
    yield "200,000 and", let(b"unused" + b" and unused" * 199_999), COMPILE, \
        "E0501"
    yield "4,000 terms", let(b"count" + b" + count" * 3_999), OK, None
    yield "10,000 parentheses", let(b"(" * 10_000 + b"1" + b")" * 10_000), \
        COMPILE, "E0501"
    yield "1,000,000 open", let(b"(" * 1_000_000), COMPILE, "E0501"
    yield "10,000 not", let(b"not " * 10_000 + b"unused"), COMPILE, "E0501"
    yield "10,000 minus", let(b"- " * 10_000 + b"1"), COMPILE, "E0501"
    yield "10,000 if in if", let(b"if " * 10_000 + b"unused"), COMPILE, "E0501"
    yield "10,000 else if", let(
        b"if unused then 1 else " * 10_000 + b"1"), COMPILE, "E0501"
    yield "10,000 else", let(b"count else " * 10_000 + b"1"), COMPILE, "E0501"
    yield "10,000 calls", let(b"abs(" * 10_000 + b"1" + b")" * 10_000), \
        COMPILE, "E0501"
    yield "200,000 in a list", HEAD + b"denied y if count in (1" + \
        b", 1" * 199_999 + b");\n" + TAIL, (OK, COMPILE), None
    yield "100,000 facts", HEAD + b"".join(
        b"fact f%d : boolean;\n" % i for i in range(100_000)) + TAIL, OK, None
    yield "100,000 lets", HEAD + b"".join(
        b"let v%d = %s;\n" % (i, b"v%d + 1" % (i - 1) if i else b"count")
        for i in range(100_000)) + b"denied y if v99999 > 1;\n" + TAIL, \
        (OK, COMPILE), None
    yield "100,000 unused lets", HEAD + b"".join(
        b"let v%d = 1;\n" % i for i in range(100_000)) + TAIL, COMPILE, "E0212"
    yield "100,000 of one name", HEAD + b"fact same : boolean;\n" * 100_000 + \
        TAIL, COMPILE, "E0210"
    yield "100,000 rules of one name", HEAD + \
        b"denied same if unused;\n" * 100_000 + TAIL, COMPILE, "E0211"
    yield "100,000 rules without a name", HEAD + \
        b"denied if unused;\n" * 100_000 + TAIL, (OK, COMPILE), None
    yield "100,000 mistakes", HEAD + b"denied if unusd;\n" * 100_000 + TAIL, \
        COMPILE, "E0201"
    yield "100,000 syntax errors", HEAD + b"! ;\n" * 100_000 + TAIL, COMPILE, \
        "E0103"
    yield "100,000 tests", HEAD + TAIL + \
        b'test "x" { expect outcome denied; }\n' * 100_000, OK, None
    yield "100,000 facts in a test", GOOD + b'test "x" {' + \
        b" unused = true;" * 100_000 + b" expect outcome denied; }\n", \
        COMPILE, "E0406"
    yield "100,000 sets of facts", GOOD + b"".join(
        b"given g%d { unused = true; }\n" % i for i in range(20_000)), OK, None
    yield "a cycle of 10,000", HEAD + b"".join(
        b"let v%d = v%d + 1;\n" % (i, (i + 1) % 10_000)
        for i in range(10_000)) + b"denied y if v0 > 1;\n" + TAIL, COMPILE, \
        "E0213"
    yield "empty statements", HEAD + b";" * 1_000_000 + TAIL, OK, None
    yield "comments", HEAD + b"/**/" * 500_000 + TAIL, OK, None
    yield "open comment", GOOD + b"/* " + b"* " * 500_000, COMPILE, "E0105"
    yield "1 MiB name", HEAD + b"fact " + b"n" * (1 << 20) + b" : boolean;" + \
        TAIL, COMPILE, "E0503"
    yield "1 MiB number", let(b"9" * (1 << 20)), COMPILE, "E0504"
    yield "1 MiB capital", let(b"N" * (1 << 20)), COMPILE, "E0116"
    yield "1 MiB clause", HEAD + b"denied x if unused cite " + \
        b"A-" * (1 << 19) + b"1;" + TAIL, COMPILE, "E0503"
    yield "1 MiB duration", let(b"1d" * (1 << 19)), COMPILE, "E0109"
    yield "1 MiB dotted name", HEAD + b"extends a" + b".a" * (1 << 19) + \
        b";" + TAIL, COMPILE, "E0503"
    yield "64 KiB text", HEAD + b'denied x if unused because "' + \
        b"t" * 65_536 + b'";' + TAIL, COMPILE, "E0502"
    yield "64 KiB open text", HEAD + b'denied x if unused because "' + \
        b"t" * 65_536 + TAIL, COMPILE, "E0104"
    yield "64 KiB of braces", HEAD + b'denied x if unused because "' + \
        b"{" * 4_000 + b'";' + TAIL, COMPILE, "E0112"
    yield "1 MiB line", let(b" " * (1 << 20) + b"zzz"), COMPILE, "E0201"
    yield "a range of 10,000 clauses", HEAD + \
        b'source "S" A-0000 to A-9999;' + TAIL, OK, None
    yield "over 16 MiB", b"//" + b"x" * (16 << 20), COMPILE, "E0505"
    yield "a number of 200 digits", let(b"9" * 200 + b" * " + b"9" * 200), OK, \
        None
    for end in range(0, len(GOOD), 7):  # a policy cut short
        yield f"cut at {end}", GOOD[:end], (OK, COMPILE), None


def policy_cases(folder):
    for at, (name, text, codes, says) in enumerate(policies()):
        place = folder / f"p{at}"
        place.mkdir()
        (place / "bad.rpl").write_bytes(text)
        yield Case(f"policy: {name}", ["check", f"p{at}/bad.rpl"], codes,
                   says=says)
    for name, text, says in (
            ("syntax", "refundable if", "E0107"),
            ("type", "denied if 1", "E0301"),
            ("UTF-8", b"denied if \xff", "E0101"),
            ("parentheses", "denied if " + "(" * 10_000, "E0501"),
            ("empty", "", None)):
        yield Case(f"-e {name}", ["eval", "-e", text],
                   COMPILE if text else (OK, COMPILE), says=says)
    for name, text in (
            ("operator", "1 +"), ("UTF-8", b"\xff"),
            ("parentheses", "(" * 10_000), ("not", "not " * 10_000),
            ("terms", "1" + "+1" * 30_000)):
        yield Case(f"calc {name}", ["calc", text], COMPILE, answers=True)


# ---- facts -------------------------------------------------------------------

def facts_files():
    """(name, bytes of a facts file, exit code)"""
    def fact(value, name=b"unused"):
        return b'{"' + name + b'": ' + value + b"}"

    yield "empty", b"", FACTS
    yield "blank", b"  \n", FACTS
    yield "no facts", b"{}", OK
    yield "array", b"[]", FACTS
    yield "text", b'"x"', FACTS
    yield "null", b"null", FACTS
    yield "open", b"{", FACTS
    yield "comma", b'{"unused": true,}', FACTS
    yield "two objects", b"{} {}", FACTS
    yield "comment", b"{} // x", FACTS
    yield "byte order mark", b"\xef\xbb\xbf{}", FACTS
    yield "UTF-16", "{}".encode("utf-16"), FACTS
    yield "NUL after", b"{}\0", FACTS
    yield "NUL in a name", fact(b"true", b"un\0used"), FACTS
    yield "NUL escaped", fact(b"true", b"un\\u0000used"), FACTS
    yield "NUL in a text", fact(b'"a\\u0000b"', b"note"), FACTS
    yield "control character", fact(b'"a\nb"', b"note"), FACTS
    yield "lone surrogate", fact(b'"\\ud800"', b"note"), FACTS
    yield "reversed surrogates", fact(b'"\\udc00\\ud800"', b"note"), FACTS
    yield "bad escape", fact(b'"\\x41"', b"note"), FACTS
    yield "cut escape", fact(b'"\\u12', b"note"), FACTS
    for bad in (b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
                b"\xe2\x82"):
        yield f"UTF-8 {bad!r}", fact(b'"' + bad + b'"', b"note"), FACTS
        yield f"UTF-8 name {bad!r}", fact(b"true", bad), FACTS
    yield "duplicate", b'{"unused": true, "unused": true}', FACTS
    yield "duplicate, escaped", b'{"unused": true, "un\\u0075sed": true}', FACTS
    yield "unknown", fact(b"true", b"unuse"), FACTS
    yield "empty name", fact(b"true", b""), FACTS
    yield "long name", fact(b"true", b"n" * 100_000), FACTS
    yield "null", fact(b"null"), FACTS
    for value in (b"1", b'"yes"', b"[]", b"{}", b"0", b"True", b"truE", b"t"):
        yield f"boolean {value!r}", fact(value), FACTS
    for value in (b"1.5", b"true", b'""', b'"1 "', b'" 1"', b'"0x1"', b"01",
                  b"1.", b".5", b"+1", b"-", b"1e", b"1e+", b"NaN", b"Infinity",
                  b'"1,5"', b'"\xd9\xa1"', b'"1e999999999"', b"1e999999999",
                  b"1e-999999999", b"1e99999999999999999999", b"9" * 1_000_000,
                  b"0." + b"0" * 1_000_000 + b"1", b'"' + b"9" * 1_000_000 + b'"',
                  b"[" * 100_000, b'{"a":' * 100_000):
        yield f"integer {value[:24]!r}", fact(value, b"count"), FACTS
    for value in (b"5", b'"5"', b'"USD"', b'"usd 5"', b'"USD5"', b'"USD 5,00"',
                  b'"XXY 5"', b'"USD  5"', b'"USD 5 "', b'"5 USD"',
                  b'{"currency": "USD"}', b'{"amount": "5"}',
                  b'{"currency": "USD", "amount": "5", "x": 1}',
                  b'{"currency": "USD", "amount": "5", "amount": "5"}',
                  b'{"currency": 1, "amount": "5"}', b"true", b'"USD 1e2000"'):
        yield f"money {value!r}", fact(value, b"cash_paid"), FACTS
    for value in (b'"2026-02-30"', b'"2026-13-01"', b'"26-01-01"', b"20260101",
                  b'"2026-1-1"', b'"2026-01-01T00:00:00Z"', b'"0000-01-01"',
                  b'"10000-01-01"', b'"2026-01-01 "', b'""'):
        yield f"date {value!r}", fact(value, b"bought_on"), FACTS
    for value in (b'"2026-01-01"', b'"2026-01-01T24:00:00Z"',
                  b'"2026-01-01T23:59:60Z"', b'"2026-01-01T00:00:00"',
                  b'"2026-01-01 00:00:00Z"', b'"2026-01-01T00:00Z"',
                  b'"2026-01-01T00:00:00+0800"', b'"2026-01-01T00:00:00+25:00"',
                  b'"2026-01-01T00:00:00.Z"', b"1767225600",
                  b'"2026-01-01T00:00:00.1234567Z"'):
        yield f"datetime {value!r}", fact(value, b"paid_at"), FACTS
    for value in (b"7", b'"7"', b'"7 d"', b'"d"', b'"7x"', b'"1h1d"', b'"1d1d"',
                  b'"99999999999999999999d"', b'""', b'"1.5h"'):
        yield f"duration {value!r}", fact(value, b"trial"), FACTS
    for value in (b'"medium"', b'"Small"', b'""', b"1", b'"small "', b"null"):
        yield f"value {value!r}", fact(value, b"kind"), FACTS
    for value in (b"1", b"true", b"null", b"[]"):
        yield f"text {value!r}", fact(value, b"note"), FACTS
    # a value of the right type that breaks its bound counts as not given
    yield "bound", fact(b"11", b"count"), OK
    yield "text over its bound", fact(b'"' + b"x" * 21 + b'"', b"note"), OK
    yield "1 MB text", fact(b'"' + b"x" * 1_000_000 + b'"', b"note"), (OK, FACTS)
    yield "1 MB of blanks", b"{" + b" " * 1_000_000 + b"}", OK
    yield "deep", b"[" * 1_000_000, FACTS
    yield "deep in a fact", fact(b"[" * 65 + b"]" * 65, b"note"), FACTS
    yield "100,000 names", b"{" + b", ".join(
        b'"n%d": 1' % i for i in range(100_000)) + b"}", FACTS
    yield "random", random.Random(SEED).randbytes(10_000), FACTS


def facts_cases(folder):
    place = folder / "facts"
    place.mkdir()
    (place / "bad.rpl").write_bytes(GOOD)
    for at, (name, data, codes) in enumerate(facts_files()):
        (place / f"{at}.json").write_bytes(data)
        yield Case(f"facts: {name}", ["eval", "facts/bad.rpl",
                                      f"facts/{at}.json"], codes)
        if len(data) < 100_000:
            yield Case(f"facts on standard input: {name}",
                       ["eval", "facts/bad.rpl", "-"], codes, data)
    evaluate = ["eval", "facts/bad.rpl"]
    for name, given, codes in (
            ("type", ["unused=1"], FACTS), ("empty", ["unused="], FACTS),
            ("unknown", ["unuse=true"], FACTS),
            ("no name", ["=true"], (USAGE, FACTS)),
            ("twice", ["unused=true", "unused=true"], (USAGE, FACTS)),
            ("UTF-8", [b"note=\xff"], FACTS),
            ("UTF-8 name", [b"\xff=true"], FACTS),
            ("long", ["count=" + "9" * 100_000], FACTS),
            ("long name", ["n" * 100_000 + "=1"], FACTS),
            ("no money", ["cash_paid=5"], FACTS),
            ("file and value", ["facts/none.json"], FILE),
            ("two files", ["facts/2.json", "facts/2.json"], USAGE)):
        yield Case(f"NAME=VALUE: {name}", evaluate + given, codes)
    for name, given, codes in (
            ("unknown", "days=1", (USAGE, FACTS)), ("no value", "days", USAGE)):
        yield Case(f"--param: {name}", evaluate + ["--param", given], codes)


# ---- programs ----------------------------------------------------------------

def changed(data, stride):
    """Copies of a program: cut short, with one byte changed, longer."""
    for end in range(0, len(data), stride):
        yield f"cut at {end}", data[:end]
    yield "cut by one", data[:-1]
    yield "one byte more", data + b"\0"
    for at in range(0, len(data), stride):
        for what, byte in (("^1", data[at] ^ 1), ("^80", data[at] ^ 0x80),
                           ("ff", 0xff)):
            if byte != data[at]:
                yield f"byte {at} {what}", \
                    data[:at] + bytes([byte]) + data[at + 1:]
    noise = random.Random(SEED)
    for size in (0, 1, 3, 4, 16, 64, 1000, 100_000):
        yield f"random {size}", noise.randbytes(size)
        yield f"random body {size}", data[:64] + noise.randbytes(size)
    for _ in range(50):
        copy = bytearray(data)
        for _ in range(4):
            copy[noise.randrange(len(copy))] = noise.randrange(256)
        yield "four bytes", bytes(copy)


def program_cases(folder):
    place = folder / "program"
    place.mkdir()
    (place / "bad.rpl").write_bytes(GOOD)
    subprocess.run([rplc_path(), "build", "bad.rpl", "-o", "good.rplb"],
                   cwd=place, check=True)
    subprocess.run([rplc_path(), "build", "--strip", "bad.rpl", "-o",
                    "strip.rplb"], cwd=place, check=True)
    yield Case("a good program", ["eval", "program/good.rplb"] + GIVEN, OK)
    at = 0
    for source in ("good", "strip"):
        data = (place / f"{source}.rplb").read_bytes()
        stride = int(os.environ.get("RPL_BAD_INPUT_STRIDE", 0)) \
            or max(1, len(data) // MOST_CHANGES)
        for name, copy in changed(data, stride):
            if copy == data:
                continue
            path = f"program/{at}.rplb"
            (folder / path).write_bytes(copy)
            # A change in a text or a number can leave a valid program; then its
            # facts may have other names.
            yield Case(f"program {source} {name}: eval",
                       ["eval", path] + GIVEN, (PROGRAM, OK, FACTS))
            yield Case(f"program {source} {name}: disasm", ["disasm", path],
                       (PROGRAM, OK))
            at += 1
    for name, data in (("empty", b""), ("policy", GOOD), ("json", b"{}"),
                       ("cut", (place / "good.rplb").read_bytes()[:-1])):
        (place / f"{name}.rplb").write_bytes(data)
        for command in (["eval"], ["disasm"]):
            yield Case(f"program {name}", command + [f"program/{name}.rplb"],
                       PROGRAM)


# ---- files and usage ---------------------------------------------------------

def file_cases(folder):
    place = folder / "files"
    place.mkdir()
    (place / "bad.rpl").write_bytes(GOOD)
    (place / "facts.json").write_bytes(b"{}")
    (place / "folder.rpl").mkdir()
    (place / "folder.json").mkdir()
    (place / "folder.rplb").mkdir()
    good = "files/bad.rpl"
    for name, arguments, codes in (
            ("missing policy", ["check", "files/none.rpl"], FILE),
            ("missing program", ["eval", "files/none.rplb"], FILE),
            ("missing facts", ["eval", good, "files/none.json"], FILE),
            ("file as a folder", ["check", "files/bad.rpl/x.rpl"], FILE),
            ("empty folder as a policy", ["check", "files/folder.rpl"], FILE),
            ("folder as a program", ["eval", "files/folder.rplb"], FILE),
            ("folder as facts", ["eval", good, "files/folder.json"], FILE),
            ("long path", ["check", "x" * 5000 + ".rpl"], FILE),
            ("output in no folder",
             ["build", good, "-o", "files/no/such.rplb"], FILE),
            ("output is a folder",
             ["build", good, "-o", "files/folder.rplb"], FILE),
            ("no command", [], USAGE), ("unknown command", ["evil"], USAGE),
            ("unknown option", ["eval", "--no", good], USAGE),
            ("no path", ["check"], USAGE), ("no facts", ["eval"], USAGE),
            ("option without value", ["build", good, "-o"], USAGE),
            ("no such policy",
             ["eval", "--policy", "none", good, "files/facts.json"], USAGE),
            ("text for disasm", ["disasm", "files/facts.json"],
             (USAGE, COMPILE, PROGRAM)),
            ("null device", ["check", "/dev/null"], COMPILE),
            ("bad option bytes", [b"--\xff", "x"], USAGE)):
        yield Case(f"file: {name}", arguments, codes)
    if os.geteuid() != 0:  # root reads everything
        for name in ("bad.rpl", "facts.json"):
            shutil.copy(place / name, place / f"locked.{name}")
            (place / f"locked.{name}").chmod(0)
        yield Case("unreadable policy", ["check", "files/locked.bad.rpl"], FILE)
        yield Case("unreadable facts",
                   ["eval", good, "files/locked.facts.json"], FILE)


GROUPS = {"policies": policy_cases, "facts": facts_cases,
          "programs": program_cases, "files": file_cases}


def rplc_path():
    return os.path.abspath(os.environ["RPLC"])


def main(names):
    if any(name not in GROUPS for name in names):
        print(f"groups: {', '.join(GROUPS)}", file=sys.stderr)
        return 2
    rplc, failures, count = rplc_path(), 0, 0
    with tempfile.TemporaryDirectory() as name, \
            concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        folder = pathlib.Path(name)
        for group in names or GROUPS:
            cases = list(GROUPS[group](folder))
            wrong = pool.map(lambda case: run(rplc, folder, case), cases)
            for case, what in zip(cases, wrong):
                count += 1
                if what:
                    failures += 1
                    print(f"{case.name}: {what}")
    print(f"{count} runs, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
