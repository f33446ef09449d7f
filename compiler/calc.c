/* SPDX-License-Identifier: Apache-2.0
 *
 * calc.c - one expression, as `rplc calc` takes it. It is compiled as the only
 * output of a small policy and read back from the engine, so that it means just
 * what it would mean in a policy. Names given with it are `let`s; the name
 * `unknown` is a fact that nobody gives.
 */
#include <string.h>

#include "compiler/compile.h"
#include "compiler/lower.h"
#include "compiler/parse.h"
#include "vm/civil.h"
#include "vm/currency.h"
#include "vm/json_read.h"
#include "vm/number.h"
#include "vm/text.h"

/* The policy around the expression: the least that a program needs, and the
 * calendar of std.weekends. */
static const char frame[] = "outcome asked for unknown; outcome failed for "
                            "error; otherwise asked; calendar weekends covers "
                            "1 to 9999 weekend saturday, sunday; output value: "
                            "any;";

typedef struct Calc {
  RplCompiler *compiler;
  RplCompile shared;
  RplSources sources;
  RplInterner interner;
  RplFile file;
  RplExpr *expression;
  uint32_t unknown_count;
  RplZones zones; /* in the arena */
} Calc;

static RplArena *arena_of(const Calc *calc) { return calc->shared.arena; }

static bool set_up(Calc *calc, RplSlice text) {
  RplArena *arena = &calc->compiler->calc_arena;
  rpl_arena_reset(arena);
  rpl_sources_init(&calc->sources, arena);
  rpl_zones_begin(&calc->zones, &calc->compiler->zones.source);
  calc->shared =
      (RplCompile){arena,           arena,
                   &calc->interner, rpl_report_new(arena, &calc->sources),
                   &calc->sources,  {NULL, 0, 0},
                   &calc->zones};
  if (!calc->shared.report || !rpl_interner_init(&calc->interner, arena))
    return false;
  RplSlice name = rpl_slice("expression");
  uint32_t source = rpl_sources_add(&calc->sources, name, name, text);
  uint32_t around = rpl_sources_add(&calc->sources, rpl_slice("calc"), name,
                                    rpl_slice(frame));
  calc->file.source = around;
  calc->file.is_inline = true;
  calc->file.name = rpl_intern(&calc->interner, name);
  return source && around && calc->file.name &&
         rpl_parse_unit(arena, &calc->interner, calc->shared.report,
                        &calc->sources, around, &calc->file.unit) &&
         rpl_parse_expression(arena, &calc->interner, calc->shared.report,
                              &calc->sources, source, &calc->expression);
}

/* ---- names
 * ------------------------------------------------------------------------- */

static bool is_number(Calc *calc, RplSlice text) {
  RplNumber number;
  return rpl_number_parse(arena_of(calc), text, &number) == RPL_NUMBER_OK &&
         !memchr(text.data, 'e', text.length) &&
         !memchr(text.data, 'E', text.length);
}

/* "USD 1.60": a code, one blank or more, a number. */
static bool is_money(Calc *calc, RplSlice text, RplExpr *literal) {
  if (text.length < 5 || text.data[3] != ' ' ||
      !rpl_currency_from_code((RplSlice){text.data, 3}))
    return false;
  RplSlice amount = {text.data + 4, text.length - 4};
  literal->name = rpl_intern(&calc->interner, (RplSlice){text.data, 3});
  literal->text = amount;
  return is_number(calc, amount);
}

/* "+08:00", "Asia/Shanghai". */
static bool is_zone(RplSlice text) {
  int32_t seconds;
  bool has_sign = text.length && (text.data[0] == '+' || text.data[0] == '-');
  return rpl_zone_is_name(text) || (has_sign && rpl_zone_parse(text, &seconds));
}

