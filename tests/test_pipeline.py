"""The pipeline: what gets published, what is held, what is gone back to, on small files.

The gate itself is tested in test_gate.py; here it is asked for real where a broken rule must stop
a publish, and answered by the test elsewhere (each real judgement takes seconds).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl import build, cli
from etl.pipeline import Outcome, Pipeline, RequestError
from expectations import gate, rules, runner
from tests.files import write_xlsx
from tests.homes import make_home, make_penalty_csv
from warehouse.contracts import load_contracts
from warehouse.engines import open_warehouse
from warehouse.verify import verify

pytestmark = pytest.mark.usefixtures("one_plan")

TODAY = date(2022, 12, 1)
JULY, AUGUST = date(2022, 7, 5), date(2022, 8, 5)


@pytest.fixture
def pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """A pipeline into a new home whose gate passes everything, and that builds no figures.

    Figures take half of a build and have no say in what is published.
    """
    answer(monkeypatch, [])
    for name in ("compute_metrics", "compute_targets", "compute_scores"):
        monkeypatch.setattr(build, name, lambda con: None)
    return Pipeline(make_home(tmp_path, monkeypatch), TODAY)


def answer(monkeypatch: pytest.MonkeyPatch, failed: list[str]) -> None:
    """Let the gate answer so from now on."""
    verdict = gate.GateResult("failed" if failed else "passed", failed, 1, 1)
    monkeypatch.setattr(gate, "judge", lambda con: verdict)


def load(pipeline: Pipeline, path: Path, received: date = JULY, **told: Any) -> str:
    """Load one file that holds one new batch; gives the batch's id."""
    (batch,) = pipeline.load([path], "BC", received, **told).new
    return batch.batch_id


def states(pipeline: Pipeline) -> dict[str, str]:
    return {b.batch_id: b.state for b in pipeline.journal.batches()}


def live_numbers(pipeline: Pipeline) -> list[int]:
    """The running numbers of the documents in the live version."""
    with pipeline.store.reader() as con:
        return numbers(con)


def numbers(con: duckdb.DuckDBPyConnection) -> list[int]:
    rows = con.sql("select document_no from staging.admin_penalty").fetchall()
    return sorted(int("".join(c for c in text.split("〕")[1] if c.isdigit())) for (text,) in rows)


def meta(pipeline: Pipeline, columns: str, table: str = "batches") -> list[tuple[Any, ...]]:
    with pipeline.store.reader() as con:
        return con.table(f"meta.{table}").project(columns).fetchall()


def test_a_load_publishes_and_repeats_are_free(pipeline: Pipeline, tmp_path: Path) -> None:
    path = make_penalty_csv(tmp_path / "a.csv", first=1, rows=3)
    first = pipeline.load([path], "BC", JULY)
    assert first.outcome == Outcome("w000001", "passed", [], {"B000001": 0})
    assert live_numbers(pipeline) == [1, 2, 3]
    again = pipeline.load([path], "BC", AUGUST).to_json()
    assert again["version"] == "w000001"
    assert again["gate"] == {"status": "passed", "failed": []}
    (row,) = again["batches"]
    assert (row["batch"], row["duplicate_of"], row["state"]) == ("B000001", "B000001", "accepted")
    assert meta(pipeline, "version, as_of", "version_info") == [("w000001", JULY)]


def test_persons_never_leave_the_landing(pipeline: Pipeline, tmp_path: Path) -> None:
    path = make_penalty_csv(tmp_path / "a.csv", rows=1)
    # A column that no contract knows may hold anybody: here a second person.
    head, row = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text(f"{head},经办人\n{row},王小二\n", encoding="utf-8")
    load(pipeline, path)
    with pipeline.store.reader() as con:
        assert con.sql("select distinct legal_rep from staging.admin_penalty").fetchall() == [
            ("张*",)
        ]
        assert con.sql("select _extra from staging.admin_penalty").fetchall() == [('["经办人"]',)]
        schemas = con.sql("select distinct schema_name from duckdb_tables()").fetchall()
    assert ("raw",) not in schemas
    live = pipeline.store.path("w000001").read_bytes()
    assert "张三".encode() not in live
    assert "王小二".encode() not in live
    assert str(pipeline.home.landing).encode() not in live


