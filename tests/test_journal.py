"""The journal: what happened happened, what was torn did not, and states follow from events."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.homes import make_batch, make_home
from warehouse.home import Home
from warehouse.journal import Journal, JournalError, next_sequence, replay


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return make_home(tmp_path, monkeypatch)


def land(home: Home, *sequences: int) -> Journal:
    journal = Journal(home)
    with home.writer():
        journal.append("landed", landed=[make_batch(n).to_json() for n in sequences])
    return journal


def states(journal: Journal) -> dict[str, str]:
    return {b.batch_id: b.state for b in journal.batches()}


def test_empty_journal(home: Home) -> None:
    assert Journal(home).events() == []
    assert Journal(home).batches() == []
    assert Journal(home).batch("B000001") is None
    assert next_sequence([]) == 1


def test_batches_come_back_as_they_went_in(home: Home) -> None:
    journal = land(home, 1, 2)
    assert journal.batches() == [make_batch(1), make_batch(2)]
    assert next_sequence(journal.batches()) == 3


def test_states_follow_the_events(home: Home) -> None:
    journal = land(home, 1, 2, 3)
    assert set(states(journal).values()) == {"landed"}
    with home.writer():
        journal.append("published", version="w000001", accepted=["B000001", "B000002"])
        journal.append("held", held=["B000003"], reason="发布前核验未通过")
        journal.append("withdrawn", withdrawn=["B000001"], reason="重复")
    assert states(journal) == {"B000001": "withdrawn", "B000002": "accepted", "B000003": "held"}
    assert [b.reason for b in journal.batches()] == ["重复", None, "发布前核验未通过"]


def test_relanding_changes_only_what_it_names(home: Home) -> None:
    journal = land(home, 1)
    changed = {"batch_id": "B000001", "rows": 4, "landing": "B000001-x.parquet"}
    with home.writer():
        journal.append("published", version="w000001", accepted=["B000001"], relanded=[changed])
    batch = journal.batches()[0]
    assert (batch.rows, batch.landing, batch.state) == (4, "B000001-x.parquet", "accepted")
    assert batch.received_date == make_batch(1).received_date


@pytest.mark.parametrize(
    "torn", [b'{"event": "held", "he', b"\x00\x00\x00", b"{}", "中".encode()[:2]]
)
def test_torn_last_line_is_passed_over_then_cut(home: Home, torn: bytes) -> None:
    journal = land(home, 1)
    whole = home.journal_path.read_bytes()
    home.journal_path.write_bytes(whole + torn)
    assert len(journal.events()) == 1
    with home.writer():
        journal.append("held", held=["B000001"])
    assert home.journal_path.read_bytes().startswith(whole + b'{"event": "held"')
    assert states(journal) == {"B000001": "held"}


def test_every_prefix_of_a_journal_is_readable(home: Home) -> None:
    journal = land(home, 1)
    with home.writer():
        journal.append("published", version="w000001", accepted=["B000001"])
    whole = home.journal_path.read_bytes()
    first = whole.index(b"\n") + 1
    for length in range(len(whole)):
        home.journal_path.write_bytes(whole[:length])
        assert len(journal.events()) == (1 if length >= first else 0)


def test_damage_before_the_end_is_named_with_its_line(home: Home) -> None:
    journal = land(home, 1)
    home.journal_path.write_bytes(b"{broken\n" + home.journal_path.read_bytes())
    with pytest.raises(JournalError, match="第 1 行已损坏"):
        journal.events()


def test_append_needs_the_lock(home: Home) -> None:
    with pytest.raises(JournalError):
        Journal(home).append("held", held=[])
    assert not home.journal_path.exists()


def test_replay_of_nothing() -> None:
    assert replay([]) == []
