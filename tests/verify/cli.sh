#!/bin/sh
# SPDX-License-Identifier: MIT
# tachiai-verify at its command line: verdicts, exit codes, every answer.
. tests/lib.sh
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
v=$BUILD/bin/tachiai-verify

# exits CODE COMMAND...
exits() {
	want=$1
	shift
	"$@" >"$tmp/o" 2>"$tmp/e"
	[ $? = "$want" ]
}
says() {
	grep -qE "$1" "$tmp/o"
}

mkdir "$tmp/vol"

# The recipe without one of its tools: that is said, and is no verdict.
mkdir "$tmp/path"
for t in bash sha256sum openssl xxd base64 awk grep tr mktemp rm; do
	ln -s "$(command -v "$t")" "$tmp/path/$t"
done
check "recipe: a missing tool" exits 3 env PATH="$tmp/path" bash \
    docs/verify.sh "$tmp/vol"
check "recipe: its name" grep -q 'install jq first' "$tmp/e"
"$BUILD/tests/unit/verify" write "$tmp/vol" 100000 >/dev/null || exit 1
check "good" exits 0 "$v" "$tmp/vol"
check "its line" says '^OK [0-9]+ entries, sealed at [0-9]+, head [0-9a-f]{64}$'
check "one line" test "$(wc -l <"$tmp/o")" = 1
check "keys beside it" grep -q '^key log/transcript ed25519 sha256 ' "$tmp/e"
check "as JSON" exits 0 "$v" --json "$tmp/vol"
check "JSON parses" jq -e '.verdict == "ok" and .sealed + 1 == .entries' \
    "$tmp/o"
check "heads" exits 0 "$v" heads "$tmp/vol"
cp "$tmp/o" "$tmp/heads"
check "two seals, two heads" test "$(wc -l <"$tmp/heads")" = 2
check "they stand" exits 0 "$v" --heads "$tmp/heads" "$tmp/vol"
sed 's/^\([0-9]*\) ./\1 g/' "$tmp/heads" >"$tmp/noheads"
check "no heads" exits 3 "$v" --heads "$tmp/noheads" "$tmp/vol"
awk '{ print $1, substr($2, 2) (substr($2, 1, 1) == "0" ? "1" : "0") }' \
    "$tmp/heads" >"$tmp/other"
check "other heads" exits 1 "$v" --heads "$tmp/other" "$tmp/vol"
check "which" says '^FAIL: entry [0-9]+: A remembered head'
for c in report entries objects state rebuild; do
	check "$c" exits 0 "$v" "$c" "$tmp/vol"
	check "$c says something" test -s "$tmp/o"
done
for c in objects state rebuild heads; do
	check "$c --json" exits 0 "$v" "$c" --json "$tmp/vol"
	check "$c parses" jq -e . "$tmp/o"
done
check "state" exits 0 "$v" state --json "$tmp/vol"
check "seven people" jq -e '.people | length == 7' "$tmp/o"
check "recipe agrees" test "$("$v" "$tmp/vol" 2>/dev/null)" = \
    "$(docs/verify.sh "$tmp/vol" 2>/dev/null)"

# What an insider may leave on a medium: both verifiers say the same.
both() { # CODE ARGUMENT...
	want=$1
	shift
	timeout 60 "$v" "$@" >"$tmp/o" 2>"$tmp/e"
	c=$?
	timeout 60 docs/verify.sh "$@" >"$tmp/s" 2>/dev/null
	s=$?
	[ "$c $s" = "$want $want" ] && [ "$(sed 's/\(entry [0-9]*\).*/\1/' \
	    "$tmp/o")" = "$(sed 's/\(entry [0-9]*\).*/\1/' "$tmp/s")" ]
}

# The transcript key: what anybody can chain without a key.
line() { # EV [NTH] FILTER: a line of the volume, changed
	cut -c 66- "$tmp/vol/transcript.log" | jq -cSn --arg ev "$1" \
	    "nth($2; inputs | select(.ev == \$ev)) | $3"
}
upto() { # EV PLUS: the lines before its first one and PLUS more, then ours
	n=$(cut -c 66- "$tmp/vol/transcript.log" | jq -n --arg ev "$1" \
	    'first(inputs | select(.ev == $ev) | .n)')
	n=$((n + $2))
	prev=$(printf '%064d' 0)
	{ head -n $n "$tmp/vol/transcript.log" | cut -c 66-; jq -cS --argjson \
	    n $n '.n = $n + input_line_number - 1'; } | while read -r json; do
		prev=$(printf '%s %s\n' "$prev" "$json" | sha256sum)
		prev=${prev%% *}
		printf '%s %s\n' "$prev" "$json"
	done >"$tmp/keys/transcript.log"
}
opened() {
	line sitting.open 1 '.d.memories = [] | .m = 0'
}
later() {
	line "$1" 0 '.s = 1 | .m = 1'
}
cp -r "$tmp/vol" "$tmp/keys"
line key.enroll 0 '.m = 9999999' | upto roster.seal 1
check "no other after the roster" both 1 "$tmp/keys"
{ opened; later key.enroll; } | upto roster.seal 1
check "nor on another day" both 1 "$tmp/keys"
line roster.seal 0 . | upto key.enroll 0
check "no roster without one" both 1 "$tmp/keys"
{ opened; later roster.seal; } | upto roster.seal 0
check "nor under one that ended" both 1 "$tmp/keys"
cp -r "$tmp/vol" "$tmp/odd"
o=$tmp/odd/objects
# An object that only an attachment names: the photograph of the note.
sha=$(printf 'a photograph\n' | sha256sum)
o=$o/${sha%% *}
mv "$o" "$tmp/elsewhere"
check "an object is missing" both 1 "$tmp/odd"
ln -s "$tmp/elsewhere" "$o"
check "a link in its place" both 1 "$tmp/odd"
rm "$o"
mkfifo "$o"
check "a pipe in its place" both 1 "$tmp/odd"
rm "$o"
mkdir "$o"
check "a folder in its place" both 1 "$tmp/odd"
rmdir "$o"
printf 'a photograph?' >"$o"
check "other bytes of its size" both 1 "$tmp/odd"
cp "$tmp/elsewhere" "$o"
echo more >"$tmp/odd/objects/$(printf 'x' | sha256sum | cut -c 1-64)"
check "an object more is no failure" both 0 "$tmp/odd"
check "but is told" exits 0 "$v" objects "$tmp/odd"
check "by its name" grep -q 'is named by no entry' "$tmp/e"
mv "$tmp/odd/transcript.log" "$tmp/log"
ln -s "$tmp/log" "$tmp/odd/transcript.log"
check "a linked transcript" both 3 "$tmp/odd"
rm "$tmp/odd/transcript.log"
mkfifo "$tmp/odd/transcript.log"
check "a pipe for a transcript" both 3 "$tmp/odd"
rm "$tmp/odd/transcript.log"
{ cat "$tmp/log"; head -c 300000 /dev/zero | tr '\0' 0; } \
    >"$tmp/odd/transcript.log"
