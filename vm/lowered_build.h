/* SPDX-License-Identifier: Apache-2.0
 *
 * lowered_build.h - inside the lowering: what its parts share. lowered_emit.c
 * writes instructions and keeps what is known on the path that is being
 * written; lowered_number.c computes with numbers; lowered_value.c lowers
 * operands, lowered_branch.c conditions, lowered_rules.c the decision;
 * lowered_join.c makes the joined stream. Nothing else includes this.
 *
 * Code is written along paths. What was computed or learnt on a path is kept in
 * `temps` and `slots`; a log of old entries takes it back where paths meet
 * again: at a label nothing is known but what was known at all jumps to it.
 *
 * INVARIANT: while `is_dead`, nothing is written. A part that cannot be lowered
 * writes STOP and ends its path; its caller goes on at the next label.
 * Functions that return bool return false when the path has ended, and their
 * result is then undefined.
 */
#ifndef RPL_VM_LOWERED_BUILD_H
#define RPL_VM_LOWERED_BUILD_H

#include "vm/lowered.h"

#include "vm/lowered_round.h"

/* Words that are written while lowering; in the end they follow the constants.
 * LIMIT: constants, and words written, half of what an operand can name. */
#define RPL_LOWER_TEMP 0x4000u

/* A place that a value may be moved to, or nothing; gone from the result. */
#define RPL_LOWER_NOTHING ((uint16_t)RPL_LOWERED_COUNT)

/* LIMIT: nested `and`, `or`, `not` from whose truth that of their parts is
 * learnt, and operands looked at for it: of what is used twice, twice as many
 * each time. Past these a condition is asked for again. */
#define RPL_LEARN_DEPTH  64u
#define RPL_LEARN_VISITS 256u

/* LIMIT: guarded definitions of one value that are lowered. */
#define RPL_LOWER_MAX_GUARDED 4096u

/* LIMIT: rules of one outcome, behind a decisive one, whose truth may matter
 * beside it; what decides by a rule with more of them is a STOP. */
#define RPL_LOWER_MAX_BESIDE 1024u

/* LIMIT: operands that the filter of a table of guards is about; a table with
 * more has none. */
#define RPL_HOT_MAX_COVERS 32u

/* A value: num * up / (den * down). Other kinds than numbers have a word. */
typedef struct RplVal {
  uint16_t num; /* operand; a wide one is a word of the frame */
  uint16_t den; /* operand, greater than 0; RPL_LOWERED_NO_WORD: 1 */
  bool is_wide;
  bool is_coinless;    /* money that may be a zero without a currency */
  int64_t up, down;    /* constant, greater than 0, coprime */
  RplInt128 low, high; /* of num */
} RplVal;

/* What is known of a slot on this path. */
typedef struct RplSlotKnown {
  int64_t low, high;
  const RplSlice *text; /* the text that it equals */
  bool is_given;        /* its value may be read */
  bool is_known;        /* it is given or none */
  bool is_checked;      /* its bounds were */
} RplSlotKnown;

typedef enum RplTempState {
  RPL_TEMP_OPEN = 0,
  RPL_TEMP_FALSE,
  RPL_TEMP_TRUE,
  RPL_TEMP_VALUE,
  RPL_TEMP_NONE
} RplTempState;

typedef struct RplTempKnown {
  uint32_t state; /* RplTempState */
  uint32_t value; /* VALUE: index in `vals` */
} RplTempKnown;

typedef struct RplKnownLog {
  bool is_slot;
  uint32_t index;
  RplSlotKnown slot;
  RplTempKnown temp;
} RplKnownLog;

/* A condition that holds on the way to an instruction: operands that no
 * instruction writes, compared. */
typedef struct RplCond {
  uint32_t parent; /* 0: none */
  uint32_t depth;
  uint16_t op, a, b; /* IF_TRUE, IF_FALSE, IF_EQ, IF_NE, IF_LT, IF_LE */
} RplCond;

