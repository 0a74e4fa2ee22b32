"""What runs in HTML and SVG, and what they load from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lxml import etree

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.xml_part import elements, local

# HTML Standard §4: elements that load something, and the attributes that say what.
_LOADING: Final = frozenset({"src", "srcset", "background", "poster", "data", "lowsrc"})
_LINKS: Final = frozenset({"a", "area", "base", "form", "cite"})
# Relations that a browser only follows when asked to.
_LATER: Final = frozenset({"alternate", "canonical", "next", "prev", "help", "author",
                           "license", "search", "dns-prefetch"})  # fmt: skip
_RUNNING: Final = frozenset({"script", "applet", "handler", "listener"})
_CODE: Final = re.compile(r"[\s\x00-\x1f]*(?:java|vb|live)script:", re.IGNORECASE)
_EVENT: Final = re.compile(r"on[a-z]+", re.IGNORECASE)
_URL: Final = re.compile(r"url\(\s*[\"']?([^\"')]{1,2000})|@import\s+[\"']([^\"']+)")
_MARKED: Final = re.compile(r"<script[\s>/]", re.IGNORECASE)


def audit_markup(root: etree._Element, found: Findings) -> None:
    """Note in *found* what runs in the document of *root*, or is not in it."""
    for element in elements(root):
        name = local(element).lower()
        if name in _RUNNING and not _is_data(element):
            found.failed(Aspect.PASSIVE, f"a {name}", f"含 {name}", _line(element))
        if name == "meta" and element.get("http-equiv", "").lower() == "refresh":
            found.failed(
                Aspect.PASSIVE,
                "it goes elsewhere by itself",
                "自动跳转",
                _line(element),
            )
        if name == "style":
            _styles(element.text or "", element, found)
        if name == "include" and "XInclude" in element.tag:
            _outside(element.get("href", ""), element, found)
        _attributes(name, element, found)


def audit_text(text: str, root: etree._Element | None, found: Findings) -> None:
    """Note in *found* scripts in *text* that the parser did not reach."""
    reached = 0
    if root is not None:
        reached = sum(local(element) == "script" for element in elements(root))
    if len(_MARKED.findall(text)) > reached:
        found.warned(
            Aspect.PASSIVE,
            "a script stands where no element is read, such as in a comment",
            "在未解析为元素之处（如注释中）有 script",
        )


def _is_data(element: etree._Element) -> bool:
    """A block of data is no script (HTML Standard §4.12.1)."""
    kind = element.get("type", "").lower()
    return kind.endswith("json") and not element.get("src")


def _attributes(name: str, element: etree._Element, found: Findings) -> None:
    for key, value in element.attrib.items():
        attribute, text = str(key).rpartition("}")[2].lower(), str(value)
        if _EVENT.fullmatch(attribute) and text:
            found.failed(
                Aspect.PASSIVE,
                f"a script runs on {attribute[2:]}",
                f"{attribute} 事件脚本",
                _line(element),
            )
        elif _CODE.match(text):
            found.failed(
                Aspect.PASSIVE,
                f"a script in the attribute {attribute}",
                f"属性 {attribute} 中含脚本",
                _line(element),
            )
        elif attribute == "style":
            _styles(text, element, found)
        elif attribute in _LOADING or (attribute == "href" and _loads(name, element)):
            for address in _addresses(attribute, text):
                _outside(address, element, found)


def _loads(name: str, element: etree._Element) -> bool:
    """Say whether the target of *element* is needed to show the document."""
    if name == "link":
        relations = set(element.get("rel", "").lower().split())
        return not relations <= _LATER
    return name not in _LINKS


def _addresses(attribute: str, text: str) -> Iterable[str]:
    if attribute != "srcset":
        return (text,)
    return (part.strip().partition(" ")[0] for part in text.split(", "))


def _styles(text: str, element: etree._Element, found: Findings) -> None:
    for address in _URL.finditer(text):
        _outside(address[1] or address[2], element, found)


def _outside(address: str, element: etree._Element, found: Findings) -> None:
    address = address.strip()
    start = address[:8].lower()
    if not address or start.startswith(("#", "data:", "cid:", "mid:", "about:")):
        return
    found.failed(
        Aspect.SELF_CONTAINED,
        f"{local(element)} needs {shown(address)}, which lies outside",
        f"{local(element)} 引用外部资源 {shown(address)}",
        _line(element),
    )


def _line(element: etree._Element) -> str:
    return f"line {element.sourceline}"
