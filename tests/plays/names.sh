#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/plays/names.sh: people whose names are not ASCII, or have the same
# letters, are enrolled and act at the real console; what stands in the
# transcript are their names, and ids that are nobody else's.
. tests/lib.sh
. tests/plays/enrolled
log=$V/a/transcript.log
# Where the cast types a name of its own, these people type theirs.
name() { # CODE KEYS
	printf '\ton "] %s becomes" and "name [___" do type %s<Enter>%s<Enter>\n' \
	    "$1" "$2" '旅券<Enter>佐藤 SM1<Enter>2026-11-20<Enter>'"$1"
}
{
	name CA1 '山田 花男<Backspace>子'
	name CA2 'Sato Jiro'
	name CA3 'SATO Jiro'
	name RA1 '佐藤 次郎<Left><Left><Del>一<End>'
} >"$TMPDIR/names"
awk -v names="$TMPDIR/names" '/becomes" and "name \[/ {
	while ((getline line < names) > 0)
		print line
	sub(/name \[___"/, "& and not \"] CA{one} becomes\" and not \"] RA1 becomes\"")
} { print }' tests/plays/cast.play >"$TMPDIR/cast.play"
cat >"$TMPDIR/names.play" <<END
patience 30
set goal Bring HSM1 from
until "known here as {id}"
$(sed 1,/^until/d "$TMPDIR/cast.play")
wait "known here as ca1"
END
sed "s,include cast.play,include $TMPDIR/cast.play," tests/plays/enrolled.play \
    >"$TMPDIR/enrolled.play"
mkdir -p "$V/a" "$V/b" "$V/IN"
check "they are enrolled" play "$TMPDIR/enrolled.play"
person() { # NAME ID CODE
	grep '"ev":"custodian.enroll"' "$log" | grep "\"code\":\"$3\"" |
	    grep "\"name\":\"$1\"" | grep -q "\"person\":\"$2\""
}
check "a name without a letter: the code" person "山田 花子" ca1 CA1
check "letters" person "Sato Jiro" sato-jiro CA2
check "the same letters: a number" person "SATO Jiro" sato-jiro-2 CA3
check "edited, whole characters at a time" person "佐藤 一郎" ra1 RA1
check "what else was typed" grep -q '"seen_by":"佐藤 SM1"' "$log"
check "the stick says so" grep -qx "name: 山田 花子" "$V/CA1/ca1.tachiai.pem"

printf 'set goal 4.2 21/29\ninclude %s\ntype q\nwait "Enter leaves"\n' \
    "$TMPDIR/cast.play" >"$TMPDIR/key.play"
printf 'type <Enter>\nexit 0\n' >>"$TMPDIR/key.play"
check "they consent, and a key is made" play "$TMPDIR/key.play"
check "by them" grep -q '"by":\["op/ca1"\].*"ev":"consent"' "$log"
check "the transcript holds" "$verify" "$V/a"
check "for a shell, too" "$V/a/verify.sh" "$V/a"
finish
