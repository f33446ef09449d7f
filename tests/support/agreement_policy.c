/* SPDX-License-Identifier: Apache-2.0
 * agreement_policy.c - random policies, as source text: rules of several
 * outcomes over facts of every type that a slot holds, with bounds, defaults,
 * optional facts, params, lets, guarded outputs, rules that give an amount,
 * steps and conditions that are ensured. See agreement.h. */
#include "tests/support/agreement.h"

#include <stdio.h>

#define LETS 4u

typedef struct Writer {
  Random *random;
  RplBuffer *text;
  unsigned lets; /* of each kind that are written so far */
  bool has_amount;
} Writer;

static void put(Writer *writer, const char *text) {
  rpl_buffer_text(writer->text, text);
}

static uint64_t below(Writer *writer, uint64_t count) {
  return random_below(writer->random, count);
}

static void choose(Writer *writer, const char *const *words, size_t count) {
  put(writer, words[below(writer, count)]);
}

#define CHOOSE(writer, ...)                                                    \
  do {                                                                         \
    static const char *const words[] = {__VA_ARGS__};                          \
    choose(writer, words, sizeof words / sizeof words[0]);                     \
  } while (0)

static void put_number(Writer *writer, uint64_t number) {
  char digits[24];
  (void)snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
  put(writer, digits);
}

/* ---- expressions: each in parentheses ------------------------------------ */

static void money(Writer *writer, unsigned depth);
static void boolean(Writer *writer, unsigned depth);

static void put_let(Writer *writer, const char *kind) {
  put(writer, kind);
  put_number(writer, below(writer, writer->lets));
}

static void duration(Writer *writer, unsigned depth) {
  switch (below(writer, depth ? 6 : 2)) {
  case 0:
    CHOOSE(writer, "7d", "36h", "0s", "90min", "30d");
    return;
  case 1:
    put(writer, "span");
    return;
  case 2:
    put(writer, "(d1 - d0)");
    return;
  case 3:
    put(writer, "(i0 * 1d)");
    return;
  case 4:
    put(writer, "(span / n0)");
    return;
  default:
    put(writer, "(");
    duration(writer, depth - 1);
    CHOOSE(writer, " + ", " - ");
    duration(writer, depth - 1);
    put(writer, ")");
    return;
  }
}

static void instant(Writer *writer, unsigned depth) {
  if (!depth || below(writer, 2)) {
    CHOOSE(writer, "d0", "d1", "(d2 else d1)", "2024-10-05T00:00:00Z");
    return;
  }
  put(writer, "(");
  instant(writer, depth - 1);
  CHOOSE(writer, " + ", " - ");
  duration(writer, depth - 1);
  put(writer, ")");
}

/* ---- wide expressions: past 2^63 and 2^127 for large facts ------------- */

static void factors(Writer *writer, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    CHOOSE(writer, " * i0", " * i1", " * n0", " * n1", " * n2", " * pi",
           " * 3");
}

/* A product of `first` and one to three others, or the sum of two. */
static void wide_sum(Writer *writer, const char *first) {
  put(writer, "(");
  put(writer, first);
  factors(writer, 1 + below(writer, 3));
  if (below(writer, 2)) {
    CHOOSE(writer, " + ", " - ");
    put(writer, first);
    factors(writer, 1 + below(writer, 3));
  }
  put(writer, ")");
}

/* A share: wide by a word, by a product, or by a wide amount. */
static void wide_money(Writer *writer) {
  static const char *const amounts[] = {"m0", "m1", "m2"};
  put(writer, "(");
  wide_sum(writer, amounts[below(writer, 3)]);
  put(writer, " / (");
  CHOOSE(writer, "i0", "i1", "n1");
  factors(writer, below(writer, 4));
  put(writer, "))");
}

static void wide_number(Writer *writer) {
  static const char *const firsts[] = {"i0", "i1", "n0", "m0", "m1"};
  uint64_t first = below(writer, 5);
  put(writer, "(");
  wide_sum(writer, firsts[first]);
  put(writer, " / ");
  wide_sum(writer, first < 3 ? "n1" : "m2");
  put(writer, ")");
}

static void wide_comparison(Writer *writer) {
  const char *first = below(writer, 2) ? "m0" : "m1";
  wide_sum(writer, first);
  CHOOSE(writer, " < ", " <= ", " == ", " > ");
  wide_sum(writer, first);
}

