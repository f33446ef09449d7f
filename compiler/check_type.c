/* SPDX-License-Identifier: Apache-2.0
 *
 * check_type.c - types as policies write them, and the fields of records; see
 * check.h. Records may be declared in any order; none contains itself.
 */
#include "compiler/check.h"

#include "vm/number.h"
#include "vm/text.h"

static RplSlice text_of(const RplPolicy *policy, RplName name) {
  return rpl_name_text(policy->compile->interner, name);
}

/* ---- types as written
 * -------------------------------------------------------- */

static const RplKind written_kinds[] = {
    RPL_KIND_BOOLEAN, RPL_KIND_INTEGER,  RPL_KIND_NUMBER,   RPL_KIND_MONEY,
    RPL_KIND_TEXT,    RPL_KIND_DATE,     RPL_KIND_DATETIME, RPL_KIND_DURATION,
    RPL_KIND_PERIOD,  RPL_KIND_CURRENCY, RPL_KIND_ROUNDING, RPL_KIND_ZONE};
#define WRITTEN_KINDS (sizeof written_kinds / sizeof *written_kinds)

static RplType unknown_type(RplPolicy *policy, const RplTypeNode *node) {
  RplSlice names[WRITTEN_KINDS + 64];
  size_t count = 0;
  for (; count < WRITTEN_KINDS; count++)
    names[count] = rpl_slice(rpl_kind_name(written_kinds[count]));
  for (size_t i = 0; i < policy->enums.count && count < WRITTEN_KINDS + 64; i++)
    names[count++] = text_of(policy, policy->enums.items[i]->name);
  for (size_t i = 0; i < policy->records.count && count < WRITTEN_KINDS + 64;
       i++)
    names[count++] = text_of(policy, policy->records.items[i]->name);
  rpl_policy_report(policy, RPL_DIAG_UNKNOWN_TYPE, node->span, node->name, 0);
  RplSlice nearest = rpl_nearest(text_of(policy, node->name), names, count);
  if (nearest.length)
    rpl_report_help(policy->compile->report, "did you mean `{}`?", &nearest, 1);
  else
    rpl_report_help(policy->compile->report,
                    "types are boolean, integer, number, money, text, date, "
                    "datetime, duration, period, currency, `one of a, b`",
                    NULL, 0);
  return rpl_type(RPL_TY_POISON);
}

/* LIMIT: RPL_MAX_SET_VALUES values of an enumeration in a set. */
static RplType record_type(RplPolicy *policy, RplRecord *record);

static RplType as_set(RplPolicy *policy, const RplTypeNode *node,
                      RplType type) {
  if (!node->is_set)
    return type;
  if (!rpl_type_is(type, RPL_KIND_ENUM)) {
    rpl_check_report2(policy, RPL_DIAG_WRONG_TYPE, node->span,
                      rpl_slice("an enumeration after `set of`"),
                      rpl_type_text(policy, type));
    return rpl_type(RPL_TY_POISON);
  }
  if (type.enumeration && type.enumeration->values.count > RPL_MAX_SET_VALUES) {
    rpl_report(policy->compile->report, RPL_DIAG_SET_TOO_LARGE, node->span,
               "64", NULL);
    return rpl_type(RPL_TY_POISON);
  }
  type.kind = RPL_KIND_SET;
  return type;
}

/* A type with `set of` and `list of` before it. */
static RplType written(RplPolicy *policy, const RplTypeNode *node,
                       RplType type) {
  type = as_set(policy, node, type);
  if (!node->is_list || rpl_type_is_poison(type))
    return type;
  return rpl_type_list(type, 0);
}

