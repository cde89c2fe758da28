#!/bin/sh
# SPDX-License-Identifier: MIT
# tachiai-gap: objects of every kind there and back, by texts and pictures,
# with losses; what must be refused is refused and leaves no file.
# shellcheck source=tests/lib.sh
. tests/lib.sh
PATH=$BUILD/bin:$PATH
V=tests/gap/vectors
T=$TMPDIR

# A hierarchy by openssl: root, intermediate, a CRL of each, two requests.
ca() {
	cat >"$T/ca.conf" <<-END
	[ca]
	database = $T/index
	crlnumber = $T/number
	default_md = sha384
	default_crl_days = 300
	[int]
	basicConstraints = critical, CA:true, pathlen:0
	keyUsage = critical, keyCertSign, cRLSign
	subjectKeyIdentifier = hash
	authorityKeyIdentifier = keyid
	[crl]
	authorityKeyIdentifier = keyid
	END
	: >"$T/index"
	echo 01 >"$T/number"
	for n in root other int; do
		openssl ecparam -name secp384r1 -genkey -noout \
		    -out "$T/$n.key" || return 1
	done
	for n in root other; do
		openssl req -x509 -new -sha384 -key "$T/$n.key" -subj "/CN=Gap $n" \
		    -addext keyUsage=critical,keyCertSign,cRLSign \
		    -days 3000 -out "$T/$n.pem" || return 1
	done
	openssl req -new -key "$T/int.key" -subj "/C=JP/CN=Gap int" \
	    -out "$T/int.csr" || return 1
	openssl x509 -req -sha384 -in "$T/int.csr" -CA "$T/root.pem" \
	    -CAkey "$T/root.key" -set_serial 0x1234567890abcdef12 -days 1000 \
	    -extfile "$T/ca.conf" -extensions int -out "$T/int.pem" || return 1
	for n in root other; do
		openssl ca -gencrl -name ca -config "$T/ca.conf" -crlexts crl \
		    -keyfile "$T/$n.key" -cert "$T/$n.pem" \
		    -out "$T/$n.crl" || return 1
	done
	cat "$T/int.pem" "$T/root.pem" >"$T/chain.pem"
}
check "a hierarchy by openssl" ca

# there KIND FILE [OPTION...]: by texts, every fourth lost, and back.
there() {
	kind=$1 file=$2
	shift 2
	rm -f "$T/back"
	tachiai-gap send "$file" --frames --version 5 >"$T/frames" &&
	    awk 'NR % 4' "$T/frames" |
	    tachiai-gap receive --frames --type "$kind" "$@" -o "$T/back"
}
same() {
	there "$@" && cmp "$T/back" "$2"
}
check "a request comes back" same csr "$T/int.csr"
check "a certificate" same certificate "$T/int.pem" --root "$T/root.pem"
check "a chain" same chain "$T/chain.pem" --root "$T/root.pem"
check "a CRL" same crl "$T/root.crl" --root "$T/root.pem"
check "a text" same text README.md
der() {
	openssl req -in "$T/int.csr" -outform DER -out "$T/int.der" &&
	    there csr "$T/int.der" --der && cmp "$T/back" "$T/int.der" &&
	    there csr "$T/int.der" && cmp "$T/back" "$T/int.csr"
}
check "DER and PEM are one request" der

# Right by the signature, not by the profiles: taken, with a note.
other_hash() {
	mkdir -p "$T/h" &&
	    openssl x509 -req -sha256 -in "$T/int.csr" -CA "$T/root.pem" \
	    -CAkey "$T/root.key" -set_serial 7 -days 1000 \
	    -extfile "$T/ca.conf" -extensions int -out "$T/h/int.pem" &&
	    openssl ca -gencrl -name ca -config "$T/ca.conf" -crlexts crl \
	    -md sha256 -keyfile "$T/root.key" -cert "$T/root.pem" \
	    -out "$T/h/root.crl" &&
	    cat "$T/h/int.pem" "$T/root.pem" >"$T/h/chain.pem" || return 1
	for n in "certificate $T/h/int.pem" "chain $T/h/chain.pem" \
	    "crl $T/h/root.crl"; do
		# shellcheck disable=SC2086 # a type and a file
		same $n --root "$T/root.pem" 2>"$T/said" &&
		    grep -q "^Note: .*ecdsa-sha256.*P-384" "$T/said" || {
			cat "$T/said"
			return 1
		}
	done
	same crl "$T/root.crl" --root "$T/root.pem" 2>"$T/said" &&
	    ! grep "^Note: " "$T/said"
}
check "SHA-256 under P-384 is right, and noted" other_hash

