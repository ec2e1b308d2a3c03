"""Own against official rates (上级通报): side by side, and what can explain a difference."""

from __future__ import annotations

import duckdb
import polars as pl

from etl.reconcile import ask, with_place

RATES = {
    "publicity_report_rate": "上报率",
    "publicity_compliance_rate": "合规率",
    "publicity_timeliness_rate": "及时率",
}
_SIDES = ("own", "official")
NOTICEABLE_POINTS = 0.5
"""A difference of two rates that asks for an explanation, in percentage points."""

EXPLANATIONS = {
    "accepted_returned": "平台退回、本办判合规",
    "refused_stored": "本办判不可报、平台已入库",
    "late": "本办判迟报",
    "unreported": "本办记为应报未报（待核）",
    "platform_only": "平台有回执、台账没有",
    "unanswered": "台账有、平台没有回执",
}
"""Records that can explain why an official figure is not our own."""

# The upper platform speaks for units that send us no detail, too: only what both count is compared.
_OFFICIAL = """
    with scoped as (
        select metric_id, scope_id as unit_id, scope_name as unit, value, numerator, denominator
        from marts.metric_values
        where plan_id = $plan and period = $period and scope_type = 'department'
            and value is not null and ($unit is null or scope_id = $unit)
    ),
    notices as (
        select unit_id, arg_max(doc_no, issued_date) as doc_no,
            count(distinct doc_no) as notice_count
        from marts.official_periods
        where plan_id = $plan and period = $period and is_counted
        group by 1
    )
    select
        o.metric_id, o.unit_id, o.unit,
        f.value as own_value, f.numerator as own_hits, f.denominator as own_base,
        o.value as official_value, o.numerator as official_hits, o.denominator as official_base,
        f.value - o.value as points, f.numerator - o.numerator as hits_more,
        f.denominator - o.denominator as base_more, n.doc_no, n.notice_count
    from (
        select * replace (replace(metric_id, 'official_', '') as metric_id)
        from scoped
        where metric_id like 'official\\_%' escape '\\'
    ) as o
    left join scoped as f on o.metric_id = f.metric_id and o.unit_id = f.unit_id
    left join notices as n on o.unit_id = n.unit_id
    left join ref.units as u on u.plan_id = $plan and o.unit_id = u.unit_id
    where list_contains($metrics, o.metric_id)
    order by u.sort_order nulls last, list_position($metrics, o.metric_id)
"""
# What the platform had answered by the period's cut-off, as our own compliance takes the version
# received by then.
_EXPLAINED = """
    with verdicts as (
        select
            f.unit_id, f.ledger, f.row_id, r.decision_key, r.document_no, r.counterparty_name,
            r.first_decision_date as decision_date, r.report_date, r.limit_date, f.is_compliant,
            f.is_judged and f.is_late as is_late, r.place_id, p.cutoff_date
        from marts.publicity_record_periods as f
        join ref.periods as p on f.plan_id = p.plan_id and f.period = p.period
        join marts.publicity_records as r
            on p.place_id = r.place_id and f.record_key = r.record_key
        where f.plan_id = $plan and f.period = $period and f.is_counted
            and ($unit is null or f.unit_id = $unit)
    ),
    answered as (
        select
            v.row_id, bool_or(t.result__norm = '入库') as is_stored,
            arg_max(t.return_reason, t.row_id) filter (where t.result__norm = '退回')
                as return_reason
        from verdicts as v
        join staging.platform_receipt as t
            on v.place_id = t.place_id and v.decision_key = t.decision_key
        where not t.is_replaced and t.reported_at__date <= v.cutoff_date
        group by 1
    ),
    errors as (
        select row_id, string_agg(distinct rule_id, ' ' order by rule_id) as rules
        from quality.violations
        where severity = 'error' and ledger in ('admin_permit', 'admin_penalty')
        group by 1
    ),
    explained as (
        select
            case when v.is_compliant then 'accepted_returned' else 'refused_stored' end as kind,
            v.unit_id, v.ledger, v.row_id, v.document_no, v.counterparty_name, v.decision_date,
            v.report_date, v.limit_date,
            case when v.is_compliant then a.return_reason else e.rules end as detail
        from verdicts as v
        join answered as a on v.row_id = a.row_id
        left join errors as e on v.row_id = e.row_id
        where v.is_compliant <> a.is_stored
        union all
        select
            'late', unit_id, ledger, row_id, document_no, counterparty_name, decision_date,
            report_date, limit_date, null
        from verdicts
        where is_late
        union all
        select
            case
                when f.is_owed and not f.is_reported then 'unreported'
                when not d.has_record then 'platform_only'
                else 'unanswered'
            end,
            f.unit_id,
            case
                when not f.is_reported then 'decision_register'
                when not d.has_record then 'platform_receipt'
                when d.decision_type = '行政处罚' then 'admin_penalty'
                else 'admin_permit'
            end,
            case
                when not f.is_reported then d.register_row_id
                when not d.has_record then t.newest_row_id
                else d.record_row_id
            end,
            d.document_no, d.counterparty_name, d.decision_date, d.report_date, d.limit_date, null
        from marts.decision_periods as f
        join marts.decisions as d on f.place_id = d.place_id and f.decision_key = d.decision_key
        left join marts.receipt_decisions as t
            on f.place_id = t.place_id and f.decision_key = t.decision_key
        left join marts.unstored_decisions as s
            on f.place_id = s.place_id and f.decision_key = s.decision_key
        where f.plan_id = $plan and f.period = $period and ($unit is null or f.unit_id = $unit)
            and f.is_standing
            and (
                (f.is_owed and not f.is_reported)
                or (d.has_receipt and not d.has_record)
                or s.reason = 'unanswered'
            )
    )
    select x.*, coalesce(u.name, x.unit_id) as unit
    from explained as x
    left join ref.units as u on u.plan_id = $plan and x.unit_id = u.unit_id
    order by list_position($kinds, x.kind), u.sort_order nulls last, x.decision_date, x.row_id
"""


