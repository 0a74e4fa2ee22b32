#!/bin/sh
# shellcheck disable=SC2016,SC2086 # awk's own dollars; words that are numbers
# Verify this folder with nothing but a POSIX shell, openssl and the usual tools.
# 只用通用工具核验本文件夹，不需要任何档案软件。
#
#   sh verify.sh [signers.pem [authorities.pem]]
#
# The arguments are certificates that YOU trust, got from elsewhere. Without them those
# in trust/ are used, and then "who" is only as good as the source of this folder.
# 参数为您从其他渠道取得的受信任证书；不给参数时使用 trust/ 中所附证书，
# 此时“由谁签名”只与本文件夹的来源同样可信。
#
# Exit status: 0 if everything passed, 1 if anything failed, 2 if it could not run.
set -u
LC_ALL=C
export LC_ALL

# What the caller names is relative to where the caller is.
absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$PWD" "$1" ;; esac; }
SIGNERS='' AUTHORITIES=''
[ $# -ge 1 ] && SIGNERS=$(absolute "$1")
[ $# -ge 2 ] && AUTHORITIES=$(absolute "$2")
unset CDPATH
case $0 in */*) cd -- "${0%/*}" || exit 2 ;; esac
for tool in openssl awk od sed sort cmp find sha256sum mktemp diff comm xargs; do
    command -v "$tool" >/dev/null 2>&1 || { echo "缺少程序 missing program: $tool"; exit 2; }
done
T=$(mktemp -d) || exit 2
trap 'rm -rf "$T"' EXIT
trap 'exit 2' HUP INT TERM
FAILURES=0
SM2_ID=1234567812345678 # GM/T 0009: the signer's id where none is agreed on

passed() { printf '通过 PASSED  %s | %s\n' "$1" "$2"; }
failed() { printf '失败 FAILED  %s | %s\n' "$1" "$2"; FAILURES=$((FAILURES + 1)); }
note() { printf '说明 NOTE    %s | %s\n' "$1" "$2"; }
verdict() { # verdict STATUS ZH EN
    if [ "$1" -eq 0 ]; then passed "$2" "$3"; else failed "$2" "$3"; fi
}

# Digest of standard input by algorithm $1, in hex.
digest() { openssl dgst "-$1" -r 2>/dev/null | cut -d' ' -f1; }
# Bytes of the hex text on standard input.
unhex() {
    # shellcheck disable=SC2046,SC2059 # numbers, and a format made of escapes
    printf "$(printf '\\%03o' $(sed 's/../0x& /g'))"
}
# Digest of the document $2 by algorithm $1.
document() { digest "$1" <"./$2"; }
# $3 bytes of file $1 from offset $2 on.
piece() { tail -c "+$(($2 + 1))" "./$1" | head -c "$3"; }
# The node above the values $2… by algorithm $1 (RFC 4998, 4.2).
node() {
    node_by=$1
    shift
    if [ $# -eq 1 ]; then printf '%s\n' "$1"; return; fi
    printf '%s\n' "$@" | sort -u >"$T/values"
    # The same value twice can be read in two ways: no node at all.
    [ "$(wc -l <"$T/values")" -eq $# ] || return
    tr -d '\n' <"$T/values" | unhex | digest "$node_by"
}
has() { # has VALUE VALUES…
    wanted=$1
    shift
    for each in "$@"; do [ "$each" = "$wanted" ] && return 0; done
    return 1
}

# Read DER: print where the parts of an evidence record or of a CMS message are.
# Whoever reads `openssl asn1parse` instead can be fooled by line ends inside names.
DER='
{ for (i = 1; i <= NF; i++) b[n++] = $i + 0 }
function bad() { print "bad"; stopped = 1; exit 1 }
function at(o,   k) {
    if (o + 2 > n) bad()
    A = b[o]; S = b[o + 1]; H = 2
    if (S > 127) {
        k = S - 128; S = 0
        if (k < 1 || k > 3) bad()
        for (; k; k--) S = S * 256 + b[o + H++]
    }
    E = o + H + S
    if (E > n) bad()
}
function want(o, tag) { at(o); if (A != tag) bad() }
function hex(o, size,   text) {
    for (text = ""; size > 0; size--) text = text sprintf("%02x", b[o++])
    return text
}
'
RECORD='
END {
    if (stopped) exit 1
    want(0, 48); if (E != n) bad()
    want(H, 2); want(E, 48); at(E); if (A == 160) at(E)
    o = E - S - H; want(o, 48); if (E != n) bad()
    for (o += H; o < n; o = chain_end) {
        want(o, 48); chain_end = E; print "chain", o, E - o
        for (o += H; o < chain_end; o = stamp_end) {
            want(o, 48); stamp_end = E; o += H
            want(o, 160); o += H; want(o, 6); print "algorithm", hex(o + H, S)
            o = E; at(o); if (A == 5) { o = E; at(o) }
            if (A == 162) {
                tree_end = E
                for (o += H; o < tree_end; o = list_end) {
                    want(o, 48); list_end = E; line = "list"
                    for (o += H; o < list_end; o = E) {
                        want(o, 4); line = line " " hex(o + H, S)
                    }
                    print line
                }
            }
            want(o, 48); print "token", o, E - o
            if (E != stamp_end) bad()
        }
    }
}'
MESSAGE='
END {
    if (stopped) exit 1
    want(0, 48); if (E != n) bad()
    want(H, 6); want(E, 160); want(E - S, 48); o = E - S
    want(o, 2); want(E, 49); want(E, 48); after = E
    want(E - S, 6); if (E < after) {
        want(E, 160); want(E - S, 4); print "content", E - S, S
    }
    want(after, 160); after = E
    for (o = E - S; o < after; o = E) { want(o, 48); print "certificate", o, E - o }
    at(after); if (A == 161) at(E)
    if (A != 49) bad()
    want(E - S, 48); if (E != n) bad()
    want(E - S, 2); at(E)                       # version, whose it is
    want(E, 48); after = E; want(E - S, 6); print "digest", hex(E - S, S)
    want(after, 160); print "attributes", after, E - after; after = E
    for (o = E - S; o < after; o = next_one) {
        want(o, 48); next_one = E
        want(E - S, 6); kind = hex(E - S, S); want(E, 49)
        if (kind == "2a864886f70d010904") { want(E - S, 4); print "imprint", hex(E - S, S) }
    }
    want(after, 48); after = E; want(E - S, 6); print "signed", hex(E - S, S)
    want(after, 4); print "signature", E - S, S
}'
parts() { od -An -v -tu1 "./$2" | awk "$DER$1"; }

# The name openssl has for a digest algorithm, by its identifier.
digest_name() {
    case $1 in
        608648016503040201) echo sha256 ;;
        608648016503040202) echo sha384 ;;
        608648016503040203) echo sha512 ;;
        2a811ccf55018311) echo sm3 ;;
        *) echo unknown; return 1 ;;
    esac
}

# How many hexadecimal digits a digest by algorithm $1 has.
digits() {
    case $1 in sha384) echo 96 ;; sha512) echo 128 ;; *) echo 64 ;; esac
}

# Verify the CMS message $1, piece by piece, as `openssl cms` of version 3.0 cannot:
# over content $2, trusted by $3, for purpose $4, at $5 (seconds since 1970).
by_parts() {
    parts "$MESSAGE" "$1" >"$T/parts" || return 1
    message_digest=$(sed -n 's/^digest //p' "$T/parts")
    by=$(digest_name "$message_digest") || return 1
    imprint=$(sed -n 's/^imprint //p' "$T/parts")
    [ -n "$imprint" ] && [ "$imprint" = "$(digest "$by" <"$2")" ] || return 1
    # Signed are the attributes as a SET: that is their first byte in the signature.
    read -r _ start size <<EOF
$(grep '^attributes ' "$T/parts")
EOF
    { printf '1'; piece "$1" "$((start + 1))" "$((size - 1))"; } >"$T/attributes"
    attributes=$(od -An -v -tx1 "$T/attributes" | tr -d ' \n')
    read -r _ start size <<EOF
$(grep '^signature ' "$T/parts")
EOF
    piece "$1" "$start" "$size" >"$T/signature"
    : >"$T/others.pem"
    rm -f "$T/signer.pem"
    grep '^certificate ' "$T/parts" >"$T/certificates"
    while read -r _ start size; do
        piece "$1" "$start" "$size" >"$T/certificate"
        openssl x509 -inform DER -in "$T/certificate" -out "$T/one.pem" 2>/dev/null || return 1
        cat "$T/one.pem" >>"$T/others.pem"
        # RFC 5035: the signature names its certificate by a digest.
        for each in sha256 sm3 sha384 sha512; do
            found=$(digest "$each" <"$T/certificate")
            case $attributes in *"${found:-none}"*) cp "$T/one.pem" "$T/signer.pem" ;; esac
        done
    done <"$T/certificates"
    [ -f "$T/signer.pem" ] || return 1
    openssl x509 -in "$T/signer.pem" -pubkey -noout >"$T/key.pem" 2>/dev/null || return 1
    case $(sed -n 's/^signed //p' "$T/parts") in
        2a811ccf55018375)
            openssl dgst -sm3 -verify "$T/key.pem" -sigopt "distid:$SM2_ID" \
                -signature "$T/signature" "$T/attributes" >/dev/null 2>&1 || return 1 ;;
        *)
            openssl pkeyutl -verify -rawin -pubin -inkey "$T/key.pem" \
                -sigfile "$T/signature" -in "$T/attributes" >/dev/null 2>&1 || return 1 ;;
    esac
    openssl verify -vfyopt "distid:$SM2_ID" -no-CApath -no-CAstore -partial_chain -CAfile "$3" \
        -untrusted "$T/others.pem" -purpose "$4" -attime "$5" "$T/signer.pem" >/dev/null 2>&1
}
# Whether the message $1 is signed in a way that `openssl cms` verifies.
ordinary() {
    case $(parts "$MESSAGE" "$1" | sed -n 's/^signed //p') in
        2a811ccf55018375 | 2b6570 | 6086480165030403*) return 1 ;;
    esac
}
# signed SIGNATURE CONTENT SECONDS: is it a good signature of somebody in $SIGNERS?
signed() {
    if ordinary "$1"; then
        openssl cms -verify -binary -inform DER -in "./$1" -content "./$2" \
            -no-CApath -no-CAstore -partial_chain -CAfile "$SIGNERS" \
            -purpose any -attime "$3" -signer "$T/signer.pem" -out /dev/null >/dev/null 2>&1
    else
        by_parts "$1" "./$2" "$SIGNERS" any "$3"
    fi
}
# stamped TOKEN DIGEST SECONDS: is it a time-stamp of somebody in $AUTHORITIES?
stamped() {
    if (cd "$T" && ordinary token); then
        openssl ts -verify -digest "$2" -in "$1" -token_in -CAfile "$AUTHORITIES" \
            -partial_chain -attime "$3" >/dev/null 2>&1
        return
    fi
    # Compared as a number of its own length: the imprint, then the signature.
    imprint=$(openssl ts -reply -token_in -in "$1" -text 2>/dev/null | awk '
        /^Message data:/ { on = 1; next } on && !/^    / { exit }
        on { sub(/^ *[0-9a-f]* - /, ""); gsub(/-/, " "); print substr($0, 1, 47) }' | tr -d ' \n')
    [ "$imprint" = "$2" ] || return 1
    (
        cd "$T" || exit 1
        read -r _ start size <<EOF
$(parts "$MESSAGE" token | grep '^content ')
EOF
        piece token "$start" "$size" >content
        by_parts token content "$AUTHORITIES" timestampsign "$3"
    )
}
# When the token $1 was given, as it says.
said_at() {
    openssl ts -reply -token_in -in "$1" -text 2>/dev/null |
        sed -n 's/^Time stamp: //p' | head -n 1
}
# A moment such as "Nov 13 03:00:00 2026 GMT" in seconds since 1970.
seconds() {
    awk '{
        month = (index("JanFebMarAprMayJunJulAugSepOctNovDec", $1) + 2) / 3
        day = $2; split($3, clock, ":"); year = $4
        if (month <= 2) year--
        era = int(year / 400); of_era = year - era * 400
        of_year = int((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
        days = era * 146097 + of_era * 365 + int(of_era / 4) - int(of_era / 100)
        days += of_year - 719468
        printf "%.0f\n", days * 86400 + clock[1] * 3600 + clock[2] * 60 + int(clock[3])
        exit
    }'
}

# Was the certificate in signer.pem taken back by $1, as the enclosed lists say? 0: not by
# then, 1: it was, 2: they do not say.
revoked() {
    : >"$T/lists.pem"
    : >"$T/lists.txt"
    latest=$1
    for list in revocation/*.crl; do
        openssl crl -inform DER -in "$list" -text 2>/dev/null >"$T/list" || continue
        openssl crl -in "$T/list" >>"$T/lists.pem" 2>/dev/null
        cat "$T/list" >>"$T/lists.txt"
        made=$(openssl crl -in "$T/list" -noout -lastupdate | sed 's/^[^=]*=//' | seconds)
        [ "$made" -le "$latest" ] || latest=$made
    done
    # A list from after that moment speaks of it too.
    for moment in "$1" "$latest"; do
        answer=$(openssl verify -vfyopt "distid:$SM2_ID" -no-CApath -no-CAstore \
            -partial_chain -CAfile "$SIGNERS" -untrusted certificates.pem -crl_check \
            -CRLfile "$T/lists.pem" -purpose any -attime "$moment" "$T/signer.pem" 2>&1) &&
            return 0
        case $answer in *"certificate revoked"*) break ;; esac
    done
    case $answer in *"certificate revoked"*) ;; *) return 2 ;; esac
    serial=$(openssl x509 -in "$T/signer.pem" -noout -serial | sed 's/^[^=]*=//')
    # By whichever list names it first: a number that two issuers gave is no excuse.
    sed -n "/Serial Number: $serial\$/{n;s/^ *Revocation Date: //p;}" "$T/lists.txt" >"$T/dates"
    [ -s "$T/dates" ] || return 1
    while IFS= read -r taken; do
        [ "$(echo "$taken" | seconds)" -gt "$1" ] || return 1
    done <"$T/dates"
}

# The head of a SEQUENCE of $1 bytes, DER, in hex.
sequence() {
    if [ "$1" -lt 128 ]; then printf '30%02x' "$1"
    elif [ "$1" -lt 256 ]; then printf '3081%02x' "$1"
    elif [ "$1" -lt 65536 ]; then printf '3082%04x' "$1"
    else printf '3083%06x' "$1"
    fi
}
# Verify the evidence record $1 over the files $2… (RFC 4998). Sets PROVED_AT, PROVED and
# BESIDE: when they were there at the latest, and what the first tree ended with.
evidence() {
    record=$1 PROVED_AT='' PROVED='' BESIDE='' leeway=300
    shift
    parts "$RECORD" "$record" >"$T/record" || return 1
    : >"$T/before"
    : >"$T/stamps"
    place='' chain=0 previous='' count=0
    while read -r word first rest; do
        case $word in
            chain)
                [ -z "$place" ] || piece "$record" $place >>"$T/before"
                place="$first $rest" chain=$((chain + 1)) previous='' ;;
            algorithm)
                by=$(digest_name "$first") || return 1
                if [ -n "$previous" ]; then
                    starts=$(digest "$by" <"$previous")
                else
                    starts=''
                    for each in "$@"; do
                        value=$(document "$by" "$each")
                        if [ "$chain" -gt 1 ]; then
                            # A new chain is over the documents and all chains before.
                            sequence "$(wc -c <"$T/before")" | unhex >"$T/sequence"
                            cat "$T/before" >>"$T/sequence"
                            value=$(printf '%s%s' "$value" "$(digest "$by" <"$T/sequence")" |
                                unhex | digest "$by")
                        fi
                        [ -n "$value" ] || return 1
                        starts="$starts $value"
                    done
                fi
                joined='' ;;
            list)
                for value in $first $rest; do
                    # Of other lengths they could be cut out of a document.
                    [ ${#value} -eq "$(digits "$by")" ] || return 1
                done
                if [ -z "$joined" ]; then
                    for value in $starts; do
                        has "$value" $first $rest || return 1
                    done
                    joined=$(node "$by" $first $rest)
                else
                    joined=$(node "$by" $first $rest "$joined")
                fi
                [ -n "$joined" ] || return 1
                [ "$chain$previous" != 1 ] || BESIDE="$first $rest" ;;
            token)
                [ -n "$joined" ] || joined=$(node "$by" $starts)
                count=$((count + 1))
                previous=$T/token-$count
                piece "$record" "$first" "$rest" >"$previous"
                given=$(said_at "$previous" | seconds)
                [ -n "$given" ] || return 1
                printf '%s %s %s\n' "$count" "$joined" "$given" >>"$T/stamps" ;;
            *) return 1 ;;
        esac
    done <"$T/record"
    [ "$count" -gt 0 ] || return 1
    # Each is judged at the time of the one after it, the last one now.
    until=$NOW
    sort -rn "$T/stamps" >"$T/backwards"
    while read -r place value given; do
        [ "$given" -le "$((until + leeway))" ] || return 1
        cp "$T/token-$place" "$T/token"
        stamped "$T/token" "$value" "$until" || return 1
        until=$given leeway=0
    done <"$T/backwards"
    PROVED_AT=$until PROVED=$(said_at "$T/token-1")
}

# listed ALGORITHM LIST: is each file in content/ as LIST says? Names those that are not.
listed() {
    sed 's/^[0-9a-f]*  /.\//' "$2" | tr '\n' '\000' |
        (cd content && xargs -0 openssl dgst "-$1" -r 2>/dev/null) |
        sed 's/ \*\.\//  /' | sort >"$T/found"
    sort "$2" | comm -23 - "$T/found" >"$T/wrong"
    [ ! -s "$T/wrong" ] || { sed 's/^[0-9a-f]*  /    /' "$T/wrong" | visible; return 1; }
}
# Text without what moves a terminal's cursor.
visible() { tr -d '\000-\010\013-\037\177'; }

NOW=$(date -u +%s)

# --- 1. Nothing was damaged on the way ------------------------------------------------
sha256sum -c SHA256SUMS >"$T/sums" 2>&1
status=$?
grep -v ': OK$' "$T/sums" | visible
verdict $status "文件夹传输完整（不证明来源）" "files of this folder are undamaged (proves no origin)"

# --- 2. Each file is the one that the manifests list ----------------------------------
PRIMARY=''
for file in content/manifest-*.txt; do
    [ -f "$file" ] || { failed "没有校验清单" "there is no manifest"; break; }
    name=${file#content/} by=${file#content/manifest-} by=${by%.txt}
    # The primary manifest lists the others, and no other lists it.
    grep -q "^[0-9a-f]*  $name\$" content/manifest-*.txt || PRIMARY=$file
    status=0
    case $by in
        sha256 | sha384 | sha512 | sm3) ;;
        *) failed "未知的清单 $name" "no known kind of manifest: $name"; continue ;;
    esac
    if [ -z "$(printf '' | digest "$by")" ]; then
        failed "本机 openssl 不支持 $by" "this openssl lacks $by: $name was not checked"
        continue
    fi
    listed "$by" "$file" || status=1
    verdict $status "清单 $name" "manifest $name"
done
[ -n "$PRIMARY" ] || { failed "没有主清单" "there is no primary manifest"; PRIMARY=/dev/null; }
{
    sed 's/^[0-9a-f]*  //' "$PRIMARY"
    echo "${PRIMARY#content/}"
    [ ! -f "$PRIMARY.p7s" ] || echo "${PRIMARY#content/}.p7s"
} | sort >"$T/listed"
(cd content && find . ! -type d) | sed 's/^\.\///' | sort >"$T/there"
cmp -s "$T/listed" "$T/there"
verdict $? "文件与清单一一对应" "exactly the listed files are there"
ID=$(digest sha256 <"$PRIMARY")
if command -v unzip >/dev/null 2>&1 && locale -a 2>/dev/null | grep -qi '^c\.utf-*8$'; then
    mkdir "$T/zip"
    LC_ALL=C.UTF-8 unzip -qq -o package.zip -d "$T/zip" >/dev/null 2>&1
    status=$?
    [ $status -ne 0 ] || diff -r "$T/zip" content >/dev/null 2>&1 || status=1
    verdict $status "package.zip 与 content 相同" "package.zip is the same as content"
else
    note "本机不能解开 package.zip，未与 content 比较" "package.zip was not compared: no unzip or no UTF-8"
fi

# --- 3. Time: the evidence record over the manifest and its signature -----------------
enclosed=no
if [ -z "$SIGNERS" ]; then SIGNERS=$PWD/trust/signers.pem enclosed=yes; fi
if [ -z "$AUTHORITIES" ]; then AUTHORITIES=$PWD/trust/authorities.pem enclosed=yes; fi
[ "$enclosed" = no ] || note "使用所附证书：请从其他渠道核对其指纹" \
    "enclosed certificates are used: compare their fingerprints with another source"
JUDGED=$NOW SEALED=no
set -- "$PRIMARY"
[ ! -f "$PRIMARY.p7s" ] || set -- "$PRIMARY" "$PRIMARY.p7s"
if [ -f evidence/record.ers ]; then
    if evidence evidence/record.ers "$@"; then
        passed "时间戳证据：不晚于 $PROVED 已存在" "evidence record: there at $PROVED at the latest"
        JUDGED=$PROVED_AT SEALED=yes SEALED_AT=$PROVED
        # The tree that was stamped ends with whoever sealed it.
        first_by=$(digest_name "$(sed -n 's/^algorithm //p' "$T/record" | head -n 1)")
        seal=$(node "$first_by" "$(digest "$first_by" <evidence/seal.json)" \
            "$(digest "$first_by" <evidence/seal.json.p7s)")
        status=1
        if [ -n "$seal" ] && has "$seal" $BESIDE &&
            signed evidence/seal.json.p7s evidence/seal.json "$JUDGED"; then status=0; fi
        verdict $status "封存签名" "signature of the seal"
    else
        failed "时间戳证据" "evidence record or its time-stamps"
    fi
    for record in evidence/content-*.ers; do
        [ -f "$record" ] || continue
        list=${record%.ers}.txt status=1
        name=${list#evidence/content-}
        if evidence "$record" "$list" && listed "${name%.txt}" "$list"; then status=0; fi
        verdict $status "内容清单证据 $list" "evidence over $list"
    done
fi

# --- 4. Who: the signature over the primary manifest ----------------------------------
if [ ! -f "$PRIMARY.p7s" ]; then
    failed "未签名" "there is no signature"
elif [ ! -f "$SIGNERS" ]; then
    failed "没有受信任的签名证书" "no certificate to trust: $SIGNERS"
else
    signed "$PRIMARY.p7s" "$PRIMARY" "$JUDGED"
    status=$?
    verdict $status "签名" "signature"
    if [ -d revocation ] && [ $status -eq 0 ]; then
        revoked "$JUDGED"
        case $? in
            0) passed "签名证书当时未被撤销" "the signer's certificate was not revoked then" ;;
            1) failed "签名证书当时已被撤销" "the signer's certificate was revoked then" ;;
            *) note "所附撤销列表不能说明" "the enclosed lists do not tell of revocation" ;;
        esac
    fi
fi

# --- 5. Registration: the journal segment, and those after it --------------------------
segments=0
for segment in journal/*.jsonl; do
    [ -f "$segment" ] || break
    segments=$((segments + 1))
    number=${segment#journal/} number=${number%.jsonl}
    number=$(printf '%s' "$number" | sed 's/^0*//')
    sha256=$(digest sha256 <"$segment") sm3=$(digest sm3 <"$segment")
    status=0
    grep -qx "$number $sha256 $sm3" journal/digests.txt || status=1
    if [ "$segments" -eq 1 ]; then
        signature=null
        [ ! -f "$PRIMARY.p7s" ] || signature="\"$(digest sha256 <"$PRIMARY.p7s")\""
        line=$(grep -F "\"package\":\"$ID\"" "$segment" | grep -F '"event":"registered"' |
            grep -F "\"signature\":$signature,")
        [ -n "$line" ] || status=1
        printf '    %s\n' "$line" | visible
    else
        # Its first line names the one before.
        head -n 1 "$segment" | grep -qF "\"previous\":{\"sha256\":\"$before\",\"sm3\":\"$before_sm3\"}" ||
            status=1
    fi
    before=$sha256 before_sm3=$sm3
    verdict $status "登记簿第 $number 段" "journal segment $number"
    if [ "$segments" -eq 1 ] && [ "$SEALED" = yes ]; then
        evidence evidence/segment.ers "$segment"
        status=$?
        [ "$status" -ne 0 ] || [ "$PROVED" = "$SEALED_AT" ] || status=1
        verdict $status "登记时间的证据" "evidence over the registration"
    fi
done
[ "$segments" -gt 0 ] || failed "没有登记簿" "there is no journal segment"

# --------------------------------------------------------------------------------------
if [ "$SEALED" = yes ]; then
    note "已封存：时间由时间戳服务机构证明" "sealed: yes, the time is proved by a time-stamp authority"
else
    note "未封存：没有任何第三方证明时间" "sealed: no, nobody else proves the time"
fi
if [ "$FAILURES" -eq 0 ]; then
    echo "全部通过 ALL PASSED"
    exit 0
fi
echo "未通过 NOT PASSED: $FAILURES"
exit 1
