"""城市信用监测: points lost by indicator and unit, and what regained points would give (测算)."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboard.charts.index import draw_points_lost
from dashboard.columns import each
from dashboard.components.index_card import index_card_of
from dashboard.components.tables import show_records, show_table
from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.index_words import (
    LEVELS,
    OWN_ESTIMATE,
    UNASSIGNED,
    lost_finding,
    movable_of,
    outcome_gap_words,
    outcome_rank_words,
    points,
    standings_of,
    units_finding,
)
from dashboard.queries.index import read_index_field, read_index_points, read_index_units
from dashboard.source import ask
from dashboard.terms import in_present_words
from warehouse.index_gap import Outcome, Standing, what_if

Row = dict[str, Any]
QUIET = {"displayModeBar": False}


def draw_points(view: View) -> None:
    """Points lost by indicator of a level, the table of all, and by unit where assigned."""
    card, rows = index_card_of(view), indicators_of(view)
    if _draw_no_indicators(view, rows):
        return
    period, version = rows["index_period"][0], rows["index_version"][0]
    levels = {LEVELS[n]: n for n in sorted(set(rows["level"].drop_nulls().to_list()))}
    left, right = st.columns([3, 2], gap="medium")
    with left:
        if levels:
            _draw_level(view, rows, levels)
    with right:
        _draw_by_unit(view, card, rows)
    st.markdown(f"**各指标失分：{period} 期，{version} 版指标**")
    show_records(
        view,
        rows.with_columns(
            pl.col("level").replace_strict(
                {n: word for word, n in levels.items()}, default="不在指标树中"
            ).alias("indicator_level"),
            pl.col("full_score", "score", "lost", "rest_lost").round(2),
            note=_notes(),
            owners=pl.when(pl.col("owners") == "").then(pl.lit(UNASSIGNED)).otherwise("owners"),
        ),
        ["indicator_level", "indicator", "full_score", "score", "lost", "rest_lost", "owners",
         "note"],
        key="index_points",
        title="指标失分",
        ledger="city_index_indicator",
    )  # fmt: skip
    draw_note(
        "失分 ＝ 满分 − 官方得分。“未由下级说明”＝ 本项失分减去已知下级指标的失分："
        "各项相加等于总失分，不重复。满分未知的指标算不出失分，不在表中。"
    )


def draw_what_if(view: View) -> None:
    """The form: choose indicators and points regained; the score gap, and at most a rank range."""
    card, rows = index_card_of(view), indicators_of(view)
    if _draw_no_indicators(view, rows):
        return
    if card["score"] is None:
        st.info("还没有官方得分，算不出追回后的得分。", icon=":material/inbox:")
        return
    movable = movable_of(rows)
    names = dict(rows.select("indicator_id", "indicator").rows())
    choices = {one.indicator_id: one for one in movable if not one.is_historical}
    st.markdown(f"**如果追回这些失分，得分和名次会怎样（{OWN_ESTIMATE}）**")
    chosen = st.multiselect(
        "追回哪些指标的失分",
        list(choices),
        format_func=lambda i: f"{names[i]}（可追回 {points(choices[i].lost)} 分）",
        key="what_if_indicators",
        placeholder="选指标",
    )
    with st.form("what_if"):
        regained = {
            indicator_id: st.number_input(
                f"{names[indicator_id]}：追回几分",
                min_value=0.0,
                max_value=round(choices[indicator_id].lost, 4),
                value=round(choices[indicator_id].lost, 4),
                step=0.1,
                format="%.2f",
                key=f"what_if_{indicator_id}",
            )
            for indicator_id in chosen
        }
        if not chosen:
            draw_note("先在上面选指标，再填追回的分数。")
        st.form_submit_button("算一算", type="primary", disabled=not chosen)
    if chosen:
        field = standings_of(ask(view.source, read_index_field, view.plan_id, view.label))
        own = None if card["rank"] is None else Standing(card["rank"], card["score"])
        lines = [r for r in (card["target_rank"], card["stretch_rank"]) if r is not None]
        given = {i: min(value or 0.0, choices[i].lost) for i, value in regained.items()}
        outcome = what_if(own, card["score"], given, movable, field, card["group_size"], lines)
        _draw_outcome(card, outcome)
    historical = [names[one.indicator_id] for one in movable if one.is_historical]
    draw_note(
        f"{OWN_ESTIMATE}，非官方：假定其他城市得分不变；只进本页，不进通报和首页。",
        f"历史口径不作追回测算：{'、'.join(historical)}。" if historical else "",
    )


def indicators_of(view: View) -> pl.DataFrame:
    """Points lost by indicator (index_points.sql), names in present words."""
    rows = ask(view.source, read_index_points, view.plan_id, view.label)
    return rows.with_columns(each(rows["indicator"], in_present_words))


def _draw_outcome(card: Row, outcome: Outcome) -> None:
    columns = st.columns([1, 2], gap="small")
    with columns[0], st.container(border=True, height="stretch", gap="xxsmall"):
        st.metric(f"追回后得分（{OWN_ESTIMATE}）", points(outcome.score))
        draw_note(f"官方得分 {points(card['score'])}，追回 {points(outcome.gained)} 分")
    with columns[1], st.container(border=True, height="stretch", gap="xxsmall"):
        names = [
            word
            for word, rank in (("目标", card["target_rank"]), ("争取", card["stretch_rank"]))
            if rank is not None
        ]
        for words in outcome_gap_words(outcome, names):
            st.markdown(f"{words}（{OWN_ESTIMATE}）")
        st.markdown(f"名次：{outcome_rank_words(outcome)}（{OWN_ESTIMATE}）")


def _draw_level(view: View, rows: pl.DataFrame, levels: dict[str, int]) -> None:
    default = "二级指标" if "二级指标" in levels else next(iter(levels))
    level = st.segmented_control(
        "看哪一级", list(levels), default=default, required=True, key="level", bind="query-params"
    )
    chosen = rows.filter(pl.col("level") == levels.get(level or default, levels[default]))
    st.markdown(f"**{lost_finding(chosen, levels.get(level or default, levels[default]))}**")
    st.plotly_chart(
        draw_points_lost(chosen, is_sample=view.is_sample), key="index_lost", config=QUIET
    )


def _draw_by_unit(view: View, card: Row, rows: pl.DataFrame) -> None:
    units = ask(view.source, read_index_units, view.plan_id, view.label)
    st.markdown(f"**{units_finding(card, rows)}**")
    show_table(
        view,
        units.with_columns(pl.col("lost", "shared_lost").round(2)),
        ["unit", "indicator_count", "lost_count", "lost", "shared_lost"],
        key="index_units",
        title="按单位失分",
        height="auto" if units.height <= 10 else 380,
        empty=f"市里没有把这些指标分解到单位：全部{UNASSIGNED}，不算到任何单位头上。",
    )
    draw_note(
        "只认市里印发的指标任务分解清单；几家共同承担的不拆分，各家名下都列全数，合计只算一次。"
    )


def _draw_no_indicators(view: View, rows: pl.DataFrame) -> bool:
    if not rows.is_empty():
        return False
    st.info(
        "本期及以前还没有分指标的官方得分，失在哪一项未知。拿到分项得分后，按“监测指数指标得分”台账模板填报，"
        f"用 citycredit load 文件 --plan {view.plan_id} 载入。",
        icon=":material/inbox:",
    )
    return True


def _notes() -> pl.Expr:
    """What must be said about an indicator."""
    words = [
        (pl.col("is_historical"), "历史口径，不作追回测算、不算到单位"),
        (~pl.col("is_placed"), "所属上级指标未知，不计入合计"),
        (pl.col("owner_count") > 1, "几家共同承担，不拆分"),
        (pl.col("rest_lost") < -0.005, "下级失分之和大于本项，请核对"),
    ]
    return pl.concat_str(
        [pl.when(condition).then(pl.lit(word)) for condition, word in words],
        separator="；",
        ignore_nulls=True,
    )
