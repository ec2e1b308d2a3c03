"""对账核查: what registers, receipts, spot checks and the platform above say beside the ledgers."""

from __future__ import annotations

from dashboard.components.official import draw_official
from dashboard.components.parts import choose_part_and_unit, units_of
from dashboard.components.reconcile import draw_discrepancies
from dashboard.components.spot_checks import draw_spot_checks
from dashboard.filters import current_view

PARTS = {
    "四类差异": draw_discrepancies,
    "抽查清单": draw_spot_checks,
    "与上级通报": draw_official,
}

view = current_view()
part, of = choose_part_and_unit(view, "对账核查", PARTS)
PARTS[part](view, units_of(view).get(of or ""))
