"""What is kept of a file given back, and when it goes."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from etl.returned import find_returned, forget_old_copies, keep_returned
from tests.homes import make_home

TODAY = date(2022, 7, 8)
NINETY_DAYS_AGO = TODAY - timedelta(90)


def test_a_copy_goes_after_its_days_and_the_note_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home(tmp_path, monkeypatch)
    for number in ("T000001", "T000002"):
        keep_returned(home, number, "退回函\n", b"PK")
    keep_returned(home, "T000003", "退回函\n")  # could not be read: nothing to mark
    events = [
        {"event": "returned", "return_id": "T000001", "at": f"{NINETY_DAYS_AGO}T08:00:00+00:00"},
        # a day more
        {
            "event": "returned",
            "return_id": "T000002",
            "at": f"{NINETY_DAYS_AGO - timedelta(1)}T08:00:00+00:00",
        },
        {"event": "returned", "return_id": "T000003", "at": "2020-01-01T08:00:00+00:00"},
        {"event": "accepted", "at": "2020-01-01T08:00:00+00:00"},
    ]
    forget_old_copies(home, events, TODAY)
    kept = [find_returned(home, f"T00000{k}") for k in (1, 2, 3, 4)]
    assert [k.note is not None for k in kept] == [True, True, True, False]
    assert [k.marked is not None for k in kept] == [True, False, False, False]


def test_an_old_home_gets_the_folder_when_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home(tmp_path, monkeypatch)
    home.returned.rmdir()
    keep_returned(type(home).open(home.root), "T000001", "退回函\n")
    assert find_returned(home, "T000001").note is not None
