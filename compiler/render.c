/* SPDX-License-Identifier: Apache-2.0
 *
 * render.c - diagnostics as text for people and as lines of JSON; SARIF is in
 * render_sarif.c. Nothing here decides what is said, in which order, or where.
 *
 * In this order: cells of characters, pieces of text, the window of a source
 * line, marks, one diagnostic, JSON, the public entry.
 */
#include "compiler/render.h"

/* --------------------------------------------------------------- cells */

typedef struct Range {
  uint32_t first;
  uint32_t last;
} Range;

/* Code points that stand on the one before them: the blocks of combining marks
 * and the marks of the scripts that are most written (Unicode 14, categories Mn
 * and Me), joiners and variation selectors. Sorted. */
static const Range combining[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05BF},
    {0x05C1, 0x05C2}, {0x05C4, 0x05C5}, {0x05C7, 0x05C7}, {0x0610, 0x061A},
    {0x064B, 0x065F}, {0x0670, 0x0670}, {0x06D6, 0x06DC}, {0x06DF, 0x06E4},
    {0x06E7, 0x06E8}, {0x06EA, 0x06ED}, {0x0900, 0x0902}, {0x093A, 0x093A},
    {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D}, {0x0951, 0x0957},
    {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1ACE},
    {0x1DC0, 0x1DFF}, {0x200B, 0x200D}, {0x20D0, 0x20F0}, {0x302A, 0x302D},
    {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF},
};

/* East Asian wide and fullwidth, emoji among them (UAX 11); a few code points
 * between them that are not assigned count as wide too. Sorted. */
static const Range wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},
    {0x23E9, 0x23EC},   {0x23F0, 0x23F0},   {0x23F3, 0x23F3},
    {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653},
    {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},
    {0x26CE, 0x26CE},   {0x26D4, 0x26D4},   {0x26EA, 0x26EA},
    {0x26F2, 0x26F3},   {0x26F5, 0x26F5},   {0x26FA, 0x26FA},
    {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x274E, 0x274E},
    {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},
    {0x27B0, 0x27B0},   {0x27BF, 0x27BF},   {0x2B1B, 0x2B1C},
    {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x303E},
    {0x3041, 0x3247},   {0x3250, 0x4DBF},   {0x4E00, 0xA4CF},
    {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x16FE0, 0x1B2FF}, {0x1F004, 0x1F004},
    {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A},
    {0x1F200, 0x1F265}, {0x1F300, 0x1F320}, {0x1F32D, 0x1F335},
    {0x1F337, 0x1F37C}, {0x1F37E, 0x1F393}, {0x1F3A0, 0x1F3CA},
    {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0}, {0x1F3F4, 0x1F3F4},
    {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC},
    {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F54E}, {0x1F550, 0x1F567},
    {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596}, {0x1F5A4, 0x1F5A4},
    {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC},
    {0x1F6D0, 0x1F6D2}, {0x1F6D5, 0x1F6DF}, {0x1F6EB, 0x1F6EC},
    {0x1F6F4, 0x1F6FC}, {0x1F7E0, 0x1F7F0}, {0x1F90C, 0x1F93A},
    {0x1F93C, 0x1F945}, {0x1F947, 0x1F9FF}, {0x1FA70, 0x1FAFF},
    {0x20000, 0x2FFFD}, {0x30000, 0x3FFFD},
};

/* Characters that are not drawn, or that change how their neighbours are:
 * controls, marks of direction, tags. A source must not be able to show
 * something else than what is compiled. Sorted. */
static const Range hidden[] = {
    {0x0000, 0x001F}, {0x007F, 0x009F}, {0x061C, 0x061C},
    {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069},
    {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0001, 0xE007F},
};

static bool is_in(uint32_t point, const Range *ranges, size_t count) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (ranges[middle].last < point)
      low = middle + 1;
    else
      high = middle;
  }
  return low < count && ranges[low].first <= point;
}

#define IS_IN(point, ranges)                                                   \
  is_in(point, ranges, sizeof(ranges) / sizeof((ranges)[0]))

unsigned rpl_render_cells(uint32_t code_point) {
  if (code_point < 0x300)
    return 1;
  if (IS_IN(code_point, combining))
    return 0;
  return IS_IN(code_point, wide) ? 2 : 1;
}

