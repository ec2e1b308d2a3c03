"""A sixth, small plan needs a folder and nothing else: it is written here, files are loaded for it
and its targets are printed."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from etl.cli import app
from etl.pipeline import Pipeline
from tests.homes import make_home
from tests.plan_folders import write_table
from tests.semantics.rows import Row, permit, uscc
from warehouse.home import Home
from warehouse.store import Store

# Two departments: the second one takes the first one over in July 2023. Both hand in permits.
OLD, NEW = ("示例粮食单位", uscc("11", 901)), ("示例发展单位", uscc("11", 902))


def write_plan(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "plan.toml").write_text(
        """
        id = "ZX"
        place_id = "ZX"
        title = "示例县2023年信用工作要点"
        year = 2023
        period_start = 2023-03-01
        is_sample = true
        [[limits]]
        days = 10
        kind = "natural"
        """,
        encoding="utf-8",
    )
    write_table(
        folder,
        "units",
        f"""
        unit_id,name,kind,ranking_group,uscc,clause_names,valid_from,valid_to,successor
        ZX-U1,{OLD[0]},department,power,{OLD[1]},县粮食局,,2023-07-01,ZX-U2
        ZX-U2,{NEW[0]},department,power,{NEW[1]},县发展局,,,
        """,
    )
    write_table(folder, "aliases", "unit_id,alias,valid_from,valid_to")
    write_table(
        folder,
        "clause_names",
        """
        clause_name,meaning,expands_to,aliases
        各部门,collective,department,
        """,
    )
    write_table(
        folder,
        "tasks",
        """
        task_id,parent_id,is_leaf,task_kind,section,title,lead_departments,responsible_departments,clause_actor,deadline,cadence,done_by,note
        ZX-1,,1,routine,一,按期报送双公示,,县发展局;各部门,,,continuous,,
        ZX-2,,1,deliverable,二,印发要点,县粮食局,,,--09-30,once,status,
        """,
    )
    write_table(
        folder,
        "targets",
        """
        target_id,task_id,metric_id,metric_name_zh,definition,comparator,value,unit,scope,due_date,recurrence,stretch_value,hardness,kind,due_basis,legal_status,legal_note,note
        ZX-T1,ZX-1,publicity_compliance_rate,合规率,合规条数/报送条数,>=,75,%,plan;department,,monthly,,must,stated,cadence,in_force,,
        ZX-T2,ZX-1,publicity_compliance_rate,合规率,合规条数/报送条数,>=,95,%,plan,,continuous,,must,stated,cadence,in_force,,
        ZX-T3,ZX-1,credit_plus_scenario_count,场景数,场景数,>=,1,scenario,plan,,continuous,,must,stated,cadence,in_force,,
        """,
    )
    write_table(
        folder,
        "bindings",
        """
        target_id,measure,parameters
        ZX-T1,ledger:admin_permit,
        ZX-T2,ledger:admin_permit,
        ZX-T3,ledger:scenario,
        """,
    )
    write_table(folder, "duties", "duty_id,task_id,metric_id,ledgers,cadence,due_day,units")
    write_table(folder, "applicability", "unit_id,subject,subject_id,state,reason")


def june(serial: int, unit: tuple[str, str], **cells: str) -> Row:
    return permit(
        serial,
        unit=unit,
        **{
            "行政许可决定文书号": f"示许字〔2023〕{serial}号",
            "许可决定日期": "2023/06/15",
            "有效期自": "2023/06/15",
            "有效期至": "2026/06/14",
            "上报时间": "2023/06/20",
        }
        | cells,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that knows the plan and has loaded a file with permits of June and July."""
    folder = tmp_path_factory.mktemp("sixth")
    with pytest.MonkeyPatch.context() as patch:
        home = make_home(folder, patch)
        write_plan(home.plans / "ZX")
        july = {"许可决定日期": "2023/07/10", "上报时间": "2023/07/14"}
        rows = [
            june(1, OLD), june(2, OLD), june(3, NEW),
            june(4, NEW, **{"行政相对人代码_1(统一社会信用代码)": "91990000EX00000400"}),
            # the old office writes its name on a decision after it was dissolved
            june(5, (OLD[0], ""), **july), june(6, (NEW[0], ""), **july),
            # … or its code: from the merger on that is the new office's
            june(7, OLD, **july),
        ]  # fmt: skip
        files = folder / "files"
        files.mkdir()
        with (files / "permits.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        for place in ("ZX", "BC"):  # the same file comes in at two places
            result = Pipeline(home, date(2023, 8, 1)).load([files], place)
            assert not result.problems
            assert (len(result.new), result.outcome.gate_status) == (1, "passed")
        yield home


def ask(home: Home, query: str) -> list[tuple[object, ...]]:
    version = home.versions / f"{Store(home).current()}.duckdb"
    with duckdb.connect(str(version), read_only=True) as con:
        return con.sql(query).fetchall()


def targets(home: Home, *options: str) -> list[dict[str, object]]:
    asked = ["targets", "--home", str(home.root), "--plan", "ZX", "--format", "json", *options]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found


def test_its_targets_are_printed_once_each(home: Home) -> None:
    rows = {row["target_id"]: row for row in targets(home, "--period", "2023-06")}
    assert sorted(rows) == ["ZX-T1", "ZX-T2", "ZX-T3"]
    # June: three of four records; the code of the fourth has a wrong check character
    first = rows["ZX-T1"]
    assert (first["numerator"], first["denominator"], first["value"]) == (3, 4, 75)
    assert (first["status"], first["light"]) == ("met", "green")
    assert rows["ZX-T2"]["threshold"] == 95
    assert rows["ZX-T2"]["status"] == "missed"
    assert (rows["ZX-T3"]["status"], rows["ZX-T3"]["missing"]) == ("no_data", ["scenario"])


def test_each_unit_has_its_own_row(home: Home) -> None:
    rows = targets(home, "--period", "2023-06", "--scope", "department")
    by_unit = {
        row["scope_id"]: (row["numerator"], row["denominator"], row["status"])
        for row in rows
        if row["target_id"] == "ZX-T1"
    }
    assert by_unit == {"ZX-U1": (2, 2, "met"), "ZX-U2": (1, 2, "missed")}


def test_spans_run_from_march_with_the_plan(home: Home) -> None:
    spans = ask(
        home,
        "select distinct period from ref.periods where plan_id = 'ZX' and period_kind = 'span' "
        "order by 1",
    )
    assert [label for (label,) in spans] == [f"2023-03..2023-{m:02d}" for m in range(3, 13)]


def test_a_dissolved_unit_is_not_known_by_name_any_more(home: Home) -> None:
    units = ask(
        home,
        "select document_no, unit_id from marts.publicity_records where plan_id = 'ZX' order by 1",
    )
    assert [unit for _, unit in units] == [
        "ZX-U1", "ZX-U1", "ZX-U2", "ZX-U2", "(未识别单位)", "ZX-U2", "ZX-U2",
    ]  # fmt: skip


def test_another_place_does_not_know_its_units_and_does_not_share_its_records(home: Home) -> None:
    units = ask(
        home,
        "select place_id, count(*), count(distinct unit_id), min(unit_id) "
        "from marts.publicity_records group by 1 order by 1",
    )
    assert units == [("BC", 7, 1, "(未识别单位)"), ("ZX", 7, 3, "(未识别单位)")]
    repeats = "select count(*) from quality.violations where rule_id in ('G36', 'G37')"
    assert ask(home, repeats) == [(0,)]


def test_its_limit_counts(home: Home) -> None:
    """Ten natural days from 15 June end on the 25th, a Sunday; seven working days do on the 28th
    (22 and 23 June are holidays, Sunday 25 is worked)."""
    [(limit,)] = ask(
        home,
        "select distinct limit_date from marts.publicity_records "
        "where plan_id = 'ZX' and decision_date = date '2023-06-15'",
    )
    assert limit == date(2023, 6, 25)


def test_the_deliverable_is_led_by_the_unit_of_its_deadline(home: Home) -> None:
    lead = ask(home, "select lead_unit_id from ref.tasks where task_id = 'ZX-2'")
    assert lead == [("ZX-U2",)]  # 县粮食局 is gone by 30 September
