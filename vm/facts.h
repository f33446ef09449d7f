/* SPDX-License-Identifier: Apache-2.0
 *
 * facts.h - the facts and params of one request, as slots: one for each row of
 * the program's FACTS section. Here they are kept, checked against their
 * constraints and, while they are bare amounts, matched with the currency.
 * Reading JSON and typed text is in facts_json.c and facts_text.c.
 *
 * INVARIANT: `values` of a slot is what instructions read, always: KNOWN or
 * NONE when it was given and is good, ERROR when its provider failed, UNKNOWN
 * otherwise; a param is never UNKNOWN. `slots` says the same in eight bytes a
 * slot, for the fast engine.
 */
#ifndef RPL_VM_FACTS_H
#define RPL_VM_FACTS_H

#include "rpl/decide.h"
#include "vm/arena.h"
#include "vm/program.h"
#include "vm/value.h"

/* LIMIT: bytes of a text that a fact or param may have. */
#define RPL_FACT_TEXT_MAX ((size_t)64 * 1024)

/* LIMIT: bytes of a name for which a near one is looked up. */
#define RPL_FACT_NEAR_MAX ((size_t)64)

typedef enum RplSlotState {
  RPL_SLOT_ABSENT = 0,
  RPL_SLOT_GIVEN,
  RPL_SLOT_NONE,     /* given as null */
  RPL_SLOT_REJECTED, /* broke its constraint: counts as absent */
  RPL_SLOT_BARE,     /* an amount that waits for the currency fact */
  RPL_SLOT_FAILED    /* its provider gave no value: the value is an error */
} RplSlotState;

/* A slot as the fast engine wants it. */
typedef struct RplSlot {
  int64_t integer;      /* `number` and money: times 10^places */
  RplCurrency currency; /* money */
  uint8_t state;        /* RplSlotState */
  bool fits;            /* GIVEN, and `integer` says it all */
  bool is_provided;     /* by a host, for one decision (vm/provide.h) */
} RplSlot;

/* Stands for facts->part where a slot is asked for. */
#define RPL_SLOT_PART (UINT32_MAX - 1u)

/* LIMIT: bytes of the path of a part in a message; the rest is left out. */
#define RPL_FACT_PATH_MAX ((size_t)160)

/* The part of a list or record that is being read or checked. */
typedef struct RplPart {
  RplFactRecord record;         /* type, bounds and flags that it has */
  char path[RPL_FACT_PATH_MAX]; /* "outages[3].minutes"; counted from 0 */
  size_t path_length;
} RplPart;

/* Memory that one param's text or limbs stand in. */
typedef struct RplOwned {
  void *block; /* NULL: the value needs none, or it is the program's */
  size_t bytes;
} RplOwned;

/* Zones that values named and the program does not. */
typedef struct RplFactZones {
  RplZones zones;
  RplArena arena;
} RplFactZones;

typedef struct RplFacts {
  const RplImage *image;
  const RplAllocator *allocator;
  uint32_t count;   /* slots */
  RplValue *values; /* what instructions read */
  RplValue *given;  /* as it was given, also when rejected or bare */
  RplSlot *slots;
  RplSlice *rejections;     /* REJECTED: "0 is not > 0" */
  RplOwned *owned;          /* params */
  uint32_t *slot_of_string; /* string index -> slot + 1; 0: no fact's name */
  uint32_t *slot_after;     /* slot + 1 -> slot + 1 of the name that was looked
                               up after its name, last time; a guess */
  uint32_t last_found;      /* slot + 1 of the last name looked up */
  uint32_t bare_count;      /* slots whose given value is a bare amount */
  bool is_touched;          /* a slot was set since facts were forgotten */
  uint32_t param_changes;   /* how often params were set or reset */
  RplArena arena;           /* texts and limbs of facts; dies with them */
  RplFactZones *zones;      /* NULL: no zone can be named */
  RplPart part;             /* while a list or record is read or checked */
} RplFacts;

/* Makes an empty store in `fixed`, which must outlive it; params have their
 * declared values. RPL_E_MEMORY. `facts` is cleared with rpl_facts_end. */
RPL_MUST_CHECK RplStatus rpl_facts_begin(RplFacts *facts, RplArena *fixed,
                                         const RplImage *image,
                                         const RplAllocator *allocator);
