/* SPDX-License-Identifier: Apache-2.0
 * coverage.c - what the tests of a build have used: the marks of every policy,
 * joined where several policies inherit one statement. */
#include <stdlib.h>
#include <string.h>

#include "compiler/compile.h"
#include "vm/text.h"

/* One statement of one policy, on its way to be joined. */
typedef struct Entry {
  RplStatement statement;
  uint8_t marks;
} Entry;

/* The library's own statements are no author's to test. */
static bool is_library(RplSlice file) {
  return file.length > 4 && memcmp(file.data, "std/", 4) == 0;
}

/* ---- marking ------------------------------------------------------------- */

static RplStatus make_marks(RplCompiler *compiler) {
  size_t policies = rpl_program_policy_count(compiler->program);
  uint8_t **marks = rpl_arena_array(&compiler->arena, policies, sizeof *marks);
  for (size_t i = 0; marks && i < policies; i++) {
    size_t count = rpl_program_statement_count(compiler->program, i);
    marks[i] = rpl_arena_alloc(&compiler->arena, count);
    if (!marks[i])
      return RPL_E_MEMORY;
  }
  compiler->marks = marks;
  return marks ? RPL_OK : RPL_E_MEMORY;
}

RplStatus rpl_coverage_note(RplCompiler *compiler, size_t policy,
                            const RplDecision *decision) {
  RplStatus status = compiler->marks ? RPL_OK : make_marks(compiler);
  if (status == RPL_OK)
    rpl_decision_cover(decision, compiler->marks[policy],
                       rpl_program_statement_count(compiler->program, policy));
  return status;
}

/* ---- joining ------------------------------------------------------------- */

static int compare_words(uint32_t left, uint32_t right) {
  return left < right ? -1 : left > right;
}

/* By place, then by kind and name: equal entries are one statement. */
static int compare(const void *left_item, const void *right_item) {
  const RplStatement *left = &((const Entry *)left_item)->statement;
  const RplStatement *right = &((const Entry *)right_item)->statement;
  int order = rpl_slice_compare(left->file, right->file);
  if (!order)
    order = compare_words(left->line, right->line);
  if (!order)
    order = compare_words(left->column, right->column);
  if (!order)
    order = compare_words((uint32_t)left->kind, (uint32_t)right->kind);
  return order ? order : rpl_slice_compare(left->name, right->name);
}

static size_t statement_count(const RplCompiler *compiler) {
  size_t policies = rpl_program_policy_count(compiler->program);
  size_t count = 0;
  for (size_t i = 0; i < policies; i++)
    count += rpl_program_statement_count(compiler->program, i);
  return count;
}

/* All statements that have a place in a file that is no library's. */
static size_t collect(const RplCompiler *compiler, Entry *entries) {
  size_t policies = rpl_program_policy_count(compiler->program);
  size_t used = 0;
  for (size_t i = 0; i < policies; i++) {
    size_t count = rpl_program_statement_count(compiler->program, i);
    for (size_t j = 0; j < count; j++) {
      Entry *entry = &entries[used];
      if (rpl_program_statement(compiler->program, i, j, &entry->statement) ||
          !entry->statement.file.length || is_library(entry->statement.file))
        continue;
      entry->marks = compiler->marks ? compiler->marks[i][j] : 0;
      used++;
    }
  }
  return used;
}

static size_t join(Entry *entries, size_t count) {
  size_t joined = 0;
  if (count)
    qsort(entries, count, sizeof *entries, compare);
  for (size_t i = 0; i < count; i++) {
    if (joined && compare(&entries[joined - 1], &entries[i]) == 0)
      entries[joined - 1].marks |= entries[i].marks;
    else
      entries[joined++] = entries[i];
  }
  return joined;
}

/* ---- telling ------------------------------------------------------------- */

/* "cms/gateway.rpl" is the policy or module cms.gateway. */
static RplSlice owner_of(RplCompiler *compiler, RplSlice file) {
  size_t length = file.length > 4 ? file.length - 4 : 0;
  char *name = rpl_arena_copy(&compiler->arena, file.data, length);
  for (size_t i = 0; name && i < length; i++)
    if (name[i] == '/')
      name[i] = '.';
  return (RplSlice){name, length};
}

static RplSlice place_of(RplCompiler *compiler, const RplStatement *statement) {
  RplBuffer text;
  rpl_buffer_init(&text, compiler->allocator);
  rpl_buffer_slice(&text, statement->file);
  rpl_buffer_byte(&text, ':');
  rpl_buffer_unsigned(&text, statement->line);
  char *copy = text.is_failed
                   ? NULL
                   : rpl_arena_copy(&compiler->arena, text.data, text.length);
  RplSlice at = {copy, text.length};
  rpl_buffer_clear(&text);
  return at;
}

static RplStatus tell(RplCompiler *compiler, const Entry *entries, size_t count,
                      RplCoverage *items) {
  for (size_t i = 0; i < count; i++) {
    const RplStatement *statement = &entries[i].statement;
    bool same =
        i && rpl_slice_equal(statement->file, entries[i - 1].statement.file);
    items[i] =
        (RplCoverage){.kind = statement->kind,
                      .policy = same ? items[i - 1].policy
                                     : owner_of(compiler, statement->file),
                      .name = statement->name,
                      .at = place_of(compiler, statement),
                      .was_true = (entries[i].marks & RPL_COVER_TRUE) != 0,
                      .was_false = (entries[i].marks & RPL_COVER_FALSE) != 0};
    if (!items[i].policy.data || !items[i].at.data)
      return RPL_E_MEMORY;
  }
  return RPL_OK;
}

RplStatus rpl_compiler_coverage(RplCompiler *compiler,
                                const RplCoverage **items, size_t *count) {
  if (!compiler || !items || !count || !compiler->bytes.length)
    return RPL_E_ARGUMENT;
  RplStatus status = rpl_tests_load(compiler);
  if (status)
    return status;
  size_t all = statement_count(compiler);
  Entry *entries = rpl_arena_array(&compiler->arena, all, sizeof *entries);
  if (!entries)
    return RPL_E_MEMORY;
  size_t joined = join(entries, collect(compiler, entries));
  RplCoverage *made = rpl_arena_array(&compiler->arena, joined, sizeof *made);
  status = made ? tell(compiler, entries, joined, made) : RPL_E_MEMORY;
  if (status)
    return status;
  *items = made;
  *count = joined;
  return RPL_OK;
}
