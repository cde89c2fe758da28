#!/bin/sh
# SPDX-License-Identifier: MIT
# iso/repro.sh DIR [KERNEL]: build the image twice, from nothing but the
# packages, in two folders of different names and depths below DIR, and
# compare.  One hash, or the files that differ.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
top=$(cd "$1" && pwd) kernel=${2:-own}
DEBS=${DEBS:-$top/debs}
export DEBS
other=$top/quite/another/place
rm -rf "$top/one" "$top/quite"
mkdir -p "$top/one/src" "$other/src"
for to in "$top/one" "$other"; do
	(cd "$here/.." && tar -c --exclude=./build --exclude=./.git .) |
	    tar -x -C "$to/src" -f -
	"$to/src/iso/build.sh" "$to/dir" "$to/out" "$kernel"
done
if cmp -s "$top/one/out/tachiai.iso" "$other/out/tachiai.iso"; then
	echo "one hash: $(cut -d ' ' -f 1 "$top/one/out/tachiai.iso.sha256")"
	exit 0
fi
echo "two hashes; of the files these differ:"
diff "$top/one/out/tachiai.files" "$other/out/tachiai.files" || exit 1
echo "none: what differs is the kernel, or the medium around it"
exit 1
