/* SPDX-License-Identifier: Apache-2.0
 * format_scan.c - tokens, comments and gaps for the layout; see format.h. The
 * text is known to be right, so a token's neighbours say what it is for. */
#include "compiler/format.h"

#include <string.h>

#include "compiler/parse.h"
#include "rpl.tab.h"

/* ---- what stands between tokens ------------------------------------------ */

typedef struct Cut {
  RplArena *arena;
  RplFormatText *out;
  uint32_t lines;       /* line ends since the last token or comment */
  size_t first_comment; /* of those that wait for the next token */
  size_t records;       /* written out, open */
} Cut;

static RplSlice trimmed(RplSlice text) {
  while (text.length && strchr(" \t\r", text.data[text.length - 1]))
    text.length--;
  return text;
}

static bool add_comment(Cut *cut, RplSlice text) {
  RplFormatText *out = cut->out;
  RplFormatComment *items =
      rpl_arena_grow(cut->arena, out->comments, out->comment_count,
                     &out->comment_capacity, sizeof *items);
  if (!items)
    return false;
  out->comments = items;
  bool is_line = text.data[1] == '/';
  items[out->comment_count++] =
      (RplFormatComment){is_line ? trimmed(text) : text, cut->lines, is_line,
                         memchr(text.data, '\n', text.length) != NULL};
  cut->lines = 0;
  return true;
}

/* Bytes of the comment that `gap` begins with. */
static size_t comment_length(RplSlice gap) {
  size_t at = 2;
  if (gap.data[1] == '/') {
    const char *end = memchr(gap.data, '\n', gap.length);
    return end ? (size_t)(end - gap.data) : gap.length;
  }
  while (at + 1 < gap.length &&
         (gap.data[at] != '*' || gap.data[at + 1] != '/'))
    at++;
  return at + 2;
}

static bool read_gap(Cut *cut, RplSlice gap) {
  while (gap.length) {
    size_t length = 1;
    if (gap.data[0] == '/') {
      length = comment_length(gap);
      if (!add_comment(cut, (RplSlice){gap.data, length}))
        return false;
    } else if (gap.data[0] == '\n' && cut->lines < 2) {
      cut->lines++;
    }
    gap.data += length;
    gap.length -= length;
  }
  return true;
}

/* ---- tokens -------------------------------------------------------------- */

/* Tokens of several words are written with one space between them. */
static RplSlice token_text(const RplSources *sources, RplToken token) {
  switch (token.kind) {
  case TOK_DATE_OF:
    return rpl_slice("date of");
  case TOK_START_OF:
    return rpl_slice("start of");
  case TOK_YEAR_OF:
    return rpl_slice("year of");
  case TOK_MONTH_OF:
    return rpl_slice("month of");
  case TOK_DAY_OF:
    return rpl_slice("day of");
  case TOK_CALENDAR_DAYS:
    return rpl_slice("calendar days of");
  case TOK_CALENDAR_DAYS_AFTER:
    return rpl_slice("calendar days after");
  case TOK_BUSINESS_DAYS:
    return rpl_slice("business days after");
  case TOK_BUSINESS_DAYS_OF:
    return rpl_slice("business days of");
  case TOK_BUSINESS_DAY:
    return rpl_slice("business day");
  case TOK_STARTS_WITH:
    return rpl_slice("starts with");
  case TOK_ENDS_WITH:
    return rpl_slice("ends with");
  default:
    return rpl_span_text(sources, token.span);
  }
}

static bool add_token(Cut *cut, int kind, RplSlice text) {
  RplFormatText *out = cut->out;
  RplFormatToken *items = rpl_arena_grow(cut->arena, out->tokens, out->count,
                                         &out->capacity, sizeof *items);
  if (!items)
    return false;
  out->tokens = items;
  items[out->count++] =
      (RplFormatToken){.kind = kind,
                       .text = text,
                       .comment = cut->first_comment,
                       .comment_count = out->comment_count - cut->first_comment,
                       .lines = cut->lines,
                       .level = RPL_GAP_NONE,
                       .width = rpl_utf8_count(text.data, text.length)};
  cut->lines = 0;
  cut->first_comment = out->comment_count;
  return true;
}

/* A brace after `=`, a comma or an opening bracket begins a record; others
 * begin a block. */
