/* SPDX-License-Identifier: Apache-2.0
 *
 * check_list.c - types of lists, records and aggregates; see check.h. In
 * reading order: fields and elements, aggregates, `in`, lists that are written
 * out, and in a calculation whatever JSON can say, whose types come from all
 * that stands at the same place.
 */
#include "compiler/check.h"
#include "vm/text.h"

static RplType poison(void) { return rpl_type(RPL_TY_POISON); }
static RplType integer(void) { return rpl_type(RPL_KIND_INTEGER); }

static bool is_kind(const RplExpr *expr, unsigned kind) {
  return expr->type.kind == kind;
}

/* ---- fields and elements ------------------------------------------------- */

static void suggest_field(RplPolicy *policy, const RplRecord *record,
                          RplName name) {
  RplSlice names[RPL_MAX_RECORD_FIELDS];
  size_t count = 0;
  for (; count < record->count; count++)
    names[count] = rpl_policy_text(policy, record->fields[count].name);
  RplSlice nearest = rpl_nearest(rpl_policy_text(policy, name), names, count);
  if (nearest.length) {
    rpl_check_help(policy, "did you mean `{}`?", nearest);
    return;
  }
  RplBuffer list;
  rpl_buffer_init(&list, policy->compile->arena->allocator);
  for (size_t i = 0; i < count; i++) {
    rpl_buffer_text(&list, i ? ", " : "");
    rpl_buffer_slice(&list, names[i]);
  }
  rpl_check_help(policy, "its fields are {}", rpl_buffer_view(&list));
  rpl_buffer_clear(&list);
}

void rpl_check_no_field(RplPolicy *policy, RplType type, RplSpan span,
                        RplName name) {
  rpl_check_report2(policy, RPL_DIAG_UNKNOWN_FIELD, span,
                    rpl_type_text(policy, rpl_type_optional(type, false)),
                    rpl_policy_text(policy, name));
  suggest_field(policy, type.record, name);
}

/* What has no type of its own on the command line cannot be a list or record.
 */
static RplType refuse_open(RplPolicy *policy, const RplExpr *expr,
                           const char *help) {
  policy->has_open = true;
  if (!policy->is_final)
    return rpl_type(RPL_TY_OPEN);
  RplSlice text = rpl_span_text(policy->compile->sources, expr->span);
  rpl_report_add(policy->compile->report, RPL_DIAG_NOT_INFERRED, expr->span,
                 &text, 1);
  rpl_check_help(policy, help, text);
  return poison();
}

RplType rpl_check_record_field(RplPolicy *policy, RplExpr *expr) {
  const RplType type = expr->a->type;
  if (rpl_type_is_poison(type))
    return poison();
  if (rpl_type_waits(type))
    return refuse_open(policy, expr->a,
                       "declare it in a policy file: `fact {} : RECORD;`");
  if (!rpl_type_is(type, RPL_KIND_RECORD)) {
    RplSlice text = rpl_type_text(policy, type);
    rpl_report_add(policy->compile->report, RPL_DIAG_NO_FIELDS, expr->a->span,
                   &text, 1);
    if (rpl_type_is(type, RPL_KIND_LIST))
      rpl_check_help(policy,
                     "go through its elements: `sum(x.{} for x in ...)`",
                     rpl_policy_text(policy, expr->name));
    return poison();
  }
  const RplField *field = rpl_record_find(type.record, expr->name);
  if (!field) {
    RplSpan span = expr->span; /* of the name behind the dot */
    uint32_t length = (uint32_t)rpl_policy_text(policy, expr->name).length;
    span.begin = span.end - length;
    rpl_check_no_field(policy, type, span, expr->name);
    return poison();
  }
  expr->number = (uint32_t)(field - type.record->fields);
  return field->type;
}

RplType rpl_check_element(RplPolicy *policy, const RplExpr *expr) {
  const RplType list = expr->binder->a->type;
  (void)policy;
  /* what is no list is reported with the aggregate */
  return rpl_type_is(list, RPL_KIND_LIST) ? rpl_type_element(list) : poison();
}

