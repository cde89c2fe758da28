#!/bin/sh
# SPDX-License-Identifier: MIT
# The printed transcript of a sealed volume, and from its pages back to the
# verdict: clean and bad scans, pages missing, swapped, foreign, altered.
# STRIDE: every how many pages (make paper: 1).
. tests/lib.sh
: "${STRIDE:=7}" "${VOLUME:=tests/volumes/br-tls/volume}"
: "${OTHER:=tests/volumes/enterprise/volume}"
verify=$BUILD/bin/tachiai-verify
work=$TMPDIR/paper
mkdir -p "$work"

made() {
	"$verify" transcript "$VOLUME" -o "$work/a.pdf" &&
	    "$verify" transcript "$VOLUME" -o "$work/b.pdf" &&
	    cmp "$work/a.pdf" "$work/b.pdf"
}
subsets() { # FILE: every font is an embedded subset
	pdffonts "$1" >"$work/fonts" 2>"$work/fonts.err" &&
	    [ ! -s "$work/fonts.err" ] &&
	    [ "$(tail -n +3 "$work/fonts" | wc -l)" = 4 ] &&
	    ! tail -n +3 "$work/fonts" | grep -v ' yes yes yes '
}
blank() {
	d=docs/ceremonies/$1
	"$verify" blank "$d/script.yaml" "$d/plan.yaml" "$d/profiles.yaml" \
	    -o "$work/blank.pdf" >"$work/blank" && subsets "$work/blank.pdf"
}
check "the transcript, the same bytes twice" made
check "embedded subsets" subsets "$work/a.pdf"
check "blank script br-tls" blank br-tls
check "blank script enterprise" blank enterprise

pages=$(pdfinfo "$work/a.pdf" | sed -n 's/^Pages: *//p')
head=$("$verify" "$VOLUME" 2>/dev/null | sed -n 's/.*sealed at \([0-9]*\).*/\1/p')
hash=$(sed -n "$((head + 1))s/ .*//p" "$VOLUME/transcript.log")
echo "$head $hash" >"$work/heads"
pdftotext -layout "$work/a.pdf" "$work/text"

image() { # DPI PAGE: its file
	pdftoppm -r "$1" -gray -f "$2" -l "$2" "$work/a.pdf" "$work/i" &&
	    mv "$work"/i-*.pgm "$work/$1.$2.pgm"
}
# The codes of every page, one file a page, from clean scans of 150 dots.
codes() {
	for p in $(seq "$pages"); do
		image 150 "$p" &&
		    "$verify" paper --codes "$work/150.$p.pgm" \
		    >"$work/code.$p" && [ -s "$work/code.$p" ] || return 1
	done
}
whole() {
	"$verify" paper "$@" >"$work/said" || { cat "$work/said"; return 1; }
	grep -q "^OK $((head + 1)) entries on $pages pages, head $hash\$" \
	    "$work/said"
}
# except P: the codes of all other pages.
except() {
	for q in $(seq "$pages"); do
		[ "$q" = "$1" ] || cat "$work/code.$q"
	done >"$work/others"
}
says() { # WORDS FILE...: not good, and says so
	words=$1
	shift
	"$verify" paper "$@" >"$work/said" && return 1
	grep -qF "$words" "$work/said" || { cat "$work/said"; return 1; }
}
check "codes of all $pages pages at 150 dots" codes
check "the whole document, from its pictures" whole "$work"/150.*.pgm
in_guide() {
	grep -qF "    OK $((head + 1)) entries on $pages pages, head $(echo \
	    "$hash" | cut -c1-8)..." docs/AUDIT.md &&
	    grep -qF "    $(grep '^origin ' "$work/said")" \
		docs/AUDIT.md
}
check "which docs/AUDIT.md says, too" in_guide
check "with a remembered head" whole --heads "$work/heads" "$work"/code.*
words=$(pdftotext -layout -f "$pages" -l "$pages" "$work/a.pdf" - |
    grep -E '^ *[A-Za-z]+( [A-Za-z]+){7} *$' | head -n 4 | tr '\n' ' ')
check "with the 32 words of the last page" \
    whole --words "$words" "$work"/code.*
check "other words" says pages.words --words \
    "$(echo "$words" | awk '{ $31 = $29; print }')" "$work"/code.*