def read_official(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """One row per unit and rate that the upper platform has published: metric_id, unit_id, unit,
    own_value, own_hits, own_base, official_value, official_hits, official_base, points, hits_more
    and base_more (own less official; null where we hold no detail), doc_no (the newest notice),
    notice_count."""
    return ask(con, _OFFICIAL, plan=plan, period=period, unit=unit, metrics=[*RATES])


def official_totals(official: pl.DataFrame) -> pl.DataFrame:
    """The same per rate over the units that both sides count (columns of `read_official`, and
    unit_count): sum over sum, never a mean of rates."""
    both = official.filter(pl.col("own_base").is_not_null())
    parts = [f"{side}_{part}" for side in _SIDES for part in ("hits", "base")]
    sums = both.group_by("metric_id", maintain_order=True).agg(
        pl.col("unit_id").n_unique().alias("unit_count"), pl.col(*parts).sum()
    )
    rates = [
        (100 * pl.col(f"{side}_hits") / pl.col(f"{side}_base")).alias(f"{side}_value")
        for side in _SIDES
    ]
    order = {metric: number for number, metric in enumerate(RATES)}
    return (
        sums.with_columns(rates)
        .with_columns(
            (pl.col("own_value") - pl.col("official_value")).alias("points"),
            (pl.col("own_hits") - pl.col("official_hits")).alias("hits_more"),
            (pl.col("own_base") - pl.col("official_base")).alias("base_more"),
        )
        .sort(pl.col("metric_id").replace_strict(order, default=9, return_dtype=pl.Int64))
    )


def read_explanations(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """One row per record or decision that can explain why official and own rates differ: kind (a
    key of EXPLANATIONS), unit_id, unit, ledger, row_id, document_no, counterparty_name,
    decision_date, report_date, limit_date, detail (why the platform returned it, else our rules),
    file_name, sheet_name, row_number."""
    sql = with_place(_EXPLAINED)
    found = ask(con, sql, plan=plan, period=period, unit=unit, kinds=[*EXPLANATIONS])
    return found.drop("sort_order")
