"""Part: one XML file of an OFD package, what it is there for, and what it refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from attrs import field, frozen

from egovarchive.errors import FormatError
from egovarchive.formats.ofd.location import Location
from egovarchive.formats.ofd.xml import Content, Element
from egovarchive.formats.zip_audit import LimitError
from egovarchive.records.outcome import Outcome
from egovarchive.records.term import Term


class Role(Term):
    """What a part is there for."""

    OFD = "entry_point", "主入口"
    DOCUMENT = "document", "文档根节点"
    PAGE = "page", "页面"
    TEMPLATE = "template_page", "模板页"
    PUBLIC_RES = "public_resources", "公共资源"
    DOCUMENT_RES = "document_resources", "文档资源"
    PAGE_RES = "page_resources", "页资源"
    ANNOTATIONS = "list_of_annotations", "注释列表"
    ANNOTATION = "annotations_of_a_page", "分页注释"
    ATTACHMENTS = "list_of_attachments", "附件列表"
    CUSTOM_TAGS = "list_of_custom_tags", "自定义标引列表"
    EXTENSIONS = "extensions", "扩展信息"
    SIGNATURES = "list_of_signatures", "签名列表"
    SIGNATURE = "signature", "签名描述"
    VERSION = "version", "版本"


RESOURCES: Final = frozenset({Role.PUBLIC_RES, Role.DOCUMENT_RES, Role.PAGE_RES})
CANVASES: Final = frozenset({Role.PAGE, Role.TEMPLATE})

# The root element of each (GB/T 33190—2016, annex A).
ROOTS: Final[Mapping[Role, str]] = {
    Role.OFD: "OFD",
    Role.DOCUMENT: "Document",
    Role.PAGE: "Page",
    Role.TEMPLATE: "Page",
    Role.PUBLIC_RES: "Res",
    Role.DOCUMENT_RES: "Res",
    Role.PAGE_RES: "Res",
    Role.ANNOTATIONS: "Annotations",
    Role.ANNOTATION: "PageAnnot",
    Role.ATTACHMENTS: "Attachments",
    Role.CUSTOM_TAGS: "CustomTags",
    Role.EXTENSIONS: "Extensions",
    Role.SIGNATURES: "Signatures",
    Role.SIGNATURE: "Signature",
    Role.VERSION: "DocVersion",
}


@frozen
class Reference:
    """
    A place in the XML that names another file of the package.

    Args:
        element: The element.
        within: The element that it must stand right in.
        attribute: The attribute that has the name; empty if the text has it.
        leads_to: What the file is for; None if it is no part, but plain data.
        missing: What it means if the file is not there.
        optional: Whether the attribute may be left out.
    """

    element: str
    within: str
    attribute: str = ""
    leads_to: Role | None = None
    missing: Outcome = Outcome.FAILED
    optional: bool = False


# Resources that real files name and do not have, and lists that only add to the pages,
# take nothing from what is shown: those warn.
_W: Final = Outcome.WARNED
_OF_RESOURCES: Final = (
    Reference("FontFile", "Font"),
    Reference("MediaFile", "MultiMedia"),
    Reference("ColorSpace", "ColorSpaces", "Profile", missing=_W, optional=True),
)
_OF_CANVASES: Final = (
    Reference("PageRes", "Page", leads_to=Role.PAGE_RES, missing=_W),
)
# GB/T 33190—2016, clauses 7, 15, 17, 18, 20 and annex A: what refers to what.
REFERENCES: Final[Mapping[Role, tuple[Reference, ...]]] = {
    Role.OFD: (
        Reference("DocRoot", "DocBody", leads_to=Role.DOCUMENT),
        Reference("Cover", "DocInfo", missing=_W),
        Reference("Signatures", "DocBody", leads_to=Role.SIGNATURES),
        Reference("Version", "Versions", "BaseLoc", Role.VERSION),
    ),
    Role.DOCUMENT: (
        Reference("PublicRes", "CommonData", leads_to=Role.PUBLIC_RES, missing=_W),
        Reference("DocumentRes", "CommonData", leads_to=Role.DOCUMENT_RES, missing=_W),
        Reference("TemplatePage", "CommonData", "BaseLoc", Role.TEMPLATE),
        Reference("Page", "Pages", "BaseLoc", Role.PAGE),
        Reference("Annotations", "Document", leads_to=Role.ANNOTATIONS, missing=_W),
        Reference("Attachments", "Document", leads_to=Role.ATTACHMENTS, missing=_W),
        Reference("CustomTags", "Document", leads_to=Role.CUSTOM_TAGS, missing=_W),
        Reference("Extensions", "Document", leads_to=Role.EXTENSIONS, missing=_W),
    ),
    Role.PAGE: _OF_CANVASES,
    Role.TEMPLATE: _OF_CANVASES,
    Role.PUBLIC_RES: _OF_RESOURCES,
    Role.DOCUMENT_RES: _OF_RESOURCES,
    Role.PAGE_RES: _OF_RESOURCES,
    Role.ANNOTATIONS: (Reference("FileLoc", "Page", leads_to=Role.ANNOTATION),),
    Role.ANNOTATION: (),
    Role.ATTACHMENTS: (Reference("FileLoc", "Attachment"),),
    Role.CUSTOM_TAGS: (
        Reference("FileLoc", "CustomTag", missing=_W),
        Reference("SchemaLoc", "CustomTag", missing=_W),
    ),
    Role.EXTENSIONS: (Reference("ExtendData", "Extension", missing=_W),),
    Role.SIGNATURES: (Reference("Signature", "Signatures", "BaseLoc", Role.SIGNATURE),),
    Role.SIGNATURE: (
        Reference("SignedValue", "Signature"),
        Reference("BaseLoc", "Seal"),
    ),
    Role.VERSION: (
        Reference("File", "FileList", missing=_W),
        Reference("DocRoot", "DocVersion", missing=_W),
    ),
}


@frozen(eq=False)
class Link:
    """
    A reference as it stands in a part, and where it leads.

    Args:
        reference: Its kind.
        element: Where it stands.
        text: What it says.
        location: Where that leads.
    """

    reference: Reference
    element: Element = field(repr=False)
    text: str
    location: Location


@frozen(eq=False)
class OfdPart:
    """
    One XML file of a package.

    Args:
        name: Its name in the package.
        role: What it is there for.
        document: The part that heads what it belongs to: a Document.xml, or a list of
            signatures; OFD.xml for itself.
        content: What stands in it.
        links: What it refers to, in the order of the table and then of the XML.
    """

    name: str
    role: Role
    document: str
    content: Content = field(repr=False)
    links: tuple[Link, ...] = field(repr=False, default=())

    def linked(self, element: str) -> Iterator[Link]:
        """Yield the links that stand in elements called *element*."""
        return (link for link in self.links if link.reference.element == element)


@frozen(eq=False)
class UnreadPart:
    """
    A part that is there, but could not be read.

    Args:
        name: Its name in the package; empty for all that were not come to.
        error: Why; a `LimitError` if it may be right.
        damaged: Whether its bytes cannot be had, whatever they may say.
    """

    name: str
    error: FormatError
    damaged: bool = False

    @property
    def is_wrong(self) -> bool:
        """Whether it is wrong for certain, and not only beyond a limit."""
        return not isinstance(self.error, LimitError)