def test_numbers_of_persons_in_other_columns_are_hidden(pipeline: Pipeline, tmp_path: Path) -> None:
    card, phone, bank = "11010519491231002X", "13812345678", "6222021234567890123"
    wide = "１３９８７６５４３２１"
    path = make_penalty_csv(tmp_path / "a.csv", rows=2)
    titles = load_contracts()["admin_penalty"]
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, first, second = csv.reader(file)
    typed = {
        "remark": f"联系电话{phone}",
        "violation_facts": f"张三（{card}）于六月{wide}",
        "penalty_content": f"退款至{bank}。",
        "uscc": card,
        "counterparty_name": f"示例公司{phone}",
    }
    for field, text in typed.items():
        first[head.index(titles.column(field).title)] = text
    second[head.index(titles.column("uscc").title)] = phone
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, first, second])
    load(pipeline, path)
    with pipeline.store.reader() as con:
        columns = con.sql(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where data_type = 'VARCHAR' and not internal and database_name = current_database()"
        ).fetchall()
        assert ("staging", "admin_penalty", "remark") in columns
        for schema, table, column in columns:
            texts = con.sql(f'select "{column}" from {schema}."{table}"').fetchall()
            for number in (card, phone, bank, wide):
                assert not any(number in (text or "") for (text,) in texts), (table, column)
        shown = con.sql(
            "select remark, uscc, uscc__norm, uscc__valid from staging.admin_penalty "
            "order by row_number"
        ).fetchall()
        found = con.sql(
            "select rule_id, field from quality.violations where rule_id in ('G05', 'G42')"
        ).fetchall()
    code = "110" + "\u2217" * 11 + "002X"
    assert shown[0] == ("联系电话138\u2217\u2217\u2217\u22175678", code, code, False)
    assert shown[1][1] == "138\u2217\u2217\u2217\u22175678"
    # The rules still see that there was a number.
    assert sorted(found) == [
        ("G05", "uscc"),
        ("G05", "uscc"),
        ("G42", "penalty_content"),
        ("G42", "remark"),
        ("G42", "violation_facts"),
    ]
    live = pipeline.store.path("w000001").read_bytes()
    assert not any(number.encode() in live for number in (card, phone, bank, wide))


