/* SPDX-License-Identifier: Apache-2.0
 *
 * testrun.c - the tests that stand in policies: what they name is checked with
 * the policy; running one decides with the built program through the public
 * interface and compares the first thing that differs.
 */
#include <string.h>

#include "compiler/check.h"
#include "compiler/compile.h"
#include "vm/civil.h"
#include "vm/number.h"
#include "vm/text.h"

typedef struct RplTestCase {
  RplPolicy *policy;
  const RplStmt *stmt;
} RplTestCase;

/* ---- checking
 * -------------------------------------------------------------------------- */

/* While the tables by name are there. */
static const RplStmt *find_given(const RplPolicy *policy, RplName name) {
  return name < policy->name_count ? policy->given_names[name] : NULL;
}

static bool is_unknown_word(const RplPolicy *policy, const RplExpr *value) {
  return value->kind == RPL_EXPR_NAME &&
         rpl_slice_is(rpl_policy_text(policy, value->name), "unknown");
}

/* Checks the type of a value where what is written tells it: bare money takes
 * the currency of the request, and words may stand for texts and zones. */
static void check_value(RplPolicy *policy, RplExpr *value, RplType type);

static void check_entries(RplPolicy *policy, const RplExpr *value,
                          RplType type) {
  for (size_t i = 0; i < value->items.count; i++) {
    const RplExpr *entry = value->items.items[i];
    RplSpan span = entry->span;
    const RplField *field = rpl_record_find(type.record, entry->name);
    span.end =
        span.begin + (uint32_t)rpl_policy_text(policy, entry->name).length;
    if (field)
      check_value(policy, entry->a, field->type);
    else
      rpl_check_no_field(policy, type, span, entry->name);
    for (size_t j = 0; j < i; j++)
      if (value->items.items[j]->name == entry->name)
        rpl_policy_report(policy, RPL_DIAG_DUPLICATE_NAME, span, entry->name,
                          0);
  }
}

/* A list or a record that is written out; how long it is does not matter here:
 * a test may say what becomes of one that is too long. */
static void check_parts(RplPolicy *policy, RplExpr *value, RplType type) {
  RplExprKind kind =
      type.kind == RPL_KIND_LIST ? RPL_EXPR_LIST : RPL_EXPR_RECORD;
  if (value->kind == RPL_EXPR_NONE && type.optional)
    return;
  if (value->kind != kind) {
    RplSlice found = rpl_slice("another value");
    rpl_check_report2(policy, RPL_DIAG_WRONG_TYPE, value->span,
                      rpl_type_text(policy, type), found);
    rpl_policy_help(policy, kind == RPL_EXPR_LIST
                                ? "a list is written `[a, b]`"
                                : "a record is written `{ field = value }`");
    return;
  }
  if (kind == RPL_EXPR_RECORD) {
    check_entries(policy, value, type);
    return;
  }
  for (size_t i = 0; i < value->items.count; i++)
    check_value(policy, value->items.items[i], rpl_type_element(type));
}

static void check_value(RplPolicy *policy, RplExpr *value, RplType type) {
  if (rpl_kind_has_parts(type.kind) && !is_unknown_word(policy, value)) {
    check_parts(policy, value, type);
    return;
  }
  if (value->kind == RPL_EXPR_TEXT && type.kind == RPL_KIND_SET)
    return; /* "a, b": read when the test runs, as on the command line */
  const RplExpr *plain = value->kind == RPL_EXPR_UNARY ? value->a : value;
  bool is_word = plain->kind == RPL_EXPR_NAME || plain->kind == RPL_EXPR_TEXT;
  bool is_open = type.kind == RPL_KIND_TEXT || type.kind == RPL_KIND_ZONE ||
                 (type.kind == RPL_KIND_ENUM && type.enumeration &&
                  type.enumeration->or_other);
  if (rpl_type_is_poison(type) || is_unknown_word(policy, value) ||
      (is_word && is_open) ||
      (type.kind == RPL_KIND_MONEY && plain->kind == RPL_EXPR_NUMBER))
    return;
  rpl_check_fits(policy, value, type);
}

