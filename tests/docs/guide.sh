#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/GUIDE.md: its screens are those of a whole rehearsal, but for times,
# numbers and words that are other every day; its commands do what it says.
# `tests/docs/guide.sh write' puts the screens of today into it.
[ -n "${TMPDIR:-}" ] || { TMPDIR=$(mktemp -d) && export TMPDIR; }
. tests/lib.sh
guide=docs/GUIDE.md
shots=$TMPDIR/shots
day=$TMPDIR/day
mkdir -p "$shots"

# The cast, which also writes down the screen before it answers at some.
# NAME|a rule of cast.play up to its `do'
cat >"$TMPDIR/shots.txt" <<END
clock|on "reference 1 [J" and
consent|on "# {who}, {role}, you are asked" and
deed|on "[>] {n} " and "press S." and
seal|on "Enter closes the sitting"
END
awk -F '|' -v shots="$shots" '
NR == FNR { name[$2] = $1; next }
{
	line = $0
	for (rule in name)
		if (index(line, rule) > 0) {
			at = index(line, " do ") + 4
			file = name[rule]
			if (file == "consent")
				file = "consent-{who}"
			if (file == "deed")
				file = "deed-{n}"
			line = substr(line, 1, at - 1) "screen " shots "/" \
			    file ".txt ; " substr(line, at)
		}
	print line
}' "$TMPDIR/shots.txt" tests/plays/cast.play >"$TMPDIR/cast.play"
cp tests/plays/demo.play "$TMPDIR/day.play" # which includes that cast

check "a whole day" env CAST="$TMPDIR/day.play" OUT="$day" tests/demo
mv "$shots/consent-Custodian CA1.txt" "$shots/consent.txt"
mv "$shots/deed-1.txt" "$shots/deed.txt"

# plain: what is other every day is the same: digits, words of a digest, on
# as many lines as they need;
# who is named how, the last results and the keys under them are left out.
plain() {
	sed -E '/^-- just now/,$d' | sed -E '/^ {7,}[A-Za-z]+( [A-Za-z]+){0,7} *$/d; /^ WHO /d; /^ *$/d; s/[0-9]/0/g; s/by -0+ s/by 0 s/; s/by 0+ s/by 0 s/; s/^(#    )[A-Za-z]+ [A-Za-z]+ [A-Za-z]+ [A-Za-z]+ *#$/\1words #/; s/ +$//; s/0[0-9a-f]*[a-f][0-9a-f]*/0/g; s, demo / [0-9a-f]+ , demo / 0 ,; s/ +(.?)$/ \1/'
}
# shown NAME: the block behind <!-- screen NAME -->.
shown() {
	awk -v mark="<!-- screen $1 -->" '
	$0 == mark { on = 1; next }
	on && /^```/ { if (++n == 2) exit; next }
	on { print }' "$guide"
}
same() {
	sed 's/ *$//' "$shots/$1.txt" | plain >"$TMPDIR/today"
	shown "$1" | plain >"$TMPDIR/then"
	[ -s "$TMPDIR/then" ] && diff "$TMPDIR/then" "$TMPDIR/today"
}
if [ "${1:-}" = write ]; then
	awk -v shots="$shots" '
	skip && /^```$/ { if (++n == 2) { skip = 0 } next }
	skip { next }
	{ print }
	/^<!-- screen / {
		print "```"
		file = shots "/" $3 ".txt"
		while ((getline line < file) > 0) {
			sub(/ +$/, "", line)
			print line
		}
		print "```"
		skip = 1
		n = 0
	}' "$guide" >"$TMPDIR/guide" && cp "$TMPDIR/guide" "$guide"
fi
for s in $(sed -n 's/^<!-- screen \([a-z]*\) -->$/\1/p' "$guide"); do
	check "screen $s" same "$s"
done
check "four screens" [ "$(grep -c '^<!-- screen ' "$guide")" = 4 ]

# The commands: pinned anew, checked, verified with the heads of the day.
cp -r docs/ceremonies/br-tls "$TMPDIR/my-day"
echo "# one line more" >>"$TMPDIR/my-day/plan.yaml"
cd_check() {
	"$BUILD/bin/tachiai-verify" check "$TMPDIR/my-day/script.yaml" \
	    "$TMPDIR/my-day/plan.yaml" "$TMPDIR/my-day/profiles.yaml"
}
refuse "a plan that is not the pinned one" cd_check
check "pinned" docs/ceremonies/pin "$TMPDIR/my-day"
check "checked" cd_check
check "verified with its heads" "$BUILD/bin/tachiai-verify" \
    --heads "$day/heads" "$day/volume"
check "and with a shell alone" "$day/volume/verify.sh" \
    --heads "$day/heads" "$day/volume"
check "ceremony(7): the state" "$BUILD/bin/tachiai-verify" state "$day/volume"
sums() { (cd "$day/out" && sha256sum --check --quiet SHA256SUMS); }
check "bundle(5): the sums" sums
check "bundle(5): the bundle" "$BUILD/bin/tachiai-verify" bundle "$day/out"
swap() { cp "$day/out/root.pem" "$day/out/intermediate.pem"; }
check "a file is exchanged" swap
refuse "and the bundle refused" "$BUILD/bin/tachiai-verify" bundle "$day/out"
finish
