/* SPDX-License-Identifier: Apache-2.0
 * test_lowered_limits.c - the limits of the lowered form, of the streams that
 * are made of it, and of the batch engine: policies at each, and one past it,
 * where that part stops or there is no such stream. All engines give the
 * verdicts of the careful one on both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "tests/support/engine_rows.h"
#include "vm/batch_values.h"
#include "vm/context.h"
#include "vm/fast.h"
#include "vm/lowered_join.h"
#include "vm/lowered_paths.h"
#include "vm/program_priv.h"
#include "vm/text.h"

#define ROWS 48u

/* Writes the facts, rules and outputs of a policy of a size. */
typedef void Write(RplBuffer *text, uint32_t size);

/* A policy's form, and who decided its rows. */
typedef struct Shape {
  bool has_form;
  uint32_t stops, constants, words; /* words: those that are written */
  uint32_t rows; /* of the canonical program, for the limit of code */
  uint32_t plain, joined, paths, swift; /* instructions */
  uint32_t switches, filters;           /* instructions of that kind */
  bool is_hot;                          /* has `hot` */
  uint32_t fast, tiled;                 /* rows */
} Shape;

static void put_number(RplBuffer *text, const char *before, uint64_t number,
                       const char *behind) {
  rpl_buffer_text(text, before);
  rpl_buffer_unsigned(text, number);
  rpl_buffer_text(text, behind);
}

static RplProgram *load(Write *write, uint32_t size) {
  RplBuffer text;
  rpl_buffer_init(&text, NULL);
  rpl_buffer_text(&text, "edition 1; policy p \"P\"; outcome denied;\n"
                         "outcome refund as partial_refund;\n"
                         "outcome needs_info for unknown;\n"
                         "outcome manual_review for error;\n"
                         "setting rounding : rounding = half_up;\n");
  write(&text, size);
  rpl_buffer_byte(&text, '\0');
  assert_false(text.is_failed);
  RplProgram *program = engine_rows_load(text.data);
  assert_non_null(program);
  rpl_buffer_clear(&text);
  return program;
}

/* ---- the form ------------------------------------------------------------ */

static uint32_t count_ops(const RplLoweredStream *stream, unsigned op) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < stream->count; i++)
    count += stream->code[i].op == op;
  return count;
}

static uint32_t count_filters(const RplLowered *lowered) {
  const RplHotCode *code = lowered->hot;
  uint32_t count = 0;
  for (; code && code < lowered->hot_rows + lowered->swift.count; code++)
    count += code->body == rpl_hot_bodies[RPL_HOT_GUARDS_NEAR_FILTERED];
  return count;
}

static void look(const RplProgram *program, Shape *shape) {
  const RplTables *tables = &rpl_program_image(program, 0)->tables;
  RplContext *context;
  assert_int_equal(rpl_context_new(program, 0, NULL, &context), RPL_OK);
  const RplLowered *lowered = rpl_fast_form(context);
  shape->rows = rpl_code_count(tables) + rpl_rules_count(tables) +
                rpl_definitions_count(tables) + rpl_outcomes_count(tables);
  shape->has_form = lowered != NULL;
  if (lowered) {
    shape->stops = lowered->stop_count;
    shape->constants = lowered->constant_count;
    shape->words = lowered->frame_words - lowered->constant_count;
    shape->plain = lowered->plain.count;
    shape->joined = lowered->joined.count;
    shape->paths = lowered->paths.count;
    shape->swift = lowered->swift.count;
    shape->switches = count_ops(&lowered->plain, RPL_LOWERED_SWITCH);
    shape->filters = count_filters(lowered);
    shape->is_hot = lowered->hot != NULL;
  }
  rpl_context_free(context);
}

/* ---- the rows ------------------------------------------------------------ */

/* The value of a slot in a row, a digit; the first slot counts the rows, so
 * that policies can turn on it. */
static int64_t value_of(uint32_t row, uint32_t slot) {
  uint64_t mixed = ((uint64_t)row * 2654435761u + slot) * 0x9E3779B97F4A7C15u;
  return slot ? (int64_t)((mixed >> 32) % 10) : (int64_t)row;
}

