"""Worked examples of docs/semantics.md: files in, numbers out, the arithmetic beside them.

Unless an example says otherwise a permit is decided on Wednesday 2022-06-01. 3 June is Dragon Boat
day, so its seven working days are 2, 6, 7, 8, 9, 10, 13 June: the limit is 13 June. June is cut off
on 10 July. `expect` asks the product and the plain-Python reference the same question.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.pipeline import Pipeline
from tests.semantics.rows import (
    ENVIRONMENT,
    SAFETY,
    broken,
    nil,
    permit,
    receipt,
    register,
    status,
    uscc,
)
from tests.semantics.town import Town

REPORT, COMPLIANCE = "publicity_report_rate", "publicity_compliance_rate"
FIRST_PASS, TIMELINESS = "publicity_first_pass_rate", "publicity_timeliness_rate"
LATE, IN_FULL = "late_report_rate", "publicity_on_time_full_rate"
MISSED, FOUND = "publicity_missed_count", "unreported_found_count"
LEDGER_DAY, TASKS = "publicity_ledger_submission_day", "task_completion_rate"
WRONG = {"许可类别": "一般"}  # not a category: rule X01
NONE = (0, 0)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


# Compliance and first pass


def test_a_correction_with_changed_keys_mends_compliance_but_not_the_first_pass(town: Town) -> None:
    code = "行政相对人代码_1(统一社会信用代码)"
    bad = [permit(n, **{code: broken(uscc("91", n))}) for n in range(81, 101)]
    first = town.receive("2022-06-06", [permit(n) for n in range(1, 81)] + bad)
    town.receive("2022-06-20", [permit(n) for n in range(1, 101)], replaces=first)
    # the day before the correction: 100 records, 20 of them with G05
    town.expect("2022-06-19", COMPLIANCE, "2022-06", (80, 100))
    town.expect("2022-06-19", FIRST_PASS, "2022-06", (80, 100))
    # the old file is replaced whole: its 100 records are gone, the 100 new ones are right
    town.expect("2022-06-20", COMPLIANCE, "2022-06", (100, 100))
    town.expect("2022-06-20", FIRST_PASS, "2022-06", (80, 100))
    town.expect("2022-06-20", REPORT, "2022-06", (100, 100))
    town.expect("2022-06-20", TIMELINESS, "2022-06", NONE)  # nobody told a report time


def test_a_correction_after_the_cut_off_counts_in_the_year_only(town: Town) -> None:
    town.receive("2022-06-08", [permit(1, 上报时间="2022/06/07", **WRONG)])
    town.receive("2022-07-15", [permit(1, 上报时间="2022/06/07")])
    town.expect("2022-07-15", COMPLIANCE, "2022-06", (0, 1))  # cut off on 10 July
    town.expect("2022-07-15", COMPLIANCE, "2022-Q2", (0, 1))  # likewise
    town.expect("2022-07-15", COMPLIANCE, "2022", (1, 1))  # cut off on 10 January


def test_a_record_first_received_after_the_cut_off_counts_with_its_first_version(
    town: Town,
) -> None:
    town.receive("2022-07-15", [permit(1, 上报时间="2022/06/07", **WRONG)])
    town.receive("2022-07-20", [permit(1, 上报时间="2022/06/07")])
    town.expect("2022-07-20", COMPLIANCE, "2022-06", (0, 1))
    town.expect("2022-07-20", COMPLIANCE, "2022", (1, 1))


def test_several_counterparties_of_one_document_are_records_of_one_decision(town: Town) -> None:
    document = {"行政许可决定文书号": "示市监许字〔2022〕7号"}
    rows = [permit(1, **document), permit(2, **document), permit(3, **document, **WRONG)]
    town.receive("2022-06-06", rows)
    town.expect("2022-06-06", COMPLIANCE, "2022-06", (2, 3))
    town.expect("2022-06-06", FIRST_PASS, "2022-06", (2, 3))  # several names: each is a unit
    town.expect("2022-06-06", REPORT, "2022-06", (1, 1))


def test_an_exact_repeat_is_neither_a_record_nor_a_version(town: Town) -> None:
    town.receive("2022-06-06", [permit(1, **WRONG), permit(2)])
    town.receive("2022-06-08", [permit(1)])
    # the old wrong row again: the right version of 8 June stays current
    town.receive("2022-06-10", [permit(1, **WRONG), permit(2)])
    town.expect("2022-06-10", COMPLIANCE, "2022-06", (2, 2))
    town.expect("2022-06-10", FIRST_PASS, "2022-06", (1, 2))


def test_other_writings_of_the_same_row_are_exact_repeats(town: Town) -> None:
    town.receive("2022-06-06", [permit(1)])
    # full-width brackets and a date with dashes: the same key, and the same day
    again = permit(1, 许可决定日期="2022-06-01", 行政许可决定文书号="示市监许字［2022］1号")
    town.receive("2022-06-08", [again])
    town.expect("2022-06-08", COMPLIANCE, "2022-06", (1, 1))
    town.expect("2022-06-08", REPORT, "2022-06", (1, 1))


# Timeliness


def test_a_late_record_corrected_later_is_compliant_and_stays_late(town: Town) -> None:
    town.receive("2022-06-21", [permit(1, 上报时间="2022/06/20", **WRONG)])
    town.receive("2022-06-25", [permit(1, 上报时间="2022/06/20")])
    town.expect("2022-06-25", COMPLIANCE, "2022-06", (1, 1))
    town.expect("2022-06-25", FIRST_PASS, "2022-06", (0, 1))
    town.expect("2022-06-25", TIMELINESS, "2022-06", (0, 1))  # 20 June > 13 June
    town.expect("2022-06-25", LATE, "2022-06", (1, 1))
    town.expect("2022-06-25", IN_FULL, "2022-06", (0, 1))


def test_the_receipt_goes_before_the_column_and_without_either_nothing_is_judged(
    town: Town,
) -> None:
    rows = [permit(1, 上报时间="2022/06/20"), permit(2, 录入时间="2022/06/14"), permit(3)]
    town.receive("2022-06-21", rows)
    town.receive("2022-06-22", [receipt(1, "2022/06/13")])
    # 1: the receipt says 13 June, on time; 2: entered on 14 June, late; 3: cannot be judged
    town.expect("2022-06-22", TIMELINESS, "2022-06", (1, 2))
    town.expect("2022-06-22", LATE, "2022-06", (1, 2))
    town.expect("2022-06-22", COMPLIANCE, "2022-06", (3, 3))
    town.expect("2022-06-22", IN_FULL, "2022-06", (1, 3))  # owed: all three


def test_a_returned_receipt_is_a_report_too(town: Town) -> None:
    town.receive("2022-06-21", [permit(1)])
    returned = receipt(1, "2022/06/13", 处理结果="退回", 入库时间="", 退回原因="代码有误")
    town.receive("2022-06-22", [returned, receipt(1, "2022/06/20")])
    town.expect("2022-06-22", TIMELINESS, "2022-06", (1, 1))


def test_a_replaced_receipt_has_never_been(town: Town) -> None:
    town.receive("2022-06-21", [permit(1, 上报时间="2022/06/20")])
    wrong = town.receive("2022-06-22", [receipt(1, "2022/06/13"), receipt(2, "2022/06/13")])
    # sent again with the other decision only: permit 1 falls back on its column, 20 June
    town.receive("2022-06-23", [receipt(2, "2022/06/13")], replaces=wrong)
    town.expect("2022-06-22", TIMELINESS, "2022-06", (1, 1))
    town.expect("2022-06-23", TIMELINESS, "2022-06", (0, 1))


def test_a_date_moved_to_look_punctual_is_marked_and_stays_late(town: Town) -> None:
    town.receive("2022-06-21", [permit(1, 上报时间="2022/06/20")])
    # from 10 June seven working days are 13, 14, 15, 16, 17, 20, 21: 20 June would be in time
    town.receive("2022-06-25", [permit(1, 上报时间="2022/06/20", 许可决定日期="2022/06/10")])
    town.expect("2022-06-25", TIMELINESS, "2022-06", (0, 1))
    town.expect("2022-06-25", IN_FULL, "2022-06", (0, 1))
    marked = town.ask(
        "2022-06-25",
        "select distinct b.file_name, v.row_number from quality.violations as v "
        "join meta.batches as b using (batch_id) where v.rule_id = 'T07'",
    )
    assert marked == [("01.csv", 2)]


def test_a_report_on_the_weekend_after_a_friday_limit_is_late(town: Town) -> None:
    # decided on Wednesday 15 June: 16, 17, 20, 21, 22, 23, 24; the limit is Friday 24 June
    decided = {"许可决定日期": "2022/06/15"}
    rows = [
        permit(1, 上报时间="2022/06/24", **decided),
        permit(2, 上报时间="2022/06/25", **decided),
    ]
    town.receive("2022-06-27", rows)
    town.expect("2022-06-27", TIMELINESS, "2022-06", (1, 2))


def test_the_amended_spring_festival_of_2020(tmp_path: Path) -> None:
    town = Town(tmp_path, "ZZ", 2020)
    # decided on Tuesday 21 January 2020: 22, 23 January; the festival was prolonged to 2 February;
    # then 3, 4, 5, 6, 7 February (the first notice would have given 5 February)
    decided = {"许可决定日期": "2020/01/21", "有效期自": "2020/01/21"}
    rows = [
        permit(1, 上报时间="2020/02/07", **decided),
        permit(2, 上报时间="2020/02/08", **decided),
    ]
    town.receive("2020-02-10", rows)
    town.expect("2020-02-10", TIMELINESS, "2020-02", (1, 2))


def test_a_december_decision_reported_in_january_counts_in_month_12(town: Town) -> None:
    # 29, 30 December, then 3, 4, 5, 6, 9 January: the limit is 9 January
    decided = {"许可决定日期": "2022/12/28", "有效期自": "2022/12/28"}
    town.receive("2023-01-06", [permit(1, 上报时间="2023/01/05", **decided)])
    for metric in (TIMELINESS, COMPLIANCE, REPORT, FIRST_PASS):
        town.expect("2023-01-06", metric, "2022-12", (1, 1))
        town.expect("2023-01-06", metric, "2022", (1, 1))


# Report rate


def test_a_decision_is_owed_only_when_its_limit_is_over(town: Town) -> None:
    town.receive("2022-06-13", [register(1)])
    town.expect("2022-06-13", REPORT, "2022-06", NONE)  # the last day of the limit
    town.expect("2022-06-13", MISSED, "2022-06", NONE)
    town.expect("2022-06-14", REPORT, "2022-06", (0, 1))
    town.expect("2022-06-14", MISSED, "2022-06", (1, 0))


def test_a_receipt_alone_is_a_report(town: Town) -> None:
    town.receive("2022-06-06", [register(1), register(2)])
    town.receive("2022-06-10", [receipt(1, "2022/06/08")])
    # 1 is reported, before its limit is over; 2 is not owed yet
    town.expect("2022-06-10", REPORT, "2022-06", (1, 1))
    town.expect("2022-06-14", REPORT, "2022-06", (1, 2))


def test_only_a_lawful_exemption_with_its_basis_is_not_owed(town: Town) -> None:
    exempt = register(1, 状态="依法不报送", 不报送依据="涉及国家秘密")
    # no basis, and one of the words that mean nothing: both stay owed
    rest = [register(2, 状态="依法不报送"), register(3, 状态="依法不报送", 不报送依据="无")]
    town.receive("2022-06-14", [exempt, *rest])
    town.expect("2022-06-14", REPORT, "2022-06", (0, 2))
    town.expect("2022-06-14", MISSED, "2022-06", (2, 0))


def test_missed_and_found_are_told_apart_by_their_source(town: Town) -> None:
    spot = {"登记来源": "上级抽查", "来源文号": "示信抽〔2022〕1号"}
    town.receive("2022-06-20", [register(1, **spot), register(2), register(2, **spot)])
    town.expect("2022-06-20", REPORT, "2022-06", (0, 2))
    town.expect("2022-06-20", FOUND, "2022-06", (2, 0))
    town.expect("2022-06-20", MISSED, "2022-06", (1, 0))


def test_a_spot_check_asks_and_takes_back_no_exemption(town: Town) -> None:
    spot = {"登记来源": "上级抽查", "来源文号": "示信抽〔2022〕1号"}
    basis = {"状态": "依法不报送", "不报送依据": "涉及国家秘密"}
    town.receive("2022-06-10", [register(1, **basis), register(2)])
    # the list is newer and says 有效 of both, as lists do: 1 stays exempt, 2 is missed and found
    town.receive("2022-06-20", [register(1, **spot), register(2, **spot)])
    # answered in the list itself: 2 was lawfully not reported as well
    town.receive("2022-06-22", [register(2, **spot | basis)])
    town.expect("2022-06-20", REPORT, "2022-06", (0, 1))
    town.expect("2022-06-20", MISSED, "2022-06", (1, 0))
    town.expect("2022-06-20", FOUND, "2022-06", (1, 0))
    town.expect("2022-06-22", REPORT, "2022-06", NONE)
    town.expect("2022-06-22", FOUND, "2022-06", NONE)


def test_a_revoked_permit_leaves_both_sides_from_its_date(town: Town) -> None:
    town.receive("2022-06-06", [permit(1), permit(2, **WRONG)])
    town.receive("2022-06-20", [permit(2, 当前状态="2", 备注="已撤销", **WRONG)])
    town.expect("2022-06-19", COMPLIANCE, "2022-06", (1, 2))
    town.expect("2022-06-19", REPORT, "2022-06", (2, 2))
    town.expect("2022-06-20", COMPLIANCE, "2022-06", (1, 1))
    town.expect("2022-06-20", FIRST_PASS, "2022-06", (1, 1))
    town.expect("2022-06-20", REPORT, "2022-06", (1, 1))


def test_revoked_after_the_cut_off_the_month_stays(town: Town) -> None:
    town.receive("2022-06-06", [permit(1), permit(2)])
    town.receive("2022-07-15", [permit(2, 当前状态="2", 备注="已撤销")])
    town.expect("2022-07-15", COMPLIANCE, "2022-06", (2, 2))
    town.expect("2022-07-15", COMPLIANCE, "2022", (1, 1))


def test_the_2016_layout_has_its_own_status_words(town: Town) -> None:
    def old(serial: int, status: str) -> dict[str, str]:
        row = permit(serial, 当前状态=status)
        row.pop("数据来源单位统一社会信用代码")
        for gone in ("行政相对人类别", "许可证书名称", "许可编号", "有效期自"):
            del row[gone]
        renamed = {"许可类别": "审批类别", "有效期至": "许可截止期"}
        return {"项目名称": "食品经营许可"} | {renamed.get(k, k): v for k, v in row.items()}

    town.receive("2022-06-06", [old(1, "0"), old(2, "1"), old(3, "2")])
    # 1 is 撤销 and leaves both sides; 2 is a dispute (异议) and changes nothing
    town.expect("2022-06-06", REPORT, "2022-06", (2, 2))


def test_the_register_revokes_from_its_status_date(town: Town) -> None:
    town.receive("2022-06-06", [permit(1), permit(2)])
    town.receive("2022-06-25", [register(1, 状态="撤销", 状态日期="2022/06/24")])
    town.expect("2022-06-24", REPORT, "2022-06", (2, 2))  # not known yet
    town.expect("2022-06-25", REPORT, "2022-06", (1, 1))
    town.expect("2022-06-25", COMPLIANCE, "2022-06", (1, 1))


# Units and places


def test_a_unit_under_two_aliases_is_one_unit(town: Town) -> None:
    def named(serial: int, name: str) -> dict[str, str]:
        return permit(serial, 数据来源单位=name, 数据来源单位统一社会信用代码="")

    names = ["示例单位04", "示例市场监管分局", "示例工商和质监分局"]
    town.receive("2022-06-06", [named(n, name) for n, name in enumerate(names, 1)])
    town.expect("2022-06-06", REPORT, "2022-06", (2, 2), "BC-U04")
    # the third name ended with the reform of 2019
    town.expect("2022-06-06", REPORT, "2022-06", (1, 1), "(未识别单位)")
    town.expect("2022-06-06", REPORT, "2022-06", (3, 3))


def test_the_same_file_under_two_places(tmp_path: Path) -> None:
    here = Town(tmp_path)
    there = Town(tmp_path, "ZZ")
    for town in (here, there):
        town.receive("2022-06-06", [permit(1), permit(2)])
        assert len(town.load().new) == 1
    for town in (here, there):
        town.expect("2022-06-06", REPORT, "2022-06", (2, 2))
        town.expect("2022-06-06", COMPLIANCE, "2022-06", (2, 2))
    # the same bytes once more in the same place are the same batch
    again = Pipeline(here.home, date(2026, 1, 1)).load([here.folder], "BC")
    assert (len(again.new), len(again.duplicates)) == (0, 1)


# Duties and tasks


def test_a_nil_declaration_is_a_hand_in_and_nothing_is_not(town: Town) -> None:
    town.receive("2022-06-10", [nil("2022-05", "2022/06/08", unit=SAFETY)])
    # Friday 10 June is the due day: only those who handed in are judged
    town.expect("2022-06-10", LEDGER_DAY, "2022-06", (1, 1))
    # a day later all of 17 units but U03 (not theirs) and U12 (exempt) are
    town.expect("2022-06-11", LEDGER_DAY, "2022-06", (1, 15))
    town.expect("2022-06-11", LEDGER_DAY, "2022-06", (1, 1), "BC-U05")
    town.expect("2022-06-11", LEDGER_DAY, "2022-06", (0, 1), "BC-U06")


def test_a_nil_declaration_contradicted_by_rows_is_none(town: Town) -> None:
    may = {"许可决定日期": "2022/05/20"}
    town.receive("2022-06-09", [nil("2022-05", "2022/06/08", unit=SAFETY)])
    town.receive("2022-06-15", [permit(1, unit=SAFETY, **may)])
    town.expect("2022-06-14", LEDGER_DAY, "2022-06", (1, 1), "BC-U05")
    town.expect("2022-06-15", LEDGER_DAY, "2022-06", (0, 1), "BC-U05")  # 15 June > 10 June


def test_a_ledger_hands_in_the_months_of_its_decisions(town: Town) -> None:
    may = permit(1, unit=SAFETY, 许可决定日期="2022/05/20")
    undated = permit(2, unit=ENVIRONMENT, 许可决定日期="")
    town.receive("2022-06-10", [may, undated])  # without a date: the month before receipt, May
    town.expect("2022-06-11", LEDGER_DAY, "2022-06", (1, 1), "BC-U05")
    town.expect("2022-06-11", LEDGER_DAY, "2022-06", (1, 1), "BC-U06")
    town.expect("2022-06-11", LEDGER_DAY, "2022-06", (2, 15))


def test_a_deliverable_is_done_by_its_lead_alone(town: Town) -> None:
    lead, other = "示例单位01（党政办类）", "示例单位02（政务服务类）"
    done = status("BC-01-2", "2022/12/21", "已完成", "2022/12/20", unit=lead)
    not_theirs = status("BC-01-3", "2022/12/21", "已完成", "2022/12/20", unit=other)
    town.receive("2022-12-22", [done, not_theirs])
    town.receive("2023-01-06", [status("BC-01-2", "2023/01/05", "延期", unit=lead)])
    town.expect("2022-12-30", TASKS, "2022-12", NONE)  # due on 31 December
    # BC-01-2, BC-01-3 (both U01) and BC-15 (U03); those measured by a ledger to come are left out
    town.expect("2022-12-31", TASKS, "2022-12", (1, 3))
    town.expect("2022-12-31", TASKS, "2022-12", (1, 2), "BC-U01")
    town.expect("2023-01-06", TASKS, "2022-12", (0, 3))  # the newest status counts
