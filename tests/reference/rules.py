"""The `error` rules of permits and penalties, one line each. Only they make a row
non-compliant. "Today" is the day on which the batch was received.

Rules that look at other rows (G36, G37) are not here: an exact repeat is not a version, so they
never decide a verdict. G34 asks the register of subjects, which names nobody of the samples
otherwise than their own rows do (tests/batch_cases.py has its cases).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

from tests.reference.files import Ledger, Row
from tests.reference.identifiers import is_org_code, is_resident_id, is_uscc
from tests.reference.text import PLACEHOLDER, blank, code_key, day, fold, number

CODES = Path(__file__).parents[2] / "warehouse" / "codes"
COMPANY, PERSON, TRADER = "法人及非法人组织", "自然人", "个体工商户"
# columns whose blankness has a rule of its own: G04, G19, G26, G31
OWN_RULE = {"uscc", "id_type", "id_no", "legal_rep", "authority_uscc", "source_unit_uscc"}
FORBIDDEN_TO_PERSONS = [
    *("uscc", "reg_no", "org_code", "tax_no", "institution_no", "social_org_no"),
    *("legal_rep", "legal_rep_id_type", "legal_rep_id_no"),
]


@cache
def code_list(name: str) -> frozenset[str]:
    with (CODES / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return frozenset(row["code"] for row in csv.DictReader(handle))


class Cells:
    """One row with the questions that rules ask of it. Columns that the row's standard does not
    have are never asked for (``has``)."""

    def __init__(self, row: Row, ledger: Ledger, reported: date | None) -> None:
        self.row, self.reported = row, reported
        self.absent = ledger.absent[row.batch.standard]
        self.columns = {n: c for n, c in ledger.columns.items() if n not in self.absent}
        self.today = row.batch.received
        self.decided = day(row["decision_date"])
        self.category = self.value("counterparty_category")
        self.code = code_key(row["uscc"])

    def has(self, name: str) -> bool:
        return name in self.columns

    def blank(self, name: str) -> bool:
        return blank(self.row[name])

    def value(self, name: str) -> str:
        return "" if self.blank(name) else fold(self.row[name])

    def date(self, name: str) -> date | None:
        return day(self.row[name])


def g02(r: Cells) -> bool:
    required = [n for n, c in r.columns.items() if c.get("required") == "all"]
    trader_without_code = r.category == TRADER and r.blank("uscc")
    return trader_without_code or any(r.blank(n) for n in required if n not in OWN_RULE)


def g03(r: Cells) -> bool:
    return bool(r.category) and r.category not in (COMPANY, PERSON, TRADER)


def g04(r: Cells) -> bool:
    return r.category == COMPANY and r.blank("uscc")


def g05(r: Cells) -> bool:
    return r.code is not None and r.code != PLACEHOLDER and not is_uscc(r.code)


def g06(r: Cells) -> bool:
    return r.category == COMPANY and r.code == PLACEHOLDER


def g08(r: Cells) -> bool:
    return bool(r.category) and (r.code or "").startswith("92") and r.category != TRADER


def g09(r: Cells) -> bool:
    given = r.code is not None and r.code != PLACEHOLDER
    return r.category == TRADER and given and not (r.code or "").startswith("92")


def g14(r: Cells) -> bool:
    code = code_key(r.row["org_code"])
    return code is not None and not is_org_code(code)


def g18(r: Cells) -> bool:
    return r.category == PERSON and any(not r.blank(n) for n in FORBIDDEN_TO_PERSONS)


def g19(r: Cells) -> bool:
    return r.category == PERSON and (r.blank("id_type") or r.blank("id_no"))


def g20(r: Cells) -> bool:
    kind = r.value("id_type")
    return bool(kind) and kind not in code_list("id_type") and not kind.startswith("其他-")


def g21(r: Cells) -> bool:
    given = r.value("id_type") == "身份证" and not r.blank("id_no")
    return given and not is_resident_id(code_key(r.row["id_no"]) or "", r.today)


def g24(r: Cells) -> bool:
    """The early 2018 layout has a number only: no type is missing there."""
    if r.blank("legal_rep_id_no"):
        return not r.blank("legal_rep_id_type")
    return r.blank("legal_rep_id_type") and "legal_rep_id_type" in r.row.batch.told


def g26(r: Cells) -> bool:
    return bool(r.category) and r.category != PERSON and r.blank("legal_rep")


def g27(r: Cells) -> bool:
    not_person = bool(r.category) and r.category != PERSON
    return not_person and not (r.blank("id_type") and r.blank("id_no"))


def g28(r: Cells) -> bool:
    dates = [n for n, c in r.columns.items() if c["type"] in ("date", "datetime")]
    return any(not r.blank(n) and r.date(n) is None for n in dates)


def g29(r: Cells) -> bool:
    return r.decided is not None and r.decided > r.today


def g31(r: Cells) -> bool:
    for name in ("authority_uscc", "source_unit_uscc"):
        if r.has(name):
            code = code_key(r.row[name])
            if code is None or (code != PLACEHOLDER and not is_uscc(code)):
                return True
    return False


def t04(r: Cells) -> bool:
    """Reported before it was decided; a decision in the future is G29's alone."""
    if r.decided is None or r.reported is None or g29(r):
        return False
    return r.reported < r.decided


