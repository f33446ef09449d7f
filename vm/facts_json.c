/* SPDX-License-Identifier: Apache-2.0
 * facts_json.c - facts and params from a JSON object. See facts.h. */
#include <string.h>

#include "vm/context.h"
#include "vm/facts.h"
#include "vm/json_read.h"

/* One binding of an object's members. */
typedef struct Binding {
  RplFacts *facts;
  RplArena *arena; /* for texts and limbs of the values */
  RplSlice input;
  uint32_t flags;
  bool is_param;
  RplFactError *error;
} Binding;

static void locate(const Binding *binding, size_t offset) {
  rpl_json_position(binding->input, offset, &binding->error->line,
                    &binding->error->column);
}

static RplStatus refuse_json(const Binding *binding, const RplJsonError *why) {
  rpl_facts_error_begin(binding->error, (RplSlice){NULL, 0});
  rpl_facts_error_put(binding->error->message, sizeof binding->error->message,
                      rpl_slice_from(why->text));
  locate(binding, why->offset);
  return RPL_E_FACTS;
}

static RplStatus read_object(Binding *binding, RplArena *arena,
                             RplJsonDoc *doc) {
  RplJsonError why;
  RplStatus status = rpl_json_parse(arena, binding->input, NULL, doc, &why);
  if (status == RPL_E_MEMORY)
    return status;
  if (status)
    return refuse_json(binding, &why);
  if (rpl_json_type(doc->root) == RPL_JSON_OBJECT)
    return RPL_OK;
  why = (RplJsonError){RPL_JSON_E_VALUE, "expected one JSON object",
                       rpl_json_offset(doc->root)};
  return refuse_json(binding, &why);
}

RplFound rpl_facts_found(const RplJsonNode *node) {
  switch (rpl_json_type(node)) {
  case RPL_JSON_NULL:
    return (RplFound){RPL_FOUND_NULL, {NULL, 0}};
  case RPL_JSON_BOOLEAN:
    return (RplFound){
        RPL_FOUND_BOOLEAN,
        rpl_slice_from(rpl_json_is_true(node) ? "true" : "false")};
  case RPL_JSON_NUMBER:
    return (RplFound){RPL_FOUND_NUMBER, rpl_json_text(node)};
  case RPL_JSON_STRING:
    return (RplFound){RPL_FOUND_TEXT, rpl_json_text(node)};
  default:
    return (RplFound){RPL_FOUND_OTHER,
                      rpl_slice_from(rpl_json_type_text(rpl_json_type(node)))};
  }
}

/* {"currency": "USD", "amount": "1.60"}: exactly these two. */
static const RplJsonNode *money_parts(const RplJsonNode *node,
                                      const RplJsonNode **amount) {
  const RplJsonNode *currency =
      rpl_json_member(node, rpl_slice_from("currency"));
  *amount = rpl_json_member(node, rpl_slice_from("amount"));
  if (rpl_json_count(node) != 2 || !currency || !*amount ||
      rpl_json_type(currency) != RPL_JSON_STRING ||
      (rpl_json_type(*amount) != RPL_JSON_STRING &&
       rpl_json_type(*amount) != RPL_JSON_NUMBER))
    return NULL;
  return currency;
}

static RplStatus refuse_array(const Binding *binding, uint32_t slot,
                              const RplJsonNode *node) {
  RplFound found = rpl_facts_found(node);
  return rpl_facts_refuse(binding->facts, slot, "an array of strings", &found,
                          binding->error);
}

static RplStatus read_item(const Binding *binding, uint32_t slot,
                           const RplJsonNode *item, RplValue *value) {
  RplStatus status =
      rpl_json_type(item) == RPL_JSON_STRING
          ? rpl_facts_read_set(binding->facts, slot, rpl_json_text(item), value,
                               binding->error)
          : refuse_array(binding, slot, item);
  if (status == RPL_E_FACTS)
    locate(binding, rpl_json_offset(item));
  return status;
}