echo "$head $(echo "$hash" | tr 0-9a-f 1-9a-f0)" >"$work/other"
check "another head" says pages.head --heads "$work/other" "$work"/code.*
lines() {
	"$verify" paper --lines "$work"/code.* >"$work/lines" &&
	    head -n "$((head + 1))" "$VOLUME/transcript.log" |
	    cmp - "$work/lines"
}
check "the record again, byte for byte" lines
# docs/AUDIT.md, "By hand": nothing but standard tools.
by_hand() { # PAGE
	sort -t/ -k4n "$work/code.$1" | sed 's,^TC1/[0-9]*/[0-9]*/[0-9]*/[0-9]*/,,' |
	    tr -d '\n' >"$work/page"
	while [ $(($(wc -c <"$work/page") % 8)) != 0 ]; do
		printf '=' >>"$work/page"
	done
	base32 -d <"$work/page" | gzip -d >"$work/hand" || return 1
	p=$(sed -n '2s/.* //p' "$work/hand")
	tail -n +3 "$work/hand" >"$work/entries"
	while IFS= read -r line; do
		p=$(printf '%s %s\n' "$p" "$line" | sha256sum | cut -c1-64)
	done <"$work/entries"
	pdftotext -layout -f "$1" -l "$1" "$work/a.pdf" - |
	    grep -q "^ends at [0-9]* *$p"
}
check "by hand, to the hash at the foot" by_hand "$((pages - 4))"
check "the text layer" whole --text "$work/text" "$work"/code.*

# Bad scans: each picked page alone is bad, its codes are read all the same.
treat() { # HOW PGM: a file
	out=$2.$1
	case $1 in
	turned) pnmrotate -background=white 1.5 "$2" ;;
	upside) pamflip -rotate180 "$2" ;;
	blurred) pnmsmooth "$2" 2>/dev/null ;;
	noisy) pamfunc -multiplier=.7 "$2" | pamfunc -adder=40 | pamtopnm |
	    tests/paper/noise 12 ;;
	jpeg) pnmtojpeg -quality=60 "$2" ;;
	png) pnmtopng "$2" 2>/dev/null ;;
	clean) cat "$2" ;;
	worse) pnmrotate -background=white 1.5 "$2" | pnmsmooth 2>/dev/null |
	    pnmtojpeg -quality=60 ;;
	esac >"$out" && echo "$out"
}
page() { # DPI HOW PAGE
	file=$(image "$1" "$3" && treat "$2" "$work/$1.$3.pgm") &&
	    "$verify" paper --codes "$file" | sort >"$work/got" &&
	    sort "$work/code.$3" | cmp - "$work/got"
	code=$?
	rm -f "$work/$1.$3".pgm*
	return $code
}
# Treatments go round, so that few pages meet all of them.
set -- "200 turned" "200 jpeg" "300 worse" "150 upside" "200 blurred" \
    "300 noisy" "200 png" "300 clean"
for p in $(seq 1 "$STRIDE" "$pages") "$((pages / 2))" "$((pages - 3))"; do
	[ "$STRIDE" = 1 ] || { set -- "$@" "$1"; }
	for how in "$@"; do
		# shellcheck disable=SC2086 # two words
		check "page $p, $how" page $how "$p"
		[ "$STRIDE" = 1 ] || { shift; break; }
	done
done

# The printer's pages: drawn by another interpreter, the same codes and, but
# for the edges of letters, the same dots as the PDF's.
"$verify" transcript "$VOLUME" -o "$work/a.ps" >/dev/null
drawn() { # FILE PAGE OUT: by ghostscript
	gs -q -dSAFER -dBATCH -dNOPAUSE -sDEVICE=pgmraw -r150 \
	    -dTextAlphaBits=4 -dGraphicsAlphaBits=4 -sPageList="$2" \
	    -sOutputFile="$work/drawn" "$work/$1" &&
	    pamtopnm <"$work/drawn" >"$work/$3.pgm" # without its comment
}
far() { # A B: how far two pictures are from each other, in 1/1000
	pamarith -difference "$work/$1.pgm" "$work/$2.pgm" |
	    pamsumm -mean -brief | awk '{ printf "%d\n", 1000 * $1 }'
}
postscript() { # PAGE
	drawn a.ps "$1" ps && drawn a.pdf "$1" pdf &&
	    "$verify" paper --codes "$work/ps.pgm" | sort >"$work/got" &&
	    sort "$work/code.$1" | cmp - "$work/got" &&
	    [ "$(far ps pdf)" -lt 1200 ]
}
for p in $(seq 1 "$STRIDE" "$pages") "$pages"; do
	check "page $p as PostScript" postscript "$p"
