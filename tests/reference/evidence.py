"""What the office's ledgers show: documents, meetings, honours, articles, declared figures,
official figures, contacts. Of rows that tell the same thing the newest counts; a row with an error
is no evidence."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from tests.reference.files import Row
from tests.reference.office_rules import LEDGERS, office_errors
from tests.reference.plan import Period
from tests.reference.records import World
from tests.reference.tally import Tally
from tests.reference.text import blank, code_key, day, days_of, fold, name_key, number, period

ROLES = ("领导责任人", "执行责任人", "具体操作人")


@dataclass(frozen=True)
class Event:
    """One thing that was done: whose, when, of which kind, for which clause or target."""

    unit: str
    when: date
    task: str
    target: str
    values: dict[str, str]
    key: Hashable
    amount: float = 1


@dataclass(frozen=True)
class Declared:
    unit: str
    metric: str
    target: str
    start: date
    end: date
    order: Hashable
    basis: str
    value: float | None
    numerator: float | None
    denominator: float | None


@cache
def errors_of(world: World) -> dict[Row, set[str]]:
    """Row of the office's ledgers -> the error rules it violates."""
    found: dict[Row, set[str]] = {}
    for ledger in LEDGERS:
        found |= office_errors(world.plan, world.of(ledger, replaced=True))
    return found


def newest(
    world: World, ledger: str, key: Callable[[Row], Hashable], rank: Callable[[Row], object]
) -> list[Row]:
    """The newest row of each key, where it has no error."""
    kept: dict[Hashable, Row] = {}
    for row in world.of(ledger):
        told = kept.get(key(row))
        if told is None or rank(row) > rank(told):  # type: ignore[operator]
            kept[key(row)] = row
    return [row for row in kept.values() if not errors_of(world)[row]]


def cell(row: Row, name: str) -> str:
    return "" if blank(row[name]) else fold(row[name])


def said_on(row: Row, name: str) -> tuple[date, tuple[date, int, int]]:
    return (day(row[name]) or row.batch.received, row.order)


def event(
    world: World, row: Row, when: str, values: Iterable[str], key: Hashable, amount: float = 1
) -> list[Event]:
    told = day(row[when])
    if told is None:
        return []
    task, target = cell(row, "task_id"), cell(row, "target_id")
    columns = {name: cell(row, name) for name in values}
    return [Event(world.plan.unit_of(row), told, task, target, columns, key, amount)]


@cache
def deliverables(world: World) -> list[Event]:
    """One per unit, clause, target and title."""

    def key(row: Row) -> Hashable:
        about = (cell(row, "task_id"), cell(row, "target_id"), name_key(row["title"]))
        return (world.plan.unit_of(row), *about)

    found = []
    for row in newest(world, "deliverable", key, lambda row: row.order):
        amount = number(row["amount"])
        title = name_key(row["title"])
        columns = ("deliverable_type", "level")
        found += event(
            world, row, "completed_date", columns, title, 1 if amount is None else amount
        )
    return found


@cache
def meetings(world: World) -> list[Event]:
    """One per unit, kind, title and day."""

    def key(row: Row) -> Hashable:
        about = (cell(row, "kind"), name_key(row["title"]), day(row["held_date"]))
        return (world.plan.unit_of(row), *about)

    found = []
    for row in newest(world, "meeting_training", key, lambda row: row.order):
        found += event(world, row, "held_date", ("kind", "level"), key(row))
    return found


@cache
def articles(world: World) -> list[Event]:
    """One per kind and text (without blanks and marks; else the title) in the place: the first
    published."""
    first: dict[Hashable, Row] = {}
    for row in sorted(world.of("publicity_article"), key=lambda r: said_on(r, "published_date")):
        text = "".join(c for c in fold(row["content"]) if unicodedata.category(c)[0] not in "PZSC")
        key = (cell(row, "article_kind"), text or name_key(row["title"]))
        if not errors_of(world)[row]:
            first.setdefault(key, row)
    columns = ("article_kind", "field", "node", "media")
    return [e for k, r in first.items() for e in event(world, r, "published_date", columns, k)]


