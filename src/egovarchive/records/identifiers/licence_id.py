"""Electronic licence identifier 电子证照标识 (GB/T 36904)."""

from __future__ import annotations

from attrs import field, frozen

from egovarchive.errors import InvalidValueError, Language
from egovarchive.records.identifiers.form import DIGITS, LETTERS, Form, upper
from egovarchive.records.identifiers.iso7064 import mod_37_36_check_character
from egovarchive.records.identifiers.quoting import quoted

_ROOT = "1.2.156.3005.2."
_RULE = "GB/T 36904"
_ALPHABET = DIGITS + LETTERS

_TYPE_CODE = Form("a licence type code", "证照类型代码", _RULE, (_ALPHABET,) * 21)
# Seen with the 18 characters of a unified social credit code and the 6 digits of a
# region; what lies between is let through, as the text of the standard was not at
# hand to forbid it. The bound of the serial number is ours.
_ISSUER = Form(
    "a licence issuer code",
    "证照颁发机构代码",
    _RULE,
    (_ALPHABET,) * 18,
    lengths=range(6, 19),
)
_SERIAL = Form(
    "a licence serial number",
    "证照流水号",
    _RULE,
    (_ALPHABET,) * 64,
    lengths=range(1, 65),
)
_VERSION = Form("a licence version", "证照版本号", _RULE, (DIGITS,) * 3)
_CHECK = Form("a licence check character", "证照校验位", _RULE, (_ALPHABET,))
_SEGMENTS = 5


@frozen(repr=False)
class LicenceId:
    """
    Electronic licence identifier: the root ``1.2.156.3005.2`` and five segments.

    Letters become upper case. A wrong check character does not stand in the way of
    archiving: of seven samples of approval systems, two have one. It is reported by
    `warning`.

    Args:
        type_code: Type code 证照类型代码: unified social credit code of the
            competent authority 主管机构, and three characters.
        issuer: Code of the issuing body 颁发机构代码: its unified social credit
            code, or a region code of six digits.
        serial: Serial number 流水号.
        version: Version 版本, three digits.
        check: Check character 校验位, ISO/IEC 7064 MOD 37,36 over the four other
            segments, without root and dots.

    >>> licence = LicenceId.parse("1.2.156.3005.2.11100000MB03271699022"
    ...                           ".340100.000000016.001.9")
    >>> licence.issuer, licence.serial, licence.version, licence.check_ok
    ('340100', '000000016', '001', True)
    >>> str(licence)
    '1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9'
    """

    type_code: str = field(converter=upper, validator=_TYPE_CODE.validate)
    issuer: str = field(converter=upper, validator=_ISSUER.validate)
    serial: str = field(converter=upper, validator=_SERIAL.validate)
    version: str = field(converter=upper, validator=_VERSION.validate)
    check: str = field(converter=upper, validator=_CHECK.validate)

    @classmethod
    def parse(cls, text: str) -> LicenceId:
        """
        Read *text*, which begins with the full root.

        Raises:
            InvalidValueError: The root, the number of segments or the form of a
                segment is wrong; never because of the check character.
        """
        root, rest = text[: len(_ROOT)], text[len(_ROOT) :]
        segments = rest.split(".", _SEGMENTS)
        if root != _ROOT or len(segments) != _SEGMENTS:
            raise InvalidValueError(
                f"not an electronic licence identifier: {quoted(text)}: "
                f"expected {_ROOT} and five segments",
                f"不是电子证照标识：{quoted(text)}：应为 {_ROOT} 及其后五段",
                rule=_RULE,
            )
        type_code, issuer, serial, version, check = segments
        return cls(type_code, issuer, serial, version, check)

    @property
    def expected_check(self) -> str:
        """The check character that the other segments ask for."""
        return mod_37_36_check_character(
            self.type_code + self.issuer + self.serial + self.version
        )

    @property
    def check_ok(self) -> bool:
        """Whether the check character is the expected one."""
        return self.check == self.expected_check

    def warning(self, lang: Language = "en") -> str | None:
        """
        Return what is wrong with the check character, in *lang*; None if nothing.

        >>> LicenceId.parse("1.2.156.3005.2.11100000000013338W050"
        ...                 ".91610800064834709T.2023000001.001.X").warning()
        "electronic licence identifier \
'1.2.156.3005.2.11100000000013338W050.91610800064834709T.2023000001.001.X': \
the check character is 'X', expected '2' (GB/T 36904 校验位)"
        """
        expected = self.expected_check
        if self.check == expected:
            return None
        shown = quoted(str(self))
        if lang == "zh":
            return (
                f"电子证照标识 {shown}：校验位为 '{self.check}'，"
                f"应为 '{expected}' ({_RULE} 校验位)"
            )
        return (
            f"electronic licence identifier {shown}: the check character is "
            f"'{self.check}', expected '{expected}' ({_RULE} 校验位)"
        )

    def __str__(self) -> str:
        return (
            f"{_ROOT}{self.type_code}.{self.issuer}.{self.serial}"
            f".{self.version}.{self.check}"
        )

    def __repr__(self) -> str:
        return f"LicenceId({str(self)!r})"
