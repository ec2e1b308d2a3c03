"""Which rows of a ledger and period go up, which are withheld and why. Reads the warehouse only.

The order of docs/semantics.md, "Submission package": rows that are no current version are counted
(`left_out`); of the current ones each reason that holds one back is listed, and what is left goes
up. What goes up may still be kept out of the public set.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl

from warehouse.contracts import Contract
from warehouse.outgoing import Outgoing

SUBMISSION, PUBLIC = "submission", "public"
PUBLICITY = ("admin_permit", "admin_penalty")

_ROWS = {
    "row_id": pl.Int64, "batch_id": pl.Utf8, "landing": pl.Utf8, "standard": pl.Utf8,
    "file_name": pl.Utf8, "sheet_name": pl.Utf8, "row_number": pl.Int64, "unit": pl.Utf8,
    "document_no": pl.Utf8, "party": pl.Utf8,
}  # fmt: skip
REASONS = {
    "set_name": pl.Utf8, "row_id": pl.Int64, "rule_id": pl.Utf8, "field": pl.Utf8,
    "reason": pl.Utf8, "remedy": pl.Utf8,
}  # fmt: skip


@dataclass(frozen=True)
class _Reason:
    """Why a current permit or penalty is kept out of a set: a condition over `candidates`, the
    reason as an SQL expression, and how to go on."""

    condition: str
    set_name: str
    reason: str
    remedy: str


_TAKE_DOWN = "已公示的应撤下。"
_PUBLICITY_REASONS = (
    _Reason(
        "revoked_date is not null",
        SUBMISSION,
        "'已撤销（' || revoked_date || ' 起）'",
        "不再作为有效决定上报；已上报的，向上级平台申请撤下。",
    ),
    _Reason(
        "is_exempt",
        SUBMISSION,
        "'登记为依法不报送，却在台账里'",
        "与登记核对：确属依法不报送的，用更正文件替换原批次并删去本行；应报的，改正登记状态。",
    ),
    _Reason("is_person", PUBLIC, "'相对人是自然人'", "原则上不公示；依法应公示的另行办理。"),
    _Reason("is_minor", PUBLIC, "'疑似未成年人'", "不得公示。"),
    _Reason("is_warning_only", PUBLIC, "'仅警告或通报批评'", "原则上不公示。"),
    _Reason("is_simple_procedure", PUBLIC, "'疑似简易程序（当场）处罚'", "按规定不公示，请核对。"),
    _Reason(
        "ended_date is not null and revoked_date is null",
        PUBLIC,
        "'状态为无效（' || ended_date || ' 收到）'",
        _TAKE_DOWN,
    ),
    _Reason(
        "repaired_date is not null",
        PUBLIC,
        "'备注写明已修复（' || repaired_date || ' 收到）'",
        _TAKE_DOWN,
    ),
    _Reason(
        "expired_date is not null", PUBLIC, "'期限已过（至 ' || shown_until || '）'", _TAKE_DOWN
    ),
)


@dataclass(frozen=True)
class Selection:
    """What was found of a ledger and period.

    `rows`: the current rows (columns `_ROWS`), in the order of receipt. `withheld`: their reasons
    (columns `REASONS`). `left_out`: rows of the period that are no current version, by kind.
    `stored`: current rows whose decision the upper platform says it has stored already.
    """

    rows: pl.DataFrame
    withheld: pl.DataFrame
    left_out: dict[str, int]
    stored: frozenset[int]


def select_rows(
    con: duckdb.DuckDBPyConnection, contract: Contract, outgoing: Outgoing, plan: str, period: str
) -> Selection:
    """The rows of this ledger in this period of a plan. `con` is left with temporary tables."""
    if contract.ledger in PUBLICITY:
        left_out = _candidates_of_publicity(con, contract, plan, period)
        # The product's own texts; no value of a row is among them.
        reasons = [
            f"select '{r.set_name}' as set_name, row_id, null as rule_id, null as field, "  # noqa: S608
            f"{r.reason} as reason, '{r.remedy}' as remedy from candidates where {r.condition}"
            for r in _PUBLICITY_REASONS
        ]
    else:
        left_out = _candidates_of_ledger(con, contract, outgoing, plan, period)
        reasons = []
    reasons += [_FOUND, _CRASHED]
    withheld = con.sql(
        f"select * from ({' union all '.join(reasons)}) "  # noqa: S608 - the product's own texts
        "order by set_name desc, row_id, rule_id, field",
        params={"ledger": contract.ledger},
    ).pl()
    rows = con.sql("select * from candidates order by received_date, row_id").pl()
    stored = frozenset(rows.filter(pl.col("is_stored"))["row_id"])
    return Selection(
        rows=rows.select(*_ROWS).cast(_ROWS),
        withheld=withheld.cast(REASONS),
        left_out=left_out,
        stored=stored,
    )


_FOUND = f"""
    select distinct '{SUBMISSION}' as set_name, c.row_id, v.rule_id, v.field,
        v.rule_id as reason, v.message as remedy
    from candidates as c
    join quality.violations as v on v.row_id = c.row_id and v.ledger = $ledger
    where v.severity = 'error'
