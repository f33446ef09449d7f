# SPDX-License-Identifier: Apache-2.0
"""Reads .rpl files into statements, for the pages that generate.py makes.

It follows docs/language.md and takes only what rplc compiles: mistakes are
rplc's to report, and here end in a ReadError. A statement is a Statement with
the members that its kind has; an expression is a tuple, its kind first:

    ("name", n) ("number", t) ("money", t) ("time", t) ("duration", t)
    ("text", t) ("currency", t) ("zone", t) ("boolean", t) ("none",)
    ("op", sign, a, b) ("compare", sign, a, b) ("and", [..]) ("or", [..])
    ("not", a) ("negative", a) ("if", c, a, b) ("else", a, b) ("paren", a)
    ("is_none", a, negated) ("is_empty", a, negated) ("in", a, [..], negated)
    ("between", a, low, high) ("within", a, long, start)
    ("calendar", a, days, start, zone) ("call", name, [..])
    ("day", word, a, zone) ("business", n, day, zone)
"""

import re

WORDS = set("""and as assume because between cite default edition else empty
ensure enumeration except expect extends fact false for from given giving if in
is let module none not of one or other otherwise outcome output param policy
provide replace setting source step test then to true undetermined union unless
up use within""".split())

TOKEN = re.compile(r"""
  (?P<blank>\s+|//[^\n]*|/\*.*?\*/)
| (?P<text>"(?:\\.|[^"\\])*")
| (?P<time>\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?)
| (?P<zone>[+-]\d\d:\d\d)
| (?P<duration>(?:\d+(?:w|d|h|min|s|ms|us))+(?![a-z0-9_]))
| (?P<number>\d+(?:\.\d+)?)
| (?P<clause>[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+)
| (?P<capitals>[A-Z]{3})
| (?P<name>[a-z][a-z0-9_]*)
| (?P<sign>==|!=|<=|>=|\.\.|[-+*/()<>=,;:{}.?])
""", re.VERBOSE | re.DOTALL)


class ReadError(Exception):
    """The text is not what this reader knows."""


class Statement:
    """One statement; what it does not have is None or empty."""

    def __init__(self, kind, line):
        self.kind = kind
        self.line = line
        self.name = self.outcome = self.title = self.type = self.expr = None
        self.because = self.condition = self.assume = self.start = None
        self.reported = self.role = self.split = self.anchor = self.block = None
        self.is_default = self.is_replace = False
        self.comment = ""
        self.bounds = ""
        self.origin = None  # the file that it stands in; set by generate.py
        self.values, self.cite, self.provide, self.only_for = [], [], [], []
        self.giving, self.steps, self.words = [], [], []


class Type:
    """A type as written: words, or the values of an enumeration."""

    def __init__(self):
        self.words = []
        self.values = []
        self.is_open = self.is_optional = self.is_set = False

    @property
    def name(self):
        return self.words[-1] if self.words else ""


def unquote(text):
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1]
                  if m[1] not in "{}" else m[0], text[1:-1])


