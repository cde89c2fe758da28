#!/bin/bash
# SPDX-License-Identifier: MIT
# verify.sh [--heads FILE] VOLUME: the auditor's recipe for a Tachiai
# transcript, with bash, sha256sum, openssl, jq, xxd, base64 and awk alone.
# FORMAT.txt beside it says what is checked and why.
#
#   OK N entries, sealed at S, head H      exit 0 (or "sealed at none")
#   FAIL: entry N: what                    exit 1; usage 2; world 3
#
# The root of trust is not in the file: compare the printed key digests
# (stderr) with the paper enrolment sheet.
set -u
export LC_ALL=C.UTF-8
ZERO=0000000000000000000000000000000000000000000000000000000000000000
HALF=7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8

heads=''
if [ "${1:-}" = --heads ] && [ $# -ge 2 ]; then
	heads=$2
	shift 2
fi
if [ $# != 1 ]; then
	echo "usage: verify.sh [--heads FILE] VOLUME" >&2
	exit 2
fi
# A tool that is missing is no verdict about the volume.
for tool in sha256sum openssl jq xxd base64 awk; do
	command -v "$tool" >/dev/null ||
	    { echo "verify.sh: install $tool first" >&2; exit 3; }
done
vol=$1
log=$vol/transcript.log
for f in "$log" ${heads:+"$heads"}; do
	[ -r "$f" ] || { echo "verify.sh: cannot read $f" >&2; exit 3; }
done
# A volume holds files: no links, no pipes.
own() {
	[ -f "$1" ] && [ ! -L "$1" ] && [ -r "$1" ]
}
own "$log" || { echo "verify.sh: $log is not a file" >&2; exit 3; }
if [ -n "$heads" ] && { LC_ALL=C grep -qvE '^[0-9]{1,15} [0-9a-f]{64}$' \
    "$heads" || [ -n "$(tr -dc '\000' <"$heads" | xxd -p)" ]; }; then
	echo "verify.sh: $heads: lines are 'INDEX HASH'" >&2
	exit 3
fi
tmp=$(mktemp -d) || exit 3
trap 'rm -rf "$tmp"' EXIT

fail() {
	echo "FAIL: entry $1: $2"
	exit 1
}

sha() {
	local h
	h=$(sha256sum)
	echo "${h%% *}"
}

# ---------------------------------------------------------------- 1. form
# Phases 1 and 2 look at the whole file; what they find first wrong is told
# only after the entries before it have passed phase 3.
stop='' why=''
note_stop() {
	if [ -z "$stop" ] || [ "$1" -lt "$stop" ]; then
		stop=$1 why=$2
	fi
}

[ -s "$log" ] || fail 0 "the transcript has no entry"
lines=$(wc -l <"$log")
if [ -n "$(tail -c 1 "$log" | tr -d '\n')" ] ||
    [ "$(tail -c 1 "$log" | xxd -p)" = 00 ]; then
	note_stop "$lines" "the end is no whole line"
fi
bad=$(LC_ALL=C awk '
	length($0) + 1 > 16384 || substr($0, 1, 64) ~ /[^0-9a-f]/ ||
	    substr($0, 65, 2) != " {" || /[\001-\037\177]/ ||
	    /\302[\200-\237]/ { print NR - 1; exit }' "$log")
[ -z "$bad" ] || note_stop "$bad" "not the form of a line"
bad=$(tr -d '\000' <"$log" | cmp "$log" - 2>/dev/null |
    awk '{ print $NF - 1 }')
[ -z "$bad" ] || note_stop "$bad" "a NUL byte"
head -n "${stop:-$lines}" "$log" | LC_ALL=C cut -c 66- >"$tmp/json"
jq -cS . <"$tmp/json" >"$tmp/canon" 2>/dev/null
if ! cmp -s "$tmp/json" "$tmp/canon"; then
	bad=$(cmp "$tmp/json" "$tmp/canon" 2>/dev/null | awk '{ print $NF }')
	[ -n "$bad" ] || bad=$(($(wc -l <"$tmp/canon") + 1))
	note_stop $((bad - 1)) "not the one encoding of its JSON"
fi
head -n "${stop:-$lines}" "$tmp/json" >"$tmp/good"

# ---------------------------------------- 2. members, types, order, texts
# The tables of events are objects that the genesis names, and each
# format.upgrade for the entries behind it.
take_table() { # from, digest
	case $2 in ''|*[!0-9a-f]*) return 1 ;; esac
	own "$vol/objects/$2" &&
	    [ "$(sha <"$vol/objects/$2")" = "$2" ] &&
	    jq -c --argjson from "$1" '{from: $from, rows: (.events |
		map({key: .name, value: .}) | from_entries)}' \
		"$vol/objects/$2" >>"$tmp/tables" 2>/dev/null
}
table=$(head -n 1 "$tmp/good" | jq -r '.d.table // ""' 2>/dev/null)
take_table 0 "$table" ||
    fail 0 "the table of events that the genesis names is not here"
