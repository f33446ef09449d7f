# SPDX-License-Identifier: Apache-2.0
"""Seeded random policies of the subset that evaluate.py knows.

A policy is a dictionary; `text` prints it as RPL. Expressions are tuples whose
first item names the construct. Invariant: one seed gives one policy, always.
"""
from collections import Counter
from datetime import datetime, timedelta, timezone
from fractions import Fraction
import random

from evaluate import Money, OUTCOMES

KINDS = ["red", "green", "blue"]
MODES = ["half_up", "half_even", "half_down", "up", "down", "ceiling", "floor"]
CHOSEN_OUTCOMES = ["denied", "needs_info", "blocked", "partial_refund",
                   "full_refund", "refundable", "refundable", "manual_review",
                   "gate", "informational", "account_credit", "out_of_scope",
                   "service_adjustment"]
TYPES = {"bool": "boolean", "int": "integer", "number": "number",
         "money": "money", "kind": "kind", "instant": "datetime"}
ZERO = ("lit", "money", Money(Fraction(0), None))
START = datetime(2026, 1, 1, tzinfo=timezone.utc)


def usd(text):
    return Money(Fraction(text), "USD")


# ---- printing ---------------------------------------------------------------

def number(value):
    """A number as a literal: all that are generated have at most 2 places."""
    return str(value.numerator) if value.denominator == 1 else decimal(value)


def decimal(value):
    scaled = value * 100
    assert scaled.denominator == 1
    sign = "-" if scaled < 0 else ""
    whole, rest = divmod(abs(scaled.numerator), 100)
    return f"{sign}{whole}.{rest:02}"


def literal(kind, value):
    if kind == "bool":
        return "true" if value else "false"
    if kind == "kind":
        return value
    if kind == "days":
        return f"{value}d"
    if kind == "money":
        if value.currency is None:
            return "0"
        if value.amount < 0:
            return f"(-USD {decimal(-value.amount)})"
        return f"USD {decimal(value.amount)}"
    return f"(-{number(-value)})" if value < 0 else number(value)


class Printer:
    """Prints expressions and counts the constructs that it meets."""

    def __init__(self, coverage):
        self.coverage = coverage

    def show(self, e):
        """An expression as a primary: in parentheses unless it is a word."""
        kind, rest = e[0], e[1:]
        self.coverage[kind if kind not in ("cmp", "arith", "extreme")
                      else rest[0]] += 1
        if kind in ("fact", "let", "out"):
            return rest[0]
        if kind == "lit":
            return literal(rest[0], rest[1])
        if kind == "none":
            return "none"
        if kind == "table":
            return f"{rest[1]['name']}({', '.join(map(self.show, rest[0]))})"
        if kind in ("extreme", "abs", "round", "places"):
            return self.call(kind, rest)
        return "(" + self.compound(kind, rest) + ")"

    def call(self, kind, rest):
        if kind == "extreme":
            return f"{rest[0]}({self.show(rest[1])}, {self.show(rest[2])})"
        if kind == "abs":
            return f"abs({self.show(rest[0])})"
        tail = ", ".join(str(r) for r in rest[1:])
        return f"round({self.show(rest[0])}, {tail})"

    def compound(self, kind, rest):
        show = self.show
        if kind in ("cmp", "arith"):
            return f"{show(rest[1])} {rest[0]} {show(rest[2])}"
        if kind in ("and", "or"):
            return f"{show(rest[0])} {kind} {show(rest[1])}"
        if kind == "not":
            return f"not {show(rest[0])}"
        if kind == "neg":
            return f"-{show(rest[0])}"
        if kind == "if":
            return (f"if {show(rest[0])} then {show(rest[1])} "
                    f"else {show(rest[2])}")
        if kind == "else":
            return f"{show(rest[0])} else {show(rest[1])}"
        if kind == "isnone":
            return f"{show(rest[0])} is {'none' if rest[1] else 'not none'}"
        if kind == "between":
            low, high = show(rest[1]), show(rest[2])
            return f"{show(rest[0])} between {low} and {high}"
        items = ", ".join(show(i) for i in rest[1])
        return f"{show(rest[0])} {'in' if rest[2] else 'not in'} ({items})"


