/* SPDX-License-Identifier: Apache-2.0
 * format.c - lays tokens out in lines; see format.h. A stretch of tokens that
 * fits on the line goes there. One that does not is broken at its loosest gaps,
 * and its pieces are treated in the same way, two columns further in. */
#include "compiler/format.h"

#include "compiler/compile.h"
#include "compiler/parse.h"
#include "rpl.tab.h"

typedef struct Layout {
  const RplFormatText *text;
  RplBuffer *out;
  size_t column; /* code points on the line so far */
} Layout;

/* ---- bytes --------------------------------------------------------------- */

static void put(Layout *layout, RplSlice text) {
  rpl_buffer_slice(layout->out, text);
  layout->column += rpl_utf8_count(text.data, text.length);
}

static void put_newline(Layout *layout, size_t indent) {
  rpl_buffer_byte(layout->out, '\n');
  for (size_t i = 0; i < indent; i++)
    rpl_buffer_byte(layout->out, ' ');
  layout->column = indent;
}

/* A comment as it is, but without blanks and returns at the ends of lines. */
static void put_comment(Layout *layout, RplSlice text) {
  size_t blanks = 0; /* held back: they may be the last of a line */
  for (size_t i = 0; i < text.length; i++) {
    char c = text.data[i];
    bool is_blank = c == ' ' || c == '\t' || c == '\r';
    if (is_blank) {
      blanks++;
      continue;
    }
    if (c != '\n')
      rpl_buffer_bytes(layout->out, text.data + i - blanks, blanks);
    blanks = 0;
    rpl_buffer_byte(layout->out, c);
  }
  layout->column += rpl_utf8_count(text.data, text.length);
}

/* ---- gaps ---------------------------------------------------------------- */

/* The gap before a token inside a statement: its comments where they were, and
 * then a line end, if one is asked for or a comment needs it, or a space. */
static void put_gap(Layout *layout, size_t at, bool is_break, size_t indent) {
  const RplFormatToken *token = &layout->text->tokens[at];
  bool needs_break = is_break;
  for (size_t i = 0; i < token->comment_count; i++) {
    const RplFormatComment *comment =
        &layout->text->comments[token->comment + i];
    bool is_last = i + 1 == token->comment_count;
    uint32_t lines = is_last ? token->lines : comment[1].lines;
    if (comment->lines)
      put_newline(layout, indent);
    else
      put(layout, rpl_slice(comment->is_line ? "  " : " "));
    put_comment(layout, comment->text);
    if (comment->is_line || comment->has_breaks || (comment->lines && lines))
      needs_break = true;
    else if (comment->lines)
      needs_break = false; /* the token shares the comment's own line */
  }
  if (needs_break)
    put_newline(layout, indent);
  else if (token->has_space)
    put(layout, rpl_slice(" "));
}

/* Whether the comment is at the end of the line of a statement before it: no
 * token follows it there. */
static bool is_trailing(const RplFormatText *text, const RplFormatToken *token,
                        size_t index) {
  for (size_t i = index; i < token->comment_count; i++) {
    const RplFormatComment *comment = &text->comments[token->comment + i];
    if (i > index && comment->lines)
      return true;
    if (comment->is_line)
      return true;
  }
  return token->lines || !token->kind;
}

/* The gap before a statement, a closing brace or the end of the text. Ends
 * where the token is to stand; at the end of the text after the last line. */
