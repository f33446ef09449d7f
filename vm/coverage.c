/* SPDX-License-Identifier: Apache-2.0
 * coverage.c - see rpl/coverage.h. Statements are numbered: rules, definitions,
 * steps, otherwise, each in the order of its table. */
#include "rpl/coverage.h"

#include <string.h>

#include "vm/decide.h"
#include "vm/program_priv.h"

/* Where each kind begins among the numbers. */
typedef struct Numbers {
  size_t definitions, steps, otherwise, end;
} Numbers;

static Numbers numbers_of(const RplTables *tables) {
  Numbers numbers;
  numbers.definitions = rpl_rules_count(tables);
  numbers.steps = numbers.definitions + rpl_definitions_count(tables);
  numbers.otherwise = numbers.steps + rpl_steps_count(tables);
  numbers.end = numbers.otherwise + (rpl_policy(tables)->otherwise != 0);
  return numbers;
}

const char *rpl_statement_kind_name(RplStatementKind kind) {
  static const char *const names[] = {"rule", "definition", "step",
                                      "otherwise"};
  return (unsigned)kind < 4 ? names[kind] : "rule";
}

/* ---- what there is ------------------------------------------------------- */

size_t rpl_program_statement_count(const RplProgram *program, size_t index) {
  const RplImage *image = rpl_program_image(program, index);
  return image ? numbers_of(&image->tables).end : 0;
}

static void locate(const RplTables *tables, uint32_t place0,
                   RplStatement *statement) {
  if (!place0)
    return;
  const RplPlaceRecord *place = &rpl_places(tables)[place0 - 1];
  statement->file = rpl_string(tables, place->file);
  statement->line = place->line;
  statement->column = place->column;
}

static void name_definition(const RplTables *tables, size_t row,
                            RplStatement *statement) {
  const RplDefinitionRecord *record = &rpl_definitions(tables)[row];
  statement->name =
      rpl_string(tables, rpl_outputs(tables)[record->output].name);
  locate(tables, record->place, statement);
}

static void name_row(const RplTables *tables, const Numbers *numbers,
                     size_t number, RplStatement *statement) {
  if (number < numbers->definitions) {
    const RplRuleRecord *record = &rpl_rules(tables)[number];
    statement->kind = RPL_STATEMENT_RULE;
    statement->name = rpl_string(tables, record->name);
    locate(tables, record->place, statement);
  } else if (number < numbers->steps) {
    statement->kind = RPL_STATEMENT_DEFINITION;
    name_definition(tables, number - numbers->definitions, statement);
  } else if (number < numbers->otherwise) {
    const RplStepRecord *record = &rpl_steps(tables)[number - numbers->steps];
    statement->kind = RPL_STATEMENT_STEP;
    statement->name = rpl_string(tables, record->id);
    locate(tables, record->place, statement);
  } else {
    statement->kind = RPL_STATEMENT_OTHERWISE;
    statement->name = rpl_slice_from("otherwise");
    locate(tables, rpl_policy(tables)->otherwise_place, statement);
  }
}

RplStatus rpl_program_statement(const RplProgram *program, size_t index,
                                size_t number, RplStatement *statement) {
  const RplImage *image = rpl_program_image(program, index);
  if (!image || number >= numbers_of(&image->tables).end)
    return RPL_E_NOT_FOUND;
  Numbers numbers = numbers_of(&image->tables);
  memset(statement, 0, sizeof *statement);
  name_row(&image->tables, &numbers, number, statement);
  return RPL_OK;
}

/* ---- what a decision made of it ------------------------------------------ */

/* A decision whose statements are being marked. */
typedef struct Marking {
  const RplTables *tables;
  const RplCareful *careful;
  const RplDecision *decision;
  RplDeciding deciding; /* for rpl_decide_stands */
  RplDecision copy;
} Marking;

static uint8_t mark_of(const RplValue *value) {
  if (value->state != RPL_STATE_KNOWN)
    return 0;
  return value->as.integer ? RPL_COVER_TRUE : RPL_COVER_FALSE;
}

/* Whether the decision has the output from its definitions. */
static bool has_output(const Marking *marking, uint32_t output) {
  const RplDecision *decision = marking->decision;
  if (decision->gives && decision->gives[output].operand)
    return false;
  for (size_t i = 0; i < decision->output_count; i++)
    if (decision->output_rows[i] == output)
      return true;
  return false;
}

static uint8_t mark_definition(const Marking *marking, size_t row) {
  const RplDefinitionRecord *record = &rpl_definitions(marking->tables)[row];
  if (!rpl_decide_stands(&marking->deciding, record))
    return 0;
  uint8_t mark =
      record->guard
          ? mark_of(rpl_careful_value(marking->careful, record->guard))
          : RPL_COVER_TRUE;
  bool is_used = mark != RPL_COVER_TRUE || has_output(marking, record->output);
  return is_used ? mark : 0;
}

static uint8_t mark_step(const Marking *marking, size_t row) {
  const RplDecision *decision = marking->decision;
  const RplStepRecord *record = &rpl_steps(marking->tables)[row];
  RplSlice id = rpl_string(marking->tables, record->id);
  for (size_t i = 0; i < decision->step_count; i++)
    if (rpl_slice_equal(decision->steps[i].id, id))
      return RPL_COVER_TRUE;
  uint8_t mark =
      record->condition
          ? mark_of(rpl_careful_value(marking->careful, record->condition))
          : 0;
  return mark & RPL_COVER_FALSE;
}

static uint8_t mark_row(const Marking *marking, const Numbers *numbers,
                        size_t number) {
  if (number < numbers->definitions)
    return mark_of(rpl_careful_value(
        marking->careful, rpl_rules(marking->tables)[number].condition));
  if (number < numbers->steps)
    return mark_definition(marking, number - numbers->definitions);
  if (number < numbers->otherwise)
    return mark_step(marking, number - numbers->steps);
  return marking->decision->is_otherwise ? RPL_COVER_TRUE : RPL_COVER_FALSE;
}

void rpl_decision_cover(const RplDecision *decision, uint8_t *marks,
                        size_t count) {
  RplContext *context = decision->context;
  Marking marking = {.tables = &context->image->tables,
                     .careful = &context->careful,
                     .decision = decision,
                     .copy = *decision};
  Numbers numbers = numbers_of(marking.tables);
  marking.deciding.context = context;
  marking.deciding.tables = marking.tables;
  marking.deciding.decision = &marking.copy;
  marking.deciding.outcome = decision->outcome_row;
  marking.deciding.is_otherwise = decision->is_otherwise;
  for (size_t i = 0; i < count && i < numbers.end; i++)
    marks[i] |= mark_row(&marking, &numbers, i);
}
