/* SPDX-License-Identifier: Apache-2.0
 *
 * bytecode_doc.c - prints docs/bytecode.md: the introduction in the file that
 * is its argument, then tables of sections, operations, kinds and error values
 * as the library has them.
 */
#include <stdio.h>

#include "vm/op.h"
#include "vm/program.h"
#include "vm/type.h"

typedef struct Field {
  const char *name, *kind, *doc;
} Field;

static void print_field(Field field) {
  (void)printf("| `%s` | %s | %s |\n", field.name, field.kind, field.doc);
}

static const char *kind_words(RplFieldKind kind) {
  static const char *const words[] = {[RPL_FIELD_WORD] = "number",
                                      [RPL_FIELD_STRING] = "string",
                                      [RPL_FIELD_STRING0] = "string + 1, or 0",
                                      [RPL_FIELD_TYPE] = "type",
                                      [RPL_FIELD_OPERAND] = "operand",
                                      [RPL_FIELD_OPERAND0] = "operand, or 0",
                                      [RPL_FIELD_TEXT0] = "text + 1, or 0",
                                      [RPL_FIELD_PLACE0] = "place + 1, or 0",
                                      [RPL_FIELD_LIST] =
                                          "first item in `lists`",
                                      [RPL_FIELD_COUNT] = "how many items",
                                      [RPL_FIELD_FLAGS] = "flags"};
  return words[kind];
}

