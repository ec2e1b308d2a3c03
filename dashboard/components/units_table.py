"""Units by group: what each reported, how well, and in time."""

from __future__ import annotations

from functools import partial

import polars as pl
import streamlit as st

from dashboard.components.tables import draw_download, show_table
from dashboard.components.texts import draw_note
from dashboard.components.unit_titles import with_titles
from dashboard.filters import View
from dashboard.findings import ledger_words
from dashboard.queries.figures import read_units
from dashboard.queries.tasks import read_obligations
from dashboard.source import ask
from dashboard.wording import GROUPS, NOTHING, percent, period_words

_COLUMNS = {
    "unit": "单位", "record_count": "记录数", "report": "上报率", "compliance": "合规率",
    "first_pass": "一次合格率", "timeliness": "及时率", "late_count": "迟报",
    "missed_count": "应报未报（待核）", "ledger": "台账按期", "hand_in_state": "本期报送",
    "task": "任务（完成/到期）", "note": "说明",
}  # fmt: skip
_COUNTS = ("unit", "record_count", "late_count", "missed_count", "hand_in_state")
_ORDERS = {
    "名册顺序": None,
    "上报率从低到高": "report_rate",
    "合规率从低到高": "compliance_rate",
    "及时率从低到高": "timeliness_rate",
}
_GROUP_NOTES = {
    "listed": "垂直管理、党群等单位，只列出，不参与比较。",
    "unknown": "数据来源单位和机关名称都对不上名册，请在名册里补别名或退回核对。",
}


def titles_of(period: str, hand_ins: pl.DataFrame) -> dict[str, str]:
    """The titles of the columns; a ledger is named by the month it covers, since the one due in a
    month (on time or not) is the one of the month before (hand_ins: obligations.sql)."""
    return {
        **_COLUMNS,
        "ledger": ledger_words(hand_ins)[0],
        "hand_in_state": f"{period_words(period).partition(' 年 ')[2] or '本期'}台账报送",
    }


def draw_rates_by_group(view: View) -> None:
    """One table per group; a chosen row opens the unit's page."""
    units = ask(view.source, read_units, view.plan_id, view.label)
    hand_ins = ask(view.source, read_obligations, view.plan_id, view.label)
    titles = titles_of(view.label, hand_ins)
    order = st.segmented_control(
        "排列",
        list(_ORDERS),
        default="名册顺序",
        required=True,
        key="order",
        bind="query-params",
        label_visibility="collapsed",
    )
    by = _ORDERS[order or "名册顺序"]
    for group, title in GROUPS.items():
        rows = units.filter(pl.col("ranking_group") == group)
        if rows.is_empty():
            continue
        if by is not None and group not in _GROUP_NOTES:
            rows = rows.sort(by, nulls_last=True)
        st.markdown(f"**{title}**（{rows.height} 家）")
        if group in _GROUP_NOTES:
            draw_note(_GROUP_NOTES[group])
        key = f"group_{group}"
        show_table(
            view,
            in_words(with_titles(view, rows)),
            list(_COLUMNS),
            key=key,
            title=title,
            titles=titles,
            can_select=True,
            on_select=partial(_open, key, rows["unit"].to_list()),
            can_download=False,
        )
    shown = in_words(with_titles(view, units)).rename(titles).select(titles.values())
    draw_download(view, shown, key="units", title="部门考核")
    draw_note(
        f"样本少：本期少于 {view.plan['min_rank_records']} 条，率只供参考。"
        "点行首的方框，打开这个单位的一页。",
        f"“{titles['ledger']}”：本期内到期的台账（{ledger_words(hand_ins)[1] or '本期无到期'}）"
        f"有几份按期交；“{titles['hand_in_state']}”：本期自己的台账交了没有，到期日在期后。",
    )


def _open(key: str, names: list[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        st.session_state["unit"] = names[rows[0]]


def in_words(units: pl.DataFrame) -> pl.DataFrame:
    """The frame of units.sql with rates, ledgers and tasks as the texts shown, and `note`."""
    rows = []
    for unit in units.iter_rows(named=True):
        row = {name: unit[name] for name in _COUNTS}
        for rate in ("report", "compliance", "first_pass", "timeliness"):
            row[rate] = percent(unit[f"{rate}_rate"])
        base = unit["ledger_base"]
        row["ledger"] = f"{unit['ledger_hits']}/{base}" if base else NOTHING
        row["task"] = f"{unit['task_done']}/{unit['task_due']}" if unit["task_due"] else NOTHING
        row["note"] = "样本少" if unit["record_count"] and unit["is_small"] else ""
        rows.append(row)
    return pl.DataFrame(rows)


def notes_of(unit: dict[str, object]) -> list[str]:
    """What a reader must know before comparing this unit: 样本少, 零报送, 不适用, 应报未报 …"""
    notes = []
    if not unit["record_count"]:
        state = str(unit["hand_in_state"])
        notes.append("双公示台账不适用" if state == "不适用" else state)
    elif unit["is_small"]:
        notes.append("样本少")
    if unit["missed_count"]:
        notes.append(f"应报未报（待核）{unit['missed_count']} 件")
    if unit["task_overdue"]:
        notes.append(f"逾期任务 {unit['task_overdue']} 件")
    return notes