/* -------------------------------------------------------------- pieces */

/* The longest escape: \u{10ffff}. */
#define ESCAPE_BYTES 10

/* The smallest piece of a text: a code point, or a byte that is none. */
typedef struct Unit {
  size_t bytes;
  unsigned cells;
  bool is_tab;
  size_t escape_length; /* 0: shown as it is */
  char escape[ESCAPE_BYTES];
} Unit;

static void put_escape(Unit *unit, char byte) {
  unit->escape[unit->escape_length++] = byte;
}

static void put_hex(Unit *unit, uint32_t value, unsigned shift) {
  for (;; shift -= 4) {
    put_escape(unit, "0123456789abcdef"[value >> shift & 15]);
    if (!shift)
      return;
  }
}

static void escape_point(Unit *unit, uint32_t point) {
  unsigned shift = 20;
  while (shift && !(point >> shift))
    shift -= 4;
  put_escape(unit, '\\');
  put_escape(unit, 'u');
  put_escape(unit, '{');
  put_hex(unit, point, shift);
  put_escape(unit, '}');
}

static void escape_byte(Unit *unit, char byte) {
  put_escape(unit, '\\');
  put_escape(unit, 'x');
  put_hex(unit, (unsigned char)byte, 4);
}

/* The unit that starts at `at`, which is before the end. */
static Unit unit_at(RplSlice text, size_t at) {
  Unit unit = {.bytes = 1};
  uint32_t point;
  size_t bytes = rpl_utf8_decode(text.data + at, text.length - at, &point);
  if (!bytes)
    escape_byte(&unit, text.data[at]);
  else if (IS_IN(point, hidden))
    escape_point(&unit, point);
  if (bytes)
    unit.bytes = bytes;
  unit.is_tab = bytes && point == '\t';
  unit.cells = unit.is_tab          ? RPL_RENDER_TAB_CELLS
               : unit.escape_length ? (unsigned)unit.escape_length
                                    : rpl_render_cells(point);
  return unit;
}

/* Start of the unit that ends at `at`, which is not 0. */
static size_t unit_before(RplSlice text, size_t at) {
  for (size_t bytes = 1; bytes <= 4 && bytes <= at; bytes++)
    if (rpl_utf8_decode(text.data + at - bytes, bytes, NULL) == bytes)
      return at - bytes;
  return at - 1;
}

/* Cells of the units that start in a stretch of text. */
static size_t cells_between(RplSlice text, size_t begin, size_t end) {
  size_t cells = 0;
  while (begin < end) {
    Unit unit = unit_at(text, begin);
    cells += unit.cells;
    begin += unit.bytes;
  }
  return cells;
}

static void put_repeated(RplBuffer *out, char byte, size_t count) {
  while (count--)
    rpl_buffer_byte(out, byte);
}

/* Appends text with everything escaped that is not for terminals. */
static void put_clean(RplBuffer *out, RplSlice text, bool expands_tabs) {
  for (size_t at = 0; at < text.length;) {
    Unit unit = unit_at(text, at);
    if (unit.is_tab && expands_tabs)
      put_repeated(out, ' ', unit.cells);
    else if (unit.escape_length)
      rpl_buffer_bytes(out, unit.escape, unit.escape_length);
    else
      rpl_buffer_bytes(out, text.data + at, unit.bytes);
    at += unit.bytes;
  }
}

/* -------------------------------------------------------------- window */

/* What is shown of a source line: bytes begin to end. */
typedef struct Window {
  RplSlice line;
  size_t start; /* offset of the line in its source */
  size_t begin;
  size_t end;
} Window;

static size_t cost_at(RplSlice line, size_t at) {
  unsigned cells = unit_at(line, at).cells;
  return cells ? cells : 1;
}

/* Goes on as long as units fit into *budget, and takes their cost off it. */
static size_t walk_right(RplSlice line, size_t at, size_t *budget) {
  while (at < line.length) {
    size_t cost = cost_at(line, at);
    if (cost > *budget)
      break;
    *budget -= cost;
    at += unit_at(line, at).bytes;
  }
  return at;
}

