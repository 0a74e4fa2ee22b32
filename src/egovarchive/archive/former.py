"""Former: what a worker does with a case before its package is signed."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property, lru_cache
from typing import BinaryIO, Final

from attrs import astuple, field, frozen

from egovarchive import checks, packages
from egovarchive.archive.document_signatures import DocumentSignatures
from egovarchive.archive.lent import LentFile
from egovarchive.errors import EgovArchiveError, InvalidValueError, StorageError
from egovarchive.formats.toolbox import Toolbox
from egovarchive.packages import Member, Package
from egovarchive.packages.container import Stored, crc32
from egovarchive.packages.manifest import manifest_path
from egovarchive.packages.package import Packed
from egovarchive.packages.xml import Values
from egovarchive.profiles import Profile
from egovarchive.records.filing import Filing
from egovarchive.records.schedule import ScheduleRule
from egovarchive.storage.failures import failure
from egovarchive.storage.staging import write_chunks

_SIGNATURE: Final = "authenticity.signature"
SIGNED: Final = tuple(each for each in checks.CHECKS if each.name == _SIGNATURE)
UNSIGNED: Final = tuple(each for each in checks.CHECKS if each.name != _SIGNATURE)
_SHOWN: Final = 200  # characters of somebody else's error


def is_clean(report: checks.Report, policy: checks.Policy) -> bool:
    """Say whether nothing in *report* keeps a package from being archived."""
    return report.passed if policy.wait else not report.failures


@frozen(kw_only=True)
class Order:
    """
    One case to form.

    One that cannot be sent to another process does not keep back those beside it.

    Args:
        filing: What to pack.
        rule: What the schedule says of its service item.
        path: The lent file to write.
    """

    filing: Filing
    rule: ScheduleRule
    path: str

    def __reduce__(self) -> tuple[Callable[..., Order | Unsent], tuple[object, ...]]:
        number = self.filing.case.number
        try:
            data = pickle.dumps((self.filing, self.rule, self.path), _NEWEST)
        except Exception as error:  # noqa: BLE001 - whatever make its contents are
            return Unsent, (number, _why(error))
        return _received, (number, data)


@frozen
class Unsent:
    """A case that did not reach the worker, and why."""

    number: str
    why: str

    @property
    def error(self) -> InvalidValueError:
        """Why it is refused."""
        return InvalidValueError(
            f"case {self.number!r} cannot be sent to a worker ({self.why}): give its "
            "files as paths or bytes",
            f"办件 {self.number!r} 无法发送给工作进程（{self.why}），"
            "请以路径或字节给出文件内容",
            rule="contents for an executor",
            place="documents",
        )


@frozen(kw_only=True)
class Formed:
    """
    A package that lies in a lent file, without its signature.

    Args:
        members: What its manifests list.
        manifests: Their bytes by algorithm, the primary one last.
        basic: Its basic metadata, as texts.
        process: Its process metadata, as texts.
        checked: Whether all checks but that of the signature have found it good. Why
            not, those who refuse it have to look again.
    """

    members: tuple[Member, ...] = field(repr=False)
    manifests: Mapping[str, bytes] = field(repr=False)
    basic: Values = field(repr=False)
    process: Values = field(repr=False)
    checked: bool

    def package(self, filing: Filing, profile: Profile, lent: LentFile) -> Package:
        """Return the package of *filing* that was written to *lent*."""
        primary = list(self.manifests)[-1]
        data = self.manifests[primary]
        start = self.members[-1].stored.end
        last = Stored(manifest_path(primary), len(data), crc32(data), start)
        return Package(
            profile=profile,
            members=self.members,
            manifests=self.manifests,
            body=lent.spool(last.end),
            fixed=(*(member.stored for member in self.members), last),
            packed=Packed(filing, self.basic, self.process),
        )


@frozen(kw_only=True)
class Former:
    """
    Forms packages, and makes the checks that need neither signature nor catalog.

    It has no key: signing is not sent to other processes.

    Args:
        profile: The form of packages.
        digests: Digest algorithms, the primary one first.
        tools: Look at files; None leaves what they do not performed.
        policy: Which checks must pass, and by which rules.
    """

    profile: Profile = field(repr=False)
    digests: tuple[str, ...]
    tools: Toolbox | None = field(repr=False)
    policy: checks.Policy = field(repr=False)

    def form_all(
        self, orders: Sequence[Order | Unsent], at: datetime
    ) -> list[Formed | Exception]:
        """
        Return what became of each of *orders*; never raises.

        Args:
            orders: Them.
            at: The moment of the checks.
        """
        return [self._form(order, at) for order in orders]

    def _form(self, order: Order | Unsent, at: datetime) -> Formed | Exception:
        if isinstance(order, Unsent):
            return order.error
        try:
            # First of all: if nobody waits for the package any more, it is not there.
            file = _opened(order.path)
        except OSError as error:
            return failure("write to", order.path, error)
        try:
            return self._form_in(file, order, at)
        except Exception as error:  # noqa: BLE001 - raised where the result is taken
            return _to_send(error)
        finally:
            # What was formed was written out; what was not need not be.
            with suppress(OSError):
                file.close()

    def _form_in(self, file: BinaryIO, order: Order, at: datetime) -> Formed:
        tools, trust = self.tools, self.policy.document_trust
        package = packages.build(
            order.filing,
            self.profile,
            algorithms=self.digests,
            room=lambda: file,
            signatures=None if tools is None else DocumentSignatures(tools, trust, at),
        )
        subject = checks.Subject(
            package=package,
            at=at,
            series=order.filing.series,
            rule=order.rule,
            tools=self.tools,
            policy=self.policy,
        )
        report = checks.run(subject, checks.Stage.ARCHIVING, UNSIGNED)
        _write_out(package, file, order.path)
        basic, process = package.metadata()
        return Formed(
            members=package.members,
            manifests=package.manifests,
            basic=basic,
            process=process,
            checked=is_clean(report, self.policy),
        )

    def __reduce__(self) -> tuple[Callable[[bytes], Former], tuple[bytes]]:
        return _former, (self._pickled,)

    @cached_property
    def _pickled(self) -> bytes:
        try:
            return pickle.dumps(astuple(self, recurse=False), _NEWEST)
        except Exception as error:
            raise InvalidValueError(
                "the tools, the policy or the profile of this archive cannot be sent "
                f"to a worker: {_why(error)}",
                f"本档案库的检测工具、策略或规范无法发送给工作进程：{_why(error)}",
                rule="equipment for an executor",
            ) from error


_NEWEST: Final = pickle.HIGHEST_PROTOCOL


@lru_cache(maxsize=4)
def _former(pickled: bytes) -> Former:
    # Kept: tools may have started a process of their own.
    profile, digests, tools, policy = pickle.loads(pickled)  # noqa: S301 - from a Former
    return Former(profile=profile, digests=digests, tools=tools, policy=policy)


def _received(number: str, pickled: bytes) -> Order | Unsent:
    try:
        filing, rule, path = pickle.loads(pickled)  # noqa: S301 - from an Order
    except Exception as error:  # noqa: BLE001 - whatever make its contents are
        return Unsent(number, _why(error))
    return Order(filing=filing, rule=rule, path=path)


def _opened(path: str) -> BinaryIO:
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    return os.fdopen(os.open(path, flags), "r+b")


def _write_out(package: Package, file: BinaryIO, path: str) -> None:
    payload = package.payload()
    # A large one was written there from the start.
    if payload is not file:
        write_chunks(path, file.fileno(), payload)
    try:
        file.flush()
    except OSError as error:
        raise failure("write to", path, error) from error


def _to_send(error: Exception) -> Exception:
    """Return *error*, or one that says the same if it does not stand being sent."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - made a moment ago
    except Exception:  # noqa: BLE001 - whatever make it is
        if isinstance(error, EgovArchiveError):
            return StorageError(error.message("en"), error.message("zh"))
        return RuntimeError(_why(error))
    return error


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:_SHOWN]
