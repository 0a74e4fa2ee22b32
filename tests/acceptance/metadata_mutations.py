"""Mutations of metadata: by who holds the key, so that no digest tells of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from acceptance.mutation import Mutation, Victim
from corpus.resealed import BASIC, PROCESS, Parts
from egovarchive.checks.metadata.stages import CONCLUSION

TYPES = "authenticity.metadata_types"
LENGTH = "authenticity.metadata_length"
VALUES = "authenticity.metadata_values"
PLAUSIBLE = "authenticity.plausibility"
CHARACTERS = "authenticity.characters"
CODE = "authenticity.archival_code"
ATTRIBUTES = "authenticity.content_attributes"
LINKS = "authenticity.links"
LAYOUT = "authenticity.layout"
REQUIRED = "integrity.required"
PROCESS_INFO = "integrity.process"
STATUTORY = "integrity.statutory"
MATERIALS = "integrity.materials"
READABLE = "usability.metadata"

_STEP = """<process title="过程信息">
<business_activity title="业务行为">{}</business_activity>
<actor title="处理人员">某某</actor>
<unit title="处理部门">某局</unit>
<action_time title="行为时间">{}</action_time>
</process>
"""


def _born_in_the_future() -> str:
    """Return a well-formed citizen identification number of a child of 2099."""
    body = "11010120990101011"
    total = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def _parts(change: Callable[[Parts], Parts | None]) -> Callable[[Victim], Parts | None]:
    return lambda victim: change(victim.parts)


def _row(
    name: str,
    change: Callable[[Parts], Parts | None],
    by: Iterable[str],
    also: Iterable[str] = (),
) -> Mutation:
    return Mutation(name=name, damage=_parts(change), by=by, also=also)


def _tag(tag: str, new: str, at: str = BASIC) -> Callable[[Parts], Parts]:
    return lambda parts: parts.tagged(tag, new, at)


def _if_has(
    tag: str, change: Callable[[Parts], Parts]
) -> Callable[[Parts], Parts | None]:
    return lambda parts: (
        change(parts) if f"<{tag} ".encode() in parts.members[BASIC] else None
    )


def _title(character: str) -> Callable[[Parts], Parts]:
    return lambda parts: parts.rewritten(
        r"(<title [^>]*>[^<]{3})", rf"\g<1>{character}"
    )


def _without_conclusion(parts: Parts) -> Parts:
    steps = rb"\s*<process title.*?</process>"
    words = re.compile(CONCLUSION.words)
    kept = re.sub(
        steps,
        lambda step: b"" if words.search(step[0].decode()) else step[0],
        parts.members[PROCESS],
        flags=re.DOTALL,
    )
    return parts.put(PROCESS, kept)


def _without_steps(parts: Parts) -> Parts:
    return parts.rewritten(r"<process title.*</process>", "", PROCESS)


def _step(activity: str, at: str) -> Callable[[Parts], Parts]:
    return lambda parts: parts.rewritten(
        r"(?=</process_info>)", _STEP.format(activity, at), PROCESS
    )


def _described(
    end: str, tag: str, title: str, text: str
) -> Callable[[Parts], Parts | None]:
    """Return what describes a file that ends in *end* with *text* as its *tag*."""
    element = f'<{tag} title="{title}">{text}</{tag}>'

    def again(file: re.Match[str]) -> str:
        return re.sub(rf"<{tag} .*?</{tag}>\s*", "", file[0]) + element

    def describe(parts: Parts) -> Parts | None:
        path = parts.ending(end)
        if path is None:
            return None
        return parts.rewritten(rf"{re.escape(path)}</curr.*?(?=</file>)", again)

    return describe


def _twice(parts: Parts) -> Parts:
    first, second = parts.files[:2]
    return parts.rewritten(re.escape(f">{second}<"), f">{first}<")


def _document_bare(parts: Parts) -> Parts:
    return parts.rewritten(
        r'\s*<file title="内容文件">.*?</file>(?=\s*</document>)', ""
    )


METADATA = (
    _row("title removed", lambda p: p.without("title"), {REQUIRED}, {TYPES}),
    _row("title emptied", _tag("title", ""), {REQUIRED}, {TYPES}),
    _row("title too long", _tag("title", "长" * 501), {LENGTH}, {TYPES}),
    _row("case number removed", lambda p: p.without("project_id"), {REQUIRED}, {TYPES}),
    _row("file size removed", lambda p: p.without("computer_file_size"),
         {REQUIRED}, {TYPES, LINKS}),
    _row("step without its moment", lambda p: p.without("action_time", PROCESS),
         {REQUIRED}, {TYPES}),
    _row("opinion too long", lambda p: p.rewritten(
        r"(</action_time>)",
        rf'\g<1><opinion title="处理意见">{"长" * 10_001}</opinion>', PROCESS),
         {LENGTH}, {TYPES}),
    _row("date that is none", _tag("transact_time", "2025-02-30"), {TYPES}),
    _row("date in another form", _tag("receive_time", "1.3.2025"), {TYPES}),
    _row("licence's date that is none", _tag("valid_until", "长期"), {TYPES}),
    _row("size that is no number", _tag("computer_file_size", "5 KB"),
         {TYPES}, {LINKS, ATTRIBUTES}),
    _row("number of a citizen with a digit wrong",
         lambda p: p.rewritten(r"11010118\d{9}[\dX]", "110101188001010119"), {TYPES}),
    _row("element twice", lambda p: p.rewritten(
        r"(<title [^>]*>[^<]*</title>)", r"\g<1>\g<1>"), {READABLE}),
    _row("decision off its list", _tag("result", "也许"), {VALUES}, {TYPES}),
    _row("role off its list", _tag("document_role", "杂项"), {VALUES}, {TYPES}),
    _row("classification off its list", _tag("security_classification", "普通"),
         {VALUES}, {TYPES}),
    _row("control character", _title("\x85"), {CHARACTERS}, {TYPES}),
    _row("line break in a line", _title("\n"), {CHARACTERS}, {TYPES}),
    _row("bidirectional control", _title("\u202e"), {CHARACTERS}, {TYPES}),
    _row("lost character U+FFFD", _title("\ufffd"), {CHARACTERS}, {TYPES}),
    _row("private use character", _title("\ue001"), {CHARACTERS}),
    _row("invisible character", _title("\u200b"), {CHARACTERS}),
    _row("accepted after the conclusion", _tag("receive_time", "2025-12-30"),
         {PLAUSIBLE}, {TYPES}),
    _row("concluded in the future", _tag("transact_time", "2099-01-01"),
         {PLAUSIBLE}, {TYPES, CODE}),
    _row("year wrong", _tag("year", "2024"), {PLAUSIBLE, CODE}, {TYPES}),
    _row("step before the one before", _tag("action_time", "2025-12-30T09:00:00+08:00",
         PROCESS), {PLAUSIBLE}, {TYPES}),
    _row("step in the future", _step("回访", "2099-01-01T09:00:00+08:00"),
         {PLAUSIBLE}, {TYPES}),
    _row("file made in the future",
         _tag("computer_file_creation_time", "2099-01-01T09:00:00+08:00"),
         {PLAUSIBLE}, {ATTRIBUTES}),
    _row("file made in 1970",
         _tag("computer_file_creation_time", "1970-01-01T08:00:00+08:00"),
         {PLAUSIBLE}, {ATTRIBUTES}),
    _row("licence that ended before the decision", _tag("valid_until", "2020-01-01"),
         {PLAUSIBLE}, {TYPES}),
    _row("licence of a case that was refused", _tag("result", "不予"),
         {PLAUSIBLE, STATUTORY}, {TYPES}),
    _row("citizen born after the conclusion", lambda p: p.rewritten(
        r"11010118\d{9}[\dX]", _born_in_the_future()), {PLAUSIBLE}, {TYPES}),
    _row("basic code of another item", _tag("task_basic_code", "990000000001"),
         {PLAUSIBLE}, {TYPES}),
    _row("electronic record code of another case",
         _tag("electronic_record_code", "J019-X-2025-D30-1"), {PLAUSIBLE}),
    _row("scan verified before it was made", _if_has(
        "verified_on", lambda p: p.tagged("verified_on", "2024-01-01")), {PLAUSIBLE}),
    _row("resolution out of range", _if_has(
        "scanning_resolution", lambda p: p.tagged("scanning_resolution", "0")),
         {PLAUSIBLE}, {TYPES, ATTRIBUTES}),
    _row("another fonds", _tag("fonds_identifier", "J020"), {CODE}, {PLAUSIBLE}),
    _row("another period of retention", _tag("retention_period", "D10"),
         {CODE}, {PLAUSIBLE}),
    _row("size wrong", lambda p: p.rewritten(
        r"(<computer_file_size [^>]*>)\d+", r"\g<1>7"), {LINKS, ATTRIBUTES}),
    _row("one path twice", _twice, {LINKS}, {"security.extra_files", ATTRIBUTES}),
    _row("name of a file wrong", _tag("computer_file_name", "另一份文件.pdf"),
         {ATTRIBUTES}),
    _row("format declared wrong", _described(
        ".pdf", "format_information", "格式信息", "OFD"), {ATTRIBUTES}),
    _row("pages declared wrong", _described(
        ".pdf", "total_number_of_pages", "页数", "99"), {ATTRIBUTES}),
    _row("width declared wrong", _described(
        ".jpg", "pixel_width", "像素宽", "7"), {ATTRIBUTES}),
    _row("duration declared wrong", _described(
        ".mp4", "duration_in_seconds", "时长（秒）", "999"), {ATTRIBUTES}),
    _row("document without a file", _document_bare,
         {"integrity.package_metadata", REQUIRED, LINKS},
         {TYPES, "security.extra_files"}),
    _row("no step at all", _without_steps, {PROCESS_INFO}, {STATUTORY}),
    _row("conclusion missing", _without_conclusion, {PROCESS_INFO}, {STATUTORY}),
    _row("correction asked for, letter missing",
         _step("补正告知", "2025-03-04T09:00:00+08:00"),
         {STATUTORY}, {PLAUSIBLE}),
    _row("basic metadata with a DOCTYPE", lambda p: p.rewritten(
        r"(?=<base_info)", "<!DOCTYPE base_info>"), {READABLE}),
    _row("basic metadata not well-formed", lambda p: p.rewritten(
        r"</base_info>", ""), {READABLE}),
    _row("basic metadata of another kind", lambda p: p.rewritten(
        r"<base_info.*</base_info>", "<other/>"), {READABLE}),
    _row("process metadata removed", lambda p: p.put(PROCESS, None),
         {"integrity.metadata", LAYOUT, READABLE}),
)  # fmt: skip
