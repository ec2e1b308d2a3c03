"""The queries of the pages, on a small real warehouse. Expected values are worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dashboard.queries.evidence import read_facts
from dashboard.queries.figures import (
    read_clause_lights,
    read_coming_dates,
    read_metrics,
    read_rate_changes,
    read_rates_by_month,
    read_targets,
    read_units,
)
from dashboard.queries.frame import default_period, read_periods, read_plans, read_version_facts
from dashboard.queries.lineage import read_batches, read_gate_results
from dashboard.queries.records import (
    read_cells,
    read_error_types,
    read_found_rows,
    read_records,
    read_row_place,
    read_unreported,
)
from dashboard.queries.statements import FOLDER
from dashboard.queries.tasks import (
    read_obligations,
    read_task_states,
    read_task_tree,
    state_of_task,
)
from dashboard.wording import SUITES
from etl.readers import column_letters
from tests.dashboard_home import PERIOD, PLAN, UNIT, build_town
from tests.semantics.town import Town
from warehouse.metrics import load_metrics
from warehouse.normalise import document_no_key
from warehouse.store import Store

METRICS = load_metrics()
# Those with a figure of a period; a target's own figure is looked at in test_evidence.py.
FIGURES = [name for name, metric in METRICS.items() if metric.has_own_figure]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return build_town(tmp_path_factory.mktemp("dashboard"))


@pytest.fixture
def con(town: Town) -> Iterator[duckdb.DuckDBPyConnection]:
    store = Store(town.home)
    reader = store.reader()
    yield reader
    reader.close()
    store.close()


def documents(frame: pl.DataFrame) -> list[str]:
    return sorted(frame["document_no"].to_list())


def test_the_default_period_is_the_latest_month_with_records(
    con: duckdb.DuckDBPyConnection,
) -> None:
    periods = read_periods(con, PLAN)
    # July has begun (as-of 12 July) but holds no record.
    assert periods["period"][0] == "2022-07"
    assert default_period(periods) == PERIOD


def test_before_the_plan_year_there_is_no_period() -> None:
    assert (
        default_period(
            pl.DataFrame(
                schema={"period": pl.Utf8, "period_kind": pl.Utf8, "has_records": pl.Boolean}
            )
        )
        is None
    )


def test_a_period_knows_its_judging_day_and_the_one_before(con: duckdb.DuckDBPyConnection) -> None:
    june = read_periods(con, PLAN).row(by_predicate=pl.col("period") == PERIOD, named=True)
    assert (june["judging_date"], june["is_collecting"]) == (date(2022, 7, 10), False)
    assert june["previous_period"] == "2022-05"


def test_plans_and_version(con: duckdb.DuckDBPyConnection) -> None:
    plans = read_plans(con)
    # The plans shipped with the product are known; the one with data comes first.
    assert plans.filter(pl.col("has_data"))["plan_id"].to_list() == [plans["plan_id"][0]] == [PLAN]
    facts = read_version_facts(con, PLAN).row(0, named=True)
    assert (facts["batches"], facts["rows"], facts["as_of"]) == (4, 8, date(2022, 7, 12))


def test_late_records_say_by_how_many_days(con: duckdb.DuckDBPyConnection) -> None:
    late = read_records(con, PLAN, PERIOD, "late")
    assert documents(late) == ["示市监许字〔2022〕2号"]
    assert late["late_days"].to_list() == [7]  # 13 June to 20 June


def test_refused_records_name_their_rules(con: duckdb.DuckDBPyConnection) -> None:
    refused = read_records(con, PLAN, PERIOD, "error", unit=UNIT, ledger="admin_permit")
    by_document = dict(refused.select("document_no", "rules").rows())
    assert "G05" in by_document["示市监许字〔2022〕3号"].split()
    assert documents(read_records(con, PLAN, PERIOD, "error", rule="G05")) == [
        "示市监许字〔2022〕3号"
    ]
    assert read_records(con, PLAN, PERIOD, "error", rule="G0").is_empty()  # whole ids only


def test_records_that_cannot_be_judged(con: duckdb.DuckDBPyConnection) -> None:
    assert documents(read_records(con, PLAN, "2022", "undetermined")) == ["示市监许字〔2022〕5号"]


def test_a_filter_is_bound_not_formatted(con: duckdb.DuckDBPyConnection) -> None:
    assert read_records(con, PLAN, PERIOD, unit="' or true --").is_empty()


def test_decisions_that_should_have_been_reported(con: duckdb.DuckDBPyConnection) -> None:
    missed = read_unreported(con, PLAN, PERIOD)
    assert documents(missed) == ["示市监许字〔2022〕4号"]
    assert missed["source"].to_list() == ["部门登记"]


def test_error_types_count_records(con: duckdb.DuckDBPyConnection) -> None:
    types = read_error_types(con, PLAN, PERIOD)
    assert dict(types.select("rule_id", "record_count").rows())["G05"] == 1


@pytest.mark.parametrize("unit", [None, UNIT])
@pytest.mark.parametrize("metric_id", FIGURES)
def test_the_facts_behind_a_figure_add_up_to_it(
    con: duckdb.DuckDBPyConnection, metric_id: str, unit: str | None
) -> None:
    values = read_metrics(con, PLAN, PERIOD, unit).filter(pl.col("metric_id") == metric_id)
    facts = read_facts(con, metric_id, PLAN, PERIOD, unit)
    if values.is_empty():
        assert facts.is_empty()
        return
    value = values.row(0, named=True)
    if METRICS[metric_id].family == "rate":
        assert (facts["is_hit"].sum(), facts.height) == (value["numerator"], value["denominator"])
    elif METRICS[metric_id].family == "count":
        assert facts.height == value["numerator"]
    else:
        assert facts.height == value["denominator"]


def test_an_unknown_metric_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(KeyError):
        read_facts(con, "no_such_metric", PLAN, PERIOD)


def test_units_show_who_has_few_records_who_declared_nil_and_who_is_exempt(
    con: duckdb.DuckDBPyConnection,
) -> None:
    units = {row["unit_id"]: row for row in read_units(con, PLAN, PERIOD).to_dicts()}
    market, safety, party = units[UNIT], units["BC-U05"], units["BC-U03"]
    assert (market["is_small"], market["late_count"], market["missed_count"]) == (True, 1, 1)
    assert market["hand_in_state"] == "已报"
    assert (safety["record_count"], safety["hand_in_state"]) == (0, "零报送")
    assert (party["is_ledger_owed"], party["hand_in_state"]) == (False, "不适用")
    assert len(units) == 17  # the roster; no row of an unknown unit


def test_rates_by_month_equal_the_metrics(con: duckdb.DuckDBPyConnection) -> None:
    rates = read_rates_by_month(con, PLAN).filter(
        (pl.col("month") == PERIOD) & (pl.col("ledger") == "all")
    )
    told = {row["rate"]: (row["hits"], row["base"]) for row in rates.to_dicts()}
    values = {row["metric_id"]: row for row in read_metrics(con, PLAN, PERIOD).to_dicts()}
    for rate, parts in told.items():
        value = values[f"publicity_{rate}_rate"]
        assert parts == (value["numerator"], value["denominator"])
    assert set(told) == {"report", "compliance", "timeliness"}


def test_targets_and_lights(con: duckdb.DuckDBPyConnection) -> None:
    assert read_targets(con, PLAN, PERIOD).height == 68
    assert read_clause_lights(con, PLAN, PERIOD).height == 15
    assert read_targets(con, PLAN, PERIOD, UNIT).height > 0


def test_a_cell_has_its_address_in_the_file(town: Town, con: duckdb.DuckDBPyConnection) -> None:
    refused = read_records(con, PLAN, PERIOD, "error", rule="G05").row(0, named=True)
    batch = Store(town.home).journal.batch(refused["batch_id"])
    assert batch is not None
    cells = read_cells(con, "admin_permit", refused["row_id"], batch.header_map)
    wrong = cells.filter(pl.col("rule_ids").str.contains("G05")).row(0, named=True)
    # The third column; the third record stands in line 4, below the header.
    assert (wrong["cell"], wrong["header"]) == ("C4", "行政相对人代码_1(统一社会信用代码)")
    assert read_row_place(con, refused["row_id"])["batch_id"].to_list() == [batch.batch_id]


def test_a_person_is_never_shown_in_full(town: Town, con: duckdb.DuckDBPyConnection) -> None:
    rows = read_found_rows(con, PLAN, document_no_key("示市监许字〔2022〕6号") or "")
    assert rows["counterparty_name"].to_list() == ["王*"]
    cells = read_cells(con, "admin_permit", rows["row_id"][0])
    shown = " ".join(str(value) for value in cells["value"].to_list())
    assert "王示二" not in shown
    assert "11010119900101000X" not in shown


def test_no_row_no_cells(con: duckdb.DuckDBPyConnection) -> None:
    assert read_cells(con, "admin_permit", 1).is_empty()
    with pytest.raises(KeyError):
        read_cells(con, "no_such_ledger", 1)


@pytest.mark.parametrize(
    ("index", "column"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ")]
)
def test_letters_of_columns(index: int, column: str) -> None:
    assert column_letters(index) == column


def test_a_document_is_found_however_it_is_written(con: duckdb.DuckDBPyConnection) -> None:
    for text in ("示市监许字〔2022〕1号", "示市监许字(2022)1号", "示市监许字［2022］ 1 号"):
        found = read_found_rows(con, PLAN, document_no_key(text) or "")
        assert found["standing"].to_list() == ["现行版本"]


def test_what_falls_due_soon(con: duckdb.DuckDBPyConnection) -> None:
    coming = read_coming_dates(con, PLAN, PERIOD)
    # 10 July 2022 is a Sunday: the ledgers of June are due on Monday.
    due = coming.filter(pl.col("kind") == "duty")["due_date"].to_list()
    assert due == [date(2022, 7, 11), date(2022, 7, 20), date(2022, 7, 20)]


def test_tasks_duties_batches_and_the_gate(con: duckdb.DuckDBPyConnection) -> None:
    tree = read_task_tree(con, PLAN, PERIOD)
    assert tree.filter(pl.col("task_kind").is_in(["context", "group"]))[
        "state"
    ].unique().to_list() == [""]
    assert not read_task_states(con, PLAN, PERIOD).is_empty()
    assert read_obligations(con, PLAN, PERIOD)["is_judged"].all()  # all of June's are over
    assert read_batches(con, PLAN)["error_rows"].sum() >= 1
    gate = read_gate_results(con)
    assert gate["failed"].sum() == 0
    assert set(gate["suite"]) <= set(SUITES)  # each has words for the page


def dated(owed: int, done: int = 0, overdue: int = 0, unmeasured: int = 0) -> dict[str, int]:
    return {"owed": owed, "done": done, "overdue": overdue, "unmeasured": unmeasured}


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"task_kind": "group"}, ""),
        ({"task_kind": "routine", "routine_state": "滞后"}, "滞后"),
        ({"task_kind": "routine", "routine_state": None}, "不计（无牵头单位）"),
        ({"task_kind": "recurring", "duty_hits": 14, "duty_base": 15}, "按期 14/15"),
        ({"task_kind": "recurring", "duty_hits": None, "duty_base": None}, "尚无到期报送"),
        ({"task_kind": "each", **dated(17, done=3, overdue=2)}, "逾期 2/17"),
        ({"task_kind": "deliverable", **dated(1, done=1)}, "已完成"),
        ({"task_kind": "deliverable", **dated(1, unmeasured=1)}, "缺台账"),
        ({"task_kind": "deliverable", **dated(0)}, "不计（无责任单位）"),
        ({"task_kind": "each", **dated(17, done=3)}, "已完成 3/17"),
    ],
)  # fmt: skip
def test_states_of_tasks_in_words(facts: dict[str, object], words: str) -> None:
    assert state_of_task(facts) == words


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.sql")), ids=lambda p: p.name)
def test_a_query_says_what_one_row_is(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("-- One row")


def test_the_months_from_which_the_rates_are_asked_otherwise() -> None:
    con = duckdb.connect()
    con.execute("create schema ref")
    con.execute(
        "create table ref.targets (plan_id text, target_id text, metric_id text, valid_from date)"
    )
    con.executemany(
        "insert into ref.targets values (?, ?, ?, ?)",
        [
            ("BC", "T1", "publicity_report_rate", date(2022, 1, 1)),
            ("BC", "T1", "publicity_report_rate", date(2022, 7, 1)),  # amended: marked
            ("BC", "T2", "late_report_rate", date(2022, 5, 1)),  # new, not amended
            ("BC", "T3", "publicity_article_count", date(2022, 1, 1)),
            ("BC", "T3", "publicity_article_count", date(2022, 9, 1)),  # none of the rates
            ("CC", "T1", "publicity_report_rate", date(2018, 1, 1)),
            ("CC", "T1", "publicity_report_rate", date(2018, 3, 1)),  # another plan
        ],
    )
    assert read_rate_changes(con, "BC") == ["2022-07"]
    con.close()
