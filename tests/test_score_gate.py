"""The publish gate over scores: it passes what the product computes and stops planted faults."""

from __future__ import annotations

import duckdb
import pytest

from expectations.gate import evaluate
from expectations.suites.scores import score_suites
from tests.test_assessment import FULL, put, write_plan
from warehouse.assessment import compute_scores


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    write_plan(found)
    put(found, "U1", FULL, records=20)
    put(found, "U2", {**FULL, "publicity_compliance_rate": (1, 3)}, records=20)
    put(found, "U5", {"publicity_ledger_submission_day": (1, 2)})
    compute_scores(found)
    return found


def test_computed_scores_pass(con: duckdb.DuckDBPyConnection) -> None:
    result = evaluate(score_suites(con))
    assert (result.status, result.failed) == ("passed", [])
    assert result.evaluated == result.expected == 8


def test_no_scores_are_nothing_to_judge() -> None:
    con = duckdb.connect()
    write_plan(con)
    con.execute("delete from ref.assessment_parts")
    compute_scores(con)
    assert evaluate(score_suites(con)).status == "passed"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("insert into marts.unit_scores select * from marts.unit_scores", "两个得分"),
        ("update marts.unit_scores set score = 100.5 where unit_id = 'U1'", "0 到 100"),
        ("update marts.unit_scores set score = 99 where unit_id = 'U1'", "不等于各部分"),
        ("update marts.unit_scores set score = null where unit_id = 'U1'", "不等于各部分"),
        ("update marts.unit_scores set rank = 3 where unit_id = 'U2'", "位次大于"),
        ("update marts.unit_scores set not_ranked_reason = ''", "没写原因"),
        ("insert into marts.unit_score_parts select * from marts.unit_score_parts", "有两行"),
        ("update marts.unit_score_parts set points = 26 where part_id = 'report'", "高于它的权重"),
        (
            "update marts.unit_score_parts set points = 1 where state <> 'applied'",
            "未计入的部分有得分",
        ),
    ],
)
def test_a_planted_fault_is_stopped(con: duckdb.DuckDBPyConnection, fault: str, said: str) -> None:
    con.execute(fault)
    result = evaluate(score_suites(con))
    assert result.status == "failed"
    assert said in " ".join(result.failed)
