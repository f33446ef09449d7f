/* SPDX-License-Identifier: Apache-2.0
 *
 * first.c THREADS ROUNDS - what a program makes when it is first asked for, the
 * digest and the lowered form, asked for by THREADS threads at once: ROUNDS
 * times a program is loaded, and all threads begin together, each with a
 * digest, a decision by slots, or rpl_program_prepare first. It is run under
 * the thread sanitizer.
 *
 * What must hold: all see the digest that a program of one thread has, and the
 * amount that was computed by hand; and nothing is left of the forms of those
 * who came second.
 */
#include "rpl/rpl.h"
#include "tests/support/shared_memory_count.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 30.00 less a third. */
static const char policy[] =
    "edition 1; policy p \"P\";\n"
    "outcome denied; outcome refund as partial_refund;\n"
    "outcome needs_info for unknown; outcome manual_review for error;\n"
    "fact unused : boolean; fact fee : money >= 0;\n"
    "fact consumed : integer >= 0; fact quota : integer > 0;\n"
    "setting rounding : rounding = half_up;\n"
    "refund rest if unused;\n"
    "output amount : required money = fee - fee * consumed / quota "
    "for refund;\n"
    "otherwise denied;\n";
#define WANTED 2000

enum { UNUSED, FEE, CONSUMED, QUOTA, SLOTS };
static const char *const slot_names[SLOTS] = {"unused", "fee", "consumed",
                                              "quota"};
#define MAX_SLOTS   128
#define MAX_THREADS 64

static RplSlice slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

/* INVARIANT: written while no thread runs. */
static RplCompiler *compiler;
static RplSlice bytes;
static RplProgram *program;
static uint8_t digest[32];
static int64_t values[MAX_SLOTS];
static uint64_t given[RPL_SLOT_WORDS(MAX_SLOTS)];

static pthread_barrier_t gate;
static atomic_ulong wrong;

static RplStatus load(void) {
  return rpl_program_load(bytes.data, bytes.length, NULL, &counting, &program,
                          NULL);
}

static RplStatus begin(void) {
  const int64_t by_name[SLOTS] = {1, 3000, 100, 300};
  size_t slot = 0;
  RplStatus status = rpl_compiler_new(NULL, NULL, NULL, &compiler);
  if (status == RPL_OK)
    status =
        rpl_compiler_add(compiler, slice("p.rpl"), slice(""), slice(policy));
  if (status == RPL_OK)
    status = rpl_compiler_build(compiler, 0, &bytes);
  if (status == RPL_OK)
    status = load();
  for (int i = 0; i < SLOTS && status == RPL_OK; i++) {
    status = rpl_program_fact_slot(program, 0, slice(slot_names[i]), &slot);
    values[slot] = by_name[i];
    given[slot / 64] |= UINT64_C(1) << (slot % 64);
  }
  rpl_program_digest(program, 0, digest);
  rpl_program_free(program);
  return status;
}

static RplStatus decide(void) {
  RplContext *context = NULL;
  RplVerdict verdict = {.amount = 0};
  RplSlotFacts facts = {
      .values = values, .given = given, .currency = rpl_slot_currency("USD")};
  RplStatus status = rpl_context_new(program, 0, NULL, &context);
  if (status == RPL_OK)
    status = rpl_decide_slots(context, &facts, &verdict);
  if (verdict.amount != WANTED || (verdict.flags & RPL_VERDICT_CAREFUL))
    (void)atomic_fetch_add(&wrong, 1);
  rpl_context_free(context);
  return status;
}

static void ask(unsigned way) {
  uint8_t found[32];
  RplStatus status = RPL_OK;
  if (way % 3 == 1)
    status = rpl_program_prepare(program, 0);
  if (way % 3 == 2)
    status = decide();
  rpl_program_digest(program, 0, found);
  if (status == RPL_OK)
    status = decide();
  if (status != RPL_OK || memcmp(found, digest, sizeof digest) != 0)
    (void)atomic_fetch_add(&wrong, 1);
}

/* One of `rounds` rounds begins when all threads and the main one are there,
 * and ends likewise. */
typedef struct Worker {
  unsigned number;
  unsigned long rounds;
} Worker;

static void *work(void *argument) {
  const Worker *worker = argument;
  for (unsigned long i = 0; i < worker->rounds; i++) {
    (void)pthread_barrier_wait(&gate);
    ask(worker->number + (unsigned)i);
    (void)pthread_barrier_wait(&gate);
  }
  return NULL;
}

static void run_rounds(unsigned long rounds) {
  for (unsigned long i = 0; i < rounds; i++) {
    if (load() != RPL_OK)
      (void)atomic_fetch_add(&wrong, 1);
    (void)pthread_barrier_wait(&gate);
    (void)pthread_barrier_wait(&gate);
    rpl_program_free(program);
  }
}

static bool run(unsigned threads, unsigned long rounds) {
  static Worker workers[MAX_THREADS];
  pthread_t handles[MAX_THREADS];
  if (pthread_barrier_init(&gate, NULL, threads + 1) != 0)
    return false;
  for (unsigned i = 0; i < threads; i++) {
    workers[i] = (Worker){i, rounds};
    if (pthread_create(&handles[i], NULL, work, &workers[i]) != 0)
      return false; /* the process ends, and with it those that wait */
  }
  run_rounds(rounds);
  for (unsigned i = 0; i < threads; i++)
    (void)pthread_join(handles[i], NULL);
  (void)pthread_barrier_destroy(&gate);
  return true;
}

int main(int argc, char **argv) {
  unsigned long threads = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
  unsigned long rounds = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
  if (threads == 0 || threads > MAX_THREADS || rounds == 0) {
    (void)fprintf(stderr, "usage: first THREADS ROUNDS\n");
    return 2;
  }
  bool is_done = begin() == RPL_OK && run((unsigned)threads, rounds);
  rpl_compiler_free(compiler);
  (void)printf("first: %lu threads, %lu rounds, %lu wrong, %zu bytes left\n",
               threads, rounds, atomic_load(&wrong), atomic_load(&live_bytes));
  return is_done && !atomic_load(&wrong) && !atomic_load(&live_bytes) ? 0 : 1;
}
