#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/fault/mutants.sh [all]: every change of the volumes that are kept,
# before the program's walk (in its own process, so that it is quick) and,
# a few of them, before the recipe verify.sh.
good=0 bad=0
: "${BUILD:=build}" "${TMPDIR:=/tmp}"

sum() {
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$1" | tail -n 1)
	[ -n "$line" ] || line='0 passed, 1 failed'
	good=$((good + ${line%% *}))
	line=${line#*, }
	bad=$((bad + ${line%% *}))
}

# A volume of P-256 keys besides, made by the decisions themselves.
made=$TMPDIR/made
mkdir -p "$made/volume"
"$BUILD/tests/unit/verify" write "$made/volume" 1000000 >/dev/null
awk 'END { print NR - 1, $1 }' "$made/volume/transcript.log" >"$made/heads"
docs/verify.sh "$made/volume" >"$made/verdict" 2>/dev/null
: "${SEED:=$(git log -1 --format=%ct 2>/dev/null)}"
export SEED="${SEED:-1}"
echo "# SEED=$SEED"
[ "${1:-}" = all ] || export JOBS=1

for d in tests/volumes/*/ "$made/"; do
	echo "# $d"
	"$BUILD/tests/fault/mutants" "$d/volume" "$d/heads" "$@" \
	    >"$TMPDIR/mutants.out"
	cat "$TMPDIR/mutants.out"
	sum "$TMPDIR/mutants.out"
	if [ "${1:-}" = all ]; then count=all; else count=12; fi
	tests/fault/recipe "$d" $count >"$TMPDIR/mutants.out"
	cat "$TMPDIR/mutants.out"
	sum "$TMPDIR/mutants.out"
done
rm -f "$TMPDIR/mutants.out"
echo "$good passed, $bad failed"
[ $bad = 0 ] && [ $good != 0 ]
