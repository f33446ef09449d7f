/* SPDX-License-Identifier: Apache-2.0
 * parse.c - the scanner's helpers and the run of the parser; see parse.h. */
#include "compiler/parse.h"

#include <string.h>

#include "compiler/allow.h"
#include "rpl.tab.h"
#include "rpl/compile.h"
#include "vm/text.h"

/* Declared by the generated scanner, which has no header of its own. */
int rpl_yylex_init_extra(RplParse *parse, void **scanner);
int rpl_yylex_destroy(void *scanner);
struct yy_buffer_state *rpl_yy_scan_buffer(char *base, size_t size,
                                           void *scanner);

/* ---- scanner helpers ------------------------------------------------------
 */

void rpl_parse_advance(RplParse *parse, RplSpan *span, size_t bytes) {
  span->source = parse->source;
  span->begin = parse->offset;
  parse->offset += (uint32_t)bytes;
  span->end = parse->offset;
  parse->before = parse->last;
  parse->last = parse->offset;
}

void rpl_parse_skip(RplParse *parse, RplSpan *span) {
  parse->last = parse->kept ? parse->kept - 1 : parse->before; /* no token */
  parse->kept = 0;
  span->begin = span->end = parse->offset;
}

void rpl_parse_comment(RplParse *parse, RplSpan span) {
  parse->comment = span.begin;
  parse->kept = parse->before + 1;
}

/* It may silence warnings; elsewhere than in a file there are none. */
void rpl_parse_line_comment(RplParse *parse, RplSpan span, const char *text,
                            size_t length) {
  if (parse->unit && !rpl_allow_read(parse->arena, parse->unit,
                                     (RplSlice){text, length}, span))
    parse->is_out_of_memory = true;
}

int rpl_parse_open_comment(RplParse *parse) {
  RplSpan span = {parse->source, parse->comment, parse->comment + 2};
  rpl_report(parse->report, RPL_DIAG_UNCLOSED_COMMENT, span, NULL);
  rpl_report_help(parse->report, "close it with `*/`", NULL, 0);
  return TOK_END_OF_FILE;
}

int rpl_parse_token(RplParse *parse, int kind) {
  parse->token_kinds[1] = parse->token_kinds[0];
  parse->token_kinds[0] = kind;
  return kind;
}

bool rpl_parse_is_after_months(const RplParse *parse) {
  switch (parse->token_kinds[0]) {
  case TOK_PERIOD:
  case TOK_DURATION: /* the checker says why not */
  case TOK_CLOSE:
  case TOK_NUMBER:
    return true;
  case TOK_NAME:
    break;
  default:
    return false;
  }
  switch (parse->token_kinds[1]) {
  case TOK_PLUS:
  case TOK_MINUS:
  case TOK_STAR:
  case TOK_SLASH:
    return true;
  default:
    return false;
  }
}

RplWord rpl_parse_word(RplParse *parse, RplSpan span, const char *text,
                       size_t length) {
  if (length > RPL_MAX_NAME_BYTES) {
    rpl_report(parse->report, RPL_DIAG_NAME_TOO_LONG, span, "64", NULL);
    length = RPL_MAX_NAME_BYTES;
    while (length && ((unsigned char)text[length] & 0xC0) == 0x80)
      length--; /* do not cut a code point */
  }
  RplName name = rpl_intern(parse->interner, (RplSlice){text, length});
  if (!name)
    parse->is_out_of_memory = true;
  return (RplWord){name, span};
}

RplSlice rpl_parse_slice(RplParse *parse, RplSpan span) {
  return rpl_span_text(parse->sources, span);
}

/* Undoes the escapes of a literal; the result is never longer. Braces keep
 * their backslash: texts with placeholders read it later. */
