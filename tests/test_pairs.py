"""Views that pair a mart's rows with periods: the gate looks only at pairs that can be twice."""

from __future__ import annotations

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from expectations.suites.records import table_suite
from warehouse.models import describe_models, load_models

PAIRS = {
    model.name: (model, str(base))
    for layer in ("marts", "progress")
    for model in load_models(layer)
    if (base := describe_models()[model.name].get("pairs"))
}


@pytest.mark.parametrize("name", PAIRS)
def test_such_a_view_does_nothing_else_to_the_rows(name: str) -> None:
    """One join, on the plan: what is no pair of a row and a period would escape the gate."""
    model, base = PAIRS[name]
    parsed = sqlglot.parse_one(model.sql, dialect="duckdb")
    assert model.is_view
    assert model.reads == {f"marts.{base}", "ref.periods"}
    assert len(list(parsed.find_all(exp.Table))) == 2 + len(list(parsed.find_all(exp.CTE)))
    [join] = parsed.find_all(exp.Join)
    on = join.args["on"].sql()
    assert any(f"{alias}.plan_id = p.plan_id" in on for alias in "dfv")
    assert not list(parsed.find_all(exp.Union, exp.Unnest, exp.Group))


def _frame(rows: str) -> list[tuple[object, ...]]:
    """What the gate sees of decision_periods, over these decisions and two periods of a plan."""
    con = duckdb.connect()
    con.execute("create schema ref; create schema marts; create schema staging")
    con.execute("create table ref.periods (plan_id varchar, period varchar)")
    con.execute("insert into ref.periods values ('BC', '2022-06'), ('BC', '2022')")
    con.execute(
        "create table marts.decisions as select * from (values "
        f"{rows}) as v (place_id, plan_id, decision_key)"
    )
    con.execute(
        "create view marts.decision_periods as select p.plan_id, p.period, d.decision_key "
        "from marts.decisions as d join ref.periods as p on d.plan_id = p.plan_id"
    )
    frame = table_suite(con).frame.set_index("subject")
    return [tuple(frame.loc[f"marts.{name}"]) for name in ("decisions", "decision_periods")]


def test_rows_that_stand_once_need_not_be_paired_to_be_sure() -> None:
    # Two decisions by two periods are four pairs; none of them can be twice, so none is counted.
    once = "('BC', 'BC', 'a'), ('BC', 'BC', 'b'), ('XX', null, 'a')"
    assert _frame(once) == [(3, 3, 0), (0, 0, 0)]


def test_a_key_that_two_rows_share_is_counted_in_each_period() -> None:
    # Of two places, so that the mart's own key is whole: a in both periods, each twice.
    twice = "('BC', 'BC', 'a'), ('YY', 'BC', 'a'), ('BC', 'BC', 'b')"
    assert _frame(twice) == [(3, 3, 0), (4, 2, 0)]


def test_a_key_that_is_missing_is_seen() -> None:
    # The decision's own null, and its two pairs.
    assert _frame("('BC', 'BC', null), ('BC', 'BC', 'b')") == [(2, 2, 1), (2, 2, 2)]
