"""Suites over the scores of units: keys, bounds, ranks, and points that add up to the score.

Scores of closed plans were judged when they were frozen: they are left to suite `closed`.
"""

from __future__ import annotations

import duckdb

from expectations.suites.closed import closed_plans
from expectations.suites.model import Check, Suite, all_zero, equal, not_above, unique

_SCORES = """
    with points as (
        select
            plan_id, period, unit_id,
            sum(points) as points,
            sum(weight) filter (where state = 'applied') as weight
        from marts.unit_score_parts
        group by all
    )
    select
        s.plan_id || ' ' || s.period || ' ' || s.unit_id as subject,
        s.score,
        round(coalesce(s.score, -1), 6) as shown_score,
        round(coalesce(100 * p.points / nullif(p.weight, 0), -1), 6) as expected_score,
        s.rank::double as rank,
        s.ranked_units::double as ranked_units,
        ((s.rank is null) = (s.not_ranked_reason = ''))::int as wrong_reasons
    from marts.unit_scores as s
    left join points as p
        on s.plan_id = p.plan_id and s.period = p.period and s.unit_id = p.unit_id
    where (s.plan_id in ({closed})) is not true
"""
_PARTS = """
    select
        plan_id || ' ' || period || ' ' || unit_id || ' ' || part_id as subject,
        points,
        weight,
        ((state = 'applied') <> (points is not null))::int as wrong_states
    from marts.unit_score_parts
    where (plan_id in ({closed})) is not true
"""


def score_suites(con: duckdb.DuckDBPyConnection) -> list[Suite]:
    """The suites of `unit_scores` and `unit_score_parts`."""
    closed = closed_plans(con)
    return [
        Suite(
            "unit_scores",
            con.sql(_SCORES.replace("{closed}", closed)).df(),
            (
                unique("subject", "同一单位、期次有两个得分"),
                _between("score", 0, 100, "得分不在 0 到 100 之间"),
                equal("shown_score", "expected_score", "得分不等于各部分得分之和除以可计权重"),
                not_above("rank", "ranked_units", "位次大于参与排名的单位数"),
                all_zero("wrong_reasons", "有位次却写了不排名的原因，或没有位次也没写原因"),
            ),
        ),
        Suite(
            "unit_score_parts",
            con.sql(_PARTS.replace("{closed}", closed)).df(),
            (
                unique("subject", "同一单位、期次的一个部分有两行"),
                not_above("points", "weight", "一个部分的得分高于它的权重"),
                all_zero("wrong_states", "计入的部分没有得分，或未计入的部分有得分"),
            ),
        ),
    ]


def _between(column: str, low: float, high: float, meaning: str) -> Check:
    arguments = {"column": column, "min_value": low, "max_value": high}
    return Check("ExpectColumnValuesToBeBetween", meaning, arguments)
