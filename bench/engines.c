/* SPDX-License-Identifier: Apache-2.0
 * engines.c - see engines.h. The careful engine is given its facts as values,
 * for it has no other way in that is not text. */
#include "bench/engines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/civil.h"
#include "vm/context.h"
#include "vm/program_priv.h"

/* ---- loading ------------------------------------------------------------- */

static bool read_file(const char *path, RplSlice *bytes) {
  FILE *file = fopen(path, "rb");
  char *data = NULL;
  size_t length = 0, room = 0;
  while (file && !feof(file) && !ferror(file)) {
    if (length == room) {
      room = room ? room * 2 : 65536;
      data = realloc(data, room);
      if (!data)
        break;
    }
    length += fread(data + length, 1, room - length, file);
  }
  bool is_read = file && data && !ferror(file);
  if (file)
    (void)fclose(file);
  *bytes = (RplSlice){data, length};
  return is_read;
}

static int64_t instant(RplSlice text) {
  RplTimeError why;
  int64_t value = 0;
  if (text.length && !rpl_datetime_parse(text, &value, &why))
    abort();
  return value;
}

/* The number of an outcome; by the anchor's list, or else by its first
 * letters. */
static int outcome_number(const Subject *subject, RplSlice outcome) {
  if (!subject->anchor)
    return (int)outcome.length;
  const char *const *names = subject->anchor->outcomes;
  for (int i = 0; names[i]; i++)
    if (outcome.length == strlen(names[i]) &&
        memcmp(outcome.data, names[i], outcome.length) == 0)
      return i;
  return -2;
}

/* The anchor names the facts that it reads by their slots. */
static bool has_anchors_slots(const Subject *subject) {
  const char *const *names = subject->anchor->facts;
  for (size_t slot = 0; names[slot]; slot++) {
    RplFactInfo info;
    if (rpl_program_fact(subject->program, 0, slot, &info) != RPL_OK ||
        info.name.length != strlen(names[slot]) ||
        memcmp(info.name.data, names[slot], info.name.length) != 0) {
      fprintf(stderr, "bench: slot %zu of %s is not %s\n", slot,
              subject->anchor->policy, names[slot]);
      return false;
    }
  }
  return true;
}

bool subject_open(Subject *subject, const char *folder, const char *name,
                  const AnchorInfo *anchor) {
  char path[4096];
  RplLoadError error = {.message = ""};
  RplLimits limits;
  memset(subject, 0, sizeof *subject);
  subject->anchor = anchor;
  (void)snprintf(path, sizeof path, "%s/%s.rplb", folder, name);
  rpl_limits_init(&limits);
  if (!read_file(path, &subject->bytes) ||
      rpl_program_load(subject->bytes.data, subject->bytes.length, &limits,
                       NULL, &subject->program, &error) != RPL_OK ||
      rpl_context_new(subject->program, 0, NULL, &subject->context) != RPL_OK ||
      rpl_context_new(subject->program, 0, NULL, &subject->tracing) != RPL_OK) {
    fprintf(stderr, "bench: %s cannot be loaded %s\n", path, error.message);
    return false;
  }
  const RplTables *tables = &rpl_program_image(subject->program, 0)->tables;
  subject->instructions = rpl_code_count(tables);
  subject->currency = rpl_slot_currency("USD");
  for (uint32_t i = 0; i < rpl_outputs_count(tables); i++)
    if (rpl_outputs(tables)[i].flags & RPL_OUTPUT_DEADLINE)
      subject->has_deadline = true;
  for (uint32_t i = 0; i < rpl_outcomes_count(tables) && i < MAX_OUTCOMES; i++)
    subject->outcome_numbers[i] = outcome_number(
        subject, rpl_string(tables, rpl_outcomes(tables)[i].reported));
  return !anchor || has_anchors_slots(subject);
}

void subject_close(Subject *subject) {
  rpl_batch_free(subject->batch);
  rpl_context_free(subject->context);
  rpl_context_free(subject->tracing);
  rpl_program_free(subject->program);
  rows_free(&subject->rows);
  free(subject->answers);
  free(subject->expected);
  free((void *)(uintptr_t)subject->bytes.data);
}

