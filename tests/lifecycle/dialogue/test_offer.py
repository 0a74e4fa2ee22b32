"""What is offered is what goes, if the archives want it, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError, ReceiptError
from egovarchive.lifecycle.dialogue.offer import OfferReply, Opinion
from egovarchive.lifecycle.dialogue.reason import BEFORE_SENDING, Ground, Reason
from egovarchive.lifecycle.dialogue.transfer_list import TransferList
from egovarchive.testing.strategies.dialogue import replies_to, transfer_lists
from lifecycle.dialogue.said import DECLINED, code, offer, reply, transfer_list


@given(st.data(), transfer_lists)
def test_what_is_wanted_goes(data: st.DataObject, listed: TransferList) -> None:
    answer: OfferReply = data.draw(replies_to(listed))
    chosen = answer.accepted(listed)
    if chosen is None:
        assert not answer.wanted
        return
    assert {record.code for record in chosen.records} == set(answer.wanted)
    assert set(chosen.records) <= set(listed.records)
    if len(answer.wanted) == len(listed.records):
        assert chosen is listed
    else:
        assert chosen.offered == listed.id
        assert chosen.dialogue == answer.dialogue


def test_the_same_reply_gives_the_same_batch() -> None:
    first, second = (reply().accepted(transfer_list()) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.id == second.id != transfer_list().id


def test_nothing_may_be_wanted() -> None:
    opinions = [Opinion(code=code(n), declined=DECLINED) for n in (1, 2, 3)]
    assert reply(opinions=opinions).accepted(transfer_list()) is None


@pytest.mark.parametrize(
    "answer",
    [
        reply(offered=transfer_list(round=2).id),
        reply(archives="另一档案馆"),
        reply(opinions=[Opinion(code=code(1)), Opinion(code=code(2))]),
        reply(opinions=[Opinion(code=code(n)) for n in (1, 2, 3, 4)]),
        reply(opinions=[Opinion(code=code(n)) for n in (1, 2, 4)]),
    ],
)
def test_a_reply_to_something_else_is_refused(answer: OfferReply) -> None:
    with pytest.raises(ReceiptError) as refused:
        answer.accepted(transfer_list())
    assert refused.value.message("zh") != refused.value.message()


def test_what_was_chosen_is_not_offered_again() -> None:
    chosen = reply().accepted(transfer_list())
    with pytest.raises(InvalidValueError) as refused:
        offer(listed=chosen)
    assert refused.value.place == "listed"


@pytest.mark.parametrize("ground", sorted(set(Ground) - BEFORE_SENDING, key=str))
def test_what_was_not_sent_cannot_be_found_wanting(ground: Ground) -> None:
    with pytest.raises(InvalidValueError, match="before it is sent"):
        Opinion(code=code(1), declined=Reason(ground=ground))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"opinions": []}, "opinions"),
        ({"opinions": [Opinion(code=code(1))] * 2}, "opinions"),
        ({"opinions": [code(1)]}, "opinions[0]"),
        ({"offered": None}, "offered"),
        ({"by": ""}, "by"),
        ({"archives": None}, "archives"),
    ],
)
def test_what_is_no_reply_is_refused(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        reply(**changes)
    assert refused.value.place == place


@pytest.mark.parametrize("words", ["", "\n", "x" * 1001, "电话 13812345678", 7])
def test_a_remark_is_short_and_tells_no_number_of_a_person(words: Any) -> None:
    with pytest.raises(InvalidValueError) as refused:
        offer(remark=words)
    assert refused.value.place == "remark"


def test_they_speak_both_languages() -> None:
    assert "某某市档案馆" in offer().message("zh")
    assert offer().message("zh").startswith("移交申请（李某，2026-11-23）：移交清单")
    assert offer().message().startswith("offer by 李某 on 2026-11-23: transfer list")
    assert reply().message().endswith("2 of 3 records are wanted")
    assert reply().message("zh").endswith("同意接收 3 件中的 2 件")


class TestReason:
    def test_a_ground_says_it_all_but_one(self) -> None:
        assert DECLINED.message() == "not due"
        assert DECLINED.message("zh") == "未到移交期限"
        with pytest.raises(InvalidValueError, match="say in words"):
            Reason(ground=Ground.OTHER)

    def test_words_come_in_both_languages(self) -> None:
        both = Reason(ground=Ground.OTHER, en="the disc is broken", zh="光盘破损")
        assert both.message() == "other: the disc is broken"
        assert both.message("zh") == "其他：光盘破损"
        with pytest.raises(InvalidValueError, match="one language"):
            evolve(both, zh=None)

    @pytest.mark.parametrize(
        "words", ["身份证11010519491231002X缺页", "13812345678", "", "x" * 501, 7]
    )
    def test_words_tell_no_number_of_a_person(self, words: Any) -> None:
        with pytest.raises(InvalidValueError) as refused:
            Reason(ground=Ground.OTHER, en=words, zh="缺页")
        assert refused.value.place == "en"
        assert "110105" not in str(refused.value)

    @pytest.mark.parametrize("words", [f"digest {'1' * 64}", "91350100M000100Y43"])
    def test_a_digest_or_a_credit_code_is_none(self, words: str) -> None:
        assert Reason(ground=Ground.OTHER, en=words, zh=words).en == words
