/* SPDX-License-Identifier: Apache-2.0
 * compile.c - building programs; implements rpl/compile.h with load.c,
 * testrun.c and calc.c. */
#include "compiler/compile.h"

#include <stdio.h>
#include <string.h>

#include "compiler/emit.h"
#include "compiler/lower.h"
#include "compiler/warn.h"
#include "vm/program.h"
#include "vm/text.h"

static bool start(RplCompiler *compiler) {
  rpl_arena_init(&compiler->arena, compiler->allocator, 0);
  rpl_arena_init(&compiler->calc_arena, compiler->allocator, 0);
  rpl_arena_init(&compiler->tables, compiler->allocator, 0);
  rpl_sources_init(&compiler->sources, &compiler->arena);
  compiler->report = rpl_report_new(&compiler->arena, &compiler->sources);
  if (!compiler->report ||
      !rpl_interner_init(&compiler->interner, &compiler->arena))
    return false;
  rpl_zones_begin(&compiler->zones, NULL);
  compiler->shared =
      (RplCompile){&compiler->arena, &compiler->tables,  &compiler->interner,
                   compiler->report, &compiler->sources, {NULL, 0, 0},
                   &compiler->zones};
  return true;
}

RplStatus rpl_compiler_new(const RplAllocator *allocator, RplLoader loader,
                           void *loader_context, RplCompiler **compiler) {
  if (!compiler)
    return RPL_E_ARGUMENT;
  if (!allocator)
    allocator = rpl_default_allocator();
  RplCompiler *made =
      allocator->reallocate(allocator->context, NULL, 0, sizeof *made);
  if (!made)
    return RPL_E_MEMORY;
  memset(made, 0, sizeof *made);
  made->allocator = allocator;
  made->loader = loader;
  made->loader_context = loader_context;
  if (!start(made)) {
    rpl_compiler_free(made);
    return RPL_E_MEMORY;
  }
  *compiler = made;
  return RPL_OK;
}

void rpl_compiler_zones(RplCompiler *compiler, const RplZoneSource *source) {
  if (compiler)
    rpl_zones_begin(&compiler->zones, source);
}

void rpl_compiler_free(RplCompiler *compiler) {
  if (!compiler)
    return;
  rpl_program_free(compiler->program);
  rpl_arena_clear(&compiler->calc_arena);
  rpl_arena_clear(&compiler->tables);
  rpl_arena_clear(&compiler->arena);
  const RplAllocator *allocator = compiler->allocator;
  (void)allocator->reallocate(allocator->context, compiler, sizeof *compiler,
                              0);
}

/* ---- sources
 * ----------------------------------------------------------------------------
 */

static bool copy_slice(RplCompiler *compiler, RplSlice *slice) {
  char *copy = rpl_arena_copy(&compiler->arena, slice->data, slice->length);
  slice->data = copy;
  return copy != NULL;
}

static RplStatus add_root(RplCompiler *compiler, RplFile *file) {
  RplFiles *roots = &compiler->roots;
  RplFile **items = rpl_arena_grow(&compiler->arena, roots->items, roots->count,
                                   &roots->capacity, sizeof *items);
  if (!items)
    return RPL_E_MEMORY;
  roots->items = items;
  roots->items[roots->count++] = file;
  return RPL_OK;
}

static RplStatus finish_report(RplCompiler *compiler) {
  return rpl_report_finish(compiler->report) ? RPL_OK : RPL_E_MEMORY;
}

/* LIMIT: spans have 32-bit offsets; longer texts are refused before copying. */
static RplStatus refuse_long(RplCompiler *compiler) {
  rpl_report(compiler->report, RPL_DIAG_SOURCE_TOO_LONG, (RplSpan){0},
             "16777216", NULL);
  RplStatus status = finish_report(compiler);
  return status ? status : RPL_E_COMPILE;
}

