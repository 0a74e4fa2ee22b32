# What follows is put behind the first part of proof_verify.sh, up to its first check.
PLACE=''
# A destroyed record is there no more: its digests are, in its tombstone.
document() {
    sed -n "s/.*\"$2\":{\([^}]*\)}.*/\1/p" "$T/tombstone" |
        sed -n "s/.*\"$1\":\"\([0-9a-f]*\)\".*/\1/p"
}
# The digest that the line in file $2 has under the name $1.
member() { sed -n "s/.*\"$1\":\"\([0-9a-f]\{64\}\)\".*/\1/p" "$2" | head -n 1; }
# All digests that the line in file $2 has under the name $1, sorted.
members() { grep -o "\"$1\":\"[0-9a-f]\{64\}\"" "$2" | cut -d'"' -f4 | sort; }
# token FILE OVER: is FILE a time-stamp over the file OVER? Sets GIVEN and SAID.
token() {
    cp "./$1" "$T/token" || return 1
    SAID=$(said_at "$T/token")
    GIVEN=$(echo "$SAID" | seconds)
    [ -n "$GIVEN" ] && [ "$GIVEN" -le "$((NOW + 300))" ] || return 1
    stamped "$T/token" "$(digest sha256 <"./$2")" "$NOW"
}

# --- 1. Nothing was damaged on the way ------------------------------------------------
sha256sum -c SHA256SUMS >"$T/sums" 2>&1
status=$?
grep -v ': OK$' "$T/sums" | visible
verdict $status "文件夹传输完整（不证明来源）" "files of this folder are undamaged (proves no origin)"

enclosed=no
if [ -z "$SIGNERS" ]; then SIGNERS=$PWD/trust/signers.pem enclosed=yes; fi
if [ -z "$AUTHORITIES" ]; then AUTHORITIES=$PWD/trust/authorities.pem enclosed=yes; fi
[ "$enclosed" = no ] || note "使用所附证书：请从其他渠道核对其指纹" \
    "enclosed certificates are used: compare their fingerprints with another source"

# --- 2. When and by whom: the certificate's signature, and the time-stamp over it ------
JUDGED=$NOW CERTIFIED=''
if [ -f certificate.json.p7s.tst ]; then
    token certificate.json.p7s.tst certificate.json.p7s
    status=$?
    if [ $status -eq 0 ]; then JUDGED=$GIVEN CERTIFIED=$GIVEN PLACE=" $SAID"; fi
    verdict $status "证明的时间戳$PLACE" "time-stamp over the certificate:$PLACE"
else
    note "没有时间戳：时间仅为单位陈述" "no time-stamp: when is the agency's word only"
fi
signed certificate.json.p7s certificate.json "$JUDGED"
verdict $? "销毁证明的签名" "signature of the certificate"

# --- 3. The list that was approved, as it was signed before anything went ---------------
LIST=$(digest sha256 <list.json)
[ "$(member list certificate.json)" = "$LIST" ]
verdict $? "清册即证明所指的清册" "the list is the one that the certificate names"
if [ -f list.json.tst ]; then
    token list.json.tst list.json
    status=$?
    # Stamped before: nothing was destroyed that was not on the list by then.
    [ -n "$CERTIFIED" ] && [ "$GIVEN" -gt "$CERTIFIED" ] && status=1
    verdict $status "清册的时间戳 $SAID" "time-stamp over the list: $SAID"
    [ $status -ne 0 ] || JUDGED=$GIVEN
fi
signed list.json.p7s list.json "$JUDGED"
verdict $? "清册的签名" "signature of the list"

# --- 4. What was destroyed is what was listed -------------------------------------------
members package certificate.json >"$T/destroyed"
members package list.json >"$T/listed"
status=0
[ -s "$T/destroyed" ] || status=1
[ -z "$(comm -23 "$T/destroyed" "$T/listed")" ] || status=1
verdict $status "所销毁的均在清册之内" "what was destroyed is on the list"
printf '    %s / %s\n' "$(wc -l <"$T/destroyed" | tr -d ' ')" "$(wc -l <"$T/listed" | tr -d ' ')"

# --- 5. Tombstones ----------------------------------------------------------------------
[ "$(member tombstones certificate.json)" = "$(digest sha256 <tombstones.jsonl)" ]
verdict $? "留痕文件即证明所指的文件" "the tombstones are those that the certificate names"
: >"$T/stones"
SEALED=0 UNSEALED=0 BAD=0
while IFS= read -r line; do
    printf '%s\n' "$line" >"$T/tombstone"
    digest sha256 <"$T/tombstone" >>"$T/stones"
    # Its manifest is the package that was registered.
    if [ "$(document sha256 manifest)" != "$(member package "$T/tombstone")" ] ||
        [ "$(member list "$T/tombstone")" != "$LIST" ]; then
        BAD=$((BAD + 1))
        continue
    fi
    record=$(member evidence "$T/tombstone")
    if [ -z "$record" ]; then UNSEALED=$((UNSEALED + 1)); continue; fi
    set -- manifest
    [ -z "$(document sha256 signature)" ] || set -- manifest signature
    if [ "$(digest sha256 <"evidence/$record.ers")" = "$record" ] &&
        evidence "evidence/$record.ers" "$@" &&
        { [ -z "$CERTIFIED" ] || [ "$PROVED_AT" -le "$CERTIFIED" ]; }; then
        SEALED=$((SEALED + 1))
    else
        BAD=$((BAD + 1))
        printf '    %s\n' "$line" | grep -o '"code":"[^"]*"' | visible
    fi
done <tombstones.jsonl
members tombstone certificate.json >"$T/named"
sort "$T/stones" >"$T/sorted"
[ -z "$(comm -23 "$T/named" "$T/sorted")" ]
verdict $? "每件均有留痕" "each destroyed record has its tombstone"
verdict $BAD "留痕及其证据 $SEALED" "tombstones and their evidence records: $SEALED"
[ $UNSEALED -eq 0 ] || note "未封存 $UNSEALED 件：没有第三方证明其存在过" \
    "not sealed: $UNSEALED, nobody else proves that they were there"

# --------------------------------------------------------------------------------------
if [ "$FAILURES" -eq 0 ]; then
    echo "全部通过 ALL PASSED"
    exit 0
fi
echo "未通过 NOT PASSED: $FAILURES"
exit 1
