#!/bin/sh
# SPDX-License-Identifier: MIT
# Requests that the plan does not mean: another one than it pins, and one whose
# key is another CA's already.  Each is refused in the room, with its sentence
# and an entry; the right one is taken, and the ceremony goes on.
. tests/lib.sh
. tests/plays/enrolled
log=$V/a/transcript.log
requests=tests/ceremonies/requests
sha=$(sha256sum $requests/br-tls-int2.csr)
cp -r $ready "$TMPDIR/my-day"
ready=$TMPDIR/my-day
cat >"$TMPDIR/int2" <<END
  - {id: c-int2, issuer: c-root, profile: tls-sub-p384,
     subject: {C: JP, O: Example Trust K.K., CN: Example TLS CA R2},
     request: {file: int2.csr, sha256: ${sha%% *}}}
END
sed -i "/id: c-root, key/r $TMPDIR/int2" "$ready/plan.yaml"
sed -i 's/plan: \[c-int1\]/plan: [c-int2, c-int1]/
    s/plan: \[c-int1, crl-1\]/plan: [c-int1, c-int2, crl-1]/
    s/\[c-root, c-int1, crl-1\]/[c-root, c-int1, c-int2, crl-1]/
    s/{do: readback, of: c-int1, \(.*\)}/&\
      - {do: readback, of: c-int2, \1}/' "$ready/script.yaml"
docs/ceremonies/pin "$ready"
pinned() { grep -q "sha256: ${sha%% *}" "$ready/plan.yaml"; }
check "the plan pins one" pinned
check "people are enrolled" enrol
cp $requests/br-tls-int*.csr "$V/"
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes \
    -keyout "$V/own.key" -subj /C=JP/CN=other -out "$V/other.csr" 2>/dev/null
check "another request than the pinned one" play tests/docs/refused.play
entry() { # FILE WHY
	grep '"ev":"csr.refused"' "$log" | grep "\"file\":\"$1\"" |
	    grep -q "\"why\":\"$2\""
}
check "the entry" entry int2.csr csr.hash
check "a key of another CA: the entry" entry int1.csr csr.known-key
check "both were taken in" [ "$(grep -c '"ev":"csr.import"' "$log")" = 2 ]
check "and both signed" [ "$(grep -c '"ev":"cert.sign.end"' "$log")" = 3 ]
check "the transcript holds" "$verify" "$V/a"
finish
