/* SPDX-License-Identifier: Apache-2.0
 * cmd_calc.c - rplc calc: the value of one expression, or of one a line. An
 * expression whose value is an error (a division by zero) is an answer like any
 * other; one that does not compile is not. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/json_lines.h"
#include "cli/lines.h"
#include "cli/output.h"

/* LIMIT: bytes of a value that is printed bare; longer ones keep their quotes.
 */
#define BARE_BYTES 8192

typedef struct Calc {
  const RplOptions *options;
  RplCliPool *pool;
  RplCompiler *compiler;
  const char *text; /* the argument that is no fact; may be NULL */
  RplSlice *names;
  RplSlice *values;
  size_t count;
} Calc;

/* Whether an argument is NAME=VALUE and not an expression with `==`. */
static bool is_pair(const char *text) {
  size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  return length && text[length] == '=' && text[length + 1] != '=';
}

static int sort_arguments(Calc *calc) {
  const RplOptions *options = calc->options;
  size_t bytes = (options->arg_count + 1) * sizeof *calc->names;
  calc->names = rpl_cli_pool_alloc(calc->pool, bytes);
  calc->values = rpl_cli_pool_alloc(calc->pool, bytes);
  if (!calc->names || !calc->values)
    return rpl_cli_no_memory();
  for (size_t i = 0; i < options->arg_count; i++) {
    const char *text = options->args[i];
    if (is_pair(text)) {
      RplCliPair pair = rpl_cli_pair(text);
      calc->names[calc->count] = pair.name;
      calc->values[calc->count++] = pair.value;
    } else if (calc->text) {
      return rpl_cli_fail(RPL_EXIT_USAGE,
                          "%s is neither NAME=VALUE nor the only %s", text,
                          options->lines ? "file" : "expression");
    } else {
      calc->text = text;
    }
  }
  return RPL_EXIT_OK;
}

/* A JSON string or boolean without quotes. */
static void put_bare(RplSlice raw) {
  char text[BARE_BYTES];
  size_t length = raw.data[0] == '"'
                      ? rpl_cli_json_decode(raw, text, sizeof text)
                      : SIZE_MAX;
  rpl_cli_put(stdout, length == SIZE_MAX ? raw : (RplSlice){text, length});
}

static void put_text(RplSlice json) {
  RplSlice value;
  RplSlice text;
  if (rpl_cli_json_find(json, "value", &value)) {
    put_bare(value);
  } else if (rpl_cli_json_find(json, "error", &value) &&
             rpl_cli_json_find(value, "text", &text)) {
    fputs("error: ", stdout);
    put_bare(text);
  } else {
    rpl_cli_put(stdout, json);
  }
  putchar('\n');
}

static void put_answer(RplSlice json, bool as_json) {
  if (!as_json) {
    put_text(json);
    return;
  }
  rpl_cli_put(stdout, json);
  putchar('\n');
}

static void put_fault(const char *code, const char *text) {
  RplCliFault fault = {.code = code, .text = rpl_cli_slice(text)};
  putchar('{');
  rpl_cli_put_fault(stdout, &fault);
  puts("}");
}

static RplStatus calculate(const Calc *calc, RplSlice text, RplSlice *json) {
  *json = (RplSlice){NULL, 0};
  return rpl_compiler_calc(calc->compiler, text, calc->names, calc->values,
                           calc->count, json);
}

/* What is wrong with an expression that does not compile, as one sentence. */
static int refuse_one(RplStatus status, RplSlice json) {
  char text[BARE_BYTES / 8];
  RplSlice error;
  RplSlice part;
  RplSlice column = {"", 0};
  if ((status != RPL_E_COMPILE && status != RPL_E_FACTS) ||
      !rpl_cli_json_find(json, "error", &error) ||
      !rpl_cli_json_find(error, "text", &part) || part.data[0] != '"')
    return rpl_cli_status(status, "calculate");
  size_t length = rpl_cli_json_decode(part, text, sizeof text);
  if (length == SIZE_MAX)
    return rpl_cli_status(status, "calculate");
  bool placed = rpl_cli_json_find(error, "column", &column);
  return rpl_cli_fail(
      status == RPL_E_COMPILE ? RPL_EXIT_COMPILE : RPL_EXIT_FACTS,
      "the expression is wrong%s%.*s: %.*s", placed ? " at column " : "",
      (int)column.length, column.data, (int)length, text);
}

static int calc_one(const Calc *calc) {
  RplSlice json;
  bool as_json = rpl_cli_as_json(calc->options);
  if (!calc->text)
    return rpl_cli_fail(RPL_EXIT_USAGE, "calc needs an expression");
  RplStatus status = calculate(calc, rpl_cli_slice(calc->text), &json);
  if (status != RPL_OK && !(json.length && as_json))
    return refuse_one(status, json);
  put_answer(json, as_json);
  return status == RPL_OK ? RPL_EXIT_OK : refuse_one(status, json);
}

/* The answer to one line; counts it when it is bad. */
static int calc_line(const Calc *calc, RplSlice text, size_t *bad) {
  RplSlice json;
  RplStatus status = calculate(calc, text, &json);
  if (status == RPL_E_MEMORY || status == RPL_E_ARGUMENT)
    return rpl_cli_status(status, "calculate");
  *bad += status != RPL_OK;
  if (json.length)
    put_answer(json, calc->options->format != RPL_AS_TEXT);
  else
    put_fault("refused", rpl_status_name(status));
  return RPL_EXIT_OK;
}

static int calc_all(const Calc *calc, RplCliLines *lines, size_t *bad) {
  for (int code = RPL_EXIT_OK;;) {
    RplSlice text;
    switch (rpl_cli_lines_next(lines, &text)) {
    case RPL_LINE_TEXT:
      code = calc_line(calc, text, bad);
      break;
    case RPL_LINE_TOO_LONG:
      *bad += 1;
      put_fault("line_too_long", "the line has more than 1 MiB");
      break;
    case RPL_LINE_END:
      return RPL_EXIT_OK;
    case RPL_LINE_FAILED:
      return RPL_EXIT_IO;
    case RPL_LINE_NO_MEMORY:
      return rpl_cli_no_memory();
    }
    if (code || ferror(stdout))
      return code;
  }
}

static int calc_lines(const Calc *calc) {
  RplCliLines lines;
  size_t bad = 0;
  int code = rpl_cli_lines_open(&lines, calc->text, stdout);
  if (code)
    return code;
  code = calc_all(calc, &lines, &bad);
  rpl_cli_lines_close(&lines);
  return !code && bad ? RPL_EXIT_FAILED : code;
}

int rpl_cmd_calc(const RplOptions *options, RplCliPool *pool) {
  Calc calc = {.options = options, .pool = pool};
  int code = sort_arguments(&calc);
  if (!code)
    code = rpl_cli_status(rpl_compiler_new(NULL, NULL, NULL, &calc.compiler),
                          "start the compiler");
  RplZoneSource zones = rpl_cli_zones(options);
  if (!code)
    rpl_compiler_zones(calc.compiler, &zones);
  if (!code)
    code = options->lines ? calc_lines(&calc) : calc_one(&calc);
  rpl_compiler_free(calc.compiler);
  return code;
}
