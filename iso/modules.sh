#!/bin/sh
# SPDX-License-Identifier: MIT
# iso/modules.sh WORK TREE: inside the root: what Debian's kernel has as
# modules and kernel.config has built in, as TREE/modules/NNN-name.ko in the
# order of their needs.  tachiai-init loads them and shuts the door.
set -eu
work=$1 tree=$2
version=$(basename "$(ls -d "$work"/usr/lib/modules/*)")
[ -e "$work/lib" ] || ln -s usr/lib "$work/lib"
depmod -b "$work" "$version"
want="xhci-pci ehci-pci ohci-pci uhci-hcd usbhid hid-generic usb-storage uas
    sd_mod sr_mod ahci ata_piix vfat exfat ext4 isofs udf nls_cp437 nls_ascii
    nls_iso8859-1 nls_utf8 uvcvideo parport_pc lp usblp tpm_crb tpm_tis
    rtc-cmos efivarfs"
mkdir -p "$tree/modules"
for m in $want; do
	modprobe -d "$work" -S "$version" --ignore-install \
	    --show-depends "$m" 2>/dev/null | sed -n 's/^insmod \([^ ]*\).*/\1/p'
done | awk '!seen[$0]++' >/build/modules
n=100
while read -r f; do
	name=$(basename "$f")
	case $f in
	*.xz) xz -dc "$f" >"$tree/modules/$n-${name%.xz}" ;;
	*) cp "$f" "$tree/modules/$n-$name" ;;
	esac
	n=$((n + 1))
done </build/modules
chmod 444 "$tree"/modules/*
