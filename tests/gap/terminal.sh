#!/bin/sh
# SPDX-License-Identifier: MIT
# tachiai-gap send on a terminal: what stands there is read by zbar from its
# very cells, in half blocks and in full cells; where there are no half blocks
# it begins with the others; what has no room says so.
# shellcheck source=tests/lib.sh
. tests/lib.sh
PATH=$BUILD/bin:$PATH
T=$TMPDIR
FILE=tests/gap/vectors/text.txt

shown() { # PLAY SIZE COMMAND...
	play=$1 size=$2
	shift 2
	sed "s,@OUT,$T,g" "tests/gap/$play.play" >"$T/$play.play"
	"$BUILD/tests/play" -q -s "$size" "$T/$play.play" -- "$@"
}
# read_off FILE: at least one frame of the transfer stands there.
read_off() {
	rm -f "$T/back" "$1.pgm" "$T/log"
	tests/gap/cells.py "$1" && [ -s "$1.pgm" ] || return 1
	tachiai-gap receive --images "$1.pgm" --log "$T/log" -o "$T/back" \
	    2>"$T/said"
	grep -q '^CQ1:' "$T/log" || ! cat "$T/said"
}
check "half blocks and full cells" shown terminal 80x24 \
    tachiai-gap send $FILE --rate 8
check "half blocks are read" read_off "$T/half.txt"
check "and stay while there is no room" read_off "$T/still.txt"
check "full cells are read" read_off "$T/full.paper"
check "no half blocks in another locale" shown latin 128x48 \
    env LC_ALL=C tachiai-gap send $FILE
check "its cells are read" read_off "$T/latin.paper"
small() {
	printf 'wait "too small"\nexit 3\n' >"$T/small.play"
	"$BUILD/tests/play" -q "$T/small.play" -- \
	    sh -c "LC_ALL=C tachiai-gap send $FILE"
}
check "nor room for them at 80x24" small
# A reader that says something else: nothing is shown that was not read.
unread() {
	mkdir -p "$T/bin"
	cp "$BUILD/bin/tachiai-gap" "$T/bin/"
	cp "$BUILD/tests/stubs/tachiai-decode" "$T/bin/" || return 1
	printf 'wait "(msg.form"\nexit 3\n' >"$T/unread.play"
	"$BUILD/tests/play" -q "$T/unread.play" -- \
	    "$T/bin/tachiai-gap" send $FILE
}
check "what cannot be read back is not shown" unread
finish
