/* SPDX-License-Identifier: Apache-2.0
 * test_batch.c - columns in, columns out: every row must get what
 * rpl_decide_slots gives for it alone (which test_slots.c compares with the
 * careful engine), whatever the widths, masks, currencies and numbers of rows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <rpl/rpl.h>

#include "tests/support/load_policy.h"
#include "vm/text.h"

#define MAX_ROWS    1200u
#define MAX_SLOTS   16u
#define WORDS(n)    (((n) + 63u) / 64u)
#define COUNT_OF(a) (sizeof(a) / sizeof(a)[0])
#define DAY         INT64_C(86400000000)

static const char policy[] =
    "edition 1; policy sample \"Rows of every kind\";\n"
    "enumeration state = fresh, used, broken;\n"
    "fact requested_at : datetime; fact paid_at : datetime;\n"
    "fact promotion : boolean assume false; fact fee : money >= 0;\n"
    "fact consumed : integer; fact quota : integer;\n"
    "fact condition : state; fact reset_at : datetime?;\n"
    "fact note : text assume \"\"; param most : integer = 90;\n"
    "window 7d;\n"
    "denied in_promotion if promotion;\n"
    "denied broken if condition == broken;\n"
    "denied by_note if note == \"never\";\n"
    "blocked not_reset if condition == used and reset_at is none;\n"
    "needs_info odd if consumed > most * 1000 provide consumed;\n"
    "refundable fresh if condition == fresh;\n"
    "refundable rest if condition == used and reset_at is not none;\n"
    "whole = fee;\n"
    "amount = fee if condition == fresh;\n"
    "amount = fee - fee * consumed / quota if condition == used;\n"
    "otherwise manual_review;\n";

enum {
  REQUESTED,
  PAID,
  PROMOTION,
  FEE,
  CONSUMED,
  QUOTA,
  CONDITION,
  RESET,
  NOTE,
  FACTS
};

static RplProgram *program;
static RplContext *context;

static int set_up(void **state) {
  (void)state;
  program = load_policy("sample.rpl", policy);
  assert_in_range(rpl_program_fact_count(program, 0), FACTS, MAX_SLOTS);
  return rpl_context_new(program, 0, NULL, &context) != RPL_OK;
}

static int tear_down(void **state) {
  (void)state;
  rpl_context_free(context);
  rpl_program_free(program);
  return 0;
}

/* ---- rows ---------------------------------------------------------------- */

static uint64_t seed;

static uint64_t draw(uint64_t bound) {
  uint64_t z = seed += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  return ((z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB) >> 8) % bound;
}

static const RplSlice notes[] = {{"", 0}, {"never", 5}, {"soon", 4}};

/* What all columns hold, and the columns. */
typedef struct Table {
  int64_t values[FACTS][MAX_ROWS];
  uint64_t given[FACTS][WORDS(MAX_ROWS)];
  uint64_t none[FACTS][WORDS(MAX_ROWS)];
  uint16_t currencies[MAX_ROWS];
  uint8_t bytes[FACTS][MAX_ROWS];
  int32_t shorts[FACTS][MAX_ROWS];
  RplColumn columns[FACTS];
  RplBatchFacts facts;
} Table;

typedef struct Answers {
  uint8_t outcome8[MAX_ROWS], status[MAX_ROWS];
  uint16_t outcome[MAX_ROWS], currency[MAX_ROWS];
  int64_t amount[MAX_ROWS], deadline[MAX_ROWS];
} Answers;

static Table table;
static Answers answers;

static int64_t draw_money(void) {
  static const int64_t edges[] = {
      0,        1, INT64_C(1) << 31, (INT64_C(1) << 52) - 1, INT64_C(1) << 52,
      INT64_MAX};
  return draw(20) ? (int64_t)draw(1000000) : edges[draw(COUNT_OF(edges))];
}

