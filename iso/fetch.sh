#!/bin/sh
# SPDX-License-Identifier: MIT
# iso/fetch.sh LOCK DEBS SET...: bring every package of these sets of the lock
# into DEBS, by the SHA-256 that stands there.  What is there already is not
# asked for again; a package that left the archive is put there by hand.
set -eu
lock=$1 debs=$2 bad=0
shift 2
archive=${ARCHIVE:-http://deb.debian.org}
mkdir -p "$debs"
good() { # FILE SHA256
	[ -f "$1" ] && echo "$2  $1" | sha256sum --quiet -c - 2>/dev/null >&2
}
while read -r set name version _ sha path; do
	case " $* " in
	*" $set "*) ;;
	*) continue ;;
	esac
	to=$debs/${path##*/}
	good "$to" "$sha" && continue
	case $path in
	pool/updates/*) url=$archive/debian-security/$path ;;
	*) url=$archive/debian/$path ;;
	esac
	if /usr/lib/apt/apt-helper -o APT::Sandbox::User= \
	    download-file "$url" "$to.new" "SHA256:$sha" >/dev/null 2>&1 &&
	    good "$to.new" "$sha"; then
		mv "$to.new" "$to"
	else
		echo "iso: $name $version cannot be had: $url" >&2
		bad=1
	fi
done <"$lock"
[ $bad = 0 ] || {
	echo "iso: make iso-lock asks the archive for today's packages" >&2
	exit 1
}
