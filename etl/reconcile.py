"""Reconciliation (对账): registers and receipts against the ledgers, decision by decision.

Reads a published warehouse (`marts.discrepancy_periods` …); the command and the page say the same,
since both ask here (spot checks: `spot_checks`, official rates: `official`). Persons are masked in
the warehouse already.
"""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl

FINDINGS = {
    "unreported": "应报未报（待核）",
    "not_stored": "已报未入库",
    "extra": "台账有而登记无",
    "differing": "两边不一致",
}
"""The classes of what does not agree, in their order."""

FIELDS = {
    "counterparty_name": "行政相对人名称",
    "uscc": "统一社会信用代码",
    "id_no": "证件号码",
    "decision_date": "决定日期",
    "decision_type": "行政决定类型",
}
_SOURCES = {(True, True): "登记和抽查", (True, False): "部门登记", (False, True): "抽查或网站比对"}
_DISCREPANCIES = """
    select
        f.finding, f.decision_key, f.decision_type, f.unit_id, coalesce(u.name, f.unit_id) as unit,
        d.document_no, d.counterparty_name, d.authority_name, d.decision_date, d.limit_date,
        d.report_date, d.is_registered, d.is_found, s.reason, s.return_reason, s.answer_date,
        e.near_document_no,
        case
            when f.finding = 'unreported' then 'decision_register'
            when s.reason = 'returned' and f.finding = 'not_stored' then 'platform_receipt'
            when f.decision_type = '行政处罚' then 'admin_penalty'
            else 'admin_permit'
        end as ledger,
        case
            when f.finding = 'unreported' then d.register_row_id
            when s.reason = 'returned' and f.finding = 'not_stored' then s.receipt_row_id
            else d.record_row_id
        end as row_id
    from marts.discrepancy_periods as f
    join marts.decisions as d on f.place_id = d.place_id and f.decision_key = d.decision_key
    left join marts.unstored_decisions as s
        on f.place_id = s.place_id and f.decision_key = s.decision_key
    left join marts.extra_decisions as e
        on f.place_id = e.place_id and f.decision_key = e.decision_key
    left join ref.units as u on f.plan_id = u.plan_id and f.unit_id = u.unit_id
    where f.plan_id = $plan and f.period = $period and ($unit is null or f.unit_id = $unit)
"""
_DIFFERENCES = """
    select
        f.unit_id, coalesce(u.name, f.unit_id) as unit, d.document_no, d.decision_type, x.source,
        x.field, x.told_value, x.record_value, x.is_masked, x.source_ledger, x.source_row_id,
        x.record_ledger, x.record_row_id, x.decision_key
    from marts.discrepancy_periods as f
    join marts.decisions as d on f.place_id = d.place_id and f.decision_key = d.decision_key
    join marts.differing_fields as x
        on f.place_id = x.place_id and f.decision_key = x.decision_key
    left join ref.units as u on f.plan_id = u.plan_id and f.unit_id = u.unit_id
    where f.finding = 'differing' and f.plan_id = $plan and f.period = $period
        and ($unit is null or f.unit_id = $unit)
    order by u.sort_order nulls last, d.document_no, x.field, x.source_row_id
"""
_COVERAGE = """
    select
        f.unit_id, coalesce(u.name, f.unit_id) as unit,
        count(*) filter (where d.has_record) as reported,
        count(*) filter (where d.has_record and not d.has_key) as without_key,
        count(*) filter (where d.is_registered) as registered,
        count(*) filter (where d.has_receipt) as answered
    from marts.decision_periods as f
    join marts.decisions as d on f.place_id = d.place_id and f.decision_key = d.decision_key
    left join ref.units as u on f.plan_id = u.plan_id and f.unit_id = u.unit_id
    where f.plan_id = $plan and f.period = $period and ($unit is null or f.unit_id = $unit)
    group by f.unit_id, u.name, u.sort_order
    order by u.sort_order nulls last
"""


