/* SPDX-License-Identifier: Apache-2.0
 *
 * parts.h - values that have parts: lists and records. A list has its elements
 * in order; a record has its fields, of which any may be unknown.
 *
 * INVARIANT: a value's items are never changed once an instruction or a fact
 * has it. Appending may use room behind them, which is nobody's yet.
 */
#ifndef RPL_VM_PARTS_H
#define RPL_VM_PARTS_H

#include "vm/arena.h"
#include "vm/value.h"

/* The value of a field of a KNOWN record; UNKNOWN where it has no entry. */
RplValue rpl_record_get(const RplValue *record, uint32_t field);

/* The list with one more element, which may have any state, in *result. The
 * items are shared with `list` where there is room behind them. False when
 * memory is short. The caller keeps to the bound of the list's type. */
RPL_MUST_CHECK bool rpl_list_append(RplArena *arena, const RplValue *list,
                                    const RplValue *element, RplValue *result);

/* The record with a field of any state, in *result. False as above. */
RPL_MUST_CHECK bool rpl_record_with(RplArena *arena, const RplValue *record,
                                    uint32_t field, const RplValue *value,
                                    RplValue *result);

/* How many elements a list type may have. */
uint32_t rpl_list_most(const RplTables *tables, uint32_t list_type);

/* The type of a list's elements, and of a record's field. */
const RplTypeRecord *rpl_list_element(const RplTables *tables,
                                      uint32_t list_type);
const RplFieldRecord *rpl_record_field(const RplTables *tables,
                                       uint32_t record_type, uint32_t field);

/* Appends a KNOWN list or record: as canonical JSON, an array or an object of
 * the fields that are not unknown, in the order of their declaration; or for
 * people, `[1, 2]` and `{ minutes = 30 }`. Money is written in full. It recurs
 * no deeper than types do (RPL_MAX_RECORD_DEPTH, RPL_MAX_LIST_DEPTH). */
void rpl_parts_write(RplBuffer *buffer, const RplTables *tables,
                     const RplValue *value, bool is_json);

/* The same for people, of a value that will be cut after `bytes`: what stands
 * behind them may be left out, so that a long list takes no memory. */
void rpl_parts_write_start(RplBuffer *buffer, const RplTables *tables,
                           const RplValue *value, size_t bytes);

#endif /* RPL_VM_PARTS_H */