RplType rpl_check_type(RplPolicy *policy, const RplTypeNode *node,
                       RplName owner) {
  RplType type = rpl_type(RPL_TY_POISON);
  if (node->values.count) {
    type = rpl_type(RPL_KIND_ENUM);
    type.enumeration = rpl_policy_enum(policy, owner, node->values,
                                       node->or_other, node->span);
    return written(policy, node, type);
  }
  RplSlice name = text_of(policy, node->name);
  for (size_t i = 0; i < WRITTEN_KINDS; i++)
    if (rpl_slice_is(name, rpl_kind_name(written_kinds[i])))
      type = rpl_type(written_kinds[i]);
  RplEnum *declared = policy->types[node->name];
  if (rpl_type_is_poison(type) && declared) {
    declared->is_used = true;
    type = rpl_type(RPL_KIND_ENUM);
    type.enumeration = declared;
  }
  if (rpl_type_is_poison(type) && policy->record_names[node->name])
    type = record_type(policy, policy->record_names[node->name]);
  else if (rpl_type_is_poison(type))
    return unknown_type(policy, node);
  return rpl_type_optional(written(policy, node, type), node->is_optional);
}

/* ---- lists and records
 * ------------------------------------------------------- */

/* The number N of `up to N`; 0: it is none. */
static uint32_t whole(const RplExpr *value) {
  uint64_t number = 0;
  if (value->kind != RPL_EXPR_NUMBER)
    return 0;
  for (size_t i = 0; i < value->text.length; i++) {
    if (value->text.data[i] == '.')
      return 0;
    if (number <= RPL_MAX_LIST_ITEMS)
      number = number * 10 + (uint64_t)(value->text.data[i] - '0');
  }
  return number > RPL_MAX_LIST_ITEMS ? RPL_MAX_LIST_ITEMS + 1u
                                     : (uint32_t)number;
}

/* LIMIT: RPL_MAX_LIST_ITEMS elements. */
RplType rpl_check_list_bound(RplPolicy *policy, RplType type,
                             const RplBoundNode *bounds, RplSpan span) {
  bool is_one = bounds && !bounds->next && bounds->op == RPL_LE;
  uint32_t most = is_one ? whole(bounds->value) : 0;
  if (most == 0) {
    RplSlice text = rpl_span_text(policy->compile->sources, span);
    rpl_report(policy->compile->report, RPL_DIAG_LIST_BOUND,
               bounds ? bounds->value->span : span, NULL);
    rpl_report_help(policy->compile->report, "write `{} up to 100`", &text, 1);
    return rpl_type(RPL_TY_POISON);
  }
  if (most > RPL_MAX_LIST_ITEMS) {
    rpl_report(policy->compile->report, RPL_DIAG_LIST_TOO_LONG,
               bounds->value->span, "10000", NULL);
    return rpl_type(RPL_TY_POISON);
  }
  type.most = (uint16_t)most;
  return type;
}

/* LIMIT: RPL_MAX_LIST_DEPTH. */
void rpl_check_list_depth(RplPolicy *policy, RplType type, RplSpan span) {
  unsigned lists = rpl_type_is(type, RPL_KIND_LIST);
  lists += type.record ? type.record->lists : 0u;
  if (lists > RPL_MAX_LIST_DEPTH)
    rpl_report(policy->compile->report, RPL_DIAG_LIST_TOO_DEEP, span, "2",
               NULL);
}

enum { MARK_NEW, MARK_OPEN, MARK_DONE };

static void resolve_record(RplPolicy *policy, RplRecord *record,
                           unsigned depth);

static RplType record_type(RplPolicy *policy, RplRecord *record) {
  (void)policy;
  record->is_used = true;
  RplType type = rpl_type(RPL_KIND_RECORD);
  type.record = record;
  return type;
}

/* The record that a field is of or lists; NULL: none. */
static RplRecord *record_in(const RplPolicy *policy, const RplTypeNode *node) {
  return node->values.count ? NULL : policy->record_names[node->name];
}

/* A record that contains itself, however far inside. */
static RplType refuse_cycle(RplPolicy *policy, const RplRecord *record,
                            RplSpan span) {
  rpl_policy_report(policy, RPL_DIAG_CYCLE, record->span, record->name, 0);
  rpl_report_label(policy->compile->report, span, "contained here", NULL, 0);
  return rpl_type(RPL_TY_POISON);
}

