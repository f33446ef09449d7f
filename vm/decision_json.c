/* SPDX-License-Identifier: Apache-2.0
 * decision_json.c - see decision_json.h. The order of keys is fixed. */
#include "vm/decision_json.h"

#include <string.h>

#include "vm/sha256.h"

/* ---- small pieces ------------------------------------------------------- */

/* Begins a member: a comma unless it is the object's first, and the key. */
static void key(RplBuffer *buffer, const char *name) {
  size_t length = strlen(name); /* the names here need no escape */
  if (!rpl_buffer_reserve(buffer, length + 4))
    return;
  char *to = buffer->data + buffer->length;
  if (buffer->length && to[-1] != '{')
    *to++ = ',';
  *to++ = '"';
  memcpy(to, name, length);
  to += length;
  *to++ = '"';
  *to++ = ':';
  buffer->length = (size_t)(to - buffer->data);
}

static void named_key(RplBuffer *buffer, RplSlice name, bool is_first) {
  if (!is_first)
    rpl_buffer_byte(buffer, ',');
  rpl_json_write_string(buffer, name);
  rpl_buffer_byte(buffer, ':');
}

/* A member that is left out when it is empty. */
static void text_member(RplBuffer *buffer, const char *name, RplSlice text) {
  if (!text.length)
    return;
  key(buffer, name);
  rpl_json_write_string(buffer, text);
}

static void strings(RplBuffer *buffer, const RplSlice *items, size_t count) {
  rpl_buffer_byte(buffer, '[');
  for (size_t i = 0; i < count; i++) {
    if (i)
      rpl_buffer_byte(buffer, ',');
    rpl_json_write_string(buffer, items[i]);
  }
  rpl_buffer_byte(buffer, ']');
}

static void strings_member(RplBuffer *buffer, const char *name,
                           const RplSlice *items, size_t count) {
  if (!count)
    return;
  key(buffer, name);
  strings(buffer, items, count);
}

/* ---- the decision ------------------------------------------------------- */

static void reasons(RplBuffer *buffer, const RplDecision *decision) {
  if (!decision->reason_count)
    return;
  key(buffer, "reasons");
  rpl_buffer_byte(buffer, '[');
  for (size_t i = 0; i < decision->reason_count; i++) {
    const RplReason *reason = &decision->reasons[i];
    rpl_buffer_text(buffer, i ? ",{" : "{");
    text_member(buffer, "rule", reason->rule);
    strings_member(buffer, "clauses", reason->clauses, reason->clause_count);
    text_member(buffer, "text", reason->text);
    strings_member(buffer, "waits_for", reason->waits_for,
                   reason->waits_for_count);
    text_member(buffer, "at", reason->at);
    rpl_buffer_byte(buffer, '}');
  }
  rpl_buffer_byte(buffer, ']');
}

static void steps(RplBuffer *buffer, const RplDecision *decision) {
  if (!decision->step_count)
    return;
  key(buffer, "steps");
  rpl_buffer_byte(buffer, '[');
  for (size_t i = 0; i < decision->step_count; i++) {
    rpl_buffer_text(buffer, i ? ",{" : "{");
    text_member(buffer, "id", decision->steps[i].id);
    text_member(buffer, "text", decision->steps[i].text);
    rpl_buffer_byte(buffer, '}');
  }
  rpl_buffer_byte(buffer, ']');
}

static void rejected(RplBuffer *buffer, const RplDecision *decision) {
  if (!decision->rejected_count)
    return;
  key(buffer, "rejected");
  rpl_buffer_byte(buffer, '[');
  for (size_t i = 0; i < decision->rejected_count; i++) {
    rpl_buffer_text(buffer, i ? ",{" : "{");
    text_member(buffer, "fact", decision->rejected[i].fact);
    text_member(buffer, "text", decision->rejected[i].text);
    rpl_buffer_byte(buffer, '}');
  }
  rpl_buffer_byte(buffer, ']');
}

static const RplOutputRecord *record_of(const RplDecision *decision,
                                        size_t index) {
  return &rpl_outputs(
      &decision->context->image->tables)[decision->output_rows[index]];
}

