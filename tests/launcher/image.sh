#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/launcher/image.sh: images of sticks on a developer's machine: files
# come in from one, a credential goes out to another, nobody else sees what is
# mounted, and nothing of it stays; and what is no image is refused.
. tests/lib.sh
if [ "$(id -u)" != 0 ] || [ ! -e /dev/loop-control ]; then
	echo "skip image: not root, or no loop device"
	echo "1 passed, 0 failed"
	exit
fi
# mke2fs stands where only root looks.
PATH=$PATH:/sbin:/usr/sbin
ready=docs/ceremonies/br-tls
stick() { # NAME FOLDER
	truncate -s 8M "$TMPDIR/$1"
	mke2fs -q -t ext4 -L "$1" -d "$2" "$TMPDIR/$1" >/dev/null
}
tachiai() { # PLAY
	"$BUILD/tests/play" -q -p 40 -c "$TMPDIR/cast" \
	    -D "tmp=$TMPDIR" "$TMPDIR/$1.play" -- "$BUILD/bin/tachiai" \
	    --volume "$TMPDIR/a,$TMPDIR/b" --stick "IN=$TMPDIR/in" \
	    --stick "SM1=$TMPDIR/sm1"
}
mkdir "$TMPDIR/a" "$TMPDIR/b" "$TMPDIR/empty"
stick in $ready
stick sm1 "$TMPDIR/empty"
chmod 400 "$TMPDIR/in"
cat >"$TMPDIR/day.play" <<END
set goal SM2 becomes
include $PWD/tests/plays/cast.play
run ! grep -q tachiai- /proc/mounts
type <Esc>
wait "? help"
type q
wait "Enter leaves the console"
type <Enter>
exit 0
END
# A stick without what makes one.
cp LICENSE "$TMPDIR/text"
refused() { # ID FILE [COMMAND...]
	id=$1 file=$2
	shift 2
	"$@" "$BUILD/bin/tachiai" --volume "$TMPDIR/a,$TMPDIR/b" \
	    --stick "IN=$file" </dev/null >"$TMPDIR/out" 2>&1
	[ $? = 2 ] && grep -q "($id)" "$TMPDIR/out"
}
folders() { find /tmp -maxdepth 1 -name "tachiai-??????"; }
before=$(folders)
mounted() { losetup -l | grep -q "$TMPDIR"; }
check "a file that is no image" refused launcher.image-unread "$TMPDIR/text"
check "an image where nobody may mount" refused launcher.image "$TMPDIR/in" \
    setpriv --bounding-set=-sys_admin
check "a day on images" tachiai day
refuse "nothing stays mounted" mounted
check "no folder is left" [ "$before" = "$(folders)" ]
check "the files came in" grep -q '"ev":"script.admit"' \
    "$TMPDIR/a/transcript.log"
check "the credential stands in the image" debugfs -R \
    "dump custodian-sm1.tachiai.pem $TMPDIR/sm1.pem" "$TMPDIR/sm1"
check "and is one" grep -q "^tachiai/1 credential" "$TMPDIR/sm1.pem"
finish
