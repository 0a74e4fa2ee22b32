"""
Profile: what one standard or province fixes, as data.

A profile is a value made of tables. To change an element's name, or to add a
province, build another one: ``attrs.evolve(GBT42727_2023, ...)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import Attribute, field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.document import Role
from egovarchive.records.text import Text, check_name, fold

_XML_NAME = re.compile("[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_.\u4e00-\u9fff-]{0,63}")
_RULE = "tables of a profile"


def _xml_name(_: object, attribute: Attribute[str], value: str) -> None:
    if not _XML_NAME.fullmatch(value):
        raise InvalidValueError(
            f"not a name of an XML element: {value!r}",
            f"不是 XML 元素名：{value!r}",
            rule=_RULE,
            place=attribute.name,
        )


def _member_name(_: object, attribute: Attribute[str], value: str) -> None:
    try:
        check_name(value)
    except InvalidValueError as error:
        raise error.within(attribute.name) from None


def _parts(value: Iterable[Element | Group]) -> tuple[Element | Group, ...]:
    return tuple(value)


@frozen(cache_hash=True)
class Element:
    """
    One metadata element.

    Args:
        value: Which of our values it holds; names that only we use.
        tag: Its name in XML.
        title: Its Chinese name.
        required: Whether a package without it is refused.
        source: Where name and title come from; "own" if they are ours.
    """

    value: str
    tag: str = field(validator=_xml_name)
    title: str = field(validator=Text(100))
    required: bool = False
    source: str = "own"


@frozen(cache_hash=True)
class Group:
    """
    A container element; it stands once for each of its values.

    Args:
        value: Which of our values it holds.
        tag: Its name in XML.
        title: Its Chinese name.
        parts: What it contains, in order.
    """

    value: str
    tag: str = field(validator=_xml_name)
    title: str = field(validator=Text(100))
    parts: tuple[Element | Group, ...] = field(converter=_parts)

    @parts.validator
    def _check(self, _: object, value: tuple[Element | Group, ...]) -> None:
        for names in ([part.tag for part in value], [part.value for part in value]):
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise InvalidValueError(
                    f"{self.tag} has two parts of one name: {twice}",
                    f"{self.tag} 中有同名项：{twice}",
                    rule=_RULE,
                    place="parts",
                )

    def walk(self, path: str = "") -> Iterator[tuple[str, Element | Group]]:
        """Yield each part below with its path, such as ``documents.files.size``."""
        for part in self.parts:
            here = f"{path}{part.value}"
            yield here, part
            if isinstance(part, Group):
                yield from part.walk(f"{here}.")


@frozen(kw_only=True)
class Profile:
    """
    The form of a package.

    Args:
        name: Our name for it; packages carry it.
        title: The standard it follows.
        folders: The folder of each role, all different.
        basic_path: Where the basic metadata stands in a package.
        basic: Elements of the basic metadata 基本信息元数据.
        process_path: Where the process metadata stands.
        process: Elements of the process metadata 过程信息.
    """

    name: str
    title: str
    folders: tuple[tuple[Role, str], ...] = field()
    basic_path: str = field(validator=_member_name)
    basic: Group
    process_path: str = field(validator=_member_name)
    process: Group

    @folders.validator
    def _check(self, _: object, value: tuple[tuple[Role, str], ...]) -> None:
        for _role, folder in value:
            check_name(folder)
        roles = {role for role, _ in value}
        names = {fold(folder) for _, folder in value}
        if not len(roles) == len(names) == len(value) == len(Role):
            raise InvalidValueError(
                f"not one folder for each role: {value}",
                f"不是每类文件各一个文件夹：{value}",
                rule=_RULE,
                place="folders",
            )

    def folder_of(self, role: Role) -> str:
        """Return the folder in which documents of *role* stand."""
        return dict(self.folders)[role]
