#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# compile.sh BUILD [LINES...] - how fast policies compile (bench/compile.py).
set -euo pipefail
exec python3 "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/compile.py" "$@"
