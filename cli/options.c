/* SPDX-License-Identifier: Apache-2.0
 * options.c - see options.h. */
#include "cli/options.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cli/output.h"

/* LIMIT: bytes of a word for which a near one is looked up. */
#define NEAR_MAX_BYTES    24
#define NEAR_MAX_DISTANCE 2

#define B RPL_COMMAND_BUILD
#define K RPL_COMMAND_CHECK
#define E RPL_COMMAND_EVAL
#define C RPL_COMMAND_CALC
#define T RPL_COMMAND_TEST
#define D RPL_COMMAND_DISASM
#define F RPL_COMMAND_FACTS
#define M RPL_COMMAND_FMT
#define X RPL_COMMAND_EXPLAIN
#define R RPL_COMMAND_REPLAY

typedef struct CommandRow {
  const char *name;
  const char *usage; /* lines after "rplc NAME " */
  const char *help;
  RplCommand command;
} CommandRow;

static const CommandRow commands[] = {
    {"build", "PATH... -o OUT.rplb [--strip] [-d DEPFILE] [--deny-warnings]",
     "compile policies to one verified program", B},
    {"check", "PATH... [--format text|json|sarif] [--deny-warnings]",
     "compile without output and print what was found", K},
    {"eval",
     "PATH [--policy NAME] [FACTS.json] [NAME=VALUE...]\n"
     "rplc eval -e TEXT [NAME=VALUE...]\n"
     "rplc eval PATH --jsonl [FILE] [--requests] [-o OUT]",
     "decide, once or for each line of a file", E},
    {"explain",
     "PATH [--policy NAME] [FACTS.json] [NAME=VALUE...]\n"
     "rplc explain -e TEXT [NAME=VALUE...]",
     "decide, and say why: rules, values, amounts", X},
    {"replay", "PATH [RECORDS.jsonl]",
     "decide records again, and compare to the byte", R},
    {"calc", "EXPRESSION [NAME=VALUE...]\nrplc calc --lines [FILE]",
     "print the value of an expression", C},
    {"test", "PATH... [--coverage] [--junit FILE]", "run the tests in policies",
     T},
    {"fmt", "PATH... [--check]", "write policies in the one layout", M},
    {"disasm", "PATH [--policy NAME]", "print a program as text", D},
    {"facts", "PATH [--policy NAME]",
     "print a JSON Schema of the facts that a policy takes", F},
};

typedef enum OptionKind {
  KIND_FLAG, /* member is a bool */
  KIND_TEXT, /* member is a const char *; given once */
  KIND_PARAM /* adds to params */
} OptionKind;

typedef struct OptionRow {
  const char *name;
  const char *argument; /* NULL for a flag */
  const char *help;
  unsigned commands;
  OptionKind kind;
  size_t offset; /* of the member in RplOptions */
} OptionRow;

#define AT(member) offsetof(RplOptions, member)

static const OptionRow rows[] = {
    {"-e", "TEXT", "decide by this policy text instead of a PATH", E | X,
     KIND_TEXT, AT(expression)},
    {"-o", "FILE", "write the result to FILE, whole or not at all", B | E,
     KIND_TEXT, AT(out)},
    {"-d", "FILE", "write a dependency file for make or ninja", B, KIND_TEXT,
     AT(depfile)},
    {"--strip", NULL, "leave out names, texts and places", B, KIND_FLAG,
     AT(strip)},
    {"--policy", "NAME", "the policy to use, where there are several",
     E | X | D | F, KIND_TEXT, AT(policy)},
    {"--param", "NAME=VALUE", "set a param; may be repeated", E | X, KIND_PARAM,
     AT(params)},
    {"--zones", "DIR", "take the data of time zones from DIR",
     B | K | E | X | R | C | T | D | F, KIND_TEXT, AT(zones)},
    {"--ignore-unknown", NULL, "accept facts that the policy does not declare",
     E | X, KIND_FLAG, AT(ignore_unknown)},
    {"--record", NULL, "add facts, params and digest to the decision", E,
     KIND_FLAG, AT(record)},
    {"--jsonl", NULL, "decide for each line of FILE or standard input", E,
     KIND_FLAG, AT(jsonl)},
    {"--requests", NULL, "lines hold id, policy, facts and maybe params", E,
     KIND_FLAG, AT(requests)},
    {"--lines", NULL, "read an expression a line", C, KIND_FLAG, AT(lines)},
    {"--check", NULL, "list what would change, and change nothing", M,
     KIND_FLAG, AT(check)},
    {"--coverage", NULL, "list the statements that no test has used", T,
     KIND_FLAG, AT(coverage)},
    {"--junit", "FILE", "write the results as JUnit XML too", T, KIND_TEXT,
     AT(junit)},
    {"--deny-warnings", NULL, "fail where there is a warning", B | K | T,
     KIND_FLAG, AT(deny_warnings)},
    {"--format", "FORMAT", "text, json, or for check sarif",
     B | K | E | X | R | C | T, KIND_TEXT, AT(format_word)},
    {"--help", NULL, "print this text", B | K | E | X | R | C | T | D | F | M,
     KIND_FLAG, AT(help)},
};