static void put_boundary(Layout *layout, size_t at, size_t indent) {
  const RplFormatText *text = layout->text;
  const RplFormatToken *token = &text->tokens[at];
  bool after_open = at && token[-1].kind == TOK_BEGIN;
  bool is_start = !layout->out->length; /* nothing to end */
  bool is_same = at != 0; /* still on the line of what is before */
  size_t inner = indent + (token->kind == TOK_END ? 2 : 0);
  bool is_beside = false;
  for (size_t i = 0; i < token->comment_count; i++) {
    const RplFormatComment *comment = &text->comments[token->comment + i];
    bool is_last = i + 1 == token->comment_count;
    is_same = is_same && !comment->lines && is_trailing(text, token, i);
    if (is_same || is_beside) {
      put(layout, rpl_slice(is_same || comment->is_line ? "  " : " "));
    } else if (!is_start) {
      if (comment->lines > 1 && !after_open)
        rpl_buffer_byte(layout->out, '\n');
      put_newline(layout, inner);
    }
    put_comment(layout, comment->text);
    is_start = after_open = false;
    uint32_t lines = is_last ? token->lines : comment[1].lines;
    is_beside = !comment->is_line && !lines && !is_same;
  }
  if (!token->kind) {
    if (!is_start)
      put_newline(layout, 0);
    return;
  }
  if (is_beside && token->kind != TOK_END) {
    put(layout, rpl_slice(" "));
    return;
  }
  if (is_start)
    return;
  if (token->lines > 1 && !after_open && token->kind != TOK_END)
    rpl_buffer_byte(layout->out, '\n');
  put_newline(layout, indent);
}

/* ---- stretches ----------------------------------------------------------- */

/* Tokens from first to last, both included. */
typedef struct Stretch {
  size_t first;
  size_t last;
} Stretch;

static size_t width_of(const Layout *layout, Stretch stretch) {
  const RplFormatToken *tokens = layout->text->tokens;
  return tokens[stretch.last].column + tokens[stretch.last].width -
         tokens[stretch.first].column;
}

/* Whether the stretch fits on a line from `column` on. */
static bool fits(const Layout *layout, Stretch stretch, size_t column) {
  const RplFormatToken *tokens = layout->text->tokens;
  return tokens[stretch.first].hards == tokens[stretch.last].hards &&
         column + width_of(layout, stretch) <= RPL_FORMAT_COLUMNS;
}

/* The loosest level inside; RPL_GAP_NONE without one. */
static uint16_t loosest(const Layout *layout, Stretch stretch) {
  uint16_t level = RPL_GAP_NONE;
  for (size_t i = stretch.first + 1; i <= stretch.last; i++)
    if (layout->text->tokens[i].level < level)
      level = layout->text->tokens[i].level;
  return level;
}

/* The next piece of a stretch: from `at` up to the next gap of that level. */
static Stretch next_piece(const Layout *layout, Stretch stretch, size_t at,
                          uint16_t level) {
  Stretch piece = {at, at};
  while (piece.last < stretch.last &&
         layout->text->tokens[piece.last + 1].level != level)
    piece.last++;
  return piece;
}

/* Whether a line ends at every gap of that level if it ends at one. */
static bool is_choice(uint16_t level) {
  uint16_t kind = level % RPL_GAP_NEST;
  return level != RPL_GAP_NONE &&
         (kind == RPL_GAP_ELSE || kind == RPL_GAP_THEN);
}

static void put_plain(Layout *layout, Stretch stretch, size_t indent) {
  for (size_t i = stretch.first; i <= stretch.last; i++) {
    if (i > stretch.first)
      put_gap(layout, i, false, indent);
    put(layout, layout->text->tokens[i].text);
  }
}

static void put_stretch(Layout *layout, Stretch stretch, size_t indent,
                        unsigned wraps);

/* Whether a piece that is not the first begins a line. */
static bool begins_line(const Layout *layout, Stretch piece, uint16_t level) {
  const RplFormatToken *token = &layout->text->tokens[piece.first];
  return is_choice(level) || token->is_hard ||
         !fits(layout, piece, layout->column + token->has_space);
}