static int64_t draw_value(size_t fact) {
  int64_t base = INT64_C(20000) * DAY;
  switch (fact) {
  case REQUESTED:
    return base + (int64_t)draw(14) * DAY;
  case PAID:
  case RESET:
    return base - (int64_t)draw(4) * DAY;
  case PROMOTION:
    return draw(8) == 0;
  case FEE:
    return draw_money();
  case CONSUMED:
    return (int64_t)draw(100000) - 100;
  case QUOTA:
    return draw(30) ? (int64_t)draw(100000) + 1 : (int64_t)draw(3) - 1;
  case CONDITION:
    return draw(100) ? (int64_t)draw(3) : (draw(9) ? 2 : 3);
  default:
    return rpl_slot_text(&notes[draw(COUNT_OF(notes))]);
  }
}

static void draw_masks(size_t fact, size_t rows, unsigned missing) {
  for (size_t row = 0; row < rows; row++) {
    uint64_t bit = UINT64_C(1) << (row % 64);
    if (draw(100) >= missing)
      table.given[fact][row / 64] |= bit;
    if (fact == RESET && draw(2))
      table.none[fact][row / 64] |= bit;
  }
}

/* Fills the table; `missing` of a hundred values are not there. */
static void draw_table(size_t rows, unsigned missing) {
  memset(&table, 0, sizeof table);
  for (size_t fact = 0; fact < FACTS; fact++) {
    RplColumn *column = &table.columns[fact];
    draw_masks(fact, rows, fact == RESET ? 40 : missing);
    for (size_t row = 0; row < rows; row++)
      table.values[fact][row] = draw_value(fact);
    *column = (RplColumn){table.values[fact], table.given[fact],
                          table.none[fact], (uint32_t)fact, RPL_WIDTH_INT64};
    if (!missing && fact != RESET)
      column->given = column->none = NULL;
  }
  table.facts = (RplBatchFacts){table.columns, FACTS, rows,
                                rpl_slot_currency("USD"), NULL};
}

/* Narrows the columns that can be narrow. */
static void narrow_table(size_t rows) {
  for (size_t row = 0; row < rows; row++) {
    table.bytes[PROMOTION][row] = (uint8_t)table.values[PROMOTION][row];
    table.bytes[CONDITION][row] = (uint8_t)table.values[CONDITION][row];
    table.shorts[CONSUMED][row] = (int32_t)table.values[CONSUMED][row];
    table.shorts[QUOTA][row] = (int32_t)table.values[QUOTA][row];
    table.values[PAID][row] = table.values[PAID][0];
  }
  table.columns[PROMOTION].values = table.bytes[PROMOTION];
  table.columns[PROMOTION].width = RPL_WIDTH_UINT8;
  table.columns[CONDITION].values = table.bytes[CONDITION];
  table.columns[CONDITION].width = RPL_WIDTH_UINT8;
  table.columns[CONSUMED].values = table.shorts[CONSUMED];
  table.columns[CONSUMED].width = RPL_WIDTH_INT32;
  table.columns[QUOTA].values = table.shorts[QUOTA];
  table.columns[QUOTA].width = RPL_WIDTH_INT32;
  table.columns[PAID].width = RPL_WIDTH_CONSTANT;
}

/* ---- comparing ----------------------------------------------------------- */

static bool has_bit(const uint64_t *mask, size_t row) {
  return mask[row / 64] >> (row % 64) & 1;
}

static RplStatus decide_alone(size_t row, RplVerdict *verdict) {
  int64_t values[MAX_SLOTS] = {0};
  uint64_t given = 0, none = 0;
  for (size_t fact = 0; fact < table.facts.column_count; fact++) {
    const RplColumn *column = &table.columns[fact];
    bool is_none = column->none && has_bit(column->none, row);
    bool is_given = column->given ? has_bit(column->given, row) : !is_none;
    values[fact] = table.values[fact][row];
    given |= (uint64_t)is_given << fact;
    none |= (uint64_t)is_none << fact;
  }
  uint16_t currency = table.facts.currencies ? table.facts.currencies[row]
                                             : table.facts.currency;
  RplSlotFacts facts = {values, &given, &none, NULL, currency};
  return rpl_decide_slots(context, &facts, verdict);
}

/* Where a value is outside its type, any verdict can come out. */
static bool is_mistaken(size_t row) { return table.values[CONDITION][row] > 2; }

