"""Scores, ranks, what mending is worth, and the gaps of the city index, of the five plans."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.reference.index import gaps
from tests.reference.scores import Marks, Worth, scores
from tests.reference_support import PLACES, ask, differences, live_version, reading, told_once


@pytest.fixture(scope="module")
def live(sample_home: Path) -> Path:
    return live_version(sample_home)


@cache
def judged(place: str) -> tuple[Marks, dict[tuple[str, str], Worth]]:
    told = reading(place)
    return scores(told.world, told.figures)


@pytest.mark.parametrize("place", PLACES)
def test_every_score_and_rank_equals_the_reference(live: Path, place: str) -> None:
    wanted = {
        key: (s.group, s.score, s.rank, s.ranked, s.records, s.is_small, s.before, s.rank_before)
        for key, s in judged(place)[0].items()
    }
    rows = ask(
        live,
        "select unit_id, period, ranking_group, score, rank, ranked_units, record_count, "
        "is_small_sample, previous_score, previous_rank from marts.unit_scores where plan_id = ?",
        place,
    )
    assert differences(told_once(rows, 2), wanted) == []


@pytest.mark.parametrize("place", PLACES)
def test_a_unit_without_rank_is_told_why(live: Path, place: str) -> None:
    query = (
        "select unit_id, period, not_ranked_reason = '' from marts.unit_scores where plan_id = ?"
    )
    wanted = {key: (s.rank is not None,) for key, s in judged(place)[0].items()}
    assert differences(told_once(ask(live, query, place), 2), wanted) == []


@pytest.mark.parametrize("place", PLACES)
def test_every_part_of_a_score_equals_the_reference(live: Path, place: str) -> None:
    wanted = {
        (*key, name): (
            p.state,
            p.figure.value if p.figure else None,
            (("official" if p.is_official else "own") if p.figure else None),
            p.attainment,
            None if p.attainment is None else p.weight * p.attainment,
        )
        for key, score in judged(place)[0].items()
        for name, p in score.parts.items()
    }
    rows = ask(
        live,
        "select unit_id, period, part_id, state, value, value_source, attainment, points "
        "from marts.unit_score_parts where plan_id = ?",
        place,
    )
    assert differences(told_once(rows, 3), wanted) == []


@pytest.mark.parametrize("place", PLACES)
def test_what_mending_is_worth_equals_the_reference(live: Path, place: str) -> None:
    wanted = {key: (w.missed, w.wrong, w.now, w.after) for key, w in judged(place)[1].items()}
    assert wanted
    rows = ask(
        live,
        "select unit_id, period, missed_count, error_count, score_now, score_after "
        "from marts.mending_worth where plan_id = ?",
        place,
    )
    assert differences(told_once(rows, 2), wanted) == []


def test_the_samples_show_groups_ties_small_samples_and_parts_left_out() -> None:
    told = [score for place in PLACES for score in judged(place)[0].values()]
    ranks: dict[tuple[str, str, str], list[int]] = {}
    for place in PLACES:
        for (_, period), score in judged(place)[0].items():
            if score.rank is not None:
                ranks.setdefault((place, period, score.group), []).append(score.rank)
    assert {score.group for score in told if score.rank} == {"power", "other", "street"}
    assert any(len(found) > len(set(found)) for found in ranks.values())
    assert any(score.is_small for score in told)
    assert any(
        score.rank and score.rank_before and score.rank != score.rank_before for score in told
    )
    states = {part.state for score in told for part in score.parts.values()}
    assert states == {"applied", "no_data", "not_applicable"}
    assert {part.is_official for s in told for part in s.parts.values()} == {True, False}


@pytest.mark.parametrize("place", PLACES)
def test_every_gap_of_the_index_equals_the_reference(live: Path, place: str) -> None:
    """Lines are drawn only for a city that is ranked itself: YC."""
    wanted = {
        key: (g.line_rank, g.own_rank, g.own_score, g.is_reached, g.state, g.low, g.high, g.known)
        for key, g in gaps(reading(place).world).items()
    }
    rows = ask(
        live,
        "select period, line, line_rank, own_rank, own_score, is_reached, state, gap_low, "
        "gap_high, known_cities from marts.index_gaps where plan_id = ?",
        place,
    )
    assert differences(told_once(rows, 2), wanted) == []
    assert bool(wanted) == (place == "YC")


def test_the_sample_knows_some_gaps_and_others_only_as_a_range() -> None:
    states = {gap.state for gap in gaps(reading("YC").world).values()}
    assert states >= {"exact", "range", "unknown"}
