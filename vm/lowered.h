/* SPDX-License-Identifier: Apache-2.0
 *
 * lowered.h - the private form of a policy that the fast and batch engines run.
 * It is made from the verified program when it is first needed, and says the
 * same of every request that it can decide; on any other it stops, and the
 * careful engine decides from the start.
 *
 * How it differs from the canonical program:
 *  - Control flow. Rules are tried in precedence, conditions are left as soon
 *    as they are settled, and each path ends in RETURN or STOP. Jumps go
 *    forward only, so a run is at most as long as the code.
 *  - No three-valued logic: what is not known where it is looked at stops.
 *    Nothing is looked at early, so only a fact that matters can stop.
 *  - Numbers are numerators over denominators: a fact's slot is a numerator,
 *    products are 64 or 128 bits as the ranges of their operands demand, and
 *    one division is left, where the policy rounds. Constant factors (scales of
 *    slots, minor units) cancel when lowering.
 *  - Params are constants. A context whose params were set has a form of its
 *    own, made with those values (vm/fast.h).
 *
 * There are streams of the same meaning:
 *  - `plain`, one operation after the other, checks that each fact is there
 *    where it is first read. It serves requests that lack facts, and traces.
 *  - `joined` assumes that every fact of the `gate` is there and within its
 *    bounds, has no NEED, KNOWN or RANGE for them, and fewer, larger
 *    operations. An engine must test the gate first (rpl_gate_opens), and
 *    where it is shut run `plain`. It serves many requests at once, which go on
 *    together where their paths meet.
 *  - `paths` serves one request after the other, whatever facts it has. Where
 *    paths meet that know different things, it has a copy of what follows for
 *    each, in which what is known is neither tested nor computed again
 *    (vm/lowered_paths.h). Facts are asked for where all ways on need them.
 *  - `swift` is the same for requests for which `hot_gate` opens: all facts are
 *    there, but for optional ones and those with a default, and keep their
 *    bounds.
 * A policy too large for `paths` has `joined` for `swift`, and no `paths`.
 *
 * An operand is 16 bits: with RPL_LOWERED_FACT a slot of the caller's facts,
 * else a word of the frame. The frame is `frame_words` words: first the
 * constants, which the engine copies there once and no instruction writes, then
 * what instructions write. A wide value is two words of the frame, low half
 * first. A text is the address of an RplSlice. There is one place for a value
 * on each path, written before it is read; after a jump forward joins, places
 * may be written on both paths.
 *
 * Values outside a fact's type (rpl/slots.h) must not harm: additions and
 * products that "fit" wrap around; SWITCH finds nothing for a foreign key.
 *
 * INVARIANT: every jump target is greater than the place of its instruction and
 * less than the count; the last instruction of a stream is RETURN or STOP;
 * frame words are below frame_words, slots below slot_count.
 */
#ifndef RPL_VM_LOWERED_H
#define RPL_VM_LOWERED_H

#include "rpl/base.h"
#include "rpl/slots.h"
#include "vm/arena.h"
#include "vm/program.h"
#include "vm/value.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum RplLoweredOp {
#define LOWERED(id, a, b, c, x, doc) RPL_LOWERED_##id,
#define JOINED(id, a, b, c, x, doc)  RPL_LOWERED_##id,
#include "vm/lowered.def"
#undef LOWERED
#undef JOINED
  RPL_LOWERED_COUNT
} RplLoweredOp;

/* One instruction; lowered.def says what an operation does with the fields. */
typedef struct RplLoweredCode {
  uint16_t op; /* RplLoweredOp */
  uint16_t a, b, c;
  uint32_t x;
  uint32_t y; /* further operand of joined operations: a word (r) */
} RplLoweredCode;

/* The bit of an operand that is a slot; the rest is its index. */
#define RPL_LOWERED_FACT 0x8000u

/* No amount, no deadline. */
#define RPL_LOWERED_NO_WORD 0x7FFFu

/* LIMIT: slots and words of the frame that an operand can name. A policy that
 * needs more has no lowered form. */
