#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes what the fuzz targets begin with.

    make_inputs.py RPLC OUT    (in the root of the project)

OUT/rpl.dict holds the tokens of the grammar and the words of the vocabulary;
OUT/seeds/TARGET the inputs that the project has anyway: policies, those with
mistakes, programs compiled by RPLC, the facts of the scenarios, the expressions
of the manual. OUT/seeds is made anew.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys

FACTS_OF_EACH = 12  # scenarios of a file that become seeds
VALUES = ["USD 1.60", "JPY 0", "2026-03-02", "2026-03-02T09:30:00Z", "7d",
          "1d12h", "+08:00", "UTC", "0.5", "CMS-GW-02", "// ", "/* ", "*/",
          '\\"', "\\n", "\\{", "null", "edition 1;", 'policy x "X";']


def quoted(word):
    """A word as a dictionary of libFuzzer writes it."""
    out = "".join(f"\\x{byte:02x}" if byte in b'"\\' or not 32 <= byte < 127
                  else chr(byte) for byte in word.encode())
    return f'"{out}"'


def write_dictionary(path):
    tokens = re.findall(r'^((?:"[^"\n]+"(?:\{BLANK\})?)+)\s+TOKEN\(',
                        pathlib.Path("grammar/rpl.l").read_text(), re.M)
    words = {token.replace('"', "").replace("{BLANK}", " ")
             for token in tokens}
    vocabulary = pathlib.Path("stdlib/refund.rpl").read_text()
    words.update(re.findall(r"\b[a-z][a-z0-9_]+\b",
                            re.sub(r'//.*|"[^"]*"', "", vocabulary)))
    for table, pattern in (("vm/currencies.def", r'"([A-Z]{3})"'),
                           ("vm/ops.def", r'"([a-z_]+)"')):
        words.update(re.findall(pattern, pathlib.Path(table).read_text())[:12])
    words.update(VALUES)
    path.write_text("".join(quoted(word) + "\n" for word in sorted(words)))


def compile_seed(rplc, source, target, *options):
    result = subprocess.run([rplc, "build", source, "-o", target, *options],
                            capture_output=True, check=False)
    if result.returncode not in (0, 3):  # 3: it does not compile, and need not
        sys.exit(f"make_inputs: {source}: {result.stderr.decode()}")


def write_programs(rplc, folder, sources):
    for source in sources:
        name = str(source).replace("/", "-")[:-len(".rpl")]
        compile_seed(rplc, source, folder / f"{name}.rplb")
        compile_seed(rplc, source, folder / f"{name}.strip.rplb", "--strip")


def write_facts(folder):
    for rows in sorted(pathlib.Path("tests/scenarios").glob("*.jsonl")):
        lines = rows.read_text().splitlines()
        for line in lines[::max(1, len(lines) // FACTS_OF_EACH)]:
            case = json.loads(line)
            params = case.get("params")
            head = f"p{json.dumps(params)}\n" if params else ""
            (folder / f"{case['id']}.json").write_text(
                head + json.dumps(case["facts"]))


def write_expressions(folder):
    text = pathlib.Path("docs/language.md").read_text()
    blocks = re.findall(r"^```calc\n(.*?)^```", text, re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines() if line]
    for number, line in enumerate(lines):
        (folder / f"manual{number:03}").write_text(
            "USD 1.60\n60\n" + line.split("=>")[0].strip())


def main():
    rplc, out = sys.argv[1], pathlib.Path(sys.argv[2])
    shutil.rmtree(out / "seeds", ignore_errors=True)
    for name in ("source", "program", "facts", "fmt", "calc"):
        (out / "seeds" / name).mkdir(parents=True)
    write_dictionary(out / "rpl.dict")
    policies = sorted(pathlib.Path("policies").rglob("*.rpl"))
    mistakes = sorted(pathlib.Path("tests/golden/diag").glob("*.rpl"))
    own = sorted(pathlib.Path("tests/fuzz/seeds/source").glob("*.rpl"))
    for source in policies + mistakes:
        shutil.copy(source, out / "seeds/source" /
                    str(source).replace("/", "-"))
    layouts = sorted(pathlib.Path("tests/golden/fmt").glob("*.*"))
    library = sorted(pathlib.Path("stdlib").glob("*.rpl"))
    for source in policies + mistakes + layouts + library + own:
        shutil.copy(source, out / "seeds/fmt" / str(source).replace("/", "-"))
    small = [p for p in policies if p.stat().st_size < 12000]
    write_programs(rplc, out / "seeds/program", small + own)
    write_facts(out / "seeds/facts")
    write_expressions(out / "seeds/calc")


main()