static void decide(const RplProgram *program, uint32_t row_count,
                   Shape *shape) {
  static RplVerdict expected[ROWS];
  size_t slots = rpl_program_fact_count(program, 0);
  int64_t *values = malloc(slots * ROWS * sizeof *values);
  EngineRows rows = {.program = program,
                     .values = values,
                     .row_count = row_count,
                     .currency = rpl_slot_currency("JPY"),
                     .expected = expected};
  assert_non_null(values);
  for (uint32_t row = 0; row < row_count; row++)
    for (uint32_t slot = 0; slot < slots; slot++)
      values[row * slots + slot] = value_of(row, slot);
  assert_true(engine_rows_agree(&rows));
  shape->fast = rows.fast_count;
  shape->tiled = rows.tiled_count;
  free(values);
}

/* What becomes of a policy of a size, all engines agreeing. */
static Shape shape_of(Write *write, uint32_t size) {
  Shape shape = {0};
  RplProgram *program = load(write, size);
  look(program, &shape);
  decide(program, ROWS, &shape);
  rpl_program_free(program);
  return shape;
}

static void put_facts(RplBuffer *text, uint32_t count, const char *type) {
  rpl_buffer_text(text, "fact i : integer 0 .. 1000;\n");
  for (uint32_t n = 0; n < count; n++) {
    put_number(text, "fact f", n, " : ");
    rpl_buffer_text(text, type);
    rpl_buffer_text(text, ";\n");
  }
}

#define DIGIT "integer 0 .. 9"

/* ---- facts --------------------------------------------------------------- */

/* `size` facts. */
static void many_facts(RplBuffer *text, uint32_t size) {
  put_facts(text, size - 1, DIGIT);
  put_number(text, "denied x if f0 > f", size - 2, ";\notherwise refund;\n");
}

/* ---- code ---------------------------------------------------------------- */

/* `size` rules that each end in a sum of 128 terms. */
static void many_ends(RplBuffer *text, uint32_t size) {
  put_facts(text, 130, DIGIT);
  rpl_buffer_text(text, "fact fee : money >= 0;\n");
  for (uint32_t n = 0; n < size; n++) {
    put_number(text, "refund r", n, " if i == ");
    put_number(text, "", n, " or f0 > 8;\n");
  }
  rpl_buffer_text(text, "output amount : required money = fee * (f0");
  for (uint32_t n = 1; n < 128; n++)
    put_number(text, " + f", n, "");
  rpl_buffer_text(text, ") for refund; otherwise denied;\n");
}

/* Rules that no two have anything in common, one after the other: two
 * instructions for a sum, one for a fact alone, and one to end with; together
 * `size`. */
static void many_steps(RplBuffer *text, uint32_t size) {
  put_facts(text, 130, DIGIT);
  for (uint32_t n = 0; n < (size - 1) / 2; n++) {
    put_number(text, "denied r", n, " if f");
    put_number(text, "", n % 60, " + f");
    put_number(text, "", 60 + n / 60, " == 18;\n");
  }
  if ((size - 1) % 2)
    rpl_buffer_text(text, "denied alone if f0 > 8;\n");
  rpl_buffer_text(text, "otherwise refund;\n");
}

/* ---- depth --------------------------------------------------------------- */

static void deep_sum(RplBuffer *text, uint32_t size) {
  put_facts(text, size + 1, DIGIT);
  rpl_buffer_text(text, "denied x if f0");
  for (uint32_t n = 1; n <= size; n++)
    put_number(text, " + f", n, "");
  rpl_buffer_text(text, " > 500; otherwise refund;\n");
}

static void deep_or(RplBuffer *text, uint32_t size) {
  put_facts(text, size + 1, DIGIT);
  rpl_buffer_text(text, "denied x if f0 > 8");
  for (uint32_t n = 1; n <= size; n++)
    put_number(text, " or f", n, " > 8");
  rpl_buffer_text(text, "; otherwise refund;\n");
}

/* ---- what conditions tell ------------------------------------------------ */

/* One part of a disjunction is asked for again behind it. */
static void learnt_deep(RplBuffer *text, uint32_t size) {
  put_facts(text, size + 2, DIGIT);
  rpl_buffer_text(text, "let part = f0 > 8 and f1 > 8;\ndenied x if part");
  for (uint32_t n = 1; n <= size; n++)
    put_number(text, " or f", n + 1, " > 8");
  rpl_buffer_text(text, ";\ndenied y if part; otherwise refund;\n");
}