/* What a trace tells of an instruction. */
typedef struct RplTracePoint {
  uint32_t temp; /* that it completes; UINT32_MAX: none */
  uint32_t what; /* RPL_POINT_*, or an index in `vals` and RPL_POINT_VALUE */
} RplTracePoint;

#define RPL_POINT_FALSE 0u /* a jump: taken when the condition is false */
#define RPL_POINT_TRUE  1u
#define RPL_POINT_VALUE 2u

typedef struct RplLabel {
  struct RplLabel *outer; /* open labels, innermost first */
  uint32_t fixups;        /* instruction + 1 whose x goes on likewise */
  uint32_t jumps;
  uint32_t height; /* of the log, at least known at all jumps */
  uint32_t words;
  uint32_t cond; /* common to all jumps */
} RplLabel;

typedef struct RplLowering {
  const RplImage *image;
  const RplTables *tables;
  const RplValue *params;
  RplArena *arena;  /* the result */
  RplArena scratch; /* everything else */
  RplLowered *made;

  RplLoweredCode *code;
  RplTracePoint *points; /* of each instruction */
  uint32_t *conds;       /* of each instruction: index in cond_rows */
  size_t code_count, code_capacity;
  size_t code_limit;
  RplCond *cond_rows; /* the first is none */
  size_t cond_count, cond_capacity;
  uint32_t cond; /* on this path */

  int64_t *constants;
  size_t constant_count, constant_capacity;
  uint32_t *constant_places; /* hash table: index + 1 */
  size_t constant_mask;
  uint32_t words, max_words; /* written words in use on this path, ever */

  uint32_t *rule_heads,
      *rule_nexts; /* chains of keyed rules; see lowered_rules.c */

  RplLoweredKeys *tables_made;
  size_t table_count, table_capacity;

  RplSlotKnown *slots; /* by slot; the last is the request's currency */
  RplTempKnown *temps; /* by instruction of the program */
  RplVal *vals;
  size_t val_count, val_capacity;
  RplKnownLog *log;
  size_t log_count, log_capacity;
  RplLabel *labels;

  uint32_t depth;
  uint32_t stop_count;
  bool is_dead;
  bool is_short; /* memory ran out */
  bool is_over;  /* a limit was passed: no form */
} RplLowering;

/* Whether the instruction behind is not where a request goes on that does not
 * jump. */
static inline bool rpl_lowered_ends(const RplLoweredCode *code) {
  return code->op == RPL_LOWERED_STOP || code->op == RPL_LOWERED_JUMP ||
         code->op == RPL_LOWERED_RETURN || code->op == RPL_LOWERED_SWITCH ||
         code->op == RPL_LOWERED_RETURN_MIN;
}

/* ---- lowered_emit.c ---- */

/* Writes an instruction and returns its index (0 on a dead path). */
uint32_t rpl_lowering_emit(RplLowering *lower, RplLoweredOp op, uint16_t a,
                           uint16_t b, uint16_t c, uint32_t x);

/* Writes STOP and ends the path; false, for `return rpl_lowering_stop(lower)`.
 */
bool rpl_lowering_stop(RplLowering *lower);

/* Opens a label; every one that is opened must be bound. */
void rpl_lowering_label(RplLowering *lower, RplLabel *label);

/* Lets an instruction go on at the label, or writes a jump there that ends the
 * path. */
void rpl_lowering_goto(RplLowering *lower, uint32_t instruction,
                       RplLabel *label);
void rpl_lowering_jump(RplLowering *lower, RplLabel *label);

/* Writes a conditional jump; what it tells is known behind it. */
void rpl_lowering_if(RplLowering *lower, RplLoweredOp op, uint16_t a,
                     uint16_t b, RplLabel *label);

/* The code goes on here, also from all jumps to the label; closes it. */
void rpl_lowering_bind(RplLowering *lower, RplLabel *label);

/* Forgets what was learnt since the log had that height. */
void rpl_lowering_forget(RplLowering *lower, uint32_t height);

