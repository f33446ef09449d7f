/* SPDX-License-Identifier: Apache-2.0
 *
 * check_cases.c - whether some rule holds in every case, so that `otherwise` is
 * never needed; see check.h. What conditions ask of booleans and enumerations
 * is looked at case by case, in three values: anything else counts as unknown.
 * That is sound: a condition that is true here is true whatever else is, and
 * what is not known when a policy runs leaves a rule undetermined, which comes
 * before `otherwise`. It is not complete: ranges of numbers, for one, are not
 * compared.
 */
#include "compiler/check.h"
#include "rpl/compile.h"

typedef enum Truth { IS_FALSE, IS_TRUE, IS_OPEN } Truth;

/* What a condition can turn on: a boolean, an enumeration, or whether something
 * is none. */
typedef struct Turn {
  const RplSymbol *symbol;
  bool is_presence;
  size_t values;
  size_t value; /* in the case at hand */
} Turn;

typedef struct Cases {
  RplPolicy *policy;
  RplNodes *conditions; /* of the rules */
  size_t condition_count;
  uint8_t *truths; /* of the nodes of one condition */
  Turn turns[RPL_MAX_TURNS];
  size_t turn_count;
  bool is_too_much;
} Cases;

static Truth of(bool is_true) { return is_true ? IS_TRUE : IS_FALSE; }

static Truth opposite(Truth truth) {
  return truth == IS_OPEN ? IS_OPEN : of(truth == IS_FALSE);
}

static Truth joined(Truth a, Truth b, Truth settling) {
  if (a == settling || b == settling)
    return settling;
  return a == IS_OPEN || b == IS_OPEN ? IS_OPEN : opposite(settling);
}

/* ---- what conditions turn on
 * ----------------------------------------------------- */

static Turn *find_turn(Cases *cases, const RplSymbol *symbol,
                       bool is_presence) {
  for (size_t i = 0; i < cases->turn_count; i++)
    if (cases->turns[i].symbol == symbol &&
        cases->turns[i].is_presence == is_presence)
      return &cases->turns[i];
  return NULL;
}

static void add_turn(Cases *cases, const RplSymbol *symbol, bool is_presence,
                     size_t values) {
  if (find_turn(cases, symbol, is_presence))
    return;
  if (cases->turn_count == RPL_MAX_TURNS)
    cases->is_too_much = true;
  else
    cases->turns[cases->turn_count++] = (Turn){symbol, is_presence, values, 0};
}

static void add_turns_of(Cases *cases, const RplExpr *node) {
  const RplSymbol *symbol = node->symbol;
  if (node->kind == RPL_EXPR_IS_NONE && node->a->kind == RPL_EXPR_NAME &&
      node->a->symbol)
    add_turn(cases, node->a->symbol, true, 2);
  if (node->kind != RPL_EXPR_NAME || !symbol)
    return;
  if (symbol->type.kind == RPL_KIND_BOOLEAN)
    add_turn(cases, symbol, false, 2);
  else if (symbol->type.kind == RPL_KIND_ENUM)
    add_turn(cases, symbol, false, symbol->type.enumeration->values.count);
}

/* ---- one case
 * ------------------------------------------------------------------- */

/* Whether a value of an enumeration, which must be written out, is the one of
 * this case. */
static Truth is_value(Cases *cases, const RplExpr *name, const RplExpr *value) {
  bool is_constant = !value->symbol && (value->kind == RPL_EXPR_NAME ||
                                        value->kind == RPL_EXPR_TEXT);
  const Turn *turn = name->kind == RPL_EXPR_NAME && name->symbol
                         ? find_turn(cases, name->symbol, false)
                         : NULL;
  if (!turn || !is_constant || value->type.kind != RPL_KIND_ENUM)
    return IS_OPEN;
  return of(turn->value == value->number);
}

static Truth equal(Cases *cases, const RplExpr *node) {
  Truth truth = is_value(cases, node->a, node->b);
  return truth == IS_OPEN ? is_value(cases, node->b, node->a) : truth;
}

static Truth among(Cases *cases, const RplExpr *node) {
  Truth truth = IS_FALSE;
  for (size_t i = 0; i < node->items.count; i++)
    truth =
        joined(truth, is_value(cases, node->a, node->items.items[i]), IS_TRUE);
  return node->number ? opposite(truth) : truth;
}

