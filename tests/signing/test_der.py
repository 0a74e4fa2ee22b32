"""ITU-T X.690: one encoding for each value, and `asn1crypto` agrees about it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone

import pytest
from asn1crypto import core  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.signing import der
from egovarchive.signing.der import DerError, Reader

UTC = timezone.utc
moments = st.datetimes(
    min_value=datetime(1900, 1, 1),
    max_value=datetime(9999, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]),
)
oids = st.builds(
    lambda root, rest: ".".join(map(str, (*root, *rest))),
    st.one_of(
        st.tuples(st.integers(0, 1), st.integers(0, 39)),
        st.tuples(st.just(2), st.integers(0, 10_000)),
    ),
    st.lists(st.integers(0, 2**40), max_size=6),
)


def reading(source: bytes) -> Reader:
    return Reader.of(source)


@given(st.integers(min_value=0, max_value=2**200))
def test_integers_agree_with_the_oracle(value: int) -> None:
    encoded = der.integer(value)
    assert encoded == core.Integer(value).dump()
    assert reading(encoded).take_integer() == value


@given(st.integers(min_value=-(2**100), max_value=2**100))
def test_negative_integers_are_read_as_the_oracle_writes_them(value: int) -> None:
    assert reading(core.Integer(value).dump()).take_integer() == value


@given(oids)
def test_identifiers_agree_with_the_oracle(dotted: str) -> None:
    encoded = der.oid(dotted)
    assert encoded == core.ObjectIdentifier(dotted).dump()
    assert reading(encoded).take_oid() == dotted


@given(st.binary(max_size=70_000))
def test_octets_agree_with_the_oracle(value: bytes) -> None:
    encoded = der.octets(value)
    assert encoded == core.OctetString(value).dump()
    assert reading(encoded).take_octets() == value


@pytest.mark.parametrize("size", [0, 127, 128, 255, 256, 65_535, 65_536, 16_777_216])
def test_every_length_of_length_is_read_back(size: int) -> None:
    encoded = der.octets(bytes(size))
    assert encoded == core.OctetString(bytes(size)).dump()
    assert len(reading(encoded).take_octets()) == size


@given(st.lists(st.integers(0, 2**70), max_size=8, unique=True))
def test_sets_agree_with_the_oracle(values: list[int]) -> None:
    class Numbers(core.SetOf):  # type: ignore[misc]
        _child_spec = core.Integer

    encoded = der.set_of(*map(der.integer, values))
    assert encoded == Numbers(values).dump()
    elements = reading(encoded).take_set(der.INTEGER)
    read = [reading(element.raw).take_integer() for element in elements]
    assert sorted(read) == sorted(values)


@given(moments)
def test_times_agree_with_the_oracle(moment: datetime) -> None:
    encoded = der.time(moment)
    whole = moment.astimezone(UTC).replace(microsecond=0)
    kind = core.UTCTime if 1950 <= whole.year < 2050 else core.GeneralizedTime
    assert encoded == kind(whole).dump()
    assert reading(encoded).take_time() == whole


def test_bits_agree_with_the_oracle() -> None:
    assert reading(core.BitString((1, 0, 1)).dump()).take_bits() == (b"\xa0", 5)
    assert reading(core.BitString(()).dump()).take_bits() == (b"", 0)


BAD: list[tuple[str, str, Callable[[Reader], object]]] = [
    ("nothing", "", Reader.take),
    ("a tag alone", "04", Reader.take),
    ("content cut short", "040301", Reader.take),
    ("length cut short", "048201", Reader.take),
    ("indefinite length", "3080020101 0000", Reader.take),
    ("length not in the short form", "04810101", Reader.take),
    ("length with a leading zero", "0482008100", Reader.take),
    ("length of five octets", "04850000000001ff", Reader.take),
    ("high tag number", "1f1f0101", Reader.take),
    ("another tag", "0500", lambda r: r.take(der.SEQUENCE)),
    ("constructed octet string", "2403040100", Reader.take_octets),
    ("empty integer", "0200", Reader.take_integer),
    ("integer with a leading zero", "0202007f", Reader.take_integer),
    ("integer with leading ones", "0202ff80", Reader.take_integer),
    ("empty identifier", "0600", Reader.take_oid),
    ("identifier cut short", "06022a86", Reader.take_oid),
    ("padded identifier", "06032a8001", Reader.take_oid),
    ("endless identifier", "0641" + "81" * 64 + "01", Reader.take_oid),
    ("empty bit string", "0300", Reader.take_bits),
    ("eight unused bits", "030208 00", Reader.take_bits),
    ("unused bits of nothing", "030101", Reader.take_bits),
    ("unused bits that are set", "03020101", Reader.take_bits),
    ("unsorted set", "3106020102020101", lambda r: r.take_set(None)),
    ("set that repeats itself", "3106020101020101", lambda r: r.take_set(None)),
    ("set of something else", "3103020101", lambda r: r.take_set(der.OID)),
    ("time without a zone", "170c" + b"260101000000".hex(), Reader.take_time),
    ("time without seconds", "170b" + b"2601010000Z".hex(), Reader.take_time),
    ("time of another zone", "1711" + b"260101000000+0800".hex(), Reader.take_time),
    ("fractions", "1811" + b"20260101000000.5Z".hex(), Reader.take_time),
    ("30 February", "170d" + b"260230000000Z".hex(), Reader.take_time),
    ("24 o'clock", "170d" + b"260101240000Z".hex(), Reader.take_time),
    ("a leap second", "170d" + b"161231235960Z".hex(), Reader.take_time),
    ("the year nought", "180f" + b"00000101000000Z".hex(), Reader.take_time),
    ("letters", "170d" + b"2601010000 0Z".hex(), Reader.take_time),
    ("a number for a time", "020101", Reader.take_time),
]


@pytest.mark.parametrize(
    ("source", "take"), [row[1:] for row in BAD], ids=[row[0] for row in BAD]
)
def test_what_is_not_strict_is_refused(
    source: str, take: Callable[[Reader], object]
) -> None:
    with pytest.raises(DerError) as caught:
        take(reading(bytes.fromhex(source)))
    assert caught.value.message("zh") != caught.value.message("en")


def test_bytes_after_the_whole_are_refused() -> None:
    with pytest.raises(DerError, match="1 bytes too many"):
        der.read(der.sequence() + b"\x00")


def test_bytes_left_unread_are_refused() -> None:
    content = der.read(der.sequence(der.integer(1), der.integer(2)))
    content.take_integer()
    with pytest.raises(DerError, match="3 bytes too many at byte 5"):
        content.done()


def test_deep_nesting_is_refused() -> None:
    nested = b""
    for _ in range(40):
        nested = der.sequence(nested)
    content = Reader.of(nested)
    with pytest.raises(DerError, match="nested deeper than 32"):  # noqa: PT012
        for _ in range(40):
            content = content.take(der.SEQUENCE)


def walk(content: Reader) -> None:
    """Read everything in every way it can be read."""
    while content.more():
        element = content.take()
        for take in (
            Reader.take_integer,
            Reader.take_oid,
            Reader.take_time,
            Reader.take_bits,
            Reader.take_octets,
            lambda r: r.take_set(None, tag=r.raw[0]),
        ):
            with suppress(DerError):
                take(Reader.of(element.raw))
        if element.tag & 0x20:
            walk(element)


@given(st.binary(max_size=400))
def test_on_any_bytes_only_its_own_error_leaves(source: bytes) -> None:
    try:
        walk(Reader.of(source))
    except DerError:
        return
    # It was read to the end, so its elements are all there is.
    whole = Reader.of(source)
    parts = []
    while whole.more():
        parts.append(whole.take().raw)
    assert b"".join(parts) == source


def test_a_number_that_cannot_be_written_down_is_refused() -> None:
    """Python refuses to print more than 4,300 digits, in error messages too."""
    longest = der.write(der.INTEGER, b"\x01" * der.MAX_INTEGER_SIZE)
    assert str(der.Reader.of(longest).take_integer())
    longer = der.write(der.INTEGER, b"\x01" * (der.MAX_INTEGER_SIZE + 1))
    with pytest.raises(DerError, match="at most 1024"):
        der.Reader.of(longer).take_integer()
