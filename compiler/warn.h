/* SPDX-License-Identifier: Apache-2.0
 *
 * warn.h - warnings: what is right by the rules of the language and yet is
 * hardly what its author meant. They never fail a build, each has a code of its
 * own, and a comment silences one in place (allow.h). Only the policy's own
 * file is looked at; what it draws in is warned of when that is compiled
 * itself.
 */
#ifndef RPL_COMPILER_WARN_H
#define RPL_COMPILER_WARN_H

#include "compiler/policy.h"

/* Looks at a policy that was checked and lowered without an error. False when
 * memory is short. Linear in the policy, but for sorting. */
bool rpl_policy_warn(RplPolicy *policy);

#endif /* RPL_COMPILER_WARN_H */