static void tree(RplBuffer *text, uint32_t first, uint32_t count,
                 const char *joined, const char *behind) {
  if (count == 1) {
    put_number(text, "f", first, behind);
    return;
  }
  rpl_buffer_text(text, "(");
  tree(text, first, count / 2, joined, behind);
  rpl_buffer_text(text, joined);
  tree(text, first + count / 2, count - count / 2, joined, behind);
  rpl_buffer_text(text, ")");
}

/* The same in a disjunction that is as flat as can be. */
static void learnt_wide(RplBuffer *text, uint32_t size) {
  put_facts(text, size + 2, DIGIT);
  rpl_buffer_text(text, "let part = f0 > 8 and f1 > 8;\ndenied x if ");
  tree(text, 2, size, " or ", " > 8");
  rpl_buffer_text(text, " or part;\ndenied y if part; otherwise refund;\n");
}

/* ---- words --------------------------------------------------------------- */

static void product_tree(RplBuffer *text, uint32_t first, uint32_t count) {
  if (count == 1) {
    uint32_t high = 0, low = first; /* the pair of that number */
    while (low > high)
      low -= ++high;
    put_number(text, "(f", low, " * ");
    put_number(text, "f", high, ")");
    return;
  }
  rpl_buffer_text(text, "(");
  product_tree(text, first, count / 2);
  rpl_buffer_text(text, " + ");
  product_tree(text, first + count / 2, count - count / 2);
  rpl_buffer_text(text, ")");
}

/* A sum of `size` products, each a value of its own. */
static void many_products(RplBuffer *text, uint32_t size) {
  put_facts(text, 182, DIGIT);
  rpl_buffer_text(text, "denied x if ");
  product_tree(text, 0, size);
  rpl_buffer_text(text, " > 90000; otherwise refund;\n");
}

static void few_products(RplBuffer *text, uint32_t size) {
  put_facts(text, 60, DIGIT);
  rpl_buffer_text(text, "denied x if ");
  product_tree(text, 0, size);
  rpl_buffer_text(text, " > 9000; otherwise refund;\n");
}

/* ---- constants ----------------------------------------------------------- */

/* `size` rules that each compare with a constant of their own. */
static void many_constants(RplBuffer *text, uint32_t size) {
  put_facts(text, 1, DIGIT);
  rpl_buffer_text(text, "fact k : integer;\n");
  for (uint32_t n = 0; n < size; n++) {
    put_number(text, "denied r", n, " if f0 > 8 and k > ");
    put_number(text, "", n + 20, ";\n");
  }
  rpl_buffer_text(text, "otherwise refund;\n");
}

/* ---- keys ---------------------------------------------------------------- */

static void keys(RplBuffer *text, uint32_t size) {
  put_facts(text, 2, DIGIT);
  for (uint32_t n = 0; n < size; n++) {
    put_number(text, "denied r", n, " if i == ");
    put_number(text, "", n, " and f0 > 3;\n");
  }
  rpl_buffer_text(text, "denied r if f1 > 3; otherwise refund;\n");
}

static void guards(RplBuffer *text, uint32_t size) {
  put_facts(text, 40, DIGIT);
  for (uint32_t n = 0; n < size; n++)
    for (uint32_t turn = 0; turn < 3; turn++) {
      put_number(text, "denied r", n * 3 + turn, "");
      put_number(text, " if f", n, "");
      put_number(text, " == ", 7 + turn, ";\n");
    }
  rpl_buffer_text(text, "otherwise refund;\n");
}

static void givers(RplBuffer *text, uint32_t size) {
  put_facts(text, 2, DIGIT);
  rpl_buffer_text(text, "fact fee : money >= 0;\n"
                        "output amount : money for refund;\n");
  for (uint32_t n = 0; n < size; n++) {
    put_number(text, "refund r", n, "");
    put_number(text, " if i == ", n, "");
    put_number(text, " giving amount = fee * ", n + 2, ";\n");
  }
  rpl_buffer_text(text, "otherwise denied;\n");
}

