/* SPDX-License-Identifier: Apache-2.0
 *
 * check_alone.c - expressions to which nothing around them gives a type: the
 * value of a let without a type, an expression of `rplc calc`; see check.h.
 */
#include "compiler/check.h"
#include "vm/text.h"

static void report_ambiguous(RplPolicy *policy, RplExpr *root, RplName name,
                             const char *help) {
  rpl_policy_report(policy, RPL_DIAG_AMBIGUOUS_VALUE, root->span, name, 0);
  rpl_check_help(policy, help, rpl_policy_text(policy, name));
  root->type = rpl_type(RPL_TY_POISON);
}

static void check_open(RplPolicy *policy, RplExpr *root) {
  bool is_call = root->kind == RPL_EXPR_CALL;
  policy->has_open = true;
  if (!policy->is_final)
    return;
  if (root->kind == RPL_EXPR_OP ||
      (is_call && rpl_slice_is(rpl_policy_text(policy, root->name), "set")))
    report_ambiguous(policy, root, is_call ? root->name : 0,
                     "say what it is: `let x : set of NAME = ...`");
  else if (root->kind == RPL_EXPR_NAME && !root->symbol)
    report_ambiguous(policy, root, root->name,
                     "name it: `let NAME : ENUMERATION = {};`");
  else
    rpl_check_settle(policy, root, rpl_type(RPL_KIND_NUMBER));
}

void rpl_check_alone(RplPolicy *policy, RplExpr *root) {
  if (!root || !rpl_check_expr(policy, root))
    return;
  switch (root->type.kind) {
  case RPL_TY_ZERO:
    rpl_check_settle(policy, root, rpl_type(RPL_KIND_INTEGER));
    break;
  case RPL_TY_NONE:
    if (policy->is_final)
      rpl_check_report_none(policy, root);
    root->type = rpl_type(RPL_TY_POISON);
    break;
  case RPL_TY_OPEN:
    check_open(policy, root);
    break;
  case RPL_TY_ROW:
    rpl_check_report2(policy, RPL_DIAG_WRONG_TYPE, root->span,
                      rpl_slice("one value"),
                      rpl_type_text(policy, root->type));
    root->type = rpl_type(RPL_TY_POISON);
    break;
  default:
    break;
  }
}