@dataclass(frozen=True)
class Honour:
    unit: str
    holder: str
    values: dict[str, str]
    awarded: date
    reviewed: date | None
    revoked: date | None

    def is_new(self, when: Period) -> bool:
        return when.holds(self.awarded)

    def is_revoked(self, known: date) -> bool:
        return self.revoked is not None and self.revoked <= known


@cache
def honours(world: World) -> list[Honour]:
    """One per kind, level and holder."""

    def holder(row: Row) -> str:
        return code_key(row["uscc"]) or name_key(row["name"]) or ""

    def key(row: Row) -> Hashable:
        return (cell(row, "kind"), cell(row, "level"), holder(row))

    found = []
    for row in newest(world, "honour", key, lambda row: row.order):
        awarded = day(row["awarded_date"])
        if awarded:
            values = {name: cell(row, name) for name in ("kind", "level", "status")}
            days = (day(row["reviewed_date"]), day(row["revoked_date"]))
            found.append(Honour(world.plan.unit_of(row), holder(row), values, awarded, *days))
    return found


@cache
def declared(world: World) -> list[Declared]:
    """One per unit, metric, target and period covered: the one declared last."""

    def key(row: Row) -> Hashable:
        about = (cell(row, "metric_id"), cell(row, "target_id"), period(row["period"]))
        return (world.plan.unit_of(row), *about)

    found = []
    for row in newest(world, "declaration", key, lambda r: said_on(r, "declared_date")):
        label = period(row["period"])
        if label is None or world.plan.period(label) is None:
            continue  # of another year
        numbers = (number(row[name]) for name in ("value", "numerator", "denominator"))
        found.append(
            Declared(
                world.plan.unit_of(row),
                cell(row, "metric_id"),
                cell(row, "target_id"),
                *days_of(label),
                said_on(row, "declared_date"),
                cell(row, "basis"),
                *numbers,
            )
        )
    return found


def held(when: Period, start: date, end: date) -> bool:
    """Whether what covers some days belongs to a period: it ends within it, and begins there too
    unless the period is one from the plan's first month on."""
    return when.holds(end) and (start >= when.start or when.kind == "span")


def declared_in(when: Period, told: Iterable[Declared], roll: str) -> list[Declared]:
    """Of each unit and target: the figure that covers the latest days, or all that are not within
    another one."""
    groups: dict[Hashable, list[Declared]] = {}
    for one in told:
        if held(when, one.start, one.end):
            groups.setdefault((one.unit, one.metric, one.target), []).append(one)
    found = []
    for group in groups.values():
        if roll == "last":
            found.append(max(group, key=lambda d: (d.end, d.order)))
        else:
            found += [d for d in group if not any(within(d, other) for other in group)]
    return found


def within(one: Declared, other: Declared) -> bool:
    """Whether another figure covers all days of one, and more."""
    covers = other.start <= one.start and one.end <= other.end
    return covers and (other.start, other.end) != (one.start, one.end)


def official_facts(world: World, tally: Tally) -> None:
    """Official rates: counts over counts. Both decision types together are the row 合计 where there
    is one; a notice of a longer period takes the place of the months within it."""

    def key(row: Row) -> Hashable:
        return (world.plan.unit_of(row), period(row["period"]), cell(row, "decision_type"))

    rows = newest(world, "official_feedback", key, lambda row: said_on(row, "issued_date"))
    by_unit: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        label = period(row["period"])
        if label and world.plan.period(label):
            by_unit.setdefault(world.plan.unit_of(row), {}).setdefault(label, []).append(row)
    for unit, notices in by_unit.items():
        for when in world.plan.periods:
            labels = [label for label in notices if held(when, *days_of(label))]
            for label in labels:
                others = (days_of(other) for other in labels if other != label)
                start, end = days_of(label)
                if any(s <= start and end <= e for s, e in others):
                    continue
                totals = [r for r in notices[label] if cell(r, "decision_type") == "合计"]
                for row in totals or notices[label]:
                    official_rates(tally, unit, when.name, row)