static void definitions(RplBuffer *text, uint32_t size) {
  put_facts(text, 2, DIGIT);
  rpl_buffer_text(text, "output amount : money;\nfact fee : money >= 0;\n");
  for (uint32_t n = 0; n < size; n++) {
    put_number(text, "amount = fee * ", n + 1, "");
    put_number(text, " if i == ", n, ";\n");
  }
  rpl_buffer_text(text, "refund r if amount > 0; otherwise denied;\n");
}

/* One way to the last rule for each key, that knows more of another fact. */
static void ways(RplBuffer *text, uint32_t size) {
  put_facts(text, 40, DIGIT);
  for (uint32_t n = 0; n < size; n++) {
    put_number(text, "denied r", n, "");
    put_number(text, " if i == ", n, "");
    put_number(text, " and f", n, " > 8;\n");
  }
  rpl_buffer_text(text, "denied r if f0");
  for (uint32_t n = 1; n < size; n++)
    put_number(text, " + f", n, "");
  rpl_buffer_text(text, " > 99");
  for (uint32_t n = 0; n < size; n++)
    put_number(text, " or f", n, " > 8");
  rpl_buffer_text(text, "; otherwise refund;\n");
}

/* The last condition follows from the first, `size` conditions before it. */
static void followed(RplBuffer *text, uint32_t size) {
  put_facts(text, size + 1, DIGIT);
  rpl_buffer_text(text, "denied x if f0 > 3");
  for (uint32_t n = 1; n <= size; n++)
    put_number(text, " and f", n, " > 0");
  rpl_buffer_text(text, ";\ndenied y if f1 + f2 > 1;\n"
                        "denied z if f0 > 3 and f1 > 0; otherwise refund;\n");
}

/* A value that is computed of one that is computed of others. */
static void deep_values(RplBuffer *text, uint32_t size) {
  put_facts(text, 40, DIGIT);
  rpl_buffer_text(text, "let part = f0");
  for (uint32_t n = 0; n < size; n++)
    put_number(text, n % 2 ? " + f" : " - f", (n * 7) % 40, "");
  rpl_buffer_text(text, ";\nlet all = part");
  for (uint32_t n = 0; n < size; n++)
    put_number(text, n % 2 ? " + f" : " - f", (n * 3 + 1) % 40, "");
  rpl_buffer_text(text, ";\ndenied a if f1 > 5 and part > 3;\n"
                        "denied b if f2 > 6 and all > 3;\n"
                        "denied c if all < part; otherwise refund;\n");
}

static void outcomes(RplBuffer *text, uint32_t size) {
  for (uint32_t n = 4; n < size; n++)
    put_number(text, "outcome o", n, ";\n");
  put_facts(text, 2, DIGIT);
  put_number(text, "o", size - 1, " r if f0 > 3; otherwise refund;\n");
}

/* ---- facts --------------------------------------------------------------- */

/* Past it there is no form at all. */
static void test_facts_of_a_form(void **state) {
  (void)state;
  Shape most = shape_of(many_facts, RPL_LOWERED_MAX_WORDS);
  assert_true(most.has_form);
  assert_int_equal(most.fast, ROWS);
  assert_int_equal(most.tiled, ROWS);
  Shape more = shape_of(many_facts, RPL_LOWERED_MAX_WORDS + 1);
  assert_false(more.has_form);
  assert_int_equal(more.tiled, 0);
}

static void test_facts_of_paths(void **state) {
  (void)state;
  assert_true(shape_of(many_facts, RPL_PATHS_MAX_SLOTS).paths > 0);
  assert_int_equal(shape_of(many_facts, RPL_PATHS_MAX_SLOTS + 1).paths, 0);
}

/* ---- code ---------------------------------------------------------------- */

static uint32_t most_code(const Shape *shape) {
  return shape->rows * RPL_LOWERED_MAX_GROWTH + RPL_LOWERED_MIN_CODE;
}

/* Each rule adds more than its share of code, so that one of them is the first
 * that does not fit; those before it are decided fast. */
static void test_growth_of_code(void **state) {
  uint32_t size = 10;
  Shape most, more = shape_of(many_ends, size);
  (void)state;
  assert_int_equal(more.stops, 0);
  do {
    most = more;
    more = shape_of(many_ends, ++size);
  } while (!more.stops && size < 30);
  assert_int_equal(most.fast, ROWS);
  assert_true(most.plain <= most_code(&most));
  assert_true(more.stops > 0);
  assert_true(more.plain >= most_code(&more));
  assert_in_range(more.fast, 1, ROWS - 1);
}

