"""Check: one item of the standard's list, and all that it may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Final, Generic, TypeVar

from attrs import field, frozen

from egovarchive.checks.examined import Examined, examined
from egovarchive.checks.metadata import scheme
from egovarchive.checks.policy import DEFAULT_POLICY, Policy
from egovarchive.checks.report import Property, Stage
from egovarchive.errors import EgovArchiveError
from egovarchive.formats import Source
from egovarchive.formats.toolbox import Toolbox
from egovarchive.packages import Package
from egovarchive.packages.xml import Values
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.filing import Filing
from egovarchive.records.outcome import Outcome
from egovarchive.records.schedule import ScheduleRule
from egovarchive.records.series import Series
from egovarchive.records.term import Term
from egovarchive.signing import Verifier

T_contra = TypeVar("T_contra", contravariant=True)


# Why a check was not made, by what it needs and nobody gave.
LACKING: Final[Mapping[str, tuple[str, str]]] = {
    "package": ("there is no package, only files", "没有归档信息包，仅有文件"),
    "metadata": (
        "the metadata cannot be read: see usability.metadata",
        "元数据无法读取，见“信息包中元数据的可读性检测”",
    ),
    "filing": (
        "the metadata does not read back as a case: see authenticity.metadata_types",
        "元数据不能还原为办件，见“元数据项数据类型、格式检测”",
    ),
    "verifier": ("no trusted certificates were given", "未配置受信任证书"),
    "rule": ("no schedule rule was given", "未提供归档范围"),
    "expected": (
        "nothing was registered to compare it with",
        "没有可比对的登记信息",
    ),
    "taken": ("no register was given", "未提供登记簿"),
    "tools": ("no tools that look at files were given", "未配置文件检测工具"),
    "scanners": ("no scanner is configured", "未配置病毒扫描工具"),
    "stages": ("no stage rules were given", "未配置办理环节规则"),
    "statutory": ("no statutory rules were given", "未配置法定要件规则"),
    "scan": ("no rules of scan quality were given", "未配置扫描质量规则"),
}


# Metadata cannot change as long as its bytes do not: later, those are looked at.
WHILE_FILING: Final = frozenset({Stage.ARCHIVING, Stage.ACCESSION})


class Who(Term):
    """Who can make a check."""

    AUTOMATIC = "automatic", "自动"
    CONFIGURED = "configured", "需配置"
    PERSON = "person", "人工"


class Sureness(Term):
    """How sure it is that DA/T 70—2018 has the item, under that name."""

    SEVERAL = "several implementations agree", "多个实现一致"
    ONE = "one implementation has it", "见于一个实现"
    UNCONFIRMED = "unconfirmed", "未核实"
    OURS = "ours", "本库自有"


@frozen
class Said:
    """
    What a check says of one thing.

    Args:
        outcome: What.
        object: What it looked at: a path in the package, or the package itself.
        en: Why, in English.
        zh: The same in Chinese.
        expected: What should have been there, as text.
        found: What was there.
        tool: Which tool says so, with its version; empty for this library itself.
        digest: Of the file that was looked at, such as ``sha256:…``.
    """

    outcome: Outcome
    object: str
    en: str
    zh: str
    expected: str = ""
    found: str = ""
    tool: str = ""
    digest: str = ""


@frozen(kw_only=True)
class Expected:
    """
    What the archive has registered of a package.

    Args:
        code: Its archival code.
        package: Its id.
        size: Its size in bytes.
        signature: SHA-256 of its signature, in hex; None if it has none.
    """

    code: ArchivalCode
    package: str
    size: int
    signature: str | None


@frozen(kw_only=True, eq=False)
class Subject:
    """
    A package, or bare files, and all else that a check may look at.

    Checks read this and nothing else.

    Args:
        package: The package; None for files without metadata.
        loose: Files that are no package's, by path.
        name: What the report calls it, if it is no package.
        at: The moment at which its signature is judged.
        on: The moment of the check; the same if nothing is given.
        verifier: Decides on signatures; None if no trust was configured.
        series: The series it should be filed in, if the archive says so.
        rule: What the schedule says of its service item, if known.
        expected: What was registered of it; None before it is registered.
        taken: Returns the archival code under which another package of the same case
            number is registered, if one is; None if there is no register to ask.
        tools: Look at its files; None leaves what they do not performed.
        policy: What must be checked, and by which rules.
    """

    at: datetime
    package: Package | None = None
    loose: Mapping[str, Source] = field(factory=dict, repr=False)
    name: str = ""
    on: datetime = field()
    verifier: Verifier | None = None
    series: Series | None = None
    rule: ScheduleRule | None = None
    expected: Expected | None = None
    taken: Callable[[Package], ArchivalCode | None] | None = None
    tools: Toolbox | None = None
    policy: Policy = DEFAULT_POLICY

    @on.default
    def _same(self) -> datetime:
        return self.at

    @cached_property
    def object(self) -> str:
        """What the report calls it."""
        if self.expected is not None:
            return str(self.expected.code)
        return self.name if self.package is None else self.package.id

    @cached_property
    def metadata(self) -> tuple[Values, Values] | None:
        """Its basic and process metadata; None if they cannot be read."""
        try:
            return None if self.package is None else self.package.metadata()
        except EgovArchiveError:
            return None  # Why, a check of its own says.

    @cached_property
    def filing(self) -> Filing | None:
        """The case in it, and where it is filed; None if that cannot be read."""
        try:
            return None if self.package is None else self.package.filing()
        except EgovArchiveError:
            return None  # Why, a check of its own says.

    @cached_property
    def described(self) -> tuple[tuple[str, scheme.Examined], ...]:
        """
        What the profile's tables have against each metadata document, by its path.

        Empty if they cannot be read.
        """
        if self.package is None or self.metadata is None:
            return ()
        profile, (basic, process) = self.package.profile, self.metadata
        return (
            (profile.basic_path, scheme.examine(basic, profile.basic)),
            (profile.process_path, scheme.examine(process, profile.process)),
        )

    @cached_property
    def files(self) -> tuple[Examined, ...]:
        """Its content files, each with what the tools say of it when asked."""
        return tuple(examined(self.package, self.loose, self.tools))


@frozen(kw_only=True)
class Check(Generic[T_contra]):
    """
    One item of the standard's list.

    Args:
        name: Our own, stable name: the property, a dot, what is looked at.
            Printed codes such as GD-1-1 are a profile's affair.
        title: What it looks at, in English.
        zh: Its name in DA/T 70—2018, as implementations of it have it, or ours.
        run: Yields what it found; None if only a person can. Pure: it reads nothing
            but its subject.
        rule: What it goes by, with the source, in English.
        rule_zh: The same in Chinese; empty for that of a check of your own.
        who: Who can make it.
        sureness: How sure the item's name is.
        needs: What must be configured for it: names of `Subject`'s attributes.
        stages: When it is made.
    """

    name: str
    title: str
    zh: str
    run: Callable[[T_contra], Iterator[Said]] | None = field(repr=False)
    rule: str
    rule_zh: str = ""
    who: Who = Who.AUTOMATIC
    sureness: Sureness = Sureness.SEVERAL
    needs: tuple[str, ...] = ("package",)
    stages: frozenset[Stage] = frozenset(Stage)

    @property
    def property(self) -> Property:
        """Which of the four properties it serves."""
        return Property(self.name.partition(".")[0])


def package_of(subject: Subject) -> Package:
    """Return the package of *subject*, for a check that needs one."""
    assert subject.package is not None  # noqa: S101 - `Check.needs` says so
    return subject.package
