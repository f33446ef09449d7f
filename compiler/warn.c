/* SPDX-License-Identifier: Apache-2.0
 *
 * warn.c - see warn.h. In reading order: comparisons, rules that never decide,
 * names that nothing uses, texts, comments that silence nothing.
 */
#include "compiler/warn.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/allow.h"
#include "compiler/check.h"
#include "vm/program.h"
#include "vm/text.h"

/* Reports unless a comment silences it; true when it was reported. */
static bool warn(RplPolicy *policy, RplDiagCode code, RplSpan span,
                 const RplSlice *arguments, size_t count) {
  if (rpl_allow_silences(policy->compile->sources, &policy->file->unit, code,
                         span))
    return false;
  rpl_report_add(policy->compile->report, code, span, arguments, count);
  return true;
}

/* ---- comparisons that declared bounds decide ------------------------------
 */

typedef struct Range {
  bool has_low, low_open, has_high, high_open;
  RplNumber low, high;
  RplSpan low_span, high_span;
} Range;

/* The declared range of what an operand names, where it is of a number. */
static bool range_of(const RplPolicy *policy, const RplExpr *expr,
                     Range *range) {
  const RplSymbol *symbol = expr->kind == RPL_EXPR_NAME ? expr->symbol : NULL;
  *range = (Range){.has_low = false};
  if (!symbol || symbol->is_inferred || symbol->type.optional ||
      (symbol->kind != RPL_SYMBOL_FACT && symbol->kind != RPL_SYMBOL_PARAM) ||
      !(rpl_kind_is_numeric((RplKind)symbol->type.kind) ||
        symbol->type.kind == RPL_KIND_MONEY))
    return false;
  for (const RplBoundNode *bound = symbol->stmt->bounds; bound;
       bound = bound->next) {
    RplNumber number;
    if (!rpl_check_literal_number(policy, bound->value, &number))
      continue;
    if (bound->op == RPL_GT || bound->op == RPL_GE) {
      range->has_low = true;
      range->low = number;
      range->low_open = bound->op == RPL_GT;
      range->low_span = bound->value->span;
    } else {
      range->has_high = true;
      range->high = number;
      range->high_open = bound->op == RPL_LT;
      range->high_span = bound->value->span;
    }
  }
  return range->has_low || range->has_high;
}

/* Whether all values of the range lie below `limit` (or, with `or_at`, at most
 * at it). */
static bool is_below(const Range *range, RplNumber limit, bool or_at) {
  if (!range->has_high)
    return false;
  int order = rpl_number_compare(range->high, limit);
  return order < 0 || (order == 0 && (or_at || range->high_open));
}

static bool is_above(const Range *range, RplNumber limit, bool or_at) {
  if (!range->has_low)
    return false;
  int order = rpl_number_compare(range->low, limit);
  return order > 0 || (order == 0 && (or_at || range->low_open));
}

/* 1: always true, 0: always false, -1: it depends. *by_low tells which bound
 * says so. */
static int judge(RplOperator op, const Range *range, RplNumber limit,
                 bool *by_low) {
  bool below = is_below(range, limit, false);
  bool above = is_above(range, limit, false);
  bool at_most = is_below(range, limit, true);
  bool at_least = is_above(range, limit, true);
  *by_low = above || at_least;
  switch (op) {
  case RPL_LT:
    return below ? 1 : at_least ? 0 : -1;
  case RPL_LE:
    return at_most ? 1 : above ? 0 : -1;
  case RPL_GT:
    return above ? 1 : at_most ? 0 : -1;
  case RPL_GE:
    return at_least ? 1 : below ? 0 : -1;
  case RPL_EQ:
    return below || above ? 0 : -1;
  case RPL_NE:
    return below || above ? 1 : -1;
  default:
    return -1;
  }
}

/* `5 < x` is `x > 5`. */
static RplOperator mirrored(RplOperator op) {
  switch (op) {
  case RPL_LT:
    return RPL_GT;
  case RPL_LE:
    return RPL_GE;
  case RPL_GT:
    return RPL_LT;
  case RPL_GE:
    return RPL_LE;
  default:
    return op;
  }
}

