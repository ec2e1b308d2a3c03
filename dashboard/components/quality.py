"""Parts of 质量趋势: rates and errors over the months, the causes, who comes back with the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd
import polars as pl
import streamlit as st

from dashboard.charts.quality import draw_causes as chart_causes
from dashboard.charts.quality import draw_rate
from dashboard.components.cards import by_metric
from dashboard.components.explain import draw_explanation
from dashboard.components.publicity import picked
from dashboard.components.quarantine import draw_rows
from dashboard.components.tables import draw_download, show_table
from dashboard.components.texts import draw_note
from dashboard.filters import View, choose_month
from dashboard.navigation import draw_link
from dashboard.quality_words import (
    LABEL,
    RATES,
    TOTAL,
    causes_finding,
    causes_of,
    error_table,
    errors_finding,
    first_pass_table,
    in_months,
    lines_by_month,
    month_word,
    rate_finding,
    repeats_finding,
    repeats_of,
    rule_title,
    span_words,
    target_of,
)
from dashboard.queries.figures import read_metrics
from dashboard.queries.quality import (
    Wanted,
    read_errors,
    read_first_pass_units,
    read_quality_lines,
    read_quality_rates,
    read_returns,
)
from dashboard.source import ask
from dashboard.wording import light_badge
from warehouse.metrics import load_metrics

QUIET = {"displayModeBar": False}
_BY = {"按单位": "unit", "按规则": "rule_id"}
_FIRST = {"unit": "单位", "rule_id": "规则"}
# Grounds of a cell from few to many errors, with letters readable on each.
_STEPS = (
    (0.25, "background-color: #e3edf8; color: #1d3550"),
    (0.5, "background-color: #b9d3ee; color: #14304d"),
    (0.75, "background-color: #6f9fd0; color: #0b1b2c"),
    (1.01, "background-color: #2f67a6; color: #ffffff"),
)
_ROW, _ROWS_WHOLE = 35, 14
_BARS = 12  # causes drawn; the table has all


@dataclass(frozen=True)
class Chosen:
    """What the page looks at: the months, and the unit if one is chosen."""

    first: str
    last: str
    months: tuple[str, ...]  # of the plan year, as far as it has begun
    unit_id: str | None = None
    unit: str | None = None

    def wanted(self, **more: Any) -> Wanted:
        """The refused rows of these months and this unit, of which `more` is asked."""
        return replace(Wanted(self.first, self.last, self.unit_id), **more)


def draw_trend(view: View, chosen: Chosen) -> None:
    """The three rates against the plan's lines, and the errors by unit or rule and month."""
    rates = ask(view.source, read_quality_rates, view.plan_id, chosen.unit_id)
    lines = ask(view.source, read_quality_lines, view.plan_id, chosen.unit_id)
    drawn = lines_by_month(lines)
    columns = st.columns(3, gap="medium")
    for column, (rate, title) in zip(columns, RATES.items(), strict=True):
        with column:
            st.markdown(f"**{rate_finding(rates, rate, chosen.last, view.counts_official)}**")
            target = target_of(lines, rate, view.label)
            line = drawn.filter((pl.col("rate") == rate) & pl.col("month").is_in(chosen.months))
            badge = (
                ""
                if target is None
                else light_badge(target["light"], target["status"], target["gap_text"])
            )
            draw_note(badge or ("方案未设目标" if line.is_empty() else "本期没有可判的数"))
            shown = rates.filter(pl.col("rate") == rate)
            if shown.is_empty():
                draw_note(f"{title}：还没有可判定的记录。")
                continue
            key = f"rate_{rate}_{chosen.unit_id or 'plan'}"
            st.plotly_chart(
                draw_rate(
                    shown,
                    line,
                    months=list(chosen.months),
                    chosen=view.label,
                    few=int(view.plan["min_rank_records"]),
                    is_sample=view.is_sample,
                ),
                key=key,
                config=QUIET,
                on_select=partial(choose_month, key),
                selection_mode="points",
            )
    draw_note(
        "点一个月，改看那个月。空心：记录少于 "
        f"{view.plan['min_rank_records']} 条，样本少，只供参考。一次合格率只有本办测算。"
    )
    _draw_error_table(view, chosen)
    _draw_figures(view, chosen)