static void check_facts(RplPolicy *policy, const RplStmt *stmt) {
  for (size_t i = 0; i < stmt->fact_count; i++) {
    RplWord fact = stmt->facts[i].fact;
    const RplSymbol *symbol = policy->values[fact.name];
    if (symbol &&
        (symbol->kind == RPL_SYMBOL_FACT || symbol->kind == RPL_SYMBOL_PARAM)) {
      check_value(policy, stmt->facts[i].value, symbol->type);
      continue;
    }
    rpl_policy_report(policy, RPL_DIAG_TEST_FACT, fact.span, fact.name, 0);
    rpl_policy_suggest(policy, fact.name);
  }
}

static bool is_given(const RplPolicy *policy, RplName name) {
  return find_given(policy, name) != NULL;
}

/* The sets of facts that a test or a set is built on. A set names sets that
 * stand before it, so that none contains itself. */
static void check_givens(RplPolicy *policy, const RplStmt *stmt) {
  for (size_t i = 0; i < stmt->words.count; i++) {
    RplWord word = stmt->words.items[i];
    const RplStmt *given = find_given(policy, word.name);
    if (!given) {
      rpl_policy_report(policy, RPL_DIAG_UNKNOWN_FACT_SET, word.span, word.name,
                        0);
      rpl_policy_suggest_among(policy, word.name, is_given);
    } else if (stmt->kind == RPL_STMT_GIVEN &&
               given->span.source == stmt->span.source &&
               given->span.begin >= stmt->span.begin) {
      rpl_policy_report(policy, RPL_DIAG_CYCLE, word.span, word.name, 0);
      rpl_report_help(policy->compile->report,
                      "a set of facts builds on sets that stand before it",
                      NULL, 0);
    }
  }
}

static bool is_known_check(const RplPolicy *policy, RplName name) {
  static const char *const known[] = {"outcome", "reasons",  "clauses",
                                      "steps",   "missing",  "no",
                                      "error",   "currency", "rejected"};
  RplSlice text = rpl_name_text(policy->compile->interner, name);
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (rpl_slice_is(text, known[i]))
      return true;
  return policy->outputs[name] != NULL;
}

static bool is_reported(const RplPolicy *policy, RplName name) {
  for (size_t i = 0; i < policy->outcomes.count; i++)
    if (policy->outcomes.items[i]->reported == name &&
        !policy->outcomes.items[i]->is_composite)
      return true;
  return false;
}

/* Reasons are rules, or what stands in for one. */
static bool is_reason(const RplPolicy *policy, RplName name) {
  RplSlice text = rpl_policy_text(policy, name);
  return (policy->flags[name] & RPL_NAME_RULE) || policy->outputs[name] ||
         rpl_slice_is(text, "otherwise") || rpl_slice_is(text, "ensure");
}

/* `no` names an output, the policy's own or one that decisions know. */
static bool is_absent_word(const RplPolicy *policy, RplName name) {
  static const char *const known[] = {"steps",   "missing",  "error",
                                      "amount",  "currency", "deadline",
                                      "clauses", "rejected", "destination"};
  RplSlice text = rpl_policy_text(policy, name);
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (rpl_slice_is(text, known[i]))
      return true;
  return policy->outputs[name] != NULL;
}

/* What a test expects of one kind must be something that the policy has. */
static void check_expected(RplPolicy *policy, const RplExprs *values,
                           RplNameTest test, RplDiagCode code) {
  for (size_t i = 0; i < values->count; i++) {
    const RplExpr *value = values->items[i];
    RplSlice text = value->kind == RPL_EXPR_TEXT
                        ? value->text /* quoted, as values that clash are */
                        : rpl_span_text(policy->compile->sources, value->span);
    RplName name = rpl_intern_find(policy->compile->interner, text);
    if (name && name < policy->name_count && test(policy, name))
      continue;
    rpl_report_add(policy->compile->report, code, value->span, &text, 1);
    if (name)
      rpl_policy_suggest_among(policy, name, test);
  }
}

