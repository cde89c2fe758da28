#!/bin/sh
# SPDX-License-Identifier: MIT
# iso/drift.sh LOCK OTHER: what OTHER has that LOCK has not, a package a line,
# and the other way round.
set -eu
awk '
	$1 == "epoch" || /^#/ || NF < 6 { next }
	FNR == NR { was[$2] = $3; next }
	{ is[$2] = $3 }
	END {
		for (p in is)
			if (!(p in was))
				print "drift: " p " " is[p] " is new"
			else if (was[p] != is[p])
				print "drift: " p " " was[p] " -> " is[p]
		for (p in was)
			if (!(p in is))
				print "drift: " p " " was[p] " is gone"
	}' "$1" "$2" | LC_ALL=C sort >"$2.drift"
cat "$2.drift"
echo "drift: $(grep -c . "$2.drift" || :) packages of" \
    "$(awk '!/^#/ && NF == 6 { print $2 }' "$1" | sort -u | grep -c .)"
