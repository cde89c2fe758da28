#!/bin/sh
# SPDX-License-Identifier: MIT
# iso/inside.sh own|debian: inside the root: compile the programs, gather the
# files, pack them, make the image.  /src, /work, /module (iso/module.sh) with
# /module.files, and /build/linux are there; /out gets the image, its list of
# files and its SBOM.
set -eu
kernel=$1
src=/src work=/work tree=/build/tree boot=/build/boot
say() { printf '  %-4s %s\n' "$1" "$2"; }
bad() {
	echo "iso: $*" >&2
	exit 1
}
umask 022
rm -rf $tree $boot /build/from
mkdir -p $tree $boot

say CC "the programs"
programs="tachiai tachiai-console tachiai-key tachiai-hsm tachiai-decode
    tachiai-courier tachiai-measure tachiai-screen tachiai-daemon tachiai-init"
# shellcheck disable=SC2086,SC2046 # lists of names
make -s -C $src -j"$JOBS" BUILD=/build/programs CFLAGS="-O2" \
    $(printf '/build/programs/bin/%s ' $programs tachiai-font)

say TREE "the files"
mkdir -p $tree/bin $tree/proc $tree/sys $tree/dev $tree/run $tree/volume \
    $tree/sticks $tree/etc
for p in $programs; do
	to=$tree/bin/$p
	[ "$p" != tachiai-init ] || to=$tree/init
	strip -o "$to" "/build/programs/bin/$p"
	chmod 555 "$to"
done
# FROM in the packages, links followed within them: the file itself.
real() {
	f=$1 n=0
	case $f in
	/lib/* | /lib64/*) f=/usr$f ;;
	esac
	while [ -L "$work$f" ]; do
		to=$(readlink "$work$f")
		case $to in
		/*) f=$to ;;
		*) f=$(realpath -ms "${f%/*}/$to") ;;
		esac
		n=$((n + 1))
		[ $n -lt 9 ] || bad "$1 is a circle of links"
	done
	[ -f "$work$f" ] || bad "$1 is in no package of this image"
	echo "$f"
}
daemon=$(awk '$1 == "daemon" { print $2 }' /module/rules)
put() { # FILE WHERE
	mkdir -p "$tree${2%/*}"
	cp "$1" "$tree$2"
	case $2 in
	*.so | *.so.* | /sbin/* | "$daemon") chmod 555 "$tree$2" ;;
	*) chmod 444 "$tree$2" ;;
	esac
}
grep -h '^/' $src/iso/files /module/take | while read -r where from; do
	[ "$from" != - ] || from=$where
	f=$(real "$from")
	put "$work$f" "$where"
	echo "$where $f" >>/build/from
done
while read -r where sha _ name _; do
	put "/module.files/$name" "$where"
	[ "$(sha256sum <"$tree$where" | cut -d ' ' -f 1)" = "$sha" ] ||
	    bad "$where is not what the module lists"
done </module/files
cp /module/rules $tree/etc/module
# The letters of the screen, as a table.
font=/usr/share/unifont/unifont_jp.hex
mkdir -p $tree/usr/share/tachiai
/build/programs/bin/tachiai-font <$work$font >$tree/usr/share/tachiai/font
chmod 444 $tree/usr/share/tachiai/font
echo "/usr/share/tachiai/font $font" >>/build/from
printf 'log.level = ERROR\n' >$tree/etc/softhsm2.conf
printf '%s\n' "${VERSION:?}" >$tree/etc/version

# What programs and libraries need is there, and nothing else is.
needed() {
	find $tree -type f | while read -r f; do
		readelf -d "$f" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
		readelf -l "$f" 2>/dev/null |
		    sed -n 's/.*interpreter: \(.*\)\]/\1/p' | sed 's,.*/,,'
	done | sort -u
}
needed >/build/needed
while read -r name; do
	[ -n "$(find $tree/lib $tree/lib64 -name "$name")" ] ||
	    bad "$name is needed and stands neither in iso/files nor the module"
done </build/needed
find $tree/lib $tree/lib64 -type f -name '*.so*' | sed 's,.*/,,' |
    while read -r name; do
	grep -qxF "$name" /build/needed ||
	    bad "$name is in the image and nobody needs it"
done

if [ "$kernel" = debian ]; then
	sh $src/iso/modules.sh $work $tree
	cp $work/boot/vmlinuz-* $boot/linux
fi

holds() { # KERNEL: it has the files that were packed, and is not without them
	zstd -q -d -c "$1/usr/initramfs_inc_data" |
	    cmp -s - /build/initramfs.cpio || return 1
	[ "$(stat -c %s "$1/arch/x86/boot/bzImage")" -gt \
	    "$(stat -c %s "$1/usr/initramfs_inc_data")" ]
}

# One order, one owner, one time.
find $tree -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
find $tree -type d -exec chmod 755 {} +
(cd $tree && find . -print0 | sort -z | cpio --null -o -H newc \
    --reproducible --renumber-inodes --ignore-devno -R 0:0 --quiet) \
    >/build/initramfs.new
if [ "$kernel" = debian ]; then
	zstd -q -10 --single-thread -f -o $boot/initrd /build/initramfs.new
else
	say LD "the kernel, with the files in it"
	cmp -s /build/initramfs.new /build/initramfs.cpio ||
	    mv /build/initramfs.new /build/initramfs.cpio
	touch -d "@$SOURCE_DATE_EPOCH" /build/initramfs.cpio
	rm -f /build/linux/usr/initramfs_data.o \
	    /build/linux/usr/initramfs_inc_data
	sh $src/iso/kernel.sh relink /build/linux
	holds /build/linux ||
	    bad "the kernel does not have the files in it: remove" \
		"/build/linux.key and build again"
	cp /build/linux/arch/x86/boot/bzImage $boot/linux
fi
sh $src/iso/medium.sh "$kernel" $boot /out/tachiai.iso
sh $src/iso/sbom.sh "$kernel" $tree /out