void rpl_facts_end(RplFacts *facts);

/* Forgets the facts; params stay. */
void rpl_facts_forget(RplFacts *facts);

/* Gives every param its declared value. */
void rpl_facts_reset_params(RplFacts *facts);

/* The slot of a name, or UINT32_MAX: facts and params alike. */
uint32_t rpl_facts_find(const RplFacts *facts, RplSlice name);

/* The same; names that come in the order of the time before are found at once.
 */
uint32_t rpl_facts_find_next(RplFacts *facts, RplSlice name);

/* The name of a slot and its record. */
RplSlice rpl_facts_name(const RplFacts *facts, uint32_t slot);
const RplFactRecord *rpl_facts_record(const RplFacts *facts, uint32_t slot);
const RplTypeRecord *rpl_facts_type(const RplFacts *facts, uint32_t slot);

/* Puts a value of the slot's type into it (KNOWN, or NONE where the type allows
 * it; a bare amount has no currency), then checks its constraint: a value that
 * breaks it leaves the slot REJECTED. Texts and limbs must lie in facts->arena.
 * rpl_facts_settle must follow before the facts are read. RPL_E_MEMORY leaves
 * the slot as it was. */
RPL_MUST_CHECK RplStatus rpl_facts_put(RplFacts *facts, uint32_t slot,
                                       const RplValue *value);

/* Forgets one fact, as if it had not been given. */
void rpl_facts_drop(RplFacts *facts, uint32_t slot);

/* Makes an error of a fact that its provider could not give, until it is put or
 * dropped. */
void rpl_facts_fail(RplFacts *facts, uint32_t slot, RplErrorCode code);

/* Matches bare amounts with the currency fact, in whatever order they came. May
 * be called again after RPL_E_MEMORY; does nothing when nothing is bare. */
RPL_MUST_CHECK RplStatus rpl_facts_settle(RplFacts *facts);

/* Makes `value` the value of a param until it is set again; what it needs is
 * copied to memory of its own. RPL_E_MEMORY leaves the old one. */
RPL_MUST_CHECK RplStatus rpl_facts_put_param(RplFacts *facts, uint32_t slot,
                                             const RplValue *value);

/* Whether a value keeps the slot's constraint. If not, *text says why ("0 is
 * not > 0"), in `arena`. RPL_E_MEMORY. */
RPL_MUST_CHECK RplStatus rpl_facts_check(RplFacts *facts, RplArena *arena,
                                         uint32_t slot, const RplValue *value,
                                         bool *is_kept, RplSlice *text);

/* The currency that an amount without one is printed in: that of the currency
 * fact, else of the first amount given in declaration order, else none. */
RplCurrency rpl_facts_currency(const RplFacts *facts);

/* What the currency fact says; RPL_CURRENCY_NONE when it says nothing. */
RplCurrency rpl_facts_currency_given(const RplFacts *facts);

/* The currency fact's slot, or UINT32_MAX. */
uint32_t rpl_facts_currency_slot(const RplFacts *facts);

/* LIMIT: bytes of a text that the short way takes, well below the limits of the
 * JSON reader, which then cannot refuse what it takes. */
#define RPL_FACTS_FLAT_MAX ((size_t)32 * 1024)

/* Tries the short way for facts in JSON (facts_flat.c) on a store without
 * facts. False: another way must be tried, after rpl_facts_forget. */
bool rpl_facts_flat(RplFacts *facts, RplSlice json);

/* ---- reading values (facts_text.c), shared by JSON and typed text ---- */

/* What stands where a value is expected. */
typedef enum RplFoundKind {
  RPL_FOUND_TEXT,    /* a JSON string, or what a person typed */
  RPL_FOUND_NUMBER,  /* a JSON number */
  RPL_FOUND_BOOLEAN, /* true or false */
  RPL_FOUND_NULL,
  RPL_FOUND_OTHER /* an array or object that means nothing here */
} RplFoundKind;

typedef struct RplFound {
  RplFoundKind kind;
  RplSlice text; /* TEXT, NUMBER: as it stands; BOOLEAN: its word;
                    OTHER: "an array" or "an object" */
} RplFound;

/* Reads what was found as a value of the slot's type; texts and limbs are put
 * into `arena`. RPL_E_FACTS with the message, help and fact of *error filled
 * in, RPL_E_MEMORY. */
