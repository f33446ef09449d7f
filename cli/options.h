/* SPDX-License-Identifier: Apache-2.0
 *
 * options.h - the command line of rplc: which command, which options, which
 * arguments. One table of options drives the parsing and the help texts; the
 * man page (docs/man/rplc.1) is kept in step by tests/cli/help.sh.
 *
 * Long names are matched exactly, options may stand anywhere after the command,
 * and `--` ends them. What the arguments mean is left to the commands.
 */
#ifndef RPL_CLI_OPTIONS_H
#define RPL_CLI_OPTIONS_H

#include <stdbool.h>

#include "cli/pool.h"

/* The exit codes of rplc. */
typedef enum RplExit {
  RPL_EXIT_OK = 0,
  RPL_EXIT_FAILED = 1,   /* a test failed, a line of a batch was bad, a record
                            did not replay, or a file is not in the layout */
  RPL_EXIT_USAGE = 2,    /* the command line makes no sense */
  RPL_EXIT_COMPILE = 3,  /* a policy does not compile */
  RPL_EXIT_PROGRAM = 4,  /* a program was refused */
  RPL_EXIT_FACTS = 5,    /* facts or params were refused */
  RPL_EXIT_IO = 6,       /* a file could not be read or written */
  RPL_EXIT_INTERNAL = 70 /* out of memory, or a mistake in rplc */
} RplExit;

/* The commands, as bits of a set. */
typedef enum RplCommand {
  RPL_COMMAND_NONE = 0,
  RPL_COMMAND_BUILD = 1,
  RPL_COMMAND_CHECK = 2,
  RPL_COMMAND_EVAL = 4,
  RPL_COMMAND_CALC = 8,
  RPL_COMMAND_TEST = 16,
  RPL_COMMAND_DISASM = 32,
  RPL_COMMAND_FACTS = 64,
  RPL_COMMAND_FMT = 128,
  RPL_COMMAND_EXPLAIN = 256,
  RPL_COMMAND_REPLAY = 512
} RplCommand;

/* What --format asks for. */
typedef enum RplAs {
  RPL_AS_DEFAULT, /* not given */
  RPL_AS_TEXT,
  RPL_AS_JSON,
  RPL_AS_SARIF
} RplAs;

/* What the command line says. Texts are the caller's argv; absent ones are
 * NULL. */
typedef struct RplOptions {
  RplCommand command;
  RplAs format;
  const char *format_word;
  const char *policy;     /* --policy */
  const char *expression; /* -e */
  const char *out;        /* -o */
  const char *depfile;    /* -d */
  const char *junit;      /* --junit */
  const char *zones;      /* --zones */
  bool help;
  bool version;
  bool ignore_unknown;
  bool record;
  bool jsonl;
  bool requests;
  bool lines;
  bool strip;
  bool check;
  bool deny_warnings;
  bool coverage;
  const char **params; /* --param, in order */
  size_t param_count;
  const char **args; /* what is no option, in order */
  size_t arg_count;
} RplOptions;

/* Reads argv. Returns RPL_EXIT_OK, or, after one sentence on standard error,
 * RPL_EXIT_USAGE (RPL_EXIT_INTERNAL when memory is short). The lists live in
 * the pool. Without a command, `help` or `version` is set. */
int rpl_options_read(RplOptions *options, RplCliPool *pool, int argc,
                     char **argv);

/* Prints the help of options->command, or of rplc as a whole, to standard
 * output. */
void rpl_options_help(const RplOptions *options);

#endif /* RPL_CLI_OPTIONS_H */
