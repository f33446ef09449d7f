/* SPDX-License-Identifier: Apache-2.0
 *
 * lower.h - from a checked policy to the rows of a canonical program. One
 * instruction stands for one written operator; nothing is folded, so that
 * explanations read as written.
 */
#ifndef RPL_COMPILER_LOWER_H
#define RPL_COMPILER_LOWER_H

#include "compiler/emit.h"
#include "compiler/policy.h"

/* Lowers a policy that was checked without an error and gives its program's
 * bytes in arena memory. RPL_E_MEMORY; RPL_E_PROGRAM if the checker let
 * something through that no operation takes, which is a fault of the compiler.
 */
RplStatus rpl_policy_lower(RplPolicy *policy, bool is_stripped,
                           RplSlice *bytes);

#endif /* RPL_COMPILER_LOWER_H */
