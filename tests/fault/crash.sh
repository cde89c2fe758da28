#!/bin/bash
# SPDX-License-Identifier: MIT
# tests/fault/crash.sh [all]: a ceremony whose console is killed (KILL) again
# and again, between two system calls on the volume, at the intent and at the
# outcome of its deeds; each time everybody comes back and goes on.  `all':
# every deed at every place.  The programs are the ones that ship; only the
# console has tests/fault/at.c before it.
. tests/lib.sh
. tests/fault/lib.sh

PLACES="before-A half-A sync-A before-B half-B sync-B synced told"

# lines FILE: whole lines whose hashes follow, as JSON.
json() {
	grep -aE '^[0-9a-f]{64} \{.*\}$' "$1" | cut -c 66-
}

# What tachiai-hsm was told of stands on a medium; on both when both were
# written before it was told.
nothing_lost() {
	grep -aoE '[0-9a-f]{64} \{"(att|by)"' "$work/log/sent" |
	    cut -d ' ' -f 1 | sort -u >"$work/told"
	[ -s "$work/told" ] || return 1
	for m in volume medium-b; do
		grep -aoE '^[0-9a-f]{64} \{' "$out/$m/transcript.log" |
		    cut -d ' ' -f 1 | sort -u >"$work/stands"
		comm -23 "$work/told" "$work/stands" | grep . && return 1
	done
	return 0
}

# One to-be-signed object for each serial or number of a key; one for each
# item, but where a doubt gave a number up.
one_of_each() {
	json "$out/volume/transcript.log" >"$work/entries"
	jq -se '
	    [.[] | select((.ev == "cert.sign.begin" or
	        .ev == "crl.sign.begin") and .rc == "ok").d] as $b |
	    [.[] | select(.ev == "doubt.resolved" and .d.way == "give-up")
	        .d.item] as $gone |
	    all($b | group_by(.key + .serial)[]; map(.tbs) | unique |
	        length == 1) and
	    all($b | group_by(.item)[]; . as $g | (map(.tbs) | unique |
	        length) <= 1 + ([$gone[] | select(. == $g[0].item)] |
	        length))' "$work/entries" >"$work/said" && return 0
	cat "$work/said"
	return 1
}

# The volume is what somebody would find who comes in now.
opens() {
	"$BUILD/tests/fault/boundaries" open "$out/volume" "$out/medium-b"
}

died() {
	[ -e "$work/log/died" ]
}

# crash PLACE WORD: go on until there, be killed, look.
crash() {
	rm -f "$work/log/died"
	echo "$1 $2" >"$work/plan"
	play tests/plays/demo.play >"$work/played" 2>&1
	code=$?
	if ! died; then
		rm -f "$work/plan"
		cat "$work/played"
	fi
	check "killed $1 $2" died
	[ "$code" != 0 ] || check "the play ended with it" false
	check "  nothing that was told is lost" nothing_lost
	check "  the media open as they must" opens
	check "  never two of one number" one_of_each
}

# end: the ceremony comes to its end, and verifies.
end() {
	rm -f "$work/plan"
	play tests/plays/demo.play >"$work/played" 2>&1 || cat "$work/played"
	check "the ceremony comes to its end" "$BUILD/bin/tachiai-verify" \
	    "$out/volume"
	check "both media are the same" cmp "$out/volume/transcript.log" \
	    "$out/medium-b/transcript.log"
	check "and the recipe says so" docs/verify.sh "$out/volume"
	check "all is made again" "$BUILD/bin/tachiai-verify" rebuild \
	    "$out/volume"
	check "its bundle" "$BUILD/bin/tachiai-verify" bundle \
	    "$out/sticks/OUT1"
	check "never two of one number" one_of_each
	check "what was begun has ended" jq -se '[.[] | select(.rc == "ok") |
	    select(.ev | test("^(cert|crl).sign.end$")).d.item] | sort ==
	    ["c-int1", "c-root", "crl-1"]' "$work/entries"
}

begin() {
	rm -rf "${work:?}"/*
	shim
	room
}

DEEDS="token.init key.gen cert.sign crl.sign token.deactivate"
if [ "${1:-}" = all ]; then
	for place in $PLACES; do
		for half in begin end; do
			begin
			for deed in $DEEDS; do
				crash "$place" "\"$deed.$half\""
			done
			end
		done
	done
else
	begin
	crash half-B '"token.init.begin"'
	crash synced '"key.gen.begin"'
	crash before-A '"key.gen.end"'
	crash synced '"cert.sign.begin"'
	crash before-A '"crl.sign.end"'
	crash told '"token.deactivate.end"'
	end
fi
finish
