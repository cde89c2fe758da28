#!/bin/sh
# SPDX-License-Identifier: MIT
# A day whose paper is made at the console: the enrolment sheet when it is
# offered, the transcript behind the seal, re-prints; and the log examiner's
# review, signed at the trusted prompt before the seal and after it.
. tests/lib.sh
OUT=$TMPDIR/demo CAST=tests/plays/paper.play
SCRIPT=tests/ceremonies/paper/script.yaml
PLAN=tests/ceremonies/paper/plan.yaml
PROFILES=tests/ceremonies/paper/profiles.yaml
# A device that is full, a pipe that nobody reads, one that is held and not
# read, and a file that prints.
PRINTER=$TMPDIR/lp PIPE=$TMPDIR/pipe HELD=$TMPDIR/held SHEETS=$TMPDIR/sheets.ps
mkfifo "$PIPE" "$HELD"
exec 9<>"$HELD"
: >"$SHEETS"
ln -s "$SHEETS" "$PRINTER"
export OUT CAST SCRIPT PLAN PROFILES PRINTER PIPE HELD SHEETS
verify=$BUILD/bin/tachiai-verify
log=$OUT/volume/transcript.log

# told DOC TRIES STICK FILE: an entry before it left and one behind that have
# the digest of what is on the stick.
told() {
	sha=$(sha256sum "$OUT/$3/$4")
	[ "$3" = out ] && set -- "$1" "$2" OUT1
	for ev in print.begin print; do
		grep "\"ev\":\"$ev\"" "$log" |
		    grep -F "\"copy\":$2,\"doc\":\"$1\"" |
		    grep '"rc":"ok"' |
		    grep -qF "\"sha256\":\"${sha%% *}\",\"to\":\"${3##*/}" ||
		    return 1
	done
}
# again MARK STICK FILE COMMAND...: the verifier makes the same bytes.
again() {
	mark=$1 file=$OUT/$2/$3
	shift 3
	[ "$mark" = - ] || set -- "$@" --copy "$mark"
	"$verify" "$@" "$OUT/volume" -o "$TMPDIR/again.pdf" &&
	    cmp "$TMPDIR/again.pdf" "$file"
}
marked() { pdftotext -layout "$OUT/$1" - | grep -q "$2"; }
ends() { # RESULT TO: how many prints ended so
	grep '"ev":"print",' "$log" | grep "\"rc\":\"$1\"" |
	    grep -c "\"to\":\"$2\""
}
recipe() {
	"$OUT/volume/verify.sh" "$OUT/volume" >"$TMPDIR/b" 2>/dev/null &&
	    "$verify" "$OUT/volume" >"$TMPDIR/a" 2>/dev/null &&
	    diff "$TMPDIR/a" "$TMPDIR/b"
}
reviews() { # how many times, up to which entry the last
	[ "$(grep -c '"ev":"review"' "$log")" = 2 ] || return 1
	doc=$(grep '"ev":"review"' "$log" | tail -n 1 |
	    sed 's/.*"doc":"\([0-9a-f]*\)".*/\1/')
	n=$(sed -n 's/.*sealed at \([0-9]*\).*/\1/p' "$TMPDIR/a")
	sed -n "$((n + 1))p" "$log" | grep -q "^$doc "
}
check "a day with its paper" tests/demo
end=$(sed -n 's/.*"doc":"transcript","end":\([0-9]*\).*/\1/p' "$log" |
    head -n 1)
roster=$(sed -n 's/.*"doc":"sheet","end":\([0-9]*\).*/\1/p' "$log" |
    head -n 1)
check "the recipe agrees" recipe
check "the end is the seal" grep -q " sealed at $end," "$TMPDIR/a"
two=sticks/OUT2
set -- "sheet 0 - out sheet-$roster.pdf" \
    "sheet 1 1 $two sheet-$roster-reprint-1.pdf" \
    "transcript 0 1/2 out transcript-$end-copy-1-of-2.pdf" \
    "transcript 1 2/2 $two transcript-$end-copy-2-of-2.pdf" \
    "transcript 2 1 $two transcript-$end-reprint-1.pdf"
for one in "$@"; do
	# shellcheck disable=SC2086 # five words
	set -- $one
	check "$1 $2 is in the log" told "$1" "$2" "$4" "$5"
	check "$1 $2 is what the verifier makes" again "$3" "$4" "$5" "$1"
done
# What the printer was given is what the verifier makes, page for page.
given() {
	"$verify" sheet --copy 3 "$OUT/volume" -o "$TMPDIR/again.ps" &&
	    cmp "$TMPDIR/again.ps" "$SHEETS" &&
	    [ "$(grep -c '^showpage' "$SHEETS")" = 2 ]
}
some() { # of it came out, and no more
	"$verify" sheet --copy 2 "$OUT/volume" -o "$TMPDIR/again.ps" &&
	    [ "$(wc -c <"$PIPE.some")" = 100000 ] &&
	    cmp -n 100000 "$PIPE.some" "$TMPDIR/again.ps"
}
check "the printer had the fourth sheet, whole" given
check "which is in the log" [ "$(ends ok printer)" = 1 ]
check "what did not come out is no print" [ "$(ends denied printer)" = 2 ]
check "of the third it had some" some
check "which failed, and counts" [ "$(ends fail printer)" = 1 ]
check "a copy that was meant says so" \
    marked "out/transcript-$end-copy-1-of-2.pdf" '部数 *copy 1 / 2'
check "a re-print says so" \
    marked "$two/transcript-$end-reprint-1.pdf" '再印刷 *reprint 1'
check "a sheet does too" \
    marked "$two/sheet-$roster-reprint-1.pdf" '再印刷 *reprint 1'
refuse "the one that was meant does not" \
    marked "out/sheet-$roster.pdf" '部数\|再印刷'
check "the log examiner signed it off, the last time up to the seal" reviews
check "the step knows how often" grep -q '"field":"made".*"value":"2"' "$log"
# The console died over the fifth: whoever comes back is told, and it counts.
open_still() {
	[ "$(grep -c '"ev":"print.begin"' "$log")" = \
	    $(($(grep -c '"ev":"print",' "$log") + 1)) ]
}
come_back() {
	set -- --volume "$OUT/volume,$OUT/medium-b" --script "$SCRIPT" \
	    --plan "$PLAN" --profiles "$PROFILES" --stick "OUT1=$OUT/out" \
	    --stick "OUT2=$OUT/$two" --stick "IN=$OUT/sticks/IN"
	for s in "$OUT"/sticks/[A-Z]*[0-9] "$OUT/sticks/SO"; do
		case $s in
		*/OUT2) ;;
		*) set -- "$@" --stick "${s##*/}=$s" ;;
		esac
	done
	"$BUILD/tests/play" -q -c "$OUT/sticks/cast" \
	    tests/plays/paper_back.play -- "$BUILD/bin/tachiai" "$@"
}
check "a print was begun and has no end" open_still
check "people come back" come_back
refuse "it has one" open_still
check "nobody knows which" [ "$(ends aborted printer)" = 1 ]
check "the recipe agrees still" recipe
check "the last seal's transcript is a re-print, a day later" \
    told transcript 3 out "transcript-$end-reprint-2.pdf"
check "the same that the verifier makes" again 2 out \
    "transcript-$end-reprint-2.pdf" transcript --sitting 0
finish
