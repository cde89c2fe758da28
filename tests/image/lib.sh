# SPDX-License-Identifier: MIT
# For tests/image/*: counts, machines under tests/play, sticks as files.  out
# is the folder of a test, iso the image.
# shellcheck shell=sh disable=SC2154
good=0 bad=0
check() { # NAME COMMAND...
	check_name=$1
	shift
	if "$@" >"$out/said" 2>&1; then
		echo "ok $check_name"
		good=$((good + 1))
	else
		echo "not ok $check_name"
		tail -n 40 "$out/said"
		bad=$((bad + 1))
	fi
}
done_with() {
	echo "$good passed, $bad failed"
	[ $bad = 0 ] && [ $good != 0 ]
}
play() { # NAME FIRMWARE MEDIUM FILE [ARGUMENTS of the machine]
	name=$1 firmware=$2 from=$3 file=$4
	shift 4
	FIRMWARE=$firmware MEDIUM=$from timeout "${PLAY_SECONDS:-1500}" \
	    "$BUILD/tests/play" -p "${PATIENCE:-120}" -q -s "${SIZE:-80x24}" \
	    -k "$out/$name.keys" -c "$out/cast" -D "out=$out" "$file" -- \
	    "tests/image/${SEAT:-machine}" "$out" "$iso" "$@"
}
# The same at its screen: what stands there is read from its pixels.
watch() { # COLUMNSxROWS NAME FIRMWARE MEDIUM FILE
	(
		SIZE=$1 SEAT=screen FONT=${iso%.iso}.font
		export SIZE SEAT FONT
		shift
		play "$@"
	)
}
stick() { # LABEL
	truncate -s 34M "$out/sticks/$1"
	mkfs.vfat -F 32 -n "$1" "$out/sticks/$1" >/dev/null
}
medium() { # LABEL
	truncate -s 64M "$out/sticks/$1"
	mkfs.ext4 -q -L "TACHIAI-$1" "$out/sticks/$1"
}
take() { # LABEL FROM TO: out of a medium's file system
	case $1 in
	[AB]) /sbin/debugfs -R "rdump $2 $3" "$out/sticks/$1" ;;
	*) mcopy -n -i "$out/sticks/$1" "::$2" "$3" ;;
	esac
}
# The sticks of a rehearsal of br-tls: IN, OUT1, OUT2 and everybody's.
people() {
	for s in IN OUT1 OUT2 $(awk '/^[^ #-]/ { on = /^roles:/ } on' \
	    docs/ceremonies/br-tls/script.yaml |
	    grep -oE 'code: *[A-Z0-9]+' | sed 's/.*: *//'); do
		stick "$s"
	done
}
request() { # out/int1.csr and its key
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes \
	    -keyout "$out/int1.key" -out "$out/int1.csr" 2>/dev/null \
	    -subj "/C=JP/O=Example Trust K.K./CN=Example TLS CA R1"
}