int rpl_parse_text(RplParse *parse, RplSpan span, RPL_YYSTYPE *value) {
  RplSlice raw = rpl_span_text(parse->sources, span);
  if (raw.length - 2 > RPL_MAX_TEXT_BYTES) {
    rpl_report(parse->report, RPL_DIAG_TEXT_TOO_LONG, span, "4096", NULL);
    raw.length = 2;
  }
  char *text = rpl_arena_alloc(parse->arena, raw.length);
  if (!text) {
    parse->is_out_of_memory = true;
    return TOK_RPL_YYerror;
  }
  size_t length = 0;
  for (size_t i = 1; i + 1 < raw.length; i++) {
    char c = raw.data[i];
    if (c == '\\') {
      c = raw.data[++i];
      if (c == 'n') {
        c = '\n';
      } else if (c == '{' || c == '}') {
        text[length++] = '\\';
      } else if (c != '"' && c != '\\') {
        RplSpan at = {span.source, span.begin + (uint32_t)i - 1,
                      span.begin + (uint32_t)i + 1};
        RplSlice escape = rpl_span_text(parse->sources, at);
        rpl_report_add(parse->report, RPL_DIAG_BAD_ESCAPE, at, &escape, 1);
        rpl_report_help(parse->report, "a text knows \\\" \\\\ \\n and \\{ \\}",
                        NULL, 0);
      }
    }
    text[length++] = c;
  }
  value->TOK_TEXT = (RplTextNode){{text, length}, span};
  return TOK_TEXT;
}

int rpl_parse_open_text(RplParse *parse, RplSpan span) {
  rpl_report(parse->report, RPL_DIAG_UNCLOSED_TEXT, span, NULL);
  rpl_report_help(parse->report, "close it with `\"` on the same line", NULL,
                  0);
  return TOK_RPL_YYerror;
}

static int bad_token(RplParse *parse, RplDiagCode code, RplSpan span) {
  RplSlice text = rpl_span_text(parse->sources, span);
  rpl_report_add(parse->report, code, span, &text, 1);
  return TOK_RPL_YYerror;
}

int rpl_parse_bad_number(RplParse *parse, RplSpan span) {
  bad_token(parse, RPL_DIAG_BAD_NUMBER, span);
  rpl_report_help(
      parse->report,
      "durations are written 7d, 36h, 90min, 30s; periods, which do "
      "not mix with them, 1y2mo; names start with a letter",
      NULL, 0);
  return TOK_RPL_YYerror;
}

int rpl_parse_bad_time(RplParse *parse, RplSpan span) {
  RplSlice arguments[2] = {rpl_span_text(parse->sources, span),
                           rpl_slice("a time needs seconds and an offset")};
  rpl_report_add(parse->report, RPL_DIAG_BAD_DATE, span, arguments, 2);
  rpl_report_help(parse->report,
                  "write 2026-03-02T09:30:00Z or 2026-03-02T17:30:00+08:00",
                  NULL, 0);
  return TOK_RPL_YYerror;
}

static bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

/* The same name as names are written: isLate becomes is_late. */
int rpl_parse_bad_name(RplParse *parse, RplSpan span) {
  RplSlice text = rpl_span_text(parse->sources, span);
  bad_token(parse, RPL_DIAG_BAD_NAME, span);
  if (text.length > RPL_MAX_NAME_BYTES)
    return TOK_RPL_YYerror;
  RplBuffer name;
  rpl_buffer_init(&name, parse->arena->allocator);
  for (size_t i = 0; i < text.length; i++) {
    char c = text.data[i];
    bool begins = is_capital(c) && i && !is_capital(text.data[i - 1]) &&
                  text.data[i - 1] != '_';
    rpl_buffer_text(&name, begins ? "_" : "");
    rpl_buffer_byte(&name, is_capital(c) ? (char)(c - 'A' + 'a') : c);
  }
  RplSlice view = rpl_buffer_view(&name);
  rpl_report_help(parse->report, "names are in lower case: `{}`", &view, 1);
  rpl_buffer_clear(&name);
  return TOK_RPL_YYerror;
}

