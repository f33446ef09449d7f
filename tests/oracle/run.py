# SPDX-License-Identifier: Apache-2.0
"""Compares rplc with evaluate.py on generated policies, and tests what the
language promises about missing facts on rplc's own answers.

Usage: run.py [--policies N] [--seed FIRST] [--compare N] [--show N] [-v]
The variable RPLC names the command.
"""
import argparse
from collections import Counter
from fractions import Fraction
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # the source tree stays as it is

from evaluate import decide
from generate import WANTED, generate, json_value, text

RPLC = os.environ.get("RPLC", "rplc")
ABSENT = object()
LIMIT = 4000  # LIMIT: assignments that are put to rplc for one policy
REFUSED = ("E0410", "E0411")  # a rule or definition that is constant


def choices(fact):
    """All that may be said of a fact, absence first."""
    return ([ABSENT] + ([None] if fact["optional"] else []) + fact["domain"])


def assignments(policy, seed):
    """All assignments as tuples of choices' indices, or a sample of them."""
    sizes = [range(len(choices(f))) for f in policy["facts"]]
    total = 1
    for size in sizes:
        total *= len(size)
    if total <= LIMIT:
        return list(itertools.product(*sizes)), True
    draw = random.Random(seed)
    return [tuple(draw.choice(s) for s in sizes) for _ in range(400)], False


def facts_of(policy, chosen):
    given = {}
    for fact, index in zip(policy["facts"], chosen):
        value = choices(fact)[index]
        if value is not ABSENT:
            given[fact["name"]] = value
    return given


def ask(folder, policy, source, rows):
    """rplc's answer to every row, or what it says against the policy."""
    path = os.path.join(folder, policy["name"] + ".rpl")
    with open(path, "w", encoding="utf-8") as file:
        file.write(source)
    lines = []
    by_name = {f["name"]: f for f in policy["facts"]}
    for row in rows:
        given = facts_of(policy, row)
        lines.append(json.dumps({n: json_value(by_name[n], v)
                                 for n, v in given.items()}))
    made = subprocess.run([RPLC, "eval", path, "--jsonl"], text=True,
                          input="\n".join(lines) + "\n", capture_output=True,
                          check=False, timeout=60)
    os.remove(path)
    if made.returncode not in (0,):
        return None, made.stderr + made.stdout[:500]
    return [json.loads(line) for line in made.stdout.splitlines()], ""


def value_of(shown):
    """An output's value as the oracle has it."""
    if isinstance(shown, bool):
        return shown
    try:
        return Fraction(shown)
    except ValueError:
        return shown


def seen(answer):
    """rplc's answer in the oracle's form."""
    waits = [w for r in answer.get("reasons", [])
             for w in r.get("waits_for", [])]
    return {"outcome": answer["outcome"],
            "amount": Fraction(answer["amount"]) if "amount" in answer
            else None,
            "missing": answer.get("missing", []),
            "reasons": [r["rule"] for r in answer.get("reasons", [])],
            "steps": [s["id"] for s in answer.get("steps", [])],
            "error": answer.get("error", {}).get("code"),
            "outputs": {n: value_of(v)
                        for n, v in answer.get("outputs", {}).items()},
            "rejected": [r["fact"] for r in answer.get("rejected", [])],
            "open": bool(waits), "awaited": sorted(set(waits))}


