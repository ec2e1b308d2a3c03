"""The models are described; the families of metrics compute what they say."""

import duckdb
import pytest

from warehouse.metrics import load_families
from warehouse.models import describe_models, load_models


@pytest.mark.parametrize("layer", ["staging", "marts", "progress"])
def test_every_model_is_described_and_every_description_has_a_model(layer):
    described = describe_models()
    for model in load_models(layer):
        assert described[model.name]["grain"], model.name


def test_no_description_without_a_model():
    names = {m.name for layer in ("staging", "marts", "progress") for m in load_models(layer)}
    assert set(describe_models()) == names


def test_families_divide_by_null_not_by_zero():
    con = duckdb.connect()
    facts = "(values (1, 1, 1, date '2022-01-01')) as f (numerator, denominator, value, day)"
    for name, family in load_families().items():
        fill = {"in": "false", "hit": "true", "of": "day", "at": "day", "over": "denominator"}
        if name in {"sum", "ratio"}:
            fill["of"] = "value"
        if family:
            value = con.execute(f"select {family['value'].format(**fill)} from {facts}").fetchone()
            assert value in {(None,), (0,)}, name
