/* SPDX-License-Identifier: Apache-2.0
 *
 * swap.c THREADS DECISIONS - a program swapped under running threads, as a
 * service does that reloads its policies: THREADS threads make DECISIONS
 * decisions together, while one more compiles one of two policies and puts it
 * in the place of the other, again and again. It is run under the thread
 * sanitizer.
 *
 * Facts come in every way there is, and some decisions are printed and
 * explained.
 *
 * What must hold: every decision is one of the program that its thread holds,
 * and the right one, by an own calculation in integers; and when all is over,
 * nothing is left of any program.
 *
 * Programs use an allocator that counts, shared by all threads; contexts that
 * of libc.
 */
#include "rpl/rpl.h"
#include "tests/support/shared_memory_count.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define QUOTA 300

/* One policy takes what was consumed off the fee, the other one twice that. So
 * the amount tells which one decided. */
static const char *const policies[2] = {
    "refundable if unused; amount = fee - fee*consumed/quota",
    "refundable if unused; amount = fee - 2*fee*consumed/quota"};

/* ---- the current program ------------------------------------------------- */

/* INVARIANT: `program` is read and replaced under the lock; `generation` counts
 * the replacements, so that threads need the lock only after one. `kind` is
 * which of the two policies it is. */
typedef struct Current {
  pthread_mutex_t lock;
  RplProgram *program;
  unsigned kind;
  atomic_ulong generation;
} Current;

static Current current = {PTHREAD_MUTEX_INITIALIZER, NULL, 0, 0};

static RplProgram *take(unsigned *kind, unsigned long *generation) {
  (void)pthread_mutex_lock(&current.lock);
  RplProgram *program = rpl_program_ref(current.program);
  *kind = current.kind;
  *generation = atomic_load(&current.generation);
  (void)pthread_mutex_unlock(&current.lock);
  return program;
}

static void put(RplProgram *program, unsigned kind) {
  (void)pthread_mutex_lock(&current.lock);
  RplProgram *old = current.program;
  current.program = program;
  current.kind = kind;
  (void)atomic_fetch_add(&current.generation, 1);
  (void)pthread_mutex_unlock(&current.lock);
  rpl_program_free(old); /* others may still use it */
}

/* Compiles a policy and loads it. NULL: something failed, which it says. */
static RplProgram *compile(unsigned kind) {
  RplSlice text = {policies[kind], strlen(policies[kind])};
  RplSlice bytes = {NULL, 0};
  RplCompiler *compiler = NULL;
  RplProgram *program = NULL;
  RplStatus status = rpl_compiler_new(NULL, NULL, NULL, &compiler);
  if (status == RPL_OK)
    status = rpl_compiler_add_inline(compiler, text);
  if (status == RPL_OK)
    status = rpl_compiler_build(compiler, 0, &bytes);
  if (status == RPL_OK)
    status = rpl_program_load(bytes.data, bytes.length, NULL, &counting,
                              &program, NULL);
  rpl_compiler_free(compiler);
  if (status != RPL_OK)
    (void)fprintf(stderr, "swap: %s\n", rpl_status_name(status));
  return program;
}

/* ---- threads that decide ------------------------------------------------- */

static atomic_ulong decisions_left;
static atomic_ulong reloads_seen;
static atomic_ulong wrong;
static atomic_bool is_over;

static const char *const slot_names[] = {"unused", "fee", "consumed", "quota"};
#define SLOTS     4
#define MAX_SLOTS 128

typedef struct Worker {
  RplContext *context;
  unsigned kind;
  unsigned long generation;
  size_t slots[SLOTS];
  uint64_t random; /* a state of its own: no thread waits for another */
} Worker;

/* xorshift64 (Marsaglia, 2003). */
static uint64_t next_random(Worker *worker) {
  uint64_t x = worker->random;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return worker->random = x;
}

static RplSlice slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