static int brace_kind(Cut *cut, int kind) {
  const RplFormatText *out = cut->out;
  int before = out->count ? out->tokens[out->count - 1].kind : 0;
  if (kind == TOK_BEGIN && (before == TOK_ASSIGN || before == TOK_COMMA ||
                            before == TOK_LEFT || before == TOK_OPEN)) {
    cut->records++;
    return RPL_FORMAT_OPEN_RECORD;
  }
  if (kind == TOK_END && cut->records) {
    cut->records--;
    return RPL_FORMAT_CLOSE_RECORD;
  }
  return kind;
}

/* Whether a statement ends with the last token, or none has begun. */
static bool is_between(const RplFormatText *text) {
  if (!text->count)
    return true;
  int kind = text->tokens[text->count - 1].kind;
  return kind == TOK_SEMICOLON || kind == TOK_BEGIN || kind == TOK_END;
}

static bool cut_text(Cut *cut, const RplSources *sources, uint32_t number,
                     const RplTokens *tokens) {
  RplSpan gap = {number, 0, 0};
  bool ok = true;
  for (size_t i = 0; ok && i < tokens->count; i++) {
    RplToken token = tokens->items[i];
    gap.end = token.span.begin;
    ok = read_gap(cut, rpl_span_text(sources, gap));
    gap.begin = token.span.end;
    if (ok && !(token.kind == TOK_SEMICOLON && is_between(cut->out)))
      ok = add_token(cut, brace_kind(cut, token.kind),
                     token_text(sources, token));
  }
  gap.end = UINT32_MAX;
  ok =
      ok &&
      (is_between(cut->out) || add_token(cut, TOK_SEMICOLON, rpl_slice(";"))) &&
      read_gap(cut, rpl_span_text(sources, gap)) &&
      add_token(cut, 0, rpl_slice(""));
  if (ok)
    cut->out->count--;
  return ok;
}

/* ---- spaces -------------------------------------------------------------- */

/* Whether an operand can end with a token of this kind. */
static bool ends_operand(int kind) {
  switch (kind) {
  case TOK_NAME:
  case TOK_CURRENCY:
  case TOK_CLAUSE:
  case TOK_NUMBER:
  case TOK_PERCENT:
  case TOK_DATE:
  case TOK_DATETIME:
  case TOK_DURATION:
  case TOK_PERIOD:
  case TOK_CLAMP:
  case TOK_NEXT:
  case TOK_STRICT:
  case TOK_ZONE:
  case TOK_TEXT:
  case TOK_CLOSE:
  case TOK_TRUE:
  case TOK_FALSE:
  case TOK_NONE:
  case TOK_OTHER:
  case TOK_UP:
  case TOK_EMPTY:
  case TOK_OPTIONAL:
  case TOK_RIGHT:
  case RPL_FORMAT_CLOSE_RECORD:
    return true;
  default:
    return false;
  }
}

/* Where the judging of gaps stands. */
typedef struct Judge {
  RplFormatToken *tokens;
  size_t at;
  size_t first;   /* of the statement */
  size_t head_at; /* its first token, prefixes left out */
  int head;       /* its kind */
  unsigned depth;
  bool in_type;    /* after the colon of a declaration */
  bool in_steps;   /* after `step` in a rule */
  bool has_parts;  /* after the first part that has a line of its own */
  bool after_part; /* right after the word of a part of a calendar */
  bool awaits_and[RPL_FORMAT_MAX_DEPTH + 1]; /* of a between */
  bool awaits_of[RPL_FORMAT_MAX_DEPTH + 1];  /* of a within */
  bool awaits_in[RPL_FORMAT_MAX_DEPTH + 1];  /* of a zone */
} Judge;

static int kind_at(const Judge *judge, size_t back) {
  return judge->at < judge->first + back ? 0
                                         : judge->tokens[judge->at - back].kind;
}

/* The name that an expectation begins with, or that a setting is set by: what
 * follows it is not the argument of a call. */
static bool is_subject(const Judge *judge) {
  if (judge->depth)
    return false;
  int before = kind_at(judge, 2);
  if (judge->head == TOK_EXPECT)
    return before == TOK_EXPECT || before == TOK_COMMA;
  return judge->at == judge->head_at + 1;
}

/* A minus with one operand. */
static bool is_sign(const Judge *judge, size_t back) {
  Judge other = *judge;
  other.at -= back;
  if (kind_at(&other, 0) != TOK_MINUS)
    return false;
  int before = kind_at(&other, 1);
  return !ends_operand(before) || (before == TOK_NAME && is_subject(&other));
}

