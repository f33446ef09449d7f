/* SPDX-License-Identifier: Apache-2.0
 *
 * image_fixture.h - an RplImage made in memory from rows of a program builder,
 * for tests of the engine and of decisions. The tables need not be canonical:
 * nothing here writes or verifies bytes. Include it after cmocka.h.
 */
#ifndef RPL_TESTS_IMAGE_FIXTURE_H
#define RPL_TESTS_IMAGE_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "tests/support/program_builder.h"
#include "vm/context.h"

typedef struct Fixture {
  RplBuilder builder;
  RplImage image;
  RplArena arena;
  RplContext *context;
} Fixture;

/* Starts with the strings that will be used, in any order. */
static inline void fixture_begin(Fixture *fixture, const char *const *strings,
                                 size_t count) {
  const char *sorted[256];
  assert_true(count <= sizeof sorted / sizeof sorted[0]);
  memset(fixture, 0, sizeof *fixture);
  rpl_builder_init(&fixture->builder);
  rpl_arena_init(&fixture->arena, NULL, 0);
  for (size_t i = 0; i < count; i++) {
    size_t at = i;
    for (; at > 0 && strcmp(strings[i], sorted[at - 1]) < 0; at--)
      sorted[at] = sorted[at - 1];
    sorted[at] = strings[i];
  }
  for (size_t i = 0; i < count; i++)
    (void)rpl_builder_string(&fixture->builder, sorted[i]);
}

static inline uint32_t fixture_string(const Fixture *fixture,
                                      const char *text) {
  return rpl_builder_find(&fixture->builder, text);
}

/* The decoded constant of a row, by the layout in vm/program.h. */
static inline RplConstant fixture_decode(Fixture *fixture,
                                         const RplConstantRecord *row) {
  const RplTables *tables = &fixture->image.tables;
  const RplTypeRecord *type = &rpl_types(tables)[row->type];
  RplConstant made;
  memset(&made, 0, sizeof made);
  made.type = row->type;
  made.number = rpl_number_from_int(0);
  switch ((RplKind)type->kind) {
  case RPL_KIND_TEXT:
    made.text = rpl_string(tables, row->low);
    break;
  case RPL_KIND_INTEGER:
  case RPL_KIND_NUMBER:
  case RPL_KIND_MONEY:
    assert_int_equal(rpl_number_parse(&fixture->arena,
                                      rpl_string(tables, row->low),
                                      &made.number),
                     RPL_NUMBER_OK);
    made.currency = (uint16_t)row->high;
    break;
  default:
    made.integer = (int64_t)((uint64_t)row->low | (uint64_t)row->high << 32);
    break;
  }
  made.is_none = type->optional != 0;
  return made;
}

/* Closes the tables and makes a context over them. */
static inline void fixture_open(Fixture *fixture, size_t max_bytes) {
  RplTables *tables = &fixture->image.tables;
  for (int i = 0; i < RPL_SECTION_COUNT; i++) {
    tables->rows[i] = fixture->builder.rows[i];
    tables->row_count[i] = fixture->builder.count[i];
  }
  tables->blob = fixture->builder.blob;
  tables->blob_bytes = (uint32_t)fixture->builder.blob_bytes;
  uint32_t count = rpl_constants_count(tables);
  RplConstant *constants =
      rpl_arena_array(&fixture->arena, count, sizeof *constants);
  assert_non_null(constants);
  for (uint32_t i = 0; i < count; i++)
    constants[i] = fixture_decode(fixture, &rpl_constants(tables)[i]);
  fixture->image.constants = constants;
  assert_int_equal(
      rpl_context_make(&fixture->image, max_bytes, NULL, &fixture->context),
      RPL_OK);
}

static inline void fixture_end(Fixture *fixture) {
  rpl_context_free(fixture->context);
  rpl_arena_clear(&fixture->arena);
  rpl_builder_clear(&fixture->builder);
}

#endif /* RPL_TESTS_IMAGE_FIXTURE_H */
