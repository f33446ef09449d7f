/* SPDX-License-Identifier: Apache-2.0
 *
 * value.h - one value of a decision: what a fact, a constant or an instruction
 * came to. It is for the careful engine and for everything that prints; the
 * fast engine has slots of its own.
 *
 * INVARIANT: a value whose state is not KNOWN has no payload that anyone may
 * read (PICK keeps notes there: careful.c). Money without a currency is zero,
 * or a bare amount whose currency is still open (vm/facts.h), which no
 * instruction ever sees as KNOWN.
 */
#ifndef RPL_VM_VALUE_H
#define RPL_VM_VALUE_H

#include "rpl/base.h"
#include "vm/currency.h"
#include "vm/number.h"
#include "vm/op.h"
#include "vm/program.h"
#include "vm/text.h"
#include "vm/type.h"

#include <stdbool.h>

typedef enum RplState {
  RPL_STATE_UNKNOWN = 0, /* turns on facts that were not given */
  RPL_STATE_KNOWN,       /* a value */
  RPL_STATE_NONE,        /* known not to exist */
  RPL_STATE_ERROR        /* no value, and no fact can cure it */
} RplState;

/* No instruction: the origin of an error that the decision itself found. */
#define RPL_ORIGIN_NONE UINT32_MAX

/* The parts of a list or a record. A record has an entry for each field that is
 * not unknown, in any order, with its number in `field`. */
typedef struct RplItems {
  struct RplValue *values;
  uint32_t count;
  uint32_t room; /* entries that `values` has memory for */
} RplItems;

typedef struct RplValue {
  uint8_t state;        /* RplState */
  uint8_t kind;         /* KNOWN: RplKind */
  uint8_t error;        /* ERROR: RplErrorCode */
  RplCurrency currency; /* KNOWN money; RPL_CURRENCY_NONE on zero alone */
  uint16_t field;       /* an entry of a record: the number of its field */
  uint32_t detail;      /* KNOWN enumeration or set: its index in enums; list,
                           record: in list_types, record_types;
                           ERROR: the instruction that it arose in */
  union {
    int64_t integer;     /* boolean, enum, rounding, currency, date, time kinds,
                            zone; the bits of a set */
    RplNumber number;    /* integer, number, money */
    RplSlice text;       /* text */
    const RplZone *zone; /* a zone whose `currency` is RPL_ZONE_NAMED */
    RplItems items;      /* list, record */
    const RplCalendar *calendar; /* calendar */
  } as;
} RplValue;

/* Marks a KNOWN zone that has a name; others are seconds in as.integer. */
#define RPL_ZONE_NAMED ((RplCurrency)1)

/* Values of each state and kind. Big numbers, texts and parts are borrowed. */
RplValue rpl_value_unknown(void);
RplValue rpl_value_none(void);
RplValue rpl_value_error(RplErrorCode code, uint32_t origin);
RplValue rpl_value_boolean(bool is_true);
RplValue rpl_value_small(RplKind kind, int64_t integer);
RplValue rpl_value_enum(uint32_t enumeration, int64_t enumerator);
RplValue rpl_value_set(uint32_t enumeration, uint64_t bits);
RplValue rpl_value_number(RplKind kind, RplNumber number);
RplValue rpl_value_money(RplNumber number, RplCurrency currency);
RplValue rpl_value_text(RplSlice text);
RplValue rpl_value_list(uint32_t list_type, RplItems items);
RplValue rpl_value_record(uint32_t record_type, RplItems items);
RplValue rpl_value_zone(const RplZone *zone); /* borrowed, as texts are */

/* The named zone of a KNOWN value; NULL for any other. */
static inline const RplZone *rpl_value_named_zone(const RplValue *value) {
  return value->kind == RPL_KIND_ZONE && value->currency == RPL_ZONE_NAMED
             ? value->as.zone
             : NULL;
}

/* The value of a decoded constant; its texts and limbs are borrowed. */
RplValue rpl_value_constant(const RplTables *tables,
                            const RplConstant *constant);

/* True when the value is a known boolean of that truth. */
static inline bool rpl_value_is(const RplValue *value, bool truth) {
  return value->state == RPL_STATE_KNOWN && (value->as.integer != 0) == truth;
}

/* The currency that two amounts share, in *shared: that of either where the
 * other is zero without one. False when there are two. */
bool rpl_value_share_currency(const RplValue *left, const RplValue *right,
                              RplCurrency *shared);

/* Order of two KNOWN values of one ordered kind (integer and number are one):
 * -1, 0 or 1 in *order. Also for kinds without an order, by their integers, so
 * that zero is equality. False, *order untouched, when two currencies meet. */
bool rpl_value_compare(const RplValue *left, const RplValue *right, int *order);

/* Whether two KNOWN values are the same; amounts in two currencies are not. */
bool rpl_value_equal(const RplValue *left, const RplValue *right);

/* How an amount is written. */
typedef enum RplMoneyForm {
  RPL_MONEY_FULL, /* "USD 1.60" */
  RPL_MONEY_BARE  /* "1.60" */
} RplMoneyForm;

/* Appends an amount with at least its currency's minor digits, more where it
 * has more; zero without a currency is "0". */
void rpl_value_write_money(RplBuffer *buffer, const RplValue *money,
                           RplMoneyForm form);

/* Appends what stands for a value in a text for people: "yes" and "no", numbers
 * as decimals or "8/15", money in full, datetimes in UTC, names of enumerators;
 * "none", "(not given)" and "(error)" for the other states. */
void rpl_value_write_text(RplBuffer *buffer, const RplTables *tables,
                          const RplValue *value);

/* Appends the words of a KNOWN value as interfaces.md prints them: as above,
 * but "true" and "false", and money as `form` says. */
void rpl_value_write_plain(RplBuffer *buffer, const RplTables *tables,
                           const RplValue *value, RplMoneyForm form);

/* Appends a value as canonical JSON: true, false, null for NONE, else a string
 * of rpl_value_write_plain. UNKNOWN and ERROR do not occur (they give null). */
void rpl_value_write_json(RplBuffer *buffer, const RplTables *tables,
                          const RplValue *value, RplMoneyForm form);

#endif /* RPL_VM_VALUE_H */
