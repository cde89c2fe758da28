#!/bin/sh
# SPDX-License-Identifier: MIT
# iso/build.sh DIR OUT [KERNEL]: build the image into OUT (tachiai.iso, its
# .sha256, .spdx.json and .font), with DIR for packages, root and kernel.
# KERNEL=own compiles the kernel of kernel.config, once for the same inputs;
# debian takes Debian's, for developers.  MODULE=FOLDER is the PKCS#11 library
# of production volumes (docs/IMAGE.md); without it the one of a TPM.  What is
# compiled and packed is compiled and packed inside the root, without a
# network, from the lock and that folder alone.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$1 out=$2 kernel=${3:-own}
lock=${LOCK:-$here/lock}
mkdir -p "$dir" "$out"
dir=$(cd "$dir" && pwd) out=$(cd "$out" && pwd)
debs=${DEBS:-$dir/debs} root=$dir/root
module=${MODULE:-$here/modules/tpm2}
say() { printf '  %-4s %s\n' "$1" "$2"; }

# Two builds in one root would take each other's files.
exec 9>"$dir/lock"
flock -n 9 || {
	say WAIT "for another build in $dir"
	flock 9
}

# What a module brings, before anything is fetched.
"$here/module.sh" "$module" "$dir/module"
set=$(cat "$dir/module/set")
[ -z "$set" ] || grep -q "^$set " "$lock" || {
	echo "iso: the lock has no packages of the set $set" >&2
	exit 1
}
say GET "packages of ${lock##*/}"
sets="kernel build image $set"
[ "$kernel" = own ] || sets="$sets debian"
# shellcheck disable=SC2086 # a list of names
"$here/fetch.sh" "$lock" "$debs" $sets
say ROOT "$root"
"$here/root.sh" "$lock" "$debs" "$root"
epoch=$(awk '$1 == "epoch" { print $2 }' "$lock")

# The sources, as they are now, and what the packages hold.
rm -rf "$root/src" "$root/work" "$root/work.lists" "$root/out" \
    "$root/module" "$root/module.files"
mkdir -p "$root/src" "$root/work" "$root/work.lists" "$root/out"
(cd "$here/.." && tar -c --exclude=./build --exclude=./.git .) |
    tar -x -C "$root/src" --no-same-owner -f -
cp "$lock" "$root/src/iso/lock"
cp -r "$dir/module" "$root/module"
while read -r _ _ _ name _; do
	install -D -m 644 "$module/$name" "$root/module.files/$name"
done <"$dir/module/files"
awk '$1 == "image" || $1 == k || $1 == m { print $2, $6 }' k="$kernel" \
    m="$set" "$lock" | sort -u |
    while read -r name path; do
	dpkg-deb --fsys-tarfile "$debs/${path##*/}" |
	    tar -xv -C "$root/work" --no-same-owner -f - |
	    sed 's/^\.//' >"$root/work.lists/$name"
done
version=${VERSION:-$(git -C "$here" describe --always --dirty 2>/dev/null ||
    echo unknown)}
inside() {
	"$here/enter.sh" "$root" JOBS="${JOBS:-$(nproc)}" \
	    SOURCE_DATE_EPOCH="$epoch" VERSION="$version" "$@"
}
if [ "$kernel" = own ]; then
	# What the kernel is made of; the tree stays for the next image.
	key=$({ grep '^kernel ' "$lock"; cat "$here/kernel.config" \
	    "$here/kernel.sh"; } | sha256sum | cut -d ' ' -f 1)
	if [ "$(cat "$root/build/linux.key" 2>/dev/null)" != "$key" ]; then
		say CC "the kernel (once, for these inputs)"
		inside sh /src/iso/kernel.sh /src/iso/kernel.config \
		    /build/linux
		echo "$key" >"$root/build/linux.key"
	fi
fi
inside sh /src/iso/inside.sh "$kernel"
for f in tachiai.iso tachiai.spdx.json tachiai.files; do
	cp "$root/out/$f" "$out/$f"
done
# Whoever looks at a picture of its screen reads it with these letters.
cp -f "$root/build/tree/usr/share/tachiai/font" "$out/tachiai.font"
(cd "$out" && sha256sum tachiai.iso >tachiai.iso.sha256)
say ISO "$out/tachiai.iso, $(stat -c %s "$out/tachiai.iso") bytes"
cat "$out/tachiai.iso.sha256"
