/* SPDX-License-Identifier: Apache-2.0
 *
 * render_sarif.c - diagnostics as SARIF 2.1.0 (OASIS), the form that code
 * review sites take. Only what they read is written: the tool with the rules
 * that occur, and results with their places. One line, keys in a fixed order.
 */
#include "compiler/render.h"

#include <string.h>

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

typedef struct Sarif {
  RplBuffer *out;
  RplBuffer scratch; /* a string before it is quoted */
} Sarif;

/* Quotes what is in scratch and empties it. */
static void write_scratch(Sarif *sarif) {
  rpl_json_write_string(sarif->out, rpl_buffer_view(&sarif->scratch));
  if (sarif->scratch.is_failed)
    sarif->out->is_failed = true;
  else
    rpl_buffer_reset(&sarif->scratch);
}

static void write_number(RplBuffer *out, const char *key, uint64_t number) {
  rpl_buffer_text(out, key);
  rpl_buffer_unsigned(out, number);
}

/* Appends message text: in it braces stand for arguments unless they are
 * doubled (section 3.11.5). */
static void add_message(Sarif *sarif, RplSlice text) {
  for (size_t at = 0; at < text.length; at++) {
    char byte = text.data[at];
    rpl_buffer_byte(&sarif->scratch, byte);
    if (byte == '{' || byte == '}')
      rpl_buffer_byte(&sarif->scratch, byte);
  }
}

/* A template for people: its holes become an ellipsis. */
static void write_template(Sarif *sarif, const char *text) {
  const char *hole;
  for (; (hole = strstr(text, "{}")); text = hole + 2) {
    rpl_buffer_bytes(&sarif->scratch, text, (size_t)(hole - text));
    rpl_buffer_text(&sarif->scratch, "\xE2\x80\xA6");
  }
  rpl_buffer_text(&sarif->scratch, text);
  write_scratch(sarif);
}

/* True for what stands in a URI as it is (RFC 3986: unreserved, and the slash
 * between the parts of a path). */
static bool is_plain_in_uri(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' ||
         byte == '_' || byte == '~' || byte == '/';
}

static void write_uri(Sarif *sarif, RplSlice path) {
  static const char digits[] = "0123456789ABCDEF";
  for (size_t at = 0; at < path.length; at++) {
    char byte = path.data[at];
    unsigned value = (unsigned char)byte;
    if (is_plain_in_uri(byte)) {
      rpl_buffer_byte(&sarif->scratch, byte);
    } else {
      rpl_buffer_byte(&sarif->scratch, '%');
      rpl_buffer_byte(&sarif->scratch, digits[value >> 4]);
      rpl_buffer_byte(&sarif->scratch, digits[value & 15]);
    }
  }
  write_scratch(sarif);
}

static void write_place(Sarif *sarif, const RplDiagLabel *label) {
  RplBuffer *out = sarif->out;
  rpl_buffer_text(out, "\"physicalLocation\":{\"artifactLocation\":{\"uri\":");
  write_uri(sarif, label->file);
  write_number(out, "},\"region\":{\"startLine\":", label->line);
  write_number(out, ",\"startColumn\":", label->column);
  write_number(out, ",\"endLine\":", label->end_line);
  write_number(out, ",\"endColumn\":", label->end_column);
  rpl_buffer_text(out, "}}");
}

static void write_locations(Sarif *sarif, const RplDiag *diag) {
  RplBuffer *out = sarif->out;
  if (!diag->label_count)
    return;
  rpl_buffer_text(out, ",\"locations\":[{");
  write_place(sarif, &diag->labels[0]);
  rpl_buffer_text(out, "}]");
  if (diag->label_count == 1)
    return;
  rpl_buffer_text(out, ",\"relatedLocations\":[");
  for (size_t at = 1; at < diag->label_count; at++) {
    write_number(out, at > 1 ? ",{\"id\":" : "{\"id\":", at);
    rpl_buffer_byte(out, ',');
    write_place(sarif, &diag->labels[at]);
    rpl_buffer_text(out, ",\"message\":{\"text\":");
    add_message(sarif, diag->labels[at].text);
    write_scratch(sarif);
    rpl_buffer_text(out, "}}");
  }
  rpl_buffer_byte(out, ']');
}

static void write_result(Sarif *sarif, const RplDiag *diag, size_t rule) {
  RplBuffer *out = sarif->out;
  rpl_buffer_text(out, "{\"ruleId\":");
  rpl_json_write_string(out, diag->code);
  write_number(out, ",\"ruleIndex\":", rule);
  rpl_buffer_text(out, ",\"level\":");
  rpl_buffer_text(out,
                  diag->severity == RPL_ERROR ? "\"error\"" : "\"warning\"");
  rpl_buffer_text(out, ",\"message\":{\"text\":");
  add_message(sarif, diag->message);
  if (diag->help.length) {
    rpl_buffer_text(&sarif->scratch, "\nhelp: ");
    add_message(sarif, diag->help);
  }
  write_scratch(sarif);
  rpl_buffer_byte(out, '}');
  write_locations(sarif, diag);
  rpl_buffer_byte(out, '}');
}

/* Writes the rules that occur, in the order of the table, and notes the index
 * of each. */
static void write_rules(Sarif *sarif, const RplDiags *diags, size_t *indices) {
  bool is_used[RPL_DIAG_COUNT] = {false};
  size_t count = 0;
  for (size_t at = 0; at < diags->count; at++)
    is_used[diags->items[at].code] = true;
  for (size_t code = 0; code < RPL_DIAG_COUNT; code++) {
    if (!is_used[code])
      continue;
    rpl_buffer_text(sarif->out, count ? ",{\"id\":" : "{\"id\":");
    rpl_json_write_string(sarif->out,
                          rpl_slice(rpl_diag_code((RplDiagCode)code)));
    rpl_buffer_text(sarif->out, ",\"shortDescription\":{\"text\":");
    write_template(sarif, rpl_diag_template((RplDiagCode)code));
    rpl_buffer_text(sarif->out, "}}");
    indices[code] = count++;
  }
}

void rpl_render_sarif(const RplDiags *diags, RplBuffer *out) {
  size_t indices[RPL_DIAG_COUNT] = {0};
  Sarif sarif = {.out = out};
  rpl_buffer_init(&sarif.scratch, diags->allocator);
  rpl_buffer_text(out, "{\"$schema\":\"" SCHEMA "\",\"version\":\"2.1.0\","
                       "\"runs\":[{\"tool\":{\"driver\":{\"name\":\"rplc\","
                       "\"version\":\"" RPL_VERSION "\",\"rules\":[");
  write_rules(&sarif, diags, indices);
  rpl_buffer_text(out,
                  "]}},\"columnKind\":\"unicodeCodePoints\",\"results\":[");
  for (size_t at = 0; at < diags->count; at++) {
    if (at)
      rpl_buffer_byte(out, ',');
    write_result(&sarif, &diags->items[at].diag,
                 indices[diags->items[at].code]);
  }
  rpl_buffer_byte(out, ']');
  if (diags->dropped_count) {
    write_number(out, ",\"properties\":{\"dropped\":", diags->dropped_count);
    rpl_buffer_byte(out, '}');
  }
  rpl_buffer_text(out, "}]}\n");
  rpl_buffer_clear(&sarif.scratch);
}
