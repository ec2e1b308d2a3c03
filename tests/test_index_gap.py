"""The gap to a rank and what regained points would give: worked out by hand, case by case."""

from __future__ import annotations

import pytest

from warehouse.index_gap import Gap, Movable, Standing, gap_to_rank, what_if

LINE = 100
OWN = Standing(104, 80.00)


def field(*pairs: tuple[int, float]) -> list[Standing]:
    return [Standing(rank, score) for rank, score in pairs]


@pytest.mark.parametrize(
    ("own", "others", "state", "low", "high"),
    [
        # A city holds rank 100 with 80.30: 0.30 points are missing.
        (OWN, [(100, 80.30), (99, 80.40)], "exact", 0.30, 0.30),
        # Rank 100 is not known: between 98 (80.50) and 102 (80.10).
        (OWN, [(98, 80.50), (102, 80.10), (90, 81.00)], "range", 0.10, 0.50),
        # The nearest known place below the line is the city itself: no lower bound worth saying.
        (OWN, [(98, 80.50)], "at_most", None, 0.50),
        (OWN, [(98, 80.50), (110, 79.00)], "at_most", None, 0.50),
        # Only a worse place is known: at least that much is missing.
        (OWN, [(102, 80.10)], "at_least", 0.10, None),
        # Nobody between the city and the top, and nobody worse that helps.
        (OWN, [(110, 79.00)], "unknown", None, None),
        (OWN, [], "unknown", None, None),
        # Two cities tied at 99 hold the places 99 and 100; the next is 101.
        (OWN, [(99, 80.40), (99, 80.40), (101, 80.20)], "exact", 0.40, 0.40),
        # Of the tie only one is known: place 100 is somewhere between 80.40 and 80.20.
        (OWN, [(99, 80.40), (101, 80.20)], "range", 0.20, 0.40),
        # A list that counts 1, 1, 2: who is published as 100th holds that place.
        (OWN, [(99, 80.40), (99, 80.40), (100, 80.30)], "exact", 0.30, 0.30),
        # The nearest places above and below have one score, so the place between has it, too.
        (OWN, [(99, 80.30), (101, 80.30)], "exact", 0.30, 0.30),
        # The city itself is 100th.
        (Standing(100, 80.0), [(99, 80.40)], "exact", 0.0, 0.0),
        (Standing(100, 80.0), [], "exact", 0.0, 0.0),
        # Better than the line: ahead of the 100th by 0.60; by between 0.40 and 0.70.
        (Standing(88, 81.0), [(100, 80.40)], "exact", -0.60, -0.60),
        (Standing(88, 81.0), [(98, 80.60), (103, 80.30)], "range", -0.70, -0.40),
        # Better than the line, and only better ones are known: the lead cannot be said.
        (Standing(88, 81.0), [(80, 81.5)], "unknown", None, None),
        (Standing(88, 81.0), [(95, 80.70)], "at_most", None, -0.30),
        # A worse rank with more points: one of the two was copied wrongly.
        (OWN, [(98, 80.50), (102, 80.60)], "contradictory", None, None),
        (OWN, [(100, 79.00)], "contradictory", None, None),
        (OWN, [(99, 80.50), (99, 80.40)], "contradictory", None, None),
    ],
)
def test_gap(
    own: Standing,
    others: list[tuple[int, float]],
    state: str,
    low: float | None,
    high: float | None,
) -> None:
    gap = gap_to_rank(LINE, own.rank, own.score, field(*others))
    assert (gap.state, gap.known_cities) == (state, len(others))
    assert (gap.low, gap.high) == (pytest.approx(low), pytest.approx(high))
    assert gap.is_reached == (own.rank <= LINE)


def test_without_a_score_there_is_no_gap() -> None:
    assert gap_to_rank(LINE, 104, None, field((100, 80.3))) == Gap(
        LINE, "unknown", None, None, False, 1
    )


def test_without_a_rank_the_scores_alone_speak() -> None:
    gap = gap_to_rank(LINE, None, 80.0, field((100, 80.3)))
    assert (gap.state, gap.is_reached, gap.low) == ("exact", None, pytest.approx(0.3))


