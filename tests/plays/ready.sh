#!/bin/sh
# SPDX-License-Identifier: MIT
# `make run' on a new machine: a ready cast is enrolled, the console is left
# and opened again, and people sign an intermediate for a request of their
# own; what is there can be gone on with, or thrown away.
. tests/lib.sh
OUT=$TMPDIR/rehearsal
export OUT BUILD
openssl req -new -newkey rsa:3072 -nodes -keyout "$TMPDIR/own.key" \
    -subj "/C=JP/O=Own Trust K.K./CN=Own TLS CA 1" \
    -out "$TMPDIR/own.csr" 2>/dev/null
run() {
	printf '%s\n' "$@" >"$TMPDIR/run.play"
	CSR=$TMPDIR/own.csr "$BUILD/tests/play" -q -p 60 -c "$OUT/cast" \
	    "$TMPDIR/run.play" -- tests/rehearse --zone Asia/Tokyo
}
certified() {
	openssl x509 -in "$OUT/stick-OUT1/intermediate.pem" -noout -pubkey \
	    >"$TMPDIR/issued" &&
	    openssl req -in "$TMPDIR/own.csr" -noout -pubkey |
	    diff "$TMPDIR/issued" - && openssl verify -x509_strict \
	    -CAfile "$OUT/stick-OUT1/root.pem" \
	    "$OUT/stick-OUT1/intermediate.pem"
}

check "a ready cast" run 'wait A new rehearsal:' 'type c<Enter>' \
    'wait Enter shows the passphrases' 'type <Enter>' \
    'wait Enter opens the console' 'type <Enter>' \
    'wait Enter looks for the volume' 'type q' 'exit 0'
check "eight people" [ "$(wc -l <"$OUT/cast")" = 8 ]
check "their sticks say how low the cost is" \
    grep -q '^cost: scrypt .* p=1$' "$OUT/stick-SO/custodian-so.tachiai.pem"
check "gone on with, to a signed intermediate" run 'wait g go on' \
    'type g<Enter>' 'wait Enter shows the passphrases' 'type <Enter>' \
    'wait Enter opens the console' 'type <Enter>' \
    'set goal The script is at its end' \
    "include $PWD/tests/plays/cast.play" 'type q' 'exit 0'
check "for the request that was given" certified
verified() {
	"$BUILD/bin/tachiai-verify" "$OUT/medium-a" >"$TMPDIR/verdict" 2>&1
}
check "the volume stands" verified
refuse "by a clock that ran with the machine's" \
    grep -q 'from the running clock' "$TMPDIR/verdict"
check "and the bundle" "$BUILD/bin/tachiai-verify" bundle "$OUT/stick-OUT1"
check "neither, and nothing is changed" run 'wait g go on' 'type q<Enter>' \
    'exit 0'
check "an empty volume instead" run 'wait g go on' 'type n<Enter>' \
    'wait A new rehearsal:' 'type e<Enter>' 'wait Enter opens the console' \
    'type <Enter>' 'wait Enter looks for the volume' 'type <Enter>' \
    'wait mode [' 'type rehersal<Enter>' 'wait new.bad-mode' \
    'type <Tab>example.jp<Enter>' 'wait domain      [example.jp' \
    'wait new.bad-mode' \
    'type <Backspace><Backspace><Backspace><Backspace>arsal<Enter>' \
    'wait mode        [rehearsal   ]' 'type <Enter>De_mo<Enter>' \
    'wait new.bad-name' \
    'type <Esc>' 'wait q leave' 'not to the keys' 'type q' 'exit 0'
refuse "and the old one is gone" test -e "$OUT/cast"
finish
