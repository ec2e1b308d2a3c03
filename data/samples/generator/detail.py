"""The decisions of a place's three sample units, month by month, as those units send them.

A lean sibling of `story`: the same world, mistakes and layouts, no special episodes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from . import days
from .faults import MAKERS, MENDABLE, WARNINGS
from .layouts import RECEIPT, REGISTER, Layout, build_sheet, columns
from .model import (
    COMPANY,
    PENALTY,
    PERMIT,
    PERSON,
    TYPE_NAMES,
    Decision,
    Fault,
    OutFile,
    Row,
    Sheet,
    Unit,
)
from .place import Place
from .registers import other_name, receipt_row, register_row
from .world import World

# What the platform above takes all the same.
HARMLESS = {"T01", "T07", "G37", "G38", "P14"}
SHEET_NAMES = {PERMIT: "行政许可信息", PENALTY: "行政处罚信息"}


@dataclass(frozen=True)
class Sender:
    """How one unit sends: its layout, the day of the next month, its mistakes."""

    layout: Layout = field(default_factory=Layout)
    day: int = 8
    is_csv: bool = False
    errors_per_mille: int = 12
    mistakes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gap: tuple[int, ...] | None = None  # sends each Friday but in these months; None: monthly
    unpublished_every: int = 0  # each so many decisions one has not been published


@dataclass(frozen=True)
class Shape:
    """What is special in a place's detail.

    unreported: decisions of (unit, ledger, day) that never go up; exempt: those that lawfully need
    not. has_receipts: the platform above answers. spot_check: the day on which a list from above
    came, and the months that it looks at. misnamed: units whose register has another form of one
    company's name, in a month.
    """

    senders: Mapping[str, Sender]
    first_month: int = 1
    has_receipts: bool = True
    unreported: tuple[tuple[str, str, date], ...] = ()
    exempt: tuple[tuple[str, str, date], ...] = ()
    spot_check: tuple[date, int, int] | None = None
    misnamed: tuple[tuple[str, int], ...] = ()


class Detail:
    """Plays the year of the sample units; `counts` is what became of each month's decisions."""

    def __init__(self, place: Place, shape: Shape, units: dict[str, Unit], seed: int) -> None:
        self.place, self.shape, self.units = place, shape, units
        self.rng = Random(seed)
        self.world = World(self.rng, units, place)
        self.files: list[OutFile] = []
        self.counts: dict[tuple[str, int, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self._pending: list[Decision] = []
        self._corrections: dict[tuple[str, str], list[Decision]] = defaultdict(list)
        self._sent: set[str] = set()
        self._answers: list[tuple[Decision, str]] = []
        self._returned: set[str] = set()
        self._decided: dict[int, list[Decision]] = {}
        self._special: dict[int, list[Decision]] = {}  # never reported, or lawfully not
        self._debt: dict[tuple[str, str], float] = defaultdict(float)
        self._menu: dict[tuple[str, str], int] = defaultdict(int)

    def play(self) -> None:
        shape, year = self.shape, self.place.year
        for month in range(shape.first_month, 13):
            made = self.world.month(year, month)
            never = [
                self.world.decision(short, ledger, day)
                for short, ledger, day in shape.unreported
                if day.month == month
            ]
            exempt = [
                self.world.decision(short, ledger, day)
                for short, ledger, day in shape.exempt
                if day.month == month
            ]
            self._pending += made
            self._decided[month], self._special[month] = made, [*never, *exempt]
            for d in never:
                self.counts[d.unit.unit_id, month, TYPE_NAMES[d.ledger]][0] += 1
            for short, sender in shape.senders.items():
                registered = self._register(short, month, made, never, exempt)
                for on in self._days(sender, month):
                    self._send(short, sender, month, on, registered)
                    registered = None
            self._receipts(f"{year}{month:02d}", self._after(month, 9), month % 2 == 0)
        self._tail()
        if shape.spot_check is not None:
            self._spot_check(*shape.spot_check)

    def _days(self, sender: Sender, month: int) -> list[date]:
        """The days on which a unit sends what is about the month."""
        if sender.gap is not None and month not in sender.gap:
            first = date(self.place.year, month, 1)
            fridays = [first + timedelta(days=k) for k in range(31)]
            return [days.on_or_after(d) for d in fridays if d.month == month and d.weekday() == 4]
        return [self._after(month, sender.day)]

    def _after(self, month: int, day: int) -> date:
        """That day of the next month, or the working day after it."""
        year, after = days.month_after(self.place.year, month)
        return days.on_or_after(date(year, after, day))

    # -- what goes up -----------------------------------------------------------

    def _send(
        self, short: str, sender: Sender, month: int, on: date, register: Sheet | None
    ) -> None:
        sheets = []
        for ledger in (PERMIT, PENALTY):
            rows = self._rows(short, sender, ledger, month, on)
            if rows:
                sheets.append(
                    build_sheet(
                        SHEET_NAMES[ledger],
                        columns(ledger, sender.layout),
                        rows,
                        sender.layout,
                    )
                )
        is_weekly = sender.gap is not None and month not in sender.gap
        tag = f"{on:%Y%m%d}" if is_weekly else f"{self.place.year}{month:02d}"
        label = f"{self.place.plan_id}示例单位{short[1:]}_{tag}_"
        if sender.is_csv:
            if register is not None:
                self._add(f"{label}决定登记.csv", on, short, [register], "gb18030")
            for sheet in sheets:
                self._add(f"{label}{sheet.name}.csv", on, short, [sheet], "gb18030")
            return
        if register is not None:
            sheets.append(register)
        if sheets:
            self._add(f"{label}双公示.xlsx", on, short, sheets)

    def _add(
        self, name: str, on: date, short: str, sheets: list[Sheet], encoding: str = "utf-8-sig"
    ) -> None:
        department = self.units[short].name if short else ""
        self.files.append(OutFile(name, on, department, sheets, encoding=encoding))

    def _rows(self, short: str, sender: Sender, ledger: str, month: int, on: date) -> list[Row]:
        unit = self.units[short]
        ready = [
            d
            for d in self._pending
            if d.unit == unit and d.ledger == ledger and d.reported.date() <= on
        ]
        taken = {id(d) for d in ready}
        self._pending = [d for d in self._pending if id(d) not in taken]
        rows = [self._row(d, sender) for d in ready]
        self._spoil(short, sender, ledger, rows)
        for row in rows:
            self._count(row)
        mended = self._corrections.pop((short, ledger), [])
        for decision in mended:
            row = self._row(decision, sender)
            row.is_first = False
            row.values["remark"] = "更正"
            row.faults.append(Fault("G38", "document_no", "同键更正上一批的行"))
            rows.append(row)
            self._answers.append((decision, ""))
        self._plan_corrections(short, ledger, rows)
        return rows

    def _row(self, decision: Decision, sender: Sender) -> Row:
        values = dict(decision.values)
        earliest = datetime.combine(decision.decided, decision.reported.time())
        values["reported_at"] = decision.reported
        values["entered_at"] = max(earliest, decision.reported - timedelta(days=1))
        values["stored_at"] = decision.reported + timedelta(hours=20)
        number = int(decision.document_no.rpartition("〕")[2].rstrip("号"))
        on_person = decision.ledger == PENALTY and decision.party.category == PERSON
        # penalties on persons are not published, but for a slip now and then
        every = 4 if on_person else sender.unpublished_every
        is_published = not every or (number % every == 0) == on_person
        values["published_at"] = values["stored_at"] if is_published else None
        row = Row(values, decision=decision)
        if on_person and is_published and "published_at" in sender.layout.extensions:
            row.faults.append(Fault("P14", "counterparty_category", "对自然人的处罚公示了"))
        if decision.late:
            row.faults.append(Fault("T01", "decision_date", f"{decision.reported:%Y-%m-%d} 上报"))
        return row

    def _spoil(self, short: str, sender: Sender, ledger: str, rows: list[Row]) -> None:
        menu = sender.mistakes.get(ledger, ())
        if not menu:
            return
        key = (short, ledger)
        self._debt[key] += len(rows) * sender.errors_per_mille / 1000
        while self._debt[key] >= 1:
            self._debt[key] -= 1
            name = menu[self._menu[key] % len(menu)]
            self._menu[key] += 1
            free = [r for r in rows if r.decision and not r.faults]
            self.rng.shuffle(free)
            for row in free:
                assert row.decision is not None
                faults = MAKERS[name](row, row.decision)
                if faults:
                    row.faults += faults
                    row.spoiled_by = name
                    break

    def _plan_corrections(self, short: str, ledger: str, rows: list[Row]) -> None:
        for row in rows:
            if row.spoiled_by in MENDABLE and row.decision and self.rng.random() < 0.6:
                self._corrections[short, ledger].append(row.decision)

    def _count(self, row: Row) -> None:
        decision = row.decision
        assert decision is not None
        wrong = [f for f in row.faults if f.rule not in HARMLESS]
        wrong = [] if row.spoiled_by in WARNINGS else wrong
        up = decision.reported
        month = up.month if up.year == self.place.year else 12
        told = self.counts[decision.unit.unit_id, month, TYPE_NAMES[decision.ledger]]
        told[0] += 1
        told[1] += 1
        told[2] += not wrong
        told[3] += decision.late
        self._answers.append((decision, f"{wrong[0].note}，校验未通过" if wrong else ""))

    # -- what stands beside it ---------------------------------------------------

    def _register(
        self,
        short: str,
        month: int,
        made: list[Decision],
        never: list[Decision],
        exempt: list[Decision],
    ) -> Sheet | None:
        unit = self.units[short]
        rows = [register_row(d, "部门自报") for d in [*made, *never] if d.unit == unit]
        if (short, month) in self.shape.misnamed:
            row = next(r for r in rows if r.decision and r.decision.party.category == COMPANY)
            row.values["counterparty_name"] = other_name(row.values["counterparty_name"])
        rows += [
            register_row(
                d,
                "部门自报",
                status="依法不报送",
                status_date=d.decided,
                exemption_basis="《中华人民共和国行政处罚法》第五十一条，简易程序",
            )
            for d in exempt
            if d.unit == unit
        ]
        return build_sheet("行政决定登记", REGISTER, rows, Layout(dates="dash")) if rows else None

    def _receipts(self, tag: str, on: date, brackets: bool) -> None:
        rows = [
            receipt_row(d, self._reported(d, reason), reason, brackets=brackets)
            for d, reason in self._answers
        ]
        for d, reason in self._answers:
            (self._returned.add if reason else self._returned.discard)(d.document_no)
        self._answers = []
        if rows and self.shape.has_receipts:
            sheet = build_sheet("回执", RECEIPT, rows, Layout(dates="dash"))
            self._add(f"{self.place.plan_id}平台回执_{tag}.xlsx", on, "", [sheet])

    def _spot_check(self, received: date, first: int, last: int) -> None:
        """A list from above: each fortieth decision of the months, what the platform returned and
        nobody mended, and what never went up."""
        months = range(first, last + 1)
        made = [d for month in months for d in self._decided[month]]
        drawn = {d.document_no: d for d in made[::40]}
        returned = [d for d in made if d.document_no in self._returned][:2]
        special = [d for month in months for d in self._special[month]]
        drawn |= {d.document_no: d for d in [*returned, *special]}
        document = f"示信通抽〔{self.place.year}〕{received.month}号"
        rows = [register_row(d, "上级抽查", source_doc_no=document) for d in drawn.values()]
        layout = Layout(
            title=f"{self.place.year}年双公示抽查清单（{first}—{last}月）", dates="slash"
        )
        sheet = build_sheet("抽查清单", REGISTER, rows, layout)
        self._add(f"{self.place.plan_id}上级抽查清单_{received:%Y%m}.xlsx", received, "", [sheet])

    def _reported(self, decision: Decision, reason: str) -> datetime:
        again = decision.document_no in self._sent
        self._sent.add(decision.document_no)
        if again and not reason:
            return max(decision.reported, datetime.combine(decision.decided, time(16))) + timedelta(
                days=20
            )
        return decision.reported

    def _tail(self) -> None:
        """What went up after the last regular file comes in a supplement, and is answered."""
        on = days.on_or_after(date(self.place.year + 1, 1, 16))
        for short, sender in self.shape.senders.items():
            sheets = []
            for ledger in (PERMIT, PENALTY):
                rows = self._rows(short, sender, ledger, 12, on)
                if rows:
                    fields = columns(ledger, sender.layout)
                    sheets.append(build_sheet(SHEET_NAMES[ledger], fields, rows, sender.layout))
            for sheet in sheets:
                name = f"{self.place.plan_id}示例单位{short[1:]}_补报_{sheet.name}.xlsx"
                self._add(name, on, short, [sheet])
        self._receipts(f"{self.place.year}补报", days.after(on, 2), False)