"""  # noqa: S608 - constants
_CRASHED = f"""
    select '{SUBMISSION}' as set_name, c.row_id, r.rule_id, null as field,
        '检查出错' as reason, '该规则没能查完，不能说本行合格；请维护人员处理后重新建库。' as remedy
    from candidates as c
    join quality.rule_results as r on r.batch_id = c.batch_id and r.ledger = $ledger
    where r.status = 'errored' and r.severity = 'error'
"""  # noqa: S608 - constants


def _candidates_of_publicity(
    con: duckdb.DuckDBPyConnection, contract: Contract, plan: str, period: str
) -> dict[str, int]:
    """Current records decided in the period (without a valid day: first received in it)."""
    _make(
        con,
        "candidates",
        """
        with minors as (
            select distinct row_id from quality.violations where rule_id = 'P18'
        ),
        stored as (
            select place_id, decision_key, max(received_date) as stored_on
            from staging.platform_receipt
            where result__norm = '入库' and decision_key is not null and not is_replaced
            group by 1, 2
        )
        select p.*, b.landing, coalesce(b.standard, '') as standard, b.file_name, b.sheet_name,
            p.row_id % 1000000000 as row_number, coalesce(u.name, p.unit_id) as unit,
            p.counterparty_name as party, m.row_id is not null as is_minor,
            coalesce(d.is_exempt, false) as is_exempt,
            coalesce(s.stored_on >= b.received_date, false) as is_stored,
            b.received_date
        from marts.publications as p
        join ref.periods as t on t.plan_id = p.plan_id
            and p.decision_month between t.start_date and t.end_date
        join meta.batches as b on b.batch_id = p.batch_id
        left join ref.units as u on u.plan_id = p.plan_id and u.unit_id = p.unit_id
        left join marts.register_decisions as d
            on d.place_id = p.place_id and d.decision_key = p.decision_key
        left join stored as s on s.place_id = p.place_id and s.decision_key = p.decision_key
        left join minors as m on m.row_id = p.row_id
        where p.ledger = $ledger and t.plan_id = $plan and t.period = $period
        """,
        {"ledger": contract.ledger, "plan": plan, "period": period},
    )
    [(rows, versions, records)] = con.sql(
        """
        select count(*), count(distinct (r.record_key, r.row_hash)), count(distinct r.record_key)
        from marts.publicity_rows as r
        join candidates as c on r.place_id = c.place_id and r.record_key = c.record_key
        """
    ).fetchall()
    return {"replaced": 0, "repeats": rows - versions, "older_versions": versions - records}


def _candidates_of_ledger(
    con: duckdb.DuckDBPyConnection, contract: Contract, outgoing: Outgoing, plan: str, period: str
) -> dict[str, int]:
    """Rows by the day they tell; without one, of the month before they were received.

    The first of several equal rows stands; of rows with one key (where the ledger has one) the
    newest.
    """
    day = "null" if outgoing.is_standing else _day_of(con, contract)
    # Ledger, day and key come from contracts and the product's own data; values are bound.
    _make(
        con,
        "ranked",
        f"""
        with placed as (
            select s.*, cast(coalesce({day},
                date_trunc('month', s.received_date) - interval 1 day) as date) as told_day
            from staging.{contract.ledger} as s
        ),
        chosen as (
            select p.*, not p.is_replaced and row_number() over (
                    partition by p.row_hash, p.is_replaced
                    order by p.received_date, p.sequence, p.row_number) = 1 as is_first
            from placed as p
            join ref.plans as f on f.place_id = p.place_id and f.plan_id = $plan
            join ref.periods as t on t.plan_id = f.plan_id and t.period = $period
                and p.told_day between t.start_date and t.end_date
        )
        select *, is_first and row_number() over (
                partition by {", ".join(outgoing.key) or "row_id"}, is_first
                order by received_date desc, sequence desc, row_number desc) = 1 as is_current
        from chosen
        """,  # noqa: S608 - see above
        {"plan": plan, "period": period},
    )
    _make(
        con,
        "candidates",
        """
        select r.row_id, r.batch_id, b.landing, coalesce(b.standard, '') as standard, r.file_name,
            r.sheet_name, r.row_number, coalesce(u.name, r.unit_id) as unit, null as document_no,
            null as party, false as is_stored, r.received_date
        from ranked as r
        join meta.batches as b on b.batch_id = r.batch_id
        left join ref.units as u on u.plan_id = $plan and u.unit_id = r.unit_id
        where r.is_current
        """,
        {"plan": plan},
    )
    [(replaced, repeats, older)] = con.sql(
        "select count_if(is_replaced), count_if(not is_replaced and not is_first), "
        "count_if(is_first and not is_current) from ranked"
    ).fetchall()
    return {"replaced": replaced, "repeats": repeats, "older_versions": older}


def _make(con: duckdb.DuckDBPyConnection, name: str, query: str, values: dict[str, str]) -> None:
    """A temporary table of this connection; the warehouse itself may be read only."""
    con.execute(f"create or replace temp table {name} as {query}", values)


def _day_of(con: duckdb.DuckDBPyConnection, contract: Contract) -> str:
    """The staging column with the day a row is about: the model's own, the end of the period it
    names, else its first date."""
    if "event_date" in con.table(f"staging.{contract.ledger}").columns:
        return "s.event_date"
    for kinds, what in ((("period",), "end"), (("date", "datetime"), "date")):
        for column in contract.columns:
            if column.type in kinds:
                return f"s.{column.field}__{what}"
    return "null"
