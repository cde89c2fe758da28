#!/bin/sh
# SPDX-License-Identifier: MIT
# Every file, function, event, refusal and test that a document names exists;
# every clause has its row; what a row says stands in a transcript can stand
# there.
. tests/lib.sh
docs="README.md docs/THREATS.md docs/ASSURANCE.md docs/GUIDE.md"

# What there is: functions, events, sentences, files.
find ceremony media tui appliance -name '*.c' -exec \
    sed -nE 's/^([a-z_][a-z0-9_]*)\(.*/\1/p' {} + | sort -u >"$TMPDIR/functions"
sed -nE 's/^EVENT\([A-Z_0-9]+, "([^"]+)".*/\1/p' ceremony/log/event.def |
    sort -u >"$TMPDIR/events"
sed -nE 's/^[A-Z]\("([^"]+)".*/\1/p' ceremony/text/*.def |
    sort -u >"$TMPDIR/sentences"

# names FILE: its `names', one a line, with blanks inside left out.
names() {
	grep -oE '`[^`]+`' "$1" | tr -d '`' | grep -v '[ *]' | sort -u
}
# unknown FILE: names of a known form that nothing has.
unknown() {
	names "$1" | while read -r n; do
		case $n in
		*'()')
			grep -qx "${n%??}" "$TMPDIR/functions" || echo "$n" ;;
		ceremony/* | media/* | tui/* | appliance/* | tests/* | \
		    docs/* | iso/*)
			[ -e "$n" ] || echo "$n" ;;
		*.[1-8] | *.md | *.sh)
			[ -e "docs/$n" ] || [ -e "$n" ] || echo "$n" ;;
		*.txt | *.pem | *.yaml | *.log | *.json | *.pdf) ;;
		[a-z]*.[a-z]*)
			grep -qxF "$n" "$TMPDIR/events" "$TMPDIR/sentences" ||
			    echo "$n" ;;
		esac
	done >"$TMPDIR/unknown"
	sed 's/^/there is no /' "$TMPDIR/unknown"
	[ ! -s "$TMPDIR/unknown" ]
}
# cases FILE: `tests/...` followed by "case", "case": each stands in it.
cases() {
	grep -oE '`tests/[^`]+`( "[^"]+",?)+' "$1" | sort -u |
	while read -r line; do
		file=$(echo "$line" | cut -d '`' -f 2)
		echo "$line" | grep -oE '"[^"]+"' | while read -r c; do
			c=${c#?}
			grep -qF -- "${c%?}" "$file" ||
			    echo "$file has no case \"${c%?}\""
		done
	done >"$TMPDIR/cases"
	cat "$TMPDIR/cases"
	[ ! -s "$TMPDIR/cases" ]
}
for d in $docs; do
	check "names in $d" unknown "$d"
	check "cases in $d" cases "$d"
done

# The manual: functions, files, events, other pages.
page() {
	grep -oE '^\.Fn [a-z_]+' "$1" | cut -d ' ' -f 2 |
	while read -r n; do
		grep -qx "$n" "$TMPDIR/functions" || echo "no function $n"
	done >"$TMPDIR/page"
	sed -nE 's/^\.(Pa|It Pa) //p' "$1" | tr ' ' '\n' |
	    grep -E '^(ceremony|media|tui|appliance|tests|docs)/' |
	while read -r n; do
		[ -e "$n" ] || echo "no file $n"
	done >>"$TMPDIR/page"
	sed -nE 's/^\.Xr ([a-z0-9-]+) ([1-8]).*/\1.\2/p' "$1" |
	while read -r n; do
		case $n in
		openssl.1 | sha256sum.1) ;;
		*) [ -e "docs/$n" ] || echo "no page $n" ;;
		esac
	done >>"$TMPDIR/page"
	cat "$TMPDIR/page"
	[ ! -s "$TMPDIR/page" ]
}
for d in docs/*.[1-8]; do
	check "names in $d" page "$d"
done
lived() {
	sed -nE 's/^\.Li ([a-z.]+)( ,)?$/\1/p' docs/ceremony.7 |
	    sort -u >"$TMPDIR/lived"
	[ -s "$TMPDIR/lived" ] &&
	    comm -23 "$TMPDIR/lived" "$TMPDIR/events" >"$TMPDIR/dead"
	cat "$TMPDIR/dead"
	[ ! -s "$TMPDIR/dead" ]
}
check "events in docs/ceremony.7" lived

# ASSURANCE: a row for each clause, and each row says what it is.
clauses() {
	grep -v '^#' tests/docs/clauses | while read -r c; do
		grep -qF "| **$c** |" docs/ASSURANCE.md || echo "no row for $c"
	done >"$TMPDIR/clauses"
	cat "$TMPDIR/clauses"
	[ ! -s "$TMPDIR/clauses" ]
}
check "every clause has its row" clauses
# Columns: clause, claim, mechanism, test, transcript.
rows() {
	grep -E '^\| \*\*' docs/ASSURANCE.md | awk -F '|' '
	NF != 7 { print "not five columns:" $2; next }
	$3 ~ /^ *$/ { print "no claim:" $2 }
	$3 !~ /not yet|The room|Not this machine/ && $4 !~ /`/ {
		print "no mechanism:" $2 }
	$3 !~ /not yet|The room|Not this machine/ && $5 !~ /`tests\// {
		print "no test:" $2 }' >"$TMPDIR/rows"
	cat "$TMPDIR/rows"
	[ ! -s "$TMPDIR/rows" ]
}
check "a row has a claim, a mechanism and a test" rows
# An event of the last column is one that some program writes.
written() {
	grep -E '^\| \*\*' docs/ASSURANCE.md | awk -F '|' '{ print $6 }' |
	    grep -oE '`[a-z.-]+`' | tr -d '`' | sort -u |
	    comm -12 - "$TMPDIR/events" | while read -r n; do
		E=$(sed -nE 's/^EVENT\(([A-Z_0-9]+), "'"$n"'".*/\1/p' \
		    ceremony/log/event.def)
		grep -rqw --include='*.c' "EV_$E" appliance/console ||
		    echo "nothing writes $n"
	done >"$TMPDIR/written"
	cat "$TMPDIR/written"
	[ ! -s "$TMPDIR/written" ]
}
check "the events of ASSURANCE are written by the console" written

