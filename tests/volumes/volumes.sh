#!/bin/sh
# SPDX-License-Identifier: MIT
# Sealed volumes of earlier days: what was said of them then is said today,
# by the program, by the recipe that the volume carries and by the one of
# now; their bundles stand before the independent checkers.
. tests/lib.sh
verify=$BUILD/bin/tachiai-verify

# says FILE COMMAND...: exit 0, and the file's words on stdout.
says() {
	want=$1
	shift
	"$@" >"$TMPDIR/said" 2>"$TMPDIR/said.err" ||
	    { cat "$TMPDIR/said" "$TMPDIR/said.err"; return 1; }
	diff "$want" "$TMPDIR/said"
}

for d in tests/volumes/*/; do
	d=${d%/}
	vol=${d##*/}
	check "$vol: tachiai-verify" \
	    says "$d/verdict" "$verify" --heads "$d/heads" "$d/volume"
	check "$vol: its own verify.sh" \
	    says "$d/verdict" bash "$d/volume/verify.sh" --heads "$d/heads" \
	    "$d/volume"
	cmp -s "$d/volume/verify.sh" docs/verify.sh ||
	    check "$vol: the verify.sh of now" says "$d/verdict" \
	    docs/verify.sh --heads "$d/heads" "$d/volume"
	check "$vol: the heads" says "$d/heads" "$verify" heads "$d/volume"
	# The to-be-signed objects are promised again for the event table
	# of that day only: with another, the verifier must say so.
	signed=$(grep -cE '"ev":"(cert|crl)\.sign\.end"' \
	    "$d/volume/transcript.log")
	echo "OK $signed objects rebuilt" >"$TMPDIR/rebuilt"
	if "$verify" --json "$d/volume" | grep -q '"log.other-table"'; then
		refuse "$vol: another table, nothing is made again" \
		    "$verify" rebuild "$d/volume"
	else
		check "$vol: every to-be-signed object again" \
		    says "$TMPDIR/rebuilt" "$verify" rebuild "$d/volume"
	fi
	key=$("$verify" "$d/volume" 2>&1 |
	    sed -n 's,^key log/transcript .* ,,p')
	files=$(find "$d/out" -type f | wc -l)
	echo "OK $files files" >"$TMPDIR/files"
	check "$vol: bundle" \
	    says "$TMPDIR/files" "$verify" bundle "$d/out" --key "$key"
	check "$vol: independent checkers" tests/oracle/all "$d/out"

	# Who remembers another head, or a later one, is not told OK.
	entries=$(cut -d ' ' -f 2 "$d/verdict")
	hash=$(tail -n 1 "$d/heads" | cut -d ' ' -f 2)
	echo "$entries $hash" >"$TMPDIR/later"
	echo "$((entries - 2)) $hash" >"$TMPDIR/other"
	refuse "$vol: a later head" \
	    "$verify" --heads "$TMPDIR/later" "$d/volume"
	refuse "$vol: another head" \
	    "$verify" --heads "$TMPDIR/other" "$d/volume"
	refuse "$vol: another key" "$verify" bundle "$d/out" --key \
	    "$(echo "$key" | tr '0-9a-f' '1-9a-f0')"
done
[ -d "$d" ] || bad=1
finish
