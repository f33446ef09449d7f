#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast policies compile, and with how much memory.

    compile.py FOLDER_OF_RPLC [LINES...]    (default: 1000 10000 100000)
    compile.py --print LINES                (only the generated policy)

The policies are generated: services with facts, params, lets, rules, steps,
amounts, tests, comments and empty lines in about the mix of those in policies/.
Each is checked, built and laid out a few times; the best time counts, and it is
processor time with the start of the process and the system's part, so that a
busy machine disturbs it little. The peak is that of the whole process, as far as
it can be told from that of the runner itself. Times per line and memory per line
should not grow with the length.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

ROUNDS = 5
LENGTHS = [1000, 10000, 100000]

HEAD = """\
// A generated policy: one section for each service.
edition 1;

policy bench "Refunds of many services";

source "Terms of service" TOS-01 to TOS-99;

fact requested_at : datetime "when the customer asked";
fact paid_at : datetime "when the order was paid";
fact cash_paid : money >= 0 "paid in cash";
fact account_closed : boolean "the account was closed";

window 7d cite TOS-01;

amount = cash_paid;

denied closed if account_closed because "The account is closed." cite TOS-02;

otherwise manual_review because "No rule covers the request.";

given order {
  paid_at = 2026-03-02T09:30:00Z;
  requested_at = 2026-03-04T00:00:00Z;
  cash_paid = USD 1.60;
  account_closed = false;
}
"""

SECTION = """
// ---- service {n} ----

fact s{n}_instance_added : boolean "a domain name was added to the instance";
fact s{n}_quota : number > 0 "quota contained in the order";
fact s{n}_consumed : number >= 0 "quota consumed so far, requests and traffic";
fact s{n}_status : one of pending, verifying, issued, revoked or other
  "status of the service in the console";
fact s{n}_ended_at : datetime? "when it ended; none: it has not";

param s{n}_grace : duration = {grace}d
  "days after the end in which a refund is still considered";

let s{n}_unused = not s{n}_instance_added and s{n}_status == pending;
let s{n}_share = s{n}_consumed / s{n}_quota;
let s{n}_over =
  s{n}_ended_at is not none and requested_at > s{n}_ended_at + s{n}_grace;

denied s{n}_revoked if s{n}_status == revoked and s{n}_consumed > {limit}
  because "The service was revoked after {{s{n}_consumed}} of {{s{n}_quota}}."
  cite TOS-{c1}, TOS-{c2};

denied s{n}_late unless s{n}_unused or not s{n}_over
  because "The service ended at {{s{n}_ended_at}}."
  cite TOS-{c2};

manual_review s{n}_unclear if s{n}_status == "other"
  because "A person must look at the status."
  cite TOS-{c3};

blocked s{n}_not_reset
  if s{n}_status in (verifying, issued) and s{n}_share between 0.{c1} and 0.9
  because "The service is in use. Reset it by {{deadline}}."
  step s{n}_reset "Reset the service on its page, then ask again."
  cite TOS-{c1};

informational s{n}_kept
  if s{n}_unused and cash_paid - cash_paid * s{n}_share < cash_paid * {c1} / 100
  because "Nothing of the service was used."
  cite TOS-{c3};

test "service {n}: revoked" given order {{
  s{n}_instance_added = true;
  s{n}_quota = 300;
  s{n}_consumed = {over};
  s{n}_status = revoked;
  s{n}_ended_at = none;
  expect outcome denied, reasons (s{n}_revoked), clauses (TOS-{c1}, TOS-{c2});
}}
"""


def policy(lines):
    """About so many lines, and not fewer."""
    parts, count, number = [HEAD], HEAD.count("\n"), 0
    while count < lines:
        clause = 10 + number % 80
        part = SECTION.format(n=number, grace=1 + number % 30,
                              limit=number % 50, over=51 + number % 50,
                              c1=clause, c2=clause + 1, c3=clause + 2)
        parts.append(part)
        count += part.count("\n")
        number += 1
    return "".join(parts), count


def measure(command, source=os.devnull):
    """Best seconds and greatest peak, in KiB, of a few runs that read `source`."""
    best, peak = None, 0
    for _ in range(ROUNDS):
        with open(source, "rb") as stdin:
            process = subprocess.Popen(command, stdin=stdin,
                                       stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = usage.ru_utime + usage.ru_stime
        if status:
            sys.exit(f"compile.py: {' '.join(command)} failed")
        best = seconds if best is None else min(best, seconds)
        peak = max(peak, usage.ru_maxrss)
    return best, peak


def row(name, lines, bytes_, seconds, peak, base):
    memory = (f"{peak / 1024:7.1f} MiB {peak * 1024 / lines:6,.0f} bytes/line"
              if peak > base else "      -")
    print(f"{name:6} {lines:8,} lines {bytes_ / 2**20:6.2f} MiB "
          f"{seconds * 1000:8.1f} ms {lines / seconds:11,.0f} lines/s "
          f"peak {memory}")


def main():
    if len(sys.argv) > 2 and sys.argv[1] == "--print":
        sys.stdout.write(policy(int(sys.argv[2]))[0])
        return
    rplc = str(pathlib.Path(sys.argv[1]) / "cli" / "rplc")
    lengths = [int(a) for a in sys.argv[2:]] or LENGTHS
    _, base = measure([rplc, "--version"])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "bench.rpl")
        program = os.path.join(folder, "bench.rplb")
        for length in lengths:
            text, count = policy(length)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            for name, command in (
                    ("check", [rplc, "check", path]),
                    ("build", [rplc, "build", path, "-o", program]),
                    ("fmt", [rplc, "fmt", "-"])):
                row(name, count, len(text), *measure(command, path), base)


main()
