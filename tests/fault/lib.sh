# SPDX-License-Identifier: MIT
# For tests/fault/*.sh, after tests/lib.sh: a folder of programs in which
# tachiai-console and tachiai-courier, who alone write media and sticks, are
# started with tests/fault/at.c before them.
# shellcheck shell=bash
work=$(mktemp -d "$TMPDIR/fault.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
real=$(realpath "$BUILD")
ready=docs/ceremonies/br-tls

# shim DIR: DIR/bin/ with the wrapper; what it keeps lies in DIR/log.
shim() {
	local p
	mkdir -p "$1/bin" "$1/log"
	for p in "$real"/bin/*; do
		case ${p##*/} in
		tachiai) cp "$p" "$1/bin/" ;;
		tachiai-console | tachiai-courier)
			cat >"$1/bin/${p##*/}" <<SH
#!/bin/sh
FAULT_LOG=$1/log
LD_PRELOAD=$real/tests/fault/at.so
export FAULT_LOG LD_PRELOAD
exec $p "\$@"
SH
			chmod +x "$1/bin/${p##*/}"
			;;
		*) ln -s "$p" "$1/bin/" ;;
		esac
	done
}

# room OUT: media, sticks and a request, as tests/demo has them.
room() {
	mkdir -p "$1/volume" "$1/medium-b" "$1/sticks"
	sticks="IN OUT1 OUT2 $(grep -oE '\{code: [A-Z0-9]+, role' \
	    $ready/script.yaml | cut -d' ' -f2 | tr -d ,)"
	for stick in $sticks; do
		mkdir -p "$1/sticks/$stick"
	done
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 \
	    -nodes -keyout "$work/int1.key" -sha384 \
	    -subj "/C=JP/O=Example Trust K.K./CN=Example TLS CA R1" \
	    -out "$1/sticks/IN/int1.csr" 2>/dev/null
}

# play FILE OUT BIN: a sitting of the cast, until it ends or the console dies.
play() {
	local play=$1 out=$2 bin=$3
	set -- --volume "$out/volume,$out/medium-b" \
	    --script $ready/script.yaml --plan $ready/plan.yaml \
	    --profiles $ready/profiles.yaml
	for stick in $sticks; do
		set -- "$@" --stick "$stick=$out/sticks/$stick"
	done
	timeout -k 5 "${PLAY_SECONDS:-300}" "$BUILD/tests/play" -q -p 60 \
	    -k "$out/keys.log" -c "$out/cast" "$play" \
	    -- "$bin/tachiai" "$@"
}
