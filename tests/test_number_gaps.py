"""T08: numbers that a register explains are not missing."""

from __future__ import annotations

import pytest

from tests.quality_support import Handed
from tests.rule_cases import REGISTER_ROW
from tests.test_runner import judged, permits

LAWFUL = {"status": "依法不报送", "exemption_basis": "行政处罚法第五十一条"}


def register(*numbers: int, **cells: str) -> Handed:
    rows = [{**REGISTER_ROW, "document_no": f"示〔2022〕{n}号", **cells} for n in numbers]
    return Handed("decision_register", rows)


@pytest.mark.parametrize(
    ("explained", "cells", "detail"),
    [
        ((), LAWFUL, "2–4 号"),
        ((2, 3, 4), LAWFUL, None),
        ((3,), LAWFUL, "2、4 号"),
        ((4,), LAWFUL, "2–3 号"),
        ((2, 3), LAWFUL, "4 号"),
        # without its basis nothing is explained; what is only registered is missing all the same
        ((2, 3, 4), {**LAWFUL, "exemption_basis": ""}, "2–4 号"),
        ((2, 3, 4), {}, "2–4 号"),
    ],
)
def test_what_is_lawfully_not_reported_leaves_no_gap(
    explained: tuple[int, ...], cells: dict[str, str], detail: str | None
) -> None:
    """Permits 1 and 5 came in; who is missing of 2, 3 and 4?"""
    sent = permits({"document_no": "示〔2022〕1号"}, {"document_no": "示〔2022〕5号"})
    con = judged(sent, register(*explained, **cells))
    told = con.sql("select message from quality.violations where rule_id = 'T08'").fetchall()
    assert [message.split("缺 ")[1].split("，")[0] for (message,) in told] == (
        [detail] if detail else []
    )