jq -r 'select(type == "object" and .ev == "format.upgrade" and .rc == "ok") |
    "\(.n) \(.d.table)"' <"$tmp/good" >"$tmp/upgrades" 2>/dev/null
while read -r n table; do
	take_table $((n + 1)) "$table" ||
	    fail "$n" "the table of events that it names is not here"
done <"$tmp/upgrades"

cat >"$tmp/rules.jq" <<'JQ'
["service-owner", "operations-manager", "ca-administrator", "ra-officer",
 "log-examiner", "witness", "auditor"] as $roles |

def is_time: test("\\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z\\z") and
    ((try (fromdate | todate) catch "") == .);
def is_b64: test("\\A([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]" +
    "[AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)\\z");
def is_id: test("\\A[A-Za-z0-9._-]{1,64}\\z");
def is_sha: test("\\A[0-9a-f]{64}\\z");
def fits($t):
    if $t == "int" then type == "number"
    elif $t == "obj" then type == "object"
    elif $t == "arr" then type == "array"
    elif type != "string" then false
    elif $t == "id" then is_id
    elif $t == "name" then test("\\A[a-z0-9-]{1,32}\\z")
    elif $t == "role" then (. as $r | $roles | index($r) != null)
    elif $t == "text" then utf8bytelength <= 512
    elif $t == "time" then is_time
    elif $t == "sha" then is_sha
    elif $t == "hex" then test("\\A([0-9a-f]{2}){1,64}\\z")
    elif $t == "b64" then length <= 8192 and is_b64
    else false end;
def is_count: type == "number" and . >= 0;
def distinct: (unique | length) == length;

# JSON beyond what `jq -cS` settles: no true, false, null or fractions.
def profile_ok:
    ([.. | select(type == "boolean" or type == "null" or
        (type == "number" and (. != floor or tostring == "-0" or
        . > 9007199254740991 or . < -9007199254740991)))] | length == 0)
    and ([.. | objects | keys[] | select(test("\\A[a-z0-9_]+\\z") | not)]
        | length == 0)
    and ([path(.. | select(type == "object" or type == "array")) | length]
        | max < 6);

def att_ok: type == "array" and length > 0 and length <= 32 and
    all(.[]; type == "object" and
        keys == ["name", "sha256", "size", "type"] and
        (.name | type == "string" and is_id) and
        (.sha256 | type == "string" and is_sha) and
        (.size | is_count and . <= 67108864) and
        (.type | type == "string" and test("\\A[a-z0-9./+-]{1,64}\\z")))
    and (map(.name) | distinct);
def names_ok($re): type == "array" and length <= 32 and
    all(.[]; type == "string" and test($re)) and distinct;

def members_ok:
    (keys - ["att", "by", "d", "ev", "m", "n", "r", "rc", "s", "said", "t",
        "txt"] == []) and
    (["by", "ev", "m", "n", "r", "rc", "s", "t", "txt"] - keys == []) and
    (.by | names_ok("\\Aop/[a-z0-9-]{1,32}\\z")) and
    (.ev | type == "string" and test("\\A[a-z0-9._-]{1,64}\\z")) and
    all(.m, .n, .s; is_count) and
    (.r | type == "string" and test("\\A[0-9a-f]{32}\\z")) and
    (.rc | . == "ok" or . == "fail" or . == "denied" or . == "aborted") and
    (.t | type == "string" and is_time) and
    (.txt | type == "string" and utf8bytelength <= 1024) and
    ((has("att") | not) or (.att | att_ok)) and
    ((has("d") | not) or (.d | type == "object" and length > 0)) and
    ((has("said") | not) or
        (.said | length > 0 and names_ok("\\A[A-Za-z0-9._-]{1,64}\\z")));

