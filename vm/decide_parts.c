/* SPDX-License-Identifier: Apache-2.0
 * decide_parts.c - the lists and texts of a decision. See decide.h. */
#include "vm/decide.h"

#include <string.h>

void rpl_decide_hole(RplBuffer *buffer, char letter, uint32_t operand) {
  rpl_buffer_byte(buffer, RPL_HOLE_BYTE);
  rpl_buffer_byte(buffer, letter);
  for (unsigned i = RPL_HOLE_DIGITS; i-- > 0;)
    rpl_buffer_byte(buffer, "0123456789abcdef"[operand >> (4 * i) & 15]);
}

static void write_segment(RplContext *context, RplBuffer *buffer,
                          const RplSegmentRecord *segment) {
  const RplTables *tables = &context->image->tables;
  if (segment->string)
    rpl_buffer_slice(buffer, rpl_string(tables, segment->string - 1));
  if (segment->operand && context->has_holes)
    rpl_decide_hole(buffer, RPL_HOLE_IN_WORDS, segment->operand);
  else if (segment->operand)
    rpl_value_write_text(
        buffer, tables, rpl_careful_value(&context->careful, segment->operand));
}

RplStatus rpl_decide_words(RplContext *context, uint32_t text0,
                           RplSlice *words) {
  const RplTables *tables = &context->image->tables;
  RplBuffer buffer;
  *words = (RplSlice){NULL, 0};
  if (!text0)
    return RPL_OK;
  const RplTextRecord *text = &rpl_texts(tables)[text0 - 1];
  rpl_context_buffer(context, &buffer);
  for (uint32_t i = 0; i < text->count; i++)
    write_segment(context, &buffer, &rpl_segments(tables)[text->segments + i]);
  return rpl_context_keep(context, &buffer, words);
}

RplStatus rpl_decide_place(RplContext *context, uint32_t place0, RplSlice *at) {
  const RplTables *tables = &context->image->tables;
  RplBuffer buffer;
  *at = (RplSlice){NULL, 0};
  if (!place0)
    return RPL_OK;
  const RplPlaceRecord *place = &rpl_places(tables)[place0 - 1];
  rpl_context_buffer(context, &buffer);
  rpl_buffer_slice(&buffer, rpl_string(tables, place->file));
  rpl_buffer_byte(&buffer, ':');
  rpl_buffer_unsigned(&buffer, place->line);
  return rpl_context_keep(context, &buffer, at);
}

/* Makes room for one more item of a growing list. */
static RplStatus grow(RplContext *context, void **items, size_t count,
                      size_t *capacity, size_t item_bytes) {
  void *grown =
      rpl_arena_grow(&context->arena, *items, count, capacity, item_bytes);
  if (!grown)
    return rpl_context_short(context);
  *items = grown;
  return RPL_OK;
}

RplStatus rpl_decide_cite(RplDeciding *deciding, uint32_t first,
                          uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    void *items = deciding->clause_rows;
    RplStatus status =
        grow(deciding->context, &items, deciding->clause_count,
             &deciding->clause_capacity, sizeof *deciding->clause_rows);
    if (status)
      return status;
    deciding->clause_rows = items;
    deciding->clause_rows[deciding->clause_count++] =
        rpl_lists(deciding->tables)[first + i].item;
  }
  return RPL_OK;
}

RplStatus rpl_decide_miss(RplDeciding *deciding, uint32_t string) {
  RplDecision *decision = deciding->decision;
  void *items = decision->missing;
  if (rpl_bit_test(deciding->context->string_seen, string))
    return RPL_OK;
  rpl_bit_set(deciding->context->string_seen, string);
  RplStatus status = grow(deciding->context, &items, decision->missing_count,
                          &decision->missing_capacity, sizeof(RplSlice));
  if (status)
    return status;
  decision->missing = items;
  decision->missing[decision->missing_count++] =
      rpl_string(deciding->tables, string);
  return RPL_OK;
}

RplStatus rpl_decide_reason(RplDeciding *deciding, RplSlice rule,
                            uint32_t place0, size_t clause_count,
                            RplReason **reason, RplSlice **clauses) {
  RplDecision *decision = deciding->decision;
  void *items = decision->reasons;
  RplStatus status = grow(deciding->context, &items, decision->reason_count,
                          &decision->reason_capacity, sizeof(RplReason));
  if (status)
    return status;
  decision->reasons = items;
  RplReason *made = &decision->reasons[decision->reason_count];
  memset(made, 0, sizeof *made);
  made->rule = rule;
  status = rpl_decide_place(deciding->context, place0, &made->at);
  if (status)
    return status;
  *clauses = rpl_arena_array(&deciding->context->arena, clause_count,
                             sizeof **clauses);
  if (!*clauses)
    return rpl_context_short(deciding->context);
  made->clauses = *clauses;
  made->clause_count = clause_count;
  decision->reason_count++;
  *reason = made;
  return RPL_OK;
}