RplStatus rpl_compiler_add(RplCompiler *compiler, RplSlice file, RplSlice shown,
                           RplSlice text) {
  if (!compiler || (text.length && !text.data))
    return RPL_E_ARGUMENT;
  if (text.length > RPL_MAX_SOURCE_BYTES)
    return refuse_long(compiler);
  if (!shown.length)
    shown = file;
  if (!copy_slice(compiler, &file) || !copy_slice(compiler, &shown) ||
      !copy_slice(compiler, &text))
    return RPL_E_MEMORY;
  for (size_t i = 0; i < compiler->roots.count; i++) {
    const RplFile *old = compiler->roots.items[i];
    if (!old->is_inline &&
        rpl_slice_equal(rpl_sources_at(&compiler->sources, old->source)->file,
                        file))
      return RPL_E_ARGUMENT;
  }
  RplFile *added = rpl_load_text(compiler, file, shown, text, false);
  if (!added)
    return RPL_E_MEMORY;
  if (added->head && added->head->kind == RPL_STMT_MODULE) {
    RplSlice name = rpl_name_text(&compiler->interner, added->name);
    rpl_report_add(compiler->report, RPL_DIAG_MODULE_ALONE, added->head->span,
                   &name, 1);
    rpl_report_help(compiler->report, "compile a policy that says `use {};`",
                    &name, 1);
    return finish_report(compiler);
  }
  RplStatus status = add_root(compiler, added);
  return status ? status : finish_report(compiler);
}

RplStatus rpl_compiler_add_inline(RplCompiler *compiler, RplSlice text) {
  if (!compiler || (text.length && !text.data))
    return RPL_E_ARGUMENT;
  for (size_t i = 0; i < compiler->roots.count; i++)
    if (compiler->roots.items[i]->is_inline)
      return RPL_E_ARGUMENT;
  if (text.length > RPL_MAX_SOURCE_BYTES)
    return refuse_long(compiler);
  if (!copy_slice(compiler, &text))
    return RPL_E_MEMORY;
  RplSlice name = rpl_slice("expression");
  RplFile *added = rpl_load_text(compiler, name, name, text, true);
  if (!added)
    return RPL_E_MEMORY;
  added->name = rpl_intern(&compiler->interner, name);
  RplStatus status = added->name ? add_root(compiler, added) : RPL_E_MEMORY;
  return status ? status : finish_report(compiler);
}

RplStatus rpl_compiler_offer(RplCompiler *compiler, RplSlice name) {
  if (!compiler || (name.length && !name.data))
    return RPL_E_ARGUMENT;
  RplWords *offered = &compiler->shared.offered;
  RplWord word = {rpl_intern(&compiler->interner, name), {0, 0, 0}};
  RplWord *items = word.name ? rpl_arena_grow(&compiler->arena, offered->items,
                                              offered->count,
                                              &offered->capacity, sizeof *items)
                             : NULL;
  if (!items)
    return RPL_E_MEMORY;
  offered->items = items;
  items[offered->count++] = word;
  return RPL_OK;
}

/* ---- building
 * -------------------------------------------------------------------------------
 */

/* Checks and lowers one policy. The trees of bases are shared and carry what
 * the checker wrote last, so each policy is lowered before the next is checked.
 */
static bool is_broken(const RplLayers *layers) {
  for (size_t i = 0; i < layers->count; i++)
    if (layers->items[i]->is_broken)
      return true;
  return false;
}

static RplStatus compile_policy(RplCompiler *compiler, RplFile *root,
                                uint32_t flags) {
  RplPolicy *policy = rpl_arena_alloc(&compiler->arena, sizeof *policy);
  RplLayers layers;
  RplStatus status = RPL_E_MEMORY;
  size_t errors = rpl_report_error_count(compiler->report);
  if (!policy || !rpl_load_layers(compiler, root, &layers, &status))
    return status;
  if (errors != rpl_report_error_count(compiler->report) || is_broken(&layers))
    return RPL_OK; /* what was misread would only bring more messages */
  rpl_arena_reset(&compiler->tables); /* each is as long as all names */
  if (!rpl_policy_gather(policy, &compiler->shared, &layers) ||
      !rpl_policy_check(policy) || !rpl_tests_collect(compiler, policy))
    return RPL_E_MEMORY;
  if (rpl_report_error_count(compiler->report))
    return RPL_OK;
  compiler->policies[compiler->policy_count++] = policy;
  status = rpl_policy_lower(policy, flags & RPL_BUILD_STRIP, &policy->program);
  if (status)
    return status;
  rpl_tests_check_read(policy);
  if (policy->is_inline || rpl_report_error_count(compiler->report))
    return RPL_OK;
  return rpl_policy_warn(policy) ? RPL_OK : RPL_E_MEMORY;
}