/* ---- aggregates ---------------------------------------------------------- */

static RplType refuse_value(RplPolicy *policy, const RplExpr *expr) {
  rpl_check_report2(policy, RPL_DIAG_BAD_OPERAND, expr->b->span,
                    rpl_policy_text(policy, expr->name),
                    rpl_type_text(policy, expr->b->type));
  return poison();
}

static RplType type_of_sum(RplPolicy *policy, RplExpr *expr) {
  RplExpr *value = expr->b;
  if (rpl_type_waits(value->type))
    rpl_check_settle(policy, value, integer());
  if (rpl_type_is_poison(value->type))
    return poison();
  if (!rpl_kind_is_numeric((RplKind)value->type.kind) &&
      !is_kind(value, RPL_KIND_MONEY) && !is_kind(value, RPL_KIND_DURATION))
    return refuse_value(policy, expr);
  return rpl_type_optional(value->type, false);
}

static RplType type_of_extreme(RplPolicy *policy, RplExpr *expr) {
  RplExpr *value = expr->b;
  if (rpl_type_waits(value->type))
    rpl_check_settle(policy, value, integer());
  if (rpl_type_is_poison(value->type))
    return poison();
  if (!rpl_kind_is_ordered((RplKind)value->type.kind))
    return refuse_value(policy, expr);
  return rpl_type_optional(value->type, false);
}

/* A variable means its element and nothing else. */
static void check_shadows(RplPolicy *policy, const RplExpr *expr) {
  const RplSymbol *symbol =
      expr->each ? rpl_policy_lookup(policy, expr->each) : NULL;
  if (!symbol)
    return;
  rpl_policy_report(policy, RPL_DIAG_SHADOWED, expr->each_span, expr->each, 0);
  rpl_policy_label(policy, symbol->span, "declared here");
  rpl_policy_help(policy, "give the elements of the list another name");
}

static bool is_extreme(const RplPolicy *policy, const RplExpr *expr) {
  RplAggregate which = rpl_aggregate_of(rpl_policy_text(policy, expr->name));
  return which == RPL_AGGREGATE_MIN || which == RPL_AGGREGATE_MAX;
}

/* Whether the aggregate goes through a list; reports otherwise. `min(a)` is
 * rather a call that lacks a value. */
static bool has_list(RplPolicy *policy, RplExpr *expr, RplType *instead) {
  RplExpr *list = expr->a;
  *instead = poison();
  if (rpl_type_is_poison(list->type))
    return false;
  if (rpl_type_waits(list->type)) {
    *instead =
        refuse_open(policy, list,
                    "declare it in a policy file: `fact {} : list of TYPE "
                    "up to 100;`");
    return false;
  }
  if (is_kind(list, RPL_KIND_LIST))
    return true;
  if (is_extreme(policy, expr) && !expr->each) {
    rpl_check_report3(policy, RPL_DIAG_WRONG_ARGUMENTS, expr->span,
                      rpl_policy_text(policy, expr->name),
                      rpl_slice("2 or more"), rpl_slice("1"));
    return false;
  }
  rpl_check_report2(policy, RPL_DIAG_NOT_A_LIST, list->span,
                    rpl_policy_text(policy, expr->name),
                    rpl_type_text(policy, list->type));
  return false;
}

RplType rpl_check_aggregate(RplPolicy *policy, RplExpr *expr) {
  RplAggregate which = rpl_aggregate_of(rpl_policy_text(policy, expr->name));
  RplType instead;
  if (which == RPL_AGGREGATE_NO)
    return rpl_check_call(policy, expr);
  check_shadows(policy, expr);
  if (!has_list(policy, expr, &instead))
    return instead;
  if (expr->c)
    rpl_check_expect(policy, expr->c, rpl_type(RPL_KIND_BOOLEAN));
  switch (which) {
  case RPL_AGGREGATE_COUNT:
    return integer();
  case RPL_AGGREGATE_SUM:
    return type_of_sum(policy, expr);
  case RPL_AGGREGATE_MIN:
  case RPL_AGGREGATE_MAX:
    return type_of_extreme(policy, expr);
  default:
    rpl_check_expect(policy, expr->b, rpl_type(RPL_KIND_BOOLEAN));
    return rpl_type(RPL_KIND_BOOLEAN);
  }
}

