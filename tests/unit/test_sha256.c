/* SPDX-License-Identifier: Apache-2.0
 *
 * test_sha256.c - tests of vm/sha256.h.
 * Expected digests: the published examples for FIPS 180-4 (empty, "abc", 448
 * and 896 bits, a million times "a"); lengths around the block boundary were
 * computed with coreutils' sha256sum. All of it in portable C, and by the
 * instructions of the processor where it has them. */
#include "vm/sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* The way that is being tested; NULL: the one that is chosen. */
static RplSha256Compress *way;

static void begin(RplSha256 *sha) {
  rpl_sha256_init(sha);
  if (way)
    sha->compress = way;
}

static void digest_of(const void *data, size_t length, uint8_t digest[32]) {
  RplSha256 sha;
  if (!way) {
    rpl_sha256_digest(data, length, digest);
    return;
  }
  begin(&sha);
  rpl_sha256_update(&sha, data, length);
  rpl_sha256_final(&sha, digest);
}

static void assert_digest(const void *data, size_t length,
                          const char *expected) {
  uint8_t digest[RPL_SHA256_BYTES];
  char hex[RPL_SHA256_HEX_BYTES];
  digest_of(data, length, digest);
  rpl_sha256_hex(digest, hex);
  assert_string_equal(hex, expected);
}

static void published_examples(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb924"
           "27ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223"
              "b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
       "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
       "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++)
    assert_digest(cases[i][0], strlen(cases[i][0]), cases[i][1]);
  assert_digest(NULL, 0, cases[0][1]);
}

static void a_million_bytes(void **state) {
  (void)state;
  RplSha256 sha;
  uint8_t digest[RPL_SHA256_BYTES];
  char hex[RPL_SHA256_HEX_BYTES];
  char chunk[1000];
  memset(chunk, 'a', sizeof chunk);
  begin(&sha);
  for (int i = 0; i < 1000; i++)
    rpl_sha256_update(&sha, chunk, sizeof chunk);
  rpl_sha256_final(&sha, digest);
  rpl_sha256_hex(digest, hex);
  assert_string_equal(
      hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* So many bytes "a", around where padding needs one block more. */
static void around_the_block(void **state) {
  (void)state;
  static const struct {
    size_t length;
    const char *hex;
  } cases[] = {
      {55, "9f4390f8d30c2dd92ec9f095b65e2b9a"
           "e9b0a925a5258e241c9f1e910f734318"},
      {56, "b35439a4ac6f0948b6d6f9e3c6af0f5f"
           "590ce20f1bde7090ef7970686ec6738a"},
      {57, "f13b2d724659eb3bf47f2dd6af1accc8"
           "7b81f09f59f2b75e5c0bed6589dfe8c6"},
      {63, "7d3e74a05d7db15bce4ad9ec0658ea98"
           "e3f06eeecf16b4c6fff2da457ddc2f34"},
      {64, "ffe054fe7ae0cb6dc65c3af9b61d5209"
           "f439851db43d0ba5997337df154668eb"},
      {65, "635361c48bb9eab14198e76ea8ab7f1a"
           "41685d6ad62aa9146d301d4f17eb0ae0"},
      {119, "31eba51c313a5c08226adf18d4a359cf"
            "dfd8d2e816b13f4af952f7ea6584dcfb"},
      {120, "2f3d335432c70b580af0e8e1b3674a7c"
            "020d683aa5f73aaaedfdc55af904c21c"},
      {128, "6836cf13bac400e9105071cd6af47084"
            "dfacad4e5e302c94bfed24e013afb73e"},
  };
  char bytes[128];
  memset(bytes, 'a', sizeof bytes);
  for (size_t i = 0; i < COUNT_OF(cases); i++)
    assert_digest(bytes, cases[i].length, cases[i].hex);
}

/* Any cut into three updates gives the same digest. */
static void cuts_do_not_matter(void **state) {
  (void)state;
  uint8_t bytes[150], whole[RPL_SHA256_BYTES], parts[RPL_SHA256_BYTES];
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (uint8_t)(i * 7);
  digest_of(bytes, sizeof bytes, whole);
  for (size_t a = 0; a <= sizeof bytes; a++) {
    for (size_t b = a; b <= sizeof bytes; b++) {
      RplSha256 sha;
      begin(&sha);
      rpl_sha256_update(&sha, bytes, a);
      rpl_sha256_update(&sha, bytes + a, b - a);
      rpl_sha256_update(&sha, bytes + b, sizeof bytes - b);
      rpl_sha256_final(&sha, parts);
      assert_memory_equal(whole, parts, sizeof whole);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(published_examples),
      cmocka_unit_test(a_million_bytes),
      cmocka_unit_test(around_the_block),
      cmocka_unit_test(cuts_do_not_matter),
  };
  int failed = cmocka_run_group_tests_name("sha256", tests, NULL, NULL);
  way = rpl_sha256_compress;
  failed += cmocka_run_group_tests_name("sha256 portable", tests, NULL, NULL);
  way = rpl_sha256_native();
  if (way)
    failed += cmocka_run_group_tests_name("sha256 native", tests, NULL, NULL);
  return failed;
}
