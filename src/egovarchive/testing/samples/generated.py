"""Generated cases: any number of them, the same ones for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from attrs import frozen

from egovarchive.records.case import Case, Decision
from egovarchive.records.content import CHUNK_SIZE
from egovarchive.records.document import Document, File, Role
from egovarchive.records.item import ServiceItem
from egovarchive.records.party import Party
from egovarchive.records.step import Step

# Items of the samples' schedule that require no material by name.
ITEMS: Final = (
    ("1101000001", "城镇污水排入排水管网许可"),
    ("1101000002", "户外招牌备案"),
    ("1101000003", "老年人优待证办理"),
)
_FIRST: Final = date(2025, 1, 2)
_DAYS: Final = 540
_SURNAMES: Final = "赵钱孙李周吴郑王冯陈"
_NAMES: Final = "某示例样本虚构测试"
_MATERIALS: Final = (
    ("申请表", Role.APPLICATION),
    ("身份证明", Role.APPLICATION),
    ("承诺书", Role.APPLICATION),
    ("受理通知书", Role.PROCEDURE),
    ("办理结果", Role.RESULT),
)


@frozen
class GeneratedContent:
    """Bytes made up by chance, the same ones for the same *seed*."""

    seed: str
    size: int

    def chunks(self) -> Iterator[bytes]:
        chance = Random(self.seed)  # noqa: S311 - samples, not secrets
        left = self.size
        while left:
            size = min(left, CHUNK_SIZE)
            yield chance.randbytes(size)
            left -= size


def cases(
    n: int, *, files: int = 5, size: int = 50_000, seed: int = 0
) -> Iterator[Case]:
    """
    Yield *n* generated cases.

    Args:
        n: How many.
        files: Files in each.
        size: Bytes in each file. They are made when they are read.
        seed: The same seed gives the same cases.
    """
    for number in range(n):
        yield _case(number, files, size, seed)


def _case(number: int, files: int, size: int, seed: int) -> Case:
    chance = Random(f"{seed}-{number}")  # noqa: S311 - samples, not secrets
    code, name = chance.choice(ITEMS)
    concluded = _FIRST + timedelta(days=chance.randrange(_DAYS))
    accepted = concluded - timedelta(days=chance.randrange(20))
    applicant = chance.choice(_SURNAMES) + "".join(chance.choices(_NAMES, k=2))
    documents = []
    for i in range(files):
        material, role = _MATERIALS[i % len(_MATERIALS)]
        content = GeneratedContent(f"{seed}-{number}-{i}", size)
        documents.append(
            Document(
                name=f"{material}{i + 1}",
                role=role,
                files=(File(f"{material}{i + 1}.bin", content),),
            )
        )
    return Case(
        number=f"GEN{seed:02}-{number:08}",
        item=ServiceItem(code=code, name=name),
        title=f"{applicant}{name}",
        applicant=Party.natural(applicant),
        accepted_on=accepted,
        concluded_on=concluded,
        decision=Decision.GRANTED,
        documents=documents,
        steps=(_step("受理", accepted, 9), _step("办结", concluded, 16)),
    )


def _step(activity: str, day: date, hour: int) -> Step:
    at = datetime(day.year, day.month, day.day, hour)  # noqa: DTZ001 - in China
    return Step(activity=activity, actor="经办人甲", unit="政务服务大厅", at=at)
