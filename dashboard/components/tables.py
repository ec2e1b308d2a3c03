"""Tables: one place for the titles of columns; a chosen row opens down to its cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import polars as pl
import streamlit as st

from dashboard.columns import each
from dashboard.components.exports import file_name, to_csv
from dashboard.components.texts import draw_note
from dashboard.filters import PlanView, View
from dashboard.queries.records import ROWS_PER_BATCH, read_cells, read_row_place
from dashboard.source import ask
from dashboard.terms import in_present_words, quoted_where_older
from dashboard.wording import LEDGERS, NOTHING, SEVERITIES, SUITES

_ROWS_SHOWN = 10
# Of the table as the browser draws it, in pixels.
_ROW_HEIGHT, _CELL_PADDING, _LONGEST_WORD = 31, 18, 180
_WIDE_CHARACTER, _NARROW_CHARACTER = 13, 7
_WIDE = r"[^\x00-\x{1FFF}]"  # characters above, signs among them, are as wide as high
_FAR_LONGER, _ROWS_MEASURED = 1.4, 20
TITLES = {
    "unit": "单位", "group": "分组", "ledger": "台账", "document_no": "决定文书号",
    "counterparty_name": "行政相对人", "decision_date": "决定日期", "report_date": "上报日期",
    "limit_date": "期限", "late_days": "晚（自然日）", "rules": "不合规规则", "file_name": "文件",
    "sheet_name": "工作表", "row_number": "行号", "batch_id": "批次", "decision_type": "类型",
    "source": "谁登记的", "duty": "报送事项", "period_covered": "所属期", "due_date": "到期日",
    "answered_date": "收到日", "state": "状态", "task": "任务", "title": "事项",
    "section": "章节", "deadline": "期限", "last_status": "最近填报", "completed_date": "完成日期",
    "received_date": "收到日期", "standing": "这一行是", "rows": "行数", "error_rows": "有错行",
    "cell": "单元格", "header": "列", "value": "原值（个人信息已脱敏）", "rule_ids": "规则",
    "severity": "性质", "message": "问题与改法", "is_hit": "计入分子", "target": "目标",
    "light": "灯", "gap_text": "差", "missing": "缺台账", "actual": "现值", "hardness": "性质",
    "clause_title": "条款", "responsible": "方案责任方（原文）", "lead_unit": "牵头单位",
    "task_kind": "类别", "month": "月份", "replaces_batch_id": "替换", "reason": "原因",
    "version": "版本", "published_at": "发布时间（UTC）", "as_of": "数据截至", "batches": "批次数",
    "standing_now": "现状", "suite": "核验组", "evaluated": "核验项", "failed": "未通过",
    "record_count": "记录数", "note": "说明", "example": "如何改（例）", "role": "角色",
    "indicator": "指标", "indicator_level": "层级", "full_score": "满分", "score": "得分",
    "lost": "失分", "rest_lost": "未由下级说明", "owners": "承担单位",
    "owner_count": "共同承担（家）",
    "rank": "名次", "index_period": "监测期", "index_version": "指标版本", "group_name": "城市分组",
    "group_size": "分组城市数", "value_source": "数据性质", "published_date": "公布日期",
    "source_doc": "来源文件", "doc_no": "文号", "city_name": "城市", "assessor": "考核单位",
    "assessed_period": "考核期", "field_size": "参评数", "indicator_count": "承担指标数",
    "lost_count": "有失分", "shared_lost": "其中共同承担",
    "product": "名称", "kind": "类型", "level": "级别", "event_date": "日期", "amount": "数量",
    "evidence": "佐证材料", "media": "发布媒体", "article_kind": "稿件类型", "field": "宣传领域",
    "node": "重要节点", "is_repeat": "同文重复", "topic": "主题", "attendee_count": "参加人数",
    "holder_name": "名称", "status": "登记状态", "declared_value": "申报数值", "numerator": "分子",
    "denominator": "分母", "basis": "口径", "declared_date": "填报日期", "roles": "在任角色",
    "period_named": "通报期次", "owed_count": "应报量", "reported_count": "上报量",
    "stored_count": "入库量", "late_count": "迟报量", "is_done": "已完成",
    "domain": "治理领域", "contact_state": "联系状态", "listed_date": "列入日期",
    "exclusion_reason": "剔除原因", "exited_date": "退出日期", "case_kind": "事项类型",
    "interviewed_date": "约谈日期", "committed_date": "承诺日期",
    "case_no": "案号(编号)", "agency_name": "涉及机构", "opened_date": "发生日期",
    "settled_date": "清零日期", "owed_amount": "涉及金额(万元)", "paid_amount": "累计已清偿(万元)",
    "commitment_type": "承诺类型", "matter": "承诺事由", "uploaded_date": "上传日期",
    "fulfilment_state": "履行状态", "recorded_date": "入档日期",
}  # fmt: skip


def show_table(
    view: PlanView,
    frame: pl.DataFrame,
    columns: Sequence[str],
    *,
    key: str,
    title: str,
    titles: Mapping[str, str] | None = None,
    height: int | Literal["auto", "content"] = "auto",
    can_select: bool = False,
    on_select: Callable[[], None] | None = None,
    can_download: bool = True,
    empty: str = "没有记录。",
) -> int | None:
    """Draw the columns of a frame with Chinese titles and a download; gives the chosen row's index
    when rows can be selected. `on_select` runs before the next rerun when one is."""
    if frame.is_empty():
        draw_note(empty)
        return None
    names = {**TITLES, **(titles or {})}
    shown = pl.DataFrame([_worded(frame[name]).alias(names.get(name, name)) for name in columns])
    if isinstance(height, int) and _ROW_HEIGHT * (shown.height + 1) < height:
        height = "content"  # no empty lines below a short list
    # A callback, "rerun" and "ignore" are three overloads; which one is known only here.
    selecting: Any = on_select or ("rerun" if can_select else "ignore")
    event: Any = st.dataframe(
        shown,
        hide_index=True,
        height=height,
        key=key,
        column_config={
            name: st.column_config.Column(width=width)
            for name, width in wide_columns(shown).items()
        },
        on_select=selecting,
        selection_mode="single-row",
        placeholder=NOTHING,
    )
    if can_download:
        draw_download(view, shown, key=key, title=title)
    rows = event["selection"]["rows"] if can_select else []
    return rows[0] if rows and rows[0] < frame.height else None


def wide_columns(shown: pl.DataFrame) -> dict[str, int]:
    """Columns of short words of which the longest would be cut, and the pixels it needs: the
    browser leaves out what is far longer than the rest (`零报送（迟）` among `按时`) when it
    measures a column. Long texts are left to the browser; the cell opens on a click."""
    found = {}
    for name in shown.columns:
        if shown.schema[name] != pl.Utf8:
            continue
        widths = _text_widths([name, *shown[name].fill_null(NOTHING)])
        title, cells = widths[0], widths[1:]
        longest = max(cells, default=0)
        seen = cells[:_ROWS_MEASURED]
        usual = sum(seen) / max(len(seen), 1)
        if max(_FAR_LONGER * usual, title) < longest <= _LONGEST_WORD:
            found[name] = longest + _CELL_PADDING
    return found


def _text_widths(texts: list[str]) -> list[int]:
    """About how many pixels each text takes in a cell."""
    told = pl.Series(texts, dtype=pl.Utf8)
    wide = told.str.count_matches(_WIDE).cast(pl.Int64)
    narrow = told.str.len_chars().cast(pl.Int64) - wide
    return (wide * _WIDE_CHARACTER + narrow * _NARROW_CHARACTER).to_list()


def draw_download(view: PlanView, shown: pl.DataFrame, *, key: str, title: str) -> None:
    """A button that gives the frame, with the titles it is shown with, as a marked CSV."""
    standing = "；".join(filter(None, [view.standing, view.handling]))
    st.download_button(
        f"下载本表（{shown.height} 行）",
        data=lambda: to_csv(shown, is_sample=view.is_sample, standing=standing),
        file_name=file_name(title, view.plan_id, view.label, is_sample=view.is_sample),
        mime="text/csv",
        key=f"{key}_download",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def show_records(
    view: View,
    frame: pl.DataFrame,
    columns: Sequence[str],
    *,
    key: str,
    title: str,
    titles: Mapping[str, str] | None = None,
    ledger: str | None = None,
    empty: str = "没有记录。",
) -> None:
    """A table of records; the chosen one is shown with the file, sheet, row and every cell.

    The frame has row_id, and `ledger` unless all its rows come from the one named.
    """
    height: int | Literal["auto", "content"] = "auto" if frame.height <= _ROWS_SHOWN else 360
    index = show_table(
        view,
        frame,
        columns,
        key=key,
        title=title,
        titles=titles,
        height=height,
        can_select=True,
        empty=empty,
    )
    if index is None:
        if not frame.is_empty():
            draw_note("点行首的方框，看这条记录来自哪个文件、哪一行、哪一格。")
        return
    row = frame.row(index, named=True)
    if row["row_id"] is None:
        draw_note("这一条没有对应的台账行。")
        return
    show_cells(view, ledger or row["ledger"], row["row_id"])


def show_cells(view: View, ledger: str, row_id: int) -> None:
    """One landed row: where it came from, and its cells as received with what was found on them."""
    place = ask(view.source, read_row_place, row_id)
    if place.is_empty():
        draw_note("这一行所在的批次不在现行版本里。")
        return
    came = place.row(0, named=True)
    batch = view.source.store.journal.batch(came["batch_id"])
    header_map = batch.header_map if batch is not None else []
    cells = ask(view.source, read_cells, ledger, row_id, header_map)
    # A CSV file has no cells with addresses; its row says enough.
    is_sheet = bool(came["sheet_name"])
    sheet = f"工作表“{came['sheet_name']}” " if is_sheet else ""
    with st.container(border=True, key=f"cells_{ledger}_{row_id}"):
        st.markdown(
            f"**{LEDGERS.get(ledger, ledger)}** · 文件“{came['file_name']}” {sheet}"
            f"**第 {row_id % ROWS_PER_BATCH} 行** · 批次 {came['batch_id']} · "
            f"{came['received_date']:%Y-%m-%d} 收到"
            + ("（已被替换）" if came["is_replaced"] else "")
        )
        marked = cells.filter(pl.col("message").is_not_null())
        for finding in marked.iter_rows(named=True):
            where = (finding["cell"] if is_sheet else None) or "该行"
            word = SEVERITIES.get(finding["severity"], finding["severity"])
            st.markdown(f":red-badge[{where} {word}] {finding['header']}：{finding['message']}")
        if marked.is_empty():
            st.markdown(":green-badge[✓ 无问题] 检查规则没有发现问题。")
        only = st.toggle("只看有内容的格", value=True, key=f"filled_{ledger}_{row_id}")
        if only:
            cells = cells.filter(pl.col("value").is_not_null() | pl.col("message").is_not_null())
        show_table(
            view,
            cells,
            [*(["cell"] if is_sheet else []), "header", "value", "rule_ids", "message"],
            key=f"row_{ledger}_{row_id}",
            title=f"{ledger}_{row_id % ROWS_PER_BATCH}",
            height=330,
        )


# Columns that carry the plan's words; what they quote stays.
_PLAN_WORDS = frozenset({"title", "clause_title", "section", "task", "duty", "what"})
# Columns that carry the words of those who handed them in.
_THEIR_WORDS = frozenset({"product", "topic", "evidence"})


def _worded(column: pl.Series) -> pl.Series:
    """A column with codes in words."""
    name = column.name
    if name == "ledger":
        return column.replace(LEDGERS)
    if name == "suite":
        return column.replace(SUITES)
    if name == "severity":
        return column.replace(SEVERITIES)
    if name in _PLAN_WORDS:
        return each(column, in_present_words)
    if name in _THEIR_WORDS:
        return each(column, quoted_where_older)
    if column.dtype == pl.Date:
        return column.dt.to_string("%Y-%m-%d")
    if column.dtype == pl.Boolean:
        return pl.Series(name, ["是" if value else "否" for value in column.to_list()])
    return column
