/* SPDX-License-Identifier: Apache-2.0
 *
 * swap.c THREADS DECISIONS - a program swapped under running threads, as a
 * service does that reloads its policies: THREADS threads make DECISIONS
 * decisions together, while one more compiles one of two policies and puts it
 * in the place of the other, again and again. It is run under the thread
 * sanitizer.
 *
 * What must hold: every decision is one of the program that its thread holds,
 * and the right one, by an own calculation in integers; and when all is over,
 * nothing is left of any program.
 *
 * Programs use an allocator that counts, shared by all threads; contexts that
 * of libc.
 */
#include "rpl/rpl.h"

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

/* ---- an allocator that threads share ------------------------------------- */

static atomic_size_t live_bytes;

static void *count(void *context, void *block, size_t old_bytes,
                   size_t new_bytes) {
  (void)context;
  if (new_bytes == 0) {
    if (block)
      (void)atomic_fetch_sub(&live_bytes, old_bytes);
    free(block);
    return NULL;
  }
  void *moved = realloc(block, new_bytes);
  if (moved)
    (void)atomic_fetch_add(&live_bytes, new_bytes - (block ? old_bytes : 0));
  return moved;
}

static const RplAllocator counting = {count, NULL};

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

typedef struct Worker {
  RplContext *context;
  unsigned kind;
  unsigned long generation;
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

/* A context of the program as it is now. */
static RplStatus renew(Worker *worker) {
  rpl_context_free(worker->context);
  worker->context = NULL;
  RplProgram *program = take(&worker->kind, &worker->generation);
  RplStatus status = rpl_context_new(program, 0, NULL, &worker->context);
  rpl_program_free(program); /* the context has a reference of its own */
  (void)atomic_fetch_add(&reloads_seen, 1);
  return status;
}

static RplSlice slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

/* Hand-made arithmetic: minor units, half to even does not arise since the fee
 * is a multiple of the quota. */
static RplStatus decide_once(Worker *worker) {
  int64_t fee = QUOTA * (int64_t)(1 + next_random(worker) % 1000);
  int64_t consumed = (int64_t)(next_random(worker) % (QUOTA / 2));
  int64_t wanted = fee - fee / QUOTA * consumed * (1 + (int64_t)worker->kind);
  int64_t minor = -1;
  const RplDecision *decision = NULL;
  RplContext *context = worker->context;
  rpl_facts_clear(context);
  RplStatus status =
      rpl_facts_set_boolean(context, slice("unused"), true, NULL);
  if (status == RPL_OK)
    status =
        rpl_facts_set_money(context, slice("fee"), fee, slice("USD"), NULL);
  if (status == RPL_OK)
    status = rpl_facts_set_integer(context, slice("consumed"), consumed, NULL);
  if (status == RPL_OK)
    status = rpl_facts_set_integer(context, slice("quota"), QUOTA, NULL);
  if (status == RPL_OK)
    status = rpl_decide(context, &decision);
  if (status == RPL_OK)
    status = rpl_decision_amount_minor(decision, &minor);
  if (status == RPL_OK && minor != wanted) {
    (void)fprintf(stderr,
                  "swap: policy %u, fee %" PRId64 ", consumed %" PRId64
                  ": %" PRId64 " and not %" PRId64 "\n",
                  worker->kind, fee, consumed, minor, wanted);
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