class Run:
    """The state of a run: counts, and the first few complaints."""

    def __init__(self, options):
        self.options = options
        self.count = Counter()
        self.coverage = Counter()
        self.complaints = []
        self.sources = set()

    def complain(self, kind, source, *details):
        self.count[kind] += 1
        if source in self.sources:
            return
        self.sources.add(source)
        self.count["policies with " + kind] += 1
        if self.count["policies with " + kind] <= self.options.show:
            self.complaints.append("\n".join(
                [f"== {kind}", source.rstrip(), *map(str, details)]))

    # ---- the comparison ----

    def compare(self, policy, source, rows, answers):
        indices = range(len(rows))
        if len(rows) > self.options.compare:
            indices = random.Random(policy["name"]).sample(
                indices, self.options.compare)
        for i in indices:
            self.count["compared"] += 1
            given = facts_of(policy, rows[i])
            ours = decide(policy, given)
            ours["awaited"] = sorted(ours["awaited"])
            del ours["winner"]
            theirs = seen(answers[i])
            if ours["error"] and theirs["error"] and \
                    ours["error"] != theirs["error"]:
                self.count["another error code"] += 1
                ours["error"] = theirs["error"]
            if ours == theirs:
                continue
            different = [k for k in ours if ours[k] != theirs[k]]
            self.complain("disagreement", source, f"facts {given}",
                          *(f"{k}: oracle {ours[k]}, rplc {theirs[k]}"
                            for k in different))

    # ---- what is promised about missing facts ----

    def promises(self, policy, source, rows, answers):
        table = {row: seen(a) for row, a in zip(rows, answers)}
        facts = policy["facts"]
        low = [self.values(f) for f in facts]
        fixed = [i for i, f in enumerate(facts)
                 if f.get("assume") is not None]
        for row, answer in table.items():
            if any(v and v not in low[i] for i, v in enumerate(row)):
                continue  # a rejected value counts as not given
            free = [i for i, v in enumerate(row) if v == 0 and i not in fixed]
            if answer["open"]:
                self.open_stays(policy, source, table, row, low, free)
                self.list_matters(policy, source, table, row, low, free)
            else:
                self.decided_stays(policy, source, table, row, low, free)

    @staticmethod
    def values(fact):
        """Indices of the choices that count as given."""
        bounds = fact.get("bounds")
        return [i for i, v in enumerate(choices(fact)) if i and (
            v is None or not bounds or bounds[0] <= v <= bounds[1])]

    def open_stays(self, policy, source, table, row, low, free):
        """Without the awaited facts, no other fact without an assumption
        changes the outcome. (A definition whose condition is in error counts as
        a lasting error, though what is unknown might come to agree with it.)"""
        names = [f["name"] for f in policy["facts"]]
        awaited = table[row]["awaited"]
        others = [i for i in free if names[i] not in awaited]
        self.count["open"] += 1
        for values in itertools.product(*([0] + low[i] for i in others)):
            other = list(row)
            for i, v in zip(others, values):
                other[i] = v
            self.count["open pairs"] += 1
            answer = table[tuple(other)]
            if answer["outcome"] != "needs_info" or not answer["open"]:
                self.complain("open decision changed", source,
                              f"from {facts_of(policy, row)}: {table[row]}",
                              f"to {facts_of(policy, other)}: {answer}")
                return

    def decided_stays(self, policy, source, table, row, low, free):
        """A decision that is made keeps its outcome whatever else is given,
        but for what `excuse` knows."""
        for i in free:
            for value in low[i]:
                other = row[:i] + (value,) + row[i + 1:]
                self.count["decided pairs"] += 1
                before, after = table[row], table[other]
                if before["amount"] != after["amount"]:
                    self.count["amount appeared" if before["amount"] is None
                               else "amount changed"] += 1
                if before["outcome"] == after["outcome"] \
                        and not after["open"]:
                    continue
                excuse = self.excuse(policy, before, after, row, other)
                if excuse:
                    self.count["decided, but " + excuse] += 1
                    continue
                self.complain("decided outcome changed", source,
                              f"from {facts_of(policy, row)}: {before}",
                              f"to {facts_of(policy, other)}: {after}")

    @staticmethod
    def excuse(policy, before, after, row, other):
        """Why one more fact may change a decision that was made. What else the
        winning outcome's reasons bring may be open or in error: their steps,
        what they give, and what is ensured of it. So may what is ensured of an
        optional output that was unknown. And a zero without a currency takes
        that of any amount that is given. And a definition whose condition is in
        error decides before one that is unknown and might agree with it."""
        if before["error"] == "no_currency":
            return "no currency"
        first = decide(policy, facts_of(policy, row))["winner"]
        second = decide(policy, facts_of(policy, other))["winner"]
        if first and second and first[0] == second[0] and \
                set(first[1]) < set(second[1]):
            return "one more reason"
        if first == second and "ensure" in after["reasons"] and \
                "extra" not in before["outputs"]:
            return "one more output ensured"
        return None

    def list_matters(self, policy, source, table, row, low, free):
        """Counts lists with a fact that no completion turns on."""
        names = [f["name"] for f in policy["facts"]]
        self.count["lists"] += 1
        for name in table[row]["awaited"]:
            i = names.index(name)
            if i not in free:
                continue
            others = [j for j in free if j != i]
            if not self.matters(table, row, i, others, low):
                self.count["lists longer than needed"] += 1
                if self.options.verbose:
                    print("needless", name, facts_of(policy, row), source)
                return

    @staticmethod
    def matters(table, row, i, others, low):
        for values in itertools.product(*(low[j] for j in others)):
            other = list(row)
            for j, v in zip(others, values):
                other[j] = v
            ends = set()
            for v in low[i]:
                other[i] = v
                answer = table[tuple(other)]
                ends.add((answer["outcome"], answer["amount"]))
            if len(ends) > 1:
                return True
        return False

    # ---- policies written by hand ----

    def case(self, path):
        """A policy and lines of facts with the answer that was derived."""
        with open(path[:-4] + ".jsonl", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        made = subprocess.run(
            [RPLC, "eval", path, "--jsonl"], text=True, check=False, timeout=60,
            input="".join(json.dumps(r["facts"]) + "\n" for r in rows),
            capture_output=True)
        answers = [seen(json.loads(a)) for a in made.stdout.splitlines()]
        if made.returncode or len(answers) != len(rows):
            self.complain("case", path, made.stderr)
            return
        for row, answer in zip(rows, answers):
            self.count["cases by hand"] += 1
            for key, value in row["expect"].items():
                if key == "amount" and value is not None:
                    value = Fraction(value)
                if answer[key] != value:
                    self.complain("case", f"{path}: {row['why']}", key,
                                  f"derived {value}, rplc {answer[key]}")

    # ---- all ----

    def one(self, folder, seed):
        policy = generate(seed)
        coverage = Counter()
        source = text(policy, coverage)
        rows, complete = assignments(policy, seed)
        answers, trouble = ask(folder, policy, source, rows)
        if answers is None:
            if any(code in trouble for code in REFUSED):
                self.count["constant policies"] += 1
            else:
                self.complain("refused", source, trouble)
            return
        self.coverage.update(coverage)
        self.count["policies"] += 1
        self.count["answers"] += len(answers)
        self.compare(policy, source, rows, answers)
        if complete:
            self.count["complete"] += 1
            self.promises(policy, source, rows, answers)

    def report(self):
        for complaint in self.complaints:
            print(complaint)
        for key in sorted(self.count):
            print(f"{key}: {self.count[key]}")
        absent = sorted(WANTED - set(self.coverage))
        print("constructs:", len(WANTED) - len(absent), "of", len(WANTED),
              "missing " + ", ".join(absent) if absent else "")
        bad = ("case", "disagreement", "refused", "open decision changed",
               "decided outcome changed")
        if self.options.policies < 100:
            absent = []  # too few to hold everything
        return 1 if absent or any(self.count[k] for k in bad) else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--policies", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--compare", type=int, default=60)
    parser.add_argument("--show", type=int, default=3)
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    run = Run(options)
    cases = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases")
    for name in sorted(os.listdir(cases)):
        if name.endswith(".rpl"):
            run.case(os.path.join(cases, name))
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.seed, options.seed + options.policies):
            run.one(folder, seed)
    sys.exit(run.report())


if __name__ == "__main__":
    main()
