"""`show`: a record with its entry, deadlines, documents and members."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator

from egovarchive.archive import Archive
from egovarchive.cli.columns import GAP, pairs, size_text, table
from egovarchive.cli.entry_rows import entry_row
from egovarchive.cli.opening import code_of, open_archive
from egovarchive.cli.problems import FINE, exit_code
from egovarchive.cli.screen import Screen
from egovarchive.errors import EgovArchiveError
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages import Package
from egovarchive.packages.package import MemberContent
from egovarchive.records.case import Case
from egovarchive.records.deadlines import Deadline, DeadlineKind, Deadlines
from egovarchive.records.document import Document, File


def run(args: Namespace, screen: Screen) -> int:
    """Show the record that *args* name; return the exit code."""
    code = code_of(args.code)
    archive = open_archive(args)
    entry = archive.entry(code)
    package, case, error = _opened(archive, entry)
    dates = list(_registered(deadlines_of(archive, entry), entry))
    if screen.as_json:
        screen.value(_row(screen, entry, dates, package, case))
    else:
        _tell(screen, entry, dates, package, case)
    if error is None:
        return FINE
    # What is registered can be shown all the same.
    screen.problem(error)
    return exit_code(error)


def deadlines_of(archive: Archive, entry: Entry) -> Deadlines:
    """Return the deadlines of *entry*, by the period it was filed under."""
    return Deadlines(
        concluded_on=entry.concluded_on,
        period=entry.retention,
        level=archive.arrangement.level,
    )


def _registered(dates: Deadlines, entry: Entry) -> Iterator[Deadline]:
    """Yield *dates*; the end of retention as it is registered, if it differs."""
    for each in dates:
        end = entry.retention_ends_on
        if each.kind is not DeadlineKind.RETENTION_END or each.on == end:
            yield each
            continue
        # The schedule had it start otherwise; from which day, only the case tells.
        yield Deadline(
            each.kind,
            end,
            ("As registered, by its schedule", "按登记时的保管期限表"),
            entry.schedule,
            {"period": entry.retention},
        )


def _opened(
    archive: Archive, entry: Entry
) -> tuple[Package | None, Case | None, EgovArchiveError | None]:
    package = None
    try:
        package = archive.package(entry.code)
        return package, package.filing().case, None
    except EgovArchiveError as error:
        return package, None, error


def _row(
    screen: Screen,
    entry: Entry,
    dates: Iterable[Deadline],
    package: Package | None,
    case: Case | None,
) -> dict[str, object]:
    row = {
        **entry_row(entry),
        "deadlines": [_deadline_row(screen, each) for each in dates],
    }
    if case is not None:
        row["documents"] = [_document_row(each) for each in case.documents]
    if package is not None:
        row["members"] = [
            {"path": each.path, "size": each.size, "digests": dict(each.digests)}
            for each in package.members
        ]
    return row


def _deadline_row(screen: Screen, deadline: Deadline) -> dict[str, object]:
    return {
        "kind": deadline.kind.value,
        "on": None if deadline.on is None else deadline.on.isoformat(),
        "rule": screen.say(*deadline.rule),
        "source": deadline.source,
        "inputs": dict(deadline.inputs),
    }


def _document_row(document: Document) -> dict[str, object]:
    return {
        "name": document.name,
        "code": document.code,
        "role": document.role.value,
        "provenance": document.provenance.value,
        "classification": document.classification.value,
        "files": [
            {"name": file.name, "path": path, "size": size}
            for file in document.files
            for path, size in _stored(file)
        ],
    }


def _stored(file: File) -> Iterator[tuple[str, int]]:
    """Yield where *file*, which comes from a package, lies in it, and its size."""
    if isinstance(file.content, MemberContent):
        yield file.content.member.path, file.content.size


def _tell(
    screen: Screen,
    entry: Entry,
    dates: Iterable[Deadline],
    package: Package | None,
    case: Case | None,
) -> None:
    say = screen.say
    screen.lines(pairs(_facts(screen, entry)))
    screen.line()
    screen.line(say("Deadlines", "期限"))
    for deadline in dates:
        screen.line(f"{GAP}{deadline.explain(screen.lang)}")
    if case is not None:
        screen.line()
        screen.line(say("Documents", "文件"))
        for document in case.documents:
            screen.line(f"{GAP}{document.role.label(screen.lang)}{GAP}{document.name}")
            for file in document.files:
                for _, size in _stored(file):
                    screen.line(f"{GAP * 2}{file.name}{GAP}{size_text(size)}")
    if package is not None:
        screen.line()
        head = (say("Members of the package", "包内文件"), say("bytes", "字节数"))
        rows = ((f"{GAP}{each.path}", str(each.size)) for each in package.members)
        screen.lines(table(head, rows))


def _facts(screen: Screen, entry: Entry) -> Iterator[tuple[str, str]]:
    say = screen.say
    none = say("none", "无")
    yield say("archival code", "档号"), str(entry.code)
    yield say("title", "题名"), entry.title or say("unknown", "未知")
    yield say("case number", "办件编号"), entry.case_number
    yield say("item code", "事项编码"), entry.item_code
    yield say("concluded on", "办结日期"), entry.concluded_on.isoformat()
    yield say("registered at", "登记时间"), entry.registered_at.isoformat()
    period = str(entry.retention)
    yield (
        say("retention", "保管期限"),
        say(period, f"{period}（{entry.retention.title}）"),
    )
    yield say("schedule", "保管期限表"), entry.schedule
    yield say("package", "归档信息包"), entry.package
    yield say("stored under", "存储位置"), entry.key
    yield say("size", "大小"), size_text(entry.size)
    yield say("signature", "签名摘要"), entry.signature or none
