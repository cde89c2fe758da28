#!/bin/sh
# SPDX-License-Identifier: MIT
# Dependencies run one way, and the three pure libraries call nothing but
# what is on their lists: no randomness, no clock, no files, no environment.
. tests/lib.sh

# includes ROOM ALLOWED...: what ROOM's files include of the project.
includes() {
	room=$1
	shift
	pattern=$(echo "$@" | tr ' ' '|')
	grep -rHnE --include='*.[ch]' --include='*.def' \
	    '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$room" |
	    grep -vE "\"($pattern)/" >"$TMPDIR/uphill"
	cat "$TMPDIR/uphill"
	[ ! -s "$TMPDIR/uphill" ]
}
check "ceremony includes ceremony" includes ceremony ceremony
check "media includes ceremony, media" includes media ceremony media
check "tui includes ceremony, tui" includes tui ceremony tui
check "appliance includes no tests" includes appliance ceremony media tui \
    appliance

# One file alone includes curses: that file, and no header.
curses() {
	grep -rlE 'include[[:space:]]*<(n?cursesw?[./]|ncursesw|term\.h)' \
	    --include='*.[ch]' ceremony media tui appliance >"$TMPDIR/curses"
	cat "$TMPDIR/curses"
	[ "$(cat "$TMPDIR/curses")" = tui/curses.c ]
}
check "tui/curses.c alone includes curses" curses

# The pure rooms include no header of a device, a clock or a process.
headers() {
	grep -rnE 'include[[:space:]]*<(sys/|unistd|fcntl|dirent|poll|signal|termios|pthread|spawn|dlfcn|netdb|openssl/rand)' \
	    --include='*.[ch]' ceremony media tui |
	    grep -vE '^tui/curses\.c:|<sys/types\.h>' >"$TMPDIR/headers"
	cat "$TMPDIR/headers"
	[ ! -s "$TMPDIR/headers" ]
}
check "the pure rooms include no header of the world" headers

# Only the launcher starts programs, and process 1 the launcher; tachiai-daemon
# becomes a module's; the courier lends the library that writes discs a process,
# not a program.
starts() {
	grep -rnE '\b(fork|vfork|execve?[lp]*|posix_spawnp?|system|popen)\(' \
	    --include='*.c' ceremony media tui appliance |
	    grep -vE '^appliance/(launcher/child|init/start|daemon/main)\.c:' |
	    grep -vE '^appliance/courier/drive\.c:[0-9]+:.*\bfork\(' >"$TMPDIR/starts"
	cat "$TMPDIR/starts"
	[ ! -s "$TMPDIR/starts" ]
}
check "the launcher alone forks and execs, and process 1" starts

# symbols LIBRARY LOWER...: undefined in it, defined in none of all.
# __x_chk is x with a length check of the compiler's.
symbols() {
	for lib in "$@"; do
		nm --defined-only "$BUILD/lib$lib.a" 2>/dev/null |
		    awk 'NF == 3 { print $3 }'
	done | sort -u >"$TMPDIR/defined"
	# The one file that is the door to curses (tui/curses.c) is not pure.
	nm -A -u "$BUILD/lib$1.a" 2>/dev/null |
	    awk '!/:curses\.o:/ && $(NF - 1) == "U" &&
		$NF != "_GLOBAL_OFFSET_TABLE_" { print $NF }' |
	    sort -u | comm -23 - "$TMPDIR/defined" |
	    sed -E 's/^__(.*)_chk$/\1/; s/^__isoc99_//' | sort -u
}
allowed() {
	symbols "$@" >"$TMPDIR/symbols"
	grep -v '^#' "tests/layers/$1.allow" | awk '{ print $1 }' | sort -u \
	    >"$TMPDIR/allow"
	comm -23 "$TMPDIR/symbols" "$TMPDIR/allow" >"$TMPDIR/new"
	sed "s/^/not on tests\/layers\/$1.allow: /" "$TMPDIR/new"
	[ ! -s "$TMPDIR/new" ]
}
check "libceremony calls only what is on its list" allowed ceremony
check "libmedia calls only what is on its list" allowed media ceremony
check "libtui calls only what is on its list" allowed tui ceremony

# The Makefile's lists and the tree agree.  CONSOLE_SRC, say, is made of what
# lies below appliance/console, CEREMONY_SRC of what lies below ceremony.
sources() {
	awk '/^[A-Z]+_SRC = \\$/ { room = tolower($1); last = ""
	    sub(/_src$/, "", room) }
	!/\\$/ { room = "" }
	room != "" && /^\t/ {
		print $1, room >listed
		if ($1 <= last)
			print "out of order: " $1
		last = $1
	}' listed="$TMPDIR/listed" Makefile >"$TMPDIR/disorder"
	find ceremony media tui appliance -name '*.c' |
	    awk -F / '{ print $0, $1 == "appliance" || $2 == "web" ? $2 : $1 }' |
	    sort >"$TMPDIR/tree"
	sort -o "$TMPDIR/listed" "$TMPDIR/listed"
	comm -23 "$TMPDIR/tree" "$TMPDIR/listed" | sed 's/ .*/: not listed/'
	comm -13 "$TMPDIR/tree" "$TMPDIR/listed" | sed 's/ /: not in /'
	both=$(comm -12 "$TMPDIR/tree" "$TMPDIR/listed" | wc -l)
	echo "$both of $(wc -l <"$TMPDIR/tree") sources are listed"
	cat "$TMPDIR/disorder"
	[ "$both" != 0 ] && [ ! -s "$TMPDIR/disorder" ] &&
	    cmp -s "$TMPDIR/tree" "$TMPDIR/listed"
}
check "the Makefile's lists and the tree agree" sources

# What is tested is what ships: nothing in a source asks how it was compiled
# (but for guards, and the module's path), or reads the environment (but for
# the kind of terminal).
switches() {
	grep -rnE '^[[:space:]]*#[[:space:]]*(if|ifdef|ifndef|elif)\b' \
	    ceremony media tui appliance --include='*.c' --include='*.h' |
	    grep -vE '#ifndef (TACHIAI_[A-Z0-9_]+_H|DEFAULT_MODULE)$'
}
environment() {
	grep -rnE '\b(secure_getenv|getenv|environ)\b' \
	    ceremony media tui appliance --include='*.c' --include='*.h' |
	    grep -v 'getenv("TERM")'
}
refuse "no source asks how it was compiled" switches
refuse "no program reads an environment variable but TERM" environment

check "files and functions are short" tests/sizes

# The lists themselves never name these.
impure() {
	grep -nE '^(RAND_|BN_rand|getentropy|getrandom|arc4random|random|rand|s?rand48|time|clock|gettimeofday|localtime|gmtime|strftime|open|openat|fopen|read|write|stat|getenv|secure_getenv|setenv|setlocale|printf|puts|exit|fork|socket|malloc_usable_size|X509_gmtime_adj|X509_time_adj|EVP_PKEY_keygen|EVP_PKEY_generate|ASN1_TIME_adj|X509_cmp_current_time)$' \
	    tests/layers/*.allow
}
refuse "no list names the clock, randomness, files or environment" impure
finish
