"""报送前质检: may these files go up, and what is to be mended where? Nothing is kept of them."""

from __future__ import annotations

from dashboard.components.checking import draw_checked, draw_how, draw_intake
from dashboard.filters import current_plan

view = current_plan()
request = draw_intake(view)
if request.uploads:
    draw_checked(view, request)
else:
    draw_how()