/* Characters that editors and keyboards put in the place of others. */
static const char *const lookalikes[][2] = {
    {"\xEF\xBC\x9B", "write `;`"},
    {"\xEF\xBC\x8C", "write `,`"},
    {"\xEF\xBC\x9A", "write `:`"},
    {"\xEF\xBC\x88", "write `(`"},
    {"\xEF\xBC\x89", "write `)`"},
    {"\xE2\x80\x9C", "write `\"`"},
    {"\xE2\x80\x9D", "write `\"`"},
    {"\xE2\x80\x98", "write `\"`"},
    {"\xE2\x80\x99", "write `\"`"},
    {"'", "write `\"`"},
    {"\xE2\x88\x92", "write `-`"},
    {"\xE2\x80\x93", "write `-`"},
    {"\xC3\x97", "write `*`"},
    {"\xC3\xB7", "write `/`"},
    {"\xE2\x89\xA4", "write `<=`"},
    {"\xE2\x89\xA5", "write `>=`"},
    {"\xE2\x89\xA0", "write `!=`"},
    {"&", "write `and`"},
    {"|", "write `or`"},
    {"!", "write `not`"},
    {"#", "comments begin with `//`"},
    {"\xC2\xA0", "write a plain space"},
    {"\xE3\x80\x80", "write a plain space"},
    {"\xEF\xBB\xBF", "save the file without a byte order mark"}};

int rpl_parse_bad_character(RplParse *parse, RplSpan span) {
  RplSlice text = rpl_span_text(parse->sources, span);
  bad_token(parse, RPL_DIAG_BAD_CHARACTER, span);
  for (size_t i = 0; i < sizeof lookalikes / sizeof *lookalikes; i++)
    if (rpl_slice_is(text, lookalikes[i][0]))
      rpl_report_help(parse->report, lookalikes[i][1], NULL, 0);
  return TOK_RPL_YYerror;
}

void *rpl_parse_alloc(RplParse *parse, size_t bytes) {
  size_t need = (bytes + 15) & ~(size_t)15;
  if (need < bytes || need > sizeof parse->scanner_memory - parse->scanner_used)
    return NULL;
  void *block = parse->scanner_memory + parse->scanner_used;
  parse->scanner_used += need;
  return block;
}

/* ---- mistakes of the grammar ----------------------------------------------
 */

void rpl_parse_too_deep(RplParse *parse, RplSpan span) {
  rpl_report(parse->report, RPL_DIAG_TOO_DEEP, span, "4000 open constructs",
             NULL);
  rpl_report_help(parse->report, "give parts of it names with `let`", NULL, 0);
}

void rpl_parse_too_high(RplParse *parse, RplSpan span) {
  RplSpan end = {span.source, span.end - 1, span.end};
  rpl_report(parse->report, RPL_DIAG_TOO_DEEP, end, "4096 levels", NULL);
  rpl_report_help(parse->report, "give parts of it names with `let`", NULL, 0);
}

void rpl_parse_twice(RplParse *parse, RplSpan span) {
  rpl_report(parse->report, RPL_DIAG_TWICE, span, NULL);
}

static bool has(const char *const *names, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(names[i], name) == 0)
      return true;
  return false;
}

/* Words for what could stand here: a short list as it is; of a long one only
 * what helps, since nobody reads forty tokens. */
static const char *in_short(const char *const *names, size_t count) {
  bool operators = has(names, count, "`+`");
  if (has(names, count, "`;`"))
    return operators ? "an operator or `;`" : "`;`";
  if (has(names, count, "a number"))
    return has(names, count, "`)`") ? "an expression or `)`" : "an expression";
  if (operators && has(names, count, "`)`"))
    return "an operator or `)`";
  if (operators && has(names, count, "`then`"))
    return "an operator or `then`";
  if (operators && has(names, count, "`else`"))
    return "an operator or `else`";
  if (has(names, count, "`{`"))
    return "`{`";
  if (operators && has(names, count, "the end of the file"))
    return "an operator or the end";
  return has(names, count, "`fact`") ? "a statement" : "something else";
}

static void describe(RplBuffer *out, const char *const *names, size_t count) {
  enum { FEW = 4 };
  if (count > FEW || count == 0) {
    rpl_buffer_text(out, in_short(names, count));
    return;
  }
  for (size_t i = 0; i < count; i++) {
    if (i)
      rpl_buffer_text(out, i + 1 == count ? " or " : ", ");
    rpl_buffer_text(out, names[i]);
  }
}

static bool is_word(const char *found) {
  return found[0] == '`' && found[1] >= 'a' && found[1] <= 'z';
}

static bool is_comparison(const char *found) {
  static const char *const all[] = {"`==`", "`!=`", "`<=`", "`>=`",     "`<`",
                                    "`>`",  "`is`", "`in`", "`between`"};
  return has(all, sizeof all / sizeof *all, found);
}

