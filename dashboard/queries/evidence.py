"""What stands behind a figure or a target: the facts judged, each with the row that shows it."""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl

from dashboard.queries.statements import fetch
from warehouse.bindings import OBLIGATIONS
from warehouse.metrics import load_metrics
from warehouse.target_figures import (
    Measurement,
    asked_frame,
    filters_of,
    measure_target,
    takes,
)
from warehouse.targets import span_of

OFFICIAL = "official_"
_UNIT = "coalesce(u.name, f.unit_id) as unit"
_PLACE = "left join meta.batches as b on floor(f.row_id / 1000000000) = b.sequence"
_FILE = "b.file_name, f.row_id"

# How a fact of a mart is shown: select list and joins; the facts are `f`, their unit `u`.
_SHOWN = {
    "marts.publicity_record_periods": (
        f"""w.ledger, {_UNIT}, w.document_no, w.counterparty_name,
        f.first_decision_date as decision_date, f.report_date, f.limit_date, f.row_id""",
        "join marts.publicity_rows as w on f.row_id = w.row_id and f.ledger = w.ledger",
    ),
    "marts.publicity_first_pass_periods": (
        f"""w.ledger, {_UNIT}, w.document_no, w.counterparty_name, w.decision_date,
        w.received_date, f.row_id""",
        "join marts.publicity_rows as w on f.row_id = w.row_id and f.ledger = w.ledger",
    ),
    "marts.decision_periods": (
        f"""d.decision_type, {_UNIT}, d.document_no, d.counterparty_name, d.decision_date,
        d.report_date, d.limit_date""",
        """join marts.decisions as d
            on f.place_id = d.place_id and f.decision_key = d.decision_key""",
    ),
    "marts.obligation_periods": (
        f"""d.title as duty, {_UNIT}, f.period_covered, f.due_date, f.answered_date,
        o.answered_ledger as ledger, o.answered_row_id as row_id""",
        """join ref.duties as d on f.plan_id = d.plan_id and f.duty_id = d.duty_id
        join marts.obligations as o
            on f.plan_id = o.plan_id and f.duty_id = o.duty_id and f.unit_id = o.unit_id
            and f.period_covered = o.period_covered""",
    ),
    "marts.task_periods": (
        f"k.title as task, {_UNIT}, f.deadline, f.is_done",
        "join ref.tasks as k on f.plan_id = k.plan_id and f.task_id = k.task_id",
    ),
    "marts.routine_periods": (
        f"k.title as task, {_UNIT}, f.state",
        "join ref.tasks as k on f.plan_id = k.plan_id and f.task_id = k.task_id",
    ),
    "marts.task_completion_periods": (
        f"""'task_status' as ledger, k.title as task, {_UNIT}, f.deadline, f.completed_date,
        c.status_row_id as row_id""",
        """join ref.tasks as k on f.plan_id = k.plan_id and f.leaf_id = k.task_id
        join marts.task_completions as c
            on f.plan_id = c.plan_id and f.task_id = c.task_id and f.leaf_id = c.leaf_id
            and f.unit_id = c.unit_id""",
    ),
    "marts.index_periods": (
        """'city_index' as ledger, f.city_name, f.index_period, f.rank, f.score, f.published_date,
        f.row_id""",
        "",
    ),
    "marts.assessment_periods": (
        """'external_assessment' as ledger, f.title, f.assessed_period, f.rank, f.field_size,
        f.published_date, f.row_id""",
        "",
    ),
    "marts.deliverable_periods": (
        f"""'deliverable' as ledger, {_UNIT}, d.title as product, f.kind, d.doc_no, f.event_date,
        f.level, f.amount, d.evidence, {_FILE}""",
        f"join marts.deliverables as d on f.row_id = d.row_id {_PLACE}",
    ),
    "marts.meeting_periods": (
        f"""'meeting_training' as ledger, {_UNIT}, d.title as product, f.kind, f.event_date,
        f.level, f.topic, f.attendee_count, {_FILE}""",
        f"join marts.meetings as d on f.row_id = d.row_id {_PLACE}",
    ),
    "marts.article_periods": (
        f"""'publicity_article' as ledger, {_UNIT}, d.title as product, f.article_kind, f.media,
        f.event_date, f.field, f.node, f.is_repeat, {_FILE}""",
        f"join marts.articles as d on f.row_id = d.row_id {_PLACE}",
    ),
    "marts.honour_periods": (
        f"""'honour' as ledger, {_UNIT}, d.holder_name, f.kind, f.level, d.doc_no, f.event_date,
        f.status, {_FILE}""",
        f"join marts.honours as d on f.row_id = d.row_id {_PLACE}",
    ),
    "marts.declaration_periods": (
        f"""'declaration' as ledger, {_UNIT}, f.period_covered, f.value as declared_value,
        f.numerator, f.denominator, f.basis, f.declared_date, d.evidence, {_FILE}""",
        f"join marts.declarations as d on f.row_id = d.row_id {_PLACE}",
    ),
    "marts.official_periods": (
        f"""'official_feedback' as ledger, {_UNIT}, f.doc_no, f.period_named, f.decision_type,
        f.owed_count, f.reported_count, f.stored_count, f.late_count, {_FILE}""",
        _PLACE,
    ),
    "marts.governance_periods": (
        f"""'governance_case' as ledger, {_UNIT}, d.subject_name as holder_name, f.domain,
        f.contact_state, d.listed_date, f.exclusion_reason, f.exited_date, {_FILE}""",
        f"join marts.governance_cases as d on f.row_id = d.row_id {_PLACE}",
    ),
    "marts.governance_operating_periods": (
        f"""'governance_case' as ledger, {_UNIT}, d.subject_name as holder_name, f.domain,
        d.listed_date, d.interviewed_date, d.committed_date, {_FILE}""",
        f"join marts.governance_cases as d on f.row_id = d.row_id {_PLACE}",
    ),
    "marts.gov_default_periods": (
        f"""'gov_default_case' as ledger, {_UNIT}, f.case_kind, d.case_no, d.agency_name,
        f.opened_date, f.settled_date, f.owed_amount, f.paid_amount, {_FILE}""",
        f"join marts.gov_default_cases as d on f.row_id = d.row_id {_PLACE}",
    ),
    "marts.gov_arrears_periods": (
        f"""'gov_default_case' as ledger, {_UNIT}, d.case_no, d.agency_name, f.owed_amount,
        f.paid_amount, {_FILE}""",
        f"join marts.gov_default_cases as d on f.row_id = d.row_id {_PLACE}",
    ),
    "marts.commitment_periods": (
        f"""'commitment' as ledger, {_UNIT}, d.promiser_name as holder_name, f.commitment_type,
        d.matter, f.event_date, d.due_date, d.uploaded_date, d.published_date, f.fulfilment_state,
        d.recorded_date, {_FILE}""",
        f"join marts.commitments as d on f.row_id = d.row_id {_PLACE}",
    ),
    # One row per unit; the row opened is its newest commitment to the public.
    "marts.unit_commitment_periods": (
        f"""'commitment' as ledger, {_UNIT}, h.row_id""",
        """left join (
            select place_id, unit_id, max(row_id) as row_id
            from marts.commitments
            where commitment_type = '政务承诺'
            group by 1, 2
        ) as h on f.place_id = h.place_id and f.unit_id = h.unit_id""",
    ),
    # One row per unit; the row opened is the newest of those who hold a role in it.
    "marts.contact_periods": (
        f"""'contact' as ledger, {_UNIT}, h.roles, h.row_id""",
        """join ref.periods as p on f.plan_id = p.plan_id and f.period = p.period
        left join lateral (
            select
                string_agg(distinct c.role, '、' order by c.role) as roles,
                max(c.row_id) as row_id
            from marts.contacts as c
            where c.place_id = f.place_id and c.unit_id = f.unit_id
                and c.valid_from <= p.known_date
                and (c.valid_to is null or c.valid_to >= p.known_date)
        ) as h on true""",
    ),
}  # fmt: skip


