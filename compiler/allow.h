/* SPDX-License-Identifier: Apache-2.0
 *
 * allow.h - comments that silence a warning in place:
 *
 *     // allow W0701: the bound may be lifted one day
 *
 * On a line of its own it holds for the statement that follows, or for the rest
 * of the statement in which it stands; behind something, for its line. Several
 * codes are joined by commas. The scanner hands over the comments as it meets
 * them; warnings (warn.c) ask for what holds at their place.
 */
#ifndef RPL_COMPILER_ALLOW_H
#define RPL_COMPILER_ALLOW_H

#include "compiler/ast.h"
#include "compiler/report.h"

/* Takes a comment of a unit and remembers the codes that it allows, if it is of
 * this form. False when memory is short. */
bool rpl_allow_read(RplArena *arena, RplUnit *unit, RplSlice comment,
                    RplSpan span);

/* Whether a warning of this code at this place of the unit is silenced; the
 * comment that does it then counts as used. */
bool rpl_allow_silences(const RplSources *sources, RplUnit *unit,
                        RplDiagCode code, RplSpan span);

#endif /* RPL_COMPILER_ALLOW_H */
