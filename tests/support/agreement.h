/* SPDX-License-Identifier: Apache-2.0
 *
 * agreement.h - whether the engines agree: random facts for any policy, decided
 * by each engine, and random policies to decide with. The careful engine is the
 * oracle; everything of a verdict must be the same. The sequence is the same
 * for a seed on every machine.
 */
#ifndef RPL_TESTS_AGREEMENT_H
#define RPL_TESTS_AGREEMENT_H

#include "rpl/rpl.h"
#include "vm/text.h"

typedef struct Random {
  uint64_t state;
} Random;

/* Numbers 0 .. below - 1; below > 0. */
uint64_t random_below(Random *random, uint64_t below);

typedef struct Agreement {
  uint64_t pairs;   /* policies with facts that were compared */
  uint64_t fast;    /* of these, decided by the fast form */
  uint64_t joined;  /* of these, by its joined stream */
  uint64_t stopped; /* the form ran and gave up */
  uint64_t filled;  /* whole decisions of which rpl_answer_json knew the form */
  uint64_t refused; /* generated policies that do not compile */
} Agreement;

/* Decides `count` random requests with policy `index`. False, with a message on
 * standard error that has the facts, on the first that differs. */
bool agreement_facts(const RplProgram *program, size_t index, Random *random,
                     uint64_t count, Agreement *agreement);

/* Decides the request that one object of facts makes, if slots can hold it.
 * False as above, or when the facts are refused. */
bool agreement_json(const RplProgram *program, size_t index, RplSlice json,
                    Agreement *agreement);

/* Writes the source of a random policy named "p". */
void agreement_policy(Random *random, RplBuffer *text);

/* Writes one, compiles it and compares `count` requests. False, after its
 * source on standard error, when the engines differ. A few policies are refused
 * (a rule that can never hold, say); they count as such. */
bool agreement_generated(Random *random, uint64_t count, Agreement *agreement);

#endif /* RPL_TESTS_AGREEMENT_H */
