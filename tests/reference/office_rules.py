"""The `error` rules of the office's ledgers: a row that violates one is no evidence.

Those of the columns (blank, unreadable, not in the list, unknown to the plan) come from the
contract's types; the others are one line each. Rules that look at other files' totals (index
indicators, notices) are not here: no row of the samples violates them, which the tests prove.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.reference.files import Row
from tests.reference.identifiers import is_uscc
from tests.reference.plan import UNKNOWN_UNIT, Plan
from tests.reference.rules import code_list
from tests.reference.text import blank, code_key, day, days_of, fold, name_key, number, period

LEDGERS = (
    *("deliverable", "declaration", "official_feedback", "external_assessment", "city_index"),
    *("city_index_indicator", "publicity_article", "meeting_training", "contact", "honour"),
    *("governance_case", "gov_default_case", "commitment"),
)
# ledgers whose unit may be unknown: organisers and proposers from elsewhere, the place itself
ANY_UNIT = {"meeting_training", "honour", "external_assessment", "city_index"}
OPEN_CODES = {"node"}  # an unknown node is a warning
KEYS = {  # what must not be told twice differently
    "city_index": ("city_name", "period", "index_version", "group_name", "value_source",
                   "published_date"),
    "city_index_indicator": ("city_name", "period", "index_version", "indicator_id",
                             "value_source"),
    "external_assessment": ("title", "metric_id", "unit_name", "period", "published_date"),
    "official_feedback": ("doc_no", "unit_name", "period", "decision_type"),
}  # fmt: skip


def office_errors(plan: Plan, rows: list[Row]) -> dict[Row, set[str]]:
    """Row -> ids of the error rules that it violates, for the rows of one ledger in order."""
    found: dict[Row, set[str]] = defaultdict(set)
    for row in rows:
        found[row] |= {*column_errors(plan, row), *plan_errors(plan, row), *own_errors(plan, row)}
    for row in repeated(plan, rows):
        found[row].add("OF1" if row.batch.ledger == "official_feedback" else "M01")
    return found


def column_errors(plan: Plan, row: Row) -> Iterator[str]:
    for name, column in plan.ledgers[row.batch.ledger].columns.items():
        cell, kind = row[name], column["type"]
        if blank(cell):
            if column.get("required") == "all":
                yield "G02"
        elif kind in ("date", "datetime"):
            when = day(cell)
            if when is None:
                yield "G28"
            elif column.get("is_past") and when > row.batch.received:
                yield "D04"
        elif kind == "number":
            yield from number_errors(column, number(cell))
        elif kind == "period":
            label = period(cell)
            if label is None or days_of(label)[0] > row.batch.received:
                yield "D02"
        elif kind == "uscc":
            if not is_uscc(code_key(cell) or ""):
                yield "G05"
        elif column.get("codes") and name not in OPEN_CODES:
            yield from ["D01"] * (fold(cell) not in code_list(column["codes"]))


def number_errors(column: dict[str, Any], value: float | None) -> Iterator[str]:
    fraction = column.get("is_whole") and value is not None and value != int(value)
    if value is None or value < 0 or fraction:
        yield "D05"


def plan_errors(plan: Plan, row: Row) -> Iterator[str]:
    ledger = row.batch.ledger
    is_known = ledger in ANY_UNIT or not name_key(row["unit_name"])
    if not is_known and plan.unit_of(row) == UNKNOWN_UNIT:
        yield "D03"
    targets = {t["target_id"]: t for t in plan.targets}
    task, target, metric = (fold(row[name]) for name in ("task_id", "target_id", "metric_id"))
    if not blank(task) and task not in plan.tasks:
        yield "D06"
    if not blank(target) and target not in targets:
        yield "D06"
    asked = {t["metric_id"] for t in plan.targets}
    other = target in targets and targets[target]["metric_id"] != metric
    if ledger == "declaration" and not blank(metric) and (metric not in asked or other):
        yield "D06"


def own_errors(plan: Plan, row: Row) -> Iterator[str]:
    match row.batch.ledger:
        case "declaration":
            yield from declaration_errors(plan, row)
        case "deliverable":
            if number(row["amount"]) == 0:
                yield "DE2"
        case "contact":
            start, end = day(row["valid_from"]), day(row["valid_to"])
            if start and end and end < start:
                yield "CT1"
        case "honour":
            if (fold(row["status"]) == "取消") == blank(row["revoked_date"]) and not (
                blank(row["status"]) and blank(row["revoked_date"])
            ):
                yield "HO1"
            awarded = day(row["awarded_date"])
            later = [day(row["reviewed_date"]), day(row["revoked_date"])]
            if awarded and any(when and when < awarded for when in later):
                yield "HO2"
        case "official_feedback":
            yield from feedback_errors(row)
        case "city_index" | "external_assessment" | "city_index_indicator":
            yield from score_errors(row)


def declaration_errors(plan: Plan, row: Row) -> Iterator[str]:
    """DC1: no usable number. M03: a rate beyond 100 %, of nothing, or not what its parts say."""
    value, above, below = (number(row[name]) for name in ("value", "numerator", "denominator"))
    no_above, no_below = blank(row["numerator"]), blank(row["denominator"])
    asks_rate = fold(row["unit"]) == "%" or any(
        t["metric_id"] == fold(row["metric_id"])
        and t["unit"] == "%"
        and t["comparator"] not in ("increase", "decrease", "exists")
        for t in plan.targets
    )
    if no_above != no_below or (no_above and (blank(row["value"]) or asks_rate)):
        yield "DC1"
    share = 100 * above / below if above is not None and below else None
    of_nothing = below == 0 and (not blank(row["value"]) or (above or 0) > 0)
    beyond = share is not None and share > 100
    told = value if fold(row["unit"]) == "%" else None
    other = told is not None and (told > 100 or (share is not None and abs(told - share) > 0.1))
    if of_nothing or beyond or other:
        yield "M03"


def feedback_errors(row: Row) -> Iterator[str]:
    """M03: parts beyond their whole, percentages that are not those of the counts."""
    owed, reported, stored, late, missed = (
        number(row[f"{name}_count"]) for name in ("owed", "reported", "stored", "late", "missed")
    )
    pairs = ((stored, reported), (late, reported), (missed, owed))
    wrong = any(a is not None and b is not None and a > b for a, b in pairs)
    for part, told in ((stored, number(row["compliance_pct"])), (late, number(row["late_pct"]))):
        if told is None:
            continue
        if reported == 0 or told > 100:
            wrong = True
        elif reported and part is not None and part <= reported:
            wrong = wrong or abs(told - 100 * part / reported) > 0.1
    if wrong:
        yield "M03"


def score_errors(row: Row) -> Iterator[str]:
    """M01: beyond what there is. M04: neither score nor rank."""
    score, full, rank = number(row["score"]), number(row["full_score"]), number(row["rank"])
    sizes = [number(row["group_size"]), number(row["field_size"])]
    beyond = score is not None and full is not None and score > full
    beyond = beyond or any(rank is not None and size is not None and rank > size for size in sizes)
    if beyond or 0 in (rank, full, *sizes):
        yield "M01"
    if row.batch.ledger != "city_index_indicator" and blank(row["score"]) and blank(row["rank"]):
        yield "M04"


def repeated(plan: Plan, rows: list[Row]) -> Iterator[Row]:
    """Rows whose key an earlier row has, with other contents."""
    known: dict[tuple[str | None, ...], list[tuple[str, ...]]] = defaultdict(list)
    for row in rows:
        names = KEYS.get(row.batch.ledger)
        if names is None:
            return
        key = tuple(name_key(row[name]) for name in names)
        said = tuple(fold(row[name]) for name in plan.ledgers[row.batch.ledger].columns)
        if known[key] and said not in known[key]:
            yield row
        known[key].append(said)