/* What a value is, from how it is written; anything else is a text. */
static void read_value(Calc *calc, RplSlice text, RplExpr *literal) {
  int64_t time;
  int32_t months;
  RplRounding mode;
  bool is_true = rpl_slice_is(text, "true");
  literal->kind = RPL_EXPR_TEXT;
  literal->text = text;
  if (is_true || rpl_slice_is(text, "false")) {
    literal->kind = RPL_EXPR_BOOLEAN;
    literal->number = is_true;
  } else if (rpl_slice_is(text, "none") || rpl_slice_is(text, "null")) {
    literal->kind = RPL_EXPR_NONE;
  } else if (rpl_slice_is(text, "unknown") ||
             rpl_rounding_from_name(text, &mode)) {
    literal->kind = RPL_EXPR_NAME;
    literal->name = rpl_intern(&calc->interner, text);
  } else if (is_number(calc, text)) {
    literal->kind = RPL_EXPR_NUMBER;
  } else if (is_money(calc, text, literal)) {
    literal->kind = RPL_EXPR_MONEY;
  } else if (rpl_date_parse(text, &time, NULL)) {
    literal->kind = RPL_EXPR_DATE;
  } else if (rpl_datetime_parse(text, &time, NULL)) {
    literal->kind = RPL_EXPR_DATETIME;
  } else if (rpl_duration_parse(text, &time, NULL)) {
    literal->kind = RPL_EXPR_DURATION;
  } else if (rpl_period_parse(text, &months, NULL)) {
    literal->kind = RPL_EXPR_PERIOD;
  } else if (is_zone(text)) {
    literal->kind = RPL_EXPR_ZONE;
  }
}

/* ---- lists and records, given as JSON
 * --------------------------------------------------- */

static bool number_unknown(Calc *calc, RplExpr *node);

static RplExpr *new_node(Calc *calc, RplExprKind kind, RplSpan span) {
  RplExpr *expr = rpl_arena_alloc(arena_of(calc), sizeof *expr);
  if (expr) {
    expr->kind = kind;
    expr->span = span;
    expr->height = 1;
  }
  return expr;
}

/* A JSON number may have an exponent, which no literal has. */
static RplSlice plain_number(Calc *calc, RplSlice text) {
  char digits[RPL_NUMBER_TEXT_MAX];
  RplNumber number;
  if (is_number(calc, text) ||
      rpl_number_parse(arena_of(calc), text, &number) != RPL_NUMBER_OK)
    return text;
  size_t length = rpl_number_write(number, digits, sizeof digits);
  char *copy = rpl_arena_copy(arena_of(calc), digits, length);
  return copy ? (RplSlice){copy, length} : text;
}

static bool read_json(Calc *calc, const RplJsonNode *node, RplExpr *expr);

/* The items of an array, or entries with the members of an object. */
static bool read_items(Calc *calc, const RplJsonNode *node, RplExpr *expr) {
  bool is_record = expr->kind == RPL_EXPR_RECORD;
  size_t count = rpl_json_count(node), next = 0;
  expr->items.items =
      rpl_arena_array(arena_of(calc), count, sizeof *expr->items.items);
  if (!expr->items.items)
    return false;
  expr->items.count = expr->items.capacity = count;
  for (const RplJsonNode *item = rpl_json_first(node); item;
       item = rpl_json_next(item)) {
    RplExpr *value = new_node(calc, RPL_EXPR_NONE, expr->span);
    RplExpr *entry =
        is_record ? new_node(calc, RPL_EXPR_ENTRY, expr->span) : value;
    if (!value || !entry || !read_json(calc, item, value))
      return false;
    if (is_record) {
      entry->name = rpl_intern(&calc->interner, rpl_json_key(item));
      entry->a = value;
    }
    expr->items.items[next++] = entry;
  }
  return true;
}

/* Recurs no deeper than RPL_JSON_MAX_DEPTH. */
static bool read_json(Calc *calc, const RplJsonNode *node, RplExpr *expr) {
  switch (rpl_json_type(node)) {
  case RPL_JSON_NULL:
    expr->kind = RPL_EXPR_NONE;
    return true;
  case RPL_JSON_BOOLEAN:
    expr->kind = RPL_EXPR_BOOLEAN;
    expr->number = rpl_json_is_true(node);
    return true;
  case RPL_JSON_NUMBER:
    expr->kind = RPL_EXPR_NUMBER;
    expr->text = plain_number(calc, rpl_json_text(node));
    return true;
  case RPL_JSON_STRING:
    read_value(calc, rpl_json_text(node), expr);
    return number_unknown(calc, expr);
  case RPL_JSON_ARRAY:
    expr->kind = RPL_EXPR_LIST;
    return read_items(calc, node, expr);
  default:
    expr->kind = RPL_EXPR_RECORD;
    return read_items(calc, node, expr);
  }
}

