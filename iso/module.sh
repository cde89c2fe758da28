#!/bin/sh
# SPDX-License-Identifier: MIT
# iso/module.sh FOLDER OUT: read FOLDER/module, the list of what an HSM's
# PKCS#11 library brings to the image (docs/IMAGE.md), and write to OUT
#
#   set     the set of iso/lock whose packages have files of it, or nothing
#   name    its name
#   take    WHERE FROM, as iso/files, out of those packages
#   files   WHERE SHA256 LICENSE NAME ORIGIN..., files of FOLDER
#   rules   for process 1: devices, and a daemon (appliance/init/module.c)
#
# What is not of that form ends it with one sentence, and so does a file of
# FOLDER that is not listed, is not there or has another hash.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1 out=$2
bad() {
	echo "iso: the module $folder is refused: $*" >&2
	exit 1
}
if [ ! -f "$folder/module" ] || [ -L "$folder/module" ]; then
	bad "it has no file 'module'"
fi
mkdir -p "$out"
rm -f "$out/set" "$out/name" "$out/take" "$out/files" "$out/rules"
for f in set name take files rules; do
	: >"$out/$f"
done
LC_ALL=C awk -v out="$out" -v here="$here" '
function no(why) {
	printf "line %d %s\n", NR, why >(out "/why")
	failed = 1
	exit 1
}
function once(word) {
	if (had[word]++)
		no("says \"" word "\" again")
}
# A place in the image, of which it may take the place of nothing.
function place(p) {
	if (length(p) > 120 || p !~ /^\/[A-Za-z0-9_\/.+-]+$/ ||
	    p ~ /\/\// || p ~ /\/\.\.?(\/|$)/ || p ~ /\/$/)
		no("has no path of a file: " p)
	if (p !~ /^\/(usr|opt|etc|lib\/x86_64-linux-gnu)\/./ ||
	    p ~ /^\/usr\/share\/tachiai\//)
		no("puts a file where a module has none: " p)
	if (p in taken)
		no("takes the place of a file: " p)
	taken[p] = brought[p] = 1
	places++
}
function who(w) {
	if (w != "hsm" && w != "daemon")
		no("gives a device to neither hsm nor daemon")
	if (w == "daemon")
		for_daemon = 1
}
function rule() {
	if (++rules > 32)
		no("is one rule too many")
}
BEGIN {
	while ((getline l < (here "/files")) > 0) {
		split(l, part, " ")
		taken[part[1]] = 1
	}
	taken["/etc/softhsm2.conf"] = taken["/etc/version"] = 1
	taken["/etc/module"] = 1
}
length($0) > 400 || /[^ -~]/ { no("has a sign that is no letter of ASCII, or too many") }
/^#/ || NF == 0 { next }
/^ / || / $/ || (/  / && $1 != "origin") { no("has a space too many") }
had["daemon"] && $1 != "device" { no("stands behind the daemon") }
$1 == "name" && NF == 2 {
	once("name")
	if ($2 !~ /^[a-z0-9][a-z0-9-]*$/ || length($2) > 32)
		no("has no name of a module")
	print $2 >(out "/name")
	next
}
$1 == "set" && NF == 2 {
	once("set")
	if ($2 !~ /^[a-z0-9]+$/ || $2 ~ /^(kernel|build|image|debian)$/)
		no("names no set of a module")
	print $2 >(out "/set")
	next
}
$1 == "origin" && NF > 1 {
	origin = substr($0, 8)
	if (origin ~ /["\\]/)
		no("has an origin with a sign that it may not have")
	next
}
$1 == "license" && NF == 2 {
	if ($2 !~ /^[A-Za-z0-9.+-]+$/ || length($2) > 64)
		no("has no identifier of a licence")
	license = $2
	next
}
$1 == "take" && NF == 3 {
	place($2)
	if (!had["set"])
		no("takes a file of no set")
	if ($3 != "-" && ($3 !~ /^\/[A-Za-z0-9_\/.+-]+$/ || $3 ~ /\/\.\.?(\/|$)/))
		no("takes no path: " $3)
	print $2, $3 >(out "/take")
	next
}
$1 == "file" && NF == 4 {
	place($2)
	if (length($3) != 64 || $3 ~ /[^0-9a-f]/)
		no("has no SHA-256, in small letters")
	if ($4 !~ /^[A-Za-z0-9_+][A-Za-z0-9_.+-]*(\/[A-Za-z0-9_+][A-Za-z0-9_.+-]*)*$/ ||
	    $4 == "module" || name[$4]++)
		no("names no file of the folder, or one twice: " $4)
	if (origin == "" || license == "")
		no("has a file before its origin and licence")
	print $2, $3, license, $4, origin >(out "/files")
	next
}
$1 == "device" && $2 == "usb" && NF == 4 {
	rule()
	if ($3 !~ /^[0-9a-f][0-9a-f][0-9a-f][0-9a-f]:[0-9a-f][0-9a-f][0-9a-f][0-9a-f]$/)
		no("has no vendor and product of four hexadecimal digits")
	who($4)
	print "usb", $3, $4 >(out "/rules")
	next
}
$1 == "device" && $2 == "readers" && NF == 3 {
	rule()
	once("device readers")
	who($3)
	print "readers", $3 >(out "/rules")
	next
}
$1 == "device" && $2 == "tpm" && NF == 3 {
	rule()
	once("device tpm")
	if ($3 != "hsm")
		no("gives the TPM to another than hsm")
	print "tpm", $3 >(out "/rules")
	next
}
$1 == "folder" && NF == 2 {
	once("folder")
	if ($2 !~ /^[a-z][a-z0-9-]*$/ || length($2) > 16 ||
	    $2 ~ /^(keeper|clock|camera|printer|disc|tpm|facts)$/)
		no("names no folder of its own below /run")
	print "folder", $2 >(out "/rules")
	next
}
$1 == "daemon" && NF > 1 {
	once("daemon")
	if (NF > 9 || length($0) > 200)
		no("gives the daemon too many words")
	if (!($2 in brought) || $2 !~ /^\/(usr|opt)\//)
		no("starts a program that it does not bring: " $2)
	for (i = 3; i <= NF; i++)
		if ($i !~ /^[A-Za-z0-9_\/.,:=+-]+$/)
			no("gives the daemon a word that it may not have")
	print >(out "/rules")
	next
}
{ no("says nothing that is known: " $1) }
END {
	if (failed)
		exit 1
	why = ""
	if (!had["name"])
		why = "it has no name"
	else if (!("/usr/lib/production/module.so" in taken))
		why = "it has no /usr/lib/production/module.so"
	else if (places > 64)
		why = "it has too many files"
	else if (for_daemon && !had["daemon"])
		why = "it gives a device to a daemon, and has none"
	else if (had["folder"] && !had["daemon"])
		why = "it has a folder for a daemon, and has none"
	else if (had["daemon"] && !had["folder"])
		why = "it has a daemon without a folder"
	if (why != "") {
		print why >(out "/why")
		exit 1
	}
}' "$folder/module" || {
	why=$(cat "$out/why" 2>/dev/null || echo "it cannot be read")
	rm -f "$out/why"
	bad "$why"
}
# What it lists is there, and nothing else is.
odd=$(find "$folder" ! -type f ! -type d | head -n 1)
[ -z "$odd" ] || bad "$odd is neither a file nor a folder"
while read -r _ sha _ name _; do
	[ -f "$folder/$name" ] || bad "$name is not there"
	[ "$(sha256sum <"$folder/$name" | cut -d ' ' -f 1)" = "$sha" ] ||
	    bad "$name has another hash than the one that is listed"
done <"$out/files"
cut -d ' ' -f 4 "$out/files" | sort >"$out/listed"
(cd "$folder" && find . -type f ! -path ./module | sed 's,^\./,,' | sort) |
    comm -13 "$out/listed" - >"$out/unlisted"
unlisted=$(head -n 1 "$out/unlisted")
rm "$out/listed" "$out/unlisted"
[ -z "$unlisted" ] || bad "$unlisted is not listed"
