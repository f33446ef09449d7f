/* SPDX-License-Identifier: Apache-2.0
 * cmd_eval.c - rplc eval: one decision from facts in a file and on the command
 * line. Batches go on in eval_lines.c. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"

/* LIMIT: bytes of a file of facts that are read; the library allows fewer. */
#define FACTS_MAX_BYTES ((size_t)16 << 20)

RplCliPair rpl_cli_pair(const char *text) {
  const char *equals = strchr(text, '=');
  if (!equals)
    return (RplCliPair){{NULL, 0}, rpl_cli_slice(text)};
  return (RplCliPair){{text, (size_t)(equals - text)},
                      rpl_cli_slice(equals + 1)};
}

/* ---- refusals ------------------------------------------------------------ */

static void refuse_as_json(const char *code, const RplFactError *error) {
  RplCliFault fault = {.code = code,
                       .text = rpl_cli_slice(error->message),
                       .fact = rpl_cli_slice(error->fact),
                       .help = rpl_cli_slice(error->help),
                       .line = error->line,
                       .column = error->column};
  putc('{', stderr);
  rpl_cli_put_fault(stderr, &fault);
  fputs("}\n", stderr);
}

int rpl_cli_refuse_facts(const RplOptions *options, const char *where,
                         const char *code, const RplFactError *error) {
  char place[RPL_CLI_MESSAGE_BYTES / 2] = "";
  if (options->format == RPL_AS_JSON) {
    refuse_as_json(code, error);
    return RPL_EXIT_FACTS;
  }
  if (where && error->line)
    (void)snprintf(place, sizeof place, "%s:%lu:%lu: ", where,
                   (unsigned long)error->line, (unsigned long)error->column);
  else if (where)
    (void)snprintf(place, sizeof place, "%s: ", where);
  bool named = !error->fact[0] || strstr(error->message, error->fact);
  return rpl_cli_fail(RPL_EXIT_FACTS, "%s%s%s%s%s%s", place,
                      named ? "" : error->fact, named ? "" : ": ",
                      error->message, error->help[0] ? "; " : "", error->help);
}

static int refuse(const RplOptions *options, const char *where,
                  const char *code, RplStatus status,
                  const RplFactError *error) {
  if (status == RPL_E_FACTS)
    return rpl_cli_refuse_facts(options, where, code, error);
  return rpl_cli_status(status, "take the facts");
}

/* ---- params and facts ---------------------------------------------------- */

static bool is_declared(const RplProgram *program, size_t index, RplSlice name,
                        bool as_param) {
  RplFactInfo info;
  size_t count = rpl_program_fact_count(program, index);
  for (size_t slot = 0; slot < count; slot++)
    if (rpl_program_fact(program, index, slot, &info) == RPL_OK &&
        info.is_param == as_param && rpl_cli_equal(info.name, name))
      return true;
  return false;
}

RplStatus rpl_cli_set_params(const RplCliLoad *load, RplContext *context,
                             size_t index, RplFactError *error) {
  const RplOptions *options = load->options;
  RplStatus status = RPL_OK;
  for (size_t i = 0; status == RPL_OK && i < options->param_count; i++) {
    RplCliPair pair = rpl_cli_pair(options->params[i]);
    if (rpl_program_policy_count(load->program) > 1 && !options->policy &&
        !is_declared(load->program, index, pair.name, true))
      continue; /* another policy of the bundle has it */
    status = rpl_param_text(context, pair.name, pair.value, error);
  }
  return status;
}

int rpl_cli_check_params(const RplCliLoad *load, size_t first, size_t last) {
  const RplOptions *options = load->options;
  for (size_t i = 0; i < options->param_count; i++) {
    RplCliPair pair = rpl_cli_pair(options->params[i]);
    bool found = false;
    for (size_t p = first; !found && p <= last; p++)
      found = is_declared(load->program, p, pair.name, true);
    if (!found)
      return rpl_cli_fail(RPL_EXIT_FACTS, "no policy has the param %.*s",
                          (int)pair.name.length, pair.name.data);
  }
  return RPL_EXIT_OK;
}

/* What the arguments of eval are. */
typedef struct Inputs {
  const char *path;  /* of the policy; NULL with -e */
  const char *facts; /* file of facts, or of lines; may be NULL */
} Inputs;

/* A fact has an equals sign before any slash; everything else is a path. */
static bool is_fact(const char *text) {
  return text[strcspn(text, "=/")] == '=';
}

static int sort_arguments(const RplOptions *options, const char *command,
                          Inputs *inputs) {
  *inputs = (Inputs){NULL, NULL};
  for (size_t i = 0; i < options->arg_count; i++) {
    const char *text = options->args[i];
    if (is_fact(text)) {
      if (text[0] == '=')
        return rpl_cli_fail(RPL_EXIT_USAGE, "%s has no name before =", text);
      if (options->jsonl)
        return rpl_cli_fail(RPL_EXIT_USAGE,
                            "with --jsonl the facts stand in the lines, so %s "
                            "cannot be given",
                            text);
    } else if (!inputs->path && !options->expression) {
      inputs->path = text;
    } else if (!inputs->facts) {
      inputs->facts = text;
    } else {
      return rpl_cli_fail(RPL_EXIT_USAGE,
                          "%s is one file too many; see rplc %s --help", text,
                          command);
    }
  }
  return RPL_EXIT_OK;
}

static bool is_stdin(const char *path) { return strcmp(path, "-") == 0; }

