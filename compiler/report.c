/* SPDX-License-Identifier: Apache-2.0
 * report.c - see report.h. Diagnostics are kept in the order in which they
 * came; rpl_report_finish makes a sorted view of them, which is what the public
 * sees. */
#include "compiler/report.h"

#include <stdarg.h>
#include <string.h>

#include "rpl/compile.h"
#include "vm/text.h"

#include "compiler/render.h"

typedef struct Entry {
  RplDiagCode code;
  RplSlice message;
  RplSlice help;
  size_t label_count; /* 0: no place */
  RplSpan spans[RPL_MAX_DIAG_LABELS];
  RplSlice texts[RPL_MAX_DIAG_LABELS];
} Entry;

struct RplReport {
  RplDiags view; /* as of the last finish */
  RplArena *arena;
  Entry *entries;
  size_t count;
  size_t capacity;
  size_t error_count;
  size_t dropped_count;
  bool is_open;   /* help and labels go to the last entry */
  bool is_failed; /* memory was short */
};

/* --------------------------------------------------------------- codes */

static const struct {
  const char *code;
  RplSeverity severity;
  const char *message;
} diag_table[RPL_DIAG_COUNT] = {
#define DIAG(id, code, severity, message) {code, RPL_##severity, message},
#include "compiler/diags.def"
#undef DIAG
};

const char *rpl_diag_code(RplDiagCode code) { return diag_table[code].code; }

RplSeverity rpl_diag_severity(RplDiagCode code) {
  return diag_table[code].severity;
}

const char *rpl_diag_template(RplDiagCode code) {
  return diag_table[code].message;
}

RplSlice rpl_slice(const char *text) { return rpl_slice_from(text); }

/* ---------------------------------------------------------- collecting */

RplReport *rpl_report_new(RplArena *arena, RplSources *sources) {
  RplReport *report = rpl_arena_alloc(arena, sizeof *report);
  if (!report)
    return NULL;
  report->arena = arena;
  report->view.allocator = arena->allocator;
  report->view.sources = sources;
  return report;
}

/* Fills the holes of a template; the text is the arena's. */
/* A cut argument ends at a whole code point. */
static void put_argument(RplBuffer *buffer, RplSlice argument) {
  size_t length = argument.length;
  bool is_cut = length > RPL_MAX_DIAG_ARGUMENT_BYTES;
  if (is_cut)
    for (length = RPL_MAX_DIAG_ARGUMENT_BYTES;
         length && ((unsigned char)argument.data[length] & 0xC0) == 0x80;)
      length--;
  rpl_buffer_slice(buffer, (RplSlice){argument.data, length});
  rpl_buffer_text(buffer, is_cut ? "..." : "");
}

static bool expand(RplReport *report, const char *template,
                   const RplSlice *arguments, size_t count, RplSlice *text) {
  RplBuffer buffer;
  rpl_buffer_init(&buffer, report->arena->allocator);
  const char *rest = template;
  for (size_t used = 0; used < count; used++) {
    const char *hole = strstr(rest, "{}");
    if (!hole)
      break;
    rpl_buffer_bytes(&buffer, rest, (size_t)(hole - rest));
    put_argument(&buffer, arguments[used]);
    rest = hole + 2;
  }
  rpl_buffer_text(&buffer, rest);
  RplSlice view = rpl_buffer_view(&buffer);
  char *copy = buffer.is_failed
                   ? NULL
                   : rpl_arena_copy(report->arena, view.data, view.length);
  *text = (RplSlice){copy, copy ? view.length : 0};
  rpl_buffer_clear(&buffer);
  if (!copy)
    report->is_failed = true;
  return copy;
}

static RplSpan tidy(RplSpan span) {
  if (!span.source)
    return (RplSpan){0, 0, 0};
  if (span.end < span.begin)
    span.end = span.begin;
  return span;
}

/* True if the same was said before: at that place or, without one, in the same
 * words (two files that cannot be read are two mistakes). */
static bool is_known(const RplReport *report, RplDiagCode code, RplSpan span,
                     RplSlice message) {
  for (size_t at = 0; at < report->count; at++) {
    const Entry *entry = &report->entries[at];
    const RplSpan *other = &entry->spans[0];
    if (entry->code == code && other->source == span.source &&
        other->begin == span.begin && other->end == span.end &&
        (span.source || rpl_slice_equal(entry->message, message)))
      return true;
  }
  return false;
}

static void append(RplReport *report, RplDiagCode code, RplSpan span,
                   RplSlice message) {
  Entry *entries = rpl_arena_grow(report->arena, report->entries, report->count,
                                  &report->capacity, sizeof *entries);
  if (!entries) {
    report->is_failed = true;
    return;
  }
  report->entries = entries;
  Entry *entry = &entries[report->count++];
  memset(entry, 0, sizeof *entry);
  entry->code = code;
  entry->message = message;
  entry->spans[0] = span;
  entry->label_count = span.source ? 1 : 0;
  report->is_open = true;
}

