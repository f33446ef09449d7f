/* SPDX-License-Identifier: Apache-2.0
 * jsonl_c.c - rpl_bench_jsonl IN OUT: the job of `rplc eval gateway.rplb
 * --jsonl IN -o OUT` as a C programmer would write it for this one policy:
 * reads lines of JSON with the nine facts in any order, decides, writes the
 * same bytes. It trusts its input more than RPL may: no other keys, no escapes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

#define DAY INT64_C(86400000000)

typedef struct Facts {
  int64_t values[9]; /* slots as in bench/gateway.rpl */
} Facts;

static int64_t days_from_civil(int64_t y, int64_t m, int64_t d) {
  y -= m <= 2;
  int64_t era = y / 400;
  int64_t of_era = y - era * 400;
  int64_t of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
         719468;
}

static int64_t two(const char *at) { return (at[0] - '0') * 10 + at[1] - '0'; }

/* "2026-03-02T09:30:00Z", perhaps with a fraction. */
static int64_t instant(const char *at, const char *end) {
  int64_t date =
      days_from_civil(two(at) * 100 + two(at + 2), two(at + 5), two(at + 8));
  int64_t micros =
      (two(at + 11) * 3600 + two(at + 14) * 60 + two(at + 17)) * 1000000;
  if (at[19] == '.')
    for (int64_t unit = 100000, i = 20; at + i < end && at[i] != 'Z';
         unit /= 10, i++)
      micros += (at[i] - '0') * unit;
  return date * DAY + micros;
}

/* "USD 1.60" */
static int64_t cents(const char *at, const char *end) {
  int64_t value = 0;
  for (at += 4; at < end; at++)
    if (*at != '.')
      value = value * 10 + (*at - '0');
  return value;
}

static int64_t integer(const char *at, const char *end) {
  int64_t value = 0;
  for (; at < end; at++)
    value = value * 10 + (*at - '0');
  return value;
}

static void take(Facts *facts, const char *key, const char *value,
                 const char *end) {
  int64_t *f = facts->values;
  switch (key[0]) {
  case 'p':
    if (key[1] == 'a')
      f[1] = instant(value, end);
    else
      f[2] = value[0] == 't';
    break;
  case 'r':
    if (key[2] == 'q')
      f[0] = instant(value, end);
    else
      f[8] = value[0] == 't';
    break;
  case 'f':
    f[3] = cents(value, end);
    break;
  case 'c':
    if (key[1] == 'a')
      f[4] = cents(value, end);
    else
      f[6] = integer(value, end);
    break;
  case 'd':
    f[5] = integer(value, end);
    break;
  default:
    f[7] = integer(value, end);
    break;
  }
}

/* One object; returns the end of its line. */
static const char *read_line(const char *at, Facts *facts) {
  while (*at != '\n') {
    while (*at != '"' && *at != '\n')
      at++;
    if (*at == '\n')
      break;
    const char *key = at + 1;
    at = strchr(key, '"') + 2;
    const char *value = at;
    if (*at == '"') {
      value++;
      at = strchr(value, '"');
      take(facts, key, value, at);
      at++;
    } else {
      while (*at != ',' && *at != '}')
        at++;
      take(facts, key, value, at);
    }
  }
  return at + 1;
}

static char *put(char *to, const char *text) {
  size_t length = strlen(text);
  memcpy(to, text, length);
  return to + length;
}

static char *put_amount(char *to, int64_t amount) {
  char digits[24];
  size_t count = 0;
  if (amount < 0)
    *to++ = '-';
  uint64_t rest = (uint64_t)(amount < 0 ? -amount : amount);
  for (; rest || count < 3; rest /= 10)
    digits[count++] = (char)('0' + rest % 10);
  while (count > 2)
    *to++ = digits[--count];
  *to++ = '.';
  *to++ = digits[1];
  *to++ = digits[0];
  return to;
}

static char *put_reason(char *to, const char *rule, const char *at) {
  to = put(to, "{\"rule\":\"");
  to = put(to, rule);
  to = put(to, "\",\"at\":\"gateway.rpl:");
  to = put(to, at);
  return put(to, "\"}");
}

static char *put_reasons(char *to, const int64_t *f, int outcome) {
  static const char *const names[] = {"", "not_reset", "", "remaining"};
  static const char *const lines[] = {"", BENCH_LINE_NOT_RESET, "",
                                      BENCH_LINE_REMAINING};
  if (outcome == 0) {
    bool is_late = f[0] - f[1] > 7 * DAY;
    if (is_late)
      to = put_reason(to, "late", BENCH_LINE_LATE);
    if (is_late && f[2])
      *to++ = ',';
    return f[2] ? put_reason(to, "in_promotion", BENCH_LINE_IN_PROMOTION) : to;
  }
  if (outcome == 2)
    return f[5] ? put_reason(to, "reset", BENCH_LINE_RESET)
                : put_reason(to, "unused", BENCH_LINE_UNUSED);
  return put_reason(to, names[outcome], lines[outcome]);
}

static char *put_decision(char *to, const Facts *facts) {
  Answer answer;
  int outcome = anchor_gateway.decide(facts->values, 0, &answer);
  to = put(to, "{\"policy\":\"gateway\",\"outcome\":\"");
  to = put(to, anchor_gateway.outcomes[outcome]);
  if (outcome) {
    to = put(to, "\",\"amount\":\"");
    to = put_amount(to, answer.amount);
    to = put(to, "\",\"currency\":\"USD");
  }
  to = put(to, "\",\"reasons\":[");
  to = put_reasons(to, facts->values, outcome);
  return put(to, "]}\n");
}

int main(int argc, char **argv) {
  static char out[1 << 18];
  FILE *input = argc == 3 ? fopen(argv[1], "rb") : NULL;
  FILE *output = argc == 3 ? fopen(argv[2], "wb") : NULL;
  char *line = NULL;
  size_t room = 0, used = 0;
  if (!input || !output)
    return 1;
  while (getline(&line, &room, input) > 0) {
    Facts facts = {{0}};
    (void)read_line(line, &facts);
    used = (size_t)(put_decision(out + used, &facts) - out);
    if (used > sizeof out - 4096) {
      (void)fwrite(out, 1, used, output);
      used = 0;
    }
  }
  (void)fwrite(out, 1, used, output);
  free(line);
  return fclose(input) || fclose(output);
}
