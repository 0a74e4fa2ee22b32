"""
SM2 signatures 椭圆曲线数字签名 (GB/T 32918.2—2016), verified in pure Python.

Nothing but integers and SM3: as long as there is Python, there is a verifier. It
handles no secrets, so its timing gives nothing away. Signing is done elsewhere, by
a library or a device, over what `PublicPoint.digest` returns.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from attrs import field, frozen

from egovarchive.errors import InvalidValueError, SignatureInvalidError
from egovarchive.records.digest import hasher

from . import der

# GB/T 32918.5—2017, 2: the recommended curve y² = x³ + ax + b over the field of P,
# whose point G has the prime order N.
P = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
A = P - 3
B = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93
N = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
G = (
    0x32C4AE2C_1F198119_5F990446_6A39C994_8FE30BBF_F2660BE1_715A4589_334C74C7,
    0xBC3736A2_F4F6779C_59BDCEE3_6B692153_D0A9877C_C62A4740_02DF32E5_2139F0A0,
)
CURVE = "1.2.156.10197.1.301"
# RFC 5480, 2.1.1: the key of an elliptic curve, and of which.
KEY_IDENTIFIER = der.sequence(der.oid("1.2.840.10045.2.1"), der.oid(CURVE))

# GM/T 0009—2012, 7: whose signature it is, where nothing else was agreed. Some
# libraries take an empty one, so it is never left to them.
DEFAULT_ID = b"1234567812345678"
# GB/T 32918.2—2016, 5.5: its length in bits is written in two octets.
MAX_ID_SIZE = 8191
# Two numbers of 33 octets with their headers; nothing longer is read.
MAX_SIGNATURE_SIZE = 72
DIGEST_SIZE = 32

_SIZE = 32
_UNCOMPRESSED = 4
# Bits of a number taken at a time: a table has 2 ** (_WINDOW - 2) points, about 5 kB.
_WINDOW = 7
_KEPT_TABLES = 64

_Affine: TypeAlias = tuple[int, int]
# The point (x/z², y/z³); without z, the one at infinity.
_Jacobian: TypeAlias = tuple[int, int, int]
_INFINITY: _Jacobian = (1, 1, 0)


def sm3(*parts: bytes) -> bytes:
    """Return the SM3 digest (GB/T 32905—2016) of *parts*, joined."""
    taken = hasher("sm3")
    for part in parts:
        taken.update(part)
    return bytes.fromhex(taken.hexdigest())


def check_id(signer_id: bytes) -> bytes:
    """Return *signer_id*; raise `InvalidValueError` if it is too long."""
    if len(signer_id) > MAX_ID_SIZE:
        raise InvalidValueError(
            f"a signer id of {len(signer_id)} bytes; at most {MAX_ID_SIZE}",
            f"签名者标识长 {len(signer_id)} 字节，上限为 {MAX_ID_SIZE} 字节",
            rule="GB/T 32918.2—2016 5.5",
            place="signer_id",
        )
    return signer_id


def read_signature(signature: bytes) -> tuple[int, int]:
    """
    Return r and s of *signature*, DER (GM/T 0009—2012, 6.3).

    Raises:
        SignatureInvalidError: It is not two numbers in their one strict form, or
            they are out of range.
    """
    if len(signature) > MAX_SIGNATURE_SIZE:
        raise SignatureInvalidError(
            f"an SM2 signature of {len(signature)} bytes; at most {MAX_SIGNATURE_SIZE}",
            f"SM2 签名长 {len(signature)} 字节，上限为 {MAX_SIGNATURE_SIZE} 字节",
        )
    numbers = der.read(signature)
    r, s = numbers.take_integer(), numbers.take_integer()
    numbers.done()
    # GB/T 32918.2—2016, 7.1, B1 and B2. What is let through here could be altered
    # into another signature of the same message.
    if not (0 < r < N and 0 < s < N):
        raise SignatureInvalidError(
            "r or s of the SM2 signature is out of range", "SM2 签名的 r 或 s 超出范围"
        )
    return r, s


def write_signature(r: int, s: int) -> bytes:
    """Return the signature of *r* and *s*, DER."""
    return der.sequence(der.integer(r), der.integer(s))


@frozen
class PublicPoint:
    """
    An SM2 public key: a point of the curve.

    Raises:
        SignatureInvalidError: No point of the curve is there.
    """

    x: int = field(repr=False)
    y: int = field(repr=False)

    def __attrs_post_init__(self) -> None:
        x, y = self.x, self.y
        if not (0 <= x < P and 0 <= y < P and (y * y - x * x * x - A * x - B) % P == 0):
            raise SignatureInvalidError(
                "not a usable public key: the point is not on the SM2 curve",
                "公钥不可用：该点不在 SM2 曲线上",
            )

    @classmethod
    def of(cls, octets: bytes) -> PublicPoint:
        """
        Return the point *octets*: 04, x, y (GB/T 32918.1—2016, 4.2.9).

        Raises:
            SignatureInvalidError: It is in another form, or not on the curve.
        """
        if len(octets) != 1 + 2 * _SIZE or octets[0] != _UNCOMPRESSED:
            raise SignatureInvalidError(
                "not a usable public key: not an uncompressed SM2 point",
                "公钥不可用：不是未压缩形式的 SM2 点",
            )
        x, y = octets[1 : 1 + _SIZE], octets[1 + _SIZE :]
        return cls(int.from_bytes(x, "big"), int.from_bytes(y, "big"))

    @classmethod
    def read(cls, info: bytes) -> PublicPoint:
        """
        Return the point of the SubjectPublicKeyInfo *info*, DER.

        Raises:
            SignatureInvalidError: It is not one of an SM2 key.
        """
        content = der.read(info)
        if content.take(der.SEQUENCE).raw != KEY_IDENTIFIER:
            raise SignatureInvalidError(
                "not the public key of an SM2 key", "不是 SM2 公钥"
            )
        octets, unused = content.take_bits()
        content.done()
        if unused:
            raise der.DerError("bit string is not whole octets", "位串不是整字节")
        return cls.of(octets)

    @property
    def octets(self) -> bytes:
        """The point as 04, x, y."""
        x, y = self.x.to_bytes(_SIZE, "big"), self.y.to_bytes(_SIZE, "big")
        return bytes((_UNCOMPRESSED,)) + x + y

    @property
    def info(self) -> bytes:
        """Its SubjectPublicKeyInfo, DER."""
        return der.sequence(
            KEY_IDENTIFIER, der.write(der.BIT_STRING, b"\x00", self.octets)
        )

    def digest(self, message: bytes, *, signer_id: bytes) -> bytes:
        """
        Return e, what a key signs for *message*: SM3(Z ‖ M), 32 octets.

        Raises:
            InvalidValueError: *signer_id* is too long.
        """
        return sm3(_z(self.x, self.y, check_id(signer_id)), message)

    def verify(self, signature: bytes, message: bytes, *, signer_id: bytes) -> None:
        """
        Return if *signature*, DER, over *message* is this key's and *signer_id*'s.

        Raises:
            SignatureInvalidError: It is not.
            InvalidValueError: *signer_id* is too long.
        """
        self.verify_digest(signature, self.digest(message, signer_id=signer_id))

    def verify_digest(self, signature: bytes, digest: bytes) -> None:
        """
        Return if *signature*, DER, over *digest*, which is e, is this key's.

        Raises:
            SignatureInvalidError: It is not, or *digest* is not 32 octets.
        """
        r, s = read_signature(signature)
        # GB/T 32918.2—2016, 7.1, B3 to B7.
        t = (r + s) % N
        if t and len(digest) == DIGEST_SIZE:
            x, _, z = _sum(s, G, t, (self.x, self.y))
            e = int.from_bytes(digest, "big")
            if z and (e + x * pow(z * z, -1, P) % P - r) % N == 0:
                return
        raise SignatureInvalidError(
            "the signature does not fit the key and what was signed",
            "签名与密钥及被签名的内容不符",
        )


@lru_cache(maxsize=_KEPT_TABLES)
def _z(x: int, y: int, signer_id: bytes) -> bytes:
    """Return Z, the digest of who signs and with what (GB/T 32918.2—2016, 5.5)."""
    numbers = b"".join(v.to_bytes(_SIZE, "big") for v in (A, B, *G, x, y))
    return sm3((8 * len(signer_id)).to_bytes(2, "big"), signer_id, numbers)


def _sum(s: int, of: _Affine, t: int, to: _Affine) -> _Jacobian:
    """Return s times the point *of* and t times the point *to*, added."""
    digits = [
        (_digits(s), _odd_multiples(*of)),
        (_digits(t), _odd_multiples(*to)),
    ]
    point = _INFINITY
    for place in range(max(len(each) for each, _ in digits) - 1, -1, -1):
        point = _double(*point)
        for each, table in digits:
            digit = each[place] if place < len(each) else 0
            if digit > 0:
                point = _add(*point, *table[digit >> 1])
            elif digit:
                x, y = table[-digit >> 1]
                point = _add(*point, x, P - y)
    return point


def _digits(number: int) -> list[int]:
    """Return the signed digits of *number*, the lowest first: odd, or mostly 0."""
    digits = []
    while number:
        digit = 0
        if number & 1:
            digit = number & ((1 << _WINDOW) - 1)
            if digit >> (_WINDOW - 1):
                digit -= 1 << _WINDOW
            number -= digit
        digits.append(digit)
        number >>= 1
    return digits


@lru_cache(maxsize=_KEPT_TABLES)
def _odd_multiples(x: int, y: int) -> tuple[_Affine, ...]:
    """Return 1, 3, 5 … times the point (x, y), as many as a window needs."""
    twice = _affine(*_double(x, y, 1))
    points = [(x, y)]
    while len(points) < 1 << (_WINDOW - 2):
        points.append(_affine(*_add(*points[-1], 1, *twice)))
    return tuple(points)


def _affine(x: int, y: int, z: int) -> _Affine:
    inverse = pow(z, -1, P)
    square = inverse * inverse % P
    return x * square % P, y * square * inverse % P


def _double(x: int, y: int, z: int) -> _Jacobian:
    # The order is odd: no point but the one at infinity doubles to it.
    if not z:
        return _INFINITY
    delta = z * z % P
    gamma = y * y % P
    beta = x * gamma % P
    # a = -3, so that 3x² + az⁴ = 3(x - z²)(x + z²).
    alpha = 3 * (x - delta) * (x + delta) % P
    x3 = (alpha * alpha - 8 * beta) % P
    return x3, (alpha * (4 * beta - x3) - 8 * gamma * gamma) % P, 2 * y * z % P


def _add(x1: int, y1: int, z1: int, x2: int, y2: int) -> _Jacobian:
    if not z1:
        return x2, y2, 1
    square = z1 * z1 % P
    h = (x2 * square - x1) % P
    r = (y2 * square * z1 - y1) % P
    if not h:
        return _INFINITY if r else _double(x1, y1, z1)
    hh = h * h % P
    hhh = h * hh % P
    v = x1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - y1 * hhh) % P, z1 * h % P