static size_t walk_left(RplSlice line, size_t at, size_t *budget) {
  while (at) {
    size_t before = unit_before(line, at);
    size_t cost = cost_at(line, before);
    if (cost > *budget)
      break;
    *budget -= cost;
    at = before;
  }
  return at;
}

/* The window around a mark that begins at byte `mark` of the line. The work
 * does not depend on the length of the line. */
static void set_window(Window *window, size_t mark) {
  RplSlice line = window->line;
  size_t budget = RPL_RENDER_MAX_CELLS;
  window->begin = 0;
  window->end = walk_right(line, 0, &budget);
  if (window->end == line.length)
    return;
  budget = RPL_RENDER_MAX_CELLS - RPL_RENDER_LEAD_CELLS;
  window->end = walk_right(line, mark, &budget);
  budget += RPL_RENDER_LEAD_CELLS;
  window->begin = walk_left(line, mark, &budget);
  window->end = walk_right(line, window->end, &budget);
}

static bool is_cut_left(const Window *window) { return window->begin > 0; }

static bool is_cut_right(const Window *window) {
  return window->end < window->line.length;
}

/* Byte of the line where an offset of the source stands, at most its end. */
static size_t in_line(const Window *window, uint32_t offset) {
  size_t at = offset > window->start ? offset - window->start : 0;
  return at < window->line.length ? at : window->line.length;
}

static bool is_visible(const Window *window, RplSpan span) {
  size_t at = in_line(window, span.begin);
  return at >= window->begin &&
         (at < window->end || (at == window->end && !is_cut_right(window)));
}

/* --------------------------------------------------------------- marks */

#define ELLIPSIS "\xE2\x80\xA6"

/* Colours of ECMA-48 terminals. */
#define BOLD   "\x1b[1m"
#define RED    "\x1b[1;31m"
#define YELLOW "\x1b[1;33m"
#define BLUE   "\x1b[1;34m"
#define PLAIN  "\x1b[0m"

typedef struct Painter {
  RplBuffer *out;
  RplSources *sources;
  bool is_colored;
  size_t gutter; /* cells of the greatest line number */
} Painter;

static void color(const Painter *painter, const char *escape) {
  if (painter->is_colored)
    rpl_buffer_text(painter->out, escape);
}

static void put_colored(const Painter *painter, const char *escape,
                        const char *text) {
  color(painter, escape);
  rpl_buffer_text(painter->out, text);
  color(painter, PLAIN);
}

static const char *severity_color(RplSeverity severity) {
  return severity == RPL_ERROR ? RED : YELLOW;
}

static const char *severity_text(RplSeverity severity) {
  return severity == RPL_ERROR ? "error" : "warning";
}

static size_t digits_of(uint32_t number) {
  size_t digits = 1;
  for (; number >= 10; number /= 10)
    digits++;
  return digits;
}

/* The margin of a line: a number, or blanks for 0, and the bar. */
static void put_margin(const Painter *painter, uint32_t number) {
  RplBuffer *out = painter->out;
  color(painter, BLUE);
  if (number) {
    put_repeated(out, ' ', painter->gutter - digits_of(number));
    rpl_buffer_unsigned(out, number);
  } else {
    put_repeated(out, ' ', painter->gutter);
  }
  rpl_buffer_text(out, " |");
  color(painter, PLAIN);
}

static void put_source_line(const Painter *painter, const Window *window,
                            uint32_t number) {
  RplBuffer *out = painter->out;
  put_margin(painter, number);
  if (window->end > window->begin) {
    rpl_buffer_byte(out, ' ');
    if (is_cut_left(window))
      rpl_buffer_text(out, ELLIPSIS);
    put_clean(out,
              (RplSlice){window->line.data + window->begin,
                         window->end - window->begin},
              true);
    if (is_cut_right(window))
      rpl_buffer_text(out, ELLIPSIS);
  }
  rpl_buffer_byte(out, '\n');
}

/* The line below a source line that underlines a span, and its remark. What
 * goes on below the line, or past the window, is underlined to its end. */
