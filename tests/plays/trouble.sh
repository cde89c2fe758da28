#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/plays/trouble.sh: one day at the real console on which the HSM program,
# the request, the stick OUT, the console and the terminal all give trouble;
# each has its sentence and its entry, and the day is sealed.
. tests/lib.sh
. tests/plays/enrolled
entries() { # EVENT RESULT: how many
	grep "\"ev\":\"$1\"" "$V/a/transcript.log" | grep -c "\"rc\":\"$2\""
}
check "people are enrolled" enrol
check "windows of other sizes" play tests/plays/hard/sizes.play
check "a stick that hangs" play tests/plays/hard/slow.play
other trouble
check "a key that cannot be kept" play tests/plays/hard/cycle.play
check "its outcome was looked at" has a doubt.resolved
check "requests that are none" play tests/plays/hard/requests.play
check "an entry each" [ "$(entries csr.refused denied)" = 10 ]
check "copies that fail" own_mounts tests/plays/hard/export.play
check "an entry each" [ "$(entries export.copy fail)" = 4 ]
check "the copies are due still" play tests/plays/hard/close.play
check "and the day is sealed" play tests/plays/hard/sealed.play
check "both sticks are equal" diff -r "$V/OUT1" "$V/OUT2"
check "the bundle stands" "$verify" bundle "$V/OUT1"
check "the transcript holds" "$verify" "$V/a"
finish
