/* SPDX-License-Identifier: Apache-2.0
 * compile.cpp - the same program as C++. */
#include "compile.c"
