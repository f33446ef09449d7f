/* SPDX-License-Identifier: Apache-2.0
 *
 * test_intern.c - names as numbers: the order of first use, over several sizes
 * of the table, and with memory that ends at each step.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "compiler/intern.h"
#include "tests/support/short_memory.h"
#include "vm/text.h"

static RplArena arena;
static RplInterner interner;

static int set_up(void **state) {
  (void)state;
  rpl_arena_init(&arena, NULL, 0);
  return rpl_interner_init(&interner, &arena) ? 0 : -1;
}

static int tear_down(void **state) {
  (void)state;
  rpl_arena_clear(&arena);
  return 0;
}

static RplName intern(const char *text) {
  return rpl_intern(&interner, rpl_slice_from(text));
}

static void order_of_first_use(void **state) {
  (void)state;
  assert_int_equal(intern("fee"), 1);
  assert_int_equal(intern("quota"), 2);
  assert_int_equal(intern("fee"), 1);
  assert_int_equal(intern("fe"), 3);
  assert_int_equal(rpl_intern_find(&interner, rpl_slice_from("quota")), 2);
  assert_int_equal(rpl_intern_find(&interner, rpl_slice_from("quot")), 0);
}

static void texts_come_back(void **state) {
  (void)state;
  char text[] = "fee";
  RplName name = intern(text);
  text[0] = 'x'; /* it was copied */
  assert_true(rpl_slice_is(rpl_name_text(&interner, name), "fee"));
  assert_string_equal(rpl_name_text(&interner, name).data, "fee");
  assert_int_equal(rpl_name_text(&interner, 0).length, 0);
}

static void empty_and_nul(void **state) {
  (void)state;
  RplName with_nul = rpl_intern(&interner, (RplSlice){"a\0b", 3});
  RplName shorter = rpl_intern(&interner, (RplSlice){"a\0b", 2});
  assert_int_not_equal(with_nul, shorter);
  RplName empty = rpl_intern(&interner, (RplSlice){NULL, 0});
  assert_int_not_equal(empty, 0);
  assert_int_equal(rpl_intern_find(&interner, (RplSlice){"", 0}), empty);
}

/* Writes "n" and the number in base 26. */
static RplSlice numbered(uint32_t number, char text[10]) {
  size_t length = 0;
  text[length++] = 'n';
  do {
    text[length++] = (char)('a' + number % 26);
    number /= 26;
  } while (number);
  return (RplSlice){text, length};
}

static void many_names(void **state) {
  (void)state;
  char text[10];
  for (uint32_t number = 1; number <= 20000; number++)
    assert_int_equal(rpl_intern(&interner, numbered(number, text)), number);
  for (uint32_t number = 1; number <= 20000; number++) {
    RplSlice slice = numbered(number, text);
    assert_int_equal(rpl_intern_find(&interner, slice), number);
    assert_true(rpl_slice_equal(rpl_name_text(&interner, number), slice));
  }
}

/* A name that did not fit changes nothing, and fits when memory is back. */
static void memory_is_short(void **state) {
  (void)state;
  char text[10];
  for (size_t calls = 0; calls < 8; calls++) {
    ShortMemory memory = {calls, 0, 0};
    RplAllocator allocator = {short_memory, &memory};
    RplArena poor;
    RplInterner names;
    rpl_arena_init(&poor, &allocator, 0);
    if (rpl_interner_init(&names, &poor)) {
      uint32_t number = 1;
      while (number <= 20000 && rpl_intern(&names, numbered(number, text)))
        number++;
      assert_true(number <= 20000);
      assert_int_equal(rpl_intern_find(&names, numbered(number, text)), 0);
      assert_int_equal(rpl_intern_find(&names, numbered(1, text)), 1);
      memory.calls_left = 100;
      assert_int_equal(rpl_intern(&names, numbered(number, text)), number);
    } else {
      assert_int_equal(calls, 0);
    }
    rpl_arena_clear(&poor);
    assert_int_equal(memory.live_bytes, 0);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(order_of_first_use), TEST(texts_come_back), TEST(empty_and_nul),
      TEST(many_names),         TEST(memory_is_short),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
