"""Explanation of a proof 出证说明: bilingual, as a page and as text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from egovarchive.archive.sealing.exhibit import Exhibit, fingerprint
from egovarchive.archive.sealing.proof_words import (
    DOES_NOT_PROVE,
    FILES,
    HOW,
    PROVES,
    PROVES_TIME,
    Words,
)
from egovarchive.checks.report_html import POLICY, STYLE, plain, shown
from egovarchive.records.moment import in_china
from egovarchive.signing.certificates import Certificate

# A row has a name in both languages, and a value that is told in one only if it is a
# name or a number.
Row: TypeAlias = tuple[Words, str]
Section: TypeAlias = tuple[Words, list[Row], list[Words]]

_TITLE = Words("电子档案出证说明", "What proves this record")


_REVOCATION = {
    "good": "未撤销 not taken back",
    "unknown": "未知 nothing at hand says whether it was taken back",
}


def proof_html(exhibit: Exhibit) -> str:
    """Return the explanation as one HTML page that loads nothing and runs nothing."""
    head = (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{POLICY}<title>{_TITLE[0]} {shown(str(exhibit.entry.code))}</title>\n"
        f"<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{_TITLE[0]}<small>{_TITLE[1]}</small></h1>\n"
    )
    parts = [head]
    zh, en = sealed_words(exhibit)
    kind = "passed" if exhibit.proof else "warned"
    parts.append(
        f'<p class="verdict {kind}">{shown(zh)}<br>'
        f'<span class="dim">{shown(en)}</span></p>\n'
    )
    for title, rows, paragraphs in _sections(exhibit):
        parts.append(f"<h2>{title[0]}<small>{shown(title[1])}</small></h2>\n")
        if rows:
            lines = "".join(
                f'<tr><th>{shown(zh)} <span class="dim">{shown(en)}</span></th>'
                f"<td>{shown(value)}</td></tr>\n"
                for (zh, en), value in rows
            )
            parts.append(f'<table class="facts">\n{lines}</table>\n')
        parts += [
            f'<p>{shown(zh)}<br><span class="dim">{shown(en)}</span></p>\n'
            for zh, en in paragraphs
        ]
    return "".join((*parts, "</body>\n</html>\n"))


def proof_text(exhibit: Exhibit) -> str:
    """Return the explanation as plain text."""
    lines = [*_TITLE, "", *sealed_words(exhibit)]
    for title, rows, paragraphs in _sections(exhibit):
        lines += ["", f"== {title[0]} | {title[1]} =="]
        lines += [""] if rows else []
        # One line each, whatever a title holds.
        lines += [f"{zh} {en}: {' '.join(value.split())}" for (zh, en), value in rows]
        for words in paragraphs:
            lines += ["", *words]
    return "".join(f"{plain(line)}\n" for line in lines)


def trust_text() -> str:
    """Return the warning beside the certificates that trust rests on."""
    return "".join(f"{line}\n" for line in HOW[1])


def sealed_words(exhibit: Exhibit) -> Words:
    """Return whether the record is sealed, in plain words."""
    seal, proof = exhibit.seal, exhibit.proof
    if proof is not None:
        at = _moment(proof.existed_at)
        return Words(
            f"已封存：第 {proof.seal} 号封存；时间戳证明其不晚于 {at} 已存在",
            f"sealed: yes (seal {proof.seal}); a time-stamp proves that it was there "
            f"at {at} at the latest",
        )
    if seal is not None:
        return Words(
            f"未封存：第 {seal.number} 号封存{seal.state.zh}，尚无第三方证明时间",
            f"sealed: no (seal {seal.number}: {seal.state.label('en')}); nobody else "
            "proves the time yet",
        )
    return Words(
        "未封存：没有封存涵盖本档案，没有第三方证明时间",
        "sealed: no; no seal covers this record, and nobody else proves the time",
    )


def commands(exhibit: Exhibit) -> str:
    """Return the commands that ``verify.sh`` runs, for who types them."""
    name = exhibit.package.signature_path.removesuffix(".p7s")
    lines = [
        "# 逐条核验命令 | Single commands; verify.sh does more, and all of it.",
        "sha256sum -c SHA256SUMS",
    ]
    lines += [
        f"(cd content && {algorithm}sum -c manifest-{algorithm}.txt)"
        if algorithm != "sm3"
        else "while read -r sum path; do [ "
        '"$(openssl dgst -sm3 -r "content/$path" | cut -d" " -f1)" = "$sum" ] || '
        'echo "bad: $path"; done < content/manifest-sm3.txt'
        for algorithm in exhibit.package.manifests
    ]
    signed = exhibit.signed
    if signed is not None and signed.algorithm in {"sm2-sm3", "ed25519"}:
        lines.append(
            "# OpenSSL 3.0 的 cms 命令不能核验此种签名，请用 verify.sh | "
            "`openssl cms` 3.0 cannot verify this kind: verify.sh does it in pieces"
        )
    if signed is not None:
        lines.append(
            f"openssl cms -verify -binary -inform DER -in content/{name}.p7s "
            f"-content content/{name} -CAfile trust/signers.pem -purpose any "
            "-out /dev/null"
        )
        lines.append(f"openssl asn1parse -inform DER -in content/{name}.p7s")
    if exhibit.proof is not None:
        lines.append(
            "openssl cms -verify -binary -inform DER -in evidence/seal.json.p7s "
            "-content evidence/seal.json -CAfile trust/signers.pem -purpose any "
            "-out /dev/null"
        )
        lines += _stamps(exhibit)
    number = exhibit.segments[0].number
    lines += [
        f"sha256sum content/{name}",
        f"grep -F {exhibit.package.id} journal/{number:012}.jsonl",
        "sha256sum journal/*.jsonl",
        "cat journal/digests.txt",
    ]
    return "".join(f"{line}\n" for line in lines)


def _stamps(exhibit: Exhibit) -> Iterator[str]:
    """Yield the commands that take the time-stamps out, and verify them."""
    if exhibit.proof is None or exhibit.evidence is None:
        return
    record = exhibit.evidence.encode()
    tokens = [each.token for chain in exhibit.evidence.chains for each in chain]
    pairs = zip(tokens, exhibit.proof.stamps, strict=True)
    for number, (token, stamp) in enumerate(pairs, start=1):
        start = record.find(token) + 1
        name = f"token-{number}.der"
        yield f"tail -c +{start} evidence/record.ers | head -c {len(token)} >{name}"
        yield (
            f"openssl ts -verify -digest {stamp.digest.hex()} -in {name} -token_in "
            "-CAfile trust/authorities.pem"
        )
        yield f"openssl ts -reply -token_in -in {name} -text"


def _sections(exhibit: Exhibit) -> Iterator[Section]:
    yield Words("档案", "The record"), list(_record(exhibit)), []
    yield Words("签名", "Who signed"), list(_signature(exhibit)), []
    yield Words("时间", "Time"), list(_time(exhibit)), []
    yield Words("登记", "Registration"), list(_registration(exhibit)), []
    yield Words("四性检测", "Four-property checks"), list(_report(exhibit)), []
    yield Words("如何核验", "How to verify"), [], list(HOW)
    proves = (*PROVES, PROVES_TIME) if exhibit.proof else PROVES
    yield Words("证明什么", "What that proves"), [], list(proves)
    yield Words("不证明什么", "What it does not prove"), [], list(DOES_NOT_PROVE)
    kept = {"": True, "evidence": exhibit.proof is not None}
    known = (*exhibit.revocations, *exhibit.revocations_of_authorities)
    kept["revocation"] = any(each.crls or each.ocsp for each in known)
    files = [(words, name) for name, words, needs in FILES if kept[needs]]
    yield Words("本文件夹的内容", "What is in this folder"), files, []


def _record(exhibit: Exhibit) -> Iterator[Row]:
    entry, filing = exhibit.entry, exhibit.package.filing()
    case = filing.case
    yield Words("题名", "title"), case.title
    yield Words("档号", "archival code"), str(entry.code)
    yield Words("办件编号", "case number"), case.number
    yield Words("立档单位", "agency"), filing.unit
    yield Words("事项", "service item"), f"{case.item.name} ({case.item.code})"
    if case.accepted_on is not None:
        yield Words("受理日期", "accepted on"), case.accepted_on.isoformat()
    yield Words("办结日期", "concluded on"), case.concluded_on.isoformat()
    yield Words("保管期限", "retention"), str(entry.retention)
    members = exhibit.package.members
    size = sum(member.size for member in members)
    yield Words("文件数与字节数", "files, bytes"), f"{len(members)}, {size}"
    yield Words("归档信息包标识", "package"), entry.package
    yield Words("摘要算法", "digests"), ", ".join(exhibit.package.manifests)


def _signature(exhibit: Exhibit) -> Iterator[Row]:
    signed = exhibit.signed
    if signed is None:
        yield Words("签名", "signature"), "未签名 not signed"
        return
    yield Words("签名人", "signed by"), signed.signer
    yield Words("签名算法", "algorithm"), signed.algorithm
    yield Words("签名格式", "form"), signed.dialect
    yield Words("证书指纹", "certificate, SHA-256"), fingerprint(signed.certificate)
    if signed.claimed_at is not None:
        claimed = _moment(signed.claimed_at)
        yield Words("自称签名时间", "claims to have signed at"), claimed
    if signed.revocation.outcome != "exempt":
        yield Words("撤销状态", "revocation"), _REVOCATION[signed.revocation.outcome]
    for anchor in exhibit.signers:
        yield Words("信任起点", "trust rests on"), _anchor(anchor)
    if len(signed.path) == 1:
        yield (
            Words("证书性质", "kind of certificate"),
            "单位自有密钥，未经第三方认证 its own key, vouched for by nobody else",
        )


def _time(exhibit: Exhibit) -> Iterator[Row]:
    zh, en = sealed_words(exhibit)
    yield Words("封存", "sealed"), f"{zh} {en}"
    proof = exhibit.proof
    if proof is None:
        return
    for stamp in proof.stamps:
        said = f"{_moment(stamp.gen_time)}, {stamp.authority}"
        more = f"{stamp.signature_algorithm}, {stamp.algorithm}, {stamp.serial}"
        yield Words("时间戳", "time-stamp"), f"{said} ({more})"
    yield Words("封存签名人", "sealed by"), proof.sealed_by.signer
    for each in proof.revocations:
        said = f"{each.message('zh')}; {each.message('en')}"
        yield Words("撤销状态", "revocation"), said
    for anchor in exhibit.authorities:
        yield Words("信任起点", "trust rests on"), _anchor(anchor)


def _registration(exhibit: Exhibit) -> Iterator[Row]:
    first, heads = exhibit.segments[0], exhibit.heads
    yield Words("登记时间", "registered at"), _moment(exhibit.entry.registered_at)
    yield Words("登记簿", "journal"), f"{first.fonds}, {first.number}"
    yield Words("此后段数", "segments after it"), str(len(heads) - 1)
    yield Words("末段 SHA-256", "SHA-256 of the last"), heads[-1].digests["sha256"]


def _report(exhibit: Exhibit) -> Iterator[Row]:
    report = exhibit.report
    yield Words("检测时间", "time"), _moment(report.at)
    passed = "通过 passed" if report.passed else "未通过 not passed"
    yield Words("必检项目", "required checks"), passed
    counts = len(report.failures), len(report.open_ends)
    yield Words("未通过、未检测或待审核", "failed; open"), f"{counts[0]}; {counts[1]}"


def _anchor(certificate: bytes) -> str:
    subject = Certificate.parse(certificate).subject_text
    return f"{subject}, SHA-256 {fingerprint(certificate)}"


def _moment(at: datetime) -> str:
    return in_china(at).isoformat(" ", "seconds")
