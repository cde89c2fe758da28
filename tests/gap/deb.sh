#!/bin/sh
# SPDX-License-Identifier: MIT
# The package of the online side: built, taken apart elsewhere, run there.
. tests/lib.sh
T=$TMPDIR
V=$PWD/tests/gap/vectors

built() {
	mkdir -p "$T/build/bin" &&
	    cp "$BUILD"/bin/tachiai-gap "$BUILD"/bin/tachiai-verify \
	    "$BUILD"/bin/tachiai-decode "$T/build/bin" &&
	    cp "$BUILD/tachiai-gap.html" "$T/build" &&
	    appliance/gap/debian/build "$T/build" >"$T/name" &&
	    dpkg-deb --extract "$(cat "$T/name")" "$T/root" &&
	    dpkg-deb --info "$(cat "$T/name")"
}
check "it is built, and taken apart" built
again() {
	first=$(sha256sum <"$(cat "$T/name")") &&
	    appliance/gap/debian/build "$T/build" >/dev/null &&
	    [ "$first" = "$(sha256sum <"$(cat "$T/name")")" ]
}
check "the same bytes a second time" again
runs() {
	rm -rf "$T/png"
	"$T/root/usr/bin/tachiai-gap" send "$V/csr.der" --png "$T/png" &&
	    "$T/root/usr/bin/tachiai-gap" receive --type csr --der \
	    -o "$T/back" --images "$T"/png/*.png && cmp "$T/back" "$V/csr.der"
}
check "tachiai-gap runs there, with its own tachiai-decode" runs
verifies() {
	"$T/root/usr/bin/tachiai-verify" >"$T/said" 2>&1
	[ $? = 2 ] && grep -q 'usage: tachiai-verify' "$T/said"
}
check "tachiai-verify runs there" verifies
# Every library that the programs name is in a package that it depends on.
depends() {
	dpkg-deb --field "$(cat "$T/name")" Depends >"$T/depends"
	for p in "$T"/root/usr/lib/tachiai/*; do
		objdump -p "$p" | awk '$1 == "NEEDED" { print $2 }'
	done | sort -u >"$T/needed"
	[ -s "$T/needed" ] || return 1
	while read -r lib; do
		package=$(dpkg-query --search "*/$lib" | sed 's/:.*//' |
		    sort -u | head -n 1)
		grep -qw -e "$package" "$T/depends" ||
		    { echo "$lib is in $package"; return 1; }
	done <"$T/needed"
}
check "it depends on what its programs need" depends
page() {
	cmp "$BUILD/tachiai-gap.html" \
	    "$T/root/usr/share/tachiai/tachiai-gap.html" &&
	    grep -q 'Paul Miller' "$T/root/usr/share/doc/tachiai-online/copyright"
}
check "the web page is in it, and its licence" page
# What an auditor follows, the recipe that runs, and every font that is opened.
audits() {
	d=$T/root/usr/share/doc/tachiai-online
	cmp docs/AUDIT.md "$d/AUDIT.md" && cmp docs/verify.sh "$d/verify.sh" &&
	    cmp docs/FORMAT.txt "$d/FORMAT.txt" &&
	    "$d/verify.sh" --heads tests/volumes/br-tls/heads \
	    tests/volumes/br-tls/volume >"$T/said" && grep -q '^OK ' "$T/said"
}
check "the auditor's guide and recipe are in it, and run" audits
fonts() {
	grep -o '"[a-z/-]*/[A-Za-z-]*\.ttf"' appliance/world/letters.c |
	    tr -d '"' >"$T/fonts"
	[ "$(wc -l <"$T/fonts")" = 4 ] || return 1
	while read -r f; do
		package=$(dpkg-query --search "/usr/share/fonts/$f" |
		    sed 's/:.*//')
		grep -qw -e "$package" "$T/depends" || return 1
	done <"$T/fonts"
}
check "it depends on the fonts that it opens" fonts
manual() {
	for page in "$T"/root/usr/share/man/man*/*.gz; do
		gzip -d <"$page" | mandoc -Tlint -W error || return 1
	done
}
check "its manual pages read" manual
finish