static void check_row(size_t row) {
  RplVerdict verdict;
  if (is_mistaken(row))
    return;
  RplStatus status = decide_alone(row, &verdict);
  if (status == RPL_E_FACTS) {
    assert_int_equal(answers.status[row], RPL_BATCH_REFUSED);
    assert_int_equal(answers.outcome[row], RPL_BATCH_NO_OUTCOME);
    return;
  }
  assert_int_equal(status, RPL_OK);
  uint32_t open = RPL_VERDICT_UNKNOWN | RPL_VERDICT_ERROR;
  bool has_outcome = !(verdict.flags & open);
  assert_int_equal(answers.outcome[row],
                   has_outcome ? verdict.outcome : RPL_BATCH_NO_OUTCOME);
  assert_int_equal(answers.outcome8[row],
                   has_outcome ? verdict.outcome : RPL_BATCH_NO_OUTCOME8);
  assert_int_equal(answers.amount[row], verdict.amount);
  assert_int_equal(answers.currency[row], verdict.currency);
  assert_int_equal(answers.deadline[row], verdict.deadline);
  assert_int_equal(answers.status[row] & ~RPL_VERDICT_CAREFUL,
                   verdict.flags & ~RPL_VERDICT_CAREFUL);
}

static void check_table(void) {
  RplBatch *batch;
  RplBatchResult result = {answers.outcome8, answers.outcome,  answers.amount,
                           answers.currency, answers.deadline, answers.status};
  assert_int_equal(rpl_batch_new(context, &batch), RPL_OK);
  memset(&answers, 0xEE, sizeof answers);
  assert_int_equal(rpl_batch_decide(batch, &table.facts, &result), RPL_OK);
  for (size_t row = 0; row < table.facts.row_count; row++)
    check_row(row);
  assert_int_equal(answers.outcome8[table.facts.row_count], 0xEE);
  rpl_batch_free(batch);
}

static void every_number_of_rows(void **state) {
  static const size_t counts[] = {0,   1,   11,  12,  63,  64,   65,
                                  128, 300, 511, 512, 513, 1024, 1199};
  (void)state;
  for (size_t i = 0; i < COUNT_OF(counts); i++)
    for (unsigned missing = 0; missing <= 10; missing += 5) {
      draw_table(counts[i], missing);
      check_table();
    }
}

static void many_tables(void **state) {
  (void)state;
  for (int round = 0; round < 30; round++) {
    draw_table(MAX_ROWS - 1, round % 2 ? 0 : 1);
    check_table();
  }
}

static void narrow_columns(void **state) {
  (void)state;
  for (int round = 0; round < 20; round++) {
    draw_table(MAX_ROWS - 1, round % 3 ? 0 : 2);
    narrow_table(MAX_ROWS - 1);
    check_table();
  }
}

static void a_currency_a_row(void **state) {
  static const char *const codes[] = {"USD", "JPY", "KWD"};
  (void)state;
  draw_table(200, 0);
  for (size_t row = 0; row < 200; row++)
    table.currencies[row] = rpl_slot_currency(codes[draw(3)]);
  table.facts.currencies = table.currencies;
  check_table();
}

static void no_currency(void **state) {
  (void)state;
  draw_table(100, 0);
  table.facts.currency = 0;
  check_table();
}

static void params_hold_for_every_row(void **state) {
  RplFactError error;
  (void)state;
  draw_table(200, 0);
  check_table();
  assert_int_equal(rpl_param_text(context, rpl_slice_from("most"),
                                  rpl_slice_from("1"), &error),
                   RPL_OK);
  check_table();
  rpl_params_clear(context);
}

