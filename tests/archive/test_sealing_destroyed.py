"""What was destroyed stops no seal, and is not asked for its evidence."""

from __future__ import annotations

from datetime import date

import pytest

from archive.exchange_office import Clock
from archive.office import (
    ITEM,
    SHORT_ITEM,
    arrangement,
    case,
    new_archive,
    schedule,
)
from egovarchive import Archive
from egovarchive.errors import RecordDestroyedError
from egovarchive.evidence.seal import SealState
from egovarchive.lifecycle.appraisal import Opinion
from egovarchive.records.item import ServiceItem
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.schedule import ScheduleRule
from egovarchive.testing.timestamps import TestAuthority

RULES = [
    ScheduleRule(item_code=ITEM, period=RetentionPeriod(30)),
    ScheduleRule(item_code=SHORT_ITEM, period=RetentionPeriod(1)),
]


def destroy_all_expired(archive: Archive) -> None:
    listed = archive.appraisal.due()
    opinions = [
        Opinion(code=each.code, retain=None, reason="无价值", by="甲")
        for each in listed.records
    ]
    archive.appraisal.approve(listed, opinions, by="乙", role="领导", opinion="同意")
    made = archive.destruction.list(by="丙")
    for name in ("甲", "乙"):
        archive.destruction.approve(made.id, by=name, role="领导", opinion="同意")
    archive.destruction.execute(made.id, witnesses=("丁", "戊"), method="删除")


@pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
def test_the_others_are_sealed(algorithm: str) -> None:
    clock = Clock()
    authority = TestAuthority(clock=clock)
    archive = new_archive(
        clock=clock,
        timestamper=authority,
        authorities=(authority.root,),
        arrangement=arrangement(schedule=schedule(rules=RULES)),
    )
    short = ServiceItem(code=SHORT_ITEM, name="事项")
    past = date(2024, 5, 1)
    old = case(1, item=short, accepted_on=None, concluded_on=past)
    gone = archive.deposit(old).code
    kept = archive.deposit(case(2)).code
    destroy_all_expired(archive)
    seal = archive.sealing.seal(algorithm=algorithm)
    assert seal is not None
    assert seal.state is SealState.SEALED
    assert archive.sealing.verify(kept).seal == 1
    for ask in (archive.sealing.verify, archive.sealing.evidence_record):
        with pytest.raises(RecordDestroyedError):
            ask(gone)
    [rehashed] = archive.sealing.renew_hashes("sha512")
    assert rehashed.left_out == 1
    assert archive.sealing.verify(kept).contents == ("sha512",)