static bool is_json(RplSlice text) {
  return text.length && (text.data[0] == '[' || text.data[0] == '{');
}

/* False when memory is short; what is wrong is reported at the name. */
static bool read_json_value(Calc *calc, RplSlice name, RplSlice text,
                            RplExpr *expr) {
  RplJsonDoc doc;
  RplJsonError why;
  RplStatus status = rpl_json_parse(arena_of(calc), text, NULL, &doc, &why);
  if (status == RPL_OK)
    return read_json(calc, doc.root, expr);
  RplSlice arguments[2] = {rpl_slice("JSON"), rpl_slice_from(why.text)};
  expr->kind = RPL_EXPR_POISON;
  if (status != RPL_E_FACTS)
    return false;
  rpl_report_add(calc->shared.report, RPL_DIAG_WRONG_TYPE, expr->span,
                 arguments, 2);
  rpl_report_help(calc->shared.report,
                  "what `{}` is given as begins like an array or object", &name,
                  1);
  return true;
}

/* A value is no part of a source that was checked; it is refused where its name
 * stands. */
static void check_value(const Calc *calc, RplSpan span, RplSlice text) {
  if (!rpl_utf8_check(text.data, text.length, NULL))
    rpl_report(calc->shared.report, RPL_DIAG_BAD_UTF8, span, NULL);
  else if (text.length && memchr(text.data, '\0', text.length))
    rpl_report(calc->shared.report, RPL_DIAG_NUL_BYTE, span, NULL);
}

/* Puts the literal that was given for a name in its place. */
static bool fill_in_name(Calc *calc, RplExpr *node, const RplSlice *names,
                         const RplSlice *values, size_t count) {
  RplSlice word = rpl_name_text(&calc->interner, node->name);
  for (size_t i = 0; i < count; i++)
    if (rpl_slice_equal(names[i], word)) {
      RplSpan span = node->span;
      memset(node, 0, sizeof *node);
      node->span = span;
      node->height = 1;
      check_value(calc, span, values[i]);
      if (is_json(values[i]))
        return read_json_value(calc, names[i], values[i], node);
      read_value(calc, values[i], node);
      return true;
    }
  return true;
}

/* Each `unknown` is a fact of its own, so that two may differ in type. */
static bool number_unknown(Calc *calc, RplExpr *node) {
  RplBuffer text;
  if (node->kind != RPL_EXPR_NAME ||
      !rpl_slice_is(rpl_name_text(&calc->interner, node->name), "unknown"))
    return true;
  rpl_buffer_init(&text, calc->compiler->allocator);
  rpl_buffer_text(&text, "unknown ");
  rpl_buffer_unsigned(&text, ++calc->unknown_count);
  node->name = rpl_intern(&calc->interner, rpl_buffer_view(&text));
  rpl_buffer_clear(&text);
  return node->name != 0;
}

static bool fill_in_names(Calc *calc, const RplSlice *names,
                          const RplSlice *values, size_t count) {
  size_t node_count = 0;
  RplExpr **nodes =
      rpl_expr_postorder(arena_of(calc), calc->expression, &node_count);
  for (size_t i = 0; nodes && i < node_count; i++) {
    if (nodes[i]->kind == RPL_EXPR_NAME &&
        !fill_in_name(calc, nodes[i], names, values, count))
      return false;
    if (!number_unknown(calc, nodes[i]))
      return false;
  }
  return nodes != NULL;
}

/* Makes the expression the definition of the output `value`. */
static void define_value(Calc *calc) {
  RplStmts *stmts = &calc->file.unit.stmts;
  RplStmt *output = stmts->items[stmts->count - 1];
  output->exprs.items = &calc->expression;
  output->exprs.count = output->exprs.capacity = 1;
}

/* ---- running
 * ------------------------------------------------------------------------- */

static RplStatus compile(Calc *calc, RplSlice *bytes) {
  RplFile *file = &calc->file;
  RplLayers layers = {&file, 1, 1};
  RplSlice program;
  RplPolicy *policy = rpl_arena_alloc(arena_of(calc), sizeof *policy);
  if (!policy)
    return RPL_E_MEMORY;
  policy->is_calc = true;
  define_value(calc);
  if (!rpl_policy_gather(policy, &calc->shared, &layers) ||
      !rpl_policy_check(policy))
    return RPL_E_MEMORY;
  if (rpl_report_error_count(calc->shared.report))
    return RPL_E_COMPILE;
  RplStatus status = rpl_policy_lower(policy, true, &program);
  if (!status && !rpl_emit_bundle(arena_of(calc), &program, 1, bytes))
    status = RPL_E_MEMORY;
  return status;
}