/* ["invoice", "usage_data"]: a set is an array of its values. */
static RplStatus read_array(const Binding *binding, uint32_t slot,
                            const RplJsonNode *node, RplValue *value) {
  *value = rpl_value_set(rpl_facts_type(binding->facts, slot)->detail, 0);
  for (const RplJsonNode *item = rpl_json_first(node); item;
       item = rpl_json_next(item)) {
    RplStatus status = read_item(binding, slot, item, value);
    if (status)
      return status;
  }
  return RPL_OK;
}

static RplStatus read_value(const Binding *binding, uint32_t slot,
                            const RplJsonNode *node, RplValue *value) {
  if (rpl_facts_type(binding->facts, slot)->kind == RPL_KIND_SET &&
      rpl_json_type(node) != RPL_JSON_NULL) {
    if (rpl_json_type(node) == RPL_JSON_ARRAY)
      return read_array(binding, slot, node, value);
    return refuse_array(binding, slot, node);
  }
  if (rpl_facts_type(binding->facts, slot)->kind == RPL_KIND_MONEY &&
      rpl_json_type(node) == RPL_JSON_OBJECT) {
    const RplJsonNode *amount;
    const RplJsonNode *currency = money_parts(node, &amount);
    if (!currency)
      return rpl_facts_refuse_plainly(
          binding->facts, slot,
          "expected {\"currency\": \"USD\", \"amount\": \"1.60\"}, found "
          "another object",
          binding->error);
    return rpl_facts_read_money(binding->facts, binding->arena, slot,
                                rpl_json_text(currency), rpl_json_text(amount),
                                value, binding->error);
  }
  RplFound found = rpl_facts_found(node);
  return rpl_facts_read(binding->facts, binding->arena, slot, &found, value,
                        binding->error);
}

static RplStatus read_single(void *context, uint32_t slot,
                             const RplJsonNode *node, RplValue *value) {
  return read_value(context, slot, node, value);
}

static bool has_parts(const RplFacts *facts, uint32_t slot) {
  return rpl_kind_has_parts(rpl_facts_type(facts, slot)->kind);
}

/* A list or a record; refused at the part that is wrong. */
static RplStatus read_parts(Binding *binding, uint32_t slot,
                            const RplJsonNode *node, RplValue *value) {
  RplPartReader reader = {.facts = binding->facts,
                          .arena = binding->arena,
                          .ignores_unknown =
                              (binding->flags & RPL_FACTS_IGNORE_UNKNOWN) != 0,
                          .error = binding->error,
                          .read_single = read_single,
                          .context = binding};
  RplStatus status = rpl_facts_read_parts(&reader, slot, node, value);
  if (status != RPL_E_FACTS || binding->error->line)
    return status;
  if (reader.refused_key)
    locate(binding, rpl_json_key_offset(reader.refused_key));
  else if (reader.refused)
    locate(binding, rpl_json_offset(reader.refused));
  return status;
}

RplStatus rpl_facts_read_json(RplFacts *facts, RplArena *arena, uint32_t slot,
                              RplSlice text, RplValue *value,
                              RplFactError *error) {
  Binding binding = {facts, arena, text, 0, false, error};
  RplJsonError why;
  RplJsonDoc doc;
  RplStatus status = rpl_json_parse(arena, text, NULL, &doc, &why);
  if (status == RPL_E_MEMORY)
    return status;
  if (status) {
    RplFound found = {RPL_FOUND_TEXT, text};
    bool is_list = rpl_facts_type(facts, slot)->kind == RPL_KIND_LIST;
    return rpl_facts_refuse(facts, slot,
                            is_list ? "a JSON array such as [1, 2]"
                                    : "a JSON object such as {\"a\": 1}",
                            &found, error);
  }
  return read_parts(&binding, slot, doc.root, value);
}

/* The slot of a member; UINT32_MAX with RPL_OK: not known, to be dropped. */
static RplStatus find_member(const Binding *binding, const RplJsonNode *node,
                             uint32_t *slot) {
  RplFacts *facts = binding->facts;
  RplSlice name = rpl_json_key(node);
  *slot = rpl_facts_find_next(facts, name);
  if (*slot != UINT32_MAX && ((rpl_facts_record(facts, *slot)->flags &
                               RPL_FACT_PARAM) != 0) == binding->is_param)
    return RPL_OK;
  if (*slot == UINT32_MAX && (binding->flags & RPL_FACTS_IGNORE_UNKNOWN))
    return RPL_OK;
  RplStatus status =
      rpl_facts_refuse_name(facts, name, binding->is_param, binding->error);
  locate(binding, rpl_json_key_offset(node));
  return status;
}

