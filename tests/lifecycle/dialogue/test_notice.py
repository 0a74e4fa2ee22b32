"""A notice says what was sent, volume by volume, so that it can be counted."""

from __future__ import annotations

from typing import Any

import pytest

from egovarchive.errors import BatchError, InvalidValueError
from egovarchive.records.digest import Digest
from lifecycle.dialogue.said import notice, reply, transfer_list, volume


def test_it_is_about_its_batch() -> None:
    notice().check_against(transfer_list())
    chosen = reply().accepted(transfer_list())
    assert chosen is not None
    made = notice(batch=chosen.id, offered=chosen.offered, volumes=[volume(count=2)])
    made.check_against(chosen)
    assert made.dialogue == transfer_list().id


@pytest.mark.parametrize(
    "changes",
    [
        {"batch": "ab" * 32},
        {"offered": "ab" * 32},
        {"volumes": [volume(count=2)]},
        {"volumes": [volume(count=2), volume(2, count=2)]},
    ],
)
def test_a_notice_of_something_else_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BatchError) as refused:
        notice(**changes).check_against(transfer_list())
    assert refused.value.message("zh") != refused.value.message()


def test_volumes_are_counted_however_they_come() -> None:
    made = notice(volumes=[volume(2, count=1), volume(1, count=2)])
    assert [each.number for each in made.volumes] == [1, 2]
    assert (made.count, made.size) == (3, 10_000)
    assert "2 volumes, 3 records, 10000 bytes" in made.message()
    assert "2 卷，3 件，10000 字节" in made.message("zh")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"volumes": []}, "volumes"),
        ({"volumes": [volume(2)]}, "volumes"),
        ({"volumes": [volume(1), volume(1)]}, "volumes"),
        ({"volumes": [volume(1), volume(3)]}, "volumes"),
        ({"volumes": ["1"]}, "volumes[0]"),
        ({"form": "ab"}, "form"),
        ({"batch": None}, "batch"),
    ],
)
def test_what_is_no_notice_is_refused(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        notice(**changes)
    assert refused.value.place == place


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"number": 0}, "number"),
        ({"carrier": ""}, "carrier"),
        ({"digests": []}, "digests"),
        ({"digests": [Digest("sm3", "ab" * 32)] * 2}, "digests"),
        ({"digests": ["sm3:" + "ab" * 32]}, "digests[0]"),
        ({"size": 0}, "size"),
        ({"count": 0}, "count"),
    ],
)
def test_what_is_no_volume_is_refused(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        volume(**changes)
    assert refused.value.place == place
