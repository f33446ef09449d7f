/* SPDX-License-Identifier: Apache-2.0
 * load.c - see load.h. */
#include "cli/load.h"

#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/output.h"
#include "cli/roots.h"

void rpl_cli_load_init(RplCliLoad *load, const RplOptions *options,
                       RplCliPool *pool) {
  memset(load, 0, sizeof *load);
  load->options = options;
  load->pool = pool;
}

void rpl_cli_load_clear(RplCliLoad *load) {
  rpl_program_free(load->program);
  rpl_compiler_free(load->compiler);
  load->program = NULL;
  load->compiler = NULL;
}

int rpl_cli_load_read(RplCliLoad *load, const char *path, size_t max_bytes,
                      RplSlice *text) {
  if (strcmp(path, "-") == 0) {
    if (load->has_stdin)
      return rpl_cli_fail(RPL_EXIT_USAGE, "standard input is asked for twice");
    load->has_stdin = true;
  }
  return rpl_cli_read(load->pool, path, max_bytes, text);
}

/* ---- the loader ---------------------------------------------------------- */

static bool note_source(RplCliLoad *load, const char *path, const char *name) {
  RplCliSource *sources =
      rpl_cli_pool_grow(load->pool, load->sources, load->source_count,
                        &load->source_capacity, sizeof *sources);
  if (!sources)
    return false;
  load->sources = sources;
  load->sources[load->source_count++] = (RplCliSource){path, name};
  return true;
}

static RplStatus stop_loader(RplCliLoad *load, int code, RplStatus status) {
  load->loader_code = code;
  return status;
}

/* The loader of the compiler: looks below each root in turn. */
static RplStatus find_source(void *context, RplSlice name, RplSlice *file,
                             RplSlice *text) {
  RplCliLoad *load = context;
  const char *below = rpl_cli_dotted_file(load->pool, name);
  if (!below)
    return RPL_E_MEMORY;
  for (size_t i = 0; i < load->root_count; i++) {
    const char *path = rpl_cli_pool_join(
        load->pool, rpl_cli_slice(load->roots[i]), rpl_cli_slice(below));
    if (!path)
      return RPL_E_MEMORY;
    if (rpl_cli_path_kind(path) != RPL_PATH_FILE)
      continue;
    int code = rpl_cli_read(load->pool, path, RPL_MAX_SOURCE_BYTES, text);
    if (code)
      return stop_loader(load, code,
                         code == RPL_EXIT_IO ? RPL_E_IO : RPL_E_MEMORY);
    if (!note_source(load, path, below))
      return RPL_E_MEMORY;
    *file = rpl_cli_slice(path);
    return RPL_OK;
  }
  return RPL_E_NOT_FOUND;
}

int rpl_cli_load_compiler(RplCliLoad *load) {
  if (load->compiler)
    return RPL_EXIT_OK;
  RplStatus status = rpl_compiler_new(NULL, find_source, load, &load->compiler);
  if (status)
    return rpl_cli_status(status, "start the compiler");
  RplZoneSource zones = rpl_cli_zones(load->options);
  rpl_compiler_zones(load->compiler, &zones);
  return RPL_EXIT_OK;
}

/* ---- adding -------------------------------------------------------------- */

static int note_root(RplCliLoad *load, RplSlice root) {
  for (size_t i = 0; i < load->root_count; i++)
    if (rpl_cli_equal(rpl_cli_slice(load->roots[i]), root))
      return RPL_EXIT_OK;
  const char *copy = rpl_cli_pool_join(load->pool, root, (RplSlice){NULL, 0});
  const char **roots =
      rpl_cli_pool_grow(load->pool, load->roots, load->root_count,
                        &load->root_capacity, sizeof *roots);
  if (!copy || !roots)
    return rpl_cli_no_memory();
  load->roots = roots;
  load->roots[load->root_count++] = copy;
  return RPL_EXIT_OK;
}