def shown_guard(printer, definition):
    guard = definition["guard"]
    if guard is None:
        return ""
    printer.coverage["guard"] += 1
    return " if " + printer.show(guard)


def shown_for(printer, names):
    if not names:
        return ""
    printer.coverage["for"] += 1
    return " for " + ", ".join(names)


def shown_fact(printer, fact):
    line = f"fact {fact['name']} : {TYPES[fact['type']]}"
    if fact["optional"]:
        line += "?"
        printer.coverage["optional"] += 1
    if fact.get("bounds"):
        low, high = fact["bounds"]
        line += f" {number(low)} .. {number(high)}"
        printer.coverage["bounds"] += 1
    if fact.get("assume") is not None:
        printer.coverage["assume"] += 1
        line += " assume " + printer.show(fact["assume"])
    return line + ";"


def shown_steps(printer, rule, declared):
    items = []
    for step, condition in rule["steps"]:
        printer.coverage["step"] += 1
        item = step if step in declared else f'{step} "Do {step}."'
        if condition is not None:
            printer.coverage["step if"] += 1
            item += " if " + printer.show(condition)
        items.append(item)
    return " step " + ", ".join(items) if items else ""


def shown_rule(printer, rule, declared):
    printer.coverage["unless" if rule["unless"] else "rule if"] += 1
    printer.coverage["outcome " + rule["outcome"]] += 1
    line = (f"{rule['outcome']} {rule['name']} "
            f"{'unless' if rule['unless'] else 'if'} "
            f"{printer.show(rule['cond'])}")
    line += shown_steps(printer, rule, declared)
    if rule["provide"]:
        printer.coverage["provide"] += 1
        line += " provide " + ", ".join(rule["provide"])
    if rule["giving"] is not None:
        printer.coverage["giving"] += 1
        line += " giving amount = " + printer.show(rule["giving"])
    return line + ";"


def shown_cell(cell):
    """None is any value, a list its values, a pair a range of integers."""
    if cell is None:
        return "any"
    if isinstance(cell, list):
        return " or ".join(literal("bool" if isinstance(v, bool) else "kind", v)
                           for v in cell)
    low, high = cell
    if low is None:
        return f"<= {high}"
    return f">= {low}" if high is None else f"{low} .. {high}"


def shown_table(table):
    columns = ", ".join(f"c{i} : {TYPES[of]}"
                        for i, of in enumerate(table["columns"]))
    rows = "".join(f"  {', '.join(map(shown_cell, cells))} -> "
                   f"{literal(table['type'], value)};\n"
                   for cells, value in table["rows"])
    return (f"table {table['name']}({columns}) : {TYPES[table['type']]} {{\n"
            f"{rows}}}")


def text(policy, coverage=None):
    """The policy as RPL."""
    printer = Printer(Counter() if coverage is None else coverage)
    lines = ["edition 1;", f"policy {policy['name']} \"Generated\";"]
    if any(x["type"] == "kind" for x in policy["facts"] + policy["outputs"]) \
            or any("kind" in t["columns"] for t in policy.get("tables", [])):
        lines.append(f"enumeration kind = {', '.join(KINDS)};")
    lines += [shown_fact(printer, f) for f in policy["facts"]]
    lines += [shown_table(t) for t in policy.get("tables", [])]
    for name, e in policy["lets"]:
        lines.append(f"let {name} = {printer.show(e)};")
    declared = dict(policy["steps"])
    for step, condition in policy["steps"]:
        tail = "" if condition is None else " if " + printer.show(condition)
        lines.append(f'step {step} "Do {step}."{tail};')
    lines += [shown_rule(printer, r, declared) for r in policy["rules"]]
    for word in ("window", "rounding"):
        if policy.get(word) is not None:
            printer.coverage[word] += 1
            unit = "d" if word == "window" else ""
            lines.append(f"{word} {policy[word]}{unit};")
    if policy.get("whole") is not None:
        printer.coverage["whole"] += 1
        lines.append(f"whole {printer.show(policy['whole'])};")
    for d in policy["amount"]:
        lines.append(f"amount = {printer.show(d['expr'])}"
                     f"{shown_guard(printer, d)}"
                     f"{shown_for(printer, d['for'])};")
    for output in policy["outputs"]:
        printer.coverage["output"] += 1
        required = "required " if output["required"] else ""
        lines.append(f"output {output['name']} : {required}"
                     f"{TYPES[output['type']]};")
        for d in output["defs"]:
            lines.append(f"{output['name']} = {printer.show(d['expr'])}"
                         f"{shown_guard(printer, d)}"
                         f"{shown_for(printer, d['for'])};")
    for ensure in policy["ensures"]:
        printer.coverage["ensure"] += 1
        lines.append(f"ensure {printer.show(ensure['cond'])};")
    otherwise = policy["otherwise"]
    lines.append(f"otherwise {otherwise['outcome']}"
                 f"{shown_steps(printer, otherwise, declared)};")
    return "\n".join(lines) + "\n"


