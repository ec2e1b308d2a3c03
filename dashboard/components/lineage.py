"""Where the data came from: a document's rows, batches with their states, versions, the gate."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.components.tables import show_records, show_table
from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.queries.lineage import read_batches, read_gate_results, read_late_batches
from dashboard.queries.records import read_found_rows
from dashboard.source import ask
from dashboard.wording import BATCH_STATES
from warehouse.journal import Batch
from warehouse.normalise import document_no_key


def draw_search(view: View) -> None:
    """A document number → every row that carries it, oldest first → its cells as received."""
    text = st.text_input(
        "决定文书号",
        key="doc",
        bind="query-params",
        placeholder="如 示市监许字〔2022〕669号（括号、全半角、空格不论）",
    )
    key = document_no_key(text or "")
    if not key:
        draw_note("输入文书号，看它在许可、处罚、决定登记、平台回执里的每一行、每一版。")
        return
    rows = ask(view.source, read_found_rows, view.plan_id, key)
    st.markdown(f"找到 {rows.height} 行")
    show_records(
        view,
        rows,
        ["ledger", "standing", "unit", "document_no", "counterparty_name", "received_date",
         "file_name", "sheet_name", "row_number", "batch_id"],
        key="found_rows",
        title="文书",
        empty="没有这个文书号。请核对字号与序号；台账里写法不同的括号和空格已自动对上。",
    )  # fmt: skip


def draw_batches(view: View) -> None:
    """Every batch that ever landed for the plan's place, with its state."""
    journal = [
        b for b in view.source.store.journal.batches() if b.place_id == view.plan["place_id"]
    ]
    counts = {state: sum(b.state == state for b in journal) for state in BATCH_STATES}
    st.markdown(
        f"共 {len(journal)} 批："
        + "、".join(f"{BATCH_STATES[s]} {n}" for s, n in counts.items() if n)
    )
    held = [b for b in journal if b.state == "held"]
    if held:
        st.warning(
            f"有 {len(held)} 批暂挂，不在数字里。在服务器上用 citycredit accept 批次号 收下，"
            "或 citycredit withdraw 批次号 --reason 原因 撤回。"
        )
    late = ask(view.source, read_late_batches, view.plan_id)
    if not late.is_empty():
        told = "、".join(f"{batch_id}（{rows} 行）" for batch_id, rows in late.iter_rows())
        st.warning(f"方案已定稿。定稿后收到，不计入：{told}。")
    state = st.segmented_control(
        "状态",
        ["全部", *(BATCH_STATES[s] for s, n in counts.items() if n)],
        default="全部",
        key="state",
    )
    frame = _batch_frame(journal, ask(view.source, read_batches, view.plan_id))
    if state not in (None, "全部"):
        frame = frame.filter(pl.col("state") == state)
    show_table(
        view,
        frame,
        ["batch_id", "state", "ledger", "file_name", "sheet_name", "unit", "received_date", "rows",
         "error_rows", "replaces_batch_id", "reason"],
        key="batches",
        title="批次",
        height=520,
    )  # fmt: skip


def _batch_frame(journal: list[Batch], published: pl.DataFrame) -> pl.DataFrame:
    """Journal and version together, newest first; what is not in the version has no error count."""
    schema = {
        "batch_id": pl.Utf8, "state": pl.Utf8, "ledger": pl.Utf8, "file_name": pl.Utf8,
        "sheet_name": pl.Utf8, "received_date": pl.Date, "rows": pl.Int64,
        "replaces_batch_id": pl.Utf8, "reason": pl.Utf8,
    }  # fmt: skip
    rows = [
        {**{n: getattr(b, n) for n in schema}, "state": BATCH_STATES[b.state]}
        for b in reversed(journal)
    ]
    known = published.select("batch_id", "unit", "error_rows")
    return pl.DataFrame(rows, schema=schema).join(
        known, on="batch_id", how="left", maintain_order="left"
    )


def draw_versions(view: View) -> None:
    """The published versions, the live one marked."""
    versions = view.source.store.versions()
    frame = pl.DataFrame(
        [
            {
                "version": v.name,
                "standing_now": "现行" if v.is_live else "可回滚" if v.is_kept else "已清理",
                "as_of": v.as_of,
                "published_at": v.published_at[:19].replace("T", " "),
                "batches": len(v.batches),
            }
            for v in versions
        ]
    )
    draw_note(
        f"规则版本 {view.facts['rule_set']}，程序版本 {view.facts['product_version']}。"
        "回到旧版本：citycredit rollback 版本号。"
    )
    show_table(view, frame, frame.columns, key="versions", title="版本")


def draw_gate(view: View) -> None:
    """What the publish gate judged before this version went live."""
    gate = ask(view.source, read_gate_results)
    failed = 0 if gate.is_empty() else int(gate["failed"].sum())
    st.markdown(
        f"版本 {view.facts['version']} 发布前核验 "
        f"{0 if gate.is_empty() else int(gate['evaluated'].sum())} 项，未通过 {failed} 项。"
        "数据里的错不拦发布（退回给部门改）；账不平、行丢失、规则出错才拦。"
    )
    show_table(view, gate, ["suite", "evaluated", "failed"], key="gate", title="发布核验")