# not ID COMMAND...: refused with that id, and no file was written.
not() {
	id=$1
	shift
	"$@" 2>"$T/said"
	code=$?
	cat "$T/said"
	[ $code = 1 ] && grep -q "($id)\$" "$T/said" && [ ! -e "$T/back" ]
}
check "another root" not gap.chain \
    there certificate "$T/int.pem" --root "$T/other.pem"
check "a chain to another root" not gap.chain \
    there chain "$T/chain.pem" --root "$T/other.pem"
check "a CRL of another root" not gap.issuer \
    there crl "$T/other.crl" --root "$T/root.pem"
one_of_chain() {
	rm -f "$T/back"
	tachiai-gap receive --frames --type chain -o "$T/back" <$V/one.frames
}
check "one certificate is no chain" not cert.form one_of_chain
check "another type" not qr.type there crl "$T/int.csr"
half() {
	rm -f "$T/back"
	tachiai-gap send "$T/int.csr" --frames --version 5 | head -n 3 |
	    tachiai-gap receive --frames -o "$T/back"
}
check "half a transfer" not gap.unfinished half
nothing() {
	echo hello | tachiai-gap receive --frames -o "$T/back"
}
check "nothing of a transfer" not gap.nothing nothing
check "a private key never crosses" not gap.private \
    tachiai-gap send "$T/int.key" --frames
mixed() {
	cat "$T/int.pem" "$T/int.key" >"$T/mixed.pem"
	tachiai-gap send "$T/mixed.pem" --frames
}
check "nor between others" not gap.private mixed
junk() {
	head -c 3000 "$BUILD/bin/tachiai" >"$T/junk"
	tachiai-gap send "$T/junk" --frames
}
check "a program is no object" not gap.what junk
# A CSR whose signature is another's: the DER parses, the proof fails.
forged() {
	rm -f "$T/back"
	openssl req -in "$T/int.csr" -outform DER -out "$T/int.der"
	size=$(wc -c <"$T/int.der")
	cp "$T/int.der" "$T/forged.der"
	byte=$(od -An -tu1 -j $((size - 9)) -N 1 "$T/int.der")
	# shellcheck disable=SC2059 # the format is the byte
	printf "\\$(printf %03o $((byte ^ 1)))" |
	    dd of="$T/forged.der" bs=1 seek=$((size - 9)) conv=notrunc 2>/dev/null
	tachiai-gap send "$T/forged.der" --frames
}
check "a request without proof is not sent" not gap.what forged

# Frames of the other side, from files that stay as they are.
vectors() {
	tachiai-gap receive --frames --type csr --der -o "$T/v" \
	    --log "$T/log" <$V/late.frames && cmp "$T/v" $V/csr.der &&
	    rm "$T/v" && tachiai-gap receive --frames --der -o "$T/v" \
	    <"$T/log" --type csr && cmp "$T/v" $V/csr.der &&
	    tachiai-gap send $V/text.txt --frames --version 3 --count 6 |
	    cmp - $V/text.frames
}
check "vectors, and the log of a transfer again" vectors
switched() {
	{ head -n 2 $V/csr.frames; cat $V/text.frames $V/text.frames \
	    $V/text.frames $V/text.frames; } >"$T/two"
	not gap.unfinished tachiai-gap receive --frames -o "$T/back" \
	    <"$T/two" && grep -q -e --switch "$T/said" &&
	    tachiai-gap receive --frames --switch -o "$T/back" <"$T/two" &&
	    cmp "$T/back" $V/text.txt
}
check "another object, with and without --switch" switched

