#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/plays/custodians.sh: sticks that do not count, at the real console: of
# another CA system, of somebody counted already, damaged, without the share,
# with another share, with a changed one.  Each has its sentence and its
# entry, and the right stick goes on from there.  Then a request that does not fit.
. tests/lib.sh
. tests/plays/enrolled
count() { # WHY: tries that were refused so
	grep '"ev":"auth.fail"' "$V/a/transcript.log" | grep -c "\"why\":\"$1\""
}

V=$TMPDIR/elsewhere
mkdir -p "$V/a" "$V/b" "$V/IN"
check "somebody is enrolled elsewhere" play tests/plays/custodians/elsewhere.play
V=$TMPDIR/enrolled
check "people are enrolled" enrol
cp -r "$TMPDIR/elsewhere/SM1" "$V/elsewhere"
cp "$V/CA1/custodian-ca1.tachiai.pem" "$V/before.pem"
check "sticks that do not count" play tests/plays/custodians/sticks.play
for why in cred.other-origin role.same-person cred.damaged share.missing \
    share.foreign cred.wrong-passphrase; do
	check "one entry: $why" [ "$(count "$why")" = 1 ]
done
check "two of shares that were changed" [ "$(count share.damaged)" = 2 ]
check "the key was made after them" has a key.gen.end
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout "$V/own.key" -subj "/C=JP/O=Example Trust K.K./CN=Example TLS CA R1" \
    -out "$V/IN/int1.csr" 2>/dev/null
check "another kind of key: its screens" play tests/plays/custodians/screens.play
check "an entry" grep -q '"why":"spki.profile".*"ev":"csr.refused"' \
    "$V/a/transcript.log"
check "the transcript holds" "$verify" "$V/a"
finish
