"""Cards of the first page: a value, its target, what is missing, the change, a light in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard.components.must_leave import MUST_LEAVE
from dashboard.components.texts import draw_note
from dashboard.findings import Rate, both_words, count_due, count_lights
from dashboard.navigation import draw_link
from dashboard.wording import (
    NOTHING,
    change,
    light_badge,
    percent,
    quantity,
    target_words,
)
from warehouse.lights import Answer, Question, judge
from warehouse.metrics import load_metrics

Row = dict[str, Any]
DUTY_METRIC, ROUTINE_METRIC = "duty_on_time_rate", "routine_normal_rate"
_WORST_FIRST = ("red", "yellow", "grey", "green")


def by_metric(frame: pl.DataFrame) -> dict[str, Row]:
    """metric id -> its first row; of targets with one metric, the one first in the plan."""
    found: dict[str, Row] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(row["metric_id"], row)
    return found


def notice_words(notices: pl.DataFrame) -> str:
    """`示信通〔2020〕12号`, `…等 3 份`; empty for none (official_notices.sql)."""
    row = notices.row(0, named=True)
    if not row["notices"]:
        return ""
    more = f"等 {row['notices']} 份" if row["notices"] > 1 else ""
    return f"{row['last_notice']}{more}"


def draw_rates_card(rates: list[Rate], notices: str, *, is_narrow: bool = False) -> None:
    """The three rates side by side; on a phone (`is_narrow`) with short titles. `notices`: the
    document number of the official figures."""
    with card("rates"):
        columns = st.columns(3, gap="xxsmall", wrap=not is_narrow)
        for column, rate in zip(columns, rates, strict=True):
            with column, st.container(gap="xxsmall"):
                if is_narrow:
                    _draw_short_rate(rate)
                else:
                    _draw_rate(rate, notices)
        if any(rate.official is not None for rate in rates) and not is_narrow:
            draw_note(_sources(rates, notices))


def _sources(rates: list[Rate], notices: str) -> str:
    """Which source the big figures are of, and the other one beside it."""
    is_official = any(rate.is_official for rate in rates)
    source = f"省平台反馈（{notices}）" if notices else "省平台反馈"
    if not is_official:
        told = "、".join(f"{r.title[:-1]} {percent(r.official)}" for r in rates if r.has_both)
        return f"本办测算｜{source} {told}"
    told = "、".join(f"{r.title[:-1]} {percent(r.own)}" for r in rates if r.own is not None)
    return f"{source}｜本办测算 {told}" if told else source


def _draw_short_rate(rate: Rate) -> None:
    st.metric(rate.title, percent(rate.value))
    if rate.target is not None:
        st.markdown(light_badge(rate.target["light"], rate.target["status"]))
        draw_note(rate.target["gap_text"], _wanted(rate))


def _draw_rate(rate: Rate, notices: str) -> None:
    """One rate with its parts, light, target and change; the formula and both sources behind the
    question mark."""
    texts = [both_words(rate, notices), explain(rate.metric_id, rate.row)]
    st.metric(f"双公示{rate.title}", percent(rate.value), help="。".join(filter(None, texts)))
    if rate.target is not None:
        badge = light_badge(rate.target["light"], rate.target["status"], rate.target["gap_text"])
        st.markdown(badge)
    parts = ""
    if rate.row is not None and rate.row["denominator"]:
        parts = f"{rate.row['numerator']}/{rate.row['denominator']}"
    before = rate.row["previous_value"] if rate.row else None
    wanted = f"{_wanted(rate)}　" if rate.target else ""
    draw_note(f"{wanted}{parts}", change(rate.value, before, is_rate=True))


def _wanted(rate: Rate) -> str:
    """`目标 98%`; with the figure that the light is of, where that is the one since January."""
    if rate.target is None:
        return "未设目标"
    wanted = f"目标 {words_of(rate.target)}"
    return f"累计 {percent(rate.since)}，{wanted}" if rate.since is not None else wanted


def explain(metric_id: str, metric: Row | None) -> str:
    """Formula, source and parts of a figure in one text, from the metric's definition."""
    definition = load_metrics()[metric_id]
    text = f"{definition.title} ＝ {definition.formula}"
    if metric is not None and metric["denominator"]:
        text += f" ＝ {metric['numerator']} ÷ {metric['denominator']}"
    return f"{text}。出处：{definition.source}。"


