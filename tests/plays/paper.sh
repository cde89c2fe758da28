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
# A device that is full, a pipe that nobody reads, and one that prints.
PRINTER=$TMPDIR/lp PIPE=$TMPDIR/pipe SHEETS=$TMPDIR/sheets.ps
mkfifo "$PIPE"
: >"$SHEETS"
ln -s "$SHEETS" "$PRINTER"
export OUT CAST SCRIPT PLAN PROFILES PRINTER PIPE SHEETS
verify=$BUILD/bin/tachiai-verify
log=$OUT/volume/transcript.log

# told DOC COPY STICK FILE: an entry has the digest of what is on the stick.
told() {
	sha=$(sha256sum "$OUT/$3/$4")
	[ "$3" = out ] && set -- "$1" "$2" OUT1
	grep '"ev":"print"' "$log" | grep -F "\"copy\":$2,\"doc\":\"$1\"" |
	    grep -qF "\"sha256\":\"${sha%% *}\",\"to\":\"${3##*/}"
}
# again COPY STICK FILE COMMAND...: the verifier makes the same bytes.
again() {
	copy=$1 file=$OUT/$2/$3
	shift 3
	[ "$copy" = 0 ] || set -- "$@" --copy "$copy"
	"$verify" "$@" "$OUT/volume" -o "$TMPDIR/again.pdf" &&
	    cmp "$TMPDIR/again.pdf" "$file"
}
marked() { pdftotext -layout "$OUT/$1" - | grep -q '再印刷 *reprint 1'; }
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
set -- "sheet 0 out sheet-$roster.pdf" \
    "sheet 1 $two sheet-$roster-reprint-1.pdf" \
    "transcript 0 out transcript-$end.pdf" \
    "transcript 1 $two transcript-$end-reprint-1.pdf"
for one in "$@"; do
	# shellcheck disable=SC2086 # four words
	set -- $one
	check "$1 $2 is in the log" told "$1" "$2" "$3" "$4"
	check "$1 $2 is what the verifier makes" again "$2" "$3" "$4" "$1"
done
# What the printer was given is what the verifier makes, page for page.
given() {
	"$verify" sheet --copy 2 "$OUT/volume" -o "$TMPDIR/again.ps" &&
	    cmp "$TMPDIR/again.ps" "$SHEETS" &&
	    [ "$(grep -c '^showpage' "$SHEETS")" = 2 ]
}
check "the printer had the third sheet, whole" given
check "which is in the log, and nothing that did not come out" \
    [ "$(grep '"ev":"print"' "$log" | grep -c '"to":"printer"')" = 1 ]
check "a re-print says so" marked "$two/transcript-$end-reprint-1.pdf"
check "a sheet does too" marked "$two/sheet-$roster-reprint-1.pdf"
refuse "the first print does not" marked "out/transcript-$end.pdf"
check "the log examiner signed it off, the last time up to the seal" reviews
check "the step knows how often" grep -q '"field":"made".*"value":"1"' "$log"
finish
