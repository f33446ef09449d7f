/* SPDX-License-Identifier: Apache-2.0
 *
 * tzif.h - one named time zone: read from TZif bytes (RFC 8536, version 2 and
 * later), asked for its distance from UTC at an instant, and for the instant at
 * which its clocks show a time. It opens no file (vm/zones.h) and knows no
 * calendar but through vm/civil.h.
 *
 * All times are int64 seconds: instants since 1970-01-01T00:00:00Z, and *local*
 * ones, which count what clocks show as if that were UTC. Both may be any whose
 * day lies in the years 0001 to 9999, and a few days more.
 *
 * INVARIANT: a zone that was read is never changed, so threads share it.
 */
#ifndef RPL_VM_TZIF_H
#define RPL_VM_TZIF_H

#include "rpl/zones.h"
#include "vm/arena.h"

#include <stdbool.h>

/* LIMIT: length of a zone's name. */
#define RPL_ZONE_NAME_MAX ((size_t)64)

/* A day of each year on which clocks change, and when on that day. */
typedef struct RplZoneDay {
  char form;       /* 'M': month, week, day; 'J': 1 .. 365, no leap day;
                      '0': 0 .. 365 */
  int32_t month;   /* 1 .. 12 */
  int32_t week;    /* 1 .. 5; 5: the last one */
  int32_t day;     /* M: 0 (Sunday) .. 6; else the day of the year */
  int32_t seconds; /* after midnight of that day, -167 h .. 167 h */
} RplZoneDay;

/* What holds after the last change that is listed: a POSIX TZ string. */
typedef struct RplZoneRule {
  int32_t standard; /* seconds east of UTC */
  int32_t summer;   /* the same, when is_summer_kept */
  bool is_summer_kept;
  RplZoneDay start; /* of summer, by standard clocks */
  RplZoneDay end;   /* of summer, by summer clocks */
} RplZoneRule;

typedef struct RplZone {
  RplSlice name;
  uint32_t count;         /* of changes */
  const int64_t *at;      /* instants of changes, ascending */
  const uint8_t *type;    /* by change: index into offsets */
  const int32_t *offsets; /* seconds east of UTC; offsets[0] is the first */
  bool has_rule;
  RplZoneRule rule;
  const struct RplZone *next; /* in the list of its owner */
} RplZone;

/* A time through which a zone keeps its distance from UTC: [begin, end). */
typedef struct RplZoneSpan {
  int64_t begin; /* INT64_MIN: ever before */
  int64_t end;   /* INT64_MAX: ever after */
  int32_t offset;
} RplZoneSpan;

/* Whether a text has the form of a zone's name: parts that begin with a capital
 * letter and hold letters, digits, `_`, `+` and `-`, at least two, with slashes
 * between them; RPL_ZONE_NAME_MAX bytes. No such name leads out of a folder. */
bool rpl_zone_is_name(RplSlice text);

/* Reads the data of a zone into *zone, whose arrays are in `arena`; the name is
 * copied. Any bytes may be given. RPL_OK, RPL_E_MEMORY, or RPL_E_IO and in *why
 * (may be NULL) a static phrase that says what is wrong with the data. Refused
 * are, beside what breaks RFC 8536: version 1, leap seconds, offsets of a day
 * or more, and five changes within four days. */
RPL_MUST_CHECK RplStatus rpl_tzif_read(RplArena *arena, RplSlice name,
                                       const uint8_t *bytes, size_t size,
                                       RplZone *zone, const char **why);

/* Reads a POSIX TZ string, "CET-1CEST,M3.5.0,M10.5.0/3"; a summer time needs
 * its two days. False for anything else. */
bool rpl_tzif_read_rule(RplSlice text, RplZoneRule *rule);

/* The span of a rule or zone that holds an instant. That of a rule may be cut
 * short where both sides have one offset. */
RplZoneSpan rpl_tzif_rule_span(const RplZoneRule *rule, int64_t instant);
RplZoneSpan rpl_tzif_span(const RplZone *zone, int64_t instant);

/* The first instant from which clocks show `local` or later. Where clocks skip
 * it, that is the change; where they show it twice, the first time. */
int64_t rpl_tzif_first(const RplZone *zone, int64_t local);

/* The instant at which clocks show `local`. Where they show it twice, the one
 * at which they are `offset` from UTC if there is one, else the first. Where
 * they skip it, the one at which clocks that had not been changed would show
 * it. */
int64_t rpl_tzif_instant(const RplZone *zone, int64_t local, int32_t offset);

#endif /* RPL_VM_TZIF_H */
