"""Parts of the page 报送日历: what is due today, the month, the hand-ins of a day, the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

import polars as pl
import streamlit as st

from dashboard.charts.calendar import draw_month
from dashboard.columns import each
from dashboard.components.tables import show_records
from dashboard.components.texts import draw_note
from dashboard.duty_words import SIGNS, Tally, month_words, tally, tally_days, today_words
from dashboard.filters import View
from dashboard.queries.duties import read_special_days
from dashboard.source import ask
from dashboard.terms import in_present_words
from dashboard.wording import day, period_words
from etl.duty_calendar import read_owed, render_calendar
from warehouse.marks import SAMPLE_WORD

_PERIOD_SEEN = "_calendar_period"
_COLUMNS = ["unit", "state", "answered_date", "duty", "period_covered", "due_date", "file_name"]
_DAY_COLUMNS = ["unit", "state", "answered_date", "period_covered", "duty", "file_name"]


def draw_today(view: View, owed: pl.DataFrame) -> None:
    """The line of the day that the page is about: the day the data reach, or the one on which the
    period was judged."""
    today = view.judging_date
    which = "数据截至日" if today == view.facts["as_of"] else "本期判定日"
    lines = today_words(owed, today)
    if len(lines) == 1:
        st.markdown(f"**今天按 {day(today)}（{which}）算**　{lines[0]}")
        return
    st.markdown(f"**今天按 {day(today)}（{which}）算**\n\n" + "\n".join(f"- {x}" for x in lines))


def choose_month(view: View, owed: pl.DataFrame) -> date:
    """The month to draw, any in which the plan asks for something, also those to come; its first
    day. It follows the period chosen at the top; a day in the link goes before."""
    months: list[date] = owed["month"].unique().sort().to_list()
    labels = {f"{month:%Y-%m}": month for month in months}
    default = _month_of(view, list(labels))
    state = st.session_state
    is_new_period = state.get(_PERIOD_SEEN, view.label) != view.label
    state[_PERIOD_SEEN] = view.label
    if is_new_period or state.get("month") not in labels:
        state["month"] = default
    chosen = st.segmented_control(
        "月份",
        list(labels),
        required=True,
        key="month",
        bind="query-params",
        label_visibility="collapsed",
    )
    return labels[chosen if chosen in labels else default]


def _month_of(view: View, labels: list[str]) -> str:
    """The month of the day in the link; else of the period's judging day where that lies within
    it, else the period's last; else the nearest before or after in which something is due."""
    asked = str(st.query_params.get("on") or "")[:7]
    if asked in labels:
        return asked
    wanted = f"{min(view.judging_date, view.period['end_date']):%Y-%m}"
    return max((label for label in labels if label <= wanted), default=labels[0])


def draw_month_part(view: View, owed: pl.DataFrame, month: date) -> None:
    """The grid of a month, and beside it (on a phone below) the hand-ins of one of its days."""
    of_month = owed.filter(pl.col("month") == month)
    days = tally_days(of_month)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown(f"**{month_words(of_month, period_words(f'{month:%Y-%m}'))}**")
        _draw_grid(view, month, days)
    with right:
        if days:
            _draw_day(view, of_month, days)


def _draw_grid(view: View, month: date, days: Mapping[date, Tally]) -> None:
    special = ask(view.source, read_special_days, month.year)
    ground = st.context.theme.type or "light"
    st.plotly_chart(
        draw_month(
            month,
            days,
            today=view.judging_date,
            special=dict(special.select("date", "is_workday").rows()),
            ink=str(st.get_option(f"theme.{ground}.textColor")),
            is_narrow="Mobi" in st.context.headers.get("User-Agent", ""),
            is_sample=view.is_sample,
        ),
        key="month_grid",
        config={"displayModeBar": False},
        on_select=partial(_choose_day, "month_grid"),
        selection_mode="points",
    )
    draw_note(
        "点一个到期日，看那天的名单。“休”是放假，“班”是调休上班；到期日遇假按方案顺延或提前。",
        *(
            f"{day(when)}到期的（{found.words}）移到了本月之外，仍算本月。"
            for when, found in days.items()
            if (when.year, when.month) != (month.year, month.month)
        ),
    )