static void member(RplBuffer *out, const char *key, RplSlice text) {
  rpl_buffer_text(out, key);
  rpl_json_write_string(out, text);
}

static void write_value(RplBuffer *out, const RplOutputValue *value) {
  if (value->state == RPL_VALUE_ERROR) {
    member(out, "{\"error\":{\"code\":", value->code);
    member(out, ",\"text\":", value->cause);
    rpl_buffer_text(out, "}}");
    return;
  }
  RplSlice text = value->text;
  if (value->state == RPL_VALUE_UNKNOWN)
    text = rpl_slice("unknown");
  else if (value->state == RPL_VALUE_NONE)
    text = rpl_slice("none");
  rpl_buffer_text(out, "{\"value\":");
  if (value->state == RPL_VALUE_KNOWN && rpl_slice_is(value->type, "boolean"))
    rpl_buffer_slice(out, text);
  else
    rpl_json_write_string(out, text);
  member(out, ",\"type\":", value->type);
  rpl_buffer_byte(out, '}');
}

static RplStatus run(Calc *calc, RplSlice bytes, RplBuffer *out) {
  RplProgram *program = NULL;
  RplContext *context = NULL;
  RplOutputValue value;
  RplStatus status = rpl_program_load_zones(
      bytes.data, bytes.length, NULL, &calc->zones.source,
      calc->compiler->allocator, &program, NULL);
  if (!status)
    status = rpl_context_new(program, 0, calc->compiler->allocator, &context);
  if (!status)
    status = rpl_output_value(context, rpl_slice("value"), &value);
  if (!status)
    write_value(out, &value);
  rpl_context_free(context);
  rpl_program_free(program);
  return status;
}

static void write_mistake(Calc *calc, RplBuffer *out) {
  if (!rpl_report_finish(calc->shared.report))
    return;
  const RplDiag *diag = rpl_diags_at(rpl_report_diags(calc->shared.report), 0);
  member(out, "{\"error\":{\"code\":", diag->code);
  member(out, ",\"text\":", diag->message);
  if (diag->help.length)
    member(out, ",\"help\":", diag->help);
  if (diag->label_count) {
    rpl_buffer_text(out, ",\"column\":");
    rpl_buffer_unsigned(out, diag->labels[0].column);
  }
  rpl_buffer_text(out, "}}");
}

static RplStatus calculate(Calc *calc, const RplSlice *names,
                           const RplSlice *values, size_t count,
                           RplBuffer *out) {
  RplSlice bytes;
  RplStatus status = RPL_E_COMPILE;
  if (!rpl_report_error_count(calc->shared.report)) {
    if (!fill_in_names(calc, names, values, count))
      return RPL_E_MEMORY;
    if (!rpl_report_error_count(calc->shared.report))
      status = compile(calc, &bytes);
  }
  if (status == RPL_OK)
    return run(calc, bytes, out);
  if (status == RPL_E_COMPILE)
    write_mistake(calc, out);
  return status;
}

RplStatus rpl_compiler_calc(RplCompiler *compiler, RplSlice expression,
                            const RplSlice *names, const RplSlice *values,
                            size_t count, RplSlice *json) {
  if (!compiler || !json || (count && (!names || !values)))
    return RPL_E_ARGUMENT;
  Calc calc = {.compiler = compiler};
  RplBuffer out;
  if (expression.length > RPL_MAX_SOURCE_BYTES)
    return RPL_E_ARGUMENT;
  if (!set_up(&calc, expression))
    return RPL_E_MEMORY;
  rpl_buffer_init(&out, compiler->allocator);
  RplStatus status = calculate(&calc, names, values, count, &out);
  RplSlice view = rpl_buffer_view(&out);
  char *copy = rpl_arena_copy(&compiler->calc_arena, view.data, view.length);
  if (out.is_failed || !copy)
    status = RPL_E_MEMORY;
  else
    *json = (RplSlice){copy, view.length};
  rpl_buffer_clear(&out);
  return status;
}
