"""Parts of 任务与目标: targets, progress, timeline; a clause is opened beside the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import polars as pl
import streamlit as st

from dashboard.charts.tasks import draw_progress, draw_timeline
from dashboard.components.clause import draw_clause
from dashboard.components.tables import show_records, show_table
from dashboard.components.texts import draw_note
from dashboard.filters import View, missing_choice
from dashboard.findings import count_lights
from dashboard.plan_words import (
    COUNTED,
    KIND_ORDER,
    PROGRESS_STATES,
    READ_INTO,
    asked_words,
    clause_label,
    dated_tasks,
    progress_by_section,
    progress_finding,
    tally,
    timeline_finding,
    value_words,
    worst_by_clause,
)
from dashboard.queries.clauses import read_clause_units
from dashboard.queries.figures import read_metrics, read_targets, read_units
from dashboard.queries.tasks import read_task_states, read_task_tree
from dashboard.source import ask
from dashboard.unit_words import task_words
from dashboard.wording import TASK_KINDS, light_badge, light_word, percent

QUIET = {"displayModeBar": False}
LIGHT_CHOICES = {
    "全部": None, "未达标": "red", "接近或未到期": "yellow", "达标": "green", "无数据": "grey",
}  # fmt: skip
ALL_KINDS = "全部"
_LIST_HEIGHT = 520


def draw_targets(view: View) -> None:
    """Clauses with their light, filtered by light, kind and unit; the chosen one beside them."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="target_filters"):
        light = _choose("灯", "light", list(LIGHT_CHOICES))
        kind = _choose("类别", "kind", [COUNTED, READ_INTO, ALL_KINDS])
        unit = _choose_unit(view)
    targets = _targets_of(view, unit)
    _draw_summary(view, targets, unit)
    if kind != ALL_KINDS:
        targets = targets.filter(pl.col("is_counted") == (kind == COUNTED))
    clauses = worst_by_clause(targets)
    if LIGHT_CHOICES[light] is not None:
        clauses = clauses.filter(pl.col("light") == LIGHT_CHOICES[light])
    shown = pl.DataFrame(
        [
            {
                "task_id": row["task_id"],
                "clause_title": row["clause_title"],
                "light": light_word(row["light"], row["status"]),
                "actual": value_words(row),
                "target": asked_words(row),
                "gap_text": row["gap_text"] or "",
            }
            for row in clauses.iter_rows(named=True)
        ],
        schema=dict.fromkeys(
            ("task_id", "clause_title", "light", "actual", "target", "gap_text"), pl.Utf8
        ),
    )
    _draw_beside(
        view,
        shown,
        ["light", "clause_title", "gap_text", "actual", "target"],
        key="clauses",
        title="目标",
        titles={"clause_title": "条款", "target": "要求"},
        empty="没有符合所选条件的条款。改选“全部”可看其余条款。",
    )


def _choose(label: str, key: str, options: list[str]) -> str:
    chosen = st.segmented_control(
        label,
        options,
        default=options[0],
        required=True,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
    )
    return chosen if chosen in options else options[0]


def _choose_unit(view: View) -> str | None:
    """The chosen unit's id."""
    units = ask(view.source, read_units, view.plan_id, view.label)
    ids = dict(units.select("unit", "unit_id").rows())
    missing = missing_choice("of", "单位", list(ids), "全部单位")
    if missing:
        st.warning(missing, icon=":material/link_off:")
    # Not `unit`: a link to a department's page would find this choice already made.
    chosen = st.selectbox(
        "单位",
        list(ids),
        index=None,
        key="of",
        bind="query-params",
        placeholder="全部单位；选一个，只看它负责的",
        label_visibility="collapsed",
        width=330,
    )
    return ids.get(chosen or "")


def _targets_of(view: View, unit: str | None) -> pl.DataFrame:
    """Targets in force; of a unit: its own figures, then the plan's for other clauses it leads."""
    plan = ask(view.source, read_targets, view.plan_id, view.label).filter(
        pl.col("legal_status") == "in_force"
    )
    if unit is None:
        return plan
    own = ask(view.source, read_targets, view.plan_id, view.label, unit).filter(
        pl.col("legal_status") == "in_force"
    )
    named = ask(view.source, read_clause_units, view.plan_id, unit=unit)
    led = named.filter(pl.col("role") == "lead")["task_id"].to_list()
    rest = plan.filter(
        pl.col("task_id").is_in(led) & ~pl.col("target_id").is_in(own["target_id"].to_list())
    )
    return pl.concat([own, rest])