static void number(Writer *writer, unsigned depth) {
  if (!depth || !below(writer, 4)) {
    if (writer->lets && !below(writer, 3)) {
      put_let(writer, "num");
      return;
    }
    CHOOSE(writer, "i0", "i1", "n0", "n1", "n2", "(n3 else 0)", "0", "1", "2.5",
           "100", "pi", "year of day", "(1/3)");
    return;
  }
  switch (below(writer, 9)) {
  case 8:
    wide_number(writer);
    return;
  case 0:
    put(writer, "(if ");
    boolean(writer, depth - 1);
    put(writer, " then ");
    number(writer, depth - 1);
    put(writer, " else ");
    number(writer, depth - 1);
    put(writer, ")");
    return;
  case 1:
    CHOOSE(writer, "min(", "max(");
    number(writer, depth - 1);
    put(writer, ", ");
    number(writer, depth - 1);
    put(writer, ")");
    return;
  case 2:
    put(writer, "round(");
    number(writer, depth - 1);
    CHOOSE(writer, ", 0, half_up)", ", 2, half_even)", ", -1, floor)",
           ", 1, ceiling)", ", 3, up)", ", 0, down)", ", 0, half_down)");
    return;
  case 3:
    put(writer, "abs(");
    number(writer, depth - 1);
    put(writer, ")");
    return;
  case 4:
    put(writer, "(");
    money(writer, depth - 1);
    put(writer, " / ");
    money(writer, depth - 1);
    put(writer, ")");
    return;
  default:
    put(writer, "(");
    number(writer, depth - 1);
    CHOOSE(writer, " + ", " - ", " * ", " / ", " * ");
    number(writer, depth - 1);
    put(writer, ")");
    return;
  }
}

static void money(Writer *writer, unsigned depth) {
  if (!depth || !below(writer, 4)) {
    if (writer->lets && !below(writer, 3)) {
      put_let(writer, "sum");
      return;
    }
    if (!below(writer, 12)) {
      put(writer, "USD 1.50");
      return;
    }
    CHOOSE(writer, "m0", "m1", "m2", "(m3 else m0)");
    return;
  }
  switch (below(writer, 9)) {
  case 8:
    wide_money(writer);
    return;
  case 0:
    put(writer, "(if ");
    boolean(writer, depth - 1);
    put(writer, " then ");
    money(writer, depth - 1);
    put(writer, " else ");
    money(writer, depth - 1);
    put(writer, ")");
    return;
  case 1:
    CHOOSE(writer, "min(", "max(");
    money(writer, depth - 1);
    put(writer, ", ");
    money(writer, depth - 1);
    put(writer, ")");
    return;
  case 2:
    put(writer, "round(");
    money(writer, depth - 1);
    CHOOSE(writer, ", half_up)", ", half_even)", ", floor)", ", ceiling)",
           ", 1, half_up)");
    return;
  case 3:
  case 4:
    put(writer, "(");
    money(writer, depth - 1);
    CHOOSE(writer, " * ", " / ");
    number(writer, depth - 1);
    put(writer, ")");
    return;
  case 5: { /* a share of an amount */
    CHOOSE(writer, "(m0 - m0 * n0 / n1)", "(m1 * n0 / n2)",
           "(m0 - m0 * i0 / i1)", "(m2 - m2 / i1 * i0)", "(m1 * 0.3)");
    return;
  }
  default:
    put(writer, "(");
    money(writer, depth - 1);
    CHOOSE(writer, " + ", " - ");
    money(writer, depth - 1);
    put(writer, ")");
    return;
  }
}

static void compare(Writer *writer) {
  CHOOSE(writer, " == ", " != ", " < ", " <= ", " > ", " >= ");
}