echo >>"$tmp/odd/transcript.log"
check "a huge line" both 1 "$tmp/odd"
cp "$tmp/log" "$tmp/odd/transcript.log"
h=$(tail -n 1 "$tmp/heads")
for odd in "$h$(printf '\r')" "${h% *}  ${h#* }" "$h more" "-$h" "+$h" \
    "" "${h% *}	${h#* }" "00000000000000$h" "$(echo "$h" | tr a-f A-F)"; do
	printf '%s\n' "$odd" >"$tmp/oddheads"
	check "no head: $odd" both 3 --heads "$tmp/oddheads" "$tmp/odd"
done
printf '0%s' "$h" >"$tmp/oddheads"
check "a leading zero, no line end" both 0 --heads "$tmp/oddheads" "$tmp/odd"
sort -r "$tmp/heads" >"$tmp/oddheads"
echo "99999 ${h#* }" >>"$tmp/oddheads"
echo "88888 ${h#* }" >>"$tmp/oddheads"
check "heads beyond the end" both 1 --heads "$tmp/oddheads" "$tmp/odd"

cp "$tmp/vol/forged/00000" "$tmp/vol/transcript.log"
check "forged" exits 1 "$v" "$tmp/vol"
check "its entry" says '^FAIL: entry [0-9]+: '
check "forged as JSON" exits 1 "$v" --json "$tmp/vol"
check "its id" jq -e '.verdict == "fail" and (.id | length > 0)' "$tmp/o"

check "no volume" exits 3 "$v" "$tmp/nothing"
check "no argument" exits 2 "$v"
check "too many" exits 2 "$v" report a b
check "no option" exits 2 "$v" --no-such "$tmp/vol"
check "no bundle" exits 1 "$v" bundle "$tmp/vol/objects"

# Pages on the same stick are said and left alone; nothing else is.
cp -r tests/volumes/br-tls/out "$tmp/out"
files=$(find "$tmp/out" -type f | wc -l)
for page in transcript-189.pdf sheet-41-reprint-2.pdf \
    transcript-189-copy-1-of-2.pdf; do
	echo page >"$tmp/out/$page"
	check "bundle beside $page" exits 0 "$v" bundle "$tmp/out"
	check "$page is said" grep -q "$page" "$tmp/e"
	check "$page is not counted" says "^OK $files files$"
done
for extra in other.pem transcript-.pdf transcript-1.pem transcript-1x.pdf \
    sheet-1-copy-1.pdf sheet-1-copy-1-of-2-reprint-1.pdf; do
	echo extra >"$tmp/out/$extra"
	check "bundle with $extra" exits 1 "$v" bundle "$tmp/out"
	check "$extra is named" says "^FAIL: The file $extra does not belong"
	rm "$tmp/out/$extra"
done

d=docs/ceremonies/br-tls
check "check" exits 0 "$v" check $d/script.yaml $d/plan.yaml $d/profiles.yaml
check "checked" says '^OK '
check "check refuses" exits 1 "$v" check $d/plan.yaml $d/plan.yaml \
    $d/profiles.yaml
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes \
    -keyout "$tmp/k.pem" -subj "/CN=x" -out "$tmp/c.pem" 2>/dev/null
openssl req -new -key "$tmp/k.pem" -subj "/CN=x" -out "$tmp/r.csr" \
    2>/dev/null
check "lint refuses" exits 1 "$v" lint "$tmp/c.pem"
check "by a rule" says '^refused +[A-Z]+-'
check "lint --json" exits 1 "$v" lint --json "$tmp/c.pem"
check "rows" jq -e '.verdict == "fail" and (.rows | length > 20)' "$tmp/o"
check "no such profile" exits 1 "$v" lint --profiles $d/profiles.yaml \
    --profile nobody "$tmp/c.pem"
check "csr" exits 0 "$v" csr "$tmp/r.csr"
check "csr --json" exits 0 "$v" csr --json "$tmp/r.csr"
check "its key" jq -e '.key.curve == "P-384"' "$tmp/o"
check "not a csr" exits 1 "$v" csr "$tmp/c.pem"
check "not a list" exits 1 "$v" crl "$tmp/c.pem"
finish