def read_facts(
    con: duckdb.DuckDBPyConnection,
    metric_id: str,
    plan: str,
    period: str,
    unit: str | None = None,
    limit: int | None = None,
) -> pl.DataFrame:
    """The facts behind one figure, from the metric's own definition: what was judged, with is_hit
    (in the numerator), first those that the definition opens first (`records`, else those not
    counted), the largest first where the worst one decides; at most `limit`. A metric whose ledger
    is not there yet has none. Raises KeyError for an unknown metric.
    """
    metric = load_metrics()[metric_id]
    if not metric.facts:
        return pl.DataFrame()
    # Conditions come from the product's own metric definitions; values are bound.
    judged = f"({metric.judged_facts})"
    if metric.family == "count":
        judged += f" and ({metric.hit})"
    values: dict[str, Any] = {"plan": plan, "period": period, "unit": unit}
    if metric.per_duty:
        judged += (
            " and duty_id in (select duty_id from ref.duties"
            " where plan_id = $plan and metric_id = $metric)"
        )
        values["metric"] = metric_id
    source = f"{metric.facts} where plan_id = $plan and period = $period and {judged}"
    measured = metric.of if metric.family == "worst" else "null"
    order = (metric.hit, measured, metric.records or f"not ({metric.hit})")
    return _shown(con, metric.facts, source, order, values, limit)


