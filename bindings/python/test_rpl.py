# SPDX-License-Identifier: Apache-2.0
"""Tests of the module rpl. Expected values are by hand: half of the fee is 0.80,
a fifth of 300 is 60, and so on. RPL_LIBRARY names the library under test."""
import datetime
import enum
import gc
import os
import pathlib
import subprocess
import sys
import threading
import unittest
from decimal import Decimal

import rpl

UTC = datetime.timezone.utc
BASE = """edition 1;
policy shop.base "What holds for all";
fact unused : boolean "nothing was used";
fact fee : money >= 0 "what was paid";
"""
REFUND = """edition 1;
policy shop.refund "Refunds";
extends shop.base;
fact paid_at : datetime? "when it was paid";
fact until : date? "the last day";
fact share : number 0 .. 1 "what was used";
fact count : integer "how many";
fact wait : duration "how long";
fact state : one of fresh, stale "of the goods";
enumeration paper = invoice, photo;
fact papers : set of paper "what was sent";
fact note : text "what the customer wrote";
param fee_share : number 0 .. 1 = 1 "what comes back";
full_refund all if unused because "Nothing was used.";
amount = fee * fee_share for full_refund;
output deadline : datetime = paid_at + 7d if paid_at is not none;
output shares : number = share + count;
output last : date = until if until is not none;
output waited : duration = wait;
output words : text = note;
output good : boolean = state == fresh and photo in papers;
otherwise blocked because "It was used.";
"""
CLAIMS = """edition 1;
policy shop.claims "Claims";
record line {
  fee : money "what it cost";
  on : date;
  again : boolean?;
}
fact lines : list of line up to 50 "of the invoice";
let total = sum(l.fee for l in lines if l.again is none);
partial_refund some if total > 0 because "Some lines come back.";
amount = total;
otherwise blocked because "Nothing comes back.";
"""


def program(**options):
    return rpl.Program(rpl.compile({"shop/refund.rpl": REFUND},
                                   modules={"shop.base": BASE}), **options)


class Compiling(unittest.TestCase):
    def test_one_sentence(self):
        made = rpl.Program(rpl.compile("refundable if unused; amount = fee / 2"))
        self.assertEqual(made.policies, ["expression"])
        decision = made.decide("expression", {
            "unused": True, "fee": rpl.Money("1.60", "USD")})
        self.assertEqual(decision.amount, Decimal("0.80"))
        self.assertEqual((decision.outcome, decision.currency),
                         ("partial_refund", "USD"))

    def test_version(self):
        text, edition, program_format = rpl.version()
        self.assertRegex(text, r"^\d+\.\d+\.\d+$")
        self.assertTrue(edition >= 1 and program_format >= 1)

    def test_several_policies_in_a_bundle(self):
        other = (BASE.replace("shop.base", "shop.other")
                 + "full_refund all if unused;\namount = fee;\n"
                 "otherwise blocked because \"It was used.\";\n")
        made = rpl.Program(rpl.compile(
            {"shop/other.rpl": other, "shop/refund.rpl": REFUND},
            modules={"shop/base.rpl": BASE}))
        self.assertEqual(made.policies, ["shop.other", "shop.refund"])

    def test_modules_by_function(self):
        asked = []

        def find(name):
            asked.append(name)
            return BASE if name == "shop.base" else None

        rpl.compile({"shop/refund.rpl": REFUND}, modules=find)
        self.assertEqual(asked, ["shop.base"])
        with self.assertRaises(rpl.CompileError) as caught:
            rpl.compile({"shop/refund.rpl": REFUND}, modules=lambda name: None)
        self.assertIn("shop.base", str(caught.exception))

    def test_exceptions_of_a_loader_come_through(self):
        def find(name):
            raise KeyError(name)

        with self.assertRaises(KeyError):
            rpl.compile({"shop/refund.rpl": REFUND}, modules=find)

    def test_diagnostics(self):
        with self.assertRaises(rpl.CompileError) as caught:
            rpl.compile({"a.rpl": "edition 1;\npolicy a \"A\";\nfull_refund x "
                         "if unsued because \"x\";\namount = USD 1;\n"})
        first = caught.exception.diagnostics[-1]
        self.assertEqual((first["severity"], first["line"], first["column"]),
                         ("error", 3, 18))
        self.assertRegex(str(caught.exception), r"^a.rpl:\d+:\d+: E\d+ ")

    def test_warnings(self):
        found = []
        rpl.compile("refundable if unused; amount = fee", warnings=found)
        self.assertEqual([d for d in found if d["severity"] == "error"], [])


