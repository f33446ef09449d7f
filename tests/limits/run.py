#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each limit of a compilation (include/rpl/compile.h): at the limit it works,
one past it the message with its code says so. Usage: RPLC=... run.py"""
import os
import subprocess
import sys
import tempfile

RPLC = os.environ["RPLC"]
HEAD = "edition 1;\npolicy p;\n"
TAIL = "otherwise denied;\n"
passed = failed = 0


def run(*arguments, text=None):
    done = subprocess.run([RPLC, *arguments], input=text, capture_output=True,
                          text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def report(name, ok, output):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print(f"{name}: {output[:300]}")


def pair(name, code, check):
    """check(extra) compiles with `extra` past the limit: (status, output)."""
    status, output = check(0)
    report(name + " at the limit", status == 0 and "error" not in output, output)
    status, output = check(1)
    report(name + " past it", status != 0 and code in output, output)


def calc(expression):
    return run("calc", "--lines", text=expression + "\n")


def policy(text, folder, name="p"):
    path = os.path.join(folder, name + ".rpl")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return run("check", path)


def source(folder, extra):
    body = HEAD + TAIL
    return policy(body + " " * ((16 << 20) - len(body) + extra), folder)


def chain(folder, extra):
    """RPL_MAX_IMPORT_DEPTH bases one behind the other."""
    depth = 16 + extra
    for i in range(depth, -1, -1):
        extends = f"extends b{i + 1};\n" if i < depth else TAIL
        result = policy(f"edition 1;\npolicy b{i};\n{extends}", folder, f"b{i}")
    return result


def modules(folder, extra):
    """RPL_MAX_SOURCES files: the policy itself, the vocabulary, modules."""
    count = 1000 - 2 + extra
    for i in range(count):
        with open(os.path.join(folder, f"m{i}.rpl"), "w", encoding="utf-8") as file:
            file.write(f"edition 1;\nmodule m{i};\n")
    uses = "".join(f"use m{i};\n" for i in range(count))
    return policy(HEAD + uses + TAIL, folder)


def inferred(extra):
    """Rounds of inference: a name has its type from the next, the last from an
    amount."""
    links = 100 + extra
    text = ";".join(f"denied r{i} if a{i} == a{i + 1}" for i in range(links))
    return run("eval", "-e", f"{text};denied if a{links} > USD 1",
               *(f"a{i}=USD 1" for i in range(links + 1)))


def diagnostics(folder, extra):
    """RPL_MAX_DIAGNOSTICS are shown, further ones counted."""
    rules = "".join(f"denied r{i} if nobody_{i};\n" for i in range(100 + extra))
    _, output = policy(HEAD + rules + TAIL, folder)
    return output.count("error[E0201]"), "and 1 more" in output


def parameters(folder, extra):
    """RPL_MAX_PARAMETERS of one function."""
    count = 32 + extra
    names = ", ".join(f"x{i} : number" for i in range(count))
    values = ", ".join(["1"] * count)
    return policy(f"{HEAD}fact n : number;\n"
                  f"function f({names}) : number = x0;\n"
                  f"denied dear if f({values}) > n;\n{TAIL}", folder)


def calls(folder, extra):
    """RPL_MAX_CALL_DEPTH functions, each calling the next."""
    count = 100 + extra
    functions = "".join(
        f"function f{i}(x : number) : number = f{i + 1}(x);\n"
        for i in range(count - 1))
    return policy(f"{HEAD}fact n : number;\n{functions}"
                  f"function f{count - 1}(x : number) : number = x;\n"
                  f"denied dear if f0(n) > 2;\n{TAIL}", folder)


def expansion(folder, extra):
    """RPL_MAX_EXPANSION nodes. A body of 2,500 names has 2,499 `and`, and a call
    itself counts as one: 5,000 nodes a call."""
    body = " and ".join(["x"] * 2500)
    rules = "".join(f"denied r{i} if f(n > {i});\n" for i in range(200 + extra))
    return policy(f"{HEAD}fact n : number;\n"
                  f"function f(x : boolean) : boolean = {body};\n"
                  f"{rules}{TAIL}", folder)


def turns(folder, extra):
    """RPL_MAX_TURNS facts: past it `otherwise` is asked for."""
    count = 16 + extra
    facts = "".join(f"fact b{i} : boolean;\n" for i in range(count))
    rules = "".join(f"denied r{i} if b{i};\n" for i in range(count))
    return policy(f"{HEAD}{facts}{rules}denied last if not b0;\n", folder)


def cases(folder, extra):
    """RPL_MAX_CASE_STEPS: a step for each node in each of 2^15 cases, and one
    for the case; 121 nodes are 3,997,696. `not b0` has two."""
    facts = "".join(f"fact b{i} : boolean;\n" for i in range(15))
    rules = "".join(f"denied r{i} if b{i % 15};\n" for i in range(119 + extra))
    return policy(f"{HEAD}{facts}{rules}denied last if not b0;\n", folder)


def proof(folder, extra):
    """RPL_MAX_TABLE_STEPS. A sweep takes a step to begin, one a row and one a
    value. The first column has `a` values with m + 1 rows each, which are told
    apart by the second column, and `c` values with a row each: a + m + c rows,
    a + c values, and sweeps of 2m + 3 and of 3 steps."""
    steps = 4000000 + extra
    for m in range(900, 1100):
        a = (steps - m - 1) // (2 * m + 5)
        c, rest = divmod(steps - m - 1 - a * (2 * m + 5), 5)
        if c > 0 and rest == 0:
            break
    rows = "".join(f"  up to {a}, {j} -> {j};\n" for j in range(1, m + 1))
    rows += "".join(f"  {i}, {m + 1} -> 0;\n" for i in range(1, a + 1))
    rows += "".join(f"  {a + i}, any -> 0;\n" for i in range(1, c + 1))
    return policy(f"{HEAD}fact n : integer 1 .. {a};\n"
                  f"table t(x : integer 1 .. {a + c}, y : integer 1 .. {m + 1})"
                  f" : integer {{\n{rows}}}\n"
                  f"denied dear if t(n, 1) > 0;\n{TAIL}", folder)


def fields(folder, extra):
    """RPL_MAX_RECORD_FIELDS."""
    names = "".join(f"f{i} : integer; " for i in range(64 + extra))
    return policy(f"{HEAD}record r {{ {names}}}\nfact a : r;\n"
                  f"denied dear if a.f63 > 1;\n{TAIL}", folder)


def listed(folder, extra):
    """RPL_MAX_LIST_ITEMS as the bound of a type."""
    return policy(f"{HEAD}fact l : list of integer up to {10000 + extra};\n"
                  f"denied dear if any(x > 1 for x in l);\n{TAIL}", folder)


def arriving(folder, extra):
    """As many elements as the type says; the last of them decides."""
    listed(folder, 0)
    path = os.path.join(folder, "facts.json")
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"l": [' + "0, " * (9999 + extra) + "2]}")
    status, output = run("eval", os.path.join(folder, "p.rpl"), path,
                         "--format", "json")
    is_good = status == 0 and '"dear"' in output
    return (0, "") if is_good else (1, f"{status} {output}")


def list_cost(folder, extra):
    """50 rules of 2 for each element and 2 more; what else there is comes to
    99: 999,999, and 100 more for another element."""
    each = "".join(f"denied e{i} if any(x > {i} for x in l);\n"
                   for i in range(50))
    once = "".join(f"denied r{i} if a > {i};\n" for i in range(46))
    return policy(f"{HEAD}fact a : number;\n"
                  f"fact l : list of integer up to {9998 + extra};\n"
                  f"{each}{once}{TAIL}", folder)


with tempfile.TemporaryDirectory() as folder:
    pair("height of an expression", "E0501",
         lambda extra: calc("+".join(["1"] * (4096 + extra))))
    # the stack holds the start, one entry for each `(`, and what stands inside
    pair("parser stack", "E0501",
         lambda extra: calc("(" * (3995 + extra) + "1" + ")" * (3995 + extra)))
    pair("digits of a number", "E0504",
         lambda extra: calc("1" * (200 + extra)))
    pair("bytes of a text", "E0502",
         lambda extra: calc('"' + "a" * (4096 + extra) + '" == "b"'))
    pair("bytes of a name", "E0503", lambda extra: policy(
        f"{HEAD}fact {'n' * (64 + extra)} : boolean;\n{TAIL}", folder))
    pair("bytes of a dotted name", "E0503", lambda extra: policy(
        HEAD + "use " + "n" * 64 + "." + "n" * (63 + extra) + ";\n" + TAIL, folder)
         if extra else (0, ""))
    pair("bytes of a source", "E0505", lambda extra: source(folder, extra))
    pair("chain of bases", "E0507", lambda extra: chain(folder, extra))
    pair("files of a build", "E0506", lambda extra: modules(folder, extra))
    pair("values of a set", "E0510", lambda extra: policy(
        HEAD + "enumeration e = " + ", ".join(f"v{i}" for i in range(64 + extra)) +
        ";\nfact s : set of e;\n" + TAIL, folder))
    pair("names typed one from the other", "E0306", inferred)
    pair("parameters", "E0528", lambda extra: parameters(folder, extra))
    pair("calls inside each other", "E0525", lambda extra: calls(folder, extra))
    pair("what calls come to", "E0526", lambda extra: expansion(folder, extra))
    pair("fields of a record", "E0522", lambda extra: fields(folder, extra))
    pair("bound of a list", "E0521", lambda extra: listed(folder, extra))
    pair("elements that arrive", "than the limit", lambda extra: arriving(folder, extra))
    pair("cost by the bounds of lists", "E0509",
         lambda extra: list_cost(folder, extra))
    pair("facts that cases turn on", "E0405", lambda extra: turns(folder, extra))
    pair("steps over all cases", "E0405", lambda extra: cases(folder, extra))
    pair("proof of a table", "E0527", lambda extra: proof(folder, extra))
    shown, has_more = diagnostics(folder, 0)
    report("diagnostics at the limit", shown == 100 and not has_more, str(shown))
    shown, has_more = diagnostics(folder, 1)
    report("diagnostics past it", shown == 100 and has_more, str(shown))
    # a comparison costs 1 and a rule 1; what the vocabulary adds costs 7
    pair("cost of a decision", "E0509", lambda extra: policy(
        HEAD + "fact a : number;\n" +
        "".join(f"denied r{i} if a > {i};\n" for i in range(499996 + extra))
        + TAIL, folder))

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