/* Fills lines with pieces; after one that took several, a new line begins. */
static void put_pieces(Layout *layout, Stretch stretch, uint16_t level,
                       size_t indent, unsigned wraps) {
  bool was_broken = false;
  for (size_t at = stretch.first; at <= stretch.last;) {
    Stretch piece = next_piece(layout, stretch, at, level);
    if (at > stretch.first)
      put_gap(layout, at, was_broken || begins_line(layout, piece, level),
              indent);
    was_broken = !fits(layout, piece, layout->column);
    put_stretch(layout, piece, indent + 2, wraps);
    at = piece.last + 1;
  }
}

/* Puts a stretch at the current column; its further lines are indented by
 * `indent`. */
static void put_stretch(Layout *layout, Stretch stretch, size_t indent,
                        unsigned wraps) {
  uint16_t level = RPL_GAP_NONE;
  if (!fits(layout, stretch, layout->column) && wraps < RPL_FORMAT_MAX_WRAPS)
    level = loosest(layout, stretch);
  if (level == RPL_GAP_NONE)
    put_plain(layout, stretch, indent);
  else
    put_pieces(layout, stretch, level, indent, wraps + 1);
}

/* ---- statements ---------------------------------------------------------- */

static Stretch find_part(const Layout *layout, Stretch statement, size_t at) {
  Stretch part = {at, at};
  while (part.last < statement.last &&
         layout->text->tokens[part.last + 1].part < RPL_PART_JOIN)
    part.last++;
  return part;
}

/* The value of a let or a definition: on a line of its own if that is enough or
 * if it is a choice, otherwise broken where it is. */
static void put_value(Layout *layout, Stretch value, size_t indent) {
  const RplFormatToken *token = &layout->text->tokens[value.first];
  bool is_short = fits(layout, value, layout->column + token->has_space);
  bool is_own = !is_short && (fits(layout, value, indent) ||
                              is_choice(loosest(layout, value)));
  put_gap(layout, value.first, is_own, indent);
  put_stretch(layout, value, indent, 0);
}

/* Everything before the first part; true if it stayed on one line. */
static bool put_head(Layout *layout, Stretch head, size_t indent) {
  bool is_short = fits(layout, head, layout->column);
  size_t value = head.first + 1;
  while (value <= head.last &&
         layout->text->tokens[value].part != RPL_PART_VALUE)
    value++;
  if (is_short || value > head.last) {
    put_stretch(layout, head, indent, 0);
  } else {
    put_stretch(layout, (Stretch){head.first, value - 1}, indent, 0);
    put_value(layout, (Stretch){value, head.last}, indent);
  }
  return is_short;
}

/* Whether the parts so far let this one join their line. */
static bool joins(const Layout *layout, Stretch part, bool is_open) {
  const RplFormatToken *token = &layout->text->tokens[part.first];
  return is_open && token->part == RPL_PART_JOIN && !token->is_hard &&
         fits(layout, part, layout->column + token->has_space);
}

/* The clauses of a source, which are all that follows its title. */
static bool is_source(const Layout *layout, Stretch part) {
  return layout->text->tokens[part.first].kind == TOK_CLAUSE;
}

static void put_statement(Layout *layout, Stretch statement, size_t indent) {
  if (fits(layout, statement, layout->column)) {
    put_plain(layout, statement, indent);
    return;
  }
  Stretch part = find_part(layout, statement, statement.first);
  bool has_more = part.last < statement.last ||
                  layout->text->tokens[statement.last].kind == TOK_BEGIN;
  bool is_open = put_head(layout, part, indent + (has_more ? 4 : 2));
  while (part.last < statement.last) {
    part = find_part(layout, statement, part.last + 1);
    bool is_same = joins(layout, part, is_open);
    put_gap(layout, part.first, !is_same, indent + 2);
    is_open = layout->text->tokens[part.first].part == RPL_PART_JOIN &&
              fits(layout, part, layout->column);
    put_stretch(layout, part, indent + (is_source(layout, part) ? 2 : 4), 0);
  }
}

/* ---- the whole text ------------------------------------------------------ */

