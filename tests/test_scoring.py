"""Points, scores, ranks and what mending is worth, by examples computed by hand."""

from __future__ import annotations

import pytest

from warehouse.scoring import (
    Measured,
    Part,
    PartScore,
    attainment,
    is_small_sample,
    left_out,
    mended,
    rank,
    total_score,
    why_not_ranked,
)

RECORDS = {"publicity_report_rate", "publicity_compliance_rate", "publicity_on_time_full_rate"}


def part(
    name: str,
    weight: float,
    metric: str = "",
    comparator: str = ">=",
    target: float = 100.0,
) -> Part:
    return Part(name, name, metric or name, weight, comparator, target)


def applied(which: Part, value: float, hits: int | None = None, base: int | None = None, **kind):  # type: ignore[no-untyped-def]
    return PartScore(which, "applied", measured=Measured(value, hits, base, **kind))


@pytest.mark.parametrize(
    ("comparator", "value", "target", "share"),
    [
        (">=", 100.0, 100.0, 1.0),
        (">=", 98.0, 98.0, 1.0),  # met exactly
        (">=", 99.0, 98.0, 1.0),  # more than asked is worth no more
        (">=", 49.0, 98.0, 0.5),
        (">=", 0.0, 98.0, 0.0),
        (">=", 0.0, 0.0, 1.0),  # nothing asked: always reached, and no division by 0
        (">=", -1.0, 0.0, 0.0),
        (">=", -5.0, 100.0, 0.0),  # never below 0
        ("<=", 5.0, 5.0, 1.0),
        ("<=", 2.0, 5.0, 1.0),
        ("<=", 6.0, 5.0, 0.8),  # excess 1 of 5
        ("<=", 10.0, 5.0, 0.0),  # excess 5 of 5
        ("<=", 50.0, 5.0, 0.0),  # not −8
        ("<=", 0.0, 0.0, 1.0),
        ("<=", 0.25, 0.0, 0.75),  # target 0: the excess over 1
        ("<=", 1.0, 0.0, 0.0),
        ("<=", 3.0, 0.0, 0.0),
        ("=", 4.0, 4.0, 1.0),
        ("=", 3.0, 4.0, 0.75),  # too few is an excess too
        ("=", 5.0, 4.0, 0.75),
        ("=", 0.0, 0.0, 1.0),
    ],
)
def test_attainment(comparator: str, value: float, target: float, share: float) -> None:
    assert attainment(comparator, value, target) == pytest.approx(share)


def test_a_comparator_that_has_no_share_is_refused() -> None:
    with pytest.raises(ValueError, match="by_date"):
        attainment("by_date", 1.0, 1.0)


def test_a_score_weighs_its_parts() -> None:
    parts = [
        applied(part("a", 25), 90.0),  # 22.5
        applied(part("b", 25, target=98.0), 98.0),  # 25
        applied(part("c", 20), 50.0),  # 10
        applied(part("d", 15), 100.0),  # 15
        applied(part("e", 15), 80.0),  # 12
    ]
    assert total_score(parts) == pytest.approx(84.5)
    assert [p.points for p in parts] == pytest.approx([22.5, 25, 10, 15, 12])


def test_left_out_parts_leave_both_sides_and_are_named() -> None:
    parts = [
        PartScore(part("上报", 25), "not_applicable", "无行政许可、行政处罚职权"),
        applied(part("台账按期", 15), 80.0),  # 12
        applied(part("任务", 15), 50.0),  # 7.5
        PartScore(part("合规", 45), "no_data", "本期没有可判定的记录"),
    ]
    assert total_score(parts) == pytest.approx(65.0)  # 19.5 of 30
    assert left_out(parts) == ("上报（无行政许可、行政处罚职权）；合规（本期没有可判定的记录）")


def test_nothing_judged_is_no_score_and_not_zero() -> None:
    assert total_score([PartScore(part("a", 100), "no_data", "本期没有数据")]) is None
    assert total_score([]) is None
    assert total_score([applied(part("a", 100), 0.0)]) == 0.0


