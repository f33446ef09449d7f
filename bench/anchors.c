/* SPDX-License-Identifier: Apache-2.0
 * anchors.c - the measured policies as a programmer would write them in C, for
 * their default params: 64-bit integers, overflow checked, called through a
 * pointer. Every row is compared with the careful engine before anything is
 * measured. Compiled with gcc -O2, as the scalar engines are. */
#include "bench/bench.h"

#define DAY INT64_C(86400000000) /* microseconds */

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* Whether 2n + d and n fit; then *quotient is n / d, half up, for d > 0. */
static bool half_up(int64_t n, int64_t d, int64_t *quotient) {
  int64_t twice, sum, divisor;
  bool is_negative = n < 0;
  if (is_negative && __builtin_sub_overflow(0, n, &n))
    return false;
  if (__builtin_mul_overflow(n, 2, &twice) ||
      __builtin_add_overflow(twice, d, &sum) ||
      __builtin_mul_overflow(d, 2, &divisor))
    return false;
  *quotient = is_negative ? -(sum / divisor) : sum / divisor;
  return true;
}

/* amount - amount * used / of, half up. */
static bool unused_share(int64_t amount, int64_t used, int64_t of,
                         int64_t *share) {
  int64_t left, product;
  return !__builtin_sub_overflow(of, used, &left) &&
         !__builtin_mul_overflow(amount, left, &product) &&
         half_up(product, of, share);
}

static bool has(uint64_t none, int slot) { return !(none >> slot & 1); }

/* ---- bench/gateway.rpl --------------------------------------------------- */

enum {
  G_REQUESTED,
  G_PAID,
  G_PROMOTION,
  G_FEE,
  G_CASH,
  G_DOMAINS,
  G_CONSUMED,
  G_QUOTA,
  G_RESET
};
enum { GATEWAY_DENIED, GATEWAY_BLOCKED, GATEWAY_FULL, GATEWAY_PARTIAL };

static int gateway(const int64_t *f, uint64_t none, Answer *answer) {
  int64_t age, share;
  (void)none;
  answer->amount = answer->deadline = 0;
  if (__builtin_sub_overflow(f[G_REQUESTED], f[G_PAID], &age))
    return -1;
  if (age > 7 * DAY || f[G_PROMOTION])
    return GATEWAY_DENIED;
  if (f[G_DOMAINS] == 0) {
    answer->amount = smaller(f[G_FEE], f[G_CASH]);
    return GATEWAY_FULL;
  }
  if (f[G_CONSUMED] == 0) {
    answer->amount = smaller(f[G_FEE], f[G_CASH]);
    return f[G_RESET] ? GATEWAY_FULL : GATEWAY_BLOCKED;
  }
  if (!unused_share(f[G_FEE], f[G_CONSUMED], f[G_QUOTA], &share))
    return -1;
  answer->amount = smaller(share, f[G_CASH]);
  return GATEWAY_PARTIAL;
}

static const char *const gateway_outcomes[] = {
    "denied", "blocked", "full_refund", "partial_refund", NULL};
static const char *const gateway_facts[] = {
    "requested_at",  "paid_at",  "promotion", "fee",        "cash_paid",
    "domains_added", "consumed", "quota",     "reset_done", NULL};

const AnchorInfo anchor_gateway = {"gateway", gateway, gateway_outcomes,
                                   gateway_facts};

/* ---- policies/sc.rpl ----------------------------------------------------- */

enum {
  S_KIND,
  S_PURCHASED,
  S_LAST_USE,
  S_LAST_PRODUCT,
  S_FIRST,
  S_STATE,
  S_CURRENCY,
  S_TOTAL,
  S_CASH,
  S_COUPON,
  S_QUOTE,
  S_ACK_RULES,
  S_ACK_DATA,
  S_REASON,
  S_TERM_END,
  S_RENEWAL_PAID,
  S_EFFECTIVE,
  S_RENEWAL_CASH,
  S_NEW_END,
  S_USAGE,
  S_ERROR,
  S_PARAMS,
  S_QUERY = S_PARAMS + 12,
  S_SITE,
  S_SCOPE,
  S_TYPE,
  S_REQUESTED,
  S_METHOD,
  S_UNSUBSCRIBED,
  S_RENEWED
};
enum {
  SC_MANUAL,
  SC_DENIED,
  SC_NEEDS,
  SC_BLOCKED,
  SC_ADJUST,
  SC_PARTIAL,
  SC_FULL,
  SC_INFORM
};

