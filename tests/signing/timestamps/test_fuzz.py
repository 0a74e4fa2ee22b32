"""Whatever comes, only typed errors leave."""

# ruff: noqa: S311  what is drawn here shall be the same each time

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import SignatureInvalidError, TimestampError
from egovarchive.signing.timestamps.info import TokenInfo
from egovarchive.signing.timestamps.request import TimestampRequest
from egovarchive.signing.timestamps.response import TimestampResponse, accepted_token
from egovarchive.signing.timestamps.signed_info import SignedInfo
from signing.timestamps.desk import (
    AT,
    AUTHORITY,
    NONCE,
    REQUEST,
    SECOND,
    TRUST,
    token_with,
    verified,
)

TOKEN = token_with()
ANSWER = AUTHORITY.reply(REQUEST.der)
SEEDS: dict[Callable[[bytes], object], bytes] = {
    TokenInfo.parse: SignedInfo.parse(TOKEN).content,
    TimestampRequest.parse: REQUEST.der,
    TimestampResponse.parse: ANSWER,
    SignedInfo.parse: TOKEN,
}
# What tags, lengths and numbers break on.
BYTES = [0x00, 0x01, 0x02, 0x05, 0x1F, 0x30, 0x31, 0x7F, 0x80, 0x81, 0x84, 0xA0, 0xFF]


def mutated(source: bytes, chance: random.Random) -> bytes:
    """Return *source* with one to three changes."""
    found = bytearray(source)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(found))
        match chance.randrange(5):
            case 0:
                found[place] ^= 1 << chance.randrange(8)
            case 1:
                found[place] = chance.choice(BYTES)
            case 2:
                found[place:place] = bytes(chance.choices(BYTES, k=2))
            case 3:
                del found[place : place + chance.randint(1, 4)]
            case _:
                size = chance.randint(1, 40)
                found[place:place] = found[place : place + size]
        found = found or bytearray(b"\x00")
    return bytes(found)


def refusal(reader: Callable[[bytes], object], source: bytes) -> str | None:
    """Return why *reader* refuses *source*; None: it does not."""
    try:
        reader(source)
    except (SignatureInvalidError, TimestampError) as error:
        return error.message("zh")
    return None


@pytest.mark.parametrize("part", range(4))
def test_a_mutated_token_is_refused_or_says_the_same(part: int) -> None:
    """Nothing protects certificates that nobody needs, nor unsigned attributes."""

    def judged(token: bytes) -> None:
        found = verified(token, at=AT + SECOND)
        assert found.gen_time == AT
        assert found.certificate == AUTHORITY.certificate

    chance = random.Random(part)
    refused = [refusal(judged, mutated(TOKEN, chance)) for _ in range(1_000)]
    assert all(why is None or why for why in refused)
    assert sum(why is not None for why in refused) > 900


@pytest.mark.parametrize("reader", SEEDS, ids=lambda each: each.__self__.__name__)
def test_readers_raise_nothing_else(reader: Callable[[bytes], object]) -> None:
    chance = random.Random(1)
    assert refusal(reader, SEEDS[reader]) is None
    refused = [refusal(reader, mutated(SEEDS[reader], chance)) for _ in range(1_500)]
    assert sum(why is not None for why in refused) > 500


def test_a_mutated_answer_is_refused_or_says_the_same() -> None:
    def judged(answer: bytes) -> None:
        token = accepted_token(answer, REQUEST, trust=TRUST, at=AT, tolerance=SECOND)
        assert verified(token).gen_time == AT

    chance = random.Random(2)
    refused = [refusal(judged, mutated(ANSWER, chance)) for _ in range(1_500)]
    assert sum(why is not None for why in refused) > 1_300


# Not the length of the token: signatures differ in theirs from one run to the next.
@pytest.mark.parametrize("size", range(0, 1200, 7))
def test_a_truncated_token_is_refused(size: int) -> None:
    with pytest.raises(SignatureInvalidError):
        verified(TOKEN[:size])


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    for reader in SEEDS:
        with pytest.raises(SignatureInvalidError):
            reader(noise)


def test_every_byte_that_is_signed_counts() -> None:
    info = SignedInfo.parse(TOKEN)
    for part in (info.content, b"\xa0" + info.signed[1:], info.signature):
        start = TOKEN.index(part)
        for place in range(start, start + len(part)):
            other = bytearray(TOKEN)
            other[place] ^= 0x01
            with pytest.raises(SignatureInvalidError):
                verified(bytes(other), nonce=NONCE)