/* 7 instructions, and 5 a key. */
static void test_code_of_paths(void **state) {
  const uint32_t size = (RPL_PATHS_MAX_CODE - 7) / 5;
  (void)state;
  Shape most = shape_of(keys, size);
  assert_true(most.plain <= RPL_PATHS_MAX_CODE);
  assert_true(most.paths > 0);
  Shape more = shape_of(keys, size + 1);
  assert_true(more.plain > RPL_PATHS_MAX_CODE);
  assert_int_equal(more.paths, 0);
  assert_int_equal(more.fast, ROWS);
}

/* Copies of the last rule: as many as there are ways to it, which know
 * different things, one of them by no key; then some go together. */
static void test_copies_of_paths(void **state) {
  const uint32_t copies = RPL_PATHS_MAX_COPIES + RPL_PATHS_MAX_RESTS;
  (void)state;
  Shape few = shape_of(ways, copies - 2);
  Shape most = shape_of(ways, copies - 1);
  Shape more = shape_of(ways, copies);
  uint32_t by_copy = most.paths - few.paths;
  assert_true(by_copy > 60); /* a sum and its conditions */
  assert_true(more.paths - most.paths < by_copy);
  assert_int_equal(more.fast, ROWS);
}

/* Where paths grow past their room they go together wherever they meet. */
static void test_growth_of_paths(void **state) {
  (void)state;
  for (uint32_t size = 8; size <= 40; size += 16) {
    Shape shape = shape_of(ways, size);
    assert_true(shape.paths > 0);
    assert_true(shape.paths <=
                2 * (shape.plain * RPL_PATHS_GROWTH + RPL_PATHS_MIN_ROOM));
  }
}

/* ---- depth --------------------------------------------------------------- */

/* A sum of so many terms stands in a comparison. */
static void test_steps_of_one_decision(void **state) {
  (void)state;
  Shape most = shape_of(many_steps, RPL_HOT_MAX_STEPS);
  assert_int_equal(most.swift, RPL_HOT_MAX_STEPS);
  assert_true(most.is_hot);
  assert_int_equal(most.fast, ROWS);
  Shape more = shape_of(many_steps, RPL_HOT_MAX_STEPS + 1);
  assert_false(more.is_hot);
  assert_int_equal(more.fast, ROWS);
}

static void test_depth_of_values(void **state) {
  (void)state;
  Shape most = shape_of(deep_sum, RPL_LOWERED_MAX_DEPTH - 2);
  assert_int_equal(most.stops, 0);
  assert_int_equal(most.fast, ROWS);
  Shape more = shape_of(deep_sum, RPL_LOWERED_MAX_DEPTH - 1);
  assert_int_equal(more.stops, 1);
  assert_int_equal(more.fast, 0);
}

static void test_depth_of_conditions(void **state) {
  (void)state;
  Shape most = shape_of(deep_or, RPL_LOWERED_MAX_DEPTH - 2);
  assert_int_equal(most.stops, 0);
  assert_int_equal(most.fast, ROWS);
  Shape more = shape_of(deep_or, RPL_LOWERED_MAX_DEPTH - 1);
  assert_int_equal(more.stops, 1);
  assert_int_equal(more.fast, 0);
}

/* What paths compute is never deeper than what was lowered. */
static void test_depth_of_paths(void **state) {
  (void)state;
  Shape most = shape_of(deep_values, RPL_LOWERED_MAX_DEPTH / 2 - 2);
  assert_true(most.paths > 0);
  assert_int_equal(most.stops, 0);
  Shape more = shape_of(deep_values, RPL_LOWERED_MAX_DEPTH / 2);
  assert_true(more.stops > 0);
}

/* ---- what conditions tell ------------------------------------------------ */

/* A part that is too deep, or too far behind, is asked for again: each way
 * there costs more code than a condition more does. */
static void asks_again(Write *write, uint32_t size) {
  Shape few = shape_of(write, size - 1);
  Shape most = shape_of(write, size);
  Shape more = shape_of(write, size + 1);
  assert_true(most.plain - few.plain < more.plain - most.plain);
  assert_int_equal(more.stops, 0);
  assert_int_equal(more.fast, ROWS);
}

