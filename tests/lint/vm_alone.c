/* SPDX-License-Identifier: Apache-2.0
 *
 * vm_alone.c - linked with the whole of librplvm and nothing else. That it
 * links is the test; running it checks that header and library agree.
 */
#include "rpl/base.h"

#include <string.h>

int main(void) { return strcmp(rpl_version(), RPL_VERSION) == 0 ? 0 : 1; }
