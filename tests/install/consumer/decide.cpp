/* SPDX-License-Identifier: Apache-2.0
 * decide.cpp - the same program as C++. */
#include "decide.c"