/* One batch follows its context, and what is not wanted is not written. */
static void params_can_change_between_calls(void **state) {
  RplBatch *batch;
  uint16_t before[MAX_ROWS], after[MAX_ROWS];
  RplBatchResult result = {.outcome = before};
  (void)state;
  draw_table(200, 0);
  assert_int_equal(rpl_batch_new(context, &batch), RPL_OK);
  assert_int_equal(rpl_batch_decide(batch, &table.facts, &result), RPL_OK);
  assert_int_equal(rpl_param_text(context, rpl_slice_from("most"),
                                  rpl_slice_from("1"), NULL),
                   RPL_OK);
  result.outcome = after;
  assert_int_equal(rpl_batch_decide(batch, &table.facts, &result), RPL_OK);
  assert_int_not_equal(memcmp(before, after, 200 * sizeof after[0]), 0);
  rpl_params_clear(context);
  assert_int_equal(rpl_batch_decide(batch, &table.facts, &result), RPL_OK);
  assert_memory_equal(before, after, 200 * sizeof after[0]);
  rpl_batch_free(batch);
}

static void mistakes_of_the_caller(void **state) {
  RplBatch *batch;
  RplBatchResult result = {.outcome = answers.outcome};
  (void)state;
  assert_int_equal(rpl_batch_new(NULL, &batch), RPL_E_ARGUMENT);
  assert_int_equal(rpl_batch_new(context, &batch), RPL_OK);
  draw_table(64, 0);
  table.columns[1].slot = 0; /* twice */
  assert_int_equal(rpl_batch_decide(batch, &table.facts, &result),
                   RPL_E_ARGUMENT);
  table.columns[1].slot = 9; /* the param */
  assert_int_equal(rpl_batch_decide(batch, &table.facts, &result),
                   RPL_E_ARGUMENT);
  table.columns[1].slot = 1000;
  assert_int_equal(rpl_batch_decide(batch, &table.facts, &result),
                   RPL_E_ARGUMENT);
  table.columns[1].slot = 1;
  table.columns[1].width = (RplWidth)4;
  assert_int_equal(rpl_batch_decide(batch, &table.facts, &result),
                   RPL_E_ARGUMENT);
  table.columns[1].width = RPL_WIDTH_INT64;
  table.columns[1].values = NULL;
  assert_int_equal(rpl_batch_decide(batch, &table.facts, &result),
                   RPL_E_ARGUMENT);
  rpl_batch_free(batch);
  rpl_batch_free(NULL);
}

/* A text is an address, which a narrow column cannot hold. */
static void texts_are_not_narrow(void **state) {
  static const RplWidth narrow[] = {RPL_WIDTH_INT32, RPL_WIDTH_UINT8};
  RplBatch *batch;
  RplBatchResult result = {.outcome = answers.outcome};
  (void)state;
  assert_int_equal(rpl_batch_new(context, &batch), RPL_OK);
  draw_table(64, 0);
  for (size_t i = 0; i < COUNT_OF(narrow); i++) {
    table.columns[NOTE].width = narrow[i];
    assert_int_equal(rpl_batch_decide(batch, &table.facts, &result),
                     RPL_E_ARGUMENT);
  }
  for (size_t row = 0; row < 64; row++)
    table.values[NOTE][row] = table.values[NOTE][0];
  table.columns[NOTE].width = RPL_WIDTH_CONSTANT;
  check_table();
  rpl_batch_free(batch);
}

static void outcomes_have_names(void **state) {
  RplBatch *batch;
  (void)state;
  assert_int_equal(rpl_batch_new(context, &batch), RPL_OK);
  size_t count = rpl_batch_outcome_count(batch);
  assert_int_equal(count, 11); /* those of std.refund */
  assert_true(rpl_slice_is(rpl_batch_outcome(batch, 2), "denied"));
  assert_int_equal(rpl_batch_outcome(batch, count).length, 0);
  assert_non_null(rpl_batch_kernels(batch));
  rpl_batch_free(batch);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_number_of_rows),
      cmocka_unit_test(many_tables),
      cmocka_unit_test(narrow_columns),
      cmocka_unit_test(a_currency_a_row),
      cmocka_unit_test(no_currency),
      cmocka_unit_test(params_hold_for_every_row),
      cmocka_unit_test(params_can_change_between_calls),
      cmocka_unit_test(mistakes_of_the_caller),
      cmocka_unit_test(texts_are_not_narrow),
      cmocka_unit_test(outcomes_have_names),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