def draw_lights_card(clauses: pl.DataFrame) -> None:
    """How many of the clauses that are due could be judged and are met; what is near, missed, and
    not due yet."""
    lights = count_lights(clauses)
    met, judged = count_due(clauses)
    with card("wide_lights"):
        st.metric(
            "到期目标达标",
            f"{met}/{judged}" if judged else NOTHING,
            help="一条款一灯，取该条款各目标中最差的一项；接近的不算未达标。"
            "未到期的和台账未到的条款不在分母里。",
        )
        light = next((name for name in ("red", "yellow", "green") if lights[name]), "grey")
        st.markdown(light_badge(light, None, f"{lights[light]} 项" if lights[light] else ""))
        waiting = clauses.filter(pl.col("status") == "pending").height
        near = clauses.filter(pl.col("status") == "missed", pl.col("light") == "yellow").height
        counts = {"接近": near, "未到期": waiting, "台账未到": lights["grey"]}
        draw_note("、".join(f"{word} {n}" for word, n in counts.items() if n))
        choices = {"part": "目标"} | ({"light": "未达标"} if lights["red"] else {})
        draw_link("tasks", "看未达标的条款 →" if lights["red"] else "看各条款 →", choices)


def draw_overdue_card(tasks: pl.DataFrame, metrics: dict[str, Row], judging_date: date) -> None:
    """Overdue tasks, and of how many units (task_states.sql: one row per task and unit)."""
    overdue = tasks.filter(pl.col("is_overdue"))
    metric = metrics.get("task_overdue_count")
    with card("wide_overdue"):
        st.metric("逾期任务", f"{overdue.height} 件", help=explain("task_overdue_count", metric))
        units = overdue["unit"].n_unique()
        st.markdown(none_wanted(overdue.height, judging_date, f"涉 {units} 家"))
        before = metric["previous_value"] if metric else None
        draw_note("目标 0 件", change(float(overdue.height), before, is_rate=False))
        draw_link("tasks", "看时间轴 →", {"part": "时间轴"})


def draw_duty_card(hand_ins: pl.DataFrame, metrics: dict[str, Row], targets: pl.DataFrame) -> None:
    """Hand-ins of the period on time, over all duties (obligations.sql); the light is the worst of
    the targets that ask for them."""
    metric = metrics.get(DUTY_METRIC)
    with card("wide_duties"):
        value = metric["value"] if metric else None
        st.metric("台账按期", percent(value), help=_duties_help(hand_ins, metric))
        asked = targets.filter(
            pl.col("measured_by").str.starts_with("duty:") & pl.col("is_counted")
        )["light"].to_list()
        missing = int(hand_ins["is_missing"].sum())
        late = hand_ins.filter(
            pl.col("is_judged") & ~pl.col("is_on_time") & ~pl.col("is_missing")
        ).height
        words = "、".join(f"{word} {n}" for word, n in (("未交", missing), ("迟交", late)) if n)
        light = next((name for name in _WORST_FIRST if name in asked), None)
        if light:
            st.markdown(light_badge(light, None, words))
        elif words:
            st.markdown(f":gray-badge[{words}]")
        before = metric["previous_value"] if metric else None
        draw_note(f"到期 {hand_ins.height} 家次", change(value, before, is_rate=True))
        draw_link("calendar", "看报送日历 →")


def _duties_help(hand_ins: pl.DataFrame, metric: Row | None) -> str:
    """Each duty that fell due with its share on time, then the formula."""
    duties = hand_ins.group_by("duty", maintain_order=True).agg(
        pl.col("is_on_time").sum(), pl.len().alias("n")
    )
    told = "；".join(f"{row['duty']} {row['is_on_time']}/{row['n']}" for row in duties.to_dicts())
    return f"{told}。{explain(DUTY_METRIC, metric)}"


