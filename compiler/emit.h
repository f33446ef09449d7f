/* SPDX-License-Identifier: Apache-2.0
 *
 * emit.h - the image writer: collects the rows of a program in the order in
 * which lowering meets them, then brings them into canonical order and writes
 * the bytes that vm/program.h describes. Equal instructions, constants,
 * strings, types and places are kept once.
 *
 * Until rpl_emit_finish, indices of strings, types, constants, places and lists
 * in rows are provisional: the numbers that the functions below return.
 */
#ifndef RPL_COMPILER_EMIT_H
#define RPL_COMPILER_EMIT_H

#include "vm/program.h"

/* A growing table of rows of one width. */
typedef struct RplEmitTable {
  uint32_t *words;
  size_t count;    /* rows */
  size_t capacity; /* rows */
  uint32_t *index; /* open addressing over rows that are unique; 0: free */
  size_t index_size;
} RplEmitTable;

typedef enum RplItemKind {
  RPL_ITEM_PLAIN,   /* an index that stays as it is */
  RPL_ITEM_STRING,  /* a provisional string */
  RPL_ITEM_OPERAND, /* a provisional operand */
  RPL_ITEM_GIVE     /* in turn: a plain index, an operand */
} RplItemKind;

/* A list of a record until it is laid out. */
typedef struct RplEmitList {
  uint32_t *items;
  size_t count, capacity;
  RplItemKind kind;
} RplEmitList;

typedef struct RplEmit {
  RplArena *arena;
  RplEmitTable tables[RPL_SECTION_COUNT];
  RplSlice *strings; /* by provisional number */
  size_t string_count, string_capacity;
  uint32_t *string_index; /* open addressing over strings */
  size_t string_index_size;
  RplEmitList *lists;
  size_t list_count, list_capacity;
  uint32_t *blocks; /* by row of code: the row that opened the block that its
                       result belongs to, plus one; 0: none */
  size_t blocks_capacity;
  uint32_t open[RPL_MAX_LIST_DEPTH + 1]; /* such numbers of the open blocks,
                                            outermost first, from [1] on */
  uint32_t depth;
  bool is_stripped;
  bool is_out_of_memory;
  bool is_misfit; /* an operation got operands that it does not take: a fault of
                     the compiler, found before anything is written */
} RplEmit;

void rpl_emit_init(RplEmit *emit, RplArena *arena, bool is_stripped);

/* The provisional number of a string; copies it. */
uint32_t rpl_emit_string(RplEmit *emit, RplSlice text);

/* The provisional number of a type. */
uint32_t rpl_emit_type(RplEmit *emit, RplTypeWords type);

/* The operand of a constant; see vm/program.h for `low` and `high` (strings are
 * provisional numbers). */
uint32_t rpl_emit_constant(RplEmit *emit, RplTypeWords type, uint32_t low,
                           uint32_t high);

/* The operand of an instruction's result, new or already there. The operands
 * must fit the operation (the checker saw to that). */
uint32_t rpl_emit_op(RplEmit *emit, RplOp op, uint32_t a, uint32_t b,
                     uint32_t c);

/* The same for an operation whose result is a part (rpl_op_part_type); `field`
 * where it has one. */
uint32_t rpl_emit_part(RplEmit *emit, RplOp op, uint32_t a, uint32_t b,
                       uint32_t field);

/* The number of a list type. */
uint32_t rpl_emit_list_type(RplEmit *emit, RplTypeWords element, uint32_t most);

/* Opens a block and returns the operand of the element at work; then closes the
 * innermost one with an operation that does so (b, c as ops.def has them) and
 * returns the operand of its result. */
uint32_t rpl_emit_each(RplEmit *emit, uint32_t list);
uint32_t rpl_emit_close(RplEmit *emit, RplOp op, uint32_t b, uint32_t c);

/* The type of an operand. */
RplTypeWords rpl_emit_operand_type(const RplEmit *emit, uint32_t operand);

/* Appends a record (a struct of sections.def) and returns its row. */
uint32_t rpl_emit_row(RplEmit *emit, RplSection section, const void *record);

/* The rows so far, for changing them. */
void *rpl_emit_rows(RplEmit *emit, RplSection section);

/* The provisional place, plus one, for a PLACE0 field; 0 when stripped. */
uint32_t rpl_emit_place(RplEmit *emit, RplSlice file, uint32_t line,
                        uint32_t column);

/* Opens a list and returns what goes into its LIST field (the COUNT field is
 * filled in at the end); then items are added to it. */
uint32_t rpl_emit_list(RplEmit *emit, RplItemKind kind);
void rpl_emit_item(RplEmit *emit, uint32_t list, uint32_t item);
size_t rpl_emit_list_count(const RplEmit *emit, uint32_t list);

/* Brings everything into canonical order, fills in the cost and writes the
 * program into arena memory. False when memory is short. */
bool rpl_emit_finish(RplEmit *emit, RplSlice *bytes);

/* Writes a bundle of programs that are sorted by name. False as above. */
bool rpl_emit_bundle(RplArena *arena, const RplSlice *programs, size_t count,
                     RplSlice *bytes);

#endif /* RPL_COMPILER_EMIT_H */
