#!/bin/sh
# SPDX-License-Identifier: MIT
# `make demo' with everything given from outside: files under other names, a
# request in RSA, its steps in another order, the HSM's module by a path.
. tests/lib.sh
OUT=$TMPDIR/demo
export OUT
verify=$BUILD/bin/tachiai-verify
ready=docs/ceremonies/enterprise
subject() {
	openssl x509 -in "$OUT/out/intermediate.pem" -noout -subject |
	    grep -F "$1"
}
recipe() {
	"$verify" "$OUT/volume" >"$TMPDIR/a" 2>/dev/null &&
	    "$OUT/volume/verify.sh" "$OUT/volume" >"$TMPDIR/b" 2>/dev/null &&
	    grep -q '^OK ' "$TMPDIR/a" && diff "$TMPDIR/a" "$TMPDIR/b"
}

openssl req -new -newkey rsa:3072 -nodes -keyout "$TMPDIR/given.key" \
    -subj "/C=DE/O=Beispiel GmbH/CN=Beispiel CA 7" \
    -out "$TMPDIR/given.csr" 2>/dev/null
cp /usr/lib/softhsm/libsofthsm2.so "$TMPDIR/module.so"
mkdir "$TMPDIR/files"
sed 's/CN: Example Enterprise CA 1/CN: Beispiel CA 7/' \
    $ready/profiles.yaml >"$TMPDIR/files/profiles.yaml"
sed 's/int1\.csr/beispiel.csr/' $ready/plan.yaml >"$TMPDIR/files/plan.yaml"
# The second operations manager is enrolled last, the clock is read first, a
# token is asked to be inactive, which it is.
awk '/person: SM2, by: SM1/ { late = $0; next }
    { print }
    /do: readback, of: c-int1/ {
	print "      - {do: deactivate, token: root-token, consent: quorum}"
    }
    /person: RA2, by: SM1/ { print late }' $ready/script.yaml \
    >"$TMPDIR/files/script.yaml"
docs/ceremonies/pin "$TMPDIR/files"
check "another order" \
    test "$(sort "$TMPDIR/files/script.yaml" | grep -c person:)" = 8
PLAN=$TMPDIR/the-plan.txt SCRIPT=$TMPDIR/the-script.txt
PROFILES=$TMPDIR/the-profiles.txt MODULE=$TMPDIR/module.so
CSR=$TMPDIR/given.csr
mv "$TMPDIR/files/plan.yaml" "$PLAN"
mv "$TMPDIR/files/script.yaml" "$SCRIPT"
mv "$TMPDIR/files/profiles.yaml" "$PROFILES"
export PLAN SCRIPT PROFILES MODULE CSR
check "the demo runs" tests/demo
check "sealed, and the recipe agrees" recipe
named() { # its digest stands in the transcript, once a sitting
	sha=$(sha256sum "$MODULE")
	[ "$(grep '"ev":"hsm.module"' "$OUT/volume/transcript.log" |
	    grep -c "\"sha256\":\"${sha%% *}\"")" = "$(grep -c \
	    '"ev":"sitting.open"' "$OUT/volume/transcript.log")" ]
}
check "the transcript names the module" named
check "what was signed can be made again" "$verify" rebuild "$OUT/volume"
check "the bundle stands by itself" "$verify" bundle "$OUT/out"
check "independent checkers; cfssl issues" \
    tests/oracle/all "$OUT/out" "$TMPDIR/given.key"
check "the name that was given" subject "Beispiel CA 7"

CSR=$TMPDIR/nothing
refuse "a request that is not there" tests/demo
check "and the last demo is still there" test -s "$OUT/heads"
CSR=$MODULE
refuse "no request" tests/demo
finish