static void test_depth_of_what_is_learnt(void **state) {
  (void)state;
  asks_again(learnt_deep, RPL_LEARN_DEPTH);
}

/* A disjunction of so many is twice as many conditions, with itself and the
 * part behind it. */
static void test_count_of_what_is_learnt(void **state) {
  (void)state;
  asks_again(learnt_wide, RPL_LEARN_VISITS / 2 - 1);
}

static void test_conditions_that_follow(void **state) {
  (void)state;
  for (uint32_t size = RPL_JOIN_MAX_CONDS - 2; size <= RPL_JOIN_MAX_CONDS + 2;
       size++)
    assert_int_equal(shape_of(followed, size).fast, ROWS);
}

/* ---- words and constants ------------------------------------------------- */

/* A sum of products is twice as many words, less one. */
static void test_words_of_a_form(void **state) {
  const uint32_t size = (RPL_LOWER_TEMP - 1) / 2;
  (void)state;
  Shape most = shape_of(many_products, size);
  assert_int_equal(most.stops, 0);
  assert_int_equal(most.words, RPL_LOWER_TEMP - 2);
  assert_int_equal(most.fast, ROWS);
  Shape more = shape_of(many_products, size + 1);
  assert_int_equal(more.stops, 1);
  assert_int_equal(more.fast, 0);
}

static void test_words_of_paths(void **state) {
  (void)state;
  Shape most = shape_of(few_products, RPL_PATHS_MAX_WORDS / 2);
  assert_int_equal(most.words, RPL_PATHS_MAX_WORDS);
  assert_true(most.paths > 0);
  Shape more = shape_of(few_products, RPL_PATHS_MAX_WORDS / 2 + 1);
  assert_int_equal(more.paths, 0);
  assert_int_equal(more.fast, ROWS);
}

/* Four constants are there but for the rules'. The rule past the last one
 * stops. */
static void test_constants_of_a_form(void **state) {
  const uint32_t size = RPL_LOWER_TEMP - 1 - 4;
  (void)state;
  Shape most = shape_of(many_constants, size);
  assert_int_equal(most.stops, 0);
  assert_int_equal(most.constants, RPL_LOWER_TEMP - 1);
  assert_int_equal(most.fast, ROWS);
  Shape more = shape_of(many_constants, size + 1);
  assert_int_equal(more.constants, RPL_LOWER_TEMP - 1);
  assert_int_equal(more.stops, 1);
  assert_in_range(more.fast, 1, ROWS - 1);
}

/* ---- rules --------------------------------------------------------------- */

static void test_keys_of_one_jump(void **state) {
  (void)state;
  assert_int_equal(shape_of(keys, RPL_LOWER_MIN_KEYS - 1).switches, 0);
  assert_int_equal(shape_of(keys, RPL_LOWER_MIN_KEYS).switches, 1);
}

static void test_operands_of_a_filter(void **state) {
  (void)state;
  assert_int_equal(shape_of(guards, RPL_HOT_MAX_COVERS).filters, 1);
  Shape more = shape_of(guards, RPL_HOT_MAX_COVERS + 1);
  assert_int_equal(more.filters, 0);
  assert_int_equal(more.fast, ROWS);
}

/* Only the first rule has more than so many behind it. */
static void test_rules_beside_a_decisive_one(void **state) {
  (void)state;
  Shape most = shape_of(givers, RPL_LOWER_MAX_BESIDE + 1);
  assert_int_equal(most.stops, 0);
  assert_int_equal(most.fast, ROWS);
  Shape more = shape_of(givers, RPL_LOWER_MAX_BESIDE + 2);
  assert_int_equal(more.stops, 1);
  assert_int_equal(more.fast, ROWS - 1);
}

/* A rule reads an output of so many definitions. */
static void test_guarded_definitions(void **state) {
  (void)state;
  assert_int_equal(shape_of(definitions, RPL_LOWER_MAX_GUARDED).fast, ROWS);
  Shape more = shape_of(definitions, RPL_LOWER_MAX_GUARDED + 1);
  assert_int_equal(more.fast, 0);
  assert_int_equal(more.plain, 1);
}