# What a refusal is called has a sentence that says it.
said() {
	find ceremony media tui appliance -name '*.c' -exec cat {} + |
	    tr '\n\t' '  ' |
	    grep -oE 'err_set\( *[a-z>&-]+, *ERR_[A-Z]+, *"[a-z0-9.-]+"' |
	    cut -d '"' -f 2 | sort -u | comm -23 - "$TMPDIR/sentences" |
	    sed 's/^/no sentence says /' >"$TMPDIR/unsaid"
	cat "$TMPDIR/unsaid"
	[ ! -s "$TMPDIR/unsaid" ]
}
check "every refusal has its sentence" said
# CPS 6.2.3: the calls that could hand a key over stand in one file, where
# they must fail.
wrapped() {
	grep -rlE 'C_(WrapKey|UnwrapKey|CopyObject|DeriveKey)\(' \
	    --include='*.c' ceremony media tui appliance >"$TMPDIR/wrap"
	cat "$TMPDIR/wrap"
	[ "$(cat "$TMPDIR/wrap")" = appliance/hsm/attributes.c ]
}
check "no key is wrapped but on trial" wrapped
# CPS 5.4.7
quiet() {
	grep -hE '^[RWPL]\(' ceremony/text/*.def |
	    sed -E 's/^[A-Z]\("[^"]*", "([^"]*)".*/\1/' |
	    grep -iE '(was|is|were|been|be) (logged|written to the (log|transcript))|you.*(logged|recorded)' \
	    >"$TMPDIR/loud"
	cat "$TMPDIR/loud"
	[ ! -s "$TMPDIR/loud" ]
}
check "nobody is told of the log" quiet
finish