static void check_expect(RplPolicy *policy, const RplExpect *expect) {
  RplSlice what = rpl_policy_text(policy, expect->what.name);
  const RplExprs *values = &expect->values;
  if (rpl_slice_is(what, "outcome"))
    check_expected(policy, values, is_reported, RPL_DIAG_UNKNOWN_OUTCOME);
  else if (rpl_slice_is(what, "reasons"))
    check_expected(policy, values, is_reason, RPL_DIAG_UNKNOWN_REASON);
  else if (rpl_slice_is(what, "clauses"))
    check_expected(policy, values, rpl_policy_is_clause_name,
                   RPL_DIAG_UNKNOWN_CLAUSE);
  else if (rpl_slice_is(what, "steps"))
    check_expected(policy, values, rpl_policy_is_step_name,
                   RPL_DIAG_UNKNOWN_STEP);
  else if (rpl_slice_is(what, "no"))
    check_expected(policy, values, is_absent_word, RPL_DIAG_TEST_UNKNOWN_CHECK);
}

static void check_test(RplPolicy *policy, const RplStmt *stmt) {
  check_facts(policy, stmt);
  check_givens(policy, stmt);
  if (!stmt->expects.count)
    rpl_report(policy->compile->report, RPL_DIAG_TEST_NO_EXPECT,
               stmt->title.span, NULL);
  for (size_t i = 0; i < stmt->expects.count; i++) {
    RplWord what = stmt->expects.items[i].what;
    if (is_known_check(policy, what.name)) {
      check_expect(policy, &stmt->expects.items[i]);
      continue;
    }
    rpl_policy_report(policy, RPL_DIAG_TEST_UNKNOWN_CHECK, what.span, what.name,
                      0);
    rpl_report_help(policy->compile->report,
                    "a test expects outcome, reasons, clauses, steps, missing, "
                    "or an output",
                    NULL, 0);
  }
}

static void check_read(RplPolicy *policy, const RplStmt *stmt) {
  for (size_t i = 0; i < stmt->fact_count; i++) {
    RplWord fact = stmt->facts[i].fact;
    const RplSymbol *symbol = policy->values[fact.name];
    if (!symbol || !symbol->is_offered || symbol->operand)
      continue;
    rpl_policy_report(policy, RPL_DIAG_TEST_FACT, fact.span, fact.name, 0);
    rpl_policy_help(policy, "no rule reads it; a policy that wants it all the "
                            "same declares it");
  }
}

void rpl_tests_check_read(RplPolicy *policy) {
  for (size_t i = 0; i < policy->tests.count; i++)
    check_read(policy, policy->tests.items[i]);
  for (size_t i = 0; i < policy->givens.count; i++)
    if (policy->file->source == policy->givens.items[i]->span.source)
      check_read(policy, policy->givens.items[i]);
}

bool rpl_tests_collect(RplCompiler *compiler, RplPolicy *policy) {
  for (size_t i = 0; i < policy->givens.count; i++) {
    check_facts(policy, policy->givens.items[i]);
    check_givens(policy, policy->givens.items[i]);
  }
  for (size_t i = 0; i < policy->tests.count; i++) {
    check_test(policy, policy->tests.items[i]);
    RplTestCase *items = rpl_arena_grow(
        &compiler->arena, compiler->tests.items, compiler->tests.count,
        &compiler->tests.capacity, sizeof *items);
    if (!items)
      return false;
    compiler->tests.items = items;
    items[compiler->tests.count++] =
        (RplTestCase){policy, policy->tests.items[i]};
  }
  return true;
}

/* ---- facts
 * --------------------------------------------------------------------------------
 */

