"""Registers of decisions, spot checks, and the answers of the platform above."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from . import days
from .layouts import RECEIPT, REGISTER, Layout, build_sheet
from .model import COMPANY, PENALTY, PERMIT, TYPE_NAMES, Decision, Fault, OutFile, Row
from .story import LAST_DAY, YEAR, Story

FROM_SYSTEM = {"U05", "U06"}
# Units whose register is a sheet of their ledger workbook; the others send a file of its own.
IN_WORKBOOK = {"U02", "U04", "U09", "U13"}
AS_CSV = {"U06", "U08"}
# Decided and never reported: unit, ledger, day, where it stands.
UNREPORTED = (
    ("U13", PENALTY, date(2022, 5, 18), "register"),
    ("U07", PERMIT, date(2022, 6, 15), "register"),
    ("U04", PERMIT, date(2022, 5, 25), "spot"),
    ("U14", PERMIT, date(2022, 8, 17), "website"),
)
EXEMPT = (
    ("U04", PENALTY, date(2022, 4, 20), "《中华人民共和国行政处罚法》第五十一条，简易程序"),
    ("U04", PENALTY, date(2022, 8, 11), "《中华人民共和国行政处罚法》第五十一条，简易程序"),
    ("U05", PENALTY, date(2022, 10, 19), "涉及国家秘密，依保密规定不公开"),
    # without its basis the exemption does not hold: the decision counts as owed
    ("U13", PENALTY, date(2022, 9, 21), None),
)
REVOKED_UNREPORTED = ("U07", PERMIT, date(2022, 11, 16))
# What reconciliation finds, each the first fitting decision of a unit and month: reported and not
# registered, reported and never answered by the platform, registered under a name of its own.
UNREGISTERED, UNANSWERED, MISNAMED = ("U14", 6), ("U04", 7), ("U02", 6)


def add_registers(story: Story) -> None:
    """Monthly registers, two spot checks from above and one website comparison."""
    make = story.world.decision
    unreported = [(make(u, k, day), where) for u, k, day, where in UNREPORTED]
    exempt = [(make(u, k, day), basis) for u, k, day, basis in EXEMPT]
    dropped = make(*REVOKED_UNREPORTED)
    unregistered, misnamed = _first(story, *UNREGISTERED), _first(story, *MISNAMED)
    for month in range(1, 13):
        for short in ("U02", "U04", "U05", "U06", "U07", "U08", "U09", "U13", "U14"):
            rows = [
                register_row(d, "执法系统" if short in FROM_SYSTEM else "部门自报")
                for d in story.decided
                if d.unit == story.units[short]
                and d.decided.month == month
                and d.document_no not in story.old_layout
                and d is not unregistered
            ]
            for row in rows:
                if row.decision is misnamed:
                    row.values["counterparty_name"] = other_name(misnamed.party.name)
            unit = story.units[short]
            for decision, where in unreported:
                if where == "register" and _belongs(decision, unit.unit_id, month):
                    rows.append(register_row(decision, "部门自报"))
            for decision, basis in exempt:
                if _belongs(decision, unit.unit_id, month):
                    source = "执法系统" if short in FROM_SYSTEM else "部门自报"
                    rows.append(
                        register_row(
                            decision,
                            source,
                            status="依法不报送",
                            status_date=decision.decided,
                            exemption_basis=basis,
                        )
                    )
            if _belongs(dropped, unit.unit_id, month):
                day = dropped.decided + timedelta(days=2)
                rows.append(register_row(dropped, "部门自报", status="撤销", status_date=day))
            for decision, day in story.revoked:
                if decision.unit == unit and day.month == month:
                    rows.append(register_row(decision, "部门自报", status="撤销", status_date=day))
            if rows:
                _hand_in(story, short, month, rows)
    _spot_check(story, date(2022, 7, 15), 5, 14, [d for d, w in unreported if w == "spot"])
    again = [d for d, w in unreported if w == "register" and d.ledger == PENALTY]
    _spot_check(story, date(2022, 11, 18), 9, 11, again)
    # Decided in August and lawfully not reported: found on the website all the same.
    lawful = [d for d, basis in exempt if basis and d.decided.month == 8]
    on_website = [d for d, w in unreported if w == "website"]
    _website(story, date(2022, 10, 21), [*on_website, *lawful])


def _first(story: Story, short: str, month: int) -> Decision:
    """The first right permit to a company, in time, of the unit and month."""
    right = {id(r.decision) for r in story.all_sent(short, PERMIT) if not r.faults and r.is_first}
    return next(
        d
        for d in story.decided
        if d.unit == story.units[short]
        and d.decided.month == month
        and d.party.category == COMPANY
        and id(d) in right
    )


def other_name(name: str) -> str:
    """A company's name as a register may have it: another form of the same company."""
    return name.replace("有限公司", "有限责任公司")


def _belongs(decision: Decision, unit_id: str, month: int) -> bool:
    return decision.unit.unit_id == unit_id and decision.decided.month == month


