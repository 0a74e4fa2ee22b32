"""Whatever is done to a signature: a verdict comes out, soon, and never a good one."""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Callable, Iterator

import pytest

from corpus.ofd_maker import zipped
from egovarchive.errors import EgovArchiveError, SignatureInvalidError
from egovarchive.formats import BytesSource, Limits
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome
from egovarchive.seals import SealVerdict, ber
from egovarchive.seals.documents import verdicts_of
from egovarchive.seals.message import read_message
from egovarchive.seals.notes import Notes
from egovarchive.seals.ses import read_seal, read_signature
from egovarchive.seals.wrapping import unwrapped
from egovarchive.signing import der
from egovarchive.signing.trust import TrustStore
from seals.sealed_ofd import sealed
from seals.seals import VERSIONS, Making, people, store
from seals.signed_pdf import pdf
from seals.test_pdf import OURS, cades, sm2
from signing.authority import AT

XML = b"<Signature/>"
CHANCE = 20_261_123
PEOPLE = people()


def mutations(data: bytes, count: int, seed: int = CHANCE) -> Iterator[bytes]:
    """Yield *data* with a byte changed, taken out or put in, or cut."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(count):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                yield (
                    data[:at]
                    + bytes((data[at] ^ 1 << chance.randrange(8),))
                    + (data[at + 1 :])
                )
            case 1:
                yield data[:at] + data[at + 1 :]
            case 2:
                yield data[:at] + chance.randbytes(2) + data[at:]
            case _:
                yield data[:at]


def look(data: bytes, form: str, trust: TrustStore) -> tuple[SealVerdict, ...]:
    return verdicts_of(
        BytesSource(f"a.{form}", data),
        FORMATS[form],
        trust=trust,
        at=AT,
        limits=Limits(seconds=5),
    )


READERS: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "message": (lambda data: read_message(data, Notes()), cades(XML)),
    "sm2 message": (lambda data: read_message(data, Notes()), sm2(XML)),
    "seal": (lambda data: read_seal(data, Notes()), Making().seal()),
    **{
        f"signature V{version}": (
            lambda data: read_signature(data, Notes()),
            Making(version=version).sign(XML),
        )
        for version in VERSIONS
    },
    "ber": (ber.split, cades(XML)),
    "wrapping": (lambda data: unwrapped(data, Notes()), der.octets(cades(XML))),
}


@pytest.mark.parametrize("name", READERS)
def test_readers_raise_only_what_they_promise(name: str) -> None:
    read, good = READERS[name]
    read(good)
    refused = 0
    for data in mutations(good, 3_000):
        try:
            read(data)
        except SignatureInvalidError:  # noqa: PERF203 - each has its own
            refused += 1
    assert refused > 300


@pytest.mark.parametrize("version", VERSIONS)
def test_no_mutation_of_a_seal_passes(version: int) -> None:
    making = Making(version=version)
    seal, value = making.seal(), b""

    def sign(xml: bytes) -> bytes:
        nonlocal value
        value = making.sign(xml)
        return value

    with zipfile.ZipFile(io.BytesIO(sealed(sign, seal=seal))) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    name = "Doc_0/Signs/Sign_0/SignedValue.dat"
    assert parts[name] == value
    for mutated in mutations(value, 250, seed=version):
        if mutated == value:
            continue
        [found] = look(zipped({**parts, name: mutated}), "ofd", store())
        assert found.outcome is not Outcome.PASSED, found.message("en")


@pytest.mark.parametrize("what", ["ofd", "pdf"])
def test_a_mutated_document_has_a_verdict_or_a_typed_error(what: str) -> None:
    making = Making()
    good = sealed(making.sign, seal=making.seal()) if what == "ofd" else pdf(cades)
    trust = store() if what == "ofd" else OURS
    passed = 0
    for data in mutations(good, 400):
        try:
            found = look(data, what, trust)
        except EgovArchiveError:
            continue
        for each in found:
            each.texts()
            each.as_json()
            passed += each.outcome is Outcome.PASSED
    # Zeros kept free for the value, and times in the ZIP, are nobody's content.
    assert passed < 250


def test_what_may_change_in_a_message_changes_nothing_that_is_said() -> None:
    """Versions, and digests named twice, are signed by nobody."""
    good = pdf(cades)
    [whole] = look(good, "pdf", OURS)
    passed = 0
    start = good.index(b"/Contents <") + len(b"/Contents <")
    chance = random.Random(CHANCE)  # noqa: S311 - no secret
    size = len(cades(b"x"))
    for _ in range(300):
        at = start + chance.randrange(2 * size - 8)
        digit = b"0123456789abcdef"[chance.randrange(16)]
        data = good[:at] + bytes((digit,)) + good[at + 1 :]
        if data == good:
            continue
        [found] = look(data, "pdf", OURS)
        if found.outcome is Outcome.PASSED:
            passed += 1
            assert found == whole
    assert passed < 10


BOMBS: dict[str, bytes] = {
    "open lengths": b"\x30\x80" * 100_000,
    "nested": b"\x30\x84\x00\x03\x00\x00" * 40_000,
    "a million elements": der.sequence(b"\x05\x00" * 1_000_000),
    "ends without starts": b"\x30\x80" + b"\0\0" * 500_000,
    "octets in octets": b"\x24\x80" * 50_000,
    "base64": b"MII" + b"A" * 3_000_000,
    "a certificate list": der.sequence(der.sequence() * 300_000),
}


@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_ends_soon(what: str) -> None:
    before = time.process_time()
    for form, data in (
        ("ofd", sealed(lambda _: BOMBS[what])),
        ("pdf", pdf(lambda _: BOMBS[what][: 1 << 20], room=1 << 20)),
    ):
        for found in look(data, form, store()):
            assert found.outcome is Outcome.NEEDS_REVIEW
    assert time.process_time() - before < 3
