/* SPDX-License-Identifier: Apache-2.0
 *
 * processor.h - RPL_PROCESSOR_HAS(NAME, "name"): whether the processor has
 * these instructions and the system lets programs use them; on x86-64 alone.
 *
 * NAME is that of the C library, "name" that of the compiler. The C library has
 * asked the processor when the program started. Where it does not tell, the
 * compiler's own way brings 4.5 KB of code along, which asks once more.
 */
#ifndef RPL_VM_PROCESSOR_H
#define RPL_VM_PROCESSOR_H

#if defined(__x86_64__)
#include <stdbool.h>
#include <stdlib.h> /* which C library it is */

#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 34)
#include <sys/platform/x86.h>

/* Its own macro shifts a 1 into the sign of an int. */
static inline bool rpl_processor_has(unsigned bit) {
  const struct cpuid_feature *leaf = __x86_get_cpuid_feature_leaf(bit / 128);
  return leaf->active_array[bit / 32 % 4] >> bit % 32 & 1u;
}

#define RPL_PROCESSOR_HAS(NAME, name) rpl_processor_has(x86_cpu_##NAME)
#else
#define RPL_PROCESSOR_BY_COMPILER
#define RPL_PROCESSOR_HAS(NAME, name) __builtin_cpu_supports(name)
#endif
#endif

#endif /* RPL_VM_PROCESSOR_H */
