"""Seals and signatures with them, of all versions and with every deviation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any

from attrs import evolve, frozen

from egovarchive.signing import der
from egovarchive.signing.algorithms import digest_of
from egovarchive.signing.trust import TrustStore
from signing.authority import AT, NOT_AFTER, NOT_BEFORE
from signing.sm2_authority import Sm2Issued, issue_sm2, sm2_store_of

SM2_SM3_OID = der.oid("1.2.156.10197.1.501")
VERSIONS = (1, 4, 5)
NAME = "某市行政审批局行政审批专用章"
Time = Callable[[datetime], bytes]


@cache
def people() -> tuple[Sm2Issued, Sm2Issued, Sm2Issued]:
    """Return a root, who makes seals, and who signs with one."""
    root = issue_sm2("电子政务根证书", number=11, ca=True)
    return (
        root,
        issue_sm2("某市印章管理中心", root, number=12),
        issue_sm2("某市行政审批局", root, number=13),
    )


def store() -> TrustStore:
    return sm2_store_of(people()[0])


def bits(value: bytes) -> bytes:
    return der.write(der.BIT_STRING, b"\x00", value)


def utf8(text: str) -> bytes:
    return der.write(0x0C, text.encode())


def ia5(text: str) -> bytes:
    return der.write(0x16, text.encode())


def _in_utc(at: datetime, form: str) -> bytes:
    return at.astimezone(timezone.utc).strftime(form).encode()


def generalized(at: datetime) -> bytes:
    return der.write(der.GENERALIZED_TIME, _in_utc(at, "%Y%m%d%H%M%SZ"))


def utc(at: datetime) -> bytes:
    return der.write(der.UTC_TIME, _in_utc(at, "%y%m%d%H%M%SZ"))


def _sm3(data: bytes) -> bytes:
    return digest_of("sm3", data)


@frozen(kw_only=True)
class Making:
    """How a seal and a signature with it are made."""

    version: int = 4
    at: datetime = AT
    valid_from: datetime = NOT_BEFORE + timedelta(days=30)
    valid_until: datetime = NOT_AFTER - timedelta(days=30)
    maker: Sm2Issued = people()[1]
    signer: Sm2Issued = people()[2]
    belongs_to: Sm2Issued | None = None
    by_digest: bool = False
    only_information: bool = False
    bits: Callable[[bytes], bytes] = bits
    time: Time | None = None
    name: str = NAME
    number: str = "35020310000001"
    timestamp: Callable[[bytes], bytes] | None = None
    signature: Callable[[bytes], bytes] = bytes
    digest: Callable[[bytes], bytes] = _sm3
    picture: bytes = b"\x89PNG\r\n\x1a\n"

    def seal(self) -> bytes:
        """Return Seal.esl, the same each time."""
        return _seal(self)

    def new_seal(self) -> bytes:
        """Return another seal that says the same."""
        owner = (self.belongs_to or self.signer).der
        moment = self.time or (utc if self.version == 1 else generalized)
        listed = [der.octets(owner)]
        if self.by_digest:
            listed = [
                der.sequence(
                    der.write(0x13, b"SM3"), der.octets(digest_of("sm3", owner))
                )
            ]
        kind = [] if self.version == 1 else [der.integer(2 if self.by_digest else 1)]
        information = der.sequence(
            der.sequence(ia5("ES"), der.integer(self.version), ia5("corpus")),
            ia5(self.number),
            der.sequence(
                der.integer(1),
                utf8(self.name),
                *kind,
                der.sequence(*listed),
                *map(moment, (self.valid_from, self.valid_from, self.valid_until)),
            ),
            der.sequence(
                ia5("PNG"), der.octets(self.picture), der.integer(40), der.integer(40)
            ),
        )
        maker = der.octets(self.maker.der)
        signed = der.sequence(information, maker, SM2_SM3_OID)
        if self.only_information:
            signed = information
        raw = self.maker.key.sign("sm2-sm3", signed, signer_id=b"1234567812345678")
        rest = (maker, SM2_SM3_OID, self.bits(raw))
        if self.version == 1:
            return der.sequence(information, der.sequence(*rest))
        return der.sequence(information, *rest)

    def sign(self, xml: bytes) -> bytes:
        """Return SignedValue.dat over *xml*."""
        certificate = der.octets(self.signer.der)
        version = der.integer(self.version)
        about = ia5("/Doc_0/Signs/Sign_0/Signature.xml")
        data_hash = self.bits(self.digest(xml))
        if self.version == 1:
            moment = (self.time or (lambda at: self.bits(utc(at))))(self.at)
            rest = [certificate, SM2_SM3_OID]
        else:
            moment = (self.time or generalized)(self.at)
            rest = []
        signed = der.sequence(version, self.seal(), moment, data_hash, about, *rest)
        raw = self.signer.key.sign("sm2-sm3", signed, signer_id=b"1234567812345678")
        value = self.bits(self.signature(raw))
        if self.version == 1:
            return der.sequence(signed, value)
        stamp = b""
        if self.timestamp is not None:
            stamp = der.write(0xA0, bits(self.timestamp(raw)))
        return der.sequence(signed, certificate, SM2_SM3_OID, value, stamp)

    def but(self, **changes: Any) -> Making:
        return evolve(self, **changes)


_seal = cache(Making.new_seal)
