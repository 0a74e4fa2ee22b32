"""Seal verdict 签章验证结果: what one signature that came with a document proves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeAlias

from attrs import field, frozen

from egovarchive.errors import Language
from egovarchive.records.moment import in_china
from egovarchive.records.outcome import Outcome
from egovarchive.records.term import Term

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

_SAID: Final = 20  # notes in one line of metadata; the rest is counted
_LONGEST: Final = 200  # characters of a name that a file gives
_LONGEST_NOTES: Final = 2000
# Printable, and no character that a text should have (Unicode 23.8).
_LOST: Final = frozenset("\ufffd\ufffc")


class SealKind(Term):
    """What it is."""

    PDF_SIGNATURE = "pdf_signature", "PDF 签名"
    PDF_TIMESTAMP = "pdf_timestamp", "PDF 文档时间戳"
    OFD_SIGNATURE = "ofd_signature", "OFD 数字签名"
    OFD_SEAL = "ofd_seal", "OFD 电子签章"


class Integrity(Term):
    """Whether what was signed is still there as it was signed."""

    WHOLE = "whole", "完整"
    ALTERED = "altered", "已被改动"
    UNKNOWN = "cannot_tell", "无法判断"


class Trust(Term):
    """Whether who signed is trusted."""

    TRUSTED = "trusted", "受信任"
    UNTRUSTED = "not_trusted", "不受信任"
    UNKNOWN = "unknown", "未知"


class Revocation(Term):
    """What came along that says whether certificates were taken back."""

    NONE = "none", "未附带"
    PRESENT = "present_not_judged", "已附带，未评判"
    GOOD = "not_revoked", "未撤销"
    REVOKED = "revoked", "已撤销"


@frozen
class Note:
    """One thing to be said of a signature, and what follows from it."""

    outcome: Outcome
    en: str
    zh: str

    def message(self, lang: Language) -> str:
        """Return what it says, in the language *lang*."""
        return self.zh if lang == "zh" else self.en


@frozen(kw_only=True)
class Coverage:
    """
    What a signature is over.

    Args:
        whole: Whether that is all of the file.
        size: Bytes, or files of the package, that it covers.
        of: Bytes, or files, that there are.
        uncovered: The first of the files that it does not cover.
    """

    whole: bool
    size: int
    of: int
    uncovered: tuple[str, ...] = ()


@frozen(kw_only=True)
class SealVerdict:
    """
    What one signature or seal in a document proves, and what not.

    Args:
        kind: What it is.
        place: Where in the file it is.
        form: The standard its form follows, such as ``GB/T 38540—2020``.
        integrity: Whether what was signed is as it was signed.
        coverage: What it is over; None if that is not known.
        signer: Who signed: the subject of the certificate (RFC 4514).
        certificate: That certificate, DER; empty if there is none.
        algorithm: Name of the signature algorithm; empty if it is not accepted.
        claimed_at: When, by the signer's own word.
        stamped_at: When, by a time-stamp that is trusted.
        stamped_by: Whose time-stamp that is.
        seal_name: The name of the seal 印章名称.
        seal_number: Its number 印章标识.
        seal_maker: Who made it 制章者: the subject of the certificate.
        trust: Whether who signed is trusted.
        anchor: By which trusted certificate.
        revocation: What came along about revocation.
        notes: What else is to be said.
    """

    kind: SealKind
    place: str
    form: str = ""
    integrity: Integrity = Integrity.UNKNOWN
    coverage: Coverage | None = None
    signer: str = ""
    certificate: bytes = field(default=b"", repr=False)
    algorithm: str = ""
    claimed_at: datetime | None = None
    stamped_at: datetime | None = None
    stamped_by: str = ""
    seal_name: str = ""
    seal_number: str = ""
    seal_maker: str = ""
    trust: Trust = Trust.UNKNOWN
    anchor: str = ""
    revocation: Revocation = Revocation.NONE
    notes: tuple[Note, ...] = field(default=(), repr=False)

    @property
    def outcome(self) -> Outcome:
        """
        Passed, failed, or needs review: what is indeterminate, a person looks at.

        It passes only if the content is whole and its signer trusted.
        """
        outcomes = {note.outcome for note in self.notes}
        if self.integrity is Integrity.ALTERED or Outcome.FAILED in outcomes:
            return Outcome.FAILED
        certain = self.integrity is Integrity.WHOLE and self.trust is Trust.TRUSTED
        if not certain or Outcome.NEEDS_REVIEW in outcomes:
            return Outcome.NEEDS_REVIEW
        return Outcome.PASSED

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal; empty if there is none."""
        return hashlib.sha256(self.certificate).hexdigest() if self.certificate else ""

    def message(self, lang: Language) -> str:
        """Return it in one line, in the language *lang*."""
        said = [note.message(lang) for note in self.notes[:_SAID]]
        more = len(self.notes) - len(said)
        if lang == "zh":
            who = f"签名人 {self.signer}" if self.signer else "签名人未知"
            head = (
                f"{self.kind.zh}，{who}，内容{self.integrity.zh}，签名人{self.trust.zh}"
            )
            said += [f"另有 {more} 项"] * bool(more)
            return "；".join((head, *said))
        who = f"by {self.signer}" if self.signer else "by an unknown signer"
        head = (
            f"{self.kind.label('en')} {who}, content: {self.integrity.label('en')}, "
            f"signer: {self.trust.label('en')}"
        )
        said += [f"{more} more"] * bool(more)
        return "; ".join((head, *said))

    def texts(self) -> Mapping[str, str]:
        """
        Return it as plain texts, as metadata has them; what is not known is left out.

        The same file, trust and moment give the same texts.
        """
        moments = {"claimed_at": self.claimed_at, "stamped_at": self.stamped_at}
        values = {
            "kind": self.kind.zh,
            "place": shortened(self.place),
            "form": self.form,
            "outcome": self.outcome.zh,
            "integrity": self.integrity.zh,
            "coverage": _covered(self.coverage),
            "signer": shortened(self.signer),
            "certificate": f"sha256:{self.fingerprint}" if self.certificate else "",
            "algorithm": self.algorithm,
            **{name: in_china(at).isoformat() for name, at in moments.items() if at},
            "stamped_by": shortened(self.stamped_by),
            "seal_name": self.seal_name,
            "seal_number": self.seal_number,
            "seal_maker": shortened(self.seal_maker),
            "trust": self.trust.zh,
            "anchor": shortened(self.anchor),
            "revocation": self.revocation.zh,
            "notes": _fit(self.message("zh"), _LONGEST_NOTES),
        }
        return {name: text for name, text in values.items() if text}

    def as_json(self) -> dict[str, Json]:
        """Return all of it but the certificate, which stands as its digest."""
        coverage = self.coverage
        covered: Json = None
        if coverage is not None:
            covered = {
                "whole": coverage.whole,
                "size": coverage.size,
                "of": coverage.of,
                "uncovered": list(coverage.uncovered),
            }
        return {
            "kind": str(self.kind.value),
            "place": self.place,
            "form": self.form,
            "outcome": str(self.outcome.value),
            "integrity": str(self.integrity.value),
            "coverage": covered,
            "signer": self.signer,
            "certificate_sha256": self.fingerprint,
            "algorithm": self.algorithm,
            "claimed_at": _moment(self.claimed_at),
            "stamped_at": _moment(self.stamped_at),
            "stamped_by": self.stamped_by,
            "seal_name": self.seal_name,
            "seal_number": self.seal_number,
            "seal_maker": self.seal_maker,
            "trust": str(self.trust.value),
            "anchor": self.anchor,
            "revocation": str(self.revocation.value),
            "notes": [
                {"outcome": str(note.outcome.value), "en": note.en, "zh": note.zh}
                for note in self.notes
            ],
        }


def shortened(text: str) -> str:
    """
    Return *text*, which a file gives, as it may stand in metadata and reports.

    >>> shortened("专用章\\u202e(1)\\n")
    '专用章\\\\u202e(1)\\\\n'
    """
    return _fit(text, _LONGEST)


def _fit(text: str, most: int) -> str:
    kept = "".join(
        each if each.isprintable() and each not in _LOST else _escaped(each)
        for each in text[:most]
    )
    return kept if len(kept) <= most else f"{kept[: most - 1]}…"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _covered(coverage: Coverage | None) -> str:
    if coverage is None:
        return ""
    if coverage.whole:
        return "全部"
    return f"{coverage.size}/{coverage.of}"
