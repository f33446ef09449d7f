/* SPDX-License-Identifier: Apache-2.0
 *
 * program_builder.h - canonical programs put together row by row, for tests of
 * the reader and the verifier. It checks nothing, so it can build what is
 * wrong; it shares no code with the compiler's writer, and knows only
 * sections.def.
 */
#ifndef RPL_TESTS_PROGRAM_BUILDER_H
#define RPL_TESTS_PROGRAM_BUILDER_H

#include "vm/program.h"

/* The tables of one program in the making. Members may be changed. */
typedef struct RplBuilder {
  uint32_t *rows[RPL_SECTION_COUNT];
  uint32_t count[RPL_SECTION_COUNT]; /* rows */
  size_t room[RPL_SECTION_COUNT];    /* words */
  char *blob;
  size_t blob_bytes;
  size_t blob_room;
  uint32_t flags;
} RplBuilder;

/* Bytes on the heap, of exactly that size; the caller frees `data`. */
typedef struct RplBytes {
  uint8_t *data;
  size_t size;
} RplBytes;

void rpl_builder_init(RplBuilder *builder);
void rpl_builder_clear(RplBuilder *builder);

/* Appends a record of as many words as the section has; returns its row. */
uint32_t rpl_builder_add(RplBuilder *builder, RplSection section,
                         const uint32_t *words);

/* A record written in place: RPL_ADD(b, FACTS, name, type, ...). */
#define RPL_ADD(builder, section, ...)                                         \
  rpl_builder_add((builder), RPL_SECTION_##section, (uint32_t[]){__VA_ARGS__})

/* Word `word` of a row, to be changed. */
uint32_t *rpl_builder_word(RplBuilder *builder, RplSection section,
                           uint32_t row, unsigned word);

/* Appends a string. They must come in the order of their bytes, or the program
 * is refused. rpl_builder_find gives the row of one; it must be there. */
uint32_t rpl_builder_string(RplBuilder *builder, const char *text);
uint32_t rpl_builder_find(const RplBuilder *builder, const char *text);

/* Appends items to lists; returns the first, or 0 when there are none. */
uint32_t rpl_builder_list(RplBuilder *builder, uint32_t count,
                          const uint32_t *items);

/* States the cost of the program in its policy record. */
void rpl_builder_set_cost(RplBuilder *builder);

/* The bytes of the program, and those of a bundle of programs. */
RplBytes rpl_builder_program(const RplBuilder *builder);
RplBytes rpl_builder_bundle(const RplBytes *programs, uint32_t count);

/* Overwrites the word at `offset`. */
void rpl_bytes_set_word(RplBytes bytes, size_t offset, uint32_t word);

/* Makes the checksum of a changed bundle right again, so that what lies behind
 * it is tested. */
void rpl_bytes_seal(RplBytes bundle);

/* ---- one program with every kind of record ---- */

/* Builds it. The rows of its tables have names below. */
void rpl_builder_full(RplBuilder *builder);

/* For a test that cut its types off at T_ROUNDING and put `more` there: adds
 * those from T_ROUNDING on again and corrects every row that names one. */
void rpl_builder_shift_types(RplBuilder *builder, uint32_t more);

/* Its strings in the order of their bytes; S_X is the row of one. */
#define RPL_FULL_STRINGS(X)                                                    \
  X(0, "0")                                                                    \
  X(0_5, "0.5")                                                                \
  X(1_6, "1.6")                                                                \
  X(30, "30")                                                                  \
  X(64, "64")                                                                  \
  X(7, "7")                                                                    \
  X(C1, "C-1")                                                                 \
  X(C2, "C-2")                                                                 \
  X(PAY, "Pay ")                                                               \
  X(TITLE, "Title!")                                                           \
  X(AMOUNT, "amount")                                                          \
  X(AT, "at")                                                                  \
  X(BLUE, "blue")                                                              \
  X(CHECKED, "checked")                                                        \
  X(COLOR, "color")                                                            \
  X(CURRENCY, "currency")                                                      \
  X(DAYS, "days")                                                              \
  X(DEADLINE, "deadline")                                                      \
  X(DENIED, "denied")                                                          \
  X(DESTINATION, "destination")                                                \
  X(EXTRA, "extra")                                                            \
  X(FALLBACKS, "fallbacks")                                                    \
  X(FEE, "fee")                                                                \
  X(FULL_REFUND, "full_refund")                                                \
  X(HOME, "home")                                                              \
  X(MANUAL_REVIEW, "manual_review")                                            \
  X(NEEDS_INFO, "needs_info")                                                  \
  X(NO_NOTE, "no_note")                                                        \
  X(NOT_USED, "not used")                                                      \
  X(NOTE, "note")                                                              \
  X(OTHER, "other")                                                            \
  X(RATIO, "ratio")                                                            \
  X(RED, "red")                                                                \
  X(REFUNDABLE, "refundable")                                                  \
  X(RESET, "reset")                                                            \
  X(SHADES, "shades")                                                          \
  X(SUM, "sum")                                                                \
  X(TEST_FULL, "test.full")                                                    \
  X(TEST_RPL, "test.rpl")                                                      \
  X(TOUCHED, "touched")                                                        \
  X(UNTIL, "until")                                                            \
  X(UNUSED, "unused")

enum {
#define X(id, text) S_##id,
  RPL_FULL_STRINGS(X)
#undef X
      S_COUNT
};

enum { /* rows of types, sorted by kind, optional, detail */
       T_BOOLEAN,
       T_INTEGER,
       T_NUMBER,
       T_MONEY,
       T_TEXT,
       T_DATE,
       T_DATE_OPT,
       T_DATETIME,
       T_COLOR,
       T_DESTINATION,
       T_ROUNDING,
       T_CURRENCY,
       T_ZONE,
       T_COLORS, /* a set of color */
       T_COUNT
};

enum { /* rows of constants, sorted by type and words */
       C_TRUE,
       C_30,
       C_64,
       C_7,
       C_HALF,
       C_MONEY_0,
       C_USD_1_6,
       C_RED_TEXT,
       C_DATE,
       C_NONE,
       C_DATETIME,
       C_RED,
       C_CHECKED,
       C_HALF_UP,
       C_USD,
       C_ZONE,     /* +08:00 */
       C_RED_BLUE, /* a set */
       C_COUNT
};

enum { /* slots */
       F_UNUSED,
       F_FEE,
       F_EXTRA,
       F_COLOR,
       F_DAYS,
       F_CURRENCY,
       F_UNTIL,
       F_RATIO,
       F_NOTE,
       F_AT,
       F_HOME,
       F_SHADES,
       F_COUNT
};

enum { FULL_CODE = 18, FULL_COST = 30 }; /* instructions, and what they cost */

#define FACT(slot) RPL_OPERAND(RPL_SPACE_FACT, slot)
#define CONST(row) RPL_OPERAND(RPL_SPACE_CONSTANT, row)
#define TEMP(row)  RPL_OPERAND(RPL_SPACE_TEMP, row)

/* Values: 2026-03-02 is day 20514, 2026-01-01T00:00:00Z is microsecond 411464 *
 * 2^32 + 1176518656 (both from Python's datetime). USD is 21 << 10 | 19 << 5
 * | 4. */
#define USD 22116u
#define ZAR 26674u /* 26 << 10 | 1 << 5 | 18 */

#endif /* RPL_TESTS_PROGRAM_BUILDER_H */
