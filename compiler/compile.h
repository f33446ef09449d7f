/* SPDX-License-Identifier: Apache-2.0
 *
 * compile.h - the inside of an RplCompiler, shared by the files that implement
 * rpl/compile.h: compile.c (building), load.c (drawing in files), testrun.c
 * (tests in policies) and calc.c (one expression); coverage.c.
 */
#ifndef RPL_COMPILER_COMPILE_H
#define RPL_COMPILER_COMPILE_H

#include "compiler/policy.h"
#include "rpl/compile.h"

typedef struct RplFiles {
  RplFile **items;
  size_t count, capacity;
} RplFiles;

struct RplCompiler {
  const RplAllocator *allocator;
  RplArena arena;      /* everything that lives as long as the compiler */
  RplArena calc_arena; /* one expression of rpl_compiler_calc */
  RplArena tables;     /* of the policy that is compiled, by name */
  RplLoader loader;
  void *loader_context;
  RplSlice directory; /* of rpl_compiler_add_file; data NULL: none yet */
  RplInterner interner;
  RplSources sources;
  RplReport *report;
  RplZones zones;       /* that sources name, in `arena` */
  RplCompile shared;    /* the five above, as passes want them */
  RplFiles files;       /* all that were read, in order of reading */
  RplFiles roots;       /* those to compile */
  RplPolicy **policies; /* one for each root, after a build */
  size_t policy_count;
  RplSlice bytes;      /* of the last build; none if it failed */
  RplProgram *program; /* the same, loaded once a test asks for it */
  uint8_t **marks; /* by policy of it and statement; NULL: no test has run */
  struct {
    struct RplTestCase *items;
    size_t count, capacity;
  } tests;
};

/* load.c: reads a file's head and checks it; reports what is wrong. */
bool rpl_load_head(RplCompiler *compiler, RplFile *file, RplSlice path);

/* load.c: parses a new file; NULL when memory is short. */
RplFile *rpl_load_text(RplCompiler *compiler, RplSlice file, RplSlice shown,
                       RplSlice text, bool is_inline);

/* load.c: the files that make up a policy, in order (see policy.h). False when
 * memory is short or the loader gave up; then *status says which. */
bool rpl_load_layers(RplCompiler *compiler, RplFile *root, RplLayers *layers,
                     RplStatus *status);

/* testrun.c: finds the tests of a built policy and checks what they name. */
bool rpl_tests_collect(RplCompiler *compiler, RplPolicy *policy);

/* testrun.c: reports tests that set a module's fact which the policy, now
 * lowered, does not read and so does not take. */
void rpl_tests_check_read(RplPolicy *policy);

/* testrun.c: loads what was built, unless it is loaded. */
RPL_MUST_CHECK RplStatus rpl_tests_load(RplCompiler *compiler);

/* coverage.c: notes what a test's decision made of its policy's statements. */
RPL_MUST_CHECK RplStatus rpl_coverage_note(RplCompiler *compiler, size_t policy,
                                           const RplDecision *decision);

#endif /* RPL_COMPILER_COMPILE_H */