/* Takes the last warning away to make room for an error. */
static bool drop_warning(RplReport *report) {
  for (size_t at = report->count; at-- > 0;) {
    if (rpl_diag_severity(report->entries[at].code) == RPL_ERROR)
      continue;
    memmove(&report->entries[at], &report->entries[at + 1],
            (report->count - at - 1) * sizeof *report->entries);
    report->count--;
    report->dropped_count++;
    return true;
  }
  return false;
}

void rpl_report_add(RplReport *report, RplDiagCode code, RplSpan span,
                    const RplSlice *arguments, size_t count) {
  RplSlice message = {NULL, 0};
  report->is_open = false;
  span = tidy(span);
  if (span.source && is_known(report, code, span, message))
    return;
  bool is_full = report->count >= RPL_MAX_DIAGNOSTICS;
  if (is_full && rpl_diag_severity(code) == RPL_ERROR)
    is_full = !drop_warning(report);
  bool is_made = !is_full && expand(report, rpl_diag_template(code), arguments,
                                    count, &message);
  if (is_made && !span.source && is_known(report, code, span, message))
    return;
  /* An error that is not kept still is one: the build must fail. */
  if (rpl_diag_severity(code) == RPL_ERROR)
    report->error_count++;
  if (is_full)
    report->dropped_count++;
  else if (is_made)
    append(report, code, span, message);
}

void rpl_report(RplReport *report, RplDiagCode code, RplSpan span, ...) {
  RplSlice arguments[RPL_MAX_DIAG_ARGUMENTS];
  size_t count = 0;
  va_list list;
  va_start(list, span);
  while (count < RPL_MAX_DIAG_ARGUMENTS) {
    const char *text = va_arg(list, const char *);
    if (!text)
      break;
    arguments[count++] = rpl_slice_from(text);
  }
  va_end(list);
  rpl_report_add(report, code, span, arguments, count);
}

bool rpl_report_is_open(const RplReport *report) { return report->is_open; }

void rpl_report_help(RplReport *report, const char *help,
                     const RplSlice *arguments, size_t count) {
  RplSlice text;
  if (report->is_open && expand(report, help, arguments, count, &text))
    report->entries[report->count - 1].help = text;
}

void rpl_report_label(RplReport *report, RplSpan span, const char *text,
                      const RplSlice *arguments, size_t count) {
  RplSlice remark;
  if (!report->is_open || !span.source)
    return;
  Entry *entry = &report->entries[report->count - 1];
  if (!entry->label_count || entry->label_count >= RPL_MAX_DIAG_LABELS ||
      !expand(report, text, arguments, count, &remark))
    return;
  entry->spans[entry->label_count] = tidy(span);
  entry->texts[entry->label_count++] = remark;
}

size_t rpl_report_error_count(const RplReport *report) {
  return report->error_count;
}

bool rpl_report_failed(const RplReport *report) { return report->is_failed; }

void rpl_report_clear(RplReport *report) {
  report->count = 0;
  report->error_count = 0;
  report->dropped_count = 0;
  report->is_open = false;
  report->is_failed = false;
  report->view.items = NULL;
  report->view.count = 0;
  report->view.error_count = 0;
  report->view.dropped_count = 0;
}

/* ----------------------------------------------------------- finishing */

static int compare_numbers(uint32_t left, uint32_t right) {
  return (left > right) - (left < right);
}

static int compare_entries(const Entry *left, const Entry *right) {
  const RplSpan *a = &left->spans[0], *b = &right->spans[0];
  int order = compare_numbers(a->source, b->source);
  if (!order)
    order = compare_numbers(a->begin, b->begin);
  if (!order)
    order = compare_numbers(a->end, b->end);
  return order ? order
               : strcmp(rpl_diag_code(left->code), rpl_diag_code(right->code));
}

/* Insertion keeps equals in their order, and there are few entries. */
static void sort_entries(const RplReport *report, const Entry **sorted) {
  for (size_t count = 0; count < report->count; count++) {
    const Entry *entry = &report->entries[count];
    size_t at = count;
    for (; at && compare_entries(sorted[at - 1], entry) > 0; at--)
      sorted[at] = sorted[at - 1];
    sorted[at] = entry;
  }
}

/* Works out lines and columns of a place. */
static bool place_label(RplSources *sources, RplSpan span, RplSlice text,
                        RplDiagLabel *label) {
  const RplSource *source = rpl_sources_at(sources, span.source);
  label->file = source->shown.length ? source->shown : source->file;
  label->text = text;
  return rpl_source_position(sources, span.source, span.begin, &label->line,
                             &label->column) &&
         rpl_source_position(sources, span.source, span.end, &label->end_line,
                             &label->end_column);
}

