"""Which targets are steps towards one goal: missing one puts the next one behind."""

from __future__ import annotations

import pytest

from warehouse.measured import Asked
from warehouse.target_figures import measure_target

PROVINCIAL = {"level": ("省",)}


def goal(metric: str, measure: str, task: str, **parameters: tuple[str, ...]) -> tuple[str, ...]:
    target = {"metric_id": metric, "comparator": ">=", "measure": measure, "task_id": task}
    return Asked(target, parameters, measure_target(target, parameters)).goal


@pytest.mark.parametrize(
    ("metric", "measure"),
    [
        ("governance_exit_rate", "ledger:governance_case"),  # 80 % in one clause, 100 % in the next
        ("realtime_share_rate", "declaration"),  # one declared figure of the plan
        ("publicity_report_rate", "ledger:decision_register+admin_permit+admin_penalty"),
        ("field_visit_count", "ledger:meeting_training"),  # whatever clause a visit names
    ],
)
def test_one_figure_for_all_clauses_has_its_steps_in_any_of_them(metric: str, measure: str) -> None:
    assert goal(metric, measure, "X-1") == goal(metric, measure, "X-2")


@pytest.mark.parametrize(
    ("metric", "measure"),
    [
        ("task_on_time_completion", "ledger:task_status"),
        ("deliverable_issued", "deliverable"),
        ("training_session_count", "ledger:meeting_training"),
    ],
)
def test_what_is_done_for_a_clause_is_no_step_of_another_clause(metric: str, measure: str) -> None:
    assert goal(metric, measure, "X-1") != goal(metric, measure, "X-2")
    assert goal(metric, measure, "X-1") == goal(metric, measure, "X-1")


def test_facts_chosen_by_their_columns_are_of_no_clause() -> None:
    measure = "ledger:meeting_training"
    first = goal("training_session_count", measure, "X-1", **PROVINCIAL)
    assert first == goal("training_session_count", measure, "X-2", **PROVINCIAL)
    assert first != goal("training_session_count", measure, "X-2", level=("市",))
