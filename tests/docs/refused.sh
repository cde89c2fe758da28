#!/bin/sh
# SPDX-License-Identifier: MIT
# A request that is not the one the plan pins is refused in the room, with its
# sentence and an entry, and the ceremony stands where it stood.
. tests/lib.sh
day=$TMPDIR/day
cp -r docs/ceremonies/br-tls "$TMPDIR/my-day"
other=$(echo another request | sha256sum | cut -d ' ' -f 1)
sed -i "s/{file: int1.csr}/{file: int1.csr, sha256: $other}/" \
    "$TMPDIR/my-day/plan.yaml"
docs/ceremonies/pin "$TMPDIR/my-day"
pinned() { grep -q "$other" "$TMPDIR/my-day/plan.yaml"; }
check "the plan pins one" pinned

# The cast goes on until the refusal is on the screen; then they leave.
sed 's/^until .*/until "is not the one that the plan"/' \
    tests/plays/cast.play >"$TMPDIR/cast.play"
printf 'include cast.play\nscreen %s/refused.txt\ntype q\nwait "Enter leaves the console"\ntype <Enter>\nexit 0\n' \
    "$TMPDIR" >"$TMPDIR/day.play"
check "another request than the pinned one" env CAST="$TMPDIR/day.play" \
    OUT="$day" PLAN="$TMPDIR/my-day/plan.yaml" \
    SCRIPT="$TMPDIR/my-day/script.yaml" \
    PROFILES="$TMPDIR/my-day/profiles.yaml" tests/demo
check "its id is on the screen" grep -q 'csr\.hash' "$TMPDIR/refused.txt"
check "the entry" grep -q '"ev":"csr.refused".*csr\.hash' \
    "$day/volume/transcript.log"
taken() { grep -q '"ev":"csr.import"' "$day/volume/transcript.log"; }
refuse "nothing was taken in" taken
finish
