"""
veraPDF, the validator of PDF/A (ISO 19005), by its command line.

It is a program of its own, in Java, and is not installed with this package.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from attrs import frozen

from egovarchive.errors import ToolError
from egovarchive.formats import (
    DEFAULT_LIMITS,
    Format,
    Limits,
    Observation,
    Source,
    Tool,
)
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.source import Part, on_disk
from egovarchive.records.outcome import Outcome

if TYPE_CHECKING:
    from lxml import etree

_LARGEST: Final = 16 << 20  # bytes of a report
_VERSION: Final = re.compile(r"\bveraPDF\s+v?(\d[\w.+-]*)")
# These fail where a file claims no PDF/A at all; veraPDF then assumes PDF/A-1b.
_UNCLAIMED: Final = frozenset(
    {"containsMetadata == true", "containsPDFAIdentification == true"}
)
_GUESS: Final = "0"


@frozen
class VeraPdfValidator:
    """
    Says whether a document conforms to PDF/A.

    Args:
        command: How to start veraPDF.
        flavour: The level to hold files against, such as ``2b``; ``0`` takes the one
            that each file claims.
    """

    command: tuple[str, ...] = ("verapdf",)
    flavour: str = _GUESS

    @property
    def tool(self) -> Tool:
        held = "" if self.flavour == _GUESS else f"PDF/A-{self.flavour}"
        return Tool("veraPDF", _version(self.command), held)

    @property
    def isolated(self) -> bool:
        """False: it is a process of its own, and Java needs more than a worker has."""
        return False

    def answers(self, format: Format) -> frozenset[Aspect]:
        return frozenset({Aspect.CONFORMANT} if format.id == "pdf" else ())

    def validate(
        self,
        source: Source,
        format: Format,
        limits: Limits,
    ) -> Iterator[Observation]:
        # It takes only files whose name ends in .pdf.
        named = Part("document.pdf", source, 0, source.size)
        with on_disk(named) as file:
            report = _run(
                (
                    *self.command,
                    "--flavour",
                    self.flavour,
                    "--maxfailuresdisplayed",
                    "1",
                    str(file.path),
                ),
                limits.seconds,
            )
        yield from observations(report, limits, claimed=self.flavour == _GUESS)


@lru_cache(maxsize=8)
def _version(command: tuple[str, ...]) -> str:
    try:
        said = _run((*command, "--version"), DEFAULT_LIMITS.seconds)
    except ToolError:
        return ""
    found = _VERSION.search(said.decode("utf-8", "replace"))
    return found[1] if found else ""


def _run(command: tuple[str, ...], seconds: float) -> bytes:
    """
    Return what *command* prints.

    Raises:
        ToolError: It is not there, does not end in time, or prints too much.
    """
    import tempfile  # noqa: PLC0415 - rarely needed

    with tempfile.TemporaryFile(prefix="egovarchive-") as printed:
        try:
            process = subprocess.Popen(  # noqa: S603 - the user's own command
                command,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise ToolError(
                f"{command[0]} cannot be started: {error.strerror}",
                f"无法启动 {command[0]}：{error.strerror}",
            ) from None
        with process:
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                raise ToolError(
                    f"veraPDF did not end within {seconds:g} s",
                    f"veraPDF 未在 {seconds:g} 秒内结束",
                ) from None
            finally:
                _end(process)
        if printed.tell() > _LARGEST:
            raise ToolError(
                f"veraPDF printed more than {_LARGEST} bytes",
                f"veraPDF 输出超过 {_LARGEST} 字节",
            )
        printed.seek(0)
        return printed.read()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Its start script has children: the whole group goes."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


def observations(
    report: bytes, limits: Limits, *, claimed: bool
) -> Iterator[Observation]:
    """
    Yield what the *report* says, XML in the form that veraPDF calls ``mrr`` or ``xml``.

    Args:
        report: What veraPDF printed.
        limits: How much of it is told.
        claimed: Whether the file was held against what it claims itself.

    Raises:
        ToolError: It is no such report, or veraPDF could not look at the file.
    """
    root = _parsed(report)
    findings = Findings(limits.findings)
    results = root.findall("./jobs/job/validationReport")
    if not results:
        raise _failure(root)
    for result in results:
        _judge(result, findings, claimed=claimed)
    yield from findings


def _parsed(report: bytes) -> etree._Element:
    from lxml import etree  # noqa: PLC0415 - heavy

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(report, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise _no_report() from None
    if b"<!DOCTYPE" in report or root.tag != "report":
        raise _no_report()
    return root


def _judge(result: etree._Element, findings: Findings, *, claimed: bool) -> None:
    profile = shown(result.get("profileName", "?"))
    ended = result.get("jobEndStatus", "normal")
    if ended != "normal":
        raise ToolError(
            f"veraPDF did not finish: {shown(ended)}",
            f"veraPDF 未完成检测：{shown(ended)}",
        )
    if result.get("isCompliant") == "true":
        findings.add(
            Observation(
                Aspect.CONFORMANT,
                Outcome.PASSED,
                f"conforms by {profile}",
                f"符合 {profile}",
            )
        )
        return
    rules = result.findall("./details/rule")
    count = len(rules)
    if claimed and any(rule.findtext("test") in _UNCLAIMED for rule in rules):
        findings.warned(
            Aspect.CONFORMANT,
            f"expected PDF/A, found a file that does not claim it ({profile}: {count} "
            "rules not kept)",
            f"应为 PDF/A，实未声明 PDF/A（{profile}：{count} 条规则不符合）",
        )
        return
    for rule in rules:
        _broken(rule, profile, findings)
    if not rules:
        findings.failed(
            Aspect.CONFORMANT, f"does not conform by {profile}", f"不符合 {profile}"
        )


def _broken(rule: etree._Element, profile: str, findings: Findings) -> None:
    source = " ".join(
        part
        for part in (rule.get("specification"), rule.get("clause"))
        if part is not None
    )
    said = " ".join((rule.findtext("description") or "").split())
    times = rule.get("failedChecks", "1")
    findings.failed(
        Aspect.CONFORMANT,
        f"{shown(source)}, test {shown(rule.get('testNumber', '?'))}: {shown(said)} "
        f"(not kept {shown(times)} times; {profile})",
        f"{shown(source)} 测试 {shown(rule.get('testNumber', '?'))}：{shown(said)}"
        f"（{shown(times)} 处不符合；{profile}）",
        shown(rule.findtext("./check/context") or ""),
    )


def _failure(root: etree._Element) -> ToolError:
    said = root.findtext("./jobs/job/taskException/exceptionMessage")
    if said is None:
        return _no_report()
    text = shown(" ".join(said.split()))
    return ToolError(
        f"veraPDF could not look at it: {text}", f"veraPDF 未能检测：{text}"
    )


def _no_report() -> ToolError:
    return ToolError("veraPDF did not answer with a report", "veraPDF 未返回有效报告")
