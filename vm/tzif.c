/* SPDX-License-Identifier: Apache-2.0
 * tzif.c - see tzif.h. Layout of a file (RFC 8536, section 3): a header and
 * data with 32-bit times, which are passed over; the same with 64-bit times; a
 * line with the rule for later times. */
#include "vm/tzif.h"

#include <string.h>

#include "vm/civil.h"

#define HEADER_BYTES 44u
#define TYPE_BYTES   6u
#define NEAR_CHANGES 4u /* as many must lie further apart than NEAR_SECONDS */
#define NEAR_SECONDS (4 * RPL_DAY_SECONDS)

bool rpl_zone_is_name(RplSlice text) {
  bool begins = true;
  unsigned parts = 1;
  if (!text.length || text.length > RPL_ZONE_NAME_MAX)
    return false;
  for (size_t i = 0; i < text.length; i++) {
    char c = text.data[i];
    bool is_capital = c >= 'A' && c <= 'Z';
    bool is_other = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                    c == '_' || c == '+' || c == '-';
    if (c == '/' ? begins : !is_capital && (begins || !is_other))
      return false;
    begins = c == '/';
    parts += begins;
  }
  return !begins && parts > 1;
}

/* ---- reading ------------------------------------------------------------ */

typedef struct Counts {
  uint32_t ut, standard, leap, time, type, letters;
} Counts;

/* What is left of the bytes; too little of them leaves it failed. */
typedef struct Reader {
  const uint8_t *bytes;
  size_t size;
  const char *why; /* NULL: nothing is wrong so far */
} Reader;

static bool complain(Reader *reader, const char *why) {
  if (!reader->why)
    reader->why = why;
  return false;
}

/* The next bytes, or NULL when there are not as many. */
static const uint8_t *take(Reader *reader, size_t count) {
  const uint8_t *bytes = reader->bytes;
  if (count > reader->size) {
    complain(reader, "the data is cut short");
    return NULL;
  }
  reader->bytes += count;
  reader->size -= count;
  return bytes;
}

static uint64_t big_endian(const uint8_t *bytes, unsigned count) {
  uint64_t value = 0;
  for (unsigned i = 0; i < count; i++)
    value = value << 8 | bytes[i];
  return value;
}

