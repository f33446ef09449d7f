#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The exact amounts at the edges of 64 and 128 bits, for test_wide_edges.c.

    tests/unit/wide_edges.py > wide_edges.def

Works out with Python's integers and fractions, which have no edges, what each
formula of the test comes to, and whether the lowered form may decide: it may
where each product and sum on the way, from left to right, fits 128 bits, the
divisor is a positive word, and the quotient lies below 2^63 - 1, so that it may
be rounded either way, or the dividend is a word.
"""

import fractions
import math

WORD, WIDE = 1 << 63, 1 << 127
FACTS = "mnabefgcd"
MODES = ("HALF_UP", "HALF_EVEN", "FLOOR")

# 2^127 - 2^62 = PEAK * LEFT * RIGHT: with a word more, any sum near 2^127.
PEAK, LEFT, RIGHT = 1 << 62, 31 * 8191, 145295143558111
assert PEAK * LEFT * RIGHT == WIDE - PEAK
# 2^63 - 1 = SMALL * LARGE
SMALL, LARGE = 49 * 73 * 127 * 337, 92737 * 649657
assert SMALL * LARGE == WORD - 1


class Value:
    """A number as the lowered form has it, and as it is."""

    def __init__(self, exact, stops=False):
        self.exact = exact
        self.stops = stops or not -WIDE <= exact < WIDE

    def __add__(self, other):
        return Value(self.exact + other.exact, self.stops or other.stops)

    def __sub__(self, other):
        return Value(self.exact - other.exact, self.stops or other.stops)

    def __mul__(self, other):
        return Value(self.exact * other.exact, self.stops or other.stops)

    def is_divisor(self):
        return not self.stops and 0 < self.exact < WORD


def balance(m, n, a, b, e, f, g, c, d):
    return m * a * b + n * e - m * f * g, c


def quotient(m, n, a, b, e, f, g, c, d):
    return m * a * b, c * d


def four(m, n, a, b, e, f, g, c, d):
    return m * a * b * e, c * d * d


def sums(m, n, a, b, e, f, g, c, d):
    return m * a * b * e + n * f * g, c * d


def share(m, n, a, b, e, f, g, c, d):
    return m * a, c


def rest(m, n, a, b, e, f, g, c, d):
    return m * c - m * a, c


def compare(m, n, a, b, e, f, g, c, d):
    left, right = m * a * b + n * e, m * f * g
    outcome = 0 if left.exact > right.exact else \
        1 if left.exact == right.exact else 2
    return outcome, not left.stops and not right.stops


def rounded(value, mode):
    low = math.floor(value)
    left = value - low
    if mode == "FLOOR" or left < fractions.Fraction(1, 2):
        return low
    if left > fractions.Fraction(1, 2):
        return low + 1
    return low + (low % 2 if mode == "HALF_EVEN" else value > 0)


def row(**facts):
    made = dict.fromkeys(FACTS, 0)
    made.update(c=1, d=1)
    made.update(facts)
    assert all(-WORD <= value < WORD for value in made.values())
    return made


EDGES = [sign * ((1 << bits) + off)
         for bits in (31, 52, 53, 62, 63, 64, 126, 127)
         for sign in (1, -1) for off in (-1, 0, 1)]


def near_peak(total):
    """Facts for which m * a * b + n * e is a number near 2^127 or -2^127."""
    sign = 1 if total > 0 else -1
    return {"m": sign * PEAK, "a": LEFT, "b": RIGHT,
            "n": total - sign * (WIDE - PEAK), "e": 1}


def near(total):
    """The same for any number of EDGES."""
    if abs(total) > 3 << 125:
        return near_peak(total)
    by = 4 if abs(total) > 1 << 100 else 1
    whole = round(fractions.Fraction(total, PEAK * by))
    return {"m": PEAK, "a": whole, "b": by, "n": total - PEAK * by * whole,
            "e": 1}


def sums_near():
    for total in EDGES:
        made = near(total)
        got = made["m"] * made["a"] * made["b"] + made["n"] * made["e"]
        assert got == total, (got, total)
        yield total, made


def balances():
    for total, made in sums_near():
        for c in (1, 2, 3, WORD - 1):
            yield row(**made, c=c)  # mostly more than an amount can hold
        for less, c in ((0, 2), (0, 7), (1, 1 << 31), (3, WORD - 1)):
            # m * f * g takes nearly all of it away again
            yield row(**made, f=made["a"], g=made["b"] - less, c=c)


def quotients():
    for m in (WORD - 1, 1 - WORD, -WORD, WORD // 2, 1):
        for a, b in ((SMALL, LARGE), (-SMALL, LARGE), (WORD - 1, 1),
                     (WORD // 2, 2), (WORD // 2, 4), (-WORD, 2), (-WORD, 1),
                     (WORD - 1, 2), (LARGE, LARGE), (PEAK, PEAK)):
            for c, d in ((SMALL, LARGE), (1 << 31, 1 << 32),
                         (1 << 32, (1 << 31) - 1), (WORD - 1, WORD - 1),
                         (1 << 62, 1), (3, 1)):
                yield row(m=m, a=a, b=b, c=c, d=d)


def fours():
    for m in (PEAK, -PEAK, WORD - 1, -WORD):
        for a, b, e in ((PEAK, 4, 2), (PEAK, 4, -2), (PEAK, 8, 1),
                        (LEFT, RIGHT, 1), (LEFT, RIGHT, -1), (PEAK, PEAK, 1),
                        (WORD - 1, WORD - 1, WORD - 1), (3, 5, -7),
                        (0, PEAK, PEAK)):
            for c, d in ((1 << 62, 1), (1 << 62, 2), (3, (1 << 31) - 1),
                         (7, 1 << 30), (WORD - 1, WORD - 1)):
                yield row(m=m, a=a, b=b, e=e, c=c, d=d)


def all_sums():
    for total, made in sums_near():
        half = {"m": made["m"], "a": made["a"], "b": made["b"], "e": 1,
                "n": made["n"], "f": 1, "g": 1}
        for c, d in ((1, 1), (1 << 62, 1), (SMALL, LARGE), (1 << 32, 1 << 31),
                     (WORD - 1, 1 << 62)):
            yield row(**half, c=c, d=d)


def shares():
    for m in (WORD - 1, -WORD, 1 - WORD, WORD // 2, 160, -160, (1 << 52) + 1,
              (1 << 31) - 1):
        for a in (0, 1, WORD - 1, -WORD, 1 << 52, (1 << 31) + 1, -(1 << 31)):
            for c in (1, 2, 300, WORD - 1, 1 << 62, (1 << 52) - 1, 1 << 31):
                yield row(m=m, a=a, c=c)


def compares():
    for total, made in sums_near():
        # what stands on the other side is near it, or near the other end
        yield row(**made, f=made["a"], g=made["b"])
        yield row(**made, f=-made["a"], g=made["b"])
        yield row(**made, f=made["a"] + 1, g=made["b"])
    yield row(m=-WORD, a=PEAK, b=4, f=PEAK, g=4)       # -2^127 on both
    yield row(m=-WORD, a=PEAK, b=4, n=1, e=1, f=PEAK, g=4)
    yield row(m=-WORD, a=PEAK, b=4, n=-1, e=1, f=PEAK, g=4)
    yield row(m=WORD // 2, a=PEAK, b=8, n=-1, e=1, f=PEAK, g=8)


def word(value):
    return "INT64_MIN" if value == -WORD else f"INT64_C({value})"


def put(formula, mode, facts, outcome, amount, fast):
    large = not -WORD <= amount < WORD
    words = [word(facts[name]) for name in FACTS]
    print(f"EDGE({formula.__name__.upper()}, {mode}, {', '.join(words)},")
    print(f"     {outcome}, {0 if large else word(amount)}, "
          f"{int(large)}, {int(fast and not large)})")


def put_all(formula, rows, modes):
    for facts in rows:
        values = {name: Value(value) for name, value in facts.items()}
        num, den = formula(**values)
        exact = fractions.Fraction(num.exact, den.exact)
        fits = -WORD <= num.exact < WORD or math.trunc(abs(exact)) < WORD - 1
        fast = not num.stops and den.is_divisor() and fits
        for mode in modes:
            put(formula, mode, facts, 2, rounded(exact, mode), fast)


def main():
    print("/* Made by tests/unit/wide_edges.py:")
    print(f" * EDGE(formula, rounding, {', '.join(FACTS)}, outcome, amount,")
    print(" *      the amount does not fit, the fast form decides) */")
    put_all(balance, balances(), MODES)
    put_all(quotient, quotients(), MODES[:1])
    put_all(four, fours(), MODES[1:2])
    put_all(sums, all_sums(), MODES[2:])
    put_all(share, shares(), MODES[:2])
    put_all(rest, shares(), MODES[:1])
    for facts in compares():
        values = {name: Value(value) for name, value in facts.items()}
        outcome, fast = compare(**values)
        put(compare, "HALF_UP", facts, outcome,
            facts["n"] if outcome == 2 else 0, fast)


if __name__ == "__main__":
    main()
