#!/bin/sh
# SPDX-License-Identifier: MIT
# Machine time of one intermediate in a batch: whole rehearsals through the
# real console, with 1 and with N (20) intermediates, each from its own
# request.  What differs between the two is what the others cost.
# KEEP=DIR keeps the days there.
set -eu
cd "$(dirname "$0")/../.."
: "${BUILD:=build}" "${N:=20}"
ready=docs/ceremonies/br-tls
top=${KEEP:-$(mktemp -d "${TMPDIR:-/tmp}/batch.XXXXXX")}
[ -n "${KEEP:-}" ] || trap 'rm -rf "$top"' EXIT
mkdir -p "$top"

# names COUNT: c-int001, c-int002, ... as the elements of a list
names() {
	seq -f 'c-int%03g' -s ', ' 1 "$1"
}

# files DIR COUNT: the ready ceremony, with COUNT intermediates
files() {
	mkdir -p "$1"
	for i in $(seq -f '%03g' 1 "$2"); do
		cat <<END
  - {id: c-int$i, issuer: c-root, profile: tls-sub-p384,
     subject: {C: JP, O: Example Trust K.K., CN: Example TLS CA R1-$i},
     request: {file: int$i.csr}}
END
	done >"$1/items"
	sed -e "/request: {file: int1.csr}/{r $1/items
	    d}" -e '/id: c-int1,/d' $ready/plan.yaml >"$1/plan.yaml"
	cp $ready/profiles.yaml "$1/profiles.yaml"
	sed -e "s/of: c-int1,/of: c-int001,/" \
	    -e "s/\([[ ]\)c-int1\([],]\)/\1$(names "$2")\2/" \
	    $ready/script.yaml >"$1/script.yaml"
	docs/ceremonies/pin "$1"
}

# requests DIR COUNT
requests() {
	mkdir -p "$1"
	for i in $(seq -f '%03g' 1 "$2"); do
		openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 \
		    -nodes -keyout /dev/null -sha384 -out "$1/int$i.csr" \
		    -subj "/C=JP/O=Example Trust K.K./CN=Example TLS CA R1-$i" \
		    2>/dev/null
	done
}

# day COUNT: play it; $top/COUNT/spent has what it cost
day() {
	d=$top/$1
	files "$d" "$1"
	requests "$d/sticks/IN" "$1"
	mkdir -p "$d/volume" "$d/medium-b" "$d/out"
	set -- --volume "$d/volume,$d/medium-b" --script "$d/script.yaml" \
	    --plan "$d/plan.yaml" --profiles "$d/profiles.yaml" \
	    --stick "OUT1=$d/out"
	codes=$(grep -oE '\{code: [A-Z0-9]+, role' "$d/script.yaml" |
	    cut -d' ' -f2 | tr -d ,)
	for stick in IN OUT2 $codes; do
		mkdir -p "$d/sticks/$stick"
		set -- "$@" --stick "$stick=$d/sticks/$stick"
	done
	"$BUILD/tests/play" -q -c "$d/cast" -k "$d/keys.log" \
	    tests/plays/demo.play -- "$BUILD/tests/bench/spend" "$d/spent" \
	    "$BUILD/bin/tachiai" "$@" >"$d/played" 2>&1 || {
		tail -n 40 "$d/played"
		exit 1
	}
	"$BUILD/bin/tachiai-verify" heads "$d/volume" >"$d/heads"
	"$BUILD/tests/bench/spend" "$d/verified" "$BUILD/bin/tachiai-verify" \
	    --heads "$d/heads" "$d/volume" >>"$d/played" || {
		tail -n 40 "$d/played"
		exit 1
	}
}

day 1
day "$N"

awk -v n="$N" '
    FNR == 1 { f++ }
    f == 1 { one = $1; wall1 = $2; peak1 = $3 }
    f == 2 { cpu = $1; wall = $2; peak = $3 }
    f == 3 { vone = $1 }
    f == 4 { vcpu = $1; vpeak = $3 }
    END {
	printf "batch: whole rehearsals by the console, all programs together\n"
	printf "  %4d intermediate    %8.2f s CPU, largest program %6d KiB\n",
	    1, one, peak1
	printf "  %4d intermediates   %8.2f s CPU, largest program %6d KiB\n",
	    n, cpu, peak
	printf "  one more takes      %8.0f ms CPU", 1000 * (cpu - one) / (n - 1)
	printf " (a known peer, as it says of itself: 22 ms and 23.5 MB)\n"
	printf "  to verify one more  %8.1f ms CPU, peak %d KiB\n",
	    1000 * (vcpu - vone) / (n - 1), vpeak
    }' "$top/1/spent" "$top/$N/spent" "$top/1/verified" "$top/$N/verified"