/* `min(...) else x`: what there is none of is none here, not an error. */
void rpl_check_allow_nothing(RplPolicy *policy, RplExpr *expr) {
  if (expr->kind != RPL_EXPR_AGGREGATE || !is_extreme(policy, expr))
    return;
  expr->is_else = true;
  expr->type.optional = !rpl_type_is_poison(expr->type);
}

/* ---- membership ---------------------------------------------------------- */

/* `x in xs`: equal to an element of a list. */
static RplType type_element_of(RplPolicy *policy, RplExpr *expr) {
  RplExpr *list = expr->items.items[0];
  RplType element = rpl_type_element(list->type);
  RplType joined;
  bool currencies;
  if (rpl_kind_has_parts(element.kind)) {
    rpl_check_report2(policy, RPL_DIAG_BAD_OPERAND, list->span, rpl_slice("in"),
                      rpl_type_text(policy, list->type));
    return poison();
  }
  if (rpl_type_waits(expr->a->type) || expr->a->kind == RPL_EXPR_TEXT)
    rpl_check_expect(policy, expr->a, element);
  else if (!rpl_type_join(expr->a->type, element, &joined, &currencies))
    rpl_check_report2(policy, RPL_DIAG_CANNOT_COMPARE, expr->span,
                      rpl_type_text(policy, expr->a->type),
                      rpl_type_text(policy, element));
  return rpl_type(RPL_KIND_BOOLEAN);
}

/* `x in s`: membership of a set. */
static RplType type_member(RplPolicy *policy, RplExpr *expr) {
  RplExpr *set = expr->items.items[0];
  RplType value = rpl_type(RPL_KIND_ENUM);
  value.enumeration = set->type.enumeration;
  rpl_check_expect(policy, expr->a, value);
  return rpl_type(RPL_KIND_BOOLEAN);
}

RplType rpl_check_in(RplPolicy *policy, RplExpr *expr) {
  RplType joined;
  if (expr->items.count == 1 && is_kind(expr->items.items[0], RPL_KIND_SET))
    return type_member(policy, expr);
  if (expr->items.count == 1 && is_kind(expr->items.items[0], RPL_KIND_LIST))
    return type_element_of(policy, expr);
  for (size_t i = 0; i < expr->items.count; i++) {
    RplExpr *item = expr->items.items[i];
    if (!rpl_check_join(policy, expr->a, item, &joined))
      rpl_check_report2(policy, RPL_DIAG_CANNOT_COMPARE, item->span,
                        rpl_type_text(policy, expr->a->type),
                        rpl_type_text(policy, item->type));
    else if (rpl_type_waits(joined) && joined.kind == RPL_TY_ZERO)
      rpl_check_settle(policy, item, rpl_type(RPL_KIND_NUMBER));
    else if (rpl_type_waits(joined) && policy->is_final)
      rpl_check_report_open(policy, item->symbol ? item : expr->a);
    else if (rpl_type_waits(joined))
      policy->has_open = true;
  }
  return rpl_type(RPL_KIND_BOOLEAN);
}

/* ---- how deep aggregates stand ------------------------------------------- */

static uint8_t deeper(uint8_t blocks, const RplExpr *expr) {
  return expr && expr->blocks > blocks ? expr->blocks : blocks;
}

static bool is_in_list(const RplExpr *expr) {
  return expr->kind == RPL_EXPR_IN && expr->items.count == 1 &&
         is_kind(expr->items.items[0], RPL_KIND_LIST);
}

