/* SPDX-License-Identifier: Apache-2.0
 *
 * shape.h - which statements may stand where, and which parts a statement may
 * have. The grammar reads every part after every statement, so that a misplaced
 * one gets a message of its own; here it does.
 */
#ifndef RPL_COMPILER_SHAPE_H
#define RPL_COMPILER_SHAPE_H

#include "compiler/policy.h"

/* Reports what cannot stand where it does in one parsed file: parts that do
 * not belong to their statement, `default` and `replace` before what cannot be
 * replaced, statements that a module or a setting's block cannot hold, and what
 * stands twice. A file for which nothing is reported has no part that would be
 * left unread. Linear in the file. False when memory is short. */
bool rpl_shape_check(const RplCompile *compile, const RplFile *file);

#endif /* RPL_COMPILER_SHAPE_H */
