#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/plays/format.sh: at the close a stick is erased and takes the place of
# a medium that is lost; what is never erased; what is asked of the keeper of
# the media, whose place tests/plays/keeper takes.
. tests/lib.sh
. tests/plays/enrolled
check "people are enrolled" enrol
other format
mv "$V/b" "$V/b.away"
tab=$(printf '\t')
while read -r rest what; do
	echo "$rest $what" | tr , "$tab"
done >"$V/ports" <<'PORTS'
sda 1 16000000 1 iso9660,TACHIAI,Acme boot,B1,
sdb 2 64000000 2 ext4,TACHIAI-A,Acme first,A1,
sdc 3 64000000 3 ext4,TACHIAI-A,Acme other,O1,
sdd 4 8000000 5 none,,Acme small,S1,
sde 5 64000000 4 none,,Acme shut,R1,
sdf 6 64000000 0 vfat,SM1,Acme hers,P1,
sdg 7 8000000000 0 vfat,HOLIDAY,Acme new,N1,
PORTS
# So many that the last of them stands on another page.
for i in 1 2 3 4 5 6 7 8; do
	sed -i "\$isdp$i 1$i 16000000 0 vfat${tab}P$i${tab}Acme${tab}$i${tab}" \
	    "$V/ports"
done
touch "$V/fail"
tests/plays/keeper "$V/socket" "$V" &
keeper=$!
trap 'kill $keeper 2>/dev/null' EXIT
until [ -S "$V/socket" ]; do :; done
format=$V/socket
check "a stick is erased, by consent" play tests/plays/format.play
asked() { # the second time it was made, and let go once before it was read
	printf 'make sdg 7 B\nmake sdg 7 B\nanew B\n' | cmp - "$V/asked"
}
check "nothing else was asked" asked
entry() { # EVENT TEXT
	grep "\"ev\":\"$1\"" "$V/a/transcript.log" | grep -q "$2"
}
device='"device":"Acme new, serial N1, 8000000000 bytes, on it: vfat HOLIDAY"'
check "in an entry with the stick" entry media.add "$device"
check "that it failed once is one" entry anomaly '"not-formatted"'
signed() { # what people signed for is an object that names the stick
	grep -lF "$device" "$V"/a/objects/* | grep -q .
}
check "what they signed names it" signed
check "it has all of it" equal
check "and every object" diff -r "$V/a/objects" "$V/b/objects"
check "sealed" "$verify" "$V/b"
finish
