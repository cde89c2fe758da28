#!/bin/sh
# SPDX-License-Identifier: MIT
# The recipes of tachiai-gap(1), line by line as they stand there: a request
# by codes, its certificate back by pictures, and OpenSSL and cfssl issue.
# shellcheck source=tests/lib.sh
. tests/lib.sh
PATH=$(realpath "$BUILD")/bin:$PATH
PLAY=$(realpath "$BUILD")/tests/play
T=$TMPDIR

# recipe N: the lines of the Nth example, without their prompts.
recipe() {
	awk -v want="$1" '/^\.Sh EXAMPLES/ { e = 1 } /^\.Sh SEE/ { e = 0 }
	    e && /^\.Ed/ { on = 0 } on { print }
	    e && /^\.Bd/ { on = ++n == want }' docs/tachiai-gap.1 |
	    sed 's/^\$ //; s/\\e$/\\/' >"$T/recipe-$1"
	[ -s "$T/recipe-$1" ]
}
cook() { # N
	(cd "$T" && sh -eu "recipe-$1")
}
four() {
	for n in 1 2 3 4; do
		recipe $n || return 1
	done
	recipe 5 && return 1
	grep -q '^openssl ca ' "$T/recipe-2" &&
	    grep -q '^cfssl sign ' "$T/recipe-3"
}
check "four recipes" four

# The first one ends on a terminal: a person looks, and is finished.
request() {
	cat >"$T/look.play" <<-END
	wait "certificate request,"
	wait "q finished"
	type q
	exit 0
	END
	cp "$T/recipe-1" "$T/recipe" &&
	    (cd "$T" && "$PLAY" -q -p 20 -s 100x50 look.play -- \
	    sh -eu recipe) && [ -s "$T/int.csr" ]
}
check "a request is made, and shown" request

# What the ceremony does, by a root of our own; its certificate as pictures.
ceremony() (
	cd "$T" || exit 1
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes \
	    -sha384 -keyout root.key -subj "/C=JP/O=Example/CN=Root" \
	    -addext keyUsage=critical,keyCertSign,cRLSign -days 3000 \
	    -out root.pem &&
	    cat >ext <<-END &&
	basicConstraints = critical, CA:true, pathlen:0
	keyUsage = critical, keyCertSign, cRLSign
	subjectKeyIdentifier = hash
	authorityKeyIdentifier = keyid
	END
	    openssl x509 -req -sha384 -in int.csr -CA root.pem \
	    -CAkey root.key -set_serial 4711 -days 1000 -extfile ext \
	    -out made.pem &&
	    tachiai-gap send made.pem --png photos --version 10 &&
	    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
	    -nodes -keyout site.key -subj "/CN=www.example.jp" \
	    -addext subjectAltName=DNS:www.example.jp -out site.csr
)
check "the root side, by openssl" ceremony

# The dots of the page are the issuing CA's own configuration.
issued() {
	: >"$T/index"
	cat >"$T/ca.conf" <<-END
	[ca]
	database = $T/index
	new_certs_dir = $T
	rand_serial = yes
	default_md = sha384
	default_days = 30
	policy = any
	[any]
	commonName = supplied
	END
	sed -i 's/ \.\.\.$/ -name ca -config ca.conf -batch -notext -out site.pem/' \
	    "$T/recipe-2" && cook 2 && cmp "$T/int.pem" "$T/made.pem" &&
	    openssl verify -CAfile "$T/root.pem" -untrusted "$T/int.pem" \
	    "$T/site.pem"
}
check "it comes back, and openssl ca issues" issued
cfssl_step() {
	mkdir -p "$T/certs" "$T/secrets" && cook 3 >"$T/cfssl.json" &&
	    python3 -c 'import json, sys
print(json.load(sys.stdin)["cert"], end="")' <"$T/cfssl.json" \
	    >"$T/cfssl.pem" &&
	    openssl verify -CAfile "$T/certs/root_ca.crt" -untrusted \
	    "$T/certs/intermediate_ca.crt" "$T/cfssl.pem" &&
	    cmp "$T/int.key" "$T/secrets/intermediate_ca_key"
}
check "cfssl issues; the files of a CA like step stand" cfssl_step
check "no camera, and losses" cook 4
check "the same request" cmp "$T/again.csr" "$T/int.csr"
finish