static RplStatus compile_policies(RplCompiler *compiler, uint32_t flags) {
  size_t count = compiler->roots.count;
  RplStatus status = RPL_OK;
  compiler->policies =
      rpl_arena_array(&compiler->arena, count, sizeof(RplPolicy *));
  if (!compiler->policies)
    return RPL_E_MEMORY;
  compiler->policy_count = 0;
  compiler->tests.count = 0;
  for (size_t i = 0; i < count && !status; i++)
    status = compile_policy(compiler, compiler->roots.items[i], flags);
  if (rpl_report_failed(compiler->report))
    return RPL_E_MEMORY;
  if (!status && rpl_report_error_count(compiler->report))
    return RPL_E_COMPILE;
  return status;
}

static RplSlice policy_name(const RplPolicy *policy) {
  return rpl_name_text(policy->compile->interner, policy->name);
}

/* Bundles list their programs by name. Insertion sort: they come sorted from a
 * folder, and there are few. */
static void sort_policies(RplCompiler *compiler) {
  for (size_t i = 1; i < compiler->policy_count; i++) {
    RplPolicy *policy = compiler->policies[i];
    size_t at = i;
    for (; at > 0 && rpl_slice_compare(policy_name(compiler->policies[at - 1]),
                                       policy_name(policy)) > 0;
         at--)
      compiler->policies[at] = compiler->policies[at - 1];
    compiler->policies[at] = policy;
  }
}

static RplStatus write_bundle(RplCompiler *compiler, RplSlice *bytes) {
  RplSlice *programs = rpl_arena_array(&compiler->arena, compiler->policy_count,
                                       sizeof *programs);
  if (!programs)
    return RPL_E_MEMORY;
  sort_policies(compiler);
  for (size_t i = 0; i < compiler->policy_count; i++)
    programs[i] = compiler->policies[i]->program;
  return rpl_emit_bundle(&compiler->arena, programs, compiler->policy_count,
                         bytes)
             ? RPL_OK
             : RPL_E_MEMORY;
}

static RplSlice decimal(RplCompiler *compiler, uint64_t value) {
  RplBuffer text;
  rpl_buffer_init(&text, compiler->allocator);
  rpl_buffer_unsigned(&text, value);
  RplSlice view = rpl_buffer_view(&text);
  char *copy = rpl_arena_copy(&compiler->arena, view.data, view.length);
  RplSlice result = {copy ? copy : "", copy ? view.length : 0};
  rpl_buffer_clear(&text);
  return result;
}

/* LIMIT: what one decision may cost, the default of every host. */
static RplStatus check_cost(RplCompiler *compiler, const RplPolicy *policy,
                            uint64_t cost, uint64_t max_cost) {
  if (cost <= max_cost)
    return RPL_OK;
  RplSlice arguments[2] = {decimal(compiler, cost),
                           decimal(compiler, max_cost)};
  rpl_report_add(compiler->report, RPL_DIAG_COST_TOO_HIGH,
                 policy->title ? policy->title->span : (RplSpan){0, 0, 0},
                 arguments, 2);
  rpl_report_help(compiler->report,
                  "split the policy, or give repeated parts names with `let`",
                  NULL, 0);
  return RPL_E_COMPILE;
}

static RplStatus too_large(RplCompiler *compiler, const char *why) {
  rpl_report(compiler->report, RPL_DIAG_PROGRAM_TOO_LARGE, (RplSpan){0}, why,
             NULL);
  return RPL_E_COMPILE;
}

/* What the verifier refused: "facts row 3: ..." where it is in a table. */
static void report_refusal(RplCompiler *compiler,
                           const RplProgramError *error) {
  char why[160];
  const char *table = error->section < RPL_SECTION_COUNT
                          ? rpl_section_info(error->section)->name
                          : "";
  if (*table)
    (void)snprintf(why, sizeof why, "%s row %lu: %s", table,
                   (unsigned long)error->row, error->message);
  (void)too_large(compiler, *table ? why : error->message);
}

