"""Convention tests: every metric definition and every binding of the five plans holds together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from dashboard.terms import older_words_in
from dashboard.wording import UNITS
from etl.build import Sources, create_batches, create_raw
from expectations.rules import load_rules
from expectations.runner import run_rules
from tools import coverage_docs
from warehouse.bindings import check_binding, facts_of, parse_parameters
from warehouse.calendar import load_calendar
from warehouse.codes import load_codes
from warehouse.contracts import load_contracts
from warehouse.home import Home
from warehouse.ledgers import LEDGER_IDS
from warehouse.metrics import Metric, compute_metrics, load_metrics
from warehouse.models import load_models, run_models
from warehouse.plans import Plan, Row, load_plans
from warehouse.reference import load_reference
from warehouse.targets import compute_targets

ROOT = Path(__file__).resolve().parent.parent
METRICS = list(load_metrics().values())
TARGETS = [(plan, target) for plan in load_plans().values() for target in plan.targets]
AS_OF = date(2023, 1, 31)  # after the last cut-off of the five plans: every target is judged

by_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
by_target = pytest.mark.parametrize(
    ("plan", "target"), TARGETS, ids=[target["target_id"] for _, target in TARGETS]
)


def used_elsewhere() -> str:
    """What the pages and the parts of the score name."""
    files = [p for p in (ROOT / "dashboard").rglob("*") if p.suffix in {".py", ".sql"}]
    files += (ROOT / "warehouse" / "plans").rglob("assessment.csv")
    return "\n".join(path.read_text("utf-8") for path in files)


# Definitions


@by_metric
def test_a_metric_explains_itself(metric: Metric) -> None:
    assert metric.title
    assert metric.formula
    assert metric.source
    assert metric.ledgers or metric.mart == "marts.obligation_periods", "a duty names its own"
    assert set(metric.ledgers) <= LEDGER_IDS
    assert metric.unit == "%" or metric.unit in UNITS


@by_metric
def test_a_family_goes_with_its_unit(metric: Metric) -> None:
    if metric.is_rate:
        assert metric.unit == "%"
        assert metric.family == "ratio" or metric.hit != "true", "a rate of everything is 100 %"
    assert (metric.family == "latest_date") == (metric.unit == "date")


@by_metric
def test_a_metric_waits_exactly_for_a_ledger_that_is_not_here(metric: Metric) -> None:
    assert metric.is_waiting == bool(set(metric.ledgers) - load_contracts().keys())


def test_no_two_metrics_have_one_title() -> None:
    titles = Counter(metric.title for metric in METRICS)
    assert [title for title, count in titles.items() if count > 1] == []


# Figures that no page draws yet, and why they are computed.
ASKED_FOR = {
    "task_year_progress_rate": "beside the completion rate: the whole year's progress",
    "routine_normal_rate": "beside the completion rate: the routine tasks",
    "task_upcoming_count": "`citycredit metrics`: what falls due within 30 days",
}


def test_every_metric_is_used() -> None:
    """By a target, a page, a part of the score, or as the official figure beside one of these."""
    asked = {target["metric_id"] for _, target in TARGETS} | ASKED_FOR.keys()
    named = set(re.findall(r"[a-z_]+", used_elsewhere()))
    used = {m.id for m in METRICS if m.id.removeprefix("official_") in asked | named}
    assert load_metrics().keys() - used == set()


def test_every_metric_of_a_target_is_defined() -> None:
    assert {target["metric_id"] for _, target in TARGETS} - load_metrics().keys() == set()


# Bindings


@by_target
def test_a_binding_can_be_measured(plan: Plan, target: Row) -> None:
    binding = plan.binding(target["target_id"])
    assert check_binding(target, binding) is None
    metric, measure = load_metrics()[target["metric_id"]], binding["measure"]
    kind, _, what = measure.partition(":")
    match kind:
        case "ledger":
            named = set(what.split("+"))
            assert named <= LEDGER_IDS
            # Of what waits each target names its own; what is measured reads the same everywhere.
            assert metric.is_waiting or named == set(metric.ledgers)
            missing = named - load_contracts().keys()
            assert bool(missing) == metric.is_waiting
        case "duty":
            duty = next(d for d in plan.duties if d["duty_id"] == what)
            assert metric.per_duty
            in_same_clause = duty["task_id"] == target["task_id"]
            assert in_same_clause or duty["metric_id"] != target["metric_id"]
        case "deliverable" | "declaration":
            assert metric.ledgers == (kind,)


@by_target
def test_a_metric_has_the_unit_of_its_targets(plan: Plan, target: Row) -> None:
    """But hand-in days, which are shares on time, and documents asked for by a day."""
    metric = load_metrics()[target["metric_id"]]
    if target["comparator"] in {"by_day_of_month", "by_weekday"}:
        assert metric.unit == "%"
    elif target["comparator"] == "by_date":
        assert target["unit"] == "date"
    else:
        assert metric.unit == target["unit"]


# Which code list a parameter's values come from.
CODES = {
    ("marts.deliverable_periods", "kind"): "deliverable_type",
    ("marts.meeting_periods", "kind"): "meeting_kind",
    ("marts.honour_periods", "kind"): "honour_kind",
    ("marts.article_periods", "field"): "integrity_field",
    ("marts.article_periods", "node"): "education_node",
}


def parameters() -> Iterator[tuple[str, str, str, str]]:
    """(target, mart, column, value) of every parameter."""
    for plan, target in TARGETS:
        binding = plan.binding(target["target_id"])
        mart = facts_of(load_metrics()[target["metric_id"]], binding["measure"])
        for column, values in parse_parameters(binding["parameters"]).items():
            for value in values:
                yield target["target_id"], mart, column, value


def test_parameters_ask_for_values_that_a_row_may_hold() -> None:
    unknown = [
        f"{target}: {column}={value}"
        for target, mart, column, value in parameters()
        if value not in load_codes()["level" if column == "level" else CODES[mart, column]]
    ]
    assert unknown == []


def test_historical_targets_are_not_measured() -> None:
    """None of them has a figure that anybody could press for."""
    for plan, target in TARGETS:
        if target["legal_status"] == "historical":
            measure = plan.binding(target["target_id"])["measure"]
            assert measure == "declaration" or load_metrics()[target["metric_id"]].is_waiting


# On a warehouse without rows


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The five plans and no batch: every model and figure is there, none has a row of a ledger."""
    plans, contracts = load_plans(), load_contracts()
    home = Home.open(tmp_path_factory.mktemp("empty") / "home", create=True)
    con = duckdb.connect()
    calendar = load_calendar()
    create_batches(con, [])
    load_reference(con, plans, calendar, AS_OF, "test")
    create_raw(con, Sources(home, contracts, plans, calendar), [])
    run_models(con, "staging")
    run_rules(con, list(contracts))
    run_models(con, "marts")
    compute_metrics(con)
    return con


