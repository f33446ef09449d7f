/* SPDX-License-Identifier: Apache-2.0
 *
 * load.c - draws in the files that a policy names: its bases (`extends`),
 * modules
 * (`use`) and the vocabulary. Each file is read and parsed once however many
 * policies need it.
 */
#include <string.h>

#include "compiler/compile.h"
#include "compiler/parse.h"
#include "compiler/shape.h"
#include "compiler/stdlib.h"
#include "vm/text.h"

#define VOCABULARY "std.refund"

static RplSlice text_of(const RplCompiler *compiler, RplName name) {
  return rpl_name_text(&compiler->interner, name);
}

static bool append(RplCompiler *compiler, RplFiles *list, RplFile *file) {
  RplFile **items = rpl_arena_grow(&compiler->arena, list->items, list->count,
                                   &list->capacity, sizeof *items);
  if (!items)
    return false;
  list->items = items;
  list->items[list->count++] = file;
  return true;
}

/* ---- heads of files
 * ----------------------------------------------------------------- */

static RplSpan start_of(const RplFile *file) {
  if (file->unit.stmts.count)
    return file->unit.stmts.items[0]->span;
  return (RplSpan){file->source, 0, 0};
}

static void check_edition(RplCompiler *compiler, const RplFile *file) {
  const RplStmts *stmts = &file->unit.stmts;
  const RplStmt *first = stmts->count ? stmts->items[0] : NULL;
  if ((!first || first->kind != RPL_STMT_EDITION) && file->is_broken)
    return; /* it may be what was misread */
  if (!first || first->kind != RPL_STMT_EDITION) {
    rpl_report(compiler->report, RPL_DIAG_NO_EDITION, start_of(file), NULL);
    rpl_report_help(compiler->report, "begin the file with `edition 1;`", NULL,
                    0);
  } else if (!rpl_slice_is(first->title.text, "1")) {
    rpl_report_add(compiler->report, RPL_DIAG_BAD_EDITION, first->title.span,
                   &first->title.text, 1);
  }
}

/* "cms/gateway.rpl" for "cms.gateway". */
static bool path_agrees(RplSlice path, RplSlice name) {
  if (path.length != name.length + 4 ||
      memcmp(path.data + name.length, ".rpl", 4) != 0)
    return false;
  for (size_t i = 0; i < name.length; i++)
    if (path.data[i] != (name.data[i] == '.' ? '/' : name.data[i]))
      return false;
  return true;
}

bool rpl_load_head(RplCompiler *compiler, RplFile *file, RplSlice path) {
  const RplStmts *stmts = &file->unit.stmts;
  for (size_t i = 0; i < stmts->count && !file->head; i++)
    if (stmts->items[i]->kind == RPL_STMT_POLICY ||
        stmts->items[i]->kind == RPL_STMT_MODULE)
      file->head = stmts->items[i];
  if (file->is_inline)
    return true;
  if (file->is_broken && !file->head)
    return false; /* what is wrong was said: the head may stand there */
  check_edition(compiler, file);
  if (!file->head) {
    rpl_report(compiler->report, RPL_DIAG_NO_POLICY, start_of(file), NULL);
    rpl_report_help(compiler->report,
                    "after the edition write `policy NAME \"TITLE\";`", NULL,
                    0);
    return false;
  }
  file->name = file->head->name.name;
  RplSlice name = text_of(compiler, file->name);
  if (!path_agrees(path, name)) {
    RplSlice arguments[2] = {name, path};
    file->is_misnamed = true;
    rpl_report_add(compiler->report, RPL_DIAG_NAME_OF_FILE,
                   file->head->name.span, arguments, 2);
    rpl_report_help(compiler->report,
                    "a dotted name is its path: `cms.gateway` is "
                    "`cms/gateway.rpl`",
                    NULL, 0);
  }
  return true;
}

RplFile *rpl_load_text(RplCompiler *compiler, RplSlice file_name,
                       RplSlice shown, RplSlice text, bool is_inline) {
  RplFile *file = rpl_arena_alloc(&compiler->arena, sizeof *file);
  size_t errors = rpl_report_error_count(compiler->report);
  if (!file)
    return NULL;
  file->is_inline = is_inline;
  file->source = rpl_sources_add(&compiler->sources, file_name, shown, text);
  if (!file->source ||
      !rpl_parse_unit(&compiler->arena, &compiler->interner, compiler->report,
                      &compiler->sources, file->source, &file->unit))
    return NULL;
  file->is_broken = errors != rpl_report_error_count(compiler->report);
  (void)rpl_load_head(compiler, file, file_name);
  if (!rpl_shape_check(&compiler->shared, file))
    return NULL;
  /* a wrong name is one mistake and hides no other */
  file->is_broken = rpl_report_error_count(compiler->report) !=
                    errors + (file->is_misnamed ? 1 : 0);
  return append(compiler, &compiler->files, file) ? file : NULL;
}

