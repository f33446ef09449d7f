/* SPDX-License-Identifier: Apache-2.0
 *
 * program_priv.h - what is inside a loaded program (rpl/program.h), for the
 * parts of librplvm that run it, explain it or print it.
 *
 * INVARIANT: after rpl_program_load nothing in it changes but the count of its
 * references, so threads share it without a lock. All memory is the arena's but
 * that of the object itself.
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

/* One policy of a loaded program. */
typedef struct RplLoadedPolicy {
  RplImage image;
  RplSlice name;
  RplSlice *type_texts;      /* of each type, as it is written: "datetime?" */
  const RplLowered *lowered; /* NULL: it has no such form */
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

/* The lowered form of policy `index` with its declared params; NULL when there
 * is none. */
const RplLowered *rpl_program_lowered(const RplProgram *program, size_t index);

/* The limits that the program was loaded with. */
const RplLimits *rpl_program_limits(const RplProgram *program);

#endif /* RPL_VM_PROGRAM_PRIV_H */
