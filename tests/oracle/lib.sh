# SPDX-License-Identifier: MIT
# What the oracles share.  A checker looks at the moment when the list was
# made, so that a bundle of any day can be checked.
# shellcheck shell=sh

good() {
	echo "ok $1"
}

# bad NAME [FILE]: with the checker's own words, as comments.
bad() {
	echo "not ok $1"
	if [ -n "${2-}" ] && [ -f "$2" ]; then
		tail -n 12 "$2" | sed 's/^/# /'
	fi
}

skip() {
	echo "skip $1: $2"
}

# check NAME COMMAND...: ok when the command succeeds.
check() {
	check_name=$1
	shift
	if "$@" >"$TMP/out" 2>&1; then
		good "$check_name"
	else
		bad "$check_name" "$TMP/out"
	fi
}

# refused NAME COMMAND...: ok when the command fails.
refused() {
	refused_name=$1
	shift
	if "$@" >"$TMP/out" 2>&1; then
		bad "$refused_name" "$TMP/out"
	else
		good "$refused_name"
	fi
}

# The posix second just after the list's thisUpdate.
moment() {
	made=$(openssl crl -in "$1/root.crl" -noout -lastupdate |
	    sed 's/^lastUpdate=//')
	echo $(($(date -u -d "$made" +%s) + 60))
}

# rsa, rsa-pss, ec, ed25519, ed448: the algorithm that signed.
signed_by() {
	case $(openssl x509 -in "$1/root.pem" -noout -text |
	    sed -n 's/^ *Signature Algorithm: //p' | head -n 1) in
	rsassaPss*) echo rsa-pss ;;
	*RSA*) echo rsa ;;
	ecdsa*) echo ec ;;
	ED25519) echo ed25519 ;;
	ED448) echo ed448 ;;
	*) echo other ;;
	esac
}

HERE=$(cd "$(dirname "$0")" && pwd)
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
DIR=${1:?usage: $0 DIR [INTERMEDIATE-KEY]}
for f in root.pem intermediate.pem root.crl; do
	[ -f "$DIR/$f" ] || { echo "$0: no $DIR/$f" >&2; exit 2; }
done
DIR=$(cd "$DIR" && pwd)
export HERE
