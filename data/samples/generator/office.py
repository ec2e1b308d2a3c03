"""What the credit office keeps: hand-ins, progress, documents, declared figures, articles, meetings …

The rows follow the plan itself: every target that is measured by one of these ledgers gets its
facts, most of them in time and enough. What goes wrong where is told by the place's `Habits`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from warehouse.calendar import load_calendar
from warehouse.duties import obligations_of
from warehouse.plans import Plan, load_plan
from warehouse.plans import Row as PlanRow

from . import days, texts
from .layouts import Layout, build_sheet
from .model import Fault, OutFile, Row
from .office_layouts import SHEETS
from .town import NUMERALS, SURNAMES

PLANS = Path(__file__).resolve().parents[3] / "warehouse" / "plans"
PER_MONTH = ("index_analysis_report_count",)
PER_QUARTER = ("quarterly_assessment_count",)


@dataclass(frozen=True)
class Habits:
    """What is special in a place. Dates are days of its year, `MM-DD`.

    done_late, undone: dated tasks. missed, late: targets measured by documents, that never come or
    come after their day. counts: how many documents (or how much) a target gets instead of what it
    asks. silent_units: they hand in nothing of what all must. declared: the year's path of a
    declared figure, one value for each month. articles: how many a month; short_units: units with
    too few articles, by month.
    """

    first_month: int = 1
    done_late: Mapping[str, str] = field(default_factory=dict)
    undone: frozenset[str] = frozenset()
    missed: frozenset[str] = frozenset()
    late: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    silent_units: tuple[str, ...] = ()
    slow_units: tuple[str, ...] = ()
    declared: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    honours: tuple[tuple[str, str, int, int], ...] = ()  # kind, level, how many, first month
    articles: tuple[int, ...] = (0,) * 12
    article_units: tuple[str, ...] = ()
    short_units: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    meetings_missed: frozenset[str] = frozenset()
    late_duties: Mapping[tuple[str, str], int] = field(default_factory=dict)
    missing_duties: frozenset[tuple[str, str]] = frozenset()
    gaps: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # duty → quiet months
    rows_answer: frozenset[tuple[str, str]] = frozenset()  # (duty, unit): the unit's rows do
    never_nil: frozenset[str] = frozenset()  # units that have something every time
    keeps_tasks: bool = True


class Office:
    """Plays the office's year. `rows` holds what it has written, by month and ledger."""

    def __init__(self, plan_id: str, habits: Habits, seed: int) -> None:
        self.plan: Plan = load_plan(PLANS / plan_id)
        self.habits = habits
        self.rng = Random(seed)
        self.names = {u["unit_id"]: u["name"] for u in self.plan.units}
        self.kinds = {u["unit_id"]: u["kind"] for u in self.plan.units}
        self.codes = {u["unit_id"]: u["uscc"] for u in self.plan.units}
        self.rows: dict[tuple[int, str], list[Row]] = defaultdict(list)

    @property
    def year(self) -> int:
        return self.plan.year

    @property
    def months(self) -> range:
        return range(self.habits.first_month, 13)

    @property
    def office_unit(self) -> str:
        """The unit that keeps the ledgers: the first of the roster that leads something."""
        leads = [self.plan.lead_of(t) for t in self.plan.tasks]
        return max(set(filter(None, leads)), key=lambda u: (leads.count(u), u)) or ""

    def add(self, month: int, ledger: str, **values: Any) -> Row:
        row = Row(values)
        self.rows[min(max(month, self.habits.first_month), 12), ledger].append(row)
        return row

    def play(self) -> None:
        """The whole year."""
        if self.habits.keeps_tasks:
            self._submissions()
            self._progress()
        for target in self.plan.targets:
            kind, _, what = self.plan.binding(target["target_id"])["measure"].partition(":")
            if kind == "deliverable":
                self._documents(target)
            elif kind == "declaration":
                self._declared(target)
            elif what == "meeting_training":
                self._meetings(target)
        self._articles()
        self._honours()
        self._contacts()
        self._mistakes()

    def files(self, label: str) -> list[OutFile]:
        """One workbook a month, a sheet for each ledger that has rows, sent on the eighth."""
        found = []
        for month in self.months:
            sheets = [
                build_sheet(name, columns, self.rows[month, ledger], Layout(dates="dash"))
                for ledger, (name, columns) in SHEETS.items()
                if self.rows.get((month, ledger))
            ]
            if sheets:
                year, after = days.month_after(self.year, month)
                received = days.on_or_after(date(year, after, 8))
                name = f"{label}_{self.year}{month:02d}.xlsx"
                found.append(OutFile(name, received, self.names[self.office_unit], sheets))
        return found

    # -- hand-ins ---------------------------------------------------------------

    def _submissions(self) -> None:
        """What answers the duties that no ledger row can answer."""
        calendar = load_calendar()
        owed = [o for duty in self.plan.duties for o in obligations_of(self.plan, duty, calendar)]
        for o in owed:
            key = (o.duty_id, o.unit_id)
            if o.unit_id in self.habits.silent_units or key in self.habits.missing_duties:
                continue
            late = self.habits.late_duties.get(key, 0)
            on = o.due.day - timedelta(days=self.rng.choice((0, 1, 1, 2, 3)))
            if late and self.rng.random() < 0.4:
                on = o.due.day + timedelta(days=late)
            is_quiet = o.due.day.month in self.habits.gaps.get(o.duty_id, ())
            if self.rng.random() < (0.6 if is_quiet else 0.03):
                continue
            is_nil = self.rng.random() < 0.12 and o.unit_id not in self.habits.never_nil
            kind = "零报送" if is_nil else "报送"
            if key in self.habits.rows_answer or self._is_answered_by_rows(o.duty_id):
                continue
            self.add(
                on.month if on.year == self.year else 12,
                "submission",
                duty_id=o.duty_id,
                unit_name=self.names[o.unit_id],
                unit_uscc=self.codes[o.unit_id],
                period=o.due.label,
                submission_type=kind,
                submitted_date=on,
            )

    def _is_answered_by_rows(self, duty_id: str) -> bool:
        duty = next(d for d in self.plan.duties if d["duty_id"] == duty_id)
        return duty["ledgers"] == "meeting_training"

    # -- progress of tasks ------------------------------------------------------

    def _progress(self) -> None:
        for task in self.plan.tasks:
            lead = self.plan.lead_of(task)
            if lead is None:
                continue
            if task["task_kind"] == "routine":
                self._routine(task, lead)
            elif task["task_kind"] == "deliverable" and self.plan.deadline_of(task):
                self._dated(task, lead)
            elif task["task_kind"] == "each" and self.plan.deadline_of(task):
                for unit_id in self.plan.responsible_units(task):
                    if self._is_in_force(unit_id):
                        self._dated(task, unit_id)

    def _is_in_force(self, unit_id: str) -> bool:
        """Whether the unit is there the whole year: dissolved and newly made ones keep quiet."""
        row = self.plan.roster[unit_id]
        return row.holds(date(self.year, 12, 30)) and row.holds(date(self.year, 1, 2))

    def _routine(self, task: PlanRow, lead: str) -> None:
        quiet = self.rng.randrange(1, 13)
        for month in self.months:
            if month == quiet or self.rng.random() < 0.04:
                continue
            on = days.workdays_of(self.year, month)[-2]
            self._status(month, task["task_id"], lead, on, "进行中", min(95, 5 + 7 * month))

    def _dated(self, task: PlanRow, unit_id: str) -> None:
        due = self.plan.deadline_of(task)
        assert due is not None
        task_id = task["task_id"]
        start = max(self.habits.first_month, due.month - 2)
        is_undone = task_id in self.habits.undone or unit_id in self.habits.silent_units
        done = self._day_done(task_id, unit_id, due)
        for month in range(start, 13):
            on = days.workdays_of(self.year, month)[-2]
            if not is_undone and done <= on:
                self._status(month, task_id, unit_id, on, "已完成", 100, done)
                return
            if task["task_kind"] == "each" and month < due.month:
                continue
            share = max(10, min(90, 60 + 15 * (month - due.month)))
            row = self._status(month, task_id, unit_id, on, "进行中", share)
            # judged against the day on which the workbook comes in
            year, after = days.month_after(self.year, month)
            if days.on_or_after(date(year, after, 8)) > due:
                row.faults.append(Fault("TK3", "status", "已过期限未完成"))
        if not is_undone:
            on = date(self.year, 12, 31)
            self._status(12, task_id, unit_id, on, "已完成", 100, min(done, on))

    def _day_done(self, task_id: str, unit_id: str, due: date) -> date:
        told = self.habits.done_late.get(task_id)
        if told:
            return date.fromisoformat(f"{self.year}-{told}")
        if unit_id in self.habits.slow_units:
            return min(due + timedelta(days=self.rng.randrange(5, 25)), date(self.year, 12, 30))
        return due - timedelta(days=self.rng.randrange(1, 28))

    def _status(
        self, month: int, task_id: str, unit_id: str, on: date, status: str, share: int,
        done: date | None = None,
    ) -> Row:  # fmt: skip
        row = self.add(
            month,
            "task_status",
            task_id=task_id,
            unit_name=self.names[unit_id],
            report_date=on,
            status=status,
            progress_pct=share,
            completed_date=done,
            evidence="工作台账" if done else None,
        )
        task = next(t for t in self.plan.tasks if t["task_id"] == task_id)
        due = self.plan.deadline_of(task)
        if done and due and done > due and task["task_kind"] in ("deliverable", "each"):
            row.faults.append(Fault("TK3", "completed_date", "逾期完成"))
        return row

    # -- documents and other things that are finished once ----------------------

    def _documents(self, target: PlanRow) -> None:
        if target["legal_status"] != "in_force" or target["target_id"] in self.habits.missed:
            return
        if target["metric_id"] in PER_MONTH:
            for month in self.months:
                if month != 9:
                    self._document(target, self._lead(target), date(self.year, month, 25), month)
            return
        if target["metric_id"] in PER_QUARTER:
            for quarter in range(1, 5):
                self._document(
                    target, self._lead(target), date(self.year, 3 * quarter, 26), quarter
                )
            return
        for unit_id in self._owners(target):
            self._documents_of(target, unit_id)

    def _documents_of(self, target: PlanRow, unit_id: str) -> None:
        due = self.plan.target_due(target) or date(self.year, 6, 30)
        told = self.habits.late.get(target["target_id"])
        done = due - timedelta(days=self.rng.randrange(2, 40))
        if told:
            done = date.fromisoformat(f"{self.year}-{told}")
        elif unit_id in self.habits.slow_units:
            done = min(due + timedelta(days=self.rng.randrange(3, 20)), date(self.year, 12, 30))
        done = max(done, date(self.year, self.habits.first_month, 10))
        is_sum = target["metric_id"] in texts.COUNTED_BY_AMOUNT
        wanted = self.habits.counts.get(target["target_id"], self._asked(target))
        if is_sum:
            self._document(target, unit_id, done, 1, amount=wanted)
            return
        for number in range(1, wanted + 1):
            early = max(
                done - timedelta(days=9 * (wanted - number)),
                date(self.year, self.habits.first_month, 8),
            )
            self._document(target, unit_id, early, number)

    def _asked(self, target: PlanRow) -> int:
        is_number = target["comparator"] in (">=", "=", ">") and target["unit"] != "%"
        return int(float(target["value"])) if is_number and target["value"] else 1

    def _document(
        self, target: PlanRow, unit_id: str, done: date, number: int, amount: int | None = None
    ) -> None:
        kind, noun = texts.document_of(target["metric_id"])
        parameters = self.plan.binding(target["target_id"])["parameters"]
        level = "国家" if "level=国家" in parameters else None
        title = f"{self.names[unit_id]}{self.year}年{target['metric_name_zh']}{noun}（{number}）"
        self.add(
            done.month,
            "deliverable",
            task_id=target["task_id"],
            target_id=target["target_id"],
            unit_name=self.names[unit_id],
            deliverable_type="案例经验" if "kind=案例经验" in parameters else kind,
            title=title,
            doc_no=f"示信发〔{self.year}〕{self.rng.randrange(1, 99)}号"
            if kind == "制度文件"
            else None,
            completed_date=done,
            amount=amount,
            level=level,
            evidence="成果文本或网页截图",
        )

    def _lead(self, target: PlanRow) -> str:
        task = next(t for t in self.plan.tasks if t["task_id"] == target["task_id"])
        return self.plan.lead_of(task) or self.office_unit

    def _owners(self, target: PlanRow) -> list[str]:
        """Who must do it: the lead, or each unit of the kinds that the target is asked of."""
        kinds = self.plan.target_kinds(target)
        if not kinds or "plan" in target["scope"].split(";"):
            return [self._lead(target)]
        task = next(t for t in self.plan.tasks if t["task_id"] == target["task_id"])
        return [
            u
            for u in self.plan.responsible_units(task)
            if self.kinds[u] in kinds and u not in self.habits.silent_units and self._is_in_force(u)
        ]

    # -- declared figures -------------------------------------------------------

    def _declared(self, target: PlanRow) -> None:
        path = self.habits.declared.get(target["metric_id"])
        if path is None:
            return
        owners = self._owners(target)
        if "department" in target["scope"] and "plan" in target["scope"].split(";"):
            owners = self._responsible(target) or owners
        for month in self.months:
            value = path[month - 1]
            if value is None:
                continue
            for unit_id in owners:
                self._declare(target, unit_id, month, value, len(owners))

    def _responsible(self, target: PlanRow) -> list[str]:
        task = next(t for t in self.plan.tasks if t["task_id"] == target["task_id"])
        kinds = self.plan.target_kinds(target)
        found = [u for u in self.plan.responsible_units(task) if self.kinds[u] in kinds]
        return [u for u in found if u not in self.habits.silent_units and self._is_in_force(u)]

    def _declare(
        self, target: PlanRow, unit_id: str, month: int, value: float, owners: int
    ) -> None:
        on = days.workdays_of(self.year, month)[-1]
        values: dict[str, Any] = {"unit": target["unit"]}
        if target["unit"] == "%":
            whole = 20 + (hash_of(unit_id) % 5) * 20 if owners > 1 else 200
            values["denominator"] = whole
            shift = (hash_of(unit_id + target["target_id"]) % 5 - 2) if owners > 1 else 0
            values["numerator"] = max(0, min(whole, round(whole * (value + shift) / 100)))
        else:
            values["value"] = value
        self.add(
            month,
            "declaration",
            metric_id=target["metric_id"],
            target_id=target["target_id"],
            unit_name=self.names[unit_id],
            period=f"{self.year}-{month:02d}",
            declared_date=on,
            basis="汇总",
            evidence="统计表（汇总）",
            **values,
        )

    # -- meetings, articles, honours, contacts ----------------------------------

    def _meetings(self, target: PlanRow) -> None:
        if target["target_id"] in self.habits.missed:
            return
        kind, noun = texts.meeting_of(target["metric_id"])
        parameters = self.plan.binding(target["target_id"])["parameters"]
        level = "省" if "level=省" in parameters else "本级"
        is_monthly = target["recurrence"] == "monthly"
        due = self.plan.target_due(target) or date(self.year, 10, 30)
        times = self.habits.counts.get(target["target_id"], max(1, self._asked(target)))
        wanted = list(self.months) if is_monthly else [
            max(self.habits.first_month, due.month - 1 - k) for k in range(times)
        ]  # fmt: skip
        for unit_id in self._owners(target):
            for number, month in enumerate(wanted, start=1):
                if f"{target['target_id']}:{month}" in self.habits.meetings_missed:
                    continue
                on = self.rng.choice(days.workdays_of(self.year, month)[3:18])
                self.add(
                    month,
                    "meeting_training",
                    kind=kind,
                    title=f"{self.year}年{target['metric_name_zh']}{noun}（第{number}次）",
                    unit_name=self.names[unit_id],
                    held_date=on,
                    attendee_count=self.rng.randrange(18, 120),
                    level=level,
                    topic=target["definition"][:40],
                    task_id=target["task_id"],
                    target_id=target["target_id"],
                    evidence="签到表、课件",
                )

    def _articles(self) -> None:
        units = self.habits.article_units or tuple(
            u["unit_id"] for u in self.plan.units if self._is_in_force(u["unit_id"])
        )
        reposts = [t for t in self.plan.targets if t["metric_id"] == "policy_repost_count"]
        for month in self.months:
            workdays = days.workdays_of(self.year, month)
            counts = {u: self.habits.articles[month - 1] // len(units) for u in units}
            for k in range(self.habits.articles[month - 1] % len(units)):
                counts[units[(k + month) % len(units)]] += 1
            for unit_id in self.habits.short_units.get(month, ()):
                counts[unit_id] = 1 if month % 2 else 0
            for unit_id, count in counts.items():
                for number in range(count):
                    self._article(unit_id, month, number, self.rng.choice(workdays))
            for target in reposts if month % 3 == 0 else ():
                row = self._article(self._lead(target), month, 90, workdays[0])
                row.values |= {"article_kind": "转载", "task_id": target["task_id"]}
                row.values |= {"target_id": target["target_id"], "node": None}
        first = self.rows.get((max(3, self.habits.first_month), "publicity_article"), [])
        if len(first) > 4:
            # the same text handed in by two units: counted once, for the first
            twin = Row(dict(first[0].values))
            twin.values |= {"unit_name": first[-1].values["unit_name"], "title": "转发：示例稿件"}
            twin.values["published_date"] = first[0].values["published_date"] + timedelta(days=1)
            twin.faults.append(Fault("PA1", "title", "与本批另一稿件正文相同"))
            first.append(twin)

    def _article(self, unit_id: str, month: int, number: int, on: date) -> Row:
        field_name = texts.FIELDS[(number + month + hash_of(unit_id)) % len(texts.FIELDS)]
        theme = texts.THEMES[(number * 3 + month + hash_of(unit_id)) % len(texts.THEMES)]
        name = self.names[unit_id]
        node = texts.node_of(on) if number % 2 == 0 else None
        return self.add(
            month,
            "publicity_article",
            unit_name=name,
            title=f"{name}{month}月{theme}（{number + 1}）",
            media=texts.MEDIA[(number + month) % len(texts.MEDIA)],
            published_date=on,
            article_kind="转载" if self.rng.random() < 0.12 else "原创",
            field=field_name,
            node=node,
            content=f"{month}月，{name}围绕{field_name}{theme}，编号{unit_id}-{month:02d}-{number + 1}。",
        )

    def _honours(self) -> None:
        serial = 0
        for kind, level, count, first in self.habits.honours:
            for number in range(count):
                serial += 1
                month = min(12, max(self.habits.first_month, first + number * 7 // max(1, count)))
                on = self.rng.choice(days.workdays_of(self.year, month))
                is_firm = kind in texts.FIRM_HONOURS
                self.add(
                    month,
                    "honour",
                    kind=kind,
                    name=texts.honoured(kind, serial),
                    uscc=texts.honour_code(self.plan.id, serial) if is_firm else None,
                    level=level,
                    awarded_date=on,
                    awarder="示例信用主管部门",
                    doc_no=f"示信发〔{self.year}〕{serial}号",
                    unit_name=self.names[self.office_unit],
                    status="有效",
                    reviewed_date=None,
                )

    def _contacts(self) -> None:
        month = self.habits.first_month
        since = date(self.year, month, 4) - timedelta(days=400)
        roles = ["领导责任人", "执行责任人", "具体操作人", "联络员", "修复专员"]
        for order, unit in enumerate(self.plan.units):
            if not self._is_in_force(unit["unit_id"]):
                continue
            without = {3: "联络员", 7: "具体操作人"}.get(order)
            for number, role in enumerate(roles):
                if role == without or unit["unit_id"] in self.habits.silent_units:
                    continue
                self.add(
                    month,
                    "contact",
                    unit_name=unit["name"],
                    role=role,
                    person_name=self._person(order * 7 + number),
                    post="分管负责人" if number == 0 else "信用工作岗",
                    phone=f"0000-{8000000 + order * 10 + number}",
                    valid_from=since,
                )
        changed = self.plan.units[0]
        moved = date(self.year, 8, 16)
        last = [r for r in self.rows[month, "contact"] if r.values["role"] == "联络员"][0]
        again = dict(last.values)
        self.add(8, "contact", **{**again, "valid_to": moved})
        self.add(8, "contact", **{
            **again, "person_name": self._person(990), "valid_from": moved,
            "unit_name": changed["name"],
        })  # fmt: skip

    def _mistakes(self) -> None:
        """Rows that the clerks got wrong, beside the right ones."""
        unit = self.names[self.office_unit]
        on = date(self.year, 7, 5)
        task = next(t["task_id"] for t in self.plan.tasks if t["task_kind"] == "routine")
        row = self.add(
            7, "deliverable", task_id=task, unit_name=unit, deliverable_type="报告",
            title=f"{self.year}年信用工作半年小结（草稿）", evidence="草稿",
        )  # fmt: skip
        row.faults.append(Fault("G02", "completed_date", "完成日期未填"))
        row = self.add(
            7, "meeting_training", kind="座谈", title=f"{self.year}年信用工作座谈", unit_name=unit,
            held_date=on, attendee_count=12, level="本级", task_id=task, evidence="签到表",
        )  # fmt: skip
        row.faults.append(Fault("D01", "kind", "类型不在列表中"))
        row = self.add(
            9, "honour", kind="其他", name="示例信用驿站（示例）", level="本级", awarded_date=on,
            awarder="示例信用主管部门", unit_name=unit, status="取消",
        )  # fmt: skip
        row.faults.append(Fault("HO1", "revoked_date", "取消而没有取消日期"))
        row = self.add(
            10, "contact", unit_name=unit, role="执行责任人", person_name=self._person(991),
            post="信用工作岗", phone="0000-8009999", valid_from=date(self.year, 3, 1),
            valid_to=date(self.year, 2, 1),
        )  # fmt: skip
        row.faults.append(Fault("CT1", "valid_to", "任职至早于任职自"))
        declared = [r for r in self.rows.get((8, "declaration"), []) if "numerator" in r.values]
        for wrong in declared[1:2]:
            wrong.values["numerator"] = wrong.values["denominator"] + 3
            wrong.faults.append(Fault("M03", "numerator", "分子大于分母"))

    def _person(self, number: int) -> str:
        tail = NUMERALS[number // 7 % 10] + NUMERALS[number % 10]
        return SURNAMES[number % len(SURNAMES)] + "示例"[number % 2] + tail


def hash_of(text: str) -> int:
    """A small number of a text, the same on every run."""
    return sum((k + 1) * ord(c) for k, c in enumerate(text))