def draw_routine_card(metrics: dict[str, Row], routine: list[str]) -> None:
    """Routine tasks that go as they should, for a plan whose work has no day; `routine`: the states
    of its routine tasks."""
    metric = metrics.get(ROUTINE_METRIC)
    with card("wide_routine"):
        value = metric["value"] if metric else None
        st.metric("常态任务正常率", percent(value), help=explain(ROUTINE_METRIC, metric))
        behind = "、".join(
            f"{word} {routine.count(word)}" for word in ("滞后", "未动") if word in routine
        )
        if behind:
            st.markdown(f":gray-badge[{behind}]")
        before = metric["previous_value"] if metric else None
        draw_note(f"共 {len(routine)} 项，未设目标", change(value, before, is_rate=True))
        draw_link("tasks", "看各章进度 →", {"part": "任务进度"})


def draw_missed_card(
    unreported: pl.DataFrame,
    before: pl.DataFrame | None,
    judging_date: date,
    *,
    is_known: bool,
    told_above: int | None = None,
    counts_official: bool = False,
) -> None:
    """Decisions that should have been reported and were not, registered or found by others: each
    counts once. Frames: unreported.sql of the period and of the one before. `is_known`: the period
    has decisions to judge. `told_above`: how many the official notices name; that is the figure
    where the plan counts official ones."""
    own = unreported["decision_key"].n_unique() if is_known else None
    is_official = counts_official and told_above is not None
    count = told_above if is_official else own
    with card("wide_missed"):
        st.metric(
            "应报未报（待核）",
            quantity(count, "件"),
            help="部门或执法系统登记、上级抽查或网站比对发现，到期仍未上报的决定；"
            "一个决定只算一次。省平台通报的只有件数，没有明细。",
        )
        above = "" if told_above is None else f"省平台通报 {told_above} 件"
        if count is None:
            st.markdown(light_badge("grey"))
            draw_note("还没有决定登记", above)
            return
        st.markdown(none_wanted(count, judging_date, f"{count} 件待核"))
        if is_official:
            draw_note("省平台通报数", f"本办登记 {quantity(own, '件')}")
        else:
            earlier = None if before is None else float(before["decision_key"].n_unique())
            draw_note(above or "目标 0 件", change(float(count), earlier, is_rate=False))
        draw_link("publicity", "看明细 →", {"show": "应报未报（待核）"})


def draw_must_leave_card(counts: Row, judging_date: date) -> None:
    """Records that should have been taken down (must_leave_counts.sql). Red as soon as one is
    known to be shown; the others are to be looked up on the site."""
    count, shown, later = counts["record_count"], counts["shown_count"], counts["later_count"]
    with card("wide_must_leave"):
        st.metric(
            "应下未下",
            quantity(count, "条"),
            help="应停止公示的记录：期限已过、已修复、已撤销、状态无效，或所在文件已撤回、更正后"
            "不再有的，按本期判定日算。填着公示时间的算仍在公示；没填的，请到网站核对。",
        )
        if shown:
            st.markdown(light_badge("red", "missed", f"{shown} 条在公示"))
        elif count:
            st.markdown(":orange-badge[▲ 待核是否在公示]")
        else:
            st.markdown(light_badge("green", "met"))
        over = f"最久已过 {(judging_date - counts['since_date']).days} 天" if count else ""
        draw_note(over or "目标 0 条", f"此后又有 {later} 条" if later else "")
        draw_link("publicity", "看清单 →", {"show": MUST_LEAVE})


def none_wanted(count: int, judging_date: date, words: str) -> str:
    """The badge of a count of which there should be none, judged as any other target."""
    status, light = judge(Question("<=", 0, "件"), Answer(count, judging_date))
    return light_badge(light, status, words if count else "")


@contextmanager
def card(name: str) -> Iterator[None]:
    """A card as tall as its neighbours; its key is card_<name>."""
    with st.container(border=True, height="stretch", gap="xxsmall", key=f"card_{name}"):
        yield


def words_of(target: Row) -> str:
    """What a target asks, without the ≥ that goes without saying beside a rate."""
    words = target_words(target["comparator"], target["threshold"], target["unit"], target["due"])
    return words.removeprefix("≥ ").removesuffix("，按期 100%")
