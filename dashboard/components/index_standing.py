"""城市信用监测: rank, score and gaps; where the figures come from; assessments from above."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboard.charts.index import draw_rank_trend
from dashboard.columns import each
from dashboard.components.index_card import NOT_OWN, draw_rank, index_card_of, published_words
from dashboard.components.tables import show_cells, show_records
from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.index_words import (
    OWN_ESTIMATE,
    gap_words,
    line_state,
    movement_words,
    owned_words,
    points,
    rank_words,
    trend_finding,
)
from dashboard.queries.index import (
    read_index_assessments,
    read_index_field,
    read_index_history,
    read_index_owned,
)
from dashboard.source import ask
from dashboard.terms import in_present_words
from dashboard.wording import NOTHING

Row = dict[str, Any]
QUIET = {"displayModeBar": False}
_HISTORY = [
    "index_period", "rank", "score", "full_score", "group_name", "group_size", "index_version",
    "value_source", "published_date", "source_doc",
]  # fmt: skip


def draw_own_standing(view: View) -> None:
    """Rank, score and the distance to both lines; the rank over the months."""
    card = index_card_of(view)
    if _draw_nothing_yet(view, card):
        return
    columns = st.columns([1.2, 1, 1.3, 1.3], gap="small")
    with columns[0], st.container(border=True, height="stretch", gap="xxsmall"):
        draw_rank(card)
    with columns[1], st.container(border=True, height="stretch", gap="xxsmall"):
        _draw_score(card)
    for column, line, word in ((columns[2], "target", "目标"), (columns[3], "stretch", "争取")):
        with column, st.container(border=True, height="stretch", gap="xxsmall"):
            _draw_line(view, card, line, word)
    _draw_trend(view, card)
    _draw_field(view, card)


def draw_parent_standing(view: View) -> None:
    """The rank of the city above, and the indicators that units of this place answer for."""
    card = index_card_of(view)
    st.markdown(f"**所在市名次（{NOT_OWN}）＋{owned_words(card)}**")
    if _draw_nothing_yet(view, card):
        return
    columns = st.columns([1, 1, 2], gap="small")
    with columns[0], st.container(border=True, height="stretch", gap="xxsmall"):
        st.metric(f"{card['index_city']}官方名次", rank_words(card["rank"]))
        draw_note(movement_words(card), published_words(card))
    with columns[1], st.container(border=True, height="stretch", gap="xxsmall"):
        _draw_score(card)
    _draw_trend(view, card)


def draw_owned(view: View) -> None:
    """Indicators assigned to units of this place, with what the city lost on each."""
    card = index_card_of(view)
    owned = ask(view.source, read_index_owned, view.plan_id, view.label)
    st.markdown(f"**{owned_words(card)}**")
    if owned.is_empty():
        st.info(
            "市里还没有把监测指标分解到本级单位，不把失分算到任何单位头上。"
            "印发分解清单后，写入方案的 index_owners.csv。",
            icon=":material/assignment:",
        )
        return
    show_records(
        view,
        _worded(owned),
        ["unit", "indicator", "full_score", "score", "lost", "owner_count", "doc_no"],
        key="index_owned",
        title="本级承担指标",
        ledger="city_index_indicator",
    )
    draw_note("得分、失分是全市的官方数；几家共同承担的不拆分，各家名下都列全数。")


def draw_sources(view: View) -> None:
    """Where the figures come from: the rows of the ledger, official and own estimates apart."""
    card = index_card_of(view)
    history = ask(view.source, read_index_history, view.plan_id, view.label)
    st.markdown(f"**{card['index_city']}官方得分和名次：上级公布，照录，未经本办计算**")
    show_records(
        view,
        history.filter(pl.col("is_official")).sort("index_period", descending=True),
        _HISTORY,
        key="index_official",
        title="官方得分和名次",
        ledger="city_index",
        empty="还没有官方数。",
    )
    estimates = history.filter(~pl.col("is_official")).sort("index_period", descending=True)
    if not estimates.is_empty():
        st.markdown(f"**本办{OWN_ESTIMATE}：只供内部参考，不与官方数混排、不算名次**")
        show_records(
            view,
            estimates,
            ["index_period", "score", "full_score", "index_version", "value_source", "source_doc"],
            key="index_estimates",
            title="本办测算",
            ledger="city_index",
        )
    if card["row_id"] is not None:
        st.markdown("**这个数怎么来的**")
        draw_note(
            f"名次 ＝ {card['index_period']} 期官方公布数：本期期末及以前最后一期；"
            "同一期有几行的，取公布日期最近的一行。",
            f"来源文件：{card['source_doc'] or NOTHING}；"
            f"公布日期：{card['published_date'] or NOTHING}。",
        )
        show_cells(view, "city_index", card["row_id"])


def draw_assessments(view: View) -> None:
    """Scores and ranks that an upper body gave this place."""
    rows = ask(view.source, read_index_assessments, view.plan_id, view.label)
    if rows.is_empty():
        st.info(
            "还没有上级考核的得分和名次。收到通报后，按“上级考核”台账模板填报，"
            f"用 citycredit load 文件 --plan {view.plan_id} 载入。",
            icon=":material/inbox:",
        )
        return
    with st.container(horizontal=True, gap="small"):
        for row in rows.filter("is_current").iter_rows(named=True):
            with st.container(border=True, width=330, gap="xxsmall"):
                _draw_assessment(row)
    st.markdown("**历次考核**")
    show_records(
        view,
        rows,
        ["title", "assessed_period", "rank", "field_size", "score", "full_score", "assessor",
         "published_date", "doc_no"],
        key="index_assessments",
        title="上级考核",
        ledger="external_assessment",
    )  # fmt: skip


def _draw_assessment(row: Row) -> None:
    size = f"/{row['field_size']}" if row["field_size"] else ""
    shown = f"{row['rank']}{size}" if row["rank"] is not None else NOTHING
    st.metric(f"{in_present_words(row['title'])}名次", shown)
    refused = f"台账写的名次 {row['told_rank']} 大于参评数 {row['field_size']}，不采用，请核对"
    draw_note(
        f"{row['assessed_period']} · {row['assessor']}",
        f"得分 {points(row['score'])}" if row["score"] is not None else "",
        refused if row["is_rank_impossible"] else "",
    )


def _draw_nothing_yet(view: View, card: Row) -> bool:
    """The empty state, where nothing official is there up to the period."""
    if card["row_id"] is not None:
        return False
    st.info(
        f"本期及以前还没有{card['index_city']}的官方得分和名次。收到监测简报后，"
        "按“城市信用监测指数”台账模板填报（模板：citycredit templates），"
        f"用 citycredit load 文件 --plan {view.plan_id} 载入。",
        icon=":material/inbox:",
    )
    return True


def _draw_score(card: Row) -> None:
    full = f"满分 {card['full_score']:g}" if card["full_score"] else ""
    st.metric("官方得分", points(card["score"]))
    change = ""
    if None not in (card["score"], card["previous_score"]):
        change = f"较上期 {card['score'] - card['previous_score']:+.2f}"
        if card["previous_index_version"] != card["index_version"]:
            change = "较上期：指标版本不同，不比"
    draw_note(full, change)


def _draw_line(view: View, card: Row, line: str, word: str) -> None:
    rank = card[f"{line}_rank"]
    if rank is None:
        st.metric(f"距{word}线", NOTHING)
        draw_note("方案未设")
        return
    words = gap_words(
        card[f"{line}_state"],
        card[f"{line}_low"],
        card[f"{line}_high"],
        is_reached=card[f"is_{line}_reached"],
    )
    reached, _, points_words = words.rpartition("，")
    st.metric(f"距{word}线第 {rank} 名（{OWN_ESTIMATE}）", points_words)
    draw_note(
        reached,
        line_state(card, view.judging_date) if line == "target" else "力争，只看差多少",
    )


def _draw_trend(view: View, card: Row) -> None:
    history = ask(view.source, read_index_history, view.plan_id, view.label)
    official = history.filter(pl.col("is_official"))
    st.markdown(f"**{trend_finding(history, card)}**")
    st.plotly_chart(
        draw_rank_trend(
            official,
            target=card["target_rank"],
            stretch=card["stretch_rank"],
            height=300,
            is_sample=view.is_sample,
        ),
        key="index_trend",
        config=QUIET,
    )


def _draw_field(view: View, card: Row) -> None:
    field = ask(view.source, read_index_field, view.plan_id, view.label)
    scored = field.filter(pl.col("score").is_not_null())
    draw_note(
        f"分差据 {scored.height} 城已知得分：同一期、同一分组、同一指标版本。"
        "该名次的城市得分已知的给准数，不知道的给上下最近名次之间的范围；官方全表不公开，不推算别的。"
    )
    if not field.is_empty():
        with st.expander(f"已知城市（{field.height} 城）"):
            show_records(
                view,
                field,
                ["city_name", "rank", "score"],
                key="index_field",
                title="已知城市得分",
                ledger="city_index",
            )


def _worded(owned: pl.DataFrame) -> pl.DataFrame:
    return owned.with_columns(each(owned["indicator"], in_present_words), pl.col("lost").round(2))