/* A run of one test. */
typedef struct Run {
  RplCompiler *compiler;
  const RplTestCase *test;
  RplContext *context;
  uint8_t *is_set;   /* by name: a fact that has its value */
  uint8_t *is_taken; /* by name: a set of facts that was met */
  uint8_t *is_param; /* by name */
  RplName *pending;  /* sets that were named and not looked at */
  size_t pending_count, pending_capacity;
  RplTestResult *result;
  RplStatus status;
  RplFactError error;
} Run;

static RplSlice name_text(const Run *run, RplName name) {
  return rpl_name_text(&run->compiler->interner, name);
}

/* The text of a value as a person types it on the command line. */
static RplSlice value_text(const Run *run, const RplExpr *value) {
  RplBuffer text;
  rpl_buffer_init(&text, run->compiler->allocator);
  if (value->kind == RPL_EXPR_UNARY) {
    rpl_buffer_text(&text, "-");
    value = value->a;
  }
  for (size_t i = 0; i < value->items.count; i++) { /* set(a, b) */
    const RplExpr *item = value->items.items[i];
    rpl_buffer_text(&text, i ? ", " : "");
    rpl_buffer_slice(&text, item->kind == RPL_EXPR_TEXT
                                ? item->text
                                : name_text(run, item->name));
  }
  if (value->kind == RPL_EXPR_MONEY) {
    bool negative = text.length > 0;
    rpl_buffer_reset(&text);
    rpl_buffer_slice(&text, name_text(run, value->name));
    rpl_buffer_text(&text, negative ? " -" : " ");
    rpl_buffer_slice(&text, value->text);
  } else if (value->kind == RPL_EXPR_NAME || value->kind == RPL_EXPR_CURRENCY) {
    rpl_buffer_slice(&text, name_text(run, value->name));
  } else if (value->kind == RPL_EXPR_BOOLEAN) {
    rpl_buffer_text(&text, value->number ? "true" : "false");
  } else if (value->kind == RPL_EXPR_NONE) {
    rpl_buffer_text(&text, "null");
  } else {
    rpl_buffer_slice(&text, value->text);
  }
  RplSlice view = rpl_buffer_view(&text);
  char *copy = rpl_arena_copy(&run->compiler->arena, view.data, view.length);
  RplSlice result = {copy ? copy : "", copy ? view.length : 0};
  rpl_buffer_clear(&text);
  return result;
}

/* `fact = unknown` takes a fact out of a set. */
static bool is_unknown(const Run *run, const RplExpr *value) {
  return value->kind == RPL_EXPR_NAME &&
         rpl_slice_is(name_text(run, value->name), "unknown");
}

/* A list or a record as JSON; a field that is unknown is left out. It recurs no
 * deeper than expressions are high. */
static void put_json(const Run *run, RplBuffer *text, const RplExpr *value) {
  bool is_record = value->kind == RPL_EXPR_RECORD;
  bool is_first = true;
  if (value->kind == RPL_EXPR_BOOLEAN || value->kind == RPL_EXPR_NONE) {
    rpl_buffer_slice(text, value_text(run, value));
    return;
  }
  if (!is_record && value->kind != RPL_EXPR_LIST) {
    rpl_json_write_string(text, value_text(run, value));
    return;
  }
  rpl_buffer_byte(text, is_record ? '{' : '[');
  for (size_t i = 0; i < value->items.count; i++) {
    const RplExpr *item = value->items.items[i];
    if (is_record && is_unknown(run, item->a))
      continue;
    rpl_buffer_text(text, is_first ? "" : ",");
    is_first = false;
    if (is_record) {
      rpl_json_write_string(text, name_text(run, item->name));
      rpl_buffer_byte(text, ':');
    }
    put_json(run, text, is_record ? item->a : item);
  }
  rpl_buffer_byte(text, is_record ? '}' : ']');
}

