/* SPDX-License-Identifier: Apache-2.0
 * explain.c - see explain.h. `render` goes down the dataflow, at most
 * RPL_EXPLAIN_MAX_DEPTH deep; symbols and precedences are those of ops.def. */
#include "vm/explain.h"

#include <string.h>

#include "vm/decide.h"
#include "vm/parts.h"

#define CUT "\xE2\x80\xA6" /* an ellipsis */

/* Precedence of the division that "8/15" is, and of a sign. */
#define PRECEDENCE_DIVISION 7
#define PRECEDENCE_SIGN     8
#define PRECEDENCE_WORDS    5 /* of operands between words: as of a comparison */

typedef struct Explaining {
  const RplContext *context;
  RplBuffer *buffer;
  unsigned terms; /* written so far */
  bool by_name;   /* names in place of values */
  uint32_t spelt; /* with by_name: written out though it has a name */
} Explaining;

static const RplInstruction *code_of(const Explaining *explaining,
                                     uint32_t operand) {
  if (RPL_OPERAND_SPACE(operand) != RPL_SPACE_TEMP)
    return NULL;
  return &rpl_code(
      &explaining->context->image->tables)[RPL_OPERAND_INDEX(operand)];
}

static const RplValue *value_of(const Explaining *explaining,
                                uint32_t operand) {
  return rpl_careful_value(&explaining->context->careful, operand);
}

/* A result in a block: the turns are past, and what it holds is of the last one
 * at best, in memory that was given back. Its value is not looked at. */
static bool is_past(const Explaining *explaining, uint32_t operand) {
  const uint32_t *blocks = explaining->context->image->blocks;
  return blocks && RPL_OPERAND_SPACE(operand) == RPL_SPACE_TEMP &&
         blocks[RPL_OPERAND_INDEX(operand)] != 0;
}

/* ---- names -------------------------------------------------------------- */

/* Names are sorted by operand. */
bool rpl_explain_name(const RplTables *tables, uint32_t operand,
                      RplSlice *name) {
  uint32_t low = 0;
  uint32_t high = rpl_names_count(tables);
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    uint32_t found = rpl_names(tables)[middle].operand;
    if (found == operand) {
      *name = rpl_string(tables, rpl_names(tables)[middle].name);
      return true;
    }
    if (found < operand)
      low = middle + 1;
    else
      high = middle;
  }
  return false;
}

/* What a formula names instead of writing it out. */
static bool is_named(const Explaining *explaining, uint32_t operand,
                     RplSlice *name) {
  if (!explaining->by_name)
    return false;
  if (RPL_OPERAND_SPACE(operand) == RPL_SPACE_FACT) {
    *name =
        rpl_facts_name(&explaining->context->facts, RPL_OPERAND_INDEX(operand));
    return true;
  }
  if (operand == explaining->spelt)
    return false;
  return rpl_explain_name(&explaining->context->image->tables, operand, name);
}

/* ---- looking through choices -------------------------------------------- */

static bool is_same_money(const RplValue *left, const RplValue *right) {
  return left->state == RPL_STATE_KNOWN && right->state == RPL_STATE_KNOWN &&
         rpl_value_equal(left, right);
}

static uint32_t through_pick(const Explaining *explaining,
                             const RplInstruction *code) {
  const RplValue *picked = value_of(explaining, code->a);
  return picked->state == RPL_STATE_KNOWN ? code->a : code->c;
}

bool rpl_explain_is_given(const RplContext *context, uint32_t slot) {
  uint8_t state = context->facts.slots[slot].state;
  return state != RPL_SLOT_ABSENT && state != RPL_SLOT_REJECTED;
}

static uint32_t through_given(const Explaining *explaining,
                              const RplInstruction *code) {
  bool is_given =
      explaining->by_name ||
      rpl_explain_is_given(explaining->context, RPL_OPERAND_INDEX(code->a));
  return is_given ? code->a : code->b;
}

