#!/bin/sh
# SPDX-License-Identifier: MIT
# A whole rehearsal by codes: the request comes in by the camera, certificate
# and CRL go out over the screen, whose very cells are filmed and given to
# tachiai-gap on the online side.
. tests/lib.sh
PATH=$BUILD/bin:$PATH
OUT=$TMPDIR/demo FILM=$TMPDIR/film
SCRIPT=$TMPDIR/by-codes.yaml
CAST=$TMPDIR/by-codes.play
export OUT FILM SCRIPT CAST
mkdir "$FILM" "$TMPDIR/see"
cp tests/plays/cast.play "$TMPDIR/"
# Programs of its own: one of them will be another for a while.
mkdir "$TMPDIR/own"
cp -r "$BUILD/bin" "$TMPDIR/own/"
ln -s "$BUILD/tests" "$TMPDIR/own/"
sed "s,@OUT,$OUT,g; s,@SEE,$TMPDIR/see,g; s,@HERE,$PWD/tests/gap,
    s,@BIN,$TMPDIR/own/bin,g; s,@STUBS,$BUILD/tests/stubs,g" \
    tests/gap/by-codes.play >"$CAST"
# What the camera sees first: nothing, darkness, no picture, codes of another
# type, and one frame of another request.
seen() { # NAME BYTE: a picture of that grey alone
	{ printf 'P5\n640 480\n255\n'
	    head -c 307200 /dev/zero | tr '\0' "$2"; } >"$TMPDIR/see/$1.pgm"
}
for n in 1 2 3; do
	seen a-light-$n '\377'
	seen e-dark-$n '\0'
done
seen c-light '\377'
seen i-light '\377'
seen grey '\200'
cp LICENSE "$TMPDIR/see/f-junk.png"
cp tests/gap/vectors/text.frames "$TMPDIR/see/g-text.frames"
head -n 1 tests/gap/vectors/csr.frames >"$TMPDIR/see/h-other.frames"

# The ready script, with its import by camera and a showing before the export.
by_codes() {
	awk '/do: import/ { sub(/import/, "qr-scan"); scan = 1 }
	    scan && /from: stick/ { scan = 0; next }
	    /do: export/ { print "      - {do: qr-show, " \
		"plan: [c-int1, crl-1], by: CA1, witness: IW, minutes: 4}" }
	    { print }' docs/ceremonies/br-tls/script.yaml >"$SCRIPT" &&
	    grep -q qr-scan "$SCRIPT" && grep -q qr-show "$SCRIPT"
}
check "a script by codes" by_codes
check "the ceremony runs" env BUILD="$TMPDIR/own" tests/demo
filmed() {
	tests/gap/cells.py "$FILM"/*.txt &&
	    for type in certificate crl; do
		rm -f "$TMPDIR/$type.pem"
		tachiai-gap receive --type $type --root "$OUT/out/root.pem" \
		    -o "$TMPDIR/$type.pem" --images "$FILM"/*.pgm || return 1
	done
}
check "the online side reads both off the screen" filmed
whole() { # a frame of the certificate in full cells
	tests/gap/cells.py "$TMPDIR/see/whole.paper" &&
	    ! tachiai-gap receive --type certificate --log "$TMPDIR/log" \
		-o "$TMPDIR/part.pem" --images "$TMPDIR/see/whole.paper.pgm" &&
	    grep -q '^CQ1:' "$TMPDIR/log"
}
check "and a frame that stood there in full cells" whole
check "the certificate is the one of the stick" \
    cmp "$TMPDIR/certificate.pem" "$OUT/out/intermediate.pem"
check "the CRL is the one of the stick" \
    cmp "$TMPDIR/crl.pem" "$OUT/out/root.crl"
by_camera() {
	tachiai-verify entries --json "$OUT/volume" >"$TMPDIR/entries" &&
	    grep '"ev":"csr.import"' "$TMPDIR/entries" |
	    grep -q '"stick":"camera"'
}
check "the request came by camera" by_camera
refused() {
	for why in decode.picture qr.type; do
		grep '"ev":"csr.refused"' "$TMPDIR/entries" |
		    grep -q "\"file\":\"camera\".*\"why\":\"$why\"" ||
		    { echo "no $why"; return 1; }
	done
	[ "$(grep -c '"ev":"csr.refused"' "$TMPDIR/entries")" = 2 ]
}
check "what was no request is two entries" refused
died() {
	grep '"ev":"anomaly"' "$TMPDIR/entries" |
	    grep -c '"what":"camera-reader"' | grep -qx 5
}
check "each reader that ended is an entry" died
finish