done
other_page() { drawn a.pdf 2 pdf && [ "$(far ps pdf)" -gt 4000 ]; }
check "another page is far from it" other_page

# Pages missing, swapped, from another ceremony, altered.
other() { # PAGE: the same page of a ceremony that was not this one
	p=$(((($1 - 1) % others) + 1))
	[ -s "$work/other.$p" ] || {
		pdftoppm -r 150 -gray -f "$p" -l "$p" "$work/o.pdf" "$work/o" &&
		    "$verify" paper --codes "$work"/o-*.pgm >"$work/other.$p"
		rm -f "$work"/o-*.pgm
	}
	# As if that one had as many pages, too: the number tells nothing.
	sed "s,^TC1/[0-9]*/[0-9]*/,TC1/$1/$pages/," "$work/other.$p"
}
"$verify" transcript "$OTHER" -o "$work/o.pdf" >/dev/null
others=$(pdfinfo "$work/o.pdf" | sed -n 's/^Pages: *//p')
for p in $(seq 1 "$STRIDE" "$pages"); do
	except "$p"
	check "page $p is missing" \
	    says "Page $p is missing" "$work/others"
	other "$p" >"$work/foreign"
	check "page $p is of another ceremony" \
	    says "foreign is page $p of another document" "$work/others" \
	    "$work/foreign"
	sed -n 1p "$work/code.$p" >"$work/half"
	[ "$(wc -l <"$work/code.$p")" = 1 ] ||
	    check "half of page $p" says pages.codes "$work/others" "$work/half"
done
# Two pages exchange their numbers: their ends do not meet.
swap() {
	a=$1 b=$(($1 + 1))
	except "$a"
	grep -v "^TC1/$b/" "$work/others" >"$work/rest"
	sed "s,^TC1/$a/,TC1/$b/," "$work/code.$a" >"$work/swapped"
	sed "s,^TC1/$b/,TC1/$a/," "$work/code.$b" >>"$work/swapped"
	says pages.join "$work/rest" "$work/swapped"
}
first=$(grep -l '/1/2/' "$work"/code.* | sed 's,.*\.,,' | sort -n | head -n 1)
for p in $(seq "$((first + 1))" "$STRIDE" "$((pages - 5))"); do
	check "pages $p and $((p + 1)) exchanged" swap "$p"
done
altered() { # SED: one character of the text
	sed "$1" "$work/text" >"$work/altered"
	cmp -s "$work/text" "$work/altered" && return 1
	says "$2" --text "$work/altered" "$work"/code.*
}
# Every page, comment too, against the volume: one character of each.
one_character() { # PAGE
	awk -v RS='\f' -v p="$1" 'NR == p {
		n = int(length($0) / 2)
		while (n > 1 && substr($0, n, 1) !~ /[A-Za-z0-9]/) n--
		c = substr($0, n, 1) == "x" ? "y" : "x"
		$0 = substr($0, 1, n - 1) c substr($0, n + 1)
	} { printf "%s\f", $0 }' "$work/text" >"$work/one"
	cmp -s "$work/text" "$work/one" && return 1
	"$verify" paper --text "$work/one" --volume "$VOLUME" \
	    "$work"/code.* >"$work/said" && return 1
	grep -q "age $1 .*(pages.text" "$work/said"
}
check "the text of every page, made again from the volume" \
    whole --text "$work/text" --volume "$VOLUME" "$work"/code.*
refuse "which names no page that was left out" grep -q "^note: without --volume" \
    "$work/said"
for p in $(seq 1 "$STRIDE" "$pages") 1 "$pages"; do
	check "one character of page $p" one_character "$p"
done
check "without the volume the pages of comment are named" \
    whole --text "$work/text" "$work"/code.*
check "as not compared" grep -q "not compared, on pages 1–" "$work/said"
check "another volume" says pages.head --text "$work/text" --volume "$OTHER" \
    "$work"/code.*
check "text not machine-checked, and how many to draw" whole "$work"/code.*
check "is said" grep -q "^note: text not machine-checked: .* draw [0-9]* at" \
    "$work/said"
check "one letter of the text" altered 's/Step 1.1 began/Step 1.1 begun/' \
    pages.text
check "one digit of a digest" altered '/was admitted:/,/\.$/s/0/1/' pages.text
check "a line too much" altered 's/Step 1.1 began/& twice/' pages.text-more
finish