/* A choice that is still open is written as such where there are names. */
static uint32_t through_select(const Explaining *explaining,
                               const RplInstruction *code) {
  const RplValue *condition = value_of(explaining, code->a);
  bool is_open =
      condition->state != RPL_STATE_KNOWN || is_past(explaining, code->a);
  if (explaining->by_name && is_open)
    return 0;
  return rpl_value_is(condition, true) ? code->b : code->c;
}

/* Of a table whose row is not known yet no row is written, nor where no row can
 * stand. */
static uint32_t through_table(const Explaining *explaining,
                              const RplInstruction *code) {
  if (!code_of(explaining, code->a))
    return 0;
  uint8_t state = value_of(explaining, code->a)->state;
  bool is_open = state == RPL_STATE_UNKNOWN || state == RPL_STATE_ERROR;
  return explaining->by_name && is_open ? 0 : code->a;
}

/* The operand that an operation handed on; 0 when it made a value of its own.
 */
static uint32_t through(const Explaining *explaining,
                        const RplInstruction *code) {
  switch ((RplOp)RPL_CODE_OP(code->word)) {
  case RPL_OP_SOME:
  case RPL_OP_NONEMPTY:
    return code->a;
  case RPL_OP_SELECT:
    return through_select(explaining, code);
  case RPL_OP_ELSE:
    return value_of(explaining, code->a)->state == RPL_STATE_NONE ? code->b
                                                                  : code->a;
  case RPL_OP_GIVEN_OR:
    return through_given(explaining, code);
  case RPL_OP_PICK:
    return through_pick(explaining, code);
  case RPL_OP_TABLE:
    return through_table(explaining, code);
  case RPL_OP_ROW:
    return rpl_value_is(value_of(explaining, code->b), false) ? code->a
                                                              : code->c;
  default:
    return 0;
  }
}

/* Operands refer backwards, so this ends. */
static uint32_t skip_choices(const Explaining *explaining, uint32_t operand) {
  RplSlice name;
  for (;;) {
    if (is_named(explaining, operand, &name))
      return operand;
    const RplInstruction *code = code_of(explaining, operand);
    uint32_t inner = code ? through(explaining, code) : 0;
    if (!inner)
      return operand;
    operand = inner;
  }
}

static bool is_rounding(const RplInstruction *code) {
  uint8_t op = RPL_CODE_OP(code->word);
  return op == RPL_OP_ROUND_M || op == RPL_OP_ROUND_MP || op == RPL_OP_ROUND_N;
}

/* Also looks through rounding that changed nothing. */
static uint32_t skip(const Explaining *explaining, uint32_t operand) {
  RplSlice name;
  for (;;) {
    operand = skip_choices(explaining, operand);
    const RplInstruction *code = code_of(explaining, operand);
    if (!code || is_named(explaining, operand, &name) || !is_rounding(code) ||
        is_past(explaining, operand) ||
        !is_same_money(value_of(explaining, operand),
                       value_of(explaining, code->a)))
      return operand;
    operand = code->a;
  }
}

/* ---- values ------------------------------------------------------------- */

void rpl_explain_value(const RplContext *context, const RplValue *value,
                       RplMoneyForm form, RplBuffer *buffer) {
  const RplTables *tables = &context->image->tables;
  size_t start = buffer->length;
  if (value->state != RPL_STATE_KNOWN)
    rpl_value_write_text(buffer, tables, value);
  else if (rpl_kind_has_parts(value->kind))
    rpl_parts_write_start(buffer, tables, value, RPL_EXPLAIN_MAX_VALUE);
  else
    rpl_value_write_plain(buffer, tables, value, form);
  if (buffer->is_failed || buffer->length - start <= RPL_EXPLAIN_MAX_VALUE)
    return;
  size_t at = start;
  while (at - start < RPL_EXPLAIN_MAX_VALUE) {
    size_t step = rpl_utf8_decode(buffer->data + at, buffer->length - at, NULL);
    if (!step || at + step - start > RPL_EXPLAIN_MAX_VALUE)
      break;
    at += step;
  }
  buffer->length = at;
  rpl_buffer_text(buffer, CUT);
}

