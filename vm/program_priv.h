/* SPDX-License-Identifier: Apache-2.0
 *
 * program_priv.h - what is inside a loaded program (rpl/program.h), for the
 * parts of librplvm that run it, explain it or print it.
 *
 * INVARIANT: after rpl_program_load nothing in it changes but the count of its
 * references, and what is made when it is first asked for: digests and lowered
 * forms. Those are published whole, by one atomic store, and stay as they are.
 * So threads share a program without a lock. All memory is the arena's but that
 * of forms.
 */
#ifndef RPL_VM_PROGRAM_PRIV_H
#define RPL_VM_PROGRAM_PRIV_H

#include <stdatomic.h>

#include "rpl/program.h"
#include "vm/lowered.h"
#include "vm/program.h"

/* What changes in a loaded program: how many own it. */
typedef struct RplReferences {
  atomic_size_t count;
} RplReferences;

/* The lowered form of a policy with its declared params. */
typedef struct RplForm {
  RplArena arena;            /* all of it, also this */
  const RplLowered *lowered; /* NULL: it has no such form */
} RplForm;

/* One policy of a loaded program. */
typedef struct RplLoadedPolicy {
  RplImage image;
  RplSlice name;
  RplSlice *type_texts; /* of each type, as it is written: "datetime?" */
  const RplAllocator *allocator;
  _Atomic(RplForm *) form; /* NULL until it is asked for */
} RplLoadedPolicy;

struct RplProgram {
  const RplAllocator *allocator;
  RplArena arena;
  RplReferences *references; /* apart, since all else is constant */
  RplLimits limits;          /* those of the host, as they were at load */
  RplLoadedPolicy *policies;
  size_t policy_count;
  RplZones zones;          /* that they name */
  struct RplProgram *self; /* how a reader's reference is given back */
};

/* A reference of whoever only reads the program: a context. The program is
 * never changed through it, but for being freed with the last one. */
RplProgram *rpl_program_share(const RplProgram *program);

/* The image of policy `index`; NULL when out of range. Lives as long as the
 * program. */
const RplImage *rpl_program_image(const RplProgram *program, size_t index);

/* The policy's lowered form, made now unless it was before; *lowered is NULL
 * when it has none. RPL_E_MEMORY; any thread may ask, also again after that. */
RPL_MUST_CHECK RplStatus rpl_policy_form(RplLoadedPolicy *policy,
                                         const RplLowered **lowered);

/* The form if it was made, else NULL. */
const RplForm *rpl_policy_made_form(const RplLoadedPolicy *policy);

/* Frees it; nobody may use the policy any more. */
void rpl_policy_free_form(RplLoadedPolicy *policy);

/* The limits that the program was loaded with. */
const RplLimits *rpl_program_limits(const RplProgram *program);

#endif /* RPL_VM_PROGRAM_PRIV_H */
