"""Each rule finds what violates it and lets pass what does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from expectations.rules import (
    Rule,
    RuleError,
    declared_version,
    load_catalogue,
    load_rules,
    rule_set_version,
)
from expectations.runner import run_rules
from expectations.statements import macros
from tests import ledger_cases, rule_cases
from tests.batch_cases import BATCH_CASES, BatchCase
from tests.quality_support import CONTRACTS, RECEIVED, UNIT_NAME, Handed, stage
from warehouse.ledgers import LEDGER_IDS
from warehouse.normalise import BLANK_WORDS, is_blank
from warehouse.plans import load_plans

TABLES = [
    ("admin_permit", RECEIVED, rule_cases.PERMIT_CASES),
    ("admin_penalty", RECEIVED, rule_cases.PENALTY_CASES),
    ("admin_penalty", date(2024, 3, 8), rule_cases.PENALTY_2024_CASES),
    ("admin_penalty", date(2027, 7, 6), rule_cases.PENALTY_2027_CASES),
    ("task_status", RECEIVED, rule_cases.TASK_CASES),
]


def found_rules(ledger: str, received: date, rows: Sequence[dict[str, str]]) -> dict[int, set[str]]:
    """Row number of each row (from 2) -> the rules that it violates."""
    con = stage(Handed(ledger, rows, received=received))
    run_rules(con, [ledger])
    errors = con.sql("select rule_id, error from quality.rule_results where error is not null")
    assert errors.fetchall() == []
    found: dict[int, set[str]] = {n: set() for n in range(2, len(rows) + 2)}
    for row_number, rule in con.sql(
        "select row_number, rule_id from quality.violations"
    ).fetchall():
        found[row_number].add(rule)
    return found


def numbered(ledger: str, rows: Sequence[dict[str, str]], received: date) -> list[dict[str, str]]:
    """The rows with a document number each, so that no row is taken for a copy of another."""
    if ledger == "task_status":
        return list(rows)
    dates = (
        {}
        if received == RECEIVED
        else {"decision_date": "2024/03/01", "valid_to": "2025/03/01", "publicity_until": ""}
    )
    return [{"document_no": f"示〔2022〕{n}号", **dates, **row} for n, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("ledger", "received", "cases"), TABLES, ids=[f"{t[0]}-{t[1].year}" for t in TABLES]
)
def test_a_rule_finds_what_violates_it_and_nothing_else(
    ledger: str, received: date, cases: list[tuple[str, dict[str, str], dict[str, str]]]
) -> None:
    bad = found_rules(ledger, received, numbered(ledger, [c[1] for c in cases], received))
    good = found_rules(ledger, received, numbered(ledger, [c[2] for c in cases], received))
    missed = [
        case[:2] for case, rules in zip(cases, bad.values(), strict=True) if case[0] not in rules
    ]
    wronged = [
        (case[0], case[2]) for case, rules in zip(cases, good.values(), strict=True)
        if case[0] in rules
    ]  # fmt: skip
    assert missed == []
    assert wronged == []


@pytest.mark.parametrize("ledger", ["admin_permit", "admin_penalty", "task_status"])
def test_a_clean_row_violates_nothing(ledger: str) -> None:
    assert found_rules(ledger, RECEIVED, [{}]) == {2: set()}


@pytest.mark.parametrize("case", BATCH_CASES, ids=[case.id for case in BATCH_CASES])
def test_a_rule_beyond_rows_finds_what_violates_it_and_nothing_else(case: BatchCase) -> None:
    rules = [rule for rule in load_rules() if rule.id == case.rule]
    for handed, expected in ((case.violating, case.found), (case.passing, [])):
        con = stage(*handed, as_of=case.as_of)
        run_rules(con, CONTRACTS, rules=rules)
        assert (
            con.sql("select error from quality.rule_results where error is not null").fetchall()
            == []
        )
        found = con.sql(
            "select distinct batch_id, row_number, severity from quality.violations order by all"
        ).fetchall()
        assert found == expected


def test_every_rule_has_a_violating_and_a_passing_case() -> None:
    tested = {case[0] for _, _, cases in TABLES for case in cases}
    tested |= {case[0] for case in ledger_cases.CASES}
    tested |= {case.rule for case in BATCH_CASES}
    assert tested == {rule.id for rule in load_rules()}


def test_every_query_of_a_rule_has_a_case_beyond_rows() -> None:
    asking = {rule.id for rule in load_rules() if any(case.sql for case in rule.cases)}
    assert asking - {case.rule for case in BATCH_CASES} == set()


def test_a_rule_that_waits_has_no_contract_to_run_on_and_never_runs() -> None:
    waiting = [rule for rule in load_catalogue() if rule.is_waiting]
    assert {rule.id[0] for rule in waiting} == {"A", "L", "O", "R"}
    for rule in waiting:
        # Once the contract is there, the rule gets its cases and leaves waiting.toml.
        assert set(rule.ledgers) <= LEDGER_IDS - set(CONTRACTS)
    assert not {rule.id for rule in waiting} & {rule.id for rule in load_rules()}


def test_the_catalogue_holds_every_rule_of_the_field() -> None:
    numbers = {"G": 43, "T": 9, "X": 11, "P": 20, "C": 7, "L": 6, "A": 4, "R": 6, "Z": 5, "O": 2}
    wanted = {f"{x}{n:02d}" for x, count in numbers.items() for n in range(1, count + 1)}
    wanted |= {f"TK{n}" for n in range(1, 8)} | {"M01", "M02", "M03"}
    assert wanted - {rule.id for rule in load_catalogue()} == set()


@pytest.mark.parametrize("rule", load_catalogue(), ids=lambda rule: rule.id)
def test_a_rule_says_what_it_finds_how_to_mend_it_and_on_what_it_rests(rule: Rule) -> None:
    assert rule.title
    assert rule.basis
    assert rule.mend.endswith("。")
    assert not re.search(r"[{}]", "".join([rule.mend, *rule.checks]))
    if rule.certainty != "高":
        assert {rule.severity, *(case.severity for case in rule.cases)} == {"warning"}


def test_a_value_outside_the_list_of_a_register_is_found() -> None:
    row = rule_cases.REGISTER_ROW
    found = found_rules(
        "decision_register",
        RECEIVED,
        [row, {**row, "register_source": "听说"}, {**row, "status": ""}],
    )
    assert found == {2: set(), 3: {"D01"}, 4: {"G02"}}


def test_a_hand_in_that_answers_no_duty_is_found() -> None:
    row = {
        "duty_id": "BC-DU-PUB", "unit_name": UNIT_NAME, "period": "2022-06",
        "submission_type": "零报送", "submitted_date": "2022/07/05",
    }  # fmt: skip
    found = found_rules(
        "submission",
        RECEIVED,
        [
            row,
            {**row, "period": "2022-13"},
            {**row, "period": "2022-06-01"},  # what Excel makes of 2022-06
            {**row, "period": ""},
            {**row, "duty_id": "BC-DU-XXX"},
            {**row, "unit_name": "某局"},
        ],
    )
    assert list(found.values()) == [set(), {"D02"}, {"D02"}, {"G02"}, {"D03"}, {"D03"}]


def test_a_progress_in_percent_format_is_asked_about() -> None:
    con = stage(Handed("task_status", [{"progress_pct": "0.8"}, {"progress_pct": "1"}]))
    run_rules(con, ["task_status"])
    found = con.sql("select row_number, rule_id, severity from quality.violations").fetchall()
    assert found == [(2, "TK4", "warning")]


# An id card put into the column of a code, into a document number, into prose, full width.
@pytest.mark.parametrize(
    ("rule", "row"),
    [
        ("G05", {"uscc": "11010519491231002X"}),
        ("G39", {"document_no": "11010519491231002X" + "号" * 120}),
        ("G10", {"uscc": "91110105600037349T"}),
        ("P17", {"penalty_basis": "张三，电话13812345678"}),
        ("P17", {"penalty_basis": "身份证１１０１０５１９４９１２３１００２Ｘ"}),
        ("G28", {"decision_date": "13812345678"}),
    ],
)
def test_what_is_quoted_hides_numbers_of_persons(rule: str, row: dict[str, str]) -> None:
    con = stage(Handed("admin_penalty", [row]))
    run_rules(con, ["admin_penalty"])
    [(value, message)] = con.sql(
        "select value, message from quality.violations where rule_id = ?", params=[rule]
    ).fetchall()
    # A lawful code is no person's number: it must be readable, or nobody can mend it.
    assert ("****" in value) == (rule != "G10")
    for hidden in ("19491231", "１９４９１２３１", "12345678"):
        assert hidden not in value + message


def test_a_dated_task_is_overdue_the_day_after_its_deadline() -> None:
    tasks = load_plans()["BC"].tasks
    task = next(t for t in tasks if t["task_kind"] == "deliverable" and t["deadline"])
    deadline = task.day("deadline")
    assert deadline is not None
    row = {"task_id": task["task_id"]}
    assert "TK3" not in found_rules("task_status", deadline, [row])[2]
    later = date.fromordinal(deadline.toordinal() + 1)
    done_late = {
        **row, "status": "已完成", "progress_pct": "100", "evidence": "文件",
        "completed_date": later.isoformat(),
    }  # fmt: skip
    found = found_rules("task_status", later, [row, done_late])
    assert "TK3" in found[2]
    assert "TK3" in found[3]


def test_a_blank_is_reported_once_by_the_rule_that_owns_the_column() -> None:
    person = rule_cases.PERSON
    found = found_rules(
        "admin_permit",
        RECEIVED,
        [
            {"document_no": "1号", "uscc": ""},
            {"document_no": "2号", "authority_uscc": ""},
            {"document_no": "3号", "legal_rep": ""},
            {"document_no": "4号", **person, "id_no": ""},
        ],
    )
    assert found == {2: {"G04"}, 3: {"G31"}, 4: {"G26"}, 5: {"G19"}}


def test_a_future_decision_is_neither_late_nor_reported_before_itself() -> None:
    found = found_rules(
        "admin_permit", RECEIVED, [{"decision_date": "2022/08/01", "reported_at": "2022/07/01"}]
    )
    assert "G29" in found[2]
    assert not found[2] & {"T01", "T04"}


def test_columns_unknown_to_the_2016_layout_are_not_asked_for() -> None:
    blanks = dict.fromkeys(
        (
            "counterparty_category", "document_name", "certificate_name", "valid_from",
            "authority_uscc", "source_unit_name", "source_unit_uscc", "permit_no",
        ),
        "",
    )  # fmt: skip
    con = stage(Handed("admin_permit", [{**blanks, "status": "0"}], standard="2016"))
    run_rules(con, ["admin_permit"])
    assert (
        con.sql("select rule_id from quality.violations where severity = 'error'").fetchall() == []
    )


def test_a_rule_holds_only_for_what_was_received_while_in_force(tmp_path: Path) -> None:
    text = (
        '[[rule]]\nid = "Z1"\ntitle = "t"\nledgers = ["admin_permit"]\nkind = "row"\n'
        'severity = "error"\nmarks = ["content"]\nviolates = "true"\nmessage = "m"\nbasis = "b"\n'
        "effective_from = 2022-07-05\neffective_to = 2022-07-05\n"
    )
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    (tmp_path / "rule_set.toml").write_text('version = "1"\n', encoding="utf-8")
    con = stage(
        Handed("admin_permit", [{}], received=date(2022, 7, 4)),
        Handed("admin_permit", [{}], received=date(2022, 7, 5)),
        Handed("admin_permit", [{}], received=date(2022, 7, 6)),
    )
    run_rules(con, CONTRACTS, rules=load_rules(tmp_path))
    assert con.sql("select batch_id, status from quality.rule_results order by 1").fetchall() == [
        ("B000001", "not_applicable"),
        ("B000002", "failed"),
        ("B000003", "not_applicable"),
    ]


def test_the_rule_set_names_its_version_and_its_text(tmp_path: Path) -> None:
    assert rule_set_version().startswith(declared_version() + "+")
    (tmp_path / "rule_set.toml").write_text('version = "1"\n', encoding="utf-8")
    before = rule_set_version(tmp_path)
    (tmp_path / "a.toml").write_text("# one more line\n", encoding="utf-8")
    assert rule_set_version(tmp_path) != before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[rule]]\nid = "Z1"\n', "缺少 title"),
        (
            '[[rule]]\nid="Z1"\ntitle="t"\nledgers=[]\nkind="col"\nseverity="error"\n'
            'message="m"\nbasis="b"\n',
            "kind",
        ),
    ],
)
def test_a_faulty_rule_file_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=f"own.toml 的 Z1 .*{said}"):
        load_rules(tmp_path)


def test_blank_means_the_same_to_rules_and_to_the_warehouse() -> None:
    con = duckdb.connect()
    con.execute(next(statement for statement in macros() if "macro is_blank" in statement))
    spaces = [chr(c) for c in range(0x3001) if chr(c).isspace()]
    texts = ["", *BLANK_WORDS, *spaces, *(f"{s}无{s}" for s in spaces), "无水", "--", "Null", "a"]
    said = {text: con.execute("select is_blank(?)", [text]).fetchall()[0][0] for text in texts}
    assert said == {text: is_blank(text) for text in texts}
    assert con.execute("select is_blank(null)").fetchall() == [(True,)]