/* Finds the root of a file and its path below that. Where the path as written
 * does not end in the dotted name, the path without links may (`cd cms; rplc
 * check ssl.rpl`). Otherwise the file's own folder is the root. */
static int place_file(RplCliLoad *load, const char *path,
                      const RplCliHeader *header, const char **below) {
  const char *file = NULL;
  if (header->kind != RPL_UNIT_NONE) {
    RplSlice name = {header->name, header->length};
    file = rpl_cli_dotted_file(load->pool, name);
    if (!file)
      return rpl_cli_no_memory();
  }
  const char *form = path;
  size_t root = file ? rpl_cli_root_length(path, file) : SIZE_MAX;
  if (file && root == SIZE_MAX) {
    form = rpl_cli_real_path(load->pool, path);
    root = form ? rpl_cli_root_length(form, file) : SIZE_MAX;
  }
  if (root != SIZE_MAX) {
    *below = form + root;
    return note_root(load, (RplSlice){form, root});
  }
  const char *slash = strrchr(path, '/');
  *below = path; /* whole, so that two such files differ */
  return note_root(load,
                   (RplSlice){path, slash ? (size_t)(slash - path) + 1 : 0});
}

/* Whether a source of that name is there already: the same file again is left
 * out in silence, another one is a mistake. */
static int find_repeat(const RplCliLoad *load, const char *path,
                       const char *name, bool *is_repeat) {
  *is_repeat = false;
  for (size_t i = 0; i < load->source_count; i++) {
    const RplCliSource *source = &load->sources[i];
    if (strcmp(source->name, name) != 0)
      continue;
    if (strcmp(path, "-") != 0 && rpl_cli_same_file(source->path, path)) {
      *is_repeat = true;
      return RPL_EXIT_OK;
    }
    if (!*name)
      continue;
    return rpl_cli_fail(RPL_EXIT_COMPILE, "%s is both in %s and in %s", name,
                        source->path, path);
  }
  return RPL_EXIT_OK;
}

/* The place of a text from standard input: its name is taken to be right, and
 * its root is the current folder. */
static int place_stdin(RplCliLoad *load, RplSlice name, const char **below) {
  *below = name.length ? rpl_cli_dotted_file(load->pool, name)
                       : "standard_input.rpl";
  return *below ? note_root(load, (RplSlice){NULL, 0}) : rpl_cli_no_memory();
}

static int compile_text(RplCliLoad *load, const char *path, const char *below,
                        RplSlice text) {
  int code = rpl_cli_load_compiler(load);
  if (code)
    return code;
  load->policy_count++;
  RplStatus status = rpl_compiler_add(
      load->compiler, rpl_cli_slice(below),
      rpl_cli_slice(strcmp(path, "-") == 0 ? "standard input" : path), text);
  /* The diagnostics, which the build shows, say what is wrong. */
  return status == RPL_E_COMPILE ? RPL_EXIT_OK
                                 : rpl_cli_status(status, "read the policy");
}

static int add_text(RplCliLoad *load, const char *path, RplSlice text,
                    bool skip_module) {
  RplCliHeader header;
  const char *below = NULL;
  bool is_repeat;
  rpl_cli_header(text, &header);
  if (skip_module && header.kind == RPL_UNIT_MODULE)
    return RPL_EXIT_OK;
  RplSlice written = {header.name, header.length};
  const char *name =
      rpl_cli_pool_join(load->pool, written, (RplSlice){NULL, 0});
  if (!name)
    return rpl_cli_no_memory();
  int code = find_repeat(load, path, name, &is_repeat);
  if (code || is_repeat)
    return code;
  code = strcmp(path, "-") == 0 ? place_stdin(load, written, &below)
                                : place_file(load, path, &header, &below);
  if (code)
    return code;
  if (!note_source(load, path, name))
    return rpl_cli_no_memory();
  return compile_text(load, path, below, text);
}