class Reader:
    def __init__(self, path, text):
        self.path = path
        self.lines = text.split("\n")
        self.tokens = []  # (kind, text, line)
        at = 0
        line = 1
        while at < len(text):
            match = TOKEN.match(text, at)
            if not match:
                raise ReadError(f"{path}:{line}: what is {text[at:at+10]!r}?")
            if match.lastgroup != "blank":
                self.tokens.append((match.lastgroup, match[0], line))
            line += match[0].count("\n")
            at = match.end()
        self.tokens.append(("end", "", line))
        self.at = 0

    # ---- tokens ----

    @property
    def kind(self):
        return self.tokens[self.at][0]

    @property
    def text(self):
        return self.tokens[self.at][1]

    def ahead(self, count=1):
        return self.tokens[min(self.at + count, len(self.tokens) - 1)]

    def is_word(self, *words):
        return self.kind in ("name", "sign") and self.text in words

    def next(self):
        token = self.tokens[self.at]
        self.at += 1
        return token[1]

    def take(self, *words):
        return self.next() if self.is_word(*words) else None

    def expect(self, word):
        if self.text != word:
            raise ReadError(f"{self.path}:{self.tokens[self.at][2]}: expected "
                            f"{word!r}, found {self.text!r}")
        return self.next()

    def listed(self, item):
        found = [item()]
        while self.take(","):
            found.append(item())
        return found

    def maybe_text(self):
        return unquote(self.next()) if self.kind == "text" else None

    def dotted(self):
        name = self.next()
        while self.take("."):
            name += "." + self.next()
        return name

    # ---- expressions ----

    def expr(self):
        if self.take("if"):
            condition = self.expr()
            self.expect("then")
            first = self.disjunction()
            self.expect("else")
            return ("if", condition, first, self.expr())
        left = self.disjunction()
        return ("else", left, self.expr()) if self.take("else") else left

    def joined(self, word, item):
        parts = [item()]
        while self.take(word):
            parts.append(item())
        return parts[0] if len(parts) == 1 else (word, parts)

    def disjunction(self):
        return self.joined("or", lambda: self.joined("and", self.negation))

    def negation(self):
        return ("not", self.negation()) if self.take("not") else self.compared()

    def compared(self):
        left = self.sum()
        sign = self.take("==", "!=", "<", "<=", ">", ">=")
        if sign:
            return ("compare", sign, left, self.sum())
        if self.take("is"):
            negated = bool(self.take("not"))
            word = self.next()
            return ("is_none" if word == "none" else "is_empty", left, negated)
        if self.is_word("not") and self.ahead()[1] == "in":
            self.next()
            return self.contained(left, True)
        if self.is_word("in"):
            return self.contained(left, False)
        if self.take("between"):
            low = self.sum()
            self.expect("and")
            return ("between", left, low, self.sum())
        if self.take("within"):
            long = self.sum()
            if self.take("calendar"):
                self.next(), self.next()
                start = self.sum()
                self.expect("in")
                return ("calendar", left, long, start, self.primary())
            self.expect("of")
            return ("within", left, long, self.sum())
        return left

    def contained(self, left, negated):
        self.expect("in")
        if self.take("("):
            items = self.listed(self.expr)
            self.expect(")")
            return ("in", left, items, negated)
        return ("in", left, [("name", self.next())], negated)

    def binary(self, signs, item):
        left = item()
        while self.is_word(*signs):
            left = ("op", self.next(), left, item())
        return left

    def sum(self):
        return self.binary(("+", "-", "union", "except"), lambda: self.binary(
            ("*", "/"), self.factor))

    def factor(self):
        if self.take("-"):
            return ("negative", self.factor())
        left = self.primary()
        if self.is_word("business"):
            self.at += 3
            day = self.primary()
            zone = self.primary() if self.take("in") else None
            return ("business", left, day, zone)
        return left

    def primary(self):
        kind, text, line = self.tokens[self.at]
        following = self.ahead()[1]
        if self.take("("):
            inner = self.expr()
            self.expect(")")
            return ("paren", inner)
        if text in ("date", "start") and following == "of":
            self.at += 2
            inner = self.primary()
            self.expect("in")
            return ("day", text, inner, self.primary())
        if text in ("year", "month", "day") and following == "of":
            self.at += 2
            return ("day", text, self.primary(), None)
        self.next()
        if kind == "capitals" and self.kind == "number" and text != "UTC":
            return ("money", f"{text} {self.next()}")
        if kind == "capitals":
            return ("zone" if text == "UTC" else "currency", text)
        if kind == "text":
            return ("text", unquote(text))
        if kind in ("time", "zone", "duration", "number"):
            return (kind, text)
        if text in ("true", "false"):
            return ("boolean", text)
        if text == "none":
            return ("none",)
        if kind == "name" and self.take("("):
            args = [] if self.is_word(")") else self.listed(self.expr)
            self.expect(")")
            return ("call", text, args)
        if kind == "name":
            return ("name", text)
        raise ReadError(f"{self.path}:{line}: {text!r} is no value")

    # ---- types, bounds, parts ----

    def enum_values(self, of):
        of.values = self.listed(lambda: unquote(self.next())
                                if self.kind == "text" else self.next())
        if self.is_word("or") and self.ahead()[1] == "other":
            self.at += 2
            of.is_open = True
        return of

    def type(self):
        of = Type()
        if self.is_word("one") and self.ahead()[1] == "of":
            self.at += 2
            return self.enum_values(of)
        if self.is_word("set") and self.ahead()[1] == "of":
            self.at += 2
            of = self.type()
            of.is_set = True
            return of
        while self.kind == "name" and self.text not in WORDS:
            of.words.append(self.next())
        of.is_optional = bool(self.take("?"))
        return of

    def limit(self):
        sign = self.take("-") or ""
        kind, text = self.kind, self.next()
        return sign + (f"{text} {self.next()}" if kind == "capitals" else text)

    def read_bounds(self):
        words = {">": "more than", ">=": "at least", "<": "less than",
                 "<=": "at most"}
        if self.take("up"):
            self.expect("to")
            return f"at most {self.limit()}"
        if self.is_word(*words):
            first = f"{words[self.next()]} {self.limit()}"
            if self.take("and"):
                first += f" and {words[self.next()]} {self.limit()}"
            return first
        if self.kind in ("number", "capitals", "time", "duration") or \
                self.is_word("-"):
            low = self.limit()
            self.expect("..")
            return f"{low} to {self.limit()}"
        return ""

    def parts(self, of):
        while True:
            if self.take("because"):
                of.because = self.maybe_text()
            elif self.take("cite"):
                of.cite += self.listed(self.next)
            elif self.take("provide"):
                of.provide += self.listed(self.next)
            elif self.take("for"):
                of.only_for += self.listed(self.next)
            elif self.take("giving"):
                name = self.next()
                self.expect("=")
                of.giving.append((name, self.sum()))
            elif self.take("from"):
                of.start = self.sum()
            elif self.is_word("if", "unless"):
                of.condition = self.condition()
            elif self.take("step"):
                of.steps += self.listed(self.step_item)
            else:
                return of

    def condition(self):
        word = self.next()
        inner = self.expr()
        return inner if word == "if" else ("not", ("paren", inner))

    def step_item(self):
        name = self.next()
        text = self.maybe_text()
        when = self.condition() if self.is_word("if", "unless") else None
        return name, text, when

    def clause_ranges(self):
        def item():
            first = self.next()
            return first, self.next() if self.take("to") else first
        return self.listed(item)

    # ---- statements ----

    def comment_above(self, line):
        """The comment lines that touch the line, but no headings of parts."""
        found = []
        line -= 2
        while line >= 0 and self.lines[line].strip().startswith("//"):
            found.insert(0, self.lines[line].strip()[2:].strip())
            line -= 1
        if any(text.startswith("----") for text in found):
            return ""
        return " ".join(found)

    def head_comment(self):
        """What the file says of itself, above everything else."""
        found = []
        for line in self.lines:
            if not line.startswith("//"):
                break
            found.append(line[2:].strip())
        return " ".join(text for text in found
                        if not text.startswith("SPDX-")).strip()

    def skip_block(self):
        while not self.take("{"):
            self.next()
        while not self.take("}"):
            self.next()

    def file(self, end=""):
        found = []
        while self.text != end:
            if self.take(";"):
                continue
            if self.is_word("test", "given"):
                self.skip_block()
                continue
            found.append(self.statement())
        return found

    def statement(self):
        of = Statement("", self.tokens[self.at][2])
        of.comment = self.comment_above(of.line)
        of.is_replace = bool(self.take("replace"))
        of.is_default = bool(self.take("default"))
        word = self.text
        method = getattr(self, "read_" + word, None) \
            if word in DECLARATIONS else None
        if method:
            of.kind = self.next()
            method(of)
        else:
            self.read_plain(of)
        if self.text not in (";", "", "}") and of.block is None:
            self.expect(";")
        return of

    def read_edition(self, of):
        of.name = self.next()

    def read_policy(self, of):
        of.name = self.dotted()
        of.title = self.maybe_text()

    read_module = read_extends = read_use = read_policy

    def read_source(self, of):
        of.title = self.maybe_text()
        of.words = self.clause_ranges()

    def read_enumeration(self, of):
        of.name = self.next()
        self.expect("=")
        of.type = self.enum_values(Type())

    def read_calendar(self, of):
        of.name = self.next()
        of.title = self.maybe_text()
        while self.text not in (";", ""):
            self.next()

    def typed(self, of):
        of.name = self.next()
        if self.take(":"):
            of.type = self.type()

    def read_fact(self, of):
        self.typed(of)
        if self.take("to"):
            self.at += 2
        of.bounds = self.read_bounds()
        of.title = self.maybe_text()
        if self.take("assume"):
            of.assume = self.expr()

    def read_param(self, of):
        self.typed(of)
        of.bounds = self.read_bounds()
        self.expect("=")
        of.expr = self.expr()
        of.title = self.maybe_text()

    def read_let(self, of):
        self.typed(of)
        self.expect("=")
        of.expr = self.expr()

    def read_step(self, of):
        of.name = self.next()
        of.title = self.maybe_text()
        self.parts(of)

    def read_output(self, of):
        self.typed(of)
        if self.take("default"):
            of.expr = self.sum()
        elif self.take("="):
            of.values = self.listed(self.expr)
        self.parts(of)

    def read_outcome(self, of):
        of.name = of.reported = self.next()
        if self.take("="):
            first = self.next()
            self.expect("if")
            condition = self.disjunction()
            self.expect("else")
            of.split = (first, condition, self.next())
        if self.take("as"):
            of.reported = self.next()
        if self.take("for"):
            of.role = self.next()

    def read_setting(self, of):
        self.typed(of)
        if self.take("="):
            of.expr = self.expr()
        elif self.take("default"):
            of.words = self.listed(self.next)
        elif self.take("from"):
            of.anchor = self.next()
            self.expect(":")
            self.type()
            self.expect("=")
            of.start = self.expr()
        if self.take("{"):
            of.block = self.file("}")
            self.expect("}")

    def read_otherwise(self, of):
        of.name = "otherwise"
        of.outcome = self.next()
        self.parts(of)

    def read_undetermined(self, of):
        self.parts(of)

    def read_ensure(self, of):
        of.condition = self.expr()
        self.parts(of)

    def read_plain(self, of):
        of.name = self.next()
        if self.take("="):
            of.kind = "define"
            of.values = self.listed(self.expr)
        elif self.is_word("if", "unless") or (
                self.kind == "name" and self.ahead()[1] in ("if", "unless")):
            of.kind = "rule"
            of.outcome = of.name
            of.name = None if self.is_word("if", "unless") else self.next()
            of.condition = self.condition()
        else:
            of.kind = "set"
            of.expr = self.expr()
        self.parts(of)


DECLARATIONS = {name[5:] for name in dir(Reader)
                if name.startswith("read_")} - {"plain", "bounds"}


def read(path):
    """The statements of a file, and what its first comment says."""
    reader = Reader(path, path.read_text(encoding="utf-8"))
    return reader.file(), reader.head_comment()
