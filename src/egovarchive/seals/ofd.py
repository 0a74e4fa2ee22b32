"""
Signatures and seals in OFD (GB/T 33190—2016, clause 18), verified.

A signature is over its own description, Signature.xml, and that lists files with their
digests. Both are compared: what is in the package with the list (`formats.ofd`), and
the list with what was signed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from attrs import evolve, field, frozen

from egovarchive.errors import FormatError, SignatureInvalidError
from egovarchive.formats import Limits, Source
from egovarchive.formats.findings import shown
from egovarchive.formats.ofd.package import OfdPackage
from egovarchive.formats.ofd.part import OfdPart, Role, UnreadPart
from egovarchive.formats.ofd.signed import (
    WEAK,
    Digests,
    Match,
    OfdSignature,
    read_signature,
)
from egovarchive.formats.ofd.tree import parts
from egovarchive.records.outcome import Outcome
from egovarchive.seals.content import Content
from egovarchive.seals.message import is_message
from egovarchive.seals.messaging import message_proof
from egovarchive.seals.notes import Notes
from egovarchive.seals.proof import Proof
from egovarchive.seals.sealing import check_same_seal, seal_proof
from egovarchive.seals.ses import is_ses
from egovarchive.seals.signed_value import check_signed
from egovarchive.seals.signer import Court
from egovarchive.seals.verdict import (
    Coverage,
    Integrity,
    SealKind,
    SealVerdict,
)
from egovarchive.seals.wrapping import unwrapped
from egovarchive.signing import der
from egovarchive.signing.algorithms import ALGORITHMS
from egovarchive.signing.certificates import Certificate

MOST: Final = 100  # signatures
_VALUE: Final = 16 << 20  # bytes; the picture of a seal is inside
_NAMED: Final = 5  # files in one note
_ROLES: Final = (Role.OFD, Role.SIGNATURES, Role.SIGNATURE)


def ofd_verdicts(
    source: Source, limits: Limits, court: Court
) -> tuple[SealVerdict, ...]:
    """
    Return a verdict on each signature and seal in *source*, in the order of its lists.

    Raises:
        FormatError: It is no OFD document, or a limit is passed.
    """
    package = OfdPackage.open(source, limits)
    reading = _Reading(package)
    reading.run()
    return (
        *(reading.verdict(number, court) for number in range(len(reading.signed))),
        *map(_unread, reading.unread),
    )


@frozen(eq=False)
class _Signed:
    """A signature: its description, what that covers, and where the rest lies."""

    part: OfdPart = field(repr=False)
    covers: OfdSignature = field(repr=False)
    value: str
    seal: str


class _Reading:
    """One look at the signatures of one package."""

    def __init__(self, package: OfdPackage) -> None:
        self.signed: list[_Signed] = []
        self.unread: list[UnreadPart] = []
        self._package = package
        # Files that signatures themselves are made of, and their lists.
        self._own: set[str] = set()

    def run(self) -> None:
        """Find all signatures, and compare what they cover."""
        digests = Digests(self._package)
        listed: dict[str, tuple[str, str]] = {}
        for part in parts(self._package, _ROLES):
            if isinstance(part, UnreadPart):
                self.unread.append(part)
            elif part.role is Role.SIGNATURES:
                self._own.add(part.name)
                for link in part.links:
                    kind = link.element.get("ID", ""), link.element.get("Type", "")
                    listed.setdefault(link.location.name, (str(kind[0]), str(kind[1])))
                    if not link.location.name:
                        self._leave(part.name, "a signature that is not there")
            elif part.role is Role.SIGNATURE:
                if len(self.signed) == MOST:
                    self._leave(part.name, f"more than {MOST} signatures")
                    return
                self._own.add(part.name)
                self._own.update(link.location.name for link in part.links)
                number, kind_of = listed.get(part.name, ("", ""))
                self.signed.append(
                    _Signed(
                        part,
                        read_signature(part, number, kind_of, self._package, digests),
                        _linked(part, "SignedValue"),
                        _linked(part, "BaseLoc"),
                    )
                )

    def _leave(self, name: str, en: str) -> None:
        zh = "签名列表所列签名不存在或过多，未全部检测"
        self.unread.append(UnreadPart(name, FormatError(en, zh)))

    def verdict(self, number: int, court: Court) -> SealVerdict:
        """Return what signature *number* proves."""
        signed, notes = self.signed[number], Notes()
        part, covers = signed.part, signed.covers
        proof = Proof()
        try:
            xml = self._package.read(part.name)
            value = self._package.read(signed.value, _VALUE) if signed.value else b""
            proof = _proof(value, Content.of(xml), court, notes)
            if signed.seal:
                seal = self._package.read(signed.seal, _VALUE)
                check_same_seal(seal, value, notes)
        except (SignatureInvalidError, FormatError) as error:
            notes.doubt_for(error, "it was not verified", "未能验证")
        integrity = self._content(number, proof.integrity, notes)
        kind = SealKind.OFD_SIGNATURE if covers.type == "Sign" else SealKind.OFD_SEAL
        _look_at_kind(kind, proof, notes)
        coverage = self._coverage(number, notes)
        proof = evolve(proof, integrity=integrity)
        return proof.verdict(kind, shown(part.name), coverage, notes)

    def _content(self, number: int, integrity: Integrity, notes: Notes) -> Integrity:
        """Return whether the files are what was signed, if their list is."""
        covers = self.signed[number].covers
        if any(each.outcome is Outcome.FAILED for each in self._package.problems):
            notes.doubt(
                "the ZIP package is faulty: programs may read it differently",
                "ZIP 文件包有错误，不同软件的读取结果可能不同",
            )
        if covers.algorithm in WEAK:
            notes.doubt(
                f"its digests of files are {covers.method}: too weak to rest on",
                f"文件摘要算法为 {covers.method}，强度不足",
            )
        if covers.more:
            notes.doubt(
                f"{covers.more} more files were not compared",
                f"另有 {covers.more} 个文件未比对",
            )
        by_match = _by_match(covers, self._moving(number), notes)
        altered = (*by_match[Match.DIFFERENT], *by_match[Match.MISSING])
        if altered:
            notes.failed(
                f"files are not what was signed: {_names(altered)}",
                f"文件与签名时不一致：{_names(altered)}",
            )
            return Integrity.ALTERED
        if unknown := by_match[Match.UNKNOWN]:
            notes.doubt(
                f"files could not be compared: {_names(unknown)}",
                f"文件未能比对：{_names(unknown)}",
            )
            return Integrity.UNKNOWN
        if not covers.references:
            notes.failed("it covers no file", "签名未保护任何文件")
            return Integrity.UNKNOWN
        return integrity

    def _moving(self, number: int) -> Collection[str]:
        """Return the files that a later signature has to change."""
        listed_in = self.signed[number].covers.listed_in
        later = self.signed[number + 1 :]
        if any(each.covers.listed_in == listed_in for each in later):
            return {self._package.entry_point, listed_in}
        return ()

    def _coverage(self, number: int, notes: Notes) -> Coverage:
        """Return what is covered; note what no signature covers."""
        named = [{each.name for each in s.covers.references} for s in self.signed]
        content = [name for name in self._package.names if name not in self._own]
        bare = [name for name in content if name not in named[number]]
        lone = [name for name in bare if not any(name in names for names in named)]
        if lone:
            notes.doubt(
                f"{len(lone)} files are covered by no signature: {_names(lone)}",
                f"有 {len(lone)} 个文件未被任何签名保护：{_names(lone)}",
            )
        elif bare:
            notes.odd(
                f"{len(bare)} files are covered by other signatures only: "
                f"{_names(bare)}",
                f"有 {len(bare)} 个文件仅由其他签名保护：{_names(bare)}",
            )
        return Coverage(
            whole=not bare,
            size=len(content) - len(bare),
            of=len(content),
            uncovered=tuple(shown(name) for name in bare[:_NAMED]),
        )


def _proof(value: bytes, content: Content, court: Court, notes: Notes) -> Proof:
    structure = unwrapped(value, Notes())
    if is_message(structure):
        return message_proof(value, content, court, notes, proven=Proof())
    if is_ses(structure):
        return seal_proof(value, content, court, notes)
    if der.read(structure).value[:1] == bytes((der.INTEGER,)):
        return _bare_proof(structure, content, court, notes)
    raise SignatureInvalidError(
        "its value is neither a CMS message nor a seal",
        "签名值既非 CMS 报文，也非电子签章数据",
    )


def _bare_proof(value: bytes, content: Content, court: Court, notes: Notes) -> Proof:
    """Return what an SM2 signature proves that comes without a certificate."""
    xml = content.whole()

    def fits(certificate: Certificate) -> bool:
        if certificate.public_key.kind != "sm2":
            return False
        try:
            check_signed(certificate, ALGORITHMS["sm2-sm3"], value, xml, Notes())
        except SignatureInvalidError:
            return False
        return True

    owner = court.owner_of(fits)
    if owner is None:
        raise SignatureInvalidError(
            "it is a bare signature without a certificate, and no trusted one fits: "
            "nobody knows whose",
            "仅有签名值而无证书，受信任证书中也没有相符的，无法得知签名人",
        )
    trust, anchor = court.judge(owner, (), claimed=None, stamped=None, notes=notes)
    return Proof(
        form="GM/T 0009—2012",
        integrity=Integrity.WHOLE,
        signer=owner.subject_text,
        certificate=owner.der,
        algorithm="sm2-sm3",
        trust=trust,
        anchor=anchor,
    )


def _look_at_kind(kind: SealKind, proof: Proof, notes: Notes) -> None:
    if kind is SealKind.OFD_SEAL and proof.form and not proof.seal_maker:
        notes.odd(
            "it is listed as a seal, and there is no seal in it",
            "列为电子签章，但签名值中没有印章",
        )


def _by_match(
    covers: OfdSignature, moving: Collection[str], notes: Notes
) -> Mapping[Match, list[str]]:
    found: dict[Match, list[str]] = {match: [] for match in Match}
    for each in covers.references:
        name = each.name or each.text
        if each.match is not Match.DIFFERENT or each.name not in moving:
            found[each.match].append(name)
            continue
        # The list changes with every signature; OFD.xml says what the document is.
        note = notes.odd if each.name == covers.listed_in else notes.doubt
        note(
            f"{shown(name)} was changed after it was signed; the later signature "
            "may have done so",
            f"{shown(name)} 签名后有变动，可能由后加的签名引起",
        )
    return found


def _names(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    listed = ", ".join(shown(name) for name in names[:_NAMED])
    return listed if more <= 0 else f"{listed} (+{more})"


def _linked(part: OfdPart, element: str) -> str:
    return next((link.location.name for link in part.linked(element)), "")


def _unread(part: UnreadPart) -> SealVerdict:
    notes = Notes()
    notes.doubt_for(part.error, "not all signatures were read", "未能读取全部签名")
    return SealVerdict(
        kind=SealKind.OFD_SIGNATURE, place=shown(part.name), notes=notes.told()
    )