/* ---- finding files
 * --------------------------------------------------------------------- */

static RplFile *known_file(const RplCompiler *compiler, RplName name) {
  for (size_t i = 0; i < compiler->files.count; i++)
    if (compiler->files.items[i]->name == name &&
        !compiler->files.items[i]->is_misnamed &&
        !compiler->files.items[i]->is_inline)
      return compiler->files.items[i];
  return NULL;
}

static const RplStdlibModule *library_module(RplSlice name) {
  for (size_t i = 0; i < rpl_stdlib_module_count; i++)
    if (rpl_slice_is(name, rpl_stdlib_modules[i].name))
      return &rpl_stdlib_modules[i];
  return NULL;
}

/* The path of a dotted name below its root. */
static RplSlice path_of(RplCompiler *compiler, RplSlice name) {
  char *path = rpl_arena_alloc(&compiler->arena, name.length + 5);
  if (!path)
    return (RplSlice){NULL, 0};
  for (size_t i = 0; i < name.length; i++)
    path[i] = name.data[i] == '.' ? '/' : name.data[i];
  memcpy(path + name.length, ".rpl", 4);
  return (RplSlice){path, name.length + 4};
}

static RplStatus ask_loader(RplCompiler *compiler, RplSlice name,
                            RplSlice *shown, RplSlice *text) {
  const RplStdlibModule *module = library_module(name);
  if (module) {
    *shown = path_of(compiler, name);
    *text = (RplSlice){(const char *)module->text, module->length};
    return shown->data ? RPL_OK : RPL_E_MEMORY;
  }
  bool is_library = name.length > 4 && memcmp(name.data, "std.", 4) == 0;
  if (is_library || !compiler->loader)
    return RPL_E_NOT_FOUND;
  return compiler->loader(compiler->loader_context, name, shown, text);
}

/* Finds the file of a dotted name, reading it the first time. *file is NULL
 * when there is none, which was reported then. */
static RplStatus find_file(RplCompiler *compiler, RplWord name,
                           RplFile **file) {
  RplSlice dotted = text_of(compiler, name.name), shown = {0}, text = {0};
  *file = known_file(compiler, name.name);
  if (*file)
    return RPL_OK;
  if (compiler->files.count >= RPL_MAX_SOURCES) {
    rpl_report(compiler->report, RPL_DIAG_TOO_MANY_SOURCES, name.span, "1000",
               NULL);
    return RPL_OK;
  }
  RplStatus status = ask_loader(compiler, dotted, &shown, &text);
  if (status == RPL_E_NOT_FOUND) {
    rpl_report_add(compiler->report, RPL_DIAG_NOT_FOUND, name.span, &dotted, 1);
    RplSlice path = path_of(compiler, dotted);
    rpl_report_help(compiler->report,
                    "it would be the file `{}` below the root", &path, 1);
    return RPL_OK;
  }
  if (status)
    return status;
  RplSlice path = path_of(compiler, dotted);
  *file = path.data ? rpl_load_text(compiler, path, shown.length ? shown : path,
                                    text, false)
                    : NULL;
  if (!*file)
    return RPL_E_MEMORY;
  if ((*file)->is_misnamed)
    (*file)->is_broken = true; /* it is not what was asked for */
  return RPL_OK;
}

/* ---- layers
 * --------------------------------------------------------------------------------
 */

static bool in_layers(const RplLayers *layers, const RplFile *file) {
  for (size_t i = 0; i < layers->count; i++)
    if (layers->items[i] == file)
      return true;
  return false;
}

static RplStatus add_layer(RplCompiler *compiler, RplLayers *layers,
                           RplFile *file) {
  RplFile **items =
      rpl_arena_grow(&compiler->arena, layers->items, layers->count,
                     &layers->capacity, sizeof *items);
  if (!items)
    return RPL_E_MEMORY;
  layers->items = items;
  layers->items[layers->count++] = file;
  return RPL_OK;
}

