#!/bin/bash
# SPDX-License-Identifier: MIT
# tests/fault/crash.sh [all]: kill -9 at the boundaries of the journal, which
# are the calls that a whole rehearsal made on media and sticks, as
# tests/fault/at.c traced them.  At every one of them the journal opens what
# stands then and has lost no line that was told.  Then the room is made again
# as it stood at some of them, and people come back, until their console or
# courier is killed once more, by SIGKILL, at a call that the seed says; they
# go on to the sealed end.
#
# `all': boundaries of every kind that the trace has, which are every kind of
# entry (torn, on one medium, on both and not told), every kind of call on
# every kind of file (before it and, a write, in the midst of it), and every
# file of the bundle and of a medium that is being made.  Where no byte differs
# one room stands for several.  Else: four of the kinds.  SEED is printed and
# says which boundary of each kind.  People wait more than machines work: three
# rooms at a time for each of JOBS.  What failed is kept in the folder KEEP.
# shellcheck disable=SC2317 # called by check
. tests/lib.sh
. tests/fault/lib.sh
seed=${SEED:-$(git log -1 --format=%ct 2>/dev/null)}
seed=$((${seed:-1} % 1000003))
if [ "${1:-}" = all ]; then few=0; else few=4 JOBS=1; fi
rooms=$((${JOBS:-$(nproc)} * 3))
echo "# SEED=$seed"

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

# The boundaries to go on from: for each kind, seldom ones first, one that the
# seed says, if none that is chosen already has the same state.
choose() { # LIST
	awk -v seed="$seed" -v few="$few" '
	    {
		name = $1
		state[name] = $2
		last[$2] = name
		sub(/^[^ ]* [^ ]* /, "")
		if (!($0 in n))
			kind[++kinds] = $0
		of[$0, n[$0]++] = name
	    }
	    function covered(k,   i) {
		for (i = 0; i < n[k]; i++)
			if (state[of[k, i]] in taken)
				return 1
		return 0
	    }
	    END {
		for (i = 1; i <= kinds; i++)
			order[i] = kind[i]
		if (few)
			for (i = 1; i <= few; i++)
				pick((seed + i * int(kinds / few)) % kinds + 1)
		else
			for (m = 1; m <= NR; m = more) {
				more = NR + 1
				for (i = 1; i <= kinds; i++) {
					c = n[kind[i]]
					if (c == m)
						pick(i)
					else if (c > m && c < more)
						more = c
				}
			}
	    }
	    function pick(i,   k, s) {
		k = kind[i]
		if (covered(k))
			return
		s = state[of[k, (seed + i) % n[k]]]
		taken[s] = 1
		print last[s]
	    }' "$1"
}

# Of which kinds the chosen are: all that LIST has?
kinds() { # LIST CHOSEN
	local of missing
	cut -d ' ' -f 3- "$1" | sort -u >"$work/kinds"
	awk 'NR == FNR { chosen[$1] = 1; next }
	    { name[$2] = name[$2] " " $1; line[FNR] = $0; state[FNR] = $2
		if ($1 in chosen) taken[$2] = 1; lines = FNR }
	    END { for (i = 1; i <= lines; i++)
		if (state[i] in taken) print line[i] }' "$2" "$1" |
	    cut -d ' ' -f 3- | sort -u >"$work/covered"
	missing=$(comm -23 "$work/kinds" "$work/covered")
	for of in entry call file; do
		echo "# kinds of $of: $(grep -c "^$of" "$work/covered") of" \
		    "$(grep -c "^$of" "$work/kinds")"
	done
	[ -z "$missing" ] || { echo "$missing"; return 1; }
}

# People play to the end, or until somebody is killed; "killed" or "whole".
sitting() { # AT NAME
	local code
	rm -f "$1/log/died"
	play tests/plays/return.play "$1/room" "$1/bin" >"$1/$2" 2>&1
	code=$?
	if [ ! -s "$1/log/died" ]; then
		[ $code = 0 ] && echo whole
	elif [ $code = 0 ]; then # without its courier the console goes on
		echo whole
	else
		grep -q 'the program ended' "$1/$2" && echo killed
	fi
}

