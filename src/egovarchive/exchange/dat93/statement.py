"""Statement 说明文件: what a volume of a batch says about itself, in plain text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

from egovarchive.errors import BatchError
from egovarchive.exchange.dat93.finding import Finding, Kind
from egovarchive.exchange.dat93.layout import STATEMENT
from egovarchive.exchange.dat93.written_text import decoded
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.text import Text

MAX_SIZE: Final = 1 << 20  # bytes
_MAX_LINES: Final = 1_000

# Names that implementations of DA/T 93—2022 have.
UNIT: Final = "移交单位"
CONTENT: Final = "内容描述"
RANGE: Final = "起止档号"
COUNT: Final = "档案数量"
ENVIRONMENT: Final = "软硬件环境"
CARRIER_PARAMETERS: Final = "离线载体参数"
CARRIER: Final = "载体编号"
CARRIERS: Final = "载体数量"
MADE_BY: Final = "制作单位"
CHECKED_BY: Final = "检查单位"
# Ours: without them nobody can tell which volumes make a batch.
BATCH: Final = "移交批次号"
NUMBER: Final = "载体顺序号"

REQUIRED: Final = (UNIT, CONTENT, RANGE, COUNT, ENVIRONMENT)
_TO: Final = " 至 "
_RANGE: Final = re.compile(r"(\S+)\s*(?:至|~|～|—+)\s*(\S+)")
_NUMBER: Final = re.compile(r"([0-9]{1,9})\s*[件卷张个盘]?")


@frozen(kw_only=True)
class Description:
    """
    What the sending unit says about a batch.

    Args:
        batch: Number of the batch 移交批次号, the sender's own; it is the same in all
            volumes, and when the same transfer is made again.
        unit: Sending unit 移交单位.
        content: What is in it 内容描述: scope, years, categories.
        environment: Software and hardware it was made with, and is read with
            软硬件环境.
        carrier: Number on the medium 载体编号; "{}" in it stands for the number of
            the volume. None: online.
        carrier_parameters: Kind and size of the medium 离线载体参数.
        made_by: Unit that made it 制作单位.
        checked_by: Unit that checked it 检查单位.
    """

    batch: str = field(validator=Text(64))
    unit: str = field(validator=Text(200))
    content: str = field(validator=Text(1000))
    environment: str = field(validator=Text(500))
    carrier: str | None = field(default=None, validator=Text(100, optional=True))
    carrier_parameters: str | None = field(
        default=None, validator=Text(200, optional=True)
    )
    made_by: str | None = field(default=None, validator=Text(200, optional=True))
    checked_by: str | None = field(default=None, validator=Text(200, optional=True))

    def statement(
        self, first: ArchivalCode, last: ArchivalCode, count: int, place: VolumeNumber
    ) -> Statement:
        """Return what the volume at *place*, of *count* records, says about itself."""
        carrier = self.carrier and self.carrier.replace("{}", str(place.number))
        texts = {
            UNIT: self.unit,
            CONTENT: self.content,
            RANGE: f"{first}{_TO}{last}",
            COUNT: f"{count}件",
            ENVIRONMENT: self.environment,
            BATCH: self.batch,
            CARRIER_PARAMETERS: self.carrier_parameters,
            CARRIER: carrier,
            NUMBER: str(place.number),
            CARRIERS: str(place.volumes),
            MADE_BY: self.made_by,
            CHECKED_BY: self.checked_by,
        }
        return Statement({name: text for name, text in texts.items() if text})


@frozen
class VolumeNumber:
    """
    Which volume of a batch one is.

    Args:
        number: Its number 载体顺序号, from 1 on.
        volumes: How many the batch has 载体数量.
    """

    number: int
    volumes: int


@frozen
class Statement:
    """
    What a volume says about itself.

    Args:
        texts: Each text by its Chinese name.
    """

    texts: Mapping[str, str]

    def encode(self) -> bytes:
        """Return the file 说明文件.TXT, in UTF-8."""
        return "".join(f"{n}：{text}\n" for n, text in self.texts.items()).encode()

    @property
    def unit(self) -> str:
        """Sending unit 移交单位; "" if it is not said."""
        return self.texts.get(UNIT, "")

    @property
    def batch(self) -> str:
        """Number of the batch 移交批次号; "" if it is not said."""
        return self.texts.get(BATCH, "")

    @property
    def count(self) -> int | None:
        """How many records it says there are; None if it does not say."""
        return self._number(COUNT)

    @property
    def place(self) -> VolumeNumber:
        """Which volume it says it is; what does not say is the only one."""
        number, volumes = self._number(NUMBER), self._number(CARRIERS)
        return VolumeNumber(number or 1, volumes or 1)

    @property
    def range(self) -> tuple[str, str] | None:
        """The first and the last archival code it names; None if it names none."""
        match = _RANGE.fullmatch(self.texts.get(RANGE, ""))
        return (match[1], match[2]) if match else None

    def _number(self, name: str) -> int | None:
        match = _NUMBER.fullmatch(self.texts.get(name, ""))
        return int(match[1]) if match else None


def read_statement(data: bytes) -> tuple[Statement, list[Finding]]:
    """
    Return what the file 说明文件.TXT in *data* says, and what is wrong in it.

    Lines of other names are kept; lines without a colon are passed over.

    Raises:
        BatchError: It is neither UTF-8 nor GB 18030, or too long.
    """
    lines = decoded(data, STATEMENT).splitlines()
    if len(lines) > _MAX_LINES:
        raise BatchError(
            f"{STATEMENT}: more than {_MAX_LINES} lines",
            f"{STATEMENT}：超过 {_MAX_LINES} 行",
        )
    texts: dict[str, str] = {}
    findings = []
    for number, line in enumerate(lines, start=1):
        name, colon, text = line.replace("：", ":", 1).partition(":")
        name, text = name.strip(), text.strip()
        if not colon:
            continue
        if name in texts:
            findings.append(
                _wrong(
                    f"line {number}: {quoted(name)} stands twice",
                    f"第 {number} 行：{quoted(name)} 重复出现",
                )
            )
            continue
        texts[name] = text
    found = Statement({name: text for name, text in texts.items() if text})
    findings.extend(_broken(found))
    return found, findings


def _broken(statement: Statement) -> list[Finding]:
    texts = statement.texts
    findings = [
        _wrong(f"{name} is not there", f"缺少“{name}”")
        for name in REQUIRED
        if name not in texts
    ]
    findings += [
        _wrong(
            f"{name} is no number: {quoted(texts[name])}",
            f"“{name}”不是数量：{quoted(texts[name])}",
        )
        for name in (COUNT, NUMBER, CARRIERS)
        if name in texts and not _NUMBER.fullmatch(texts[name])
    ]
    if RANGE in texts and statement.range is None:
        findings.append(
            _wrong(
                f"{RANGE} does not name two codes: {quoted(texts[RANGE])}",
                f"“{RANGE}”未写明起止两个档号：{quoted(texts[RANGE])}",
            )
        )
    place = statement.place
    if not 1 <= place.number <= place.volumes:
        findings.append(
            _wrong(
                f"volume {place.number} of {place.volumes}",
                f"载体顺序号 {place.number} 不在载体数量 {place.volumes} 之内",
            )
        )
    return findings


def _wrong(en: str, zh: str) -> Finding:
    return Finding(kind=Kind.STATEMENT, place=STATEMENT, en=en, zh=zh)
