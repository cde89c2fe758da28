#!/bin/bash
# SPDX-License-Identifier: MIT
# tests/fault/crash.sh [all]: kill -9 at the boundaries of the journal, which
# are the calls that a whole rehearsal made, as tests/fault/at.c traced them.
# At every one of them the journal opens what stands then and has lost no
# line that was told.  At some (`all': the first line of each kind of entry,
# and every 29th call besides) the room is copied as it stands; there people
# come back, their console is killed once more, by SIGKILL, at a call that
# the seed says, and they go on to the sealed end.  SEED is printed.
# shellcheck disable=SC2317 # called by check
. tests/lib.sh
. tests/fault/lib.sh
seed=${SEED:-$(git log -1 --format=%ct 2>/dev/null)}
seed=$((${seed:-1} % 1000003))
if [ "${1:-}" = all ]; then every=29 kinds=1; else every=0 kinds=17; fi
stops="$every $((seed % (every + kinds) + 1)) $kinds"
echo "# SEED=$seed: EVERY FIRST KINDS $stops"

# json FILE: its whole lines, without their hashes.
json() {
	grep -aE '^[0-9a-f]{64} \{.*\}$' "$1" | cut -c 66-
}

hashes() {
	grep -aoE '^[0-9a-f]{64} ' "$1" | sort -u
}

# What tachiai-hsm was told of stands on both media.
nothing_lost() { # TOLD OUT
	local m
	for m in volume medium-b; do
		hashes "$2/$m/transcript.log" | comm -23 "$1" - | grep . &&
		    return 1
	done
	return 0
}

# One to-be-signed object for each serial or number of a key, and for each
# item, but where a doubt gave a number up: prepared ones, and begun ones.
one_of_each() { # OUT
	local said
	said=$(json "$1/volume/transcript.log" | jq -se '
	    [.[] | select(.rc == "ok")] |
	    [.[] | select(.ev == "tbs.prepared" or .ev == "cert.sign.begin"
	        or .ev == "crl.sign.begin").d] as $b |
	    [.[] | select(.ev == "doubt.resolved" and .d.way == "give-up")
	        .d.item] as $gone |
	    [($b | group_by(.key + .serial)[] | map(.tbs) | unique |
	        select(length != 1)),
	     ($b | group_by(.tbs)[] | map(.key + .serial) | unique |
	        select(length != 1)),
	     ($b | group_by(.item)[] | . as $g | (map(.tbs) | unique) |
	        select(length > 1 + ([$gone[] | select(. == $g[0].item)] |
	        length)))] | if . == [] and ($b | length) > 5 then 0 else
	    [., ($b | length)] end')
	[ "$said" = 0 ] || { echo "$said"; return 1; }
}

# Each deed that the plan asks for was done once.
all_done() { # OUT
	json "$1/volume/transcript.log" | jq -se '[.[] | select(.rc == "ok") |
	    select(.ev | test("^(cert|crl).sign.end$")).d.item] | sort ==
	    ["c-int1", "c-root", "crl-1"]'
}

at_end() { # OUT
	"$BUILD/bin/tachiai-verify" "$1/volume" 2>/dev/null |
	    grep '^OK .*sealed at [0-9]' &&
	    cmp "$1/volume/transcript.log" "$1/medium-b/transcript.log" &&
	    "$BUILD/bin/tachiai-verify" rebuild "$1/volume" &&
	    "$BUILD/bin/tachiai-verify" bundle "$1/sticks/OUT1" &&
	    diff -r "$1/sticks/OUT1" "$1/sticks/OUT2"
}

# Copies of the room, while its console waits.
copies() {
	local name half
	while read -r name <&3 && [ "$name" != end ]; do
		# Few: half of a write is there, or nothing of it.
		half=0
		[ "${name%/2}" = "$name" ] || half=1
		if [ "$every" = 0 ] && [ $((seed % 2)) != $half ]; then
			echo go >&4
			continue
		fi
		mkdir -p "$work/at/${name/\//-}"
		cp -a "$work/room" "$work/at/${name/\//-}/room"
		hashes "$work/log/told" >"$work/at/${name/\//-}/told"
		echo go >&4
	done
}

# One copy: people come back, and again after the console was killed.
goes_on() { # NAME
	local at=$work/at/$1 k=$(((seed + 37 * ${1%-*}) % 300 + 1))
	shim "$at"
	echo "$k" >"$at/log/kill"
	play tests/plays/demo.play "$at/room" "$at/bin" >"$at/first" 2>&1
	rm "$at/log/kill"
	if [ -e "$at/log/died" ]; then
		echo killed >>"$work/killed"
		hashes "$at/log/told" | sort -u - "$at/told" >"$at/told2"
		mv "$at/told2" "$at/told"
		play tests/plays/demo.play "$at/room" "$at/bin" \
		    >"$at/second" 2>&1
	fi
	if nothing_lost "$at/told" "$at/room" && one_of_each "$at/room" &&
	    all_done "$at/room" && at_end "$at/room"; then
		rm -rf "$at"
		return 0
	fi >"$at/said" 2>&1
	cat "$at/said"
	grep -v '^ *$' "$at/second" 2>/dev/null || grep -v '^ *$' "$at/first"
	return 1
}

shim "$work"
room "$work/room"
mkfifo "$work/log/stop" "$work/log/go"
# Held open: no end of them waits for the other to be opened, so a console that
# goes while it is waited for leaves nobody behind.
exec 3<>"$work/log/stop" 4<>"$work/log/go"
: >"$work/log/told"
echo "$stops" >"$work/log/stops"
mkdir "$work/at"
copies &
play tests/plays/demo.play "$work/room" "$work/bin" >"$work/played" 2>&1 \
    3>&- 4>&- || cat "$work/played"
echo end >&3
wait
exec 3>&- 4>&-
check "a whole rehearsal, traced" at_end "$work/room"
check "all is done in it" all_done "$work/room"
check "one of each in it" one_of_each "$work/room"
mkdir "$work/replay"
check "every boundary opens and has lost nothing" \
    "$BUILD/tests/fault/boundaries" replay "$work/log/ops" \
    "$work/room/volume" "$work/room/medium-b" "$work/replay"
grep '^# ' "$TMPDIR/check.out"
: >"$work/killed"
gone=0
for at in "$work"/at/*; do
	at=${at##*/} gone=$((gone + 1))
	check "killed at $at: they go on to the end" goes_on "$at"
done
echo "# $gone boundaries gone on from, $(wc -l <"$work/killed") of them" \
    "killed once more"
check "some were killed" test -s "$work/killed"
finish
