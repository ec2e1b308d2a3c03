"""数据溯源: from a document number down to the cells; batches, versions, the gate."""

from __future__ import annotations

from dashboard.components.lineage import draw_batches, draw_gate, draw_search, draw_versions
from dashboard.components.parts import draw_parts
from dashboard.filters import current_view

PARTS = {
    "查一份文书": draw_search,
    "批次": draw_batches,
    "版本": draw_versions,
    "发布核验": draw_gate,
}

view = current_view()
draw_parts(view, "数据溯源", PARTS)
