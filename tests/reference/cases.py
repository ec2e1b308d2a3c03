"""Long matters: subjects under treatment, what public bodies owe, commitments (semantics: Long
matters)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date

from tests.reference.evidence import cell, errors_of
from tests.reference.files import Row
from tests.reference.plan import Period
from tests.reference.records import World
from tests.reference.tally import Tally
from tests.reference.text import code_key, day, document_key, name_key, number

FOR_PERMITS = ("审批替代型", "容缺受理型", "证明事项告知承诺")
LISTED_CASE, ARREARS, EVENT = "失信被执行", "拖欠账款", "重大失信事件"


def case_facts(world: World, tally: Tally) -> None:
    governance_facts(world, tally)
    default_facts(world, tally)
    commitment_facts(world, tally)
    public_commitment_facts(world, tally)


def told_last(world: World, ledger: str, key: str) -> list[Row]:
    """Of each thing the row that is true for the latest day."""

    def rank(row: Row) -> Hashable:
        return (day(row["as_of_date"]) or row.batch.received, row.order)

    return last(world, ledger, KEYS[key], rank)


def last(
    world: World, ledger: str, key: Callable[[Row], Hashable], rank: Callable[[Row], Hashable]
) -> list[Row]:
    """Of each thing the last row without an error: a wrong one takes nobody off the books."""
    kept: dict[Hashable, Row] = {}
    for row in world.of(ledger):
        told = kept.get(key(row))
        if not errors_of(world)[row] and (told is None or rank(row) > rank(told)):  # type: ignore[operator]
            kept[key(row)] = row
    return list(kept.values())


KEYS = {
    "subject": lambda row: (who(row, "subject_name"), cell(row, "domain"), day(row["listed_date"])),
    "case": lambda row: (cell(row, "case_kind"), document_key(row["case_no"])),
}


def who(row: Row, name: str) -> str | None:
    return code_key(row["uscc"]) or name_key(row[name])


def by(when: Period, known: date, told: date | None) -> bool:
    """Whether something was done within a period, as far as it is known."""
    return told is not None and when.start <= told <= known


def done(known: date, told: date | None) -> bool:
    return told is not None and told <= known


def rate(tally: Tally, metric: str, where: tuple[str, str], judged: bool, hit: bool) -> None:
    """A fact that is not judged leaves its mark: there is something, and no rate of it."""
    tally.ratio(metric, *where, int(judged and hit), int(judged))


def periods_of(world: World) -> Iterable[tuple[Period, date]]:
    return ((when, min(when.end, world.plan.as_of)) for when in world.plan.periods)


def left_on(row: Row) -> tuple[date | None, date | None]:
    """When a subject was excluded, with a reason; when its loop was closed."""
    excluded = day(row["excluded_date"]) if cell(row, "exclusion_reason") else None
    needed = {"在经营": ("interviewed_date", "committed_date", "supervised_date")}
    columns = needed.get(cell(row, "contact_state"), ("supervised_date",))
    is_closed = cell(row, "contact_state") and all(day(row[name]) for name in columns)
    return excluded, day(row["exited_date"]) if is_closed else None


def governance_facts(world: World, tally: Tally) -> None:
    for row in told_last(world, "governance_case", "subject"):
        listed, (excluded, exited) = day(row["listed_date"]), left_on(row)
        gone = [when for when in (excluded, exited) if when is not None]
        if listed is None or any(when < world.plan.start for when in gone):
            continue
        for when, known in periods_of(world):
            if listed > when.end:
                continue
            where = (world.plan.unit_of(row), when.name)
            stays, closed = not done(known, excluded), done(known, exited)
            rate(tally, "governance_exit_rate", where, stays, closed)
            tally.count("governance_ledger_remaining", *where, number=stays and not closed)
            tally.different("integrity_governance_domain_count", *where, cell(row, "domain"))
            if not stays or cell(row, "contact_state") != "在经营":
                continue
            for metric, column in (
                ("governance_interview_rate", "interviewed_date"),
                ("governance_commitment_rate", "committed_date"),
            ):
                tally.count(metric, *where, number=done(known, day(row[column])))


def settled_on(row: Row) -> date | None:
    """A listed case is settled once it is fulfilled and off the list."""
    fulfilled, removed = day(row["fulfilled_date"]), day(row["removed_date"])
    if cell(row, "case_kind") != LISTED_CASE:
        return fulfilled
    return max(fulfilled, removed) if fulfilled and removed else None


def default_facts(world: World, tally: Tally) -> None:
    paid: dict[Hashable, list[tuple[date, float]]] = {}
    for row in world.of("gov_default_case"):
        told, amount = day(row["as_of_date"]), number(row["paid_amount"])
        if told and amount is not None and not errors_of(world)[row]:
            paid.setdefault(KEYS["case"](row), []).append((told, amount))
    for row in told_last(world, "gov_default_case", "case"):
        kind, opened, settled = cell(row, "case_kind"), day(row["opened_date"]), settled_on(row)
        if opened is None or (settled and settled < world.plan.start):
            continue
        for when, known in periods_of(world):
            if opened > when.end:
                continue
            where = (world.plan.unit_of(row), when.name)
            is_listed, is_settled = kind == LISTED_CASE, done(known, settled)
            is_enforced = by(when, known, day(row["enforced_date"]))
            rate(tally, "gov_dishonesty_rectified_rate", where, kind == EVENT, is_settled)
            tally.count("gov_case_enforcement_count", *where, number=is_enforced)
            is_open = is_listed and not is_settled
            tally.count("gov_dishonest_case_remaining", *where, number=is_open)
            is_new = is_listed and opened >= when.start
            tally.count("gov_new_dishonest_case_count", *where, number=is_new)
            if is_open:
                agency = code_key(row["agency_uscc"]) or name_key(row["agency_name"])
                tally.different("gov_dishonest_agency_count", *where, agency)
            sums = [a for told, a in paid.get(KEYS["case"](row), []) if told <= known]
            if kind == ARREARS:
                has_amount = number(row["amount"]) is not None
                settled_sum = max(sums, default=0.0) if has_amount else 0.0
                tally.add("gov_arrears_settled", *where, settled_sum)


def commitments(world: World) -> list[Row]:
    def key(row: Row) -> Hashable:
        about = document_key(row["doc_no"]) or name_key(row["matter"])
        kind, made = cell(row, "commitment_type"), day(row["made_date"])
        return (world.plan.unit_of(row), who(row, "promiser_name"), kind, made, about)

    return last(world, "commitment", key, lambda row: row.order)


def commitment_facts(world: World, tally: Tally) -> None:
    """Those made in a period, uploaded in it, due in it."""
    for row in commitments(world):
        names = ("made", "uploaded", "published", "due", "verified", "recorded")
        made, up, shown, due, verified, recorded = (day(row[f"{name}_date"]) for name in names)
        kind, for_all = cell(row, "commitment_type"), cell(row, "must_publish") != "否"
        if made is None:
            continue
        for when, known in periods_of(world):
            is_new = when.holds(made)
            about = [up is not None and when.holds(up), due is not None and when.holds(due)]
            if made > when.end or not (is_new or any(about)):
                continue
            where = (world.plan.unit_of(row), when.name)
            rate(tally, "commitment_publicity_rate", where, is_new and for_all, done(known, shown))
            on_record = done(known, verified) and done(known, recorded)
            is_due = by(when, known, due)
            rate(tally, "commitment_fulfilment_record_rate", where, is_due, on_record)
            tally.count("commitment_upload_count", *where, number=by(when, known, up))
            rate(tally, "commitment_upload_rate", where, is_new, done(known, up))
            is_public = is_new and kind == "政务承诺"
            rate(tally, "gov_commitment_record_rate", where, is_public, done(known, recorded))
            is_permit = is_new and kind in FOR_PERMITS
            tally.count("pre_permit_commitment_rate", *where, number=is_permit)


def public_commitment_facts(world: World, tally: Tally) -> None:
    """Whether each unit has published one of its own that still holds."""
    rows = commitments(world)
    for when in world.plan.begun if rows else ():
        known = min(when.end, world.plan.as_of)
        shown = {
            world.plan.unit_of(row)
            for row in rows
            if cell(row, "commitment_type") == "政务承诺"
            and done(known, day(row["published_date"]))
            and (day(row["due_date"]) or date.max) >= known
        }
        for unit in world.plan.unit_ids:
            if world.plan.exists(unit, when.end):
                tally.rate("gov_commitment_publicity_rate", unit, when.name, hit=unit in shown)