static bool make_item(const RplReport *report, const Entry *entry,
                      RplDiagItem *item) {
  RplDiagLabel *labels =
      rpl_arena_array(report->arena, entry->label_count, sizeof *labels);
  /* A copy: entries move when their array grows. */
  RplSpan *spans =
      rpl_arena_array(report->arena, entry->label_count, sizeof *spans);
  if (!labels || !spans)
    return false;
  for (size_t at = 0; at < entry->label_count; at++) {
    spans[at] = entry->spans[at];
    if (!place_label(report->view.sources, spans[at], entry->texts[at],
                     &labels[at]))
      return false;
  }
  item->code = entry->code;
  item->spans = spans;
  item->diag = (RplDiag){rpl_diag_severity(entry->code),
                         rpl_slice(rpl_diag_code(entry->code)),
                         entry->message,
                         entry->help,
                         entry->label_count ? labels : NULL,
                         entry->label_count};
  return true;
}

static bool make_view(RplReport *report) {
  const Entry **sorted =
      rpl_arena_array(report->arena, report->count, sizeof *sorted);
  RplDiagItem *items =
      rpl_arena_array(report->arena, report->count, sizeof *items);
  if (!sorted || !items)
    return false;
  sort_entries(report, sorted);
  for (size_t at = 0; at < report->count; at++)
    if (!make_item(report, sorted[at], &items[at]))
      return false;
  report->view.items = items;
  report->view.count = report->count;
  report->view.error_count = report->error_count;
  report->view.dropped_count = report->dropped_count;
  return true;
}

bool rpl_report_finish(RplReport *report) {
  if (!report->is_failed && !make_view(report))
    report->is_failed = true;
  return !report->is_failed;
}

const RplDiags *rpl_report_diags(const RplReport *report) {
  return &report->view;
}

size_t rpl_diags_count(const RplDiags *diags) { return diags->count; }

size_t rpl_diags_error_count(const RplDiags *diags) {
  return diags->error_count;
}

const RplDiag *rpl_diags_at(const RplDiags *diags, size_t index) {
  return index < diags->count ? &diags->items[index].diag : NULL;
}

/* ------------------------------------------------------------- nearest */

#define TOO_FAR   (RPL_NEAREST_MAX_DISTANCE + 1)
#define ROW_CELLS (RPL_NEAREST_MAX_BYTES + RPL_NEAREST_MAX_DISTANCE + 1)

static unsigned least(unsigned left, unsigned right) {
  return left < right ? left : right;
}

/* One row of the table of Wagner and Fischer, only its cells within the
 * greatest distance of the diagonal: all others are too far anyway (Ukkonen).
 * `row` is the number of bytes of `word` used, from 1. Returns the least cell.
 */
static unsigned next_row(RplSlice word, RplSlice other, size_t row,
                         const unsigned *above, unsigned *cells) {
  size_t first =
      row > RPL_NEAREST_MAX_DISTANCE + 1 ? row - RPL_NEAREST_MAX_DISTANCE : 1;
  size_t last = row + RPL_NEAREST_MAX_DISTANCE;
  if (last > other.length)
    last = other.length;
  cells[first - 1] = first == 1 ? least((unsigned)row, TOO_FAR) : TOO_FAR;
  unsigned lowest = cells[first - 1];
  for (size_t at = first; at <= last; at++) {
    bool is_same = word.data[row - 1] == other.data[at - 1];
    unsigned cell = above[at - 1] + (is_same ? 0 : 1);
    cell = least(cell, least(above[at], cells[at - 1]) + 1);
    cells[at] = least(cell, TOO_FAR);
    lowest = least(lowest, cells[at]);
  }
  if (last < other.length)
    cells[last + 1] = TOO_FAR; /* the row below looks there */
  return lowest;
}

/* Levenshtein's distance, or TOO_FAR if it is greater than the greatest. */
static unsigned distance(RplSlice word, RplSlice other) {
  unsigned rows[2][ROW_CELLS];
  if (other.length > word.length + RPL_NEAREST_MAX_DISTANCE ||
      word.length > other.length + RPL_NEAREST_MAX_DISTANCE)
    return TOO_FAR;
  for (size_t at = 0; at <= other.length; at++)
    rows[0][at] = least((unsigned)at, TOO_FAR);
  for (size_t row = 1; row <= word.length; row++)
    if (next_row(word, other, row, rows[(row - 1) % 2], rows[row % 2]) >=
        TOO_FAR)
      return TOO_FAR;
  return rows[word.length % 2][other.length];
}

RplSlice rpl_nearest(RplSlice word, const RplSlice *candidates, size_t count) {
  RplSlice nearest = {NULL, 0};
  if (word.length > RPL_NEAREST_MAX_BYTES || count > RPL_NEAREST_MAX_CANDIDATES)
    return nearest;
  unsigned best = word.length < TOO_FAR ? (unsigned)word.length : TOO_FAR;
  for (size_t at = 0; at < count && best; at++) {
    unsigned found = distance(word, candidates[at]);
    if (found < best) {
      best = found;
      nearest = candidates[at];
    }
  }
  return nearest;
}
