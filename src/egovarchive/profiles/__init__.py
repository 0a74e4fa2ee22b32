"""
Profile: what one standard or province fixes, as data.

A profile is a value made of tables. To change an element's name, or to add a
province, build another one: ``attrs.evolve(GBT42727_2023, ...)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from attrs import Attribute, field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.profiles.form import TEXT, Form, FormBy
from egovarchive.records.document import Role
from egovarchive.records.kind import strings
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


def _contradiction(part: Element | Group, place: str, what: str) -> InvalidValueError:
    return InvalidValueError(
        f"{part.tag} cannot be: {what}",
        f"{part.tag}（{part.title}）的规定自相矛盾：{what}",
        rule=_RULE,
        place=place,
    )


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
        length: Most characters it may have; None if no rule says.
        form: How it is written.
        values: The only texts it may have, if the list is closed.
        least: The least number it may be, if its form is a number.
        most: The greatest.
    """

    value: str
    tag: str = field(validator=_xml_name)
    title: str = field(validator=Text(100))
    required: bool = False
    source: str = "own"
    length: int | None = field(default=None, kw_only=True)
    form: Form | FormBy = field(default=TEXT, kw_only=True)
    values: tuple[str, ...] = field(default=(), converter=strings, kw_only=True)
    least: int | None = field(default=None, kw_only=True)
    most: int | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.length is not None and self.length < 1:
            raise _contradiction(self, "length", f"a length of {self.length}")
        for value in self.values:
            if self.values.count(value) > 1:
                raise _contradiction(self, "values", f"{value!r} twice")
            if self.length is not None and len(value) > self.length:
                raise _contradiction(self, "values", f"{value!r} is too long")
            if isinstance(self.form, Form) and not self.form.fits(value):
                raise _contradiction(self, "values", f"{value!r} is not {self.form.en}")
        ends = [end for end in (self.least, self.most) if end is not None]
        if ends and not (isinstance(self.form, Form) and self.form.number):
            raise _contradiction(self, "form", "a range of what is no number")
        if ends != sorted(ends):
            raise _contradiction(self, "least", f"{self.least} to {self.most}")


@frozen(cache_hash=True)
class Group:
    """
    A container element; it stands once for each of its values.

    Args:
        value: Which of our values it holds.
        tag: Its name in XML.
        title: Its Chinese name.
        parts: What it contains, in order.
        least: How often it must stand.
        most: How often it may stand; None for any number.
    """

    value: str
    tag: str = field(validator=_xml_name)
    title: str = field(validator=Text(100))
    parts: tuple[Element | Group, ...] = field(converter=_parts)
    least: int = field(default=0, kw_only=True)
    most: int | None = field(default=None, kw_only=True)

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
        own = {part.value for part in value if isinstance(part, Element)}
        for part in value:
            form = None if isinstance(part, Group) else part.form
            if isinstance(form, FormBy) and form.value not in own:
                raise _contradiction(part, "form", f"there is no {form.value!r}")

    @most.validator
    def _check_most(self, _: object, value: int | None) -> None:
        if self.least < 0 or (value is not None and value < max(1, self.least)):
            raise _contradiction(self, "most", f"{self.least} to {value} times")

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
        codes: Printed codes of checks, by stage and name of the check; what is not
            there is not printed.
    """

    name: str
    title: str
    folders: tuple[tuple[Role, str], ...] = field()
    basic_path: str = field(validator=_member_name)
    basic: Group
    process_path: str = field(validator=_member_name)
    process: Group
    codes: Mapping[tuple[str, str], str] = field(
        factory=dict, repr=False, eq=False, kw_only=True
    )

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