/* Beside names an amount is written in full, as in a policy, and a text in
 * quotes. */
static void write_value(const Explaining *explaining, const RplValue *value) {
  bool is_text = explaining->by_name && value->state == RPL_STATE_KNOWN &&
                 value->kind == RPL_KIND_TEXT;
  if (is_text)
    rpl_buffer_byte(explaining->buffer, '"');
  rpl_explain_value(explaining->context, value,
                    explaining->by_name ? RPL_MONEY_FULL : RPL_MONEY_BARE,
                    explaining->buffer);
  if (is_text)
    rpl_buffer_byte(explaining->buffer, '"');
}

/* A value that is written with a sign or a stroke binds as these do. */
static bool needs_parens(const Explaining *explaining, const RplValue *value,
                         unsigned precedence, bool is_right) {
  if (value->state != RPL_STATE_KNOWN ||
      (value->kind != RPL_KIND_MONEY &&
       !rpl_kind_is_numeric((RplKind)value->kind)))
    return false;
  if (rpl_number_sign(value->as.number) < 0 &&
      (is_right || precedence >= PRECEDENCE_SIGN))
    return true;
  char text[RPL_NUMBER_TEXT_MAX];
  size_t length = rpl_number_write(value->as.number, text, sizeof text);
  (void)explaining;
  return memchr(text, '/', length) &&
         (precedence > PRECEDENCE_DIVISION ||
          (precedence == PRECEDENCE_DIVISION && is_right));
}

static void leaf(const Explaining *explaining, const RplValue *value,
                 unsigned precedence, bool is_right) {
  bool parens = needs_parens(explaining, value, precedence, is_right);
  if (parens)
    rpl_buffer_byte(explaining->buffer, '(');
  write_value(explaining, value);
  if (parens)
    rpl_buffer_byte(explaining->buffer, ')');
}

/* ---- formulas ----------------------------------------------------------- */

/* `precedence` is that of the operation around; `is_right`: the operand stands
 * right of its sign, where equal precedence needs parentheses. */
static void render(Explaining *explaining, uint32_t operand,
                   unsigned precedence, bool is_right, unsigned depth);

/* The name an author writes: "round.money" is `round`. */
static void call_name(const Explaining *explaining, const RplOpInfo *info) {
  const char *dot = strchr(info->name, '.');
  size_t length = dot ? (size_t)(dot - info->name) : strlen(info->name);
  rpl_buffer_bytes(explaining->buffer, info->name, length);
}

/* What is written as words: a digit stands for that operand. */
static const char *words_of(uint8_t op) {
  switch ((RplOp)op) {
  case RPL_OP_DATE_OF:
    return "date of 1 in 2";
  case RPL_OP_START_OF:
    return "start of 1 in 2";
  case RPL_OP_YEAR_OF:
    return "year of 1";
  case RPL_OP_MONTH_OF:
    return "month of 1";
  case RPL_OP_DAY_OF:
    return "day of 1";
  case RPL_OP_BUSINESS_DAYS:
    return "1 business days after 2";
  case RPL_OP_BUSINESS_IN:
    return "1 business days after 2 using 3";
  case RPL_OP_IS_BUSINESS:
    return "1 is business day";
  case RPL_OP_IS_BUSINESS_IN:
    return "1 is business day using 2";
  case RPL_OP_MONTHS_CLAMP:
    return "1 + 2 clamp";
  case RPL_OP_MONTHS_NEXT:
    return "1 + 2 next";
  case RPL_OP_MONTHS_STRICT:
    return "1 + 2 strict";
  case RPL_OP_TABLE:
    return "a row of a table";
  default:
    return NULL;
  }
}

