"""What each unit is like: how it draws its tables, when it sends them, what it gets wrong."""

from __future__ import annotations

from .layouts import Layout
from .model import PENALTY, PERMIT

# Units whose decisions go up through the platform that gives receipts.
RECEIPT_UNITS = {"U02", "U04", "U05", "U08", "U09"}

# Day of the next month on which the ledger comes in; a non-working day moves to the next one.
RECEIVED_DAYS = {
    "U02": (8, 9, 10, 7, 9, 8, 8, 9, 8, 10, 8, 9),
    "U04": (8, 4, 6, 6, 6, 5, 5, 5, 5, 8, 4, 6),
    "U05": (9, 9, 8, 9, 10, 8, 9, 9, 8, 10, 9, 9),
    "U06": (8, 7, 7, 7, 7, 7, 7, 8, 7, 9, 7, 6),
    "U07": (10, 9, 14, 19, 10, 11, 9, 10, 9, 10, 9, 10),
    "U08": (9, 8, 8, 7, 9, 6, 8, 8, 7, 9, 8, 6),
    "U09": (10, 9, 8, 9, 8, 10, 9, 8, 9, 10, 9, 9),
    "U13": (10, 9, 10, 10, 9, 10, 8, 10, 9, 10, 10, 10),
    "U14": (14, 15, 18, 20, 15, 13, 16, 12, 14, 17, 0, 12),  # 0: nothing came at all
}
# Rows with a mistake, per thousand.
ERRORS_PER_MILLE = {
    "U02": 6,
    "U04": 12,
    "U05": 20,
    "U06": 0,
    "U07": 80,
    "U08": 12,
    "U09": 9,
    "U13": 130,
    "U14": 90,
}
USUAL_MISTAKES = {
    ("U02", PERMIT): ("odd_permit_category", "no_content", "wrong_check_digit", "business_as_firm"),
    ("U04", PERMIT): (
        "business_as_firm",
        "wrong_check_digit",
        "wrong_org_code",
        "no_title",
        "business_placeholder",
        "firm_as_business",
    ),
    ("U04", PENALTY): ("fine_in_yuan", "fine_missing", "odd_penalty_category", "business_as_firm"),
    ("U05", PENALTY): ("licence_missing", "too_many_decimals"),
    ("U07", PERMIT): (
        "unknown_category",
        "no_validity",
        "validity_backwards",
        "no_code",
        "bare_other",
    ),
    ("U07", PENALTY): ("penalty_ends_early", "publicity_ends_early", "no_facts"),
    ("U08", PERMIT): ("expired_at_birth", "no_such_day"),
    ("U09", PERMIT): ("wrong_id", "person_without_id"),
    ("U13", PENALTY): (
        "fine_in_yuan",
        "person_without_id",
        "fine_without_category",
        "odd_id_type",
        "fine_missing",
        "business_as_firm",
        "no_basis",
        "negative_confiscation",
    ),
    ("U14", PERMIT): (
        "person_with_rep",
        "firm_placeholder",
        "firm_as_business",
        "no_content",
        "long_term",
        "short_code",
    ),
}
# Mistakes that must stand somewhere whatever the lot says: (unit, ledger, month) → names.
PLANTED = {
    ("U02", PERMIT, 5): ("long_term",),
    ("U02", PERMIT, 9): ("next_year",),
    ("U02", PERMIT, 11): ("validity_backwards",),
    ("U04", PERMIT, 2): ("business_placeholder",),
    ("U04", PERMIT, 6): ("wrong_org_code",),
    ("U04", PENALTY, 7): ("odd_penalty_category",),
    ("U05", PENALTY, 6): ("licence_missing",),
    ("U13", PENALTY, 9): ("too_many_decimals",),
    ("U07", PERMIT, 6): ("reported_early",),
    ("U07", PERMIT, 10): ("no_code", "unreadable_decision_day"),
    ("U07", PENALTY, 12): ("publicity_ends_early",),
    ("U07", PENALTY, 6): ("penalty_ends_early",),
    ("U08", PERMIT, 5): ("no_such_day",),
    ("U08", PERMIT, 11): ("expired_at_birth",),
    ("U09", PERMIT, 7): ("wrong_id",),
    ("U09", PERMIT, 12): ("person_without_id",),
    ("U13", PENALTY, 5): ("reported_early",),
    ("U13", PENALTY, 7): ("fine_without_category",),
    ("U13", PENALTY, 6): ("odd_id_type",),
    ("U13", PENALTY, 10): ("fine_missing", "negative_confiscation"),
    ("U14", PERMIT, 5): ("firm_placeholder", "wrong_check_digit", "short_code"),
    ("U14", PERMIT, 6): ("person_with_rep",),
    ("U14", PERMIT, 10): ("firm_as_business",),
}
# One month's file of wrong codes, sent again whole: the lot stays out of it.
REPLACED = ("U14", 5)


def layout(short: str, ledger: str, month: int) -> Layout:
    """How the unit draws that table in that month."""
    title = f"2022年{month}月{'行政许可' if ledger == PERMIT else '行政处罚'}信息公示台账"
    match short:
        case "U02":
            return Layout(
                ("entered_at", "reported_at", "stored_at"),
                title=title,
                unit_line="示例单位02（政务服务类）",
            )
        case "U04":
            return Layout(
                ("reported_at",),
                title=title,
                leading_blank=True,
                dates="dash",
                filler="/" if month in (5, 6) else None,
                renamed=(("reported_at", "提交时间"),) if month < 7 else (),
                blank_row_after=20 if month in (6, 9) else 0,
            )
        case "U05":
            return Layout(("entered_at", "reported_at"), early=True, dates="excel", serial=True)
        case "U06":
            return Layout(
                ("reported_at", "published_at"),
                renamed=(("document_no", "处罚决定书文号"), ("violation_facts", "主要违法事实")),
                without="valid_to" if month == 7 else "",
            )
        case "U07":
            return Layout(("reported_at",), filler="无" if month > 8 else None, dates="slash")
        case "U08":
            return (
                Layout(old=True, dates="excel") if month == 1 else Layout(dates="dot", title=title)
            )
        case "U09":
            return Layout(("entered_at", "reported_at"), two_rows=True, dates="excel", title=title)
        case "U13":
            return Layout(
                ("reported_at",),
                serial=True,
                unit_line="示例单位13（综合执法类）",
                title=title,
                dates="cn" if month > 6 else "slash",
            )
        case _:
            undetermined = month == 8
            return Layout(() if undetermined else ("reported_at",), early=month < 5, dates="excel")
