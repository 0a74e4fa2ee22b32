"""Policy: which checks must be made, what follows from them, and by which rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from egovarchive.checks.metadata.stages import StageRules
from egovarchive.checks.metadata.statutory import StatutoryRules
from egovarchive.errors import InvalidValueError

if TYPE_CHECKING:
    from egovarchive.formats.scan_quality import ScanRules
    from egovarchive.signing.trust import TrustStore

# What needs nothing but the package and its metadata.
REQUIRED: Final = frozenset(
    {
        "authenticity.signature",
        "authenticity.metadata_length",
        "authenticity.metadata_types",
        "authenticity.metadata_values",
        "authenticity.plausibility",
        "authenticity.characters",
        "authenticity.archival_code",
        "authenticity.links",
        "authenticity.layout",
        "authenticity.package",
        "integrity.metadata",
        "integrity.required",
        "integrity.members",
        "usability.metadata",
        "security.extra_files",
    }
)
# GB/T 18894—2016 as a municipal archives reprints its table of archiving formats; the
# standard itself was not read. Programs' own formats stand beside fixed layouts there.
_DOCUMENTS: Final = frozenset(
    {"ofd", "pdf", "rtf", "wps", "et", "dps", "doc", "docx", "xls", "xlsx", "ppt"}
    | {"pptx", "odt", "ods", "odp", "txt", "xml", "html"}
)
_IMAGES: Final = frozenset(
    {"jpeg", "tiff", "png", "gif", "bmp", "jp2", "svg", "wmf", "emf"}
)
_MEDIA: Final = frozenset(
    {"wav", "mp3", "flac", "m4a", "mpg", "mp4", "avi", "flv", "mov"}
)
ARCHIVING_FORMATS: Final = _DOCUMENTS | _IMAGES | _MEDIA
# What no record consists of; RAR because how it compresses is not public.
REFUSED_FORMATS: Final = frozenset({"exe", "elf", "script", "rar"})


def _names(value: Iterable[str]) -> frozenset[str]:
    if isinstance(value, str):
        raise InvalidValueError(
            f"{value!r} is one text, not a set of names",
            f"{value!r} 是单个文本，应为名称集合",
            rule="policy",
        )
    return frozenset(value)


@frozen(kw_only=True)
class Policy:
    """
    What must be checked, and what follows from a failure.

    Args:
        name: Its name; reports carry it.
        required: Names of the checks that must be made, and pass, for a report to
            pass. What is configured nowhere, such as a scanner, is not required
            until you say so.
        lenient: Names of the checks whose failures only warn.
        wait: Whether a deposit is refused as long as a required check was not made,
            or waits for a person.
        formats: Ids of formats that may be archived without a warning.
        refused: Ids of formats that fail.
        stages: Which steps a case must show, such as
            `egovarchive.checks.metadata.stages`; None leaves that not performed.
        statutory: Which documents the law demands of a case, such as
            `egovarchive.checks.metadata.statutory`; None leaves that not performed.
        scan: Rules of scan quality; None leaves that not performed.
        document_trust: Who is trusted to have signed documents before they came here,
            and to have time-stamped them; None leaves that for a person to judge.
    """

    name: str = "default"
    required: frozenset[str] = field(default=REQUIRED, converter=_names)
    lenient: frozenset[str] = field(default=frozenset(), converter=_names)
    wait: bool = False
    formats: frozenset[str] = field(
        default=ARCHIVING_FORMATS, converter=_names, repr=False
    )
    refused: frozenset[str] = field(
        default=REFUSED_FORMATS, converter=_names, repr=False
    )
    stages: StageRules | None = field(default=None, repr=False)
    statutory: StatutoryRules | None = field(default=None, repr=False)
    scan: ScanRules | None = field(default=None, repr=False)
    document_trust: TrustStore | None = field(default=None, repr=False)


DEFAULT_POLICY: Final = Policy()
# Files that are no package cannot keep what is asked of packages: they pass if they
# are what they should be, and can be opened.
FILES_POLICY: Final = Policy(
    name="files",
    required=frozenset(
        {
            "integrity.content",
            "usability.format",
            "usability.readable",
            "usability.unencrypted",
        }
    ),
)
