"""The queries and words of 质量趋势. Expected values are worked out by hand in quality_home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import polars as pl
import pytest

from dashboard.quality_words import (
    LABEL,
    TOTAL,
    causes_finding,
    causes_of,
    error_table,
    errors_finding,
    files_finding,
    first_pass_table,
    in_months,
    lines_by_month,
    months_asked,
    rate_finding,
    repeats_finding,
    repeats_of,
    target_of,
)
from dashboard.queries.quality import (
    Wanted,
    read_errors,
    read_files,
    read_first_pass_units,
    read_quality_lines,
    read_quality_rates,
    read_quarantine,
    read_returns,
)
from tests.quality_home import ERRORS, MANY, PLAN, build
from tests.semantics.town import Town
from warehouse.store import Store

YEAR = Wanted("2022-01", "2022-12")
MARKET, SAFETY, ENVIRONMENT = "BC-U04", "BC-U05", "BC-U06"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return build(tmp_path_factory.mktemp("quality"))


@pytest.fixture
def con(town: Town) -> Iterator[duckdb.DuckDBPyConnection]:
    store = Store(town.home)
    reader = store.reader()
    yield reader
    reader.close()
    store.close()


def documents(frame: pl.DataFrame) -> list[str]:
    return sorted(str(number) for number in frame["document_no"].to_list())


def wanted(**more: str) -> Wanted:
    return Wanted(**{"first": "2022-01", "last": "2022-12", **more})


def test_errors_by_rule_unit_and_month(con: duckdb.DuckDBPyConnection) -> None:
    errors = read_errors(con, PLAN)
    found = {(r["rule_id"], r["unit_id"], r["month"]): r["error_count"] for r in errors.to_dicts()}
    assert found == ERRORS
    one = read_errors(con, PLAN, ENVIRONMENT)
    assert one.select("rule_id", "error_count", "open_count").rows() == [("X01", 1, 0)]


def test_what_became_of_an_error(con: duckdb.DuckDBPyConnection) -> None:
    # 4 came again in order; 6 was replaced with its file; a wrong code stays.
    standing = {
        row["document_no"]: row["standing"]
        for row in read_quarantine(con, PLAN, wanted(last="2022-07")).to_dicts()
    }
    assert standing == {
        "示市监许字〔2022〕2号": "open",
        "示市监许字〔2022〕3号": "open",
        "示市监许字〔2022〕4号": "mended",
        "示市监许字〔2022〕5号": "open",
        "示市监许字〔2022〕6号": "replaced",
        "示市监许字〔2022〕7号": "open",
    }


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"unit": ENVIRONMENT}, [6]),
        ({"rule": "G05"}, [2, 3, 5, 8]),
        ({"standing": "mended"}, [4]),
        ({"first": "2022-12"}, [8]),  # received in January
        ({"text": "示市监许字(2022) 3 号"}, [3]),  # the number in another writing
        ({"text": "示例第5商贸"}, [5]),
        ({"text": "04.csv", "rule": "G05"}, []),
        ({"text": "05.CSV"}, [8]),  # the file's name
        ({"text": "91990000ex00000", "rule": "G05"}, [2, 3, 5, 8]),  # a code in small letters
        ({"text": "校验位"}, [2, 3, 5, 8]),  # a word of the message
        ({"text": "王"}, []),  # a person is not found by name, nor by what is left of it
        ({"text": "110101199001010007"}, []),
        ({"text": "' or true --"}, []),
        ({"text": "%"}, []),  # no pattern
        ({"ledger": "admin_penalty"}, []),
    ],
)
def test_refused_rows_are_found(
    asked: dict[str, str], numbers: list[int], con: duckdb.DuckDBPyConnection
) -> None:
    rows = read_quarantine(con, PLAN, wanted(**asked))
    assert documents(rows) == [f"示市监许字〔2022〕{number}号" for number in numbers]
    assert rows["total"].unique().to_list() == ([len(numbers)] if numbers else [])


def test_a_row_tells_its_reasons_and_where_it_stands(con: duckdb.DuckDBPyConnection) -> None:
    row = read_quarantine(con, PLAN, wanted(text="〔2022〕2号")).row(0, named=True)
    # the third record of its file stands in line 3: below the header
    assert (row["file_name"], row["row_number"], row["rules"]) == ("00.csv", 3, "G05")
    assert row["fields"] == ["uscc"]
    assert "校验位" in row["reasons"]
    person = read_quarantine(con, PLAN, wanted(text="〔2022〕7号")).row(0, named=True)
    assert person["counterparty_name"] == "王*"


def test_pages_do_not_overlap_and_know_the_whole(con: duckdb.DuckDBPyConnection) -> None:
    asked = wanted(unit=SAFETY)
    pages = [read_quarantine(con, PLAN, asked, page) for page in (0, 1, 2)]
    assert [page.height for page in pages] == [50, MANY - 50, 0]
    assert pages[0]["total"].unique().to_list() == pages[1]["total"].unique().to_list() == [MANY]
    assert pl.concat(pages[:2])["row_id"].n_unique() == MANY


def test_the_worst_files_come_first(con: duckdb.DuckDBPyConnection) -> None:
    files = read_files(con, PLAN, YEAR)
    told = files.select("file_name", "rows", "error_rows", "open_rows", "is_replaced").rows()
    assert told[0] == ("04.csv", MANY + 1, MANY, MANY, False)
    assert told[1] == ("00.csv", 5, 4, 3, False)
    assert ("02.csv", 1, 1, 0, True) in told
    assert files["share"][1] == pytest.approx(80.0)
    assert files["unit"][1] == "示例单位04（市场监管类）"
    assert "6 个文件" not in files_finding(files)
    assert files_finding(files).startswith(f"5 个文件有错，共 {MANY + 4 + 3} 行")
    only = read_files(con, PLAN, wanted(rule="X01", unit=MARKET))
    assert only.select("file_name", "error_rows").rows() == [("00.csv", 2)]


def test_rates_and_lines(con: duckdb.DuckDBPyConnection) -> None:
    rates = read_quality_rates(con, PLAN, MARKET)
    told = {(r["rate"], r["month"]): (r["hits"], r["base"]) for r in rates.to_dicts()}
    # June: 1, 2, 3, 4, 7. Number 4 was put right before the cut-off of 10 July: that helps the
    # compliance, never the first pass.
    assert told[("first_pass", "2022-06")] == (1, 5)
    assert told[("compliance", "2022-06")] == (2, 5)
    assert told[("first_pass", "2022-07")] == (0, 1)
    lines = lines_by_month(read_quality_lines(con, PLAN))
    june = {r["rate"]: r["line"] for r in lines.to_dicts() if r["month"] == "2022-06"}
    assert june == {"compliance": 100.0, "timeliness": 100.0}
    target = target_of(read_quality_lines(con, PLAN), "compliance", "2022-06")
    assert target is not None
    assert target["light"] == "red"
    assert target_of(read_quality_lines(con, PLAN), "first_pass", "2022-06") is None


def test_first_passes_of_units(con: duckdb.DuckDBPyConnection) -> None:
    rates = read_first_pass_units(con, PLAN)
    table = first_pass_table(rates, ["2022-06", "2022-07", "2022-08"])
    rows = {row[LABEL]: row for row in table.to_dicts()}
    market = rows["示例单位04（市场监管类）"]
    assert (market["6月"], market["7月"], market["8月"]) == ("20.0%*", "0%*", None)
    assert market[TOTAL] == "16.7%（1/6）"
    safety = rows["示例单位05（应急管理类）"]
    assert safety["8月"] == "1.9%"  # 1 of 54: no small sample


def test_who_comes_back_with_the_same(con: duckdb.DuckDBPyConnection) -> None:
    returns = read_returns(con, PLAN, YEAR)
    assert returns.select("unit_id", "rules", "wrong_row_count").rows() == [(MARKET, "G05", 2)]
    assert read_returns(con, PLAN, wanted(first="2022-07")).is_empty()
    repeats = repeats_of(read_errors(con, PLAN), returns)
    row = repeats.row(0, named=True)
    assert repeats.height == 1  # X01 stands in one month of each unit only
    assert (row["unit_id"], row["rule_id"], row["months"]) == (MARKET, "G05", "6、7、12 月")
    assert (row["month_count"], row["error_count"], row["returned"]) == (3, 4, 1)
    assert repeats_finding(repeats).startswith("1 家单位在 2 个以上月份犯同一条规则，共 1 项")


def test_a_place_without_errors(con: duckdb.DuckDBPyConnection) -> None:
    errors = read_errors(con, "HY")
    assert errors.is_empty()
    assert causes_of(errors).is_empty()
    assert repeats_of(errors, read_returns(con, "HY", YEAR)).is_empty()
    assert read_files(con, "HY", YEAR).is_empty()
    assert read_quarantine(con, "HY", YEAR).is_empty()
    assert error_table(errors, "unit", ["2022-01"]).is_empty()
    assert "没有查出" in errors_finding(errors, ["2022-01"])


# Words


def counts(*rows: tuple[str, str, str, int], group: str = "power") -> pl.DataFrame:
    """Errors as (rule, unit, month, count)."""
    return pl.DataFrame(
        [
            {
                "rule_id": rule, "ledger": "admin_permit", "unit_id": unit, "unit": unit,
                "ranking_group": group, "sort_order": 1, "month": month, "error_count": count,
                "open_count": count, "file_count": 1,
            }
            for rule, unit, month, count in rows
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "few"),
    [
        ([8, 1, 1], 1),  # the first reaches 80 % by itself
        ([7, 1, 1, 1], 2),  # 70, then exactly 80
        ([79, 20, 1], 2),
        ([1], 1),
        ([1, 1, 1, 1, 1], 4),
    ],
)
def test_the_few_causes_of_most_errors(numbers: list[int], few: int) -> None:
    errors = counts(*((f"Z9{n}", "甲", "2022-06", count) for n, count in enumerate(numbers)))
    causes = causes_of(errors)
    assert causes["is_few"].to_list() == [True] * few + [False] * (len(numbers) - few)
    assert causes["cumulative"][-1] == pytest.approx(100.0)


def test_the_finding_of_the_causes() -> None:
    errors = counts(("Z91", "甲", "2022-06", 8), ("Z92", "乙", "2022-06", 2))
    assert causes_finding(causes_of(errors)) == "2 类错误共 10 处，其中 1 类占 80%：Z91"
    assert causes_finding(causes_of(errors.filter(pl.col("rule_id") == "Z91"))) == (
        "8 处错误都是“Z91”"
    )


def test_units_that_are_only_listed_are_not_named() -> None:
    court = counts(("Z91", "法院", "2022-06", 9), group="listed")
    others = counts(("Z91", "甲", "2022-06", 2), ("Z91", "乙", "2022-05", 1))
    finding = errors_finding(pl.concat([court, others]), ["2022-05", "2022-06"])
    assert "法院" not in finding
    assert finding == "共查出 12 处错误，6 月最多（11 处）；甲 2 处，占 17%"
    again = pl.concat([court, counts(("Z91", "法院", "2022-07", 1), group="listed"), others,
                       counts(("Z91", "甲", "2022-07", 1))])  # fmt: skip
    repeats = repeats_of(again, pl.DataFrame(schema={"unit_id": pl.Utf8, "rules": pl.Utf8}))
    assert repeats["unit"].to_list() == ["甲", "法院"]
    assert "法院" not in repeats_finding(repeats)


def test_the_table_of_errors() -> None:
    errors = counts(
        ("Z91", "甲", "2022-05", 1), ("Z92", "甲", "2022-06", 2), ("Z92", "乙", "2022-04", 5)
    )
    table = error_table(errors, "rule_id", ["2022-05", "2022-06"])
    # April is not asked for.
    assert table.select("rule_id", "5月", "6月", TOTAL).rows() == [
        ("Z92", None, 2, 2), ("Z91", 1, None, 1),
    ]  # fmt: skip
    assert in_months(errors, "2022-04", "2022-05")["error_count"].sum() == 6


def line(metric: str, comparator: str, threshold: float, legal_status: str) -> dict[str, object]:
    return {
        "period": "2021-06", "period_kind": "month", "metric_id": metric, "target_id": "T",
        "comparator": comparator, "threshold": threshold, "legal_status": legal_status,
        "hardness": "must", "status": "missed", "light": "red", "gap_text": "差 1 条",
    }  # fmt: skip


def test_lines_of_the_plan() -> None:
    lines = pl.DataFrame(
        [
            line("late_report_rate", "<=", 5.0, "in_force"),  # 95 in time
            line("publicity_compliance_rate", ">=", 98.0, "in_force"),
            line("publicity_compliance_rate", ">=", 99.0, "historical"),
            line("publicity_first_pass_rate", ">=", 90.0, "historical"),
        ]
    )
    assert {row[1]: row[2] for row in lines_by_month(lines).rows()} == {
        "compliance": 98.0, "timeliness": 95.0,
    }  # fmt: skip
    # no light on a historical target
    assert target_of(lines, "first_pass", "2021-06") is None
    assert target_of(lines, "timeliness", "2021-06") is not None


def test_the_finding_of_a_rate() -> None:
    rows = [("2022-04", 91.6), ("2022-05", 95.0), ("2022-06", 96.2), ("2022-07", 50.0)]
    rates = pl.DataFrame(
        {"month": m, "rate": "timeliness", "is_official": False, "value": v} for m, v in rows
    )
    # July is after the period looked at, but the year's lowest all the same.
    assert rate_finding(rates, "timeliness", "2022-06") == (
        "及时率 6 月 96.2%（本办测算），7 月最低 50.0%"
    )
    assert (
        rate_finding(rates, "timeliness", "2022-07") == "及时率 7 月 50.0%（本办测算），是各月最低"
    )
    assert rate_finding(rates, "compliance", "2022-06") == "合规率：还没有数据"
    told = rates.with_columns(pl.lit(True).alias("is_official"), pl.col("value") + 1)
    both = pl.concat([rates, told])
    assert "6 月 97.2%（省平台反馈）" in rate_finding(both, "timeliness", "2022-06", True)
    assert "6 月 96.2%（本办测算）" in rate_finding(both, "timeliness", "2022-06", False)
    # the plan counts official ones, but none has come
    assert "6 月 96.2%（本办测算）" in rate_finding(rates, "timeliness", "2022-06", True)


def test_errors_that_are_spread_are_said_to_be() -> None:
    errors = counts(*((f"Z9{n}", "甲", "2022-06", 1) for n in range(10)))
    assert "比较分散：8 类合起来才占 80%" in causes_finding(causes_of(errors))


@pytest.mark.parametrize(
    ("begun", "quarter", "span", "months"),
    [
        ("2022-01", 2, "本期", ("2022-04", "2022-06")),
        ("2022-01", 2, "年初至本期", ("2022-01", "2022-06")),
        ("2022-01", 2, None, ("2022-01", "2022-06")),
        # a plan that begins in May: its second quarter does too
        ("2022-05", 2, "本期", ("2022-05", "2022-06")),
        ("2022-05", 3, "年初至本期", ("2022-05", "2022-09")),
    ],
)
def test_the_months_asked_for(
    begun: str, quarter: int, span: str | None, months: tuple[str, str]
) -> None:
    period = {
        "start_date": date(2022, 3 * quarter - 2, 1),
        "end_date": date(2022, 3 * quarter, 30),
    }
    assert months_asked([begun, "2022-12"], period, span) == months
