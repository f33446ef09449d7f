#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Nothing irreversible is demanded for nothing, and nobody is left unwarned.

    RPLC=build/cli/rplc tests/scenarios/irreversible.py [SEED [COUNT]]

Decides random requests to the certificate service: facts given, absent or
none, and every param. A decision that demands a revocation or a reset must
  - stay a demand, or ask, whatever single fact is supplied later: never turn
    into a refusal or a case for a person;
  - keep its promise: after the steps, taken at once, money comes back.
A decision that is blocked must carry a warning if a step of it may miss the
deadline: an irreversible one, a review that somebody else ends, or any step
when no time is left. Exit code 1 when one of this fails, 2 when rplc could
not run.
"""

import collections
import datetime
import json
import os
import pathlib
import random
import subprocess
import sys

POLICIES = pathlib.Path(__file__).resolve().parent.parent.parent / "policies"
IRREVERSIBLE = {"revoke_certificate", "reset_ca"}
SLOW = IRREVERSIBLE | {"wait_revocation_review"}

# When a request is judged is not a fact that somebody may come to know.
CLOCK = {"requested_at", "evaluated_at"}

BOOLEAN = [False, True]
INSTANTS = ["2026-03-02T09:29:59Z", "2026-03-02T09:30:00Z",
            "2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z",
            "2026-03-08T15:59:59Z", "2026-03-09T09:29:59Z",
            "2026-03-09T09:30:00Z", "2026-03-09T09:30:00.000001Z",
            "2026-03-09T15:59:59Z", "2026-03-09T15:59:59.5Z",
            "2026-03-09T16:00:00Z", "2026-03-14T00:00:00Z"]

# The usual value comes first; it is taken more often than the others.
ORDER = {
    "requested_at": INSTANTS[2:],
    "paid_at": ["2026-03-02T09:30:00Z", "2026-03-01T16:00:00Z", None],
    "order_status": ["paid", "unpaid", "refund_successfully"],
    "currency": ["USD", "JPY", "KWD"],
    "order_total": [None, "100", "0"],
    "cash_paid": ["100", "0", "0.004", "0.005", "0.6", "60"],
    "coupon_paid": ["0", "100", "40", None],
    "promotional_order": BOOLEAN,
    "promo_terms_known": [True, False],
    "promo_refundable": [True, False],
    "promo_window_days": [7, 0, 2, 14, None],
    "original_payment_method_available": [True, False, None],
    "order_created_at": ["2026-03-02T09:00:00Z", "2026-02-20T00:00:00Z"],
    "refund_processed_at": [None] + INSTANTS[3:],
    "account_currency": ["USD", "EUR"],
}

SERVICES = {
    "cms.ssl": {
        "certificate_status": ["issued", "pending_application", "verifying",
                               "validation_failed", "revoked", "expired"],
        "certificate_domain_type": ["single_domain", "wildcard",
                                    "multiple_domains"],
        "combined_certificate": BOOLEAN,
        "combined_ever": BOOLEAN,
        "revocation_status": ["none", "under_review", "completed", "rejected"],
        "revocation_requested_at": INSTANTS,
        "revocation_completed_at": [None] + INSTANTS,
        "evaluated_at": INSTANTS[2:],
        "certificates_in_order": [1, 2, 3],
        "certificates_needing_revocation": [1, 0, 2],
    },
    "cms.pca": {
        "ca_kind": ["root", "intermediate"],
        "ca_enabled": [True, False],
        "ca_reset_at": [None] + INSTANTS,
        "reset_data_deletion_confirmed": [False, True, None],
        "other_ca_enabled_not_reset": BOOLEAN,
        "pca_region": ["ap-southeast-1"],
    },
    "cms.gateway": {
        "domain_added": [True, False],
        "domain_added_at": ["2026-03-03T00:00:00Z", None],
        "grcq_included": ["300", "0"],
        "grcq_consumed": ["0", "60", "300", None],
        "grcq_consumed_requests": ["0", "20", None],
        "grcq_consumed_traffic": ["0", "40", None],
        "gateway_reset": BOOLEAN,
        "account_manager_contacted": BOOLEAN,
    },
}

# Again the usual value first.
GENERAL_PARAMS = {
    "window_days": ["7", "0", "14"],
    "window_reading": ["instants", "end_of_day", "end_of_day_counting_payment",
                       "exclusive"],
    "office_zone": ["+08:00", "UTC", "-05:00"],
    "window_from": ["payment", "order_creation"],
    "completion_counts": BOOLEAN,
    "refund_rounding": ["half_up", "half_even", "down", "up"],
    "zero_refund_granted": BOOLEAN,
    "general_window_first": BOOLEAN,
    "ask_payment_method": BOOLEAN,
}

SERVICE_PARAMS = {
    "cms.ssl": {
        "revocation_reading": ["two_deadlines", "review_first",
                               "review_alone"],
        "used_comes_back_whole": [True, False],
        "combine_reading": ["combined_now", "combined_once",
                            "multiple_domains"],
        "unlisted_status_means": ["review", "issued", "refusal"],
    },
    "cms.pca": {
        "used_comes_back_whole": [True, False],
        "judge_each_ca": BOOLEAN,
    },
    "cms.gateway": {
        "partial_base": ["cash", "capped_fee", "cash_after_use"],
        "late_domain_is_reviewed": BOOLEAN,
        "remainder_is_reviewed": BOOLEAN,
    },
}


# What a request may be about: there, no value is more usual than another.
THEMES = [
    [],
    ["cash_paid", "zero_refund_granted", "refund_rounding"],
    ["requested_at", "evaluated_at", "window_reading", "office_zone"],
]


def random_request(rng, policy):
    """Some requests are nearly usual, others hardly: both find something."""
    oddity = rng.choice([0.05, 0.1, 0.2, 0.4])
    theme = rng.choice(THEMES)

    def pick(name, values):
        odd = name in theme or rng.random() < oddity
        return rng.choice(values) if odd else values[0]

    facts = {name: pick(name, values)
             for name, values in {**ORDER, **SERVICES[policy]}.items()
             if rng.random() >= oddity}
    knobs = {**GENERAL_PARAMS, **SERVICE_PARAMS[policy]}
    params = {name: pick(name, values) for name, values in knobs.items()}
    return {"policy": policy, "facts": facts, "params": params}


def supplied(request):
    """The request with each of its absent facts, by turns, given a value."""
    domain = {**ORDER, **SERVICES[request["policy"]]}
    for name, values in domain.items():
        if name not in request["facts"] and name not in CLOCK:
            for value in values:
                yield {**request, "facts": {**request["facts"], name: value}}


def obeyed(request):
    """The request made again when the steps were taken, all in an instant."""
    facts = dict(request["facts"])
    now = facts.get("evaluated_at", facts["requested_at"])
    if request["policy"] == "cms.pca":
        facts.update(other_ca_enabled_not_reset=False,
                     reset_data_deletion_confirmed=True)
        if facts.get("ca_enabled") and not facts.get("ca_reset_at"):
            facts["ca_reset_at"] = now
        facts["requested_at"] = now
    else:
        facts.update(certificate_status="revoked",
                     revocation_status="completed",
                     revocation_requested_at=now, revocation_completed_at=now,
                     certificates_needing_revocation=0,
                     requested_at=now, evaluated_at=now)
    return {**request, "facts": facts}


def decide(rplc, requests):
    lines = (json.dumps({"id": str(number), **request})
             for number, request in enumerate(requests))
    command = [rplc, "eval", str(POLICIES), "--jsonl", "--requests",
               "--format", "json"]
    done = subprocess.run(command, input="\n".join(lines) + "\n",
                          stdout=subprocess.PIPE, encoding="utf-8",
                          check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines() if line]
    if len(answers) != len(requests):
        raise ValueError(f"{len(answers)} answers to {len(requests)} requests")
    return answers


def steps(answer):
    return {step["id"] for step in answer.get("steps", [])}


def refused(_, answer):
    if "outcome" not in answer:
        return f'refused: {answer.get("error")}'
    return None


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")
                                           .replace("59.5+", "59.500000+"))


def unwarned(request, answer):
    if answer.get("outcome") != "blocked":
        return None
    facts = request["facts"]
    now = facts.get("evaluated_at", facts.get("requested_at"))
    slow = steps(answer) & SLOW
    if "deadline" not in answer:
        return "blocked without a deadline"
    last = instant(now) >= instant(answer["deadline"])
    warning = answer.get("outputs", {}).get("warning")
    if (slow or last) and warning is None:
        return "blocked without a warning"
    if (warning == "deadline_reached") != last:
        return f"warning {warning}, deadline {answer['deadline']}"
    return None


def lured(_, answer):
    if answer.get("outcome") in ("denied", "manual_review"):
        return "one more fact turns the demand into a refusal or a review"
    return None


def cheated(_, answer):
    if answer.get("outcome") in ("full_refund", "partial_refund"):
        if answer["amount"].strip("0.") != "":
            return None
    if answer.get("outcome") == "needs_info":
        return None
    return "the steps were taken, and nothing comes back"


def main(arguments):
    rplc = os.environ.get("RPLC", "rplc")
    seed, count = (arguments + ["1", "40000"][len(arguments):])[:2]
    rng = random.Random(int(seed))
    policies = ["cms.ssl", "cms.ssl", "cms.pca", "cms.gateway"]
    requests = [random_request(rng, rng.choice(policies))
                for _ in range(int(count))]
    try:
        answers = decide(rplc, requests)
        demands = [request for request, answer in zip(requests, answers)
                   if steps(answer) & IRREVERSIBLE]
        more = [variant for request in demands for variant in supplied(request)]
        after = [obeyed(request) for request in demands]
        checked = [(refused, requests, answers), (unwarned, requests, answers),
                   (lured, more, decide(rplc, more)),
                   (cheated, after, decide(rplc, after))]
    except (OSError, ValueError) as problem:
        print(f"{rplc}: {problem}", file=sys.stderr)
        return 2
    results = collections.Counter()
    for check, asked, given in checked:
        for request, answer in zip(asked, given):
            problem = check(request, answer)
            results[problem is None] += 1
            if problem is not None and results[False] <= 10:
                print(problem, json.dumps(request), json.dumps(answer))
    if len(demands) < 20:
        print(f"only {len(demands)} demands: the facts are badly chosen")
        results[False] += 1
    print(f"{results[True]} passed, {results[False]} failed")
    return 1 if results[False] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
