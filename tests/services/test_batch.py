"""Batches: one transition for many filings, what is skipped and why."""

from __future__ import annotations

import pytest

from filings.models import Filing
from filings.services.batch import preview_batch, run_batch
from filings.services.errors import Refused
from filings.services.remarks import add_remark
from tests.factories import House, send


def test_a_batch_says_what_it_skips_and_why(house: House, sent: list[Filing]) -> None:
    draft = house.filing()
    add_remark(house.reviewer, sent[2].pk, "title", "请核对")
    refs = [filing.ref for filing in (*sent, draft)]
    lines = {
        line.filing.pk: str(line.skipped or "") for line in preview_batch(house.fresh("reviewer"), "approve", refs)
    }
    assert lines == {sent[0].pk: "", sent[1].pk: "", sent[2].pk: "有 1 条意见没有关闭，请逐份处理"}, "drafts are unseen"
    done, skipped = run_batch(house.fresh("reviewer"), "approve", refs, "")
    assert (done, [line.filing.pk for line in skipped]) == (2, [sent[2].pk])
    assert sorted(Filing.objects.filter(state="approved").values_list("pk", flat=True)) == [sent[0].pk, sent[1].pk]
    again, skipped = run_batch(house.fresh("reviewer"), "approve", refs, "")
    assert (again, [line.skipped.code for line in skipped if line.skipped]) == (
        0,
        ["batch_wrong_state", "batch_wrong_state", "batch_open_remarks"],
    )
    assert str(skipped[0].skipped) == "现在是“已审核”"


def test_a_batch_of_returns_says_why(house: House, sent: list[Filing]) -> None:
    refs = [filing.ref for filing in sent]
    with pytest.raises(Refused, match="批量退回必须写明意见"):
        run_batch(house.fresh("reviewer"), "return", refs, "  ")
    assert run_batch(house.fresh("reviewer"), "return", refs, "请补充满意度")[0] == 3
    assert {filing.events.latest("id").words for filing in sent} == {"请补充满意度"}


def test_nobody_decides_on_own_work_in_a_batch(house: House) -> None:
    filing = house.filing()
    send(house.both, filing.pk)
    (line,) = preview_batch(house.fresh("both"), "approve", [filing.ref])
    assert str(line.skipped) == "是您自己送审的"
