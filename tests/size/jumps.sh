#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# jumps.sh BUILD_DIR - in an optimised build every function of vm/fast_hot.c goes
# on at the next instruction by a jump. A call would take room on the stack for
# each instruction of a policy.
set -euo pipefail
export LC_ALL=C

object=$(find "$1/vm" -name 'fast_hot.c.o' | head -n 1)
[ -n "$object" ] || {
  echo "jumps: there is no fast_hot.c.o in $1; build it first" >&2
  exit 1
}

# The calls by address: x86-64 has `call *`, 64-bit ARM `blr`.
objdump -d --no-show-raw-insn "$object" | awk '
  /^[0-9a-f]+ <.*>:$/ { name = substr($2, 2, length($2) - 3) }
  name !~ /^(do|hot)_/ { next }
  !(name in seen) { seen[name] = 1; bodies++ }
  /\tcallq? +\*|\tblr\t/ { print "jumps: " name " calls what is next"; calls++ }
  END {
    if (bodies < 100) print "jumps: only " bodies + 0 " functions were found"
    exit calls > 0 || bodies < 100
  }' >&2