# The room as it stood at NAME: people come back, and again after a kill.
goes_on() { # NAME
	local at=$work/at/${1/\//-} k=${1%/2} ended
	mkdir "$at" || return 1
	shim "$at"
	cp -a "$work/empty" "$at/room"
	cp "$work/room/cast" "$at/room/cast"
	"$BUILD/tests/fault/boundaries" at "$work/log/ops" "$work/room" \
	    "$1" "$at/room" >"$at/lines" || return 1
	hashes "$at/lines" >"$at/told"
	k=$(((seed + 37 * k) % (calls - k + 100) + 1))
	echo "$k" >"$at/log/kill"
	ended=$(sitting "$at" first)
	rm "$at/log/kill"
	if [ -s "$at/log/died" ]; then
		echo killed >>"$work/killed"
		if [ "$ended" = killed ]; then
			ended=$(sitting "$at" second)
		fi
	fi
	hashes "$at/log/told" | sort -u - "$at/told" >"$at/told2"
	{
		[ "$ended" = whole ] && nothing_lost "$at/told2" "$at/room" &&
		    one_of_each "$at/room" && all_done "$at/room" &&
		    at_end "$at/room"
	} >"$at/said" 2>&1 || {
		echo "killed once more at $k, ended: $ended"
		cat "$at/said"
		json "$at/room/volume/transcript.log" |
		    jq -r '"\(.n) \(.rc) \(.txt)"' | tail -n 12
		grep -v '^ *$' "$at/second" || grep -v '^ *$' "$at/first"
		return 1
	}
	rm -rf "$at"
}

went_on() { # NAME
	local at=$work/at/${1/\//-}
	if [ "$(cat "$at.code")" = 0 ]; then return; fi
	cat "$at.said"
	[ -z "${KEEP:-}" ] || cp -a "$at" "$KEEP"
	rm -rf "$at"
	return 1
}

worker() { # W: every one of its turns, each named when it is over
	local name
	awk -v w="$1" -v of=$rooms 'NR % of == w' "$work/chosen" |
	    while read -r name; do
		goes_on "$name" >"$work/at/${name/\//-}.said" 2>&1 </dev/null
		echo $? >"$work/at/${name/\//-}.code"
		echo "$name"
	done
}

shim "$work"
room "$work/room"
cp -a "$work/room" "$work/empty"
check "a whole rehearsal, traced" \
    play tests/plays/demo.play "$work/room" "$work/bin"
check "it is sealed, and its bundle holds" at_end "$work/room"
check "all is done in it" all_done "$work/room"
check "one of each in it" one_of_each "$work/room"
cp -a "$work/empty" "$work/replay"
check "every boundary opens and has lost nothing" \
    "$BUILD/tests/fault/boundaries" replay "$work/log/ops" "$work/room" \
    "$work/replay" "$work/list"
grep '^# ' "$TMPDIR/check.out"
rm -rf "$work/replay"
calls=$(tail -n 1 "$work/list" | cut -d ' ' -f 1)
calls=${calls%/2}
choose "$work/list" >"$work/chosen"
if [ $few = 0 ]; then
	check "every kind of boundary is gone on from" \
	    kinds "$work/list" "$work/chosen"
	grep '^# ' "$TMPDIR/check.out"
fi
: >"$work/killed"
mkdir "$work/at"
gone=0
while read -r name; do
	gone=$((gone + 1))
	check "killed at $name: they go on to the end" went_on "$name"
done < <(for ((w = 0; w < rooms; w++)); do worker $w & done; wait)
echo "# $gone of $(wc -l <"$work/chosen") boundaries gone on from," \
    "$(wc -l <"$work/killed") of them killed once more"
check "all that were chosen" \
    test "$gone" = "$(wc -l <"$work/chosen")"
check "some were killed" test -s "$work/killed"
finish
