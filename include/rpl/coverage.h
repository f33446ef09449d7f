/* SPDX-License-Identifier: Apache-2.0
 *
 * coverage.h - which statements of a policy decisions have used: for tests of
 * policies, and for hosts that want to see what their requests never touch.
 *
 *   size_t count = rpl_program_statement_count(program, index);
 *   uint8_t *marks = calloc(count, 1);
 *   ... rpl_decide(context, &decision);
 *   rpl_decision_cover(decision, marks, count);
 *   rpl_program_statement(program, index, i, &statement);
 */
#ifndef RPL_RPL_COVERAGE_H
#define RPL_RPL_COVERAGE_H

#include "rpl/decide.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum RplStatementKind {
  RPL_STATEMENT_RULE,
  RPL_STATEMENT_DEFINITION, /* of an output */
  RPL_STATEMENT_STEP,
  RPL_STATEMENT_OTHERWISE
} RplStatementKind;

/* "rule", "definition", "step", "otherwise"; static. */
RPL_API const char *rpl_statement_kind_name(RplStatementKind kind);

/* One statement of a policy, its own or inherited. A rule of an outcome that
 * stands for two (`refundable`) is two statements at one place. */
typedef struct RplStatement {
  RplStatementKind kind;
  RplSlice name; /* of the rule, the output or the step; "otherwise" */
  RplSlice file; /* "cms/gateway.rpl"; empty when stripped */
  uint32_t line; /* from 1; 0 when stripped */
  uint32_t column;
} RplStatement;

/* How many statements a policy has; 0 when there is no policy `index`. */
RPL_API size_t rpl_program_statement_count(const RplProgram *program,
                                           size_t index);

/* Statement `number` of a policy; RPL_E_NOT_FOUND. */
RPL_API RPL_MUST_CHECK RplStatus
rpl_program_statement(const RplProgram *program, size_t index, size_t number,
                      RplStatement *statement);

/* What a decision made of a statement. */
#define RPL_COVER_TRUE                                                         \
  1u /* the rule's condition was true; the definition, the                     \
        step, the otherwise stood in the decision */
#define RPL_COVER_FALSE 2u /* the condition, the guard was false */

/* Adds what the decision made of each statement of its policy to the marks of
 * earlier ones; the first `count` statements have room. */
RPL_API void rpl_decision_cover(const RplDecision *decision, uint8_t *marks,
                                size_t count);

#ifdef __cplusplus
}
#endif

#endif /* RPL_RPL_COVERAGE_H */
