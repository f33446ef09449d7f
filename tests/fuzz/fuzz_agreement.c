/* SPDX-License-Identifier: Apache-2.0
 * fuzz_agreement.c - the engines agree: the input chooses a policy and the
 * requests that each engine decides with it, 500 for one input. Under
 * sanitizers that is some 5,000 a second; the million comes before
 * (compare_engines in
 * ./dev), by the same generator without them. */
#include "tests/fuzz/harness.h"
#include "tests/support/agreement.h"

#define PAIRS 500

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Random random = {UINT64_C(0xCBF29CE484222325)};
  Agreement agreement = {0};
  for (size_t i = 0; i < size; i++)
    random.state = (random.state ^ data[i]) * UINT64_C(0x100000001B3);
  FUZZ_REQUIRE(agreement_generated(&random, PAIRS, &agreement));
  return 0;
}
