"""The marts of the city index, on rows whose figures were worked out by hand."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from tests.index_support import assessment, index_warehouse, indicator, score


def ask(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return con.sql(query).fetchall()


def rank_in(con: duckdb.DuckDBPyConnection, period: str, plan: str = "YC") -> tuple[object, ...]:
    found = ask(
        con,
        f"select index_period, rank from marts.index_periods "
        f"where plan_id = '{plan}' and period = '{period}'",
    )
    return found[0] if found else ()


def test_a_period_has_the_last_official_figure_up_to_its_end() -> None:
    con = index_warehouse(
        [
            score("2019-12", 118, 78.9),
            score("2020-03", 104, 80.0),
            # Published in April for May: belongs to May, not to what was known before.
            score("2020-05", 96, 80.6, published_date__date=date(2020, 6, 20)),
        ]
    )
    assert rank_in(con, "2020-01") == ("2019-12", 118)  # nothing newer yet
    assert rank_in(con, "2020-03") == ("2020-03", 104)
    assert rank_in(con, "2020-04") == ("2020-03", 104)
    assert rank_in(con, "2020-Q2") == ("2020-05", 96)
    assert rank_in(con, "2020") == ("2020-05", 96)
    assert rank_in(con, "2020-01..2020-04") == ("2020-03", 104)  # what targets are measured over


def test_a_period_that_has_not_begun_has_no_figure() -> None:
    con = index_warehouse([score("2020-03", 104, 80.0)], as_of=date(2020, 5, 20))
    assert rank_in(con, "2020-05") == ("2020-03", 104)
    assert rank_in(con, "2020-06") == ()


@pytest.mark.parametrize(
    ("second", "faulty", "rank"),
    [
        # Both name the day of publication: the later one counts, though it came in first.
        ({"published_date__date": date(2020, 6, 25)}, False, 97),
        # A row that names the day counts before one that does not.
        ({}, False, 96),
        # A faulty row counts nowhere.
        ({"published_date__date": date(2020, 6, 25)}, True, 96),
        # So does the row of a file that was replaced.
        ({"published_date__date": date(2020, 6, 25), "is_replaced": True}, False, 96),
        # An own estimate never stands in for the official figure.
        ({"published_date__date": date(2020, 6, 25), "value_source__norm": "测算"}, False, 96),
        # The same city without 市.
        ({"published_date__date": date(2020, 6, 25), "city_name__norm": "盐城"}, False, 97),
    ],
)
def test_of_two_rows_of_a_month_the_newest_counts(
    second: dict[str, object], faulty: bool, rank: int
) -> None:
    con = index_warehouse(
        [
            score("2020-05", 97, 80.5, **second),
            score("2020-05", 96, 80.6, published_date__date=date(2020, 6, 20)),
        ],
        faulty=[("city_index", 1)] if faulty else [],
    )
    assert rank_in(con, "2020-05") == ("2020-05", rank)


def test_without_days_of_publication_the_later_receipt_counts() -> None:
    con = index_warehouse(
        [
            score("2020-05", 97, 80.5, received_date=date(2020, 7, 2)),
            score("2020-05", 96, 80.6, received_date=date(2020, 7, 1)),
        ]
    )
    assert rank_in(con, "2020-05") == ("2020-05", 97)


def test_a_month_that_is_none_is_left_out() -> None:
    assert rank_in(index_warehouse([score("2020-13", 96, 80.6)]), "2020-12") == ()
    assert rank_in(index_warehouse([score("2020年第5期", 96, 80.6)]), "2020-12") == ()


def test_places_do_not_see_each_other() -> None:
    rows = [
        score("2020-05", 96, 80.6),
        # 白城市 as BC handed it in for its own year; YC's rows say nothing about it.
        score("2022-05", 150, 70.0, place_id="BC", city_name__norm="白城市"),
        score("2022-05", 1, 99.0, place_id="YC", city_name__norm="白城市"),
    ]
    con = index_warehouse(rows, as_of=date(2022, 12, 31))
    assert rank_in(con, "2022-06", "BC") == ("2022-05", 150)
    assert ask(con, "select distinct is_own from marts.index_periods where plan_id = 'BC'") == [
        (False,)
    ]
    # The parent's rank is not the place's own: it draws no line.
    assert ask(con, "select distinct plan_id from marts.index_gaps") == [("YC",)]


FIELD = [(98, 80.50, "示例甲市"), (102, 80.10, "示例乙市"), (79, 81.30, "示例丙市"),
         (81, 81.10, "示例丁市")]  # fmt: skip


def test_the_gap_to_both_lines() -> None:
    con = index_warehouse(
        [
            score("2020-05", 104, 80.0),
            *(score("2020-05", rank, pts, city_name__norm=city) for rank, pts, city in FIELD),
            # None of these is of the field: another month, group or version, no score, an estimate.
            score("2020-04", 100, 80.3, city_name__norm="示例戊市"),
            score("2020-05", 100, 80.3, city_name__norm="示例己市", group_name__norm="县级市"),
            score("2020-05", 100, 80.3, city_name__norm="示例庚市", index_version__norm="2019"),
            score("2020-05", 100, None, city_name__norm="示例辛市"),
            score("2020-05", 100, 80.3, city_name__norm="示例壬市", value_source__norm="测算"),
        ]
    )
    found = ask(
        con,
        "select line, line_rank, state, round(gap_low, 4), round(gap_high, 4), is_reached, "
        "known_cities from marts.index_gaps where period = '2020-05' order by line_rank desc",
    )
    # 100: between the 102nd (80.10) and the 98th (80.50); 80: between the 81st and the 79th.
    assert found == [
        ("target", 100, "range", 0.1, 0.5, False, 4),
        ("stretch", 80, "range", 1.1, 1.3, False, 4),
    ]


TREE_ROWS = [
    indicator("A1", 18.0),  # 2 of 20 lost
    indicator("A3", 40.0),  # 3 of 43 lost
    indicator("B01", 4.5),  # 0.5 of 5
    indicator("B11", 29.0),  # 2 of 31
    indicator("C01", 2.6, 3.0),  # 0.4 of 3, below B01
    indicator("C16", 3.0, 4.0),  # 1 of 4, below B11; historical
    indicator("C04", 0.7, 1.0),  # 0.3 of 1; nobody knows which indicator it belongs to
    indicator("C05", 1.0),  # its full score is not known, so no loss is
    indicator("X99", 0.0, 0.5, indicator_name__norm="四级示例"),  # not in the tree
]
OWNERS = [
    ("YC", "B01", "YC-U01"), ("YC", "C01", "YC-U24"), ("YC", "C01", "YC-U12"),
    ("YC", "C04", "YC-U20"), ("YC", "C16", "YC-U01"),
]  # fmt: skip


def test_points_lost_add_up_without_counting_twice() -> None:
    con = index_warehouse(indicators=TREE_ROWS, owners=OWNERS)
    found = ask(
        con,
        "select indicator_id, round(lost, 4), round(rest_lost, 4), is_placed, assigned_id, "
        "owner_count, is_historical from marts.index_points_lost where period = '2020-12' "
        "order by sort_order, indicator_id",
    )
    assert found == [
        ("A1", 2.0, 1.5, True, None, 0, False),  # 0.5 is explained by B01
        ("A3", 3.0, 1.0, True, None, 0, False),  # 2 by B11
        ("B01", 0.5, 0.1, True, "B01", 1, False),  # 0.4 by C01
        ("B11", 2.0, 1.0, True, None, 0, False),  # 1 by C16
        ("C01", 0.4, 0.4, True, "C01", 2, False),
        ("C04", 0.3, 0.3, False, "C04", 1, False),
        ("C16", 1.0, 1.0, True, "C16", 1, True),
        ("X99", 0.5, 0.5, False, None, 0, False),
    ]
    # 2 + 3 of the first level, and nothing else.
    [(total,)] = ask(
        con,
        "select round(sum(rest_lost), 4) from marts.index_points_lost "
        "where period = '2020-12' and is_placed",
    )
    assert total == 5.0


def test_points_by_unit_only_where_the_city_has_assigned_them() -> None:
    con = index_warehouse(indicators=TREE_ROWS, owners=OWNERS)
    found = ask(
        con,
        "select unit_id, indicator_id, round(lost, 4), owner_count from marts.index_unit_points "
        "where period = '2020-12' order by unit_id, indicator_id",
    )
    assert found == [
        # B01 without what C01 explains; the historical C16 is held against nobody.
        ("YC-U01", "B01", 0.1, 1),
        # C01 is shared: whole under both, not divided.
        ("YC-U12", "C01", 0.4, 2),
        ("YC-U20", "C04", 0.3, 1),
        ("YC-U24", "C01", 0.4, 2),
    ]


def test_an_assigned_indicator_answers_for_what_is_below_it() -> None:
    con = index_warehouse(indicators=TREE_ROWS, owners=[("YC", "A1", "YC-U01")])
    found = ask(
        con,
        "select indicator_id, assigned_id, round(lost, 4) from marts.index_unit_points "
        "where period = '2020-12' order by indicator_id",
    )
    # 1.5 + 0.1 + 0.4: the two points that A1 lost.
    assert found == [("A1", "A1", 1.5), ("B01", "A1", 0.1), ("C01", "A1", 0.4)]


def test_an_assignment_holds_from_its_day() -> None:
    rows = [indicator("C01", 2.6, 3.0, period__norm="2020-08")]
    con = index_warehouse(indicators=rows)  # the plan's own owners: from 1 October 2020
    by_period = dict(
        ask(
            con,
            "select period, assigned_id from marts.index_points_lost "
            "where indicator_id = 'C01' and period in ('2020-09', '2020-10')",
        )
    )
    assert by_period == {"2020-09": None, "2020-10": "C01"}


def test_an_assignment_is_of_the_plans_version_only() -> None:
    rows = [indicator("B01", 4.0, 5.0, index_version__norm="2019")]
    con = index_warehouse(indicators=rows, owners=[("YC", "B01", "YC-U01")])
    assert ask(
        con,
        "select indicator_name, assigned_id, is_placed from marts.index_points_lost "
        "where period = '2020-12'",
    ) == [("重大诚信案例确认与弘扬", None, False)]


def test_the_newest_row_of_an_indicator_and_the_newest_version_of_a_month_count() -> None:
    rows = [
        indicator("A1", 17.0),
        indicator("A1", 18.0),
        indicator("A2", 20.0, index_version__norm="2019"),
        indicator("A3", 40.0),
        indicator("A3", 10.0, value_source__norm="测算"),
    ]
    con = index_warehouse(indicators=rows)
    assert ask(
        con,
        "select indicator_id, lost from marts.index_points_lost where period = '2020-11' "
        "order by 1",
    ) == [("A1", 2.0), ("A3", 3.0)]


def test_the_provinces_assessment() -> None:
    con = index_warehouse(
        assessments=[
            assessment("2019", 9),
            assessment("2020-Q2", 7, published_date__date=date(2020, 8, 1)),
            assessment("2020-Q2", 8, published_date__date=date(2020, 7, 20)),
            assessment("2020", 14),  # of 13: no rank
            assessment("2020-10", 2, unit_name__norm="示例市"),  # another city
        ]
    )
    found = ask(
        con,
        "select period, assessed_period, rank, is_rank_impossible from marts.assessment_periods "
        "where plan_id = 'YC' and period in ('2020-05', '2020-06', '2020-11', '2020-12') "
        "order by 1",
    )
    assert found == [
        ("2020-05", "2019", 9, False),
        ("2020-06", "2020-Q2", 7, False),
        ("2020-11", "2020-Q2", 7, False),
        ("2020-12", "2020", None, True),
    ]


def test_below_the_city_the_place_itself_is_assessed() -> None:
    changes = {"place_id": "BC", "metric_id__norm": "city_assessment_rank"}
    con = index_warehouse(
        assessments=[
            assessment("2022-Q1", 3, 5, unit_name__norm="白城经济开发区", **changes),
            # The city above and a unit of the roster are not the place.
            assessment("2022-Q2", 1, 5, unit_name__norm="白城市", **changes),
            assessment("2022-Q2", 2, 5, unit_name__norm="示例单位04", unit_id="BC-U04", **changes),
        ],
        as_of=date(2022, 12, 31),
    )
    assert ask(
        con,
        "select assessed_period, rank, field_size from marts.assessment_periods "
        "where plan_id = 'BC' and period = '2022'",
    ) == [("2022-Q1", 3, 5)]


def test_empty_ledgers_give_empty_marts() -> None:
    con = index_warehouse()
    for mart in ("index_periods", "index_gaps", "index_points_lost", "index_unit_points",
                 "assessment_periods"):  # fmt: skip
        assert ask(con, f"select count(*) from marts.{mart}") == [(0,)]
