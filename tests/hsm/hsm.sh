#!/bin/sh
# SPDX-License-Identifier: MIT
# tachiai-hsm against a console that lies and a module that lies.
exec "${BUILD:-build}/tests/hsm/lies"
