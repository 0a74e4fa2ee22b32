"""SM2 verification: the standard's own example, and signatures that break one rule."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError, SignatureInvalidError
from egovarchive.records import digest as digest_module
from egovarchive.signing import der
from egovarchive.signing.sm2 import (
    CURVE,
    DEFAULT_ID,
    KEY_IDENTIFIER,
    MAX_ID_SIZE,
    G,
    N,
    P,
    PublicPoint,
    read_signature,
    sm3,
    write_signature,
)

VECTORS = json.loads((Path(__file__).parent / "sm2_edge_vectors.json").read_text())
POINT = PublicPoint.of(bytes.fromhex(VECTORS["pub"]))

# GB/T 32918.5—2017, A.2.
MESSAGE = b"message digest"
E_DIGITS = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"
R = 0xF5A03B06_48D2C463_0EEAC513_E1BB81A1_5944DA38_27D5B741_43AC7EAC_EEE720B3
S = 0xB1B6AA29_DF212FD8_763182BC_0D421CA1_BB9038FD_1F7F42D4_840B69C4_85BBC1AA
SIGNATURE = write_signature(R, S)


def verify(signature: bytes, message: bytes = MESSAGE, by: bytes = DEFAULT_ID) -> None:
    POINT.verify(signature, message, signer_id=by)


class TestTheStandardsExample:
    """GB/T 32918.5—2017, A.2."""

    def test_e(self) -> None:
        assert POINT.digest(MESSAGE, signer_id=DEFAULT_ID).hex() == E_DIGITS

    def test_it_verifies(self) -> None:
        verify(SIGNATURE)

    def test_sm3(self) -> None:
        """GB/T 32905—2016, A.1 and A.2."""
        assert sm3(b"abc").hex() == (
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        )
        assert sm3(b"abcd" * 15, b"abcd").hex() == (
            "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
        )


@pytest.mark.parametrize(
    "vector", VECTORS["tests"], ids=[each["name"] for each in VECTORS["tests"]]
)
def test_edges(vector: dict[str, str]) -> None:
    signature = write_signature(int(vector["r"], 16), int(vector["s"], 16))
    digest = bytes.fromhex(vector["e"])
    if vector["valid"]:
        POINT.verify_digest(signature, digest)
        return
    with pytest.raises(SignatureInvalidError):
        POINT.verify_digest(signature, digest)


@pytest.mark.parametrize(
    "by", [b"", b"1234567812345677", b"123456781234567", DEFAULT_ID * 2]
)
def test_another_signer_id_is_refused(by: bytes) -> None:
    with pytest.raises(SignatureInvalidError, match="does not fit"):
        verify(SIGNATURE, by=by)


def test_a_signer_id_that_does_not_fit_its_length_is_refused() -> None:
    POINT.digest(b"", signer_id=bytes(MAX_ID_SIZE))
    with pytest.raises(InvalidValueError, match="signer id of 8192 bytes"):
        POINT.digest(b"", signer_id=bytes(MAX_ID_SIZE + 1))


def test_another_message_is_refused() -> None:
    with pytest.raises(SignatureInvalidError, match="does not fit"):
        verify(SIGNATURE, b"message digesT")


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_digest_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(SignatureInvalidError):
        POINT.verify_digest(SIGNATURE, bytes(size))


R_OCTETS, S_OCTETS = (each.to_bytes(33, "big") for each in (R, S))
OTHER_FORMS = {
    "nothing": b"",
    "r and s without a header": R_OCTETS[1:] + S_OCTETS[1:],
    "r alone": der.sequence(der.integer(R)),
    "a third number": der.sequence(der.integer(R), der.integer(S), der.integer(1)),
    "something after it": SIGNATURE + b"\x00",
    "long length": b"\x30\x81" + SIGNATURE[1:],
    "indefinite length": b"\x30\x80" + SIGNATURE[2:] + b"\x00\x00",
    "padded r": der.sequence(der.write(der.INTEGER, b"\x00", R_OCTETS), der.integer(S)),
    "negative r": der.sequence(der.write(der.INTEGER, R_OCTETS[1:]), der.integer(S)),
    "negative s": der.sequence(
        der.integer(R), der.write(der.INTEGER, (S - N).to_bytes(33, "big", signed=True))
    ),
    "empty r": der.sequence(der.write(der.INTEGER), der.integer(S)),
    "octets": der.sequence(der.octets(R_OCTETS), der.octets(S_OCTETS)),
    "a set": der.write(der.SET, der.integer(R), der.integer(S)),
    "r = 0": write_signature(0, S),
    "s = 0": write_signature(R, 0),
    "r = n": write_signature(N, S),
    "s = n": write_signature(R, N),
    "r + n": write_signature(R + N, S),
    "s + n": write_signature(R, S + N),
    "an endless r": der.sequence(der.integer(1 << 4000), der.integer(S)),
}


@pytest.mark.parametrize("signature", OTHER_FORMS.values(), ids=list(OTHER_FORMS))
def test_a_signature_in_another_form_is_refused(signature: bytes) -> None:
    with pytest.raises(SignatureInvalidError) as caught:
        verify(signature)
    assert caught.value.message("zh") != str(caught.value)


def test_every_altered_bit_is_refused() -> None:
    for at in range(8 * len(SIGNATURE)):
        altered = bytearray(SIGNATURE)
        altered[at // 8] ^= 1 << at % 8
        with pytest.raises(SignatureInvalidError):
            verify(bytes(altered))


@given(st.binary(max_size=80))
def test_on_any_bytes_only_its_own_error_leaves(source: bytes) -> None:
    with pytest.raises(SignatureInvalidError):
        verify(source)
    with pytest.raises(SignatureInvalidError):
        PublicPoint.of(source)
    with pytest.raises(SignatureInvalidError):
        PublicPoint.read(source)


@given(st.integers(1, N - 1), st.integers(1, N - 1))
def test_numbers_come_back(r: int, s: int) -> None:
    assert read_signature(write_signature(r, s)) == (r, s)


class TestPublicPoint:
    def test_it_comes_back(self) -> None:
        assert PublicPoint.of(POINT.octets) == POINT
        assert PublicPoint.read(POINT.info) == POINT
        assert POINT.octets.hex() == VECTORS["pub"]

    def test_one_beside_the_curve_is_refused(self) -> None:
        with pytest.raises(SignatureInvalidError, match="not on the SM2 curve"):
            PublicPoint(POINT.x, POINT.y ^ 1)

    @pytest.mark.parametrize(
        ("x", "y"), [(0, 0), (POINT.x + P, POINT.y), (POINT.x, POINT.y - P)]
    )
    def test_one_outside_the_field_is_refused(self, x: int, y: int) -> None:
        with pytest.raises(SignatureInvalidError, match="not on the SM2 curve"):
            PublicPoint(x, y)

    @pytest.mark.parametrize(
        "octets",
        [
            b"\x00",
            POINT.octets[:-1],
            POINT.octets + b"\x00",
            b"\x02" + POINT.octets[1:33],
            b"\x06" + POINT.octets[1:],
        ],
        ids=["infinity", "short", "long", "compressed", "hybrid"],
    )
    def test_another_form_is_refused(self, octets: bytes) -> None:
        with pytest.raises(SignatureInvalidError, match="uncompressed"):
            PublicPoint.of(octets)

    def test_the_key_of_another_curve_is_refused(self) -> None:
        p256 = der.sequence(
            der.oid("1.2.840.10045.2.1"), der.oid("1.2.840.10045.3.1.7")
        )
        octets = der.write(der.BIT_STRING, b"\x00", POINT.octets)
        with pytest.raises(SignatureInvalidError, match="not the public key"):
            PublicPoint.read(der.sequence(p256, octets))

    def test_a_ragged_bit_string_is_refused(self) -> None:
        octets = der.write(der.BIT_STRING, b"\x01", POINT.octets[:-1], b"\x00")
        with pytest.raises(SignatureInvalidError, match="whole octets"):
            PublicPoint.read(der.sequence(KEY_IDENTIFIER, octets))

    def test_the_point_of_the_curve_itself_is_a_key(self) -> None:
        """With d = 1; its negative, d = n - 1, cannot sign but is a point too."""
        x, y = G
        for point in (PublicPoint(x, y), PublicPoint(x, P - y)):
            with pytest.raises(SignatureInvalidError, match="does not fit"):
                point.verify(SIGNATURE, MESSAGE, signer_id=DEFAULT_ID)


def test_it_works_where_hashlib_lacks_sm3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest_module, "_SM3_BUILT_IN", False)
    assert sm3(b"a", b"bc") == bytes.fromhex(
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
    verify(SIGNATURE)


def test_it_loads_no_cryptography() -> None:
    program = (
        "import sys\n"
        "from egovarchive.signing.sm2 import PublicPoint\n"
        "assert 'cryptography' not in sys.modules and 'ctypes' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-S", "-c", program], check=True, env=_path())


def _path() -> dict[str, str]:
    return {"PYTHONPATH": ":".join(sys.path), "PATH": ""}


def test_the_curve_is_that_of_the_standard() -> None:
    assert CURVE == "1.2.156.10197.1.301"
    x, y = G
    assert PublicPoint(x, y).octets[0] == 4