static bool needs_space(const Judge *judge) {
  int before = kind_at(judge, 1);
  switch (kind_at(judge, 0)) {
  case TOK_COMMA:
  case TOK_SEMICOLON:
  case TOK_CLOSE:
  case TOK_DOT:
  case TOK_OPTIONAL:
  case TOK_RIGHT:
    return false;
  case TOK_OPEN:
    if (before == TOK_NAME)
      return is_subject(judge);
    break;
  default:
    break;
  }
  return before != TOK_OPEN && before != TOK_LEFT && before != TOK_DOT &&
         !is_sign(judge, 1);
}

/* ---- where lines may end ------------------------------------------------- */

/* Which `in` this is: that of a zone, of a set, or of a list, which is itself
 * broken after commas. */
static RplGapLevel level_of_in(Judge *judge) {
  bool is_zone = judge->awaits_in[judge->depth];
  if (judge->tokens[judge->at + 1].kind == TOK_OPEN ||
      judge->tokens[judge->at + 1].kind == TOK_LEFT)
    return RPL_GAP_NONE;
  if (is_zone)
    judge->awaits_in[judge->depth] = false;
  return is_zone ? RPL_GAP_ZONE : RPL_GAP_COMPARE;
}

/* Which `and` or `of` this is. */
static RplGapLevel level_of_second(bool *awaited, RplGapLevel otherwise) {
  bool is_second = *awaited;
  *awaited = false;
  return is_second ? RPL_GAP_RANGE : otherwise;
}

static RplGapLevel level_of_operator(Judge *judge) {
  unsigned depth = judge->depth;
  int before = kind_at(judge, 1);
  switch (kind_at(judge, 0)) {
  case TOK_FOR: /* of an aggregate, as its `if` */
    return depth ? RPL_GAP_OR : RPL_GAP_NONE;
  case TOK_IF:
    return depth && ends_operand(before) ? RPL_GAP_OR : RPL_GAP_NONE;
  case TOK_ELSE:
    return RPL_GAP_ELSE;
  case TOK_THEN:
    return RPL_GAP_THEN;
  case TOK_OR:
    return judge->in_type ? RPL_GAP_LIST : RPL_GAP_OR;
  case TOK_AND:
    return level_of_second(&judge->awaits_and[depth], RPL_GAP_AND);
  case TOK_OF:
    return level_of_second(&judge->awaits_of[depth], RPL_GAP_NONE);
  case TOK_EQ:
  case TOK_NE:
  case TOK_LE:
  case TOK_GE:
  case TOK_LT:
  case TOK_GT:
  case TOK_IS:
  case TOK_BETWEEN:
  case TOK_WITHIN:
  case TOK_STARTS_WITH:
  case TOK_ENDS_WITH:
  case TOK_CONTAINS:
    return RPL_GAP_COMPARE;
  case TOK_NOT: /* of `not in` */
    return ends_operand(before) && judge->tokens[judge->at + 2].kind != TOK_OPEN
               ? RPL_GAP_COMPARE
               : RPL_GAP_NONE;
  case TOK_USING:
    return RPL_GAP_ZONE;
  case TOK_IN:
    return before == TOK_NOT ? RPL_GAP_NONE : level_of_in(judge);
  case TOK_PLUS:
  case TOK_UNION:
  case TOK_EXCEPT:
    return RPL_GAP_SUM;
  case TOK_MINUS:
    return is_sign(judge, 0) ? RPL_GAP_NONE : RPL_GAP_SUM;
  case TOK_STAR:
  case TOK_SLASH:
  case TOK_DIV:
  case TOK_MOD:
    return RPL_GAP_PRODUCT;
  default:
    return RPL_GAP_NONE;
  }
}

/* Breaks in the heads of declarations, tests and steps. */
static RplGapLevel level_of_head(const Judge *judge) {
  int kind = kind_at(judge, 0);
  if (judge->in_steps && (kind == TOK_IF || kind == TOK_UNLESS) &&
      ends_operand(kind_at(judge, 1)))
    return RPL_GAP_OR;
  switch (judge->head) {
  case TOK_TEST:
  case TOK_GIVEN:
    return kind == TOK_GIVEN || kind == TOK_FROM ? RPL_GAP_HEAD : RPL_GAP_NONE;
  case TOK_PARAM:
    return kind == TOK_ASSIGN ? RPL_GAP_LIST : RPL_GAP_NONE;
  case TOK_OUTPUT:
    return kind == TOK_DEFAULT ? RPL_GAP_LIST : RPL_GAP_NONE;
  case TOK_SETTING:
    return kind == TOK_FROM || kind == TOK_DEFAULT || kind == TOK_ASSIGN
               ? RPL_GAP_LIST
               : RPL_GAP_NONE;
  default:
    return RPL_GAP_NONE;
  }
}

