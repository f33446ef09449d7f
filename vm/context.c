/* SPDX-License-Identifier: Apache-2.0
 * context.c - making and freeing contexts. See context.h. */
#include "vm/context.h"

#include <string.h>

#include "vm/answer.h"
#include "vm/fast.h"
#include "vm/program_priv.h"

/* An RplAllocator over the decision's arena: blocks grow by moving and are
 * never freed alone. */
static void *arena_reallocate(void *context, void *block, size_t old_bytes,
                              size_t new_bytes) {
  if (new_bytes == 0)
    return NULL;
  if (new_bytes <= old_bytes)
    return block;
  void *moved = rpl_arena_alloc(context, new_bytes);
  if (moved && block)
    memcpy(moved, block, old_bytes);
  return moved;
}

RplStatus rpl_context_short(const RplContext *context) {
  return context->arena.is_over_limit ? RPL_E_LIMIT : RPL_E_MEMORY;
}

void rpl_context_buffer(RplContext *context, RplBuffer *buffer) {
  rpl_buffer_init(buffer, &context->arena_allocator);
}

RplStatus rpl_context_keep(const RplContext *context, const RplBuffer *buffer,
                           RplSlice *text) {
  if (buffer->is_failed)
    return rpl_context_short(context);
  *text = rpl_buffer_view(buffer);
  return RPL_OK;
}

static uint64_t *new_bits(RplArena *arena, uint32_t count) {
  return rpl_arena_array(arena, rpl_bit_words(count), sizeof(uint64_t));
}

static RplStatus fill(RplContext *context) {
  const RplTables *tables = &context->image->tables;
  RplArena *fixed = &context->fixed;
  context->string_seen = new_bits(fixed, rpl_strings_count(tables));
  context->rule_named = new_bits(fixed, rpl_strings_count(tables));
  context->step_seen = new_bits(fixed, rpl_steps_count(tables));
  context->outcome_marks =
      rpl_arena_array(fixed, rpl_outcomes_count(tables), 1);
  if (!context->string_seen || !context->rule_named || !context->step_seen ||
      !context->outcome_marks)
    return RPL_E_MEMORY;
  RplStatus status = rpl_facts_begin(&context->facts, fixed, context->image,
                                     context->allocator);
  if (status == RPL_OK)
    status = rpl_careful_begin(&context->careful, fixed, context->image,
                               context->facts.values, context->facts.slots);
  if (status == RPL_OK)
    status = rpl_causes_begin(&context->causes, fixed, &context->careful,
                              &context->providing);
  if (status == RPL_OK)
    status = rpl_providing_begin(&context->providing, fixed, context->image);
  return status;
}

RplStatus rpl_context_make(const RplImage *image, size_t max_bytes,
                           const RplAllocator *allocator,
                           RplContext **context) {
  if (!allocator)
    allocator = rpl_default_allocator();
  RplContext *made =
      allocator->reallocate(allocator->context, NULL, 0, sizeof *made);
  if (!made)
    return RPL_E_MEMORY;
  memset(made, 0, sizeof *made);
  made->allocator = allocator;
  made->image = image;
  rpl_arena_init(&made->fixed, allocator, 0);
  rpl_arena_init(&made->arena, allocator, max_bytes);
  made->arena_allocator = (RplAllocator){arena_reallocate, &made->arena};
  /* Until rpl_facts_begin has run, freeing finds an empty store. */
  made->facts.allocator = allocator;
  rpl_arena_init(&made->facts.arena, allocator, 0);
  rpl_arena_init(&made->fast.arena, allocator, 0);
  rpl_arena_init(&made->fast.trace.bytes, allocator, 0);
  made->fast.param_changes = RPL_FAST_UNCHOSEN;
  made->fast.careful = rpl_decide_slots_carefully;
  RplStatus status = fill(made);
  if (status)
    rpl_context_free(made);
  else
    *context = made;
  return status;
}

void rpl_context_free(RplContext *context) {
  if (!context)
    return;
  const RplAllocator *allocator = context->allocator;
  rpl_answer_end(context);
  rpl_fast_end(context);
  rpl_facts_end(&context->facts);
  rpl_arena_clear(&context->arena);
  rpl_arena_clear(&context->fixed);
  rpl_program_free(context->program);
  (void)allocator->reallocate(allocator->context, context, sizeof *context, 0);
}

RplStatus rpl_context_new(const RplProgram *program, size_t index,
                          const RplAllocator *allocator, RplContext **context) {
  RplContext *made;
  const RplImage *image =
      program && context ? rpl_program_image(program, index) : NULL;
  if (!image)
    return RPL_E_ARGUMENT;
  RplStatus status = rpl_context_make(
      image, rpl_program_limits(program)->max_decision_bytes, allocator, &made);
  if (status)
    return status;
  made->program = rpl_program_share(program);
  status = rpl_fast_begin(made, &program->policies[index]);
  if (status)
    rpl_context_free(made);
  else
    *context = made;
  return status;
}

void rpl_facts_clear(RplContext *context) { rpl_facts_forget(&context->facts); }

void rpl_params_clear(RplContext *context) {
  rpl_facts_reset_params(&context->facts);
}