static void boolean(Writer *writer, unsigned depth) {
  if (!depth || !below(writer, 5)) {
    if (writer->lets && !below(writer, 3)) {
      put_let(writer, "test");
      return;
    }
    CHOOSE(writer, "b0", "b1", "b2", "pb", "(b3 else false)", "kind == x",
           "kind == y", "label == \"one\"", "m3 is none", "d2 is none",
           "x in seen", "seen is empty", "kind in seen", "label != \"two\"",
           "mode == fast");
    return;
  }
  switch (below(writer, 10)) {
  case 9:
    wide_comparison(writer);
    return;
  case 0:
    put(writer, "(not ");
    boolean(writer, depth - 1);
    put(writer, ")");
    return;
  case 1:
    number(writer, depth - 1);
    compare(writer);
    number(writer, depth - 1);
    return;
  case 2:
    money(writer, depth - 1);
    compare(writer);
    if (below(writer, 3))
      money(writer, depth - 1);
    else
      put(writer, "0");
    return;
  case 3:
    instant(writer, 1);
    compare(writer);
    instant(writer, 1);
    return;
  case 4:
    duration(writer, 1);
    compare(writer);
    duration(writer, 1);
    return;
  case 5:
    CHOOSE(writer, "(d1 within 7d of d0)", "(i0 between 1 and 20)",
           "(n0 between i0 and 300)", "(day > 2024-10-10)",
           "(date of d0 in +08:00 < day)", "(start of day in +08:00 <= d1)",
           "(label < \"two\")", "(m0 + m2 == m1)",
           "(m3 is not none and m0 + m3 != m2)", "(i0 + i1 != 100)",
           "(year of (date of d0 in +08:00) == year of (date of d1 in "
           "-03:00))",
           "(d2 is not none and year of (date of d2 in +00:00) != 2024)");
    return;
  case 6:
    put(writer, "(if ");
    boolean(writer, depth - 1);
    put(writer, " then ");
    boolean(writer, depth - 1);
    put(writer, " else ");
    boolean(writer, depth - 1);
    put(writer, ")");
    return;
  default:
    put(writer, "(");
    boolean(writer, depth - 1);
    CHOOSE(writer, " and ", " and ", " or ");
    boolean(writer, depth - 1);
    put(writer, ")");
    return;
  }
}

/* ---- statements --------------------------------------------------------- */

static void facts(Writer *writer) {
  put(writer, "fact b0 : boolean; fact b1 : boolean");
  CHOOSE(writer, ";", " assume false;");
  put(writer, "fact b2 : boolean; fact b3 : boolean? assume none;\n");
  put(writer, "fact i0 : integer");
  CHOOSE(writer, ";", " 0 .. 100;", " >= 0;", " > -3;");
  put(writer, "fact i1 : integer");
  CHOOSE(writer, ";", " > 0;", " 1 .. 1000000;");
  put(writer, "fact n0 : number");
  CHOOSE(writer, ";", " >= 0;", " to 0 places >= 0;", " to 2 places;");
  put(writer, "fact n1 : number");
  CHOOSE(writer, ";", " > 0;", " to 0 places > 0;", " > 0.05;");
  put(writer, "fact n2 : number");
  CHOOSE(writer, ";", " 0 .. 1;", " assume 3;");
  put(writer, "fact n3 : number?");
  CHOOSE(writer, ";", " >= 0 assume none;");
  put(writer, "fact m0 : money");
  CHOOSE(writer, ";", " >= 0;", " > 0;");
  put(writer, "fact m1 : money");
  CHOOSE(writer, ";", " >= 0;", " assume 0;");
  put(writer, "fact m2 : money; fact m3 : money?");
  CHOOSE(writer, ";", " >= 0 assume none;", " assume m0;");
  put(writer, "\nenumeration letters = x, y, z; fact kind : letters; fact "
              "label : text");
  CHOOSE(writer, ";", " up to 3;");
  put(writer,
      "fact seen : set of letters; fact d0 : datetime; fact d1 : datetime");
  CHOOSE(writer, ";", " assume d0;");
  put(writer, "fact d2 : datetime?");
  CHOOSE(writer, ";", " assume none;");
  put(writer, "fact day : date; fact span : duration");
  CHOOSE(writer, ";", " >= 0s;");
  if (below(writer, 2))
    put(writer, "fact currency : currency;");
  put(writer, "\nparam pb : boolean = true; param pi : integer = 3;"
              "param mode : one of fast, slow = fast;\n");
}

static void lets(Writer *writer) {
  for (unsigned i = 0; i < LETS; i++) {
    const unsigned before = writer->lets;
    put(writer, "let test");
    put_number(writer, i);
    put(writer, " = ");
    boolean(writer, 2);
    put(writer, ";\nlet num");
    put_number(writer, i);
    put(writer, " = ");
    number(writer, 2);
    put(writer, ";\nlet sum");
    put_number(writer, i);
    put(writer, " = ");
    money(writer, 2);
    put(writer, ";\n");
    writer->lets = before + 1;
  }
}

