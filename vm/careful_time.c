/* SPDX-License-Identifier: Apache-2.0
 * careful_time.c - see careful_time.h. A period is an int32 of months, so sums
 * and products are worked out in 64 bits and then must fit. */
#include "vm/careful_time.h"

#include "vm/civil.h"

static RplValue out_of_range(uint32_t origin) {
  return rpl_value_error(RPL_ERROR_OUT_OF_RANGE, origin);
}

/* ---- periods ------------------------------------------------------------ */

static RplValue period(int64_t months, uint32_t origin) {
  if (months < INT32_MIN || months > INT32_MAX)
    return out_of_range(origin);
  return rpl_value_small(RPL_KIND_PERIOD, months);
}

static RplValue scale(const RplValue *months, const RplValue *factor,
                      uint32_t origin) {
  int64_t times, product;
  if (months->as.integer == 0)
    return *months; /* whatever the factor, which may be past 64 bits */
  if (!rpl_number_to_int64(factor->as.number, &times) ||
      __builtin_mul_overflow(months->as.integer, times, &product))
    return out_of_range(origin);
  return period(product, origin);
}

/* ---- dates by months ---------------------------------------------------- */

static RplValue add_months(const RplValue *date, const RplValue *months,
                           RplMonthEnd rule, uint32_t origin) {
  int64_t result = 0;
  RplTimeError why = RPL_TIME_OK;
  if (rpl_date_add_months(date->as.integer, (int32_t)months->as.integer, rule,
                          &result, &why))
    return rpl_value_small(RPL_KIND_DATE, result);
  return why == RPL_TIME_MONTH_END
             ? rpl_value_error(RPL_ERROR_NO_SUCH_DAY, origin)
             : out_of_range(origin);
}

/* ---- clocks ------------------------------------------------------------- */

static int64_t floor_seconds(int64_t micros) {
  return micros / RPL_SECOND_MICROS - (micros % RPL_SECOND_MICROS < 0);
}

/* Seconds by which clocks of the zone are ahead of UTC at an instant. */
static int32_t offset_at(const RplValue *zone, int64_t instant) {
  const RplZone *named = rpl_value_named_zone(zone);
  return named ? rpl_tzif_span(named, floor_seconds(instant)).offset
               : (int32_t)zone->as.integer;
}

static RplValue datetime(int64_t instant, uint32_t origin) {
  if (instant < RPL_DATETIME_MIN || instant > RPL_DATETIME_MAX)
    return out_of_range(origin);
  return rpl_value_small(RPL_KIND_DATETIME, instant);
}

static RplValue date_of(const RplValue *instant, const RplValue *zone,
                        uint32_t origin) {
  int64_t day = 0;
  if (!rpl_date_of(instant->as.integer, offset_at(zone, instant->as.integer),
                   &day))
    return out_of_range(origin);
  return rpl_value_small(RPL_KIND_DATE, day);
}

static RplValue start_of(const RplValue *date, const RplValue *zone,
                         uint32_t origin) {
  const RplZone *named = rpl_value_named_zone(zone);
  int64_t local = date->as.integer * RPL_DAY_SECONDS;
  int64_t instant =
      named ? rpl_tzif_first(named, local) : local - zone->as.integer;
  return datetime(instant * RPL_SECOND_MICROS, origin);
}

/* The clock of the zone at `instant`, set to another day. */
static RplValue at_time(const RplValue *date, const RplValue *instant,
                        const RplValue *zone, uint32_t origin) {
  const RplZone *named = rpl_value_named_zone(zone);
  int32_t offset = offset_at(zone, instant->as.integer);
  int64_t clock =
      (instant->as.integer + offset * RPL_SECOND_MICROS) % RPL_DAY_MICROS;
  if (clock < 0)
    clock += RPL_DAY_MICROS;
  int64_t local =
      date->as.integer * RPL_DAY_SECONDS + clock / RPL_SECOND_MICROS;
  int64_t second =
      named ? rpl_tzif_instant(named, local, offset) : local - offset;
  return datetime(second * RPL_SECOND_MICROS + clock % RPL_SECOND_MICROS,
                  origin);
}

/* ---- business days ------------------------------------------------------- */

static RplValue outside_calendar(uint32_t origin) {
  return rpl_value_error(RPL_ERROR_OUTSIDE_CALENDAR, origin);
}

/* More days than 64 bits count are past the end of any calendar. */
static RplValue add_business(const RplValue *count, const RplValue *date,
                             const RplCalendar *calendar, uint32_t origin) {
  int64_t days = INT64_MAX, result = 0;
  if (rpl_number_sign(count->as.number) < 0)
    return out_of_range(origin);
  if (!rpl_number_to_int64(count->as.number, &days))
    days = INT64_MAX;
  if (!rpl_calendar_add(calendar, date->as.integer, days, &result))
    return outside_calendar(origin);
  return rpl_value_small(RPL_KIND_DATE, result);
}

static RplValue is_business_in(const RplValue *date,
                               const RplCalendar *calendar, uint32_t origin) {
  bool is_business = false;
  if (!rpl_calendar_is_business(calendar, date->as.integer, &is_business))
    return outside_calendar(origin);
  return rpl_value_boolean(is_business);
}

RplValue rpl_careful_time(uint8_t op, const RplValue *a, const RplValue *b,
                          const RplValue *c, uint32_t origin) {
  switch ((RplOp)op) {
  case RPL_OP_DATE_OF:
    return date_of(a, b, origin);
  case RPL_OP_START_OF:
    return start_of(a, b, origin);
  case RPL_OP_ADD_P:
    return period(a->as.integer + b->as.integer, origin);
  case RPL_OP_SUB_P:
    return period(a->as.integer - b->as.integer, origin);
  case RPL_OP_NEG_P:
    return period(-a->as.integer, origin);
  case RPL_OP_MUL_PN:
    return scale(a, b, origin);
  case RPL_OP_MUL_NP:
    return scale(b, a, origin);
  case RPL_OP_MONTHS_CLAMP:
    return add_months(a, b, RPL_MONTH_END_CLAMP, origin);
  case RPL_OP_MONTHS_NEXT:
    return add_months(a, b, RPL_MONTH_END_NEXT, origin);
  case RPL_OP_MONTHS_STRICT:
    return add_months(a, b, RPL_MONTH_END_STRICT, origin);
  case RPL_OP_BUSINESS_IN:
    return add_business(a, b, c->as.calendar, origin);
  case RPL_OP_IS_BUSINESS:
    return rpl_value_boolean(rpl_date_weekday(a->as.integer) <= 5);
  case RPL_OP_IS_BUSINESS_IN:
    return is_business_in(a, b->as.calendar, origin);
  default: /* RPL_OP_AT_TIME, the last */
    return at_time(a, b, c, origin);
  }
}