def test_a_crash_in_the_build_holds_what_is_new(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(pipeline, make_penalty_csv(tmp_path / "a.csv", first=1, rows=1))

    def crash(con: duckdb.DuckDBPyConnection) -> None:
        con.execute("select '13812345678'::date")

    with monkeypatch.context() as patch:
        patch.setattr(build, "compute_metrics", crash)
        refused = pipeline.load([make_penalty_csv(tmp_path / "b.csv", first=2, rows=1)], "BC", JULY)
    assert (refused.outcome.version, refused.outcome.gate_status) == ("w000001", "failed")
    assert "ConversionException" in refused.outcome.gate_failed[0]
    assert [b.state for b in refused.new] == ["held"]
    event = pipeline.journal.events()[-1]
    assert event["held"] == ["B000002"]
    assert "建库时出错" in event["reason"]
    assert "13812345678" not in str(event) + str(refused.to_json())
    # The next load is not stopped by it.
    load(pipeline, make_penalty_csv(tmp_path / "c.csv", first=3, rows=1))
    assert live_numbers(pipeline) == [1, 3]


def test_gate_failure_then_a_good_load_then_accept(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(pipeline, make_penalty_csv(tmp_path / "a.csv", first=1, rows=1))
    answer(monkeypatch, ["行数不平"])
    refused = pipeline.load([make_penalty_csv(tmp_path / "b.csv", first=2, rows=1)], "BC", JULY)
    assert (refused.outcome.version, refused.outcome.gate_status) == ("w000001", "failed")
    assert refused.outcome.gate_failed == ["行数不平"]
    assert [b.state for b in refused.new] == ["held"]
    assert live_numbers(pipeline) == [1]
    # What was held stays out of the next load, and a repeat of it is still the same batch.
    answer(monkeypatch, [])
    load(pipeline, make_penalty_csv(tmp_path / "c.csv", first=3, rows=1))
    assert live_numbers(pipeline) == [1, 3]
    again = pipeline.load([tmp_path / "b.csv"], "BC", JULY)
    assert [(b.batch_id, b.state) for b in again.duplicates] == [("B000002", "held")]
    # A gate that still fails refuses; one that passes takes it in.
    answer(monkeypatch, ["行数不平"])
    assert pipeline.accept(["B000002"]).is_refused
    assert states(pipeline)["B000002"] == "held"
    answer(monkeypatch, [])
    assert pipeline.accept(["B000002"]).version == "w000003"
    assert live_numbers(pipeline) == [1, 2, 3]
    assert set(states(pipeline).values()) == {"accepted"}


def test_force_overrules_the_gate_and_is_journalled(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, ["行数不平"])
    load(pipeline, make_penalty_csv(tmp_path / "a.csv", first=1, rows=1))
    assert pipeline.store.current() is None
    outcome = pipeline.accept(["B000001"], force=True, reason="已人工核对")
    assert (outcome.version, outcome.gate_status) == ("w000001", "forced")
    event = pipeline.journal.events()[-1]
    assert (event["reason"], event["forced_gate"]) == ("已人工核对", ["行数不平"])


def test_a_rule_that_crashes_stops_the_publish_and_holds_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the real gate, and then the same load with the rule mended."""
    pipeline = Pipeline(make_home(tmp_path, monkeypatch), TODAY)
    whole = rules.load_rules()
    broken = [
        replace(rule, cases=tuple(replace(case, violates="no_such_column") for case in rule.cases))
        if rule.id == "G05"
        else rule
        for rule in whole
    ]
    monkeypatch.setattr(runner, "load_rules", lambda: broken)
    path = make_penalty_csv(tmp_path / "a.csv")
    refused = pipeline.load([path], "BC", JULY)
    assert refused.outcome.gate_status == "failed"
    assert any("G05" in text for text in refused.outcome.gate_failed)
    assert states(pipeline) == {"B000001": "held"}
    monkeypatch.setattr(runner, "load_rules", lambda: whole)
    assert pipeline.accept(["B000001"]).gate_status == "passed"
    assert verify(pipeline.home) == []
    # What the real gate judged can be read as a page.
    root = str(pipeline.home.root)
    assert cli.run(["verify", "--home", root, "--docs", str(tmp_path / "docs")]) == 0
    assert "发布前核验：通过" in (tmp_path / "docs" / "index.html").read_text(encoding="utf-8")


def test_withdraw_takes_back_what_was_live(pipeline: Pipeline, tmp_path: Path) -> None:
    load(pipeline, make_penalty_csv(tmp_path / "a.csv", first=1, rows=1))
    load(pipeline, make_penalty_csv(tmp_path / "b.csv", first=2, rows=1))
    pipeline.withdraw("B000001", "错发")
    assert live_numbers(pipeline) == [2]
    with pytest.raises(RequestError, match="此前已经撤回"):
        pipeline.withdraw("B000001", "错发")
    with pytest.raises(RequestError, match="已撤回，不能接受"):
        pipeline.accept(["B000001"])
    # Afterwards the same bytes land anew.
    assert load(pipeline, tmp_path / "a.csv") == "B000003"
    # With nothing left there is an empty version, not an error.
    for batch_id in ("B000002", "B000003"):
        pipeline.withdraw(batch_id, "错发")
    assert live_numbers(pipeline) == []
    assert meta(pipeline, "as_of", "version_info") == [(TODAY,)]


def test_rollback_is_not_undone_by_the_next_load(pipeline: Pipeline, tmp_path: Path) -> None:
    load(pipeline, make_penalty_csv(tmp_path / "a.csv", first=1, rows=1))
    load(pipeline, make_penalty_csv(tmp_path / "b.csv", first=2, rows=1))
    pipeline.store.rollback("w000001")
    assert live_numbers(pipeline) == [1]
    load(pipeline, make_penalty_csv(tmp_path / "c.csv", first=3, rows=1))
    assert live_numbers(pipeline) == [1, 3]
    pipeline.accept(["B000002"])
    assert live_numbers(pipeline) == [1, 2, 3]
    assert verify(pipeline.home) == []


def test_two_batches_of_the_same_bytes_are_never_both_taken_in(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    path = make_penalty_csv(tmp_path / "a.csv", first=1, rows=1)
    load(pipeline, path)
    pipeline.withdraw("B000001", "错发")
    load(pipeline, path)
    # Back to the version with the first copy: the second is held, and stays out.
    pipeline.store.rollback("w000001")
    assert states(pipeline) == {"B000001": "accepted", "B000002": "held"}
    with pytest.raises(RequestError, match="同一份数据"):
        pipeline.accept(["B000002"])


def test_as_of_a_day_knows_only_what_was_received(pipeline: Pipeline, tmp_path: Path) -> None:
    load(pipeline, make_penalty_csv(tmp_path / "a.csv", first=1, rows=1), JULY)
    load(
        pipeline, make_penalty_csv(tmp_path / "b.csv", first=2, rows=1), AUGUST, replaces="B000001"
    )
    target = tmp_path / "out" / "july.duckdb"
    pipeline.build_as_of(JULY, target)
    with open_warehouse(target, read_only=True) as con:
        assert numbers(con) == [1]
        # The batch that replaces it was not yet known.
        assert con.sql("select batch_id, is_replaced from meta.batches").fetchall() == [
            ("B000001", False)
        ]
        assert con.sql("select as_of from ref.run").fetchall() == [(JULY,)]
    assert pipeline.store.current() == "w000002"
    assert meta(pipeline, "batch_id, is_replaced") == [("B000001", True), ("B000002", False)]
    # Without the replacement the former file counts again.
    pipeline.withdraw("B000002", "错发")
    assert meta(pipeline, "batch_id, is_replaced") == [("B000001", False)]


def test_reland_reads_the_originals_anew(pipeline: Pipeline, tmp_path: Path) -> None:
    load(pipeline, make_penalty_csv(tmp_path / "a.csv", first=1, rows=2))
    load(pipeline, make_penalty_csv(tmp_path / "b.csv", first=3, rows=1))
    before = pipeline.journal.batches()
    contracts = load_contracts()
    newer = contracts["admin_penalty"].model_copy(update={"version": "9999"})
    pipeline.sources = replace(pipeline.sources, contracts={**contracts, "admin_penalty": newer})
    # The second original is lost; its batch keeps what it has and is named.
    pipeline.home.original(before[1].sha256).unlink()
    outcome, problems = pipeline.reland()
    assert outcome.gate_status == "passed"
    assert [p.file for p in problems] == ["b.csv"]
    after = pipeline.journal.batches()
    assert [b.contract_version for b in after] == ["9999", before[1].contract_version]
    assert [(b.batch_id, b.received_date, b.rows) for b in after] == [
        (b.batch_id, b.received_date, b.rows) for b in before
    ]
    assert live_numbers(pipeline) == [1, 2, 3]
    with pipeline.store.writing():
        pass
    assert {p.name for p in pipeline.home.landing.iterdir()} == {b.landing for b in after}


def test_reland_that_the_gate_refuses_changes_nothing(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(pipeline, make_penalty_csv(tmp_path / "a.csv"))
    before = pipeline.journal.events()
    answer(monkeypatch, ["行数不平"])
    outcome, _ = pipeline.reland("admin_penalty")
    assert outcome.is_refused
    assert pipeline.journal.events() == before
    with pipeline.store.writing():
        pass
    assert [p.name for p in pipeline.home.landing.iterdir()] == ["B000001.parquet"]
    with pytest.raises(RequestError, match="没有台账"):
        pipeline.reland("no_such_ledger")


def test_what_a_killed_load_had_landed_is_published_by_the_next(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_penalty_csv(tmp_path / "a.csv", first=1, rows=1)

    def killed() -> Outcome:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "_publish_landed", killed)
        with pytest.raises(KeyboardInterrupt):
            pipeline.load([path], "BC", JULY)
    assert states(pipeline) == {"B000001": "landed"}
    again = pipeline.load([path], "BC", JULY)
    assert (again.new, [b.state for b in again.duplicates]) == ([], ["accepted"])
    assert live_numbers(pipeline) == [1]


def test_whose_batch_it_is(pipeline: Pipeline, tmp_path: Path) -> None:
    """Told by received.csv, else above the header, else the single unit of its rows."""
    contract = load_contracts()["submission"]
    header = [c.title for c in contract.columns if not c.is_extension]

    def row(unit: str) -> list[str]:
        return [unit if c.field == "unit_name" else "" for c in contract.columns][: len(header)]

    unit_4, unit_5 = "示例单位04（市场监管类）", "示例单位05（应急管理类）"
    folder = tmp_path / "in"
    folder.mkdir()
    table = [header, [*row(unit_5)]]
    table[1][header.index("所属期")] = "2022-06"
    both = [header, [*table[1]], [*table[1]]]
    both[2][header.index("报送单位")] = unit_4
    write_xlsx(folder / "1told.xlsx", {"s": table})
    write_xlsx(folder / "2above.xlsx", {"s": [[f"填报单位：{unit_4}"], *table]})
    write_xlsx(folder / "3rows.xlsx", {"t": table})
    write_xlsx(folder / "4nobody.xlsx", {"s": both})
    (folder / "received.csv").write_text(
        f"file,received,department\n1told.xlsx,2022-07-05,{unit_4}\n", encoding="utf-8"
    )
    pipeline.load([folder], "BC")
    found = {name: (told, unit) for name, told, unit in
             meta(pipeline, "file_name, department, department_unit_id")}  # fmt: skip
    units = dict(_unit_ids(pipeline))
    assert found == {
        "1told.xlsx": (unit_4, units[unit_4]),
        "2above.xlsx": (unit_4, units[unit_4]),
        "3rows.xlsx": (None, units[unit_5]),
        "4nobody.xlsx": (None, None),
    }


def _unit_ids(pipeline: Pipeline) -> Iterable[tuple[str, str]]:
    return [(unit["name"], unit["unit_id"]) for unit in pipeline.plan("BC").units]


def test_requests_that_make_no_sense(pipeline: Pipeline, tmp_path: Path) -> None:
    path = make_penalty_csv(tmp_path / "a.csv")
    with pytest.raises(RequestError, match="没有方案“ZZ”。现有方案：BC"):
        pipeline.load([path], "ZZ")
    with pytest.raises(RequestError, match="没有批次“B000007”"):
        pipeline.load([path], "BC", replaces="B000007")
    with pytest.raises(RequestError, match="没有批次“B000007”"):
        pipeline.withdraw("B000007", "x")
    assert pipeline.journal.events() == []
