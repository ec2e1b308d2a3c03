"""The runner: duplicates and versions across batches, crashed rules, results for every batch."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import duckdb
import pytest

from expectations.rules import load_rules
from expectations.runner import run_rules
from tests.quality_support import CONTRACTS, PERSON, UNIT_CODE, Handed, stage
from tests.rule_cases import REGISTER_ROW

JUNE, JULY, AUGUST = date(2022, 6, 30), date(2022, 7, 5), date(2022, 8, 5)
A = {"document_no": "示〔2022〕1号"}
B = {"document_no": "示〔2022〕2号"}
RECEIPT = {
    "decision_type": "行政许可", "document_no": "示〔2022〕1号", "authority_name": "示例单位04",
    "authority_uscc": UNIT_CODE, "reported_at": "2022/07/01", "result": "入库",
}  # fmt: skip


def judged(*handed: Handed) -> duckdb.DuckDBPyConnection:
    con = stage(*handed)
    run_rules(con, CONTRACTS)
    crashed = con.sql("select rule_id, error from quality.rule_results where error is not null")
    assert crashed.fetchall() == []
    return con


def hits(con: duckdb.DuckDBPyConnection, *rules: str) -> list[tuple[str, str, int, str]]:
    """(rule, batch, row, severity) of the violations of some rules."""
    found = con.sql(
        "select rule_id, batch_id, row_number, severity from quality.violations "
        "where list_contains(?, rule_id) order by all",
        params=[list(rules)],
    )
    return [(str(r), str(b), int(n), str(s)) for r, b, n, s in found.fetchall()]


def permits(*rows: dict[str, str], received: date = JULY, **more: object) -> Handed:
    return Handed("admin_permit", rows, received=received, **more)  # type: ignore[arg-type]


def test_copies_in_a_batch_are_flagged_from_the_second_on_and_name_the_first() -> None:
    # Written differently, the third row is still the same row.
    con = judged(permits(A, B, {"document_no": "示〔2022〕1号 ", "decision_date": "2022-6-30"}, A))
    assert hits(con, "G36", "G37", "G38") == [
        ("G36", "B000001", 4, "error"),
        ("G36", "B000001", 5, "error"),
    ]
    messages = con.sql("select distinct field, message from quality.violations").fetchall()
    assert messages == [("document_no", "本行与第 2 行完全相同。请删去重复的一行。")]


def test_an_unchanged_repeat_of_an_earlier_batch_is_a_warning() -> None:
    con = judged(permits(A, B), permits(A, received=AUGUST))
    assert hits(con, "G36", "G37", "G38") == [("G37", "B000002", 2, "warning")]


def test_a_repeat_of_a_stored_row_is_an_error() -> None:
    con = judged(
        permits(A, B),
        Handed("platform_receipt", [RECEIPT]),
        permits(A, B, received=AUGUST),
    )
    assert hits(con, "G37") == [("G37", "B000003", 2, "error"), ("G37", "B000003", 3, "warning")]
    severity = con.sql(
        "select severity, failed from quality.rule_results "
        "where rule_id = 'G37' and batch_id = 'B000003'"
    )
    assert severity.fetchall() == [("error", 2)]


def test_a_repeat_from_another_unit_is_an_error() -> None:
    con = judged(permits(A, department="BC-U04"), permits(A, received=AUGUST, department="BC-U05"))
    assert hits(con, "G37") == [("G37", "B000002", 2, "error")]


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (permits(A, received=AUGUST, sha256="same"), "the same bytes"),
        (permits(A, received=AUGUST, replaces="B000001"), "the batch it replaces"),
        (permits(A, received=JUNE), "received before the first"),
    ],
)
def test_a_batch_is_not_compared_with(second: Handed, why: str) -> None:
    con = judged(permits(A, sha256="same"), second)
    assert [h for h in hits(con, "G37") if h[1] == "B000002"] == [], why


def test_a_batch_replaced_before_is_no_longer_seen() -> None:
    con = judged(
        permits(A), permits(B, received=AUGUST, replaces="B000001"), permits(A, received=AUGUST)
    )
    assert hits(con, "G37") == []


def test_a_changed_row_of_the_same_record_is_a_version() -> None:
    changed = {**A, "content": "准予从事散装食品销售"}
    con = judged(permits(A), permits(changed, received=AUGUST))
    assert hits(con, "G37", "G38") == [("G38", "B000002", 2, "warning")]
    con = judged(permits(A, changed))
    assert hits(con, "G36", "G38") == [("G38", "B000001", 3, "warning")]


def test_one_document_for_several_parties_is_no_version() -> None:
    con = judged(permits(A, {**A, **PERSON}))
    assert hits(con, "G36", "G38") == []


def test_a_date_moved_so_that_a_late_record_looks_punctual_is_found() -> None:
    late = {**A, "decision_date": "2022/05/05", "reported_at": "2022/06/20"}
    moved = {**late, "decision_date": "2022/06/15"}
    still_late = {**late, "decision_date": "2022/05/06"}
    con = judged(permits(late), permits(moved, received=AUGUST))
    assert hits(con, "T07") == [("T07", "B000002", 2, "warning")]
    con = judged(permits(late), permits(still_late, received=AUGUST))
    assert hits(con, "T07") == []


def test_missing_columns_are_named_for_the_file() -> None:
    fields = [f for f in CONTRACTS["admin_permit"].fields if f != "content"]
    con = judged(permits(A, header_fields=fields), permits(B))
    found = con.sql("select batch_id, field, message from quality.violations where rule_id = 'G01'")
    [(batch, field, message)] = found.fetchall()
    assert (batch, field) == ("B000001", None)
    assert "许可内容" in message


def test_the_early_layout_without_id_type_column_is_no_fault() -> None:
    row = {**A, "legal_rep_id_no": "11010519491231002X"}
    fields = [f for f in CONTRACTS["admin_permit"].fields if f != "legal_rep_id_type"]
    assert hits(judged(permits(row, header_fields=fields)), "G24") == []
    assert len(hits(judged(permits(row)), "G24")) == 1


def test_what_a_spot_check_found_and_nobody_reported_is_concealed() -> None:
    rows = [
        {**REGISTER_ROW, "document_no": "示〔2022〕1号", "register_source": "上级抽查"},
        {**REGISTER_ROW, "document_no": "示〔2022〕9号", "register_source": "网站比对"},
        {**REGISTER_ROW, "document_no": "示〔2022〕8号"},
    ]
    con = judged(permits(A), Handed("decision_register", rows))
    assert hits(con, "T05") == [("T05", "B000002", 3, "concealed")]


def test_a_gap_in_document_numbers_is_a_hint() -> None:
    con = judged(permits(A, B, {"document_no": "示〔2022〕5号"}, {"document_no": "示〔2021〕7号"}))
    assert hits(con, "T08") == [("T08", "B000001", 4, "warning")]


def test_a_nil_declaration_against_rows_is_contradicted() -> None:
    nil = {
        "duty_id": "BC-DU-PUB", "unit_name": "示例单位04", "submission_type": "零报送",
        "submitted_date": "2022/07/05",
    }  # fmt: skip
    con = judged(
        permits(A),
        Handed("submission", [{**nil, "period": "2022-06"}, {**nil, "period": "2022-05"}]),
    )
    assert hits(con, "T09") == [("T09", "B000002", 2, "warning")]


def test_a_completion_taken_back_needs_a_reason() -> None:
    done = {"status": "已完成", "progress_pct": "100", "completed_date": "2022/06/30"}
    back = {"report_date": "2022/07/31", "progress_pct": "80"}
    con = judged(
        Handed("task_status", [done]),
        Handed("task_status", [back, {**back, "remark": "验收未通过"}], received=AUGUST),
    )
    assert hits(con, "TK6") == [("TK6", "B000002", 2, "warning")]


def test_a_crashed_rule_is_errored_and_the_others_go_on() -> None:
    rules = load_rules()
    broken = replace(
        next(r for r in rules if r.id == "G30"),
        cases=(replace(next(r for r in rules if r.id == "G30").cases[0], violates="no_such + 1"),),
    )
    con = stage(permits(A, {"uscc": "1"}), permits(B))
    run_rules(con, CONTRACTS, rules=[broken if r.id == "G30" else r for r in rules])
    states = con.sql(
        "select rule_id, status, failed from quality.rule_results "
        "where rule_id in ('G05', 'G30') and ledger = 'admin_permit' order by all"
    )
    assert states.fetchall() == [
        ("G05", "failed", 1), ("G05", "passed", 0), ("G30", "errored", 0), ("G30", "errored", 0),
    ]  # fmt: skip
    assert hits(con, "G30") == []


def test_the_reason_of_a_crash_quotes_no_data() -> None:
    rules = load_rules()
    casting = replace(
        next(r for r in rules if r.id == "G30"),
        cases=(
            replace(
                next(r for r in rules if r.id == "G30").cases[0],
                violates="cast(counterparty_name as integer) > 0",
            ),
        ),
    )
    con = stage(permits({"counterparty_name": "机密公司"}))
    run_rules(con, ["admin_permit"], rules=[casting])
    [(error,)] = con.sql("select error from quality.rule_results").fetchall()
    assert "机密" not in error


def test_every_rule_has_one_result_for_every_batch_of_its_ledgers() -> None:
    con = judged(permits(A), permits(B), Handed("task_status", [{}]))
    counted = con.sql(
        "select rule_id, ledger, count(*), count(distinct batch_id) from quality.rule_results "
        "group by all"
    ).fetchall()
    batches = {"admin_permit": 2, "task_status": 1}
    expected = {
        (rule.id, ledger, batches[ledger], batches[ledger])
        for rule in load_rules()
        for ledger in rule.ledgers
        if ledger in batches
    }
    assert set(counted) == expected


def test_running_twice_changes_nothing() -> None:
    con = judged(permits(A, A))
    before = con.sql("select count(*) from quality.violations").fetchall()
    run_rules(con, CONTRACTS)
    assert con.sql("select count(*) from quality.violations").fetchall() == before


def test_personal_numbers_in_texts_are_hidden_in_what_is_shown() -> None:
    con = judged(permits({"content": "身份证11010519491231002X，手机13800138000"}))
    shown = con.sql("select value from quality.violations where rule_id = 'G42'").fetchall()
    assert shown == [("身份证110****002X，手机138****8000",)]
