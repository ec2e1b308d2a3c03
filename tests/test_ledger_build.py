"""All ledgers of the office in one home: they publish, hide persons, and later checks know them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from etl.check import check_file
from etl.pipeline import LoadResult, Pipeline
from tests.homes import make_home
from tests.ledger_cases import CLEAN, Row
from tests.quality_support import CONTRACTS

pytestmark = pytest.mark.usefixtures("one_plan")

JULY, AUGUST = date(2022, 7, 5), date(2022, 8, 5)
STAR = {**CLEAN["honour"], "kind": "诚信之星", "name": "李示例", "uscc": "", "status": "好"}
CONTACT = {**CLEAN["contact"], "person_name": "张示例", "phone": "13800138000"}


def write(path: Path, sheets: dict[str, Sequence[Row]]) -> Path:
    """A workbook with a sheet for each ledger."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for ledger, rows in sheets.items():
        sheet = book.create_sheet(CONTRACTS[ledger].title)
        sheet.append([c.title for c in CONTRACTS[ledger].columns])
        for row in rows:
            sheet.append([row.get(f) for f in CONTRACTS[ledger].fields])
    book.save(path)
    return path


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Pipeline, LoadResult]]:
    """One workbook with every ledger, from one department, judged by the real gate."""
    folder = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        pipeline = Pipeline(make_home(folder, patch), date(2022, 12, 1))
        incoming = folder / "in"
        incoming.mkdir()
        rows: dict[str, Sequence[Row]] = {ledger: [row] for ledger, row in CLEAN.items()}
        rows |= {"honour": [CLEAN["honour"], STAR], "contact": [CONTACT]}
        write(incoming / "办公室.xlsx", rows)
        (incoming / "received.csv").write_text(
            "file,received,department\n办公室.xlsx,2022-07-05,示例单位02\n", encoding="utf-8"
        )
        yield pipeline, pipeline.load([incoming], "BC")


def test_they_publish(loaded: tuple[Pipeline, LoadResult]) -> None:
    pipeline, result = loaded
    assert result.to_json()["gate"] == {"status": "passed", "failed": []}
    assert {b.ledger for b in result.new} == set(CLEAN)
    with pipeline.store.reader() as con:
        for ledger in CLEAN:
            [(rows, unit)] = con.sql(
                f"select count(*), min(unit_id) from staging.{ledger}"
            ).fetchall()
            assert rows == (2 if ledger == "honour" else 1)
            # Without a unit of its own a row is the department's that handed it in.
            nobody = "BC-U02" if not CONTRACTS[ledger].unit_fields or ledger == "subject" else None
            outside = "(未识别单位)" if ledger == "external_assessment" else "BC-U04"
            assert unit == (nobody or outside), ledger


def test_a_row_with_an_error_is_quarantined_and_kept(
    loaded: tuple[Pipeline, LoadResult],
) -> None:
    pipeline, result = loaded
    counted = {b["ledger"]: b["quarantined"] for b in result.to_json()["batches"]}
    assert counted == dict.fromkeys(CLEAN, 0) | {"honour": 1}
    with pipeline.store.reader() as con:
        found = con.sql(
            "select rule_id, field, severity, value from quality.violations "
            "where severity = 'error'"
        ).fetchall()
    assert found == [("D01", "status", "error", "好")]


def test_persons_are_nowhere_in_the_published_file(loaded: tuple[Pipeline, LoadResult]) -> None:
    pipeline, _ = loaded
    with pipeline.store.reader() as con:
        assert con.sql("select person_name, phone from staging.contact").fetchall() == [
            ("张*", "138****8000")
        ]
        shown = con.sql("select name, name__norm from staging.honour order by row_id").fetchall()
    assert shown[0] == ("示例商贸有限公司", "示例商贸有限公司")
    assert shown[1][0] == "李*"
    assert shown[1][1].startswith("h:")
    live = pipeline.store.path(pipeline.store.current() or "").read_bytes()
    for name in ("李示例", "张示例", "13800138000"):
        assert name.encode() not in live


def test_a_later_check_knows_what_was_handed_in(
    loaded: tuple[Pipeline, LoadResult], tmp_path: Path
) -> None:
    pipeline, _ = loaded
    plan, home = pipeline.plan("BC"), pipeline.home
    blank = {**CLEAN["city_index_indicator"], "indicator_name": "", "full_score": ""}
    path = write(
        tmp_path / "八月.xlsx",
        {
            "city_index": [{**CLEAN["city_index"], "score": "83.50"}],
            "publicity_article": [{**CLEAN["publicity_article"], "media": "示例公众号"}],
            "meeting_training": [CLEAN["meeting_training"]],
        },
    )
    told = {
        (v.rule, v.ledger): v.message for v in check_file(path, plan, AUGUST, home=home).violations
    }
    assert set(told) == {
        ("M01", "city_index"), ("PA1", "publicity_article"), ("D07", "meeting_training"),
    }  # fmt: skip
    assert all("“办公室.xlsx”第 2 行" in message for message in told.values())
    # Total and first indicator came in July, the others come now: 17.2 + 18 + 35.5 + 11 = 81.7.
    others = {"A2": "18", "A3": "35.5", "A4": "11"}
    rows = [{**blank, "indicator_id": i, "score": score} for i, score in others.items()]
    later = write(tmp_path / "指标.xlsx", {"city_index_indicator": rows})
    summed = check_file(later, plan, AUGUST, home=home).violations
    assert {(v.rule, v.field, v.row) for v in summed} == {("M01", "score", n) for n in (2, 3, 4)}
    assert "一级合计 81.70，总得分 83.12" in summed[0].message
    # The file that replaces it is compared with everything but that.
    [batch] = [b.batch_id for b in pipeline.journal.batches() if b.ledger == "city_index"]
    alone = write(
        tmp_path / "更正.xlsx", {"city_index": [{**CLEAN["city_index"], "score": "83.50"}]}
    )
    assert check_file(alone, plan, AUGUST, home=home, replaces=batch).violations == ()