static void put_mark(const Painter *painter, const Window *window, RplSpan span,
                     char mark, const char *escape, RplSlice remark) {
  RplBuffer *out = painter->out;
  size_t begin = in_line(window, span.begin);
  size_t end = in_line(window, span.end);
  bool goes_on = is_cut_right(window) && end > window->end;
  if (goes_on)
    end = window->end;
  size_t width = cells_between(window->line, begin, end) + (goes_on ? 1 : 0);
  put_margin(painter, 0);
  put_repeated(out, ' ',
               1 + (is_cut_left(window) ? 1u : 0u) +
                   cells_between(window->line, window->begin, begin));
  color(painter, escape);
  put_repeated(out, mark, width ? width : 1);
  if (remark.length) {
    rpl_buffer_byte(out, ' ');
    put_clean(out, remark, false);
  }
  color(painter, PLAIN);
  rpl_buffer_byte(out, '\n');
}

/* ------------------------------------------------------ one diagnostic */

static void put_place(const Painter *painter, const RplDiagLabel *label,
                      const char *arrow) {
  RplBuffer *out = painter->out;
  put_repeated(out, ' ', painter->gutter);
  put_colored(painter, BLUE, arrow);
  rpl_buffer_byte(out, ' ');
  put_clean(out, label->file, false);
  rpl_buffer_byte(out, ':');
  rpl_buffer_unsigned(out, label->line);
  rpl_buffer_byte(out, ':');
  rpl_buffer_unsigned(out, label->column);
  rpl_buffer_byte(out, '\n');
}

static void put_label_mark(const Painter *painter, const RplDiagItem *item,
                           const Window *window, size_t index) {
  put_mark(painter, window, item->spans[index], index ? '-' : '^',
           index ? BLUE : severity_color(item->diag.severity),
           item->diag.labels[index].text);
}

/* Shows the line of a label with its mark and, below, those of later labels
 * that can be seen in it. */
static void put_snippet(const Painter *painter, const RplDiagItem *item,
                        size_t first, bool *is_done) {
  const RplDiagLabel *labels = item->diag.labels;
  uint32_t source = item->spans[first].source, line = labels[first].line;
  Window window = {.line = rpl_source_line(painter->sources, source, line)};
  window.start =
      rpl_sources_at(painter->sources, source)->line_starts[line - 1];
  set_window(&window, in_line(&window, item->spans[first].begin));
  put_place(painter, &labels[first], first ? ":::" : "-->");
  put_margin(painter, 0);
  rpl_buffer_byte(painter->out, '\n');
  put_source_line(painter, &window, line);
  put_label_mark(painter, item, &window, first);
  for (size_t at = first + 1; at < item->diag.label_count; at++) {
    if (is_done[at] || item->spans[at].source != source ||
        labels[at].line != line || !is_visible(&window, item->spans[at]))
      continue;
    put_label_mark(painter, item, &window, at);
    is_done[at] = true;
  }
}

static void put_head(const Painter *painter, const RplDiag *diag) {
  RplBuffer *out = painter->out;
  color(painter, severity_color(diag->severity));
  rpl_buffer_text(out, severity_text(diag->severity));
  rpl_buffer_byte(out, '[');
  rpl_buffer_slice(out, diag->code);
  rpl_buffer_byte(out, ']');
  color(painter, PLAIN);
  color(painter, BOLD);
  rpl_buffer_text(out, ": ");
  put_clean(out, diag->message, false);
  color(painter, PLAIN);
  rpl_buffer_byte(out, '\n');
}

/* Help may have several lines, which stand below each other. */
static void put_help(const Painter *painter, RplSlice help) {
  RplBuffer *out = painter->out;
  put_repeated(out, ' ', painter->gutter + 1);
  put_colored(painter, BLUE, "=");
  rpl_buffer_byte(out, ' ');
  put_colored(painter, BOLD, "help:");
  size_t begin = 0;
  for (size_t at = 0; at <= help.length; at++) {
    if (at < help.length && help.data[at] != '\n')
      continue;
    if (begin)
      put_repeated(out, ' ', painter->gutter + sizeof "= help:");
    rpl_buffer_byte(out, ' ');
    put_clean(out, (RplSlice){help.data + begin, at - begin}, false);
    rpl_buffer_byte(out, '\n');
    begin = at + 1;
  }
}