#define RPL_LOWERED_MAX_WORDS 0x7FFFu

/* LIMIT: instructions of a stream: this many for each row of the canonical
 * program (instructions, rules, definitions, outcomes), and a few more. What
 * does not fit is a STOP. */
#define RPL_LOWERED_MAX_GROWTH 32u
#define RPL_LOWERED_MIN_CODE   256u

/* LIMIT: nesting of expressions that is lowered; deeper is a STOP. */
#define RPL_LOWERED_MAX_DEPTH 200u

/* A fact that has bounds: the request's value must lie in low .. high. */
typedef struct RplLoweredRange {
  uint32_t slot;
  int64_t low, high;
} RplLoweredRange;

/* What `joined` takes for granted. */
typedef struct RplLoweredGate {
  const uint64_t *given;         /* a bit a slot: has a value */
  const uint64_t *known;         /* a bit a slot: has a value or is none */
  const RplLoweredRange *ranges; /* of these facts, where they have a value */
  uint32_t range_count;
  uint32_t word_count; /* of both masks: RPL_SLOT_WORDS(slots) */
  bool has_known;      /* a bit of `known` is set */
} RplLoweredGate;

/* One guard of GUARDS, applies when fact - other lies in low .. low + span
 * (differences wrap, and are compared unsigned). `fact` is a slot's operand;
 * `other` another's, or a frame word of 0 where there is none. */
typedef struct RplLoweredGuard {
  uint16_t fact, other;
  uint16_t outcome;
  uint32_t rule;
  int64_t low;
  uint64_t span;
} RplLoweredGuard;

/* ---- the swift stream for single decisions (vm/fast_hot.c) ---- */

/* What its first instructions test: the gate; and operations that only it has.
 * They are numbered behind 4 * RPL_LOWERED_COUNT others. */
typedef enum RplHotOp {
  /* slots a, b, c, x are at least 0 */
  RPL_HOT_NATURALS = 4 * RPL_LOWERED_COUNT,
  RPL_HOT_NATURALS_POSITIVE, /* the same, and slot y is greater than 0 */
  RPL_HOT_POSITIVE,          /* slot a is greater than 0 */
  RPL_HOT_RANGES,            /* `y` ranges from the x-th on hold */
  RPL_HOT_KNOWN, /* slots below 64 whose bits are in x and y are given or none
                  */
  RPL_HOT_GATE,  /* all of the gate, for more than 64 slots */
  RPL_HOT_GUARDS_APART, /* GUARDS from the x-th on, of differences */
  RPL_HOT_GUARDS_NEAR,  /* GUARDS from the x-th on, of single slots */
  /* the same, unless none of the guards from the y-th on applies, which cover
   * those of the table */
  RPL_HOT_GUARDS_APART_FILTERED,
  RPL_HOT_GUARDS_NEAR_FILTERED,
  RPL_HOT_RETURN_PAID,     /* RETURN of an amount alone */
  RPL_HOT_RETURN_BARE,     /* RETURN of neither */
  RPL_HOT_RETURN_PRORATED, /* PRORATE of slots a and b by slot d, half up, and
                              RETURN of that */
  RPL_HOT_RETURN_PRORATED_MIN, /* the same, or of slot c if that is less */
  RPL_HOT_SWITCH_WORD, /* goes on where the RplHotKeys at the address in x and y
                          say for word a */
  RPL_HOT_SWITCH_SLOT, /* the same for slot a */
  RPL_HOT_COUNT
} RplHotOp;

/* One instruction of it: the fields of RplLoweredCode, but targets are
 * distances in bytes, the word y of an operation marked Z is d, what decides
 * has its outcome and rule in x and y, and what asks whether slot a is there
 * has in c where the word of that bit begins in a mask, in bytes. */
typedef struct RplHotCode RplHotCode;

/* What an instruction does: the body of its operation for the places where its
 * operands stand. It decides, or calls the body of the instruction that is
 * next, as the last thing that it does. */
