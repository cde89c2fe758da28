#!/bin/sh
# SPDX-License-Identifier: MIT
# The launcher and the courier as they ship, between programs that stand in
# for the others, in a real pseudo-terminal.
. tests/lib.sh
dir=$TMPDIR/programs
mkdir "$dir"
cp "$BUILD/bin/tachiai" "$BUILD/bin/tachiai-courier" \
    "$BUILD"/tests/stubs/* "$dir"
mkdir "$TMPDIR/stick"
play() { "$BUILD/tests/play" -q -p 20 -D "dir=$dir" -D "tmp=$TMPDIR" "$@"; }

for f in tests/launcher/*.play; do
	check "${f##*/}" play "$f"
done

# Wrong command lines, no terminal, no program.
usage() {
	"$dir/tachiai" "$@" </dev/null >/dev/null 2>&1
	[ $? = 2 ]
}
check "unknown option" usage --force
check "a word too many" usage word
check "a script without its plan" usage --script x
check "a stick without a folder" usage --stick IN
check "no such language" usage --lang fr
terminal() {
	"$dir/tachiai" </dev/null >"$TMPDIR/out" 2>&1
	[ $? = 3 ] && grep -q 'launcher.no-terminal' "$TMPDIR/out"
}
check "no terminal" terminal
rm "$dir/tachiai-hsm"
cat >"$TMPDIR/no.play" <<'END'
start sh -c '{dir}/tachiai; echo code $?; read x'
wait "tachiai-hsm is not beside"
wait "code 3"
END
check "a program is missing" play "$TMPDIR/no.play"
finish
