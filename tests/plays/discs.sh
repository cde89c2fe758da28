#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/plays/discs.sh: a day whose copies for the outside go on discs, at the
# real console, with a file for the disc in the drive: no drive, a disc that
# holds something, one too small, one that comes back changed, each with its
# sentence and its entry; then two good ones, which others read.
. tests/lib.sh
. tests/plays/enrolled
drive=drive/disc
ready=$TMPDIR/ceremony
ceremony() {
	mkdir -p "$ready"
	cp docs/ceremonies/br-tls/*.yaml "$ready/"
	sed 's/to: stick, copies: 2/to: disc, copies: 2/' \
	    docs/ceremonies/br-tls/script.yaml >"$ready/script.yaml"
	grep -q 'to: disc' "$ready/script.yaml"
}
copies() { # PATTERN: entries of copies that have it
	grep '"ev":"export.copy"' "$V/a/transcript.log" | grep -c "$1"
}
noted() { # ID: a copy that failed by it
	grep -q "\"field\":\"copy-1\".*\"value\":\"DISC1: $1\"" \
	    "$V/a/transcript.log"
}
# What the transcript says of a disc: bytes from its beginning, their hash.
extent() { # DISC
	grep -oE "\"value\":\"$1: [0-9]+ bytes, SHA-256 [0-9a-f]+" \
	    "$V/a/transcript.log" | tr -d , >"$TMPDIR/extent"
	read -r _ bytes _ _ sha <"$TMPDIR/extent"
	[ "$(head -c "$bytes" "$V/$1" | sha256sum)" = "$sha  -" ]
}
unpack() { # DISC FOLDER HOW: read by another program
	xorriso -read_fs "$3" -indev "stdio:$V/$1" -osirrox on \
	    -extract / "$2" -- -chmod_r u+rwX / -- >"$TMPDIR/said" 2>&1 ||
	    grep -v '^$' "$TMPDIR/said"
	chmod -R u+rwX "$2"
	[ -n "$(ls "$2")" ]
}
plain() { # the same bytes under names of capitals
	for f in "$TMPDIR/joliet"/*; do
		name=$(basename "$f" | tr 'a-z-' 'A-Z_')
		case $name in *.*) ;; *) name=$name. ;; esac
		[ -e "$TMPDIR/ecma/$name" ] || name=${name%.}
		cmp "$f" "$TMPDIR/ecma/$name" || return 1
	done
}

check "a script that asks for discs" ceremony
check "people are enrolled" enrol
check "copies on discs" own_mounts tests/plays/hard/discs.play
check "and an entry each" [ "$(copies '"rc":"fail"')" = 4 ]
for id in none written full readback; do
	check "disc.$id is an entry" noted "disc.$id"
done
check "two copies are good" [ "$(copies '"rc":"ok"')" = 2 ]
check "both discs are the same" cmp "$V/DISC1" "$V/DISC2"
check "the first has the hash of its entry" extent DISC1
check "and so has the second" extent DISC2
check "its label" [ "$(/sbin/blkid -p -o value -s LABEL "$V/DISC1")" = \
    BR_TLS_R1_GENERA ]
check "xorriso reads it" unpack DISC1 "$TMPDIR/joliet" norock
check "the bundle stands" "$verify" bundle "$TMPDIR/joliet"
check "a reader of plain names, too" unpack DISC2 "$TMPDIR/ecma" nojoliet
check "has the same files" plain
check "the transcript holds" "$verify" "$V/a"
finish
