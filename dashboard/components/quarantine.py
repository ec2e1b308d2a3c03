"""Rows that may not go up: worst files, the list with search, every row with its reasons, down to
the cells they came from."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from dashboard.components.exports import file_name, to_csv
from dashboard.components.tables import TITLES, show_records, show_table
from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.quality_words import STANDINGS, files_finding, rule_title, span_words
from dashboard.queries.quality import (
    ROWS_PER_PAGE,
    Wanted,
    read_errors,
    read_files,
    read_quarantine,
)
from dashboard.source import ask
from dashboard.wording import LEDGERS
from etl.readers import column_letters
from warehouse.contracts import load_contracts

if TYPE_CHECKING:
    from dashboard.components.quality import Chosen

_COLUMNS = [
    "unit", "ledger", "document_no", "counterparty_name", "rules", "where", "reasons",
    "standing_word", "received_date", "file_name", "row_number",
]  # fmt: skip
_TITLES = {
    "rules": "规则", "where": "格（列）", "reasons": "原因与改法", "standing_word": "现状",
}  # fmt: skip
_FILE_TITLES = {
    "unit": "单位", "rows": "行数", "error_rows": "有错行", "share": "占比（%）",
    "rule_count": "几类错误", "open_rows": "未见改正", "replaced": "现状",
}  # fmt: skip
ALL = "全部"


def draw_files(view: View, chosen: Chosen) -> None:
    """The files with most rows at fault; one opens into its rows and cells."""
    files = ask(view.source, read_files, view.plan_id, chosen.wanted())
    shown = files.with_columns(
        pl.col("share").round(1),
        pl.when(pl.col("is_replaced"))
        .then(pl.lit("已更换"))
        .otherwise(pl.lit("现行"))
        .alias("replaced"),
    )
    st.markdown(f"**{span_words(chosen.first, chosen.last)}：{files_finding(files)}**")
    index = show_table(
        view,
        shown,
        ["batch_id", "unit", "ledger", "file_name", "sheet_name", "received_date", "rows",
         "error_rows", "share", "rule_count", "open_rows", "replaced"],
        key="files",
        title="错误最多的文件",
        titles=_FILE_TITLES,
        height=360,
        can_select=True,
        empty="这几个月收到的文件没有不可报的行。",
    )  # fmt: skip
    if index is None:
        if files.height:
            draw_note("点行首的方框，看这个文件里有错的行。有错行为 0 的，是整个文件的问题。")
        return
    batch = str(files["batch_id"][index])
    st.markdown(f"**批次 {batch}“{files['file_name'][index]}”：有错的行**")
    draw_rows(view, chosen.wanted(batch=batch), key=f"file_{batch}")


def draw_quarantine(view: View, chosen: Chosen) -> None:
    """The rows that may not go up, by rule, ledger, state and words."""
    errors = ask(view.source, read_errors, view.plan_id, chosen.unit_id)
    rules = {f"{rule} {rule_title(rule)}": rule for rule in sorted(set(errors["rule_id"]))}
    ledgers = {LEDGERS.get(name, name): name for name in sorted(set(errors["ledger"]))}
    standings = {word: name for name, word in STANDINGS.items()}
    text, rule, ledger, standing = st.columns([3, 3, 2, 2], vertical_alignment="bottom")
    with text:
        words = st.text_input(
            "找",
            key="q",
            bind="query-params",
            placeholder="文书号、企业名称、文件名、批次或问题里的字",
        )
    with rule:
        rule_word = _choice("规则", list(rules), "error_rule")
    with ledger:
        ledger_word = _choice("台账", list(ledgers), "error_ledger")
    with standing:
        standing_word = _choice("现状", list(standings), "standing")
    draw_note(f"{span_words(chosen.first, chosen.last)}。个人姓名和证件号已脱敏，不能按它们查找。")
    draw_rows(
        view,
        chosen.wanted(
            rule=rules.get(rule_word),
            ledger=ledgers.get(ledger_word),
            standing=standings.get(standing_word),
            text=words or None,
        ),
        key="quarantine",
    )


def _choice(label: str, options: list[str], key: str) -> str:
    chosen = st.selectbox(label, [ALL, *options], key=key, bind="query-params")
    return str(chosen or ALL)


def draw_rows(view: View, wanted: Wanted, *, key: str) -> None:
    """The refused rows asked for, a page at a time; the chosen one down to its cells."""
    number = 0
    first = ask(view.source, read_quarantine, view.plan_id, wanted, 0)
    total = 0 if first.is_empty() else int(first["total"][0])
    pages = max(1, ceil(total / ROWS_PER_PAGE))
    told, choice = st.columns([4, 1], vertical_alignment="center")
    with told:
        draw_note(
            f"{total:,} 行" + (f"，每页 {ROWS_PER_PAGE} 行，共 {pages} 页" if pages > 1 else "")
        )
    if pages > 1:
        with choice:
            # What is asked belongs to the key: another question begins at its first page.
            page = st.number_input(
                "页", 1, pages, 1, key=f"page_{key}_{abs(hash(wanted))}",
                label_visibility="collapsed",
            )  # fmt: skip
        number = int(page or 1) - 1
    rows = first if number == 0 else ask(view.source, read_quarantine, view.plan_id, wanted, number)
    columns = [name for name in _COLUMNS if not (name == "unit" and wanted.unit)]
    show_records(
        view,
        _worded(view, rows),
        columns,
        key=f"rows_{key}_{number}",
        title="不可报的行",
        titles=_TITLES,
        empty="没有这样的行。",
    )
    if pages > 1:
        st.download_button(
            f"下载全部（{total:,} 行）",
            data=lambda: _whole(view, wanted, total, columns),
            file_name=file_name(
                "不可报的行_全部", view.plan_id, view.label, is_sample=view.is_sample
            ),
            mime="text/csv",
            key=f"whole_{key}",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )


def _whole(view: View, wanted: Wanted, total: int, columns: list[str]) -> bytes:
    """Every row asked for as a marked CSV."""
    rows = ask(view.source, read_quarantine, view.plan_id, wanted, 0, total)
    names = {**TITLES, **_TITLES}
    shown = _worded(view, rows).select(
        pl.col(name).replace(LEDGERS).alias(names[name])
        if name == "ledger"
        else pl.col(name).alias(names[name])
        for name in columns
    )
    standing = "；".join(filter(None, [view.standing, view.handling]))
    return to_csv(shown, is_sample=view.is_sample, standing=standing)


def _worded(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `standing_word` and `where`: the cells at fault."""
    return rows.with_columns(
        # A fault of the whole file has no row to open.
        pl.when(pl.col("row_number") > 0).then(pl.col("row_id")).alias("row_id"),
        pl.col("standing").replace(STANDINGS).alias("standing_word"),
        pl.Series("where", _places(view, rows), dtype=pl.Utf8),
    )


def _places(view: View, rows: pl.DataFrame) -> list[str]:
    """`C17 行政相对人代码_1…` of each row: the cells its rules mark, as the file has them."""
    positions = _columns_of_files(view.source.root, view.source.version, view.source.store)
    found = []
    for row in rows.iter_rows(named=True):
        if not row["row_number"]:
            found.append("整个文件")
            continue
        titles = {c.field: c.title for c in load_contracts()[row["ledger"]].columns}
        in_file = positions.get(row["batch_id"], {}) if row["sheet_name"] else {}
        told = []
        for field in row["fields"] or []:
            letter = in_file.get(field)
            address = f"{letter}{row['row_number']} " if letter else ""
            told.append(f"{address}{titles.get(field, field)}")
        found.append("；".join(told) or "整行")
    return found


@st.cache_resource(max_entries=2, show_spinner=False)
def _columns_of_files(root: str, version: str | None, _store: Any) -> dict[str, dict[str, str]]:
    """batch id -> contract field -> letter of its column in the file; read once per version."""
    return {
        batch.batch_id: {
            field: column_letters(index)
            for index, _header, field in batch.header_map
            if field is not None
        }
        for batch in _store.journal.batches()
    }
