/* SPDX-License-Identifier: Apache-2.0
 *
 * compile.h - from policy text to program bytes.
 *
 *   RplCompiler *compiler;
 *   rpl_compiler_new(NULL, NULL, NULL, &compiler);
 *   rpl_compiler_add(compiler, "cms/gateway.rpl", text);
 *   status = rpl_compiler_build(compiler, 0, &bytes);
 *
 * A compiler holds the sources of one build, its diagnostics and its result;
 * all of it is freed with the compiler. It is used by one thread at a time;
 * several compilers may work at once. It opens no file unless it is asked to
 * (rpl_compiler_add_file): what a policy names (`extends`, `use`) is asked of
 * the loader.
 */
#ifndef RPL_RPL_COMPILE_H
#define RPL_RPL_COMPILE_H

#include "rpl/coverage.h"
#include "rpl/decide.h"
#include "rpl/diag.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct RplCompiler RplCompiler;

/* Finds the source of a dotted name ("cms.general"). Returns RPL_OK with *text
 * (which must stay valid until the compiler is freed) and *file, the name that
 * diagnostics show; RPL_E_NOT_FOUND when there is none; anything else stops the
 * build. Names under `std.` are the library's own and are not asked for. */
typedef RplStatus (*RplLoader)(void *context, RplSlice name, RplSlice *file,
                               RplSlice *text);

/* LIMITS of a compilation; each has its tests in tests/limits. */
#define RPL_MAX_SOURCE_BYTES ((size_t)16 << 20) /* one source text */
#define RPL_MAX_NESTING      4096               /* height of an expression */
#define RPL_MAX_PARSER_DEPTH 4000    /* entries of the parser's stack */
#define RPL_MAX_IMPORT_DEPTH 16      /* chain of extends and use */
#define RPL_MAX_SOURCES      1000    /* files of one build */
#define RPL_MAX_NAME_BYTES   64      /* an identifier; 128 for a dotted name */
#define RPL_MAX_TEXT_BYTES   4096    /* a text literal */
#define RPL_MAX_DIGITS       200     /* digits of a number literal */
#define RPL_MAX_PARAMETERS   32      /* of a function; columns of a table */
#define RPL_MAX_CALL_DEPTH   100     /* functions that call one another */
#define RPL_MAX_EXPANSION    1000000 /* nodes that calls come to */
#define RPL_MAX_TURNS        16      /* that `otherwise` is found needless by */
#define RPL_MAX_CASE_STEPS   4000000 /* of that search */
#define RPL_MAX_TABLE_STEPS  4000000 /* of the proof of one table */
#define RPL_MAX_DIAGNOSTICS  100     /* kept; the rest is counted */

/* Makes a compiler. allocator NULL: libc's. loader NULL: nothing can be drawn
 * in but the standard library. */
RPL_API RPL_MUST_CHECK RplStatus rpl_compiler_new(const RplAllocator *allocator,
                                                  RplLoader loader,
                                                  void *loader_context,
                                                  RplCompiler **compiler);

/* Frees it with everything that was got from it. NULL is allowed. */
RPL_API void rpl_compiler_free(RplCompiler *compiler);

/* Adds a policy to compile. `file` is its path below the root with slashes
 * ("cms/gateway.rpl"); its dotted name must agree with the policy's. `shown` is
 * the name that diagnostics show (empty: `file`). Copies names and text. */
RPL_API RPL_MUST_CHECK RplStatus rpl_compiler_add(RplCompiler *compiler,
                                                  RplSlice file, RplSlice shown,
                                                  RplSlice text);

/* Reads the file DIRECTORY/FILE and adds it as above; an empty directory is the
 * current one. Where the compiler was made without a loader, what its policies
 * draw in is read from the same directory (`cms.general` is cms/general.rpl
 * below it). RPL_E_NOT_FOUND when there is no such file, RPL_E_IO when it
 * cannot be read; nothing is added then. RPL_E_ARGUMENT for a second directory.
 * The only function of the compiler that opens files. */
RPL_API RPL_MUST_CHECK RplStatus rpl_compiler_add_file(RplCompiler *compiler,
                                                       RplSlice directory,
                                                       RplSlice file);

/* Adds a policy written on the spot, as `rplc eval -e` takes it: no header,
 * fact types are inferred, the vocabulary's `otherwise` holds. Its name is
 * "expression", so a compiler takes one: RPL_E_ARGUMENT for a second. */
RPL_API RPL_MUST_CHECK RplStatus rpl_compiler_add_inline(RplCompiler *compiler,
                                                         RplSlice text);

/* Says that a fact of this name will be given to the inline policy, so that the
 * vocabulary may fall back on it where the text does not name it (`fee` or
 * `cash_paid` for what a full refund pays). A name that nothing wants stays
 * unknown. Call it before the build; copies the name. */
