"""Reconciliation on the place of `reconcile_home`, every class worked out by hand, and its
identities with the report rate on the samples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pytest

from etl import cli
from etl.answer_sheet import write_answer_sheet
from etl.official import official_totals, read_explanations, read_official
from etl.reconcile import (
    FINDINGS,
    count_findings,
    read_coverage,
    read_differences,
    read_discrepancies,
)
from etl.spot_checks import read_answers, read_lists
from tests.reconcile_home import (
    AS_OF,
    FOUND,
    LIST,
    MISSED,
    OWED,
    PERIOD,
    PLAN,
    REPORTED,
    UNREPORTED,
    WEBSITE,
    build,
)
from tests.semantics.rows import ENVIRONMENT, MARKET, permit, register
from tests.semantics.town import Town
from warehouse.home import Home
from warehouse.marks import SAMPLE_MARK
from warehouse.store import Store


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return build(tmp_path_factory.mktemp("reconcile"))


@pytest.fixture
def con(town: Town) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(town.version(AS_OF)), read_only=True) as found:
        yield found


def numbers(frame: pl.DataFrame, finding: str) -> list[str]:
    """The serial numbers of the decisions of a class."""
    chosen = frame.filter(pl.col("finding") == finding)["document_no"].to_list()
    return sorted(serial(text) for text in chosen)


def serial(document: str) -> str:
    return document.split("〕")[-1].removesuffix("号")


# The four classes


def test_each_class_holds_its_decisions(con: duckdb.DuckDBPyConnection) -> None:
    found = read_discrepancies(con, PLAN, PERIOD)
    assert numbers(found, "unreported") == ["10", "12", "19"]
    assert numbers(found, "not_stored") == ["2", "3"]  # 4 and 16 may still be answered
    assert numbers(found, "extra") == ["5"]  # 21, 22: their unit hands in no register
    assert numbers(found, "differing") == ["6", "7"]  # 8 is written otherwise only, 17 has two
    assert count_findings(found) == {
        "unreported": 3, "not_stored": 2, "extra": 1, "differing": 2,
    }  # fmt: skip
    assert list(dict.fromkeys(found["finding"])) == list(FINDINGS)


def test_each_row_says_what_is_known_and_opens(con: duckdb.DuckDBPyConnection) -> None:
    found = {
        (row["finding"], serial(row["document_no"])): row
        for row in read_discrepancies(con, PLAN, PERIOD).to_dicts()
    }
    assert "登记和抽查" in found["unreported", "10"]["detail"]
    assert "抽查或网站比对" in found["unreported", "12"]["detail"]
    assert "部门登记" in found["unreported", "19"]["detail"]
    # the newest answer speaks
    assert "代码有误" in found["not_stored", "2"]["detail"]
    assert "旧原因" not in found["not_stored", "2"]["detail"]
    assert "没有回执" in found["not_stored", "3"]["detail"]
    assert "示市监许字〔2022〕19号" in found["extra", "5"]["detail"]
    places = {
        key: (row["ledger"], row["file_name"], row["row_number"])
        for key, row in found.items()
        if key[1] in ("2", "3", "19", "5")
    }
    assert places == {
        # row 2 holds the first of a file
        ("not_stored", "2"): ("platform_receipt", "03.csv", 4),
        ("not_stored", "3"): ("admin_permit", "00.csv", 4),
        ("unreported", "19"): ("decision_register", "02.csv", 16),
        ("extra", "5"): ("admin_permit", "00.csv", 6),
    }


def test_one_unit_has_its_own_rows_only(con: duckdb.DuckDBPyConnection) -> None:
    assert read_discrepancies(con, PLAN, PERIOD, "BC-U06").is_empty()
    assert read_discrepancies(con, PLAN, PERIOD, "BC-U04").height == 8
    assert read_discrepancies(con, PLAN, "2022-05").is_empty()


def test_a_differing_field_is_a_row_with_both_values(con: duckdb.DuckDBPyConnection) -> None:
    rows = read_differences(con, PLAN, PERIOD)
    told = sorted(
        (serial(r["document_no"]), r["source"], r["field"], r["told_value"], r["record_value"])
        for r in rows.to_dicts()
    )
    company, other = "示例第6商贸有限公司", "示例第6商业有限公司"
    codes = [row[3:] for row in told if row[2] == "uscc"]
    assert [row[:3] for row in told if row[2] == "uscc"] == [("6", "部门自报", "uscc")]
    assert codes[0][0] != codes[0][1]
    assert [row for row in told if row[2] != "uscc"] == [
        ("6", "部门自报", "counterparty_name", other, company),
        ("6", "部门自报", "decision_date", "2022-06-02", "2022-06-01"),
        # persons: masked, compared by their hashes
        ("7", "部门自报", "counterparty_name", "李*", "王*"),
    ]


def test_no_persons_name_or_number_is_shown(con: duckdb.DuckDBPyConnection) -> None:
    frames = [
        read_discrepancies(con, PLAN, PERIOD),
        read_differences(con, PLAN, PERIOD),
        read_answers(con, PLAN, LIST),
        read_explanations(con, PLAN, PERIOD),
    ]
    shown = json.dumps([frame.to_dicts() for frame in frames], default=str, ensure_ascii=False)
    for secret in ("王示二", "李示三", "110101199001010007"):
        assert secret not in shown


@pytest.mark.parametrize(
    "written",
    [
        "示市监许字〔2022〕1号",
        "示市监许字[2022]1号",
        "示市监许字(2022)1号",
        "示市监许字（2022）1号",
        "示市监许字【2022】1号",
        "示市监许字［２０２２］１号",
        " 示市监许字 〔2022〕　1 号 ",
    ],
)
def test_brackets_width_and_blanks_do_not_part_a_decision(written: str, tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.receive("2022-06-20", [permit(1, 上报时间="2022/06/08")])
    town.receive("2022-07-12", [register(1, **{"决定文书号": written})])
    found = town.ask("2022-07-12", "select finding from marts.discrepancy_periods")
    assert found == []
    assert town.ask("2022-07-12", "select count(*) from marts.decisions") == [(1,)]


def test_coverage_says_what_there_is_to_compare(con: duckdb.DuckDBPyConnection) -> None:
    rows = read_coverage(con, PLAN, PERIOD)
    columns = ["unit_id", "reported", "without_key", "registered", "answered"]
    assert rows.select(columns).rows() == [
        # in the ledger 1–9, 16, 17; registered those but 5, and 10, 11, 15, 19;
        # answered 1, 2, 6–9 and 30
        ("BC-U04", 11, 0, 14, 7),
        ("BC-U06", 2, 0, 0, 0),
    ]


# The figures agree


def figure(con: duckdb.DuckDBPyConnection, metric: str) -> tuple[int, int]:
    [row] = con.sql(
        "select numerator, denominator from marts.metric_values where metric_id = ? "
        "and plan_id = ? and period = ? and scope_type = 'plan'",
        params=[metric, PLAN, PERIOD],
    ).fetchall()
    return row


def test_the_unreported_are_what_the_report_rate_lacks(con: duckdb.DuckDBPyConnection) -> None:
    assert figure(con, "publicity_report_rate") == (REPORTED, OWED)
    assert figure(con, "publicity_missed_count")[0] == MISSED
    assert figure(con, "unreported_found_count")[0] == FOUND
    found = read_discrepancies(con, PLAN, PERIOD)
    assert count_findings(found)["unreported"] == UNREPORTED == OWED - REPORTED


def test_the_identities_hold_for_every_unit_and_period_of_the_samples(sample_home: Path) -> None:
    store = Store(Home.open(sample_home))
    with store.reader() as con:
        rates, counts = _figures_and_classes(con)
    assert rates, "the samples hold figures"
    assert {key for key, value in rates.items() if counts.get(key, (0, 0, 0)) != value} == set()
    # each class somewhere: all four in BC, all but what no register knows in YC
    with store.reader() as con:
        shown = con.sql(
            "select plan_id, list(distinct finding order by finding) "
            "from marts.discrepancy_periods where plan_id in ('BC', 'YC') group by 1 order by 1"
        ).fetchall()
        answers = con.sql(
            "select place_id, list(distinct answer order by answer) from marts.spot_check_answers "
            "group by 1 order by 1"
        ).fetchall()
    store.close()
    assert shown == [
        ("BC", ["differing", "extra", "not_stored", "unreported"]),
        ("YC", ["differing", "not_stored", "unreported"]),
    ]
    assert answers == [
        (place, ["exempt", "in_transit", "missed", "stored"]) for place in ("BC", "YC")
    ]


def _figures_and_classes(con: duckdb.DuckDBPyConnection) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """(plan, period, unit) → (owed less reported, missed, found): by the metrics, by the class."""
    told = con.sql(
        """
        select plan_id, period, scope_id,
            max(denominator - numerator) filter (where metric_id = 'publicity_report_rate'),
            max(numerator) filter (where metric_id = 'publicity_missed_count'),
            max(numerator) filter (where metric_id = 'unreported_found_count')
        from marts.metric_values
        where scope_type = 'department' and metric_id in
            ('publicity_report_rate', 'publicity_missed_count', 'unreported_found_count')
        group by all
        """
    ).fetchall()
    found = con.sql(
        """
        select f.plan_id, f.period, f.unit_id, count(*),
            count(*) filter (where d.is_registered), count(*) filter (where d.is_found)
        from marts.discrepancy_periods as f
        join marts.decisions as d on f.place_id = d.place_id and f.decision_key = d.decision_key
        where f.finding = 'unreported'
        group by all
        """
    ).fetchall()
    rates = {row[:3]: tuple(int(n or 0) for n in row[3:]) for row in told}
    return rates, {row[:3]: row[3:] for row in found}


# Spot checks


def test_a_list_is_answered_row_by_row(con: duckdb.DuckDBPyConnection) -> None:
    rows = read_answers(con, PLAN, LIST)
    told = [(serial(r["document_no"]), r["answer"]) for r in rows.to_dicts()]
    assert told == [
        ("1", "stored"),
        ("2", "in_transit"),  # returned
        ("3", "in_transit"),  # no answer
        ("4", "in_transit"),  # not answered yet
        ("10", "missed"),
        ("11", "exempt"),  # the list, though newer, asks and takes nothing back
        ("12", "missed"),
        ("15", "revoked"),
        ("13", "not_due"),
        ("14", "unmatched"),
        ("20", "undated"),
        ("21", "stored"),  # by the column 入库时间: its unit has no receipts
        ("22", "in_transit"),
    ]
    reasons = {serial(r["document_no"]): r["reason"] for r in rows.to_dicts()}
    assert reasons["1"] == "平台回执 2022-06-06 入库"
    assert "代码有误" in reasons["2"]
    assert reasons["11"] == "依据：涉及国家秘密"
    assert "期限 2022-06-13 已过" in reasons["10"]
    assert "2022-07-20" in reasons["13"]
    assert "台账所填入库时间 2022-06-11" in reasons["21"]
    assert rows["unit_id"].to_list() == ["BC-U04"] * 11 + ["BC-U06"] * 2
    assert read_answers(con, PLAN, LIST, "BC-U06").height == 2


def test_missed_answers_are_the_found_count(con: duckdb.DuckDBPyConnection) -> None:
    rows = read_answers(con, PLAN, LIST)
    assert rows.filter(pl.col("answer") == "missed").height == FOUND


def test_lists_with_their_sums(con: duckdb.DuckDBPyConnection) -> None:
    columns = ["list_name", "source", "rows", "stored", "in_transit", "exempt", "missed", "other"]
    rows = read_lists(con, PLAN, PERIOD).select(columns).rows()
    assert sorted(rows) == [
        (WEBSITE, "网站比对", 2, 1, 1, 0, 0, 0),  # no 来源文号: named by its file
        (LIST, "上级抽查", 13, 2, 4, 1, 2, 4),
    ]
    # received in July, and one of its decisions is of July
    assert LIST in read_lists(con, PLAN, "2022-07")["list_name"]
    assert read_lists(con, PLAN, "2022-05").is_empty()
    assert read_lists(con, PLAN).height == 2


def test_the_answer_sheet_goes_back_marked(con: duckdb.DuckDBPyConnection) -> None:
    answers = read_answers(con, PLAN, LIST)
    evil = answers.with_columns(pl.lit('=HYPERLINK("x")').alias("counterparty_name"))
    content = write_answer_sheet(
        evil, as_of=date(2022, 7, 12), is_sample=True, standing="初步数据，未定稿"
    )
    book = openpyxl.load_workbook(BytesIO(content))
    assert book.sheetnames == ["汇总", "逐条对照表"]
    for sheet in book:
        assert SAMPLE_MARK in str(sheet["A2"].value)
        assert SAMPLE_MARK in str(sheet.oddFooter.left.text)
    summary = [[cell.value for cell in row] for row in book["汇总"].iter_rows(min_row=4, max_row=7)]
    assert summary[0][:6] == [
        "单位",
        "合计",
        "已上平台（入库）",
        "已报在途",
        "依法不报送",
        "漏报（待核）",
    ]
    assert summary[1][:6] == [MARKET[0], 11, 1, 3, 1, 2]
    assert summary[2][:6] == [ENVIRONMENT[0], 2, 1, 1, 0, 0]
    assert summary[3][:6] == ["合计", 13, 2, 4, 1, 2]
    rows = book["逐条对照表"]
    heads = [cell.value for cell in rows[4]]
    assert heads[:4] == ["序号", "清单（来源文号）", "单位", "类型"]
    assert heads[-2:] == ["部门核实说明", "经办"]
    assert rows.max_row == 4 + 13
    # a text that looks like a formula stays a text
    assert {rows.cell(n, 6).data_type for n in range(5, 18)} == {"s"}


# Own and official


def test_own_beside_official_with_the_difference(con: duckdb.DuckDBPyConnection) -> None:
    rows = {row["metric_id"]: row for row in read_official(con, PLAN, PERIOD).to_dicts()}
    compliance = rows["publicity_compliance_rate"]
    # ours: 12 records (17 has two), all right but 9; the notice: 98 reported, 95 stored
    assert (compliance["own_hits"], compliance["own_base"]) == (11, 12)
    assert (compliance["official_hits"], compliance["official_base"]) == (95, 98)
    assert compliance["points"] == pytest.approx(100 * 11 / 12 - 100 * 95 / 98)
    assert (compliance["hits_more"], compliance["base_more"]) == (11 - 95, 12 - 98)
    assert compliance["doc_no"] == "示信通〔2022〕6号"
    report = rows["publicity_report_rate"]
    # the unit's reported 12 (11 and 30) of 15 owed
    assert (report["own_hits"], report["own_base"]) == (12, 15)
    [total] = [
        row
        for row in official_totals(read_official(con, PLAN, PERIOD)).to_dicts()
        if row["metric_id"] == "publicity_compliance_rate"
    ]
    # U06, of which no notice speaks, is left out
    assert (total["unit_count"], total["own_hits"], total["own_base"]) == (1, 11, 12)


def test_what_can_explain_a_difference(con: duckdb.DuckDBPyConnection) -> None:
    found: dict[str, list[str]] = {}
    for row in read_explanations(con, PLAN, PERIOD).to_dicts():
        found.setdefault(row["kind"], []).append(serial(row["document_no"]))
    assert {kind: sorted(told) for kind, told in found.items()} == {
        "accepted_returned": ["2"],
        "refused_stored": ["9"],
        "late": ["5"],
        "unreported": ["10", "12", "19"],
        "platform_only": ["30"],
        "unanswered": ["3"],
    }


# The command


def run(capsys: pytest.CaptureFixture[str], home: Path, *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = cli.run(["reconcile", *arguments, "--home", str(home)])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_the_command_prints_one_document_per_plan(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = ("--plan", PLAN, "--period", PERIOD, "--format", "json")
    code, out, _ = run(capsys, town.home.root, *chosen)
    assert code == 0
    [row] = json.loads(out)
    assert (row["plan"], row["period"], row["as_of"]) == (PLAN, PERIOD, AS_OF)
    assert row["counts"] == {"unreported": 3, "not_stored": 2, "extra": 1, "differing": 2}
    assert len(row["discrepancies"]) == 8
    assert len(row["answers"]) == 15
    code, out, _ = run(capsys, town.home.root, *chosen[:-2], "--list", LIST, "--format", "json")
    assert len(json.loads(out)[0]["answers"]) == 13
    code, out, _ = run(capsys, town.home.root, *chosen[:4])
    assert "应报未报（待核） 3 件，已报未入库 2 件，台账有而登记无 1 件，两边不一致 2 件" in out


def test_the_command_writes_the_answer_sheet(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "答复.xlsx"
    code, _, _ = run(
        capsys, town.home.root, "--plan", PLAN, "--list", LIST, "--workbook", str(target)
    )
    assert code == 0
    assert openpyxl.load_workbook(target)["逐条对照表"].max_row == 17


def test_the_command_refuses_in_words(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, town.home.root, "--plan", PLAN, "--list", "没有")
    assert (code, LIST in err) == (64, True)
    code, _, err = run(capsys, town.home.root, "--workbook", str(tmp_path / "x.xlsx"))
    assert (code, "--list" in err) == (64, True)
    assert run(capsys, tmp_path / "none", "--format", "json")[:2] == (0, "[]\n")
