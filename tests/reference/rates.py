"""The rates of double publicity, per unit and period (semantics: compliance … report rate)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from tests.reference.files import Row
from tests.reference.plan import UNKNOWN_UNIT, Period
from tests.reference.records import Decision, Record, World
from tests.reference.tally import Tally
from tests.reference.text import blank, day, fold, name_key


def in_plan_year(world: World, when: date) -> bool:
    return world.plan.first_day <= when <= world.plan.last_day


def counts_in(period: Period, revoked: date | None) -> bool:
    """Revoked on or before the judging day: on neither side of a rate."""
    return revoked is None or revoked > period.judging


def record_facts(world: World, tally: Tally) -> None:
    """Compliance, timeliness and lateness: by month of the report."""
    for record in world.records:
        if not in_plan_year(world, world.placed(record)):
            continue
        unit = world.plan.unit_of(record.current)
        month, revoked = world.received_month(record), world.revoked(record)
        judged, late = world.is_judged(record), world.is_late(record)
        worked, natural = world.entry_days(record) if judged else (0, 0)
        published = day(record.current["published_at"]) is not None
        for period in world.plan.periods:
            if not period.holds(month) or not counts_in(period, revoked):
                continue
            where = (unit, period.name)
            row = world.version_on(record, period.cutoff).first
            tally.rate("publicity_compliance_rate", *where, hit=world.is_compliant(row))
            tally.rate("publicity_disclosure_rate", *where, hit=published)
            tally.count("publicity_record_count", *where)
            if not judged:
                tally.count("publicity_undetermined_count", *where)
                continue
            tally.rate("publicity_timeliness_rate", *where, hit=not late)
            tally.rate("late_report_rate", *where, hit=late)
            tally.count("late_report_count", *where, number=int(late))
            tally.largest("publicity_entry_workdays", *where, value=worked)
            tally.largest("publicity_entry_natural_days", *where, value=natural)


def first_pass_facts(world: World, tally: Tally) -> None:
    """Per decision, or per counterparty name where a document has several."""
    groups: dict[object, list[Record]] = defaultdict(list)
    names: dict[str, set[str | None]] = defaultdict(set)
    for record in world.records:
        if record.decision:
            names[record.decision].add(record.name)
    for record in world.records:
        if not record.decision:
            groups[id(record)].append(record)
        elif len(names[record.decision]) > 1:
            groups[record.decision, record.name].append(record)
        else:
            groups[record.decision].append(record)
    for key, records in groups.items():
        record = min(records, key=lambda r: (r.chain[0].order, r.current.order))
        if not in_plan_year(world, world.placed(record)):
            continue
        verdict = world.is_compliant(earliest_row(world, key, records))
        unit = world.plan.unit_of(record.current)
        month, revoked = world.received_month(record), world.revoked(record)
        for period in world.plan.periods:
            if period.holds(month) and counts_in(period, revoked):
                tally.rate("publicity_first_pass_rate", unit, period.name, hit=verdict)


def earliest_row(world: World, key: object, records: list[Record]) -> Row:
    """The row ever received first, live or replaced, of a decision (or decision and name)."""
    if isinstance(key, str):
        rows = world.rows_of[key]
    elif isinstance(key, tuple):
        decision, name = key
        rows = [r for r in world.rows_of[decision] if name_key(r["counterparty_name"]) == name]
    else:
        rows = records[0].chain
    return min(rows, key=lambda row: row.order)


def decision_facts(world: World, tally: Tally) -> None:
    """Owed, reported, missed, found, on time: by month of the decision."""
    for decision in world.decisions:
        placed = decision_placed(world, decision)
        if not in_plan_year(world, placed):
            continue
        unit, reported = decision_unit(world, decision), is_reported(decision)
        if is_exempt(decision) and not reported:
            continue
        limit, report = decision_limit(world, decision), decision_report(world, decision)
        revoked = world.decision_revoked(decision)
        sources = {fold(row["register_source"]) for row in decision.register}
        registered, found = sources & {"部门自报", "执法系统"}, sources & {"上级抽查", "网站比对"}
        for period in world.plan.periods:
            over = limit is not None and limit < period.judging
            if not period.holds(placed.replace(day=1)) or not counts_in(period, revoked):
                continue
            if not (reported or over):
                continue
            where = (unit, period.name)
            tally.rate("publicity_report_rate", *where, hit=reported)
            tally.rate("publicity_full_entry_rate", *where, hit=reported)
            if over:
                on_time = report is not None and limit is not None and report <= limit
                tally.rate("publicity_on_time_full_rate", *where, hit=on_time)
            if not reported:
                tally.count("publicity_missed_count", *where, number=bool(registered))
                tally.count("unreported_found_count", *where, number=bool(found))
                tally.count("concealed_report_count", *where, number=is_confirmed(decision))


def is_confirmed(decision: Decision) -> bool:
    """Whether a check that found the decision names the document that says so."""
    return any(
        fold(row["register_source"]) in ("上级抽查", "网站比对") and not blank(row["source_doc_no"])
        for row in decision.register
    )


def first_record(decision: Decision) -> Record | None:
    """Of several counterparties the one received first speaks for the decision."""
    return min(decision.records, key=lambda r: (r.chain[0].order, r.current.order), default=None)


def is_reported(decision: Decision) -> bool:
    return bool(decision.records or decision.receipts)


def is_exempt(decision: Decision) -> bool:
    newest = decision.register[-1] if decision.register else None
    lawful = newest is not None and fold(newest["status"]) == "依法不报送"
    return newest is not None and lawful and not blank(newest["exemption_basis"])


def decision_unit(world: World, decision: Decision) -> str:
    record = first_record(decision)
    if record:
        return world.plan.unit_of(record.current)
    rows = decision.register or decision.receipts
    return world.plan.unit_of(rows[-1]) if rows else UNKNOWN_UNIT


def decision_placed(world: World, decision: Decision) -> date:
    record = first_record(decision)
    rows = ([record.current] if record else []) + decision.register[-1:]
    if found := next(filter(None, (day(row["decision_date"]) for row in rows)), None):
        return found
    chain = record.chain[:1] if record else []
    received = min(row.batch.received for row in chain + decision.register + decision.receipts)
    return decision_report(world, decision) or received


def decision_report(world: World, decision: Decision) -> date | None:
    reports = [world.report_date(record) for record in decision.records]
    reports.append(world.receipt_date(decision.key))
    return min(filter(None, reports), default=None)


def decision_limit(world: World, decision: Decision) -> date | None:
    """By its record, else by the newest register row."""
    record = first_record(decision)
    limit = world.record_limit(record) if record else None
    if limit is None and decision.register:
        limit = world.limit(day(decision.register[-1]["decision_date"]))
    return limit
