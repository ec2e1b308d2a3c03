"""A made-up plan with the duties of a test, and a warehouse of hand-made staging rows over it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from warehouse.calendar import load_calendar
from warehouse.models import run_models
from warehouse.plans import Plan, load_plan
from warehouse.reference import load_reference

PLAN = "ZZ"
DUTY_COLUMNS = (
    "duty_id", "title", "task_id", "metric_id", "ledgers", "cadence", "due_day",
    "due_month_offset", "first_due", "last_due", "until_task", "units", "basis",
)  # fmt: skip
SUBMITTED = "submission"

# What the models of duties read of each ledger; a hand-made row fills in some of it.
_COLUMNS = (
    "place_id varchar, plan_id varchar, batch_id varchar, sequence integer, row_number integer, "
    "row_id bigint, unit_id varchar, received_date date, is_replaced boolean"
)
_LEDGERS = {
    "admin_permit": "decision_date__date date",
    "admin_penalty": "decision_date__date date",
    "decision_register": "decision_date__date date",
    "task_status": (
        "status_date date, task_id__norm varchar, status__norm varchar, completed_date__date date"
    ),
    "deliverable": "event_date date",
    "meeting_training": "event_date date",
    "publicity_article": "event_date date",
    "honour": "event_date date",
    "governance_case": "event_date date",
    "gov_default_case": "event_date date",
    "commitment": "event_date date",
    "declaration": "period__end date",
    "contact": "",
    "subject": "",
    SUBMITTED: (
        "duty_id__norm varchar, period__norm varchar, submission_type__norm varchar, "
        "handed_in_date date"
    ),
}
_MODELS = {"obligations", "obligation_periods"}


def make_duty(**cells: str) -> dict[str, str]:
    """A duty of two units on the last day of each month; `cells` replaces single ones."""
    duty = dict.fromkeys(DUTY_COLUMNS, "")
    duty |= {
        "duty_id": "D", "title": "示例报送", "task_id": "T1",
        "metric_id": "publicity_ledger_submission_day", "cadence": "monthly", "due_day": "end",
        "due_month_offset": "0", "units": "department",
    }  # fmt: skip
    return duty | cells


def make_plan(
    folder: Path,
    *duties: dict[str, str],
    year: int = 2018,
    policy: str = "extend",
    start: str = "",
    units: Sequence[str] = ("U1,示例单位一,,", "U2,示例单位二,,"),
    matrix: Sequence[str] = (),
) -> Plan:
    """Write and load a plan. `units`: id, name, valid_from, valid_to, successor. `matrix`: rows of
    applicability.csv without subject and reason."""
    folder = folder / PLAN
    folder.mkdir(exist_ok=True)
    (folder / "plan.toml").write_text(
        f'id = "{PLAN}"\nplace_id = "{PLAN}"\ntitle = "示例方案"\nshort_title = "示例"\n'
        f"year = {year}\nperiod_start = {start or f'{year}-01-01'}\nperiod_end = {year}-12-31\n"
        f'holiday_policy = "{policy}"\nis_sample = true\n'
        f'[[limits]]\nvalid_from = {year}-01-01\ndays = 7\nkind = "workday"\n',
        encoding="utf-8",
    )
    roster = []
    for unit in units:
        unit_id, name, start, end, *successor = unit.split(",")
        fixed = ["department", "power", "", name, start, end]
        roster.append(",".join([unit_id, name, *fixed, *(successor or [""]), ""]))
    rows = {
        "units": [
            "unit_id,name,kind,ranking_group,uscc,clause_names,valid_from,valid_to,successor,note",
            *roster,
        ],
        "aliases": ["unit_id,alias,valid_from,valid_to,note"],
        "clause_names": [
            "clause_name,meaning,expands_to,aliases,note",
            "各部门,collective,department,,",
        ],
        "tasks": [
            "task_id,parent_id,is_leaf,task_kind,section,title,lead_departments,"
            "responsible_departments,clause_actor,deadline,cadence,done_by,note",
            "T1,,1,recurring,一,定期报送,,各部门,,,monthly,,",
            "T2,,1,deliverable,一,建成网站,示例单位一,,,,once,status,",
        ],
        "targets": [
            "target_id,task_id,metric_id,metric_name_zh,definition,comparator,value,unit,scope,"
            "due_date,recurrence,stretch_value,hardness,kind,due_basis,legal_status,legal_note,note"
        ],
        "bindings": ["target_id,measure,parameters"],
        "duties": [",".join(DUTY_COLUMNS), *(",".join(duty.values()) for duty in duties)],
        "applicability": ["unit_id,subject,subject_id,state,reason,valid_from,valid_to"],
    }
    for row in matrix:
        unit_id, duty_id, state, *validity = row.split(",")
        rows["applicability"].append(",".join([unit_id, "duty", duty_id, state, "示例", *validity]))
    for name, lines in rows.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_plan(folder)


class World:
    """A warehouse in memory: rows are put in by hand, then `build` judges the obligations.

    `is_running`: something of no unit has been received under the plan already.
    """

    def __init__(self, plan: Plan, as_of: str, *, is_running: bool = True) -> None:
        self.con = duckdb.connect()
        load_reference(
            self.con, {plan.id: plan}, load_calendar(), date.fromisoformat(as_of), "build"
        )
        self.con.execute("create schema staging")
        for ledger, own in _LEDGERS.items():
            columns = ", ".join(filter(None, [_COLUMNS, own]))
            self.con.execute(f"create table staging.{ledger} ({columns})")
        self.con.execute("create schema meta")
        self.con.execute("create table meta.batches (batch_id varchar, plan_id varchar)")
        self._batches = 0
        if is_running:
            self.receive(as_of, "subject", {"unit_id": "(未识别单位)"})

    def receive(
        self, day: str, ledger: str, *rows: dict[str, str], is_replaced: bool = False
    ) -> None:
        """One batch; each row says its `unit_id` and what else of the ledger's columns it fills."""
        self._batches += 1
        self.con.execute("insert into meta.batches values (?, ?)", [f"B{self._batches}", PLAN])
        for number, own in enumerate(rows, 2):  # row 1 of a file is its header
            cells = {
                "place_id": PLAN,
                "plan_id": PLAN,
                "batch_id": f"B{self._batches}",
                "sequence": self._batches,
                "row_number": number,
                "row_id": self._batches * 1_000_000_000 + number,
                "received_date": day,
                "is_replaced": is_replaced,
                **own,
            }
            names, marks = ", ".join(cells), ", ".join("?" * len(cells))
            self.con.execute(
                f"insert into staging.{ledger} ({names}) values ({marks})", list(cells.values())
            )

    def submit(
        self, day: str, unit_id: str, period: str, kind: str = "报送", *, duty: str = "D"
    ) -> None:
        """A row of the ledger submission."""
        self.receive(
            day,
            SUBMITTED,
            {"unit_id": unit_id, "duty_id__norm": duty, "period__norm": period,
             "submission_type__norm": kind, "handed_in_date": day},
        )  # fmt: skip

    def build(self) -> None:
        """The models of duties."""
        run_models(self.con, "marts", only=_MODELS)

    def states(self, duty: str = "D") -> dict[tuple[str, str], str]:
        """(unit, period covered) -> state."""
        self.build()
        rows = self.con.execute(
            "select unit_id, period_covered, state from marts.obligations where duty_id = ?", [duty]
        ).fetchall()
        return {(unit, period): state for unit, period, state in rows}