/* What goes together, seen before anything is read. */
static int check_inputs(const RplOptions *options, const char *command,
                        const Inputs *inputs) {
  if (!inputs->path && !options->expression)
    return rpl_cli_fail(RPL_EXIT_USAGE, "%s needs a PATH or -e TEXT", command);
  const char *lines = options->jsonl ? "-" : "";
  if (inputs->path && is_stdin(inputs->path) &&
      is_stdin(inputs->facts ? inputs->facts : lines))
    return rpl_cli_fail(RPL_EXIT_USAGE, "standard input is asked for twice");
  if (!options->jsonl && (options->requests || options->out))
    return rpl_cli_fail(RPL_EXIT_USAGE, "%s goes with --jsonl",
                        options->requests ? "--requests" : "-o");
  if (options->jsonl && options->format == RPL_AS_TEXT)
    return rpl_cli_fail(RPL_EXIT_USAGE, "--jsonl prints JSON, not text");
  return RPL_EXIT_OK;
}

static int take_file(RplCliLoad *load, RplContext *context, const char *path) {
  RplFactError error = {.message = ""};
  RplSlice text;
  int code = rpl_cli_load_read(load, path, FACTS_MAX_BYTES, &text);
  if (code)
    return code;
  uint32_t flags = load->options->ignore_unknown ? RPL_FACTS_IGNORE_UNKNOWN : 0;
  RplStatus status = rpl_facts_json(context, text, flags, &error);
  return refuse(load->options, is_stdin(path) ? "standard input" : path,
                "facts_refused", status, &error);
}

static int take_arguments(const RplCliLoad *load, RplContext *context,
                          size_t index) {
  const RplOptions *options = load->options;
  for (size_t i = 0; i < options->arg_count; i++) {
    RplFactError error = {.message = ""};
    if (!is_fact(options->args[i]))
      continue;
    RplCliPair pair = rpl_cli_pair(options->args[i]);
    if (options->ignore_unknown &&
        !is_declared(load->program, index, pair.name, false))
      continue;
    RplStatus status = rpl_facts_text(context, pair.name, pair.value, &error);
    int code = refuse(options, NULL, "facts_refused", status, &error);
    if (code)
      return code;
  }
  return RPL_EXIT_OK;
}

/* ---- the decision -------------------------------------------------------- */

/* Whether `part` stands in `text`. */
static bool holds(RplSlice text, RplSlice part) {
  for (size_t i = 0; i + part.length <= text.length; i++)
    if (memcmp(text.data + i, part.data, part.length) == 0)
      return true;
  return false;
}

static int print_text(const RplDecision *decision) {
  RplSlice text;
  RplSlice working;
  RplStatus status = rpl_decision_text(decision, &text);
  if (status != RPL_OK)
    return rpl_cli_status(status, "print the decision");
  rpl_cli_put(stdout, text);
  status = rpl_decision_working(decision, &working);
  if (status != RPL_OK)
    return rpl_cli_status(status, "print the decision");
  if (working.length && !holds(text, working)) {
    fputs("Working: ", stdout);
    rpl_cli_put(stdout, working);
    putchar('\n');
  }
  return RPL_EXIT_OK;
}

static int print(const RplOptions *options, const RplDecision *decision) {
  RplSlice json;
  if (!options->record && !rpl_cli_as_json(options))
    return print_text(decision);
  RplStatus status =
      rpl_decision_json(decision, options->record ? RPL_JSON_RECORD : 0, &json);
  if (status != RPL_OK)
    return rpl_cli_status(status, "print the decision");
  rpl_cli_put(stdout, json);
  putchar('\n');
  return RPL_EXIT_OK;
}

static int decide(RplCliLoad *load, RplContext *context, size_t index,
                  const char *facts, RplCliShow show) {
  const RplDecision *decision;
  RplFactError error = {.message = ""};
  RplStatus status = rpl_cli_set_params(load, context, index, &error);
  int code = refuse(load->options, NULL, "params_refused", status, &error);
  if (!code && facts)
    code = take_file(load, context, facts);
  if (!code)
    code = take_arguments(load, context, index);
  if (code)
    return code;
  status = rpl_decide(context, &decision);
  if (status != RPL_OK)
    return rpl_cli_status(status, "decide");
  return show(load->options, decision);
}

static int eval(RplCliLoad *load, const char *command, RplCliShow show) {
  Inputs inputs;
  RplContext *context;
  size_t index;
  int code = sort_arguments(load->options, command, &inputs);
  if (!code)
    code = check_inputs(load->options, command, &inputs);
  if (!code)
    code = rpl_cli_load_program(load, inputs.path);
  if (code)
    return code;
  if (load->options->jsonl)
    return rpl_cmd_eval_lines(load, inputs.facts);
  code = rpl_cli_load_policy(load, &index);
  if (code)
    return code;
  RplStatus status = rpl_context_new(load->program, index, NULL, &context);
  if (status != RPL_OK)
    return rpl_cli_status(status, "start the policy");
  code = decide(load, context, index, inputs.facts, show);
  rpl_context_free(context);
  return code;
}

int rpl_cli_decide_once(const RplOptions *options, RplCliPool *pool,
                        const char *command, RplCliShow show) {
  RplCliLoad load;
  rpl_cli_load_init(&load, options, pool);
  int code = eval(&load, command, show);
  rpl_cli_load_clear(&load);
  return code;
}

int rpl_cmd_eval(const RplOptions *options, RplCliPool *pool) {
  return rpl_cli_decide_once(options, pool, "eval", print);
}