RPL_MUST_CHECK RplStatus rpl_facts_read(const RplFacts *facts, RplArena *arena,
                                        uint32_t slot, const RplFound *found,
                                        RplValue *value, RplFactError *error);

/* Adds the value named `word` to the set in *value, which starts as a set value
 * of no bits; refuses as above. */
RPL_MUST_CHECK RplStatus rpl_facts_read_set(const RplFacts *facts,
                                            uint32_t slot, RplSlice word,
                                            RplValue *value,
                                            RplFactError *error);

/* Reads an amount and a currency code that stand apart. */
RPL_MUST_CHECK RplStatus rpl_facts_read_money(const RplFacts *facts,
                                              RplArena *arena, uint32_t slot,
                                              RplSlice currency,
                                              RplSlice amount, RplValue *value,
                                              RplFactError *error);

/* ---- lists and records (facts_parts.c, facts_json.c) ---- */

struct RplJsonNode;

/* Reads the parts of one fact. */
typedef struct RplPartReader {
  RplFacts *facts;
  RplArena *arena; /* for the items */
  bool ignores_unknown;
  RplFactError *error;
  /* Reads what has no parts, as RPL_SLOT_PART; refuses as rpl_facts_read. */
  RplStatus (*read_single)(void *context, uint32_t slot,
                           const struct RplJsonNode *node, RplValue *value);
  void *context;
  const struct RplJsonNode *refused;     /* RPL_E_FACTS: the node, if any */
  const struct RplJsonNode *refused_key; /* or the member with a wrong key */
} RplPartReader;

/* Reads a node as the value of a slot whose type is a list or a record. */
RPL_MUST_CHECK RplStatus rpl_facts_read_parts(RplPartReader *reader,
                                              uint32_t slot,
                                              const struct RplJsonNode *node,
                                              RplValue *value);

/* Reads JSON text as the value of such a slot: what a person typed. Its line
 * and column in *error are those within the text. */
RPL_MUST_CHECK RplStatus rpl_facts_read_json(RplFacts *facts, RplArena *arena,
                                             uint32_t slot, RplSlice text,
                                             RplValue *value,
                                             RplFactError *error);

/* rpl_facts_check for a list or record: the bounds of lists and fields. The
 * text begins with the path of the part that breaks its bound. */
RPL_MUST_CHECK RplStatus rpl_facts_check_parts(RplFacts *facts, RplArena *arena,
                                               uint32_t slot,
                                               const RplValue *value,
                                               bool *is_kept, RplSlice *text);

/* Whether an amount without a currency is in it, and gives such amounts one. */
bool rpl_facts_is_bare(const RplValue *value);
void rpl_facts_give_currency(RplValue *value, RplCurrency currency);

/* What stands in a node, for a message. */
RplFound rpl_facts_found(const struct RplJsonNode *node);

/* ---- refusing (facts_text.c); all return RPL_E_FACTS ---- */

/* `fact "NAME": expected WHAT, found FOUND`. */
RplStatus rpl_facts_refuse(const RplFacts *facts, uint32_t slot,
                           const char *expected, const RplFound *found,
                           RplFactError *error);

/* `fact "NAME": TEXT`. */
RplStatus rpl_facts_refuse_plainly(const RplFacts *facts, uint32_t slot,
                                   const char *text, RplFactError *error);

/* A name that no fact (or, with is_param, no param) has. */
RplStatus rpl_facts_refuse_name(const RplFacts *facts, RplSlice name,
                                bool is_param, RplFactError *error);

/* A field that the record of the part at work has not. */
RplStatus rpl_facts_refuse_field(const RplFacts *facts, uint32_t record_type,
                                 RplSlice name, RplFactError *error);

/* A param whose value broke its constraint. */
RplStatus rpl_facts_refuse_range(const RplFacts *facts, uint32_t slot,
                                 RplSlice text, RplFactError *error);

/* Starts an error: all empty, with that name. */
void rpl_facts_error_begin(RplFactError *error, RplSlice name);

/* Copies text into a member of an error, cut at a code point if it is long. */
void rpl_facts_error_put(char *member, size_t size, RplSlice text);

#endif /* RPL_VM_FACTS_H */
