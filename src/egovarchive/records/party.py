"""Party: the applicant 申请人 of a case, or its agent 代理人."""

from __future__ import annotations

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers import check_resident_id, check_uscc
from egovarchive.records.kind import Of
from egovarchive.records.term import Term
from egovarchive.records.text import Text, check_text


class PartyKind(Term):
    """What a party is in law."""

    NATURAL = "natural", "自然人"
    LEGAL = "legal", "法人或其他组织"


class IdentifierKind(Term):
    """What document a party's identifier is taken from."""

    RESIDENT_ID = "resident_id", "公民身份号码"
    USCC = "uscc", "统一社会信用代码"
    OTHER = "other", "其他证件"


@frozen(kw_only=True)
class Party:
    """
    A natural or legal person.

    Args:
        kind: Natural or legal.
        name: Name, as on the document that identifies the party.
        identifier_kind: What the identifier is; None if there is none.
        identifier: The identifier. A resident number 公民身份号码 and a unified
            social credit code 统一社会信用代码 are checked.

    >>> Party.legal("某某餐饮有限公司", "91350100M000100Y43").kind.zh
    '法人或其他组织'
    """

    kind: PartyKind = field(validator=Of(PartyKind))
    name: str = field(validator=Text(200))
    identifier_kind: IdentifierKind | None = field(
        default=None, validator=Of(IdentifierKind, optional=True)
    )
    identifier: str | None = field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        if (self.identifier is None) != (self.identifier_kind is None):
            raise InvalidValueError(
                "an identifier and its kind are given together or not at all",
                "证件号码与证件类型应同时提供",
                rule="party",
                place="identifier",
            )
        if self.identifier is None:
            return
        try:
            if self.identifier_kind is IdentifierKind.RESIDENT_ID:
                identifier = check_resident_id(self.identifier)
            elif self.identifier_kind is IdentifierKind.USCC:
                identifier = check_uscc(self.identifier)
            else:
                identifier = check_text(self.identifier, limit=64)
        except InvalidValueError as error:
            raise error.within("identifier") from None
        object.__setattr__(self, "identifier", identifier)

    @classmethod
    def natural(cls, name: str, resident_id: str | None = None) -> Party:
        """Return the natural person *name*, with a resident number if known."""
        kind = None if resident_id is None else IdentifierKind.RESIDENT_ID
        return cls(
            kind=PartyKind.NATURAL,
            name=name,
            identifier_kind=kind,
            identifier=resident_id,
        )

    @classmethod
    def legal(cls, name: str, uscc: str | None = None) -> Party:
        """Return the legal person *name*, with a credit code if known."""
        kind = None if uscc is None else IdentifierKind.USCC
        return cls(
            kind=PartyKind.LEGAL, name=name, identifier_kind=kind, identifier=uscc
        )
