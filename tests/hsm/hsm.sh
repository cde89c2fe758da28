#!/bin/sh
# SPDX-License-Identifier: MIT
# tachiai-hsm against an honest room, a console that lies, a
# module that lies.
for t in honest lies consents module; do
	"${BUILD:-build}/tests/hsm/$t" || echo "# $t: exit $?"
done | awk '
	/^[0-9]+ passed, [0-9]+ failed$/ { good += $1; bad += $3; sums++; next }
	{ print }
	END {
		bad += 4 - sums
		print good " passed, " bad " failed"
		exit bad != 0
	}'
