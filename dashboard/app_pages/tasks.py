"""任务与目标: targets with their lights, the task tree, overdue and upcoming."""

from __future__ import annotations

from dashboard.components.parts import draw_parts
from dashboard.components.plan_parts import (
    draw_dated_tasks,
    draw_targets,
    draw_task_tree,
)
from dashboard.filters import current_view
from dashboard.wording import period_words

PARTS = {
    "目标": draw_targets,
    "到期与逾期": draw_dated_tasks,
    "任务清单": draw_task_tree,
}

view = current_view()
draw_parts(view, f"任务与目标 · {period_words(view.label)}", PARTS)