static void check_range(RplPolicy *policy, const RplExpr *expr) {
  Range range;
  RplNumber limit;
  bool by_low;
  RplOperator op = expr->op;
  const RplExpr *name = expr->a, *literal = expr->b;
  if (!range_of(policy, name, &range)) {
    name = expr->b;
    literal = expr->a;
    op = mirrored(op);
    if (!range_of(policy, name, &range))
      return;
  }
  if (literal->kind == RPL_EXPR_MONEY || /* of perhaps another currency */
      !rpl_check_literal_number(policy, literal, &limit))
    return;
  int truth = judge(op, &range, limit, &by_low);
  if (truth < 0)
    return;
  RplSlice arguments[2] = {rpl_slice(truth ? "true" : "false"),
                           rpl_policy_text(policy, name->name)};
  if (!warn(policy, RPL_DIAG_ALWAYS, expr->span, arguments, 2))
    return;
  rpl_report_label(policy->compile->report,
                   by_low ? range.low_span : range.high_span,
                   "its declared bound", NULL, 0);
  rpl_report_help(policy->compile->report,
                  "compare with a value inside the bounds, or leave this out",
                  NULL, 0);
}

/* ---- two sides that are the same ------------------------------------------
 */

static bool is_comparison(RplOperator op) {
  return op >= RPL_EQ && op <= RPL_GE;
}

/* Equal operands are equal expressions; constants are judged elsewhere. */
static bool is_same(const RplExpr *a, const RplExpr *b) {
  return a->operand && a->operand == b->operand && !a->is_absorbed &&
         !b->is_absorbed && !a->is_unread && !b->is_unread &&
         RPL_OPERAND_SPACE(a->operand) != RPL_SPACE_CONSTANT;
}

static void check_same(RplPolicy *policy, const RplExpr *expr) {
  const char *word = rpl_operator_text(expr->op);
  const RplExpr *left = expr->a, *right = expr->b;
  if (expr->kind == RPL_EXPR_IF) {
    word = "else";
    left = expr->b;
    right = expr->c;
  }
  if (!is_same(left, right))
    return;
  RplSlice argument = rpl_slice(word);
  if (warn(policy, RPL_DIAG_SAME_SIDES, expr->span, &argument, 1))
    rpl_report_help(policy->compile->report,
                    "one of them was probably meant to be another name", NULL,
                    0);
}

/* In a function the operands are those of the call that was lowered last. */
static void check_node(RplPolicy *policy, const RplExpr *expr,
                       bool in_function) {
  bool is_joined = expr->kind == RPL_EXPR_BINARY &&
                   (expr->op == RPL_AND || expr->op == RPL_OR);
  bool is_compared = expr->kind == RPL_EXPR_BINARY && is_comparison(expr->op);
  if (is_compared)
    check_range(policy, expr);
  if ((is_compared || is_joined || expr->kind == RPL_EXPR_IF) && !in_function)
    check_same(policy, expr);
}

static void check_expr(RplPolicy *policy, RplExpr *root, bool in_function) {
  size_t count = 0;
  if (!root || root->span.source != policy->file->source)
    return;
  RplExpr **nodes = rpl_expr_postorder(policy->compile->tables, root, &count);
  if (!nodes)
    policy->is_out_of_memory = true;
  for (size_t i = 0; nodes && i < count; i++)
    check_node(policy, nodes[i], in_function);
}

static void check_tail(RplPolicy *policy, const RplTail *tail) {
  check_expr(policy, tail->condition, false);
  for (size_t i = 0; i < tail->gives.count; i++)
    check_expr(policy, tail->gives.items[i].value, false);
  for (size_t i = 0; i < tail->steps.count; i++)
    check_expr(policy, tail->steps.items[i].condition, false);
}

static void check_statement(RplPolicy *policy, const RplStmt *stmt) {
  bool is_function =
      stmt->kind == RPL_STMT_FUNCTION || stmt->kind == RPL_STMT_TABLE;
  check_expr(policy, stmt->expr, is_function);
  for (size_t i = 0; i < stmt->exprs.count; i++)
    check_expr(policy, stmt->exprs.items[i], is_function);
  check_tail(policy, &stmt->tail);
}

/* ---- rules that never decide ----------------------------------------------
 */

/* A rule by what makes it true. */
typedef struct Ground {
  uint32_t operand; /* its condition, lowered */
  uint32_t rank;    /* the lowest outcome that it can argue for */
  const RplRule *rule;
} Ground;

static uint32_t highest_rank(const RplPolicy *policy, const RplRule *rule) {
  const RplOutcome *outcome = rule->outcome;
  if (!outcome->is_composite)
    return outcome->index;
  uint32_t first = policy->outcome_names[outcome->first]->index;
  uint32_t second = policy->outcome_names[outcome->second]->index;
  return first < second ? first : second;
}

