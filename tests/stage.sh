# SPDX-License-Identifier: MIT
# For tests/demo and tests/rehearse: what is laid out before a rehearsal
# begins.  They set OUT, the folder of it all, request and in, and have stop().
# shellcheck shell=sh disable=SC2154 # request, in: theirs, too

# as_request FILE: the request in it as PEM, on standard output.
as_request() {
	openssl req -in "$1" 2>/dev/null ||
	    openssl req -inform DER -in "$1" 2>/dev/null ||
	    stop "$1 is no certificate request"
}

# fit: $request asks for another key or name than the ready ceremony: a copy
# of that in OUT/ceremony has a profile which asks for it; $ready is it.
fit() {
	text=$(openssl req -in "$request" -noout -text \
	    -nameopt multiline,-esc_msb,utf8)
	bits=$(echo "$text" | sed -n 's/.*Public-Key: (\([0-9]*\) bit).*/\1/p')
	case $text in
	*rsaEncryption*) key="{type: rsa, bits: $bits}" ;;
	*"NIST CURVE: "*) key="{type: ec, curve: $(echo "$text" |
	    sed -n 's/.*NIST CURVE: //p')}" ;;
	*ED25519*) key="{type: ed25519}" ;;
	*ED448*) key="{type: ed448}" ;;
	*) stop "no profile has such a key" ;;
	esac
	# The Baseline Requirements want all three in a name.
	ready=docs/ceremonies/br-tls sub=tls-sub-p384
	for part in countryName organizationName commonName; do
		echo "$text" | grep -q "  $part " ||
		    ready=docs/ceremonies/enterprise sub=sub-rsa3072
	done
	case $key in
	*ed*) ready=docs/ceremonies/enterprise sub=sub-rsa3072 ;;
	esac
	name=$(echo "$text" | sed -n 's/^ *countryName *= /C: /p
	    s/^ *stateOrProvinceName *= /ST: /p
	    s/^ *localityName *= /L: /p
	    s/^ *organizationName *= /O: /p
	    s/^ *commonName *= /CN: /p' | sed 's/["\\]/\\&/g
	    s/: \(.*\)/: "\1"/' | tr '\n' ',')
	mkdir "$OUT/ceremony"
	cp $ready/*.yaml "$OUT/ceremony/"
	NAME=${name%,} awk -v sub_="  $sub:" -v key="$key" '
	    /^  [^ ]/ { on = $0 == sub_ }
	    on && /^    key:/ { $0 = "    key: " key }
	    on && /^    subject:/ { $0 = "    subject: {" ENVIRON["NAME"] "}" }
	    { print }' $ready/profiles.yaml >"$OUT/ceremony/profiles.yaml"
	docs/ceremonies/pin "$OUT/ceremony"
	ready=$OUT/ceremony
}

# codes SCRIPT: each code of its roles, a person with a stick of that name.
codes() {
	awk '/^[^ #-]/ { on = /^roles:/ } on' "$1" |
	    grep -oE '(^|[^a-z])code: *["'\'']?[A-Za-z0-9-]+' |
	    grep -oE '[A-Za-z0-9-]+$'
}

# make_request FILE: into IN, with the key that its certificate's profile
# asks for; its private key is OUT/FILE.key.
make_request() {
	profile=$(tr '\n' ' ' <"$PLAN" | sed 's/ - /\n/g' | grep -F "$1" |
	    grep -oE 'profile: *[a-z0-9-]+' | head -n 1 | sed 's/.* //')
	key=$(awk -v p="  $profile:" '/^  [^ ]/ { on = index($0, p) == 1 }
	    on && /^ *(key|type|bits|curve):/' "$PROFILES" | tr '\n' ' ')
	case $key in
	*rsa*) set -- "$1" "rsa:$(echo "$key" |
	    grep -oE 'bits: *[0-9]+' | grep -oE '[0-9]+')" ;;
	*ed25519*) set -- "$1" ed25519 ;;
	*ed448*) set -- "$1" ed448 ;;
	*P-256*) set -- "$1" ec -pkeyopt ec_paramgen_curve:P-256 ;;
	*P-521*) set -- "$1" ec -pkeyopt ec_paramgen_curve:P-521 ;;
	*) set -- "$1" ec -pkeyopt ec_paramgen_curve:P-384 ;;
	esac
	file=$1
	shift
	openssl req -new -newkey "$@" -nodes -keyout "$OUT/${file%.*}.key" \
	    -subj "/C=JP/O=Example Trust K.K./CN=Example TLS CA R1" \
	    -out "$in/$file" 2>/dev/null
}

# requests: into IN under the names that the plan asks for, $request first.
requests() {
	files=$(grep -oE 'file: *[A-Za-z0-9._-]+' "$PLAN" | sed 's/.*: *//' | sort -u)
	for file in $files; do
		if [ -s "$request" ]; then
			cp "$request" "$in/$file"
			: >"$request"
			echo "$CSR is $in/$file here, as the plan names it."
		else
			make_request "$file"
		fi
	done
}

# camera SCRIPT: what OUT/camera sees, where the script takes in requests by
# camera: each of them as pictures of codes; and the files of CAMERA.
camera() {
	mkdir -p "$OUT/camera"
	[ -z "${CAMERA:-}" ] || cp "$CAMERA"/* "$OUT/camera/"
	grep -qE 'do: *qr-scan' "$1" || return 0
	for file in "$in"/*.csr; do
		name=${file##*/}
		"$BUILD/bin/tachiai-gap" send "$file" --png "$OUT/camera/$name" \
		    --version 5 --count 12 2>/dev/null
		for png in "$OUT/camera/$name"/*.png; do
			mv "$png" "$OUT/camera/$name-${png##*/}"
		done
		rmdir "$OUT/camera/$name"
	done
}
