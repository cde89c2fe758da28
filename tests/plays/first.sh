#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/plays/first.sh: the appliance's first screen has two pages and is
# painted anew each second: whoever turned to the second stays there.
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
finish
