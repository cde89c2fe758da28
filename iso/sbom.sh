#!/bin/sh
# SPDX-License-Identifier: MIT
# iso/sbom.sh own|debian TREE OUT: inside the root: OUT/tachiai.files, every
# file of the image as "SHA256 BYTES PACKAGE PATH", and OUT/tachiai.spdx.json,
# the same as SPDX 2.3 with the packages' versions, hashes and licences.
# A licence is what the package's copyright file declares, where it is in the
# form that declares one, and NOASSERTION where not; of a module's own files,
# what its list says, with their origin as a comment.  The rules of the module,
# which are the file /etc/module, stand there as its comment.
set -eu
kernel=$1 tree=$2 out=$3
: "${VERSION:?}"
lock=/src/iso/lock
set=$(cat /module/set) module=module-$(cat /module/name)
sets="image|$kernel${set:+|$set}"
# Package of a file of the set image: PATH PACKAGE, from the packages' trees.
grep -E "^($sets) " "$lock" | while read -r _ name rest; do
	awk -v n="$name" '{ print $0 "\t" n }' "/work.lists/$name"
	: "$rest"
done >/build/owner
find "$tree" -type f | sort | while read -r f; do
	path=${f#"$tree"}
	from=$(awk -v p="$path" '$1 == p { print $2 }' /build/from)
	listed=$(awk -v p="$path" '$1 == p' /module/files)
	case $path in
	/init | /bin/*) package=tachiai ;;
	/etc/softhsm2.conf | /etc/version | /etc/module) package=tachiai ;;
	/modules/*) package=$(grep '^debian ' "$lock" | cut -d ' ' -f 2) ;;
	*) package=$(awk -F '\t' -v p="$from" '$1 == p { print $2; exit }' \
	    /build/owner) ;;
	esac
	[ -z "$listed" ] || package=$module
	[ -n "$package" ] || {
		echo "iso: $path belongs to no package" >&2
		exit 1
	}
	echo "$(sha256sum <"$f" | cut -d ' ' -f 1) $(stat -c %s "$f")" \
	    "$package $path"
done >"$out/tachiai.files"

license() { # PACKAGE
	f=/work/usr/share/doc/$1/copyright
	[ -f "$f" ] || f=/usr/share/doc/$1/copyright
	[ -f "$f" ] || {
		echo NOASSERTION
		return
	}
	# Debian's short names; the first paragraph's is the package's own.
	awk '/^License:/ && NF == 2 { print $2; exit }' "$f" | sed '
	    s/^Expat$/MIT/; s/^X11$/X11/; s/^GPL-\([123]\)+$/GPL-\1.0-or-later/
	    s/^GPL-\([123]\)$/GPL-\1.0-only/
	    s/^LGPL-\([23]\)\.*\([01]*\)+$/LGPL-\1.\2-or-later/
	    s/^BSD-\([23]\)-clause$/BSD-\1-Clause/; s/^zlib$/Zlib/
	    s/-3\.-or/-3.0-or/; s/-2\.-or/-2.0-or/' |
	    grep -xE '[A-Za-z0-9.-]+' || echo NOASSERTION
}
# What is in the image without being a file of it: linked in, or before it.
parts="linux-source-6.12 libc6-dev grub-pc-bin"
[ "$kernel" = own ] || parts="libc6-dev grub-pc-bin grub-efi-amd64-bin"
{
	grep -E "^($sets) " "$lock"
	for p in $parts; do
		awk -v p="$p" '$1 != "image" && $2 == p' "$lock"
	done
} | sort -u -k 2,2 | while read -r _ name version _ sha path; do
	echo "$name $version $sha $path $(license "$name")"
done >/build/packages
{
	date=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
	image=$(sha256sum "$out/tachiai.iso" | cut -d ' ' -f 1)
	cat <<END
{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT",
"name":"tachiai.iso","documentNamespace":"urn:sha256:$image",
"creationInfo":{"created":"$date","creators":["Tool: tachiai-iso"]},
"packages":[
{"SPDXID":"SPDXRef-Image","name":"tachiai.iso","versionInfo":"$VERSION",
"downloadLocation":"NOASSERTION","filesAnalyzed":false,
"licenseConcluded":"NOASSERTION","licenseDeclared":"NOASSERTION",
"copyrightText":"NOASSERTION",
"checksums":[{"algorithm":"SHA256","checksumValue":"$image"}]},
{"SPDXID":"SPDXRef-tachiai","name":"tachiai","versionInfo":"$VERSION",
"downloadLocation":"NOASSERTION","filesAnalyzed":false,
"licenseConcluded":"NOASSERTION","licenseDeclared":"MIT",
"copyrightText":"NOASSERTION"}
END
	awk '{ printf ",\n{\"SPDXID\":\"SPDXRef-%s\",\"name\":\"%s\",", id($1), $1
	    printf "\"versionInfo\":\"%s\",", $2
	    printf "\"downloadLocation\":\"http://deb.debian.org/debian/%s\",", $4
	    printf "\"filesAnalyzed\":false,"
	    printf "\"licenseConcluded\":\"NOASSERTION\","
	    printf "\"licenseDeclared\":\"%s\",", $5
	    printf "\"copyrightText\":\"NOASSERTION\","
	    printf "\"checksums\":[{\"algorithm\":\"SHA256\","
	    printf "\"checksumValue\":\"%s\"}]}", $3 }
	    function id(s) { gsub(/[^A-Za-z0-9.-]/, "-", s); return s }' \
	    /build/packages
	[ ! -s /module/files ] || printf ',\n{"SPDXID":"SPDXRef-%s","name":"%s",%s' \
	    "$module" "$module" '"downloadLocation":"NOASSERTION",
"filesAnalyzed":false,"licenseConcluded":"NOASSERTION",
"licenseDeclared":"NOASSERTION","copyrightText":"NOASSERTION"}'
	printf '],\n"files":[\n'
	awk 'FILENAME == "/module/files" { path = $1; license[path] = $3
	    sub(/^([^ ]+ )([^ ]+ )([^ ]+ )([^ ]+ )/, "")
	    comment[path] = $0; next }
	    FILENAME == "/module/rules" { path = "/etc/module"
	    comment[path] = comment[path] (comment[path] ? "; " : "") $0; next }
	    { printf "%s{\"SPDXID\":\"SPDXRef-File-%d\",", sep, FNR
	    printf "\"fileName\":\".%s\",", $4
	    printf "\"licenseConcluded\":\"NOASSERTION\","
	    if ($4 in license)
		printf "\"licenseInfoInFiles\":[\"%s\"],", license[$4]
	    if ($4 in comment)
		printf "\"comment\":\"%s\",", comment[$4]
	    printf "\"copyrightText\":\"NOASSERTION\","
	    printf "\"checksums\":[{\"algorithm\":\"SHA256\","
	    printf "\"checksumValue\":\"%s\"}]}", $1; sep = ",\n" }' \
	    /module/files /module/rules "$out/tachiai.files"
	printf '],\n"hasExtractedLicensingInfos":['
	awk '$3 ~ /^LicenseRef-/ && !seen[$3]++ {
	    printf "%s{\"licenseId\":\"%s\",", sep, $3
	    printf "\"extractedText\":\"as its maker gives it\"}"
	    sep = ",\n" }' /module/files
	printf '],\n"relationships":[\n'
	printf '{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":'
	printf '"DESCRIBES","relatedSpdxElement":"SPDXRef-Image"}'
	[ ! -s /module/files ] || printf ',\n{"spdxElementId":"SPDXRef-Image",%s%s"}' \
	    '"relationshipType":"CONTAINS","relatedSpdxElement":"SPDXRef-' "$module"
	awk 'function id(s) { gsub(/[^A-Za-z0-9.-]/, "-", s); return s }
	    { printf ",\n{\"spdxElementId\":\"SPDXRef-%s\",", id($3)
	    printf "\"relationshipType\":\"CONTAINS\","
	    printf "\"relatedSpdxElement\":\"SPDXRef-File-%d\"}", NR }' \
	    "$out/tachiai.files"
	awk 'function id(s) { gsub(/[^A-Za-z0-9.-]/, "-", s); return s }
	    { printf ",\n{\"spdxElementId\":\"SPDXRef-Image\","
	    printf "\"relationshipType\":\"CONTAINS\","
	    printf "\"relatedSpdxElement\":\"SPDXRef-%s\"}", id($1) }
	    END { printf "]}\n" }' /build/packages
} >"$out/tachiai.spdx.json"
