#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/plays/media.sh: one medium alone, which two people decide on; the close
# asks for the other, writes down that it was missing, or takes a new one; a copy
# that was never admitted is none.
. tests/lib.sh
. tests/plays/enrolled
check "people are enrolled" enrol

other one
mv "$V/b" "$V/b.away"
check "one medium: two people, and the close asks" \
    play tests/plays/media/one.play
check "an entry says who decided" has a media.one
check "the other medium has all of it" equal
check "sealed" "$verify" "$V/b"

other absent
mv "$V/b" "$V/b.away"
check "or its absence is written down" play tests/plays/media/absent.play
check "in an entry" has a media.retire
check "sealed" "$verify" "$V/a"

other new
mv "$V/b" "$V/b.away"
check "a new medium: two people sign for its number" \
    play tests/plays/media/new.play
check "in an entry" has a media.add
check "with the number that it has" sh -c "grep '\"ev\":\"media.add\"' \
    '$V/a/transcript.log' | grep -q \"\$(cut -c 1-36 '$V/b/MEDIA')\""
check "it has all of it" equal
check "and every object" diff -r "$V/a/objects" "$V/b/objects"
check "sealed" "$verify" "$V/b"

# What is copied has its number last, and counts with its entry.
unnamed() { # VOLUME: as when the power goes before the number is written
	rm "$1/b/MEDIA"
	truncate -s -100 "$1/b/transcript.log"
}
other half
check "a copy without a number" unnamed "$V"
check "is made anew, by consent" play tests/plays/media/half.play
check "in an entry" has a media.add
check "it has all of it" equal
check "and no more" diff -r "$V/a/tokens" "$V/b/tokens"
check "sealed" "$verify" "$V/b"

other named
printf '%s B of 2\n' 0f1e2d3c-4b5a-4697-8876-65544332211f >"$V/number"
check "a copy whose number no entry names" mv -f "$V/number" "$V/b/MEDIA"
check "is none, either" play tests/plays/media/half.play
check "it has all of it" equal
refuse "the number is another" grep -q 0f1e2d3c "$V/b/MEDIA"
check "sealed" "$verify" "$V/b"

finish