static Truth of_name(Cases *cases, const RplExpr *node, bool is_presence) {
  const Turn *turn = node->kind == RPL_EXPR_NAME && node->symbol
                         ? find_turn(cases, node->symbol, is_presence)
                         : NULL;
  return turn && turn->values == 2 ? of(turn->value == 1) : IS_OPEN;
}

/* The truths of a node's children were put into `operand` just before. */
static Truth judge(Cases *cases, const RplExpr *node) {
  Truth a = node->a ? (Truth)cases->truths[node->a->operand] : IS_OPEN;
  Truth b = node->b ? (Truth)cases->truths[node->b->operand] : IS_OPEN;
  if (node->type.kind != RPL_KIND_BOOLEAN)
    return IS_OPEN;
  switch (node->kind) {
  case RPL_EXPR_BOOLEAN:
    return of(node->number);
  case RPL_EXPR_NAME:
    return of_name(cases, node, false);
  case RPL_EXPR_UNARY:
    return node->op == RPL_NOT ? opposite(a) : IS_OPEN;
  case RPL_EXPR_IS_NONE:
    a = of_name(cases, node->a, true);
    return node->number ? opposite(a) : a;
  case RPL_EXPR_IN:
    return among(cases, node);
  case RPL_EXPR_IF:
    if (a == IS_OPEN)
      return IS_OPEN;
    return a == IS_TRUE ? b : (Truth)cases->truths[node->c->operand];
  case RPL_EXPR_BINARY:
    break;
  default:
    return IS_OPEN;
  }
  switch (node->op) {
  case RPL_AND:
    return joined(a, b, IS_FALSE);
  case RPL_OR:
    return joined(a, b, IS_TRUE);
  case RPL_EQ:
    return equal(cases, node);
  case RPL_NE:
    return opposite(equal(cases, node));
  default:
    return IS_OPEN;
  }
}

/* Operands are written by the lowering, which comes later: until then they tell
 * where a node stands in its condition. */
static bool holds(Cases *cases, const RplNodes *condition) {
  for (size_t i = 0; i < condition->count; i++) {
    condition->items[i]->operand = (uint32_t)i;
    cases->truths[i] = (uint8_t)judge(cases, condition->items[i]);
  }
  return cases->truths[condition->count - 1] == IS_TRUE;
}

static bool some_holds(Cases *cases) {
  for (size_t i = 0; i < cases->condition_count; i++)
    if (holds(cases, &cases->conditions[i]))
      return true;
  return false;
}

/* ---- all cases
 * ------------------------------------------------------------------ */

/* Collects conditions and what they turn on; *steps is what a case costs. */
static bool collect(Cases *cases, size_t *steps) {
  RplPolicy *policy = cases->policy;
  size_t most = 0;
  cases->conditions =
      rpl_policy_alloc(policy, policy->rules.count, sizeof *cases->conditions);
  for (size_t i = 0; cases->conditions && i < policy->rules.count; i++) {
    if (policy->rules.items[i].is_module)
      continue; /* what a vocabulary always says leaves no case to itself */
    RplNodes *nodes = &cases->conditions[cases->condition_count++];
    nodes->items = rpl_expr_postorder(
        policy->compile->arena, policy->rules.items[i].stmt->tail.condition,
        &nodes->count);
    if (!nodes->items) {
      policy->is_out_of_memory = true;
      return false;
    }
    for (size_t j = 0; j < nodes->count; j++)
      add_turns_of(cases, nodes->items[j]);
    *steps += nodes->count;
    most = nodes->count > most ? nodes->count : most;
  }
  cases->truths = rpl_policy_alloc(policy, most + 1, 1);
  return cases->conditions && cases->truths;
}

static bool next_case(Cases *cases) {
  for (size_t i = 0; i < cases->turn_count; i++) {
    Turn *turn = &cases->turns[i];
    if (++turn->value < turn->values)
      return true;
    turn->value = 0;
  }
  return false;
}

bool rpl_check_every_case(RplPolicy *policy) {
  Cases cases = {.policy = policy};
  size_t steps = 1;
  if (!collect(&cases, &steps) || cases.is_too_much)
    return false;
  for (size_t i = 0; i < cases.turn_count; i++) {
    if (steps > RPL_MAX_CASE_STEPS)
      return false;
    steps *= cases.turns[i].values;
  }
  if (steps > RPL_MAX_CASE_STEPS)
    return false;
  do {
    if (!some_holds(&cases))
      return false;
  } while (next_case(&cases));
  return true;
}
