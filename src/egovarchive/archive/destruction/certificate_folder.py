"""Certificate folder: all that proves a destruction, for who has no archive."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from attrs import field, frozen

from egovarchive.archive.destruction.certificate_page import (
    certificate_html,
    certificate_text,
)
from egovarchive.archive.destruction.destruction_files import (
    CERTIFICATE,
    LIST,
    LIST_SIGNATURE,
    LIST_TOKEN,
    SIGNATURE,
    TOKEN,
    TOMBSTONES,
    DestructionFiles,
    evidence_name,
)
from egovarchive.archive.sealing.proof_page import trust_text
from egovarchive.archive.unpack import appear
from egovarchive.errors import ArchiveError
from egovarchive.lifecycle.certificate import DestructionCertificate
from egovarchive.lifecycle.tombstone import Tombstone
from egovarchive.signing import VerifiedSignature
from egovarchive.signing.certificates import write_pem
from egovarchive.signing.timestamps.signed_info import SignedInfo

SUMS: Final = "SHA256SUMS"
SCRIPT: Final = "verify.sh"
# Where the first check of a proof begins: what stands before is good for both scripts.
_FIRST: Final = "# --- 1. "


@frozen
class CertificateFolder:
    """
    Writes what proves a destruction; see `Destroying.export_certificate`.

    Args:
        files: Where the list and all that belongs to it are kept.
    """

    files: DestructionFiles = field(repr=False)

    def write(self, certificate: DestructionCertificate, folder: Path) -> Path:
        """Write all that proves *certificate* into *folder*, whole or not at all."""
        texts = dict(self._texts(certificate))

        def fill(place: Path) -> None:
            for name, data in texts.items():
                path = place / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            sums = (f"{sha256(d).hexdigest()}  {n}\n" for n, d in sorted(texts.items()))
            (place / SUMS).write_bytes("".join(sums).encode())

        return appear(folder, fill)

    def _texts(
        self, certificate: DestructionCertificate
    ) -> Iterator[tuple[str, bytes]]:
        """Yield the names and bytes of all files but the checksums."""
        stones = self.files.tombstones() or {}
        kept = {name: self._needed(name) for name in _NEEDED}
        tokens = {name: self.files.get(name) for name in (LIST_TOKEN, TOKEN)}
        if sha256(kept[TOMBSTONES]).hexdigest() != certificate.tombstones:
            raise self.files.altered(TOMBSTONES)
        stamped_at = None
        if (token := tokens[TOKEN]) is not None:
            stamped_at = SignedInfo.parse(token).info.gen_time
        signed = self._signed(kept[SIGNATURE], kept[CERTIFICATE])
        yield from kept.items()
        yield from ((name, data) for name, data in tokens.items() if data is not None)
        yield from self._evidence(stones)
        yield "trust/signers.pem", write_pem([signed.path[-1]])
        if authorities := self.files.acting.archiving.authorities:
            yield "trust/authorities.pem", write_pem(authorities)
        yield "trust/READ-ME.txt", trust_text().encode()
        sealed = sum(stone.evidence is not None for stone in stones.values())
        shown = (certificate, signed, stamped_at, sealed)
        yield "certificate.html", certificate_html(*shown).encode()
        yield "certificate.txt", certificate_text(*shown).encode()
        yield SCRIPT, script()

    def _evidence(self, stones: dict[str, Tombstone]) -> Iterator[tuple[str, bytes]]:
        for stone in stones.values():
            if stone.evidence is not None:
                name = evidence_name(stone.evidence)
                data = self._needed(name)
                if sha256(data).hexdigest() != stone.evidence:
                    raise self.files.altered(name)
                yield name, data

    def _needed(self, name: str) -> bytes:
        return self.files.acting.kept(self.files.key(name))

    def _signed(self, signature: bytes, data: bytes) -> VerifiedSignature:
        archiving = self.files.acting.archiving
        if archiving.verifier is None:
            raise ArchiveError(
                "this archive was opened without signers to trust",
                "该档案库未配置受信任的签名者，不能出证",
            )
        certificate = DestructionCertificate.decode(data)
        return archiving.verifier.verify(signature, data, at=certificate.issued_at)


_NEEDED: Final = (LIST, LIST_SIGNATURE, TOMBSTONES, CERTIFICATE, SIGNATURE)


def script() -> bytes:
    """Return the script that verifies the folder with a shell and openssl."""
    here = Path(__file__)
    other = here.parents[1] / "sealing" / "proof_verify.sh"
    proof = other.read_text(encoding="utf-8")
    words = proof[: proof.index(_FIRST)]
    own = here.with_name("certificate_verify.sh").read_text(encoding="utf-8")
    return (words + own).encode()
