/* SPDX-License-Identifier: Apache-2.0
 * eval_lines.c - rplc eval --jsonl: a decision for each line. One context for
 * each policy is made at the start and used again, so that memory does not grow
 * with the number of lines; a bad line is answered with an error and counted.
 */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/json_lines.h"
#include "cli/lines.h"
#include "cli/output.h"

/* LIMIT: bytes of a policy's name in a request; no policy has a longer one. */
#define POLICY_NAME_BYTES   256
#define ANSWER_BUFFER_BYTES ((size_t)256 << 10)

typedef struct Batch {
  RplCliLoad *load;
  FILE *out;
  RplContext **contexts; /* by number of the policy; NULL where not used */
  size_t policy_count;
  size_t only; /* the policy without --requests, or SIZE_MAX */
  unsigned long long good;
  unsigned long long bad;
} Batch;

/* One line while it is answered. */
typedef struct Line {
  RplSlice text;
  uint64_t number;
  RplCliRequest request; /* id and params stay empty without --requests */
} Line;

/* ---- answers ------------------------------------------------------------- */

/* Starts an answer up to where the members of the decision follow. */
static void begin_answer(const Batch *batch, const Line *line) {
  putc('{', batch->out);
  if (!batch->load->options->requests)
    return;
  fputs("\"id\":", batch->out);
  rpl_cli_put(batch->out,
              line->request.id.data ? line->request.id : (RplSlice){"null", 4});
  putc(',', batch->out);
}

static void put_bad(Batch *batch, const Line *line, RplCliFault *fault) {
  fault->line = line->number;
  begin_answer(batch, line);
  rpl_cli_put_fault(batch->out, fault);
  fputs("}\n", batch->out);
  batch->bad++;
}

/* A mistake at a byte of the line. */
static void put_bad_at(Batch *batch, const Line *line, const char *code,
                       const char *text, size_t offset) {
  RplCliFault fault = {.code = code, .text = rpl_cli_slice(text)};
  fault.column = rpl_cli_json_points(line->text, offset) + 1;
  put_bad(batch, line, &fault);
}

/* Facts or params that the library refused; `part` is where they stand. */
static void put_refused(Batch *batch, const Line *line, const char *code,
                        RplSlice part, const RplFactError *error) {
  RplCliFault fault = {.code = code,
                       .text = rpl_cli_slice(error->message),
                       .fact = rpl_cli_slice(error->fact),
                       .help = rpl_cli_slice(error->help)};
  if (error->column)
    fault.column =
        error->column +
        rpl_cli_json_points(line->text, (size_t)(part.data - line->text.data));
  put_bad(batch, line, &fault);
}

/* Nobody else writes to the file. */
static int put_good(Batch *batch, const Line *line, RplSlice json) {
  if (batch->load->options->requests) { /* the id stands first */
    begin_answer(batch, line);
    json.data++;
    json.length--;
  }
  rpl_cli_put(batch->out, json);
  putc_unlocked('\n', batch->out);
  batch->good++;
  return RPL_EXIT_OK;
}

/* ---- one line ------------------------------------------------------------ */

/* The policy that a request names, or the default. False: answered as bad. */
static bool find_policy(Batch *batch, const Line *line, size_t *index) {
  RplSlice raw = line->request.policy;
  char name[POLICY_NAME_BYTES];
  *index = batch->only;
  if (!raw.data) {
    if (batch->only != SIZE_MAX)
      return true;
    put_bad_at(batch, line, "bad_request",
               "the request names none of the policies", 0);
    return false;
  }
  size_t length = rpl_cli_json_decode(raw, name, sizeof name);
  if (length != SIZE_MAX &&
      rpl_program_find(batch->load->program, (RplSlice){name, length}, index) ==
          RPL_OK)
    return true;
  put_bad_at(batch, line, "unknown_policy", "there is no policy of that name",
             (size_t)(raw.data - line->text.data));
  return false;
}

static int decide(Batch *batch, const Line *line, RplContext *context) {
  const RplOptions *options = batch->load->options;
  RplFactError error; /* of a refusal */
  RplSlice facts = line->request.facts;
  RplSlice json;
  RplStatus status = rpl_answer_json(
      context, facts, options->ignore_unknown ? RPL_FACTS_IGNORE_UNKNOWN : 0,
      options->record ? RPL_JSON_RECORD : 0, &json, &error);
  if (status == RPL_OK)
    return put_good(batch, line, json);
  if (status == RPL_E_FACTS) {
    put_refused(batch, line, "facts_refused", facts, &error);
    return RPL_EXIT_OK;
  }
  if (status != RPL_E_LIMIT)
    return rpl_cli_status(status, "decide");
  put_bad_at(batch, line, "limit", "the decision needs too much memory", 0);
  return RPL_EXIT_OK;
}

