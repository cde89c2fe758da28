#!/bin/bash
# SPDX-License-Identifier: MIT
# tests/fault/medium.sh [all]: kill -9 while a new medium is made, between the
# consents of two people and the entry that admits it.  At every call that
# changes that medium, before it and in the midst of it, the journal takes the
# medium for none, or has its entry, and the first one has lost no line.  Then
# the console is killed for good at some of these calls (`all': at every third
# of them), people come back, and the medium becomes the new one, by consent.
# SEED is printed and says at which.
# shellcheck disable=SC2317 # called by check
. tests/lib.sh
. tests/fault/lib.sh
seed=${SEED:-$(git log -1 --format=%ct 2>/dev/null)}
seed=$((${seed:-1} % 1000003))
kills=2
echo "# SEED=$seed"
verify=$BUILD/bin/tachiai-verify

added() { # ROOM: on either, a write that failed retired the other
	grep -qs '"ev":"media.add".*}$' "$1/volume/transcript.log" \
	    "$1/medium-b/transcript.log"
}
lost_b() { rm -r "$1/medium-b" && mkdir "$1/medium-b"; }
at_end() { # ROOM
	"$verify" "$1/volume" | grep '^OK .*sealed at [0-9]' &&
	    cmp "$1/volume/transcript.log" "$1/medium-b/transcript.log" &&
	    diff -r "$1/volume/objects" "$1/medium-b/objects" &&
	    diff -r "$1/volume/tokens" "$1/medium-b/tokens" && added "$1" &&
	    grep '"ev":"media.add"' "$1/volume/transcript.log" |
	    grep -q "$(cut -c 1-36 "$1/medium-b/MEDIA")"
}

# "NUMBER KIND" of the calls on the new medium, up to its entry being told.
# shellcheck disable=SC2016 # awk's
calls() {
	LC_ALL=C awk -v room="$work/room/medium-b" '
	    /^[0-9]+ [a-z]+ -?[0-9]+ [0-9]+ / { n = $1; kind = $2
		if (index($5, room) == 1) print n, kind }
	    kind == "told" && /"ev":"media.add"/ { exit }' "$work/log/ops"
}

# What a kill leaves at NAME, as the journal has it.
one() { # NAME
	local at=$work/at said
	rm -rf "$at"
	cp -a "$work/base" "$at" || return 1
	"$BUILD/tests/fault/boundaries" at "$work/log/ops" "$work/room" "$1" \
	    "$at" >"$work/told" || return 1
	said=$("$BUILD/tests/fault/boundaries" open "$at/volume" "$at/medium-b")
	if added "$at"; then
		whole=$((whole + 1))
		case $said in verdict*) return ;; esac
	else
		case $said in
		media.half) half=$((half + 1)) ;;
		media.not-a-volume)
			empty=$((empty + 1))
			[ ! -s "$at/medium-b/transcript.log" ] || return 1
			;;
		*) false ;;
		esac || { echo "$1: $said"; return 1; }
		# All that was told is on the first one.
		! grep -aoE '^[0-9a-f]{64} ' "$work/told" | grep -v -F -f <(
			grep -aoE '^[0-9a-f]{64} ' "$at/volume/transcript.log") |
		    grep .
		return
	fi
	echo "$1: $said"
	return 1
}
every() {
	local n kind bad=0
	empty=0 half=0 whole=0
	while read -r n kind; do
		one "$n" || bad=1
		case $kind in
		write | pwrite) one "$n/2" || bad=1 ;;
		esac
	done <"$work/calls"
	echo "# $(wc -l <"$work/calls") calls: empty $empty, begun $half," \
	    "admitted $whole"
	[ $bad = 0 ] && [ $empty -gt 2 ] && [ $half -gt 50 ] && [ $whole -gt 0 ]
}

# Killed there for good; people come back.
killed() { # NUMBER
	local at=$work/again
	rm -rf "$at"
	mkdir "$at"
	shim "$at"
	cp -a "$work/base" "$at/room"
	echo "$1" >"$at/log/kill"
	play tests/fault/medium.play "$at/room" "$at/bin" >"$at/first" 2>&1
	rm "$at/log/kill"
	[ -s "$at/log/died" ] || { echo "nobody died"; return 1; }
	if added "$at/room"; then
		play tests/plays/return.play "$at/room" "$real/bin"
	else
		play tests/fault/medium.play "$at/room" "$real/bin"
	fi && at_end "$at/room"
}

shim "$work"
room "$work/room"
check "people are enrolled" \
    play tests/plays/enrolled.play "$work/room" "$real/bin"
check "medium B is lost, and an empty one is in" lost_b "$work/room"
cp -a "$work/room" "$work/base"
check "it becomes the new one, traced" \
    play tests/fault/medium.play "$work/room" "$work/bin"
check "it has all of it, and is sealed" at_end "$work/room"
calls >"$work/calls"
check "no call leaves a medium that is none" every
grep '^# ' "$TMPDIR/check.out"
n=$(wc -l <"$work/calls")
step=$((n / kills))
[ "${1:-}" != all ] || step=3
for ((i = 1 + seed % step; i <= n; i += step)); do
	k=$(sed -n "${i}s/ .*//p" "$work/calls")
	check "killed at $k: people make it anew" killed "$k"
done
finish