/* What a misread file names is not looked for: it may be misread too. */
static RplStmt *find_extends(RplCompiler *compiler, const RplFile *file) {
  RplStmt *found = NULL;
  if (file->is_broken)
    return NULL;
  for (size_t i = 0; i < file->unit.stmts.count; i++) {
    RplStmt *stmt = file->unit.stmts.items[i];
    if (stmt->kind != RPL_STMT_EXTENDS)
      continue;
    if (!found) {
      found = stmt;
      continue;
    }
    rpl_report(compiler->report, RPL_DIAG_TWO_OTHERWISE, stmt->span, "extends",
               NULL);
    rpl_report_label(compiler->report, found->span, "the first one", NULL, 0);
  }
  return found;
}

/* LIMIT: RPL_MAX_IMPORT_DEPTH bases one behind the other. */
static RplStatus add_bases(RplCompiler *compiler, RplLayers *layers) {
  RplStmt *extends;
  RplStatus status = RPL_OK;
  while (!status &&
         (extends = find_extends(compiler, layers->items[layers->count - 1]))) {
    RplFile *base = NULL;
    if (layers->count > RPL_MAX_IMPORT_DEPTH) {
      rpl_report(compiler->report, RPL_DIAG_IMPORT_TOO_DEEP, extends->span,
                 "16", NULL);
      return RPL_OK;
    }
    status = find_file(compiler, extends->name, &base);
    if (status || !base || !base->head)
      return status;
    RplSlice name = text_of(compiler, extends->name.name);
    if (in_layers(layers, base)) {
      rpl_report_add(compiler->report, RPL_DIAG_IMPORT_CYCLE,
                     extends->name.span, &name, 1);
      return RPL_OK;
    }
    if (base->head->kind != RPL_STMT_POLICY) {
      rpl_report_add(compiler->report, RPL_DIAG_NOT_A_POLICY,
                     extends->name.span, &name, 1);
      return RPL_OK;
    }
    status = add_layer(compiler, layers, base);
  }
  return status;
}

static RplStatus add_module(RplCompiler *compiler, RplLayers *layers,
                            RplWord name) {
  RplFile *module = NULL;
  RplStatus status = find_file(compiler, name, &module);
  if (status || !module || !module->head || in_layers(layers, module))
    return status;
  if (module->head->kind != RPL_STMT_MODULE) {
    RplSlice text = text_of(compiler, name.name);
    rpl_report_add(compiler->report, RPL_DIAG_NOT_A_MODULE, name.span, &text,
                   1);
    return RPL_OK;
  }
  return add_layer(compiler, layers, module);
}

/* Modules are layers too, so those that modules use are met later in the loop.
 */
static RplStatus add_modules(RplCompiler *compiler, RplLayers *layers) {
  RplStatus status = RPL_OK;
  for (size_t i = 0; i < layers->count && !status; i++) {
    const RplStmts *stmts = &layers->items[i]->unit.stmts;
    if (layers->items[i]->is_broken)
      continue;
    for (size_t j = 0; j < stmts->count && !status; j++)
      if (stmts->items[j]->kind == RPL_STMT_USE)
        status = add_module(compiler, layers, stmts->items[j]->name);
  }
  return status;
}

static bool declares_outcomes(const RplLayers *layers) {
  for (size_t i = 0; i < layers->count; i++)
    for (size_t j = 0; j < layers->items[i]->unit.stmts.count; j++)
      if (layers->items[i]->unit.stmts.items[j]->kind == RPL_STMT_OUTCOME)
        return true;
  return false;
}

bool rpl_load_layers(RplCompiler *compiler, RplFile *root, RplLayers *layers,
                     RplStatus *status) {
  size_t errors = rpl_report_error_count(compiler->report);
  *layers = (RplLayers){0};
  *status = add_layer(compiler, layers, root);
  if (!*status)
    *status = add_bases(compiler, layers);
  if (!*status)
    *status = add_modules(compiler, layers);
  if (!*status && errors == rpl_report_error_count(compiler->report) &&
      !declares_outcomes(layers)) {
    RplWord vocabulary = {
        rpl_intern(&compiler->interner, rpl_slice(VOCABULARY)),
        root->head ? root->head->name.span : (RplSpan){0, 0, 0}};
    *status = vocabulary.name ? add_module(compiler, layers, vocabulary)
                              : RPL_E_MEMORY;
  }
  return *status == RPL_OK;
}
