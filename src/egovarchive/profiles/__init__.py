"""
Profile: what one standard or province fixes, as data.

A profile is a value made of tables. To change an element's name, or to add a
province, build another one: ``attrs.evolve(GBT42727_2023, ...)``.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from egovarchive.records.document import Role


@frozen
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
    tag: str
    title: str
    required: bool = False
    source: str = "own"


@frozen
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
    tag: str
    title: str
    parts: tuple[Element | Group, ...]

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
        folders: The folder of each role.
        basic_path: Where the basic metadata stands in a package.
        basic: Elements of the basic metadata 基本信息元数据.
        process_path: Where the process metadata stands.
        process: Elements of the process metadata 过程信息.
    """

    name: str
    title: str
    folders: tuple[tuple[Role, str], ...]
    basic_path: str
    basic: Group
    process_path: str
    process: Group

    def folder_of(self, role: Role) -> str:
        """Return the folder in which documents of *role* stand."""
        return dict(self.folders)[role]