/* The same of an instruction; 4 stands for the second operand of the first
 * one's instruction: a datetime that moves by months is its day moved, at its
 * time. */
static const char *words_of_code(const Explaining *explaining,
                                 const RplInstruction *code) {
  const RplInstruction *day = code_of(explaining, code->a);
  if (RPL_CODE_OP(code->word) != RPL_OP_AT_TIME)
    return words_of(RPL_CODE_OP(code->word));
  switch (day ? (RplOp)RPL_CODE_OP(day->word) : RPL_OP_NOT) {
  case RPL_OP_MONTHS_CLAMP:
    return "2 + 4 clamp in 3";
  case RPL_OP_MONTHS_NEXT:
    return "2 + 4 next in 3";
  case RPL_OP_MONTHS_STRICT:
    return "2 + 4 strict in 3";
  default: /* made by no compiler of ours */
    return "1 at the clock of 2 in 3";
  }
}

/* Words bind weakest, so their operands never need parentheses but for other
 * words, and they themselves always do inside something else. */
static void render_words(Explaining *explaining, const RplInstruction *code,
                         const char *words, unsigned precedence,
                         unsigned depth) {
  const RplInstruction *first = code_of(explaining, code->a);
  const uint32_t operands[] = {code->a, code->b, code->c, first ? first->b : 0};
  rpl_buffer_text(explaining->buffer, precedence ? "(" : "");
  for (; *words; words++) {
    if (*words < '1' || *words > '4')
      rpl_buffer_byte(explaining->buffer, *words);
    else
      render(explaining, operands[*words - '1'], PRECEDENCE_WORDS, false,
             depth + 1);
  }
  rpl_buffer_text(explaining->buffer, precedence ? ")" : "");
}

static void render_call(Explaining *explaining, const RplInstruction *code,
                        const RplOpInfo *info, unsigned depth) {
  const uint32_t operands[] = {code->a, code->b, code->c};
  call_name(explaining, info);
  rpl_buffer_byte(explaining->buffer, '(');
  for (int i = 0; i < 3 && operands[i]; i++) {
    if (i)
      rpl_buffer_text(explaining->buffer, ", ");
    render(explaining, operands[i], 0, false, depth + 1);
  }
  rpl_buffer_byte(explaining->buffer, ')');
}

/* `x between a and b`, `x within d of y`, `x is none`, and two operands. */
static void render_infix(Explaining *explaining, const RplInstruction *code,
                         const RplOpInfo *info, unsigned depth) {
  uint8_t op = RPL_CODE_OP(code->word);
  render(explaining, code->a, info->precedence, false, depth + 1);
  rpl_buffer_byte(explaining->buffer, ' ');
  rpl_buffer_text(explaining->buffer, info->symbol);
  if (!code->b)
    return;
  rpl_buffer_byte(explaining->buffer, ' ');
  render(explaining, code->b, info->precedence, true, depth + 1);
  if (!code->c)
    return;
  rpl_buffer_text(explaining->buffer, op == RPL_OP_WITHIN ? " of " : " and ");
  render(explaining, code->c, info->precedence, true, depth + 1);
}

/* `if C then A else B`, which binds weakest. */
static void render_choice(Explaining *explaining, const RplInstruction *code,
                          unsigned precedence, unsigned depth) {
  rpl_buffer_text(explaining->buffer, precedence ? "(if " : "if ");
  render(explaining, code->a, 0, false, depth + 1);
  rpl_buffer_text(explaining->buffer, " then ");
  render(explaining, code->b, 0, false, depth + 1);
  rpl_buffer_text(explaining->buffer, " else ");
  render(explaining, code->c, 0, false, depth + 1);
  if (precedence)
    rpl_buffer_byte(explaining->buffer, ')');
}

