"""SM2 certificates of every kind: those of `authority`, with the keys exchanged."""

from __future__ import annotations

from functools import cache
from typing import Any

from attrs import frozen

from egovarchive.signing import der
from egovarchive.signing.algorithms import ALGORITHMS
from egovarchive.signing.certificates import write_pem
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.private_key import PrivateKey
from egovarchive.signing.sm2 import DEFAULT_ID
from egovarchive.signing.trust import TrustStore
from signing.authority import Issued, issue

SM2_SM3 = ALGORITHMS["sm2-sm3"].identifier


@cache
def sm2_key(number: int = 0) -> PrivateKey:
    del number
    return PrivateKey.generate("sm2-sm3")


@frozen
class Sm2Issued:
    """An SM2 certificate with its key, and the certificate that it was made from."""

    der: bytes
    key: PrivateKey
    mould: Issued

    @property
    def pem(self) -> bytes:
        return write_pem([self.der])

    @property
    def key_pem(self) -> bytes:
        return self.key.pem()


def issue_sm2(
    name: str,
    by: Sm2Issued | None = None,
    *,
    number: int = 0,
    algorithm: bytes = SM2_SM3,
    signer_id: bytes = DEFAULT_ID,
    **changes: Any,
) -> Sm2Issued:
    """Return an SM2 certificate for *name*, by default one that a path accepts."""
    mould = issue(name, by.mould if by else None, number=number, **changes)
    key = sm2_key(number)
    body = der.read(der.read(mould.der).take(der.SEQUENCE).raw)
    before = [body.take().raw, body.take().raw]
    body.take()
    names = [body.take().raw for _ in range(3)]
    body.take()
    signed = der.sequence(*before, algorithm, *names, key.info, body.take().raw)
    raw = (by.key if by else key).sign("sm2-sm3", signed, signer_id=signer_id)
    whole = der.sequence(signed, algorithm, der.write(der.BIT_STRING, b"\x00", raw))
    return Sm2Issued(whole, key, mould)


def sm2_signer_of(leaf: Sm2Issued, *above: Sm2Issued, **more: Any) -> KeySigner:
    return KeySigner.from_pem(
        leaf.key_pem, write_pem([each.der for each in (leaf, *above)]), **more
    )


def sm2_store_of(*anchors: Sm2Issued, **more: Any) -> TrustStore:
    return TrustStore([anchor.der for anchor in anchors], **more)


@cache
def sm2_family() -> tuple[Sm2Issued, Sm2Issued, Sm2Issued]:
    """Return a root, what it issued, and the signer that this issued."""
    root = issue_sm2("国密根证书", number=1, ca=True)
    middle = issue_sm2("国密运营 CA", root, number=2, ca=True)
    return root, middle, issue_sm2("某市行政审批局", middle, number=3)