/* The civil year of an instant in UTC+8 (Hinnant, days_from_civil). */
static int64_t year_at(int64_t instant) {
  int64_t local = instant + DAY / 3;
  int64_t day = local / DAY - (local % DAY < 0) + 719468;
  int64_t era = (day >= 0 ? day : day - 146096) / 146097;
  int64_t of_era = day - era * 146097;
  int64_t year =
      (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  return era * 400 + year + ((5 * of_year + 2) / 153 >= 10);
}

static int sc_state(int64_t state) {
  if (state >= 5)
    return SC_MANUAL;
  return state ? SC_BLOCKED : -1;
}

static bool sc_no_reason(const int64_t *f, uint64_t none) {
  return !has(none, S_REASON) ||
         ((const Text *)(intptr_t)f[S_REASON])->length == 0;
}

static int sc_cancel(const int64_t *f, uint64_t none, Answer *answer) {
  bool has_end = has(none, S_NEW_END);
  bool has_quote = has(none, S_QUOTE);
  bool is_part = has_end && f[S_NEW_END] > f[S_TERM_END];
  if (has(none, S_RENEWAL_PAID))
    answer->deadline = f[S_EFFECTIVE];
  if (!has(none, S_RENEWAL_PAID) || f[S_REQUESTED] >= f[S_EFFECTIVE] ||
      f[S_RENEWAL_CASH] <= 0 || (is_part && has_quote && f[S_QUOTE] <= 0))
    return SC_DENIED;
  if ((is_part && !has_quote && f[S_STATE] == 0) ||
      f[S_REQUESTED] < f[S_RENEWAL_PAID] ||
      (has_end && f[S_NEW_END] < f[S_TERM_END]))
    return SC_NEEDS;
  int state = sc_state(f[S_STATE]);
  if (state == SC_MANUAL ||
      (is_part && has_quote && f[S_QUOTE] > f[S_RENEWAL_CASH]))
    return SC_MANUAL;
  if (state == SC_BLOCKED || !has_end || !f[S_ACK_RULES])
    return SC_BLOCKED;
  answer->amount = is_part ? f[S_QUOTE] : f[S_RENEWAL_CASH];
  return is_part ? SC_PARTIAL : SC_FULL;
}

static int sc_give_up(const int64_t *f, uint64_t none, bool is_full,
                      Answer *answer) {
  int64_t end, sum;
  if (__builtin_add_overflow(f[S_PURCHASED], 5 * DAY, &end) ||
      __builtin_add_overflow(f[S_CASH], f[S_COUPON], &sum))
    return -1;
  bool in_time = f[S_REQUESTED] <= end;
  if (is_full)
    answer->deadline = end;
  bool is_used = has(none, S_LAST_USE);
  bool is_spent = is_used && f[S_LAST_USE] <= f[S_REQUESTED] &&
                  year_at(f[S_LAST_USE]) == year_at(f[S_REQUESTED]);
  bool is_open = !is_full && (!in_time || is_spent);
  bool has_quote = has(none, S_QUOTE);
  if ((is_full && (is_spent || !in_time || f[S_KIND] == 1)) || f[S_CASH] <= 0 ||
      (is_open && has_quote && f[S_QUOTE] <= 0))
    return SC_DENIED;
  if (f[S_REQUESTED] < f[S_PURCHASED] ||
      ((is_full || in_time) && is_used && f[S_LAST_USE] > f[S_REQUESTED]) ||
      (has(none, S_TOTAL) && has(none, S_COUPON) && sum != f[S_TOTAL]) ||
      (is_open && !has_quote && f[S_STATE] == 0))
    return SC_NEEDS;
  int state = sc_state(f[S_STATE]);
  if (state == SC_MANUAL || (is_open && has_quote && f[S_QUOTE] > f[S_CASH]))
    return SC_MANUAL;
  if (state == SC_BLOCKED || (!is_full && !is_open) || !f[S_ACK_RULES] ||
      !f[S_ACK_DATA] || sc_no_reason(f, none))
    return SC_BLOCKED;
  answer->amount = is_full ? f[S_CASH] : f[S_QUOTE];
  return is_full ? SC_FULL : SC_PARTIAL;
}

static int sc(const int64_t *f, uint64_t none, Answer *answer) {
  answer->amount = answer->deadline = 0;
  if (f[S_QUERY] == 2)
    return SC_MANUAL;
  if (f[S_QUERY] == 1) {
    bool is_early = has(none, S_RENEWED) && f[S_RENEWED] < f[S_UNSUBSCRIBED];
    return is_early ? SC_NEEDS : SC_INFORM;
  }
  if (f[S_SITE] != 0 || f[S_SCOPE] == 3)
    return SC_MANUAL;
  if (f[S_SCOPE] != 0)
    return SC_ADJUST;
  if (f[S_TYPE] == 3)
    return SC_MANUAL;
  return f[S_TYPE] == 2 ? sc_cancel(f, none, answer)
                        : sc_give_up(f, none, f[S_TYPE] == 0, answer);
}

static const char *const sc_outcomes[] = {"manual_review",
                                          "denied",
                                          "needs_info",
                                          "blocked",
                                          "service_adjustment",
                                          "partial_refund",
                                          "full_refund",
                                          "informational",
                                          NULL};
static const char *const sc_facts[] = {"order_kind",
                                       "purchased_at",
                                       "last_unconditional_refund_at",
                                       "last_unconditional_refund_product",
                                       "first_attempt_at",
                                       "instance_state",
                                       "currency",
                                       "order_total",
                                       "cash_paid",
                                       "coupon_paid",
                                       "quoted_refund_amount",
                                       "ack_rules_and_amount",
                                       "ack_data_backed_up",
                                       "unsubscription_reason",
                                       "current_term_end_at",
                                       "renewal_paid_at",
                                       "renewal_effective_at",
                                       "renewal_cash_paid",
                                       "updated_expiration_at",
                                       "usage_level",
                                       "error_message",
                                       "five_days",
                                       "renewals_count",
                                       "year_zone",
                                       "limit_per_product",
                                       "this_product",
                                       "partial_always_waits",
                                       "both_at_five_days",
                                       "coupons_come_back",
                                       "renewal_by_quote",
                                       "effective_after_instant",
                                       "abnormal_is_reviewed",
                                       "first_attempt_counts",
                                       "query",
                                       "site",
                                       "unsubscribe_scope",
                                       "unsubscribe_type",
                                       "requested_at",
                                       "original_payment_method_available",
                                       "unsubscribed_at",
                                       "renewed_at",
                                       NULL};

const AnchorInfo anchor_sc = {"sc", sc, sc_outcomes, sc_facts};

/* ---- policies/cms/gateway.rpl -------------------------------------------- */

enum {
  C_DOMAIN,
  C_DOMAIN_AT,
  C_INCLUDED,
  C_CONSUMED,
  C_REQUESTS,
  C_TRAFFIC,
  C_RESET,
  C_CONTACTED,
  C_PARAMS,
  C_REQUESTED = C_PARAMS + 3,
  C_PAID,
  C_STATUS,
  C_CURRENCY,
  C_TOTAL,
  C_CASH,
  C_COUPON,
  C_PROMOTION,
  C_TERMS_KNOWN,
  C_REFUNDABLE,
  C_PROMO_DAYS,
  C_METHOD
};
enum { CMS_NEEDS, CMS_DENIED, CMS_MANUAL, CMS_BLOCKED, CMS_PARTIAL, CMS_FULL };

/* The first instant that is too late; false on overflow. */
static bool cms_too_late(const int64_t *f, uint64_t none, int64_t *instant) {
  int64_t days =
      f[C_PROMOTION] && has(none, C_PROMO_DAYS) ? f[C_PROMO_DAYS] : 7;
  int64_t span, from;
  return !__builtin_mul_overflow(days, DAY, &span) &&
         !__builtin_add_overflow(f[C_PAID], 1, &from) &&
         !__builtin_add_overflow(from, span, instant);
}

static int cms_gateway(const int64_t *f, uint64_t none, Answer *answer) {
  int64_t sum, late = INT64_MAX, paid_sum;
  answer->amount = answer->deadline = 0;
  bool is_unpaid = !has(none, C_PAID) || f[C_STATUS] == 1;
  bool is_refunded = f[C_STATUS] == 2;
  bool is_promotion = f[C_PROMOTION] != 0;
  if (is_promotion && !f[C_TERMS_KNOWN] && !is_unpaid && !is_refunded)
    return CMS_NEEDS;
  if (is_refunded || is_unpaid || (is_promotion && !f[C_REFUNDABLE]))
    return CMS_DENIED;
  if (!cms_too_late(f, none, &late))
    return -1;
  answer->deadline = late - 1;
  if (f[C_REQUESTED] >= late)
    return CMS_DENIED;
  bool has_parts = has(none, C_REQUESTS) && has(none, C_TRAFFIC);
  if (__builtin_add_overflow(f[C_REQUESTS], f[C_TRAFFIC], &sum) ||
      __builtin_add_overflow(f[C_CASH], f[C_COUPON], &paid_sum))
    return -1;
  bool is_known = has(none, C_CONSUMED) || has_parts;
  int64_t consumed = has(none, C_CONSUMED) ? f[C_CONSUMED] : sum;
  bool is_used = is_known && consumed > 0;
  int64_t pays = f[C_CASH];
  if (f[C_DOMAIN] && is_used &&
      !unused_share(f[C_CASH], consumed, f[C_INCLUDED], &pays))
    return -1;
  if (pays <= 0)
    return CMS_DENIED;
  if ((f[C_DOMAIN] && !is_known) || f[C_REQUESTED] < f[C_PAID] ||
      (has(none, C_TOTAL) && has(none, C_COUPON) && paid_sum != f[C_TOTAL]))
    return CMS_NEEDS;
  if ((!f[C_DOMAIN] && (is_used || has(none, C_DOMAIN_AT))) ||
      (has_parts && has(none, C_CONSUMED) && sum != f[C_CONSUMED]))
    return CMS_MANUAL;
  if (f[C_DOMAIN] && !is_used && !f[C_RESET])
    return CMS_BLOCKED;
  answer->amount = pays;
  return f[C_DOMAIN] && is_used ? CMS_PARTIAL : CMS_FULL;
}

static const char *const cms_outcomes[] = {
    "needs_info",  "denied", "manual_review", "blocked", "partial_refund",
    "full_refund", NULL};
static const char *const cms_facts[] = {"domain_added",
                                        "domain_added_at",
                                        "grcq_included",
                                        "grcq_consumed",
                                        "grcq_consumed_requests",
                                        "grcq_consumed_traffic",
                                        "gateway_reset",
                                        "account_manager_contacted",
                                        "partial_base",
                                        "late_domain_is_reviewed",
                                        "remainder_is_reviewed",
                                        "requested_at",
                                        "paid_at",
                                        "order_status",
                                        "currency",
                                        "order_total",
                                        "cash_paid",
                                        "coupon_paid",
                                        "promotional_order",
                                        "promo_terms_known",
                                        "promo_refundable",
                                        "promo_window_days",
                                        "original_payment_method_available",
                                        NULL};

const AnchorInfo anchor_cms_gateway = {"cms.gateway", cms_gateway, cms_outcomes,
                                       cms_facts};

/* ---- a chain of 40 guards ------------------------------------------------ */

/* Each fact is read anew, as where a rule stands in a file of its own: a
 * compiler that merged the guards would measure something else. */
#define GUARD(n)                                                               \
  __asm__ volatile("" ::: "memory");                                           \
  if (__builtin_sub_overflow(f[(n) % 10], f[((n) + 3) % 10], &gap))            \
    return -1;                                                                 \
  if (gap > 1000 + (n))                                                        \
    return 0;
#define GUARDS_10(n)                                                           \
  GUARD(n)                                                                     \
  GUARD((n) + 1)                                                               \
  GUARD((n) + 2)                                                               \
  GUARD((n) + 3)                                                               \
  GUARD((n) + 4)                                                               \
  GUARD((n) + 5) GUARD((n) + 6) GUARD((n) + 7) GUARD((n) + 8) GUARD((n) + 9)

static int guards(const int64_t *f, uint64_t none, Answer *answer) {
  int64_t gap;
  (void)none;
  answer->amount = answer->deadline = 0;
  GUARDS_10(0)
  GUARDS_10(10)
  GUARDS_10(20)
  GUARDS_10(30)
  return 1;
}

static const char *const guards_outcomes[] = {"denied", "full_refund", NULL};
static const char *const guards_facts[] = {"f0", "f1", "f2", "f3", "f4", "f5",
                                           "f6", "f7", "f8", "f9", NULL};

const AnchorInfo anchor_guards = {"guards40", guards, guards_outcomes,
                                  guards_facts};
