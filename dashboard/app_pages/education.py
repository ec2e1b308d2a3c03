"""宣传培训: articles by unit and month, trainings and meetings, models, who answers."""

from __future__ import annotations

from dashboard.components.education import (
    draw_articles,
    draw_contacts,
    draw_honours,
    draw_meetings,
)
from dashboard.components.parts import draw_parts
from dashboard.filters import current_view
from dashboard.wording import period_words

PARTS = {
    "宣传稿件": draw_articles,
    "会议培训": draw_meetings,
    "典型与示范": draw_honours,
    "责任人与联络员": draw_contacts,
}

view = current_view()
draw_parts(view, f"宣传培训 · {period_words(view.label)}", PARTS)
