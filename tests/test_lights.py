"""The light function, as a table: comparators, hardness, legal status, days around a due date.

Each row says in words why."""

from datetime import date

import pytest

from warehouse.lights import Answer, Question, gap_text, judge

BEFORE, DUE, AFTER = date(2022, 6, 29), date(2022, 6, 30), date(2022, 7, 1)


def ask(value, *, day=AFTER, num=None, den=None, running=False, **question):
    defaults = {"comparator": ">=", "threshold": 100.0, "unit": "%"}
    return judge(
        Question(**{**defaults, **question}),
        Answer(value, day, num, den, is_period_running=running),
    )


@pytest.mark.parametrize(
    ("value", "num", "den", "expected", "why"),
    [
        (100.0, 300, 300, ("met", "green"), "all of them"),
        (99.667, 299, 300, ("missed", "yellow"), "one record short"),
        (99.6, 498, 500, ("missed", "yellow"), "two short, but only 0.4 points"),
        (99.5, 995, 1000, ("missed", "yellow"), "exactly 0.5 points"),
        (99.4, 994, 1000, ("missed", "red"), "0.6 points and six records"),
        (66.7, 2, 3, ("missed", "yellow"), "one record of three"),
        (33.3, 1, 3, ("missed", "red"), "two records of three"),
        (None, 0, 0, ("no_data", "grey"), "nothing to judge"),
    ],
)
def test_rate_against_its_target(value, num, den, expected, why):
    assert ask(value, num=num, den=den) == expected, why


@pytest.mark.parametrize(
    ("comparator", "threshold", "unit", "met", "near", "far"),
    [
        (">=", 5.0, "domain", 5.0, 4.0, 3.0),
        ("<=", 5.0, "item", 5.0, 6.0, 7.0),
        ("=", 0.0, "record", 0.0, 1.0, 2.0),
        (">", 5.0, "item", 5.5, 5.0, 3.9),
        ("exists", 1.0, "document", 1.0, 0.0, -1.0),
        ("increase", 10.0, "item", 11.0, 10.0, 8.0),
        ("decrease", 10.0, "item", 9.0, 10.0, 12.0),
    ],
)
def test_a_count_may_be_one_off(comparator, threshold, unit, met, near, far):
    question = {"comparator": comparator, "threshold": threshold, "unit": unit}
    assert ask(met, **question) == ("met", "green")
    assert ask(near, **question) == ("missed", "yellow")
    assert ask(far, **question) == ("missed", "red")


def test_days_have_no_tolerance():
    question = {"comparator": "within_days", "threshold": 7.0, "unit": "working_day"}
    assert ask(7.0, **question) == ("met", "green")
    assert ask(8.0, **question) == ("missed", "red")  # one day over is over


def test_a_principle_limit_never_turns_red():
    question = {"comparator": "within_days", "threshold": 1.0, "unit": "working_day"}
    assert ask(9.0, hardness="principle", **question) == ("missed", "yellow")


def test_dates_are_compared_as_dates():
    question = {"comparator": "by_date", "threshold": DUE, "unit": "date"}
    assert ask(DUE, **question) == ("met", "green")
    assert ask(AFTER, **question) == ("missed", "red")


@pytest.mark.parametrize("comparator", ["by_day_of_month", "by_weekday"])
def test_hand_in_days_are_shares_on_time(comparator):
    question = {"comparator": comparator, "threshold": 100.0}
    assert ask(100.0, num=15, den=15, **question) == ("met", "green")
    assert ask(93.3, num=14, den=15, **question) == ("missed", "yellow")  # one hand-in short
    assert ask(86.7, num=13, den=15, **question) == ("missed", "red")


@pytest.mark.parametrize(
    ("day", "expected"),
    [(BEFORE, ("pending", "yellow")), (DUE, ("pending", "yellow")), (AFTER, ("missed", "red"))],
)
def test_a_due_date_is_over_on_the_day_after(day, expected):
    assert ask(50.0, day=day, num=5, den=10, due=DUE) == expected


@pytest.mark.parametrize("hardness", ["principle", "strive", "explore"])
def test_soft_targets_are_never_red(hardness):
    assert ask(0.0, num=0, den=10, hardness=hardness) == ("missed", "yellow")


@pytest.mark.parametrize("kind", ["inferred", "enumerated", "checkable"])
def test_work_requirements_are_never_red(kind):
    assert ask(0.0, num=0, den=10, kind=kind) == ("missed", "yellow")


@pytest.mark.parametrize("legal_status", ["historical", "not_applicable"])
@pytest.mark.parametrize("value", [None, 0.0, 100.0])
def test_historical_targets_have_no_light(legal_status, value):
    assert ask(value, legal_status=legal_status) == ("historical", None)


def test_a_running_month_may_still_bring_what_is_asked():
    question = {"comparator": ">=", "threshold": 2.0, "unit": "article"}
    assert ask(0.0, running=True, **question) == ("pending", "yellow")
    assert ask(0.0, running=False, **question) == ("missed", "red")


def test_a_limit_broken_in_a_running_month_stays_broken():
    assert ask(3.0, running=True, comparator="=", threshold=0.0, unit="record")[0] == "missed"


@pytest.mark.parametrize(
    ("value", "num", "den", "comparator", "threshold", "unit", "words"),
    [
        (99.0, 198, 200, ">=", 100.0, "%", "差 2 条"),
        (98.4, 123, 125, ">=", 99.0, "%", "差 1 条"),  # 99 % of 125 is 123.75: 124 are needed
        (8.0, 8, 100, "<=", 5.0, "%", "差 3 条"),  # five of a hundred are allowed
        (9.0, None, None, "within_days", 7.0, "working_day", "超 2 个工作日"),
        (16.0, None, None, "within_days", 15.0, "calendar_day", "超 1 个自然日"),
        (3.0, None, None, ">=", 5.0, "domain", "差 2"),
        (100.0, 5, 5, ">=", 100.0, "%", ""),
        (None, None, None, ">=", 100.0, "%", ""),
    ],
)
def test_the_words_beside_a_light(value, num, den, comparator, threshold, unit, words):
    question = Question(comparator, threshold, unit)
    assert gap_text(question, Answer(value, AFTER, num, den)) == words


@pytest.mark.parametrize(
    ("rank", "day", "expected"),
    [
        (96, date(2020, 12, 31), ("pending", "yellow")),  # the due day itself is not over
        (96, date(2021, 1, 10), ("met", "green")),
        (104, date(2020, 12, 31), ("pending", "yellow")),
        (104, date(2021, 1, 10), ("missed", "red")),
    ],
)
def test_a_value_that_moves_both_ways_is_decided_on_its_day(rank, day, expected):
    question = Question("<=", 100, "rank", due=date(2020, 12, 31))
    assert judge(question, Answer(rank, day, is_provisional=True)) == expected
