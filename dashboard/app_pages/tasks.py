"""任务与目标: targets with their lights, progress by section, the dated tasks, the plan's text."""

from __future__ import annotations

from dashboard.components.parts import draw_parts
from dashboard.components.plan_parts import (
    draw_progress_part,
    draw_targets,
    draw_timeline_part,
)
from dashboard.components.plan_text import draw_plan_text
from dashboard.filters import current_view
from dashboard.wording import period_words

PARTS = {
    "目标": draw_targets,
    "任务进度": draw_progress_part,
    "时间轴": draw_timeline_part,
    "方案原文对照": draw_plan_text,
}

view = current_view()
draw_parts(view, f"任务与目标 · {period_words(view.label)}", PARTS)
