"""The year 2022 of plan BC: who decided what, what was sent, what was sent again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from . import codes, days, episodes
from .faults import MAKERS, MENDABLE, WARNINGS
from .habits import (
    ERRORS_PER_MILLE,
    PLANTED,
    RECEIPT_UNITS,
    RECEIVED_DAYS,
    REPLACED,
    USUAL_MISTAKES,
    layout,
)
from .layouts import Layout, build_sheet, columns, missing_column
from .model import PENALTY, PERMIT, Decision, Fault, OutFile, Row, Sheet, Unit
from .place import BC
from .world import World

YEAR = 2022
LAST_DAY = date(2023, 1, 16)
SHEET_NAMES = {PERMIT: "行政许可信息", PENALTY: "行政处罚信息"}


@dataclass(frozen=True)
class ReceiptEvent:
    """The platform's answer to one report of one decision."""

    decision: Decision
    reported: datetime
    reason: str  # empty: stored


class Story:
    """Plays the year month by month and keeps what it did."""

    def __init__(self, seed: int, units: dict[str, Unit]) -> None:
        self.rng = Random(seed)
        self.units = units
        self.world = World(self.rng, units, BC)
        self.files: list[OutFile] = []
        self.decided: list[Decision] = []
        self.receipts: list[ReceiptEvent] = []
        self.without_receipt: set[str] = set()
        self.old_layout: set[str] = set()
        self.revoked: list[tuple[Decision, date]] = []
        self.handed_in: set[tuple[str, int]] = set()
        self._pending: list[Decision] = []
        self.corrections: list[Row] = []
        self._error_debt: dict[str, float] = {}
        self._menu_at: dict[tuple[str, str], int] = {}
        self.sent: dict[tuple[str, str, int], list[Row]] = {}

    # -- months ----------------------------------------------------------------

    def play(self) -> None:
        """Twelve months, one tail of the year before, and what came in after the year."""
        self._tail_of_last_year()
        for month in range(1, 13):
            made = self.world.month(YEAR, month)
            self.decided += made
            self._pending += [d for d in made if not self._stays_unseen(d, month)]
            for short in RECEIVED_DAYS:
                self._unit_month(short, month)
        self._supplement()

    def _tail_of_last_year(self) -> None:
        rows = []
        for day in (20, 21, 22, 24, 27, 28, 30, 31):
            decision = self.world.decision("U02", PERMIT, date(2021, 12, day))
            decision = replace(
                decision, reported=datetime(2022, 1, 4 if day > 26 else 2, 9, 30), late=False
            )
            if day < 27:
                decision.reported = datetime(2021, 12, 29, 15, 10)
            self.without_receipt.add(decision.document_no)
            rows.append(self.first_row(decision))
        sheet = self._sheet("U02", PERMIT, replace(layout("U02", PERMIT, 1), title=""), rows)
        self._add("2021年12月许可补录.xlsx", date(2022, 1, 10), "U02", [sheet])

    def _stays_unseen(self, decision: Decision, month: int) -> bool:
        """Receipts alone know of two decisions of U02: no ledger ever carries them."""
        if decision.unit.unit_id == "BC-U02" and month in (6, 10):
            same = [d for d in self.decided if d.unit == decision.unit and d.decided.month == month]
            if decision is same[3]:
                self.receipts.append(ReceiptEvent(decision, decision.reported, ""))
                return True
        return False

    def _received_on(self, short: str, month: int) -> date | None:
        day = RECEIVED_DAYS[short][month - 1]
        year, next_month = days.month_after(YEAR, month)
        return days.on_or_after(date(year, next_month, day)) if day else None

    def _take(self, short: str, ledger: str, until: date) -> list[Decision]:
        """Decisions of the unit that have gone up by then and were not sent yet."""
        unit = self.units[short]

        def ready(d: Decision) -> bool:
            return d.unit == unit and d.ledger == ledger and d.reported.date() <= until

        taken = [d for d in self._pending if ready(d)]
        self._pending = [d for d in self._pending if not ready(d)]
        return taken

    def _unit_month(self, short: str, month: int) -> None:
        received = self._received_on(short, month)
        if received is None:
            return
        sheets = {}
        for ledger in (PERMIT, PENALTY):
            drawn = layout(short, ledger, month)
            taken = self._take(short, ledger, received)
            if short == "U08" and drawn.old:
                rows = [self._old_row(d) for d in taken]
            else:
                rows = [self.first_row(d, self._is_timed(short, drawn)) for d in taken]
                self._spoil(short, ledger, month, rows, drawn)
                self._answer(short, rows)
            rows += self._due_corrections(short, ledger, received)
            rows += episodes.happen(self, short, ledger, month, rows)
            if rows:
                self.sent[short, ledger, month] = rows
                self.handed_in.add((short, month))
                sheets[ledger] = self._sheet(short, ledger, drawn, rows)
        self._pack(short, month, received, sheets)

    # -- rows ------------------------------------------------------------------

    def _is_timed(self, short: str, drawn: Layout) -> bool:
        return short in RECEIPT_UNITS or "reported_at" in drawn.extensions

    def first_row(self, decision: Decision, timed: bool = True) -> Row:
        """The row as it should be; late ones carry T01 where anything tells the report time."""
        values = dict(decision.values)
        earliest = datetime.combine(decision.decided, decision.reported.time())
        values["reported_at"] = decision.reported
        values["entered_at"] = max(earliest, decision.reported - timedelta(days=1))
        values["stored_at"] = values["published_at"] = decision.reported + timedelta(hours=20)
        row = Row(values, decision=decision)
        if decision.late and timed:
            row.faults.append(Fault("T01", "decision_date", f"{decision.reported:%Y-%m-%d} 上报"))
        return row

    def _old_row(self, decision: Decision) -> Row:
        self.old_layout.add(decision.document_no)
        self.without_receipt.add(decision.document_no)
        row = self.first_row(decision)
        row.values |= {
            "project_name": row.values["document_name"],
            "status": "0",
            "place_code": codes.REGION,
            "updated_at": row.values["stored_at"],
        }
        return row

    def _spoil(self, short: str, ledger: str, month: int, rows: list[Row], drawn: Layout) -> None:
        """Put the unit's mistakes into rows that are otherwise right and on time."""
        planted = PLANTED.get((short, ledger, month), ())
        for name in planted:
            if self._spoil_one(name, rows, drawn) is None:
                raise LookupError(f"{short} {ledger} {month}: no row fits {name}")
        names: list[str] = []
        menu = USUAL_MISTAKES.get((short, ledger), ())
        if menu and (short, month) != REPLACED:
            debt = self._error_debt.get(short, 0.0) + len(rows) * ERRORS_PER_MILLE[short] / 1000
            debt = max(0.0, debt - len(planted))
            for _ in range(int(debt)):
                at = self._menu_at.get((short, ledger), 0)
                self._menu_at[short, ledger] = at + 1
                names.append(menu[at % len(menu)])
            self._error_debt[short] = debt - int(debt)
        for name in names:
            self._spoil_one(name, rows, drawn)

    def _spoil_one(self, name: str, rows: list[Row], drawn: Layout) -> Row | None:
        free = [r for r in rows if r.decision and not r.faults]
        self.rng.shuffle(free)
        for row in free:
            assert row.decision is not None
            faults = MAKERS[name](row, row.decision)
            if faults and all(f.field != drawn.without for f in faults):
                row.faults += faults
                row.spoiled_by = name
                self._plan_correction(name, row)
                return row
        return None

    def _plan_correction(self, name: str, row: Row) -> None:
        """Most mistakes are mended in a later file; a late row stays late."""
        decision = row.decision
        assert decision is not None
        is_replaced = decision.unit.unit_id == f"BC-{REPLACED[0]}" and (
            decision.decided.month == REPLACED[1]
        )
        if name in MENDABLE and not is_replaced and self.rng.random() < 0.7:
            self.corrections.append(self.correction_of(decision))

    def correction_of(self, decision: Decision, remark: str = "更正") -> Row:
        """The right row under the same key as an earlier, wrong one."""
        mended = self.first_row(decision)
        mended.is_first = False
        mended.values["remark"] = remark
        mended.faults.append(Fault("G38", "document_no", "同键更正上一批的行"))
        return mended

    def _due_corrections(self, short: str, ledger: str, received: date) -> list[Row]:
        unit = self.units[short]
        due = [
            r
            for r in self.corrections
            if r.decision
            and r.decision.unit == unit
            and r.decision.ledger == ledger
            # the faulty row itself must have come in an earlier file
            and any(r.decision is s.decision for s in self.all_sent(short, ledger))
        ]
        self.corrections = [r for r in self.corrections if all(r is not d for d in due)]
        for row in due:
            if short in RECEIPT_UNITS and row.decision:
                again = datetime.combine(received - timedelta(days=1), row.decision.reported.time())
                self.receipts.append(ReceiptEvent(row.decision, again, ""))
        return due

    def all_sent(self, short: str, ledger: str) -> list[Row]:
        return [
            r for (s, k, _), rows in self.sent.items() if (s, k) == (short, ledger) for r in rows
        ]

    def _answer(self, short: str, rows: list[Row]) -> None:
        """The platform stores right rows and returns wrong ones."""
        if short not in RECEIPT_UNITS:
            return
        for row in rows:
            assert row.decision is not None
            wrong = [f for f in row.faults if f.rule != "T01" and row.spoiled_by not in WARNINGS]
            reason = f"{wrong[0].note}，校验未通过" if wrong else ""
            self.receipts.append(ReceiptEvent(row.decision, row.decision.reported, reason))

    # -- files -----------------------------------------------------------------

    def _sheet(
        self, short: str, ledger: str, drawn: Layout, rows: list[Row], name: str = ""
    ) -> Sheet:
        fields = columns(ledger, drawn)
        sheet = build_sheet(name or SHEET_NAMES[ledger], fields, rows, drawn)
        if drawn.without:
            whole = dict(columns(ledger, replace(drawn, without="")))
            sheet.faults.append(missing_column(drawn.without, whole[drawn.without]))
            for row in rows:
                row.faults.append(Fault("G02", drawn.without, "整列缺失"))
        return sheet

    def _add(
        self, name: str, received: date, short: str, sheets: list[Sheet], **options: Any
    ) -> OutFile:
        department = self.units[short].name if short else ""
        file = OutFile(name, received, department, sheets, **options)
        self.files.append(file)
        return file

    def _pack(self, short: str, month: int, received: date, sheets: dict[str, Sheet]) -> None:
        if not sheets:
            return
        tag = f"示例单位{short[1:]}"
        if short == "U07":
            for ledger, sheet in sheets.items():
                kind = "许可" if ledger == PERMIT else "处罚"
                self._add(
                    f"{tag}_{month}月{kind}.csv", received, short, [sheet], encoding="gb18030"
                )
        elif short == "U06":
            self._add(f"{tag}_处罚_{YEAR}{month:02d}.csv", received, short, [*sheets.values()])
        elif short == "U08" and month == 1:
            self._add(f"{tag}许可（旧模板）.xls", received, short, [*sheets.values()])
        else:
            pages = [*sheets.values()]
            if short == "U04" and month in (3, 8):
                note = (
                    "填报说明",
                    [["填报说明"], ["一、本表由业务系统导出。"], ["二、金额以万元计。"]],
                )
                pages.insert(0, Sheet(*note))
            file = self._add(f"{tag}双公示{YEAR}年{month}月.xlsx", received, short, pages)
            if (short, month) == REPLACED:
                self._send_again_whole(file)
            if short == "U08" and month == 9:
                twin = f"{tag}双公示{YEAR}年9月（重发）.xlsx"
                self._add(twin, date(2022, 11, 9), short, [], same_bytes_as=file.path)
            if short == "U04":
                self._corrected_before_cutoff(month, received)

    def _send_again_whole(self, file: OutFile) -> None:
        """The same rows with right codes: the old file is replaced, no key is guessed."""
        rows = []
        for _, row in file.sheets[0].rows:
            assert row.decision is not None
            # a correction of a still earlier file stays one
            again = self.first_row if row.is_first else self.correction_of
            rows.append(again(row.decision))
        short, month = REPLACED
        sheet = self._sheet(short, PERMIT, layout(short, PERMIT, month), rows)
        name = file.name.replace(".xlsx", "（更正后）.xlsx")
        self._add(name, date(2022, 6, 22), short, [sheet], replaces=file.name)

    def _corrected_before_cutoff(self, month: int, received: date) -> None:
        """In even months U04 mends its rows before the 10th: first pass and final rate differ."""
        if month % 2:
            return
        mended_on = days.on_or_after(received + timedelta(days=1))
        for ledger in (PERMIT, PENALTY):
            rows = self._due_corrections("U04", ledger, mended_on)
            if rows:
                drawn = replace(layout("U04", ledger, month), title="")
                kind = "许可" if ledger == PERMIT else "处罚"
                sheet = self._sheet("U04", ledger, drawn, rows, "更正")
                self._add(f"示例单位04_{month}月{kind}更正.xlsx", mended_on, "U04", [sheet])

    def _supplement(self) -> None:
        """What went up after the last regular file comes in a supplement."""
        for short in RECEIVED_DAYS:
            sheets = []
            for ledger in (PERMIT, PENALTY):
                taken = self._take(short, ledger, LAST_DAY)
                drawn = replace(layout(short, ledger, 12), title="")
                rows = [self.first_row(d, self._is_timed(short, drawn)) for d in taken]
                self._answer(short, rows)
                if rows:
                    sheets.append(self._sheet(short, ledger, drawn, rows))
            if sheets:
                self._add(f"示例单位{short[1:]}补报.xlsx", LAST_DAY, short, sheets)
