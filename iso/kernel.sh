#!/bin/sh
# SPDX-License-Identifier: MIT
# iso/kernel.sh FRAGMENT OUT: inside the root: unpack Debian's kernel source,
# configure it by FRAGMENT, compile it into the folder OUT.  What FRAGMENT
# asks for and the configuration does not have ends the build.
# iso/kernel.sh relink OUT: the same with other files in it.
set -eu
fragment=$1 out=$2
jobs=${JOBS:-$(nproc)}
if [ "$fragment" != relink ]; then
	rm -rf "$out"
	mkdir -p "$out"
	tar -x -C "$out" --strip-components=1 \
	    -f /usr/src/linux-source-6.12.tar.xz
	# What a boot loader hands over besides is not unpacked: elsewhere
	# this may be asked for wherever the command line is fixed.
	sed -i '/^config INITRAMFS_FORCE/,/^config INITRAMFS_ROOT/{
		/depends on/s/$/ || CMDLINE_OVERRIDE/
	}' "$out/usr/Kconfig"
	# GRUB loads the kernel at 1 MiB and then moves all the memory that it
	# will need to where it asks to be, byte by byte.  It asks for 1 MiB:
	# from there it moves itself, as from anywhere.
	sed -i '/^pref_address:/s/LOAD_PHYSICAL_ADDR/0x100000/' \
	    "$out/arch/x86/boot/header.S"
	grep -q '^pref_address:.*0x100000' "$out/arch/x86/boot/header.S"
fi
cd "$out"
[ -f /build/initramfs.cpio ] || echo | cpio -o -H newc --quiet >/build/initramfs.cpio
export KBUILD_BUILD_USER=tachiai KBUILD_BUILD_HOST=tachiai
export KBUILD_BUILD_VERSION=1 KBUILD_BUILD_TIMESTAMP="@$SOURCE_DATE_EPOCH"
if [ "$fragment" = relink ]; then
	make -s -j"$jobs" bzImage
	exit
fi
make -s tinyconfig
scripts/kconfig/merge_config.sh -m .config "$fragment" >/dev/null
make -s olddefconfig
bad=0
while read -r line; do
	case $line in
	CONFIG_*) grep -qxF "$line" .config && continue ;;
	"# CONFIG_"*" is not set")
		name=${line#\# }
		grep -q "^${name%% *}=" .config || continue ;;
	*) continue ;;
	esac
	echo "kernel: the configuration has no $line" >&2
	bad=1
done <"$fragment"
[ $bad = 0 ] || exit 1
[ "${CONFIG_ONLY:-0}" = 0 ] || exit 0
nice -n 15 make -s -j"$jobs" bzImage
