"""Hand-ins in words: counts of a day, of a month, and the table of units."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.duty_words import (
    SIGNS,
    matrix,
    month_words,
    tally,
    tally_days,
    today_words,
    worst_of_cell,
)
from dashboard.terms import load_terms
from warehouse.plans import load_plans

MAY, JUNE = date(2022, 6, 10), date(2022, 7, 11)
LEDGER, MATERIAL = "双公示台账", "监管材料"


def owed(*rows: tuple[str, str, str, date, str]) -> pl.DataFrame:
    """Rows of (unit number, duty, period covered, due day, state)."""
    return pl.DataFrame(
        [
            {
                "unit_id": f"U{number}", "unit": f"示例单位{number}", "unit_order": int(number),
                "duty": duty, "period_covered": period, "due_date": day, "state": state,
            }
            for number, duty, period, day, state in rows
        ]
    )  # fmt: skip


TEN_JUNE = owed(
    ("1", LEDGER, "2022-05", MAY, "按时"),
    ("2", LEDGER, "2022-05", MAY, "迟交"),
    ("3", LEDGER, "2022-05", MAY, "零报送"),
    ("4", LEDGER, "2022-05", MAY, "零报送（迟）"),
    ("5", LEDGER, "2022-05", MAY, "未交"),
    ("6", LEDGER, "2022-05", MAY, "未到期"),
)


def test_a_day_counts_owed_in_nil_and_out() -> None:
    found = tally(TEN_JUNE)
    assert (found.owed, found.received, found.nil, found.out) == (6, 2, 2, 2)
    assert found.words == "应收 6 家，已收 2，零报送 2，未收 2"
    assert found.worst == "未交"


def test_what_two_duties_ask_of_one_unit_are_two_hand_ins() -> None:
    both = owed(("1", LEDGER, "2022-05", MAY, "按时"), ("1", MATERIAL, "2022-05", MAY, "按时"))
    assert tally(both).words == "应收 2 家次，已收 2，未收 0"


def test_today_names_who_is_out() -> None:
    assert today_words(TEN_JUNE, MAY) == [
        "双公示台账：应收 6 家，已收 2，零报送 2，未收 2（示例单位5、示例单位6）"
    ]


def test_more_than_eight_names_are_cut_short() -> None:
    many = owed(*((str(n), LEDGER, "2022-05", MAY, "未交") for n in range(1, 11)))
    [line] = today_words(many, MAY)
    assert line.endswith("示例单位8 等）")
    assert "示例单位9" not in line


def test_a_day_without_dues_says_what_comes_next() -> None:
    rows = owed(("1", LEDGER, "2022-05", MAY, "按时"), ("1", LEDGER, "2022-06", JUNE, "未到期"))
    assert today_words(rows, date(2022, 6, 20)) == [
        "当日没有到期的报送；下一个到期日 7 月 11 日："
        "双公示台账：应收 1 家，已收 0，未收 1（示例单位1）"
    ]
    assert today_words(rows, date(2022, 7, 12)) == [
        "当日没有到期的报送，方案年度内也没有以后的到期日"
    ]


def test_a_month_says_its_due_days() -> None:
    rows = pl.concat([TEN_JUNE, owed(("1", MATERIAL, "2022-05", date(2022, 6, 20), "按时"))])
    assert month_words(rows, "6 月") == ("6 月 2 个到期日，应收 7 家次，已收 3，零报送 2，未收 2")
    assert month_words(rows.clear(), "7 月") == "7 月没有到期的报送"
    assert {day: found.owed for day, found in tally_days(rows).items()} == {
        MAY: 6,
        date(2022, 6, 20): 1,
    }


YEAR = owed(
    ("2", LEDGER, "2022-05", MAY, "按时"),
    ("1", LEDGER, "2022-05", MAY, "未交"),
    ("2", LEDGER, "2022-06", JUNE, "零报送（迟）"),
    ("1", LEDGER, "2022-06", JUNE, "未到期"),
    ("2", MATERIAL, "2022-05", date(2022, 6, 20), "零报送"),
    ("3", MATERIAL, "2022-05", date(2022, 6, 20), "迟交"),
)


def test_the_table_of_all_duties_sums_up() -> None:
    # on time of judged: unit 1: none of one (the other is not due); unit 2: one of two, one of one
    assert matrix(YEAR).rows() == [
        ("示例单位1", "0/1　✕ 1　· 1", ""),
        ("示例单位2", "1/2　△ 1　✓ 1", "1/1　○ 1"),
        ("示例单位3", "", "0/1　▲ 1"),
    ]
    assert matrix(YEAR).columns == ["unit", LEDGER, MATERIAL]


def test_the_table_of_one_duty_shows_each_period() -> None:
    found = matrix(YEAR, LEDGER)
    assert found.columns == ["unit", "2022-05", "2022-06"]
    # unit 3 never owes it and is left out
    assert found.rows() == [
        ("示例单位1", "✕ 未交", "· 未到期"),
        ("示例单位2", "✓ 按时", "△ 零报迟"),
    ]


def test_a_unit_that_owed_it_for_a_time_only_has_empty_cells() -> None:
    rows = pl.concat([YEAR, owed(("4", LEDGER, "2022-06", JUNE, "按时"))])
    assert matrix(rows, LEDGER).rows()[-1] == ("示例单位4", "", "✓ 按时")


def test_nothing_is_told_by_colour_alone() -> None:
    """Each state has a sign of its own; the ground follows from the sign."""
    assert len(set(SIGNS.values())) == len(SIGNS)
    for state in SIGNS:
        [row] = matrix(owed(("1", LEDGER, "2022-05", MAY, state)), LEDGER).rows()
        assert worst_of_cell(row[1]) == state
    assert worst_of_cell("9/11　✕ 1　▲ 1") == "未交"
    assert worst_of_cell("") is None


@pytest.mark.parametrize("plan", load_plans().values(), ids=lambda plan: plan.id)
def test_titles_of_duties_use_present_words(plan: object) -> None:
    titles = [duty["title"] for duty in plan.duties]  # type: ignore[attr-defined]
    assert [old for old in load_terms() for title in titles if old in title] == []