/* A word or two that the path may write; an operand of a constant. */
uint16_t rpl_lowering_word(RplLowering *lower, uint32_t count);
uint16_t rpl_lowering_constant(RplLowering *lower, int64_t value);
bool rpl_lowering_is_constant(const RplLowering *lower, uint16_t operand,
                              int64_t *value);

/* Changes what is known, to be taken back where the path ends. */
void rpl_lowering_know_slot(RplLowering *lower, uint32_t slot,
                            RplSlotKnown known);
void rpl_lowering_know_temp(RplLowering *lower, uint32_t temp,
                            RplTempState state);
void rpl_lowering_know_value(RplLowering *lower, uint32_t temp,
                             const RplVal *val);

/* Takes note that an instruction completes a temporary with this value. */
void rpl_lowering_trace(RplLowering *lower, size_t instruction, uint32_t temp,
                        const RplVal *val);

/* ---- lowered_number.c: numbers, money, durations ---- */

RplVal rpl_val_word(uint16_t operand, int64_t low, int64_t high);
bool rpl_val_constant(RplLowering *lower, RplNumber number, RplVal *val);

/* a op b for ADD_N, SUB_N, MUL_N, DIV_N, MIN, MAX. */
bool rpl_val_compute(RplLowering *lower, RplOp op, RplVal a, RplVal b,
                     RplVal *result);

/* The same with its sign turned, or without. */
bool rpl_val_negate(RplLowering *lower, RplVal val, RplVal *result);
bool rpl_val_absolute(RplLowering *lower, RplVal val, RplVal *result);

/* Rounds to `places` decimal places. */
bool rpl_val_round(RplLowering *lower, RplVal val, int64_t places,
                   RplRounding mode, RplVal *result);

/* The value as one word that it exactly is; stops at run time if it is not. */
bool rpl_val_whole(RplLowering *lower, RplVal val, RplVal *result);

/* Multiplied by a power of ten; places may be negative. */
bool rpl_val_scale(RplVal *val, int64_t places);

/* Goes to the label when a op b, an RPL_OP_EQ .. GE, is `sense`. */
bool rpl_val_branch(RplLowering *lower, RplOp op, RplVal a, RplVal b,
                    bool sense, RplLabel *label);

/* Values of several paths that meet. */
typedef struct RplMeeting {
  RplLabel end;
  uint16_t words; /* room: two for num, one for den */
  RplVal *arms;
  uint32_t *places; /* of each arm: first of two instructions */
  size_t count, capacity, place_capacity;
  uint32_t temp; /* that is completed; UINT32_MAX: none */
} RplMeeting;

void rpl_meeting_begin(RplLowering *lower, RplMeeting *meeting, uint32_t temp);
/* Ends the path with a value. */
bool rpl_meeting_arm(RplLowering *lower, RplMeeting *meeting, RplVal val);
/* The code goes on from all of them. False if there was none. */
bool rpl_meeting_end(RplLowering *lower, RplMeeting *meeting, RplVal *val);

/* ---- lowered_fact.c ---- */

/* A fixed operand's value, and a fact's. Where it is none the path goes to
 * `none`, or stops if that is NULL. */
bool rpl_lowering_fixed_value(RplLowering *lower, uint32_t operand,
                              const RplValue *value, RplLabel *none,
                              RplVal *val);
bool rpl_lowering_fact(RplLowering *lower, uint32_t operand, RplLabel *none,
                       RplVal *val);

/* ---- lowered_value.c, and lowered_fact.c ---- */

/* Computes an operand. Where it is none the path goes to `none`, or stops if
 * that is NULL. */
bool rpl_lowering_value(RplLowering *lower, uint32_t operand, RplLabel *none,
                        RplVal *val);

/* Reads a slot that is known to be given. */
bool rpl_lowering_read(RplLowering *lower, uint32_t slot, RplVal *val);

/* The words that values of a slot's type have. */
void rpl_lowering_domain(const RplLowering *lower, uint32_t slot, int64_t *low,
                         int64_t *high);

/* The bounds of a slot as words; false when no word keeps them or they turn on
 * the currency. */
