#!/bin/sh
# SPDX-License-Identifier: MIT
# iso/lock.sh DIR [LOCK]: ask Debian 13's archive, at this moment, for the
# packages of packages.txt and all they depend on, and write their names,
# versions, sizes and SHA-256 to LOCK (iso/lock).  apt verifies the archive's
# signature with the keys of debian-archive-keyring; DIR is its own state, so
# that nothing of this machine's packages plays a part.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$1 lock=${2:-$here/lock}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
mkdir -p "$dir/etc/preferences.d" "$dir/etc/apt.conf.d" \
    "$dir/lists/partial" "$dir/cache/archives/partial"
: >"$dir/status"
archive=${ARCHIVE:-http://deb.debian.org}
key=/usr/share/keyrings/debian-archive-keyring.gpg
cat >"$dir/etc/sources.list" <<END
deb [signed-by=$key] $archive/debian trixie main
deb [signed-by=$key] $archive/debian trixie-updates main
deb [signed-by=$key] $archive/debian-security trixie-security main
END
cat >"$dir/apt.conf" <<END
Dir "$dir";
Dir::Etc "$dir/etc";
Dir::State "$dir";
Dir::State::status "$dir/status";
Dir::State::lists "$dir/lists";
Dir::Cache "$dir/cache";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
END
export APT_CONFIG="$dir/apt.conf" LC_ALL=C
apt-get -qq update
# SET NAME VERSION SHA256 PATH of what a set needs, by name.
rows() {
	names=$(awk -v s="$1" '!/^#/ && $2 == s { print $1 }' \
	    "$here/packages.txt")
	# shellcheck disable=SC2086 # a list of names
	if [ "$1" = build ] || [ "$1" = kernel ]; then
		apt-get -qq -s install $names |
		    sed -n 's/^Inst \([^ ]*\) (\([^ ]*\) .*/\1=\2/p'
	else
		apt-cache --no-all-versions show $names |
		    awk '/^Package:/ { p = $2 } /^Version:/ { print p "=" $2 }'
	fi | sort -u >"$dir/rows"
	# shellcheck disable=SC2046 # a list of names
	apt-cache show $(cat "$dir/rows") | awk -v s="$1" '
	    /^Package:/ { p = $2 } /^Version:/ { v = $2 }
	    /^Filename:/ { f = $2 } /^SHA256:/ { h = $2 }
	    /^Size:/ { n = $2 }
	    /^$/ && p != "" { print s, p, v, n, h, f; p = "" }
	    END { if (p != "") print s, p, v, n, h, f }' | sort -u
}
{
	echo "# Made by make iso-lock from packages.txt.  First line: the time"
	echo "# of every file of the image, in seconds since 1970."
	echo "# SET NAME VERSION BYTES SHA256 PATH"
	echo "epoch $(($(date +%s) / 86400 * 86400))"
	rows kernel
	rows build
	rows image
	rows opensc
	rows tpm2
	rows debian
} >"$lock.new"
mv "$lock.new" "$lock"
