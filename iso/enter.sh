#!/bin/sh
# SPDX-License-Identifier: MIT
# iso/enter.sh ROOT COMMAND...: run a command in ROOT with no network, a /proc
# of its own and the same few words of environment on every machine.  Root of
# this machine, or anybody where user name spaces are allowed.
set -eu
root=$(cd "$1" && pwd)
shift
map=
[ "$(id -u)" = 0 ] || map=--map-root-user
# shellcheck disable=SC2016,SC2086 # expanded inside; empty or one word
exec unshare $map --mount --pid --fork --net --uts --ipc sh -c '
	root=$1
	shift
	mount --rbind /dev "$root/dev"
	mount -t proc proc "$root/proc"
	exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin \
	    HOME=/tmp LC_ALL=C TZ=UTC "$@"' enter "$root" "$@"
