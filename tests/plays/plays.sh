#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/play itself: its plays pass, and it fails when it ought to.
. tests/lib.sh
play() { "$BUILD/tests/play" -q -p 10 "$@"; }
text() { printf '%s\n' "$@" >"$TMPDIR/p.play"; }

# Those that start their own program; others are included, or played by demo.
for f in $(grep -l "^start " tests/plays/*.play); do
	check "${f##*/}" play "$f"
done

text 'start cat' 'wait never seen'
refuse "a wait in vain" "$BUILD/tests/play" -q -p 1 "$TMPDIR/p.play"
text 'start cat' 'type x<Enter>' 'wait x' 'not x'
refuse "not, although it is there" play "$TMPDIR/p.play"
text 'start true' 'exit 1'
refuse "another exit code" play "$TMPDIR/p.play"
text 'start cat' 'type <Nokey>'
refuse "no such key" play "$TMPDIR/p.play"
text 'start cat' 'secret nobody'
refuse "no such secret" play "$TMPDIR/p.play"
text 'start cat' 'type {nothing}'
refuse "no such name" play "$TMPDIR/p.play"
text 'jump'
refuse "no such statement" play "$TMPDIR/p.play"
text 'until x' 'on "y" do type z'
refuse "until without end" play "$TMPDIR/p.play"
text 'start sh -c "echo one; read x"' 'wait one' 'until never' \
    'on "one" do type k' 'end'
refuse "until in vain" "$BUILD/tests/play" -q -p 1 "$TMPDIR/p.play"
text 'include p.play'
refuse "a text that includes itself" play "$TMPDIR/p.play"

# The manual's example is a play.
awk '/^\.Sh EXAMPLES/ { e = 1 } e && /^\.Ed/ { exit } t { print }
    e && /^\.Bd/ { t = 1 }' docs/play.1 >"$TMPDIR/p.play"
check "the example of play.1" play "$TMPDIR/p.play"
check "which is not empty" grep -q wait "$TMPDIR/p.play"

# Golden screens: times are masked, all else counts.
text 'start sh -c "echo it is 10:11:12 on 2026-12-09; read x"' 'wait it is' \
    "screen $TMPDIR/golden"
check "a screen is written" play "$TMPDIR/p.play"
text 'start sh -c "echo it is 20:21:22 on 2027-01-31; read x"' 'wait it is' \
    "expect $TMPDIR/golden"
check "another time is the same screen" play "$TMPDIR/p.play"
text 'start sh -c "echo it was 20:21:22 on 2027-01-31; read x"' 'wait it' \
    "expect $TMPDIR/golden"
refuse "another word is not" play "$TMPDIR/p.play"

# The key log and the cast.
text 'start sh -c "echo 1 aa 2 bb 3 cc 4 dd 5 ee 6 ff 7 gg 8 hh; cat"' \
    'words anna lee' 'secret anna lee' 'wait aa bb cc dd ee ff gg hh'
check "words are read and typed" play -c "$TMPDIR/cast" -k "$TMPDIR/log" \
    "$TMPDIR/p.play"
check "the log has the name" grep -qx '<anna lee>' "$TMPDIR/log"
refuse "the log has no word" grep -q bb "$TMPDIR/log"
text 'start cat' 'secret anna lee' 'wait aa bb cc dd ee ff gg hh'
check "a later run knows the cast" play -c "$TMPDIR/cast" "$TMPDIR/p.play"

text 'start sh -c "echo 1 aa 2 bb 3 cc 4 dd 5 ee 6 ff 7 gg 8 hh; cat"' \
    'words Anna Berg' 'secret Anna Berg' 'wait aa bb cc dd ee ff gg hh'
check "a name of two words" play -c "$TMPDIR/cast2" "$TMPDIR/p.play"
text 'start cat' 'secret Anna Berg' 'wait aa bb cc dd ee ff gg hh'
check "is known to a later run" play -c "$TMPDIR/cast2" "$TMPDIR/p.play"

# Sticks are folders.
text 'start cat' "plug A $TMPDIR/a" "run test -d $TMPDIR/a" 'pull A' \
    "run test ! -d $TMPDIR/a" 'plug A' "run test -d $TMPDIR/a"
check "plug, pull, plug" play "$TMPDIR/p.play"

# Programs of the program.
text 'start sh -c "tail -f /dev/null & wait; echo gone; read x"' 'kill tail KILL' \
    'wait gone'
check "kill by name" play "$TMPDIR/p.play"
text 'start sh -c "stty size; read x; stty size; read x"' 'wait 24 80' \
    'resize 100x30' 'type <Enter>' 'wait 30 100'
check "resize" play "$TMPDIR/p.play"
cat >"$TMPDIR/pieces" <<'END'
stty -echo
printf 'a\346'
read -r _
printf '\216\242b'
read -r _
END
text "start sh $TMPDIR/pieces" 'wait a' 'type <Enter>' 'wait a探b'
check "a character in two pieces" play "$TMPDIR/p.play"
finish