def _draw_summary(view: View, targets: pl.DataFrame, unit: str | None) -> None:
    counted = targets.filter(pl.col("is_counted"))
    clauses = worst_by_clause(counted)
    lights = count_lights(clauses)
    whose = "由这个单位负责、" if unit else ""
    st.markdown(
        f"{whose}方案写明的目标 {counted.height} 项，合为 {clauses.height} 盏灯（一条款一灯）：　"
        + " ".join(light_badge(light, None, f"{n} 条") for light, n in lights.items() if n)
        + f"　另有工作要求（本办理解）{targets.height - counted.height} 项，不计灯"
    )
    if unit:
        draw_note("有单位数的用单位数；只有全方案一个数、由它牵头的，用全方案的数。")


def draw_progress_part(view: View) -> None:
    """How far each section is by kind of task; the tree in the plan's order and words."""
    tree = ask(view.source, read_task_tree, view.plan_id, view.label)
    progress = progress_by_section(tree)
    metrics = {
        row["metric_id"]: row
        for row in ask(view.source, read_metrics, view.plan_id, view.label).iter_rows(named=True)
    }
    words = [
        f"{title} **{percent(metrics[name]['value'])}**"
        for name, title in (
            ("task_completion_rate", "到期任务完成率"),
            ("task_year_progress_rate", "全年任务完成率"),
            ("routine_normal_rate", "常态任务正常率"),
        )
        if name in metrics and metrics[name]["value"] is not None
    ]
    st.markdown("　".join(words))
    draw_note(
        *(
            f"{TASK_KINDS[kind]}：{tally(progress, kind)}"
            for kind in KIND_ORDER
            if not progress.filter(pl.col("task_kind") == kind).is_empty()
        )
    )
    st.markdown(f"**各章进度：{progress_finding(progress)}**")
    if not progress.is_empty():
        st.plotly_chart(
            draw_progress(progress, is_sample=view.is_sample),
            key="progress",
            config=QUIET,
            on_select=partial(_choose_from_chart, "progress", "section"),
            selection_mode="points",
        )
    section = st.selectbox(
        "章节",
        tree["section"].unique(maintain_order=True).to_list(),
        index=None,
        key="section",
        bind="query-params",
        placeholder="全部章节；也可点图中的一条",
        label_visibility="collapsed",
    )
    with st.expander("按章节和类别列出"):
        show_table(
            view,
            progress.with_columns(pl.col("task_kind").replace(TASK_KINDS)),
            ["section", "task_kind", "total", *PROGRESS_STATES],
            key="progress_table",
            title="各章进度",
            titles={"total": "合计"} | {state: state for state in PROGRESS_STATES},
        )
        draw_note("成果和各单位各一份按单位计，常态任务一项计一次，定期报送按本期到期的份数计。")
    if section:
        tree = tree.filter(pl.col("section") == section)
    # Children are set in below their clause by a full-width blank.
    shown = tree.with_columns(
        pl.when(pl.col("parent_id").is_null())
        .then("“" + pl.col("title") + "”")
        .otherwise("　└ “" + pl.col("title") + "”")
        .alias("title"),
        pl.col("task_kind").replace(TASK_KINDS),
    )
    _draw_beside(
        view,
        shown,
        ["title", "state", "task_kind", "deadline", "lead_unit", "task_id"],
        key="task_tree",
        title="任务清单",
        titles={"task_id": "编号", "title": "任务（方案原文）"},
        empty="方案没有任务。",
        first=_first_behind(shown),
    )


