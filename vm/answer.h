/* SPDX-License-Identifier: Apache-2.0
 *
 * answer.h - the inside of rpl_answer_json: facts in JSON to a decision in
 * JSON, the short way, for the requests that are nearly all.
 *
 *   answer_read.c   the facts of one object, as brief values, in one pass
 *   answer_run.c    what instructions come to, on brief values
 *   answer_plan.c   which instructions each outcome needs
 *   answer_form.c   forms: decisions whose bytes are known but for some values
 *   answer.c        the way through all of these, and around them
 *
 * All decisions of a policy that end in one outcome, with the same states of
 * everything that the decision procedure looks at there (its signature), have
 * the same bytes but for the values that stand in texts and outputs. So the
 * careful engine decides the first request of each signature, a form is made of
 * that decision, and others only fill in their values. What cannot be told that
 * way (a decision that is undetermined, asks for evidence or rests on two
 * definitions of one output; an error; a value that does not fit) the careful
 * engine decides, from the start.
 *
 * INVARIANT: the short way gives the bytes of the long one or none at all. It
 * never gives up half way: nothing of a request is kept when it fails.
 */
#ifndef RPL_VM_ANSWER_H
#define RPL_VM_ANSWER_H

#include "vm/context.h"

/* LIMITS of a policy that is planned for; a larger one is decided by the
 * careful engine. They bound the memory of the plan. */
#define RPL_ANSWER_MAX_ROWS     4096u /* instructions */
#define RPL_ANSWER_MAX_OUTCOMES 64u
#define RPL_ANSWER_MAX_SIGNS    2048u /* things that one outcome turns on */

/* LIMITS of what a context keeps: signatures that it knows, and bytes of their
 * forms. What comes after is decided by the careful engine. */
#define RPL_ANSWER_MAX_FORMS      1024u
#define RPL_ANSWER_MAX_FORM_BYTES ((size_t)1 << 20)

/* A value in brief. Numbers and amounts are num / den, not in lowest terms;
 * texts an address and a length; other kinds stand in `num`. ERROR: it cannot
 * be told here. */
typedef struct RplBrief {
  int64_t num;
  int64_t den; /* above 0 */
  RplCurrency currency;
  uint8_t state; /* RplState */
} RplBrief;

/* An instruction to run. Operands that are not there are the true value at
 * place 0; after that come facts, constants and temporaries. */
typedef struct RplBriefRow {
  const RplBrief *a, *b, *c;
  RplBrief *to;
  uint32_t row; /* of the instruction */
  uint8_t op;
  uint8_t kind; /* of the result */
  uint8_t sort; /* kind of the first operand */
} RplBriefRow;

typedef struct RplBriefFact {
  RplSlice name;
  uint32_t after; /* slot + 1 that came after it last time; a guess */
  uint32_t low, high;
  bool is_low_open, is_high_open;
  bool is_low_zero; /* the low bound is zero, and there is no other */
  bool is_param, is_optional;
  uint8_t kind;
  uint32_t detail;
} RplBriefFact;

/* Something that a decision turns on; looked at unless `gate` is false. */
typedef struct RplSign {
  const RplBrief *value, *gate;
  bool is_condition; /* it matters whether it is true */
} RplSign;

/* Rows in the order in which they are run, unless `gate` is false: what a rule
 * that does not hold, or a definition that does not stand, alone needs. */
typedef struct RplSchedule {
  const RplBrief *gate;
  RplBriefRow *rows;
  uint32_t count;
} RplSchedule;

/* How decisions for an outcome are made; the last one is for `otherwise`. */
typedef struct RplPlan {
  uint32_t outcome;
  const RplBrief **conditions; /* of its rules; NULL: of `otherwise` */
  uint32_t condition_count;
  RplSchedule first; /* what its conditions need, beside those before */
  RplSchedule *more; /* what its decisions need beside that */
  uint32_t more_count;
  RplSign *signs;
  uint32_t sign_count;
} RplPlan;

/* Where a value stands in a form. */
typedef enum RplHole {
  RPL_HOLE_END,
  RPL_HOLE_WORDS,   /* in a text: rpl_value_write_text */
  RPL_HOLE_OUTPUT,  /* rpl_value_write_plain */
  RPL_HOLE_CURRENCY /* of the decision */
} RplHole;

/* Bytes, and what comes after them. */
typedef struct RplPiece {
  RplSlice bytes;
  RplHole hole;
  RplKind kind;
  uint32_t detail; /* of the type */
  uint32_t value;
} RplPiece;

