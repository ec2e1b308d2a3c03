"""Worked examples: files in (`office_home.py`), the figure, status and light of targets out.

Each expected number was counted by hand from the rows; the comment says how."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.office_home import build_office_home
from warehouse.bindings import check_binding, parse_parameters
from warehouse.plans import load_plans


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(
        str(build_office_home(tmp_path_factory.mktemp("office"))), read_only=True
    ) as connection:
        yield connection


def rows_of(
    con: duckdb.DuckDBPyConnection, plan: str, target: str, period: str, scope: str
) -> dict[str, tuple[object, ...]]:
    """scope_id -> value, numerator, denominator, status, light."""
    found = con.sql(
        "select scope_id, value, numerator, denominator, status, light from marts.target_values "
        "where plan_id = $1 and target_id = $2 and period = $3 and scope_type = $4",
        params=[plan, target, period, scope],
    ).fetchall()
    by_scope = {row[0]: row[1:] for row in found}
    assert len(by_scope) == len(found), "one row per scope"
    return by_scope


Answer = tuple[str | None, int | None, int | None, str, str | None]
PLAN_ROWS: list[tuple[str, str, Answer, str]] = [
    # count with parameters: the level of the training
    ("BC-T053", "2022-06", ("1.0", 1, None, "met", "green"), "one provincial training"),
    ("BC-T054", "2022-06", ("1.0", 2, None, "met", "green"), "two own ones; one told twice is one"),
    # count of the metric itself; three visits, two of one title on one day are two titles
    ("BC-T055", "2022-06", ("1.0", 3, None, "met", "green"), "exists is 1, whatever the count"),
    # distinct, with the values that count
    ("BC-T057", "2022-06", ("3.0", 3, None, "missed", "yellow"), "商务, 政务, 社会; one short"),
    ("BC-T057", "2022-07", ("4.0", 4, None, "met", "green"), "司法 came on 2 July"),
    (
        "BC-T059",
        "2022-06",
        ("1.0", 1, None, "pending", "yellow"),
        "安全生产月 only; due in December",
    ),
    ("BC-T059", "2022", ("1.0", 1, None, "missed", "yellow"), "enumerated kinds are never red"),
    # a monthly count of units: the worst unit wrote none, one of 17 wrote two
    ("BC-T060", "2022-06", ("0.0", 1, 17, "missed", "red"), "MARKET alone has two of its own"),
    # per target: the document that names the clause
    ("BC-T015", "2022-03", ("0.0", 0, None, "pending", "yellow"), "issued on 1 April"),
    ("BC-T015", "2022-06", ("1.0", 1, None, "met", "green"), "issued"),
    ("BC-T016", "2022", ("0.0", 0, None, "missed", "yellow"), "the other clause has none"),
    ("BC-T064", "2022-06", ("1.0", 1, None, "met", "green"), "one case by kind"),
    ("BC-T065", "2022-06", ("0.0", 0, None, "pending", "yellow"), "none of national level yet"),
    ("BC-T065", "2022-09", ("1.0", 1, None, "met", "green"), "one since August"),
    # declared: MARKET 1 of 2 (corrected; the month before does not add), SAFETY 3 of 3
    ("BC-T017", "2022-06", ("80.0", 4, 5, "pending", "yellow"), "4 of 5"),
    ("BC-T017", "2022-05", ("100.0", 1, 1, "met", "green"), "MARKET alone, 1 of 1"),
    # honours: kinds of provincial level; a revoked one is none
    ("BC-T051", "2022-06", ("2.0", 2, None, "pending", "yellow"), "two kinds"),
    ("BC-T051", "2022-09", ("3.0", 3, None, "met", "green"), "the third in September"),
    ("BC-T052", "2022-06", ("1.0", 1, None, "met", "green"), "one of the place's own level"),
    ("BC-T052", "2022-09", ("0.0", 0, None, "pending", "yellow"), "revoked on 1 August"),
    # roles: U02 has three of three; the other 33 units have none or only a liaison
    ("CC-T008", "2018-06", ("0.0", 1, 34, "missed", "yellow"), "enumerated"),
    # liaison officers of 48 units at the end of the period
    ("CC-T009", "2018-05", (repr(200 / 48), 2, 48, "pending", "yellow"), "U01 and U02"),
    ("CC-T009", "2018-06", (repr(100 / 48), 1, 48, "missed", "yellow"), "U01's left on 15 June"),
    ("CC-T009", "2018-09", (repr(100 / 48), 1, 48, "missed", "yellow"), "U03 in July: too late"),
    # due on 15 August: July's figure stands, that of August comes after
    ("CC-T012", "2018-07", ("150.0", None, None, "pending", "yellow"), "150 of 153"),
    ("CC-T012", "2018-09", ("150.0", None, None, "missed", "red"), "as it stood on 15 August"),
    # dates: the worst unit has handed in nothing, U01 alone was in time
    ("CC-T013", "2018-06", (None, 1, 39, "missed", "red"), "due on 30 June, judged on 10 July"),
    ("CC-T013", "2018-05", (None, 0, 39, "pending", "yellow"), "not yet"),
    ("YC-T012", "2020-05", (None, None, None, "pending", "yellow"), "issued on 10 June"),
    ("YC-T012", "2020-06", ("2020-06-10", None, None, "met", "green"), "the day it was issued"),
    ("YC-T059", "2020-06", ("2020-06-25", None, None, "met", "green"), "a task by itself"),
    ("YC-T065", "2020-06", (None, None, None, "missed", "red"), "three of four parts"),
    ("YC-T065", "2020-08", ("2020-08-05", None, None, "missed", "red"), "the last part, late"),
    # declared amounts: a quarter takes the place of its months, other units add
    ("YC-T004", "2020-02", ("290.0", None, None, "pending", "yellow"), "100 + 150 + 40"),
    ("YC-T004", "2020-03", ("300.0", None, None, "pending", "yellow"), "260 + 40"),
    # steps: the first stays judged on its day, the second is behind since then
    ("ZZ-T1", "2022-05", ("1.0", 1, None, "pending", "yellow"), "one case of two"),
    ("ZZ-T1", "2022-09", ("1.0", 1, None, "missed", "yellow"), "one on 30 June, whatever came"),
    ("ZZ-T2", "2022-05", ("1.0", 1, None, "pending", "yellow"), "the first step is not due yet"),
    ("ZZ-T2", "2022-08", ("2.0", 2, None, "pending", "red"), "behind: the first step was missed"),
    # amended on 1 April: one visit a month before, four from then on
    ("ZZ-T3", "2022-02", ("1.0", 1, None, "met", "green"), "one of one"),
    ("ZZ-T3", "2022-04", ("2.0", 2, None, "missed", "red"), "two of four"),
    # more than in the same span of the year before: 3 against 1
    ("ZZ-T4", "2022-06", ("3.0", 3, None, "met", "green"), "January to June"),
    ("ZZ-T4", "2022-02", ("1.0", 1, None, "met", "green"), "1 against none in two months of 2021"),
    # no year before: May's three against June's two, then April's none against May's three
    ("ZZ-T5", "2022-06", ("2.0", 2, None, "met", "green"), "fewer than in May"),
    ("ZZ-T5", "2022-05", ("3.0", 3, None, "missed", "red"), "more than in April"),
    # of the year: an earlier month leaves it open
    ("ZZ-T8", "2022-06", ("1.0", 1, None, "pending", "yellow"), "one node; the year is not over"),
    ("ZZ-T8", "2022", ("1.0", 1, None, "missed", "red"), "one of three on 10 January"),
    # of each month: a year is as good as its worst month
    ("ZZ-T3", "2022", ("0.0", 0, 12, "missed", "red"), "four a month: never, and none in June"),
    # none late: of units that handed something in, one has a late record and one none
    ("ZZ-T6", "2022-06", ("1.0", 1, 2, "missed", "yellow"), "the worst of two judged"),
    ("ZZ-T6", "2022-08", (None, None, None, "no_data", "grey"), "nobody handed anything in"),
    # official first: MARKET's corrected sum 99 of 100, SAFETY's two types 14 of 15
    ("ZZ-T7", "2022-06", (repr(100 * 113 / 115), 113, 115, "missed", "red"), "113 of 115"),
]


@pytest.mark.parametrize(("target", "period", "wanted", "why"), PLAN_ROWS)
def test_the_plan_row(
    con: duckdb.DuckDBPyConnection, target: str, period: str, wanted: Answer, why: str
) -> None:
    plan = {"ZZ": "ZZ22"}.get(target[:2], target[:2])
    assert rows_of(con, plan, target, period, "plan") == {plan: wanted}, why


UNIT_ROWS: list[tuple[str, str, dict[str, Answer]]] = [
    # U04 wrote two; U05's other one repeats U04's; U06's repost is no repeat of an original
    ("BC-T060", "2022-06", {
        "BC-U04": ("2.0", 2, None, "met", "green"),
        "BC-U05": ("1.0", 1, None, "missed", "yellow"),
        "BC-U06": ("1.0", 1, None, "missed", "yellow"),
        "BC-U07": ("0.0", 0, None, "missed", "red"),
    }),
    # April and May none, June two: the worst month, one of three met
    ("BC-T060", "2022-Q2", {"BC-U04": ("0.0", 1, 3, "missed", "red")}),
    ("BC-T017", "2022-06", {
        "BC-U04": ("50.0", 1, 2, "pending", "yellow"),
        "BC-U05": ("100.0", 3, 3, "met", "green"),
        "BC-U06": (None, None, None, "no_data", "grey"),
    }),
    ("CC-T013", "2018-07", {
        "CC-U01": ("2018-06-20", None, None, "met", "green"),
        "CC-U02": ("2018-07-05", None, None, "missed", "red"),
        "CC-U03": (None, None, None, "missed", "red"),
    }),
    # U04: two records in June, one late. U05 declared nil. U06 said nothing.
    ("ZZ-T6", "2022-06", {
        "BC-U04": ("1.0", 1, None, "missed", "yellow"),
        "BC-U05": ("0.0", 0, None, "met", "green"),
        "BC-U06": (None, None, None, "no_data", "grey"),
    }),
    ("ZZ-T7", "2022-06", {
        "BC-U04": ("99.0", 99, 100, "missed", "yellow"),
        "BC-U05": (repr(1400 / 15), 14, 15, "missed", "yellow"),
        "BC-U06": (None, None, None, "no_data", "grey"),
    }),
]  # fmt: skip


@pytest.mark.parametrize(("target", "period", "wanted"), UNIT_ROWS)
def test_the_rows_of_units(
    con: duckdb.DuckDBPyConnection, target: str, period: str, wanted: dict[str, Answer]
) -> None:
    plan = {"ZZ": "ZZ22"}.get(target[:2], target[:2])
    found = rows_of(con, plan, target, period, "department")
    assert {unit: found[unit] for unit in wanted} == wanted


def test_an_official_figure_says_so_and_only_where_it_is(con: duckdb.DuckDBPyConnection) -> None:
    """MARKET has a notice for June; for July nobody has, so the own figure is asked."""
    found = con.sql(
        "select period, measured_by from marts.target_values where plan_id = 'ZZ22' "
        "and target_id = 'ZZ-T7' and scope_id = 'BC-U04' and period in ('2022-06', '2022-07') "
        "order by 1"
    ).fetchall()
    own = "ledger:decision_register+admin_permit+admin_penalty+platform_receipt"
    assert found == [("2022-06", "ledger:official_feedback"), ("2022-07", own)]


@pytest.mark.parametrize(
    ("metric", "wanted"),
    [
        ("official_publicity_report_rate", (113, 115)),
        ("official_publicity_compliance_rate", (96 + 14, 99 + 14)),
        ("official_late_report_rate", (0, 113)),
        ("official_publicity_timeliness_rate", (113, 113)),
    ],
)
def test_official_rates_take_the_newest_notice(
    con: duckdb.DuckDBPyConnection, metric: str, wanted: tuple[int, int]
) -> None:
    """The sum of 2号 for MARKET; SAFETY's notice has no sum, so its two types are added."""
    found = con.sql(
        "select numerator, denominator from marts.metric_values where metric_id = $1 "
        "and plan_id = 'ZZ22' and period = '2022-06' and scope_type = 'plan'",
        params=[metric],
    ).fetchall()
    assert found == [wanted]


