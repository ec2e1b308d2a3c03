"""What answers the targets: documents, declared figures, meetings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from warehouse.plans import Row as PlanRow

from . import days, texts
from .office import Figure, Office, asked, hash_of

PER_MONTH = ("index_analysis_report_count",)
PER_QUARTER = ("quarterly_assessment_count",)


def add_documents(office: Office, target: PlanRow) -> None:
    """What is issued, built or finished for the target."""
    if target["legal_status"] != "in_force" or target["target_id"] in office.habits.missed:
        return
    if target["metric_id"] in PER_MONTH:
        for month in office.months:
            if (target["target_id"], month) not in office.habits.skipped:
                on = date(office.year, month, 25)
                _document(office, target, office.lead_of(target), on, f"（{month}月）")
        return
    if target["metric_id"] in PER_QUARTER:
        for quarter in range(1, 5):
            on = date(office.year, 3 * quarter, 26)
            _document(office, target, office.lead_of(target), on, f"（第{quarter}季度）")
        return
    for unit_id in office.owners_of(target):
        lags = [office.lag_of(target[name], unit_id) for name in ("target_id", "task_id")]
        if "" not in lags:
            _documents_of(office, target, unit_id)


def _documents_of(office: Office, target: PlanRow, unit_id: str) -> None:
    due = office.plan.target_due(target) or date(office.year, 6, 30)
    name = target["target_id"]
    told = office.lag_of(name, unit_id)
    done = due - timedelta(days=office.rng.randrange(2, 40))
    # the document that finishes a dated task comes on the day on which the task is done
    done = office.done.get((target["task_id"], unit_id), done)
    if told:
        done = office.day(told)
    done = max(done, date(office.year, office.habits.first_month, 10))
    if not office.plan.roster[unit_id].holds(done):
        return  # made later in the year, or dissolved before
    is_sum = target["metric_id"] in texts.COUNTED_BY_AMOUNT
    wanted = office.habits.counts.get(target["target_id"], asked(target))
    if is_sum:
        _document(office, target, unit_id, done, amount=wanted)
        return
    for number in range(1, wanted + 1):
        early = max(
            done - timedelta(days=9 * (wanted - number)),
            date(office.year, office.habits.first_month, 8),
        )
        tail = f"（{number}）" if wanted > 1 else ""
        _document(office, target, unit_id, early, tail)


def _document(
    office: Office,
    target: PlanRow,
    unit_id: str,
    done: date,
    tail: str = "",
    amount: int | None = None,
) -> None:
    kind, noun = texts.document_of(target["metric_id"])
    parameters = office.plan.binding(target["target_id"])["parameters"]
    level = "国家" if "level=国家" in parameters else None
    # what the place and each unit must have bears one title everywhere
    name = "" if "plan" in target["scope"].split(";") else office.names[unit_id]
    title = f"{name}{office.year}年“{office.task_of(target)['title']}”{noun}{tail}"
    office.add(
        done.month,
        "deliverable",
        task_id=target["task_id"],
        target_id=target["target_id"],
        unit_name=office.names[unit_id],
        deliverable_type="案例经验" if "kind=案例经验" in parameters else kind,
        title=title,
        doc_no=f"示信发〔{office.year}〕{office.rng.randrange(1, 99)}号"
        if kind == "制度文件"
        else None,
        completed_date=done,
        amount=amount,
        level=level,
        evidence="成果文本或网页截图",
    )


def add_declared(office: Office, target: PlanRow) -> None:
    """The figures that the units, or the office itself, declare month by month."""
    path = office.habits.declared.get(target["metric_id"])
    if path is None:
        return
    owners = office.owners_of(target)
    if "department" in target["scope"] and "plan" in target["scope"].split(";"):
        owners = office.responsible_of(target) or owners
    is_coverage = target["metric_id"] in texts.COVERAGE_OF_UNITS
    for month in office.months:
        value = path[month - 1]
        if value is None:
            continue
        on = days.workdays_of(office.year, month)[-1]
        for unit_id in owners:
            is_silent = office.lag_of(target["target_id"], unit_id) == ""
            if not office.plan.roster[unit_id].holds(on) or is_silent:
                continue
            told = value
            if is_coverage and not isinstance(value, tuple) and value is not None:
                told = (int(_place_of(unit_id, owners) <= value), 1)
            _declare(office, target, unit_id, on, told, len(owners))


def _place_of(unit_id: str, owners: list[str]) -> float:
    """Where the unit stands, in percent, in the order in which the units come to do a thing."""
    order = sorted(owners, key=lambda u: (hash_of(u) * 7919 % 101, u))
    return 100 * (order.index(unit_id) + 0.5) / len(owners)


def _declare(
    office: Office, target: PlanRow, unit_id: str, on: date, value: Figure, owners: int
) -> None:
    values: dict[str, Any] = {"unit": target["unit"]}
    if isinstance(value, tuple):
        values["numerator"], values["denominator"] = value
    elif target["unit"] == "%" and value is not None:
        whole = 20 + (hash_of(unit_id) % 5) * 20 if owners > 1 else 200
        values["denominator"] = whole
        shift = 3 * (hash_of(unit_id + target["target_id"]) % 5 - 2) if owners > 1 else 0
        values["numerator"] = max(0, min(whole, round(whole * (value + shift) / 100)))
    elif value is not None:
        # of many units one or the other is a little behind
        is_behind = owners > 1 and value > 1 and (hash_of(unit_id) + 5 * on.month) % 19 == 0
        values["value"] = value - is_behind
    office.add(
        on.month,
        "declaration",
        metric_id=target["metric_id"],
        target_id=target["target_id"],
        unit_name=office.names[unit_id],
        period=f"{on:%Y-%m}",
        declared_date=on,
        basis="汇总",
        evidence="统计表（汇总）",
        **values,
    )


def add_meetings(office: Office, target: PlanRow) -> None:
    """Trainings, visits and meetings that the target asks for."""
    if target["target_id"] in office.habits.missed:
        return
    kind, noun = texts.meeting_of(target["metric_id"])
    parameters = office.plan.binding(target["target_id"])["parameters"]
    level = "省" if "level=省" in parameters else "本级"
    is_monthly = target["recurrence"] == "monthly"
    due = office.plan.target_due(target) or date(office.year, 10, 30)
    times = office.habits.counts.get(target["target_id"], max(1, asked(target)))
    wanted = list(office.months) if is_monthly else [
        max(office.habits.first_month, due.month - times + k) for k in range(times)
    ]  # fmt: skip
    for unit_id in office.owners_of(target):
        for number, month in enumerate(wanted, start=1):
            if (target["target_id"], month) in office.habits.skipped:
                continue
            if office.lag_of(target["target_id"], unit_id) == "":
                continue
            on = office.rng.choice(days.workdays_of(office.year, month)[3:18])
            office.add(
                month,
                "meeting_training",
                kind=kind,
                title=f"{office.year}年“{office.task_of(target)['title']}”{noun}（第{number}次）",
                unit_name=office.names[unit_id],
                held_date=on,
                attendee_count=office.rng.randrange(18, 120),
                level=level,
                topic=target["definition"][:40],
                task_id=target["task_id"],
                target_id=target["target_id"],
                evidence="签到表、课件",
            )