/* What an author most likely meant; NULL where nothing is likely. */
static const char *advice(const char *found, const char *const *expected,
                          size_t count) {
  if (strcmp(found, "`=`") == 0 && has(expected, count, "`==`"))
    return "to compare, write `==`";
  if (is_comparison(found) && has(expected, count, "`and`"))
    return "comparisons do not chain: write `a < b and b < c`";
  if (strcmp(found, "`business days`") == 0)
    return "write `2 business days after d`, or `x within 2 business days of y "
           "in ZONE`";
  if (is_word(found) && has(expected, count, "a name") && count <= 2)
    return "words of the language cannot be names";
  return count > 1 && has(expected, count, "`;`") ? "a statement ends with `;`"
                                                  : NULL;
}

/* A number and a word for a unit: `1 month`, `7 days`. */
static const char *unit_advice(const RplParse *parse, RplSpan span) {
  static const char *const units[] = {
      "second", "seconds", "minute", "minutes", "hour",   "hours", "day",
      "days",   "week",    "weeks",  "month",   "months", "year",  "years"};
  RplSlice word = rpl_span_text(parse->sources, span);
  if (parse->token_kinds[1] != TOK_NUMBER)
    return NULL;
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (rpl_slice_is(word, units[i]))
      return "durations are written 7d, 36h, 90min, 30s; months and years 3mo, "
             "1y";
  return NULL;
}

/* A month-end rule that was misspelt where one could stand; else empty. */
static RplSlice near_month_end(const RplParse *parse, RplSpan span,
                               const char *const *expected, size_t count) {
  RplSlice rules[] = {rpl_slice("clamp"), rpl_slice("next"),
                      rpl_slice("strict")};
  if (!has(expected, count, "`clamp`"))
    return (RplSlice){NULL, 0};
  return rpl_nearest(rpl_span_text(parse->sources, span), rules, 3);
}

/* What was found, in the author's own words where they are his. */
static void put_found(RplParse *parse, RplBuffer *out, RplSpan span,
                      const char *found) {
  RplSlice text = rpl_span_text(parse->sources, span);
  bool own = found[0] == 'a' && strcmp(found, "a text") != 0;
  if (own && text.length && text.length <= RPL_MAX_NAME_BYTES) {
    rpl_buffer_byte(out, '`');
    rpl_buffer_slice(out, text);
    rpl_buffer_byte(out, '`');
  } else {
    rpl_buffer_text(out, found);
  }
}

/* Where a `;` is missing at the end of a line, the mistake is there and not on
 * the next line. */
static RplSpan missing_end(const RplParse *parse, RplSpan span, bool at_end) {
  uint32_t end = at_end ? parse->last : parse->before;
  RplSpan between = {span.source, end, span.end};
  RplSlice text = rpl_span_text(parse->sources, between);
  if (end && text.length && memchr(text.data, '\n', text.length))
    span.begin = span.end = end;
  return span;
}

void rpl_parse_syntax(RplParse *parse, RplSpan span, const char *found,
                      const char *const *expected, size_t count) {
  RplBuffer was, words;
  const char *help = advice(found, expected, count);
  RplSlice rule = near_month_end(parse, span, expected, count);
  const char *unit = unit_advice(parse, span);
  help = unit ? unit : help;
  rpl_buffer_init(&was, parse->arena->allocator);
  rpl_buffer_init(&words, parse->arena->allocator);
  put_found(parse, &was, span, found);
  describe(&words, expected, count);
  RplSlice arguments[2] = {rpl_buffer_view(&was), rpl_buffer_view(&words)};
  if (has(expected, count, "`;`"))
    span = missing_end(parse, span, strcmp(found, "the end of the file") == 0);
  else if (span.begin == span.end && span.begin > 0)
    span.begin--; /* the end of the file: mark the last byte */
  rpl_report_add(parse->report, RPL_DIAG_SYNTAX, span, arguments, 2);
  if (rule.length)
    rpl_report_help(parse->report, "did you mean `{}`?", &rule, 1);
  else if (help)
    rpl_report_help(parse->report, help, NULL, 0);
  rpl_buffer_clear(&was);
  rpl_buffer_clear(&words);
}

