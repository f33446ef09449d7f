/* SPDX-License-Identifier: Apache-2.0
 *
 * commands.h - the commands of rplc. Each takes the options that were read,
 * prints its results to standard output and everything else to standard error,
 * and returns an exit code (cli/options.h).
 */
#ifndef RPL_CLI_COMMANDS_H
#define RPL_CLI_COMMANDS_H

#include "cli/load.h"

int rpl_cmd_build(const RplOptions *options, RplCliPool *pool);
int rpl_cmd_check(const RplOptions *options, RplCliPool *pool);
int rpl_cmd_eval(const RplOptions *options, RplCliPool *pool);
int rpl_cmd_explain(const RplOptions *options, RplCliPool *pool);
int rpl_cmd_replay(const RplOptions *options, RplCliPool *pool);
int rpl_cmd_calc(const RplOptions *options, RplCliPool *pool);
int rpl_cmd_test(const RplOptions *options, RplCliPool *pool);
int rpl_cmd_disasm(const RplOptions *options, RplCliPool *pool);
int rpl_cmd_facts(const RplOptions *options, RplCliPool *pool);
int rpl_cmd_fmt(const RplOptions *options, RplCliPool *pool);

/* Decides once, as eval and explain do: takes policy, params and facts from the
 * command line and hands the decision to `show`, whose exit code it returns.
 * `command` is named where something is missing. */
typedef int (*RplCliShow)(const RplOptions *options,
                          const RplDecision *decision);
int rpl_cli_decide_once(const RplOptions *options, RplCliPool *pool,
                        const char *command, RplCliShow show);

/* The batch half of eval: a decision for each line of `path` (NULL: standard
 * input), by the program that `load` holds. Returns RPL_EXIT_FAILED when a line
 * was bad. */
int rpl_cmd_eval_lines(RplCliLoad *load, const char *path);

/* Prints what the tests that have run have used of each policy. */
int rpl_cli_put_coverage(const RplCliLoad *load);

/* Splits NAME=VALUE; the name is empty when there is no equals sign. */
typedef struct RplCliPair {
  RplSlice name;
  RplSlice value;
} RplCliPair;
RplCliPair rpl_cli_pair(const char *text);

/* Says why facts or params were refused: as text, or with --format json as an
 * {"error": ...} line on standard error. `where` is a file or NULL. */
int rpl_cli_refuse_facts(const RplOptions *options, const char *where,
                         const char *code, const RplFactError *error);

/* Sets every --param that the policy of the context declares, which was policy
 * `index` of the program. RPL_OK, RPL_E_MEMORY, or RPL_E_FACTS with *error. */
RplStatus rpl_cli_set_params(const RplCliLoad *load, RplContext *context,
                             size_t index, RplFactError *error);

/* Refuses a --param that no policy from `first` to `last` declares. */
int rpl_cli_check_params(const RplCliLoad *load, size_t first, size_t last);

#endif /* RPL_CLI_COMMANDS_H */
