"""Rows to versions, versions to records, records to decisions (semantics: first two sections)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from tests.reference.files import Batch, Ledger, Row
from tests.reference.plan import Plan
from tests.reference.rules import errors
from tests.reference.text import PLACEHOLDER, code_key, day, document_key, fold, name_key
from tests.reference.workdays import Calendar

PUBLICITY = ("admin_permit", "admin_penalty")


@dataclass
class Version:
    """One content of one record. Its place in time is its first row."""

    first: Row
    replaced: set[int]  # orders of the batches that a later file replaces
    rows: list[Row] = field(default_factory=list)

    @property
    def is_live(self) -> bool:
        return any(row.batch.order not in self.replaced for row in self.rows)


@dataclass
class Record:
    versions: list[Version]
    chain: list[Row]  # rows that tell its first report: its own, and those of its name
    decision: str | None
    name: str | None

    @property
    def live(self) -> list[Version]:
        return [v for v in self.versions if v.is_live]

    @property
    def current(self) -> Row:
        return self.live[-1].first


@dataclass
class Decision:
    key: str | None
    records: list[Record] = field(default_factory=list)
    register: list[Row] = field(default_factory=list)
    receipts: list[Row] = field(default_factory=list)


def decision_key(row: Row) -> str | None:
    authority, document = code_key(row["authority_uscc"]), document_key(row["document_no"])
    return f"{authority}|{document}" if authority and document else None


def counterparty_key(row: Row) -> str | None:
    code = code_key(row["uscc"])
    if code and code != PLACEHOLDER:
        return code
    person = code_key(row["id_no"])
    return f"id {person}" if person else name_key(row["counterparty_name"])


def is_question(row: Row) -> bool:
    """A row of a spot check that says no more than 有效 asks whether a decision was reported."""
    asks = fold(row["register_source"]) in ("上级抽查", "网站比对")
    return asks and (code_key(row["status"]) or "有效") == "有效"


def content(row: Row, ledger: Ledger) -> tuple[str, ...]:
    """What a row says, whatever the width of its characters or the writing of its dates."""
    cells = []
    for name, column in ledger.columns.items():
        when = day(row[name]) if column["type"] in ("date", "datetime") else None
        cells.append(when.isoformat() if when else fold(row[name]))
    return tuple(cells)


class World:
    """What is known on the as-of day about one place."""

    def __init__(
        self, batches: list[Batch], ledgers: dict[str, Ledger], plan: Plan, calendar: Calendar
    ) -> None:
        self.ledgers, self.plan, self.calendar = ledgers, plan, calendar
        known = [b for b in batches if b.received <= plan.as_of]
        self.rows: dict[str, list[Row]] = defaultdict(list)
        for row in sorted((r for b in known for r in b.rows), key=lambda row: row.order):
            self.rows[row.batch.ledger].append(row)
        self.replaced = {
            old.order
            for new in known
            for old in known
            if new.replaces and Path(new.replaces).name == old.file and new.ledger == old.ledger
        }
        self.rows_of: dict[str, list[Row]] = defaultdict(list)
        self.verdicts: dict[Row, set[str]] = {}
        for row in self.of(*PUBLICITY, replaced=True):
            if key := decision_key(row):
                self.rows_of[key].append(row)
        self.records = self._records()
        self.decisions = self._decisions()
        self.reports: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.of("task_status"):
            self.reports[fold(row["task_id"]), plan.unit_of(row)].append(row)

    def of(self, *names: str, replaced: bool = False) -> list[Row]:
        """Rows of some ledgers in order; those of replaced files only if asked for."""
        found = (row for name in names for row in self.rows[name])
        return sorted(
            (row for row in found if replaced or row.batch.order not in self.replaced),
            key=lambda row: row.order,
        )

    def _records(self) -> list[Record]:
        groups: dict[tuple[str, str] | int, list[Row]] = defaultdict(list)
        for row in self.of(*PUBLICITY, replaced=True):
            key, party = decision_key(row), counterparty_key(row)
            groups[(key, party) if key and party else id(row)].append(row)
        records = []
        for group, rows in groups.items():
            versions: dict[tuple[str, ...], Version] = {}
            for row in rows:
                said = content(row, self.ledgers[row.batch.ledger])
                versions.setdefault(said, Version(row, self.replaced)).rows.append(row)
            record = Record(list(versions.values()), rows, None, None)
            if not record.live:
                continue
            record.name = name_key(record.current["counterparty_name"])
            if isinstance(group, tuple):
                record.decision = group[0]
                record.chain = [
                    row
                    for row in self.rows_of[group[0]]
                    if row in rows
                    or (record.name and name_key(row["counterparty_name"]) == record.name)
                ]
            records.append(record)
        return records

    def _decisions(self) -> list[Decision]:
        known: dict[str, Decision] = {}
        lone = [Decision(None, [record]) for record in self.records if not record.decision]
        for record in self.records:
            if record.decision:
                known.setdefault(record.decision, Decision(record.decision)).records.append(record)
        for name in ("decision_register", "platform_receipt"):
            for row in self.of(name):
                if key := decision_key(row):
                    decision = known.setdefault(key, Decision(key))
                    (decision.register if "register" in name else decision.receipts).append(row)
        for decision in known.values():  # who only asks speaks where nobody else does
            decision.register.sort(key=lambda row: not is_question(row))
        self.by_key = known
        return [*known.values(), *lone]

    # -- dates -----------------------------------------------------------------------------

    def receipt_date(self, decision: str | None) -> date | None:
        """The earliest report that the platform answered, by storing it or returning it."""
        receipts = self.by_key[decision].receipts if decision in self.by_key else []
        return min(filter(None, (day(r["reported_at"]) for r in receipts)), default=None)

    def reported(self, row: Row) -> date | None:
        """The day a row went up: its decision's receipt, else its own columns."""
        if told := self.receipt_date(decision_key(row)):
            return told
        times = (day(row[n]) for n in ("reported_at", "entered_at", "stored_at"))
        return next(filter(None, times), None)

    def report_date(self, record: Record) -> date | None:
        """The first report, whatever later versions say."""
        return self.reported(record.chain[0])

    def first_decided(self, record: Record) -> Row | None:
        """The earliest row with a valid decision date: a moved date gains nothing."""
        return next((row for row in record.chain if day(row["decision_date"])), None)

    def limit(self, decided: date | None) -> date | None:
        return decided and self.calendar.limit(decided, *self.plan.limit_on(decided))

    def record_limit(self, record: Record) -> date | None:
        row = self.first_decided(record)
        return self.limit(day(row["decision_date"])) if row else None

    def is_judged(self, record: Record) -> bool:
        row = self.first_decided(record)
        if row is None or self.record_limit(record) is None or self.report_date(record) is None:
            return False
        decided = day(row["decision_date"])
        return decided is not None and decided <= row.batch.received

    def is_late(self, record: Record) -> bool:
        report, limit = self.report_date(record), self.record_limit(record)
        return report is not None and limit is not None and report > limit

    def placed(self, record: Record) -> date:
        """The day that says which plan year the record is in."""
        return day(record.current["decision_date"]) or record.chain[0].batch.received

    def received_month(self, record: Record) -> date:
        """The month of its report, drawn to the plan year, by its first day."""
        told = self.report_date(record) or record.chain[0].batch.received
        return self.plan.clamp(told).replace(day=1)

    def entry_days(self, record: Record) -> tuple[int, int]:
        """(working, natural) days of a judged record from the day after the decision to its first
        report; a report on a day off counts as one on the next working day."""
        row, report = self.first_decided(record), self.report_date(record)
        decided = day(row["decision_date"]) if row else None
        assert decided, "only judged records are asked"
        assert report, "only judged records are asked"
        natural = max((report - decided).days, 0)
        between = (decided + timedelta(n) for n in range(1, natural))
        worked = sum(self.calendar.is_workday(when) for when in between)
        return worked + (natural > 0), natural

    # -- revoked ---------------------------------------------------------------------------

    def register_revoked(self, decision: Decision) -> date | None:
        newest = decision.register[-1] if decision.register else None
        if newest is None or fold(newest["status"]) != "撤销":
            return None
        return day(newest["status_date"]) or newest.batch.received

    def permit_revoked(self, record: Record) -> date | None:
        def says_so(row: Row) -> bool:
            if row.batch.standard == "2016":
                return fold(row["status"]) == "1"
            return fold(row["status"]) == "2" and "撤销" in (row["remark"] or "")

        if record.current.batch.ledger != "admin_permit" or not says_so(record.current):
            return None
        return next(v.first.batch.received for v in record.versions if says_so(v.first))

    def revoked(self, record: Record) -> date | None:
        """The earlier of what the permit and what the register say."""
        days = [self.permit_revoked(record)]
        if record.decision:
            days.append(self.register_revoked(self.by_key[record.decision]))
        return min(filter(None, days), default=None)

    def decision_revoked(self, decision: Decision) -> date | None:
        """By the register, or by the permits if each of them is revoked."""
        days = [self.register_revoked(decision)]
        permits = [self.permit_revoked(record) for record in decision.records]
        if permits and None not in permits:
            days.append(max(d for d in permits if d))
        return min(filter(None, days), default=None)

    # -- verdicts --------------------------------------------------------------------------

    def errors_of(self, row: Row) -> set[str]:
        if row not in self.verdicts:
            ledger = self.ledgers[row.batch.ledger]
            self.verdicts[row] = errors(row, ledger, self.reported(row))
        return self.verdicts[row]

    def is_compliant(self, row: Row) -> bool:
        return not self.errors_of(row)

    def version_on(self, record: Record, cutoff: date) -> Version:
        """The newest live version received by the cut-off; a later record counts with its first."""
        in_time = [v for v in record.live if v.first.batch.received <= cutoff]
        return in_time[-1] if in_time else record.live[0]

    # -- tasks -----------------------------------------------------------------------------

    def completed(self, task_id: str, unit: str) -> date | None:
        """The day on which a unit finished a task, as its newest report says; None if not done."""
        told = self.reports.get((task_id, unit), [])
        newest = max(
            told, key=lambda r: (day(r["report_date"]) or r.batch.received, r.order), default=None
        )
        is_done = newest is not None and fold(newest["status"]) == "已完成"
        return day(newest["completed_date"]) if newest and is_done else None
