"""What happened once in the year: rows of particular files that tell a story of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from . import days
from .model import PENALTY, PERMIT, PERSON, Decision, Fault, Row

if TYPE_CHECKING:
    from .story import Story


def happen(story: Story, short: str, ledger: str, month: int, rows: list[Row]) -> list[Row]:
    """Change rows of the unit's file of that month, and return those to append to it."""
    match short, ledger, month:
        case "U02", "admin_permit", 9:
            return [_revoked_row(story)]
        case "U02", "admin_permit", 10:
            return _repeats_of(story.sent[short, ledger, 9], 9, 2, "上月已报且已入库")
        case "U04", "admin_penalty", 6:
            return [_second_party(story, rows)]
        case "U06", "admin_penalty", 2 | 3:
            _shown_for_three_months(rows)
        case "U07", "admin_permit", 6:
            _late_and_wrong(story, rows)
        case "U07", "admin_permit", 8:
            return _repeats_of(story.sent[short, ledger, 7], 7, 3, "上月已报，重复报送")
        case "U07", "admin_permit", 9:
            clean = _clean(rows)
            clean[0].ragged, clean[1].ragged = 1, -2
        case "U07", "admin_permit", 11:
            _clean(rows)[0].values["content"] = "准予项目施工\n（分两期实施）"
        case "U09", "admin_permit", _:
            if month == 6:
                _ids_as_numbers(rows)
            if len(rows) > 3:
                rows[2].hidden = True
        case "U13", "admin_penalty", 8:
            return [_moved_date(story)]
        case "U14", "admin_permit", 9:
            return _exact_repeats(rows, 2)
    return []


def _clean(rows: list[Row]) -> list[Row]:
    return [r for r in rows if not r.faults and r.is_first]


def _decision(row: Row) -> Decision:
    assert row.decision is not None
    return row.decision


def _exact_repeats(rows: list[Row], count: int) -> list[Row]:
    copies = [row.copy() for row in _clean(rows)[:count]]
    for copy in copies:
        copy.faults.append(Fault("G36", "document_no", "与本表前面一行完全相同"))
    return copies


def _repeats_of(sent: list[Row], month: int, count: int, note: str) -> list[Row]:
    """Unchanged rows of an earlier file, whose receipt, if any, has come in since."""
    earlier = [r for r in _clean(sent) if _decision(r).reported.month == month]
    copies = [row.copy() for row in earlier[:count]]
    for copy in copies:
        copy.faults.append(Fault("G37", "document_no", note))
    return copies


def _shown_for_three_months(rows: list[Row]) -> None:
    """A penalty to be shown for the shortest term; nobody takes it down when that is over."""
    row = _clean(rows)[0]
    row.values["publicity_until"] = _decision(row).decided + 90 * days.DAY


def _late_and_wrong(story: Story, rows: list[Row]) -> None:
    """A late row with a blank cell; next month it comes back whole, and still late."""
    late = next(r for r in rows if _decision(r).late and r.is_first)
    late.values["content"] = None
    late.faults.append(Fault("G02", "content", "迟报且许可内容未填"))
    story.corrections.append(story.correction_of(_decision(late), "补正"))


def _moved_date(story: Story) -> Row:
    """A late penalty comes again with a decision date that makes it look punctual."""
    sent = story.all_sent("U13", PENALTY)
    late = next(r for r in sent if _decision(r).late and len(r.faults) == 1 and r.is_first)
    decision = _decision(late)
    moved = decision.reported.date()
    for _ in range(3):
        moved -= days.DAY
        while not days.is_workday(moved):
            moved -= days.DAY
    row = story.first_row(decision)
    row.is_first = False
    row.values |= {"decision_date": moved, "remark": "决定日期更正"}
    row.faults = [
        Fault("T07", "decision_date", "决定日改晚，使迟报变为按期"),
        Fault("G38", "document_no", "同键而决定日期不同"),
    ]
    return row


def _revoked_row(story: Story) -> Row:
    """A permit of May, revoked in September."""
    may = next(r for r in _clean(story.sent["U02", PERMIT, 5]) if _decision(r).decided.month == 5)
    row = story.correction_of(_decision(may), "2022年9月20日撤销")
    row.values["status"] = "2"
    story.revoked.append((_decision(may), date(2022, 9, 20)))
    return row


def _second_party(story: Story, rows: list[Row]) -> Row:
    """One penalty document on a firm and on the person in charge: two records."""
    first = _decision(_clean(rows)[0])
    party = story.world.party(PERSON)
    nothing = dict.fromkeys(("uscc", "reg_no", "org_code", "legal_rep"))
    values = {
        **first.values,
        **nothing,
        "counterparty_name": party.name,
        "counterparty_category": PERSON,
        "id_type": "身份证",
        "id_no": party.id_no,
    }
    return story.first_row(replace(first, party=party, values=values))


def _ids_as_numbers(rows: list[Row]) -> None:
    """Two ids as numbers: a spreadsheet keeps 15 digits and puts zeros after them."""
    people = [r for r in _clean(rows) if r.values.get("id_no")]
    for row in [r for r in people if r.values["id_no"][-1] not in "0X"][:2]:
        row.values["id_no"] = float(row.values["id_no"])
        row.faults.append(Fault("G21", "id_no", "证件号码被存成数值，末三位丢失"))