static void destination(RplBuffer *buffer, const RplDecision *decision) {
  for (size_t i = 0; i < decision->output_count; i++)
    if (record_of(decision, i)->flags & RPL_OUTPUT_DESTINATION)
      strings_member(buffer, "destination", decision->outputs[i].values,
                     decision->outputs[i].value_count);
}

static void output_value(RplBuffer *buffer, const RplDecision *decision,
                         size_t index) {
  const RplTables *tables = &decision->context->image->tables;
  const RplOutputRecord *record = record_of(decision, index);
  const RplOutput *output = &decision->outputs[index];
  if (record->flags & RPL_OUTPUT_RANKED)
    strings(buffer, output->values, output->value_count);
  else if (rpl_types(tables)[record->type].kind == RPL_KIND_BOOLEAN)
    rpl_buffer_slice(buffer, output->values[0]);
  else
    rpl_json_write_string(buffer, output->values[0]);
}

static void outputs(RplBuffer *buffer, const RplDecision *decision) {
  bool is_first = true;
  for (size_t i = 0; i < decision->output_count; i++) {
    if (record_of(decision, i)->flags &
        (RPL_OUTPUT_AMOUNT | RPL_OUTPUT_DEADLINE | RPL_OUTPUT_DESTINATION))
      continue;
    if (is_first) {
      key(buffer, "outputs");
      rpl_buffer_byte(buffer, '{');
    }
    named_key(buffer, decision->outputs[i].name, is_first);
    output_value(buffer, decision, i);
    is_first = false;
  }
  if (!is_first)
    rpl_buffer_byte(buffer, '}');
}

static void error(RplBuffer *buffer, const RplDecision *decision) {
  if (!decision->error.code.length)
    return;
  key(buffer, "error");
  rpl_buffer_byte(buffer, '{');
  text_member(buffer, "code", decision->error.code);
  text_member(buffer, "text", decision->error.text);
  text_member(buffer, "at", decision->error.at);
  rpl_buffer_byte(buffer, '}');
}

/* ---- the record --------------------------------------------------------- */

static bool is_shown(const RplFacts *facts, uint32_t slot, bool params) {
  bool is_param = rpl_facts_record(facts, slot)->flags & RPL_FACT_PARAM;
  uint8_t state = facts->slots[slot].state;
  return is_param == params && state != RPL_SLOT_ABSENT &&
         state != RPL_SLOT_FAILED;
}

/* Facts as they were given, or params as they were used. */
static void values(RplBuffer *buffer, const RplFacts *facts, const char *name,
                   bool params) {
  bool is_first = true;
  key(buffer, name);
  rpl_buffer_byte(buffer, '{');
  for (uint32_t slot = 0; slot < facts->count; slot++) {
    if (!is_shown(facts, slot, params))
      continue;
    named_key(buffer, rpl_facts_name(facts, slot), is_first);
    rpl_value_write_json(buffer, &facts->image->tables, &facts->given[slot],
                         RPL_MONEY_FULL);
    is_first = false;
  }
  rpl_buffer_byte(buffer, '}');
}

/* The facts that the policy assumes something for, by slot, in one pass over
 * its code; NULL when memory is short. */
static const uint64_t *assumable(RplContext *context) {
  const RplTables *tables = &context->image->tables;
  const RplInstruction *code = rpl_code(tables);
  uint32_t count = rpl_code_count(tables);
  uint64_t *slots = rpl_arena_array(
      &context->arena, rpl_bit_words(context->facts.count), sizeof *slots);
  for (uint32_t i = 0; slots && i < count; i++)
    if (RPL_CODE_OP(code[i].word) == RPL_OP_GIVEN_OR)
      rpl_bit_set(slots, RPL_OPERAND_INDEX(code[i].a));
  return slots;
}

static bool is_absent(const RplFacts *facts, uint32_t slot) {
  uint8_t state = facts->slots[slot].state;
  return state == RPL_SLOT_ABSENT || state == RPL_SLOT_REJECTED;
}

/* Facts that an assumption of the policy stands in for. */
static void assumed(RplBuffer *buffer, RplContext *context) {
  const RplFacts *facts = &context->facts;
  const uint64_t *slots = assumable(context);
  bool is_first = true;
  buffer->is_failed |= !slots;
  for (uint32_t slot = 0; slots && slot < facts->count; slot++) {
    if (!is_absent(facts, slot) || !rpl_bit_test(slots, slot))
      continue;
    if (is_first)
      key(buffer, "assumed");
    rpl_buffer_byte(buffer, is_first ? '[' : ',');
    rpl_json_write_string(buffer, rpl_facts_name(facts, slot));
    is_first = false;
  }
  if (!is_first)
    rpl_buffer_byte(buffer, ']');
}

