"""Failing cells kept as a table: a sequence like any other, with sums that need no objects."""

from __future__ import annotations

import polars as pl

from etl.violations import SCHEMA, Violation, Violations

FOUND = [
    Violation("G05", "admin_permit", "error", "表1", 3, "代码", "uscc", "C3", "9111", "校验位不对"),
    Violation("G05", "admin_permit", "error", "表1", 5, "代码", "uscc", "C5", None, "校验位不对"),
    Violation("G21", "admin_permit", "warning", "表1", 3, "证件", "id_no", "K3", None, "位数不对"),
    Violation("G21", "admin_permit", "warning", "表1", 3, "证件", "id", "L3", None, "位数不对"),
    Violation("G21", "admin_permit", "warning", "表2", 3, "证件", "id_no", "K3", None, "位数不对"),
    Violation("G42", "admin_permit", "error", "表2", 1, None, None, None, None, "缺列"),
]
KEPT = Violations(pl.DataFrame(FOUND, schema=SCHEMA, orient="row"))


def test_it_is_the_sequence_of_its_violations() -> None:
    assert list(KEPT) == FOUND == [KEPT[k] for k in range(len(KEPT))]
    assert (KEPT[-1], list(KEPT[1:3]), KEPT[0] in KEPT) == (FOUND[-1], FOUND[1:3], True)
    assert tuple(FOUND) == KEPT
    assert FOUND[1:] != KEPT
    assert [*FOUND[:-1], FOUND[0]] != KEPT
    assert Violations.joined([KEPT.frame[:2], KEPT.frame[2:]]) == KEPT
    assert Violations() == ()
    assert not Violations()
    assert KEPT.to_dicts() == [violation._asdict() for violation in FOUND]


def test_sums_are_those_of_the_violations() -> None:
    assert list(KEPT.of(severity="warning")) == FOUND[2:5]
    assert list(KEPT.of(severity="error", rule="G42")) == FOUND[5:]
    # Two hints in row 3 of one sheet are one row; row 3 of another sheet is another.
    assert (KEPT.of(severity="warning").rows, KEPT.rows, Violations().rows) == (2, 4, 0)
    groups = [(s, rule, list(found)) for s, rule, found in KEPT.by_rule()]
    assert groups == [
        ("error", "G05", FOUND[:2]),
        ("warning", "G21", FOUND[2:5]),
        ("error", "G42", FOUND[5:]),
    ]
