#!/bin/sh
# SPDX-License-Identifier: MIT
# packages.sh SET...: install what packages.txt lists in these sets and this
# machine does not have.  One line says what and why; nothing else is touched.
set -eu
cd "$(dirname "$0")"
if ! command -v dpkg-query >/dev/null; then
	echo "packages: not a Debian system, see packages.txt for what is needed"
	exit 0
fi
missing=
for set in "$@"; do
	names=$(awk -v s="$set" '!/^#/ && $2 == s { print $1 }' packages.txt)
	for name in $names; do
		# shellcheck disable=SC2016 # a format of dpkg's, not of the shell's
		state=$(dpkg-query -W -f '${db:Status-Status}' "$name" \
		    2>/dev/null) || state=none
		[ "$state" = installed ] || missing="$missing $name"
	done
done
[ -n "$missing" ] || exit 0
echo "packages: installing$missing (to $*; reasons in packages.txt)"
root=
if [ "$(id -u)" != 0 ]; then
	root=sudo
	if ! command -v sudo >/dev/null; then
		echo "packages: become root, or install them by hand:$missing"
		exit 1
	fi
fi
$root apt-get -qq update
# shellcheck disable=SC2086 # a list of names
$root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
    --no-install-recommends install $missing >/dev/null