def test_a_perfect_score_is_never_above_100() -> None:
    parts = [applied(part(str(n), w), 100.0) for n, w in enumerate((33.3, 33.3, 33.4))]
    score = total_score(parts)
    assert score is not None
    assert 100.0 - 1e-9 <= score <= 100.0


def test_ranks_share_a_place_and_skip_the_next() -> None:
    assert rank({"a": 90.0, "b": 95.0, "c": 95.0, "d": 80.0}) == {"b": 1, "c": 1, "a": 3, "d": 4}
    assert rank({"a": 1.0, "b": 1.0, "c": 1.0}) == {"a": 1, "b": 1, "c": 1}
    assert rank({}) == {}


def test_the_order_of_adding_decides_no_rank() -> None:
    one, other = 0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1
    assert one != other  # 0.6000000000000001 and 0.6
    assert rank({"a": other, "b": one}) == {"a": 1, "b": 1}
    # A real difference counts, even one that no page would show.
    assert rank({"a": 90.0, "b": 90.000001}) == {"b": 1, "a": 2}


@pytest.mark.parametrize(
    ("records", "state", "is_small"),
    [
        (9, "applied", True),
        (10, "applied", False),  # ten are enough
        (0, "no_data", True),  # declared nil: not ranked by its other parts alone
        (0, "not_applicable", False),  # no power: all that was owed is counted
    ],
)
def test_small_samples(records: int, state: str, *, is_small: bool) -> None:
    report = part("report", 25, "publicity_report_rate")
    parts = [
        applied(report, 100.0) if state == "applied" else PartScore(report, state, "x"),  # type: ignore[arg-type]
        applied(part("ledger", 15, "duty_on_time_rate"), 100.0, 1, 1),
    ]
    assert is_small_sample(parts, records, 10, RECORDS) == is_small


@pytest.mark.parametrize(
    ("score", "is_rankable", "is_small", "records", "reason"),
    [
        (90.0, True, False, 0, ""),
        (90.0, False, False, 3, "只列不排"),
        (None, True, False, 0, "本期没有可计分的数据"),
        (None, True, True, 3, "本期没有可计分的数据"),
        (90.0, True, True, 3, "样本少（3 条，少于 10 条）"),
        (90.0, True, True, 0, "没有双公示记录，不排位"),
    ],
)
def test_why_a_unit_is_not_ranked(
    score: float | None, *, is_rankable: bool, is_small: bool, records: int, reason: str
) -> None:
    told = why_not_ranked(
        score, is_rankable=is_rankable, is_small=is_small, record_count=records, min_records=10
    )
    assert told == reason


def parts_to_mend() -> list[PartScore]:
    return [
        applied(part("上报", 25, "publicity_report_rate"), 80.0, 8, 10),  # 20
        applied(part("合规", 25, "publicity_compliance_rate"), 50.0, 4, 8),  # 12.5
        applied(part("期限内", 50, "publicity_on_time_full_rate"), 60.0, 6, 10),  # 30
    ]


def test_mending_reports_what_is_missing_and_corrects_errors_only() -> None:
    after = mended(parts_to_mend(), are_errors_correctable=True)
    # 25 + 25 + 30: what was late stays late.
    assert total_score(after) == pytest.approx(80.0)
    assert [p.measured.numerator for p in after if p.measured] == [10, 8, 6]


def test_after_the_cut_off_a_correction_changes_nothing() -> None:
    assert total_score(mended(parts_to_mend(), are_errors_correctable=False)) == pytest.approx(67.5)


def test_what_is_left_out_is_not_mended() -> None:
    parts = [
        PartScore(part("上报", 25, "publicity_report_rate"), "not_applicable", "x"),
        applied(part("期限内", 75, "publicity_on_time_full_rate"), 60.0, 6, 10),
    ]
    assert list(mended(parts, are_errors_correctable=True)) == parts