/* LIMIT: RPL_MAX_LIST_DEPTH. */
void rpl_check_blocks(RplPolicy *policy, RplExpr *expr) {
  bool is_block = expr->kind == RPL_EXPR_AGGREGATE && (expr->b || expr->c);
  uint8_t blocks = deeper(deeper(0, expr->b), expr->c);
  if (is_block)
    blocks++;
  if (is_in_list(expr))
    blocks = 1;
  blocks = deeper(blocks, expr->a);
  for (size_t i = 0; i < expr->items.count; i++)
    blocks = deeper(blocks, expr->items.items[i]);
  expr->blocks = blocks;
  if (blocks <= RPL_MAX_LIST_DEPTH)
    return;
  rpl_report(policy->compile->report, RPL_DIAG_BLOCKS_TOO_DEEP, expr->span, "2",
             NULL);
  rpl_report_help(policy->compile->report,
                  "name what does not depend on the elements with a `let`",
                  NULL, 0);
  expr->blocks = 0;
  expr->type = poison();
}

/* ---- lists that are written out ------------------------------------------ */

static RplType refuse_elements(RplPolicy *policy, RplSpan span,
                               const char *what) {
  RplSlice text = rpl_slice_from(what);
  rpl_report_add(policy->compile->report, RPL_DIAG_LIST_OF, span, &text, 1);
  return poison();
}

/* What all the nodes have in common, which those that wait then have. */
static RplType join_all(RplPolicy *policy, RplExpr **nodes, size_t count) {
  RplType joined = nodes[0]->type;
  for (size_t i = 1; i < count; i++) {
    bool currencies = false;
    RplType before = joined;
    if (rpl_type_join(before, nodes[i]->type, &joined, &currencies))
      continue;
    if (currencies) { /* they may stand in one list */
      joined = rpl_type(RPL_KIND_MONEY);
      continue;
    }
    rpl_check_report2(policy, RPL_DIAG_WRONG_TYPE, nodes[i]->span,
                      rpl_type_text(policy, before),
                      rpl_type_text(policy, nodes[i]->type));
    rpl_policy_label(policy, nodes[0]->span, "elements are of one type");
    return poison();
  }
  if (rpl_type_is(joined, RPL_TY_ZERO))
    joined = rpl_type_optional(integer(), joined.optional);
  if (rpl_type_is(joined, RPL_TY_OPEN) && policy->is_calc) {
    policy->has_open = true; /* what only ever is unknown is a number at last */
    if (policy->is_final)
      joined = rpl_type_optional(rpl_type(RPL_KIND_NUMBER), joined.optional);
  }
  if (rpl_type_waits(joined) || rpl_type_is_poison(joined))
    return joined;
  for (size_t i = 0; i < count; i++)
    if (rpl_type_waits(nodes[i]->type))
      rpl_check_settle(policy, nodes[i], rpl_type_optional(joined, false));
  return joined;
}

static RplType list_of(RplPolicy *policy, const RplExpr *expr, RplType element,
                       size_t count) {
  if (rpl_type_is_poison(element))
    return poison();
  if (rpl_type_is(element, RPL_KIND_LIST))
    return refuse_elements(policy, expr->span, "lists");
  if (element.optional || rpl_type_is(element, RPL_TY_NONE))
    return refuse_elements(policy, expr->span, "values that may be none");
  if (rpl_type_waits(element))
    return rpl_type(RPL_TY_OPEN);
  if (count > RPL_MAX_LIST_ITEMS) {
    rpl_report(policy->compile->report, RPL_DIAG_LIST_TOO_LONG, expr->span,
               "10000", NULL);
    return poison();
  }
  return rpl_type_list(element, count ? (uint32_t)count : 1u);
}

bool rpl_check_listing(RplPolicy *policy, RplExpr *expr, RplType type) {
  if (expr->kind != RPL_EXPR_LIST || !rpl_type_is(type, RPL_KIND_LIST))
    return false;
  for (size_t i = 0; i < expr->items.count; i++)
    rpl_check_expect(policy, expr->items.items[i], rpl_type_element(type));
  expr->type = rpl_type_optional(type, false);
  if (expr->items.count <= type.most)
    return true;
  char most[8] = {0};
  size_t at = sizeof most - 1;
  for (uint32_t rest = type.most; rest; rest /= 10)
    most[--at] = (char)('0' + rest % 10);
  rpl_report(policy->compile->report, RPL_DIAG_LIST_TOO_LONG, expr->span,
             most + at, NULL);
  expr->type = poison();
  return true;
}

