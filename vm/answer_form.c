/* SPDX-License-Identifier: Apache-2.0
 * answer_form.c - forms: decisions with holes. See answer.h. */
#include "vm/answer.h"

#include <string.h>

#include "vm/decide.h"

/* ---- finding --------------------------------------------------------------
 */

static size_t sign_words(const RplPlan *plan) {
  return plan->sign_count / 32 + 1;
}

static uint64_t hash_of(const RplAnswers *answers, uint32_t plan) {
  uint64_t hash = plan + 1;
  size_t words = sign_words(&answers->plans[plan]);
  for (size_t i = 0; i < words; i++)
    hash = (hash ^ answers->signs[i]) * UINT64_C(0x9E3779B97F4A7C15);
  return hash ^ hash >> 32;
}

static bool is_of_signature(const RplAnswers *answers,
                            const RplAnswerForm *form) {
  size_t words = sign_words(&answers->plans[form->plan]);
  for (size_t i = 0; i < words; i++)
    if (form->signs[i] != answers->signs[i])
      return false;
  return true;
}

RplAnswerForm *rpl_answer_find(const RplAnswers *answers, uint32_t plan) {
  uint64_t hash = hash_of(answers, plan);
  RplAnswerForm *form = answers->buckets[hash % RPL_ANSWER_BUCKETS];
  while (form && (form->hash != hash || form->plan != plan ||
                  !is_of_signature(answers, form)))
    form = form->next;
  return form;
}

/* ---- filling --------------------------------------------------------------
 */

static const char digit_pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536"
    "37383940414243444546474849505152535455565758596061626364656667686970717273"
    "7475767778798081828384858687888990919293949596979899";

/* Writes an amount of minor units backwards from `end`; returns its begin. */
static char *write_minor(char *end, int64_t minor, int digits) {
  uint64_t rest = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
  if (digits == 2) {
    memcpy(end -= 2, &digit_pairs[rest % 100 * 2], 2);
    rest /= 100;
  } else {
    for (int i = 0; i < digits; i++, rest /= 10)
      *--end = (char)('0' + rest % 10);
  }
  if (digits)
    *--end = '.';
  for (; rest >= 100; rest /= 100)
    memcpy(end -= 2, &digit_pairs[rest % 100 * 2], 2);
  if (rest >= 10)
    memcpy(end -= 2, &digit_pairs[rest * 2], 2);
  else
    *--end = (char)('0' + rest);
  if (minor < 0)
    *--end = '-';
  return end;
}

/* LIMIT: bytes of an amount of 64 bits, with its currency. */
#define MINOR_BYTES 32

/* An amount of whole minor units; false: another way must be taken. There is
 * room for it. */
static bool put_minor(RplBuffer *out, const RplBrief *money, bool is_full,
                      RplCurrency currency, int digits) {
  char text[MINOR_BYTES];
  int64_t minor;
  if (digits < 0 || !rpl_brief_scaled(money, (unsigned)digits, &minor))
    return false;
  char *begin = write_minor(text + sizeof text, minor, digits);
  size_t length = (size_t)(text + sizeof text - begin);
  if (!rpl_buffer_reserve(out, length + RPL_CURRENCY_CODE_BYTES))
    return false;
  char *to = out->data + out->length;
  if (is_full) {
    rpl_currency_code(currency, to);
    to[3] = ' ';
    to += 4;
  }
  memcpy(to, begin, length);
  out->length = (size_t)(to + length - out->data);
  return true;
}

/* A value of any kind, by the writers that all decisions have. Empty texts,
 * which a decision leaves out, and texts with escapes are not for here. */
static bool put_value(RplAnswers *answers, RplContext *context,
                      const RplPiece *piece, const RplBrief *brief) {
  const RplTables *tables = &context->image->tables;
  RplBuffer *scratch = &answers->scratch;
  RplValue value;
  if (!rpl_brief_value(brief, piece->kind, piece->detail, &context->arena,
                       &value))
    return false;
  rpl_buffer_reset(scratch);
  if (piece->hole == RPL_HOLE_WORDS)
    rpl_value_write_text(scratch, tables, &value);
  else
    rpl_value_write_plain(scratch, tables, &value, RPL_MONEY_BARE);
  RplSlice text = rpl_buffer_view(scratch);
  rpl_buffer_slice(&answers->out, text);
  return !scratch->is_failed && text.length &&
         rpl_json_plain(text) == text.length;
}

/* An amount among the outputs: all are in the currency of the request, in whole
 * minor units. */
static bool put_output_money(RplAnswers *answers, const RplBrief *money) {
  return answers->currency &&
         (!money->currency || money->currency == answers->currency) &&
         put_minor(&answers->out, money, false, answers->currency,
                   answers->last_digits);
}

static bool put_currency(RplAnswers *answers) {
  rpl_buffer_bytes(&answers->out, answers->last_code, 3);
  return answers->currency != RPL_CURRENCY_NONE;
}

static bool fill_hole(RplAnswers *answers, RplContext *context,
                      const RplPiece *piece) {
  const RplBrief *brief = &answers->values[piece->value];
  if (piece->hole == RPL_HOLE_CURRENCY)
    return put_currency(answers);
  if (brief->state == RPL_STATE_ERROR)
    return false;
  if (piece->hole == RPL_HOLE_OUTPUT && brief->state != RPL_STATE_KNOWN)
    return false;
  if (piece->kind == RPL_KIND_MONEY) {
    if (piece->hole == RPL_HOLE_OUTPUT)
      return put_output_money(answers, brief);
    if (brief->state == RPL_STATE_KNOWN && brief->currency &&
        put_minor(&answers->out, brief, true, brief->currency,
                  rpl_currency_digits(brief->currency)))
      return true;
  }
  return put_value(answers, context, piece, brief);
}

