"""Words, findings and exports: pure functions of the pages."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.components.cards import none_wanted
from dashboard.components.exports import NOTE_COLUMN, file_name, to_csv
from dashboard.findings import (
    LEDGER_METRIC,
    both_words,
    common_line,
    conclusion,
    counted_rates,
    ledger_words,
    rate_lines,
    rates_finding,
    standing_of_units,
    units_finding,
)
from dashboard.terms import in_present_words, load_terms
from dashboard.wording import (
    WATERMARK,
    change,
    light_badge,
    percent,
    period_words,
    quantity,
    target_words,
)

TODAY = date(2022, 7, 10)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "—"),
        (100.0, "100%"),
        (0.0, "0%"),
        (99.96, "99.9%"),  # short of the target: never shown as 100
        (95.25, "95.2%"),
    ],
)
def test_percent(value: float | None, words: str) -> None:
    assert percent(value) == words


@pytest.mark.parametrize(
    ("value", "unit", "comparator", "words"),
    [
        ("22.0", "working_day", "<=", "22 个工作日"),
        (None, "%", ">=", "—"),
        ("1.0", "mechanism", "exists", "已建立"),
        ("0.0", "mechanism", "exists", "未建立"),
        ("1.0", "mechanism", ">=", "1 项"),  # one of three: how many, not whether
        ("1.0", "session", "exists", "有"),
        ("2022-06-30", "date", "by_date", "2022-06-30"),
        ("3", "条", "", "3 条"),
    ],
)
def test_quantity(value: object, unit: str, comparator: str, words: str) -> None:
    assert quantity(value, unit, comparator) == words


@pytest.mark.parametrize(
    ("comparator", "threshold", "unit", "due", "words"),
    [
        (">=", "100.0", "%", None, "≥ 100%"),
        ("by_day_of_month", "100.0", "%", "10", "每月 10 日前，按期 100%"),
        ("by_weekday", "100.0", "%", "5", "每周五前，按期 100%"),
        ("by_date", "2022-06-30", "date", "2022-06-30", "不晚于 2022-06-30"),
        ("exists", "1.0", "document", "2022-12-31", "有（2022-12-31 前）"),
        (">=", "3.0", "mechanism", None, "≥ 3 项"),
        ("within_days", "7.0", "working_day", None, "≤ 7 个工作日"),
        ("decrease", None, "count", None, "较前下降"),
    ],
)
def test_target_words(
    comparator: str, threshold: str | None, unit: str, due: str | None, words: str
) -> None:
    assert target_words(comparator, threshold, unit, due) == words


def test_a_light_says_itself_without_colour() -> None:
    assert light_badge("red", "missed", "差 7 条") == ":red-badge[✕ 未达标 差 7 条]"
    assert light_badge("yellow", "pending") == ":yellow-badge[▲ 未到期]"
    assert light_badge(None, "historical") == ":gray-badge[历史条款]"


def test_change_and_period() -> None:
    assert change(99.4, 99.0, is_rate=True) == "较上期 +0.4 点"
    assert change(3, None, is_rate=False) == "较上期 —"
    assert change(95.21, 95.2, is_rate=True) == "较上期 持平"
    assert [period_words(p) for p in ("2022-06", "2022-Q2", "2022")] == [
        "2022 年 6 月", "2022 年第 2 季度", "2022 年",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("联合惩戒案例", "失信惩戒措施应用案例"),  # the longer word wins over 联合惩戒
        ("行业红黑名单", "行业守信激励对象名单／严重失信主体名单"),
        ("双公示上报率", "双公示上报率"),
        ("继续开展“信易贷”、信易贷", "继续开展“信易贷”、融资信用服务"),  # quotes stay
    ],
)
def test_older_words_give_way(old: str, new: str) -> None:
    assert in_present_words(old) == new


def test_no_present_word_is_an_older_one() -> None:
    assert [new for new in load_terms().values() if in_present_words(new) != new] == []


def metric(value: float | None, hits: int = 0, base: int = 0) -> dict[str, Any]:
    return {"value": value, "numerator": hits, "denominator": base, "previous_value": None}


def asked(comparator: str, threshold: str | None, **changes: Any) -> dict[str, Any]:
    usual = {"comparator": comparator, "threshold": threshold, "legal_status": "in_force",
             "recurrence": "monthly", "status": "missed", "gap_text": "",
             "value": None}  # fmt: skip
    return usual | changes


def clauses(*lights: str) -> pl.DataFrame:
    """By light; ripe ones. `open` is a yellow one whose day has not come."""
    status = {"green": "met", "red": "missed", "yellow": "missed", "grey": "no_data",
              "open": "pending"}  # fmt: skip
    rows = [{"light": light.replace("open", "yellow"), "status": status[light]} for light in lights]
    return pl.DataFrame(rows, schema={"light": pl.Utf8, "status": pl.Utf8})


REPORT, COMPLIANCE, IN_TIME, LATE = (
    "publicity_report_rate", "publicity_compliance_rate", "publicity_timeliness_rate",
    "late_report_rate",
)  # fmt: skip


def test_the_conclusion_is_made_from_the_figures() -> None:
    rates = counted_rates(
        {REPORT: metric(99.75, 399, 400), IN_TIME: metric(None)},
        {REPORT: asked(">=", "100.0", gap_text="差 1 条")},
        counts_official=False,
    )
    text = conclusion("2022-06", rates, clauses("green", "red", "grey", "open"), 3)
    assert text == "2022 年 6 月：上报率 99.8%（差 1 条）；2 项到期目标达标 1 项；3 件需您推动。"
    # A plan whose ledgers have not come: nothing is made up.
    assert conclusion("2022", [], clauses("grey"), 0) == "2022 年：本期无需推动的事项。"


def test_official_rates_count_where_the_plan_says_so() -> None:
    metrics = {
        REPORT: metric(97.9), f"official_{REPORT}": metric(98.6),
        COMPLIANCE: metric(99.0), f"official_{COMPLIANCE}": metric(None),
    }  # fmt: skip
    official = counted_rates(metrics, {}, counts_official=True)
    # No official figure of the second: the office's own stands in for it.
    assert [(r.value, r.is_official) for r in official[:2]] == [(98.6, True), (99.0, False)]
    own = counted_rates(metrics, {}, counts_official=False)
    assert [(r.value, r.is_official) for r in own[:2]] == [(97.9, False), (99.0, False)]
    words = "省平台反馈 98.6%（示信通〔2020〕6号）｜本办测算 97.9%"
    assert [both_words(r, "示信通〔2020〕6号") for r in own[:2]] == [words, ""]
    only = counted_rates({f"official_{REPORT}": metric(98.6)}, {}, counts_official=True)
    assert conclusion("2020-06", only, clauses(), 0).startswith(
        "2020 年 6 月：省平台反馈上报率 98.6%；"
    )


def test_a_limit_on_late_reports_takes_the_place_of_the_rate_in_time() -> None:
    targets = {LATE: asked("<=", "5.0", status="met", recurrence="continuous", value="4.6")}
    rates = counted_rates(
        {LATE: metric(5.2), IN_TIME: metric(94.8)}, targets, counts_official=False
    )
    assert [rate.title for rate in rates] == ["上报率", "合规率", "迟报率"]
    # The light is that of January to the period; both figures are told.
    assert "迟报率 5.2%（累计 4.6%，达标）" in conclusion("2021-12", rates, clauses(), 0)
    assert rate_lines(targets)["timeliness"] == 95.0
    assert common_line(rates) is None


def test_lines_of_the_rates() -> None:
    # A target that only asks a rate to be there draws no line; 98 is the usual one.
    targets = {REPORT: asked("exists", "1.0"), COMPLIANCE: asked(">=", "100.0")}
    assert rate_lines(targets) == {"report": 98.0, "compliance": 100.0, "timeliness": 98.0}
    assert common_line(counted_rates({}, targets, counts_official=False)) == 100.0


@pytest.mark.parametrize(
    ("unit", "standing"),
    [
        ({}, "达标"),
        ({"timeliness_rate": 99.9}, "待改进"),
        ({"timeliness_rate": None}, "达标"),  # nothing could be judged: nothing missed
        ({"is_small": True, "timeliness_rate": 0.0}, "样本少"),
        ({"is_small": True, "record_count": 0, "hand_in_state": "零报送"}, "零报送"),
        ({"is_small": True, "record_count": 0, "hand_in_state": "未报"}, "未报"),
        ({"is_small": True, "record_count": 0, "hand_in_state": "不适用"}, "不适用"),
    ],
)
def test_standing_of_a_unit(unit: dict[str, Any], standing: str) -> None:
    usual = {
        "is_small": False, "ranking_group": "power", "record_count": 20, "hand_in_state": "已报",
        "report_rate": 100.0, "compliance_rate": 100.0, "timeliness_rate": 100.0,
    }  # fmt: skip
    frame = pl.DataFrame([usual | unit], schema_overrides={"timeliness_rate": pl.Float64})
    lines = dict.fromkeys(("report", "compliance", "timeliness"), 100.0)
    assert standing_of_units(frame, lines)["standing"].to_list() == [standing]


def test_an_export_says_what_it_is_and_holds_no_formula() -> None:
    frame = pl.DataFrame({"单位": ["=HYPERLINK(1)", "示例单位01"], "条数": [1, 2]})
    data = to_csv(frame, is_sample=True)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0]["单位"] == "'=HYPERLINK(1)"
    assert all(WATERMARK in row[NOTE_COLUMN] for row in rows)
    own = to_csv(frame, is_sample=False).decode("utf-8-sig")
    assert WATERMARK not in own
    assert "初步数据" in own


def test_an_export_is_named_after_what_it_holds() -> None:
    assert file_name("迟报", "BC", "2022-06", is_sample=True) == "演示数据_迟报_BC_2022-06.csv"
    assert file_name("迟报", "BC", "2022-06", is_sample=False) == "迟报_BC_2022-06.csv"


def ledgers(*rows: tuple[str, date], metric: str = LEDGER_METRIC) -> pl.DataFrame:
    schema = {"metric_id": pl.Utf8, "period_covered": pl.Utf8, "due_date": pl.Date}
    return pl.DataFrame(
        [dict(zip(schema, (metric, *row), strict=True)) for row in rows], schema=schema
    )


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (ledgers(("2022-05", date(2022, 6, 10))), ("5 月台账按期", "6 月 10 日到期")),
        (
            ledgers(("2022-05", date(2022, 6, 10)), ("2022-03", date(2022, 4, 11))),
            ("3—5 月台账按期", "至 6 月 10 日到期"),
        ),
        (
            ledgers(("2021-12", date(2022, 1, 10)), ("2022-01", date(2022, 2, 10))),
            ("2021 年 12 月—2022 年 1 月台账按期", "至 2 月 10 日到期"),
        ),
        # Another duty's hand-ins say nothing about the ledger.
        (ledgers(("2022-05", date(2022, 6, 20)), metric="other"), ("台账按期", "")),
    ],
)
def test_a_ledger_is_named_by_the_month_it_covers(
    frame: pl.DataFrame, words: tuple[str, str]
) -> None:
    assert ledger_words(frame) == words


@pytest.mark.parametrize(
    ("count", "mark"),
    [(0, "green-badge[✓ 达标]"), (1, "yellow-badge[▲ 接近 x]"), (2, "red-badge[✕ 未达标 x]")],
)
def test_a_count_of_which_there_should_be_none(count: int, mark: str) -> None:
    assert none_wanted(count, TODAY, "x") == f":{mark}"


def test_the_title_of_a_chart_of_rates_says_the_lowest_month_and_this_one() -> None:
    rates = pl.DataFrame(
        {
            "month": ["2022-04", "2022-06", "2022-04"],
            "rate": ["timeliness", "timeliness", "report"],
            "value": [91.64, 96.2, 100.0],
        }
    )
    assert rates_finding(rates, "2022-06") == "及时率 4 月最低（91.6%），6 月 96.2%"
    assert rates_finding(rates, "2022-04") == "及时率 4 月最低（91.6%）"
    assert rates_finding(rates, "2022-Q2") == "及时率 4 月最低（91.6%）"
    assert rates_finding(rates.filter(pl.col("value") == 100), "2022-04") == "三率各月都是 100%"
    assert rates_finding(rates.clear(), "2022-04") == "还没有数据"


def test_the_title_of_a_chart_by_unit_leaves_small_units_out() -> None:
    units = pl.DataFrame(
        {
            "unit": ["甲", "乙", "丙"],
            "timeliness_rate": [100.0, 90.0, 10.0],
            "is_small": [False, False, True],
        }
    )
    assert (
        units_finding(units, "timeliness", "及时率", 100.0) == "及时率最低：乙 90.0%，1 家低于 100%"
    )
    assert units_finding(units[:1], "timeliness", "及时率", 100.0) == "及时率：1 家都达到 100%"
    assert (
        units_finding(units[2:], "timeliness", "及时率", 100.0) == "及时率：本期没有样本足够的单位"
    )