static RplGapLevel judge_level(Judge *judge) {
  if (judge->depth >= RPL_FORMAT_MAX_DEPTH)
    return RPL_GAP_NONE;
  RplGapLevel level = level_of_operator(judge);
  if (level == RPL_GAP_NONE && !judge->depth)
    level = level_of_head(judge);
  if (kind_at(judge, 1) == TOK_COMMA)
    level = RPL_GAP_LIST;
  if (level == RPL_GAP_NONE && judge->tokens[judge->at].is_hard)
    level = RPL_GAP_FORCED;
  if (level != RPL_GAP_NONE)
    level += judge->depth * RPL_GAP_NEST;
  return level;
}

/* ---- parts of statements ------------------------------------------------- */

/* A text that is neither a value nor the name of a test. */
static bool is_title(const Judge *judge) {
  switch (judge->head) {
  case TOK_FACT:
  case TOK_PARAM:
  case TOK_STEP:
  case TOK_POLICY:
  case TOK_MODULE:
  case TOK_CALENDAR:
    return !judge->has_parts && ends_operand(kind_at(judge, 1));
  case TOK_NAME: /* a field of a record */
    return judge->in_type && ends_operand(kind_at(judge, 1)) &&
           kind_at(judge, 1) != TOK_COMMA;
  default:
    return false;
  }
}

static RplFormatPart part_of_from(const Judge *judge) {
  return judge->head == TOK_GIVEN || judge->head == TOK_SETTING ? RPL_PART_NONE
                                                                : RPL_PART_JOIN;
}

static bool is_condition(const Judge *judge) {
  return !judge->in_steps && ends_operand(kind_at(judge, 1));
}

/* The word that begins a part of a calendar: all others stand behind
 * `calendar`, a comma or `to`, or are the first of their part. */
static bool is_calendar_part(const Judge *judge) {
  int before = kind_at(judge, 1);
  return judge->head == TOK_CALENDAR && kind_at(judge, 0) == TOK_NAME &&
         ends_operand(before) && !judge->after_part;
}

static RplFormatPart judge_part(const Judge *judge) {
  if (judge->depth || judge->at == judge->first)
    return RPL_PART_NONE;
  if (is_calendar_part(judge))
    return RPL_PART_OWN;
  switch (kind_at(judge, 0)) {
  case TOK_BECAUSE:
  case TOK_CITE:
  case TOK_PROVIDE:
  case TOK_GIVING:
  case TOK_FOR:
    return RPL_PART_OWN;
  case TOK_STEP: /* not the head of a declaration after `default` */
    return judge->head == TOK_STEP ? RPL_PART_NONE : RPL_PART_OWN;
  case TOK_FROM:
    return part_of_from(judge);
  case TOK_IF:
  case TOK_UNLESS:
    return is_condition(judge) ? RPL_PART_JOIN : RPL_PART_NONE;
  case TOK_ASSUME:
  case TOK_PROVIDER:
    return RPL_PART_JOIN;
  case TOK_TEXT:
    return is_title(judge) ? RPL_PART_JOIN : RPL_PART_NONE;
  case TOK_CLAUSE: /* of a source, those after its title */
    return judge->head == TOK_SOURCE && kind_at(judge, 1) == TOK_TEXT
               ? RPL_PART_JOIN
               : RPL_PART_NONE;
  default:
    return RPL_PART_NONE;
  }
}

/* Whether the `=` before this token makes it the value of its statement. */
static bool is_value(const Judge *judge) {
  if (judge->depth || judge->has_parts || kind_at(judge, 1) != TOK_ASSIGN)
    return false;
  return judge->head == TOK_LET || judge->head == TOK_FUNCTION ||
         judge->head == TOK_NAME || judge->head == TOK_OUTPUT ||
         judge->head == TOK_ENUMERATION;
}

/* ---- one token after another --------------------------------------------- */

static void begin_statement(Judge *judge) {
  size_t first = judge->at;
  memset(judge->awaits_and, 0, sizeof judge->awaits_and);
  memset(judge->awaits_of, 0, sizeof judge->awaits_of);
  memset(judge->awaits_in, 0, sizeof judge->awaits_in);
  judge->first = first;
  while (judge->tokens[first].kind == TOK_DEFAULT ||
         judge->tokens[first].kind == TOK_REPLACE)
    first++;
  judge->head_at = first;
  judge->head = judge->tokens[first].kind;
  judge->in_type = judge->in_steps = judge->has_parts = false;
}

