#!/bin/sh
# SPDX-License-Identifier: MIT
# Every manual page reads without a warning, and what the README promises
# exists.
. tests/lib.sh
for page in docs/*.[1-8]; do
	check "$page" mandoc -Tlint -W warning "$page"
done
doors() {
	for door in run check demo lint san cover bench fuzz; do
		grep -qE "^$door:" Makefile || { echo "no door $door"; return 1; }
	done
}
check "doors" doors
check "make alone builds all" grep -qx '.DEFAULT_GOAL := all' Makefile
screenful() { [ "$(wc -l <README.md)" -le 50 ]; }
check "README fits one screen" screenful
finish