class Values(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = program()

    def decide(self, **facts):
        return self.program.decide("shop.refund", facts)

    def refused(self, fact, **facts):
        with self.assertRaises(rpl.FactsError) as caught:
            self.decide(**facts)
        self.assertEqual(caught.exception.fact, fact)
        return str(caught.exception)

    def test_every_kind(self):
        class State(enum.Enum):
            FRESH = "fresh"

        paid = datetime.datetime(
            2026, 3, 2, 17, 30,
            tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
        decision = self.decide(
            unused=True, fee=rpl.Money(Decimal("1.60"), "USD"), paid_at=paid,
            until=datetime.date(2026, 12, 31), share=Decimal("0.1"), count=2,
            wait=datetime.timedelta(days=1, hours=12), state=State.FRESH,
            papers={"photo", "invoice"}, note="say \"hi\" \u00e9\U0001f600")
        self.assertEqual(decision.amount, Decimal("1.60"))
        self.assertEqual(decision.deadline,
                         datetime.datetime(2026, 3, 9, 9, 30, tzinfo=UTC))
        self.assertEqual(decision.outputs, {
            "shares": "2.1", "last": "2026-12-31", "waited": "1d12h",
            "words": "say \"hi\" \u00e9\U0001f600", "good": True})
        self.assertEqual(decision["outcome"], "full_refund")
        self.assertEqual(decision.reasons[0]["rule"], "all")

    def test_absent_none_and_null(self):
        decision = self.decide(fee=rpl.Money(1, "USD"))
        self.assertEqual(decision.outcome, "needs_info")
        self.assertIn("unused", decision.missing)
        decision = self.decide(unused=True, fee="USD 1", paid_at=None)
        self.assertIsNone(decision.deadline)
        self.assertIsNone(decision.error)
        self.refused("unused", unused=None)

    def test_numbers_stay_exact(self):
        big = 123456789012345678901234567890
        decision = self.decide(unused=True, fee="USD 1", count=big,
                               share=Decimal("1e-7"))
        self.assertEqual(decision.outputs["shares"],
                         "123456789012345678901234567890.0000001")

    def test_floats_are_refused(self):
        message = self.refused("share", share=0.1)
        self.assertIn("Decimal(\"0.1\")", message)
        self.refused("papers", papers=[1.0])
        for amount in (1.6, "1,60", None, [1]):
            with self.assertRaises(rpl.FactsError):
                rpl.Money(amount, "USD")

    def test_other_values_are_refused(self):
        self.refused("paid_at", paid_at=datetime.datetime(2026, 3, 2))
        self.refused("note", note=object())
        self.refused("share", share=Decimal("NaN"))
        self.refused("", note="\ud800")  # no text: it is not even JSON
        self.refused("", note="a\0b")
        self.assertIn("fresh", self.refused("state", state="fresj"))
        with self.assertRaises(rpl.FactsError):
            self.program.decide("shop.refund", [1])

    def test_unknown_names(self):
        with self.assertRaises(rpl.FactsError) as caught:
            self.decide(unusde=True)
        self.assertEqual(caught.exception.help, "did you mean \"unused\"?")
        self.assertIn("did you mean \"unused\"?", str(caught.exception))
        decision = self.program.decide("shop.refund", {"colour": "red"},
                                       ignore_unknown=True)
        self.assertEqual(decision.outcome, "needs_info")

    def test_rejected(self):
        decision = self.decide(unused=True, fee="USD 1", share=2)
        self.assertEqual([r["fact"] for r in decision.rejected], ["share"])

    def test_json_facts(self):
        decision = self.program.decide(
            "shop.refund", "{\"unused\": true, \"fee\": \"JPY 300\"}")
        self.assertEqual(decision.amount, Decimal(300))

    def test_params_hold_for_one_decision(self):
        facts = {"unused": True, "fee": "USD 1.60"}
        half = self.program.decide("shop.refund", facts,
                                   params={"fee_share": Decimal("0.5")})
        self.assertEqual(half.amount, Decimal("0.80"))
        self.assertEqual(self.program.decide("shop.refund", facts).amount,
                         Decimal("1.60"))
        with self.assertRaises(rpl.FactsError):
            self.program.decide("shop.refund", facts, params={"fee_share": 2})

    def test_lists_of_records(self):
        made = rpl.Program(rpl.compile({"shop/claims.rpl": CLAIMS}),
                           max_list_items=50)
        day = datetime.date(2026, 3, 2)
        lines = [{"fee": rpl.Money("1.60", "USD"), "on": day, "again": None},
                 {"fee": rpl.Money("9.99", "USD"), "on": day, "again": True},
                 {"fee": rpl.Money(2, "USD"), "on": day, "again": None}]
        decision = made.decide("shop.claims", {"lines": lines})
        self.assertEqual(decision.amount, Decimal("3.60"))
        with self.assertRaises(rpl.FactsError):
            made.decide("shop.claims", {"lines": [{"fee": 0.5, "on": day}]})
        with self.assertRaises(rpl.LimitError):
            rpl.Program(rpl.compile({"shop/claims.rpl": CLAIMS}),
                        max_list_items=49)

    def test_record(self):
        record = self.program.decide("shop.refund", {"unused": False},
                                     record=True)
        self.assertEqual(record["facts"], {"unused": False})
        self.assertEqual(record["program"],
                         self.program.digest("shop.refund"))
        self.assertTrue(record.json.startswith("{\"policy\":\"shop.refund\""))

    def test_replay(self):
        record = self.program.decide("shop.refund", {
            "unused": True, "fee": "USD 1.60"}, record=True)
        self.assertEqual(self.program.replay(record),
                         {"result": "same", "policy": "shop.refund",
                          "member": "", "message": ""})
        found = self.program.replay(record.json.replace("\"1.60\"", "\"1.61\""))
        self.assertEqual((found["result"], found["member"]),
                         ("different", "amount"))
        self.assertEqual(self.program.replay("{")["result"], "malformed")

    def test_text(self):
        with self.program.context("shop.refund") as context:
            context.set({"unused": True, "fee": "USD 1.60"})
            self.assertIn("USD 1.60", context.text())

    def test_explain(self):
        facts = {"unused": True, "fee": "USD 1.60"}
        explanation = self.program.explain("shop.refund", facts)
        decision = self.program.decide("shop.refund", facts)
        self.assertIn(decision["outcome"], str(explanation))
        with self.program.context("shop.refund") as context:
            context.set(facts)
            self.assertIn("unused", context.explain(text=True))


class Programs(unittest.TestCase):
    def test_about(self):
        with program() as made:
            self.assertEqual(made.policies, ["shop.refund"])
            self.assertEqual(len(made.digest("shop.refund")), 64)
            self.assertGreater(made.cost("shop.refund"), 0)
            facts = {fact["name"]: fact for fact in made.facts("shop.refund")}
            self.assertEqual(facts["paid_at"]["type"], "datetime?")
            self.assertEqual(facts["unused"]["describe"], "nothing was used")
            self.assertTrue(facts["fee_share"]["param"])
            self.assertIn("unused", made.schema("shop.refund")["properties"])

    def test_no_such_policy(self):
        with program() as made, self.assertRaises(rpl.NotFoundError) as caught:
            made.decide("shop.loan", {})
        self.assertIn("shop.refund", str(caught.exception))

    def test_damaged_bytes(self):
        good = rpl.compile("refundable if unused; amount = fee")
        for bad in (b"", b"RPLB", good[:-8], good[:40] + b"\xff" + good[41:]):
            with self.assertRaises(rpl.ProgramError):
                rpl.Program(bad)

    def test_limits(self):
        for limit in ("max_bytes", "max_cost"):
            with self.assertRaises(rpl.LimitError):
                program(**{limit: 1})

    def test_known_digests(self):
        digest = program().digest("shop.refund")
        self.assertEqual(program(known_digests=[digest]).policies,
                         ["shop.refund"])
        for none in ([], ["00" * 32]):
            with self.assertRaises(rpl.LimitError):
                program(known_digests=none)
        with self.assertRaises(rpl.RplError):
            program(known_digests=["00"])

    def test_closed(self):
        made = program()
        context = made.context("shop.refund")
        made.close()
        made.close()
        with self.assertRaises(rpl.RplError):
            made.decide("shop.refund", {})
        context.set({"unused": False, "fee": "USD 1"})  # it has its own reference
        self.assertEqual(context.decide().outcome, "blocked")
        context.close()
        with self.assertRaises(rpl.RplError):
            context.decide()

    def test_threads_share_a_program(self):
        made, wrong = program(), []

        def work(number):
            for step in range(200):
                fee = Decimal(number * 1000 + step) / 100
                found = made.decide("shop.refund", {
                    "unused": True, "fee": rpl.Money(fee + 1, "USD")})
                if found.amount != fee + 1:
                    wrong.append((number, step, found))

        threads = [threading.Thread(target=work, args=(number,))
                   for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])
        made.close()
        gc.collect()

    def test_vm_alone(self):
        """librplvm decides and says that it cannot compile."""
        alone = os.environ.get("RPL_VM_LIBRARY")
        if not alone:
            self.skipTest("RPL_VM_LIBRARY names no librplvm")
        script = ("import rpl, sys\n"
                  "p = rpl.Program(sys.stdin.buffer.read())\n"
                  "print(rpl.can_compile(), p.policies)\n"
                  "try:\n    rpl.compile('x')\n"
                  "except rpl.RplError as e:\n    print(e)\n")
        done = subprocess.run(
            [sys.executable, "-c", script], check=True, text=False,
            input=rpl.compile("refundable if unused; amount = fee"),
            stdout=subprocess.PIPE, cwd=pathlib.Path(__file__).parent,
            env=dict(os.environ, RPL_LIBRARY=alone))
        self.assertIn(b"False ['expression']", done.stdout)
        self.assertIn(b"has no compiler", done.stdout)


if __name__ == "__main__":
    unittest.main()