def official_rates(tally: Tally, unit: str, name: str, row: Row) -> None:
    owed, reported, stored, late = (
        number(row[f"{column}_count"]) for column in ("owed", "reported", "stored", "late")
    )
    share = number(row["late_pct"])
    if late is None and share is not None and reported is not None:
        late = float(round(share * reported / 100))
    on_time = None if late is None or reported is None else reported - late
    for metric, part, of in (
        ("publicity_report_rate", reported, owed),
        ("publicity_compliance_rate", stored, reported),
        ("publicity_timeliness_rate", on_time, reported),
        ("late_report_rate", late, reported),
        ("publicity_on_time_full_rate", on_time, owed),
    ):
        tally.ratio(f"official_{metric}", unit, name, part, of)


def contact_facts(world: World, tally: Tally) -> None:
    """Roles filled at the end of a period (or on the as-of day), for every unit of the roster."""

    def key(row: Row) -> Hashable:
        return (world.plan.unit_of(row), cell(row, "role"), day(row["valid_from"]))

    rows = newest(world, "contact", key, lambda row: row.order)
    if not rows:
        return
    for when in world.plan.begun:
        known = min(when.end, world.plan.as_of)
        filled = {
            (world.plan.unit_of(row), cell(row, "role"))
            for row in rows
            if (day(row["valid_from"]) or date.max) <= known <= (day(row["valid_to"]) or date.max)
        }
        for unit in world.plan.unit_ids:
            if world.plan.exists(unit, when.end):
                where = (unit, when.name)
                number_of = sum((unit, role) in filled for role in ROLES)
                tally.add("responsible_role_count", *where, number_of)
                for metric, role in (
                    ("liaison_officer_coverage", "联络员"),
                    ("repair_officer_coverage", "修复专员"),
                ):
                    tally.rate(metric, *where, hit=(unit, role) in filled)


def event_facts(world: World, tally: Tally) -> None:
    """Articles, visits and inspections, honours: figures that need no target."""
    for when in world.plan.periods:
        for e in articles(world):
            if when.holds(e.when):
                where = (e.unit, when.name)
                tally.count("publicity_article_count", *where)
                for metric, name in (
                    ("publicity_field_count", "field"),
                    ("education_node_count", "node"),
                ):
                    if e.values[name]:
                        tally.different(metric, *where, e.values[name])
        for e in meetings(world):
            counted = MEETINGS.get(e.values["kind"])
            if counted and when.holds(e.when):
                tally.count(counted, e.unit, when.name)
        known = min(when.end, world.plan.as_of)
        for h in honours(world):
            for metric in HONOURS:
                thing = counted_honour(metric, h, when, known)
                if thing:
                    tally.different(metric, h.unit, when.name, thing)


MEETINGS = {"走访调研": "field_visit_count", "督查检查": "supervision_check_count"}
HONOURS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # metric -> kinds, levels
    "integrity_award_participation_count": ((), ()),
    "integrity_model_count": ((), ()),
    "demo_community_village_count": (("示范社区", "示范村"), ()),
    "credit_standard_enterprise_count": (("信用管理贯标企业",), ()),
    "municipal_demo_enterprise_count": (("信用管理示范企业",), ("市", "本级")),
    "provincial_demo_enterprise_count": (("信用管理示范企业",), ("省",)),
    "credit_demo_enterprise_count": (("诚信示范企业",), ()),
    "practice_base_count": (("文明实践基地",), ()),
    "standard_demo_review": (("信用管理贯标企业", "信用管理示范企业"), ()),
}


def counted_honour(metric: str, honour: Honour, when: Period, known: date) -> str | None:
    """What an honour adds to a metric in a period: its holder, or for awards taken part in its
    kind. What was revoked by the period's end counts no more; a review counts in the period in
    which it was done, whenever the honour was awarded."""
    kinds, levels = HONOURS[metric]
    if kinds and honour.values["kind"] not in kinds:
        return None
    if levels and honour.values["level"] not in levels:
        return None
    if metric == "standard_demo_review":
        stands = honour.awarded <= when.end and (
            honour.revoked is None or honour.revoked >= when.start
        )
        reviewed = honour.reviewed is not None and when.start <= honour.reviewed <= known
        return honour.holder if stands and reviewed else None
    if not honour.is_new(when):
        return None
    if metric == "integrity_award_participation_count":
        return honour.values["kind"]
    return None if honour.is_revoked(known) else honour.holder
