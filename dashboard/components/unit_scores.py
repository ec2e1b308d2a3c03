"""All units: how the groups stand (no names), the order within one group, the matrix."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from dashboard.charts.scores import draw_ranking as draw_ranking_chart
from dashboard.charts.scores import draw_spread
from dashboard.charts.units import draw_standings
from dashboard.components.standings import draw_unit_names, read_lines, read_standings
from dashboard.components.tables import show_table
from dashboard.components.texts import draw_note
from dashboard.components.unit_titles import with_titles
from dashboard.filters import View
from dashboard.findings import lines_words
from dashboard.queries.scores import (
    read_matrix,
    read_score_parts,
    read_unit_scores,
    read_weights,
)
from dashboard.score_words import (
    ESTIMATE,
    group_rows,
    movement_words,
    points_words,
    ranking_finding,
    score_words,
    spread_finding,
    weights_words,
)
from dashboard.source import ask
from dashboard.wording import GROUPS, NOTHING

_GROUP_COLUMNS = {
    "group": "分组", "units": "单位", "ranked": "参与排位", "best": "最高", "median": "中位",
    "worst": "最低", "met": "达标", "lagging": "待改进", "small": "样本少",
}  # fmt: skip
_MATRIX_MARKS = {"适用": "✓ 适用", "不适用": "× 不适用", "豁免": "○ 豁免", "未要求": "— 未要求"}


def draw_standing(view: View) -> None:
    """How the groups stand, by counts and points; names only on demand."""
    units = read_standings(view)
    scores = ask(view.source, read_unit_scores, view.plan_id, view.label)
    met = units.filter(pl.col("standing") == "达标").height
    lagging = units.filter(pl.col("standing") == "待改进").height
    left, right = st.columns(2, gap="medium")
    with left:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**单位情况：达标 {met} 家、待改进 {lagging} 家**")
            draw_unit_names(units)
        st.plotly_chart(
            draw_standings(units, height=260, is_sample=view.is_sample),
            key="standings",
            config={"displayModeBar": False},
        )
        draw_note(
            f"达标：三率都到线（{lines_words(read_lines(view))}）。"
            "记录少于下限、零报送、未报和不适用的另列。"
        )
    with right:
        if _draw_without_scores(view, scores):
            return
        st.markdown(f"**{ESTIMATE}分：{spread_finding(scores)}**")
        st.plotly_chart(
            draw_spread(scores, height=260, is_sample=view.is_sample),
            key="spread",
            config={"displayModeBar": False},
        )
        draw_note("一点一家，不列单位名；只含参与排位的单位。")
    show_table(
        view,
        group_rows(units, scores),
        list(_GROUP_COLUMNS),
        key="group_rows",
        title="分组情况",
        titles=_GROUP_COLUMNS,
    )
    _draw_basis(view)


def draw_ranking(view: View) -> None:
    """The order within one group: chart, then every unit with its points by part."""
    scores = ask(view.source, read_unit_scores, view.plan_id, view.label)
    if _draw_without_scores(view, scores):
        return
    groups = [g for g in GROUPS if g in set(scores["ranking_group"].to_list())]
    titles = [GROUPS[group] for group in groups]
    chosen = st.segmented_control(
        "分组",
        titles,
        default=titles[0],
        required=True,
        key="group",
        bind="query-params",
        label_visibility="collapsed",
    )
    title = chosen if chosen in titles else titles[0]
    rows = scores.filter(pl.col("ranking_group") == groups[titles.index(title)])
    shown = with_titles(view, rows)
    st.markdown(f"**{title}{ESTIMATE}分：{ranking_finding(rows)}**")
    if not rows["rank"].is_null().all():
        st.plotly_chart(
            draw_ranking_chart(shown, is_sample=view.is_sample),
            key="ranking",
            config={"displayModeBar": False},
            on_select=partial(_open_point, "ranking", dict(rows.select("unit_id", "unit").rows())),
            selection_mode="points",
        )
    parts = ask(view.source, read_score_parts, view.plan_id, view.label)
    table, names = _ranking_table(shown, parts)
    key = "ranking_table"
    show_table(
        view,
        table,
        list(names),
        key=key,
        title=f"{title}{ESTIMATE}分",
        titles=names,
        can_select=True,
        on_select=partial(_open_row, key, rows["unit"].to_list()),
    )
    draw_note("点图中的点或行首的方框，打开这个单位的一页。升降与上一个同类期次比。")
    _draw_basis(view)


def _ranking_table(
    scores: pl.DataFrame, parts: pl.DataFrame
) -> tuple[pl.DataFrame, dict[str, str]]:
    """One row per unit with its points by part, and the titles of the columns."""
    titles = parts.unique("part_id", maintain_order=True).select("part_id", "title", "weight")
    of_unit: dict[str, dict[str, dict[str, Any]]] = {}
    for part in parts.iter_rows(named=True):
        of_unit.setdefault(part["unit_id"], {})[part["part_id"]] = part
    rows = []
    for unit in scores.iter_rows(named=True):
        found = of_unit.get(unit["unit_id"], {})
        rows.append(
            {
                "rank": unit["rank"],
                "unit": unit["unit"],
                "score": score_words(unit["score"]),
                "movement": movement_words(unit),
                **{
                    f"part_{part_id}": _points(found.get(part_id))
                    for part_id in titles["part_id"].to_list()
                },
                "record_count": unit["record_count"],
                "note": "；".join(filter(None, [unit["not_ranked_reason"], _left_out(unit)])),
            }
        )
    names = {
        "rank": "组内位次", "unit": "单位", "score": f"{ESTIMATE}分", "movement": "升降",
        **{f"part_{part_id}": f"{title}（{weight:g}）" for part_id, title, weight in titles.rows()},
        "record_count": "记录数", "note": "说明",
    }  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None), names


def _left_out(unit: dict[str, Any]) -> str:
    return f"不计：{unit['left_out']}" if unit["left_out"] else ""


def _points(part: dict[str, Any] | None) -> str:
    if part is None or part["points"] is None:
        return "不计"
    return points_words(part["points"], part["weight"])


def draw_matrix(view: View) -> None:
    """Unit × part or duty: whether it applies, and why not."""
    matrix = with_titles(view, ask(view.source, read_matrix, view.plan_id, view.label))
    if matrix.is_empty():
        draw_note("方案没有考核部分，也没有定期报送。")
        return
    subjects = matrix.unique(["subject", "subject_id"], maintain_order=True)
    names = {"unit": "单位", "group": "分组"}
    for row in subjects.iter_rows(named=True):
        kind = "考核" if row["subject"] == "part" else "报送"
        names[f"{row['subject']}_{row['subject_id']}"] = f"{kind}：{row['title']}"
    rows: dict[str, dict[str, str]] = {}
    for row in matrix.iter_rows(named=True):
        shown = rows.setdefault(
            row["unit_id"],
            dict.fromkeys(names, NOTHING)
            | {"unit": row["unit"], "group": GROUPS[row["ranking_group"]]},
        )
        shown[f"{row['subject']}_{row['subject_id']}"] = _MATRIX_MARKS[row["state"]]
    apart = matrix.filter(pl.col("state").is_in(["不适用", "豁免"]))
    st.markdown(
        f"**适用矩阵：{len(rows)} 家单位 × {subjects.height} 项，不适用或豁免 {apart.height} 格**"
    )
    show_table(
        view,
        pl.DataFrame(list(rows.values())),
        list(names),
        key="matrix",
        title="适用矩阵",
        titles=names,
        height=min(560, 40 + 35 * len(rows)),
    )
    show_table(
        view,
        apart,
        ["unit", "title", "state", "reason"],
        key="matrix_reasons",
        title="不适用与豁免",
        titles={"title": "考核部分或报送事项", "state": "情况", "reason": "理由"},
        empty="没有不适用或豁免。",
    )


def _draw_without_scores(view: View, scores: pl.DataFrame) -> bool:
    """Say why there are no scores; True when there are none."""
    if scores.is_empty():
        draw_note("方案没有写明本期的考核部分和权重（assessment.csv），本期不计分。")
    elif scores["score"].is_null().all():
        draw_note("本期还没有可计分的数据，不计分、不排位。")
    else:
        return False
    return True


def _draw_basis(view: View) -> None:
    weights = ask(view.source, read_weights, view.plan_id, view.label)
    if weights.is_empty():
        return
    draw_note(
        f"{ESTIMATE}分 ＝ 各部分得分之和 ÷ 计入部分的权重之和 × 100。"
        f"权重：{weights_words(weights)}。",
        "不适用和没有数据的部分不计入，并在说明里列出；"
        f"记录少于 {view.plan['min_rank_records']} 条的只计分、不排位；"
        f"垂直管理、党群等单位只列不排。本办测算，{view.standing}，不是上级考核结果。",
    )


def _open_row(key: str, names: list[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        st.session_state["unit"] = names[rows[0]]


def _open_point(key: str, names: dict[str, str]) -> None:
    points = st.session_state[key]["selection"]["points"]
    if points:
        found = points[0]["customdata"]
        unit_id = str(found[0] if isinstance(found, list | tuple) else found)
        st.session_state["unit"] = names[unit_id]
