"""The check before submission: its document, its cells, its exit codes."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from etl import check
from etl.check import check_file
from etl.check_result import CheckResult
from etl.check_text import to_text
from etl.pipeline import Pipeline
from etl.readers import UnreadableFile
from expectations.rules import declared_version
from expectations.runner import run_rules
from tests.homes import make_home
from tests.quality_support import CONTRACTS, PENALTY, PERMIT, PERSON, RECEIVED, TASK
from warehouse.plans import load_plans

ROOT = Path(__file__).resolve().parent.parent
BC = load_plans()["BC"]
Row = dict[str, str]


def rows_of(ledger: str, rows: Sequence[Row]) -> list[list[str]]:
    """Header and rows of the 2018 layout, without extension columns."""
    columns = [c for c in CONTRACTS[ledger].columns if not c.is_extension]
    return [[c.title for c in columns], *([r.get(c.field, "") for c in columns] for r in rows)]


def write_csv(path: Path, ledger: str, rows: Sequence[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows_of(ledger, rows))
    return path


def write_workbook(path: Path, sheets: dict[str, tuple[int, list[list[str]]]]) -> Path:
    """Sheets by name: (blank rows above, cells)."""
    with xlsxwriter.Workbook(path) as book:
        for name, (above, cells) in sheets.items():
            sheet = book.add_worksheet(name)
            for row, texts in enumerate(cells, start=above):
                for column, text in enumerate(texts):
                    sheet.write_string(row, column, text)
    return path


@pytest.fixture
def penalties(tmp_path: Path) -> CheckResult:
    """Five penalties below two title rows: clean, wrong code, wrong id, late, undated."""
    rows = [
        PENALTY,
        {**PENALTY, "document_no": "2号", "uscc": "9111"},
        {**PENALTY, **PERSON, "document_no": "3号", "id_no": "110105194912310021"},
        {**PENALTY, "document_no": "4号", "decision_date": "2022/05/05"},
        {**PENALTY, "document_no": "5号", "decision_date": "2022/13/05"},
    ]
    cells = {"Sheet1": (2, rows_of("admin_penalty", rows)), "说明": (0, [["填表说明"]])}
    return check_file(write_workbook(tmp_path / "处罚.xlsx", cells), BC, RECEIVED)


def test_the_document_counts_rows_and_points_at_cells(penalties: CheckResult) -> None:
    document = penalties.to_json()
    assert json.loads(json.dumps(document)) == document
    assert list(document) == [
        "file", "plan", "received", "ledger", "rule_set", "sheets", "rows", "compliant_rows",
        "judged_rows", "late_rows", "rates", "rules", "violations", "problems",
        "grade", "verdict", "after_mending", "limits", "rule_errors",
    ]  # fmt: skip
    assert (document["plan"], document["received"]) == ("BC", "2022-07-05")
    assert (document["ledger"], document["rule_set"]) == ("admin_penalty", declared_version())
    # Of five rows three have errors; one cannot be judged; of the four others one is late.
    assert (document["rows"], document["compliant_rows"]) == (5, 2)
    assert (document["judged_rows"], document["late_rows"]) == (4, 1)
    assert document["rates"] == {"compliance": 0.4, "timeliness": 0.75}
    first, second = document["sheets"]
    assert (first["sheet"], first["header_row"], first["standard"]) == ("Sheet1", 3, "2018")
    assert (first["undetermined_rows"], first["skipped_reason"]) == (1, None)
    assert first["timeliness_basis"] == {"receipt": 0, "column": 0, "received": 4}
    assert (second["sheet"], second["rows"]) == ("说明", 0)
    assert second["skipped_reason"]
    wrong_code = next(v for v in document["violations"] if v["rule"] == "G05")
    assert {**wrong_code, "message": ""} == {
        "rule": "G05", "ledger": "admin_penalty", "severity": "error", "sheet": "Sheet1", "row": 5,
        "column": "行政相对人代码_1(统一社会信用代码)", "field": "uscc", "cell": "C5",
        "value": "9111", "message": "",
    }  # fmt: skip
    rule = next(r for r in document["rules"] if r["rule"] == "G05")
    assert rule == {
        "rule": "G05", "ledger": "admin_penalty", "severity": "error", "status": "failed",
        "checked": 5, "failed": 1,
    }  # fmt: skip
    assert next(r for r in document["rules"] if r["rule"] == "G37")["status"] == "not_applicable"
    assert penalties.exit_code == 1
    assert penalties.verdict.startswith("修改后可报：5 行中 3 行有错误")


def test_personal_values_are_masked_unless_asked_for(tmp_path: Path) -> None:
    number = "110105194912310021"
    row = {**PERMIT, **PERSON, "id_no": number}
    path = write_csv(tmp_path / "p.csv", "admin_permit", [row])
    masked = check_file(path, BC, RECEIVED)
    text = json.dumps(masked.to_json(), ensure_ascii=False) + to_text(masked)
    assert number not in text
    assert "李四" not in text
    shown = check_file(path, BC, RECEIVED, reveal=True)
    assert [v.value for v in shown.violations if v.rule == "G21"] == [number]
    assert number in to_text(shown, with_values=True)
    assert number not in to_text(shown)


def test_a_csv_has_lines_but_no_cells(tmp_path: Path) -> None:
    rows = [{**PERMIT, "content": "甲\n乙丙丁"}, {**PERMIT, "document_no": "2号", "uscc": "1"}]
    result = check_file(write_csv(tmp_path / "p.csv", "admin_permit", rows), BC, RECEIVED)
    violation = next(v for v in result.violations if v.rule == "G05")
    # The first record takes two lines of the file.
    assert (violation.sheet, violation.row, violation.cell) == ("", 4, None)


def test_a_clean_file_may_go_up(tmp_path: Path) -> None:
    result = check_file(write_csv(tmp_path / "p.csv", "admin_permit", [PERMIT]), BC, RECEIVED)
    assert (result.exit_code, result.violations) == (0, ())
    assert result.verdict == "可报：1 行没有错误。"
    assert result.to_json()["rates"] == {"compliance": 1.0, "timeliness": 1.0}


def test_a_late_row_alone_is_told_but_not_refused(tmp_path: Path) -> None:
    late = {**PERMIT, "decision_date": "2022/05/05"}
    result = check_file(write_csv(tmp_path / "p.csv", "admin_permit", [late]), BC, RECEIVED)
    assert (result.exit_code, result.compliant_rows, result.late_rows) == (1, 1, 1)
    assert result.verdict == "可报：1 行没有错误。另有 1 行迟报，照实报送。"


def test_a_report_time_in_the_file_goes_before_the_day_of_receipt(tmp_path: Path) -> None:
    cells = rows_of("admin_permit", [{**PERMIT, "decision_date": "2022/05/05"}])
    cells = [[*cells[0], "上报时间"], [*cells[1], "2022/05/09"]]
    path = write_workbook(tmp_path / "p.xlsx", {"许可": (0, cells)})
    result = check_file(path, BC, RECEIVED)
    assert result.late_rows == 0
    assert result.sheets[0].timeliness_basis == {"receipt": 0, "column": 1, "received": 0}


def test_sheets_of_different_ledgers_have_no_common_ledger(tmp_path: Path) -> None:
    sheets = {
        "许可": (0, rows_of("admin_permit", [PERMIT])),
        "任务": (0, rows_of("task_status", [TASK])),
    }
    result = check_file(write_workbook(tmp_path / "两张.xlsx", sheets), BC, RECEIVED)
    assert result.ledger is None
    assert [s.ledger for s in result.sheets] == ["admin_permit", "task_status"]
    assert (result.rows, result.judged_rows) == (2, 1)


def test_a_missing_required_column_refuses_the_file(tmp_path: Path) -> None:
    cells = rows_of("admin_permit", [PERMIT])
    at = cells[0].index("许可内容")
    path = write_workbook(
        tmp_path / "p.xlsx", {"许可": (0, [row[:at] + row[at + 1 :] for row in cells])}
    )
    result = check_file(path, BC, RECEIVED)
    found = {v.rule: v for v in result.violations if v.severity == "error"}
    assert set(found) == {"G01", "G02"}
    assert (found["G01"].row, found["G01"].column, found["G01"].cell) == (1, None, None)
    assert (found["G02"].column, found["G02"].cell) == ("许可内容", None)
    assert result.verdict.startswith("不可报")


def test_a_table_without_rows_has_no_rates(tmp_path: Path) -> None:
    result = check_file(write_csv(tmp_path / "p.csv", "admin_permit", []), BC, RECEIVED)
    assert result.to_json()["rates"] == {"compliance": None, "timeliness": None}
    assert result.exit_code == 1
    assert result.verdict.startswith("不可报：没有数据")


def test_cells_that_were_lost_on_the_way_keep_a_file_from_going_up(tmp_path: Path) -> None:
    lost = {**PERMIT, "authority_uscc": "1.13406E+17", "document_no": "2号"}
    result = check_file(write_csv(tmp_path / "a.csv", "admin_permit", [lost]), BC, RECEIVED)
    assert "lost_digits" in {p.code for p in result.problems}
    assert result.exit_code == 1
    assert not result.verdict.startswith("可报")
    # One comma too many at the end of a row: what stands where is no longer sure.
    ragged = write_csv(tmp_path / "b.csv", "admin_permit", [PERMIT, {**PERMIT, "document_no": "2"}])
    text = ragged.read_text(encoding="utf-8").rstrip() + ",错列\n"
    ragged.write_text(text, encoding="utf-8")
    result = check_file(ragged, BC, RECEIVED)
    assert "ragged" in {p.code for p in result.problems}
    assert (result.exit_code, result.verdict[:5]) == (1, "修改后可报")


def test_a_file_that_fits_no_ledger_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"x\.csv"):
        check_file(path, BC, RECEIVED)


def test_a_crashed_rule_gives_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crashing(con, ledgers, **more):  # type: ignore[no-untyped-def]
        con.execute("alter table staging.admin_permit drop column content")
        run_rules(con, ledgers, **more)

    monkeypatch.setattr(check, "run_rules", crashing)
    result = check_file(write_csv(tmp_path / "p.csv", "admin_permit", [PERMIT]), BC, RECEIVED)
    assert result.exit_code == 3
    assert result.verdict.startswith("检查出错")
    states = {rule.status for rule in result.rules if rule.rule == "X10"}
    assert states == {"errored"}
    # What did run still stands, and the row is not called wrong for the crash.
    assert result.compliant_rows == 1


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    check_file(
        write_csv(tmp_path / "p.csv", "admin_permit", [PERMIT]),
        BC,
        RECEIVED,
        progress=lambda *step: told.append(step),
    )
    assert [done for _, done, _ in told] == list(range(told[0][2]))


def test_the_check_never_imports_the_gate_library(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "p.csv", "admin_permit", [PERMIT])
    code = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from etl.check import check_file; from warehouse.plans import load_plans\n"
        f"check_file(Path({str(path)!r}), load_plans()['BC'], date(2022, 7, 5))\n"
        "assert 'great_expectations' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_dates_do_not_depend_on_the_clock(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "p.csv", "admin_permit", [PERMIT])
    # Decided on 2022-06-30: on the day before, that is the future.
    assert check_file(path, BC, date(2022, 6, 29)).compliant_rows == 0
    assert check_file(path, BC, date(2022, 6, 30)).compliant_rows == 1


def test_a_correction_is_judged_by_the_first_report_and_the_first_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home(tmp_path, monkeypatch)
    first = [
        {**PERMIT, "document_no": "甲1号", "decision_date": "2022/05/05"},  # in time
        {**PERMIT, "document_no": "甲2号", "decision_date": "2022/05/05"},  # late
        {**PERMIT, "document_no": "甲3号", "decision_date": "2022/05/05"},  # in time
        {**PERMIT, "document_no": "甲4号", "decision_date": "2022/05/05"},  # no report time
    ]
    cells = rows_of("admin_permit", first)
    reported = ["上报时间", "2022/05/09", "2022/06/20", "2022/05/09", ""]
    cells = [[*row, day] for row, day in zip(cells, reported, strict=True)]
    path = write_workbook(tmp_path / "五月.xlsx", {"许可": (0, cells)})
    loaded = Pipeline(home, RECEIVED).load([path], "BC", date(2022, 6, 20))
    assert loaded.outcome.gate_status == "passed"

    corrected = [
        {**first[0], "content": "准予从事散装食品销售"},
        {**first[1], "decision_date": "2022/06/16"},  # would be in time
        {**first[2], "uscc": "92340621MA2PBM6286", "counterparty_category": "个体工商户"},
        {**first[3], "content": "准予从事散装食品销售"},
    ]
    again = write_csv(tmp_path / "更正.csv", "admin_permit", corrected)
    result = check_file(again, BC, RECEIVED, home=home)
    late = [v.row for v in result.violations if v.rule == "T01"]
    # Row 4 has another key, but the same decision and name. Row 5 is judged as going up today.
    assert late == [3, 5]
    assert result.sheets[0].timeliness_basis == {"receipt": 0, "column": 3, "received": 1}
    assert "T07" not in {v.rule for v in result.violations if v.row != 3}
    # Without the warehouse each row stands for itself.
    alone = check_file(again, BC, RECEIVED)
    assert [v.row for v in alone.violations if v.rule == "T01"] == [2, 3, 4, 5]


def test_unknown_columns_are_not_taken_into_the_check(tmp_path: Path) -> None:
    cells = rows_of("admin_permit", [{**PERMIT, "uscc": "1"}])
    cells = [[*cells[0], "经办人手机"], [*cells[1], "13812345678"]]
    path = write_workbook(tmp_path / "p.xlsx", {"许可": (0, cells)})
    result = check_file(path, BC, RECEIVED)
    assert "13812345678" not in json.dumps(result.to_json()) + to_text(result)


def test_compliance_after_mending(tmp_path: Path) -> None:
    """Of four rows one is a second copy (it goes), one has a wrong code (it is mended), one is late
    (which nothing mends, and which is no error): three rows are left, all compliant."""
    rows = [
        PERMIT,
        PERMIT,
        {**PERMIT, "document_no": "2号", "uscc": "9111"},
        {**PERMIT, "document_no": "3号", "decision_date": "2022/05/05"},
    ]
    result = check_file(write_csv(tmp_path / "p.csv", "admin_permit", rows), BC, RECEIVED)
    document = result.to_json()
    assert document["rates"]["compliance"] == 0.5
    assert document["after_mending"] == {
        "removed_rows": 1, "stuck_rows": 0, "rows": 3, "compliant_rows": 3, "compliance": 1.0,
    }  # fmt: skip
    assert document["grade"] == "修改后可报"
    assert document["limits"] == [{"days": 7, "kind": "workday", "rows": 4}]
    text = to_text(result)
    assert "合规率 50%（2/4），能改的都改好后 100%（3/3，其中删去重复的 1 行）" in text
    assert "可判定 4 行，迟报 1 行。期限为作出决定后 7 个工作日内，自决定次日起算" in text
    assert "上报时间取自收件日期 2022-07-05 4 行" in text
    assert "认作“行政许可信息”（2018 版），表头在第 1 行" in text


def test_a_plan_with_natural_days_says_so(tmp_path: Path) -> None:
    plan = load_plans()["HY"]
    row = {**PERMIT, "decision_date": "2021/06/01"}
    path = write_csv(tmp_path / "p.csv", "admin_permit", [row])
    result = check_file(path, plan, date(2021, 6, 10))
    [limit] = result.limits
    assert (limit.kind, limit.rows) == ("natural", 1)
    assert f"作出决定后 {limit.days} 个自然日内" in to_text(result)


def test_a_crash_leaves_nothing_to_say_about_mending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(con: object, *arguments: object, **named: object) -> None:
        run_rules(con, *arguments, **named)  # type: ignore[arg-type]
        con.execute("update quality.rule_results set status = 'errored' where rule_id = 'G05'")  # type: ignore[attr-defined]

    monkeypatch.setattr(check, "run_rules", broken)
    result = check_file(write_csv(tmp_path / "p.csv", "admin_permit", [PERMIT]), BC, RECEIVED)
    assert (result.grade, result.mending) == ("检查出错", None)
    assert "不合格" not in to_text(result)


def test_problems_are_grouped_by_rule_worst_first(penalties: CheckResult) -> None:
    keys = [(g.severity, g.rule) for g in penalties.groups]
    assert len(set(keys)) == len(keys)
    order = ["error", "concealed", "late", "warning"]
    assert [k[0] for k in keys] == sorted((k[0] for k in keys), key=order.index)
    wrong_code = next(g for g in penalties.groups if g.rule == "G05")
    assert (wrong_code.rows, len(wrong_code.violations)) == (1, 1)
    assert wrong_code.note.mend == "请对照营业执照改正。"
    assert wrong_code.note.basis