/* Whether a fact names a zone, or a part of it does; as deep as types are. */
static bool names_zone(const RplValue *value) {
  if (value->state != RPL_STATE_KNOWN)
    return false;
  if (!rpl_kind_has_parts(value->kind))
    return rpl_value_named_zone(value) != NULL;
  for (uint32_t i = 0; i < value->as.items.count; i++)
    if (names_zone(&value->as.items.values[i]))
      return true;
  return false;
}

/* Whether the decision turned on data of named zones. */
static bool has_named_zones(const RplContext *context) {
  const RplImage *image = context->image;
  for (uint32_t i = 0; i < rpl_constants_count(&image->tables); i++)
    if (image->constants[i].zone)
      return true;
  for (uint32_t slot = 0; slot < context->facts.count; slot++)
    if (names_zone(&context->facts.given[slot]))
      return true;
  return false;
}

/* Facts that a provider could not give, each with its error: without them a
 * replay would find them missing. */
static void failed(RplBuffer *buffer, const RplFacts *facts) {
  bool is_first = true;
  for (uint32_t slot = 0; slot < facts->count; slot++) {
    if (facts->slots[slot].state != RPL_SLOT_FAILED)
      continue;
    if (is_first) {
      key(buffer, "failed");
      rpl_buffer_byte(buffer, '{');
    }
    named_key(buffer, rpl_facts_name(facts, slot), is_first);
    rpl_json_write_string(
        buffer, rpl_slice_from(
                    rpl_error_name((RplErrorCode)facts->values[slot].error)));
    is_first = false;
  }
  if (!is_first)
    rpl_buffer_byte(buffer, '}');
}

static void record(RplBuffer *buffer, const RplDecision *decision) {
  RplContext *context = decision->context;
  uint8_t digest[RPL_SHA256_BYTES];
  char hex[RPL_SHA256_HEX_BYTES];
  values(buffer, &context->facts, "facts", false);
  assumed(buffer, context);
  failed(buffer, &context->facts);
  values(buffer, &context->facts, "params", true);
  key(buffer, "edition");
  rpl_buffer_unsigned(buffer, rpl_policy(&context->image->tables)->edition);
  rpl_image_digest(context->image, digest);
  rpl_sha256_hex(digest, hex);
  text_member(buffer, "program", rpl_slice_from(hex));
  if (has_named_zones(context))
    text_member(buffer, "zones",
                rpl_slice_from(context->image->zones->version));
}

/* ---- all ---------------------------------------------------------------- */

void rpl_decision_write_json(const RplDecision *decision, uint32_t flags,
                             RplBuffer *buffer) {
  const RplTables *tables = &decision->context->image->tables;
  rpl_buffer_byte(buffer, '{');
  text_member(buffer, "policy", rpl_string(tables, rpl_policy(tables)->name));
  text_member(buffer, "outcome", decision->outcome);
  text_member(buffer, "amount", decision->amount);
  text_member(buffer, "currency", decision->currency);
  reasons(buffer, decision);
  strings_member(buffer, "clauses", decision->clauses, decision->clause_count);
  steps(buffer, decision);
  strings_member(buffer, "missing", decision->missing, decision->missing_count);
  rejected(buffer, decision);
  text_member(buffer, "deadline", decision->deadline);
  destination(buffer, decision);
  outputs(buffer, decision);
  error(buffer, decision);
  if (flags & RPL_JSON_RECORD)
    record(buffer, decision);
  rpl_buffer_byte(buffer, '}');
}

RplStatus rpl_decision_json(const RplDecision *decision, uint32_t flags,
                            RplSlice *json) {
  RplBuffer buffer;
  if (flags & ~RPL_JSON_RECORD)
    return RPL_E_ARGUMENT;
  rpl_context_buffer(decision->context, &buffer);
  rpl_decision_write_json(decision, flags, &buffer);
  return rpl_context_keep(decision->context, &buffer, json);
}
