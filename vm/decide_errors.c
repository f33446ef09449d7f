/* SPDX-License-Identifier: Apache-2.0
 * decide_errors.c - where an error came from. See decide.h.
 *
 * A rule in error is seldom to blame itself: it reads an output whose
 * definition went wrong. An error keeps the instruction in which it arose, so
 * it can be followed back from the rule, operand by operand, to the definition.
 */
#include "vm/decide.h"

static const RplValue *value_of(const RplDeciding *deciding, uint32_t operand) {
  return rpl_careful_value(&deciding->context->careful, operand);
}

static bool is_from(const RplDeciding *deciding, uint32_t operand,
                    const RplValue *error) {
  const RplValue *value = operand ? value_of(deciding, operand) : NULL;
  return value && value->state == RPL_STATE_ERROR &&
         value->detail == error->detail && value->error == error->error;
}

static uint32_t first_value(const RplDeciding *deciding,
                            const RplDefinitionRecord *definition) {
  return definition->values_count
             ? rpl_lists(deciding->tables)[definition->values].item
             : 0;
}

/* The definition that a PICK joins to others, by its guard and value; one
 * without a guard is joined under the constant true. */
static const RplDefinitionRecord *joined_by(const RplDeciding *deciding,
                                            const RplInstruction *pick) {
  const RplDefinitionRecord *rows = rpl_definitions(deciding->tables);
  uint32_t count = rpl_definitions_count(deciding->tables);
  for (uint32_t i = 0; i < count; i++)
    if (first_value(deciding, &rows[i]) == pick->c &&
        (rows[i].guard == pick->b ||
         (!rows[i].guard && RPL_OPERAND_SPACE(pick->b) == RPL_SPACE_CONSTANT)))
      return &rows[i];
  return NULL;
}

/* The only definition of an amount, if `operand` is its value: rounded by
 * itself, that is read nowhere but through the output. */
static const RplDefinitionRecord *alone_at(const RplDeciding *deciding,
                                           uint32_t operand) {
  const RplDefinitionRecord *rows = rpl_definitions(deciding->tables);
  uint32_t count = rpl_definitions_count(deciding->tables);
  const RplInstruction *code =
      &rpl_code(deciding->tables)[RPL_OPERAND_INDEX(operand)];
  if (RPL_CODE_OP(code->word) != RPL_OP_ROUND_M)
    return NULL;
  for (uint32_t i = 0; i < count; i++)
    if (!rows[i].guard && first_value(deciding, &rows[i]) == operand)
      return &rows[i];
  return NULL;
}

const RplDefinitionRecord *rpl_decide_blame(const RplDeciding *deciding,
                                            uint32_t operand) {
  const RplInstruction *code = rpl_code(deciding->tables);
  const RplValue error = *value_of(deciding, operand);
  const RplDefinitionRecord *found = NULL;
  while (operand && RPL_OPERAND_SPACE(operand) == RPL_SPACE_TEMP) {
    uint32_t index = RPL_OPERAND_INDEX(operand);
    const RplInstruction *at = &code[index];
    bool is_pick = RPL_CODE_OP(at->word) == RPL_OP_PICK;
    bool is_here = is_pick && (error.detail == index || /* a conflict */
                               is_from(deciding, at->b, &error) ||
                               is_from(deciding, at->c, &error));
    const RplDefinitionRecord *here = is_here   ? joined_by(deciding, at)
                                      : is_pick ? NULL
                                                : alone_at(deciding, operand);
    found = here ? here : found;
    if (error.detail == index)
      break;
    operand = is_from(deciding, at->a, &error)   ? at->a
              : is_from(deciding, at->b, &error) ? at->b
              : is_from(deciding, at->c, &error) ? at->c
                                                 : 0;
  }
  return found;
}