/* A value as rpl_facts_text reads it. */
static RplSlice fact_text(const Run *run, const RplExpr *value) {
  RplBuffer text;
  if (value->kind != RPL_EXPR_LIST && value->kind != RPL_EXPR_RECORD)
    return value_text(run, value);
  rpl_buffer_init(&text, run->compiler->allocator);
  put_json(run, &text, value);
  RplSlice view = rpl_buffer_view(&text);
  char *copy = rpl_arena_copy(&run->compiler->arena, view.data, view.length);
  RplSlice result = {copy ? copy : "", copy ? view.length : 0};
  rpl_buffer_clear(&text);
  return result;
}

static void set_own_facts(Run *run, const RplStmt *stmt) {
  for (size_t i = 0; i < stmt->fact_count && !run->status; i++) {
    const RplFactValue *fact = &stmt->facts[i];
    RplName name = fact->fact.name;
    if (run->is_set[name])
      continue;
    run->is_set[name] = 1;
    if (is_unknown(run, fact->value))
      continue;
    bool is_param = run->is_param[name];
    RplSlice value = fact_text(run, fact->value);
    run->status = is_param ? rpl_param_text(run->context, name_text(run, name),
                                            value, &run->error)
                           : rpl_facts_text(run->context, name_text(run, name),
                                            value, &run->error);
  }
}

/* A set is met once: its facts, and those behind it, have their values then. */
/* When tests run, the tables by name are gone. */
static const RplStmt *look_up_given(const RplPolicy *policy, RplName name) {
  for (size_t i = 0; i < policy->givens.count; i++)
    if (policy->givens.items[i]->name.name == name)
      return policy->givens.items[i];
  return NULL;
}

static void add_pending(Run *run, const RplStmt *stmt) {
  for (size_t i = 0; i < stmt->words.count && !run->status; i++) {
    RplName name = stmt->words.items[i].name;
    RplName *pending =
        rpl_arena_grow(&run->compiler->arena, run->pending, run->pending_count,
                       &run->pending_capacity, sizeof *pending);
    if (!pending) {
      run->status = RPL_E_MEMORY;
      return;
    }
    run->pending = pending;
    pending[run->pending_count++] = name;
  }
}

/* The facts of a test and of the sets behind it; the first value of a fact is
 * its value: the test's own, then those of the set that is named last with all
 * behind it, and so on back to the first. */
static void set_facts(Run *run, const RplStmt *test) {
  set_own_facts(run, test);
  add_pending(run, test);
  while (run->pending_count && !run->status) {
    RplName name = run->pending[--run->pending_count];
    const RplStmt *given = look_up_given(run->test->policy, name);
    if (!given || run->is_taken[name])
      continue;
    run->is_taken[name] = 1;
    set_own_facts(run, given);
    add_pending(run, given);
  }
}

/* ---- comparing
 * -----------------------------------------------------------------------------
 */

static RplSlice keep(Run *run, RplBuffer *buffer) {
  RplSlice view = rpl_buffer_view(buffer);
  char *copy = rpl_arena_copy(&run->compiler->arena, view.data, view.length);
  RplSlice result = {copy ? copy : "", copy ? view.length : 0};
  rpl_buffer_clear(buffer);
  return result;
}

static void differs(Run *run, RplSlice what, RplSlice expected,
                    RplSlice found) {
  RplBuffer text;
  if (!run->result->passed)
    return; /* the first difference is shown */
  run->result->passed = false;
  rpl_buffer_init(&text, run->compiler->allocator);
  rpl_buffer_slice(&text, what);
  rpl_buffer_byte(&text, ' ');
  rpl_buffer_slice(&text, expected);
  run->result->expected = keep(run, &text);
  rpl_buffer_init(&text, run->compiler->allocator);
  rpl_buffer_slice(&text, found.length ? found : rpl_slice("nothing"));
  run->result->found = keep(run, &text);
}

typedef RplSlice (*ItemAt)(const RplDecision *decision, size_t index);

