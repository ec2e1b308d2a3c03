"""What happens beside the targets: articles, honours, contacts, and the clerks' mistakes."""

from __future__ import annotations

from datetime import date, timedelta

from . import days, texts
from .model import Fault, Row
from .office import Office, hash_of
from .town import NUMERALS, SURNAMES


def add_articles(office: Office) -> None:
    """So many articles a month, dealt over the units; one text comes twice."""
    reposts = [t for t in office.plan.targets if t["metric_id"] == "policy_repost_count"]
    for month in office.months:
        workdays = days.workdays_of(office.year, month)
        units = [
            u["unit_id"]
            for u in office.plan.units
            if u.holds(workdays[0]) and u.holds(workdays[-1])
        ]
        counts = {u: office.habits.articles[month - 1] // len(units) for u in units}
        for k in range(office.habits.articles[month - 1] % len(units)):
            counts[units[(k + month) % len(units)]] += 1
        for unit_id in office.habits.short_units.get(month, ()):
            counts[unit_id] = 1 if month % 2 else 0
        for unit_id, count in counts.items():
            for number in range(count):
                _article(office, unit_id, month, number, office.rng.choice(workdays))
        for target in reposts if month % 3 == 0 else ():
            row = _article(office, office.lead_of(target), month, 90, workdays[0])
            row.values |= {"article_kind": "转载", "task_id": target["task_id"]}
            row.values |= {"target_id": target["target_id"], "node": None}
    first = office.rows.get((max(3, office.habits.first_month), "publicity_article"), [])
    if len(first) > 4:
        # the same text handed in by two units: counted once, for the first
        twin = Row(dict(first[0].values))
        twin.values |= {"unit_name": first[-1].values["unit_name"], "title": "转发：示例稿件"}
        twin.values["published_date"] = first[0].values["published_date"] + timedelta(days=1)
        twin.faults.append(Fault("PA1", "title", "与本批另一稿件正文相同"))
        first.append(twin)


def _article(office: Office, unit_id: str, month: int, number: int, on: date) -> Row:
    field_name = texts.FIELDS[(number + month + hash_of(unit_id)) % len(texts.FIELDS)]
    theme = texts.THEMES[(number * 3 + month + hash_of(unit_id)) % len(texts.THEMES)]
    name = office.names[unit_id]
    node = texts.node_of(on) if number % 2 == 0 else None
    return office.add(
        month,
        "publicity_article",
        unit_name=name,
        title=f"{name}：{month}月{theme}（{number + 1}）",
        media=texts.MEDIA[(number + month) % len(texts.MEDIA)],
        published_date=on,
        article_kind="转载" if office.rng.random() < 0.12 else "原创",
        field=field_name,
        node=node,
        content=f"{month}月，{name}围绕{field_name}{theme}，本月第{number + 1}篇。",
    )


def add_honours(office: Office) -> None:
    """Honours awarded in the year, and those of earlier years that are reviewed."""
    serial = 0
    for batch in office.habits.honours:
        for number in range(batch.count):
            serial += 1
            later = batch.month + number * 7 // max(1, batch.count)
            month = min(12, max(office.habits.first_month, later))
            if batch.years_ago:
                month = batch.month
            on = office.rng.choice(days.workdays_of(office.year, month))
            awarded = on.replace(year=on.year - batch.years_ago, day=min(on.day, 28))
            is_revoked = number < batch.revoked
            is_firm = batch.kind in texts.FIRM_HONOURS
            office.add(
                month,
                "honour",
                kind=batch.kind,
                name=texts.honoured(batch.kind, serial),
                uscc=texts.honour_code(office.plan.id, serial) if is_firm else None,
                level=batch.level,
                awarded_date=awarded,
                awarder="示例信用主管部门",
                doc_no=f"示信发〔{awarded.year}〕{serial}号",
                unit_name=office.names[office.office_unit],
                status="取消" if is_revoked else "有效",
                reviewed_date=on if batch.years_ago else None,
                revoked_date=on if is_revoked else None,
            )


def add_contacts(office: Office) -> None:
    """Who holds which role; in August one liaison officer changes."""
    month = office.habits.first_month
    since = date(office.year, month, 4) - timedelta(days=400)
    roles = ["领导责任人", "执行责任人", "具体操作人", "联络员", "修复专员"]
    for order, unit in enumerate(office.plan.units):
        begun = max(since, unit.validity[0])
        if begun.year > office.year or not unit.holds(max(begun, date(office.year, month, 4))):
            continue
        for number, role in enumerate(roles):
            if role == office.habits.contacts_without.get(unit["unit_id"]):
                continue
            office.add(
                begun.month if begun.year == office.year else month,
                "contact",
                unit_name=unit["name"],
                role=role,
                person_name=_person(office, order * 7 + number),
                post="分管负责人" if number == 0 else "信用工作岗",
                phone=f"0000-{8000000 + order * 10 + number}",
                valid_from=begun,
            )
    changed = office.plan.units[0]
    moved = date(office.year, 8, 16)
    last = next(r for r in office.rows[month, "contact"] if r.values["role"] == "联络员")
    again = dict(last.values)
    office.add(8, "contact", **{**again, "valid_to": moved})
    office.add(8, "contact", **{
        **again, "person_name": _person(office, 990), "valid_from": moved,
        "unit_name": changed["name"],
    })  # fmt: skip


def add_mistakes(office: Office) -> None:
    """Rows that the clerks got wrong, beside the right ones."""
    unit = office.names[office.office_unit]
    on = date(office.year, 7, 5)
    task = next(t["task_id"] for t in office.plan.tasks if t["task_kind"] == "routine")
    row = office.add(
        7, "deliverable", task_id=task, unit_name=unit, deliverable_type="报告",
        title=f"{office.year}年信用工作半年小结（草稿）", evidence="草稿",
    )  # fmt: skip
    row.faults.append(Fault("G02", "completed_date", "完成日期未填"))
    row = office.add(
        7, "meeting_training", kind="座谈", title=f"{office.year}年信用工作座谈", unit_name=unit,
        held_date=on, attendee_count=12, level="本级", task_id=task, evidence="签到表",
    )  # fmt: skip
    row.faults.append(Fault("D01", "kind", "类型不在列表中"))
    row = office.add(
        9, "honour", kind="其他", name="示例信用驿站（示例）", level="本级", awarded_date=on,
        awarder="示例信用主管部门", unit_name=unit, status="取消",
    )  # fmt: skip
    row.faults.append(Fault("HO1", "revoked_date", "取消而没有取消日期"))
    row = office.add(
        10, "contact", unit_name=unit, role="执行责任人", person_name=_person(office, 991),
        post="信用工作岗", phone="0000-8009999", valid_from=date(office.year, 3, 1),
        valid_to=date(office.year, 2, 1),
    )  # fmt: skip
    row.faults.append(Fault("CT1", "valid_to", "任职至早于任职自"))
    wrong = _declared_rates(office, 8)[:2][-1]
    wrong.values["numerator"] = wrong.values["denominator"] + 3
    wrong.faults.append(Fault("M03", "numerator", "分子大于分母"))
    wrong = _declared_rates(office, 9)[:3][-1]
    wrong.values["denominator"] = None
    wrong.faults.append(Fault("DC1", "denominator", "分母未填"))


def _declared_rates(office: Office, month: int) -> list[Row]:
    return [r for r in office.rows[month, "declaration"] if "numerator" in r.values]


def _person(office: Office, number: int) -> str:
    tail = NUMERALS[number // 7 % 10] + NUMERALS[number % 10]
    return SURNAMES[number % len(SURNAMES)] + "示例"[number % 2] + tail