/* LIMITS: RPL_MAX_RECORD_DEPTH, RPL_MAX_LIST_DEPTH. The depth of the walk is
 * bounded by the first. */
static RplType resolve_field(RplPolicy *policy, RplRecord *owner,
                             const RplFieldNode *node, unsigned depth) {
  RplRecord *inner = record_in(policy, &node->type);
  if (inner && inner->mark == MARK_OPEN)
    return refuse_cycle(policy, inner, node->type.span);
  if (inner && inner->mark == MARK_NEW && depth < RPL_MAX_RECORD_DEPTH)
    resolve_record(policy, inner, depth + 1);
  unsigned records = inner ? inner->records + 1u : 1u;
  unsigned lists = (inner ? inner->lists : 0u) + node->type.is_list;
  if (inner && (inner->mark == MARK_NEW || records > RPL_MAX_RECORD_DEPTH)) {
    rpl_report(policy->compile->report, RPL_DIAG_RECORD_TOO_DEEP,
               node->type.span, "4", NULL);
    return rpl_type(RPL_TY_POISON);
  }
  if (lists > RPL_MAX_LIST_DEPTH) {
    rpl_report(policy->compile->report, RPL_DIAG_LIST_TOO_DEEP, node->type.span,
               "2", NULL);
    return rpl_type(RPL_TY_POISON);
  }
  owner->records =
      (uint8_t)(records > owner->records ? records : owner->records);
  owner->lists = (uint8_t)(lists > owner->lists ? lists : owner->lists);
  RplType type = rpl_check_type(policy, &node->type, node->name.name);
  if (rpl_type_is(type, RPL_KIND_LIST))
    return rpl_check_list_bound(policy, type, node->bounds, node->type.span);
  return type;
}

static bool is_declared_twice(RplPolicy *policy, const RplRecord *record,
                              const RplFieldNode *node) {
  const RplField *old = rpl_record_find(record, node->name.name);
  if (!old)
    return false;
  rpl_policy_report(policy, RPL_DIAG_DUPLICATE_NAME, node->name.span,
                    node->name.name, 0);
  rpl_policy_label(policy, old->span, "declared here first");
  return true;
}

/* LIMIT: RPL_MAX_RECORD_FIELDS. */
static void resolve_record(RplPolicy *policy, RplRecord *record,
                           unsigned depth) {
  const RplFieldNodes *nodes = &record->stmt->fields;
  record->mark = MARK_OPEN;
  record->records = 1;
  record->fields = rpl_policy_alloc(policy, nodes->count, sizeof(RplField));
  for (size_t i = 0; i < nodes->count && record->fields; i++) {
    const RplFieldNode *node = &nodes->items[i];
    if (i == RPL_MAX_RECORD_FIELDS) {
      rpl_report(policy->compile->report, RPL_DIAG_RECORD_TOO_LARGE,
                 node->name.span, "64", NULL);
      break;
    }
    if (is_declared_twice(policy, record, node))
      continue;
    RplField field = {.name = node->name.name,
                      .span = node->name.span,
                      .bounds = node->bounds,
                      .title = node->title};
    field.type = resolve_field(policy, record, node, depth);
    rpl_check_bounds(policy, field.name, field.type, field.bounds, NULL);
    record->fields[record->count++] = field;
  }
  record->mark = MARK_DONE;
}

void rpl_check_records(RplPolicy *policy) {
  for (size_t i = 0; i < policy->records.count; i++)
    if (policy->records.items[i]->mark == MARK_NEW)
      resolve_record(policy, policy->records.items[i], 1);
}

const RplField *rpl_record_find(const RplRecord *record, RplName name) {
  for (size_t i = 0; i < record->count; i++)
    if (record->fields[i].name == name)
      return &record->fields[i];
  return NULL;
}