static RplSlice reason_at(const RplDecision *decision, size_t index) {
  return rpl_decision_reason(decision, index)->rule;
}

static RplSlice step_at(const RplDecision *decision, size_t index) {
  return rpl_decision_step(decision, index).id;
}

static RplSlice join_items(Run *run, const RplDecision *decision, size_t count,
                           ItemAt at) {
  RplBuffer text;
  rpl_buffer_init(&text, run->compiler->allocator);
  rpl_buffer_byte(&text, '(');
  for (size_t i = 0; i < count; i++) {
    rpl_buffer_text(&text, i ? ", " : "");
    rpl_buffer_slice(&text, at(decision, i));
  }
  rpl_buffer_byte(&text, ')');
  return keep(run, &text);
}

static RplSlice join_values(Run *run, const RplExprs *values) {
  RplBuffer text;
  rpl_buffer_init(&text, run->compiler->allocator);
  rpl_buffer_text(&text, values->count > 1 ? "(" : "");
  for (size_t i = 0; i < values->count; i++) {
    rpl_buffer_text(&text, i ? ", " : "");
    rpl_buffer_slice(&text, value_text(run, values->items[i]));
  }
  rpl_buffer_text(&text, values->count > 1 ? ")" : "");
  return keep(run, &text);
}

/* Lists: reasons and steps are the whole list in order; of clauses and missing
 * facts those named must be among them. */
static void compare_list(Run *run, const RplDecision *decision,
                         const RplExpect *expect, size_t count, ItemAt at,
                         bool is_whole) {
  const RplExprs *values = &expect->values;
  bool same = !is_whole || count == values->count;
  for (size_t i = 0; i < values->count && same; i++) {
    RplSlice wanted = value_text(run, values->items[i]);
    bool found = false;
    for (size_t j = is_whole ? i : 0; j < count && !found; j++) {
      found = rpl_slice_equal(at(decision, j), wanted);
      if (is_whole)
        break;
    }
    same = found;
  }
  if (!same)
    differs(run, name_text(run, expect->what.name), join_values(run, values),
            join_items(run, decision, count, at));
}

static bool same_number(Run *run, RplSlice left, RplSlice right) {
  RplNumber a, b;
  return rpl_number_parse(&run->compiler->arena, left, &a) == RPL_NUMBER_OK &&
         rpl_number_parse(&run->compiler->arena, right, &b) == RPL_NUMBER_OK &&
         rpl_number_equal(a, b);
}

static bool same_value(Run *run, const RplDecision *decision,
                       const RplExpr *wanted, RplSlice found) {
  RplSlice text = value_text(run, wanted);
  const RplExpr *plain = wanted->kind == RPL_EXPR_UNARY ? wanted->a : wanted;
  int64_t a, b;
  int32_t months[2];
  switch (plain->kind) {
  case RPL_EXPR_MONEY: /* "USD -5" */
    text = (RplSlice){text.data + 4, text.length > 4 ? text.length - 4 : 0};
    return same_number(run, text, found) &&
           rpl_slice_equal(name_text(run, plain->name),
                           rpl_decision_currency(decision));
  case RPL_EXPR_NUMBER:
    return same_number(run, text, found);
  case RPL_EXPR_DATETIME:
    return rpl_datetime_parse(text, &a, NULL) &&
           rpl_datetime_parse(found, &b, NULL) && a == b;
  case RPL_EXPR_DURATION:
    return rpl_duration_parse(text, &a, NULL) &&
           rpl_duration_parse(found, &b, NULL) && a == b;
  case RPL_EXPR_PERIOD:
    return rpl_period_parse(text, &months[0], NULL) &&
           rpl_period_parse(found, &months[1], NULL) && months[0] == months[1];
  default:
    return rpl_slice_equal(text, found);
  }
}

static const RplOutput *find_output(const RplDecision *decision,
                                    RplSlice name) {
  for (size_t i = 0; i < rpl_decision_output_count(decision); i++)
    if (rpl_slice_equal(rpl_decision_output(decision, i)->name, name))
      return rpl_decision_output(decision, i);
  return NULL;
}

