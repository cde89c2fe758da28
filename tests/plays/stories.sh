#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/plays/stories.sh: two media that tell two stories, of which a quorum
# and the Service Owner keep one; a volume of another release, whose table of
# events is replaced.
. tests/lib.sh
. tests/plays/enrolled
check "people are enrolled" enrol

other fork
for m in a b; do
	[ $m = a ] && away=b || away=a
	mv "$V/$away" "$V/$away.away"
	check "a story of medium $m" play tests/plays/media/story.play
	mv "$V/$away.away" "$V/$away"
done
refuse "there are two" equal
check "a quorum keeps one" play tests/plays/media/fork.play
check "an entry says so" has a fork.resolved
check "both media tell it" equal
check "the other is put aside" ls "$V"/b/abandoned-*.log
check "the transcript holds" "$verify" "$V/b"

# Another release is this one with another sentence in its table.
mkdir -p "$TMPDIR/release"
for f in "$BUILD"/bin/*; do
	sed 's/The break ended\./The break is out/' "$f" \
	    >"$TMPDIR/release/${f##*/}"
done
chmod +x "$TMPDIR"/release/*
V=$TMPDIR/older bin=$TMPDIR/release
check "people are enrolled by another release" enrol
bin=$BUILD/bin
check "its table is replaced" play tests/plays/media/upgrade.play
check "an entry says so" has a format.upgrade
check "the old sentence stood" grep -q "The break is out" "$V/a/transcript.log"
check "and the new one stands" grep -q "The break ended\." "$V/a/transcript.log"
check "the transcript holds" "$verify" "$V/a"
finish
