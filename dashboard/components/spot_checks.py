"""抽查清单: a list from above answered row by row, by unit, and as the sheet that goes back."""

from __future__ import annotations

import streamlit as st

from dashboard.components.exports import file_name
from dashboard.components.tables import show_records, show_table
from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.reconcile_words import (
    NO_LISTS,
    answers_by_unit,
    answers_finding,
    list_title,
)
from dashboard.source import ask
from dashboard.wording import period_words
from etl.answer_sheet import write_answer_sheet
from etl.spot_checks import read_answers, read_lists

_COLUMNS = [
    "unit", "document_no", "answer_word", "reason", "counterparty_name", "decision_type",
    "decision_date", "report_date", "stored_date", "list_name", "file_name", "row_number",
]  # fmt: skip
_TITLES = {
    "answer_word": "对照结果", "reason": "说明或依据", "stored_date": "入库日期",
    "list_name": "清单（来源文号）", "rows": "合计",
}  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw_spot_checks(view: View, unit: str | None) -> None:
    """The list (those of the period first), its answers by unit and row, the sheet to send back."""
    lists = ask(view.source, read_lists, view.plan_id, view.label, unit)
    if lists.is_empty():
        lists = ask(view.source, read_lists, view.plan_id, unit=unit)
        if lists.is_empty() and unit is not None:
            draw_note("抽查清单和网站比对里没有本单位的决定。")
            return
        if lists.is_empty():
            st.info(NO_LISTS, icon=":material/inbox:")
            return
        draw_note(f"{period_words(view.label)}没有涉及的清单，下面是全年的。")
    titles = {list_title(row): row["list_name"] for row in lists.iter_rows(named=True)}
    chosen = st.selectbox("清单", [*titles], key="list_title", label_visibility="collapsed")
    name = titles[chosen] if chosen in titles else lists["list_name"][0]
    answers = ask(view.source, read_answers, view.plan_id, name, unit)
    st.markdown(f"**{name} {answers_finding(answers)}**")
    show_table(
        view,
        answers_by_unit(answers),
        answers_by_unit(answers).columns,
        key="answers_by_unit",
        title=f"对照汇总_{name}",
        titles=_TITLES,
        can_download=False,
    )
    as_of = view.facts["newest_received"]
    standing = "；".join(filter(None, [view.standing, view.handling]))
    st.download_button(
        f"下载逐条对照表（xlsx，{answers.height} 条）",
        data=lambda: write_answer_sheet(
            answers, as_of=as_of, is_sample=view.is_sample, standing=standing
        ),
        file_name=_sheet_name(view, name, unit),
        mime=XLSX,
        key="answer_sheet",
        icon=":material/download:",
        on_click="ignore",
    )
    show_records(
        view,
        answers,
        _COLUMNS if unit is None else _COLUMNS[1:],
        key="answers",
        title=f"逐条对照_{name}",
        ledger="decision_register",
        titles=_TITLES,
    )
    draw_note(
        f"截至 {as_of:%Y-%m-%d}。漏报一律待核；依法不报送的，请部门在登记里写明依据后重报登记。"
    )


def _sheet_name(view: View, name: str, unit: str | None) -> str:
    title = "_".join(
        ["逐条对照表", name.removesuffix(".csv").removesuffix(".xlsx"), *([unit] if unit else [])]
    )
    csv = file_name(title, view.plan_id, view.label, is_sample=view.is_sample)
    return csv.removesuffix(".csv") + ".xlsx"