/* One value is the first choice; several are all of them. */
static void compare_output(Run *run, const RplDecision *decision,
                           const RplExpect *expect) {
  RplSlice name = name_text(run, expect->what.name);
  const RplOutput *output = find_output(decision, name);
  const RplExprs *values = &expect->values;
  bool same =
      output && (values->count == 1 || values->count == output->value_count);
  for (size_t i = 0; i < values->count && same; i++)
    same = same_value(run, decision, values->items[i], output->values[i]);
  if (!same)
    differs(run, name, join_values(run, values),
            output ? output->values[0] : (RplSlice){NULL, 0});
}

/* `no amount`, `no steps`, `no deadline`, ... */
static RplSlice rejected_at(const RplDecision *decision, size_t index) {
  return rpl_decision_rejected(decision, index).fact;
}

static void compare_absent(Run *run, const RplDecision *decision,
                           const RplExpect *expect) {
  for (size_t i = 0; i < expect->values.count; i++) {
    RplSlice what = value_text(run, expect->values.items[i]);
    const RplOutput *output = find_output(decision, what);
    RplSlice found = output ? output->values[0] : (RplSlice){NULL, 0};
    if (rpl_slice_is(what, "steps"))
      found = rpl_decision_step_count(decision) ? step_at(decision, 0) : found;
    else if (rpl_slice_is(what, "missing"))
      found = rpl_decision_missing_count(decision)
                  ? rpl_decision_missing(decision, 0)
                  : found;
    else if (rpl_slice_is(what, "rejected"))
      found = rpl_decision_rejected_count(decision) ? rejected_at(decision, 0)
                                                    : found;
    else if (rpl_slice_is(what, "clauses"))
      found = rpl_decision_clause_count(decision)
                  ? rpl_decision_clause(decision, 0)
                  : found;
    else if (rpl_slice_is(what, "currency"))
      found = rpl_decision_currency(decision);
    else if (rpl_slice_is(what, "error"))
      found = rpl_decision_error(decision).code;
    if (output || found.length)
      differs(run, rpl_slice("no"), what, found);
  }
}

static void compare_word(Run *run, const RplExpect *expect, RplSlice found) {
  RplSlice wanted = value_text(run, expect->values.items[0]);
  if (!rpl_slice_equal(wanted, found))
    differs(run, name_text(run, expect->what.name), wanted, found);
}

static void compare(Run *run, const RplDecision *decision,
                    const RplExpect *expect) {
  RplSlice what = name_text(run, expect->what.name);
  if (rpl_slice_is(what, "outcome"))
    compare_word(run, expect, rpl_decision_outcome(decision));
  else if (rpl_slice_is(what, "currency"))
    compare_word(run, expect, rpl_decision_currency(decision));
  else if (rpl_slice_is(what, "error"))
    compare_word(run, expect, rpl_decision_error(decision).code);
  else if (rpl_slice_is(what, "reasons"))
    compare_list(run, decision, expect, rpl_decision_reason_count(decision),
                 reason_at, true);
  else if (rpl_slice_is(what, "steps"))
    compare_list(run, decision, expect, rpl_decision_step_count(decision),
                 step_at, true);
  else if (rpl_slice_is(what, "clauses"))
    compare_list(run, decision, expect, rpl_decision_clause_count(decision),
                 rpl_decision_clause, false);
  else if (rpl_slice_is(what, "rejected"))
    compare_list(run, decision, expect, rpl_decision_rejected_count(decision),
                 rejected_at, false);
  else if (rpl_slice_is(what, "missing"))
    compare_list(run, decision, expect, rpl_decision_missing_count(decision),
                 rpl_decision_missing, false);
  else if (rpl_slice_is(what, "no"))
    compare_absent(run, decision, expect);
  else
    compare_output(run, decision, expect);
}