#undef B
#undef K
#undef E
#undef C
#undef T
#undef D
#undef F
#undef M
#undef X
#undef R

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])
#define ROW_COUNT     (sizeof rows / sizeof rows[0])

/* ---- near names ---------------------------------------------------------- */

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Levenshtein's distance by rows; words over the limit are infinitely far. */
static size_t distance(const char *a, const char *b) {
  size_t row[NEAR_MAX_BYTES + 1];
  size_t a_length = strlen(a);
  size_t b_length = strlen(b);
  if (a_length > NEAR_MAX_BYTES || b_length > NEAR_MAX_BYTES)
    return SIZE_MAX;
  for (size_t j = 0; j <= b_length; j++)
    row[j] = j;
  for (size_t i = 1; i <= a_length; i++) {
    size_t corner = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b_length; j++) {
      size_t change = corner + (a[i - 1] != b[j - 1]);
      corner = row[j];
      row[j] = least(change, least(row[j], row[j - 1]) + 1);
    }
  }
  return row[b_length];
}

/* Keeps the nearer of *best and `name`; *far is the distance of *best. A word
 * of one or two letters is near to everything, so those suggest nothing. */
static void keep_nearer(const char *word, const char *name, const char **best,
                        size_t *far) {
  size_t steps = distance(word, name);
  if (steps <= NEAR_MAX_DISTANCE && steps + 2 < strlen(name) && steps < *far) {
    *best = name;
    *far = steps;
  }
}

/* `word` is the option as written, `length` its part before an equals sign. */
static int unknown_option(const CommandRow *command, const char *word,
                          size_t length) {
  char name[NEAR_MAX_BYTES + 2];
  const char *best = NULL;
  size_t far = SIZE_MAX;
  (void)snprintf(name, sizeof name, "%.*s",
                 (int)least(length, NEAR_MAX_BYTES + 1), word);
  for (size_t i = 0; i < ROW_COUNT; i++)
    if (rows[i].commands & command->command)
      keep_nearer(name, rows[i].name, &best, &far);
  if (best)
    return rpl_cli_fail(RPL_EXIT_USAGE, "%s has no option %s; did you mean %s?",
                        command->name, word, best);
  return rpl_cli_fail(RPL_EXIT_USAGE, "%s has no option %s; see rplc %s --help",
                      command->name, word, command->name);
}

static int unknown_command(const char *word) {
  const char *best = NULL;
  size_t far = SIZE_MAX;
  for (size_t i = 0; i < COMMAND_COUNT; i++)
    keep_nearer(word, commands[i].name, &best, &far);
  if (best)
    return rpl_cli_fail(RPL_EXIT_USAGE,
                        "there is no command %s; did you mean %s?", word, best);
  return rpl_cli_fail(RPL_EXIT_USAGE, "there is no command %s; see rplc --help",
                      word);
}

/* ---- reading ------------------------------------------------------------- */

static const OptionRow *find_row(const CommandRow *command, const char *word,
                                 size_t length) {
  for (size_t i = 0; i < ROW_COUNT; i++)
    if ((rows[i].commands & command->command) &&
        strlen(rows[i].name) == length &&
        memcmp(rows[i].name, word, length) == 0)
      return &rows[i];
  return NULL;
}

static const CommandRow *find_command(const char *word) {
  for (size_t i = 0; i < COMMAND_COUNT; i++)
    if (strcmp(commands[i].name, word) == 0)
      return &commands[i];
  return NULL;
}

static int store(RplOptions *options, const OptionRow *row, const char *value) {
  void *member = (char *)options + row->offset;
  if (row->kind == KIND_PARAM) {
    const char *equals = strchr(value, '=');
    if (!equals || equals == value)
      return rpl_cli_fail(RPL_EXIT_USAGE,
                          "--param takes NAME=VALUE, but %s was given", value);
    options->params[options->param_count++] = value;
    return RPL_EXIT_OK;
  }
  const char **text = member;
  if (*text)
    return rpl_cli_fail(RPL_EXIT_USAGE, "%s is given twice", row->name);
  *text = value;
  return RPL_EXIT_OK;
}

/* Reads the option at argv[*at] and moves *at to its last word. */
static int read_option(RplOptions *options, const CommandRow *command,
                       char **argv, int argc, int *at) {
  const char *word = argv[*at];
  const char *equals = word[1] == '-' ? strchr(word, '=') : NULL;
  size_t length = equals ? (size_t)(equals - word) : strlen(word);
  const OptionRow *row = find_row(command, word, length);
  if (!row)
    return unknown_option(command, word, length);
  if (row->kind == KIND_FLAG) {
    if (equals)
      return rpl_cli_fail(RPL_EXIT_USAGE, "%s takes no value", row->name);
    bool *flag = (bool *)((char *)options + row->offset);
    *flag = true;
    return RPL_EXIT_OK;
  }
  if (equals)
    return store(options, row, equals + 1);
  if (*at + 1 >= argc)
    return rpl_cli_fail(RPL_EXIT_USAGE, "%s needs a value: %s %s", row->name,
                        row->name, row->argument);
  *at += 1;
  return store(options, row, argv[*at]);
}

