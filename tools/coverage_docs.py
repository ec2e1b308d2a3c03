"""Write docs/coverage.md: where each system, target and task of the five plans shows.

The systems are the project's own data (docs/systems.csv); targets, tasks, metrics and ledgers are
read from where the product reads them.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dashboard.navigation import PAGES
from warehouse.contracts import load_contracts
from warehouse.metrics import Metric, load_metrics
from warehouse.plans import Plan, Row, load_plans

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "coverage.md"
SYSTEMS = DOCS / "systems.csv"
TARGETS_PAGE = "任务与目标"
DUTIES_PAGE = "报送日历"
PREFACE = """\
# Coverage

Written by `make docs`; do not edit. What the five plans and their {systems} systems ask for, and
where it shows. Pages are named by their titles; `later: ledger x` has no contract yet, so its
targets are no_data and name it in `missing`.
"""

# Whose rows a page shows beside the targets page, which lists every target.
LEDGER_PAGES = {
    **dict.fromkeys(
        ("admin_permit", "admin_penalty", "decision_register", "platform_receipt"), "双公示"
    ),
    **dict.fromkeys(("publicity_article", "meeting_training", "honour"), "宣传培训"),
    **dict.fromkeys(("city_index", "external_assessment"), "城市信用监测"),
    "contact": "部门考核",
}
_TASK_WORDS = {
    "context": "listed, not counted",
    "group": "listed, its parts count",
    "status": "ledger:task_status",
    "target": "its targets",
}


def read_systems() -> list[dict[str, str]]:
    """The systems the plans name: id, title, plans, what they do, ledgers, metrics, page."""
    with SYSTEMS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def missing_of(measure: str, metric: Metric) -> list[str]:
    """The ledgers without contract that a target of this measure waits for."""
    kind, _, what = measure.partition(":")
    wanted = what.split("+") if kind == "ledger" else []
    if metric.is_waiting and not wanted:
        wanted = list(metric.ledgers)
    return [ledger for ledger in wanted if ledger not in load_contracts()]


def render() -> str:
    """The whole page."""
    plans = load_plans()
    systems = read_systems()
    lines = [PREFACE.format(systems=len(systems)), *_summary(plans.values()), "## Systems", ""]
    lines += _table(["system", "asks for", "ledgers", "metrics", "page"], _system_rows(systems))
    for plan in plans.values():
        lines += [f"## {plan.id}: {plan.title}", "", f"### Targets of {plan.id}", ""]
        heads = ["target", "clause", "metric", "asks", "measured by", "missing", "pages"]
        lines += _table(heads, _target_rows(plan))
        lines += [f"### Tasks of {plan.id}", ""]
        lines += _table(["task", "kind", "title", "measured by", "pages"], _task_rows(plan))
    return "\n".join(lines).rstrip() + "\n"


def _summary(plans: Iterable[Plan]) -> Iterator[str]:
    rows = []
    for plan in plans:
        states = Counter(_state_of(plan, target) for target in plan.targets)
        rows.append(
            [plan.id, len(plan.tasks), len(plan.targets)]
            + [states[s] for s in ("measured", "waiting", "historical")]
        )
    rows.append(["all", *(sum(row[n] for row in rows) for n in range(1, 6))])
    yield from _table(["plan", "tasks", "targets", "measured", "waiting", "historical"], rows)


def _state_of(plan: Plan, target: Row) -> str:
    if target["legal_status"] != "in_force":
        return "historical"
    measure = plan.binding(target["target_id"])["measure"]
    return "waiting" if missing_of(measure, load_metrics()[target["metric_id"]]) else "measured"


def _system_rows(systems: list[dict[str, str]]) -> Iterator[list[Any]]:
    for system in systems:
        ledgers = system["ledgers"].split(";")
        later = [ledger for ledger in ledgers if ledger not in load_contracts()]
        here = len(later) < len(ledgers) or system["metrics"]
        where = [_pages(system["page"]) or TARGETS_PAGE] if here else []
        where += [f"later: ledger {ledger}" for ledger in later]
        yield [
            f"{system['system_id']} {system['title']}（{system['plans'].replace(';', ' ')}）",
            system["dashboard_must_show"],
            " ".join(ledgers),
            system["metrics"].replace(";", " "),
            "; ".join(where),
        ]


def _target_rows(plan: Plan) -> Iterator[list[Any]]:
    for target in plan.targets:
        metric = load_metrics()[target["metric_id"]]
        measure = plan.binding(target["target_id"])["measure"]
        if target["legal_status"] == "in_force":
            pages = _target_pages(metric, measure)
            missing = " ".join(missing_of(measure, metric))
        else:
            pages, missing = f"{TARGETS_PAGE} (original text only)", ""
        asks = f"{target['comparator']} {target['value']} {target['unit']}".replace("  ", " ")
        yield [target["target_id"], target["task_id"], metric.title, asks, measure, missing, pages]


def _target_pages(metric: Metric, measure: str) -> str:
    if measure.startswith("duty:"):
        return _pages(TARGETS_PAGE, DUTIES_PAGE)
    own = () if missing_of(measure, metric) else metric.ledgers
    return _pages(TARGETS_PAGE, *(LEDGER_PAGES[x] for x in own if x in LEDGER_PAGES))


def _pages(*titles: str) -> str:
    """Those of the pages that the dashboard has, each once."""
    known = {title for title, _ in PAGES.values()}
    return ", ".join(title for title in dict.fromkeys(titles) if title in known)


def _task_rows(plan: Plan) -> Iterator[list[Any]]:
    for task in plan.tasks:
        duties = [DUTIES_PAGE] if task["task_kind"] == "recurring" else []
        pages = _pages(TARGETS_PAGE, *duties)
        measured = _task_measure(plan, task)
        yield [task["task_id"], task["task_kind"], task["title"], measured, pages]


def _task_measure(plan: Plan, task: Row) -> str:
    """How it is known what became of a task."""
    duties = [d["duty_id"] for d in plan.duties if d["task_id"] == task["task_id"]]
    targets = [t["target_id"] for t in plan.targets if t["task_id"] == task["task_id"]]
    match task["task_kind"]:
        case "context" | "group":
            return _TASK_WORDS[task["task_kind"]]
        case "deliverable" | "each":
            return " ".join([_TASK_WORDS[task["done_by"]], *targets])
        case "recurring" if duties:
            return " ".join(f"duty:{duty}" for duty in duties)
    return " ".join(targets) or _TASK_WORDS["status"]


def _table(heads: list[str], rows: Iterable[Iterable[Any]]) -> list[str]:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(str(c).replace("|", "\\|") for c in row) + " |" for row in rows]
    return [*lines, ""]


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8", newline="\n")
