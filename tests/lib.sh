# SPDX-License-Identifier: MIT
# For tests/*/*.sh: `. tests/lib.sh`, then check NAME COMMAND..., then
# finish.  The scripts run at the top of the project with BUILD and TMPDIR.
# shellcheck shell=sh
good=0 bad=0
: "${BUILD:=$PWD/build}" "${TMPDIR:=/tmp}"

# check NAME COMMAND...: the command must succeed.
check() {
	name=$1
	shift
	if "$@" >"$TMPDIR/check.out" 2>&1; then
		good=$((good + 1))
		echo "ok $name"
	else
		bad=$((bad + 1))
		echo "not ok $name: $*"
		sed 's/^/  /' "$TMPDIR/check.out"
	fi
}

# refuse NAME COMMAND...: the command must fail.
refuse() {
	name=$1
	shift
	if "$@" >"$TMPDIR/check.out" 2>&1; then
		bad=$((bad + 1))
		echo "not ok $name: did not fail: $*"
		sed 's/^/  /' "$TMPDIR/check.out"
	else
		good=$((good + 1))
		echo "ok $name"
	fi
}

finish() {
	echo "$good passed, $bad failed"
	[ $bad = 0 ] && [ $good != 0 ]
	exit $?
}
