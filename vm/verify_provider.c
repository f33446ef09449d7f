/* SPDX-License-Identifier: Apache-2.0
 * verify_provider.c - what a program states of the host functions that supply
 * facts. See verify.h. */
#include "vm/csignature.h"
#include "vm/verify.h"

static uint32_t kind_of(const RplVerifier *v, uint32_t slot) {
  return rpl_types(v->tables)[rpl_facts(v->tables)[slot].type].kind;
}

static bool check_argument(RplVerifier *v, uint32_t type, uint32_t operand) {
  if (!rpl_verify_operand(v, operand))
    return rpl_verify_refuse(v, "a provider's argument does not exist");
  return rpl_c_type_carries(type, rpl_operand_type(v->image, operand)->kind) ||
         rpl_verify_refuse(v, "a provider's argument is of another C type");
}

static bool check_arguments(RplVerifier *v, const RplProviderRecord *record) {
  const RplListRecord *pairs = rpl_lists(v->tables) + record->arguments;
  if (record->arguments_count % 2 != 0)
    return rpl_verify_refuse(v, "a provider has half an argument");
  if (record->arguments_count / 2 > RPL_MAX_PROVIDER_ARGUMENTS)
    return rpl_verify_limit(v, "a provider has more than 8 arguments");
  for (uint32_t i = 0; i < record->arguments_count; i += 2)
    if (!check_argument(v, pairs[i].item, pairs[i + 1].item))
      return false;
  return true;
}

static bool check_provider(RplVerifier *v, const RplProviderRecord *record) {
  if (record->fact >= rpl_facts_count(v->tables) ||
      rpl_facts(v->tables)[record->fact].flags & RPL_FACT_PARAM)
    return rpl_verify_refuse(v, "what a provider supplies is no fact");
  if (v->row > 0 && record[-1].fact >= record->fact)
    return rpl_verify_refuse(v, "providers are not sorted by fact, or not one");
  if (kind_of(v, record->fact) == RPL_KIND_CURRENCY)
    return rpl_verify_refuse(v, "a provider supplies a currency");
  if (!rpl_c_type_carries(record->result, kind_of(v, record->fact)))
    return rpl_verify_refuse(v, "a provider's result is of another C type");
  return check_arguments(v, record);
}

bool rpl_verify_providers(RplVerifier *v) {
  uint32_t count = rpl_verify_enter(v, RPL_SECTION_PROVIDERS);
  if (count > RPL_MAX_PROVIDERS)
    return rpl_verify_limit(v, "there are more than 64 providers");
  for (; v->row < count; v->row++)
    if (!check_provider(v, &rpl_providers(v->tables)[v->row]))
      return false;
  return true;
}
