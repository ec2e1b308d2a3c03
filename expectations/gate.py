"""The publish gate: Great Expectations judges whether a built warehouse may be published.

It fails on rules that crashed, expectations that were not evaluated, duplicate keys, broken
identities, totals that do not add up and lost rows; never on errors in the data. DuckDB computes
small frames (`expectations.suites`), Great Expectations judges them in pandas. The library takes
seconds to import: only who judges imports it, and may begin beforehand (`fetch_library`).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import polars as pl

from expectations.rules import load_rules
from expectations.suites.closed import closed_suite
from expectations.suites.figures import figure_suites
from expectations.suites.model import SUBJECT, Check, Suite
from expectations.suites.records import batch_suite, table_suite
from expectations.suites.rule_results import rule_suite

_SHOWN = 5
_RESULTS_SCHEMA = {
    "suite": pl.Utf8,
    "expectation": pl.Utf8,
    "subject": pl.Utf8,
    "success": pl.Boolean,
    "detail": pl.Utf8,
}


@dataclass(frozen=True)
class Evaluation:
    """One evaluated expectation: of which suite, about what, and how it ended (Chinese)."""

    suite: str
    expectation: str
    subject: str
    success: bool
    detail: str


@dataclass(frozen=True)
class GateResult:
    """The verdict. `failed` says in Chinese what stopped it; `expected` expectations were to be
    evaluated, `evaluated` were."""

    status: Literal["passed", "failed"]
    failed: list[str]
    evaluated: int
    expected: int
    evaluations: tuple[Evaluation, ...] = ()


def fetch_library() -> threading.Thread:
    """Begin to import Great Expectations, while DuckDB builds what is to be judged.

    Join the thread before `judge`, so that no two threads import at once. What DuckDB and polars
    look at (pandas) came with this module; the rest is the library's own.
    """
    thread = threading.Thread(target=_library, name="gate-library")
    thread.start()
    return thread


def judge(con: duckdb.DuckDBPyConnection) -> GateResult:
    """Judge the warehouse on `con` and write `meta.gate_results`."""
    suites = collect_suites(con)
    result = evaluate(suites)
    _write(con, result)
    return result


def collect_suites(con: duckdb.DuckDBPyConnection) -> list[Suite]:
    """The suites for what is there. Ledgers without rows have nothing to judge, which is fine."""
    return [
        rule_suite(con, load_rules()),
        batch_suite(con),
        table_suite(con),
        *figure_suites(con),
        closed_suite(con),
    ]


def evaluate(suites: Sequence[Suite]) -> GateResult:
    """Judge the suites; what was not evaluated counts as failed."""
    expected = sum(suite.expected for suite in suites)
    judged = [suite for suite in suites if suite.expected]
    evaluations = _run(judged) if judged else []
    failed = [f"{e.detail}（{e.subject}）" for e in evaluations if not e.success]
    for suite in suites:
        done = sum(e.suite == suite.name for e in evaluations)
        if not suite.frame.empty and (done == 0 or done < suite.expected):
            failed.append(f"核验项没有全部执行（{suite.name}：应 {suite.expected}，实 {done}）")
    return GateResult(
        status="failed" if failed else "passed",
        failed=failed,
        evaluated=len(evaluations),
        expected=expected,
        evaluations=tuple(evaluations),
    )


def _library() -> Any:
    # Before the import: the library reads it then, and sends nothing anywhere.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations

    return great_expectations


def _run(suites: Sequence[Suite]) -> list[Evaluation]:
    gx = _library()
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from expectations.suites import custom

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    # One definition for all suites: each one more has the library write its whole configuration.
    frames = (
        context.data_sources.add_pandas("warehouse")
        .add_dataframe_asset("suites")
        .add_batch_definition_whole_dataframe("frame")
    )
    evaluations = []
    for suite in suites:
        batch = frames.get_batch({"dataframe": suite.frame})
        # Given at once: added one by one, each is compared with all before it.
        asked = gx.ExpectationSuite(
            name=suite.name,
            expectations=[
                _expectation(check, custom, gx.expectations)(
                    **check.arguments, meta={"number": number}
                )
                for number, check in enumerate(suite.checks)
            ],
        )
        verdict = batch.validate(
            asked,
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": [SUBJECT],
            },
        )
        for outcome in verdict.results:
            check = suite.checks[_number_of(outcome)]
            evaluations.append(_evaluation(suite, check, outcome))
    return evaluations


def _expectation(check: Check, *modules: Any) -> Any:
    """The class of a check: our own, else the library's."""
    return next(
        getattr(module, check.expectation)
        for module in modules
        if hasattr(module, check.expectation)
    )


def _number_of(outcome: Any) -> int:
    """Which check of its suite an outcome belongs to (the library may answer in another order)."""
    return int(outcome.expectation_config.meta["number"])


def _evaluation(suite: Suite, check: Check, outcome: Any) -> Evaluation:
    subject = check.arguments.get(SUBJECT) or check.arguments.get("column") or suite.name
    detail = check.meaning
    if not outcome.success:
        rows = outcome.result.get("unexpected_index_list") or []
        named = [str(row[SUBJECT]) for row in rows[:_SHOWN] if isinstance(row, dict)]
        if named:
            more = f" 等 {len(rows)} 项" if len(rows) > _SHOWN else ""
            subject = "、".join(named) + more
        observed = outcome.result.get("observed_value")
        if observed:
            detail += f"：{observed}"
    return Evaluation(suite.name, check.expectation, subject, bool(outcome.success), detail)


def _write(con: duckdb.DuckDBPyConnection, result: GateResult) -> None:
    rows = [(e.suite, e.expectation, e.subject, e.success, e.detail) for e in result.evaluations]
    # What was never evaluated has no evaluation to show, and must be seen all the same.
    seen = {f"{e.detail}（{e.subject}）" for e in result.evaluations if not e.success}
    rows += [("gate", "count", "", False, text) for text in result.failed if text not in seen]
    con.execute("create schema if not exists meta")
    con.register("evaluations", pl.DataFrame(rows, schema=_RESULTS_SCHEMA, orient="row"))
    con.execute("create or replace table meta.gate_results as select * from evaluations")
    con.unregister("evaluations")