/* ---- the careful engine -------------------------------------------------- */

static RplValue value_of(const RplFacts *facts, uint32_t slot, int64_t value) {
  const RplTypeRecord *type = rpl_facts_type(facts, slot);
  RplNumber number;
  switch ((RplKind)type->kind) {
  case RPL_KIND_INTEGER:
    return rpl_value_number(RPL_KIND_INTEGER, rpl_number_from_int(value));
  case RPL_KIND_NUMBER:
    (void)rpl_number_from_int_places(
        value, rpl_facts_record(facts, slot)->places, &number);
    return rpl_value_number(RPL_KIND_NUMBER, number);
  case RPL_KIND_MONEY:
    (void)rpl_number_from_int_places(value, 2, &number);
    return rpl_value_money(number,
                           rpl_currency_from_code((RplSlice){"USD", 3}));
  case RPL_KIND_TEXT:
    return rpl_value_text(*(const RplSlice *)(intptr_t)value);
  case RPL_KIND_ENUM:
    return rpl_value_enum(type->detail, value);
  default:
    return rpl_value_small((RplKind)type->kind, value);
  }
}

static void put_row(RplFacts *facts, const Rows *rows, size_t row) {
  const int64_t *values = rows->values + row * rows->slots;
  rpl_facts_forget(facts);
  for (uint32_t slot = 0; slot < rows->slots; slot++) {
    RplValue value;
    if (rows->given[row] >> slot & 1)
      value = value_of(facts, slot, values[slot]);
    else if (rows->none[row] >> slot & 1)
      value = rpl_value_none();
    else
      continue;
    if (rpl_facts_put(facts, slot, &value) != RPL_OK)
      abort();
  }
}

/* "1.28" as 128; 0 for the empty text. */
static int64_t minor_units(RplSlice amount) {
  int64_t units = 0;
  bool is_negative = amount.length && amount.data[0] == '-';
  for (size_t i = 0; i < amount.length; i++)
    if (amount.data[i] >= '0' && amount.data[i] <= '9')
      units = units * 10 + (amount.data[i] - '0');
  return is_negative ? -units : units;
}

void run_careful(void *state, size_t first, size_t count) {
  Subject *subject = state;
  for (size_t row = first; row < first + count; row++) {
    const RplDecision *decision;
    put_row(&subject->context->facts, &subject->rows, row);
    if (rpl_decide(subject->context, &decision) != RPL_OK)
      abort();
    subject->answers[row].outcome =
        outcome_number(subject, rpl_decision_outcome(decision));
    subject->answers[row].amount = minor_units(rpl_decision_amount(decision));
    subject->answers[row].deadline = instant(rpl_decision_deadline(decision));
  }
}

/* ---- comparing ----------------------------------------------------------- */

static bool is_same(const Subject *subject, size_t row, const char *who) {
  const Answer *answer = &subject->answers[row];
  const Answer *expected = &subject->expected[row];
  if (answer->outcome == -1) /* C gives up past 64 bits, and may */
    return true;
  if (answer->outcome == expected->outcome &&
      answer->amount == expected->amount &&
      answer->deadline == expected->deadline)
    return true;
  fprintf(stderr,
          "bench: row %zu: %s answers %d and %lld, the careful engine %d and "
          "%lld\n",
          row, who, answer->outcome, (long long)answer->amount,
          expected->outcome, (long long)expected->amount);
  return false;
}

/* ---- the fast engine ----------------------------------------------------- */

static RplSlotFacts slots_of(const Subject *subject, size_t row) {
  const Rows *rows = &subject->rows;
  return (RplSlotFacts){.values = rows->values + row * rows->slots,
                        .given = &rows->given[row],
                        .none = &rows->none[row],
                        .currency = subject->currency};
}

/* Outcomes by their row in the policy; an undetermined decision has none. */
static int verdict_number(const Subject *subject, const RplVerdict *verdict) {
  if (verdict->flags & (RPL_VERDICT_UNKNOWN | RPL_VERDICT_ERROR))
    return outcome_number(subject,
                          rpl_verdict_outcome(subject->context, verdict));
  return subject->outcome_numbers[verdict->outcome];
}