RPL_API RPL_MUST_CHECK RplStatus rpl_compiler_offer(RplCompiler *compiler,
                                                    RplSlice name);

/* Says where the data of named time zones comes from (rpl/zones.h), which a
 * policy's zones are looked up in and its tests run with; without this call,
 * the system's. What it points to must outlive the compiler. */
RPL_API void rpl_compiler_zones(RplCompiler *compiler,
                                const RplZoneSource *source);

/* Leave out the side tables: texts, places, names. */
#define RPL_BUILD_STRIP 1u

/* Compiles what was added. On RPL_OK *bytes holds a verified program or bundle,
 * owned by the compiler. RPL_E_COMPILE: see the diagnostics. RPL_E_ARGUMENT
 * when nothing was added. Warnings do not fail a build. */
RPL_API RPL_MUST_CHECK RplStatus rpl_compiler_build(RplCompiler *compiler,
                                                    uint32_t flags,
                                                    RplSlice *bytes);

/* What was found, never NULL; grows with every call above. */
RPL_API const RplDiags *rpl_compiler_diags(const RplCompiler *compiler);

/* The sources that the build read besides those added (bases, modules), as the
 * loader named them, for dependency files. */
RPL_API size_t rpl_compiler_source_count(const RplCompiler *compiler);
RPL_API RplSlice rpl_compiler_source(const RplCompiler *compiler, size_t index);

/* ---- tests in policies --------------------------------------------------- */

/* A `test` of a policy that was built. */
typedef struct RplTestResult {
  RplSlice policy;
  RplSlice name;
  RplSlice at; /* "cms/gateway.rpl:70" */
  bool passed;
  RplSlice expected; /* what the test says, for the first thing that differs */
  RplSlice found;    /* what the decision has */
  RplSlice decision; /* the decision as JSON */
} RplTestResult;

/* How many tests the added policies have (after a successful build). */
RPL_API size_t rpl_compiler_test_count(const RplCompiler *compiler);

/* Runs one test against the built program. A test that fails is RPL_OK with
 * passed == false; RPL_E_FACTS when its facts are refused (also in `found`).
 * The texts live as long as the compiler. */
RPL_API RPL_MUST_CHECK RplStatus rpl_compiler_run_test(RplCompiler *compiler,
                                                       size_t index,
                                                       RplTestResult *result);

/* A statement of the policies that were built, and what the tests that have run
 * since the build made of it. */
typedef struct RplCoverage {
  RplStatementKind kind;
  RplSlice policy; /* the policy or module in whose file it stands */
  RplSlice name;   /* of the rule, the output or the step; "otherwise" */
  RplSlice at;     /* "cms/gateway.rpl:31" */
  bool was_true;   /* a test made it true: see RPL_COVER_TRUE */
  bool was_false;  /* a test made it false; rules and guards alone can be */
} RplCoverage;

/* All statements of the build in order of their places; one that several
 * policies inherit is there once, and any of their tests counts. Statements of
 * the standard library are left out, and so are those of a build without places
 * (RPL_BUILD_STRIP). The items live as long as the compiler. RPL_E_ARGUMENT
 * without a successful build. */
RPL_API RPL_MUST_CHECK RplStatus rpl_compiler_coverage(
    RplCompiler *compiler, const RplCoverage **items, size_t *count);

/* ---- layout -------------------------------------------------------------- */

/* Writes a policy or module in the one canonical layout, as `rplc fmt` does:
 * comments and the meaning stay, and a text in that layout stays as it is.
 * Nothing is compiled or drawn in; `shown` is the name that diagnostics show.
 * On RPL_OK *formatted is the layout, owned by the compiler: valid until that
 * is freed. RPL_E_COMPILE when the text cannot be parsed; see the diagnostics,
 * which also make a later rpl_compiler_build of this compiler fail. */
RPL_API RPL_MUST_CHECK RplStatus rpl_compiler_format(RplCompiler *compiler,
                                                     RplSlice shown,
                                                     RplSlice text,
                                                     RplSlice *formatted);

/* ---- one expression ------------------------------------------------------ */

/* Evaluates one expression, as `rplc calc` does, with `names` and `values` in
 * scope as facts whose types are inferred from the values as typed. *json is
 * {"value": ..., "type": ...} or {"error": {...}}, owned by the compiler (made
 * for one such call after another: memory of the previous call is reused).
 * RPL_OK for both forms; RPL_E_COMPILE when the expression itself is wrong (the
 * JSON then holds the first diagnostic as its error). */
RPL_API RPL_MUST_CHECK RplStatus rpl_compiler_calc(
    RplCompiler *compiler, RplSlice expression, const RplSlice *names,
    const RplSlice *values, size_t count, RplSlice *json);

#ifdef __cplusplus
}
#endif

#endif /* RPL_RPL_COMPILE_H */