static int add_folder(RplCliLoad *load, const char *folder) {
  RplCliPaths paths = {NULL, 0, 0};
  size_t before = load->policy_count;
  int code = rpl_cli_walk(load->pool, folder, &paths);
  for (size_t i = 0; !code && i < paths.count; i++) {
    RplSlice text;
    code =
        rpl_cli_read(load->pool, paths.items[i], RPL_MAX_SOURCE_BYTES, &text);
    if (!code)
      code = add_text(load, paths.items[i], text, true);
  }
  if (!code && load->policy_count == before && !paths.count)
    return rpl_cli_fail(RPL_EXIT_IO, "there is no policy in %s", folder);
  return code;
}

static bool ends_in(const char *path, const char *end) {
  size_t length = strlen(path);
  size_t tail = strlen(end);
  return length > tail && strcmp(path + length - tail, end) == 0;
}

/* Programs are known by their name, or where there is none, by their first
 * bytes, which no policy has. */
static bool is_program(const char *path, RplSlice bytes) {
  if (ends_in(path, ".rplb"))
    return true;
  return bytes.length >= 4 && (memcmp(bytes.data, "RPLP", 4) == 0 ||
                               memcmp(bytes.data, "RPLB", 4) == 0);
}

int rpl_cli_load_add(RplCliLoad *load, const char *path, RplSlice *program) {
  RplLimits limits;
  RplSlice bytes = {NULL, 0};
  *program = (RplSlice){NULL, 0};
  if (rpl_cli_path_kind(path) == RPL_PATH_FOLDER)
    return add_folder(load, path);
  rpl_limits_init(&limits);
  size_t most = ends_in(path, ".rpl") ? RPL_MAX_SOURCE_BYTES : limits.max_bytes;
  int code = rpl_cli_load_read(load, path, most, &bytes);
  if (code)
    return code;
  if (!is_program(path, bytes))
    return add_text(load, path, bytes, false);
  *program = bytes;
  return RPL_EXIT_OK;
}

int rpl_cli_load_texts(RplCliLoad *load, const char *what) {
  const RplOptions *options = load->options;
  if (!options->arg_count)
    return rpl_cli_fail(RPL_EXIT_USAGE, "%s needs a PATH", what);
  for (size_t i = 0; i < options->arg_count; i++) {
    RplSlice program = {NULL, 0};
    int code = rpl_cli_load_add(load, options->args[i], &program);
    if (code)
      return code;
    if (program.data)
      return rpl_cli_fail(RPL_EXIT_USAGE,
                          "%s needs the text of policies, but %s is a program",
                          what, options->args[i]);
  }
  return RPL_EXIT_OK;
}

/* ---- programs ------------------------------------------------------------ */

/* Whoever asks for a decision is not told what its author might mend. */
static bool shows_warnings(const RplOptions *options) {
  return (options->command &
          (RPL_COMMAND_BUILD | RPL_COMMAND_CHECK | RPL_COMMAND_TEST)) != 0;
}

static size_t kept_errors(const RplDiags *diags) {
  size_t count = 0;
  for (size_t i = 0; i < rpl_diags_count(diags); i++)
    count += rpl_diags_at(diags, i)->severity == RPL_ERROR;
  return count;
}

int rpl_cli_load_build(RplCliLoad *load, uint32_t flags, RplSlice *bytes) {
  if (!load->compiler)
    return rpl_cli_fail(RPL_EXIT_COMPILE, "there is no policy to compile");
  RplStatus status = rpl_compiler_build(load->compiler, flags, bytes);
  const RplDiags *diags = rpl_compiler_diags(load->compiler);
  size_t warnings = rpl_diags_count(diags) - kept_errors(diags);
  int code = status != RPL_OK || shows_warnings(load->options)
                 ? rpl_cli_show_diags(load->options, diags)
                 : RPL_EXIT_OK;
  if (code)
    return code;
  if (warnings && load->options->deny_warnings)
    return RPL_EXIT_COMPILE;
  if (load->loader_code)
    return load->loader_code;
  if (status == RPL_E_COMPILE && rpl_diags_count(diags))
    return RPL_EXIT_COMPILE;
  return rpl_cli_status(status, "compile");
}