void run_slots(void *state, size_t first, size_t count) {
  Subject *subject = state;
  for (size_t row = first; row < first + count; row++) {
    RplSlotFacts facts = slots_of(subject, row);
    RplVerdict verdict;
    if (rpl_decide_slots(subject->context, &facts, &verdict) != RPL_OK)
      abort();
    subject->answers[row].outcome = verdict_number(subject, &verdict);
    subject->answers[row].amount = verdict.amount;
    subject->answers[row].deadline = verdict.deadline;
  }
}

void run_trace(void *state, size_t first, size_t count) {
  Subject *subject = state;
  for (size_t row = first; row < first + count; row++) {
    RplSlotFacts facts = slots_of(subject, row);
    RplVerdict verdict;
    if (rpl_trace_slots(subject->tracing, &facts, &verdict) != RPL_OK)
      abort();
    subject->answers[row].outcome = verdict_number(subject, &verdict);
    subject->answers[row].amount = verdict.amount;
    subject->answers[row].deadline = verdict.deadline;
  }
}

/* The same for a host that looks at each step of each decision. */
void run_trace_read(void *state, size_t first, size_t count) {
  Subject *subject = state;
  RplTraceEvent event;
  for (size_t row = first; row < first + count; row++) {
    run_trace(state, row, 1);
    size_t steps = rpl_trace_count(subject->tracing);
    for (size_t i = 0; i < steps; i++)
      if (rpl_trace_event(subject->tracing, i, &event) != RPL_OK)
        abort();
  }
}

/* ---- the batch engine ---------------------------------------------------- */

/* A column is as wide as its type wants: a byte for booleans and enumerations,
 * 32 bits for integers where they fit, else 64. */
static RplWidth width_of(const Subject *subject, size_t slot) {
  RplSlotInfo info;
  const Rows *rows = &subject->rows;
  if (rpl_slot_info(subject->program, 0, slot, &info) != RPL_OK)
    return RPL_WIDTH_INT64;
  if (info.holds == RPL_HOLDS_BOOLEAN || info.holds == RPL_HOLDS_ENUM)
    return RPL_WIDTH_UINT8;
  if (info.holds != RPL_HOLDS_INTEGER)
    return RPL_WIDTH_INT64;
  for (size_t row = 0; row < rows->count; row++) {
    int64_t value = rows->values[row * rows->slots + slot];
    if (value != (int32_t)value)
      return RPL_WIDTH_INT64;
  }
  return RPL_WIDTH_INT32;
}

static void put_value(void *values, RplWidth width, size_t row, int64_t value) {
  switch (width) {
  case RPL_WIDTH_UINT8:
    ((uint8_t *)values)[row] = (uint8_t)value;
    break;
  case RPL_WIDTH_INT32:
    ((int32_t *)values)[row] = (int32_t)value;
    break;
  default:
    ((int64_t *)values)[row] = value;
    break;
  }
}

static uint64_t *column_mask(const Rows *rows, const uint64_t *masks,
                             size_t slot, size_t *set_count) {
  uint64_t *mask = calloc(rows->count / 64 + 1, sizeof *mask);
  *set_count = 0;
  for (size_t row = 0; mask && row < rows->count; row++) {
    uint64_t bit = masks[row] >> slot & 1;
    mask[row / 64] |= bit << (row % 64);
    *set_count += bit;
  }
  return mask;
}

/* Columns do not all begin at one place of a page, which would crowd one part
 * of the cache: malloc would have it so, a table would not. */
#define COLUMN_STEP  ((size_t)832)
#define COLUMN_SPACE (64 * COLUMN_STEP / sizeof(int64_t))

static bool make_column(Subject *subject, size_t slot) {
  const Rows *rows = &subject->rows;
  size_t given, none;
  RplColumn column = {.slot = (uint32_t)slot, .width = width_of(subject, slot)};
  uint64_t *is_given = column_mask(rows, rows->given, slot, &given);
  uint64_t *is_none = column_mask(rows, rows->none, slot, &none);
  char *block = calloc(rows->count + COLUMN_SPACE, sizeof(int64_t));
  if (!is_given || !is_none || !block)
    return false;
  void *values = block + slot * COLUMN_STEP;
  for (size_t row = 0; row < rows->count; row++)
    put_value(values, column.width, row,
              rows->values[row * rows->slots + slot]);
  column.values = values;
  column.given = given == rows->count ? NULL : is_given;
  column.none = none ? is_none : NULL;
  if (given || none)
    subject->columns[subject->column_count++] = column;
  return true;
}