def draw_timeline_part(view: View) -> None:
    """The dated tasks over the year; overdue and upcoming ones by unit, down to the report."""
    tasks = ask(view.source, read_task_states, view.plan_id, view.label)
    dated = dated_tasks(tasks)
    st.markdown(f"**{timeline_finding(dated, view.judging_date)}**")
    if dated.is_empty():
        draw_note("方案的任务都是常态工作，进度见“任务进度”。")
        return
    st.plotly_chart(
        draw_timeline(dated, view.judging_date, height=300, is_sample=view.is_sample),
        key="timeline",
        config=QUIET,
        on_select=partial(_choose_from_chart, "timeline", "due"),
        selection_mode="points",
    )
    days = [f"{due:%Y-%m-%d}" for due in dated["deadline"].unique().sort().to_list()]
    due = st.selectbox(
        "期限",
        days,
        index=None,
        key="due",
        bind="query-params",
        placeholder="全部期限；也可点图中的一条",
        label_visibility="collapsed",
        width=330,
    )
    named = tasks.with_columns(task_words().alias("state"))
    if due in days:
        chosen = named.filter(pl.col("deadline").cast(pl.Utf8) == due)
        _draw_dated(view, chosen, "due_tasks", f"{due} 到期：{chosen.height} 家次", "")
        return
    overdue = named.filter(pl.col("is_overdue"))
    soon = named.filter(pl.col("is_upcoming"))
    left, right = st.columns(2, gap="medium")
    with left:
        _draw_dated(
            view, overdue, "overdue", f"逾期未完成：{overdue.height} 家次", "没有逾期的任务。"
        )
    with right:
        title = f"30 日内到期：{soon.height} 家次"
        _draw_dated(view, soon, "upcoming", title, "30 日内没有到期的任务。")
    with st.expander(f"全部有期限的任务（{named.height} 家次）"):
        _draw_dated(view, named, "dated_tasks", "", "")


def _draw_dated(view: View, tasks: pl.DataFrame, key: str, title: str, empty: str) -> None:
    if title:
        st.markdown(f"**{title}**")
    show_records(
        view,
        tasks,
        ["title", "unit", "deadline", "state", "last_status", "completed_date"],
        key=key,
        title="有期限的任务",
        ledger="task_status",
        empty=empty,
    )


def _draw_beside(
    view: View,
    rows: pl.DataFrame,
    columns: Sequence[str],
    *,
    key: str,
    title: str,
    titles: dict[str, str],
    empty: str,
    first: int = 0,
) -> None:
    """A list of clauses (column task_id) and, beside it, the one chosen there or in the link; row
    `first` of the list where none is chosen."""
    labels = _labels(view)
    ids = {label: task_id for task_id, label in labels.items()}
    left, right = st.columns([8, 7], gap="medium")
    with left:
        show_table(
            view,
            rows,
            columns,
            key=key,
            title=title,
            titles=titles,
            height=_LIST_HEIGHT,
            can_select=True,
            on_select=_choose_clause(key, [labels[i] for i in rows["task_id"].to_list()]),
            empty=empty,
        )
        if not rows.is_empty():
            draw_note("点行首的方框，右边打开这一条款。")
    with right:
        missing = missing_choice("clause", "条款", list(ids), "列表中的一条")
        if missing:
            st.warning(missing, icon=":material/link_off:")
        chosen = st.selectbox(
            "条款",
            list(ids),
            index=None,
            key="clause",
            bind="query-params",
            placeholder="选一个条款；没有选时看列表里最要紧的一条",
            label_visibility="collapsed",
        )
        task_id = ids.get(chosen or "")
        if task_id is None and not rows.is_empty():
            task_id = rows["task_id"][first]
        if task_id is not None:
            draw_clause(view, task_id)


def _first_behind(tasks: pl.DataFrame) -> int:
    """The row of the first task that is overdue or behind; else of the first that has a state."""
    for wanted in ("逾期|滞后", "."):
        found = tasks["state"].str.contains(wanted).arg_true()
        if len(found):
            return int(found[0])
    return 0


def _labels(view: View) -> dict[str, str]:
    tree = ask(view.source, read_task_tree, view.plan_id, view.label)
    return {
        task_id: clause_label(task_id, title)
        for task_id, title in tree.select("task_id", "title").rows()
    }


def _choose_clause(key: str, labels: list[str]) -> Callable[[], None]:
    """Callback of the list: the chosen row's clause is opened."""

    def choose() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        st.session_state["clause"] = labels[rows[0]] if rows else None

    return choose


def _choose_from_chart(key: str, choice: str) -> None:
    """Callback of a chart: the clicked point's first custom value becomes the choice."""
    points = st.session_state[key]["selection"]["points"]
    if points:
        value = points[0]["customdata"]
        st.session_state[choice] = str(value[0] if isinstance(value, list | tuple) else value)
