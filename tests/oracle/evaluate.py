# SPDX-License-Identifier: Apache-2.0
"""A second evaluator for a subset of RPL, written from the language's pages.

It shares nothing with the engine: policies are Python data (see generate.py),
numbers are fractions, and every definition of the language is spelt out as
plainly as it can be, without regard to speed. It is no reference for texts,
places, clauses or the look of numbers. Invariant: `decide` is total.
"""
from collections import namedtuple
from fractions import Fraction
import math
import operator

# What an expression comes to. state is one of KNOWN, NONE, UNKNOWN, ERROR;
# awaits are the facts that an UNKNOWN turns on, error is the code of an ERROR,
# owner the output in whose definition it arose, if it did in one.
Result = namedtuple("Result", "state value awaits error owner", defaults=[None])
KNOWN, NONE, UNKNOWN, ERROR = "known", "none", "unknown", "error"

# An amount of money. currency is None for a zero that was written without one.
Money = namedtuple("Money", "amount currency")

OUTCOMES = ["out_of_scope", "gate", "denied", "needs_info", "manual_review",
            "blocked", "service_adjustment", "account_credit",
            "partial_refund", "full_refund", "informational"]
REPORTED = {"out_of_scope": "manual_review", "gate": "needs_info"}
ASKING = ("gate", "needs_info")
PAYING = ("account_credit", "partial_refund", "full_refund")
NOTHING = Result(NONE, None, frozenset(), None)


def known(value):
    return Result(KNOWN, value, frozenset(), None)


def unknown(awaits):
    return Result(UNKNOWN, None, frozenset(awaits), None)


def failed(code):
    return Result(ERROR, None, frozenset(), code)


TRUE, FALSE = known(True), known(False)


def is_known(result, value):
    return result.state == KNOWN and result.value is value


def awaited(*results):
    return frozenset().union(*(r.awaits for r in results
                               if r.state == UNKNOWN))


def rounded(value, mode, places=2):
    """value rounded to so many places."""
    scaled = value * 10 ** places
    low = math.floor(scaled)
    rest = scaled - low
    if rest == 0:
        return value
    toward_zero = low if scaled > 0 else low + 1
    from_zero = low + 1 if scaled > 0 else low
    if mode == "floor":
        chosen = low
    elif mode == "ceiling":
        chosen = low + 1
    elif mode == "down":
        chosen = toward_zero
    elif mode == "up":
        chosen = from_zero
    elif rest != Fraction(1, 2):
        chosen = low if rest < Fraction(1, 2) else low + 1
    elif mode == "half_up":
        chosen = from_zero
    elif mode == "half_down":
        chosen = toward_zero
    else:
        chosen = low if low % 2 == 0 else low + 1
    return Fraction(chosen) / 10 ** places


def bare(value):
    return value.amount if isinstance(value, Money) else value