void rpl_check_two_lists(RplPolicy *policy, RplExpr *a, RplExpr *b) {
  if (a->kind == RPL_EXPR_LIST && b->kind == RPL_EXPR_LIST &&
      is_kind(a, RPL_KIND_LIST) && is_kind(b, RPL_KIND_LIST)) {
    RplExpr *shorter = a->type.most < b->type.most ? a : b;
    shorter->type.most = (shorter == a ? b : a)->type.most;
  } else if (b->kind != RPL_EXPR_LIST) {
    (void)rpl_check_listing(policy, a, b->type);
  } else {
    (void)rpl_check_listing(policy, b, a->type);
  }
}

/* ---- calculations: all that stands at one place -------------------------- */

typedef struct Nodes {
  RplExpr **items;
  size_t count, capacity;
} Nodes;

static RplType unify(RplPolicy *policy, RplExpr **nodes, size_t count);

static void set_types(RplExpr **nodes, size_t count, RplType type) {
  for (size_t i = 0; i < count; i++)
    if (nodes[i]->kind != RPL_EXPR_NONE)
      nodes[i]->type = type;
}

static RplType unify_lists(RplPolicy *policy, RplExpr **nodes, size_t count) {
  Nodes all = {0};
  size_t most = 0;
  for (size_t i = 0; i < count; i++) {
    const RplExprs *elements = &nodes[i]->items;
    most = elements->count > most ? elements->count : most;
    for (size_t j = 0; j < elements->count; j++)
      RPL_POLICY_APPEND(policy, all, elements->items[j]);
  }
  RplType element = all.count ? unify(policy, all.items, all.count) : integer();
  return list_of(policy, nodes[0], element, most);
}

/* LIMITS of records, as in a policy. */
static bool is_too_deep(RplPolicy *policy, RplRecord *record, RplSpan span) {
  record->records = 1;
  for (size_t i = 0; i < record->count; i++) {
    const RplType *type = &record->fields[i].type;
    uint8_t records = type->record ? (uint8_t)(type->record->records + 1) : 1;
    uint8_t lists = (uint8_t)((type->record ? type->record->lists : 0) +
                              (type->kind == RPL_KIND_LIST));
    record->records = records > record->records ? records : record->records;
    record->lists = lists > record->lists ? lists : record->lists;
  }
  bool is_deep = record->records > RPL_MAX_RECORD_DEPTH;
  if (is_deep || record->lists > RPL_MAX_LIST_DEPTH)
    rpl_report(policy->compile->report,
               is_deep ? RPL_DIAG_RECORD_TOO_DEEP : RPL_DIAG_LIST_TOO_DEEP,
               span, is_deep ? "4" : "2", NULL);
  return is_deep || record->lists > RPL_MAX_LIST_DEPTH;
}

/* The field of that name in all records. */
static RplType unify_field(RplPolicy *policy, RplExpr **nodes, size_t count,
                           RplName name) {
  Nodes values = {0};
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < nodes[i]->items.count; j++)
      if (nodes[i]->items.items[j]->name == name)
        RPL_POLICY_APPEND(policy, values, nodes[i]->items.items[j]->a);
  return values.count ? unify(policy, values.items, values.count) : poison();
}

/* Fields that are none have the type of the others. */
static void give_to_nones(RplExpr **nodes, size_t count, RplName name,
                          RplType type) {
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < nodes[i]->items.count; j++) {
      const RplExpr *entry = nodes[i]->items.items[j];
      if (entry->name == name && entry->a->kind == RPL_EXPR_NONE)
        entry->a->type = rpl_type_optional(type, true);
    }
}