def _draw_day(view: View, of_month: pl.DataFrame, days: Mapping[date, Tally]) -> None:
    options = [when.isoformat() for when in days]
    default = _first_day(of_month, view.judging_date)
    # Set here and not as the widget's default, since a click in the grid sets it too.
    if st.session_state.get("on") not in options:
        st.session_state["on"] = default
    chosen = st.segmented_control("到期日", options, required=True, key="on", bind="query-params")
    when = date.fromisoformat(chosen if chosen in options else default)
    rows = of_month.filter(pl.col("due_date") == when)
    st.markdown(f"**{day(when)}到期：{tally(rows).words}**")
    columns = _DAY_COLUMNS
    if rows["duty"].n_unique() == 1:  # said once, so that a narrow list has room for the rest
        draw_note(in_present_words(rows["duty"][0]))
        columns = [name for name in columns if name != "duty"]
    draw_list(view, rows, key="day_list", title=f"报送_{when:%m%d}到期", columns=columns)


def _first_day(of_month: pl.DataFrame, today: date) -> str:
    """Today if something is due, else the newest day that has somebody out, else the first."""
    days = of_month["due_date"].unique().sort().to_list()
    out = of_month.filter(pl.col("state") == "未交")["due_date"].unique().sort().to_list()
    return str((today if today in days else out[-1] if out else days[0]).isoformat())


def _choose_day(key: str) -> None:
    points = st.session_state[key]["selection"]["points"]
    if points:
        chosen = points[0]["customdata"]
        st.session_state["on"] = str(chosen[0] if isinstance(chosen, list | tuple) else chosen)


def draw_list(
    view: View, rows: pl.DataFrame, *, key: str, title: str, columns: Sequence[str] = _COLUMNS
) -> None:
    """Hand-ins one by one, those that are out first; a chosen one opens down to its file."""
    order = {state: number for number, state in enumerate(SIGNS)}
    shown = rows.with_columns(
        (pl.col("state").replace(SIGNS) + " " + pl.col("state")).alias("state"),
        pl.col("state").replace_strict(order, return_dtype=pl.Int32).alias("order"),
    ).sort("order", maintain_order=True)
    contradicted = rows.filter(pl.col("is_nil_contradicted"))
    if not contradicted.is_empty():
        names = "、".join(contradicted["unit"].unique(maintain_order=True).to_list())
        st.warning(f"申报零报送但台账里有记录：{names}。零报送不算数，请部门说明。")
    show_records(
        view,
        shown,
        columns,
        key=key,
        title=title,
        empty="没有报送义务。",
    )


def draw_download_part(view: View, unit_id: str | None, unit: str | None) -> None:
    """The calendar file, of the whole plan or of the chosen unit."""
    owed = ask(view.source, read_owed, view.plan_id, unit_id)
    title = str(view.plan["short_title"])

    def render() -> bytes:
        worded = owed.with_columns(each(owed["duty"], in_present_words))
        return render_calendar(
            worded,
            plan_id=view.plan_id,
            title=title,
            known_on=view.facts["as_of"],
            unit=unit,
            is_sample=view.is_sample,
        )

    whose = unit or "全部单位"
    st.download_button(
        f"下载日历文件（.ics，{whose}）",
        data=render,
        file_name="_".join(
            [*([SAMPLE_WORD] if view.is_sample else []), "报送日历", view.plan_id, whose]
        )
        + ".ics",
        mime="text/calendar",
        key="ics",
        icon=":material/event:",
        type="tertiary",
        on_click="ignore",
    )
    draw_note(
        "用 Outlook、手机日历等打开即导入：到期日为全天日程，前一天 9 点提醒，已收到的不再提醒。"
        "重新导入会更新同一日程。"
    )