static void render_prefix(Explaining *explaining, const RplInstruction *code,
                          const RplOpInfo *info, unsigned depth) {
  rpl_buffer_text(explaining->buffer, info->symbol);
  if (RPL_CODE_OP(code->word) == RPL_OP_NOT)
    rpl_buffer_byte(explaining->buffer, ' ');
  render(explaining, code->a, info->precedence, true, depth + 1);
}

static bool is_prefix(const RplInstruction *code) {
  uint8_t op = RPL_CODE_OP(code->word);
  return !code->b && op != RPL_OP_IS_NONE && op != RPL_OP_IS_EMPTY;
}

static void render_operation(Explaining *explaining, const RplInstruction *code,
                             unsigned precedence, bool is_right,
                             unsigned depth) {
  const RplOpInfo info = rpl_op_info(RPL_CODE_OP(code->word));
  const char *words = words_of_code(explaining, code);
  if (RPL_CODE_OP(code->word) == RPL_OP_SELECT) {
    render_choice(explaining, code, precedence, depth);
    return;
  }
  if (words) {
    render_words(explaining, code, words, precedence, depth);
    return;
  }
  bool parens =
      info.precedence && (info.precedence < precedence ||
                          (info.precedence == precedence && is_right));
  if (parens)
    rpl_buffer_byte(explaining->buffer, '(');
  if (!info.precedence)
    render_call(explaining, code, &info, depth);
  else if (is_prefix(code))
    render_prefix(explaining, code, &info, depth);
  else
    render_infix(explaining, code, &info, depth);
  if (parens)
    rpl_buffer_byte(explaining->buffer, ')');
}

/* Aggregates and parts: an aggregate's turns are past, and their values with
 * them. */
static bool is_of_list(const RplInstruction *code) {
  uint8_t op = RPL_CODE_OP(code->word);
  return op >= RPL_OP_EACH && op <= RPL_OP_WITH;
}

static void write_aggregate(const Explaining *explaining,
                            const RplInstruction *code);

/* What a turn read, without its value: a field of some element by its name. */
static void write_past(const Explaining *explaining,
                       const RplInstruction *code) {
  const RplImage *image = explaining->context->image;
  if (rpl_op_closes(RPL_CODE_OP(code->word))) {
    write_aggregate(explaining, code);
    return;
  }
  rpl_buffer_text(explaining->buffer, CUT);
  if (RPL_CODE_OP(code->word) != RPL_OP_FIELD)
    return;
  const RplFieldRecord *field =
      rpl_record_field(&image->tables, rpl_operand_type(image, code->a)->detail,
                       RPL_CODE_FIELD(code->word));
  rpl_buffer_byte(explaining->buffer, '.');
  rpl_buffer_slice(explaining->buffer, rpl_string(&image->tables, field->name));
}

static void render(Explaining *explaining, uint32_t operand,
                   unsigned precedence, bool is_right, unsigned depth) {
  if (depth >= RPL_EXPLAIN_MAX_DEPTH ||
      explaining->terms >= RPL_EXPLAIN_MAX_TERMS) {
    rpl_buffer_text(explaining->buffer, CUT);
    return;
  }
  RplSlice name;
  explaining->terms++;
  operand = skip(explaining, operand);
  const RplInstruction *code = code_of(explaining, operand);
  if (is_named(explaining, operand, &name))
    rpl_buffer_slice(explaining->buffer, name);
  else if (code && is_of_list(code) && is_past(explaining, operand))
    write_past(explaining, code);
  else if (code && is_of_list(code)) /* its value, as if it were a fact */
    leaf(explaining, value_of(explaining, operand), precedence, is_right);
  else if (code)
    render_operation(explaining, code, precedence, is_right, depth);
  else
    leaf(explaining, value_of(explaining, operand), precedence, is_right);
}

void rpl_explain_formula(const RplContext *context, uint32_t operand,
                         RplBuffer *buffer) {
  Explaining explaining = {.context = context, .buffer = buffer};
  render(&explaining, operand, 0, false, 0);
}

