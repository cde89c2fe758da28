#!/bin/sh
# SPDX-License-Identifier: MIT
# tachiai-gap.html: made of its parts and the pinned library, the same twice;
# then in a headless Chromium with a camera that sees what tachiai-gap shows.
# shellcheck source=tests/lib.sh
. tests/lib.sh
page=$BUILD/tachiai-gap.html
T=$TMPDIR

again() {
	media/web/make-page "$BUILD/web/tables" "$T/again.html" &&
	    cmp "$page" "$T/again.html"
}
check "the page is the same twice" again
cp -r media/web "$T/web"
echo "// one line more" >>"$T/web/vendor/decode.js"
refuse "a library that is not the pinned one" \
    "$T/web/make-page" "$BUILD/web/tables" "$T/other.html"
check "then there is no page" [ ! -e "$T/other.html" ]
pinned() {
	jq -e '.packages["node_modules/qr"] | .version == "0.7.0" and
	    (.integrity | startswith("sha512-"))' \
	    media/web/vendor/package-lock.json
}
check "the registry's digest of the library stands in its lock" pinned
licence() { grep -q 'Copyright (c) 2023 Paul Miller' "$page"; }
check "the page holds its licences" licence

objects() {
	printf '[v3]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' >"$T/ext"
	for n in root int; do
		openssl ecparam -name secp384r1 -genkey -noout \
		    -out "$T/$n.key" || return 1
	done
	openssl req -x509 -new -sha384 -key "$T/root.key" -subj "/CN=Page root" \
	    -addext keyUsage=critical,keyCertSign,cRLSign -days 3000 \
	    -out "$T/root.pem" &&
	    openssl req -new -key "$T/int.key" -subj "/C=JP/CN=Page int" \
	    -out "$T/int.csr" &&
	    openssl x509 -req -sha384 -in "$T/int.csr" -CA "$T/root.pem" \
	    -CAkey "$T/root.key" -set_serial 0x1234567890abcdef12 -days 1000 \
	    -extfile "$T/ext" -extensions v3 -out "$T/int.pem" &&
	    cat "$T/int.pem" "$T/root.pem" >"$T/chain.pem" &&
	    head -c 3000 "$BUILD/bin/tachiai" >"$T/junk"
}
check "objects by openssl" objects

HOME=$T python3 tests/page/page.py "$page" "$BUILD/bin" "$T" >"$T/said"
sed '$d' "$T/said"
tail -n 1 "$T/said" | grep -qE '^[0-9]+ passed, [0-9]+ failed$' ||
    { tail -n 1 "$T/said"; bad=$((bad + 1)); }
good=$((good + $(grep -c '^ok ' "$T/said")))
bad=$((bad + $(grep -c '^not ok ' "$T/said")))
finish
