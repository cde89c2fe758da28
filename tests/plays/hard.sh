#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/plays/hard.sh: what goes wrong on a day, at the real console: a wrong
# stick and a wrong passphrase, "no" and the deviation that follows, leaving
# and coming back, programs that are killed in the middle of a list of deeds.
. tests/lib.sh
ready=docs/ceremonies/br-tls
V=$TMPDIR/day
mkdir -p "$V/volume" "$V/b"
set -- --volume "$V/volume,$V/b" --script $ready/script.yaml \
    --plan $ready/plan.yaml --profiles $ready/profiles.yaml
for s in IN OUT1 OUT2 SO SM1 SM2 CA1 CA2 CA3 RA1 RA2 IW; do
	mkdir -p "$V/$s"
	set -- "$@" --stick "$s=$V/$s"
done
day() {
	"$BUILD/tests/play" -q -p 40 -c "$V/cast" -D "dir=$V" \
	    "tests/plays/hard/$1.play" -- "$BUILD/bin/tachiai" $args
}
args=$*

for p in cut found enrol people deeds return; do
	check "$p" day "$p"
done
check "the transcript holds" "$BUILD/bin/tachiai-verify" "$V/volume"
finish
