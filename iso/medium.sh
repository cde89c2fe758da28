#!/bin/sh
# SPDX-License-Identifier: MIT
# iso/medium.sh own|debian BOOT ISO: inside the root: one medium that starts
# as a disc and as a stick, by BIOS and by UEFI.  UEFI starts the file of the
# EFI system partition; that is the kernel with everything in it, and GRUB
# for BIOS starts the same file out of the same partition.  Debian's kernel is
# started by GRUB in both cases, with its files beside it.
set -eu
kernel=$1 boot=$2 iso=$3
export TZ=UTC
top=$boot/iso
rm -rf "$top"
mkdir -p "$top/boot"
modules="biosdisk normal configfile search search_fs_file iso9660 fat
    part_msdos part_gpt linux loopback all_video video gfxterm echo test boot
    minicmd vbe"
# Nobody edits a command line: the menu asks for a user, and there is none.
cat >"$boot/grub.cfg" <<'END'
set superusers=nobody
set timeout=0
set gfxpayload=1024x768x32,800x600x32,auto
END
if [ "$kernel" = own ]; then
	cat >>"$boot/grub.cfg" <<'END'
loopback efi /boot/efi.img
menuentry tachiai --unrestricted {
	linux (efi)/EFI/BOOT/BOOTX64.EFI
}
END
	cp "$boot/linux" "$boot/bootx64.efi"
else
	cat >>"$boot/grub.cfg" <<'END'
menuentry tachiai --unrestricted {
	linux /boot/linux quiet loglevel=1 lockdown=confidentiality
	initrd /boot/initrd
}
END
	cp "$boot/linux" "$boot/initrd" "$top/boot/"
fi
cat >"$boot/embed.cfg" <<'END'
set superusers=nobody
search --no-floppy --set=root --file /boot/grub.cfg
set prefix=($root)/boot
END
cp "$boot/grub.cfg" "$top/boot/grub.cfg"
# shellcheck disable=SC2086 # a list of names
grub-mkimage -O i386-pc -d /usr/lib/grub/i386-pc -p /boot \
    -c "$boot/embed.cfg" -o "$boot/core.img" $modules
cat /usr/lib/grub/i386-pc/cdboot.img "$boot/core.img" >"$top/boot/bios.img"
if [ "$kernel" != own ]; then
	efi=$(echo "$modules" | sed 's/biosdisk//; s/vbe/efi_gop efi_uga/')
	# shellcheck disable=SC2086 # a list of names
	grub-mkimage -O x86_64-efi -d /usr/lib/grub/x86_64-efi -p /boot \
	    -c "$boot/embed.cfg" -o "$boot/bootx64.efi" $efi
fi
kib=$(($(stat -c %s "$boot/bootx64.efi") / 1024 + 512))
rm -f "$top/boot/efi.img"
truncate -s ${kib}K "$top/boot/efi.img"
mkfs.vfat --invariant -n TACHIAIEFI -i 74616368 "$top/boot/efi.img" >/dev/null
touch -d "@$SOURCE_DATE_EPOCH" "$boot/bootx64.efi"
mmd -i "$top/boot/efi.img" ::/EFI ::/EFI/BOOT
mcopy -m -i "$top/boot/efi.img" "$boot/bootx64.efi" ::/EFI/BOOT/BOOTX64.EFI
find "$top" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
xorriso -report_about WARNING -as mkisofs -quiet -o "$iso" -V TACHIAI -J -R \
    --modification-date="$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S00)" \
    -b boot/bios.img -no-emul-boot -boot-load-size 4 -boot-info-table \
    --grub2-boot-info --grub2-mbr /usr/lib/grub/i386-pc/boot_hybrid.img \
    --efi-boot boot/efi.img -efi-boot-part --efi-boot-image \
    --protective-msdos-label -uid 0 -gid 0 "$top"