static RplStatus find_slots(const RplProgram *program, Worker *worker) {
  RplStatus status =
      rpl_program_fact_count(program, 0) <= MAX_SLOTS ? RPL_OK : RPL_E_LIMIT;
  for (size_t i = 0; i < SLOTS && status == RPL_OK; i++)
    status = rpl_program_fact_slot(program, 0, slice(slot_names[i]),
                                   &worker->slots[i]);
  return status;
}

/* A context of the program as it is now. */
static RplStatus renew(Worker *worker) {
  rpl_context_free(worker->context);
  worker->context = NULL;
  RplProgram *program = take(&worker->kind, &worker->generation);
  RplStatus status = rpl_context_new(program, 0, NULL, &worker->context);
  if (status == RPL_OK)
    status = find_slots(program, worker);
  rpl_program_free(program); /* the context has a reference of its own */
  (void)atomic_fetch_add(&reloads_seen, 1);
  return status;
}

/* One request. */
typedef struct Order {
  int64_t fee; /* minor units; a multiple of the quota, so nothing is rounded */
  int64_t consumed;
} Order;

/* The ways in: fact by fact, as JSON with everything that can be read of a
 * decision, and as slots. Each gives the amount in minor units. */
static RplStatus decide_typed(Worker *worker, const Order *order,
                              int64_t *minor) {
  const RplDecision *decision = NULL;
  RplContext *context = worker->context;
  rpl_facts_clear(context);
  RplStatus status =
      rpl_facts_set_boolean(context, slice("unused"), true, NULL);
  if (status == RPL_OK)
    status = rpl_facts_set_money(context, slice("fee"), order->fee,
                                 slice("USD"), NULL);
  if (status == RPL_OK)
    status = rpl_facts_set_integer(context, slice("consumed"), order->consumed,
                                   NULL);
  if (status == RPL_OK)
    status = rpl_facts_set_integer(context, slice("quota"), QUOTA, NULL);
  if (status == RPL_OK)
    status = rpl_decide(context, &decision);
  return status == RPL_OK ? rpl_decision_amount_minor(decision, minor) : status;
}

static RplStatus decide_json(Worker *worker, const Order *order,
                             int64_t *minor) {
  char json[160];
  RplSlice text = {NULL, 0};
  const RplDecision *decision = NULL;
  const RplExplanation *explanation = NULL;
  RplContext *context = worker->context;
  (void)snprintf(json, sizeof json,
                 "{\"unused\": true, \"fee\": \"USD %" PRId64 ".%02" PRId64
                 "\", \"consumed\": %" PRId64 ", \"quota\": %d}",
                 order->fee / 100, order->fee % 100, order->consumed, QUOTA);
  RplStatus status = rpl_facts_json(context, slice(json), 0, NULL);
  if (status == RPL_OK)
    status = rpl_decide(context, &decision);
  if (status == RPL_OK)
    status = rpl_decision_amount_minor(decision, minor);
  if (status == RPL_OK)
    status = rpl_decision_json(decision, RPL_JSON_RECORD, &text);
  if (status == RPL_OK)
    status = rpl_explain(decision, &explanation);
  return status == RPL_OK ? rpl_explanation_json(explanation, &text) : status;
}

static RplStatus decide_slots(Worker *worker, const Order *order,
                              int64_t *minor) {
  const int64_t by_name[SLOTS] = {1, order->fee, order->consumed, QUOTA};
  int64_t values[MAX_SLOTS] = {0};
  uint64_t given[RPL_SLOT_WORDS(MAX_SLOTS)] = {0};
  RplVerdict verdict;
  RplSlotFacts facts = {
      .values = values, .given = given, .currency = rpl_slot_currency("USD")};
  for (size_t i = 0; i < SLOTS; i++) {
    values[worker->slots[i]] = by_name[i];
    given[worker->slots[i] / 64] |= UINT64_C(1) << (worker->slots[i] % 64);
  }
  RplStatus status = rpl_decide_slots(worker->context, &facts, &verdict);
  *minor = verdict.amount;
  return status;
}