static RplStatus read_member(Binding *binding, const RplJsonNode *node,
                             uint32_t *slot, RplValue *value) {
  RplStatus status = find_member(binding, node, slot);
  if (status || *slot == UINT32_MAX)
    return status;
  status = has_parts(binding->facts, *slot)
               ? read_parts(binding, *slot, node, value)
               : read_value(binding, *slot, node, value);
  if (status == RPL_E_FACTS && !binding->error->line) /* no place within it */
    locate(binding, rpl_json_offset(node));
  return status;
}

static RplStatus bind_facts(Binding *binding) {
  RplFacts *facts = binding->facts;
  RplJsonDoc doc;
  RplStatus status = read_object(binding, &facts->arena, &doc);
  if (status)
    return status;
  for (const RplJsonNode *node = rpl_json_first(doc.root); node;
       node = rpl_json_next(node)) {
    uint32_t slot;
    RplValue value;
    status = read_member(binding, node, &slot, &value);
    if (status == RPL_OK && slot != UINT32_MAX)
      status = rpl_facts_put(facts, slot, &value);
    if (status)
      return status;
  }
  return RPL_OK;
}

RplStatus rpl_facts_json(RplContext *context, RplSlice json, uint32_t flags,
                         RplFactError *error) {
  RplFactError unused;
  RplFacts *facts = &context->facts;
  Binding binding = {facts, &facts->arena, json,
                     flags, false,         error ? error : &unused};
  if (flags & ~RPL_FACTS_IGNORE_UNKNOWN)
    return RPL_E_ARGUMENT;
  rpl_facts_forget(facts);
  if (rpl_facts_flat(facts, json))
    return RPL_OK;
  rpl_facts_forget(facts);
  RplStatus status = bind_facts(&binding);
  if (status)
    rpl_facts_forget(facts);
  return status;
}

/* ---- params ------------------------------------------------------------- */

static RplStatus read_param(Binding *binding, const RplJsonNode *node,
                            uint32_t *slot, RplValue *value) {
  RplSlice breach = {NULL, 0};
  bool is_kept = true;
  RplStatus status = read_member(binding, node, slot, value);
  if (status)
    return status;
  status = rpl_facts_check(binding->facts, binding->arena, *slot, value,
                           &is_kept, &breach);
  if (status || is_kept)
    return status;
  status =
      rpl_facts_refuse_range(binding->facts, *slot, breach, binding->error);
  locate(binding, rpl_json_offset(node));
  return status;
}

/* All are read before the first is put, so a refusal changes nothing; only
 * memory that runs short between two of them can leave some set. */
static RplStatus bind_params(Binding *binding) {
  RplJsonDoc doc;
  RplStatus status = read_object(binding, binding->arena, &doc);
  if (status)
    return status;
  uint32_t count = rpl_json_count(doc.root);
  RplValue *values = rpl_arena_array(binding->arena, count, sizeof *values);
  uint32_t *slots = rpl_arena_array(binding->arena, count, sizeof *slots);
  if (!values || !slots)
    return RPL_E_MEMORY;
  uint32_t next = 0;
  for (const RplJsonNode *node = rpl_json_first(doc.root); node;
       node = rpl_json_next(node), next++) {
    status = read_param(binding, node, &slots[next], &values[next]);
    if (status)
      return status;
  }
  for (uint32_t i = 0; i < count; i++) {
    status = rpl_facts_put_param(binding->facts, slots[i], &values[i]);
    if (status)
      return status;
  }
  return RPL_OK;
}

RplStatus rpl_params_json(RplContext *context, RplSlice json,
                          RplFactError *error) {
  RplFactError unused;
  RplArena scratch;
  Binding binding = {&context->facts,        &scratch, json, 0, true,
                     error ? error : &unused};
  rpl_arena_init(&scratch, context->facts.allocator, 0);
  RplStatus status = bind_params(&binding);
  rpl_arena_clear(&scratch);
  return status;
}