COMPARISONS = {"==": operator.eq, "!=": operator.ne, "<": operator.lt,
               "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def compared(op, left, right):
    return COMPARISONS[op](bare(left), bare(right))


def arithmetic(op, left, right):
    """The Result of left op right, for amounts and numbers."""
    amounts = [v for v in (left, right) if isinstance(v, Money)]
    currency = next((v.currency for v in amounts if v.currency), None)
    a, b = bare(left), bare(right)
    if op in ("/", "div", "mod") and b == 0:
        return failed("division_by_zero")
    value = {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b,
             "/": lambda: Fraction(a) / b,
             "div": lambda: Fraction(math.floor(Fraction(a) / b)),
             "mod": lambda: a - b * math.floor(Fraction(a) / b)}[op]()
    if amounts and not (op == "/" and len(amounts) == 2):
        return known(Money(value, currency))
    return known(value)


def lies_in(cell, value):
    """Whether a value is one of a cell: a list of values, a pair of ends."""
    if isinstance(cell, list):
        return value in cell
    low, high = cell
    return (low is None or low <= value) and (high is None or value <= high)


def join(definitions):
    """What guarded definitions come to, whatever their order.

    One that holds for certain settles the value. One that may hold changes
    nothing if it would say the same, or nothing. Two that hold and differ are a
    conflict, which nothing cures. A condition in error asks that its value is
    what stands: nothing cures that where another value stands, where two are
    asked for, or where there is no value; otherwise it is an error only when
    nothing is unknown.
    """
    values, unknowns = [], []
    for guard, value in definitions:
        if not is_known(guard, True) or value.state == NONE:
            continue
        if value.state == ERROR:
            return value
        if value.state == UNKNOWN:
            unknowns.append(value)
        elif values and bare(value.value) != bare(values[0].value):
            return failed("conflict")
        else:
            values.append(value)
    errors, asked, late = [], set(), []
    for guard, value in definitions:
        if guard.state == KNOWN:
            continue
        if (values and value.state == KNOWN
                and bare(value.value) == bare(values[0].value)):
            continue
        if guard.state == ERROR:
            errors.append(guard)
            if value.state in (NONE, ERROR) or (values and
                                                value.state == KNOWN):
                return errors[0]
            if value.state == KNOWN:
                asked.add(bare(value.value))
            elif values:
                unknowns.append(value)
            else:
                late.append(value)
        elif value.state != NONE:
            unknowns += [guard, value]
    if errors and (not unknowns or len(asked) > 1):
        return errors[0]
    unknowns += late if unknowns else []
    if unknowns:
        return unknown(awaited(*unknowns))
    if not values:
        return NOTHING
    return next((v for v in values if isinstance(v.value, Money)
                 and v.value.currency), values[0])


class Evaluation:
    """One policy with one set of facts."""

    def __init__(self, policy, facts):
        self.policy = policy
        self.facts = facts  # name -> value; None stands for null
        self.declared = {f["name"]: f for f in policy["facts"]}
        self.lets = dict(policy["lets"])
        self.memory = {}
        self.winner = None  # the outcome that holds and its true rules' names

    # ---- names ----

    def rejects(self, fact):
        value = self.facts.get(fact["name"])
        bounds = fact.get("bounds")
        if value is None or not bounds:
            return False
        return not bounds[0] <= bare(value) <= bounds[1]

    def fact(self, name):
        fact = self.declared[name]
        if name in self.facts and not self.rejects(fact):
            value = self.facts[name]
            return NOTHING if value is None else known(value)
        if fact.get("assume") is not None:
            return self.value(fact["assume"])
        return unknown([name])

    def name(self, kind, name):
        key = (kind, name)
        if key not in self.memory:
            if kind == "fact":
                result = self.fact(name)
            elif kind == "let":
                result = self.value(self.lets[name])
            elif name == "whole":
                result = self.whole()
            else:
                result = self.read(name)
            self.memory[key] = result
        return self.memory[key]

    def read(self, name):
        """What expressions read: an error is the output's where a condition or
        an amount went wrong, and where definitions conflict."""
        definitions = self.definitions(name)
        result = join([self.definition(name, d) for d in definitions])
        is_simple = (len(definitions) == 1 and name != "amount"
                     and definitions[0]["guard"] is None)
        if result.state != ERROR or result.owner or is_simple:
            return result
        return result._replace(owner=name)

    def whole(self):
        if self.policy.get("whole"):
            return self.value(self.policy["whole"])
        return self.name("fact", "fee")

    # ---- expressions ----

    def value(self, e):
        kind = e[0]
        if kind in ("fact", "let", "out"):
            return self.name(kind, e[1])
        if kind == "lit":
            return known(e[2])
        if kind == "none":
            return NOTHING
        return getattr(self, "do_" + kind)(*e[1:])

    def strict(self, operands, function):
        """All operands need values; an error comes before a missing one."""
        results = []
        for operand in operands:
            result = self.value(operand)
            results.append(failed("none_used") if result.state == NONE
                           else result)
        for result in results:
            if result.state == ERROR:
                return result
        if any(r.state == UNKNOWN for r in results):
            return unknown(awaited(*results))
        return function(*(r.value for r in results))

    def connect(self, results, settling):
        results = [failed("none_used") if r.state == NONE else r
                   for r in results]
        if any(is_known(r, settling) for r in results):
            return known(settling)
        if any(r.state == UNKNOWN for r in results):
            return unknown(awaited(*results))
        for result in results:
            if result.state == ERROR:
                return result
        return known(not settling)

    def do_and(self, a, b):
        return self.connect([self.value(a), self.value(b)], False)

    def do_or(self, a, b):
        return self.connect([self.value(a), self.value(b)], True)

    def do_not(self, a):
        return self.strict([a], lambda x: known(not x))

    def do_cmp(self, op, a, b):
        return self.strict([a, b], lambda x, y: known(compared(op, x, y)))

    def do_arith(self, op, a, b):
        return self.strict([a, b], lambda x, y: arithmetic(op, x, y))

    def do_neg(self, a):
        return self.strict([a], lambda x: arithmetic("*", x, Fraction(-1)))

    def do_abs(self, a):
        return self.strict([a], lambda x: arithmetic(
            "*", x, Fraction(-1 if bare(x) < 0 else 1)))

    def do_extreme(self, op, a, b):
        pick = min if op == "min" else max

        def choose(x, y):
            if not isinstance(x, Money):
                return known(pick(x, y))
            return known(Money(pick(x.amount, y.amount),
                               x.currency or y.currency))
        return self.strict([a, b], choose)

    def do_round(self, a, mode):
        return self.strict([a], lambda x: known(
            Money(rounded(x.amount, mode), x.currency)))

    def do_places(self, a, places, mode):
        return self.strict([a], lambda x: known(rounded(x, mode, places)))

    def do_between(self, a, b, c):
        return self.strict([a, b, c], lambda x, y, z: known(
            bare(y) <= bare(x) <= bare(z)))

    def do_in(self, a, items, positive):
        result = self.connect(
            [self.do_cmp("==", a, item) for item in items], True)
        if positive or result.state != KNOWN:
            return result
        return known(not result.value)

    def do_table(self, arguments, table):
        """The row that no known argument rules out; of several what they agree
        in, else unknown or, where nothing is unknown, the error."""
        found = [self.value(a) for a in arguments]
        found = [failed("none_used") if r.state == NONE else r for r in found]
        left = [(row, [r for cell, r in zip(row[0], found)
                       if cell is not None and r.state != KNOWN])
                for row in table["rows"]
                if all(cell is None or r.state != KNOWN
                       or lies_in(cell, r.value)
                       for cell, r in zip(row[0], found))]
        if len({bare(row[1]) for row, _ in left}) == 1:
            return known(left[0][0][1])
        open_ones = [r for _, some in left for r in some]
        if any(r.state == UNKNOWN for r in open_ones):
            return unknown(awaited(*open_ones))
        return open_ones[0]

    def do_if(self, c, a, b):
        chosen = self.value(c)
        if chosen.state == NONE:
            return failed("none_used")
        if chosen.state != KNOWN:
            return chosen
        return self.value(a if chosen.value else b)

    def do_else(self, a, b):
        result = self.value(a)
        return self.value(b) if result.state == NONE else result

    def do_isnone(self, a, positive):
        result = self.value(a)
        if result.state in (UNKNOWN, ERROR):
            return result
        return known((result.state == NONE) == positive)

    # ---- outputs ----

    def output(self, name):
        return next(o for o in self.outputs() if o["name"] == name)

    def outputs(self):
        """All outputs in order of declaration, the vocabulary's last."""
        own = self.policy["outputs"]
        amount = {"name": "amount", "money": True, "required": True,
                  "for": PAYING, "defs": self.policy["amount"] or
                  [{"expr": ("out", "whole"), "guard": None, "for": None}]}
        return own + [amount]

    def definitions(self, name):
        return self.output(name)["defs"]

    def paid(self, name, expression):
        """The value of a definition, rounded where it is money."""
        result = self.value(expression)
        if not self.output(name).get("money") or result.state != KNOWN:
            return result
        mode = self.policy.get("rounding") or "half_up"
        return known(Money(rounded(result.value.amount, mode),
                           result.value.currency))

    def condition(self, expression):
        """A guard or condition, which must not be none."""
        if expression is None:
            return TRUE
        result = self.value(expression)
        return failed("none_used") if result.state == NONE else result

    def definition(self, name, definition):
        return (self.condition(definition["guard"]),
                self.paid(name, definition["expr"]))

    def with_currency(self, result):
        """A zero without a currency takes the first given amount's."""
        if result.state != KNOWN or not isinstance(result.value, Money):
            return result
        if result.value.currency:
            return result
        for fact in self.policy["facts"]:
            value = self.facts.get(fact["name"])
            if isinstance(value, Money) and not self.rejects(fact):
                return known(Money(result.value.amount, value.currency))
        return failed("no_currency")

    def stands(self, output, definition, outcome, rules):
        names = definition["for"]
        if names is None:
            names = output.get("for")
        return (names is None or
                (outcome is not None and
                 (outcome in names or any(r in names for r in rules))))

    def settle(self, output, outcome, rules, gives):
        """An output in a decision of that outcome with those reasons."""
        name = output["name"]
        if name in gives:
            return self.with_currency(join(
                [(TRUE, self.paid(name, e)) for e in gives[name]]))
        return self.with_currency(join(
            [self.definition(name, d) for d in output["defs"]
             if self.stands(output, d, outcome, rules)]))

    # ---- rules ----

    def rules(self):
        """Every rule as (outcome, name, condition's Result, rule), in order."""
        for rule in self.policy["rules"]:
            holds = self.condition(rule["cond"])
            if rule["unless"] and holds.state == KNOWN:
                holds = known(not holds.value)
            if rule["outcome"] != "refundable":
                yield rule["outcome"], rule["name"], holds, rule
                continue
            enough = self.value(("cmp", ">=", ("out", "amount"),
                                 ("out", "whole")))
            less = known(not enough.value) if enough.state == KNOWN else enough
            yield ("full_refund", rule["name"],
                   self.connect([holds, enough], False), rule)
            yield ("partial_refund", rule["name"],
                   self.connect([holds, less], False), rule)
        for rule in self.vocabulary():
            yield rule["outcome"], rule["name"], self.value(rule["cond"]), rule

    def vocabulary(self):
        plain = {"unless": False, "steps": [], "provide": [], "giving": None}
        if self.policy.get("window") is not None:
            start, days = ("fact", "paid_at"), self.policy["window"]
            yield dict(plain, outcome="denied", name="late", cond=(
                "and", ("isnone", start, False),
                ("cmp", ">", ("fact", "requested_at"),
                 ("arith", "+", start, ("lit", "days", Fraction(days))))))
        whole, amount = ("out", "whole"), ("out", "amount")
        zero = ("lit", "money", Money(Fraction(0), None))
        yield dict(plain, outcome="denied", name="nothing_left", cond=(
            "or", ("and", ("isnone", whole, False), ("cmp", "<=", whole, zero)),
            ("and", ("isnone", amount, False), ("cmp", "<=", amount, zero))),
            giving=zero)

    # ---- the decision ----

    def order(self, names):
        return [f["name"] for f in self.policy["facts"] if f["name"] in names]

    def undetermined(self, found, places, are_rules=False):
        """The decision where (name, Result) in places keep it open. Rules in
        error give way to the outputs in which the errors arose."""
        waiting = [(n, r) for n, r in places if r.state == UNKNOWN]
        asking = [x for x in found if is_known(x[2], True) and x[0] in ASKING]
        if waiting:
            missing = self.order(awaited(*(r for _, r in waiting)))
            for _, _, _, rule in asking:
                missing += [p for p in rule["provide"] if p not in missing]
            decision = {"outcome": "needs_info", "missing": missing,
                        "reasons": [n for n, _ in waiting] +
                        [x[1] for x in asking], "open": True,
                        "awaited": self.order(
                            awaited(*(r for _, r in waiting)))}
        else:
            wrong = [(n, r) for n, r in places if r.state == ERROR]
            decision = {"outcome": "manual_review", "error": wrong[0][1].error,
                        "reasons": [n for n, _ in wrong]}
            if are_rules:
                names = [r.owner or n for n, r in wrong]
                decision["reasons"] = list(dict.fromkeys(names))
        outputs = {}
        for output in self.outputs():
            if output.get("required"):
                continue
            result = self.settle(output, None, (), {})
            self.write(decision, outputs, output, result)
        decision["outputs"] = outputs
        return decision

    @staticmethod
    def write(decision, outputs, output, result):
        if result.state == KNOWN:
            outputs[output["name"]] = result.value
        elif result.state == ERROR and "error" not in decision:
            decision["error"] = result.error

    def step_list(self, rule):
        declared = dict(self.policy["steps"])
        for step, condition in rule["steps"]:
            yield step, condition if condition is not None \
                else declared.get(step)

    def decide(self):
        found = list(self.rules())
        for outcome in OUTCOMES:
            rules = [x for x in found if x[0] == outcome]
            if any(is_known(x[2], True) for x in rules):
                return self.grant(found, outcome, [
                    (x[1], x[3]) for x in rules if is_known(x[2], True)])
            if any(x[2].state in (UNKNOWN, ERROR) for x in rules):
                return self.undetermined(found, [
                    (x[1], x[2]) for x in rules], True)
        otherwise = self.policy["otherwise"]
        return self.grant(found, otherwise["outcome"], [
            ("otherwise", dict(otherwise, giving=None, provide=[]))])

    def bearing(self, found, outcome, reach):
        """Unknown rules of the winning outcome that could settle or upset what
        it turns on: by steps whose conditions are not known; by what they give
        and by definitions that stand with them, of outputs that had been looked
        at and that decide, being required or having something ensured."""
        ensured = {e["reads"] for e in self.policy["ensures"]}
        decisive = [o for o in self.outputs() if o["name"] in reach
                    and (o.get("required") or o["name"] in ensured)]
        named = {n for o in decisive for d in o["defs"]
                 for n in d["for"] or () if n not in OUTCOMES}
        given = any(o["name"] == "amount" for o in decisive)
        for rank, name, holds, rule in found:
            if rank == outcome and holds.state == UNKNOWN and (
                    (given and rule["giving"] is not None) or name in named or
                    any(self.condition(c).state != KNOWN
                        for _, c in self.step_list(rule))):
                yield name, holds

    def grant(self, found, outcome, reasons):
        names = [name for name, _ in reasons]
        self.winner = outcome, names
        steps, gives = [], {}

        def turns_on(name, result, reach):
            places = [(name, result)]
            if result.state == UNKNOWN:
                places += self.bearing(found, outcome, reach)
            return self.undetermined(found, places)
        for name, rule in reasons:
            if rule["giving"] is not None:
                gives.setdefault("amount", []).append(rule["giving"])
        for name, rule in reasons:
            for step, condition in self.step_list(rule):
                holds = self.condition(condition)
                if holds.state in (UNKNOWN, ERROR):
                    return turns_on(name, holds, [])
                if holds.value:
                    steps.append(step)
        steps = [s for i, s in enumerate(steps) if s not in steps[i + 1:]]
        outputs = {}
        decision = {"outcome": REPORTED.get(outcome, outcome),
                    "reasons": names, "steps": steps, "outputs": outputs}
        reach = []
        for output in self.outputs():
            reach.append(output["name"])
            result = self.settle(output, outcome, names, gives)
            if output.get("required") and result.state in (UNKNOWN, ERROR):
                return turns_on(output["name"], result, reach)
            self.write(decision, outputs, output, result)
        ensured = self.ensured(outputs, gives)
        if ensured is not None:
            return turns_on("ensure", ensured, reach)
        if outcome in ASKING:
            missing = []
            first = [r for _, r in reasons]
            rest = [x[3] for x in found if is_known(x[2], True)
                    and x[0] in ASKING and x[3] not in first]
            for rule in first + rest:
                missing += [p for p in rule["provide"] if p not in missing]
            decision["missing"] = missing
        return decision


    def ensured(self, outputs, gives):
        """What the decision turns on if not all that is ensured is true. It
        awaits what any condition awaits that is, or may come to be, checked."""
        conditions, later = [], []
        for ensure in self.policy["ensures"]:
            read, holds = ensure["reads"], self.condition(ensure["cond"])
            if not read or (read in outputs and read not in gives):
                conditions.append(holds)
            elif not self.output(read).get("required"):
                later.append(holds)
        if any(is_known(c, False) for c in conditions):
            return failed("ensure_failed")
        first = next((c for c in conditions if c.state != KNOWN), None)
        if first is None or first.state == ERROR:
            return first
        return unknown(awaited(*conditions, *later))


def decide(policy, facts):
    """The decision of policy on facts, with every key that is compared."""
    evaluation = Evaluation(policy, facts)
    decision = evaluation.decide()
    outputs = decision.pop("outputs")
    amount = outputs.pop("amount", None)
    return {"outcome": decision["outcome"],
            "amount": None if amount is None else amount.amount,
            "missing": decision.get("missing", []),
            "reasons": decision["reasons"],
            "steps": decision.get("steps", []),
            "error": decision.get("error"),
            "outputs": {n: bare(v) for n, v in outputs.items()},
            "rejected": [f["name"] for f in policy["facts"]
                         if evaluation.rejects(f)],
            "open": decision.get("open", False),
            "winner": evaluation.winner,
            "awaited": decision.get("awaited", [])}
