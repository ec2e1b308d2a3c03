"""The cache of small batches changes nothing but time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from etl.build import Sources, create_batches, create_raw, landing_shape
from etl.pipeline import Pipeline
from tests.homes import make_batch, make_home, make_penalty_csv
from warehouse import compaction
from warehouse.calendar import load_calendar
from warehouse.compaction import clean_cache, plan_groups, used_names
from warehouse.contracts import load_contracts
from warehouse.home import Home
from warehouse.journal import Batch, Journal
from warehouse.verify import verify

pytestmark = pytest.mark.usefixtures("one_plan")

CONTRACT = load_contracts()["admin_penalty"]
RUN = 10  # batches in a run of these tests


@pytest.fixture(autouse=True)
def _short_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "_RUN", RUN)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return make_home(tmp_path, monkeypatch)


def land(home: Home, sequence: int, **changes: object) -> Batch:
    """A small landing file as the product writes it: text, numbers, dates, some of them empty."""
    batch = make_batch(sequence, **{"ledger": "admin_penalty", **changes})
    frame = pl.DataFrame(
        {
            "document_no": [f"示市监罚字〔2022〕{sequence}-{n}号" for n in range(3)],
            "decision_date": ["2022/6/30", "", "2022.06.31"],
            "decision_date__date": [date(2022, 6, 30), None, None],
            "penalty_amount__number": [float(sequence), None, 0.5],
            "_extra": ['{"附注": "甲"}', None, None],
            "row_number": [2, 3, 4],
            "row_hash": [f"{sequence}{n}" for n in range(3)],
        },
        schema_overrides={"decision_date__date": pl.Date, "row_number": pl.Int64},
    )
    if batch.contract_version == "0":
        # What an older contract did not know yet.
        frame = frame.drop("penalty_amount__number", "_extra").with_columns(
            gone=pl.lit("a column of then")
        )
    frame.write_parquet(home.landing / batch.landing)
    return batch


def raw_rows(home: Home, batches: list[Batch]) -> list[tuple[Any, ...]]:
    """Every row of the raw view of penalties, with all its columns."""
    sources = Sources(home, {"admin_penalty": CONTRACT}, {}, load_calendar())
    with duckdb.connect() as con:
        con.execute("create schema ref")
        con.execute("create table ref.run as select 'build' as mode, date '2022-12-31' as as_of")
        create_batches(con, batches)
        create_raw(con, sources, batches)
        rows = con.sql("select * from raw.admin_penalty order by batch_id, row_number").fetchall()
        columns = con.table("raw.admin_penalty").columns
    assert len(columns) > len([c for c in landing_shape(CONTRACT) if not c.endswith("__masked")])
    return rows


def cached(home: Home) -> list[str]:
    return sorted(path.name for path in home.cache.iterdir())


def test_rows_are_the_same_with_and_without_the_cache(home: Home) -> None:
    batches = [land(home, n, contract_version="0" if n < 5 else "1") for n in range(1, 26)]
    plain = raw_rows(home, batches)
    assert cached(home) == []  # only a writer fills it
    with home.writer():
        assert raw_rows(home, batches) == plain  # filled
        # Runs 0 (batches 1–9) and 1 (10–19); the last one, 20–25, still grows.
        assert len(cached(home)) == 2
        assert raw_rows(home, batches) == plain  # read
    assert len(plain) == 3 * 25
    assert raw_rows(home, batches) == plain


def test_the_cache_is_what_is_read(home: Home) -> None:
    batches = [land(home, n) for n in range(1, 21)]
    with home.writer():
        plain = raw_rows(home, batches)
        for batch in batches[:9]:
            (home.landing / batch.landing).write_bytes(b"")
        # The originals of the first run are unreadable now, their copies in the cache are not:
        # an empty file is small, so the group and its name stay.
        assert raw_rows(home, batches) == plain


def test_a_group_is_made_anew_when_a_batch_goes_or_changes(home: Home) -> None:
    batches = [land(home, n) for n in range(1, 31)]
    contracts = {"admin_penalty": CONTRACT}
    names = used_names(home, contracts, batches)
    assert len(names) == 2 + 1  # 1–9, 10–19, 20–29; 30 grows
    without = used_names(home, contracts, [b for b in batches if b.batch_id != "B000015"])
    assert len(names & without) == 2  # the other runs keep their files
    relanded = [
        land(home, 15, landing="B000015-abc.parquet") if b.batch_id == "B000015" else b
        for b in batches
    ]
    again = used_names(home, contracts, relanded)
    assert len(names & again) == 2
    assert again != without
    newer = CONTRACT.model_copy(update={"version": CONTRACT.version + "-1"})
    assert not names & used_names(home, {"admin_penalty": newer}, batches)
    assert used_names(home, contracts, [*batches, land(home, 31)]) == names  # only the last grows


def test_few_or_large_files_are_left_alone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [land(home, n) for n in range(1, 8)] + [land(home, n) for n in (40, 41)]
    assert plan_groups(home, CONTRACT, few) == []  # 7 are not worth a file
    many = [*few, land(home, 8)]
    assert [len(g.batches) for g in plan_groups(home, CONTRACT, many)] == [8]
    monkeypatch.setattr(compaction, "_SMALL_BYTES", 10)
    assert plan_groups(home, CONTRACT, many) == []
    other = [land(home, n, ledger="admin_permit") for n in range(50, 60)]
    assert plan_groups(home, CONTRACT, other) == []


def test_a_damaged_or_incomplete_cache_file_is_replaced(home: Home) -> None:
    batches = [land(home, n) for n in range(1, 21)]
    with home.writer():
        plain = raw_rows(home, batches)
        first, second = sorted(home.cache.iterdir())
        first.write_bytes(b"PAR1 not really")
        pl.read_parquet(second).head(4).write_parquet(second)
        assert raw_rows(home, batches) == plain
        assert pl.read_parquet(second).height > 4


def test_what_is_no_longer_used_is_removed(home: Home) -> None:
    (home.cache / "admin_penalty-old.parquet").write_bytes(b"x")
    (home.cache / "admin_penalty-new.parquet").write_bytes(b"x")
    clean_cache(home, {"admin_penalty-new.parquet"})
    assert cached(home) == ["admin_penalty-new.parquet"]


@pytest.fixture
def filled(home: Home, tmp_path: Path) -> Iterator[Pipeline]:
    """A home with twelve small files, published; the first nine are in the cache."""
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(12):
        make_penalty_csv(folder / f"处罚{n:02d}.csv", first=1 + 10 * n)
    pipeline = Pipeline(home, date(2022, 7, 5))
    assert pipeline.load([folder], "BC", received=date(2022, 7, 5)).outcome.version == "w000001"
    yield pipeline
    pipeline.store.close()


def test_deleting_the_cache_changes_nothing(filled: Pipeline) -> None:
    home = filled.home
    [name] = cached(home)
    assert verify(home) == []
    with filled.store.reader() as con:
        shown = con.sql("select * from staging.admin_penalty order by row_id").fetchall()
    (home.cache / name).write_bytes(b"damaged")
    [finding] = verify(home)
    assert (finding.level, finding.subject) == ("warning", name)
    (home.cache / name).unlink()
    assert verify(home) == []
    assert filled.build().version == "w000002"
    with filled.store.reader() as con:
        assert con.sql("select * from staging.admin_penalty order by row_id").fetchall() == shown
    assert cached(home) == [name]
    # Withdrawn, a batch leaves the cache with the next version.
    filled.withdraw("B000003", "测试撤回")
    assert Journal(home).batch("B000003").state == "withdrawn"  # type: ignore[union-attr]
    [other] = cached(home)
    assert other != name
    assert "B000003.parquet" not in pl.read_parquet(home.cache / other)["_landing"].to_list()
