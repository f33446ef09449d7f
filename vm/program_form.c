/* SPDX-License-Identifier: Apache-2.0
 * program_form.c - what a loaded policy makes of itself when it is first asked
 * for it: its lowered form. Threads that ask at the same time each make one;
 * the first is kept, and the others free theirs. See program_priv.h. */
#include "vm/program_priv.h"

/* A form in an arena of its own; NULL when memory is short. */
static RplForm *make_form(const RplLoadedPolicy *policy,
                          const RplAllocator *allocator) {
  const RplLowered *lowered;
  RplArena arena;
  rpl_arena_init(&arena, allocator, 0);
  RplForm *form = rpl_arena_alloc(&arena, sizeof *form);
  if (!form ||
      rpl_lower_image(&policy->image, NULL, &arena, allocator, &lowered)) {
    rpl_arena_clear(&arena);
    return NULL;
  }
  *form = (RplForm){arena, lowered};
  return form;
}

/* The form is in its own arena. */
static void free_form(RplForm *form) {
  if (!form)
    return;
  RplArena arena = form->arena;
  rpl_arena_clear(&arena);
}

const RplForm *rpl_policy_made_form(const RplLoadedPolicy *policy) {
  return atomic_load_explicit(&policy->form, memory_order_acquire);
}

RplStatus rpl_policy_form(RplLoadedPolicy *policy, const RplLowered **lowered) {
  RplForm *form = atomic_load_explicit(&policy->form, memory_order_acquire);
  if (!form) {
    RplForm *made = make_form(policy, policy->allocator);
    if (!made)
      return RPL_E_MEMORY;
    if (atomic_compare_exchange_strong_explicit(&policy->form, &form, made,
                                                memory_order_acq_rel,
                                                memory_order_acquire))
      form = made;
    else
      free_form(made);
  }
  *lowered = form->lowered;
  return RPL_OK;
}

void rpl_policy_free_form(RplLoadedPolicy *policy) {
  free_form(atomic_load_explicit(&policy->form, memory_order_acquire));
}

RplStatus rpl_program_prepare(const RplProgram *program, size_t index) {
  uint8_t digest[32];
  const RplLowered *lowered;
  if (!program || index >= program->policy_count)
    return RPL_E_ARGUMENT;
  rpl_image_digest(&program->policies[index].image, digest);
  return rpl_policy_form(&program->policies[index], &lowered);
}