/* ---- running --------------------------------------------------------------
 */

static bool check_text(RplReport *report, uint32_t number, RplSlice text) {
  size_t bad = 0;
  RplSpan span = {number, 0, 0};
  if (text.length > RPL_MAX_SOURCE_BYTES) {
    rpl_report(report, RPL_DIAG_SOURCE_TOO_LONG, span, "16777216", NULL);
    return false;
  }
  if (!rpl_utf8_check(text.data, text.length, &bad)) {
    span.begin = (uint32_t)bad;
    span.end = span.begin + 1;
    rpl_report(report, RPL_DIAG_BAD_UTF8, span, NULL);
    rpl_report_help(report, "save the file as UTF-8", NULL, 0);
    return false;
  }
  const char *nul = text.length ? memchr(text.data, 0, text.length) : NULL;
  if (nul) {
    span.begin = (uint32_t)(nul - text.data);
    span.end = span.begin + 1;
    rpl_report(report, RPL_DIAG_NUL_BYTE, span, NULL);
    return false;
  }
  return true;
}

static void close_scanner(RplParse *parse, void *scanner) {
  const RplAllocator *allocator = parse->arena->allocator;
  if (scanner)
    rpl_yylex_destroy(scanner);
  (void)allocator->reallocate(allocator->context, parse->copy,
                              parse->copy_bytes, 0);
  parse->copy = NULL;
}

/* A scanner over a private copy that ends in the two zero bytes that it wants,
 * and into which it writes; nothing points into it when the scanner is closed.
 * NULL when memory is short. */
static void *open_scanner(RplParse *parse, RplSlice text) {
  const RplAllocator *allocator = parse->arena->allocator;
  void *scanner = NULL;
  parse->copy_bytes = text.length + 2;
  parse->copy =
      allocator->reallocate(allocator->context, NULL, 0, parse->copy_bytes);
  if (!parse->copy)
    return NULL;
  if (text.length)
    memcpy(parse->copy, text.data, text.length);
  memset(parse->copy + text.length, 0, 2);
  if (rpl_yylex_init_extra(parse, &scanner) == 0 &&
      rpl_yy_scan_buffer(parse->copy, parse->copy_bytes, scanner))
    return scanner;
  close_scanner(parse, scanner);
  return NULL;
}

/* False when memory is short. */
static bool run(RplParse *parse, RplSlice text) {
  if (text.length > RPL_MAX_SOURCE_BYTES)
    return true; /* reported */
  void *scanner = open_scanner(parse, text);
  if (!scanner)
    return false;
  int result = rpl_yyparse(scanner, parse);
  close_scanner(parse, scanner);
  /* 2 is an overfull stack, which was reported, or no memory for it */
  if (result == 2 && rpl_report_error_count(parse->report) == 0)
    return false;
  return !parse->is_out_of_memory && !rpl_report_failed(parse->report);
}

static RplParse *new_parse(RplArena *arena, RplInterner *interner,
                           RplReport *report, RplSources *sources,
                           uint32_t number) {
  RplParse *parse = rpl_arena_alloc(arena, sizeof *parse);
  if (parse) {
    parse->arena = arena;
    parse->interner = interner;
    parse->report = report;
    parse->sources = sources;
    parse->source = number;
  }
  return parse;
}

bool rpl_parse_unit(RplArena *arena, RplInterner *interner, RplReport *report,
                    RplSources *sources, uint32_t number, RplUnit *unit) {
  RplSlice text = rpl_sources_at(sources, number)->text;
  *unit = (RplUnit){.source = number};
  RplParse *parse = new_parse(arena, interner, report, sources, number);
  if (!parse)
    return false;
  if (!check_text(report, number, text))
    return !rpl_report_failed(report);
  parse->unit = unit;
  parse->start_token = TOK_START_UNIT;
  return run(parse, text);
}

bool rpl_parse_expression(RplArena *arena, RplInterner *interner,
                          RplReport *report, RplSources *sources,
                          uint32_t number, RplExpr **expression) {
  RplSlice text = rpl_sources_at(sources, number)->text;
  RplParse *parse = new_parse(arena, interner, report, sources, number);
  if (!parse)
    return false;
  parse->expression = rpl_ast_poison(parse, (RplSpan){number, 0, 0});
  bool ok = true;
  if (check_text(report, number, text)) {
    parse->start_token = TOK_START_EXPRESSION;
    ok = run(parse, text);
  }
  *expression = parse->expression;
  return ok && !rpl_report_failed(report);
}