bool rpl_answer_fill(RplAnswers *answers, RplContext *context,
                     const RplAnswerForm *form) {
  RplBuffer *out = &answers->out;
  rpl_buffer_reset(out);
  for (uint32_t i = 0; i < form->piece_count; i++) {
    const RplPiece *piece = &form->pieces[i];
    if (!rpl_buffer_reserve(out, piece->bytes.length))
      return false;
    memcpy(out->data + out->length, piece->bytes.data, piece->bytes.length);
    out->length += piece->bytes.length;
    if (piece->hole != RPL_HOLE_END && !fill_hole(answers, context, piece))
      return false;
  }
  return form->piece_count && !out->is_failed;
}

/* ---- learning -------------------------------------------------------------
 */

/* A decision with holes that is taken to pieces. */
typedef struct Parting {
  RplAnswers *answers;
  RplContext *context;
  uint32_t plan;
  RplSlice json;
  RplPiece *pieces;
  size_t count, capacity;
  bool is_failed;
} Parting;

static void add_piece(Parting *parting, size_t begin, size_t end,
                      const RplPiece *piece) {
  RplArena *arena = &parting->answers->forms_arena;
  RplPiece *pieces = rpl_arena_grow(arena, parting->pieces, parting->count,
                                    &parting->capacity, sizeof *pieces);
  char *bytes = rpl_arena_copy(arena, parting->json.data + begin, end - begin);
  if (!pieces || !bytes) {
    parting->is_failed = true;
    return;
  }
  parting->pieces = pieces;
  pieces[parting->count] = *piece;
  pieces[parting->count++].bytes = (RplSlice){bytes, end - begin};
}

static uint32_t read_operand(const char *digits) {
  uint32_t operand = 0;
  for (int i = 0; i < RPL_HOLE_DIGITS; i++) {
    char digit = digits[i];
    operand = operand << 4 |
              (uint32_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
  }
  return operand;
}

/* What stands in the hole whose letter is at `at`. */
static RplPiece read_hole(const Parting *parting, size_t at) {
  RplPiece piece = {.hole = RPL_HOLE_CURRENCY};
  char letter = parting->json.data[at];
  if (letter == RPL_HOLE_IN_CURRENCY)
    return piece;
  uint32_t operand = read_operand(parting->json.data + at + 1);
  const RplTypeRecord *type =
      rpl_operand_type(parting->context->image, operand);
  piece.hole = letter == RPL_HOLE_IN_WORDS ? RPL_HOLE_WORDS : RPL_HOLE_OUTPUT;
  piece.kind = (RplKind)type->kind;
  piece.detail = type->detail;
  piece.value = rpl_answer_place(parting->answers, operand);
  return piece;
}

/* Length of what announces a hole at `at`: the byte itself where it stands
 * alone, or its escape in a string; 0: nothing does. */
static size_t hole_mark(RplSlice json, size_t at) {
  static const char escaped[] = "\\u0001";
  if (json.data[at] == RPL_HOLE_BYTE)
    return 1;
  return json.length - at >= sizeof escaped - 1 &&
                 memcmp(json.data + at, escaped, sizeof escaped - 1) == 0
             ? sizeof escaped - 1
             : 0;
}

static void take_apart(Parting *parting) {
  RplSlice json = parting->json;
  RplPiece end = {.hole = RPL_HOLE_END};
  size_t begin = 0, at = 0;
  while (at < json.length && !parting->is_failed) {
    size_t mark = hole_mark(json, at);
    if (!mark) {
      at += json.data[at] == '\\' ? 2 : 1;
      continue;
    }
    RplPiece piece = read_hole(parting, at + mark);
    parting->is_failed |=
        !rpl_answer_computes(parting->answers, parting->plan, piece.value);
    add_piece(parting, begin, at, &piece);
    at += mark + 1 + RPL_HOLE_DIGITS;
    begin = at;
  }
  add_piece(parting, begin, json.length, &end);
}

static RplAnswerForm *new_form(RplAnswers *answers, uint32_t plan) {
  RplArena *arena = &answers->forms_arena;
  size_t bytes = sign_words(&answers->plans[plan]) * sizeof(uint64_t);
  RplAnswerForm *form = rpl_arena_alloc(arena, sizeof *form);
  uint64_t *signs = rpl_arena_alloc(arena, bytes);
  if (!form || !signs)
    return NULL;
  memcpy(signs, answers->signs, bytes);
  form->signs = signs;
  form->plan = plan;
  form->hash = hash_of(answers, plan);
  return form;
}

RplAnswerForm *rpl_answer_learn(RplAnswers *answers, RplContext *context,
                                uint32_t plan, RplSlice json) {
  Parting parting = {
      .answers = answers, .context = context, .plan = plan, .json = json};
  if (answers->form_count == RPL_ANSWER_MAX_FORMS)
    return NULL;
  RplAnswerForm *form = new_form(answers, plan);
  if (!form)
    return NULL;
  if (json.length)
    take_apart(&parting);
  if (!parting.is_failed) {
    form->pieces = parting.pieces;
    form->piece_count = (uint32_t)parting.count;
  }
  RplAnswerForm **bucket = &answers->buckets[form->hash % RPL_ANSWER_BUCKETS];
  form->next = *bucket;
  *bucket = form;
  answers->form_count++;
  return form;
}