static uint32_t lowest_rank(const RplPolicy *policy, const RplRule *rule) {
  const RplOutcome *outcome = rule->outcome;
  if (!outcome->is_composite)
    return outcome->index;
  uint32_t first = policy->outcome_names[outcome->first]->index;
  uint32_t second = policy->outcome_names[outcome->second]->index;
  return first > second ? first : second;
}

/* By operand, the highest outcome first. */
static int compare_grounds(const void *left, const void *right) {
  const Ground *a = left, *b = right;
  if (a->operand != b->operand)
    return a->operand < b->operand ? -1 : 1;
  if (a->rank != b->rank)
    return a->rank < b->rank ? -1 : 1;
  return a->rule->stmt->span.begin < b->rule->stmt->span.begin ? -1 : 1;
}

/* The rule with this condition and the highest outcome; NULL. */
static const Ground *find_ground(const Ground *grounds, size_t count,
                                 uint32_t operand) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (grounds[middle].operand < operand)
      low = middle + 1;
    else
      high = middle;
  }
  return low < count && grounds[low].operand == operand ? &grounds[low] : NULL;
}

/* The rule of a higher outcome that holds wherever this expression does; NULL.
 */
static const RplRule *higher_rule(const Ground *grounds, size_t count,
                                  const RplExpr *expr, uint32_t rank) {
  const Ground *found = find_ground(grounds, count, expr->operand);
  return found && found->rank < rank ? found->rule : NULL;
}

/* A rule never decides if one of what it joins with `and` is the whole
 * condition of a rule with a higher outcome. Rules that ask for facts are left
 * out: what they ask for is listed with what higher ones ask for. */
static void check_rule(RplPolicy *policy, const RplRule *rule,
                       const Ground *grounds, size_t count) {
  uint32_t rank = highest_rank(policy, rule);
  const RplRule *higher = NULL;
  if (rule->layer > 0 || rule->outcome->reported == policy->unknown_report)
    return;
  for (const RplExpr *rest = rule->stmt->tail.condition; rest && !higher;) {
    bool is_and = rest->kind == RPL_EXPR_BINARY && rest->op == RPL_AND;
    higher = higher_rule(grounds, count, rest, rank);
    if (!higher && is_and)
      higher = higher_rule(grounds, count, rest->b, rank);
    rest = is_and ? rest->a : NULL;
  }
  if (!higher)
    return;
  RplSlice name = rpl_policy_text(policy, higher->name);
  if (warn(policy, RPL_DIAG_NEVER_DECIDES, rule->stmt->span, &name, 1))
    rpl_report_label(policy->compile->report, higher->stmt->span,
                     "its outcome stands above", NULL, 0);
}

static void check_rules(RplPolicy *policy) {
  size_t count = 0;
  Ground *grounds = rpl_arena_array(policy->compile->tables,
                                    policy->rules.count, sizeof *grounds);
  if (!grounds) {
    policy->is_out_of_memory = true;
    return;
  }
  for (size_t i = 0; i < policy->rules.count; i++) {
    const RplRule *rule = &policy->rules.items[i];
    uint32_t operand = rule->stmt->tail.condition->operand;
    if (RPL_OPERAND_SPACE(operand) != RPL_SPACE_CONSTANT)
      grounds[count++] = (Ground){operand, lowest_rank(policy, rule), rule};
  }
  if (count)
    qsort(grounds, count, sizeof *grounds, compare_grounds);
  for (size_t i = 0; i < policy->rules.count; i++)
    check_rule(policy, &policy->rules.items[i], grounds, count);
}

/* ---- names that nothing uses ----------------------------------------------
 */

static void warn_of_name(RplPolicy *policy, RplDiagCode code, RplWord name,
                         const char *help) {
  RplSlice text = rpl_policy_text(policy, name.name);
  if (warn(policy, code, name.span, &text, 1))
    rpl_report_help(policy->compile->report, help, NULL, 0);
}

static void check_params(RplPolicy *policy) {
  for (size_t i = 0; i < policy->symbols.count; i++) {
    const RplSymbol *symbol = policy->symbols.items[i];
    if (symbol->kind == RPL_SYMBOL_PARAM && symbol->layer == 0 &&
        !symbol->is_mentioned)
      warn_of_name(policy, RPL_DIAG_UNREAD_PARAM, symbol->stmt->name,
                   "remove it, or read it in a rule: setting it changes "
                   "nothing");
  }
}

