/* SPDX-License-Identifier: Apache-2.0
 *
 * main.c - the smallest embedder: the library that runs is the one whose
 * headers it was compiled with.
 */
#include <rpl/base.h>

#include <string.h>

int main(void) { return strcmp(rpl_version(), RPL_VERSION) == 0 ? 0 : 1; }
