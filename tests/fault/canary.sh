#!/bin/bash
# SPDX-License-Identifier: MIT
# tests/fault/canary.sh: a console that keeps everything it reads, is sent,
# sends, paints and writes, and all its memory at the end, in a whole
# rehearsal: no passphrase, key, share, secret or PIN of it is in there; nor
# on the volume, nor in the bundle.  The same search finds the passphrases in
# what tachiai-key read, and the last head in what the console kept.
# shellcheck disable=SC2317 # called by check
. tests/lib.sh
. tests/fault/lib.sh

shim "$work"
# tachiai-key keeps what it reads, too: there they must be.
mkdir "$work/key"
rm "$work/bin/tachiai-key"
sed "s,^FAULT_LOG=.*,FAULT_LOG=$work/key,; s,tachiai-console,tachiai-key," \
    "$work/bin/tachiai-console" >"$work/bin/tachiai-key"
chmod +x "$work/bin/tachiai-key"
room "$work/room"

canary() { # FILE...: what it found in them
	"$BUILD/tests/fault/canary" "$work/room/cast" "$work/room/sticks" \
	    "$@" >"$work/said" && cat "$work/said"
}
silent() {
	canary "$@" && ! grep -q '^found' "$work/said"
}
everybody() { # passphrases that tachiai-key read, of all of the cast
	canary "$work/key/got" &&
	    [ "$(grep '^found \(passphrase\|words\)' "$work/said" |
	    sed 's/:.*//; s/^found [a-z]* of //' | sort -u | wc -l)" = \
	    "$(wc -l <"$work/room/cast")" ]
}
kept() { # the console's five records are there, and hold what they must
	local head
	head=$(tail -n 1 "$work/room/volume/transcript.log" | cut -c 1-64)
	for f in got sent painted ops memory; do
		[ -s "$work/log/$f" ] || { echo "no $f"; return 1; }
	done
	grep -qaF "$head" "$work/log/sent" &&
	    grep -qaF "$head" "$work/log/ops" &&
	    grep -qaF "$head" "$work/log/memory" &&
	    grep -qaF example.jp "$work/log/got" &&
	    grep -qaF "REHEARSAL" "$work/log/painted"
}
others() {
	find "$work/room/volume" "$work/room/medium-b" \
	    "$work/room/sticks/OUT1" "$work/room/keys.log" -type f \
	    -print0 | xargs -0 cat >"$work/others" && silent "$work/others"
}

check "a whole rehearsal" play tests/plays/demo.play "$work/room" "$work/bin"
check "the console's records hold what they must" kept
check "tachiai-key read every passphrase" everybody
grep '^# ' "$work/said"
check "the console: received" silent "$work/log/got"
check "the console: sent" silent "$work/log/sent"
check "the console: painted" silent "$work/log/painted"
check "the console: written" silent "$work/log/ops"
check "the console: its memory" silent "$work/log/memory"
check "what is kept and what leaves" others
finish