@pytest.mark.parametrize(
    "mart",
    ["deliverable_periods", "meeting_periods", "honour_periods", "article_periods"],
)
def test_two_places_with_the_same_files_have_the_same_facts(
    con: duckdb.DuckDBPyConnection, mart: str
) -> None:
    """ZZ22 got BC's files too: what one place holds repeats nothing in the other."""
    counts = {
        plan: con.sql(
            "select period, unit_id, count(*), sum(case when is_counted then 1 else 0 end) "
            f"from marts.{mart} where plan_id = $1 and period in ('2022-06', '2022') "
            "and event_date not in ('2022-05-11', '2022-06-11', '2022-12-30') "
            "group by all order by all",
            params=[plan],
        ).fetchall()
        for plan in ("BC", "ZZ22")
    }
    assert counts["BC"] == counts["ZZ22"]
    assert counts["BC"], "there is something to compare"


def test_repeats_are_found_in_each_place_by_itself(con: duckdb.DuckDBPyConnection) -> None:
    found = con.sql(
        "select place_id, unit_id, title from marts.articles where is_repeat order by 1"
    ).fetchall()
    assert found == [(place, "BC-U05", "诚信 经营进社区") for place in ("BC", "ZZ")]


def test_declared_sums_stay_within_a_place(con: duckdb.DuckDBPyConnection) -> None:
    """BC's declarations were handed in under ZZ22 as well, where no target asks for them."""
    found = con.sql(
        "select plan_id, numerator, denominator from marts.metric_values "
        "where metric_id = 'regulation_interpretation_coverage' and period = '2022-06' "
        "and scope_type = 'plan' and value is not null"
    ).fetchall()
    assert ("BC", 4, 5) in found