static int64_t signed_64(const uint8_t *bytes) {
  uint64_t bits = big_endian(bytes, 8);
  int64_t value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static int32_t signed_32(const uint8_t *bytes) {
  uint32_t bits = (uint32_t)big_endian(bytes, 4);
  int32_t value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static bool read_header(Reader *reader, Counts *counts) {
  const uint8_t *header = take(reader, HEADER_BYTES);
  if (!header)
    return false;
  if (memcmp(header, "TZif", 4) != 0)
    return complain(reader, "it is no time zone data");
  if (header[4] < '2' || header[4] > '9')
    return complain(reader, "it is time zone data of version 1");
  uint32_t *const fields[] = {&counts->ut,   &counts->standard,
                              &counts->leap, &counts->time,
                              &counts->type, &counts->letters};
  for (unsigned i = 0; i < 6; i++) {
    *fields[i] = (uint32_t)big_endian(header + 20 + 4 * i, 4);
    if (*fields[i] > RPL_ZONE_MAX_BYTES)
      return complain(reader, "a count is out of range");
  }
  return true;
}

static bool skip_first_part(Reader *reader) {
  Counts counts;
  return read_header(reader, &counts) &&
         take(reader, (size_t)counts.time * 5 + counts.type * TYPE_BYTES +
                          counts.letters + (size_t)counts.leap * 8 +
                          counts.standard + counts.ut);
}

static bool check_counts(Reader *reader, const Counts *counts) {
  if (counts->leap)
    return complain(reader, "it counts leap seconds");
  if (counts->type == 0 || counts->type > 256 || counts->letters == 0 ||
      (counts->ut && counts->ut != counts->type) ||
      (counts->standard && counts->standard != counts->type))
    return complain(reader, "a count is out of range");
  return true;
}

static RplStatus read_changes(Reader *reader, RplArena *arena,
                              const Counts *counts, RplZone *zone) {
  const uint8_t *times = take(reader, (size_t)counts->time * 8);
  const uint8_t *types = take(reader, counts->time);
  if (!times || !types)
    return RPL_E_IO;
  int64_t *at = rpl_arena_array(arena, counts->time, sizeof *at);
  uint8_t *type = rpl_arena_array(arena, counts->time, sizeof *type);
  if (!at || !type)
    return RPL_E_MEMORY;
  for (uint32_t i = 0; i < counts->time && !reader->why; i++) {
    type[i] = types[i];
    at[i] = signed_64(times + (size_t)i * 8);
    if (i && at[i] <= at[i - 1])
      complain(reader, "its changes are not in order");
    else if (at[i] < -(INT64_C(1) << 59) || at[i] > INT64_C(1) << 59)
      complain(reader, "a change is out of range");
    else if (i >= NEAR_CHANGES && at[i] - at[i - NEAR_CHANGES] < NEAR_SECONDS)
      complain(reader, "its changes are too close together");
    if (type[i] >= counts->type)
      complain(reader, "a change is to a time that does not exist");
  }
  zone->count = counts->time;
  zone->at = at;
  zone->type = type;
  return reader->why ? RPL_E_IO : RPL_OK;
}

static RplStatus read_offsets(Reader *reader, RplArena *arena,
                              const Counts *counts, RplZone *zone) {
  const uint8_t *types = take(reader, (size_t)counts->type * TYPE_BYTES);
  if (!types)
    return RPL_E_IO;
  int32_t *offsets = rpl_arena_array(arena, counts->type, sizeof *offsets);
  if (!offsets)
    return RPL_E_MEMORY;
  for (uint32_t i = 0; i < counts->type; i++) {
    const uint8_t *type = types + (size_t)i * TYPE_BYTES;
    offsets[i] = signed_32(type);
    if (offsets[i] < -RPL_OFFSET_MAX_SECONDS ||
        offsets[i] > RPL_OFFSET_MAX_SECONDS)
      complain(reader, "a time is a day or more from UTC");
    if (type[4] > 1 || type[5] >= counts->letters)
      complain(reader, "a time is described wrongly");
  }
  zone->offsets = offsets;
  return reader->why ? RPL_E_IO : RPL_OK;
}

/* A line of its own at the end; it may be empty, when nothing is known. */
static bool read_footer(Reader *reader, RplZone *zone) {
  const char *text = (const char *)reader->bytes;
  size_t size = reader->size;
  if (size < 2 || text[0] != '\n' || text[size - 1] != '\n')
    return complain(reader, "the line at its end is missing");
  RplSlice rule = {text + 1, size - 2};
  zone->has_rule = rule.length > 0;
  if (zone->has_rule && !rpl_tzif_read_rule(rule, &zone->rule))
    return complain(reader, "the rule at its end cannot be read");
  return true;
}

static RplStatus read_zone(Reader *reader, RplArena *arena, RplZone *zone) {
  Counts counts;
  if (!skip_first_part(reader) || !read_header(reader, &counts) ||
      !check_counts(reader, &counts))
    return RPL_E_IO;
  RplStatus status = read_changes(reader, arena, &counts, zone);
  if (!status)
    status = read_offsets(reader, arena, &counts, zone);
  if (status)
    return status;
  if (!take(reader, (size_t)counts.letters + counts.standard + counts.ut) ||
      !read_footer(reader, zone))
    return RPL_E_IO;
  return RPL_OK;
}

RplStatus rpl_tzif_read(RplArena *arena, RplSlice name, const uint8_t *bytes,
                        size_t size, RplZone *zone, const char **why) {
  Reader reader = {bytes, size, NULL};
  memset(zone, 0, sizeof *zone);
  char *copy = rpl_arena_copy(arena, name.data, name.length);
  if (!copy)
    return RPL_E_MEMORY;
  zone->name = (RplSlice){copy, name.length};
  if (size > RPL_ZONE_MAX_BYTES)
    complain(&reader, "it is too large");
  RplStatus status = reader.why ? RPL_E_IO : read_zone(&reader, arena, zone);
  if (status == RPL_E_IO && why)
    *why = reader.why;
  return status;
}

/* ---- asking ------------------------------------------------------------- */

RplZoneSpan rpl_tzif_span(const RplZone *zone, int64_t instant) {
  uint32_t low = 0, high = zone->count; /* changes up to the instant */
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (zone->at[middle] <= instant)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == zone->count && zone->has_rule) {
    RplZoneSpan span = rpl_tzif_rule_span(&zone->rule, instant);
    if (low && span.begin < zone->at[low - 1])
      span.begin = zone->at[low - 1];
    return span;
  }
  return (RplZoneSpan){low ? zone->at[low - 1] : INT64_MIN,
                       low < zone->count ? zone->at[low] : INT64_MAX,
                       zone->offsets[low ? zone->type[low - 1] : 0]};
}

/* Whether all of a span's local times are before `local`. */
static bool is_before(const RplZoneSpan *span, int64_t local) {
  return span->end != INT64_MAX && span->end + span->offset <= local;
}

/* Offsets are less than a day, so nothing before a day earlier comes into
 * question. */
int64_t rpl_tzif_first(const RplZone *zone, int64_t local) {
  RplZoneSpan span = rpl_tzif_span(zone, local - RPL_DAY_SECONDS);
  while (is_before(&span, local))
    span = rpl_tzif_span(zone, span.end);
  int64_t instant = local - span.offset;
  return instant < span.begin ? span.begin : instant;
}

int64_t rpl_tzif_instant(const RplZone *zone, int64_t local, int32_t offset) {
  RplZoneSpan span = rpl_tzif_span(zone, local - RPL_DAY_SECONDS);
  int64_t unchanged = local - span.offset; /* by the clocks before a gap */
  int64_t first = 0;
  bool is_found = false;
  for (;;) {
    int64_t instant = local - span.offset;
    if (is_before(&span, local)) {
      unchanged = instant;
    } else if (instant >= span.begin) { /* and before its end */
      if (span.offset == offset)
        return instant;
      first = is_found ? first : instant;
      is_found = true;
    }
    if (span.end == INT64_MAX || span.end > local + RPL_DAY_SECONDS)
      return is_found ? first : unchanged;
    span = rpl_tzif_span(zone, span.end);
  }
}
