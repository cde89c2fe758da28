#!/bin/sh
# SPDX-License-Identifier: MIT
# Every program a user of its own, as on the image: what one of them that was
# taken over tries on the others comes to nothing.  Root alone can start them
# so.
. tests/lib.sh
if [ "$(id -u)" != 0 ]; then
	echo "skip users: not root"
	echo "1 passed, 0 failed"
	exit
fi
dir=$(mktemp -d /tmp/tachiai-users-XXXXXX)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
mkdir -m 755 "$dir/bin"
for p in tachiai tachiai-console tachiai-hsm tachiai-courier tachiai-key \
    tachiai-decode; do
	install -m 755 "$BUILD/bin/$p" "$dir/bin/"
done
cat >"$dir/users.play" <<END
wait "Enter looks for the volume"
run tests/launcher/trespass 61100
END
check "nobody reaches another" "$BUILD/tests/play" -q -p 20 \
    "$dir/users.play" -- "$dir/bin/tachiai" --volume "$dir/a,$dir/b" \
    --users 61100
# What ends the screen is read before it is started again, as process 1 does.
install -d -o 61101 -m 700 "$dir/a" "$dir/b"
echo "no library" >"$dir/none.so"
cat >"$dir/none.play" <<'END'
wait "Enter looks for the volume"
type <Enter>
wait "mode ["
type production<Enter>example.jp<Enter>demo<Enter>
wait "cannot be used"
wait "Enter starts again"
type w
wait "hsm.module"
type <Enter>
exit 3
END
check "why it ended stands there until Enter" "$BUILD/tests/play" -q -p 40 \
    "$dir/none.play" -- "$dir/bin/tachiai" --volume "$dir/a,$dir/b" \
    --users 61100 --production "$dir/none.so"
# It would see it: programs of these names and users that are not confined.
pids=
for one in 1:console 3:hsm 5:courier; do
	setpriv --reuid "6110${one%:*}" --regid "6110${one%:*}" \
	    --clear-groups bash -c "exec -a tachiai-${one#*:} sleep 60" &
	pids="$pids $!"
done
# Those of before may be ending yet, and these have not begun.
seen() {
	tests/launcher/trespass 61100 >"$dir/said" 2>&1
	grep -q 'tachiai-hsm: tachiai-hsm environ' "$dir/said"
}
n=0
until seen || [ $n = 600 ]; do
	n=$((n + 1))
	sleep 0.1
done
check "and it would be seen" seen
# shellcheck disable=SC2086 # numbers
kill $pids
finish
