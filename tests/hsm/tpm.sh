#!/bin/sh
# SPDX-License-Identifier: MIT
# tpm2-pkcs11 on a software TPM: the suite of keys and signatures, and the
# honest room of tachiai-hsm.
export MODULE=/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so
for t in "unit/p11 tpm2" hsm/honest; do
	# shellcheck disable=SC2086 # a program and its argument
	tests/hsm/with-tpm timeout 200 "${BUILD:-build}"/tests/$t ||
	    echo "# $t: exit $?"
done 2>&1 | awk '
	/^[0-9]+ passed, [0-9]+ failed$/ { good += $1; bad += $3; sums++; next }
	{ print }
	END {
		bad += 2 - sums
		print good " passed, " bad " failed"
		exit bad != 0
	}'
