"""Entries made at the desk: rows typed into a grid become a file with the headers of the contract.

What is entered so takes the same way as any file: it is checked, landed with an original, and can
be withdrawn. Here are the file, its name, and what the coded columns of a grid may hold.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from etl.formula_text import marked
from warehouse.codes import load_codes
from warehouse.contracts import Column, Contract
from warehouse.metrics import load_metrics
from warehouse.plans import Plan

Row = Mapping[str, Any]
Choices = dict[str, dict[str, str]]
"""Field → the values it may hold, each with the words to show for it."""

FILING_DAYS = frozenset({"submitted_date", "report_date", "declared_date"})
NIL, NOTHING_OF_THE_KIND = "零报送", "无此类事项"


@dataclass(frozen=True)
class EntryKind:
    """What can be entered without a file; `title` begins the name of the file made of it."""

    ledger: str
    title: str
    when: str


KINDS = (
    EntryKind("submission", "报送登记", "零报送、无此类事项，或部门已在别处报送"),
    EntryKind("task_status", "任务进度", "部门电话或来文报的进度"),
    EntryKind("declaration", "指标申报", "没有逐条台账的指标，部门申报的数"),
    EntryKind("official_feedback", "上级通报", "省市通报的上报量、入库量、迟报量"),
    EntryKind("platform_receipt", "平台回执", "上级平台的上报时间与处理结果"),
)


def choices_of(plan: Plan, contract: Contract, periods: Sequence[str] = ()) -> Choices:
    """What the columns of a grid choose from: code lists, and the plan's units, duties, tasks,
    targets and declared metrics. `periods`: those that the plan's duties are about."""
    units = {u["name"]: u["name"] for u in plan.units if plan.is_serving(u["unit_id"])}
    found: Choices = {pair.name: units for pair in contract.unit_fields}
    for column in contract.columns:
        known = _known(plan, column, periods if contract.ledger == "submission" else ())
        if known:
            found[column.field] = known
    return found


def _known(plan: Plan, column: Column, periods: Sequence[str]) -> dict[str, str]:
    match column.field:
        case "duty_id":
            return {d["duty_id"]: f"{d['duty_id']} {d['title']}" for d in plan.duties}
        case "task_id":
            return {
                t["task_id"]: f"{t['task_id']} {t['title']}"
                for t in plan.tasks
                if t["task_kind"] not in ("context", "group")
            }
        case "target_id":
            return {t["target_id"]: f"{t['target_id']} {t['metric_name_zh']}" for t in plan.targets}
        case "metric_id":
            return _declared(plan)
        case "period" if periods:
            return {period: period for period in periods}
    if column.codes is None or column.open_prefix or column.multiple:
        return {}
    codes = load_codes()[column.codes].values()
    return {c.code: c.code if c.label == c.code else f"{c.code} {c.label}" for c in codes}


def _declared(plan: Plan) -> dict[str, str]:
    """The metrics that the plan takes from declarations; all of its targets' if it takes none."""
    definitions = load_metrics()
    declared = {b["target_id"] for b in plan.bindings if b["measure"] == "declaration"}
    ids = dict.fromkeys(
        t["metric_id"] for t in plan.targets if not declared or t["target_id"] in declared
    )
    return {m: f"{definitions[m].title}（{m}）" for m in ids if m in definitions}


def nil_rows(
    owed: Iterable[Row], plan: Plan, kind: str, day: date, remark: str = ""
) -> list[dict[str, Any]]:
    """Rows that declare nothing to report for obligations (duty_id, unit_id, period_covered)."""
    return [
        {
            "duty_id": one["duty_id"],
            "unit_name": plan.roster[one["unit_id"]]["name"],
            "unit_uscc": plan.roster[one["unit_id"]].get("uscc", ""),
            "period": one["period_covered"],
            "submission_type": kind,
            "submitted_date": day,
            "remark": remark,
        }
        for one in owed
    ]


def complete(
    rows: Iterable[Row], plan: Plan, contract: Contract, day: date
) -> list[dict[str, Any]]:
    """The rows in which anything was typed; a unit that is named without its code gets that, a
    blank day of filing the day of receipt."""
    codes = {u["name"]: u.get("uscc", "") for u in plan.units}
    found = []
    for row in rows:
        cells = {name: value for name, value in row.items() if _text(value)}
        if not cells:
            continue
        for pair in contract.unit_fields:
            if (
                pair.uscc
                and not cells.get(pair.uscc)
                and (code := codes.get(_text(cells.get(pair.name))))
            ):
                cells[pair.uscc] = code
        for field in FILING_DAYS & set(contract.fields):
            cells.setdefault(field, day)
        found.append(cells)
    return found


def entry_file(contract: Contract, rows: Sequence[Row]) -> bytes:
    """The rows as a CSV with the headers of the contract, as a department would send it."""
    columns = contract.columns
    frame = pl.DataFrame(
        [[_text(row.get(c.field)) or None for c in columns] for row in rows],
        schema={c.title: pl.Utf8 for c in columns},
        orient="row",
    )
    safe = frame.with_columns(marked(pl.col(name)).alias(name) for name in frame.columns)
    return b"\xef\xbb\xbf" + safe.write_csv().encode("utf-8")


def entry_name(title: str, contract: Contract, rows: Sequence[Row]) -> str:
    """`零报送_2022-06_示例单位09（气象类）.csv`: kind, period, and the unit or how many."""
    parts = [title]
    periods = _distinct(rows, [c.field for c in contract.columns if c.type == "period"][:1])
    if periods:
        parts.append(periods[0] if len(periods) == 1 else f"{periods[0]}等{len(periods)}期")
    units = _distinct(rows, [pair.name for pair in contract.unit_fields][:1])
    if units:
        parts.append(units[0] if len(units) == 1 else f"{len(units)}家")
    return "_".join(parts) + ".csv"


def _distinct(rows: Sequence[Row], fields: Sequence[str]) -> list[str]:
    texts = [_text(row.get(field)) for field in fields for row in rows]
    return sorted({text for text in texts if text})


def _text(value: Any) -> str:
    """A cell as a department would type it: days with slashes, whole numbers without a point."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%Y/%m/%d}"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:.10f}".rstrip("0")
    return str(value).strip()
