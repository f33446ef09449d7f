# SPDX-License-Identifier: Apache-2.0
"""Puts expressions, types and texts of a policy (reader.py) into plain words.

Names become italics without underscores, values of enumerations stay as they
are written in requests, parentheses stay, and an `and` within an `or` gets them
where the language needs none.
"""

import re

TYPE_WORDS = {
    "boolean": "yes or no", "integer": "whole number", "number": "number",
    "money": "amount of money", "text": "text", "date": "day",
    "datetime": "date and time", "duration": "length of time",
    "currency": "currency", "rounding": "way of rounding", "zone": "time zone"}

UNITS = {"w": "week", "d": "day", "h": "hour", "min": "minute", "s": "second",
         "ms": "millisecond", "us": "microsecond"}

NUMBER_SIGNS = {"==": "is", "!=": "is not", "<": "is less than",
                "<=": "is at most", ">": "is greater than",
                ">=": "is at least"}
TIME_SIGNS = {"==": "is exactly", "!=": "is not exactly", "<": "is before",
              "<=": "is not after", ">": "is after", ">=": "is not before"}
LENGTH_SIGNS = dict(NUMBER_SIGNS, **{"<": "is shorter than",
                                     ">": "is longer than"})
OPERATORS = {"+": "+", "-": "−", "*": "×", "/": "÷", "union": "together with",
             "except": "without"}


def escape(text):
    return re.sub(r"([\\`*<>|\[\]]|(?<!\w)_|_(?!\w))", r"\\\1", text)


def human(name):
    return name.replace("_", " ")


def italic(name):
    return f"*{human(name)}*"


def code(word):
    return f"`{word}`"


def duration(text):
    parts = re.findall(r"(\d+)(w|d|h|min|s|ms|us)(?=\d|$)", text)
    return " ".join(f"{n} {UNITS[u]}{'' if n == '1' else 's'}"
                    for n, u in parts)


def listing(items, last="and"):
    items = list(items)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def type_words(of, enums, bounds=""):
    """A type; `enums` holds the enumerations that have a name."""
    if of is None:
        return ""
    named = enums.get(of.name)
    values, is_open = (of.values, of.is_open) if not named else (
        named.type.values, named.type.is_open)
    if values:
        words = "any of " if of.is_set else "one of " if len(values) > 1 else ""
        words += ", ".join(code(value) for value in values)
        words += ", or anything else" if is_open else ""
    else:
        words = TYPE_WORDS.get(of.name, of.name)
    words += f", {bounds}" if bounds else ""
    return words + (", or nothing" if of.is_optional else "")