def read_discrepancies(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """One row per decision and finding of a period, by class and unit: finding, decision_key,
    decision_type, unit_id, unit, document_no, counterparty_name, authority_name, decision_date,
    limit_date, report_date, detail (what is known, in words), ledger and row_id (the row to open),
    file_name, sheet_name, row_number."""
    found = ask(con, with_place(_DISCREPANCIES), plan=plan, period=period, unit=unit)
    details = [_detail(row) for row in found.iter_rows(named=True)]
    order = {finding: number for number, finding in enumerate(FINDINGS)}
    return (
        found.with_columns(pl.Series("detail", details, pl.Utf8))
        .sort(
            pl.col("finding").replace_strict(order, default=9, return_dtype=pl.Int64),
            "sort_order", "decision_date", "decision_key", nulls_last=True,
        )
        .drop("sort_order", "reason", "return_reason", "answer_date", "near_document_no")
    )  # fmt: skip


def read_differences(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """One row per field that register, spot check or receipt tell otherwise than the record:
    unit_id, unit, document_no, decision_type, source, field, told_value, record_value (persons
    masked; is_masked), source_ledger, source_row_id, record_ledger, record_row_id, decision_key."""
    return ask(con, _DIFFERENCES, plan=plan, period=period, unit=unit)


def read_coverage(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """What there is to compare, one row per unit with decisions in the period: unit_id, unit, and
    how many decisions are reported (in its ledgers), without_key (which name no authority code or
    document number), registered (by itself or its system), answered (by a receipt)."""
    return ask(con, _COVERAGE, plan=plan, period=period, unit=unit)


def count_findings(found: pl.DataFrame) -> dict[str, int]:
    """Finding → number of decisions; every class is there."""
    counts = dict(found.group_by("finding").len().iter_rows())
    return {finding: int(counts.get(finding, 0)) for finding in FINDINGS}


def transit_reason(row: dict[str, Any]) -> str:
    """Why what was reported does not count as stored, and what to do."""
    went = f"{row['report_date']} 上报，" if row["report_date"] else "台账已报，"
    if row["unstored_reason"] == "returned":
        return f"{went}平台退回：{row['return_reason'] or '未写原因'}；待改正重报"
    if row["unstored_reason"] == "unanswered":
        return f"{went}平台没有回执，请向平台查询"
    return f"{went}没有回执也没有入库时间"


def _detail(row: dict[str, Any]) -> str:
    """What is known of a discrepancy, and what to do."""
    match row["finding"]:
        case "unreported":
            told = {
                (True, True): "登记和抽查",
                (True, False): "部门登记",
                (False, True): "抽查或网站比对",
            }
            source = told.get((row["is_registered"], row["is_found"]), "来源未写明")
            return f"{source}，期限 {row['limit_date']} 已过；核实后补报，依法不报送的登记依据"
        case "not_stored":
            return transit_reason({**row, "unstored_reason": row["reason"]})
        case "extra":
            near = row["near_document_no"]
            hint = (
                f"，疑似即登记的 {near}（相对人、日期相同，文书号或机关代码不同）" if near else ""
            )
            return f"本单位当月有登记，没有这一件，也没有回执{hint}"
        case _:
            return "逐项见下表"


def with_place(sql: str) -> str:
    """Around a query whose rows have plan, unit_id and row_id: where the row stands, and the unit's
    place in the roster."""
    return f"""
        select q.*, b.file_name, b.sheet_name, q.row_id % 1000000000 as row_number,
            s.sort_order
        from ({sql}) as q
        left join meta.batches as b on q.row_id // 1000000000 = b.sequence
        left join ref.units as s on s.plan_id = $plan and q.unit_id = s.unit_id
    """  # noqa: S608 - our own statements


def ask(con: duckdb.DuckDBPyConnection, sql: str, **values: Any) -> pl.DataFrame:
    """The rows of a query; `values` are bound."""
    rows: pl.DataFrame = con.sql(sql, params=values).pl()
    return rows