def _draw_error_table(view: View, chosen: Chosen) -> None:
    errors = ask(view.source, read_errors, view.plan_id, chosen.unit_id)
    months = list(chosen.months)
    title, choice = st.columns([5, 2], vertical_alignment="center")
    with title:
        st.markdown(f"**{errors_finding(errors, months)}**")
    if errors.is_empty():
        draw_note("文件收下后，这里按单位、规则和月份列出查出的错误。")
        return
    with choice:
        words = st.segmented_control(
            "怎样分",
            list(_BY),
            default="按单位",
            required=True,
            key="by",
            bind="query-params",
            label_visibility="collapsed",
        )
    by = _BY.get(words or "", "unit")
    table = error_table(errors, by, months)
    cell = _draw_map(view, table, by)
    draw_note(
        "每格：当月收到的文件里查出几处不可报的错误（一行犯一条规则算一处），改正后仍计在原月。"
    )
    if cell is None:
        draw_note("点一格，看是哪些行、哪些格。")
        return
    row, month = cell
    place = {"rule": row} if by == "rule_id" else {}
    if by == "unit":
        unit = errors.filter(pl.col("unit") == row)["unit_id"][0]
        place = {"unit": unit}
    span = {"first": month, "last": month} if month else {"first": months[0], "last": months[-1]}
    label = rule_title(row) if by == "rule_id" else row
    st.markdown(f"**{label}：{span_words(span['first'], span['last'])}里有错的行**")
    draw_rows(view, chosen.wanted(**{**place, **span}), key=f"map_{row}_{month}")


def _draw_map(view: View, table: pl.DataFrame, by: str) -> tuple[str, str] | None:
    """The table on grounds that deepen with the count; gives key and month (empty: the sum) of
    the chosen cell."""
    keys = table[by].to_list()
    shown = table.drop(by).rename({LABEL: _FIRST[by]})
    frame = shown.to_pandas().set_index(_FIRST[by])
    words = [name for name in frame.columns if name != TOTAL]
    most = max([1.0, *(float(v) for v in frame[words].max().fillna(0).to_list())])
    styled = frame.style.map(partial(_ground, most=most), subset=frame.columns.drop(TOTAL)).format(
        "{:.0f}", na_rep=""
    )
    event: Any = st.dataframe(
        styled,
        key=f"errors_{by}",
        height="content" if table.height <= _ROWS_WHOLE else _ROW * (_ROWS_WHOLE + 1),
        on_select="rerun",
        selection_mode="single-cell",
        placeholder="",
        alt="错误数，按月",
    )
    draw_download(view, shown, key=f"errors_{by}", title="错误分布")
    picked_cells = event["selection"]["cells"]
    if not picked_cells or picked_cells[0][0] >= len(keys):
        return None
    number, column = picked_cells[0]
    year = view.plan["year"]
    if column == TOTAL or column not in words:
        return keys[number], ""
    return keys[number], f"{year}-{int(column.removesuffix('月')):02d}"


def _ground(value: Any, most: float) -> str:
    if pd.isna(value) or not value:
        return ""
    return next(style for limit, style in _STEPS if float(value) / most <= limit)


def _draw_figures(view: View, chosen: Chosen) -> None:
    with st.expander("这些率怎么来的"):
        metrics = by_metric(
            ask(view.source, read_metrics, view.plan_id, view.label, chosen.unit_id)
        )
        metric_id = st.selectbox(
            "指标",
            [f"publicity_{rate}_rate" for rate in RATES],
            format_func=lambda name: load_metrics()[name].title,
            key="quality_explained",
        )
        draw_explanation(view, metric_id, metrics.get(metric_id), chosen.unit_id)