void rpl_decide_strings(const RplTables *tables, uint32_t first, uint32_t count,
                        RplSlice *out) {
  for (uint32_t i = 0; i < count; i++)
    out[i] = rpl_string(tables, rpl_lists(tables)[first + i].item);
}

RplStatus rpl_decide_error(RplDeciding *deciding, RplErrorCode code,
                           RplSlice text, uint32_t place0) {
  RplDecisionError *error = &deciding->decision->error;
  RplSlice at;
  if (error->code.length)
    return RPL_OK;
  RplStatus status = rpl_decide_place(deciding->context, place0, &at);
  if (status)
    return status;
  error->code = rpl_slice_from(rpl_error_name(code));
  error->text = text.length ? text : rpl_slice_from(rpl_error_text(code));
  error->at = at;
  return RPL_OK;
}

/* ---- closing ------------------------------------------------------------ */

static RplStatus close_clauses(RplDeciding *deciding) {
  RplContext *context = deciding->context;
  RplDecision *decision = deciding->decision;
  uint32_t strings = rpl_strings_count(deciding->tables);
  memset(context->string_seen, 0, rpl_bit_words(strings) * sizeof(uint64_t));
  decision->clauses = rpl_arena_array(&context->arena, deciding->clause_count,
                                      sizeof(RplSlice));
  if (!decision->clauses)
    return rpl_context_short(context);
  for (size_t i = 0; i < deciding->clause_count; i++) {
    uint32_t string = deciding->clause_rows[i];
    if (rpl_bit_test(context->string_seen, string))
      continue;
    rpl_bit_set(context->string_seen, string);
    decision->clauses[decision->clause_count++] =
        rpl_string(deciding->tables, string);
  }
  return RPL_OK;
}

/* Going backwards, the first meeting of a step is its last place; the list is
 * filled from its end and then begins where the filling stopped. */
static RplStatus close_steps(RplDeciding *deciding) {
  RplContext *context = deciding->context;
  RplDecision *decision = deciding->decision;
  size_t next = deciding->step_count;
  RplStep *steps = rpl_arena_array(&context->arena, next, sizeof *steps);
  uint32_t all = rpl_steps_count(deciding->tables);
  memset(context->step_seen, 0, rpl_bit_words(all) * sizeof(uint64_t));
  if (!steps)
    return rpl_context_short(context);
  for (size_t i = deciding->step_count; i-- > 0;) {
    uint32_t row = deciding->step_rows[i];
    const RplStepRecord *record = &rpl_steps(deciding->tables)[row];
    if (rpl_bit_test(context->step_seen, row))
      continue;
    rpl_bit_set(context->step_seen, row);
    next--;
    steps[next].id = rpl_string(deciding->tables, record->id);
    RplStatus status =
        rpl_decide_words(context, record->text, &steps[next].text);
    if (status)
      return status;
  }
  decision->steps = steps + next;
  decision->step_count = deciding->step_count - next;
  return RPL_OK;
}

static RplStatus close_rejected(RplDeciding *deciding) {
  RplDecision *decision = deciding->decision;
  const RplFacts *facts = &deciding->context->facts;
  for (uint32_t slot = 0; slot < facts->count; slot++) {
    void *items = decision->rejected;
    if (facts->slots[slot].state != RPL_SLOT_REJECTED)
      continue;
    RplStatus status =
        grow(deciding->context, &items, decision->rejected_count,
             &decision->rejected_capacity, sizeof(RplRejectedFact));
    if (status)
      return status;
    decision->rejected = items;
    decision->rejected[decision->rejected_count++] =
        (RplRejectedFact){rpl_facts_name(facts, slot), facts->rejections[slot]};
  }
  return RPL_OK;
}

RplStatus rpl_decide_close(RplDeciding *deciding) {
  RplStatus status = close_clauses(deciding);
  if (status == RPL_OK)
    status = close_steps(deciding);
  if (status == RPL_OK)
    status = close_rejected(deciding);
  return status;
}