def test_what_no_ledger_says_is_no_data_and_misses_nothing(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """YC handed in no meeting: a count is unknown, not 0; the ledger has a contract."""
    found = con.sql(
        "select value, status, light, missing from marts.target_values where plan_id = 'YC' "
        "and target_id = 'YC-T053' and period = '2020-06' and scope_type = 'plan'"
    ).fetchall()
    assert found == [(None, "no_data", "grey", [])]


def test_a_figure_that_was_never_asked_has_no_row(con: duckdb.DuckDBPyConnection) -> None:
    """ZZ-T3 has two versions; each period has the row of the version then in force."""
    found = con.sql(
        "select period, threshold from marts.target_values where target_id = 'ZZ-T3' "
        "and period in ('2022-03', '2022-04') order by 1"
    ).fetchall()
    assert found == [("2022-03", "1.0"), ("2022-04", "4.0")]


def target_row(metric: str, comparator: str = ">=") -> dict[str, str]:
    return {"metric_id": metric, "comparator": comparator}


@pytest.mark.parametrize(
    ("metric", "comparator", "measure", "parameters", "reason"),
    [
        ("training_session_count", ">=", "ledger:meeting_training", "level=省", None),
        ("credit_info_increment", ">", "declaration", "roll=sum", None),
        ("credit_info_increment", ">", "declaration", "roll=mean", "只能是 last、sum 之一"),
        ("credit_info_increment", ">", "declaration", "roll=last|sum", "只能是"),
        (
            "training_session_count",
            ">=",
            "ledger:meeting_training",
            "colour=红",
            "不是 marts.meeting",
        ),
        ("training_session_count", ">=", "ledger:meeting_training", "level", "看不懂"),
        (
            "training_session_count",
            ">=",
            "ledger:meeting_training",
            "level=省;level=市",
            "写了两次",
        ),
        ("no_such_metric", ">=", "declaration", "", "没有指标"),
        ("credit_info_increment", "by_date", "declaration", "", "没有"),
        ("training_session_count", "by_weekday", "ledger:meeting_training", "", "应绑定 duty"),
    ],
)
def test_a_binding_that_cannot_work_is_refused(
    metric: str, comparator: str, measure: str, parameters: str, reason: str | None
) -> None:
    binding = {"measure": measure, "parameters": parameters}
    found = check_binding(target_row(metric, comparator), binding)
    assert found is None if reason is None else reason in str(found)


def test_every_binding_of_the_plans_works() -> None:
    refused = {
        target["target_id"]: reason
        for plan in load_plans().values()
        for target in plan.targets
        if (reason := check_binding(target, plan.binding(target["target_id"])))
    }
    assert refused == {}


def test_parameters_are_read_by_name() -> None:
    assert parse_parameters("kind=案例经验;level=国家|省") == {
        "kind": ("案例经验",),
        "level": ("国家", "省"),
    }
    assert parse_parameters("") == {}
