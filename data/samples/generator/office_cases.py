"""Long matters that the office follows from month to month: subjects under treatment, what public
bodies owe, commitments. What has changed is handed in again, as it stands at the month's end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from . import codes, days
from .office import Debt, Office, hash_of
from .town import NUMERALS, PLACES

MATTERS = (
    ("主动公示型", "诚信经营承诺"),
    ("审批替代型", "办理许可告知承诺"),
    ("容缺受理型", "容缺材料补齐承诺"),
    ("证明事项告知承诺", "证明事项告知承诺"),
)
EXCLUSIONS = ("注销", "长期失联列异常", "破产程序", "吊销")
REASON = "同类违法行为一年内多次被处罚"


def add_cases(office: Office) -> None:
    """The year's treatment, debts and commitments, as the place's habits say."""
    _add_governed(office)
    for number, debt in enumerate(office.habits.debts, start=1):
        _add_debt(office, debt, number)
    _add_commitments(office)
    _add_public_commitments(office)


def _firm(letter: str, office: Office, serial: int) -> tuple[str, str]:
    place = PLACES[serial % len(PLACES)] + NUMERALS[serial // len(PLACES) % 10]
    body = f"{office.plan.id}{letter}{serial:05d}"
    return f"{place}商贸有限公司第{serial}分部（示例）", codes.uscc("91", body)


def _month_end(office: Office, month: int) -> date:
    year, after = days.month_after(office.year, month)
    return date(year, after, 1) - timedelta(days=1)


@dataclass
class _Story:
    """Which columns of one thing are filled on which day."""

    fixed: Mapping[str, Any]
    steps: Mapping[date, Mapping[str, Any]]

    def add(self, office: Office, ledger: str, months: tuple[int, ...]) -> None:
        """A row in each of these months in which something has happened since the last one."""
        told: dict[str, Any] | None = None
        for month in months:
            end = _month_end(office, month)
            known: dict[str, Any] = {}
            for day, cells in sorted(self.steps.items()):
                known |= cells if day <= end else {}
            if known and known != told:
                stamp = {} if ledger == "commitment" else {"as_of_date": end}
                office.add(month, ledger, **self.fixed, **known, **stamp)
                told = known


def _add_governed(office: Office) -> None:
    plan = office.habits.governed
    if plan is None:
        return
    power = [u["unit_id"] for u in office.plan.units if u["ranking_group"] == "power"]
    month_of = [m for m, count in sorted(plan.exits.items()) for _ in range(count)]
    for serial in range(1, plan.count + 1):
        name, code = _firm("G", office, serial)
        listed = date(office.year, plan.listed_month, 5 + serial % 15)
        steps: dict[date, dict[str, Any]] = {listed: {"listed_date": listed}}
        order = serial - plan.excluded - 1  # among those that are treated
        if order < 0:
            on = listed + timedelta(days=30)
            reason = EXCLUSIONS[serial % len(EXCLUSIONS)]
            steps[on] = {
                "exclusion_reason": reason,
                "excluded_date": on,
                "evidence": "登记信息截图",
            }
        else:
            state = ("在经营", "在经营", "无法联系", "在经营", "不再经营")[order % 5]
            leaves = month_of[order] if order < len(month_of) else None
            left = date(office.year, leaves or 12, 10 + order % 12)
            steps[listed + timedelta(days=20)] = {"contact_state": state}
            if state == "在经营":
                met = left - timedelta(days=12)
                steps[met] = {"interviewed_date": met, "committed_date": met}
            if leaves:
                watched = left - timedelta(days=5)
                steps[watched] = {"supervised_date": watched}
                steps[left] = {"exited_date": left, "evidence": "约谈记录、承诺书"}
        unit = power[serial % len(power)]
        fixed = {
            "subject_name": name, "uscc": code, "domain": plan.domains[serial % len(plan.domains)],
            "unit_name": office.names[unit], "reason": REASON,
        }  # fmt: skip
        _Story(fixed, steps).add(office, "governance_case", plan.months)


def _add_debt(office: Office, debt: Debt, number: int) -> None:
    def on(text: str) -> date | None:
        """`MM-DD` of the year; one with a year is of an earlier one."""
        return None if not text else date.fromisoformat(text) if len(text) > 5 else office.day(text)

    opened = on(debt.opened)
    assert opened is not None
    begun = max(opened, date(office.year, office.habits.first_month, 1))
    fixed = {
        "case_kind": debt.kind, "case_no": f"示欠〔{opened.year}〕{number}号",
        "title": debt.title, "agency_name": f"示例机构{debt.agency:02d}",
        "unit_name": office.names[office.office_unit], "opened_date": opened, "amount": debt.amount,
    }  # fmt: skip
    if opened.year == office.year:
        begun = opened
    steps: dict[date, dict[str, Any]] = {begun: {"remark": "已登记"}}
    for column, text in (
        ("enforced_date", debt.enforced), ("fulfilled_date", debt.fulfilled),
        ("removed_date", debt.removed),
    ):  # fmt: skip
        day = on(text)
        if day is not None:
            steps.setdefault(day, {})[column] = day
    if debt.paid:
        half, whole = office.day(debt.paid), on(debt.fulfilled)
        steps.setdefault(half, {})["paid_amount"] = debt.amount / 2
        if whole is not None:
            steps[whole]["paid_amount"] = debt.amount
    _Story(fixed, steps).add(office, "gov_default_case", office.habits.debt_months)


def _add_commitments(office: Office) -> None:
    """So many a month and unit; most are uploaded and published within days, judged when due."""
    serial = 0
    for unit_id, count in office.habits.commitments.items():
        for month in office.months:
            workdays = days.workdays_of(office.year, month)
            for number in range(count):
                serial += 1
                name, code = _firm("K", office, serial)
                kind, matter = MATTERS[(serial + number) % len(MATTERS)]
                made = workdays[(3 * number + hash_of(unit_id)) % (len(workdays) - 6)]
                up = made + timedelta(days=2)
                due = made + timedelta(days=150)
                steps: dict[date, dict[str, Any]] = {
                    made: {"made_date": made, "due_date": due, "fulfilment_state": "未到期"}
                }
                is_silent = (unit_id, month) in office.habits.silent_commitments
                if not is_silent and serial % 41:
                    steps[up] = {"uploaded_date": up}
                    if serial % 53:
                        steps[up] |= {"published_date": up}
                judged = due + timedelta(days=4)
                state = "未履行" if serial % 67 == 0 else "全部履行"
                steps[judged] = {"fulfilment_state": state, "verified_date": judged}
                if serial % 29:
                    steps[judged] |= {"recorded_date": judged}
                if state == "未履行":
                    steps[judged] |= {"breach_handling": "已提示并记录"}
                fixed = {
                    "promiser_name": name, "promiser_category": "法人及非法人组织", "uscc": code,
                    "commitment_type": kind, "matter": matter, "unit_name": office.names[unit_id],
                    "unit_uscc": office.codes[unit_id], "must_publish": "是",
                    "doc_no": f"示诺〔{office.year}〕{serial}号", "evidence": "承诺书",
                }  # fmt: skip
                _Story(fixed, steps).add(office, "commitment", tuple(office.months))


def _add_public_commitments(office: Office) -> None:
    """What each unit promises the public, once; some neither publish it nor put it on record."""
    month = office.habits.public_commitments
    for order, unit in enumerate(office.plan.units if month else ()):
        made = date(office.year, month, 2 + order % 20)
        if not unit.holds(made):
            continue
        steps: dict[date, dict[str, Any]] = {made: {"made_date": made}}
        if order % 16 != 7:
            on = made + timedelta(days=6)
            steps[on] = {"uploaded_date": on, "published_date": on}
            if order % 11 != 3:
                steps[on] |= {"recorded_date": on}
        fixed = {
            "promiser_name": unit["name"], "promiser_category": "法人及非法人组织",
            "uscc": unit["uscc"], "commitment_type": "政务承诺", "matter": "服务质量和期限承诺",
            "unit_name": unit["name"], "evidence": "承诺书网页截图",
        }  # fmt: skip
        _Story(fixed, steps).add(office, "commitment", tuple(range(month, 13)))