class Words:
    """Words for the expressions of one policy. `scope` maps names to their
    types' kinds ("time", "boolean", ...), facts before outputs."""

    def __init__(self, scope):
        self.scope = scope

    # ---- kinds ----

    def kind(self, e):
        """What an expression comes to, as far as the words depend on it."""
        if e[0] in ("time", "duration", "money", "number", "text"):
            return e[0]
        if e[0] == "name":
            return self.scope.get(e[1])
        if e[0] in ("paren", "negative", "else"):
            return self.kind(e[1])
        if e[0] == "if":
            return self.kind(e[2]) or self.kind(e[3])
        if e[0] == "op":
            return self.operation_kind(e)
        if e[0] == "call":
            return self.kind(e[2][0]) if e[1] != "set" else "set"
        if e[0] == "day":
            return "time" if e[1] in ("date", "start") else "number"
        if e[0] == "business":
            return "time"
        if e[0] in ("boolean", "compare", "and", "or", "not", "is_none",
                    "is_empty", "in", "between", "within", "calendar"):
            return "boolean"
        return None

    def operation_kind(self, e):
        left, right = self.kind(e[2]), self.kind(e[3])
        if left == "time" and right == "time":
            return "duration"
        if "time" in (left, right):
            return "time"
        if "duration" in (left, right):
            return "number" if left == right and e[1] == "/" else "duration"
        return left or right

    # ---- conditions ----

    def condition(self, e):
        method = getattr(self, "condition_" + e[0], None)
        return method(e) if method else f"{self.value(e)} is true"

    def condition_paren(self, e):
        return f"({self.condition(e[1])})"

    def condition_boolean(self, e):
        return "always" if e[1] == "true" else "never"

    def condition_and(self, e):
        return " and ".join(self.part(p, ("or",)) for p in e[1])

    def condition_or(self, e):
        return " or ".join(self.part(p, ("and",)) for p in e[1])

    def part(self, e, wrapped):
        words = self.condition(e)
        return f"({words})" if e[0] in wrapped else words

    def condition_not(self, e):
        inner = e[1]
        while inner[0] == "paren" and inner[1][0] in ("name", "paren"):
            inner = inner[1]
        if inner[0] == "name":
            return f"{self.value(inner)} is false"
        words = self.condition(inner)
        return f"not {words}" if inner[0] == "paren" else f"not ({words})"

    def condition_compare(self, e):
        _, sign, left, right = e
        if right[0] == "boolean" and sign in ("==", "!="):
            truth = (right[1] == "true") == (sign == "==")
            return f"{self.value(left)} is {'true' if truth else 'false'}"
        kind = self.kind(left) or self.kind(right)
        words = {"time": TIME_SIGNS, "duration": LENGTH_SIGNS}.get(
            kind, NUMBER_SIGNS)
        if kind == "time" and sign in ("==", "!=") and right[0] != "time":
            words = NUMBER_SIGNS
        other = self.word if kind in ("enum", "rounding") else self.value
        return f"{self.value(left)} {words[sign]} {other(right)}"

    def condition_is_none(self, e):
        return f"{self.value(e[1])} {'exists' if e[2] else 'does not exist'}"

    def condition_is_empty(self, e):
        return f"{self.value(e[1])} is {'not ' if e[2] else ''}empty"

    def condition_in(self, e):
        _, left, items, negated = e
        no = "not " if negated else ""
        if len(items) == 1 and items[0][0] == "name" and \
                self.scope.get(items[0][1]) == "set":
            return f"{self.word(left)} is {no}among {self.value(items[0])}"
        words = listing((self.word(item) for item in items), "or")
        return f"{self.value(left)} is {no}one of {words}"

    def condition_between(self, e):
        return (f"{self.value(e[1])} is between {self.value(e[2])} and "
                f"{self.value(e[3])} (both included)")

    def condition_within(self, e):
        return (f"{self.value(e[1])} is no earlier than {self.value(e[3])} and "
                f"at most {self.value(e[2])} after it")

    def condition_calendar(self, e):
        return (f"{self.value(e[1])} is no earlier than {self.value(e[3])} and "
                f"no later than the end of the {self.value(e[2])}-th calendar "
                f"day after it (days in {self.value(e[4])})")

    # ---- values ----

    def value(self, e):
        if e[0] != "paren" and e[0] != "name" and self.kind(e) == "boolean" \
                and e[0] not in ("if", "else", "boolean", "call"):
            return self.condition(e)
        return getattr(self, "value_" + e[0])(e)

    def whole(self, e):
        """A value in parentheses if it has parts that could be misread."""
        words = self.value(e)
        return f"({words})" if e[0] in ("op", "if", "else") else words

    def word(self, e):
        """A value where a text stands for a word of an enumeration."""
        return code(e[1]) if e[0] == "text" else self.value(e)

    def value_paren(self, e):
        return f"({self.value(e[1])})"

    def value_name(self, e):
        return italic(e[1]) if e[1] in self.scope else code(e[1])

    def value_text(self, e):
        return f"“{escape(e[1])}”" if e[1] else "an empty text"

    def value_duration(self, e):
        return duration(e[1])

    def value_zone(self, e):
        return e[1] if e[1] == "UTC" else f"UTC{e[1]}"

    def value_none(self, e):
        return "nothing"

    def value_number(self, e):
        return e[1]

    value_money = value_time = value_currency = value_number

    def value_boolean(self, e):
        return "yes" if e[1] == "true" else "no"

    def value_negative(self, e):
        return f"−{self.value(e[1])}"

    def value_op(self, e):
        left, right = self.value(e[2]), self.value(e[3])
        if e[1] == "*" and e[3] == ("duration", "1d"):
            return f"{left} days"
        return f"{left} {OPERATORS[e[1]]} {right}"

    def value_if(self, e):
        parts = []
        while e[0] == "if":
            parts.append(f"{self.value(e[2])} if {self.condition(e[1])}")
            e = e[3]
        return f"{'; '.join(parts)}; otherwise {self.value(e)}"

    def value_else(self, e):
        return (f"{self.value(e[1])}, or {self.value(e[2])} where that does "
                "not exist")

    def value_day(self, e):
        zone = f" (in {self.value(e[3])})" if e[3] else ""
        word = {"date": "day", "start": "beginning"}.get(e[1], e[1])
        return f"the {word} of {self.value(e[2])}{zone}"

    def value_business(self, e):
        zone = f" (in {self.value(e[3])})" if e[3] else ""
        return (f"the day that is {self.value(e[1])} business days after "
                f"{self.value(e[2])}{zone}")

    def value_call(self, e):
        args = [self.whole(arg) for arg in e[2]]
        if e[1] == "min":
            return f"the smaller of {args[0]} and {args[1]}"
        if e[1] == "max":
            return f"the greater of {args[0]} and {args[1]}"
        if e[1] == "abs":
            return f"{args[0]} without its sign"
        if e[1] == "set":
            return listing(self.word(arg) for arg in e[2]) or "nothing"
        places = f" to {args[1]} places" if len(args) == 3 else ""
        return f"{args[0]} rounded{places} ({args[-1]})"

    # ---- texts ----

    def text(self, text):
        """A reason or step: placeholders become names in italics."""
        parts = re.split(r"(\\[{}]|\{[a-z0-9_]+\})", text)
        return "".join(
            part[1] if part[:1] == "\\" and part[1:] in ("{", "}")
            else italic(part[1:-1]) if part[:1] == "{" and part[-1] == "}"
            else escape(part) for part in parts)


def names_in(e):
    """Every name that an expression reads."""
    if isinstance(e, tuple):
        if e and e[0] == "name":
            yield e[1]
        elif e and e[0] != "text":
            for part in e[1:]:
                yield from names_in(part)
    elif isinstance(e, list):
        for part in e:
            yield from names_in(part)