def draw_causes(view: View, chosen: Chosen) -> None:
    """Which few rules make most of the errors; a rule opens into its rows."""
    errors = ask(view.source, read_errors, view.plan_id, chosen.unit_id)
    causes = causes_of(in_months(errors, chosen.first, chosen.last))
    st.markdown(f"**{span_words(chosen.first, chosen.last)}：{causes_finding(causes)}**")
    if causes.is_empty():
        _draw_nothing()
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        clicked = st.plotly_chart(
            chart_causes(causes.head(_BARS), is_sample=view.is_sample),
            key="causes",
            config=QUIET,
            on_select="rerun",
            selection_mode="points",
        )
        rule = picked(clicked, "customdata")
    with right:
        index = show_table(
            view,
            causes,
            ["rule_id", "title", "error_count", "open_count", "unit_count"],
            key="cause_table",
            title="错误原因",
            titles=CAUSE_TITLES,
            height=420,
            can_select=True,
        )
        if index is not None:
            rule = str(causes["rule_id"][index])
        draw_link("rules", "到规则目录看怎样改 →", {"find": rule} if rule else {})
    if rule is None:
        draw_note("条上：处数和累计占比。点一条，看是哪些行、哪些格。")
        return
    st.markdown(f"**{rule} {rule_title(rule)}：有错的行**")
    draw_rows(view, chosen.wanted(rule=rule), key=f"cause_{rule}")


CAUSE_TITLES = {
    "rule_id": "编号", "title": "问题", "error_count": "处数", "open_count": "未见改正",
    "unit_count": "涉及单位",
}  # fmt: skip
_REPEAT_TITLES = {
    "rule_id": "编号", "title": "问题", "months": "出现的月份", "month_count": "月数",
    "error_count": "处数", "open_count": "未见改正", "returned": "为此退回",
}  # fmt: skip
_RETURN_TITLES = {
    "returned_date": "退回日期", "row_count": "行数", "wrong_row_count": "有错行", "rules": "规则",
    "reason": "退回原因",
}  # fmt: skip


def draw_repeats(view: View, chosen: Chosen) -> None:
    """Units that come back with the same rule, their first-pass rates, what was given back."""
    errors = ask(view.source, read_errors, view.plan_id, chosen.unit_id)
    returns = ask(view.source, read_returns, view.plan_id, chosen.wanted())
    repeats = repeats_of(in_months(errors, chosen.first, chosen.last), returns)
    st.markdown(f"**{span_words(chosen.first, chosen.last)}：{repeats_finding(repeats)}**")
    index = show_table(
        view,
        repeats,
        ["unit", "rule_id", "title", "months", "error_count", "open_count", "returned"],
        key="repeats",
        title="重复出现",
        titles=_REPEAT_TITLES,
        height=320,
        can_select=True,
        empty="各单位查出的错误没有在以后的月份再出现。",
    )
    if index is not None:
        row = repeats.row(index, named=True)
        st.markdown(f"**{row['unit']}：{row['title']}**")
        draw_rows(
            view,
            chosen.wanted(unit=row["unit_id"], rule=row["rule_id"]),
            key=f"repeat_{row['unit_id']}_{row['rule_id']}",
        )
    elif repeats.height:
        draw_note(
            "同一单位在两个以上月份收到的文件里犯同一条规则；每次收件都已告知。"
            "只列不排的单位排在最后。点行首的方框，看是哪些行。"
        )
    _draw_first_pass(view, chosen)
    _draw_returns(view, returns)


def _draw_first_pass(view: View, chosen: Chosen) -> None:
    rates = ask(view.source, read_first_pass_units, view.plan_id, chosen.unit_id)
    months = [month for month in chosen.months if month <= chosen.last]
    st.markdown("**各单位一次合格率（本办测算）**")
    show_table(
        view,
        first_pass_table(rates, months),
        [LABEL, *(month_word(month) for month in months), TOTAL],
        key="first_passes",
        title="一次合格率",
        titles={LABEL: "单位"},
        empty="还没有可判定的首次报送。",
    )
    draw_note(
        f"首次正式报送时就没有错误的份额，改正后重报也不变。按名册顺序，不排名；"
        f"带 * 的少于 {view.plan['min_rank_records']} 条，样本少。"
    )


def _draw_returns(view: View, returns: pl.DataFrame) -> None:
    files = returns.height
    units = returns["unit"].n_unique()
    st.markdown(f"**退回：{units} 家 {files} 份**" if files else "**退回：没有**")
    show_table(
        view,
        returns,
        ["unit", "returned_date", "ledger", "file_name", "row_count", "wrong_row_count", "rules",
         "reason"],
        key="returns",
        title="退回",
        titles=_RETURN_TITLES,
        empty="这几个月没有退回过文件。",
    )  # fmt: skip


def _draw_nothing() -> None:
    draw_note("这几个月收到的文件没有不可报的错误；可在上方改看“年初至本期”，或换一个期次、单位。")


Part = Callable[[View, Chosen], None]
