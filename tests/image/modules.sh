#!/bin/sh
# SPDX-License-Identifier: MIT
# The lists of what a PKCS#11 module brings to the image (iso/module.sh): the
# shipped ones and a vendor's are taken; one that is not of the form, that puts
# a file where it may not, or whose files are others than it says, is not.
set -u
cd "$(dirname "$0")/../.." || exit 2
good=0 bad=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

check() { # NAME COMMAND...
	name=$1
	shift
	if "$@" >"$tmp/said" 2>&1; then
		good=$((good + 1))
	else
		bad=$((bad + 1))
		echo "not ok $name"
		head -n 5 "$tmp/said"
	fi
}
taken() { iso/module.sh "$1" "$tmp/out"; }
# One sentence, and nothing else.
refused() { # FOLDER
	rm -rf "$tmp/out"
	if iso/module.sh "$1" "$tmp/out" >"$tmp/why" 2>&1; then
		echo "it was taken"
		return 1
	fi
	cat "$tmp/why"
	[ "$(wc -l <"$tmp/why")" = 1 ] &&
	    grep -q "^iso: the module $1 is refused: " "$tmp/why"
}
vendor() { # a vendor's folder, as docs/IMAGE.md has it
	rm -rf "$tmp/v"
	mkdir -p "$tmp/v/lib"
	echo "a library" >"$tmp/v/lib/libvendor.so"
	echo "slot = 1" >"$tmp/v/vendor.conf"
	cat >"$tmp/v/module" <<END
# A vendor's.
name vendor
origin https://vendor.example/p11-5.2.tar.gz, taken 2026-11-02
license LicenseRef-Vendor
file /usr/lib/production/module.so $(hash lib/libvendor.so) lib/libvendor.so
file /etc/vendor/vendor.conf $(hash vendor.conf) vendor.conf
device usb 20a0:4230 hsm
END
}
differ() { ! cmp -s "$1" "$2"; }
hash() { sha256sum <"$tmp/v/$1" | cut -d ' ' -f 1; }

for m in iso/modules/*; do
	check "$m" taken "$m"
	check "$m: its packages are in the lock" \
	    grep -q "^$(cat "$tmp/out/set") " iso/lock
done
vendor
check "a vendor's" taken "$tmp/v"
check "its files, with hash, licence and origin" grep -qx \
    "/usr/lib/production/module.so $(hash lib/libvendor.so) LicenseRef-Vendor lib/libvendor.so https://vendor.example/p11-5.2.tar.gz, taken 2026-11-02" \
    "$tmp/out/files"
check "its rules" grep -qx "usb 20a0:4230 hsm" "$tmp/out/rules"
check "and no set" test ! -s "$tmp/out/set"

# Lines of the vendor's list, edited by sed.
while IFS='|' read -r name edit; do
	[ -n "$name" ] || continue
	vendor
	cp "$tmp/v/module" "$tmp/was"
	sed -i "$edit" "$tmp/v/module"
	check "refused: $name (the edit is one)" differ "$tmp/was" "$tmp/v/module"
	check "refused: $name" refused "$tmp/v"
done <<'END'
no name|/^name/d
two names|/^name/p
a name that is a path|s,^name.*,name ../x,
no library|s,production/module.so,production/other.so,
one place twice|/module.so/p
one file twice|s,vendor.conf [0-9a-f]* vendor.conf,x & y,; s,^file /etc.*,file /etc/v 0000000000000000000000000000000000000000000000000000000000000000 lib/libvendor.so,
the C library|s,/etc/vendor/vendor.conf,/lib/x86_64-linux-gnu/libc.so.6,
process 1|s,/etc/vendor/vendor.conf,/init,
a program of ours|s,/etc/vendor/vendor.conf,/bin/tachiai,
the rules themselves|s,/etc/vendor/vendor.conf,/etc/module,
the letters of the screen|s,/etc/vendor/vendor.conf,/usr/share/tachiai/font,
a device|s,/etc/vendor/vendor.conf,/dev/mem,
a way up|s,/etc/vendor/vendor.conf,/etc/../init,
two slashes|s,/etc/vendor/vendor.conf,/etc//v,
a folder|s,/etc/vendor/vendor.conf,/etc/vendor/,
a sign of the shell|s,/etc/vendor/vendor.conf,/etc/$(id),
a hash in capitals|/vendor.conf/s/ [0-9a-f]\{64\} / 00AA /
a hash that is short|/vendor.conf/s/ [0-9a-f]\{64\} / 00 /
another hash|/vendor.conf/s/ [0-9a-f]\{64\} / 0000000000000000000000000000000000000000000000000000000000000000 /
a file that is not there|s,vendor.conf$,vendor.cnf,
a file above the folder|s,vendor.conf$,../was,
a file of the machine|s,vendor.conf$,/etc/passwd,
no origin|/^origin/d
no licence|/^license/d
a licence of two words|s/^license.*/license MIT or so/
an origin with a quote|s/^origin.*/origin "x"/
an escape|s/^origin.*/origin \x1b[2J/
no ASCII|s/^origin.*/origin é/
a file of packages without a set|$a take /opt/x -
the set of the compiler|$a set build
a word that is none|$a exec /bin/sh
a device by its node|$a device node mem hsm
a device for root|s/ hsm$/ root/
capital digits|s/20a0:4230/20A0:4230/
all of a vendor|s/20a0:4230/20a0:*/
a device for no daemon|s/ hsm$/ daemon/
the TPM for a daemon|$a device tpm daemon
a folder for no daemon|$a folder x
a daemon that it does not bring|$a folder x\ndaemon /usr/sbin/x
a daemon without a folder|$a daemon /usr/lib/production/module.so
a daemon that another brings|$a folder x\ndaemon /usr/lib/softhsm/libsofthsm2.so
a daemon that is a program of ours|$a folder x\ndaemon /bin/tachiai
a daemon's word of the shell|$a folder x\ndaemon /usr/lib/production/module.so $(id)
too many words|$a folder x\ndaemon /usr/lib/production/module.so 1 2 3 4 5 6 7 8
the folder of the keeper|$a folder keeper\ndaemon /usr/lib/production/module.so
a folder elsewhere|$a folder ../etc\ndaemon /usr/lib/production/module.so
a space too many|s/^device/device /
END
vendor
echo more >"$tmp/v/lib/more.so"
check "refused: a file that is not listed" refused "$tmp/v"
vendor
ln -s /etc/passwd "$tmp/v/lib/link"
check "refused: a link" refused "$tmp/v"
vendor
rm "$tmp/v/vendor.conf"
ln -s /etc/hostname "$tmp/v/vendor.conf"
check "refused: a link in the place of a file" refused "$tmp/v"
vendor
echo x >>"$tmp/v/lib/libvendor.so"
check "refused: a changed file" refused "$tmp/v"
check "which is named" grep -q \
    "lib/libvendor.so has another hash than the one that is listed" "$tmp/why"
vendor
rm "$tmp/v/module"
check "refused: no list" refused "$tmp/v"
check "refused: nothing there" refused "$tmp/nowhere"
vendor
awk 'BEGIN { for (i = 0; i < 33; i++) print "device usb 20a0:4230 hsm" }' \
    >>"$tmp/v/module"
check "refused: a rule too many" refused "$tmp/v"
echo "$good passed, $bad failed"
[ $bad = 0 ]