/* An expression may begin with a minus; `calc` has long options alone. */
static bool is_option(const RplOptions *options, const char *word) {
  if (word[0] != '-' || !word[1])
    return false;
  return word[1] == '-' || options->command != RPL_COMMAND_CALC;
}

static int read_format(RplOptions *options) {
  static const char *const names[] = {"", "text", "json", "sarif"};
  const char *word = options->format_word;
  if (!word)
    return RPL_EXIT_OK;
  int last = options->command == RPL_COMMAND_CHECK ? RPL_AS_SARIF : RPL_AS_JSON;
  for (int i = RPL_AS_TEXT; i <= last; i++) {
    if (strcmp(word, names[i]) == 0) {
      options->format = (RplAs)i;
      return RPL_EXIT_OK;
    }
  }
  return rpl_cli_fail(
      RPL_EXIT_USAGE, "--format is %s here, not %s",
      last == RPL_AS_SARIF ? "text, json or sarif" : "text or json", word);
}

/* What stands in place of a command. */
static int read_no_command(RplOptions *options, int argc, char **argv) {
  if (argc < 2)
    return rpl_cli_fail(RPL_EXIT_USAGE,
                        "a command is missing; see rplc --help");
  options->help = strcmp(argv[1], "--help") == 0;
  options->version = strcmp(argv[1], "--version") == 0;
  if (!options->help && !options->version)
    return argv[1][0] == '-' && argv[1][1]
               ? rpl_cli_fail(RPL_EXIT_USAGE,
                              "there is no option %s before the command; see "
                              "rplc --help",
                              argv[1])
               : unknown_command(argv[1]);
  if (argc > 2)
    return rpl_cli_fail(RPL_EXIT_USAGE, "%s stands alone", argv[1]);
  return RPL_EXIT_OK;
}

int rpl_options_read(RplOptions *options, RplCliPool *pool, int argc,
                     char **argv) {
  memset(options, 0, sizeof *options);
  const CommandRow *command = argc < 2 ? NULL : find_command(argv[1]);
  if (!command)
    return read_no_command(options, argc, argv);
  options->command = command->command;
  size_t room = (size_t)argc;
  options->params = rpl_cli_pool_alloc(pool, room * sizeof *options->params);
  options->args = rpl_cli_pool_alloc(pool, room * sizeof *options->args);
  if (!options->params || !options->args)
    return rpl_cli_no_memory();
  bool ended = false;
  for (int i = 2; i < argc; i++) {
    if (!ended && strcmp(argv[i], "--") == 0) {
      ended = true;
    } else if (ended || !is_option(options, argv[i])) {
      options->args[options->arg_count++] = argv[i];
    } else {
      int code = read_option(options, command, argv, argc, &i);
      if (code)
        return code;
    }
  }
  return read_format(options);
}

/* ---- help ---------------------------------------------------------------- */

static void help_of_all(void) {
  puts("Usage: rplc COMMAND [OPTION...] [ARGUMENT...]\n"
       "       rplc COMMAND --help\n"
       "       rplc --help | --version\n"
       "\n"
       "Compiles refund and billing policies, and decides by them.\n"
       "\n"
       "Commands:");
  for (size_t i = 0; i < COMMAND_COUNT; i++)
    printf("  %-8s %s\n", commands[i].name, commands[i].help);
  puts("\n"
       "A PATH is a .rpl file, a .rplb program or a folder of policies; - is\n"
       "standard input.\n"
       "\n"
       "Exit codes: 0 fine; 1 a test failed, a line was bad or --check found\n"
       "something; 2 usage; 3 a policy does not compile; 4 a program was "
       "refused;\n"
       "5 facts were refused; 6 file or I/O error; 70 internal error.");
}

static void help_of_command(const CommandRow *command) {
  printf("Usage: rplc %s ", command->name);
  for (const char *c = command->usage; *c; c++) {
    putchar(*c);
    if (*c == '\n')
      printf("       ");
  }
  printf("\n\nTo %s.\n\nOptions:\n", command->help);
  for (size_t i = 0; i < ROW_COUNT; i++) {
    const OptionRow *row = &rows[i];
    if (!(row->commands & command->command))
      continue;
    char head[40];
    (void)snprintf(head, sizeof head, "%s%s%s", row->name,
                   row->argument ? " " : "",
                   row->argument ? row->argument : "");
    printf("  %-20s %s\n", head, row->help);
  }
}

void rpl_options_help(const RplOptions *options) {
  for (size_t i = 0; i < COMMAND_COUNT; i++) {
    if (commands[i].command == options->command) {
      help_of_command(&commands[i]);
      return;
    }
  }
  help_of_all();
}
