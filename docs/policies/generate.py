#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the pages of this folder from the policies, one for each, for readers
who will never see a policy's text.

    docs/policies/generate.py           writes the pages
    docs/policies/generate.py --check   fails if they are not as it writes them

The text of a page is the policy's own: titles, meanings, reasons, and its
conditions put into words (words.py). Inherited statements stand with their
origin; what a policy replaced is left out.
"""

import pathlib
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

import reader  # noqa: E402
import words  # noqa: E402
from words import code, escape, human, italic, listing  # noqa: E402

MEANINGS = {  # of the outcomes of std.refund, as docs/language.md has them
    "out_of_scope": "the policy does not speak about this request",
    "gate": "something else decides first and is not known",
    "denied": "not refundable",
    "needs_info": "evidence is lacking",
    "manual_review": "a person must decide",
    "blocked": "granted after the listed steps",
    "service_adjustment": "the plan is changed instead",
    "account_credit": "the money becomes a credit of the account",
    "partial_refund": "part of the money comes back",
    "full_refund": "all of the money comes back",
    "informational": "the request was a question",
}


class File:
    """One .rpl file."""

    def __init__(self, path, root):
        self.path = path
        self.statements, self.head = reader.read(path)
        header = [s for s in self.statements if s.kind in ("policy", "module")]
        self.is_policy = bool(header) and header[0].kind == "policy"
        self.name = header[0].name if header else ""
        self.title = header[0].title or self.name if header else ""
        self.place = path.relative_to(root).as_posix()
        for s in self.statements:
            s.origin = self
            for inner in s.block or []:
                inner.origin = self

    def named(self, kind):
        return [s.name for s in self.statements if s.kind == kind]


def read_files():
    found = {}
    for folder in ("policies", "stdlib"):
        for path in sorted((ROOT / folder).rglob("*.rpl")):
            one = File(path, ROOT)
            found[one.name] = one
    for path in (ROOT / "stdlib").glob("*.rpl"):
        found.setdefault("std." + path.stem, File(path, ROOT))
    return found


def key_of(s):
    """What a statement takes the place of when it says `replace`."""
    if s.kind in ("otherwise", "undetermined"):
        return (s.kind, "")
    return (s.kind, s.name)


class Policy:
    """A policy with all that it inherits."""

    def __init__(self, own, files):
        self.own = own
        self.files = files
        self.layers = self.find_layers()
        self.statements = []
        self.gather()
        self.enums = {s.name: s for s in self.of("enumeration")}
        self.drop_unread_facts()
        self.words = words.Words(self.scope())

    def find_layers(self):
        """Own file, bases, modules, vocabulary: the order of scopes."""
        bases = [self.own]
        while bases[-1].named("extends"):
            bases.append(self.files[bases[-1].named("extends")[0]])
        modules = []
        todo = [name for one in bases for name in one.named("use")]
        while todo:
            module = self.files[todo.pop(0)]
            if module not in modules:
                modules.append(module)
                todo += module.named("use")
        layers = bases + modules
        if not any(one.named("outcome") for one in layers):
            layers.append(self.files["std.refund"])
        return layers

    def gather(self):
        replaced = set()
        for layer in self.layers:
            here = set()
            numbers = {}
            for s in layer.statements:
                if s.kind == "rule" and not s.name:
                    numbers[s.outcome] = numbers.get(s.outcome, 0) + 1
                    s.name = s.outcome + (f"_{numbers[s.outcome]}"
                                          if numbers[s.outcome] > 1 else "")
                self.add(s, replaced)
                if s.is_replace or s.kind in ("fact", "otherwise"):
                    here.add(key_of(s))
            replaced |= here
        for setting in self.of("setting"):
            if setting.block and self.setting_value(setting):
                for s in setting.block:
                    self.add(s, replaced)

    def add(self, s, replaced):
        """A new statement stands where the old one stood."""
        if key_of(s) not in replaced:
            self.statements.append(s)
        elif s.kind != "define" and not s.is_replace:
            new = [o for o in self.statements
                   if key_of(o) == key_of(s) and o.is_replace]
            for o in new[:1]:
                self.statements.remove(o)
                self.statements.append(o)
        if s.kind == "output" and ("define", s.name) in replaced:
            s.is_overridden = True

    def of(self, *kinds):
        return [s for s in self.statements if s.kind in kinds]

    def setting_value(self, setting):
        """(the value, the statement that gives it) or None."""
        names = {s.name for s in self.of("fact", "param", "let")}
        for s in self.statements:
            if s.name == setting.name and s.kind in ("set", "define"):
                return (s.expr or s.values[0], s)
        for name in setting.words:
            if name in names:
                return (("name", name), setting)
        return (setting.expr, setting) if setting.expr else None

    def drop_unread_facts(self):
        """A module's facts are a policy's only if the policy reads them."""
        bases = [one for one in self.layers if one.is_policy]
        read = set()
        for s in self.statements:
            if s.kind in ("setting", "output") and s.origin not in bases:
                parts = [s.values, s.condition]
                if s.kind == "setting" and self.setting_value(s) and not \
                        any(o.name == s.name and o.start
                            for o in self.of("set")):
                    parts.append(s.start)
            else:
                parts = [s.expr, s.values, s.condition, s.assume, s.start,
                         [value for _, value in s.giving],
                         [when for _, _, when in s.steps if when]]
            for part in parts:
                read.update(words.names_in(part))
            for text in [s.because] + [text for _, text, _ in s.steps]:
                read.update(words.re.findall(r"\{([a-z0-9_]+)\}", text or ""))
        self.statements = [s for s in self.statements if s.kind != "fact"
                           or s.origin in bases or s.name in read]

    def scope(self):
        kinds = {"datetime": "time", "date": "time"}
        found = {}
        for s in self.of("output", "setting", "fact", "param", "let"):
            if s.type:
                found[s.name] = "set" if s.type.is_set else kinds.get(
                    s.type.name, s.type.name or "enum")
                if s.type.name in self.enums and not s.type.is_set:
                    found[s.name] = "enum"
            else:
                found[s.name] = None
            if s.kind == "setting" and s.anchor:
                found[s.anchor] = "time"
        lets = [s for s in self.of("let") if not s.type]
        trial = words.Words(found)
        for _ in lets:  # one may be defined by the next
            before = dict(found)
            for s in lets:
                found[s.name] = found[s.name] or trial.kind(s.expr)
            if before == found:
                break
        return found

    def outcomes(self):
        return self.of("outcome")

    def rules(self, outcome):
        return [s for s in self.of("rule") if s.outcome == outcome]


# ---- pieces of pages ----

def page_name(name):
    return f"{name}.md"


class Page:
    def __init__(self, policy):
        self.policy = policy
        self.words = policy.words
        self.lines = []

    def put(self, *lines):
        self.lines += lines

    def section(self, title):
        self.put("", f"## {title}", "")

    def table(self, head, rows):
        rows = list(rows)
        keep = [i for i in range(len(head))
                if i == 0 or any(row[i] for row in rows)]
        self.put("| " + " | ".join(head[i] for i in keep) + " |",
                 "|" + " --- |" * len(keep))
        for row in rows:
            self.put("| " + " | ".join(row[i] for i in keep) + " |")

    def origin(self, s):
        """Where an inherited statement comes from; empty for an own one."""
        if s.origin is self.policy.own:
            return ""
        if s.origin.is_policy:
            return f"[{escape(s.origin.title)}]({page_name(s.origin.name)})"
        return escape(s.origin.title)

    def brief(self, s):
        """The same for a table, where a title would be too long."""
        if s.origin is self.policy.own:
            return ""
        name = s.origin.name
        return f"[{name}]({page_name(name)})" if s.origin.is_policy else name

    def clauses(self, s):
        return ", ".join(s.cite)

    # ---- parts ----

    def head(self):
        own = self.policy.own
        self.put(f"# {escape(own.title)}", "",
                 f"<!-- Made by docs/policies/generate.py from {own.place}; "
                 "do not edit. -->", "")
        if own.head:
            self.put(escape(own.head), "")
        bases = [one for one in self.policy.layers[1:] if one.is_policy]
        modules = [one for one in self.policy.layers[1:] if not one.is_policy]
        self.put(f"Policy {code(own.name)}, written in {code(own.place)}.")
        if bases:
            self.put("It builds on " + listing(
                f"[{escape(one.title)}]({page_name(one.name)})"
                for one in bases) + ".")
        if modules:
            self.put("It shares " + listing(
                f"{code(one.name)} ({escape(one.title)})"
                for one in modules) + " with other policies.")
        self.put("How a decision is reached from rules is told in",
                 "[the language](../language.md#how-a-decision-is-made); how "
                 "requests look, in [facts](../facts.md).")

    def value_type(self, s):
        if not s.type:
            return ""
        bounds = s.bounds
        if s.type.name == "text" and bounds:
            bounds += " characters"
        if s.type.name == "duration":
            bounds = words.re.sub(r"\d[0-9a-z]*",
                                  lambda m: words.duration(m[0]), bounds)
        return words.type_words(s.type, self.policy.enums, bounds)

    def facts(self):
        rows = self.policy.of("fact")
        if not rows:
            return
        self.section("What a request says")
        self.table(("fact", "kind", "meaning", "if it is not given", "from"), (
            (code(s.name), self.value_type(s), escape(s.title or ""),
             self.assumed(s), self.brief(s)) for s in rows))

    def assumed(self, s):
        if not s.assume:
            return "not known"
        return "assumed: " + self.words.value(s.assume)

    def params(self):
        rows = self.policy.of("param")
        if not rows:
            return
        self.section("What whoever runs the policy can set")
        self.table(("param", "kind", "unless set", "meaning", "from"), (
            (code(s.name), self.value_type(s), self.words.word(s.expr),
             " ".join(filter(None, map(escape, (s.comment, s.title or "")))),
             self.brief(s)) for s in rows))

    def outcomes(self):
        self.section("Outcomes")
        self.put("The first outcome of this list that a rule argues for is the "
                 "decision. Words in italics name facts, params, what a "
                 "decision says, or what the "
                 + ("[glossary](#glossary)" if self.policy.of("let")
                    else "settings") + " explain" +
                 ("s" if self.policy.of("let") else "") + ".", "")
        self.table(("outcome", "reported as", "meaning", "what leads to it"), (
            (italic(s.name), code(s.reported) if not s.split else
             f"{code(s.split[0])} if {self.words.condition(s.split[1])}, "
             f"otherwise {code(s.split[2])}",
             MEANINGS.get(s.name, ""), self.leads_to(s))
            for s in self.policy.outcomes() if self.leads_to(s)))

    def leads_to(self, outcome):
        found = [f"[{human(s.name)}](#{s.name.replace('_', '-')})"
                 for s in self.policy.rules(outcome.name)]
        if outcome.role == "unknown":
            found.append("a fact that decides is missing")
        if outcome.role == "error":
            found.append("a calculation that decides cannot be done")
        found += ["[nothing else applies](#otherwise)"
                  for s in self.policy.of("otherwise")
                  if s.outcome == outcome.name]
        return ", ".join(found)

    def rules(self):
        for outcome in self.policy.outcomes():
            rules = self.policy.rules(outcome.name)
            if rules:
                self.section(f"Rules: {human(outcome.name)}")
                for s in rules:
                    self.rule(s)
        self.lines[-1:] = [line for line in self.lines[-1:] if line]

    def rule(self, s):
        self.put(f"### {human(s.name)}", "")
        self.provenance(s)
        self.when(s.condition)
        self.consequences(s)
        self.put("")

    def provenance(self, s):
        origin = self.origin(s)
        if origin:
            self.put(f"*Inherited from {origin}.*", "")
        elif s.is_replace:
            self.put("*Stands in place of what it inherited.*", "")

    def when(self, condition):
        """A condition: its parts as a list where there are several."""
        while condition[0] == "paren":
            condition = condition[1]
        if condition == ("boolean", "true"):
            self.put("Always.", "")
            return
        if condition[0] not in ("and", "or"):
            self.put(f"When {self.words.condition(condition)}.", "")
            return
        self.put("When all of these hold:" if condition[0] == "and"
                 else "When at least one of these holds:", "")
        self.put(*(f"- {self.words.condition(part)}"
                   for part in condition[1]), "")

    def consequences(self, s):
        """Reason, steps, questions, values and clauses of a rule."""
        if s.because:
            self.put(f"> {self.words.text(s.because)}", "")
        lines = []
        if s.steps:
            lines.append("- What to do:")
            lines += [f"  {number}. {self.step(name, text, when)}"
                      for number, (name, text, when) in enumerate(s.steps, 1)]
        if s.provide:
            lines.append("- Asks for: " + ", ".join(map(code, s.provide)))
        lines += [f"- Gives: {italic(name)} is {self.words.word(value)}"
                  for name, value in s.giving]
        if s.cite:
            lines.append(f"- Clauses: {self.clauses(s)}")
        if lines:
            self.put(*lines)

    def step(self, name, text, when):
        clauses = ""
        if text is None:
            declared = [s for s in self.policy.of("step") if s.name == name]
            if declared:
                text = declared[0].title
                when = when or declared[0].condition
                clauses = self.clauses(declared[0])
            for s in [] if declared else self.policy.of("rule", "otherwise"):
                for other, words_of, condition in s.steps:
                    if other == name and words_of:
                        text, when = words_of, when or condition
        result = self.words.text(text) if text else human(name)
        if when:
            result += f" (If {self.words.condition(when)}.)"
        return result + (f" ({clauses})" if clauses else "")

    def outputs(self):
        declared = self.policy.of("output")
        if not declared:
            return
        self.section("What else a decision says")
        self.put("Where several lines of one output apply they must agree. A "
                 "line without “with” stands in every decision.", "")
        self.table(("output", "kind", "value", "when", "with", "clauses",
                    "from"),
                   (row for s in declared for row in self.definitions(s)))

    def definitions(self, output):
        own = [s for s in self.policy.of("define") if s.name == output.name]
        if output.values and not getattr(output, "is_overridden", False):
            own.append(output)
        kind = self.value_type(output)
        if "ranked" in output.type.words:
            kind += ", first choice first"
        given = {s.name for s in self.policy.of("fact", "param", "let")}
        fallback = output.expr and any(
            name in given or self.has_setting(name)
            for name in words.names_in(output.expr))
        if fallback and not own:
            yield (italic(output.name), kind, self.words.value(output.expr), "",
                   self.stands_with(output.only_for), self.clauses(output),
                   self.brief(output))
        for s in own:
            yield (italic(output.name), kind,
                   ", then ".join(self.words.word(v) for v in s.values),
                   self.words.condition(s.condition) if s.condition else "",
                   self.stands_with(s.only_for or output.only_for),
                   self.clauses(s), self.brief(s))

    def has_setting(self, name):
        return any(s.name == name and self.policy.setting_value(s)
                   for s in self.policy.of("setting"))

    def stands_with(self, names):
        """Outcomes and rules, less the outcomes that no rule leads to; all of
        them in a base whose rules are yet to come."""
        if not names:
            return ""
        idle = {s.name for s in self.policy.outcomes() if not self.leads_to(s)}
        for s in self.policy.outcomes():
            if s.split and self.leads_to(s):
                idle -= {s.split[0], s.split[2]}
        busy = [name for name in names if name not in idle]
        return ", ".join(human(name) for name in busy or names)

    def settings(self):
        rows = [(s, self.policy.setting_value(s))
                for s in self.policy.of("setting")]
        rows = [(s, value) for s, value in rows if value]
        if not rows:
            return
        self.section("Settings")
        for setting, (value, by) in rows:
            text = f"- {italic(setting.name)}: {self.words.word(value)}"
            if setting.anchor:
                start = by.start if by.start is not None else setting.start
                text += f", counted from {self.words.value(start)}"
                text += f" ({italic(setting.anchor)})"
            origin = self.origin(by)
            notes = [self.clauses(by), f"from {origin}" if origin else ""]
            notes = "; ".join(filter(None, notes))
            self.put(text + (f" — {notes}" if notes else ""))

    def ensures(self):
        rows = self.policy.of("ensure")
        if not rows:
            return
        self.section("What is made sure of")
        for s in rows:
            origin = self.origin(s)
            self.put(f"- {self.words.condition(s.condition)}"
                     + (f": {self.words.text(s.because)}" if s.because else "")
                     + (f" — from {origin}" if origin else ""))

    def otherwise(self):
        for s in self.policy.of("otherwise")[:1]:
            self.section("Otherwise")
            self.provenance(s)
            self.put(f"When no rule applies and nothing is missing, the "
                     f"outcome is {italic(s.outcome)}.", "")
            self.consequences(s)
        rows = self.policy.of("undetermined")
        if rows:
            self.section("When something that decides is not known")
            for s in rows[:1]:
                self.provenance(s)
                self.consequences(s)

    def glossary(self):
        rows = sorted(self.policy.of("let"), key=lambda s: s.name)
        if not rows:
            return
        self.section("Glossary")
        self.put("Names that the rules use, and what they stand for.", "")
        self.table(("name", "what it is", "from"), (
            (italic(s.name), self.meaning(s.expr), self.brief(s))
            for s in rows))

    def meaning(self, e):
        text = self.words.value(e)
        if self.words.kind(e) == "boolean" and e[0] not in ("if", "else",
                                                            "boolean"):
            return f"true when {text}"
        return text

    def sources(self):
        used = {}
        for s in self.policy.statements:
            for clause in s.cite:
                places = used.setdefault(clause, [])
                place = self.place_of(s)
                if place not in places:
                    places.append(place)
        if not used:
            return
        self.section("Clauses")
        is_first = True
        for source in self.policy.of("source"):
            rows = [clause for clause in sorted(used)
                    if any(inside(clause, *pair) for pair in source.words)]
            if not rows:
                continue
            if not is_first:
                self.put("")
            is_first = False
            self.put(f"**{escape(source.title)}**", "")
            self.table(("clause", "where it is relied on"), (
                (clause, ", ".join(used[clause])) for clause in rows))

    def place_of(self, s):
        if s.kind == "rule":
            return f"[{human(s.name)}](#{s.name.replace('_', '-')})"
        if s.kind in ("define", "output", "set"):
            return italic(s.name)
        if s.kind == "step":
            return f"step {human(s.name)}"
        if s.kind == "otherwise":
            return "[otherwise](#otherwise)"
        return "what is not known"

    def text(self):
        self.head()
        self.facts()
        self.params()
        self.outcomes()
        self.rules()
        self.outputs()
        self.settings()
        self.ensures()
        self.otherwise()
        self.glossary()
        self.sources()
        lines = []
        for line in self.lines:
            if line or (lines and lines[-1]):
                lines.append(line)
        while lines and not lines[-1]:
            lines.pop()
        return "\n".join(lines) + "\n"


def inside(clause, first, last):
    """Whether a clause is in a range, whose digits at the end count."""
    head, number = split_number(clause)
    low_head, low = split_number(first)
    _, high = split_number(last)
    if first == last:
        return clause == first
    return head == low_head and number is not None and low <= number <= high


def split_number(clause):
    match = words.re.fullmatch(r"(.*?)(\d+)", clause)
    return (match[1], int(match[2])) if match else (clause, None)


def index(policies):
    """README.md: under 15 lines, whatever the number of pages."""
    groups = {}
    for policy in policies:
        name = policy.own.name
        groups.setdefault(name.split(".")[0], []).append(
            f"[{escape(policy.own.title)}]({page_name(name)})")
    lines = ["# docs/policies", "",
             "What the bundled policies say, in words: a page each, made from "
             "the policies by",
             "`generate.py`, which also checks them (`--check`). Do not edit "
             "the pages.", "",
             "| policies | pages |", "| --- | --- |"]
    lines += [f"| {code(group)} | {', '.join(pages)} |"
              for group, pages in sorted(groups.items())]
    return "\n".join(lines) + "\n"


def make_policies():
    """All policies, by name. Each marks the statements that it reads, so each
    reads the files anew."""
    names = sorted(name for name, one in read_files().items() if one.is_policy)
    for name in names:
        files = read_files()
        yield Policy(files[name], files)


def make_pages():
    policies = list(make_policies())
    pages = {page_name(policy.own.name): Page(policy).text()
             for policy in policies}
    pages["README.md"] = index(policies)
    return pages


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__)
        return 2
    pages = make_pages()
    present = {path.name for path in HERE.glob("*.md")}
    stale = sorted(present - set(pages))
    if arguments:
        wrong = [name for name, text in sorted(pages.items())
                 if name not in present
                 or (HERE / name).read_text(encoding="utf-8") != text]
        for name in wrong + stale:
            print(f"docs/policies/{name} is not what the policies say; run "
                  "docs/policies/generate.py")
        return 1 if wrong or stale else 0
    for name in stale:
        (HERE / name).unlink()
    for name, text in pages.items():
        (HERE / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
