"""Spot checks (抽查清单、网站比对): which lists there are, and what can be answered to each row."""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl

from etl.reconcile import ask, transit_reason

ANSWERS = {
    "stored": "已上平台（入库）",
    "in_transit": "已报在途",
    "exempt": "依法不报送",
    "missed": "漏报（待核）",
    "not_due": "未到期",
    "revoked": "已撤销",
    "undated": "无法判定（缺决定日期）",
    "unmatched": "无法比对（缺机关代码或文书号）",
}
"""What can be answered to a row of a spot check."""

# A list is sent back whole: it belongs to a plan as soon as one of its decisions does.
_LISTED = """
    with listed as (
        select a.*, p.plan_id as of_plan
        from marts.spot_check_answers as a
        join ref.plans as p on a.place_id = p.place_id
        where p.plan_id = $plan
    ),
    chosen as (
        select distinct l.list_name
        from listed as l
        cross join (
            select min(start_date) as first_day, max(end_date) as last_day
            from ref.periods
            where plan_id = $plan and ($period is null or period = $period)
        ) as c
        join ref.plans as p on p.plan_id = $plan
        where coalesce(l.plan_id, $plan) = $plan
            and coalesce(l.decision_date, l.received_date) between p.year_start and p.year_end
            and (
                $period is null
                or coalesce(l.decision_date, l.received_date) between c.first_day and c.last_day
                or l.received_date between c.first_day and c.last_day
            )
    )
"""
_LISTS = (
    _LISTED
    + """
    select
        l.list_name, string_agg(distinct l.source, '、' order by l.source) as source,
        max(l.received_date) as received_date, count(*) as rows,
        count(*) filter (where l.answer = 'stored') as stored,
        count(*) filter (where l.answer = 'in_transit') as in_transit,
        count(*) filter (where l.answer = 'exempt') as exempt,
        count(*) filter (where l.answer = 'missed') as missed,
        count(*) filter (
            where l.answer not in ('stored', 'in_transit', 'exempt', 'missed')
        ) as other
    from listed as l
    join chosen as c on l.list_name = c.list_name
    where $unit is null or l.unit_id = $unit
    group by 1
    order by received_date desc, 1
    """
)
_ANSWERED = """
    select
        a.list_name, a.source, a.unit_id, coalesce(u.name, a.unit_id) as unit, a.decision_type,
        a.document_no, a.counterparty_name, a.authority_name, a.decision_date, a.limit_date,
        a.answer, a.report_date, a.stored_date, a.stored_basis, a.unstored_reason, a.return_reason,
        a.exemption_basis, a.is_revoked, a.received_date, a.file_name, a.sheet_name, a.row_number,
        a.row_id, 'decision_register' as ledger
    from marts.spot_check_answers as a
    join ref.plans as p on a.place_id = p.place_id
    left join ref.units as u on p.plan_id = u.plan_id and a.unit_id = u.unit_id
    where p.plan_id = $plan and a.list_name = $list and ($unit is null or a.unit_id = $unit)
    order by a.row_id
"""


def read_lists(
    con: duckdb.DuckDBPyConnection,
    plan: str,
    period: str | None = None,
    unit: str | None = None,
) -> pl.DataFrame:
    """One row per list of a spot check that came in a period or looks at its decisions (all of the
    plan without one), newest first: list_name, source, received_date, rows (of the unit, if one is
    given), and how many of them are stored, in_transit, exempt, missed, other."""
    return ask(con, _LISTS, plan=plan, period=period, unit=unit)


def read_answers(
    con: duckdb.DuckDBPyConnection, plan: str, list_name: str, unit: str | None = None
) -> pl.DataFrame:
    """The rows of one list with their answers, in the list's order: list_name, source, unit_id,
    unit, decision_type, document_no, counterparty_name, authority_name, decision_date, limit_date,
    answer (a key of ANSWERS), answer_word, reason (what it rests on, in words), report_date,
    stored_date, received_date, file_name, sheet_name, row_number, row_id, ledger."""
    found = ask(con, _ANSWERED, plan=plan, list=list_name, unit=unit)
    reasons = [answer_reason(row) for row in found.iter_rows(named=True)]
    return found.with_columns(
        pl.col("answer").replace(ANSWERS).alias("answer_word"),
        pl.Series("reason", reasons, pl.Utf8),
    ).drop("stored_basis", "unstored_reason", "return_reason", "exemption_basis", "is_revoked")


def answer_reason(row: dict[str, Any]) -> str:
    """What an answer rests on, in the words of the sheet that goes back."""
    match row["answer"]:
        case "stored" if row["stored_basis"] == "receipt":
            words = f"平台回执 {row['stored_date']} 入库"
        case "stored":
            words = f"台账所填入库时间 {row['stored_date']}（本单位没有平台回执）"
        case "in_transit":
            words = transit_reason(row)
        case "exempt":
            return f"依据：{row['exemption_basis']}"
        case "missed":
            return f"期限 {row['limit_date']} 已过，台账和回执里都没有"
        case "not_due":
            return f"期限 {row['limit_date']}，尚未到期"
        case "revoked":
            return "登记为撤销，不再报送"
        case "undated":
            return "清单和登记都没有可用的决定日期，算不出期限"
        case _:
            return "请补全决定机关统一社会信用代码和决定文书号"
    return f"{words}；该决定已撤销，请核对是否撤下" if row["is_revoked"] else words
