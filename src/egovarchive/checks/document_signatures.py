"""Document signatures 文件自带签名: what signatures and seals in files prove."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from egovarchive.checks.check import Said, Subject
from egovarchive.checks.content import NAMED, Tally
from egovarchive.checks.examined import Examined
from egovarchive.errors import EgovArchiveError
from egovarchive.records.moment import in_china
from egovarchive.records.outcome import Outcome

if TYPE_CHECKING:
    from egovarchive.seals import SealVerdict

_FORMATS: Final = frozenset({"ofd", "pdf"})
_WORST: Final = (Outcome.FAILED, Outcome.NEEDS_REVIEW, Outcome.PASSED)


def document_signatures(subject: Subject) -> Iterator[Said]:
    """
    Yield what each signature and seal in the content files of *subject* proves.

    Who is trusted to sign documents, its policy says. Without that the content is
    judged all the same, and the signer is for a person to judge.
    """
    tally = Tally()
    unsigned = 0
    for file in subject.files:
        if file.format is None or file.format.id not in _FORMATS:
            continue
        try:
            verdicts = _verdicts(subject, file)
        except EgovArchiveError as error:
            tally.leave(file, error.message("en"), error.message("zh"))
            continue
        unsigned += not verdicts
        tally.objected |= bool(verdicts)
        yield from _told(file, verdicts)
    if unsigned:
        yield Said(
            Outcome.PASSED,
            subject.object,
            f"{unsigned} files without a signature of their own",
            f"{unsigned} 个文件不带电子签名",
        )
        yield from tally.left(subject.object)
    else:
        yield from tally.told(subject)


def _verdicts(subject: Subject, file: Examined) -> tuple[SealVerdict, ...]:
    # What verifies signatures takes a while to load, and most files have none.
    from egovarchive.seals.documents import seals_in  # noqa: PLC0415

    tools = subject.tools
    assert file.format is not None  # noqa: S101 - the caller looked
    assert tools is not None  # noqa: S101 - it needs them
    return seals_in(
        file.source,
        file.format,
        trust=subject.policy.document_trust,
        at=subject.at,
        limits=tools.limits,
        worker=tools.worker,
    )


def _told(file: Examined, verdicts: tuple[SealVerdict, ...]) -> Iterator[Said]:
    ranked = sorted(verdicts, key=lambda each: _WORST.index(each.outcome))
    for verdict in ranked[:NAMED]:
        en, zh = _evidence(verdict)
        yield Said(
            verdict.outcome,
            file.path,
            f"{verdict.place}: {verdict.message('en')}{en}",
            f"{verdict.place}：{verdict.message('zh')}{zh}",
            found=verdict.signer,
            digest=file.digest,
        )
    if rest := ranked[NAMED:]:
        yield Said(
            rest[0].outcome,
            file.path,
            f"{len(rest)} more signatures",
            f"另有 {len(rest)} 个签名",
            digest=file.digest,
        )


def _evidence(verdict: SealVerdict) -> tuple[str, str]:
    """Return certificate, algorithm and time of *verdict*, in English and Chinese."""
    en, zh = [], []
    if verdict.algorithm:
        en.append(verdict.algorithm)
        zh.append(f"算法 {verdict.algorithm}")
    if verdict.stamped_at is not None:
        moment = in_china(verdict.stamped_at).isoformat()
        en.append(f"time-stamped {moment}")
        zh.append(f"时间戳 {moment}")
    if verdict.claimed_at is not None:
        moment = in_china(verdict.claimed_at).isoformat()
        en.append(f"claims {moment}")
        zh.append(f"自称时间 {moment}")
    if verdict.certificate:
        en.append(f"certificate sha256:{verdict.fingerprint}")
        zh.append(f"证书 sha256:{verdict.fingerprint}")
    if verdict.seal_name:
        en.append(f"seal {verdict.seal_name}")
        zh.append(f"印章 {verdict.seal_name}")
    if not en:
        return "", ""
    return f" ({', '.join(en)})", f"（{'，'.join(zh)}）"