/* ---- running
 * -----------------------------------------------------------------------------------
 */

size_t rpl_compiler_test_count(const RplCompiler *compiler) {
  return compiler->tests.count;
}

static RplSlice place_of(Run *run) {
  const RplStmt *stmt = run->test->stmt;
  uint32_t line = 1, column = 1;
  RplBuffer text;
  RplSources *sources = &run->compiler->sources;
  (void)rpl_source_position(sources, stmt->span.source, stmt->span.begin, &line,
                            &column);
  rpl_buffer_init(&text, run->compiler->allocator);
  rpl_buffer_slice(&text, rpl_sources_at(sources, stmt->span.source)->file);
  rpl_buffer_byte(&text, ':');
  rpl_buffer_unsigned(&text, line);
  return keep(run, &text);
}

static RplStatus decide(Run *run, size_t policy) {
  const RplDecision *decision = NULL;
  RplSlice json = {NULL, 0};
  set_facts(run, run->test->stmt);
  if (run->status == RPL_E_FACTS) {
    differs(run, rpl_slice("facts"), rpl_slice("to be accepted"),
            rpl_slice(run->error.message));
    return RPL_OK;
  }
  RplStatus status = run->status;
  if (!status)
    status = rpl_decide(run->context, &decision);
  if (!status)
    status = rpl_coverage_note(run->compiler, policy, decision);
  if (!status)
    status = rpl_decision_json(decision, 0, &json);
  if (status)
    return status;
  for (size_t i = 0; i < run->test->stmt->expects.count; i++)
    compare(run, decision, &run->test->stmt->expects.items[i]);
  char *copy = rpl_arena_copy(&run->compiler->arena, json.data, json.length);
  run->result->decision = (RplSlice){copy ? copy : "", copy ? json.length : 0};
  return copy ? RPL_OK : RPL_E_MEMORY;
}

static void mark_params(Run *run) {
  const RplSymbols *symbols = &run->test->policy->symbols;
  for (size_t i = 0; i < symbols->count; i++)
    if (symbols->items[i]->kind == RPL_SYMBOL_PARAM)
      run->is_param[symbols->items[i]->name] = 1;
}

/* The first test of a build loads what was built. */
RplStatus rpl_tests_load(RplCompiler *compiler) {
  if (compiler->program)
    return RPL_OK;
  return rpl_program_load_zones(compiler->bytes.data, compiler->bytes.length,
                                NULL, &compiler->zones.source,
                                compiler->allocator, &compiler->program, NULL);
}

RplStatus rpl_compiler_run_test(RplCompiler *compiler, size_t index,
                                RplTestResult *result) {
  if (!compiler || !result || index >= compiler->tests.count ||
      !compiler->bytes.length)
    return RPL_E_ARGUMENT;
  RplStatus status = rpl_tests_load(compiler);
  if (status)
    return status;
  Run run = {.compiler = compiler,
             .test = &compiler->tests.items[index],
             .result = result};
  *result = (RplTestResult){
      .policy = rpl_name_text(&compiler->interner, run.test->policy->name),
      .name = run.test->stmt->title.text,
      .passed = true};
  result->at = place_of(&run);
  size_t names = run.test->policy->name_count;
  rpl_arena_reset(&compiler->tables);
  run.is_set = rpl_arena_alloc(&compiler->tables, names);
  run.is_taken = rpl_arena_alloc(&compiler->tables, names);
  run.is_param = rpl_arena_alloc(&compiler->tables, names);
  if (!run.is_set || !run.is_taken || !run.is_param)
    return RPL_E_MEMORY;
  mark_params(&run);
  size_t policy = 0;
  status = rpl_program_find(compiler->program, result->policy, &policy);
  if (!status)
    status = rpl_context_new(compiler->program, policy, compiler->allocator,
                             &run.context);
  if (!status)
    status = decide(&run, policy);
  rpl_context_free(run.context);
  return status;
}