static void print_sections(void) {
  (void)puts("\n## Sections\n\nIn the order of the file. A record is a row of "
             "words, one a field.");
#define SECTION(id, Struct, member, side, doc)                                 \
  (void)printf("\n### %s\n\n%s%s.\n\n| field | holds | meaning |\n"            \
               "|---|---|---|\n",                                              \
               #member, doc, (side) ? " (side table)" : "");
#define FIELD(member, kind, doc)                                               \
  print_field((Field){#member, kind_words(RPL_FIELD_##kind), doc});
#define END_SECTION
#include "vm/sections.def"
#undef SECTION
#undef FIELD
#undef END_SECTION
}

static void print_flags(void) {
  static const struct {
    const char *section;
    unsigned bit;
    const char *doc;
  } flags[] = {
      {"enums", RPL_ENUM_OR_OTHER, "any other text reads as the last value"},
      {"facts", RPL_FACT_PARAM, "a param: set by whoever deploys"},
      {"facts", RPL_FACT_LOW_OPEN, "the low bound itself is not allowed"},
      {"facts", RPL_FACT_HIGH_OPEN, "the high bound itself is not allowed"},
      {"outcomes", RPL_OUTCOME_ASKS, "what its rules provide is missing"},
      {"outputs", RPL_OUTPUT_REQUIRED, "unknown or in error, it decides"},
      {"outputs", RPL_OUTPUT_RANKED, "several values, first choice first"},
      {"outputs", RPL_OUTPUT_AMOUNT, "printed as the amount"},
      {"outputs", RPL_OUTPUT_DEADLINE, "printed as the deadline"},
      {"outputs", RPL_OUTPUT_DESTINATION, "printed as the destination"}};
  (void)puts("\n### Flags\n\n| section | bit | meaning |\n|---|---|---|");
  for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
    (void)printf("| `%s` | %u | %s |\n", flags[i].section, flags[i].bit,
                 flags[i].doc);
}

static void print_kinds(void) {
  (void)puts("\n## Kinds of types\n\n| number | kind |\n|---|---|");
  for (unsigned kind = RPL_KIND_BOOLEAN; kind < RPL_KIND_COUNT; kind++)
    (void)printf("| %u | %s |\n", kind, rpl_kind_name((RplKind)kind));
}

static const char signature_words[] =
    "\nAn instruction's first word has the operation in bits 0 to 7 and the "
    "index of\nits result's type in bits 16 to 31. A signature has a letter "
    "for "
    "each operand\nand, after `>`, one for the result: b boolean, i integer, n "
    "integer or number,\nm money, t text, d date, D datetime, u duration, r "
    "rounding, c currency, T any\nkind, O any ordered kind, F a fact or param. "
    "T, O and F of one operation are of\none kind, an integer beside a number "
    "being a number. An operand may be optional\nonly where `?` follows. "
    "Results: "
    "T the common kind; S the same, optional when one\nof its operands is; E "
    "the "
    "same, optional when the second operand is; N an integer\nwhen all numbers "
    "are integers.\n\nUnless it says otherwise, an operation with an operand "
    "in "
    "error gives that error,\nand else with an unknown operand it is "
    "unknown.\n";

static const char *const meanings[RPL_OP_LIMIT] = {
#define OP(byte, id, name, signature, symbol, precedence, cost, doc)           \
  [byte] = doc,
#include "vm/ops.def"
#undef OP
};

static void print_operations(void) {
  (void)printf("\n## Operations\n%s\n", signature_words);
  (void)puts("| byte | name | signature | written | cost | result |\n"
             "|---|---|---|---|---|---|");
  for (unsigned byte = 0; byte < RPL_OP_LIMIT; byte++) {
    const RplOpInfo info = rpl_op_info((uint8_t)byte);
    if (info.name)
      (void)printf("| %02X | `%s` | `%s` | %s%s%s | %u | %s |\n", byte,
                   info.name, info.signature, info.symbol[0] ? "`" : "",
                   info.symbol, info.symbol[0] ? "`" : "", (unsigned)info.cost,
                   meanings[byte]);
  }
}

typedef struct Rule {
  const char *status, *message, *reason;
} Rule;

static void print_group(const char *title) {
  (void)printf("\n**%s**\n\n| a file is refused: | because |\n|---|---|\n",
               title);
}

static void print_rule(Rule rule) {
  (void)printf("| %s%s | %s |\n", rule.message,
               rule.status[0] == 'L' ? " (`RPL_E_LIMIT`)" : "", rule.reason);
}

static void print_rules(void) {
  (void)puts(
      "\n## Rules\n\nA file of compiled policies is loaded if none of these "
      "holds, and is refused\nwith the first one that does: with "
      "`RPL_E_PROGRAM`, or with `RPL_E_LIMIT` where it\nsays so. Each is "
      "checked once, at load; what runs a program relies on all of\nthem and "
      "checks none again. For each, `tests/unit` has a program that is valid "
      "but\nfor the change that breaks it, and that is refused with just this "
      "message\n(`lint.rules`).");
#define GROUP(title) print_group(title);
#define RULE(status, message, reason)                                          \
  print_rule((Rule){#status, message, reason});
#include "vm/rules.def"
#undef GROUP
#undef RULE
}

static void print_errors(void) {
  (void)puts("\n## Error values\n\n| name | meaning |\n|---|---|");
  for (unsigned code = RPL_ERROR_NOTHING + 1; code < RPL_ERROR_COUNT; code++)
    (void)printf("| `%s` | %s |\n", rpl_error_name((RplErrorCode)code),
                 rpl_error_text((RplErrorCode)code));
}

static int print_file(const char *path) {
  char bytes[4096];
  size_t length;
  FILE *file = fopen(path, "rb");
  if (!file)
    return 0;
  while ((length = fread(bytes, 1, sizeof bytes, file)) > 0)
    (void)fwrite(bytes, 1, length, stdout);
  int is_good = !ferror(file);
  (void)fclose(file);
  return is_good;
}

int main(int argc, char **argv) {
  if (argc != 2 || !print_file(argv[1])) {
    (void)fputs("usage: bytecode_doc INTRO\n", stderr);
    return 2;
  }
  print_sections();
  print_flags();
  print_kinds();
  print_operations();
  print_errors();
  print_rules();
  return fflush(stdout) == 0 ? 0 : 6;
}
