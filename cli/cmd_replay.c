/* SPDX-License-Identifier: Apache-2.0
 * cmd_replay.c - rplc replay: decides records again, one a line, and reports
 * those that do not come out to the same bytes. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/lines.h"
#include "cli/output.h"

typedef struct Replays {
  RplCliLoad *load;
  const char *path; /* of the records, for messages */
  unsigned long long same;
  unsigned long long bad;
} Replays;

static void put_text(const Replays *replays, uint64_t number,
                     const RplReplay *replay) {
  if (replay->result != RPL_REPLAY_SAME)
    printf("%s:%llu: %s: %s\n", replays->path, (unsigned long long)number,
           rpl_replay_name(replay->result), replay->message);
}

static void put_json(uint64_t number, const RplReplay *replay) {
  printf("{\"line\":%llu,\"result\":\"%s\"", (unsigned long long)number,
         rpl_replay_name(replay->result));
  if (replay->member[0]) {
    fputs(",\"member\":", stdout);
    rpl_cli_put_json(stdout, rpl_cli_slice(replay->member));
  }
  if (replay->message[0]) {
    fputs(",\"text\":", stdout);
    rpl_cli_put_json(stdout, rpl_cli_slice(replay->message));
  }
  puts("}");
}

static void put(Replays *replays, uint64_t number, const RplReplay *replay) {
  if (replay->result == RPL_REPLAY_SAME)
    replays->same++;
  else
    replays->bad++;
  if (rpl_cli_as_json(replays->load->options))
    put_json(number, replay);
  else
    put_text(replays, number, replay);
}

static int replay_line(Replays *replays, uint64_t number, RplSlice text) {
  RplReplay replay;
  RplStatus status = rpl_replay(replays->load->program, text, NULL, &replay);
  if (status != RPL_OK)
    return rpl_cli_status(status, "replay a record");
  put(replays, number, &replay);
  return RPL_EXIT_OK;
}

static int replay_lines(Replays *replays, RplCliLines *lines) {
  static const RplReplay too_long = {.result = RPL_REPLAY_MALFORMED,
                                     .message = "the line has more than 1 MiB"};
  for (;;) {
    RplSlice text;
    int code = RPL_EXIT_OK;
    switch (rpl_cli_lines_next(lines, &text)) {
    case RPL_LINE_TEXT:
      code = replay_line(replays, lines->number, text);
      break;
    case RPL_LINE_TOO_LONG:
      put(replays, lines->number, &too_long);
      break;
    case RPL_LINE_END:
      return RPL_EXIT_OK;
    case RPL_LINE_FAILED:
      return RPL_EXIT_IO;
    case RPL_LINE_NO_MEMORY:
      return rpl_cli_no_memory();
    }
    if (code)
      return code;
  }
}

static int check_arguments(const RplOptions *options) {
  if (!options->arg_count)
    return rpl_cli_fail(RPL_EXIT_USAGE, "replay needs a PATH");
  if (options->arg_count > 2)
    return rpl_cli_fail(RPL_EXIT_USAGE,
                        "%s is one file too many; see rplc replay --help",
                        options->args[2]);
  if (strcmp(options->args[0], "-") == 0 &&
      (options->arg_count == 1 || strcmp(options->args[1], "-") == 0))
    return rpl_cli_fail(RPL_EXIT_USAGE, "standard input is asked for twice");
  return RPL_EXIT_OK;
}

static int run(Replays *replays) {
  RplCliLines lines;
  int code = rpl_cli_lines_open(&lines, replays->path, NULL);
  if (code)
    return code;
  code = replay_lines(replays, &lines);
  rpl_cli_lines_close(&lines);
  if (!code && !rpl_cli_as_json(replays->load->options))
    printf("%llu replayed to the same bytes, %llu did not\n", replays->same,
           replays->bad);
  return !code && replays->bad ? RPL_EXIT_FAILED : code;
}

static int replay(RplCliLoad *load) {
  const RplOptions *options = load->options;
  Replays replays = {.load = load, .path = "-"};
  int code = check_arguments(options);
  if (!code)
    code = rpl_cli_load_program(load, options->args[0]);
  if (code)
    return code;
  if (options->arg_count > 1)
    replays.path = options->args[1];
  return run(&replays);
}

int rpl_cmd_replay(const RplOptions *options, RplCliPool *pool) {
  RplCliLoad load;
  rpl_cli_load_init(&load, options, pool);
  int code = replay(&load);
  rpl_cli_load_clear(&load);
  return code;
}