/* Marks the names that statements list, or takes the marks away. */
static void mark_words(RplPolicy *policy, const RplWords *words, bool mark) {
  for (size_t i = 0; i < words->count; i++) {
    uint8_t *flags = &policy->flags[words->items[i].name];
    *flags =
        mark ? *flags | RPL_NAME_LISTED : *flags & (uint8_t)~RPL_NAME_LISTED;
  }
}

static void mark_givens(RplPolicy *policy, bool mark) {
  for (size_t i = 0; i < policy->tests.count; i++)
    mark_words(policy, &policy->tests.items[i]->words, mark);
  for (size_t i = 0; i < policy->givens.count; i++)
    mark_words(policy, &policy->givens.items[i]->words, mark);
}

static void check_givens(RplPolicy *policy) {
  mark_givens(policy, true);
  for (size_t i = 0; i < policy->givens.count; i++) {
    const RplStmt *given = policy->givens.items[i];
    if (given->span.source == policy->file->source &&
        !(policy->flags[given->name.name] & RPL_NAME_LISTED))
      warn_of_name(policy, RPL_DIAG_UNUSED_GIVEN, given->name,
                   "build a test on it: `test \"...\" given NAME { ... }`");
  }
  mark_givens(policy, false);
}

static void check_steps(RplPolicy *policy) {
  for (size_t i = 0; i < policy->steps.count; i++) {
    const RplStepDecl *step = policy->steps.items[i];
    if (step->layer == 0 && !step->index)
      warn_of_name(policy, RPL_DIAG_UNUSED_STEP,
                   (RplWord){step->id, step->span},
                   "name it in a rule: `step NAME`");
  }
}

/* ---- texts that are printed as they stand ----------------------------------
 */

/* The first `{NAME}` of a text whose name means something. */
static RplSlice placeholder(const RplPolicy *policy, RplSlice text) {
  for (size_t at = 0; at + 2 < text.length; at++) {
    size_t end = at + 1;
    if (text.data[at] != '{')
      continue;
    while (end < text.length && text.data[end] != '}' && text.data[end] != '{')
      end++;
    RplSlice name = {text.data + at + 1, end - at - 1};
    RplName known = end < text.length && text.data[end] == '}' && name.length
                        ? rpl_intern_find(policy->compile->interner, name)
                        : 0;
    if (known && rpl_policy_lookup(policy, known))
      return (RplSlice){text.data + at, end + 1 - at};
  }
  return (RplSlice){NULL, 0};
}

static void check_title(RplPolicy *policy, const RplStmt *stmt) {
  bool is_plain = stmt->kind == RPL_STMT_FACT || stmt->kind == RPL_STMT_PARAM ||
                  stmt->kind == RPL_STMT_POLICY ||
                  stmt->kind == RPL_STMT_SOURCE;
  RplSlice found = is_plain && stmt->title.text.length
                       ? placeholder(policy, stmt->title.text)
                       : (RplSlice){NULL, 0};
  if (found.length &&
      warn(policy, RPL_DIAG_PLAIN_BRACES, stmt->title.span, &found, 1))
    rpl_report_help(policy->compile->report,
                    "placeholders stand in the texts of `because` and of steps",
                    NULL, 0);
}

/* ---- comments that silence nothing -----------------------------------------
 */

static void check_allows(RplPolicy *policy) {
  const RplAllows *allows = &policy->file->unit.allows;
  for (size_t i = 0; i < allows->count; i++) {
    const RplAllow *allow = &allows->items[i];
    RplSlice code = {allow->code, sizeof allow->code};
    if (allow->is_used)
      continue;
    rpl_report_add(policy->compile->report, RPL_DIAG_USELESS_ALLOW, allow->span,
                   &code, 1);
    rpl_report_help(policy->compile->report,
                    "remove it; it holds for its line, or, on a line of its "
                    "own, for the statement that follows",
                    NULL, 0);
  }
}

bool rpl_policy_warn(RplPolicy *policy) {
  const RplStmts *stmts = &policy->file->unit.stmts;
  for (size_t i = 0; i < stmts->count; i++) {
    check_statement(policy, stmts->items[i]);
    check_title(policy, stmts->items[i]);
  }
  check_rules(policy);
  check_params(policy);
  check_givens(policy);
  check_steps(policy);
  check_allows(policy);
  return !policy->is_out_of_memory;
}