/* The columns live until the program ends. */
bool subject_columns(Subject *subject) {
  const Rows *rows = &subject->rows;
  subject->column_count = 0;
  subject->outcome_column = calloc(rows->count, 1);
  subject->amount_column = calloc(rows->count, sizeof(int64_t));
  subject->deadline_column = calloc(rows->count, sizeof(int64_t));
  for (size_t slot = 0; slot < rows->slots; slot++)
    if (!make_column(subject, slot))
      return false;
  return subject->outcome_column && subject->amount_column &&
         subject->deadline_column &&
         (subject->batch ||
          rpl_batch_new(subject->context, &subject->batch) == RPL_OK);
}

static size_t width_bytes(RplWidth width) {
  return width == RPL_WIDTH_UINT8 ? 1 : width == RPL_WIDTH_INT32 ? 4 : 8;
}

void run_batch(void *state, size_t first, size_t count) {
  Subject *subject = state;
  RplColumn columns[64];
  for (size_t i = 0; i < subject->column_count; i++) {
    columns[i] = subject->columns[i];
    columns[i].values =
        (const char *)columns[i].values + first * width_bytes(columns[i].width);
    columns[i].given = columns[i].given ? columns[i].given + first / 64 : NULL;
    columns[i].none = columns[i].none ? columns[i].none + first / 64 : NULL;
  }
  RplBatchFacts facts = {.columns = columns,
                         .column_count = subject->column_count,
                         .row_count = count,
                         .currency = subject->currency};
  RplBatchResult result = {.outcome8 = subject->outcome_column + first,
                           .amount = subject->amount_column + first};
  if (subject->has_deadline)
    result.deadline = subject->deadline_column + first;
  if (rpl_batch_decide(subject->batch, &facts, &result) != RPL_OK)
    abort();
}

/* Compares the columns that run_batch wrote. */
bool subject_check_batch(Subject *subject) {
  size_t count = subject->rows.count;
  run_batch(subject, 0, count);
  for (size_t row = 0; row < count; row++) {
    uint8_t outcome = subject->outcome_column[row];
    subject->answers[row] = (Answer){
        outcome == RPL_BATCH_NO_OUTCOME8 ? subject->expected[row].outcome
                                         : subject->outcome_numbers[outcome],
        subject->amount_column[row], subject->deadline_column[row]};
    if (!is_same(subject, row, "the batch engine"))
      return false;
  }
  return true;
}

/* ---- the policy in C ----------------------------------------------------- */

void run_anchor(void *state, size_t first, size_t count) {
  Subject *subject = state;
  Anchor volatile pointer = subject->anchor->decide;
  Anchor decide = pointer; /* called through a pointer, as a host would */
  const Rows *rows = &subject->rows;
  Answer *answers = subject->answers;
  for (size_t row = first; row < first + count; row++)
    answers[row].outcome = decide(rows->values + row * rows->slots,
                                  rows->none[row], &answers[row]);
}

bool subject_check(Subject *subject, const Runner *runner) {
  size_t count = subject->rows.count;
  memset(subject->answers, 0, count * sizeof *subject->answers);
  runner->run(runner->state, 0, count);
  for (size_t row = 0; row < count; row++)
    if (!is_same(subject, row, runner->name))
      return false;
  return true;
}

bool subject_prepare(Subject *subject, Rows rows) {
  Runner anchor = {.name = "C", .run = run_anchor, .state = subject};
  rows_free(&subject->rows);
  free(subject->answers);
  free(subject->expected);
  subject->rows = rows;
  subject->answers = calloc(rows.count, sizeof(Answer));
  subject->expected = calloc(rows.count, sizeof(Answer));
  if (!subject->answers || !subject->expected)
    return false;
  run_careful(subject, 0, rows.count);
  memcpy(subject->expected, subject->answers, rows.count * sizeof(Answer));
  return !subject->anchor || subject_check(subject, &anchor);
}
