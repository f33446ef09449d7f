/* SPDX-License-Identifier: Apache-2.0
 *
 * harness.h - what the fuzz targets share: promises that end the program when
 * they are broken, the sources that a policy may draw in, and an exercise of a
 * loaded program through the whole public interface.
 *
 * A target is one file fuzz_NAME.c that defines LLVMFuzzerTestOneInput. It is
 * linked with libFuzzer (preset fuzz) or with replay_main.c (all others).
 * Targets read policies/ below the current folder: run them in the root.
 */
#ifndef RPL_TESTS_FUZZ_HARNESS_H
#define RPL_TESTS_FUZZ_HARNESS_H

#include "rpl/rpl.h"

#include <stdbool.h>

/* The entry points of libFuzzer: once at the start, then once for each input.
 * The result is 0. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program with abort() and the broken promise on standard error. */
void fuzz_require(bool holds, const char *promise, const char *file, int line);
#define FUZZ_REQUIRE(promise)                                                  \
  fuzz_require((promise), #promise, __FILE__, __LINE__)

/* A source of bytes for decisions of the harness. It ends in zeros. */
typedef struct FuzzBytes {
  const uint8_t *data;
  size_t size;
} FuzzBytes;
uint8_t fuzz_byte(FuzzBytes *bytes);

/* Up to `most` bytes, up to and without the next line end. */
RplSlice fuzz_line(FuzzBytes *bytes, size_t most);

/* Reads the sources that fuzz_loader finds. Ends the program if one is missing.
 */
void fuzz_read_sources(void);

/* An RplLoader over a few policies and modules of the project. */
RplStatus fuzz_loader(void *context, RplSlice name, RplSlice *file,
                      RplSlice *text);

/* The source of a dotted name that fuzz_loader knows. */
RplSlice fuzz_source(const char *name);

/* Promises: valid UTF-8; one JSON value; every way to print diagnostics. */
void fuzz_check_text(RplSlice text);
void fuzz_check_json(RplSlice json);
void fuzz_check_diags(const RplDiags *diags);

/* Decides and looks at the decision in every way; the record must give the same
 * decision again, byte for byte, in a context of its own. */
void fuzz_decide(const RplProgram *program, size_t index, RplContext *context);

/* Describes every policy of a program and decides with no facts, with all facts
 * of a simple kind, and with facts that `bytes` chooses. */
void fuzz_exercise(const RplProgram *program, FuzzBytes bytes);

#endif /* RPL_TESTS_FUZZ_HARNESS_H */