static Stretch find_statement(const RplFormatText *text, size_t at) {
  Stretch statement = {at, at};
  while (statement.last + 1 < text->count) {
    int kind = text->tokens[statement.last].kind;
    if (kind == TOK_SEMICOLON || kind == TOK_BEGIN || kind == TOK_END)
      break;
    statement.last++;
  }
  return statement;
}

static size_t indent_of(size_t blocks) {
  size_t indent = 2 * blocks;
  return indent < RPL_FORMAT_MAX_INDENT ? indent : RPL_FORMAT_MAX_INDENT;
}

void rpl_format_put(const RplFormatText *text, RplBuffer *out) {
  Layout layout = {text, out, 0};
  size_t blocks = 0;
  for (size_t at = 0; at < text->count;) {
    Stretch statement = find_statement(text, at);
    if (text->tokens[at].kind == TOK_END)
      blocks--;
    put_boundary(&layout, at, indent_of(blocks));
    put_statement(&layout, statement, indent_of(blocks));
    if (text->tokens[statement.last].kind == TOK_BEGIN)
      blocks++;
    at = statement.last + 1;
  }
  put_boundary(&layout, text->count, 0);
}

/* ---- the public function ------------------------------------------------- */

static RplStatus lay_out(RplCompiler *compiler, const RplFormatText *text,
                         RplSlice *formatted) {
  RplBuffer out;
  rpl_buffer_init(&out, compiler->allocator);
  rpl_format_put(text, &out);
  RplSlice view = rpl_buffer_view(&out);
  char *copy = out.is_failed
                   ? NULL
                   : rpl_arena_copy(&compiler->arena, view.data, view.length);
  rpl_buffer_clear(&out);
  if (!copy)
    return RPL_E_MEMORY;
  *formatted = (RplSlice){copy, view.length};
  return RPL_OK;
}

/* Parses for the sake of the mistakes alone: how many there are now. */
static bool find_mistakes(RplCompiler *compiler, uint32_t number,
                          size_t *count) {
  RplUnit unit;
  size_t before = rpl_report_error_count(compiler->report);
  if (!rpl_parse_unit(&compiler->arena, &compiler->interner, compiler->report,
                      &compiler->sources, number, &unit) ||
      !rpl_report_finish(compiler->report))
    return false;
  *count = rpl_report_error_count(compiler->report) - before;
  return true;
}

/* LIMIT: spans have 32-bit offsets; longer texts are refused before copying. */
static RplStatus refuse_long(RplCompiler *compiler) {
  rpl_report(compiler->report, RPL_DIAG_SOURCE_TOO_LONG, (RplSpan){0},
             "16777216", NULL);
  return rpl_report_finish(compiler->report) ? RPL_E_COMPILE : RPL_E_MEMORY;
}

RplStatus rpl_compiler_format(RplCompiler *compiler, RplSlice shown,
                              RplSlice text, RplSlice *formatted) {
  RplFormatText cut;
  size_t mistakes = 0;
  if (!compiler || !formatted || (text.length && !text.data))
    return RPL_E_ARGUMENT;
  if (text.length > RPL_MAX_SOURCE_BYTES)
    return refuse_long(compiler);
  const char *name = rpl_arena_copy(&compiler->arena, shown.data, shown.length);
  const char *copy = rpl_arena_copy(&compiler->arena, text.data, text.length);
  if (!name || !copy)
    return RPL_E_MEMORY;
  shown.data = name;
  uint32_t number = rpl_sources_add(&compiler->sources, shown, shown,
                                    (RplSlice){copy, text.length});
  if (!number || !find_mistakes(compiler, number, &mistakes))
    return RPL_E_MEMORY;
  if (mistakes)
    return RPL_E_COMPILE;
  if (!rpl_format_scan(&compiler->arena, &compiler->interner, compiler->report,
                       &compiler->sources, number, &cut))
    return RPL_E_MEMORY;
  return lay_out(compiler, &cut, formatted);
}
