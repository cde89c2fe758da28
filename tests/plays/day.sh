#!/bin/sh
# SPDX-License-Identifier: MIT
# A whole ceremony through the real console, and the day after it: what
# `make demo' leaves, before every verifier and every independent checker.
. tests/lib.sh
OUT=$TMPDIR/demo
export OUT
verify=$BUILD/bin/tachiai-verify
next=tests/ceremonies/next

same_line() { # VOLUME: the program and the recipe say the same OK
	"$verify" --heads "$OUT/heads" "$1" >"$TMPDIR/a" 2>/dev/null &&
	    "$1/verify.sh" --heads "$OUT/heads" "$1" >"$TMPDIR/b" \
	    2>/dev/null && grep -q '^OK ' "$TMPDIR/a" &&
	    diff "$TMPDIR/a" "$TMPDIR/b"
}
promised() {
	for f in volume/transcript.log volume/objects out/root.pem \
	    out/intermediate.pem out/chain.pem out/chain.p7b out/root.crl \
	    out/SHA256SUMS out/manifest.json heads transcript.pdf \
	    keys.log out/due-dates.ics; do
		[ -s "$OUT/$f" ] || { echo "no $f"; return 1; }
	done
	grep -qvE '^[0-9]+ [0-9a-f]{64}$' "$OUT/heads" && return 1
	(cd "$OUT/out" && sha256sum -c SHA256SUMS)
}
# A passphrase is eight words: none of them all stands in the log.
no_secret() {
	[ "$(wc -l <"$OUT/sticks/cast")" -ge 8 ] || return 1
	cut -f 2 "$OUT/sticks/cast" | while read -r words; do
		! grep -F "$words" "$OUT/keys.log" "$1" || exit 1
	done && [ "$(grep -cx '<Custodian [A-Z0-9]*>' "$1")" -ge 5 ]
}
not_in_volume() {
	! cut -f 2 "$OUT/sticks/cast" | grep -rF -f - "$OUT/volume" "$OUT/out"
}
crl_number() {
	openssl crl -in "$1" -noout -crlnumber | grep -qx "crlNumber=0x$2"
}
again() {
	mkdir -p "$OUT/next/OUT1" "$OUT/next/OUT2"
	cp tests/ceremonies/requests/br-tls-int2.csr "$OUT/sticks/IN/int2.csr"
	set -- --volume "$OUT/volume,$OUT/medium-b" \
	    --script $next/script.yaml --plan $next/plan.yaml \
	    --profiles $next/profiles.yaml
	for s in IN SO SM1 SM2 CA1 CA2 CA3 RA1 RA2; do
		set -- "$@" --stick "$s=$OUT/sticks/$s"
	done
	"$BUILD/tests/play" -q -k "$OUT/next.log" -c "$OUT/sticks/cast" \
	    tests/plays/next.play -- "$BUILD/bin/tachiai" "$@" \
	    --stick "OUT1=$OUT/next/OUT1" --stick "OUT2=$OUT/next/OUT2"
}

check "the demo runs" tests/demo
check "all that is promised is there" promised
check "sealed, and the recipe agrees" same_line "$OUT/volume"
check "the second medium, too" same_line "$OUT/medium-b"
check "what was signed can be made again" "$verify" rebuild "$OUT/volume"
check "the bundle stands by itself" "$verify" bundle "$OUT/out"
check "both outgoing sticks are equal" diff -r "$OUT/out" "$OUT/sticks/OUT2"
check "independent checkers; cfssl issues" \
    tests/oracle/all "$OUT/out" "$OUT/int1.key"
check "list number 1" crl_number "$OUT/out/root.crl" 01
check "no secret in what was typed" no_secret "$OUT/keys.log"
check "none in what is kept" not_in_volume

check "half a line is said, and put aside" \
    tests/plays/mended "$OUT" "$TMPDIR/mended" torn
check "a medium that is behind is said, and made equal" \
    tests/plays/mended "$OUT" "$TMPDIR/mended" behind
check "an older copy: the loss is accepted by quorum and owner" \
    tests/plays/loss "$OUT" "$TMPDIR/loss"

check "another program reads the calendar" \
    tests/plays/calendar "$OUT/out/due-dates.ics" "$OUT/out/root.crl"
cp "$OUT/heads" "$TMPDIR/heads"
sitting=$(sed -n '$s/.*,"s":\([0-9]*\),.*/\1/p' "$OUT/volume/transcript.log")
yesterday() {
	"$verify" transcript "$OUT/volume" -o "$TMPDIR/day1.pdf"
}
as_yesterday() {
	"$verify" transcript --sitting "$sitting" "$OUT/volume" \
	    -o "$TMPDIR/day1-again.pdf" &&
	    cmp "$TMPDIR/day1.pdf" "$TMPDIR/day1-again.pdf" &&
	    "$verify" transcript "$OUT/volume" -o "$TMPDIR/day2.pdf" &&
	    ! cmp -s "$TMPDIR/day1.pdf" "$TMPDIR/day2.pdf"
}
check "its transcript" yesterday
check "the next day runs" again
check "the heads of yesterday stand" \
    "$verify" --heads "$TMPDIR/heads" "$OUT/volume"
check "sealed again, and the recipe agrees" same_line "$OUT/volume"
check "two seals and the end" test "$("$verify" heads "$OUT/volume" | wc -l)" = 3
check "yesterday's transcript again, to the byte" as_yesterday
refuse "a sitting that was not" "$verify" transcript --sitting 99 \
    "$OUT/volume" -o "$TMPDIR/none.pdf"
check "all can be made again" "$verify" rebuild "$OUT/volume"
check "the second bundle" "$verify" bundle "$OUT/next/OUT1"
check "the same root" cmp "$OUT/out/root.pem" "$OUT/next/OUT1/root.pem"
refuse "another intermediate" \
    cmp "$OUT/out/intermediate.pem" "$OUT/next/OUT1/intermediate.pem"
check "list number 2" crl_number "$OUT/next/OUT1/root.crl" 02
check "independent checkers again" tests/oracle/all "$OUT/next/OUT1"
check "no secret in what was typed again" no_secret "$OUT/next.log"
finish