/* Params of a request hold for its line alone. */
static int decide_with_params(Batch *batch, const Line *line, size_t index) {
  RplContext *context = batch->contexts[index];
  RplFactError error = {.message = ""};
  RplSlice params = line->request.params;
  RplStatus status = rpl_params_json(context, params, &error);
  int code = RPL_EXIT_OK;
  if (status == RPL_OK)
    code = decide(batch, line, context);
  else if (status == RPL_E_FACTS)
    put_refused(batch, line, "params_refused", params, &error);
  else
    code = rpl_cli_status(status, "take the params");
  rpl_params_clear(context);
  status = rpl_cli_set_params(batch->load, context, index, &error);
  return code ? code : rpl_cli_status(status, "set the params");
}

static int answer(Batch *batch, Line *line) {
  RplCliJsonError error;
  size_t index = batch->only;
  if (!batch->load->options->requests) {
    line->request.facts = line->text;
  } else if (!rpl_cli_request_split(line->text, &line->request, &error)) {
    put_bad_at(batch, line, "bad_request", error.text, error.offset);
    return RPL_EXIT_OK;
  } else if (!find_policy(batch, line, &index)) {
    return RPL_EXIT_OK;
  }
  if (line->request.params.data)
    return decide_with_params(batch, line, index);
  return decide(batch, line, batch->contexts[index]);
}

static int answer_all(Batch *batch, RplCliLines *lines) {
  for (;;) {
    Line line = {.text = {NULL, 0}};
    RplLineKind kind = rpl_cli_lines_next(lines, &line.text);
    int code = RPL_EXIT_OK;
    line.number = lines->number;
    switch (kind) {
    case RPL_LINE_TEXT:
      code = answer(batch, &line);
      break;
    case RPL_LINE_TOO_LONG:
      put_bad_at(batch, &line, "line_too_long", "the line has more than 1 MiB",
                 0);
      break;
    case RPL_LINE_END:
      return RPL_EXIT_OK;
    case RPL_LINE_FAILED:
      return RPL_EXIT_IO;
    case RPL_LINE_NO_MEMORY:
      return rpl_cli_no_memory();
    }
    if (code || ferror(batch->out)) /* which closing the file reports */
      return code;
  }
}

/* ---- the batch ----------------------------------------------------------- */

static int make_context(Batch *batch, size_t index) {
  RplFactError error = {.message = ""};
  RplStatus status = rpl_context_new(batch->load->program, index, NULL,
                                     &batch->contexts[index]);
  if (status != RPL_OK)
    return rpl_cli_status(status, "start the policy");
  status =
      rpl_cli_set_params(batch->load, batch->contexts[index], index, &error);
  if (status == RPL_E_FACTS)
    return rpl_cli_refuse_facts(batch->load->options, NULL, "params_refused",
                                &error);
  return rpl_cli_status(status, "set the params");
}

static int make_contexts(Batch *batch) {
  const RplOptions *options = batch->load->options;
  batch->policy_count = rpl_program_policy_count(batch->load->program);
  batch->contexts = rpl_cli_pool_alloc(
      batch->load->pool, batch->policy_count * sizeof(RplContext *));
  if (!batch->contexts)
    return rpl_cli_no_memory();
  bool is_open = options->requests && batch->policy_count > 1;
  if (!is_open || options->policy) {
    int code = rpl_cli_load_policy(batch->load, &batch->only);
    if (code || !is_open)
      return code ? code : make_context(batch, batch->only);
  }
  int code = rpl_cli_check_params(batch->load, 0, batch->policy_count - 1);
  for (size_t i = 0; !code && i < batch->policy_count; i++)
    code = make_context(batch, i);
  return code;
}

static int run(Batch *batch, const char *path) {
  const RplOptions *options = batch->load->options;
  RplCliWriter writer;
  RplCliLines lines;
  int code = rpl_cli_lines_open(&lines, path, NULL);
  if (code)
    return code;
  code = rpl_cli_write_begin(&writer, batch->load->pool,
                             options->out ? options->out : "-");
  if (!code) {
    batch->out = writer.file;
    /* Only a reader that is there now can wait for answers. */
    lines.answers = writer.target ? NULL : writer.file;
    (void)setvbuf(writer.file, NULL, _IOFBF, ANSWER_BUFFER_BYTES);
    code = answer_all(batch, &lines);
    int end = rpl_cli_write_end(&writer, !code);
    code = code ? code : end;
  }
  rpl_cli_lines_close(&lines);
  return code;
}

int rpl_cmd_eval_lines(RplCliLoad *load, const char *path) {
  Batch batch = {.load = load, .only = SIZE_MAX};
  int code = make_contexts(&batch);
  if (!code)
    code = run(&batch, path);
  for (size_t i = 0; batch.contexts && i < batch.policy_count; i++)
    rpl_context_free(batch.contexts[i]);
  if (code || !batch.bad)
    return code;
  return rpl_cli_fail(RPL_EXIT_FAILED, "%llu of %llu lines were bad", batch.bad,
                      batch.good + batch.bad);
}
