"""Explanation of a destruction certificate 销毁证明说明: bilingual, page and text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from egovarchive.archive.sealing.exhibit import fingerprint
from egovarchive.archive.sealing.proof_words import HOW, Words
from egovarchive.checks.report_html import POLICY, STYLE, plain, shown
from egovarchive.lifecycle.certificate import LIMITS, DestructionCertificate
from egovarchive.records.moment import in_china
from egovarchive.signing import VerifiedSignature

_TITLE: Final = Words("电子档案销毁证明", "Destruction certificate")
# All of them stand in certificate.json; a page is for persons to read.
_LISTED: Final = 1000
Row = tuple[Words, str]

_PROVES: Final = (
    Words(
        "清册在销毁之前已签名；有时间戳的，其时间由时间戳服务机构证明。",
        "The list was signed before anything was destroyed; where it is time-stamped, "
        "an authority proves when.",
    ),
    Words(
        "证明由单位签署，所列每件档案均在清册之内，并有留痕；签署后未改一位。",
        "The agency signed the certificate. Each record in it is on the list and has a "
        "tombstone; no bit has changed since.",
    ),
    Words(
        "已封存的档案：证据记录证明，摘要如留痕所载的清单和签名在该时间已经存在。",
        "Sealed records: the evidence record proves that a manifest and a signature "
        "with the digests in the tombstone were there at that time.",
    ),
)


def certificate_html(
    certificate: DestructionCertificate,
    signed: VerifiedSignature,
    stamped_at: datetime | None,
    sealed: int,
) -> str:
    """
    Return the explanation as one HTML page that loads nothing and runs nothing.

    Args:
        certificate: What it explains.
        signed: Its signature, verified.
        stamped_at: When it was time-stamped; None: it was not.
        sealed: How many tombstones have an evidence record.
    """
    head = (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{POLICY}<title>{_TITLE.zh} {certificate.list[:16]}</title>\n"
        f"<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{_TITLE.zh}<small>{_TITLE.en}</small></h1>\n"
    )
    parts = [head]
    for title, rows, words in _sections(certificate, signed, stamped_at, sealed):
        parts.append(f"<h2>{title.zh}<small>{shown(title.en)}</small></h2>\n")
        lines = "".join(
            f'<tr><th>{shown(zh)} <span class="dim">{shown(en)}</span></th>'
            f"<td>{shown(value)}</td></tr>\n"
            for (zh, en), value in rows
        )
        parts.append(f'<table class="facts">\n{lines}</table>\n' if rows else "")
        parts += [
            f'<p>{shown(zh)}<br><span class="dim">{shown(en)}</span></p>\n'
            for zh, en in words
        ]
    return "".join((*parts, "</body>\n</html>\n"))


def certificate_text(
    certificate: DestructionCertificate,
    signed: VerifiedSignature,
    stamped_at: datetime | None,
    sealed: int,
) -> str:
    """Return the explanation as plain text; see `certificate_html`."""
    lines = [*_TITLE]
    for title, rows, words in _sections(certificate, signed, stamped_at, sealed):
        lines += ["", f"== {title.zh} | {title.en} ==", ""]
        lines += [f"{zh} {en}: {' '.join(value.split())}" for (zh, en), value in rows]
        for each in words:
            lines += ["", *each]
    return "".join(f"{plain(line)}\n" for line in lines)


def _sections(
    certificate: DestructionCertificate,
    signed: VerifiedSignature,
    stamped_at: datetime | None,
    sealed: int,
) -> Iterator[tuple[Words, list[Row], list[Words]]]:
    facts = [*_facts(certificate), *_signature(signed, stamped_at)]
    facts.append((Words("有证据记录的留痕", "tombstones with evidence"), str(sealed)))
    yield Words("销毁", "The destruction"), facts, []
    rows = [
        (Words("档号", "record"), f"{each.code}  {each.package}")
        for each in certificate.records[:_LISTED]
    ]
    rows += [
        (Words("移出清册", "struck off, and still there"), str(code))
        for code in certificate.struck[:_LISTED]
    ]
    yield Words("档案", "The records"), rows, []
    yield Words("如何核验", "How to verify"), [], list(HOW[:2])
    yield Words("证明什么", "What that proves"), [], list(_PROVES)
    limits = [Words(zh, en) for en, zh in LIMITS]
    yield Words("不证明什么", "What it does not prove"), [], limits


def _facts(certificate: DestructionCertificate) -> Iterator[Row]:
    kind = certificate.kind
    yield Words("立档单位", "agency"), f"{certificate.unit} ({certificate.fonds})"
    yield Words("类别", "kind"), f"{kind.zh} {kind.label('en')}"
    yield Words("清册摘要", "SHA-256 of the list"), certificate.list
    made = f"{certificate.listed_by}, {_moment(certificate.listed_at)}"
    yield Words("编制人", "listed by"), made
    for each in certificate.approvals:
        told = f"{each.by}（{each.role}）, {_moment(each.at)}: {each.opinion}"
        yield Words("批准人", "approved by"), told
    yield Words("监销人", "witnesses"), "、".join(certificate.witnesses)
    yield Words("销毁方式", "method"), certificate.method
    yield Words("核查的副本数", "copies looked into"), str(certificate.copies)
    yield Words("开始时间", "begun at"), _moment(certificate.begun_at)
    yield Words("出具时间", "issued at"), _moment(certificate.issued_at)
    yield Words("已销毁件数", "records destroyed"), str(len(certificate.records))
    head = certificate.journal
    yield (
        Words("登记簿末段", "last journal segment"),
        f"{head['number']}, {head['sha256']}",
    )


def _signature(signed: VerifiedSignature, stamped_at: datetime | None) -> Iterator[Row]:
    yield Words("签名人", "signed by"), signed.signer
    yield Words("签名算法", "algorithm"), signed.algorithm
    anchor = fingerprint(signed.path[-1])
    yield Words("信任起点证书 SHA-256", "trust rests on, SHA-256"), anchor
    told = "无 none" if stamped_at is None else _moment(stamped_at)
    yield Words("证明的时间戳", "time-stamp over the certificate"), told


def _moment(at: datetime) -> str:
    return in_china(at).isoformat(" ", "seconds")
