#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/plays/first.sh: the appliance's first screen has two pages and is
# painted anew each second: whoever turned to the second stays there.  It is
# there while the image is still read back, and has no way on before.
. tests/lib.sh
facts=$(tr -d '\n' <<'END'
{"clock":1,"devices":{"cameras":1,"keyboards":1,"storage":12,"tpm":1,
"unexpected":[]},"entropy":1,"image":{"medium":"sr0","sha256":
"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
"size":"10981376"},"kernel":"6.12","lockdown":"confidentiality",
"machine":{"product":"PC","serial":"1","vendor":"Maker"},"network":[],
"restarts":{"keeper":0,"launcher":0},"version":"1"}
END
)
printf %s "$facts" >"$TMPDIR/facts"
cat >"$TMPDIR/first.play" <<'END'
wait "page 1 of 2"
not "sticks in"
type <Space>
wait "page 2 of 2"
wait "sticks in -"
run mkdir {tmp}/IN
wait "sticks in IN"
wait "page 2 of 2"
type <Backspace>
wait "page 1 of 2"
type q
exit 0
END
check "the second page stays" "$BUILD/tests/play" -q -p 20 \
    -D "tmp=$TMPDIR" "$TMPDIR/first.play" -- "$BUILD/bin/tachiai" \
    --volume "$TMPDIR/a,$TMPDIR/b" --facts "$TMPDIR/facts" \
    --stick "IN=$TMPDIR/IN"
# It is being read back; then it could not be, or it was.
reading() { # PERCENT READING SHA256
	printf %s "$facts" | sed -e "s/\"sha256\":\"[0-9a-f]*\"/\"percent\":$1,\
\"reading\":$2,\"sha256\":\"$3\"/" | tr -d '\n' >"$TMPDIR/$1.facts"
}
hash=$(printf %s "$facts" | sed -E 's/.*"sha256":"([0-9a-f]*).*/\1/')
reading 7 1 ""
reading 64 1 "$hash"
reading 99 0 ""
reading 100 0 "$hash"
cat >"$TMPDIR/second.play" <<'END'
wait "7 % read back"
wait "Wait until the image has been read back"
not "Enter looks for the volume"
not ">> 1"
type <Enter>
run cp {tmp}/64.facts {tmp}/facts
wait "64 % read back"
not ">> 1"
not "Enter looks for the volume"
type l
wait "64 % 読戻し済"
type l
run cp {tmp}/99.facts {tmp}/facts
wait "The image could not be read back"
not "Enter looks for the volume"
type <Enter>
run cp {tmp}/100.facts {tmp}/facts
wait ">> 1  0123 4567"
wait "Enter looks for the volume"
type q
exit 0
END
cp "$TMPDIR/7.facts" "$TMPDIR/facts"
check "no way on before the image was read back" "$BUILD/tests/play" -q -p 20 \
    -D "tmp=$TMPDIR" "$TMPDIR/second.play" -- "$BUILD/bin/tachiai" \
    --volume "$TMPDIR/a,$TMPDIR/b" --facts "$TMPDIR/facts"
finish