typedef RplStatus RplHotBody(RplContext *context, const RplSlotFacts *facts,
                             RplVerdict *verdict, const RplHotCode *code,
                             const int64_t *values, int64_t *frame);

struct RplHotCode {
  RplHotBody *body;
  uint16_t a, b, c, d;
  uint32_t x, y;
};

/* Two fields that are one of 64 bits. */
_Static_assert(offsetof(RplHotCode, y) ==
                   offsetof(RplHotCode, x) + sizeof(uint32_t),
               "x and y are read at once");

/* Where a SWITCH with dense keys goes on. */
typedef struct RplHotKeys {
  uint64_t low, span; /* keys low .. low + span */
  const RplHotCode *otherwise;
  const RplHotCode *targets[]; /* span + 1 of them */
} RplHotKeys;

/* By RplHotOp, or 4 times an operation and what its operands are: for one that
 * is marked XY plus 1 when the first word that it reads is a slot, plus 2 when
 * the second is. NULL in builds that have no hot stream. */
extern RplHotBody *const rpl_hot_bodies[RPL_HOT_COUNT];

/* LIMIT: instructions that a request goes through. A stream that has a longer
 * way is not made hot: where the compiler does not turn a call at the end of a
 * body into a jump, each takes room on the stack. */
#define RPL_HOT_MAX_STEPS 4096u

typedef struct RplLoweredHotRange {
  uint32_t slot;
  uint64_t low, span;
} RplLoweredHotRange;

/* A guard that applies when values[slot] - values[other] - low <= span. Behind
 * the last one of a table stands one that always applies and decides nothing.
 */
typedef struct RplLoweredHotGuard {
  uint16_t slot, other;
  bool decides; /* false: behind the last one */
  uint32_t outcome, rule;
  uint64_t low, span;
} RplLoweredHotGuard;

/* One key of a table. */
typedef struct RplLoweredKey {
  int64_t word;  /* the key; for a text its hash */
  RplSlice text; /* of a text table */
  uint32_t target;
  uint32_t is_used;
} RplLoweredKey;

/* Where SWITCH goes on: a hash table with open addressing, at most half full,
 * or, where `is_dense`, an array: keys low .. low + mask. */
typedef struct RplLoweredKeys {
  const RplLoweredKey *keys; /* mask + 1 of them */
  uint32_t mask;
  uint32_t otherwise; /* for a key that is not there */
  int64_t low;        /* of a dense table */
  bool is_dense;
  bool is_text;
} RplLoweredKeys;

typedef struct RplLoweredStream {
  RplLoweredCode *code;
  uint32_t count;
  RplLoweredKeys *tables;
  uint32_t table_count;
} RplLoweredStream;

/* Where an instruction of `plain` comes from, for traces. */
typedef struct RplLoweredOrigin {
  uint32_t temp;    /* instruction of the program that its result completes;
                       UINT32_MAX: none */
  uint16_t divisor; /* word of the denominator; RPL_LOWERED_NO_WORD: scale */
  uint8_t is_wide;  /* the result is wide */
  uint8_t is_truth; /* a jump: taken means `sense` of the condition `temp` */
  uint8_t sense;
  int64_t up, down; /* constant factors of the value */
} RplLoweredOrigin;

typedef struct RplLowered {
  RplLoweredStream plain;
  RplLoweredStream joined;
  RplLoweredGate gate;
  RplLoweredStream paths; /* count 0: none */
  RplLoweredStream swift;
  RplLoweredGate hot_gate;
  /* `swift` behind its gate; `hot_rows` is where the rows of `swift` begin. The
   * operands that a body expects in slots have lost RPL_LOWERED_FACT. */
  const RplHotCode *hot, *hot_rows;
  const RplLoweredHotRange *hot_ranges;
  const RplLoweredHotGuard *hot_guards;
  uint64_t hot_given;      /* of up to 64 slots: those that must be given */
  uint32_t least_currency; /* 1: the request must have one; UINT32_MAX: `hot`
                              is for no request */
  const RplLoweredOrigin *origins; /* of `plain` */
  const RplLoweredGuard *guards;   /* of all but `plain` */
  uint32_t guard_count;
  const int64_t *constants; /* the first words of the frame */
  uint32_t constant_count;
  uint32_t frame_words;
  uint32_t slot_count;
  uint32_t stop_count;    /* STOPs: parts that were not lowered */
  const uint64_t *coined; /* a bit a slot: the currency fact, and amounts that
                             have no bounds */
  bool has_money;         /* a request without a currency is not for it */
} RplLowered;