def data_ok($row): (.d // {}) as $d | .rc as $rc |
    (($d | keys) - ($row.fields | map(.name)) == []) and
    all($row.fields[]; . as $f | if $d | has($f.name)
        then ($d[$f.name] | fits($f.type))
        else $rc != "ok" or $f.optional == 1 end) and
    (.by != [] or .rc != "ok" or ($row.by | index("appliance") != null));

def value: if type == "null" or type == "object" then "-"
    elif type == "array" then map(if type == "string" or type == "number"
        then tostring else "-" end) | join(", ")
    else tostring end;
def cut: if utf8bytelength <= 1024 then . else .[:-1] | cut end;
def sentence($en; $d): reduce ([$en | match("\\{([a-z0-9_]+)\\}"; "g")] |
    reverse[]) as $m ($en; .[:$m.offset] +
        ($d[$m.captures[0].string] | value) + .[$m.offset + $m.length:])
    | cut;

def order($at; $was): . as $x |
    ($x.ev == "sitting.open") as $opens |
    (if $opens then $was.sitting + 1 else $was.s end) as $s |
    if $x.n != $at then "n is not \($at)"
    elif ($x.n == 0) != ($x.ev == "genesis") then "genesis"
    elif $x.s != $s or ($opens and $x.d.sitting != $s) then "s is not \($s)"
    elif ($opens | not) and $x.m < $was.m then "m fell"
    else "" end;

def row: . as $x | [$tables[] | select(.from <= $x.n)] | last |
    .rows[$x.ev];
def verdict($at; $was):
    if type != "object" or (profile_ok | not) then "not in the profile"
    elif members_ok | not then "its members"
    elif row == null then "a kind that the table does not have"
    elif data_ok(row) | not then "its data"
    elif .txt != sentence(row.en; .d // {}) then
        "its sentence does not fit its data"
    else order($at; $was) end;

def say: [.n, .ev, .rc, .s, .m, .t, (.by | join(" ")), .txt,
    ((.d.alg, .d.name, .d.root, .d.sig, .d.size, .d.time, .d.spki, .d.sign,
    .d.person, .d.role, .d.epoch, .d.asked, .d.asked_n, .d.seen, .d.seen_n,
    .d.doc, .d.m, .d.purpose, .d.origin) | . // "" | tostring),
    (if .ev == "custodian.enroll" then .d.roles // [] | map(tostring) |
        join(" ") elif .ev == "sitting.open" then .d.memories // [] |
        map(objects | select(.lost == 1) | "\(.n):\(.head)") | join(" ")
        else "" end),
    ((.att // []) | map("\(.sha256):\(.size)") | join(" "))]
    | map(tostring) | join("\u001f");

foreach inputs as $x ({at: -1, s: 0, m: 0, sitting: -1, bad: ""};
    .at += 1 | .x = $x | . as $was |
    .bad = ($x | verdict($was.at; $was)) |
    if .bad == "" then .s = $x.s | .m = $x.m |
        if $x.ev == "sitting.open" then .sitting = $x.s else . end
    else . end;
    if .bad == "" then $x | say else "BAD \(.at) \(.bad)", halt end)
JQ
jq -nr --slurpfile tables "$tmp/tables" -f "$tmp/rules.jq" <"$tmp/good" \
    >"$tmp/fields" 2>"$tmp/error"
told=$(tail -n 1 "$tmp/fields")
if [ "${told#BAD }" != "$told" ]; then
	told=${told#BAD }
	note_stop "${told%% *}" "${told#* }"
elif [ "$(wc -l <"$tmp/fields")" != "$(wc -l <"$tmp/good")" ]; then
	note_stop "$(wc -l <"$tmp/fields")" "the rules do not apply to it"
fi

# ------------------------------------------- 3. chain, signatures, seals
declare -A key alg spki roles cosigned lost
hashes=() stack=() level=() heads_at=()
sealed=none state=shut quorum=2 roster=no origin='' epoch=''
check_size='' check_root='' at=0 prev=$ZERO last_t='' last_m='' last_s=''

node() { # LEFT RIGHT: the node over both, in $h
	h=$(printf '01%s%s' "$1" "$2" | xxd -r -p | sha256sum)
	h=${h%% *}
}

push_leaf() { # LINE
	local h k=0 n=${#stack[@]}
	h=$(printf '\0%s\n' "$1" | sha256sum)
	h=${h%% *}
	while [ "$n" -gt 0 ] && [ "${level[n - 1]}" = $k ]; do
		node "${stack[n - 1]}" "$h"
		unset "stack[n-1]" "level[n-1]"
		n=$((n - 1)) k=$((k + 1))
	done
	stack[n]=$h level[n]=$k
}

root() {
	local n=${#stack[@]} h
	h=${stack[n - 1]}
	for ((n -= 2; n >= 0; n--)); do
		node "${stack[n]}" "$h"
	done
	printf '%s' "$h" | xxd -r -p | base64 -w 0
}

# One DER encoding of (r, s); with "low", s is at most half of the order.
ecdsa_good() {
	local h=$1 i=4 len part
	[ ${#h} -le 144 ] && [ ${#h} -ge 16 ] && [ "${h:0:2}" = 30 ] &&
	    [ $((16#${h:2:2} * 2 + 4)) = ${#h} ] || return 1
	for part in r s; do
		[ "${h:i:2}" = 02 ] || return 1
		len=$((16#${h:i + 2:2}))
		i=$((i + 4))
		[ $len -ge 1 ] && [ $len -le 33 ] &&
		    [ $((i + len * 2)) -le ${#h} ] || return 1
		[ $((16#${h:i:2})) -lt 128 ] || return 1
		if [ $len -gt 1 ] && [ "${h:i:2}" = 00 ]; then
			[ $((16#${h:i + 2:2})) -ge 128 ] || return 1
		fi
		part=${h:i:len * 2}
		i=$((i + len * 2))
	done
	[ $i = ${#h} ] || return 1
	[ "${2:-}" = low ] || return 0
	while [ ${#part} -gt 64 ]; do part=${part:2}; done
	while [ ${#part} -lt 64 ]; do part=0$part; done
	[[ ! $part > $HALF ]]
}

# verify KEY ALG SIG(base64) [low], text on stdin
verify() {
	cat >"$tmp/text"
	printf '%s' "$3" | base64 -d >"$tmp/sig" 2>/dev/null || return 1
	case $2 in
	ed25519)
		[ "$(wc -c <"$tmp/sig")" = 64 ] &&
		    openssl pkeyutl -verify -pubin -inkey "$1" -rawin \
		    -in "$tmp/text" -sigfile "$tmp/sig" >/dev/null 2>&1 ;;
	ecdsa-p256)
		ecdsa_good "$(xxd -p "$tmp/sig" | tr -d '\n')" "${4:-}" &&
		    openssl dgst -sha256 -verify "$1" -signature "$tmp/sig" \
		    "$tmp/text" >/dev/null 2>&1 ;;
	*) return 1 ;;
	esac
}

object() { # SHA256: its bytes are there as they were
	own "$vol/objects/$1" && [ "$(sha <"$vol/objects/$1")" = "$1" ]
}

add_key() { # NAME ALG PEM-FILE ROLES
	local text want der
	[ -z "${key[$1]:-}" ] || fail "$at" "the key of $1 stands twice"
	text=$(openssl pkey -pubin -in "$3" -noout -text 2>/dev/null)
	case $2 in
	ed25519) want=ED25519 ;;
	*) want=prime256v1 ;;
	esac
	case $text in
	*"$want"*) ;;
	*) fail "$at" "the key of $1 is not of $2" ;;
	esac
	der=$(openssl pkey -pubin -in "$3" -outform DER 2>/dev/null | sha)
	key[$1]=$3 alg[$1]=$2 spki[$1]=$der roles[$1]=$4
	echo "key $1 $2 sha256 $der" >&2
}

enroll_custodian() {
	[ $roster = no ] || fail "$at" "enrolled after the roster was sealed"
	object "$f_sign" || fail "$at" "the certificate is not here"
	openssl x509 -inform DER -in "$vol/objects/$f_sign" -noout -pubkey \
	    >"$tmp/$f_person.pem" 2>/dev/null ||
	    fail "$at" "not a certificate"
	add_key "op/$f_person" ecdsa-p256 "$tmp/$f_person.pem" "$f_roles"
}

enroll_key() {
	if [ "$f_name" != log/transcript ]; then
		[ -n "${key[$f_name]:-}" ] &&
		    [ "$f_alg" = "${alg[$f_name]}" ] &&
		    [ "$f_spki" = "${spki[$f_name]}" ] ||
		    fail "$at" "not the key of $f_name"
		return
	fi
	[ $roster = no ] ||
	    fail "$at" "a transcript key after the roster was sealed"
	case $f_alg in
	ed25519 | ecdsa-p256) ;;
	*) fail "$at" "algorithm $f_alg" ;;
	esac
	object "$f_spki" || fail "$at" "the transcript key is not here"
	openssl pkey -pubin -inform DER -in "$vol/objects/$f_spki" \
	    >"$tmp/log.pem" 2>/dev/null || fail "$at" "not a public key"
	add_key log/transcript "$f_alg" "$tmp/log.pem" ''
	[ "${spki[log/transcript]}" = "$f_spki" ] ||
	    fail "$at" "not the one encoding of the transcript key"
}

# A quorum of CA administrators and an operations manager cosigned.
enough() {
	local p ca=0 om=no
	for p in "${!cosigned[@]}"; do
		case " ${roles[$p]} " in
		*" ca-administrator "*) ca=$((ca + 1)) ;;
		esac
		case " ${roles[$p]} " in
		*" operations-manager "*) om=yes ;;
		esac
	done
	[ $ca -ge "$quorum" ] && [ $om = yes ]
}

log_checkpoint() {
	local r want
	[ "$f_size" = $at ] || fail "$at" "a checkpoint of another size"
	[ "$f_time" = 0 ] && [ -z "$f_by" ] &&
	    [ "$f_alg" = "${alg[log/transcript]}" ] ||
	    fail "$at" "not a checkpoint of the transcript key"
	r=$(root)
	[ "$f_root" = "$r" ] || fail "$at" "the root does not hold"
	printf '%s\n%s\n%s\n' "$origin" "$at" "$r" |
	    verify "${key[log/transcript]}" "$f_alg" "$f_sig" low ||
	    fail "$at" "the signature of log/transcript does not hold"
	if [ $state = closing ] && enough; then
		# Everything but the signature follows from what precedes.
		want="{\"by\":[],\"d\":{\"alg\":\"$f_alg\",\"name\":\"log/"
		want+="transcript\",\"root\":\"$r\",\"sig\":\"$f_sig\","
		want+="\"size\":$at,\"time\":0},\"ev\":\"checkpoint.sign\","
		want+="\"m\":$last_m,\"n\":$at,\"r\":\"${ZERO:0:32}\","
		want+="\"rc\":\"ok\",\"s\":$last_s,\"t\":\"$last_t\","
		want+="\"txt\":\"$f_txt\"}"
		[ "$want" = "$json" ] ||
		    fail "$at" "the sealing entry is not what it must be"
		state=sealed sealed=$at
	fi
	cosigned=() check_size=$at check_root=$r
}

cosignature() {
	[ $state = closing ] && [ -n "$check_size" ] &&
	    [ "$f_size" = "$check_size" ] && [ "$f_root" = "$check_root" ] ||
	    fail "$at" "not over the last checkpoint of a closing sitting"
	[ "$f_by" = "$f_name" ] && [ "$f_alg" = "${alg[$f_name]}" ] &&
	    [ "$f_time" -gt 0 ] && [ -z "${cosigned[$f_name]:-}" ] ||
	    fail "$at" "not a cosignature of $f_name"
	printf 'cosignature/v1\ntime %s\n%s\n%s\n%s\n' "$f_time" "$origin" \
	    "$f_size" "$f_root" |
	    verify "${key[$f_name]}" "$f_alg" "$f_sig" low ||
	    fail "$at" "the signature of $f_name does not hold"
	cosigned[$f_name]=yes
}

statement() { # KIND
	local seen='- -'
	[ -n "${key[op/$f_person]:-}" ] && [ "$f_by" = "op/$f_person" ] ||
	    fail "$at" "the statement of somebody who is not enrolled"
	case " ${roles[op/$f_person]} " in
	*" $f_role "*) ;;
	*) fail "$at" "$f_person is not $f_role" ;;
	esac
	[ "$f_epoch" = "$epoch" ] || fail "$at" "of another epoch"
	[ "${hashes[$f_asked_n]:-}" = "$f_asked" ] ||
	    fail "$at" "asked over another story"
	if [ -n "$f_seen_n" ]; then
		[ "${hashes[$f_seen_n]:-}" = "$f_seen" ] ||
		    [ -n "${lost[$f_seen_n:$f_seen]:-}" ] ||
		    fail "$at" "$f_person remembers another story"
		seen="$f_seen_n $f_seen"
	fi
	printf 'tachiai/1 statement\n%s\n%s\n%s\n%s %s\n%s\n%s %s\n%s\n' \
	    "$1" "$origin" "$epoch" "$f_asked_n" "$f_asked" "$seen" \
	    "$f_person" "$f_role" "$f_doc" |
	    verify "${key[op/$f_person]}" ecdsa-p256 "$f_sig" ||
	    fail "$at" "the signature of $f_person does not hold"
}

one_entry() {
	case $f_ev in
	genesis) origin=$f_origin ;;
	sitting.open)
		state=open epoch=$f_epoch
		# While the roster is open, each sitting makes its own.
		[ $roster = yes ] || unset 'key[log/transcript]'
		for m in $f_roles; do lost[$m]=yes; done
		cosigned=() check_size='' ;;
	sitting.close)
		[ $state = open ] || fail "$at" "no sitting is open"
		state=closing cosigned=() check_size='' ;;
	close.unsealed) state=shut cosigned=() check_size='' ;;
	custodian.enroll) enroll_custodian ;;
	key.enroll) enroll_key ;;
	roster.seal)
		[ -n "${key[log/transcript]:-}" ] ||
		    fail "$at" "a roster without a transcript key"
		roster=yes ;;
	token.deal)
		if [ "$f_purpose" = user-pin ] && [ "$f_m" -gt $quorum ]; then
			quorum=$f_m
		fi ;;
	checkpoint.sign)
		[ -n "${key[$f_name]:-}" ] ||
		    fail "$at" "the key of $f_name is not enrolled"
		if [ "$f_name" = log/transcript ]; then
			log_checkpoint
		else
			cosignature
		fi ;;
	auth.login) statement login ;;
	roster.sign) statement roster ;;
	approve | csr.approve) statement approve ;;
	consent | witness | resolve | review) statement "$f_ev" ;;
	esac
}

if [ -n "$heads" ]; then
	while read -r n h || [ -n "$n" ]; do
		heads_at[10#$n]+=" $h"
	done <"$heads"
fi
exec 3<"$log"
while IFS=$'\x1f' read -r _ f_ev f_rc f_s f_m f_t f_by f_txt f_alg f_name \
    f_root f_sig f_size f_time f_spki f_sign f_person f_role f_epoch \
    f_asked f_asked_n f_seen f_seen_n f_doc f_dm f_purpose f_origin f_roles \
    f_att; do
	IFS= read -r line <&3 || break
	hash=${line:0:64} json=${line:65}
	[ "$stop" != $at ] || break
	f_dm=${f_dm:-0} f_m_entry=$f_m f_m=$f_dm
	h=$(printf '%s %s\n' "$prev" "$json" | sha256sum)
	[ "${h%% *}" = "$hash" ] ||
	    fail $at "its hash does not follow the line before it"
	hashes[at]=$hash
	for h in ${heads_at[at]:-}; do
		[ "$h" = "$hash" ] ||
		    fail $at "a remembered head is not in this copy"
	done
	[ "$f_rc" != ok ] || one_entry
	for a in $f_att; do
		o=$vol/objects/${a%%:*}
		own "$o" || fail $at "object ${a%%:*} is missing"
		[ "$(wc -c <"$o")" = "${a##*:}" ] && object "${a%%:*}" ||
		    fail $at "object ${a%%:*} is not as it was"
	done
	push_leaf "$line"
	prev=$hash last_t=$f_t last_m=$f_m_entry last_s=$f_s
	at=$((at + 1))
done <"$tmp/fields"
[ -z "$stop" ] || fail "$stop" "$why"
[ $at = "$lines" ] || fail $at "the recipe did not come to the end"

if [ -n "$heads" ]; then
	gone=$(awk -v n=$at '$1 >= n { print $1 + 0 }' "$heads" |
	    sort -n | head -n 1)
	[ -z "$gone" ] || fail "$gone" "a remembered head is not in this copy"
fi
if [ $sealed != none ] && [ $((sealed + 1)) -lt $at ]; then
	echo "note: entries $((sealed + 1)) to $((at - 1)) follow the seal" >&2
fi
echo "OK $at entries, sealed at $sealed, head $prev"
