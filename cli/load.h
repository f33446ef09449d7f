/* SPDX-License-Identifier: Apache-2.0
 *
 * load.h - from the PATH arguments of a command to a compiler with sources, and
 * from there to a program. Knows what kinds of paths there are; everything that
 * goes wrong is printed here and comes back as an exit code.
 *
 * Invariant: all texts and paths live in the pool, so a compiler may borrow
 * what its loader gave it for as long as the command runs.
 */
#ifndef RPL_CLI_LOAD_H
#define RPL_CLI_LOAD_H

#include "cli/options.h"
#include "rpl/rpl.h"

/* One source that was added or drawn in. */
typedef struct RplCliSource {
  const char *path; /* as it can be opened; "-" for standard input */
  const char *name; /* dotted; empty when the text has no header */
} RplCliSource;

typedef struct RplCliLoad {
  const RplOptions *options;
  RplCliPool *pool;
  RplCompiler *compiler; /* NULL until a source is added */
  RplProgram *program;   /* NULL until rpl_cli_load_program */
  RplCliSource *sources; /* added ones and those that the loader found */
  size_t source_count;
  size_t source_capacity;
  size_t policy_count; /* of `sources`, how many were added */
  const char **roots;  /* each ends in a slash or is empty; no repeats */
  size_t root_count;
  size_t root_capacity;
  int loader_code; /* what stopped the loader; its message is out */
  bool has_stdin;  /* standard input was read */
} RplCliLoad;

/* Sets up an empty load; nothing can fail. */
void rpl_cli_load_init(RplCliLoad *load, const RplOptions *options,
                       RplCliPool *pool);

/* Frees compiler and program. */
void rpl_cli_load_clear(RplCliLoad *load);

/* Makes load->compiler when there is none yet. */
int rpl_cli_load_compiler(RplCliLoad *load);

/* Adds a policy file, or all policies of a folder, to the compiler. When the
 * path is a program instead, *program gets its bytes and nothing is added
 * (otherwise it becomes empty). */
int rpl_cli_load_add(RplCliLoad *load, const char *path, RplSlice *program);

/* Adds every PATH argument; programs are refused, since `what` ("test") needs
 * the policies' text. */
int rpl_cli_load_texts(RplCliLoad *load, const char *what);

/* Compiles what was added and shows the diagnostics. *bytes belongs to the
 * compiler. */
int rpl_cli_load_build(RplCliLoad *load, uint32_t flags, RplSlice *bytes);

/* Verifies bytes and makes load->program of them. `path` is for messages. */
int rpl_cli_load_verify(RplCliLoad *load, const char *path, RplSlice bytes);

/* From one PATH, or the text of -e, to load->program. */
int rpl_cli_load_program(RplCliLoad *load, const char *path);

/* Finds the policy that --policy names, or the only one. */
int rpl_cli_load_policy(const RplCliLoad *load, size_t *index);

/* Reads a file like rpl_cli_read, but refuses standard input the second time.
 */
int rpl_cli_load_read(RplCliLoad *load, const char *path, size_t max_bytes,
                      RplSlice *text);

#endif /* RPL_CLI_LOAD_H */