@pytest.fixture(scope="module")
def judged(empty: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The same with every target of every period."""
    compute_targets(empty)
    return empty


MARTS = {model.relation for layer in ("marts", "progress") for model in load_models(layer)}


def test_expressions_read_columns_of_their_mart(judged: duckdb.DuckDBPyConnection) -> None:
    unknown: list[str] = []
    for metric in METRICS:
        if metric.is_waiting:
            assert not metric.facts
            continue
        assert metric.facts in MARTS, metric.id
        columns = set(judged.table(metric.facts).columns)
        words = [metric.judged_facts, metric.hit, metric.of, metric.over, metric.at]
        for text in filter(None, [*words, metric.records]):
            parsed = sqlglot.parse_one(text, dialect="duckdb")
            assert not parsed.find(exp.Select), f"{metric.id}: facts are made in the mart"
            read = {column.name for column in parsed.find_all(exp.Column)}
            unknown += [f"{metric.id}: {name}" for name in read - columns]
    assert unknown == []


def test_every_target_has_one_row_and_no_value(judged: duckdb.DuckDBPyConnection) -> None:
    """At plan scope, in the year: nothing was handed in, so nothing is met and nothing missed.

    What is judged by absence needs a hand-in: `= 0`, `exists` and days are no_data as well. Only
    a duty is judged without: that nothing came by the due day is known.
    """
    rows = judged.sql(
        """
        select v.target_id, v.status, v.light, v.value, v.measured_by
        from marts.target_values as v
        join ref.plans as p on v.plan_id = p.plan_id and v.period = cast(p.year as varchar)
        where v.scope_type = 'plan'
        """
    ).fetchall()
    assert Counter(row[0] for row in rows) == Counter(t["target_id"] for _, t in TARGETS)
    known = {(s, light, value) for _, s, light, value, how in rows if not how.startswith("duty:")}
    assert known == {("no_data", "grey", None), ("historical", None, None)}


def test_missing_names_the_ledgers_that_are_not_here(judged: duckdb.DuckDBPyConnection) -> None:
    rows = judged.sql("select distinct target_id, missing from marts.target_values").fetchall()
    got = {target_id: missing for target_id, missing in rows if missing}
    wanted = {}
    for plan, target in TARGETS:
        kind, _, what = plan.binding(target["target_id"])["measure"].partition(":")
        later = [x for x in what.split("+") if kind == "ledger" and x not in load_contracts()]
        if later:
            wanted[target["target_id"]] = later
    assert got == wanted


def test_no_metric_has_a_value(judged: duckdb.DuckDBPyConnection) -> None:
    """But shares on time and progress, which are judged by what did not come."""
    marts = {"marts.obligation_periods", "marts.task_periods", "marts.routine_periods"}
    by_absence = [metric.id for metric in METRICS if metric.facts in marts]
    found = judged.sql(
        "select distinct metric_id from marts.metric_values where value is not null "
        "and not list_contains($by_absence, metric_id)",
        params={"by_absence": by_absence},
    ).fetchall()
    assert found == []


# Words


@by_metric
def test_a_metric_speaks_present_words(metric: Metric) -> None:
    assert older_words_in(f"{metric.title} {metric.formula} {metric.source}") == []


def test_rules_and_pages_speak_present_words() -> None:
    """The left column of the list of terms stands in quotes only."""
    texts = {rule.id: f"{rule.title} {rule.message} {rule.basis}" for rule in load_rules()}
    for path in sorted((ROOT / "dashboard").rglob("*.py")):
        source = path.read_text("utf-8")
        for number, line in enumerate(source.splitlines(), 1):
            texts[f"{path.relative_to(ROOT)}:{number}"] = line
    assert {
        place: older_words_in(text) for place, text in texts.items() if older_words_in(text)
    } == {}


# docs/coverage.md


def metrics_of_systems() -> set[str]:
    systems = coverage_docs.read_systems()
    return {name for system in systems for name in system["metrics"].split(";")}


def test_coverage_page_is_current() -> None:
    assert coverage_docs.PAGE.read_text("utf-8") == coverage_docs.render(), "run: make docs"


def test_coverage_names_what_there_is() -> None:
    systems = coverage_docs.read_systems()
    assert [s["system_id"] for s in systems] == [f"SYS-{n:02d}" for n in range(1, 48)]
    assert {x for s in systems for x in s["ledgers"].split(";")} <= LEDGER_IDS
    assert metrics_of_systems() <= load_metrics().keys()


def test_every_metric_of_a_target_belongs_to_a_system() -> None:
    assert {target["metric_id"] for _, target in TARGETS} - metrics_of_systems() == set()


def test_coverage_lists_every_task_and_target() -> None:
    page = coverage_docs.render()
    for plan in load_plans().values():
        for row in [*plan.targets, *plan.tasks]:
            assert f"\n| {row.get('target_id') or row['task_id']} | " in page
