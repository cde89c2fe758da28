#!/bin/sh
# SPDX-License-Identifier: MIT
# iso/root.sh LOCK DEBS ROOT: unpack the packages of the sets kernel and build
# into ROOT, a Debian 13 to compile in.  No maintainer script runs; the few
# links that they would have made stand here.  ROOT/lock says from what it was
# made; ROOT/build, where things are compiled, outlives the rest.
set -eu
lock=$1 debs=$2 root=$3
if [ -f "$root/lock" ] &&
    grep -E '^(kernel|build) ' "$lock" | cmp -s - "$root/lock"; then
	exit 0
fi
[ ! -d "$root/build" ] || mv "$root/build" "$root.build"
rm -rf "$root"
mkdir -p "$root"
# The folders first.
awk '$1 == "kernel" || $1 == "build" {
	print ($2 != "base-files"), $6 }' "$lock" | sort -u |
    cut -d ' ' -f 2 >"$root.list"
while read -r path; do
	dpkg-deb --fsys-tarfile "$debs/${path##*/}" |
	    tar -x -C "$root" --no-same-owner -f -
done <"$root.list"
rm "$root.list"
ln -sf gawk "$root/usr/bin/awk"
ln -sf gcc "$root/usr/bin/cc"
ln -sf bash "$root/usr/bin/sh"
mkdir -p "$root/dev" "$root/proc" "$root/tmp" "$root/src"
[ ! -d "$root.build" ] || mv "$root.build" "$root/build"
mkdir -p "$root/build"
grep -E '^(kernel|build) ' "$lock" >"$root/lock"
