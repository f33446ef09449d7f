#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the tests of the Node module, where there is a Node that can.
node=$(command -v node || command -v nodejs) || {
  echo "skipped: there is no node (package nodejs)"
  exit 77
}
case $("$node" --version) in
v1[0-7].*)
  echo "skipped: $("$node" --version) has no test runner; 18 or later has"
  exit 77
  ;;
esac
exec "$node" bindings/node/test_rpl.js