typedef struct RplAnswerForm {
  struct RplAnswerForm *next; /* of the same hash */
  uint64_t hash;
  const uint64_t *signs;
  uint32_t plan;
  uint32_t piece_count; /* 0: the careful engine decides */
  bool is_checked;      /* once it gave what the careful engine did */
  RplPiece *pieces;
} RplAnswerForm;

#define RPL_ANSWER_BUCKETS 256u

typedef struct RplAnswers {
  RplArena arena; /* the plan */
  RplArena forms_arena;
  RplBriefFact *facts; /* by slot + 1; 0 is what comes before the first key */
  RplBrief *values;
  uint32_t fact_count, constant_count;
  uint32_t param_changes; /* of the facts, when params were read */
  RplPlan *plans;         /* NULL: the policy has none */
  uint32_t plan_count;
  uint64_t *signs; /* the signature at hand, two bits a sign */
  RplAnswerForm *buckets[RPL_ANSWER_BUCKETS];
  uint32_t form_count;
  RplBrief *blank; /* facts before a request: unknown, but for params */
  uint32_t *bare;  /* places of amounts that wait for the currency fact */
  uint32_t bare_count;
  uint32_t currency_place; /* of the currency fact; 0: there is none */
  RplCurrency currency;    /* of the request; none: it names none */
  RplCurrency last_currency;
  int last_digits;   /* of last_currency */
  char last_code[4]; /* "USD ", of last_currency */
  RplBuffer out;
  RplBuffer scratch;
} RplAnswers;

/* ---- answer_plan.c ---- */

/* Makes answers->plans, or none for a policy that is not planned for.
 * RPL_E_MEMORY. */
RPL_MUST_CHECK RplStatus rpl_answer_plan(RplAnswers *answers,
                                         RplContext *context);

/* The place of an operand; 0 for none. */
static inline uint32_t rpl_answer_place(const RplAnswers *answers,
                                        uint32_t operand) {
  uint32_t index = RPL_OPERAND_INDEX(operand) + 1;
  switch (RPL_OPERAND_SPACE(operand)) {
  case RPL_SPACE_FACT:
    return index;
  case RPL_SPACE_CONSTANT:
    return answers->fact_count + index;
  case RPL_SPACE_TEMP:
    return answers->fact_count + answers->constant_count + index;
  default:
    return 0;
  }
}

/* Whether a decision of the plan knows the value at a place. */
bool rpl_answer_computes(const RplAnswers *answers, uint32_t plan,
                         uint32_t place);

/* ---- answer_read.c ---- */

/* Reads the facts of one object. False: the long way must be taken. Texts point
 * into `json` or lie in the arena of the context's facts. */
bool rpl_answer_read(RplAnswers *answers, RplContext *context, RplSlice json);

/* ---- answer_run.c ---- */

/* A value in brief; ERROR where it cannot be. */
RplBrief rpl_brief_from(const RplValue *value);

/* A brief value in full; its kind is known. False: memory is short. */
bool rpl_brief_value(const RplBrief *brief, RplKind kind, uint32_t detail,
                     RplArena *arena, RplValue *value);

/* The order of two KNOWN values of a kind, -1, 0 or 1; false: it has none here,
 * or two currencies meet. */
bool rpl_brief_order(RplKind kind, const RplBrief *left, const RplBrief *right,
                     int *order);

/* num / den * 10^digits, if that is whole and fits. */
bool rpl_brief_scaled(const RplBrief *brief, unsigned digits, int64_t *scaled);

/* Runs the rows of a schedule. */
void rpl_answer_run(RplAnswers *answers, RplContext *context,
                    const RplSchedule *schedule);

/* ---- answer_form.c ---- */

/* The form for the signature at hand; NULL: it was not met before. */
RplAnswerForm *rpl_answer_find(const RplAnswers *answers, uint32_t plan);

/* Fills a form in. False: the long way must be taken. */
bool rpl_answer_fill(RplAnswers *answers, RplContext *context,
                     const RplAnswerForm *form);

/* Keeps a form for the signature at hand, made of a decision with holes for
 * values (decide.h); of an empty text, that there is none. NULL: nothing is
 * kept, as memory is short or a limit reached. */
RplAnswerForm *rpl_answer_learn(RplAnswers *answers, RplContext *context,
                                uint32_t plan, RplSlice json);

/* ---- answer.c ---- */

/* Frees all that a context has of this. */
void rpl_answer_end(RplContext *context);

#endif /* RPL_VM_ANSWER_H */
