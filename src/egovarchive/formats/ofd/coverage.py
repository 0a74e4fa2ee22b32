"""Coverage: what the signatures of an OFD document cover, and what changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import shown
from egovarchive.formats.observation import Observation
from egovarchive.formats.ofd.package import OfdPackage
from egovarchive.formats.ofd.signed import (
    WEAK,
    Match,
    OfdSignature,
    SignedReference,
)
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.outcome import Outcome

_NAMED: Final = 5  # files, of those that no signature covers


def reference_findings(
    signatures: Sequence[OfdSignature], package: OfdPackage, own: Collection[str]
) -> Iterator[Observation]:
    """
    Yield what is wrong with what *signatures* cover.

    Args:
        signatures: All of the package, in the order they were made.
        package: The files they cover.
        own: The files that signatures themselves are made of, and their lists.
    """
    last = {each.listed_in: number for number, each in enumerate(signatures)}
    # A later signature has to be entered into the list, and the list, if there was
    # none, into OFD.xml.
    moving = {package.entry_point, *last}
    for number, signature in enumerate(signatures):
        yield from _signature(signature)
        changing = moving if last[signature.listed_in] > number else set()
        for reference in signature.references:
            yield from _reference(reference, signature, changing)
    if signatures:
        yield from _uncovered(signatures, package, own)


def _signature(signature: OfdSignature) -> Iterator[Observation]:
    place = shown(signature.part)
    if not signature.references:
        yield Observation(
            Aspect.CONFORMANT,
            Outcome.FAILED,
            "a signature should cover files, and covers none",
            "签名应保护文件，实未保护任何文件",
            place,
        )
    if signature.algorithm in WEAK:
        yield Observation(
            Aspect.CONFORMANT,
            Outcome.WARNED,
            f"digests should be SM3, but are {signature.method}: too weak to rest on",
            f"摘要算法应为 SM3，实为 {signature.method}，强度不足",
            place,
        )
    elif not signature.algorithm:
        yield Observation(
            Aspect.COMPLETE,
            Outcome.NOT_PERFORMED,
            f"the CheckMethod {quoted(signature.method)} is not known: "
            "signed digests were not compared",
            f"未知的 CheckMethod {quoted(signature.method)}，未比对签名摘要",
            place,
        )
    if signature.more:
        yield Observation(
            Aspect.COMPLETE,
            Outcome.NOT_PERFORMED,
            f"{signature.more} more references were not looked at",
            f"另有 {signature.more} 条引用未检测",
            place,
        )


def _reference(
    reference: SignedReference, signature: OfdSignature, moving: Collection[str]
) -> Iterator[Observation]:
    place = shown(signature.part)
    if reference.match is Match.MISSING:
        yield Observation(
            Aspect.COMPLETE,
            Outcome.FAILED,
            f"the signed file {quoted(reference.text)} is not in the package",
            f"已签名的文件 {quoted(reference.text)} 不在文件包中",
            place,
        )
    elif reference.match is Match.UNKNOWN and signature.algorithm:
        yield Observation(
            Aspect.COMPLETE,
            Outcome.NOT_PERFORMED,
            f"{shown(reference.name)} could not be read: its digest was not compared",
            f"{shown(reference.name)} 未能读取，未比对摘要",
            place,
        )
    elif reference.match is Match.DIFFERENT:
        what = f"{signature.method} {reference.expected or '?'}"
        found = reference.found or "?"
        name = shown(reference.name)
        if reference.name in moving:
            yield Observation(
                Aspect.COMPLETE,
                Outcome.WARNED,
                f"{name} was changed after it was signed (expected {what}, found "
                f"{found}); the later signature may have done so",
                f"{name} 签名后有变动（应为 {what}，实为 {found}），"
                "可能由后加的签名引起",
                place,
            )
        else:
            yield Observation(
                Aspect.COMPLETE,
                Outcome.FAILED,
                f"{name} is not what was signed: expected {what}, found {found}",
                f"{name} 与签名时不一致：应为 {what}，实为 {found}",
                place,
            )


def _uncovered(
    signatures: Sequence[OfdSignature], package: OfdPackage, own: Collection[str]
) -> Iterator[Observation]:
    covered = {each.name for signature in signatures for each in signature.references}
    bare = [name for name in package.names if name not in covered and name not in own]
    if bare:
        names = ", ".join(shown(name) for name in bare[:_NAMED])
        more = len(bare) - _NAMED
        yield Observation(
            Aspect.CONFORMANT,
            Outcome.WARNED,
            f"{len(bare)} files are covered by no signature: {names}"
            + (f" and {more} more" if more > 0 else ""),
            f"有 {len(bare)} 个文件未被任何签名保护：{names}"
            + (f"，另有 {more} 个" if more > 0 else ""),
        )