def json_value(fact, value):
    """A value of a fact as it stands in a request."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Money):
        return f"USD {decimal(value.amount)}"
    if fact["type"] == "instant":
        return (START + timedelta(days=int(value))).strftime(
            "%Y-%m-%dT%H:%M:%SZ")
    return number(value)


# ---- making -----------------------------------------------------------------

DOMAINS = {
    "bool": [True, False],
    "int": [Fraction(0), Fraction(1), Fraction(3)],
    "number": [Fraction(0), Fraction(1, 2), Fraction(2)],
    "money": [usd(0), usd(5), usd("7.25")],
    "kind": ["red", "green"],
    "instant": [Fraction(0), Fraction(7), Fraction(8)],
}


class Maker:
    """Makes one policy from a seed."""

    def __init__(self, seed):
        self.random = random.Random(f"rpl-{seed}")
        self.facts = []
        self.lets = []
        self.tables = []
        self.loose = True  # optional values may stand where values are needed

    def chance(self, share):
        return self.random.random() < share

    def pick(self, items):
        return self.random.choice(items)

    # ---- expressions ----

    def names(self, of, optional):
        found = [("fact", f["name"]) for f in self.facts
                 if f["type"] == of and f["optional"] == optional]
        return found + [("let", n) for n, t, _ in self.lets
                        if t == of and not optional]

    def literal(self, of):
        if of == "int":
            return ("lit", "int", Fraction(self.pick([0, 1, 2, 3, -1])))
        if of == "number":
            return ("lit", "number", Fraction(self.pick([5, 50, 150, 333]),
                                              100))
        if of == "money":
            return ("lit", "money", usd(self.pick(["0", "2.50", "5", "10"])))
        if of == "bool":
            return ("lit", "bool", self.chance(0.5))
        return ("lit", "kind", self.pick(KINDS))

    def leaf(self, of):
        names = self.names(of, False)
        optional = self.names(of, True)
        if optional and self.chance(0.3):
            name = self.pick(optional)
            if self.chance(0.2):
                return name
            return ("else", name, self.literal(of))
        if names and self.chance(0.85):
            return self.pick(names)
        if of == "bool" and self.chance(0.7):
            return ("cmp", self.pick(["<", ">="]), self.leaf("money"),
                    self.leaf("money"))
        return self.literal(of)

    def expression(self, of, depth):
        if depth <= 0 or self.chance(0.15):
            return self.leaf(of)
        if self.chance(0.12):
            return ("if", self.expression("bool", depth - 1),
                    self.expression(of, depth - 1),
                    self.expression(of, depth - 1))
        tables = [t for t in self.tables if t["type"] == of]
        if tables and self.chance(0.3):
            return self.table_call(self.pick(tables), depth)
        if of == "bool":
            return self.boolean(depth)
        if of == "kind":
            return self.leaf(of)
        return self.quantity(of, depth)

    def table_call(self, table, depth):
        """A call with a fact in most columns, so that rows turn on facts."""
        return ("table", [self.leaf(of) if of == "kind" or self.chance(0.6)
                          else self.expression(of, depth - 1)
                          for of in table["columns"]], table)

    def boolean(self, depth):
        kind = self.pick(["and", "or", "and", "or", "not", "cmp", "cmp", "cmp",
                          "isnone", "in", "between"])
        if kind in ("and", "or"):
            return (kind, self.expression("bool", depth - 1),
                    self.expression("bool", depth - 1))
        if kind == "not":
            return ("not", self.expression("bool", depth - 1))
        if kind == "isnone":
            names = [("fact", f["name"]) for f in self.facts if f["optional"]]
            if names:
                return ("isnone", self.pick(names), self.chance(0.5))
        if kind == "in":
            of = self.pick(["kind", "int"])
            left = self.leaf(of)
            if left[0] == "lit":  # no type to be told from
                return self.leaf("bool")
            return ("in", left, [self.leaf(of) for _ in range(
                self.random.randint(1, 3))], self.chance(0.5))
        of = self.pick(["int", "money", "money", "number", "kind", "bool"])
        if kind == "between" and of not in ("kind", "bool"):
            return ("between", *(self.expression(of, depth - 2)
                                 for _ in range(3)))
        ops = ["==", "!="] if of in ("kind", "bool") else \
            ["==", "!=", "<", "<=", ">", ">="]
        right = self.expression(of, depth - 1)
        left = self.expression(of, depth - 1) if of != "kind" \
            else self.literal(of)
        if of == "kind" or not reads(left) and not reads(right):
            names = self.names(of, False)
            if not names:  # of two words no type can be told
                return self.leaf("bool")
            left = self.pick(names)
        return ("cmp", self.pick(ops), left, right)

    def quantity(self, of, depth):
        a = self.expression(of, depth - 1)
        kind = self.pick(["arith", "arith", "arith", "scale", "neg", "abs",
                          "extreme", "round", "whole"])
        if kind == "whole" and of in ("int", "number"):
            return ("arith", "mod" if of == "number" else
                    self.pick(["div", "mod"]), a, self.expression(of, depth - 1))
        if kind == "arith":
            return ("arith", self.pick("+-"), a,
                    self.expression(of, depth - 1))
        if kind == "scale":
            other = self.pick(["int", "number"]) if of != "int" else "int"
            b = self.expression(other, depth - 1)
            op = "*" if of == "int" else self.pick("*/")
            if of == "money" and op == "*" and self.chance(0.3):
                return ("arith", op, b, a)
            return ("arith", op, a, b)
        if kind == "round" and of == "money":
            return ("round", a, self.pick(MODES))
        if kind == "round" and of == "number":
            return ("places", a, self.random.randint(0, 1), self.pick(MODES))
        if kind == "extreme":
            return ("extreme", self.pick(["min", "max"]), a,
                    self.expression(of, depth - 1))
        if kind == "neg":
            return ("neg", a)
        if of == "number" and self.chance(0.5):
            return ("arith", "/", self.expression("money", depth - 1),
                    self.expression("money", depth - 1))
        return ("abs", a)

    def turning(self, depth):
        """A condition that turns on a fact, and on no constant alone."""
        for _ in range(50):
            made = self.expression("bool", depth)
            if reads(made):
                return made
        return ("cmp", ">", ("out", "whole"), ZERO)

    # ---- statements ----

    def make_facts(self):
        fee = {"name": "fee", "type": "money", "optional": self.chance(0.1),
               "domain": DOMAINS["money"]}
        others = []
        for i in range(self.random.randint(1, 4)):
            of = self.pick(["bool", "bool", "int", "money", "kind", "number"])
            others.append({"name": f"f{i}", "type": of, "domain": DOMAINS[of],
                           "optional": self.chance(0.25)})
        self.facts = others
        self.facts.insert(self.random.randint(0, len(others)), fee)
        for fact in self.facts:
            if fact["type"] in ("int", "number") and self.chance(0.15):
                fact["bounds"] = (Fraction(0), Fraction(2))
                fact["domain"] = fact["domain"] + [Fraction(3)] \
                    if fact["type"] == "number" else fact["domain"]
        self.assume()

    def assume(self):
        """Some assumptions, of constants or of a fact without one."""
        for fact in self.facts:
            if fact["name"] == "fee" or not self.chance(0.15):
                continue
            others = [f for f in self.facts if f is not fact
                      and f["type"] == fact["type"] and not f["optional"]
                      and "assume" not in f and not f.get("bounds")]
            low = fact.get("bounds")
            if others and self.chance(0.4):
                fact["assume"] = ("fact", self.pick(others)["name"])
            elif fact["optional"] and self.chance(0.4):
                fact["assume"] = ("none",)
            elif low:
                fact["assume"] = ("lit", fact["type"], Fraction(1))
            else:
                fact["assume"] = self.literal(fact["type"])

    def make_window(self):
        if len(self.facts) > 3 or not self.chance(0.3):
            return None
        for name in ("requested_at", "paid_at"):
            self.facts.append({"name": name, "type": "instant",
                               "optional": name == "paid_at"
                               and self.chance(0.3),
                               "domain": DOMAINS["instant"]})
        return 7

    def make_tables(self):
        """Rows that leave no gap and do not overlap: one box, cut in two again
        and again. Values are few, so that rows often agree."""
        for i in range(self.pick([0, 1, 1, 2])):
            of = self.pick(["money", "money", "bool", "int", "number"])
            columns = [self.pick(["bool", "kind", "int"])
                       for _ in range(self.random.randint(1, 3))]
            values = [self.literal(of)[2] for _ in range(2)]
            whole = [{"bool": [True, False], "kind": KINDS,
                      "int": (None, None)}[c] for c in columns]
            rows = [([None if cell in ([True, False], KINDS, (None, None))
                      else cell for cell in box], self.pick(values))
                    for box in self.boxes(whole, 3)]
            self.random.shuffle(rows)
            self.tables.append({"name": f"t{i}", "type": of,
                                "columns": columns, "rows": rows})

    def boxes(self, box, depth):
        column = self.random.randrange(len(box))
        halves = self.halves(box[column])
        if not depth or not halves or self.chance(0.15):
            return [box]
        return [b for half in halves for b in self.boxes(
            box[:column] + [half] + box[column + 1:], depth - 1)]

    def halves(self, cell):
        """Two parts of a cell; None if it has one value."""
        if isinstance(cell, list):
            at = self.random.randint(1, len(cell) - 1) if len(cell) > 1 else 0
            return (cell[:at], cell[at:]) if at else None
        low, high = cell
        cuts = [c for c in range(-1, 5) if (low is None or c > low)
                and (high is None or c <= high)]
        if not cuts:
            return None
        cut = self.pick(cuts)
        return (low, cut - 1), (cut, high)

    def make_lets(self):
        for i in range(self.random.randint(0, 2)):
            of = self.pick(["bool", "bool", "int", "money"])
            made = self.expression(of, 2)
            if reads(made):
                self.lets.append((f"v{i}", of, made))

    def make_rule(self, i, steps):
        outcome = self.pick(CHOSEN_OUTCOMES)
        rule = {"outcome": outcome, "name": f"r{i}", "steps": [],
                "unless": self.chance(0.2), "cond": self.turning(3),
                "provide": [], "giving": None}
        if outcome == "needs_info" or (outcome == "gate" and self.chance(0.5)):
            rule["provide"] = self.random.sample(
                ["paper", "photo", "f0", "form"], self.random.randint(1, 2))
        if outcome in ("blocked", "full_refund", "refundable", "denied") \
                and self.chance(0.4):
            rule["steps"] = self.make_steps(i, steps)
        if outcome in ("partial_refund", "full_refund", "refundable",
                       "account_credit") and self.chance(0.25):
            rule["giving"] = self.pick(
                [self.literal("money"), self.leaf("money"),
                 ZERO])
        return rule

    def make_steps(self, i, declared):
        steps = []
        if declared and self.chance(0.6):
            steps += [(s, None) for s, _ in self.random.sample(
                declared, self.random.randint(1, len(declared)))]
        if not steps or self.chance(0.5):
            condition = self.turning(1) if self.chance(0.5) else None
            steps.append((f"own{i}", condition))
        return steps

    def make_amount(self, rules):
        made = []
        for _ in range(self.pick([0, 1, 1, 2, 2, 3])):
            simple = self.leaf("money") if self.chance(0.5) else None
            expr = simple or self.expression("money", 2)
            guard = self.turning(2) if self.chance(0.6) else None
            named = None
            if self.chance(0.12) and rules:
                named = [self.pick(rules)["name"]]
            elif self.chance(0.1):
                named = self.random.sample(
                    ["full_refund", "partial_refund", "denied"], 2)
            made.append({"expr": expr, "guard": guard, "for": named})
        return made

    def make_outputs(self, rules):
        if not self.chance(0.35):
            return []
        of = self.pick(["int", "bool", "kind"])
        output = {"name": "extra", "type": of, "required": self.chance(0.4),
                  "defs": []}
        for _ in range(self.random.randint(1, 2)):
            named = [self.pick(rules)["name"]] if self.chance(0.3) else None
            output["defs"].append({
                "expr": self.expression(of, 1), "for": named,
                "guard": self.turning(1) if self.chance(0.6) else None})
        return [output]

    def make_ensures(self, outputs):
        made = []
        for _ in range(self.pick([0, 0, 0, 1, 1, 2])):
            kind = self.pick(["amount", "fact", "extra"])
            if kind == "amount":
                made.append({"cond": ("cmp", "<=", ("out", "amount"),
                                      ("fact", "fee")), "reads": "amount"})
            elif kind == "fact":
                made.append({"cond": self.turning(1), "reads": None})
            elif outputs:
                made.append({"cond": ("cmp", "!=", ("out", "extra"),
                                      self.literal(outputs[0]["type"])),
                             "reads": "extra"})
        return made

    def make(self, name):
        self.make_facts()
        window = self.make_window()
        self.make_tables()
        self.make_lets()
        steps = [(f"s{i}", self.turning(1) if self.chance(0.4) else None)
                 for i in range(self.random.randint(0, 2))]
        rules = [self.make_rule(i, steps)
                 for i in range(self.random.randint(3, 8))]
        for rule in rules:  # a rule that reads an output
            if self.chance(0.08):
                rule["cond"] = ("and", rule["cond"], (
                    "cmp", self.pick(["<", ">="]), ("out", "amount"),
                    self.literal("money")))
        outputs = self.make_outputs(rules)
        policy = {"name": name, "facts": self.facts, "steps": steps,
                  "rules": rules, "amount": self.make_amount(rules),
                  "outputs": outputs,
                  "ensures": self.make_ensures(outputs), "window": window,
                  "tables": self.tables,
                  "lets": [(n, e) for n, _, e in self.lets],
                  "whole": self.expression("money", 1)
                  if self.chance(0.15) else None,
                  "rounding": self.pick(MODES) if self.chance(0.3) else None,
                  "otherwise": {"outcome": self.pick(
                      ["denied", "manual_review", "informational",
                       "full_refund"]), "steps": []}}
        if steps and self.chance(0.1):
            policy["otherwise"]["steps"] = [(steps[0][0], None)]
        drop_unused(policy)
        return policy


def walk(e):
    yield e
    for item in e[1:]:
        if isinstance(item, list):
            for inner in item:
                yield from walk(inner)
        elif isinstance(item, tuple) and not isinstance(item, Money):
            yield from walk(item)


def reads(e):
    return any(x[0] in ("fact", "let", "out") for x in walk(e))


def expressions(policy):
    """Every expression outside lets."""
    for rule in policy["rules"]:
        yield rule["cond"]
        yield rule["giving"]
        yield from (c for _, c in rule["steps"])
    for d in policy["amount"] + [d for o in policy["outputs"]
                                 for d in o["defs"]]:
        yield d["expr"]
        yield d["guard"]
    yield from (c for _, c in policy["steps"])
    yield from (e["cond"] for e in policy["ensures"])
    yield policy["whole"]


def drop_unused(policy):
    """An unused let or table is a mistake of the author's."""
    lets = policy["lets"]
    for _ in range(len(lets) + 1):
        used = {x[1] for e in list(expressions(policy)) + [e for _, e in lets]
                if e is not None for x in walk(e) if x[0] == "let"}
        lets = [(n, e) for n, e in lets if n in used]
    policy["lets"] = lets
    called = {x[2]["name"] for e in list(expressions(policy)) +
              [e for _, e in lets] if e is not None for x in walk(e)
              if x[0] == "table"}
    policy["tables"] = [t for t in policy["tables"] if t["name"] in called]


def generate(seed):
    return Maker(seed).make(f"p{seed}")


WANTED = set("fact let out lit none and or not neg if else isnone in between "
             "== != < <= > >= + - * / div mod table min max abs round places guard for "
             "optional bounds assume step unless provide giving window "
             "rounding whole output ensure".split()) | {
                 "step if", "rule if"} | {
                     "outcome " + o for o in OUTCOMES + ["refundable"]}
