"""Rules of the office's own ledgers: what violates each, and what looks like it but does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

import duckdb
import pytest

from expectations.rules import RuleError, load_rules
from expectations.runner import run_rules
from tests.ledger_cases import CASES, CLEAN, UNIQUE, LedgerCase, Row
from tests.quality_support import CONTRACTS, Handed, stage

BY_LEDGER = {
    ledger: list(cases)
    for ledger, cases in groupby(sorted(CASES, key=lambda case: case[1]), key=lambda case: case[1])
}


def judged(*handed: Handed) -> duckdb.DuckDBPyConnection:
    con = stage(*handed)
    run_rules(con, CONTRACTS)
    crashed = con.sql(
        "select rule_id, ledger, error from quality.rule_results where error is not null"
    )
    assert crashed.fetchall() == []
    return con


def rows_of(ledger: str, changes: Sequence[Row]) -> list[Row]:
    """Clean rows with these changes, each telling itself from the others."""
    field = UNIQUE[ledger]
    rows = []
    for number, change in enumerate(changes):
        row = {**CLEAN[ledger], **change}
        if field not in change:
            row[field] = f"{row.get(field, '')}{number}"
        rows.append(row)
    return rows


def found(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, int], set[str]]:
    """(batch, row number) -> rules violated there."""
    rules: dict[tuple[str, int], set[str]] = {}
    for batch, row, rule in con.sql(
        "select batch_id, row_number, rule_id from quality.violations"
    ).fetchall():
        rules.setdefault((batch, row), set()).add(rule)
    return rules


@pytest.mark.parametrize("ledger", BY_LEDGER)
def test_a_rule_finds_what_violates_it_and_nothing_else(ledger: str) -> None:
    cases: list[LedgerCase] = BY_LEDGER[ledger]
    bad = found(judged(Handed(ledger, rows_of(ledger, [c[2] for c in cases]))))
    good = found(judged(Handed(ledger, rows_of(ledger, [c[3] for c in cases]))))
    missed = [c for n, c in enumerate(cases, start=2) if c[0] not in bad.get(("B000001", n), ())]
    wronged = [c for n, c in enumerate(cases, start=2) if c[0] in good.get(("B000001", n), ())]
    assert missed == []
    assert wronged == []


@pytest.mark.parametrize("ledger", CLEAN)
def test_a_clean_row_violates_nothing(ledger: str) -> None:
    assert found(judged(Handed(ledger, [CLEAN[ledger]]))) == {}


def says(con: duckdb.DuckDBPyConnection, rule: str) -> list[tuple[str, int, str, str, str]]:
    """(batch, row number, field, severity, message) of a rule, in their order."""
    return con.sql(
        "select batch_id, row_number, field, severity, message from quality.violations "
        "where rule_id = ? order by all",
        params=[rule],
    ).fetchall()


LATER = date(2022, 7, 6)


def changed(ledger: str, **values: str) -> Row:
    return {**CLEAN[ledger], **values}


def test_the_same_row_counts_once_in_its_file_and_in_later_ones() -> None:
    row = CLEAN["meeting_training"]
    con = judged(
        Handed("meeting_training", [row, changed("meeting_training", title="另一期"), row]),
        Handed("meeting_training", [row], received=LATER),
    )
    [within, across] = says(con, "D07")
    assert within[:4] == ("B000001", 4, "kind", "warning")
    assert "第 2 行" in within[4]
    assert across[:4] == ("B000002", 2, "kind", "warning")
    assert "“B000001.csv”第 2 行" in across[4]


def test_a_file_that_replaces_another_repeats_nothing() -> None:
    row = CLEAN["city_index"]
    corrected = changed("city_index", score="83.50")
    con = judged(
        Handed("city_index", [row]),
        Handed("city_index", [corrected], received=LATER, replaces="B000001"),
    )
    assert found(con) == {}


def test_two_places_never_meet_in_a_rule() -> None:
    con = stage(Handed("city_index", [CLEAN["city_index"]]), Handed("city_index", [{}]))
    for table in ("meta.batches", "staging.city_index"):
        con.execute(f"update {table} set place_id = 'YC' where batch_id = 'B000002'")
    con.execute(
        "update staging.city_index as s set row_hash = e.row_hash from staging.city_index as e "
        "where s.batch_id = 'B000002' and e.batch_id = 'B000001'"
    )
    run_rules(con, CONTRACTS)
    assert says(con, "D07") == []


@pytest.mark.parametrize(
    ("rule", "ledger", "change", "field", "severity"),
    [
        ("M01", "city_index", {"score": "80"}, "period", "error"),
        ("M01", "city_index_indicator", {"score": "16"}, "indicator_id", "error"),
        ("M01", "external_assessment", {"score": "80"}, "period", "error"),
        ("OF1", "official_feedback", {"owed_count": "999"}, "unit_name", "error"),
        ("DC3", "declaration", {"numerator": "80"}, "period", "warning"),
        ("PA1", "publicity_article", {"media": "示例公众号"}, "title", "warning"),
    ],
)
def test_a_key_handed_in_again_with_another_content_is_named(
    rule: str, ledger: str, change: Row, field: str, severity: str
) -> None:
    rows = [CLEAN[ledger], changed(ledger, **change)]
    con = judged(Handed(ledger, rows), Handed(ledger, rows[1:], received=LATER))
    first, *_ = says(con, rule)
    assert first[:4] == ("B000001", 3, field, severity)
    assert "第 2 行" in first[4]
    # The later file repeats row 3 unchanged and differs from row 2: it is named for the latter.
    assert [s[:2] for s in says(con, rule)] == [("B000001", 3), ("B000002", 2)]
    assert [s[0] for s in says(con, "D07")] == ["B000002"]


@pytest.mark.parametrize(
    "change",
    [
        {"period": "2022-05"},
        {"city_name": "示例二市"},
        {"index_version": "2019"},
    ],
)  # fmt: skip
def test_another_month_or_city_is_no_repeat(change: Row) -> None:
    con = judged(Handed("city_index", [CLEAN["city_index"], changed("city_index", **change)]))
    assert says(con, "M01") == []


def test_the_same_text_under_another_title_is_one_article() -> None:
    # Blanks and punctuation make no other text; without a text the title stands for it.
    text = CLEAN["publicity_article"]["content"]
    rows = [
        changed("publicity_article"),
        changed("publicity_article", title="另一个标题", content=f" {text.replace('，', ' ')}"),
        changed("publicity_article", title="只有标题", content="", url="网址一"),
        changed("publicity_article", title="只有标题 ", content="", url="网址二"),
        changed("publicity_article", title="又一篇", content="", url="网址三"),
        changed("publicity_article", article_kind="转载"),  # counted apart
    ]
    con = judged(Handed("publicity_article", rows))
    assert [(s[1], s[3]) for s in says(con, "PA1")] == [(3, "warning"), (5, "warning")]


def test_a_code_has_one_name_in_use() -> None:
    rows = [
        changed("subject"),
        changed("subject", subject_name="示例商业有限公司", name_valid_to="2019/02/28"),
        changed("subject", subject_name="示例贸易有限公司"),
        changed("subject", subject_name="示例贸易有限公司", uscc="91340621MA2PBPLU08"),
    ]
    con = judged(Handed("subject", rows))
    assert [(s[1], s[3]) for s in says(con, "SU4")] == [(4, "warning")]


# The four top-level indicators of the 2020 version, full scores 20 + 21 + 43 + 16.
TOPS = {"A1": "17.2", "A2": "18", "A3": "35.5", "A4": "12.42"}  # together 83.12


def tops(**scores: str) -> list[Row]:
    return [
        changed(
            "city_index_indicator", indicator_id=i, indicator_name="", full_score="", score=score
        )
        for i, score in {**TOPS, **scores}.items()
    ]  # fmt: skip


def test_top_level_indicators_add_up_to_the_total() -> None:
    total = Handed("city_index", [CLEAN["city_index"]])
    assert found(judged(total, Handed("city_index_indicator", tops()))) == {}
    # A hundredth is the tolerance: 83.13 passes, 83.14 does not.
    near = judged(total, Handed("city_index_indicator", tops(A4="12.43")))
    assert says(near, "M01") == []
    far = judged(total, Handed("city_index_indicator", tops(A4="12.44")))
    assert {s[:4] for s in says(far, "M01")} == {
        ("B000002", row, "score", "error") for row in (2, 3, 4, 5)
    }
    assert "一级合计 83.14，总得分 83.12" in says(far, "M01")[0][4]


def test_the_total_is_blamed_when_it_comes_last_and_only_whole_trees_are_judged() -> None:
    indicators = Handed("city_index_indicator", tops(A4="10"))
    late_total = Handed("city_index", [CLEAN["city_index"]], received=LATER)
    assert [s[:3] for s in says(judged(indicators, late_total), "M01")] == [("B000002", 2, "score")]
    part = Handed("city_index_indicator", tops(A4="10")[:3])
    assert says(judged(part, late_total), "M01") == []


def test_official_and_estimated_scores_are_not_mixed_in_one_file() -> None:
    own = changed("city_index", value_source="测算", score="82.90")
    mixed = judged(Handed("city_index", [CLEAN["city_index"], own]))
    assert [(s[1], s[2], s[3]) for s in says(mixed, "M02")] == [(3, "value_source", "warning")]
    apart = judged(Handed("city_index", [CLEAN["city_index"]]), Handed("city_index", [own]))
    assert says(apart, "M02") == []


def test_totals_of_a_bulletin_are_permits_plus_penalties() -> None:
    def feedback(kind: str, reported: int, stored: int) -> Row:
        return changed(
            "official_feedback", decision_type=kind, owed_count="", reported_count=str(reported),
            stored_count=str(stored), late_count="", late_pct="", compliance_pct="",
            missed_count="",
        )  # fmt: skip

    parts = [feedback("行政许可", 90, 89), feedback("行政处罚", 10, 10)]
    right = judged(Handed("official_feedback", [*parts, feedback("合计", 100, 99)]))
    assert found(right) == {}
    wrong = judged(Handed("official_feedback", [*parts, feedback("合计", 101, 99)]))
    [(batch, row, field, severity, message)] = says(wrong, "M03")
    assert (batch, row, field, severity) == ("B000001", 4, "reported_count", "error")
    assert "合计 101，两项之和 100" in message
    alone = judged(Handed("official_feedback", [parts[0], feedback("合计", 101, 99)]))
    assert says(alone, "M03") == []


def test_messages_say_how_to_mend() -> None:
    rows = [
        changed("declaration", value="3万", unit="条"),
        changed("declaration", value="99%", numerator="", denominator=""),
        changed("declaration", period="Jun-22"),
        changed("declaration", period="2022/6/1"),
        changed("declaration", basis="估计"),
    ]
    con = judged(Handed("declaration", rows))
    said = {(row, rule): message for row, rule, message in con.sql(
        "select row_number, rule_id, message from quality.violations"
    ).fetchall()}  # fmt: skip
    assert "换算成不带“万”" in said[2, "D05"]
    assert "去掉百分号" in said[3, "D05"]
    assert "2020-06（月）、2020-Q2（季）、2020（年）" in said[4, "D02"]
    assert "被 Excel 变成了日期“2022/6/1”，已识别为 2022-06。" in said[5, "D02"]
    assert said[6, "D01"] == "“口径”的“估计”不在规定取值之中，只能填：明细、汇总、测算。"
    severities = con.sql(
        "select row_number, severity from quality.violations where rule_id = 'D02' order by 1"
    ).fetchall()
    assert severities == [(4, "error"), (5, "warning")]  # the date is read as its month


def test_persons_are_masked_in_what_is_staged_and_in_what_is_said() -> None:
    star = changed("honour", kind="诚信之星", name="张示例", uscc="", status="已取消")
    contact = changed("contact", person_name="李示例", phone="13800138000", role="处长")
    other = changed("honour", kind="其他", name="王示例", uscc="")
    village = changed("honour", kind="诚信乡村", name="张家村", uscc="")
    con = judged(Handed("honour", [star, other, village]), Handed("contact", [contact]))
    assert con.sql("select name from staging.honour order by row_id").fetchall() == [
        ("张*",), ("王*",), ("张家村",),
    ]  # fmt: skip
    assert con.sql("select person_name, phone from staging.contact").fetchall() == [
        ("李*", "138****8000")
    ]
    told = con.sql("select value, message from quality.violations").fetchall()
    assert told  # both rows have a code outside its list
    stored = [
        con.sql(f"select * from {table}").fetchall()
        for table in ("staging.honour", "staging.contact", "raw.honour", "raw.contact")
    ]
    for name in ("张示例", "李示例", "王示例", "13800138000"):
        assert name not in str([told, stored])


def test_a_new_ledger_comes_under_the_rules_for_all() -> None:
    rules = {rule.id: rule for rule in load_rules()}
    assert set(rules["G01"].ledgers) == set(CONTRACTS)
    assert set(rules["G02"].ledgers) == set(CONTRACTS) - {"commitment"}  # C01
    coded = {c.ledger for c in CONTRACTS.values() if any(x.codes for x in c.columns)}
    assert set(rules["D01"].ledgers) == coded - {"admin_permit", "admin_penalty", "task_status"}
    # Nothing is asked where there is no such column: contacts have no numbers.
    assert "contact" not in rules["D05"].ledgers
    assert set(rules["D02"].ledgers) == {
        c.ledger for c in CONTRACTS.values() if any(x.type == "period" for x in c.columns)
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kind = "batch"\nmarks = ["status"]\n', "其余必须写 sql"),
        ('kind = "row"\nsql = "key_repeated.sql"\nmarks = ["status"]\n', "不写 sql"),
        ('kind = "batch"\nsql = "none.sql"\nmarks = ["status"]\n', "没有 sql/none.sql"),
        ('kind = "batch"\nsql = "key_repeated.sql"\n', "marks 或 each"),
    ],
)
def test_a_faulty_case_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "key_repeated.sql").write_text("select 1", encoding="utf-8")
    head = '[[rule]]\nid = "Z1"\ntitle = "t"\nledgers = "all"\nseverity = "error"\n'
    rule = f'{head}message = "m"\nbasis = "b"\n{text}'
    (tmp_path / "own.toml").write_text(rule, encoding="utf-8")
    with pytest.raises(RuleError, match=said):
        load_rules(tmp_path)
