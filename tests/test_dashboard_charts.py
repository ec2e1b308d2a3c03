"""Charts: what they show, and that a sample says so in the picture."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import polars as pl
import pytest

from dashboard.charts.errors import draw_error_types
from dashboard.charts.index import month_marks
from dashboard.charts.rates import draw_rates
from dashboard.charts.units import draw_standings, draw_unit_rates
from dashboard.wording import WATERMARK

RATES = pl.DataFrame(
    {
        "month": ["2022-02", "2022-01", "2022-01"],
        "rate": ["report", "report", "timeliness"],
        "value": [99.0, 100.0, 80.0],
        "hits": [99, 100, 80],
        "base": [100, 100, 100],
    }
)
UNITS = pl.DataFrame(
    {
        "unit": ["甲", "乙", "丙"],
        "ranking_group": ["power", "power", "listed"],
        "standing": ["达标", "待改进", "不适用"],
        "timeliness_rate": [100.0, 90.0, None],
        "timeliness_hits": [20, 18, None],
        "timeliness_base": [20, 20, None],
        "is_small": [False, True, True],
    }
)
ERRORS = pl.DataFrame({"rule_id": ["G05"], "title": ["代码不对"], "record_count": [3]})


def figures(*, is_sample: bool) -> list[go.Figure]:
    given: dict[str, Any] = {"is_sample": is_sample}
    return [
        draw_rates(RATES, target=100.0, height=200, **given),
        draw_standings(UNITS, height=200, **given),
        draw_unit_rates(UNITS, "timeliness", "及时率", line=100.0, **given),
        draw_error_types(ERRORS, **given),
    ]


def words(figure: go.Figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


@pytest.mark.parametrize("number", range(4))
def test_a_sample_says_so_in_the_picture(number: int) -> None:
    assert WATERMARK in words(figures(is_sample=True)[number])
    assert WATERMARK not in words(figures(is_sample=False)[number])


def test_rates_stand_in_order_of_months_and_keep_the_month_for_a_click() -> None:
    report = draw_rates(RATES, target=100.0, height=200, is_sample=False).data[0]
    assert list(report.x) == ["1月", "2月"]
    assert [row[0] for row in report.customdata] == ["2022-01", "2022-02"]


def test_the_axis_goes_down_to_the_lowest_rate() -> None:
    figure = draw_rates(RATES, target=100.0, height=200, is_sample=False)
    assert figure.layout.yaxis.range[0] <= 80


def test_the_month_from_which_the_plan_asks_something_else_is_marked() -> None:
    figure = draw_rates(
        RATES, target=100.0, height=200, is_sample=False, changes=["2022-02", "2023-01"]
    )
    # Between January and February; a month that is not shown has no line.
    assert [line.x0 for line in figure.layout.shapes if line.x0 == line.x1] == [0.5]
    assert words(figure).count("目标修订") == 1


def test_months_of_an_axis_name_the_year_where_it_begins() -> None:
    assert month_marks(["2020-11", "2020-12"]) == ["11月", "12"]
    assert month_marks(["2020-12", "2021-01", "2021-02"]) == ["12月<br>2020", "1月<br>2021", "2"]
    assert month_marks([]) == []


def test_a_unit_below_the_line_is_not_shown_as_reaching_it() -> None:
    # A plan that asks for no rate has the usual line, 98 %.
    units = UNITS.with_columns(pl.lit(False).alias("is_small"))
    figure = draw_unit_rates(units, "timeliness", "及时率", line=98.0, is_sample=False)
    assert {trace.name: list(trace.y) for trace in figure.data} == {
        "达到 98%": ["甲"],
        "低于 98%": ["乙"],
    }


def test_charts_of_nothing_are_empty_not_broken() -> None:
    for figure in (
        draw_rates(RATES.clear(), target=None, height=200, is_sample=False),
        draw_unit_rates(UNITS.clear(), "timeliness", "及时率", line=98.0, is_sample=False),
        draw_standings(UNITS.clear(), height=200, is_sample=False),
        draw_error_types(ERRORS.clear(), is_sample=False),
    ):
        assert sum(len(trace.x or ()) for trace in figure.data) == 0


def test_units_are_counted_by_group_and_standing() -> None:
    figure = draw_standings(UNITS, height=200, is_sample=False)
    counts = {trace.name: dict(zip(trace.y, trace.x, strict=True)) for trace in figure.data}
    assert counts["达标"] == {"有许可处罚权部门": 1, "只列不排": 0}
    assert counts["不适用"]["只列不排"] == 1


def test_units_without_a_rate_have_no_point() -> None:
    figure = draw_unit_rates(UNITS, "timeliness", "及时率", line=100.0, is_sample=False)
    # 乙 has few records: told apart in a word, not in a colour only.
    points = {trace.name: list(trace.y) for trace in figure.data}
    assert points == {"达到 100%": ["甲"], "样本少，只供参考": ["乙"]}
    assert list(figure.layout.yaxis.categoryarray) == ["甲", "乙"]


def test_an_axis_that_does_not_begin_at_zero_says_so() -> None:
    figure = draw_unit_rates(UNITS, "timeliness", "及时率", line=100.0, is_sample=False)
    assert figure.layout.xaxis.range[0] == 78
    assert "自 78% 起" in figure.layout.xaxis.title.text


def test_who_had_nothing_to_report_is_told_apart_without_colour() -> None:
    words = ["达标", "零报送", "不适用"]
    units = pl.DataFrame({"ranking_group": ["power"] * 3, "standing": words})
    figure = draw_standings(units, height=200, is_sample=False)
    hatches = {trace.name: trace.marker.pattern.shape for trace in figure.data}
    assert len({hatches[word] for word in words}) == len(words)