static bool add_field(RplPolicy *policy, RplRecord *record, RplExpr **nodes,
                      size_t count, const RplExpr *entry) {
  if (rpl_record_find(record, entry->name))
    return true;
  if (record->count == RPL_MAX_RECORD_FIELDS) {
    rpl_report(policy->compile->report, RPL_DIAG_RECORD_TOO_LARGE, entry->span,
               "64", NULL);
    return false;
  }
  RplType type = unify_field(policy, nodes, count, entry->name);
  if (rpl_type_is(type, RPL_TY_NONE))
    type = rpl_type_optional(rpl_type(RPL_KIND_NUMBER), true);
  if (rpl_type_is_poison(type) || rpl_type_waits(type))
    return false; /* reported, or waits for the last round */
  give_to_nones(nodes, count, entry->name, type);
  record->fields[record->count++] =
      (RplField){.name = entry->name, .span = entry->span, .type = type};
  return true;
}

static RplType unify_records(RplPolicy *policy, RplExpr **nodes, size_t count) {
  RplRecord *record = rpl_policy_record(policy, 0, nodes[0]->span);
  if (!record)
    return poison();
  record->fields =
      rpl_policy_alloc(policy, RPL_MAX_RECORD_FIELDS, sizeof(RplField));
  for (size_t i = 0; i < count && record->fields; i++)
    for (size_t j = 0; j < nodes[i]->items.count; j++)
      if (!add_field(policy, record, nodes, count, nodes[i]->items.items[j]))
        return poison();
  if (is_too_deep(policy, record, nodes[0]->span))
    return poison();
  RplType type = rpl_type(RPL_KIND_RECORD);
  type.record = record;
  return type;
}

/* The type of all nodes that stand at the same place, which they then have. It
 * recurs no deeper than types do. */
static RplType unify(RplPolicy *policy, RplExpr **nodes, size_t count) {
  RplExpr **known = rpl_policy_alloc(policy, count, sizeof *known);
  size_t known_count = 0;
  for (size_t i = 0; known && i < count; i++) {
    if (rpl_type_is_poison(nodes[i]->type))
      return poison();
    if (nodes[i]->kind != RPL_EXPR_NONE)
      known[known_count++] = nodes[i];
  }
  if (!known_count)
    return rpl_type(RPL_TY_NONE);
  RplExprKind kind = known[0]->kind;
  if (kind != RPL_EXPR_LIST && kind != RPL_EXPR_RECORD)
    return join_all(policy, nodes, count);
  for (size_t i = 0; i < known_count; i++)
    if (known[i]->kind != kind) {
      rpl_check_report2(
          policy, RPL_DIAG_WRONG_TYPE, known[i]->span,
          rpl_slice_from(kind == RPL_EXPR_LIST ? "a list" : "a record"),
          rpl_type_text(policy, known[i]->type));
      return poison();
    }
  RplType type = kind == RPL_EXPR_LIST
                     ? unify_lists(policy, known, known_count)
                     : unify_records(policy, known, known_count);
  set_types(known, known_count, type);
  return rpl_type_is_poison(type)
             ? type
             : rpl_type_optional(type, known_count < count);
}

RplType rpl_check_list(RplPolicy *policy, RplExpr *expr) {
  RplExprs *items = &expr->items;
  expr->type = rpl_type(RPL_TY_OPEN); /* not that of an earlier round */
  if (policy->is_calc)
    return unify(policy, &expr, 1);
  if (!items->count)
    return rpl_type(RPL_TY_OPEN);
  return list_of(policy, expr, join_all(policy, items->items, items->count),
                 items->count);
}

RplType rpl_check_record(RplPolicy *policy, RplExpr *expr) {
  expr->type = rpl_type(RPL_TY_OPEN); /* not that of an earlier round */
  if (policy->is_calc)
    return unify(policy, &expr, 1);
  rpl_report(policy->compile->report, RPL_DIAG_RECORD_HERE, expr->span, NULL);
  rpl_report_help(policy->compile->report,
                  "a rule reads records that come as facts", NULL, 0);
  return poison();
}
