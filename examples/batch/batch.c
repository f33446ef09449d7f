/* SPDX-License-Identifier: Apache-2.0
 *
 * batch.c BUNDLE POLICY ORDERS.csv - decides a table of orders as columns and
 * adds up what comes of it. See README.md.
 */
#include <rpl/batch.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_COLUMNS 64

/* ---- the table ----------------------------------------------------------- */

/* A fact of all rows: values, and a bit for each row that has one. */
typedef struct Column {
  char *name;
  int64_t *values;
  uint64_t *given;
} Column;

typedef struct Table {
  Column columns[MAX_COLUMNS];
  size_t column_count;
  size_t row_count;
  size_t room; /* a multiple of 64 */
} Table;

static void *need(void *memory) {
  if (!memory) {
    fprintf(stderr, "batch: out of memory\n");
    exit(1);
  }
  return memory;
}

static void grow(Table *table) {
  size_t room = table->room ? 2 * table->room : 1024;
  for (size_t i = 0; i < table->column_count; i++) {
    Column *column = &table->columns[i];
    column->values = need(realloc(column->values, room * sizeof(int64_t)));
    column->given = need(realloc(column->given, room / 64 * sizeof(uint64_t)));
    memset(column->values + table->room, 0,
           (room - table->room) * sizeof(int64_t));
    memset(column->given + table->room / 64, 0,
           (room - table->room) / 64 * sizeof(uint64_t));
  }
  table->room = room;
}

static void read_names(Table *table, char *line) {
  for (char *name = strtok(line, ",\r\n"); name; name = strtok(NULL, ",\r\n"))
    if (table->column_count < MAX_COLUMNS)
      table->columns[table->column_count++].name = need(strdup(name));
}

/* One row: a number, or nothing, for each column. */
static int read_row(Table *table, const char *line) {
  size_t row = table->row_count;
  if (row == table->room)
    grow(table);
  for (size_t i = 0; i < table->column_count; i++) {
    char *end = NULL;
    if (*line != ',' && *line != '\r' && *line != '\n') {
      table->columns[i].values[row] = strtoll(line, &end, 10);
      if (end == line)
        return 0;
      table->columns[i].given[row / 64] |= UINT64_C(1) << (row % 64);
      line = end;
    }
    if (i + 1 < table->column_count && *line++ != ',')
      return 0;
  }
  table->row_count++;
  return line[strspn(line, "\r\n")] == '\0';
}

static int read_table(Table *table, const char *path) {
  char *line = NULL;
  size_t room = 0;
  int is_good = 1;
  FILE *file = fopen(path, "r");
  if (!file || getline(&line, &room, file) < 0)
    return 0;
  read_names(table, line);
  while (is_good && getline(&line, &room, file) > 0)
    is_good = read_row(table, line);
  if (!is_good)
    fprintf(stderr, "batch: %s:%zu: not a row of numbers\n", path,
            table->row_count + 2);
  free(line);
  fclose(file);
  return is_good && table->column_count > 0;
}

static void free_table(Table *table) {
  for (size_t i = 0; i < table->column_count; i++) {
    free(table->columns[i].name);
    free(table->columns[i].values);
    free(table->columns[i].given);
  }
}

/* ---- deciding ------------------------------------------------------------ */

static RplSlice slice(const char *text) {
  return (RplSlice){text, strlen(text)};
}

/* The columns as RPL takes them: each with the slot of its fact. */
static RplStatus bind(const RplProgram *program, size_t policy,
                      const Table *table, RplColumn *columns) {
  for (size_t i = 0; i < table->column_count; i++) {
    const Column *column = &table->columns[i];
    size_t slot = 0;
    RplStatus status =
        rpl_program_fact_slot(program, policy, slice(column->name), &slot);
    if (status != RPL_OK) {
      fprintf(stderr, "batch: the policy has no fact %s\n", column->name);
      return status;
    }
    columns[i] = (RplColumn){.slot = (uint32_t)slot,
                             .width = RPL_WIDTH_INT64,
                             .values = column->values,
                             .given = column->given};
  }
  return RPL_OK;
}

/* How many rows had an outcome, and their amounts; those without an outcome of
 * their own (something is missing, or an error decided) are counted last. */
static void print_sums(const RplBatch *batch, const RplBatchResult *result,
                       size_t rows) {
  size_t outcomes = rpl_batch_outcome_count(batch);
  size_t *counts = need(calloc(outcomes + 1, sizeof *counts));
  int64_t *sums = need(calloc(outcomes + 1, sizeof *sums));
  for (size_t row = 0; row < rows; row++) {
    size_t outcome = result->outcome[row];
    outcome = outcome < outcomes ? outcome : outcomes;
    counts[outcome]++;
    sums[outcome] += result->amount[row];
  }
  for (size_t i = 0; i <= outcomes; i++) {
    RplSlice name =
        i < outcomes ? rpl_batch_outcome(batch, i) : slice("undetermined");
    if (counts[i] > 0)
      printf("%.*s %zu %" PRId64 "\n", (int)name.length, name.data, counts[i],
             sums[i]);
  }
  free(counts);
  free(sums);
}

static RplStatus decide(const RplProgram *program, size_t policy,
                        const Table *table) {
  RplColumn columns[MAX_COLUMNS];
  RplContext *context = NULL;
  RplBatch *batch = NULL;
  RplBatchFacts facts = {.columns = columns,
                         .column_count = table->column_count,
                         .row_count = table->row_count,
                         .currency = rpl_slot_currency("USD")};
  RplBatchResult result = {
      .outcome = need(calloc(table->room + 1, sizeof(uint16_t))),
      .amount = need(calloc(table->room + 1, sizeof(int64_t)))};
  RplStatus status = bind(program, policy, table, columns);
  if (status == RPL_OK)
    status = rpl_context_new(program, policy, NULL, &context);
  if (status == RPL_OK)
    status = rpl_batch_new(context, &batch);
  if (status == RPL_OK)
    status = rpl_batch_decide(batch, &facts, &result);
  if (status == RPL_OK)
    print_sums(batch, &result, table->row_count);
  rpl_batch_free(batch);
  rpl_context_free(context);
  free(result.outcome);
  free(result.amount);
  return status;
}

/* ---- the bundle ---------------------------------------------------------- */

static RplProgram *load(const char *path) {
  static char bytes[8 << 20];
  RplProgram *program = NULL;
  RplLoadError error = {"the file cannot be read", 0};
  FILE *file = fopen(path, "rb");
  RplStatus status = RPL_E_IO;
  if (file) {
    size_t size = fread(bytes, 1, sizeof bytes, file);
    status = rpl_program_load(bytes, size, NULL, NULL, &program, &error);
    fclose(file);
  }
  if (status != RPL_OK)
    fprintf(stderr, "batch: %s: %s\n", path, error.message);
  return program;
}

int main(int argc, char **argv) {
  Table table = {.column_count = 0};
  size_t policy = 0;
  if (argc != 4) {
    fprintf(stderr, "usage: batch BUNDLE POLICY ORDERS.csv\n");
    return 2;
  }
  RplProgram *program = load(argv[1]);
  if (!program)
    return 4;
  RplStatus status = rpl_program_find(program, slice(argv[2]), &policy);
  if (status == RPL_OK && !read_table(&table, argv[3]))
    status = RPL_E_IO;
  if (status == RPL_OK)
    status = decide(program, policy, &table);
  if (status != RPL_OK)
    fprintf(stderr, "batch: %s\n", rpl_status_name(status));
  free_table(&table);
  rpl_program_free(program);
  return status == RPL_OK ? 0 : 1;
}
