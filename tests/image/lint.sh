#!/bin/sh
# SPDX-License-Identifier: MIT
# What the image is made of, before it is made: the lock, the list of files
# and the kernel's configuration are well formed and agree; and each of these
# checks sees what it is there for.
set -u
cd "$(dirname "$0")/../.." || exit 2
good=0 bad=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# SET NAME VERSION BYTES SHA256 PATH, in order, nothing twice.
lock() { # LOCK
	awk '
	/^#/ { next }
	/^epoch [0-9]+$/ { epochs++; if ($2 % 86400) bad = 1; next }
	NF != 6 || $1 !~ /^(kernel|build|image|opensc|tpm2|debian)$/ ||
	    $2 !~ /^[a-z0-9][a-z0-9+.-]*$/ || $3 !~ /^[A-Za-z0-9.+:~-]+$/ ||
	    $4 !~ /^[1-9][0-9]*$/ || length($5) != 64 || $5 ~ /[^0-9a-f]/ ||
	    $6 !~ /^pool\/[A-Za-z0-9\/.+_~%-]+\.deb$/ || $6 ~ /\.\./ {
		print "line " NR ": " $0; bad = 1 }
	seen[$1, $2]++ { print $1 " twice: " $2; bad = 1 }
	NF == 6 { if (sha[$6] != "" && sha[$6] != $5) {
		print "two hashes: " $6; bad = 1 }
		sha[$6] = $5 }
	END { exit bad || epochs != 1 }' "$1"
}
# What is asked for is in the lock.
asked() { # LOCK
	awk '!/^#/ && NF { print $2, $1 }' iso/packages.txt | sort >"$tmp/want"
	awk 'NF == 6 { print $1, $2 }' "$1" | sort >"$tmp/have"
	! comm -23 "$tmp/want" "$tmp/have" | grep .
}
files() { # FILES
	awk '
	/^#/ { next }
	NF != 2 || $1 !~ /^\/[A-Za-z0-9_\/.+-]+$/ ||
	    ($2 != "-" && $2 !~ /^\/[A-Za-z0-9_\/.+-]+$/) ||
	    $0 ~ /\/\.\.?\// || seen[$1]++ {
		print "line " NR ": " $0; bad = 1 }
	END { exit bad }' "$1"
}
# Every line asks for something, once; what must not be is asked not to be.
kernel() { # CONFIG
	awk '
	/^CONFIG_[A-Z0-9a-z_]+=(y|[0-9]+|".*")$/ { name = $0
		sub(/=.*/, "", name); value[name] = "y" }
	/^# CONFIG_[A-Z0-9a-z_]+ is not set$/ { name = $2; value[name] = "n" }
	/^CONFIG_/ || /^# CONFIG_/ {
		if (name == "" || seen[name]++) { print $0; bad = 1 }
		name = ""; next }
	!/^(#.*)?$/ { print $0; bad = 1 }
	END {
		n = split("MODULES INET PACKET NETDEVICES DEVMEM DEVPORT KEXEC " \
		    "HIBERNATION SWAP COREDUMP DEBUG_FS MAGIC_SYSRQ " \
		    "BPF_SYSCALL IO_URING NAMESPACES BINFMT_SCRIPT", out)
		for (i = 1; i <= n; i++)
			if (value["CONFIG_" out[i]] != "n") {
				print out[i]; bad = 1 }
		n = split("CMDLINE_OVERRIDE INITRAMFS_FORCE SECCOMP_FILTER SECURITY_LANDLOCK " \
		    "LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY " \
		    "INIT_ON_FREE_DEFAULT_ON PANIC_ON_OOPS", in_)
		for (i = 1; i <= n; i++)
			if (value["CONFIG_" in_[i]] != "y") {
				print in_[i]; bad = 1 }
		exit bad }' "$1"
}
holds() { # CHECK FILE
	if "$1" "$2" >"$tmp/said"; then
		good=$((good + 1))
	else
		bad=$((bad + 1))
		echo "not ok $1 of $2"
		head -n 20 "$tmp/said"
	fi
}
sees() { # CHECK FILE EDIT: of sed
	sed "$3" "$2" >"$tmp/spoilt"
	if ! cmp -s "$2" "$tmp/spoilt" && ! "$1" "$tmp/spoilt" >"$tmp/said"
	then
		good=$((good + 1))
	else
		bad=$((bad + 1))
		echo "not ok $1 does not see: $3"
	fi
}
holds lock iso/lock
holds asked iso/lock
holds files iso/files
holds kernel iso/kernel.config
sees lock iso/lock '/^epoch/d'
sees lock iso/lock 's/^epoch .*/epoch 86401/'
sees lock iso/lock '/^image libc6 /s/ [0-9a-f]\{64\} / 00 /'
sees lock iso/lock '/^image libc6 /p'
sees lock iso/lock '/^image libc6 /s, pool/, ../pool/,'
sees lock iso/lock '/^image libc6 /s/^image/images/'
sees asked iso/lock '/^image libc6 /d'
sees files iso/files 's,^/lib64/,lib64/,'
sees files iso/files '/libc.so.6/p'
sees files iso/files 's,/usr/share/zoneinfo/Etc,/usr/../Etc,'
sees kernel iso/kernel.config 's/^CONFIG_PCI=y/CONFIG_PCI=yes/'
sees kernel iso/kernel.config '/^CONFIG_PCI=y/p'
sees kernel iso/kernel.config '/^# CONFIG_INET is/d'
sees kernel iso/kernel.config 's/^# CONFIG_MODULES is not set/CONFIG_MODULES=y/'
sees kernel iso/kernel.config '/^CONFIG_CMDLINE_OVERRIDE/d'
sees kernel iso/kernel.config 's/^# CONFIG_SWAP is not set/CONFIG SWAP/'
echo "$good passed, $bad failed"
[ $bad = 0 ]