def x01(r: Cells) -> bool:
    category = r.value("permit_category")
    named = category.startswith("其他-") and category != "其他-"
    return bool(category) and category not in code_list("permit_category") and not named


def x02(r: Cells) -> bool:
    start, end = r.date("valid_from"), r.date("valid_to")
    return start is not None and end is not None and start > end


def penalty_parts(r: Cells) -> list[str]:
    """The categories of a penalty; old names that hold a 、 themselves are matched whole."""
    parts: list[str] = []
    for piece in re.split("[;；]", r.value("penalty_category")):
        piece = piece.strip()
        whole = piece in code_list("penalty_category") or piece.startswith("其他-")
        parts += [piece] if whole else [p.strip() for p in piece.split("、")]
    return [p for p in parts if p]


def p01(r: Cells) -> bool:
    known = code_list("penalty_category")
    return any(p not in known and not p.startswith("其他-") for p in penalty_parts(r))


def p02(r: Cells) -> bool:
    """Without a readable amount the row is P07's, not P02's, if there is text."""
    fined = "罚款" in r.value("penalty_category") and r.has("fine_wan_yuan")
    amount = number(r.row["fine_wan_yuan"])
    return fined and (r.blank("fine_wan_yuan") or (amount is not None and amount <= 0))


def p03(r: Cells) -> bool:
    category = r.value("penalty_category")
    return bool(category) and "罚款" not in category and (number(r.row["fine_wan_yuan"]) or 0) > 0


def p06(r: Cells) -> bool:
    category = r.value("penalty_category")
    taken = ("暂扣" in category or "吊销" in category) and r.has("revoked_certificate")
    return taken and r.blank("revoked_certificate")


def p07(r: Cells) -> bool:
    for name in ("fine_wan_yuan", "confiscation_wan_yuan"):
        if r.blank(name):
            continue
        amount = number(r.row[name])
        decimals = len(r.value(name).partition(".")[2].rstrip("0"))
        if amount is None or amount < 0 or decimals > 6:
            return True
    return False


def p09(r: Cells) -> bool:
    end = r.date("valid_to")
    return r.decided is not None and end is not None and end < r.decided


def p10(r: Cells) -> bool:
    end = r.date("publicity_until")
    return r.decided is not None and end is not None and end < r.decided


def p20(r: Cells) -> bool:
    """Three years over and still published; the samples tell no degree of dishonesty."""
    if r.decided is None or r.date("published_at") is None:
        return False
    leap_day = (r.decided.month, r.decided.day) == (2, 29)
    over = r.decided.replace(year=r.decided.year + 3, day=28 if leap_day else r.decided.day)
    end = r.date("publicity_until")
    return over < r.today and (end is None or end >= r.today)


BOTH: list[Callable[[Cells], bool]] = [
    *(g02, g03, g04, g05, g06, g08, g09, g14, g18, g19, g20, g21),
    *(g24, g26, g27, g28, g29, g31, t04),
]
RULES = {
    "admin_permit": [*BOTH, x01, x02],
    "admin_penalty": [*BOTH, p01, p02, p03, p06, p07, p09, p10, p20],
}


def errors(row: Row, ledger: Ledger, reported: date | None) -> set[str]:
    """Ids of the error rules that the row violates. ``reported``: the day it went up, if known."""
    cells = Cells(row, ledger, reported)
    return {rule.__name__.upper() for rule in RULES[ledger.name] if rule(cells)}
