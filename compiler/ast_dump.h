/* SPDX-License-Identifier: Apache-2.0
 *
 * ast_dump.h - a syntax tree as text without places, a statement a line, so
 * that two trees can be compared byte by byte. It is for tests (of the layout
 * first of all) and for looking at a tree; nothing reads it back.
 *
 * Invariant: two units that are parsed to the same tree, spans and numbers of
 * names aside, have the same dump, and others do not.
 */
#ifndef RPL_COMPILER_AST_DUMP_H
#define RPL_COMPILER_AST_DUMP_H

#include "compiler/ast.h"
#include "vm/text.h"

/* Appends the dump of a unit. Every member that the parser sets is in it;
 * expressions stand in postfix order. Goes as deep as blocks of settings are
 * nested, which the parser's stack bounds (RPL_MAX_PARSER_DEPTH). False when
 * memory is short. */
bool rpl_ast_dump(RplArena *arena, const RplInterner *interner,
                  const RplUnit *unit, RplBuffer *out);

#endif /* RPL_COMPILER_AST_DUMP_H */
