#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that each check of check_tree.py finds a breach, and only a breach."""
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import check_tree  # noqa: E402

HEADER = "/* x */\n#ifndef RPL_VM_A_H\n#define RPL_VM_A_H\n#endif /* x */\n"


class CheckTree(unittest.TestCase):
    def breaches(self, check, tree):
        with tempfile.TemporaryDirectory() as root:
            for path, text in tree.items():
                place = os.path.join(root, path)
                os.makedirs(os.path.dirname(place), exist_ok=True)
                with open(place, "w", encoding="utf-8") as handle:
                    handle.write(text)
            return [(path, line)
                    for path, line, _ in check_tree.CHECKS[check](root)]

    def test_layers(self):
        for path, name, is_fine in (
                ("vm/a.c", "vm/b.h", True),
                ("vm/a.c", "rpl/base.h", True),
                ("vm/a.c", "compiler/ast.h", False),
                ("compiler/a.c", "vm/number.h", True),
                ("compiler/a.c", "vm/careful.h", False),
                ("compiler/a.c", "vm/ops.def", True),
                ("compiler/a.c", "rpl.tab.h", True),
                ("vm/a.c", "rpl.tab.h", False),
                ("grammar/rpl.y", "compiler/ast.h", True),
                ("grammar/rpl.y", "vm/number.h", False),
                ("cli/main.c", "rpl/rpl.h", True),
                ("cli/main.c", "cli/options.h", True),
                ("cli/main.c", "vm/arena.h", False),
                ("include/rpl/a.h", "rpl/base.h", True),
                ("include/rpl/a.h", "vm/arena.h", False),
                ("vm/a.c", "b.h", False)):
            tree = {path: f'/* x */\n# include "{name}"\n'}
            expected = [] if is_fine else [(path, 2)]
            self.assertEqual(self.breaches("layers", tree), expected,
                             (path, name))

    def test_system_headers_are_free(self):
        tree = {"vm/a.c": "#include <string.h>\n#include <sys/mman.h>\n"}
        self.assertEqual(self.breaches("layers", tree), [])
        tree = {"vm/a.c": "#include <compiler/ast.h>\n"}
        self.assertEqual(self.breaches("layers", tree), [("vm/a.c", 1)])

    def test_guards(self):
        self.assertEqual(self.breaches("guards", {"vm/a.h": HEADER}), [])
        public = HEADER.replace("VM_A", "RPL_A")
        self.assertEqual(
            self.breaches("guards", {"include/rpl/a.h": public}), [])
        self.assertEqual(self.breaches("guards", {"vm/b.h": HEADER}),
                         [("vm/b.h", 1)])
        tail = HEADER + "int x;\n"
        self.assertEqual(self.breaches("guards", {"vm/a.h": tail}),
                         [("vm/a.h", 1)])

    def test_length(self):
        self.assertEqual(self.breaches("length", {"vm/a.c": "\n" * 800}), [])
        self.assertEqual(self.breaches("length", {"vm/a.c": "\n" * 801}),
                         [("vm/a.c", 801)])

    def test_floats(self):
        fine = '/* a float\n * double */ int floating; // pow()\n"double"\n'
        self.assertEqual(self.breaches("floats", {"cli/a.c": fine}), [])
        for word in ("double x;", "x = strtod(s, 0);", "#include <math.h>"):
            self.assertEqual(
                self.breaches("floats", {"cli/a.c": "/*\n*/\n" + word}),
                [("cli/a.c", 3)], word)

    def test_readmes(self):
        self.assertEqual(self.breaches("readmes", {"vm/README.md": "x\n"}), [])
        self.assertEqual(self.breaches("readmes", {"vm/a.c": ""}),
                         [("vm/README.md", 1)])
        self.assertEqual(self.breaches("readmes", {"vm/README.md": "\n" * 15}),
                         [("vm/README.md", 15)])

    def test_paths(self):
        self.assertEqual(
            self.breaches("paths", {"a": "x/root/y ../home/z /usr/bin\n"}), [])
        place = "/" + "home/someone"
        self.assertEqual(self.breaches("paths", {"a": f"\n{place}\n"}),
                         [("a", 2)])

    def test_listed(self):
        tree = {"vm/CMakeLists.txt": "set(X\n  a.c # b.c\n)", "vm/a.c": ""}
        self.assertEqual(self.breaches("listed", tree), [])
        tree["vm/b.c"] = ""
        self.assertEqual(self.breaches("listed", tree), [("vm/b.c", 1)])
        tree = {"tests/unit/CMakeLists.txt": "rpl_unit_test(a LIBS x)",
                "tests/unit/test_a.c": "", "tests/unit/test_b.c": ""}
        self.assertEqual(self.breaches("listed", tree),
                         [("tests/unit/test_b.c", 1)])
        tree = {"vm/CMakeLists.txt": "set(X ${DIR}/include/rpl/a.h)",
                "include/rpl/a.h": "", "include/rpl/b.h": ""}
        self.assertEqual(self.breaches("listed", tree),
                         [("include/rpl/b.h", 1)])


if __name__ == "__main__":
    unittest.main()
