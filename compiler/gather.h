/* SPDX-License-Identifier: Apache-2.0
 *
 * gather.h - what gathering consists of: gather.c puts statements into their
 * final order, declare.c declares what they name.
 */
#ifndef RPL_COMPILER_GATHER_H
#define RPL_COMPILER_GATHER_H

#include "compiler/policy.h"

/* A setting that some layer declares, and the statement that gives its value.
 */
typedef struct RplSetting {
  RplStmt *declared;
  RplStmt *set; /* NULL: nothing sets it */
  unsigned set_layer;
} RplSetting;

typedef struct RplSettings {
  RplSetting *items;
  size_t count, capacity;
  uint32_t *by_name; /* index of the first setting of that name, plus one */
  size_t name_count; /* its length */
} RplSettings;

/* The setting of that name, the first if there are several; NULL. */
RplSetting *rpl_setting_find(const RplSettings *settings, RplName name);

/* True for `window 7d` and `whole = x`: statements that set a setting. */
bool rpl_setting_is_set_by(const RplSettings *settings, const RplStmt *stmt);

/* Declares everything that the policy's items name, in their order; rule_names
 * has the name of each item that is a rule. Shortage of memory is remembered in
 * the policy. */
void rpl_policy_declare(RplPolicy *policy, const RplLayers *layers,
                        const RplSettings *settings, const RplName *rule_names);

/* Calls `visit` for each item in its final place, replacements instead of what
 * they replace. */
typedef void (*RplItemVisit)(RplPolicy *policy, const RplItem *item,
                             size_t index, void *context);
void rpl_policy_visit(RplPolicy *policy, RplItemVisit visit, void *context);

#endif /* RPL_COMPILER_GATHER_H */
