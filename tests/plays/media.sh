#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/plays/media.sh: one medium alone, which two people decide on; the close
# asks for the other, writes down that it was missing, or takes a new one.
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

finish
