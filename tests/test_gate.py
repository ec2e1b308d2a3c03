"""The publish gate stops what is wrong with the warehouse, never what is wrong with the data."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from expectations import gate
from expectations.gate import collect_suites, evaluate, judge
from expectations.report import render_data_docs
from expectations.runner import run_rules
from tests.quality_support import CONTRACTS, Handed, stage
from warehouse.target_figures import FIGURE_COLUMNS

_VALUES = (
    "create schema marts; create table marts.metric_values (metric_id varchar, plan_id varchar, "
    "period varchar, period_kind varchar, scope_type varchar, scope_id varchar, "
    "scope_name varchar, numerator bigint, denominator bigint, value double, unit varchar, "
    "state varchar)"
)
_ROW = (
    "insert into marts.metric_values values "
    "(?, 'BC', '2022-06', 'month', ?, ?, ?, ?, ?, ?, '%', 'review')"
)


def judged_warehouse(*handed: Handed) -> duckdb.DuckDBPyConnection:
    con = stage(*handed)
    run_rules(con, CONTRACTS)
    con.execute(_VALUES)
    for scope, scope_id, hits, judged in (
        ("plan", "BC", 3, 4),
        ("department", "BC-U04", 3, 3),
        ("department", "(未识别单位)", 0, 1),
    ):
        value = 100.0 * hits / judged
        con.execute(_ROW, ["publicity_compliance_rate", scope, scope_id, "", hits, judged, value])
    # An official notice may count more than it says was owed: 6 of 4 reported.
    for scope, scope_id in (("plan", "BC"), ("department", "BC-U04")):
        con.execute(_ROW, ["official_publicity_report_rate", scope, scope_id, "", 6, 4, 150.0])
    con.execute(f"create table marts.target_figures ({FIGURE_COLUMNS})")
    for scope, scope_id, hits, judged in (
        ("plan", "BC", 4, 5),
        ("department", "BC-U04", 1, 2),
        ("department", "BC-U05", 3, 3),
    ):
        con.execute(
            "insert into marts.target_figures values "
            "('BC', 'BC-T017', '1900-01-01', '2022-06', 'month', ?, ?, ?, ?, ?)",
            [scope, scope_id, hits, judged, 100.0 * hits / judged],
        )
    return con


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    """Two batches of permits with errors in the data, and one metric."""
    return judged_warehouse(
        Handed("admin_permit", [{}, {"uscc": "1", "document_no": "2号"}, {}]),
        Handed("admin_permit", [{"document_no": "3号"}]),
    )


def test_errors_in_the_data_do_not_stop_a_publish(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert warehouse.sql("select count(*) from quality.violations").fetchall() != [(0,)]
    result = judge(warehouse)
    assert (result.status, result.failed) == ("passed", [])
    assert result.evaluated == result.expected > 0
    written = warehouse.sql("select count(*), bool_and(success) from meta.gate_results").fetchall()
    assert written == [(result.evaluated, True)]


def test_a_ledger_without_rows_passes() -> None:
    con = stage()
    run_rules(con, CONTRACTS)
    assert judge(con).status == "passed"


def test_rows_of_unknown_units_pass() -> None:
    stranger = {
        "authority_name": "别处", "authority_uscc": "11420000MB15291767",
        "source_unit_name": "别处", "source_unit_uscc": "11420000MB15291767",
    }  # fmt: skip
    con = stage(Handed("admin_permit", [stranger]))
    run_rules(con, CONTRACTS)
    assert judge(con).status == "passed"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            "update quality.rule_results set status = 'errored', error = 'x' where rule_id = 'G05'",
            "规则检查出错",
        ),
        ("delete from quality.rule_results where rule_id = 'G05'", "规则检查出错"),
        ("update quality.rule_results set checked = 0 where rule_id = 'G03'", "规则检查出错"),
        ("delete from quality.violations where rule_id = 'G05'", "问题明细对不上"),
        ("delete from staging.admin_permit where batch_id = 'B000002'", "有行丢失"),
        (
            "insert into staging.admin_permit select * from staging.admin_permit limit 1",
            "主键重复",
        ),
        ("update ref.run set as_of = date '2022-01-01'", "截至日之后"),
        (
            "update marts.metric_values set numerator = 9 where scope_type = 'plan' "
            "and metric_id = 'publicity_compliance_rate'",
            "分子大于分母",
        ),
        (
            "update marts.metric_values set value = 100 where scope_type = 'plan'",
            "不等于分子除以分母",
        ),
        ("delete from marts.metric_values where scope_id = '(未识别单位)'", "合计不等于总数"),
        ("insert into marts.metric_values select * from marts.metric_values", "两个值"),
        (
            "update marts.metric_values set denominator = 0, numerator = 0 "
            "where scope_id = '(未识别单位)'",
            "分母为 0 时应为空",
        ),
        ("insert into marts.target_figures select * from marts.target_figures", "有两个数"),
        ("update marts.target_figures set value = 81 where scope_id = 'BC'", "目标的率不等于"),
        ("delete from marts.target_figures where scope_id = 'BC-U05'", "目标的各单位分母合计"),
    ],
)
def test_a_planted_fault_stops_the_publish(
    warehouse: duckdb.DuckDBPyConnection, fault: str, said: str
) -> None:
    warehouse.execute(fault)
    result = judge(warehouse)
    assert result.status == "failed"
    assert said in " ".join(result.failed)


def test_a_suite_that_evaluates_nothing_fails(warehouse: duckdb.DuckDBPyConnection) -> None:
    suites = [replace(suite, checks=()) for suite in collect_suites(warehouse)[:1]]
    result = evaluate(suites)
    assert result.status == "failed"
    assert result.evaluated == 0


def test_expectations_that_were_skipped_fail_the_gate(
    warehouse: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = gate._run
    monkeypatch.setattr(gate, "_run", lambda suites: run(suites)[1:])
    result = judge(warehouse)
    assert result.status == "failed"
    assert result.evaluated == result.expected - 1
    assert warehouse.sql("select count(*) from meta.gate_results where not success").fetchall() == [
        (1,)
    ]


def test_the_report_refers_to_nothing_outside(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    warehouse.execute("update quality.rule_results set status = 'errored', error = '<b>'")
    judge(warehouse)
    page = render_data_docs(warehouse, tmp_path / "docs").read_text(encoding="utf-8")
    assert "未通过" in page
    assert "<b>" not in page
    assert not re.search(r"https?:|//|<script|<link|<img|@import|url\(", page)