def read_evidence(
    con: duckdb.DuckDBPyConnection,
    plan: str,
    period: str,
    target: str,
    unit: str | None = None,
    limit: int | None = None,
) -> pl.DataFrame:
    """The facts that a target in force took for its figure in a period (of one unit, if given; at
    most `limit`): is_hit, then columns by the kind of facts, with row_id and ledger where a row
    shows them. Empty where a ledger is missing, nothing came, or the target is not in force in the
    period."""
    asked = fetch(con, "target_asked", plan=plan, period=period, target=target).to_dicts()
    if not asked:
        return pl.DataFrame()
    row = asked[0]
    parameters = read_parameters(con, plan, target)
    measurement = measure_target(row, parameters)
    if measurement.missing or not measurement.mart:
        return pl.DataFrame()
    span = span_of(row, {"period_start": row["period_start"]}, row)
    if not measurement.is_own:
        metric_id = row["metric_id"]
        official = f"{OFFICIAL}{metric_id}" if row["is_official"] else metric_id
        return read_facts(con, official, plan, span, unit, limit)
    con.register("asked", asked_frame(measurement.mart, [filters_of(row, parameters, measurement)]))
    try:
        source = (
            f"{measurement.mart} join asked on {takes(measurement.mart)}"
            f" where period = $period and ({measurement.judged})"
        )
        values = {"period": span, "unit": unit}
        hit = _hit_of(measurement)
        return _shown(con, measurement.mart, source, (hit, "null", f"not ({hit})"), values, limit)
    finally:
        con.unregister("asked")


def _hit_of(measurement: Measurement) -> str:
    """Which of the judged facts count, as SQL: as the metric has it for facts of its own."""
    if measurement.metric.facts == measurement.mart:
        return measurement.metric.hit
    return "is_on_time" if measurement.mart == OBLIGATIONS else "true"


def read_parameters(
    con: duckdb.DuckDBPyConnection, plan: str, target: str
) -> dict[str, tuple[str, ...]]:
    """Which values of which columns a target asks for: name -> allowed values."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in fetch(con, "target_parameters", plan=plan, target=target).rows():
        found[name] = (*found.get(name, ()), value)
    return found


def _shown(
    con: duckdb.DuckDBPyConnection,
    mart: str,
    source: str,
    order: tuple[str, str, str],
    values: dict[str, Any],
    limit: int | None,
) -> pl.DataFrame:
    """The facts of a source as `_SHOWN` has them. `order`: whether a fact counts, by what it is
    measured, and whether it is among those to open first. The limit is taken before the joins: a
    page need not wait for a year of facts."""
    columns, joins = _SHOWN[mart]
    is_hit, measured, is_first = order
    first = ""
    if limit is not None:
        first = "order by is_first desc, is_hit, measured desc nulls last limit $limit"
    sql = f"""
        with judged as (
            select *, coalesce({is_hit}, false) as is_hit, {measured} as measured,
                coalesce({is_first}, true) as is_first
            from {source} and ($unit is null or unit_id = $unit)
            {first}
        )
        select f.is_hit, {columns}
        from judged as f
        {joins}
        left join ref.units as u on f.plan_id = u.plan_id and f.unit_id = u.unit_id
        order by f.is_first desc, f.is_hit, f.measured desc nulls last, 3, 4
    """  # noqa: S608  the parts are the product's own definitions, values are bound
    if limit is not None:
        values = values | {"limit": limit}
    facts: pl.DataFrame = con.sql(sql, params=values).pl()
    return facts
