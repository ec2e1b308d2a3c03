"""The scores of a version, from small tables of figures written by hand.

Two plans of two places: AA counts its own figures, ZZ the official ones. Until 30 June the parts
weigh 上报 25, 合规 25, 期限内上报 20, 台账按期 15 and 任务 15; from 1 July 合规 45 and 任务 55.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest

from warehouse.assessment import compute_scores
from warehouse.metrics import VALUE_COLUMNS
from warehouse.reference import write_table

REPORT, COMPLIANCE = "publicity_report_rate", "publicity_compliance_rate"
IN_TIME, LEDGER, TASK = (
    "publicity_on_time_full_rate", "publicity_ledger_submission_day", "task_completion_rate",
)  # fmt: skip
JULY = date(2022, 7, 1)


def write_plan(con: duckdb.DuckDBPyConnection) -> None:
    """Everything but the figures, of both plans."""
    plans = ("AA", "ZZ")
    tables: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {
        "ref.run": (["as_of"], [(date(2022, 7, 31),)]),
        "ref.plans": (
            ["plan_id", "place_id", "min_rank_records", "figures"],
            [("AA", "AA", 10, "own"), ("ZZ", "ZZ", 10, "official")],
        ),
        "ref.assessment_parts": (
            ["plan_id", "part_id", "title", "metric_id", "weight", "comparator", "target",
             "valid_from", "valid_to", "sort_order"],
            [
                (plan, *row, order)
                for plan in plans
                for order, row in enumerate(
                    [
                        ("report", "上报", REPORT, 25.0, ">=", 100.0, None, JULY),
                        ("compliance", "合规", COMPLIANCE, 25.0, ">=", 100.0, None, JULY),
                        ("on_time", "期限内上报", IN_TIME, 20.0, ">=", 100.0, None, JULY),
                        ("ledger", "台账按期", LEDGER, 15.0, ">=", 100.0, None, JULY),
                        ("task", "任务", TASK, 15.0, ">=", 100.0, None, JULY),
                        ("compliance", "合规", COMPLIANCE, 45.0, ">=", 98.0, JULY, None),
                        ("task", "任务", TASK, 55.0, ">=", 100.0, JULY, None),
                    ]
                )
            ],
        ),
        "ref.units": (
            ["plan_id", "unit_id", "ranking_group", "is_rankable", "sort_order",
             "valid_from", "valid_to"],
            [
                (plan, unit, group, group != "listed", order, start, end)
                for plan in plans
                for order, (unit, group, start, end) in enumerate(
                    [
                        ("U1", "power", None, None),
                        ("U2", "power", None, None),
                        ("U3", "power", None, None),
                        ("U4", "power", None, None),
                        ("U5", "other", None, None),
                        ("U6", "listed", None, None),
                        ("U7", "street", None, None),
                        # Merged into another unit on 1 July: the last period it has is June.
                        ("U8", "other", None, JULY),
                    ]
                )
            ],
        ),
        "ref.periods": (
            ["plan_id", "period", "period_kind", "start_date", "end_date", "cutoff_date"],
            [
                (plan, label, kind, date(2022, first, 1), end, cutoff)
                for plan in plans
                for label, kind, first, end, cutoff in [
                    ("2022-05", "month", 5, date(2022, 5, 31), date(2022, 6, 10)),
                    ("2022-06", "month", 6, date(2022, 6, 30), date(2022, 7, 10)),
                    ("2022-07", "month", 7, date(2022, 7, 31), date(2022, 8, 10)),
                    ("2022-08", "month", 8, date(2022, 8, 31), date(2022, 9, 10)),  # not begun
                    ("2022", "year", 1, date(2022, 12, 31), date(2023, 1, 10)),
                    ("2022-01..2022-06", "span", 1, date(2022, 6, 30), date(2022, 7, 10)),
                ]
            ],
        ),
        "ref.targets": (
            ["plan_id", "target_id", "metric_id", "legal_status"],
            [("AA", "T1", REPORT, "in_force"), ("AA", "T2", REPORT, "historical")],
        ),
        "ref.applicability": (
            ["plan_id", "unit_id", "subject", "subject_id", "state", "reason", "valid_from",
             "valid_to"],
            [
                ("AA", "U4", "metric", TASK, "exempt", "抽调专班", None, date(2022, 6, 1)),
                ("AA", "U6", "duty", "DU1", "exempt", "垂直管理", None, None),
                ("AA", "U7", "metric", IN_TIME, "applies", "", None, None),
            ],
        ),
        "ref.duty_ledgers": (
            ["plan_id", "duty_id", "ledger"],
            [("AA", "DU1", "admin_permit"), ("AA", "DU1", "admin_penalty"),
             ("AA", "DU2", "submission")],
        ),
        "ref.obligations": (
            ["plan_id", "unit_id"],
            [(plan, unit) for plan in plans for unit in ("U1", "U2", "U3", "U4", "U5", "U7")],
        ),
        "marts.task_units": (
            ["plan_id", "unit_id"],
            [(plan, unit) for plan in plans for unit in ("U1", "U2", "U3", "U4", "U5", "U8")],
        ),
    }  # fmt: skip
    con.execute("create schema ref; create schema marts")
    for name, (columns, rows) in tables.items():
        write_table(con, name, pl.DataFrame(rows, schema=columns, orient="row"))
    con.execute(f"create table marts.metric_values ({VALUE_COLUMNS})")


def put(
    con: duckdb.DuckDBPyConnection,
    unit: str,
    figures: dict[str, tuple[int, int]],
    *,
    plan: str = "AA",
    period: str = "2022-06",
    records: int | None = None,
) -> None:
    """Rates of a unit by hits and base, and how many records it has."""
    insert = (
        "insert into marts.metric_values "
        "values (?, ?, ?, 'month', 'department', ?, ?, ?, ?, ?, '%', 'review')"
    )
    for metric, (hits, base) in figures.items():
        value = 100.0 * hits / base if base else None
        con.execute(insert, [metric, plan, period, unit, unit, hits, base, value])
    if records is not None:
        key = ["publicity_record_count", plan, period, unit, unit]
        con.execute(insert, [*key, records, None, float(records)])


FULL = {REPORT: (20, 20), COMPLIANCE: (20, 20), IN_TIME: (20, 20), LEDGER: (1, 1), TASK: (1, 1)}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as found:
        write_plan(found)
        yield found


def scores(
    con: duckdb.DuckDBPyConnection, period: str = "2022-06", plan: str = "AA"
) -> dict[str, dict[str, Any]]:
    compute_scores(con)
    rows = con.sql(
        "select * from marts.unit_scores where plan_id = $plan and period = $period",
        params={"plan": plan, "period": period},
    )
    return {row["unit_id"]: row for row in rows.pl().to_dicts()}


def parts(
    con: duckdb.DuckDBPyConnection, unit: str, period: str = "2022-06", plan: str = "AA"
) -> dict[str, dict[str, Any]]:
    rows = con.sql(
        "select * from marts.unit_score_parts "
        "where plan_id = $plan and period = $period and unit_id = $unit",
        params={"plan": plan, "period": period, "unit": unit},
    )
    return {row["part_id"]: row for row in rows.pl().to_dicts()}


def test_a_score_by_hand(con: duckdb.DuckDBPyConnection) -> None:
    # 25·0.9 + 25·0.8 + 20·0.5 + 15·1 + 15·0 = 22.5 + 20 + 10 + 15 + 0 of 100
    put(
        con,
        "U1",
        {REPORT: (18, 20), COMPLIANCE: (16, 20), IN_TIME: (10, 20), LEDGER: (2, 2), TASK: (0, 1)},
        records=20,
    )
    found = scores(con)["U1"]
    assert found["score"] == pytest.approx(67.5)
    assert (found["rank"], found["ranked_units"], found["left_out"]) == (1, 1, "")
    shown = parts(con, "U1")
    assert [p["points"] for p in shown.values()] == pytest.approx([22.5, 20, 10, 15, 0])
    assert {p["state"] for p in shown.values()} == {"applied"}
    assert {p["value_source"] for p in shown.values()} == {"own"}
    assert (shown["report"]["numerator"], shown["report"]["denominator"]) == (18, 20)


def test_no_data_is_left_out_and_named(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "U1", {COMPLIANCE: (15, 20), LEDGER: (1, 1), IN_TIME: (0, 0)}, records=20)
    found = scores(con)["U1"]
    # 25·0.75 + 15 = 33.75 of 40
    assert found["score"] == pytest.approx(84.375)
    assert found["left_out"] == (
        "上报（本期没有可判定的记录）；期限内上报（本期没有可判定的记录）；任务（本期没有到期的任务）"
    )
    left = parts(con, "U1")["on_time"]
    assert (left["state"], left["points"], left["attainment"]) == ("no_data", None, None)


def test_a_unit_without_power_is_scored_on_the_rest_and_ranked(
    con: duckdb.DuckDBPyConnection,
) -> None:
    put(con, "U5", {LEDGER: (1, 1), TASK: (1, 2)})
    found = scores(con)["U5"]
    # 15 + 7.5 of 30; no records, but what it owes is counted whole
    assert found["score"] == pytest.approx(75.0)
    assert (found["rank"], found["is_small_sample"]) == (1, False)
    assert parts(con, "U5")["report"]["reason"] == "无行政许可、行政处罚职权"
    assert parts(con, "U5")["report"]["state"] == "not_applicable"


def test_a_unit_of_the_other_group_that_decided_is_judged_on_it(
    con: duckdb.DuckDBPyConnection,
) -> None:
    put(con, "U5", {COMPLIANCE: (1, 2), LEDGER: (1, 1)}, records=2)
    found = scores(con)["U5"]
    assert found["score"] == pytest.approx(100 * (12.5 + 15) / 40)
    assert found["not_ranked_reason"] == "样本少（2 条，少于 10 条）"


def test_the_matrix_leaves_out_with_its_reason_while_it_holds(
    con: duckdb.DuckDBPyConnection,
) -> None:
    for period in ("2022-05", "2022-06"):
        put(con, "U4", {**FULL, TASK: (0, 1)}, period=period, records=20)
    assert scores(con, "2022-05")["U4"]["left_out"] == "任务（豁免：抽调专班）"
    assert scores(con, "2022-05")["U4"]["score"] == pytest.approx(100.0)
    # The exemption ended on 1 June.
    assert scores(con, "2022-06")["U4"]["score"] == pytest.approx(85.0)


def test_who_need_not_hand_in_permits_is_not_judged_by_them(
    con: duckdb.DuckDBPyConnection,
) -> None:
    put(con, "U6", FULL, records=50)
    found = scores(con)["U6"]
    assert found["left_out"].startswith("上报（豁免：垂直管理）；合规（豁免：垂直管理）")
    assert found["score"] == pytest.approx(100.0)
    # A listed unit has a score and no rank, and does not count among the ranked.
    assert (found["rank"], found["ranked_units"]) == (None, 0)
    assert found["not_ranked_reason"] == "只列不排"


def test_a_unit_that_owes_nothing_has_no_part_for_it(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "U7", {COMPLIANCE: (10, 10)}, records=10)
    scores(con)
    street = parts(con, "U7")
    assert (street["task"]["state"], street["task"]["reason"]) == (
        "not_applicable",
        "没有牵头或自办的有期限任务",
    )
    assert (street["ledger"]["state"], street["ledger"]["reason"]) == (
        "no_data",
        "本期没有到期的报送",
    )


def test_ranks_stay_within_a_group(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "U1", FULL, records=20)
    put(con, "U2", FULL, records=10)  # ten records are enough
    put(con, "U3", {**FULL, COMPLIANCE: (10, 20)}, records=20)
    put(con, "U4", FULL, records=9)  # nine are not
    put(con, "U7", {**FULL, COMPLIANCE: (1, 20)}, records=20)
    put(con, "(未识别单位)", FULL, records=99)
    found = scores(con)
    ranks = {unit: (row["rank"], row["ranked_units"]) for unit, row in found.items()}
    assert ranks["U1"] == ranks["U2"] == (1, 3)
    assert ranks["U3"] == (3, 3)
    assert ranks["U4"] == (None, 3)
    assert ranks["U7"] == (1, 1)  # a street, however low
    assert found["U4"]["not_ranked_reason"] == "样本少（9 条，少于 10 条）"
    assert "(未识别单位)" not in found


def test_movement_is_against_the_period_before_of_the_same_kind(
    con: duckdb.DuckDBPyConnection,
) -> None:
    put(con, "U1", FULL, period="2022-05", records=20)
    put(con, "U2", {**FULL, COMPLIANCE: (10, 20)}, period="2022-05", records=20)
    put(con, "U1", {**FULL, COMPLIANCE: (0, 20)}, records=20)
    put(con, "U2", FULL, records=20)
    put(con, "U3", FULL, records=20)  # was not ranked in May
    found = scores(con)
    assert (found["U1"]["previous_rank"], found["U1"]["rank"]) == (1, 3)
    assert (found["U2"]["previous_rank"], found["U2"]["rank"]) == (2, 1)
    assert (found["U3"]["previous_rank"], found["U3"]["rank"]) == (None, 1)
    assert found["U2"]["previous_score"] == pytest.approx(87.5)
    # May has no period before it, and a year does not follow a month.
    assert scores(con, "2022-05")["U1"]["previous_rank"] is None
    assert scores(con, "2022")["U1"]["previous_rank"] is None


def test_a_period_without_data_has_no_score_and_no_rank(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "U1", FULL, records=20)
    found = scores(con, "2022-07")["U1"]
    assert (found["score"], found["rank"], found["previous_rank"]) == (None, None, 1)
    assert found["not_ranked_reason"] == "本期没有可计分的数据"
    assert scores(con, "2022-08") == {}  # not begun
    assert scores(con, "2022-01..2022-06") == {}  # a span is no period of assessment


def test_where_nothing_has_come_nobody_is_scored_for_it(con: duckdb.DuckDBPyConnection) -> None:
    # Every hand-in is missing and no task is done: the office has not begun to collect.
    for unit in ("U1", "U5"):
        put(con, unit, {LEDGER: (0, 1), TASK: (0, 2)})
    found = scores(con)["U5"]
    assert (found["score"], found["rank"]) == (None, None)
    assert "台账按期（本期还没有收到数据）" in found["left_out"]
    # One unit hands in: now who did not is told from who did.
    put(con, "U7", {LEDGER: (1, 1)})
    assert scores(con)["U5"]["score"] == 0.0


def test_amended_weights_do_not_reach_back(con: duckdb.DuckDBPyConnection) -> None:
    for period in ("2022-06", "2022-07"):
        put(con, "U1", {**FULL, COMPLIANCE: (49, 100), TASK: (1, 2)}, period=period, records=100)
    # June: 25·0.49 of 100 and the half task: 25 + 12.25 + 20 + 15 + 7.5
    assert scores(con, "2022-06")["U1"]["score"] == pytest.approx(79.75)
    # July: 45·(49 ÷ 98) + 55·0.5
    assert scores(con, "2022-07")["U1"]["score"] == pytest.approx(50.0)
    assert list(parts(con, "U1", "2022-07")) == ["compliance", "task"]


def test_a_unit_that_was_merged_has_no_score_afterwards(con: duckdb.DuckDBPyConnection) -> None:
    assert "U8" in scores(con, "2022-06")
    assert "U8" not in scores(con, "2022-07")


def test_official_figures_count_first_where_the_plan_says_so(
    con: duckdb.DuckDBPyConnection,
) -> None:
    official = {f"official_{REPORT}": (470, 500), f"official_{COMPLIANCE}": (456, 470)}
    for plan in ("AA", "ZZ"):
        put(con, "U1", FULL | official, plan=plan, records=4)
        put(con, "U2", FULL, plan=plan, records=20)
    own, told = scores(con), scores(con, plan="ZZ")
    assert own["U1"]["score"] == pytest.approx(100.0)
    # 25·0.94 + 25·(456 ÷ 470) + 20 + 15 + 15: the other parts have no official figure
    assert told["U1"]["score"] == pytest.approx(23.5 + 25 * 456 / 470 + 50)
    sources = {part: row["value_source"] for part, row in parts(con, "U1", plan="ZZ").items()}
    assert sources == {
        "report": "official", "compliance": "official", "on_time": "own", "ledger": "own",
        "task": "own",
    }  # fmt: skip
    # The sample is the official one: 470 records reported, not the four of the detail.
    assert own["U1"]["not_ranked_reason"] == "样本少（4 条，少于 10 条）"
    assert (told["U1"]["rank"], told["U1"]["record_count"]) == (2, 470)
    assert told["U2"]["rank"] == 1  # no official figure of this unit: its own counts


def test_what_was_only_asked_in_history_is_never_scored(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "U1", FULL | {COMPLIANCE: (0, 20)}, records=20)
    con.execute(f"insert into ref.targets values ('AA', 'T3', '{COMPLIANCE}', 'historical')")
    found = scores(con)["U1"]
    assert found["left_out"] == "合规（历史条款，不计分）"
    assert found["score"] == pytest.approx(100.0)
    # 上报 is asked by a historical target and by one in force: it counts.
    assert parts(con, "U1")["report"]["state"] == "applied"


def worth(
    con: duckdb.DuckDBPyConnection, period: str, plan: str = "AA"
) -> dict[str, dict[str, Any]]:
    compute_scores(con)
    rows = con.sql(
        "select * from marts.mending_worth where plan_id = $plan and period = $period",
        params={"plan": plan, "period": period},
    )
    return {row["unit_id"]: row for row in rows.pl().to_dicts()}


def test_what_mending_is_worth(con: duckdb.DuckDBPyConnection) -> None:
    figures = {**FULL, REPORT: (16, 20), COMPLIANCE: (12, 16), IN_TIME: (10, 20)}
    put(con, "U1", figures, records=16)
    put(con, "U1", {COMPLIANCE: (12, 16), TASK: (1, 1)}, period="2022-07", records=16)
    put(con, "U2", {**FULL, IN_TIME: (1, 20)}, records=20)  # late only: nothing can be mended
    june = worth(con, "2022-06")
    assert set(june) == {"U1"}
    # June's cut-off (10 July) is over on 31 July: a corrected row no longer counts for it.
    # 20 + 18.75 + 10 + 15 + 15, and 25 instead of 20 once the four are reported
    assert june["U1"]["missed_count"] == 4
    assert june["U1"]["error_count"] == 4
    assert june["U1"]["are_errors_correctable"] is False
    assert june["U1"]["score_now"] == pytest.approx(78.75)
    assert june["U1"]["score_after"] == pytest.approx(83.75)
    assert (june["U1"]["report_rate_now"], june["U1"]["report_rate_after"]) == (80.0, 100.0)
    assert june["U1"]["compliance_rate_after"] == june["U1"]["compliance_rate_now"] == 75.0
    # July is still open until 10 August. 45·(75 ÷ 98) + 55 now, 45 + 55 then.
    july = worth(con, "2022-07")["U1"]
    assert (july["missed_count"], july["error_count"]) == (0, 4)
    assert july["score_now"] == pytest.approx(45 * 75 / 98 + 55)
    assert (july["score_after"], july["compliance_rate_after"]) == (100.0, 100.0)


def test_two_places_never_touch(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "U1", FULL, plan="AA", records=20)
    put(con, "U1", {**FULL, COMPLIANCE: (10, 20)}, plan="ZZ", records=20)
    put(con, "U2", {**FULL, COMPLIANCE: (12, 20)}, plan="ZZ", records=20)
    own, other = scores(con), scores(con, plan="ZZ")
    assert (own["U1"]["rank"], own["U1"]["ranked_units"]) == (1, 1)
    assert (other["U1"]["rank"], other["U2"]["rank"]) == (2, 1)
    assert own["U2"]["score"] is None
    # The exemptions of AA say nothing about ZZ.
    put(con, "U6", FULL, plan="ZZ", records=20)
    assert scores(con, plan="ZZ")["U6"]["left_out"] == ""


def test_a_plan_without_parts_has_no_scores(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "U1", FULL, records=20)
    con.execute("delete from ref.assessment_parts where plan_id = 'AA'")
    assert scores(con) == {}