def register_row(decision: Decision, source: str, status: str = "有效", **more: Any) -> Row:
    values = {
        "decision_type": TYPE_NAMES[decision.ledger],
        "document_no": decision.document_no,
        "counterparty_name": decision.party.name,
        "uscc": decision.party.uscc,
        "id_no": decision.party.id_no,
        "decision_date": decision.decided,
        "authority_name": decision.unit.name,
        "authority_uscc": decision.unit.uscc,
        "register_source": source,
        "status": status,
        **more,
    }
    return Row(values, decision=decision)


def _hand_in(story: Story, short: str, month: int, rows: list[Row]) -> None:
    tag = f"示例单位{short[1:]}"
    year, next_month = days.month_after(YEAR, month)
    if short == "U07" and month == 3:
        rows[0].values["decision_date"] = f"{YEAR}年{month}月"
        rows[0].faults.append(Fault("G28", "decision_date", "决定日期只写到月"))
    sheet = build_sheet("行政决定登记", REGISTER, rows, Layout(dates="dash"))
    if short in IN_WORKBOOK:
        name = f"{tag}双公示{YEAR}年{month}月.xlsx"
        for file in story.files:
            if file.name == name:
                file.sheets.append(sheet)
                return
    ending = "csv" if short in AS_CSV else "xlsx"
    received = days.on_or_after(date(year, next_month, 7 if short != "U07" else 9))
    story.files.append(
        OutFile(
            f"{tag}决定登记{YEAR}{month:02d}.{ending}",
            received,
            story.units[short].name,
            [sheet],
            encoding="utf-8",
        )
    )


def _drawn(
    story: Story, month: int, count: int, keep: Callable[[Decision], bool]
) -> list[Decision]:
    ready = [d for d in story.decided if d.decided.month == month and keep(d)]
    return sorted(story.rng.sample(ready, count), key=lambda d: d.document_no)


def _spot_check(
    story: Story, received: date, month: int, count: int, found: list[Decision]
) -> None:
    """A list from above: decisions seen on the units' websites, nearly all of them reported."""
    document = f"示信办函〔2022〕{received.month}号"
    drawn = _drawn(story, month, count, lambda d: d.document_no not in story.old_layout)
    rows = [register_row(d, "上级抽查", source_doc_no=document) for d in [*drawn, *found]]
    drawn_as = Layout(title=f"{YEAR}年双公示抽查清单（{month}月）", dates="slash")
    sheet = build_sheet("抽查清单", REGISTER, rows, drawn_as)
    story.files.append(OutFile(f"上级抽查清单_{received:%Y%m}.xlsx", received, "", [sheet]))


def _website(story: Story, received: date, found: list[Decision]) -> None:
    drawn = _drawn(story, 8, 9, lambda d: d.unit.unit_id in ("BC-U04", "BC-U14"))
    rows = [register_row(d, "网站比对", remark="门户网站已公示") for d in [*drawn, *found]]
    sheet = build_sheet("网站比对", REGISTER, rows, Layout())
    office = story.units["U02"].name
    story.files.append(
        OutFile("网站比对_202208.csv", received, office, [sheet], encoding="gb18030")
    )


def add_receipts(story: Story) -> None:
    """The platform's answers, handed down on the eighth, and twice in January 2023."""
    unanswered = _first(story, *UNANSWERED)
    events = sorted(
        (e for e in story.receipts if e.decision is not unanswered),
        key=lambda e: (e.reported, e.decision.document_no),
    )
    cuts = [days.on_or_after(date(2022, month, 8)) for month in range(2, 13)]
    cuts += [date(2023, 1, 9), LAST_DAY]
    for cut in cuts:
        is_last = cut == LAST_DAY
        now = [e for e in events if e.reported.date() < cut or is_last]
        events = [e for e in events if e.reported.date() >= cut and not is_last]
        if not now:
            continue
        rows = [
            receipt_row(e.decision, e.reported, e.reason, brackets=cut.month % 2 == 0) for e in now
        ]
        sheet = build_sheet("回执", RECEIPT, rows, Layout(dates="dash"))
        name = f"平台回执_{cut:%Y%m%d}.{'csv' if cut.month in (3, 9) else 'xlsx'}"
        story.files.append(OutFile(name, cut, "", [sheet], encoding="utf-8-sig"))


def receipt_row(decision: Decision, reported: datetime, reason: str, brackets: bool) -> Row:
    """The platform's answer to one report: stored, or returned for a reason."""
    number = decision.document_no
    if brackets:
        number = number.replace("〔", "[").replace("〕", "]")
    stored = datetime.combine(reported.date() + timedelta(days=1), time(6, 0))
    return Row(
        {
            "decision_type": TYPE_NAMES[decision.ledger],
            "document_no": number,
            "counterparty_name": decision.party.name,
            "uscc": decision.party.uscc,
            "id_no": decision.party.id_no,
            "authority_name": decision.unit.name,
            "authority_uscc": decision.unit.uscc,
            "reported_at": reported,
            "result": "退回" if reason else "入库",
            "stored_at": None if reason else stored,
            "return_reason": reason or None,
        },
        decision=decision,
    )
