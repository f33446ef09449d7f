/* SPDX-License-Identifier: Apache-2.0
 *
 * facts.h - facts one by one, typed, for a host that has its data at hand and
 * no JSON. Each setter comes twice: by name, and with _at by slot, which a host
 * finds once with rpl_program_fact_slot and then uses without a look-up.
 *
 *   rpl_facts_clear(context);
 *   rpl_facts_set_money(context, fee, 160, usd, &error);
 *   rpl_facts_set_boolean_at(context, unused_slot, true, &error);
 *   rpl_decide(context, &decision);
 *
 * All follow the rules of facts in JSON (docs/facts.md). A name that the policy
 * does not declare, a slot that is none, a param, and a value of another type
 * are refused with RPL_E_FACTS, *error filled in (it may be NULL) and the other
 * facts as they were; the fact itself then keeps what it had. A value of the
 * right type that breaks its declared constraint is RPL_OK: it counts as not
 * given, and the decision says so. A fact that was set before takes the new
 * value. RPL_E_MEMORY leaves the fact as it was.
 *
 * Texts are copied. What they take is freed by rpl_facts_clear or
 * rpl_facts_json, so a context that is used again should begin with one.
 */
#ifndef RPL_RPL_FACTS_H
#define RPL_RPL_FACTS_H

#include "rpl/decide.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Facts of type boolean. */
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_boolean(RplContext *context,
                                                       RplSlice name,
                                                       bool value,
                                                       RplFactError *error);
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_boolean_at(RplContext *context,
                                                          size_t slot,
                                                          bool value,
                                                          RplFactError *error);

/* Facts of type integer and number. */
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_integer(RplContext *context,
                                                       RplSlice name,
                                                       int64_t value,
                                                       RplFactError *error);
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_integer_at(RplContext *context,
                                                          size_t slot,
                                                          int64_t value,
                                                          RplFactError *error);

/* Facts of type integer and number, from the number's text, read exactly as it
 * stands: "0.1", "-12", "1e-7". There is no setter from binary floating point.
 */
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_number(RplContext *context,
                                                      RplSlice name,
                                                      RplSlice text,
                                                      RplFactError *error);
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_number_at(RplContext *context,
                                                         size_t slot,
                                                         RplSlice text,
                                                         RplFactError *error);

/* Facts of type money: `minor` of the currency's minor units (160 and "USD" is
 * USD 1.60; 160 and "JPY" is JPY 160; 160 and "KWD" is KWD 0.160). The currency
 * is always named; a code that ISO 4217 does not list is refused. */
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_money(RplContext *context,
                                                     RplSlice name,
                                                     int64_t minor,
                                                     RplSlice currency,
                                                     RplFactError *error);
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_money_at(RplContext *context,
                                                        size_t slot,
                                                        int64_t minor,
                                                        RplSlice currency,
                                                        RplFactError *error);

/* Facts of type text: UTF-8 without NUL, at most 65,536 bytes. */
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_text(RplContext *context,
                                                    RplSlice name,
                                                    RplSlice text,
                                                    RplFactError *error);
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_text_at(RplContext *context,
                                                       size_t slot,
                                                       RplSlice text,
                                                       RplFactError *error);

/* Facts whose values are words: an enumeration's value ("paid"), a currency
 * ("USD"), a rounding mode ("half_up"), a zone ("+08:00"). */
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_word(RplContext *context,
                                                    RplSlice name,
                                                    RplSlice word,
                                                    RplFactError *error);
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_word_at(RplContext *context,
                                                       size_t slot,
                                                       RplSlice word,
                                                       RplFactError *error);

/* Facts that are sets: the values that are in it, none twice. */
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_words(RplContext *context,
                                                     RplSlice name,
                                                     const RplSlice *words,
                                                     size_t count,
                                                     RplFactError *error);
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_words_at(RplContext *context,
                                                        size_t slot,
                                                        const RplSlice *words,
                                                        size_t count,
                                                        RplFactError *error);

/* Facts of type date: days since 1970-01-01, of the years 0001 to 9999. */
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_date(RplContext *context,
                                                    RplSlice name, int64_t days,
                                                    RplFactError *error);
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_date_at(RplContext *context,
                                                       size_t slot,
                                                       int64_t days,
                                                       RplFactError *error);

/* Facts of type datetime: microseconds since 1970-01-01T00:00:00Z, of the years
 * 0001 to 9999 in UTC. */
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_datetime(RplContext *context,
                                                        RplSlice name,
                                                        int64_t microseconds,
                                                        RplFactError *error);
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_datetime_at(RplContext *context,
                                                           size_t slot,
                                                           int64_t microseconds,
                                                           RplFactError *error);

/* Facts of type duration: microseconds, of any sign. */
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_duration(RplContext *context,
                                                        RplSlice name,
                                                        int64_t microseconds,
                                                        RplFactError *error);
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_duration_at(RplContext *context,
                                                           size_t slot,
                                                           int64_t microseconds,
                                                           RplFactError *error);

/* Known not to exist; for facts of an optional type ("date?") alone. */
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_null(RplContext *context,
                                                    RplSlice name,
                                                    RplFactError *error);
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_set_null_at(RplContext *context,
                                                       size_t slot,
                                                       RplFactError *error);

/* Not given, as if it had never been set. */
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_unset(RplContext *context,
                                                 RplSlice name,
                                                 RplFactError *error);
RPL_API RPL_MUST_CHECK RplStatus rpl_facts_unset_at(RplContext *context,
                                                    size_t slot,
                                                    RplFactError *error);

#ifdef __cplusplus
}
#endif

#endif /* RPL_RPL_FACTS_H */