static bool opens(int kind) {
  return kind == TOK_OPEN || kind == TOK_LEFT || kind == RPL_FORMAT_OPEN_RECORD;
}

static bool closes(int kind) {
  return kind == TOK_CLOSE || kind == TOK_RIGHT ||
         kind == RPL_FORMAT_CLOSE_RECORD;
}

/* What a token means for those after it. */
static void follow(Judge *judge, RplFormatPart part) {
  int kind = kind_at(judge, 0);
  bool is_shallow = judge->depth < RPL_FORMAT_MAX_DEPTH;
  judge->after_part = judge->head == TOK_CALENDAR &&
                      (part == RPL_PART_OWN || kind == TOK_CALENDAR);
  if (part == RPL_PART_OWN) {
    judge->has_parts = true;
    judge->in_steps = kind == TOK_STEP;
  }
  if (part != RPL_PART_NONE || kind == TOK_ASSIGN)
    judge->in_type = kind == TOK_ASSIGN && judge->head == TOK_ENUMERATION;
  if (kind == TOK_COLON)
    judge->in_type = true;
  if (opens(kind)) {
    judge->depth++;
    if (judge->depth < RPL_FORMAT_MAX_DEPTH)
      judge->awaits_and[judge->depth] = judge->awaits_of[judge->depth] =
          judge->awaits_in[judge->depth] = false;
  } else if (closes(kind)) {
    judge->depth--;
  }
  if (!is_shallow)
    return;
  if (kind == TOK_BETWEEN)
    judge->awaits_and[judge->depth] = true;
  if (kind == TOK_WITHIN)
    judge->awaits_of[judge->depth] = true;
  if (kind == TOK_DATE_OF || kind == TOK_START_OF ||
      kind == TOK_BUSINESS_DAYS || kind == TOK_BUSINESS_DAYS_OF ||
      kind == TOK_CALENDAR_DAYS || kind == TOK_CALENDAR_DAYS_AFTER)
    judge->awaits_in[judge->depth] = true;
}

static bool ends_line(const RplFormatText *text, const RplFormatToken *token) {
  for (size_t i = 0; i < token->comment_count; i++) {
    const RplFormatComment *comment = &text->comments[token->comment + i];
    if (comment->is_line || comment->has_breaks || comment->lines)
      return true;
  }
  return false;
}

/* Columns that the comments of a gap take on one line. */
static size_t gap_width(const RplFormatText *text,
                        const RplFormatToken *token) {
  size_t width = token->has_space;
  for (size_t i = 0; i < token->comment_count; i++) {
    RplSlice comment = text->comments[token->comment + i].text;
    width += 1 + rpl_utf8_count(comment.data, comment.length);
  }
  return width;
}

static void judge_gaps(RplFormatText *text) {
  Judge judge = {.tokens = text->tokens};
  size_t column = 0, hards = 0;
  for (size_t i = 0; i < text->count; i++) {
    RplFormatToken *token = &text->tokens[i];
    judge.at = i;
    int before = i ? token[-1].kind : TOK_SEMICOLON;
    bool is_first = before == TOK_SEMICOLON || before == TOK_BEGIN ||
                    before == TOK_END || token->kind == TOK_END;
    token->is_hard = ends_line(text, token);
    if (is_first)
      begin_statement(&judge);
    else
      token->has_space = needs_space(&judge);
    token->part = judge_part(&judge);
    if (!is_first)
      token->level = (uint16_t)judge_level(&judge);
    if (is_value(&judge))
      token->part = RPL_PART_VALUE;
    follow(&judge, token->part);
    column += gap_width(text, token);
    hards += token->is_hard;
    token->column = column;
    token->hards = hards;
    column += token->width;
  }
}

bool rpl_format_scan(RplArena *arena, RplInterner *interner, RplReport *report,
                     RplSources *sources, uint32_t number,
                     RplFormatText *text) {
  RplTokens tokens;
  Cut cut = {.arena = arena, .out = text};
  *text = (RplFormatText){NULL, 0, 0, NULL, 0, 0};
  if (!rpl_parse_tokens(arena, interner, report, sources, number, &tokens) ||
      !cut_text(&cut, sources, number, &tokens))
    return false;
  judge_gaps(text);
  return true;
}
