#!/bin/sh
# SPDX-License-Identifier: MIT
# Every kept screen, painted in pixels as on the appliance, says the same to a
# reader that knows the letters and nothing else (tests/image/cells.py).
. tests/lib.sh
hex=/usr/share/unifont/unifont_jp.hex
font=$TMPDIR/font
table() {
	"$BUILD/bin/tachiai-font" <"$hex" >"$font"
}
check "the letters become a table" table
no_table() {
	echo 'no font' | "$BUILD/bin/tachiai-font" >"$TMPDIR/none"
	[ $? = 1 ] && [ ! -s "$TMPDIR/none" ]
}
check "what is no font does not" no_table

# same WIDTH HEIGHT ROWS LEAST SCREEN...: all but that of a code, whose half
# blocks are read elsewhere; at least so many.
same() {
	wide=$1 high=$2 rows=$3 least=$4
	shift 4
	rm -rf "$TMPDIR/seen"
	mkdir "$TMPDIR/seen"
	: >"$TMPDIR/want"
	for f; do
		grep -q '[▀▄█]' "$f" && continue
		sed 's/$/\r/' "$f" | "$BUILD/tests/stubs/pixels" "$wide" \
		    "$high" "$font" >"$TMPDIR/seen/$(basename "$f" .txt).ppm" || return 1
		sed 's/ *$//' "$f" >>"$TMPDIR/want"
		yes '' | head -n $((rows - $(wc -l <"$f"))) >>"$TMPDIR/want"
	done
	python3 -B tests/image/cells.py "$font" "$TMPDIR"/seen/*.ppm \
	    >"$TMPDIR/read" || return 1
	diff "$TMPDIR/want" "$TMPDIR/read" || return 1
	[ "$(find "$TMPDIR/seen" -name '*.ppm' | wc -l)" -ge "$least" ]
}
check "every screen is read as it was written" same 1280 800 50 40 \
    tests/screens/*.txt
check "and twice as large" same 2160 1620 50 5 tests/screens/*-ja.txt

# A dot more or less is no letter.
dot() {
	printf 'Root' | "$BUILD/tests/stubs/pixels" 1024 768 "$font" \
	    >"$TMPDIR/dot.ppm"
	# The last pixel of the first cell's row 3: behind 15 bytes of heading.
	printf '\377\377\377' | dd of="$TMPDIR/dot.ppm" bs=1 conv=notrunc \
	    seek=$((15 + 3 * (3 * 1024 + 7))) 2>/dev/null
	python3 -B tests/image/cells.py "$font" "$TMPDIR/dot.ppm" |
	    head -n 1 | grep -qx '�oot'
}
check "a letter with a dot too many is none" dot
finish
