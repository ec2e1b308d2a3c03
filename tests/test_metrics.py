"""Convention tests: every metric definition and every binding of every plan holds together."""

import duckdb
import pytest

from warehouse.contracts import load_contracts
from warehouse.metrics import PROGRESS_MARTS, load_families, load_metrics
from warehouse.models import describe_models, load_models
from warehouse.plans import load_plans
from warehouse.targets import missing_ledgers

MODELS = {m.relation for layer in ("marts", "progress") for m in load_models(layer)}
TARGETS = [(plan, target) for plan in load_plans().values() for target in plan.targets]


@pytest.mark.parametrize("metric", load_metrics().values(), ids=lambda m: m.id)
def test_a_metric_reads_a_mart_and_explains_itself(metric):
    assert metric.is_waiting or metric.facts in MODELS
    assert metric.family in load_families()
    assert metric.formula
    assert metric.source
    if metric.is_rate:
        assert metric.unit == "%"
        assert metric.hit != "true", "a rate of everything is always 100 %"
    if metric.family == "worst":
        assert metric.of != "null"


@pytest.mark.parametrize("layer", ["staging", "marts", "progress"])
def test_every_model_is_described_and_every_description_has_a_model(layer):
    described = describe_models()
    for model in load_models(layer):
        assert described[model.name]["grain"], model.name


def test_no_description_without_a_model():
    names = {m.name for layer in ("staging", "marts", "progress") for m in load_models(layer)}
    assert set(describe_models()) == names


@pytest.mark.parametrize(("plan", "target"), TARGETS, ids=lambda x: getattr(x, "id", ""))
def test_a_target_is_measured_or_says_what_is_missing(plan, target):
    """Its ledgers are here and its metric is defined with its unit, or `missing` names a ledger."""
    measure = plan.binding(target["target_id"])["measure"]
    if missing_ledgers(measure) or target["legal_status"] != "in_force":
        return
    metric = load_metrics()[target["metric_id"]]
    assert metric.mart not in PROGRESS_MARTS, "targets are computed before the progress marts"
    if target["comparator"] not in {"by_day_of_month", "by_weekday"}:
        assert metric.unit == target["unit"]
    kind, _, what = measure.partition(":")
    if kind == "ledger":
        assert set(what.split("+")) <= load_contracts().keys()
    if kind == "duty":
        duty = next(d for d in plan.duties if d["duty_id"] == what)
        assert duty["metric_id"] == target["metric_id"]
        assert metric.per_duty


def test_families_divide_by_null_not_by_zero():
    con = duckdb.connect()
    facts = "(values (1, 1, 1, date '2022-01-01')) as f (numerator, denominator, value, day)"
    for name, family in load_families().items():
        fill = {"in": "false", "hit": "true", "of": "day", "at": "day"}
        if name == "sum":
            fill["of"] = "value"
        if family:
            value = con.execute(f"select {family['value'].format(**fill)} from {facts}").fetchone()
            assert value in {(None,), (0,)}, name