static void outcome(Writer *writer) {
  CHOOSE(writer, "denied", "blocked", "refund", "credit", "ask");
}

static void rule(Writer *writer, unsigned index) {
  outcome(writer);
  put(writer, " r");
  put_number(writer, index);
  put(writer, " if ");
  boolean(writer, (unsigned)below(writer, 4));
  if (!below(writer, 8)) {
    put(writer, " giving amount = ");
    if (below(writer, 2))
      put(writer, "0");
    else
      money(writer, 1);
  }
  if (!below(writer, 6))
    CHOOSE(writer, " step s0", " step s1");
  put(writer, ";\n");
}

/* Rules by one key. */
static void keyed(Writer *writer) {
  static const char *const keys[] = {"i0 == ", "label == ", "kind == "};
  uint64_t by = below(writer, 3), count = 4 + below(writer, 12);
  uint64_t start = below(writer, 50);
  for (uint64_t i = 0; i < count; i++) {
    char text[64];
    (void)snprintf(text, sizeof text,
                   by == 1   ? "%s k%llu if %s\"k%llu\""
                   : by == 0 ? "%s k%llu if %s%llu"
                             : "%s k%llu if %sx",
                   "denied", (unsigned long long)i, keys[by],
                   (unsigned long long)((i * 7 + start) % 40));
    put(writer, text);
    if (below(writer, 2)) {
      put(writer, " and ");
      boolean(writer, 1);
    }
    put(writer, ";\n");
  }
}

static void outputs(Writer *writer) {
  put(writer, "output amount : ");
  CHOOSE(writer, "required money", "money");
  CHOOSE(writer, " for refund, credit;\n", " for refund, credit, blocked;\n",
         " for refund;\n");
  if (!below(writer, 6)) {
    put(writer, "amount = ");
    wide_money(writer);
    put(writer, ";\n");
  } else if (below(writer, 2)) {
    put(writer, "amount = ");
    money(writer, 3);
    put(writer, ";\n");
  } else {
    put(writer, "amount = ");
    money(writer, 2);
    put(writer, " if test0;\namount = ");
    money(writer, 2);
    CHOOSE(writer, " if not test0;\n", " if test1;\n",
           " if not test0 and b0;\n");
  }
  if (below(writer, 2)) {
    put(writer, "output deadline : datetime = ");
    instant(writer, 2);
    CHOOSE(writer, ";\n", " if b0;\n", " for refund;\n");
  }
  if (!below(writer, 3))
    CHOOSE(writer, "ensure amount <= m0;\n", "ensure i0 < 1000;\n",
           "ensure amount >= 0 or b0;\n");
}

void agreement_policy(Random *random, RplBuffer *text) {
  Writer writer = {.random = random, .text = text};
  uint64_t rules = 2 + below(&writer, 8);
  put(&writer, "edition 1; policy p \"P\";\n"
               "outcome denied; outcome blocked; outcome ask;\n"
               "outcome refund as partial_refund; outcome credit;\n"
               "outcome needs_info for unknown;"
               "outcome manual_review for error;\n"
               "setting rounding : rounding = ");
  CHOOSE(&writer, "half_up", "half_even", "half_down", "up", "down", "ceiling",
         "floor");
  put(&writer, ";\n");
  facts(&writer);
  lets(&writer);
  put(&writer, "step s0 \"First.\"");
  if (below(&writer, 2)) {
    put(&writer, " if ");
    boolean(&writer, 1);
  }
  put(&writer, ";\nstep s1 \"Second.\";\n");
  if (!below(&writer, 3))
    keyed(&writer);
  for (unsigned i = 0; i < rules; i++)
    rule(&writer, i);
  outputs(&writer);
  /* Every let is read. */
  for (unsigned i = 0; i < LETS; i++) {
    outcome(&writer);
    put(&writer, " l");
    put_number(&writer, i);
    put(&writer, " if test");
    put_number(&writer, i);
    put(&writer, " and num");
    put_number(&writer, i);
    compare(&writer);
    put(&writer, "n0 and sum");
    put_number(&writer, i);
    compare(&writer);
    put(&writer, "m0;\n");
  }
  put(&writer, "otherwise ");
  outcome(&writer);
  put(&writer, ";\n");
}