# Pictures, in any order, some of them no pictures.
pictures() {
	rm -rf "$T/png" "$T/back"
	tachiai-gap send "$T/chain.pem" --png "$T/png" --version 10 &&
	    cp README.md "$T/png/frame-000000.png" &&
	    [ -s "$T/png/frame-000012.png" ] &&
	    find "$T/png" -type f | sort -r >"$T/list" &&
	    xargs tachiai-gap receive --root "$T/root.pem" -o "$T/back" \
	    --images <"$T/list" && cmp "$T/back" "$T/chain.pem"
}
check "pictures" pictures
# A film, every fourth picture of which is lost and one spoiled; another that
# ends in the middle of a picture; one that has none.
film() {
	rm -rf "$T/jpeg" "$T/png" "$T/back"
	mkdir "$T/jpeg"
	tachiai-gap send "$T/chain.pem" --png "$T/png" --version 8 --count 24
	n=0
	for f in "$T/png"/*.png; do
		n=$((n + 1))
		[ $((n % 4)) = 0 ] || pngtopnm "$f" |
		    pnmpad -white -left 40 -right 40 -top 30 -bottom 30 |
		    pnmtojpeg -quality 80 >"$T/jpeg/$n.jpg"
	done
	head -c 900 "$T/jpeg/1.jpg" >"$T/jpeg/0.jpg"
	tests/gap/avi "$T/film.avi" "$T/jpeg"/*.jpg
	tachiai-gap receive --root "$T/root.pem" -o "$T/back" --images \
	    "$T/film.avi" && cmp "$T/back" "$T/chain.pem" || return 1
	size=$(stat -c %s "$T/film.avi")
	head -c $((size / 6)) "$T/film.avi" >"$T/cut.avi"
	tachiai-gap receive --root "$T/root.pem" -o "$T/none.pem" --images \
	    "$T/cut.avi" 2>"$T/said"
	grep -q gap.unfinished "$T/said" || return 1
	tests/gap/avi "$T/empty.avi"
	tachiai-gap receive -o "$T/none.pem" --images "$T/empty.avi" 2>"$T/said"
	grep -q gap.film "$T/said" && [ ! -e "$T/none.pem" ]
}
check "a film" film
# A folder as a camera: dark, empty and small pictures, then the codes.
camera() {
	rm -rf "$T/film" "$T/png" "$T/back"
	mkdir "$T/film"
	for i in 1 2 3; do
		{ printf 'P5\n640 480\n255\n'
		    head -c 307200 /dev/zero; } >"$T/film/a-dark-$i.pgm"
		{ printf 'P5\n640 480\n255\n'
		    head -c 307200 /dev/zero | tr '\0' '\377'
		} >"$T/film/b-light-$i.pgm"
		cp README.md "$T/film/c-none-$i.pgm"
	done
	# Small ones are read as they are, in one picture of three.
	tachiai-gap send "$T/int.csr" --png "$T/png" --version 10 --dots 2 \
	    --count 3 && for i in 0-a 0-b 0-c 1-a 1-b 1-c 2-a 2-b 2-c; do
		cp "$T/png/frame-00000${i%-?}.png" "$T/film/d-$i.png" ||
		    return 1
	done
	timeout 30 tachiai-gap receive --camera "$T/film" --type csr -o "$T/back" \
	    --log "$T/log" 2>"$T/said" && cmp "$T/back" "$T/int.csr" &&
	    [ "$(grep -c "^Too dark" "$T/said")" = 1 ] &&
	    [ "$(grep -c "^No code in view" "$T/said")" = 1 ] &&
	    [ "$(grep -c "(decode.picture)" "$T/said")" = 3 ] &&
	    grep -q "^Too small, 2.0 dots" "$T/said" || {
		cat "$T/said"
		return 1
	}
	for device in none null; do
		rm -f "$T/back"
		tachiai-gap receive --camera /dev/$device -o "$T/back" \
		    2>>"$T/said" && return 1
	done
	grep -q "(camera.absent)" "$T/said" && grep -q "(camera.kind)" \
	    "$T/said" && [ ! -e "$T/back" ]
}
check "a folder as a camera, with its hints" camera
usage() {
	for a in "" "send" "receive" "receive --frames" "send a b" \
	    "receive --frames --images x -o y" "receive --camera x" \
	    "receive --camera x --frames -o y" "send --camera x y" "receive --frames --type x -o y" \
	    "send --version 99 x" "send --frames --png d x"; do
		# shellcheck disable=SC2086 # words of a command line
		tachiai-gap $a </dev/null
		[ $? = 2 ] || { echo "$a"; return 1; }
	done
}
check "usage" usage
world() {
	tachiai-gap send "$T/none" --frames
	[ $? = 3 ] && { tachiai-gap receive --frames -o "$T/no/x" \
	    <$V/csr.frames; [ $? = 3 ]; }
}
check "the world's failures" world
finish