static RplStatus verify_policy(RplCompiler *compiler, const RplPolicy *policy,
                               uint64_t max_cost) {
  RplArena arena;
  RplImage image;
  RplProgramError error;
  rpl_arena_init(&arena, compiler->allocator, 0);
  RplStatus status =
      rpl_image_open(&arena, (const uint8_t *)policy->program.data,
                     policy->program.length, &image, &error);
  rpl_arena_clear(&arena);
  if (status == RPL_OK)
    return check_cost(compiler, policy, image.cost, max_cost);
  if (status != RPL_E_LIMIT && status != RPL_E_PROGRAM)
    return status;
  report_refusal(compiler, &error);
  return status == RPL_E_LIMIT ? RPL_E_COMPILE : status;
}

/* Our own output goes through the verifier like anybody's, policy by policy. */
static RplStatus verify(RplCompiler *compiler, RplSlice bytes) {
  RplLimits limits;
  RplStatus worst = RPL_OK;
  rpl_limits_init(&limits);
  if (bytes.length > limits.max_bytes)
    return too_large(compiler, "the file is larger than the host allows");
  for (size_t i = 0; i < compiler->policy_count; i++) {
    const RplPolicy *policy = compiler->policies[i];
    if (i > 0 && compiler->policies[i - 1]->name == policy->name)
      return too_large(compiler, "two policies have one name");
    RplStatus status = verify_policy(compiler, policy, limits.max_cost);
    if (status && status != RPL_E_COMPILE)
      return status;
    worst = status ? status : worst;
  }
  return worst;
}

static RplStatus build(RplCompiler *compiler, uint32_t flags, RplSlice *bytes) {
  rpl_program_free(compiler->program);
  compiler->program = NULL;
  compiler->marks = NULL;
  compiler->bytes = (RplSlice){NULL, 0};
  RplStatus status = compile_policies(compiler, flags);
  if (!status)
    status = write_bundle(compiler, bytes);
  if (!status)
    status = verify(compiler, *bytes);
  if (!status)
    compiler->bytes = *bytes;
  return status;
}

RplStatus rpl_compiler_build(RplCompiler *compiler, uint32_t flags,
                             RplSlice *bytes) {
  if (!compiler || !bytes)
    return RPL_E_ARGUMENT;
  bool has_errors = rpl_report_error_count(compiler->report) > 0;
  if (!compiler->roots.count && !has_errors)
    return RPL_E_ARGUMENT;
  RplStatus status = build(compiler, flags, bytes);
  RplStatus finished = finish_report(compiler);
  return status ? status : finished;
}

const RplDiags *rpl_compiler_diags(const RplCompiler *compiler) {
  return rpl_report_diags(compiler->report);
}

/* ---- what was drawn in
 * -------------------------------------------------------------------------- */

static bool is_root(const RplCompiler *compiler, const RplFile *file) {
  for (size_t i = 0; i < compiler->roots.count; i++)
    if (compiler->roots.items[i] == file)
      return true;
  return false;
}

static bool is_library(const RplCompiler *compiler, const RplFile *file) {
  RplSlice name = rpl_name_text(&compiler->interner, file->name);
  return name.length > 4 && memcmp(name.data, "std.", 4) == 0;
}

size_t rpl_compiler_source_count(const RplCompiler *compiler) {
  size_t count = 0;
  for (size_t i = 0; i < compiler->files.count; i++)
    count += !is_root(compiler, compiler->files.items[i]) &&
             !is_library(compiler, compiler->files.items[i]);
  return count;
}

RplSlice rpl_compiler_source(const RplCompiler *compiler, size_t index) {
  for (size_t i = 0; i < compiler->files.count; i++) {
    const RplFile *file = compiler->files.items[i];
    if (is_root(compiler, file) || is_library(compiler, file))
      continue;
    if (index-- == 0)
      return rpl_sources_at(&compiler->sources, file->source)->shown;
  }
  return (RplSlice){NULL, 0};
}