int rpl_cli_load_verify(RplCliLoad *load, const char *path, RplSlice bytes) {
  RplLoadError error = {.message = ""};
  RplZoneSource zones = rpl_cli_zones(load->options);
  RplStatus status = rpl_program_load_zones(
      bytes.data, bytes.length, NULL, &zones, NULL, &load->program, &error);
  const char *shown = strcmp(path, "-") == 0 ? "standard input" : path;
  if (status == RPL_E_PROGRAM)
    return rpl_cli_fail(RPL_EXIT_PROGRAM,
                        "%s is not a valid program: %s (at byte %zu)", shown,
                        error.message, error.offset);
  if (status == RPL_E_LIMIT)
    return rpl_cli_fail(RPL_EXIT_PROGRAM, "%s is over a limit: %s", shown,
                        error.message);
  if (status == RPL_E_NOT_FOUND || status == RPL_E_IO)
    return rpl_cli_fail(RPL_EXIT_IO, "%s cannot run here: %s", shown,
                        error.message);
  return rpl_cli_status(status, "load the program");
}

/* The facts on the command line, for defaults that ask for them by name. */
static RplStatus offer_facts(RplCliLoad *load) {
  RplStatus status = RPL_OK;
  for (size_t i = 0; i < load->options->arg_count && !status; i++) {
    RplCliPair pair = rpl_cli_pair(load->options->args[i]);
    if (pair.name.length)
      status = rpl_compiler_offer(load->compiler, pair.name);
  }
  return status;
}

static int add_inline(RplCliLoad *load) {
  int code = note_root(load, (RplSlice){NULL, 0});
  if (!code)
    code = rpl_cli_load_compiler(load);
  if (code)
    return code;
  RplStatus status = rpl_compiler_add_inline(
      load->compiler, rpl_cli_slice(load->options->expression));
  if (!status)
    status = offer_facts(load);
  return status == RPL_E_COMPILE ? RPL_EXIT_OK
                                 : rpl_cli_status(status, "read the policy");
}

int rpl_cli_load_program(RplCliLoad *load, const char *path) {
  RplSlice bytes = {NULL, 0};
  int code = load->options->expression ? add_inline(load)
                                       : rpl_cli_load_add(load, path, &bytes);
  if (!code && !bytes.data)
    code = rpl_cli_load_build(load, 0, &bytes);
  if (code)
    return code;
  return rpl_cli_load_verify(load, path ? path : "the policy", bytes);
}

int rpl_cli_load_policy(const RplCliLoad *load, size_t *index) {
  const char *name = load->options->policy;
  size_t count = rpl_program_policy_count(load->program);
  if (!name && count == 1) {
    *index = 0;
    return RPL_EXIT_OK;
  }
  if (name &&
      rpl_program_find(load->program, rpl_cli_slice(name), index) == RPL_OK)
    return RPL_EXIT_OK;
  char names[RPL_CLI_MESSAGE_BYTES / 2] = "";
  size_t length = 0;
  for (size_t i = 0; i < count && length < sizeof names; i++) {
    RplSlice each = rpl_program_policy_name(load->program, i);
    int more =
        snprintf(names + length, sizeof names - length, "%s%.*s", i ? ", " : "",
                 (int)each.length, each.length ? each.data : "");
    length += more < 0 ? 0 : (size_t)more;
  }
  if (name)
    return rpl_cli_fail(RPL_EXIT_USAGE, "there is no policy %s; there is: %s",
                        name, names);
  return rpl_cli_fail(RPL_EXIT_USAGE,
                      "name one of the policies with --policy: %s", names);
}