static void put_diag(Painter *painter, const RplDiagItem *item) {
  const RplDiag *diag = &item->diag;
  bool is_done[RPL_MAX_DIAG_LABELS] = {false};
  painter->gutter = 1;
  for (size_t at = 0; at < diag->label_count; at++)
    if (digits_of(diag->labels[at].line) > painter->gutter)
      painter->gutter = digits_of(diag->labels[at].line);
  put_head(painter, diag);
  for (size_t at = 0; at < diag->label_count; at++)
    if (!is_done[at])
      put_snippet(painter, item, at, is_done);
  if (diag->help.length)
    put_help(painter, diag->help);
}

static void render_text(const RplDiags *diags, RplBuffer *out,
                        bool is_colored) {
  Painter painter = {out, diags->sources, is_colored, 1};
  for (size_t at = 0; at < diags->count; at++) {
    if (at)
      rpl_buffer_byte(out, '\n');
    put_diag(&painter, &diags->items[at]);
  }
  if (diags->dropped_count) {
    rpl_buffer_text(out, "\n... and ");
    rpl_buffer_unsigned(out, diags->dropped_count);
    rpl_buffer_text(out, " more\n");
  }
}

/* ---------------------------------------------------------------- JSON */

static void put_string(RplBuffer *out, const char *key, RplSlice text) {
  rpl_buffer_text(out, key);
  rpl_json_write_string(out, text);
}

static void put_number(RplBuffer *out, const char *key, uint32_t number) {
  rpl_buffer_text(out, key);
  rpl_buffer_unsigned(out, number);
}

/* The members that say where a label is. */
static void put_json_place(RplBuffer *out, const RplDiagLabel *label) {
  put_string(out, "\"file\":", label->file);
  put_number(out, ",\"line\":", label->line);
  put_number(out, ",\"column\":", label->column);
  put_number(out, ",\"end_line\":", label->end_line);
  put_number(out, ",\"end_column\":", label->end_column);
}

static void put_json(RplBuffer *out, const RplDiag *diag) {
  rpl_buffer_text(out, "{\"severity\":\"");
  rpl_buffer_text(out, severity_text(diag->severity));
  put_string(out, "\",\"code\":", diag->code);
  put_string(out, ",\"message\":", diag->message);
  if (diag->help.length)
    put_string(out, ",\"help\":", diag->help);
  if (diag->label_count) {
    rpl_buffer_byte(out, ',');
    put_json_place(out, &diag->labels[0]);
  }
  rpl_buffer_text(out, ",\"labels\":[");
  for (size_t at = 1; at < diag->label_count; at++) {
    rpl_buffer_text(out, at > 1 ? ",{" : "{");
    put_json_place(out, &diag->labels[at]);
    put_string(out, ",\"text\":", diag->labels[at].text);
    rpl_buffer_byte(out, '}');
  }
  rpl_buffer_text(out, "]}\n");
}

/* -------------------------------------------------------------- public */

static bool render(const RplDiags *diags, RplDiagFormat format,
                   RplBuffer *out) {
  switch (format) {
  case RPL_DIAG_TEXT:
  case RPL_DIAG_COLOR:
    render_text(diags, out, format == RPL_DIAG_COLOR);
    return true;
  case RPL_DIAG_JSON:
    for (size_t at = 0; at < diags->count; at++)
      put_json(out, &diags->items[at].diag);
    return true;
  case RPL_DIAG_SARIF:
    rpl_render_sarif(diags, out);
    return true;
  }
  return false;
}

RplStatus rpl_diags_write(const RplDiags *diags, RplDiagFormat format,
                          RplSink sink, void *context) {
  RplBuffer out;
  if (!diags || !sink)
    return RPL_E_ARGUMENT;
  rpl_buffer_init(&out, diags->allocator);
  RplStatus status = RPL_E_ARGUMENT;
  if (render(diags, format, &out))
    status = out.is_failed ? RPL_E_MEMORY : RPL_OK;
  if (status == RPL_OK && out.length)
    status = sink(context, out.data, out.length);
  rpl_buffer_clear(&out);
  return status;
}
