/* SPDX-License-Identifier: Apache-2.0
 *
 * program_priv.h - what is inside a loaded program (rpl/program.h), for the
 * parts of librplvm that run it, explain it or print it.
 *
 * INVARIANT: after rpl_program_load nothing in it changes, so threads share it
 * without a lock. All memory is the arena's but that of the object itself.
 */
#ifndef RPL_VM_PROGRAM_PRIV_H
#define RPL_VM_PROGRAM_PRIV_H

#include "rpl/program.h"
#include "vm/program.h"

/* One policy of a loaded program. */
typedef struct RplLoadedPolicy {
  RplImage image;
  RplSlice name;
  RplSlice *type_texts; /* of each type, as it is written: "datetime?" */
} RplLoadedPolicy;

struct RplProgram {
  const RplAllocator *allocator;
  RplArena arena;
  RplLimits limits; /* those of the host, as they were at load */
  RplLoadedPolicy *policies;
  size_t policy_count;
};

/* The image of policy `index`; NULL when out of range. Lives as long as the
 * program. */
const RplImage *rpl_program_image(const RplProgram *program, size_t index);

/* The limits that the program was loaded with. */
const RplLimits *rpl_program_limits(const RplProgram *program);

#endif /* RPL_VM_PROGRAM_PRIV_H */