MOVABLE = [Movable("B01", 1.0), Movable("B11", 3.0), Movable("C16", 2.0, is_historical=True)]
OTHERS = field((95, 80.90), (99, 80.50), (101, 80.25), (103, 80.10), (110, 79.00))


@pytest.mark.parametrize(
    ("regained", "score", "best", "worst"),
    [
        # 80.35: behind the 99th (80.50), level with or better than the 101st (80.25).
        ({"B01": 0.35}, 80.35, 100, 101),
        # 80.50 equals the 99th: the same rank; behind the 95th.
        ({"B01": 0.50}, 80.50, 96, 99),
        # Past everybody known: no best rank can be said, but it is no worse than the 95th.
        ({"B01": 1.0, "B11": 1.0}, 82.00, None, 95),
        # 80.05: behind the 103rd, no known city passed: 104th at best and at worst. A single rank
        # is not given as long as not every city is known.
        ({"B01": 0.05}, 80.05, None, None),
    ],
)
def test_regained_points_give_a_range(
    regained: dict[str, float], score: float, best: int | None, worst: int | None
) -> None:
    found = what_if(OWN, OWN.score, regained, MOVABLE, OTHERS, 261, [100, 80])
    assert found.score == pytest.approx(score)
    assert found.gained == pytest.approx(score - 80)
    assert (found.best_rank, found.worst_rank) == (best, worst)
    assert (found.known_cities, found.is_complete) == (5, False)


def test_the_gaps_left_are_those_of_the_new_score() -> None:
    found = what_if(OWN, OWN.score, {"B01": 0.35}, MOVABLE, OTHERS, 261, [100, 80])
    # The 100th has between 80.25 (101st) and 80.50 (99th): 0.15 missing at most.
    assert found.gaps[0].state == "range"
    assert (found.gaps[0].low, found.gaps[0].high) == (pytest.approx(-0.10), pytest.approx(0.15))
    # Of the 80th it is only known that it has at least the 95th's 80.90.
    assert (found.gaps[1].state, found.gaps[1].low) == ("at_least", pytest.approx(0.55))


def test_a_single_rank_only_when_every_city_is_known() -> None:
    own = Standing(4, 80.0)
    others = field((1, 90.0), (2, 85.0), (3, 82.0))
    whole = what_if(own, 80.0, {"B11": 3.0}, MOVABLE, others, 4)
    # 83.0: behind 90 and 85, before 82.
    assert (whole.is_complete, whole.best_rank, whole.worst_rank) == (True, 3, 3)
    part = what_if(own, 80.0, {"B11": 3.0}, MOVABLE, others, 5)
    assert (part.is_complete, part.best_rank, part.worst_rank) == (False, None, None)
    first = what_if(own, 80.0, {"B11": 3.0}, [Movable("B11", 3.0)], field((1, 81.0)), 2)
    assert (first.best_rank, first.worst_rank) == (1, 1)


@pytest.mark.parametrize(
    ("own", "others"),
    [(OWN, []), (None, []), (OWN, [(110, 79.0)]), (OWN, [(98, 80.5), (102, 80.6)])],
    ids=["nobody known", "no rank", "only worse", "contradictory"],
)
def test_no_range_where_nothing_can_be_said(
    own: Standing | None, others: list[tuple[int, float]]
) -> None:
    found = what_if(own, 80.0, {"B01": 0.2}, MOVABLE, field(*others), 261)
    assert (found.best_rank, found.worst_rank) == (None, None)


def test_a_city_without_a_rank_gets_one_from_the_known_scores() -> None:
    found = what_if(None, 80.0, {"B01": 0.35}, MOVABLE, OTHERS, 261)
    assert (found.best_rank, found.worst_rank) == (100, 101)


@pytest.mark.parametrize(
    ("regained", "word"),
    [({"C16": 0.5}, "历史口径"), ({"B01": 1.1}, "可追回 0 至 1 分"), ({"B01": -0.1}, "可追回"),
     ({"X": 0.1}, "没有可追回")],
)  # fmt: skip
def test_what_cannot_be_regained_is_refused(regained: dict[str, float], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        what_if(OWN, OWN.score, regained, MOVABLE, OTHERS, 261)
