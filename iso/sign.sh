#!/bin/sh
# SPDX-License-Identifier: MIT
# iso/sign.sh ISO KEY CERT OUT: the image with its one UEFI binary signed for
# Secure Boot by an owner's key; nothing else of it is another.  KEY and CERT
# are PEM; with `-' for KEY, CERT is a detached signature that somebody else
# made of that binary (OUT.efi is left behind for it; sbattach makes one).
set -eu
iso=$1 key=$2 cert=$3 out=$4
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# Where the EFI system partition stands in the image, in blocks of 2048.
where=$(xorriso -indev "$iso" -find /boot/efi.img -exec report_lba -- \
    2>/dev/null | awk -F , '/File data lba/ { print $2 + 0, $3 + 0 }')
start=${where% *} blocks=${where#* }
[ "${blocks:-0}" -gt 0 ] || {
	echo "sign: no EFI system partition in $iso" >&2
	exit 1
}
cp "$iso" "$tmp/iso"
dd if="$tmp/iso" of="$tmp/efi.img" bs=2048 skip="$start" count="$blocks" \
    status=none
mcopy -n -m -i "$tmp/efi.img" ::/EFI/BOOT/BOOTX64.EFI "$tmp/plain"
cp "$tmp/plain" "$out.efi"
if [ "$key" = - ]; then
	cp "$tmp/plain" "$tmp/signed"
	sbattach --attach "$cert" "$tmp/signed" >/dev/null
else
	sbsign --key "$key" --cert "$cert" --output "$tmp/signed" \
	    "$tmp/plain" 2>/dev/null
fi
touch -r "$tmp/plain" "$tmp/signed"
mcopy -o -m -i "$tmp/efi.img" "$tmp/signed" ::/EFI/BOOT/BOOTX64.EFI
dd if="$tmp/efi.img" of="$tmp/iso" bs=2048 seek="$start" conv=notrunc \
    status=none
mv "$tmp/iso" "$out"
(cd "$(dirname "$out")" && sha256sum "${out##*/}")