static RplStatus decide_once(Worker *worker) {
  uint64_t way = next_random(worker) % 16;
  Order order = {QUOTA * (int64_t)(1 + next_random(worker) % 1000),
                 (int64_t)(next_random(worker) % (QUOTA / 2))};
  int64_t wanted = order.fee - order.fee / QUOTA * order.consumed *
                                   (1 + (int64_t)worker->kind);
  int64_t minor = -1;
  RplStatus status = way == 0  ? decide_json(worker, &order, &minor)
                     : way < 8 ? decide_slots(worker, &order, &minor)
                               : decide_typed(worker, &order, &minor);
  if (status == RPL_OK && minor != wanted) {
    (void)fprintf(stderr,
                  "swap: policy %u, way %d, fee %" PRId64 ", consumed %" PRId64
                  ": %" PRId64 " and not %" PRId64 "\n",
                  worker->kind, (int)way, order.fee, order.consumed, minor,
                  wanted);
    (void)atomic_fetch_add(&wrong, 1);
  }
  return status;
}

/* Takes one of the decisions that are left; false when there is none. */
static bool take_one(void) {
  unsigned long left = atomic_load(&decisions_left);
  while (left > 0)
    if (atomic_compare_exchange_weak(&decisions_left, &left, left - 1))
      return true;
  return false;
}

static void *work(void *argument) {
  Worker *worker = argument;
  RplStatus status = renew(worker);
  while (status == RPL_OK && take_one()) {
    if (atomic_load(&current.generation) != worker->generation)
      status = renew(worker);
    if (status == RPL_OK)
      status = decide_once(worker);
  }
  if (status != RPL_OK) {
    (void)fprintf(stderr, "swap: %s\n", rpl_status_name(status));
    (void)atomic_fetch_add(&wrong, 1);
  }
  rpl_context_free(worker->context);
  return NULL;
}

/* ---- the thread that swaps ----------------------------------------------- */

static void *swap(void *argument) {
  unsigned long *swaps = argument;
  struct timespec pause = {0, 200 * 1000};
  for (unsigned kind = 1; !atomic_load(&is_over); kind ^= 1) {
    RplProgram *program = compile(kind);
    if (!program) {
      (void)atomic_fetch_add(&wrong, 1);
      return NULL;
    }
    put(program, kind);
    ++*swaps;
    (void)nanosleep(&pause, NULL);
  }
  return NULL;
}

/* ---- the whole ----------------------------------------------------------- */

#define MAX_THREADS 64

static bool run(size_t threads) {
  static Worker workers[MAX_THREADS];
  pthread_t handles[MAX_THREADS];
  pthread_t swapper;
  unsigned long swaps = 0;
  size_t started = 0;
  if (pthread_create(&swapper, NULL, swap, &swaps) != 0)
    return false;
  for (; started < threads; started++) {
    workers[started].random = 0x9E3779B97F4A7C15u * (started + 1);
    if (pthread_create(&handles[started], NULL, work, &workers[started]) != 0)
      break;
  }
  for (size_t i = 0; i < started; i++)
    (void)pthread_join(handles[i], NULL);
  atomic_store(&is_over, true);
  (void)pthread_join(swapper, NULL);
  (void)printf("swap: %zu threads, %lu swaps, seen %lu times, %lu wrong\n",
               started, swaps, atomic_load(&reloads_seen), atomic_load(&wrong));
  return started == threads && swaps > 0;
}

int main(int argc, char **argv) {
  unsigned long threads = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
  unsigned long decisions = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
  if (threads == 0 || threads > MAX_THREADS || decisions == 0) {
    (void)fprintf(stderr, "usage: swap THREADS DECISIONS\n");
    return 2;
  }
  atomic_store(&decisions_left, decisions);
  current.program = compile(0);
  bool is_done = current.program && run(threads);
  rpl_program_free(current.program);
  if (atomic_load(&live_bytes) != 0) {
    (void)fprintf(stderr, "swap: %zu bytes of programs are left\n",
                  atomic_load(&live_bytes));
    is_done = false;
  }
  return is_done && atomic_load(&wrong) == 0 ? 0 : 1;
}
