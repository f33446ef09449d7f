/* SPDX-License-Identifier: Apache-2.0
 *
 * rpl.h - everything of librpl: compile policies and decide with them. A
 * service that ships compiled policies needs rpl/decide.h (librplvm) alone.
 */
#ifndef RPL_RPL_RPL_H
#define RPL_RPL_RPL_H

#include "rpl/base.h"
#include "rpl/batch.h"
#include "rpl/compile.h"
#include "rpl/coverage.h"
#include "rpl/decide.h"
#include "rpl/diag.h"
#include "rpl/explain.h"
#include "rpl/facts.h"
#include "rpl/program.h"
#include "rpl/provider.h"
#include "rpl/replay.h"
#include "rpl/slots.h"

#endif /* RPL_RPL_RPL_H */
