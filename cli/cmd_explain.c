/* SPDX-License-Identifier: Apache-2.0
 * cmd_explain.c - rplc explain: one decision with its whole derivation. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/output.h"

static int show(const RplOptions *options, const RplDecision *decision) {
  const RplExplanation *explanation;
  RplSlice text = {NULL, 0};
  bool as_json = rpl_cli_as_json(options);
  RplStatus status = rpl_explain(decision, &explanation);
  if (status == RPL_OK)
    status = as_json ? rpl_explanation_json(explanation, &text)
                     : rpl_explanation_text(explanation, &text);
  if (status != RPL_OK)
    return rpl_cli_status(status, "explain the decision");
  rpl_cli_put(stdout, text);
  if (as_json)
    putchar('\n');
  return RPL_EXIT_OK;
}

int rpl_cmd_explain(const RplOptions *options, RplCliPool *pool) {
  return rpl_cli_decide_once(options, pool, "explain", show);
}