/* Lowers a policy. `params` are the values of the facts store by slot (only
 * those of params are read), or NULL for the declared ones. Everything stays in
 * `arena` and borrows from `image` and the params; scratch memory comes from
 * `allocator` and is given back. The time and memory are linear in the program.
 *
 * RPL_OK with *lowered, NULL for a policy that has no lowered form because it
 * is over one of the limits above; RPL_E_MEMORY. */
RPL_MUST_CHECK RplStatus rpl_lower_image(const RplImage *image,
                                         const RplValue *params,
                                         RplArena *arena,
                                         const RplAllocator *allocator,
                                         const RplLowered **lowered);

/* Where a SWITCH goes on: `value` is what its operand holds. */
uint32_t rpl_lowered_find(const RplLoweredKeys *keys, int64_t value);

/* The same where keys->is_dense. */
static inline uint32_t rpl_lowered_find_dense(const RplLoweredKeys *keys,
                                              int64_t value) {
  uint64_t at = (uint64_t)value - (uint64_t)keys->low;
  return at <= keys->mask ? keys->keys[at].target : keys->otherwise;
}

/* The hashes of key tables; a key stands at hash & mask or behind it. */
static inline uint64_t rpl_lowered_hash_word(int64_t word) {
  /* A multiplier of high quality: the fractional part of the golden ratio. */
  uint64_t hash = (uint64_t)word * UINT64_C(0x9E3779B97F4A7C15);
  return hash ^ hash >> 32;
}
uint64_t rpl_lowered_hash_text(RplSlice text);

/* The name of an operation and what its fields are: a string of four letters as
 * lowered.def has them; static. */
const char *rpl_lowered_name(RplLoweredOp op);
extern const char rpl_lowered_forms[RPL_LOWERED_COUNT + 1][5];
static inline const char *rpl_lowered_form(RplLoweredOp op) {
  return rpl_lowered_forms[op < RPL_LOWERED_COUNT ? op : RPL_LOWERED_COUNT];
}

/* Whether a field of such a letter may name a word that is read, or written. */
static inline bool rpl_form_reads(char letter) {
  return letter == 'r' || letter == 'R' || letter == 'z';
}
static inline bool rpl_form_writes(char letter) {
  return letter == 'w' || letter == 'W';
}

/* The word of an operand. */
static inline int64_t rpl_lowered_word(uint16_t operand, const int64_t *facts,
                                       const int64_t *frame) {
  return operand & RPL_LOWERED_FACT ? facts[operand & ~RPL_LOWERED_FACT]
                                    : frame[operand];
}

/* Whether `joined` may run for a request. */
static inline bool rpl_gate_opens(const RplLoweredGate *gate,
                                  const RplSlotFacts *facts) {
  for (uint32_t i = 0; i < gate->word_count; i++)
    if (gate->given[i] & ~facts->given[i])
      return false;
  if (gate->has_known)
    for (uint32_t i = 0; i < gate->word_count; i++)
      if (gate->known[i] &
          ~(facts->given[i] | (facts->none ? facts->none[i] : 0)))
        return false;
  for (uint32_t i = 0; i < gate->range_count; i++) {
    const RplLoweredRange *range = &gate->ranges[i];
    int64_t value = facts->values[range->slot];
    if ((value < range->low || value > range->high) &&
        facts->given[range->slot / 64] >> (range->slot % 64) & 1)
      return false;
  }
  return true;
}

#endif /* RPL_VM_LOWERED_H */