bool rpl_lowering_bounds(RplLowering *lower, uint32_t slot, int64_t *low,
                         int64_t *high);

/* Whether an operand has a value or is none on every path. */
bool rpl_lowering_is_total(const RplLowering *lower, uint32_t operand,
                           unsigned depth);

RplKind rpl_lowering_kind(const RplLowering *lower, uint32_t operand);
const RplInstruction *rpl_lowering_code(const RplLowering *lower,
                                        uint32_t operand);

/* A param's value, or a constant's; NULL for another operand. */
const RplValue *rpl_lowering_fixed(RplLowering *lower, uint32_t operand,
                                   RplValue *room);

/* One guarded value. */
typedef struct RplGuarded {
  uint32_t guard; /* 0: always */
  uint32_t value;
} RplGuarded;

/* Joins guarded definitions as PICK does. */
bool rpl_lowering_pick(RplLowering *lower, const RplGuarded *rows, size_t count,
                       uint32_t temp, RplLabel *none, RplVal *val);

/* ---- lowered_branch.c ---- */

/* Goes to the label when a boolean operand is `sense`. Behind it the path knows
 * that it is not; false when the path has ended. */
bool rpl_lowering_branch(RplLowering *lower, uint32_t operand, bool sense,
                         RplLabel *label);

/* Takes note of a condition's truth, and of what follows from it. */
void rpl_lowering_learn(RplLowering *lower, uint32_t operand, bool truth);

/* Whether the truth of a condition is settled on this path. */
bool rpl_lowering_settled(RplLowering *lower, uint32_t operand, bool *truth);

/* A condition that is `KEY == constant`, or begins with that and `and`. */
typedef struct RplKeyed {
  uint32_t key;      /* operand */
  uint32_t constant; /* operand */
  uint32_t test;     /* the comparison */
} RplKeyed;
bool rpl_lowering_key(const RplLowering *lower, uint32_t operand,
                      RplKeyed *keyed);

/* ---- lowered_keys.c: one jump for many keys ---- */

/* LIMIT: fewer conditions by key than this are tried one after the other. */
#define RPL_LOWER_MIN_KEYS 4u

typedef struct RplSwitch {
  RplVal key;
  uint32_t table;
  uint32_t height, words, cond; /* of the path before it */
  RplLoweredKey *keys;          /* in the order of cases */
  uint32_t count, capacity;
  bool is_text;
} RplSwitch;

/* Computes the key and writes the SWITCH, for at most `count` cases. False when
 * the path has ended. */
bool rpl_switch_begin(RplLowering *lower, RplSwitch *select, uint32_t key,
                      uint32_t count);

/* The path of a key goes on here; no key may come twice. */
void rpl_switch_case(RplLowering *lower, RplSwitch *select,
                     const RplKeyed *keyed);

/* The path of all other keys goes on here. */
void rpl_switch_end(RplLowering *lower, RplSwitch *select);

/* ---- lowered_rules.c, lowered_join.c ---- */

void rpl_lowering_decision(RplLowering *lower);
RplStatus rpl_lowering_streams(RplLowering *lower);

/* ---- lowered_paths.c ---- */

/* What is made of code by going along its paths (vm/lowered_paths.h): code with
 * words as while lowering, tables of its own, and what a gate may test so that
 * none of it is tested on the way. */
typedef struct RplPathCode {
  RplLoweredCode *code;
  uint32_t count;
  RplLoweredKeys *tables;
  uint32_t table_count;
  uint32_t words;
  uint64_t given, known;
  RplLoweredRange *ranges;
  uint32_t range_count;
} RplPathCode;

/* Makes it of what stands in lower->code, if that is worth it (*is_made); false
 * when memory is short. */
bool rpl_lowering_paths(RplLowering *lower, RplPathCode *made, bool *is_made);

/* ---- lowered_hot.c ---- */

/* Makes `hot` of the gate and the swift stream, unless a way through it is too
 * long; false when memory is short. */
bool rpl_lowering_heat(RplLowering *lower);

#endif /* RPL_VM_LOWERED_BUILD_H */
