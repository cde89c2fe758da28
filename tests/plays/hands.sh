#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/plays/hands.sh: files that are refused say where, at the real console;
# then steps of the hands: values that must be as the script says, one text
# for each of several people, a branch.
. tests/lib.sh
V=$TMPDIR/day
mkdir -p "$V/volume" "$V/IN"
play() { # PLAY DIR: the three files of this folder
	"$BUILD/tests/play" -q -p 40 -D "place=$3" "tests/plays/hands/$1.play" \
	    -- "$BUILD/bin/tachiai" --volume "$V/volume" \
	    --script "$2/script.yaml" --plan "$2/plan.yaml" \
	    --profiles "$2/profiles.yaml" --stick "IN=$V/IN" \
	    ${CLOCK:+--clock "$CLOCK"}
}
mine() { # NAME: a copy of the files
	rm -rf "${V:?}/$1"
	cp -r tests/ceremonies/hands "$V/$1"
}
line() { # FILE TEXT: of its first line with the text
	grep -n -m 1 -- "$2" "$1" | cut -d : -f 1
}
has() { grep -q -- "$1" "$V/volume/transcript.log"; }

mine bad
sed -i '0,/, consent: quorum/s///' "$V/bad/script.yaml"
at=$(line "$V/bad/script.yaml" 'do: run')
check "a finding of the checker stands at its line" \
    play refused "$V/bad" "script.yaml:$at:9:"
check "it is the checker's own" sh -c "! '$BUILD/bin/tachiai-verify' check \
    '$V/bad/script.yaml' '$V/bad/plan.yaml' '$V/bad/profiles.yaml' |
    grep -q '^OK'"
check "an entry says which file" \
    has '"name":"script.yaml","why":"files.no-consent"'
mine key
sed -i 's/^plan:/plam:/' "$V/key/plan.yaml"
at=$(line "$V/key/plan.yaml" plam)
check "one of the parser too" play refused "$V/key" "plan.yaml:$at:1:"
check "in an entry" has '"name":"plan.yaml","why":"files.unknown-key"'
at=$(line tests/ceremonies/next/plan.yaml 'tokens:')
check "what the volume has not stands in the plan" \
    play refused tests/ceremonies/next "plan.yaml:$at:"
check "in an entry" has '"name":"plan.yaml","why":"plan.expected"'

cp -r docs/ceremonies/br-tls "$V/lint"
sed -i '0,/subject: {/s//subject: {OU: Root Operations, /' "$V/lint/profiles.yaml"
docs/ceremonies/pin "$V/lint"
at=$(line "$V/lint/profiles.yaml" '^  root-p384:')
check "what the trial refuses, at its profile" \
    play refused "$V/lint" "profiles.yaml:$at:"
check "in an entry" has '"ev":"lint.refused"'

# Nobody answers where the machine's clock should be set.
CLOCK=$V/nobody
check "steps of the hands" \
    play hands tests/ceremonies/hands "$(date -u -d '+2 hours' +%H:%M)"
CLOCK=
check "that the machine's clock was not set is an entry" \
    has '"what":"clock-not-set"'
check "a value that differs is an entry" \
    has '"field":"first","step":"1.3","value":"4418"'
check "and opened a deviation" has '"ev":"deviation.open".*4418'
check "each of them said so" has '"field":"each-3","step":"1.5","value":"y"'
check "the branch went elsewhere" has '"result":"otherwise","step":"1.6"'
refuse "over what lies between" has '"step":"1.7"'

# What the references said was ahead of this machine's clock.
refuse "the clock was never behind" has clock-behind
check "it opens behind the last entry" play behind tests/ceremonies/hands -
check "which is an entry" has '"what":"clock-behind"'
check "and time did not run back" "$BUILD/bin/tachiai-verify" "$V/volume"
finish
