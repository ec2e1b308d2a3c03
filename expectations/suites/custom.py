"""Our own expectation. Imports Great Expectations: only the gate imports this module.

A suite that names an expectation class which nobody has imported evaluates nothing and passes;
hence the gate counts what was evaluated.
"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider


class RuleOutcomes(TableMetricProvider):
    """subject -> its row of the rule results, computed once for all expectations of a suite."""

    metric_name = "table.rule_outcomes"

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805 - the library calls it as a class method
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> dict[str, dict[str, Any]]:
        frame, _, _ = execution_engine.get_compute_domain(
            domain_kwargs=metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE
        )
        rows = frame.to_dict("records")
        return {str(row["subject"]): {str(k): v for k, v in row.items()} for row in rows}


class ExpectRuleToHaveRun(BatchExpectation):
    """The rule has a result for every batch of the ledger, crashed on none, and where it judged
    a batch it looked at rows."""

    subject: str
    batches: int

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.rule_outcomes",)
    success_keys: ClassVar[tuple[str, ...]] = ("subject", "batches")
    args_keys: ClassVar[tuple[str, ...]] = ("subject", "batches")

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        outcome = metrics["table.rule_outcomes"].get(self.subject)
        if outcome is None:
            return {"success": False, "result": {"observed_value": "没有结果"}}
        errored = int(outcome["errored"])
        missing = self.batches - int(outcome["batches"])
        idle = int(outcome["judged"]) > 0 and int(outcome["checked"]) == 0
        observed = f"出错 {errored} 批，缺 {missing} 批，检查 {int(outcome['checked'])} 行"
        if outcome["error"]:
            observed += f"；{outcome['error']}"
        success = errored == 0 and missing == 0 and not idle
        return {"success": success, "result": {"observed_value": observed}}
