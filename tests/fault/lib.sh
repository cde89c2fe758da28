# SPDX-License-Identifier: MIT
# For tests/fault/*.sh, after tests/lib.sh: a folder of programs in which
# tachiai-console is started with tests/fault/at.c before it.
# shellcheck shell=sh
work=$(mktemp -d "$TMPDIR/fault.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
real=$(realpath "$BUILD")

# shim: $work/bin/ with the wrapper; what it keeps lies in $work/log.
shim() {
	mkdir -p "$work/bin" "$work/log" "$work/tmp"
	for p in "$real"/bin/*; do
		case ${p##*/} in
		tachiai) cp "$p" "$work/bin/" ;;
		tachiai-console) ;;
		*) ln -s "$p" "$work/bin/" ;;
		esac
	done
	cat >"$work/bin/tachiai-console" <<SH
#!/bin/sh
FAULT_LOG=$work/log
FAULT_PLAN=$work/plan
LD_PRELOAD=$real/tests/fault/at.so
export FAULT_LOG FAULT_PLAN LD_PRELOAD
exec $real/bin/tachiai-console "\$@"
SH
	chmod +x "$work/bin/tachiai-console"
}

# room: media, sticks and a request, as tests/demo has them.
room() {
	out=$work/room
	mkdir -p "$out/volume" "$out/medium-b" "$out/sticks"
	ready=docs/ceremonies/br-tls
	sticks="IN OUT1 OUT2 $(grep -oE '\{code: [A-Z0-9]+, role' \
	    $ready/script.yaml | cut -d' ' -f2 | tr -d ,)"
	for stick in $sticks; do
		mkdir -p "$out/sticks/$stick"
	done
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 \
	    -nodes -keyout "$work/int1.key" -sha384 \
	    -subj "/C=JP/O=Example Trust K.K./CN=Example TLS CA R1" \
	    -out "$out/sticks/IN/int1.csr" 2>/dev/null
}

# play FILE: a sitting of the cast, until it ends or the console dies.
play() {
	play=$1
	set -- --volume "$out/volume,$out/medium-b" \
	    --script $ready/script.yaml --plan $ready/plan.yaml \
	    --profiles $ready/profiles.yaml
	for stick in $sticks; do
		set -- "$@" --stick "$stick=$out/sticks/$stick"
	done
	timeout -k 5 "${PLAY_SECONDS:-120}" "$BUILD/tests/play" -q -k "$work/keys.log" -c "$work/cast" "$play" \
	    -- "$work/bin/tachiai" "$@"
}
