/* SPDX-License-Identifier: Apache-2.0
 * lowered_image.c - lowering a policy from beginning to end. See lowered.h. */
#include "vm/lowered_build.h"

#include <string.h>

/* Facts that name the currency of a request, if they are given: the currency
 * fact, and amounts whose bounds need not be asked. */
static bool add_coins(RplLowering *lower) {
  const RplFactRecord *facts = rpl_facts(lower->tables);
  uint32_t count = rpl_facts_count(lower->tables);
  uint32_t currency = rpl_policy(lower->tables)->currency_fact;
  uint64_t *coined =
      rpl_arena_array(lower->arena, RPL_SLOT_WORDS(count), sizeof *coined);
  for (uint32_t i = 0; coined && i < count; i++) {
    bool is_money =
        rpl_types(lower->tables)[facts[i].type].kind == RPL_KIND_MONEY &&
        !(facts[i].flags & RPL_FACT_PARAM) && !facts[i].low && !facts[i].high;
    if (i + 1 == currency || is_money)
      coined[i / 64] |= UINT64_C(1) << (i % 64);
  }
  lower->made->coined = coined;
  return coined != NULL;
}

static bool begin(RplLowering *lower) {
  const RplTables *tables = lower->tables;
  uint32_t slots = rpl_facts_count(tables);
  size_t rows = (size_t)rpl_code_count(tables) + rpl_rules_count(tables) +
                rpl_definitions_count(tables) + rpl_outcomes_count(tables);
  lower->made->slot_count = slots;
  lower->code_limit = rows * RPL_LOWERED_MAX_GROWTH + RPL_LOWERED_MIN_CODE;
  lower->slots =
      rpl_arena_array(&lower->scratch, (size_t)slots + 1, sizeof *lower->slots);
  lower->temps = rpl_arena_array(&lower->scratch, rpl_code_count(tables),
                                 sizeof *lower->temps);
  lower->cond_rows =
      rpl_arena_grow(&lower->scratch, NULL, 0, &lower->cond_capacity,
                     sizeof *lower->cond_rows);
  lower->cond_count = 1;
  return lower->slots && lower->temps && lower->cond_rows && add_coins(lower);
}

static bool copy_constants(RplLowering *lower) {
  size_t count = lower->constant_count;
  int64_t *constants = rpl_arena_array(lower->arena, count, sizeof *constants);
  if (!constants)
    return false;
  if (count)
    memcpy(constants, lower->constants, count * sizeof *constants);
  lower->made->constants = constants;
  lower->made->constant_count = (uint32_t)count;
  return true;
}

static RplStatus lower_all(RplLowering *lower) {
  if (!begin(lower))
    return RPL_E_MEMORY;
  (void)rpl_lowering_constant(lower, 0);
  rpl_lowering_decision(lower);
  if (lower->is_short)
    return RPL_E_MEMORY;
  RplStatus status = rpl_lowering_streams(lower);
  if (status)
    return status;
  lower->made->stop_count = lower->stop_count;
  return copy_constants(lower) && rpl_lowering_heat(lower) ? RPL_OK
                                                           : RPL_E_MEMORY;
}

RplStatus rpl_lower_image(const RplImage *image, const RplValue *params,
                          RplArena *arena, const RplAllocator *allocator,
                          const RplLowered **lowered) {
  RplLowering lower;
  *lowered = NULL;
  if (rpl_facts_count(&image->tables) > RPL_LOWERED_MAX_WORDS)
    return RPL_OK;
  memset(&lower, 0, sizeof lower);
  lower.image = image;
  lower.tables = &image->tables;
  lower.params = params;
  lower.arena = arena;
  lower.made = rpl_arena_alloc(arena, sizeof *lower.made);
  rpl_arena_init(&lower.scratch, allocator, 0);
  RplStatus status = lower.made ? lower_all(&lower) : RPL_E_MEMORY;
  rpl_arena_clear(&lower.scratch);
  if (status == RPL_OK)
    *lowered = lower.made;
  return status;
}