bool rpl_parse_tokens(RplArena *arena, RplInterner *interner, RplReport *report,
                      RplSources *sources, uint32_t number, RplTokens *tokens) {
  RplParse *parse = new_parse(arena, interner, report, sources, number);
  void *scanner =
      parse ? open_scanner(parse, rpl_sources_at(sources, number)->text) : NULL;
  RPL_YYSTYPE value;
  RplToken token;
  *tokens = (RplTokens){NULL, 0, 0};
  if (!scanner)
    return false;
  bool ok = true;
  while (ok && (token.kind = rpl_yylex(&value, &token.span, scanner)) != 0) {
    RplToken *items = rpl_arena_grow(arena, tokens->items, tokens->count,
                                     &tokens->capacity, sizeof *items);
    ok = items && !parse->is_out_of_memory;
    if (!ok)
      break;
    tokens->items = items;
    items[tokens->count++] = token;
  }
  close_scanner(parse, scanner);
  return ok;
}

/* ---- names built from several tokens ---------------------------------------
 */

RplWord rpl_ast_dotted(RplParse *parse, RplWord head, RplWord tail) {
  RplSlice first = rpl_name_text(parse->interner, head.name);
  RplSlice last = rpl_name_text(parse->interner, tail.name);
  RplSpan span = rpl_span_join(head.span, tail.span);
  size_t length = first.length + 1 + last.length;
  if (length > 2 * RPL_MAX_NAME_BYTES) {
    rpl_report(parse->report, RPL_DIAG_NAME_TOO_LONG, span, "128", NULL);
    return (RplWord){head.name, span};
  }
  char text[2 * RPL_MAX_NAME_BYTES];
  memcpy(text, first.data, first.length);
  text[first.length] = '.';
  memcpy(text + first.length + 1, last.data, last.length);
  RplName name = rpl_intern(parse->interner, (RplSlice){text, length});
  if (!name)
    parse->is_out_of_memory = true;
  return (RplWord){name, span};
}

/* Splits "CMS-GEN-01" into "CMS-GEN-" and its number; false without one. */
static bool clause_number(RplSlice text, size_t *prefix, unsigned *number) {
  *prefix = text.length;
  *number = 0;
  unsigned scale = 1;
  while (*prefix && text.data[*prefix - 1] >= '0' &&
         text.data[*prefix - 1] <= '9' && scale <= 1000) {
    *number += (unsigned)(text.data[--*prefix] - '0') * scale;
    scale *= 10;
  }
  return *prefix < text.length;
}

RplWords rpl_ast_clause_range(RplParse *parse, RplWords list, RplWord first,
                              RplWord last) {
  RplSlice a = rpl_name_text(parse->interner, first.name);
  RplSlice b = rpl_name_text(parse->interner, last.name);
  RplSpan span = rpl_span_join(first.span, last.span);
  size_t prefix, prefix_b;
  unsigned from, to;
  bool fits = clause_number(a, &prefix, &from) &&
              clause_number(b, &prefix_b, &to) && prefix == prefix_b &&
              a.length == b.length && from <= to &&
              memcmp(a.data, b.data, prefix) == 0;
  if (!fits) {
    rpl_report(parse->report, RPL_DIAG_BAD_CLAUSE_RANGE, span, NULL);
    rpl_report_help(parse->report,
                    "only the number at the end grows: `A-01 to A-09`", NULL,
                    0);
    return list;
  }
  char text[RPL_MAX_NAME_BYTES];
  memcpy(text, a.data, a.length);
  for (unsigned n = from; n <= to; n++) {
    unsigned rest = n;
    for (size_t i = a.length; i > prefix; i--, rest /= 10)
      text[i - 1] = (char)('0' + rest % 10);
    RplName name = rpl_intern(parse->interner, (RplSlice){text, a.length});
    if (!name)
      parse->is_out_of_memory = true;
    list = rpl_ast_words(parse, list, (RplWord){name, span});
  }
  return list;
}
