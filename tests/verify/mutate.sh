#!/bin/sh
# SPDX-License-Identifier: MIT
# Both verifiers over a few forgeries; `make mutate' tries all of them.
cd "$(dirname "$0")/../.." || exit 2
exec tests/mutate 6