void rpl_explain_names(const RplContext *context, uint32_t operand,
                       RplBuffer *buffer) {
  Explaining explaining = {
      .context = context, .buffer = buffer, .by_name = true, .spelt = operand};
  render(&explaining, operand, 0, false, 0);
}

uint32_t rpl_explain_source(const RplContext *context, uint32_t operand) {
  Explaining explaining = {.context = context};
  return skip(&explaining, operand);
}

/* ---- the amount --------------------------------------------------------- */

/* "half_up" as it is said: "half up". */
static void write_mode(RplBuffer *buffer, const RplValue *mode) {
  const char *name = rpl_rounding_name((RplRounding)mode->as.integer);
  for (; *name; name++)
    rpl_buffer_byte(buffer, *name == '_' ? ' ' : *name);
}

static bool is_part(const RplInstruction *code) {
  return is_of_list(code) && !rpl_op_closes(RPL_CODE_OP(code->word));
}

/* `16 / 15 = 16/15, rounded half up to 1.07` */
static void write_rounded(const Explaining *explaining,
                          const RplInstruction *code, const RplValue *result) {
  uint32_t mode = RPL_CODE_OP(code->word) == RPL_OP_ROUND_M ? code->b : code->c;
  RplBuffer *buffer = explaining->buffer;
  uint32_t inner = skip(explaining, code->a);
  const RplInstruction *made = code_of(explaining, inner);
  if (made && rpl_op_closes(RPL_CODE_OP(made->word)))
    write_aggregate(explaining, made);
  else
    rpl_explain_formula(explaining->context, inner, buffer);
  if (made && !is_part(made)) {
    rpl_buffer_text(buffer, " = ");
    write_value(explaining, value_of(explaining, inner));
  }
  rpl_buffer_text(buffer, ", rounded ");
  write_mode(buffer, value_of(explaining, mode));
  rpl_buffer_text(buffer, " to ");
  write_value(explaining, result);
}

/* "sum(...)": how an author calls what closes a block. */
static void write_aggregate(const Explaining *explaining,
                            const RplInstruction *code) {
  static const char *const names[] = {"count", "sum", "sum", "sum",
                                      "min",   "max", "any", "all"};
  rpl_buffer_text(explaining->buffer,
                  names[RPL_CODE_OP(code->word) - RPL_OP_COUNT_IF]);
  rpl_buffer_text(explaining->buffer, "(" CUT ")");
}

static void write_working(const Explaining *explaining, uint32_t operand) {
  RplBuffer *buffer = explaining->buffer;
  operand = skip(explaining, operand);
  const RplInstruction *code = code_of(explaining, operand);
  if (code && rpl_op_closes(RPL_CODE_OP(code->word))) {
    write_aggregate(explaining, code);
    rpl_buffer_text(buffer, " = ");
    write_value(explaining, value_of(explaining, operand));
    return;
  }
  if (code && is_part(code))
    code = NULL; /* a field: the formula is its value */
  if (code && is_rounding(code)) {
    write_rounded(explaining, code, value_of(explaining, operand));
    return;
  }
  rpl_explain_formula(explaining->context, operand, buffer);
  if (!code)
    return;
  rpl_buffer_text(buffer, " = ");
  write_value(explaining, value_of(explaining, operand));
}

void rpl_explain_working(const RplContext *context, uint32_t operand,
                         RplBuffer *buffer) {
  Explaining explaining = {.context = context, .buffer = buffer};
  write_working(&explaining, operand);
}

RplStatus rpl_decision_working(const RplDecision *decision, RplSlice *text) {
  RplBuffer buffer;
  rpl_context_buffer(decision->context, &buffer);
  if (decision->amount_operand)
    rpl_explain_working(decision->context, decision->amount_operand, &buffer);
  return rpl_context_keep(decision->context, &buffer, text);
}