/* ---- batches ------------------------------------------------------------- */

static void test_words_of_a_tile(void **state) {
  (void)state;
  Shape most = shape_of(many_products, RPL_BATCH_MAX_WORDS / 2);
  assert_int_equal(most.words, RPL_BATCH_MAX_WORDS);
  assert_int_equal(most.tiled, ROWS);
  Shape more = shape_of(many_products, RPL_BATCH_MAX_WORDS / 2 + 1);
  assert_int_equal(more.tiled, 0);
  assert_int_equal(more.fast, ROWS);
}

static void test_outcomes_of_a_tile(void **state) {
  (void)state;
  assert_int_equal(shape_of(outcomes, RPL_BATCH_MAX_OUTCOMES).tiled, ROWS);
  Shape more = shape_of(outcomes, RPL_BATCH_MAX_OUTCOMES + 1);
  assert_int_equal(more.tiled, 0);
  assert_int_equal(more.fast, ROWS);
}

/* Keys from 0 on take as many entries. */
static void test_keys_of_a_tile(void **state) {
  (void)state;
  assert_int_equal(shape_of(keys, RPL_BATCH_FEW_KEYS).tiled, ROWS);
  assert_int_equal(shape_of(keys, RPL_BATCH_FEW_KEYS + 1).tiled, ROWS);
  assert_int_equal(shape_of(keys, RPL_BATCH_MAX_KEYS).tiled, ROWS);
  Shape more = shape_of(keys, RPL_BATCH_MAX_KEYS + 1);
  assert_int_equal(more.tiled, 0);
  assert_int_equal(more.fast, ROWS);
}

static void test_rows_of_a_batch(void **state) {
  RplProgram *program = load(keys, 8);
  Shape shape = {0};
  (void)state;
  decide(program, RPL_BATCH_MIN_ROWS, &shape);
  assert_int_equal(shape.tiled, RPL_BATCH_MIN_ROWS);
  decide(program, RPL_BATCH_MIN_ROWS - 1, &shape);
  assert_int_equal(shape.tiled, 0);
  rpl_program_free(program);
}

/* Whether what words hold is kept for the targets of jumps, here none but the
 * plain stream's own instructions: of a product more it no longer is. */
static uint32_t entries_of(uint32_t size) {
  Shape shape = shape_of(few_products, size);
  assert_int_equal(shape.fast, ROWS);
  assert_int_equal(shape.tiled, ROWS);
  return shape.plain * (shape.words + shape.constants + 1);
}

static void test_entries_of_what_words_hold(void **state) {
  uint32_t size = 490, most = entries_of(size), more = most;
  (void)state;
  for (; more <= RPL_HELD_MAX; more = entries_of(++size))
    most = more;
  assert_true(size > 490);
  assert_true(most <= RPL_HELD_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_facts_of_a_form),
      cmocka_unit_test(test_facts_of_paths),
      cmocka_unit_test(test_growth_of_code),
      cmocka_unit_test(test_code_of_paths),
      cmocka_unit_test(test_copies_of_paths),
      cmocka_unit_test(test_growth_of_paths),
      cmocka_unit_test(test_steps_of_one_decision),
      cmocka_unit_test(test_depth_of_values),
      cmocka_unit_test(test_depth_of_conditions),
      cmocka_unit_test(test_depth_of_paths),
      cmocka_unit_test(test_depth_of_what_is_learnt),
      cmocka_unit_test(test_count_of_what_is_learnt),
      cmocka_unit_test(test_conditions_that_follow),
      cmocka_unit_test(test_words_of_a_form),
      cmocka_unit_test(test_words_of_paths),
      cmocka_unit_test(test_constants_of_a_form),
      cmocka_unit_test(test_keys_of_one_jump),
      cmocka_unit_test(test_operands_of_a_filter),
      cmocka_unit_test(test_rules_beside_a_decisive_one),
      cmocka_unit_test(test_guarded_definitions),
      cmocka_unit_test(test_words_of_a_tile),
      cmocka_unit_test(test_outcomes_of_a_tile),
      cmocka_unit_test(test_keys_of_a_tile),
      cmocka_unit_test(test_rows_of_a_batch),
      cmocka_unit_test(test_entries_of_what_words_hold),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
